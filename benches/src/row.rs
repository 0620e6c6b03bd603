//! One line of the table: what was measured, the figures, and the figure aimed at.

use std::fmt;

/// What figures are of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Wall-clock time in seconds.
    Seconds,
    /// A number of things.
    Count,
    /// Bytes.
    Bytes,
    /// Bytes of memory.
    Memory,
}

/// The figure that the median is to reach.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Aim {
    /// This or less.
    AtMost(f64),
    /// Less than this.
    Under(f64),
}

/// One line of the table.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// What was measured.
    pub what: String,
    /// What the figures are of.
    pub unit: Unit,
    /// A figure for each run.
    pub figures: Vec<f64>,
    /// What is aimed at, if anything is.
    pub aim: Option<Aim>,
}

impl Row {
    /// The middle figure, or the mean of the two in the middle.
    pub fn median(&self) -> Option<f64> {
        median(&self.figures)
    }

    /// The smallest figure.
    pub fn min(&self) -> Option<f64> {
        self.figures.iter().copied().min_by(f64::total_cmp)
    }

    /// The largest figure.
    pub fn max(&self) -> Option<f64> {
        self.figures.iter().copied().max_by(f64::total_cmp)
    }

    /// Whether the median reaches what is aimed at, where something is.
    pub fn is_met(&self) -> Option<bool> {
        let median = self.median()?;
        self.aim.map(|aim| match aim {
            Aim::AtMost(most) => median <= most,
            Aim::Under(bound) => median < bound,
        })
    }
}

/// The middle figure, or the mean of the two in the middle.
pub fn median(figures: &[f64]) -> Option<f64> {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    let upper = *sorted.get(sorted.len() / 2)?;
    match sorted.len() % 2 {
        1 => Some(upper),
        _ => sorted.get(sorted.len() / 2 - 1).map(|lower| f64::midpoint(*lower, upper)),
    }
}

impl Unit {
    /// A figure with its unit, as short as it can be read.
    pub fn show(self, figure: f64) -> String {
        match self {
            Self::Count => format!("{figure}"),
            Self::Bytes => format!("{figure:.0} B"),
            Self::Memory => format!("{:.0} MB", figure / 1e6),
            Self::Seconds if figure >= 1.0 => format!("{figure:.2} s"),
            Self::Seconds if figure >= 0.1 => format!("{:.0} ms", figure * 1e3),
            Self::Seconds if figure >= 1e-3 => format!("{:.2} ms", figure * 1e3),
            Self::Seconds => format!("{:.0} µs", figure * 1e6),
        }
    }

    /// A round figure with its unit.
    fn show_aim(self, figure: f64) -> String {
        match self {
            Self::Count => format!("{figure}"),
            Self::Bytes => format!("{} kB", figure / 1e3),
            Self::Memory => format!("{} MB", figure / 1e6),
            Self::Seconds if figure >= 1.0 => format!("{figure} s"),
            Self::Seconds => format!("{:.0} ms", figure * 1e3),
        }
    }
}

/// A figure that is aimed at, in words.
pub struct AimShown(pub Unit, pub Aim);

impl fmt::Display for AimShown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.1 {
            Aim::AtMost(most) => f.write_str(&self.0.show_aim(most)),
            Aim::Under(bound) => write!(f, "under {}", self.0.show_aim(bound)),
        }
    }
}
