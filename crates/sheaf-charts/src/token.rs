//! Colours by name, and the shapes and dashes that say the same without colour.

use serde::{Deserialize, Serialize};

/// A colour, 8 bits a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rgb(pub u8, pub u8, pub u8);

/// The ground on which a chart is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Theme {
    /// White paper; also the light theme on screen.
    Light,
    /// The dark theme on screen.
    Dark,
}

/// A colour by its part in the chart.
///
/// The series are the Okabe-Ito palette, which people with the common kinds of colour blindness
/// can tell apart, in the order that keeps neighbours far from each other; yellow is darkened on
/// white and the rest lightened on black until each reaches 3:1 against its ground.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Token {
    /// First series: blue.
    Series1,
    /// Second series: vermilion.
    Series2,
    /// Third series: bluish green.
    Series3,
    /// Fourth series: reddish purple.
    Series4,
    /// Fifth series: orange.
    Series5,
    /// Sixth series: sky blue.
    Series6,
    /// Seventh series: yellow.
    Series7,
    /// What is compared with: a period before.
    Earlier,
    /// Reference lines and notes.
    Reference,
    /// Titles and values.
    Ink,
    /// Labels of axes, captions.
    Muted,
    /// Grid lines.
    Grid,
    /// The ground.
    Ground,
}

impl Token {
    /// The series in order of use.
    pub const SERIES: [Self; 7] = [
        Self::Series1,
        Self::Series2,
        Self::Series3,
        Self::Series4,
        Self::Series5,
        Self::Series6,
        Self::Series7,
    ];

    /// The token of a series by its place; after the seventh they begin again with another dash.
    pub fn series(index: usize) -> Self {
        Self::SERIES.get(index % Self::SERIES.len()).copied().unwrap_or(Self::Series1)
    }

    /// The name that files use, such as `series_1`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Series1 => "series_1",
            Self::Series2 => "series_2",
            Self::Series3 => "series_3",
            Self::Series4 => "series_4",
            Self::Series5 => "series_5",
            Self::Series6 => "series_6",
            Self::Series7 => "series_7",
            Self::Earlier => "earlier",
            Self::Reference => "reference",
            Self::Ink => "ink",
            Self::Muted => "muted",
            Self::Grid => "grid",
            Self::Ground => "ground",
        }
    }

    /// The colour on one ground.
    pub const fn colour(self, theme: Theme) -> Rgb {
        match theme {
            Theme::Light => self.light(),
            Theme::Dark => self.dark(),
        }
    }

    const fn light(self) -> Rgb {
        match self {
            Self::Series1 => Rgb(0x00, 0x72, 0xb2),
            Self::Series2 => Rgb(0xd5, 0x5e, 0x00),
            Self::Series3 => Rgb(0x00, 0x8f, 0x68),
            Self::Series4 => Rgb(0xb8, 0x5c, 0x90),
            Self::Series5 => Rgb(0xb8, 0x7a, 0x00),
            Self::Series6 => Rgb(0x2b, 0x8f, 0xc7),
            Self::Series7 => Rgb(0x8f, 0x86, 0x00),
            Self::Earlier => Rgb(0x8a, 0x94, 0xa3),
            Self::Reference => Rgb(0x52, 0x58, 0x62),
            Self::Ink => Rgb(0x1b, 0x1f, 0x27),
            Self::Muted => Rgb(0x5b, 0x63, 0x70),
            Self::Grid => Rgb(0xe3, 0xe6, 0xeb),
            Self::Ground => Rgb(0xff, 0xff, 0xff),
        }
    }

    const fn dark(self) -> Rgb {
        match self {
            Self::Series1 => Rgb(0x4d, 0xa9, 0xe0),
            Self::Series2 => Rgb(0xf0, 0x83, 0x3a),
            Self::Series3 => Rgb(0x2f, 0xbf, 0x96),
            Self::Series4 => Rgb(0xdd, 0x94, 0xbd),
            Self::Series5 => Rgb(0xe6, 0x9f, 0x00),
            Self::Series6 => Rgb(0x83, 0xcb, 0xf0),
            Self::Series7 => Rgb(0xf0, 0xe4, 0x42),
            Self::Earlier => Rgb(0x6f, 0x7b, 0x8c),
            Self::Reference => Rgb(0xa7, 0xb0, 0xbd),
            Self::Ink => Rgb(0xec, 0xef, 0xf4),
            Self::Muted => Rgb(0x9a, 0xa3, 0xb2),
            Self::Grid => Rgb(0x2f, 0x36, 0x42),
            Self::Ground => Rgb(0x17, 0x1b, 0x22),
        }
    }
}

/// How a line is broken, so that lines differ without colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dash {
    /// Unbroken.
    Solid,
    /// Long strokes.
    Dashed,
    /// Dots.
    Dotted,
    /// Strokes and dots in turn.
    DashDot,
}

impl Dash {
    /// The dash of a series by its place.
    pub const fn series(index: usize) -> Self {
        match index % 4 {
            0 => Self::Solid,
            1 => Self::Dashed,
            2 => Self::DashDot,
            _ => Self::Dotted,
        }
    }

    /// Lengths of stroke and gap in turn, in logical pixels; empty for an unbroken line.
    pub const fn pattern(self) -> &'static [f64] {
        match self {
            Self::Solid => &[],
            Self::Dashed => &[7.0, 4.0],
            Self::Dotted => &[2.0, 3.0],
            Self::DashDot => &[8.0, 3.0, 2.0, 3.0],
        }
    }
}

/// The shape of a point, so that series differ without colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Marker {
    /// A filled circle.
    Circle,
    /// A filled square.
    Square,
    /// A filled triangle, point up.
    Triangle,
    /// A filled square on its corner.
    Diamond,
}

impl Marker {
    /// The marker of a series by its place.
    pub const fn series(index: usize) -> Self {
        match index % 4 {
            0 => Self::Circle,
            1 => Self::Square,
            2 => Self::Triangle,
            _ => Self::Diamond,
        }
    }
}
