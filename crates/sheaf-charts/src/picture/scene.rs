//! A drawing as plain shapes in logical pixels: what both renderers draw.

use plotters::style::{Color, RGBAColor, RGBColor};

use super::font::Weight;
use crate::token::{Rgb, Theme, Token};

/// A place in logical pixels, from the top left.
pub type Point = (f64, f64);

/// Everything that is drawn, the lowest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scene {
    /// The groups.
    pub groups: Vec<Group>,
}

/// Shapes that belong together, with the names by which an SVG file is read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Group {
    /// Attributes of the group in an SVG file: `class`, `data-…`.
    pub attributes: Vec<(&'static str, String)>,
    /// What a reader of an SVG file sees when pointing at it; empty for nothing.
    pub tooltip: String,
    /// The shapes.
    pub shapes: Vec<Drawn>,
    /// Groups inside, drawn on top.
    pub groups: Vec<Group>,
}

impl Group {
    /// A group of a class.
    pub fn new(class: &str) -> Self {
        Self { attributes: vec![("class", class.to_owned())], ..Self::default() }
    }

    /// Adds an attribute.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.attributes.push((name, value.into()));
        self
    }

    /// Adds a shape.
    pub fn draw(&mut self, token: Token, shape: Drawing) {
        self.shapes.push(Drawn { token, alpha: 1.0, shape });
    }
}

/// One shape in one colour.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawn {
    /// Its colour, whatever that is on the ground on which it is drawn.
    pub token: Token,
    /// How opaque it is, from 0 to 1.
    pub alpha: f64,
    /// The shape.
    pub shape: Drawing,
}

impl Drawn {
    /// Its colour on a ground.
    pub fn colour(&self, theme: Theme) -> RGBAColor {
        let Rgb(red, green, blue) = self.token.colour(theme);
        RGBColor(red, green, blue).mix(self.alpha)
    }
}

/// A shape.
#[derive(Clone, Debug, PartialEq)]
pub enum Drawing {
    /// A line through points.
    Path {
        /// The points in order.
        points: Vec<Point>,
        /// How thick it is.
        width: f64,
    },
    /// A filled area.
    Area(Vec<Point>),
    /// A filled circle.
    Disc {
        /// Its centre.
        centre: Point,
        /// Its radius.
        radius: f64,
    },
    /// A line of text.
    Text {
        /// Where its baseline begins, ends or is centred.
        at: Point,
        /// The text.
        text: String,
        /// Pixels an em.
        size: f64,
        /// How heavy.
        weight: Weight,
        /// Which part of the text is at `at`.
        align: Align,
    },
}

/// Which part of a text is at its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// Its beginning.
    Start,
    /// Its middle.
    Middle,
    /// Its end.
    End,
}
