//! Metrics as commands list them: who wrote, signed and approved them, and what is new.

use serde::Serialize;
use sheaf_metrics::{CheckProblem, FailedExample, Manifest};

use super::StampShape;

/// Where a metric stands in this school.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MetricState {
    /// It comes with Sheaf.
    Bundled,
    /// It lies on this device alone.
    Draft,
    /// It is shared, and no lead has decided yet.
    Waiting,
    /// A lead approved it: everybody may run it.
    Approved,
    /// It was approved, and a later version takes its place.
    Superseded,
    /// A lead refused it.
    Refused,
    /// Its author took it back.
    Withdrawn,
    /// What is stored is no metric that anybody signed.
    Broken,
}

impl MetricState {
    /// The name that commands print.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bundled => "bundled",
            Self::Draft => "draft",
            Self::Waiting => "waiting",
            Self::Approved => "approved",
            Self::Superseded => "superseded",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
            Self::Broken => "broken",
        }
    }
}

/// Who signed the files of a metric. Only the key is proven: names are what the signer says.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct SignatureShape {
    /// The key, in hexadecimal.
    pub key: String,
    /// Its first digits, to compare by eye.
    pub fingerprint: String,
    /// Who signed, as they call themselves.
    pub by: String,
    /// Their school, as they call it.
    pub school: String,
    /// Whose key it is, where it is one of this school; null: nobody here knows the key.
    pub known_as: Option<String>,
    /// It in words.
    pub says: String,
}

/// One version of a metric and where it stands.
#[derive(Clone, Debug, Serialize)]
pub struct MetricShape {
    /// What it says of itself; null where it cannot be read.
    #[serde(flatten)]
    pub manifest: Option<Manifest>,
    /// Where it stands.
    pub state: MetricState,
    /// The record that holds it; null where it is not shared.
    pub record: Option<String>,
    /// The hash over its files: what is approved.
    pub script_hash: Option<String>,
    /// Who signed it.
    pub signature: Option<SignatureShape>,
    /// Who shared it and when.
    pub shared: Option<StampShape>,
    /// What they said of it.
    pub note: Option<String>,
    /// Who decided last and when.
    pub decided: Option<StampShape>,
    /// Why it was refused, withdrawn or cannot be read.
    pub why: Option<String>,
}

impl MetricShape {
    /// Its id; empty where it cannot be read.
    pub fn id(&self) -> &str {
        self.manifest.as_ref().map(|one| one.id.as_str()).unwrap_or_default()
    }

    /// Its version; empty where it cannot be read.
    pub fn version(&self) -> &str {
        self.manifest.as_ref().map(|one| one.version.as_str()).unwrap_or_default()
    }
}

/// What was done with a metric, and what it means.
#[derive(Clone, Debug, Serialize)]
pub struct MetricDone {
    /// Its id.
    pub metric: String,
    /// Its version.
    pub version: String,
    /// The record that holds it; null where it is not shared.
    pub record: Option<String>,
    /// Where it stands now; null where it is not shared.
    pub state: Option<MetricState>,
    /// Who signed it.
    pub signature: Option<SignatureShape>,
    /// The file or the folder that was written.
    pub path: Option<String>,
    /// It in words.
    pub effect: String,
}

/// A version that waits beside the one that runs, over this school's data.
#[derive(Clone, Debug, Serialize)]
pub struct MetricReview {
    /// The metric.
    pub metric: String,
    /// The version that runs now; null where there is none.
    pub old: Option<ReviewSide>,
    /// The version that is looked at.
    pub new: ReviewSide,
    /// What both say, sentence by sentence.
    pub findings: Vec<FindingPair>,
    /// Their tables, by title.
    pub tables: Vec<TablePair>,
    /// Examples of the new version that gave what they say.
    pub passed: Vec<String>,
    /// Examples that did not.
    pub failed: Vec<FailedExample>,
    /// What else is wrong with the new version.
    pub problems: Vec<CheckProblem>,
    /// What the new version reads and the old one did not.
    pub reads_more: Vec<String>,
    /// Whether the new version may name pupils where the old one did not.
    pub names_pupils: bool,
    /// Its files beside the old ones.
    pub files: Vec<FileChange>,
}

impl MetricReview {
    /// Whether nothing that the old version said is said otherwise.
    pub fn is_same(&self) -> bool {
        self.findings.iter().all(|pair| pair.same) && self.tables.iter().all(|pair| pair.same)
    }
}

/// One of the two versions.
#[derive(Clone, Debug, Serialize)]
pub struct ReviewSide {
    /// The version and where it stands.
    #[serde(flatten)]
    pub shape: MetricShape,
    /// Why it said nothing; null where it ran.
    pub refused: Option<String>,
    /// How long it ran.
    pub seconds: f64,
    /// Options that this version takes no more, or not so.
    pub rows_read: u64,
}

/// One sentence of both versions.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct FindingPair {
    /// What the old one says; null: nothing.
    pub old: Option<String>,
    /// What the new one says; null: nothing.
    pub new: Option<String>,
    /// Whether both say the same, to the last digit.
    pub same: bool,
}

/// One table of both versions.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct TablePair {
    /// Its title.
    pub title: String,
    /// The old one's; null: it has none of that title.
    pub old: Option<ReviewTable>,
    /// The new one's; null: it has none of that title.
    pub new: Option<ReviewTable>,
    /// Whether both are the same, cell by cell.
    pub same: bool,
}

/// A table as it is shown.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct ReviewTable {
    /// Its columns.
    pub columns: Vec<String>,
    /// Its rows, as texts.
    pub rows: Vec<Vec<String>>,
}

/// One file of the new version beside the old one's.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct FileChange {
    /// The file.
    pub file: String,
    /// `added`, `removed` or `changed`.
    pub change: &'static str,
    /// Its lines with what stands around them.
    pub lines: Vec<LineChange>,
}

/// One line of such a file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct LineChange {
    /// `+` it is new, `-` it is gone, a blank: it stays, `…`: lines that stay are left out.
    pub sign: char,
    /// The line; what cannot be seen is written out.
    pub text: String,
}
