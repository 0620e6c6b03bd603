//! The chart itself: everything that a renderer shows, already chosen.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::axis::{Axis, Scale};
use crate::format::decimals_of;
use crate::ids::IdSet;
use crate::token::{Dash, Marker, Token};

/// More do not fit into a cell.
const MAX_CELL_DECIMALS: usize = 2;

/// A chart, laid out: a renderer chooses nothing but pixels.
///
/// Made by [`layout`](crate::layout); written and read as JSON.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChartSpec {
    /// What it shows, in a few words.
    pub title: String,
    /// The sentence that says what was filtered.
    pub subtitle: String,
    /// The horizontal axis.
    pub x: Axis,
    /// The vertical axis.
    pub y: Axis,
    /// What is drawn, the lowest first.
    pub layers: Vec<Layer>,
    /// The series, in the order in which they are listed; empty where there is only one.
    pub legend: Vec<LegendEntry>,
    /// What the reader should know: what the band is, what is hidden.
    pub notes: Vec<String>,
    /// One or two sentences, read aloud.
    pub summary: String,
    /// Where the numbers come from.
    pub provenance: Provenance,
}

impl ChartSpec {
    /// Whether it is a heat chart, whose vertical axis names rows.
    pub fn is_heat(&self) -> bool {
        self.layers.iter().any(|layer| matches!(layer.shape, Shape::Heat { .. }))
    }

    /// A value of a layer in words: of a heat chart the vertical axis names rows, and the values
    /// are those of its cells.
    pub fn format(&self, layer: &Layer, value: f64) -> String {
        match layer.shape {
            Shape::Heat { .. } => crate::format::value(&Scale::Count, value),
            _ => self.y.format(value),
        }
    }

    /// How many decimals the numbers in the cells of a heat chart have: all of them as many as the
    /// one that needs most, so that 9 beside 9.2 reads 9.0.
    pub fn cell_decimals(&self) -> usize {
        let heat = self.layers.iter().filter(|layer| matches!(layer.shape, Shape::Heat { .. }));
        let values = heat.flat_map(|layer| &layer.marks).filter_map(|mark| mark.y);
        values.map(|value| decimals_of(value).min(MAX_CELL_DECIMALS)).max().unwrap_or(0)
    }
}

/// One set of marks that are drawn alike.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Layer {
    /// The name of its series; layers of one name belong together.
    pub name: String,
    /// How it is drawn.
    pub shape: Shape,
    /// Its colour.
    pub token: Token,
    /// How its line is broken.
    pub dash: Dash,
    /// The shape of its points.
    pub marker: Marker,
    /// The values, in the order of x for lines, steps and bands.
    pub marks: Vec<Mark>,
}

/// How a layer is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Shape {
    /// Marks joined by straight lines; a mark without a value breaks the line.
    Line,
    /// A staircase: each value holds until the next.
    Step,
    /// Points, with a whisker where there is an interval.
    Points,
    /// Bars from zero, centred at `x + offset`, `width` wide in units of x.
    Bars {
        /// How far the bars stand from their x, so that several series stand side by side.
        offset: f64,
        /// How wide one bar is.
        width: f64,
    },
    /// The area between the two ends of the intervals, joined straight.
    Band,
    /// The area between the two ends of the intervals, as a staircase.
    StepBand,
    /// A line across the whole chart at each mark's x.
    RuleX,
    /// A line across the whole chart at each mark's y.
    RuleY,
    /// The label of each mark, written at its place.
    Note,
    /// A row of coloured cells at this place of the vertical axis, each with its value.
    Heat {
        /// The place, from 0.
        row: u32,
    },
}

impl Shape {
    /// The name that files use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Line => "line",
            Self::Step => "step",
            Self::Points => "points",
            Self::Bars { .. } => "bars",
            Self::Band => "band",
            Self::StepBand => "step_band",
            Self::RuleX => "rule_x",
            Self::RuleY => "rule_y",
            Self::Note => "note",
            Self::Heat { .. } => "heat",
        }
    }

    /// Whether it shows measured values, rather than an interval, a reference or words.
    pub const fn is_series(self) -> bool {
        matches!(
            self,
            Self::Line | Self::Step | Self::Points | Self::Bars { .. } | Self::Heat { .. }
        )
    }

    /// Whether it shows measured values or their intervals.
    pub const fn is_value(self) -> bool {
        self.is_series() || matches!(self, Self::Band | Self::StepBand)
    }

    /// Whether its marks are joined.
    pub const fn is_joined(self) -> bool {
        matches!(self, Self::Line | Self::Step | Self::Band | Self::StepBand)
    }
}

/// Whether a mark has a value to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It has.
    Shown,
    /// It has, and too few pupils are behind it to show it.
    Suppressed,
    /// There was nothing to measure; that is not zero.
    NoData,
}

/// One value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mark {
    /// Where on the horizontal axis: a number, days since 1970-01-01, or the place of a category.
    pub x: f64,
    /// The value; none unless the status is `shown`.
    pub y: Option<f64>,
    /// The two ends of the interval, the lower first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval: Option<(f64, f64)>,
    /// How many cases are behind it; 0 where that is not known or not to be shown.
    #[serde(default)]
    pub n: u32,
    /// Whether it has a value to show.
    pub status: Status,
    /// Words at the mark: of a note or a rule.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub label: String,
    /// How a cell of a heat chart is coloured; none elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heat: Option<Heat>,
    /// The records behind it.
    #[serde(default, skip_serializing_if = "IdSet::is_empty")]
    pub ids: IdSet,
}

impl Mark {
    /// A value to show.
    pub fn shown(x: f64, y: f64) -> Self {
        Self { y: Some(y), status: Status::Shown, ..Self::no_data(x) }
    }

    /// A value with its interval.
    pub fn with_interval(x: f64, y: f64, lower: f64, upper: f64) -> Self {
        Self { interval: Some((lower, upper)), ..Self::shown(x, y) }
    }

    /// A value that may not be shown: nothing of it is kept.
    pub fn suppressed(x: f64) -> Self {
        Self { status: Status::Suppressed, ..Self::no_data(x) }
    }

    /// Nothing to measure.
    pub fn no_data(x: f64) -> Self {
        Self {
            x,
            y: None,
            interval: None,
            n: 0,
            status: Status::NoData,
            label: String::new(),
            heat: None,
            ids: IdSet::default(),
        }
    }

    /// A place with words.
    pub fn labelled(x: f64, y: f64, label: impl Into<String>) -> Self {
        Self { label: label.into(), ..Self::shown(x, y) }
    }

    /// Adds the count and the records behind it.
    #[must_use]
    pub fn behind(self, n: u32, ids: IdSet) -> Self {
        Self { n, ids, ..self }
    }
}

/// The colour of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Heat {
    /// From -1, far less than was to be expected, over 0 to 1, far more.
    pub shade: f64,
    /// Whether it stands out and is outlined.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_marked: bool,
}

impl Heat {
    /// The strongest colour leaves the number on it readable on either ground.
    const MOST: f64 = 0.62;

    /// The colour, and how opaque it is: more and less differ for eyes that tell few colours apart.
    pub fn ink(self) -> (Token, f64) {
        let token = if self.shade < 0.0 { Token::Series1 } else { Token::Series2 };
        (token, Self::MOST * self.shade.abs().min(1.0))
    }
}

/// One line of the legend.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegendEntry {
    /// The name of the series.
    pub label: String,
    /// Its colour.
    pub token: Token,
    /// Its marker.
    pub marker: Marker,
    /// How its line is broken.
    pub dash: Dash,
    /// The shape of the layer that it stands for: `line`, `step`, `points` or `bars`.
    pub shape: String,
}

/// Where the numbers of a chart come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// The metric and its version.
    pub source: String,
    /// The hash over the files of the metric, in hexadecimal; empty for none.
    pub script_hash: String,
    /// How many cases there are in all.
    pub n: u64,
    /// How many values are hidden because too few pupils are behind them.
    pub suppressed: u32,
    /// The day taken as today.
    pub as_of: Date,
    /// What every copy must say, such as that the school is invented; empty for nothing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub notice: String,
}
