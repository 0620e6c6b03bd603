//! Colours, spacing and type from tokens; light and dark are both complete.

mod fonts;
mod style;
#[cfg(test)]
mod tests;
pub mod text;
mod tokens;

use std::str::FromStr;

use eframe::egui::{Context, Theme, Ui, Visuals};
use serde::{Deserialize, Serialize};

pub use fonts::Weight;
pub use text::Rank;
pub use tokens::{Tokens, Tone};

/// The radius of the corners of buttons and fields, in points.
pub const RADIUS: u8 = 8;

/// The radius of the corners of cards.
pub const CARD_RADIUS: u8 = 12;

/// The distance between the edge of a view and what is in it.
pub const GUTTER: f32 = 32.0;

/// Which of the two themes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ThemeName {
    /// Dark on white.
    #[default]
    Light,
    /// Light on dark.
    Dark,
}

/// The text names no theme.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no theme called `{0}`; choose `light` or `dark`")]
pub struct UnknownTheme(pub String);

impl FromStr for ThemeName {
    type Err = UnknownTheme;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "light" => Ok(Self::Light),
            "dark" => Ok(Self::Dark),
            other => Err(UnknownTheme(other.to_owned())),
        }
    }
}

impl ThemeName {
    /// Its colours.
    pub const fn tokens(self) -> &'static Tokens {
        match self {
            Self::Light => &tokens::LIGHT,
            Self::Dark => &tokens::DARK,
        }
    }

    /// The ground on which charts stand.
    pub const fn ground(self) -> sheaf_charts::Theme {
        match self {
            Self::Light => sheaf_charts::Theme::Light,
            Self::Dark => sheaf_charts::Theme::Dark,
        }
    }

    /// The other one.
    pub const fn other(self) -> Self {
        match self {
            Self::Light => Self::Dark,
            Self::Dark => Self::Light,
        }
    }

    /// As egui names it.
    pub const fn egui(self) -> Theme {
        match self {
            Self::Light => Theme::Light,
            Self::Dark => Theme::Dark,
        }
    }
}

/// Installs the typeface and both styles.
pub fn install(ctx: &Context) {
    fonts::install(ctx);
    for theme in [ThemeName::Light, ThemeName::Dark] {
        ctx.set_style_of(theme.egui(), style::style(theme));
    }
}

/// The theme that a view is drawn in.
pub fn name_of(ui: &Ui) -> ThemeName {
    of(ui.visuals())
}

/// The theme of a style.
pub const fn of(visuals: &Visuals) -> ThemeName {
    if visuals.dark_mode { ThemeName::Dark } else { ThemeName::Light }
}

/// The colours that a view is drawn in.
pub fn tokens_of(ui: &Ui) -> &'static Tokens {
    name_of(ui).tokens()
}
