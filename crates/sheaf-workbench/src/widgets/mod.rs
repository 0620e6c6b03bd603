//! Widgets that views share; each is named for those who cannot see it.

pub mod bits;
pub mod buttons;
pub mod dialog;
pub mod field;
pub mod grid;
pub mod icon;
pub mod keys;
pub mod line;
pub mod overlay;
pub mod paint;
pub mod pane;
pub mod row;
pub mod segments;
pub mod spark;
pub mod table;
pub mod walk;

pub use icon::Icon;
