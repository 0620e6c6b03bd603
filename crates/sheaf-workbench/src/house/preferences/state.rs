//! What is being changed in the settings.

use crate::house::front::LockAfter;
use crate::theme::ThemeName;

/// A change in the settings.
#[derive(Clone, Debug, PartialEq)]
pub enum Edit {
    /// Light or dark.
    Theme(ThemeName),
    /// How large everything is; 1.0 is as designed.
    Zoom(f32),
    /// The name for a layout is typed.
    Name(String),
    /// The views as they stand are kept under the name that was typed.
    KeepLayout,
    /// The views go where they stand in this layout.
    Use(String),
    /// The layout is forgotten.
    Forget(String),
    /// Charts go into this folder.
    Exports(String),
    /// The window locks after so long.
    LockAfter(LockAfter),
    /// Names become initials, or names again.
    TurnNames,
}

/// The settings view.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// The name for the next layout.
    pub name: String,
}
