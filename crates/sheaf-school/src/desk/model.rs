//! The plain values that a face shows.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::{Date, DateTime};
use sheaf_charts::ChartSpec;
use sheaf_records::{FieldPath, Kind, RecordId, Value};

use super::trust::{RecordKeeping, ToldLine};
use crate::network::PeerState;
use crate::shape::{Act, ConcernCounts, MetricState, Signed};

/// A code with its title.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What is stored.
    pub code: String,
    /// What is shown.
    pub title: String,
}

/// A pupil in a list or a typeahead.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PupilLine {
    /// The record.
    pub id: RecordId,
    /// The name by which staff know them.
    pub name: String,
    /// Year group as of today, such as `Year 9`; empty if not on roll.
    pub year_group: String,
    /// Registration group as of today.
    pub reg_group: String,
    /// Whether they are on the roll today.
    pub on_roll: bool,
}

/// What typeahead and forms need, in the order in which to offer it.
#[derive(Clone, Debug, Default)]
pub struct Roster {
    /// All pupils, by surname.
    pub pupils: Vec<PupilLine>,
    /// Incident categories, most used first.
    pub categories: Vec<Choice>,
    /// Places, most used first.
    pub locations: Vec<Choice>,
    /// Roles of a pupil in an incident; the first is the default.
    pub roles: Vec<Choice>,
    /// Actions taken.
    pub actions: Vec<Choice>,
    /// Whether this device may write in `safeguarding`.
    pub safeguarding: bool,
}

/// One line of a timeline or list of records.
#[derive(Clone, Debug, PartialEq)]
pub struct TimelineItem {
    /// The record.
    pub record: RecordId,
    /// What kind it is.
    pub kind: Kind,
    /// The name of its space.
    pub space: String,
    /// When it happened.
    pub at: Option<DateTime>,
    /// One line: `Defiance, corridor, period 4`.
    pub headline: String,
    /// The narrative or note, whole.
    pub text: String,
    /// The pupils in it with the title of each one's role.
    pub pupils: Vec<(RecordId, String, String)>,
    /// Severity from 1 to 5, where the kind has one.
    pub severity: Option<u8>,
    /// Who wrote it down.
    pub by: String,
    /// How many of its fields are in conflict.
    pub conflicts: usize,
    /// Open follow-ups and such: short labels to show beside the headline.
    pub labels: Vec<String>,
}

/// One value of one record, ready to show.
#[derive(Clone, Debug, PartialEq)]
pub struct DetailRow {
    /// Where it stands.
    pub path: FieldPath,
    /// The field's title.
    pub title: String,
    /// The value as words; codes by their title.
    pub value: String,
    /// Who set it.
    pub by: String,
    /// When, in the school's time.
    pub at: Option<DateTime>,
    /// More than one if people set it at once and nobody has chosen yet.
    pub contenders: Vec<ContenderLine>,
}

/// One of several values that a field has at once.
#[derive(Clone, Debug, PartialEq)]
pub struct ContenderLine {
    /// The value itself.
    pub value: Option<Value>,
    /// The value as words.
    pub words: String,
    /// Who set it.
    pub by: String,
    /// When, in the school's time.
    pub at: Option<DateTime>,
}

/// One record in full.
#[derive(Clone, Debug, PartialEq)]
pub struct Detail {
    /// Its line.
    pub item: TimelineItem,
    /// Its values.
    pub rows: Vec<DetailRow>,
    /// What may become of it.
    pub keeping: RecordKeeping,
}

/// One step in the history of a record, ready to show.
#[derive(Clone, Debug, PartialEq)]
pub struct HistoryLine {
    /// Who.
    pub by: String,
    /// On which device.
    pub device: String,
    /// When, in the school's time.
    pub at: DateTime,
    /// What was done as a whole.
    pub act: Act,
    /// What a check of its signature and of its author's right says.
    pub signed: Signed,
    /// Why; empty if its author did not say.
    pub reason: String,
    /// What differed.
    pub changes: Vec<ChangeLine>,
}

/// What one step did to one field, in words.
#[derive(Clone, Debug, PartialEq)]
pub struct ChangeLine {
    /// The field's title.
    pub title: String,
    /// The value before.
    pub before: String,
    /// The value after.
    pub after: String,
    /// The values that stood there at once before, of which this step chose.
    pub settled: Vec<String>,
    /// What others wrote there at the same time.
    pub at_once: Vec<ContenderLine>,
}

/// Something found by words.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// The record.
    pub record: RecordId,
    /// What kind it is.
    pub kind: Kind,
    /// Its line.
    pub headline: String,
    /// The words around the hit.
    pub excerpt: String,
}

/// A metric that can be run here.
#[derive(Clone, Debug, PartialEq)]
pub struct MetricCard {
    /// Its id, the name of its folder.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The question that it answers.
    pub question: String,
    /// Who wrote it and where it stands, in words.
    pub origin: String,
    /// Where it stands.
    pub state: MetricState,
    /// The record that holds it; none where it is not shared.
    pub record: Option<RecordId>,
    /// Whether whoever uses this device may take it back.
    pub may_withdraw: bool,
    /// The tables that it reads, in words.
    pub reads: Vec<String>,
    /// The kind of the first chart that it draws.
    pub sketch: Sketch,
    /// One field for each option.
    pub form: Vec<FormField>,
}

/// The kind of a chart, known before a metric has run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sketch {
    /// A line over time.
    #[default]
    Line,
    /// A staircase.
    Step,
    /// Bars.
    Bars,
    /// Estimates with their intervals.
    Forest,
    /// A line between its limits.
    Control,
    /// Before and after.
    Phase,
    /// Coloured cells in rows and columns.
    Heat,
}

/// One option of a metric as a form shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct FormField {
    /// The option's name.
    pub name: String,
    /// Its title.
    pub title: String,
    /// What it does.
    pub help: String,
    /// The unit, such as `school days`; empty for none.
    pub unit: String,
    /// How to ask for it.
    pub kind: FormKind,
    /// The default, as on the command line.
    pub default: String,
}

/// A column that a filter may name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilterColumn {
    /// Its name, as it is written.
    pub name: String,
    /// What it means.
    pub meaning: String,
    /// The codes of its values, where they come from a list.
    pub values: Vec<Choice>,
}

/// How a form asks for one option.
#[derive(Clone, Debug, PartialEq)]
pub enum FormKind {
    /// A whole number between two.
    Integer {
        /// The least.
        min: i64,
        /// The greatest.
        max: i64,
    },
    /// A number between two.
    Number {
        /// The least.
        min: f64,
        /// The greatest.
        max: f64,
    },
    /// One of several.
    Choice(Vec<Choice>),
    /// A period of the calendar: one of these, or two dates `2025-09-01..2026-07-20`.
    Period(Vec<Choice>),
    /// Any number of several, written with commas.
    Several(Vec<Choice>),
    /// A filter over the columns of a table.
    Filter {
        /// The columns that it may name.
        columns: Vec<FilterColumn>,
    },
    /// Yes or no.
    Boolean,
    /// Words.
    Text,
}

/// What a metric says.
#[derive(Clone, Debug, PartialEq)]
pub struct MetricResult {
    /// Its id.
    pub metric: String,
    /// The report's title.
    pub title: String,
    /// The sentence that says what was filtered.
    pub subtitle: String,
    /// The day taken as today.
    pub as_of: Date,
    /// The options that it ran with.
    pub options: BTreeMap<String, String>,
    /// Its findings.
    pub findings: Vec<FindingLine>,
    /// Its charts.
    pub charts: Vec<Arc<ChartSpec>>,
    /// Its tables.
    pub tables: Vec<ResultTable>,
    /// Pupils to talk about, for those who may see names.
    pub lists: Vec<(String, Vec<ListedPupil>)>,
    /// Pupils one by one, for those who may see names.
    pub cases: Vec<CaseLine>,
    /// What it cautions about as a whole.
    pub caveats: Vec<String>,
    /// When it ran, in the school's time.
    pub ran_at: DateTime,
    /// How it stands beside the period before, if that was asked for.
    pub compared: Option<Compared>,
    /// How long it ran.
    pub seconds: f64,
    /// How many rows it read.
    pub rows_read: u64,
}

impl MetricResult {
    /// A chart by its place: those of the metric, then those of the period before.
    pub fn chart(&self, place: usize) -> Option<&Arc<ChartSpec>> {
        match place.checked_sub(self.charts.len()) {
            None => self.charts.get(place),
            Some(place) => self.compared.as_ref()?.beneath.get(place)?.as_ref(),
        }
    }
}

/// A result beside that of the period before.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Compared {
    /// Which days are compared with which.
    pub words: String,
    /// Why there is nothing to compare with; empty if there is.
    pub refused: String,
    /// For each chart the one of the period before, where the two do not lie over each other.
    pub beneath: Vec<Option<Arc<ChartSpec>>>,
    /// What was found in the period before alone.
    pub only_before: Vec<String>,
}

/// What a finding was in the period before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BeforeLine {
    /// The estimate in words.
    pub estimate: String,
    /// Whether the two differ, as far as their intervals tell.
    pub verdict: String,
}

/// One finding.
#[derive(Clone, Debug, PartialEq)]
pub struct FindingLine {
    /// `info`, `watch`, `act` or `refused`.
    pub level: String,
    /// The sentence.
    pub text: String,
    /// The estimate in words, such as `48 % (95 % interval 41 to 56 %)`; empty for none.
    pub estimate: String,
    /// The same in the period before, if that was asked for and found.
    pub before: Option<BeforeLine>,
    /// What to keep in mind.
    pub caveats: Vec<String>,
}

/// A table of a result; hidden cells say so, missing ones are empty.
#[derive(Clone, Debug, PartialEq)]
pub struct ResultTable {
    /// Its title.
    pub title: String,
    /// The names of its columns.
    pub columns: Vec<String>,
    /// Its cells, row by row, as text.
    pub rows: Vec<Vec<String>>,
}

/// A pupil in a list of a result.
#[derive(Clone, Debug, PartialEq)]
pub struct ListedPupil {
    /// The record.
    pub id: RecordId,
    /// The name.
    pub name: String,
    /// Why they are listed, such as `7 referrals, last 12 November`.
    pub why: String,
    /// The records behind the line.
    pub behind: Vec<RecordId>,
}

/// One pupil's own course.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseLine {
    /// The record.
    pub id: RecordId,
    /// The name.
    pub name: String,
    /// What was reckoned, and the estimate in words.
    pub estimates: Vec<(String, String)>,
    /// The course itself.
    pub chart: Option<Arc<ChartSpec>>,
}

/// The school and who uses this device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchoolCard {
    /// The school's name.
    pub school: String,
    /// Whether it is invented.
    pub demo: bool,
    /// Who uses this device.
    pub person: String,
    /// Their role.
    pub role: String,
    /// The day taken as today.
    pub today: Date,
}

/// One space that this device is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpaceLine {
    /// Its name.
    pub name: String,
    /// How many records it holds.
    pub documents: u64,
}

/// Another device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeerLine {
    /// Whose it is.
    pub person: String,
    /// What it is called.
    pub device: String,
    /// How things stand with it.
    pub state: PeerState,
    /// When it was last met, in the school's time.
    pub last_met: Option<DateTime>,
}

/// What the status line shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusLine {
    /// The school.
    pub card: SchoolCard,
    /// The spaces that this device is in.
    pub spaces: Vec<SpaceLine>,
    /// The other devices.
    pub peers: Vec<PeerLine>,
    /// How many fields are in conflict.
    pub conflicts: u64,
    /// How many changes are held, and why.
    pub held: Vec<(String, u64)>,
    /// How many erasures wait for a second signature that whoever uses this device could give.
    pub erasures: u64,
    /// How many concerns ask for something.
    pub concerns: ConcernCounts,
    /// How many acts about who is in are known here: the number grows with each.
    pub acts: u64,
    /// Who has said that this device was removed from the school, if somebody has.
    pub told_out: Option<ToldLine>,
    /// What should be known of devices that were copied or restored, the newest first.
    pub notices: Vec<String>,
}
