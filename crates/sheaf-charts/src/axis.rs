//! An axis: its scale, where it runs from and to, and its ticks with their text.

use serde::{Deserialize, Serialize};

use crate::format;
use crate::ticks;

/// One axis, laid out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Axis {
    /// What it measures.
    pub title: String,
    /// The unit, such as `school days`; empty for none.
    pub unit: String,
    /// What the numbers mean.
    pub scale: Scale,
    /// Where it runs from and to.
    pub domain: (f64, f64),
    /// The ticks in order, with their text.
    pub ticks: Vec<Tick>,
}

/// What the numbers of an axis mean.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Scale {
    /// Whole numbers.
    Count,
    /// Any numbers.
    Number,
    /// Shares from 0 to 1, shown as percentages.
    Share,
    /// School days since something, whole; ticks fall on whole weeks of five.
    SchoolDays,
    /// Days since 1970-01-01.
    Date {
        /// Where half-terms begin, to be preferred as ticks: day and name.
        starts: Vec<(i32, String)>,
    },
    /// Names at 0, 1, 2 …
    Category {
        /// The names in order.
        names: Vec<String>,
    },
}

/// One tick.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tick {
    /// Where.
    pub value: f64,
    /// Its text.
    pub label: String,
}

impl Axis {
    /// The ticks for a part of the axis, chosen as the layout chooses them; for zooming.
    pub fn ticks_for(&self, domain: (f64, f64), at_most: usize) -> Vec<Tick> {
        ticks::ticks_for(&self.scale, domain, at_most)
    }

    /// A value of this axis in words, as in a tooltip: `48.2 %`, `12 Nov 2026`.
    pub fn format(&self, value: f64) -> String {
        format::value(&self.scale, value)
    }

    /// The title with its unit.
    pub fn caption(&self) -> String {
        match (self.title.is_empty(), self.unit.is_empty()) {
            (false, false) => format!("{} ({})", self.title, self.unit),
            (false, true) => self.title.clone(),
            _ => self.unit.clone(),
        }
    }
}
