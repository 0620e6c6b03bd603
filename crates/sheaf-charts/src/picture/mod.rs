//! Pictures of a chart: SVG and PNG of the same drawing.

mod compose;
mod font;
mod layers;
mod parity;
mod png;
mod scene;
mod svg;

pub use parity::{SvgLayer, SvgMark, SvgMarks, marks_in_svg};
pub use png::to_png;
pub use svg::to_svg;

use crate::error::ChartError;

/// How large a picture is, in logical pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    width: u32,
    height: u32,
}

impl Size {
    /// A size that fits a page and a slide.
    pub const PAGE: Self = Self { width: 880, height: 520 };

    /// A size, within what can be drawn and read.
    pub fn new(width: u32, height: u32) -> Result<Self, ChartError> {
        if (240..=4000).contains(&width) && (160..=4000).contains(&height) {
            Ok(Self { width, height })
        } else {
            Err(ChartError::BadSize { width, height })
        }
    }

    /// Its width.
    pub const fn width(self) -> u32 {
        self.width
    }

    /// Its height.
    pub const fn height(self) -> u32 {
        self.height
    }
}

#[cfg(test)]
mod tests;
