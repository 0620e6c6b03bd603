//! What a chart is made from, before layout.

use jiff::civil::Date;

use crate::axis::Scale;
use crate::spec::{Mark, Provenance};

/// The values of a chart and what they mean; [`layout`](crate::layout) makes a `ChartSpec` of it.
#[derive(Clone, Debug, PartialEq)]
pub struct ChartData {
    /// What it shows, in a few words.
    pub title: String,
    /// The sentence that says what was filtered.
    pub subtitle: String,
    /// The horizontal axis.
    pub x: AxisData,
    /// The vertical axis.
    pub y: AxisData,
    /// The layers, the lowest first.
    pub layers: Vec<LayerData>,
    /// What the reader should know besides what the layout adds.
    pub notes: Vec<String>,
    /// What to read aloud; made from the values if empty.
    pub summary: String,
    /// Where the numbers come from.
    pub provenance: Provenance,
}

impl ChartData {
    /// A chart with no layers yet.
    pub fn new(title: impl Into<String>, x: AxisData, y: AxisData, as_of: Date) -> Self {
        Self {
            title: title.into(),
            subtitle: String::new(),
            x,
            y,
            layers: Vec::new(),
            notes: Vec::new(),
            summary: String::new(),
            provenance: Provenance {
                source: String::new(),
                script_hash: String::new(),
                n: 0,
                suppressed: 0,
                as_of,
                notice: String::new(),
            },
        }
    }

    /// Adds a layer on top.
    #[must_use]
    pub fn layer(mut self, layer: LayerData) -> Self {
        self.layers.push(layer);
        self
    }
}

/// What an axis measures.
#[derive(Clone, Debug, PartialEq)]
pub struct AxisData {
    /// What it measures.
    pub title: String,
    /// The unit; empty for none.
    pub unit: String,
    /// What the numbers mean.
    pub scale: Scale,
    /// Where it runs from and to; from the values if none.
    pub domain: Option<(f64, f64)>,
    /// Where it begins if no domain is given.
    pub floor: Floor,
}

/// Where an axis begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Floor {
    /// At zero: for counts, rates and shares, where a cut axis would exaggerate.
    Zero,
    /// At the lowest value.
    Data,
}

impl AxisData {
    /// An axis of this scale; counts, shares and numbers begin at zero.
    pub fn new(title: impl Into<String>, scale: Scale) -> Self {
        let floor = match scale {
            Scale::Count | Scale::Number | Scale::Share | Scale::SchoolDays => Floor::Zero,
            Scale::Date { .. } | Scale::Category { .. } => Floor::Data,
        };
        Self { title: title.into(), unit: String::new(), scale, domain: None, floor }
    }

    /// Names the unit.
    #[must_use]
    pub fn unit(mut self, unit: impl Into<String>) -> Self {
        self.unit = unit.into();
        self
    }
}

/// One set of marks that are drawn alike; the layout chooses colour, dash and marker by series.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerData {
    /// The name of its series; layers of one name share a colour.
    pub name: String,
    /// How it is drawn.
    pub shape: ShapeData,
    /// The values.
    pub marks: Vec<Mark>,
}

/// How a layer is to be drawn; the layout works out the width of bars.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShapeData {
    /// Straight lines.
    Line,
    /// A staircase.
    Step,
    /// Points with whiskers.
    Points,
    /// Bars from zero.
    Bars,
    /// The area of the intervals.
    Band,
    /// The area of the intervals as a staircase.
    StepBand,
    /// A vertical reference line at each mark's x.
    RuleX,
    /// A horizontal reference line at each mark's y.
    RuleY,
    /// Words at each mark.
    Note,
    /// Coloured cells of one row of a heat chart, whose name stands at this place of the vertical
    /// axis.
    Heat {
        /// The place, from 0.
        row: u32,
    },
}

impl LayerData {
    /// A layer of these marks.
    pub fn new(name: impl Into<String>, shape: ShapeData, marks: Vec<Mark>) -> Self {
        Self { name: name.into(), shape, marks }
    }
}
