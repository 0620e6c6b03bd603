//! What a metric says: findings, tables, charts, lists. The JSON of `metric run`.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Serialize, Serializer};
use sheaf_charts::{ChartSpec, IdSet};
use sheaf_records::RecordId;

/// The answer of a metric; serialises to the JSON that `metric run` promises.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// The id of the metric.
    pub metric: String,
    /// Its version.
    pub version: String,
    /// The hash over its files.
    pub script_hash: String,
    /// Its title.
    pub title: String,
    /// The sentence that says what was filtered.
    pub subtitle: String,
    /// The options that it ran with.
    pub options: BTreeMap<String, serde_json::Value>,
    /// The day taken as today.
    pub as_of: Date,
    /// Its sentences.
    pub findings: Vec<Finding>,
    /// Its tables.
    pub tables: Vec<Table>,
    /// Its charts.
    pub charts: Vec<ChartSpec>,
    /// Pupils to talk about, for those who may see names.
    pub lists: Vec<List>,
    /// Pupils one by one, for those who may see names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cases: Vec<Case>,
    /// What it cautions about as a whole.
    pub caveats: Vec<String>,
    /// What the script printed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub printed: Vec<String>,
    /// How long it ran; the caller fills it.
    pub seconds: Option<f64>,
    /// How many rows it read.
    pub rows_read: u64,
}

/// How much a finding asks of its reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// There is no answer, and why.
    Refused,
    /// To know.
    Info,
    /// To keep an eye on.
    Watch,
    /// To do something about.
    Act,
}

impl Level {
    /// All levels.
    pub const ALL: [Self; 4] = [Self::Info, Self::Watch, Self::Act, Self::Refused];

    /// The name that scripts use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Info => "info",
            Self::Watch => "watch",
            Self::Act => "act",
        }
    }
}

/// One sentence with its uncertainty.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Finding {
    /// How much it asks of its reader.
    pub level: Level,
    /// The sentence.
    pub text: String,
    /// The estimate behind it.
    pub estimate: Option<EstimateView>,
    /// The same by another way, to check the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub check: Option<EstimateView>,
    /// Why there is no answer, or why the level was changed.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub why: String,
    /// What to keep in mind.
    pub caveats: Vec<String>,
}

/// An estimate as it is shown: hidden ones have no numbers.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EstimateView {
    /// The value; none if hidden or refused.
    pub value: Option<f64>,
    /// The lower end of the interval.
    pub lower: Option<f64>,
    /// The upper end.
    pub upper: Option<f64>,
    /// The level of the interval.
    pub level: f64,
    /// The p-value of a test.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p: Option<f64>,
    /// The same, adjusted for its family.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p_adjusted: Option<f64>,
    /// The standard error of the log of a ratio, where it is reckoned on that scale.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_std_error: Option<f64>,
    /// The degrees of freedom of a t interval.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub df: Option<f64>,
    /// How many observations it rests on.
    pub n: Option<u64>,
    /// How many events.
    pub events: Option<u64>,
    /// The method by its usual name.
    pub method: String,
    /// What must hold for it to mean what it says.
    pub assumptions: Vec<String>,
    /// What the reader should know about this instance.
    pub warnings: Vec<String>,
    /// The estimate in words.
    pub words: String,
}

/// A table; cells that are hidden are null, counted and told from those that are missing.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Table {
    /// Its title.
    pub title: String,
    /// The names of its columns.
    pub columns: Vec<String>,
    /// Its cells, row by row.
    pub rows: Vec<Vec<serde_json::Value>>,
    /// How many cells are hidden because too few pupils are behind them.
    pub suppressed: u32,
    /// Which cells these are, as row and column from 0, in order: any other that is null is
    /// missing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hidden: Vec<(usize, usize)>,
    /// The records behind each row.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ids: Vec<IdSet>,
}

impl Table {
    /// Whether a cell is hidden because too few pupils are behind it.
    pub fn is_hidden(&self, row: usize, column: usize) -> bool {
        self.hidden.binary_search(&(row, column)).is_ok()
    }
}

/// Pupils by name.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct List {
    /// Its title.
    pub title: String,
    /// The pupils in order.
    pub pupils: Vec<Listed>,
}

/// A pupil in a list.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Listed {
    /// The record of the pupil.
    #[serde(serialize_with = "as_text")]
    pub id: RecordId,
    /// The name.
    pub name: String,
    /// Why they are listed, such as `7 referrals, last 12 Nov 2026`.
    pub why: String,
    /// The records behind the line.
    pub ids: IdSet,
}

/// One pupil's own view.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Case {
    /// The record of the pupil.
    #[serde(serialize_with = "as_text")]
    pub id: RecordId,
    /// The name.
    pub name: String,
    /// Estimates by name.
    pub estimates: BTreeMap<String, EstimateView>,
    /// The pupil's own course.
    pub chart: Option<ChartSpec>,
}

fn as_text<S: Serializer>(id: &RecordId, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(id)
}
