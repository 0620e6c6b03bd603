//! What an import would do: a decision on every row, and nothing done.

mod change;
mod twins;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use jiff::civil::Date;
use sheaf_records::{CodeLists, Edit, PupilView, Record, RecordId, pupil_name};

use self::change::Changer;
use self::twins::{Twin, twins};
use crate::column::PupilField;
use crate::matching::Matcher;
use crate::pupil_file::PupilFile;
use crate::report::{FieldChange, ImportOutcome, ImportReport, MissingPupil, Refusal, RowReport};
use crate::row::Row;
use crate::words::{Said, Words};

/// A pupil who is here.
#[derive(Clone, Debug)]
pub struct KnownPupil {
    /// The record with the values that show.
    pub record: Record,
    /// The fields that have several values at once, as `name` or `name.key.column`.
    pub in_conflict: BTreeSet<String>,
}

/// The school into which a list comes.
#[derive(Clone, Copy, Debug)]
pub struct Here<'a> {
    /// Every pupil.
    pub pupils: &'a [KnownPupil],
    /// The school's code lists.
    pub lists: &'a CodeLists,
    /// The day from which what is dated holds.
    pub today: Date,
}

/// Where fresh ids come from: this crate draws none.
pub trait NewIds {
    /// The id of a new record.
    fn record(&mut self) -> RecordId;
    /// The key of a new row.
    fn ulid(&mut self) -> String;
}

/// What an import would do.
pub struct PupilPlan {
    /// Every row that names somebody, in the order of the file.
    pub rows: Vec<RowPlan>,
    /// Pupils on the roll here whom the list does not name.
    pub missing: Vec<MissingPupil>,
    /// What else a person should know.
    pub notes: Vec<String>,
}

/// What one row would do.
pub struct RowPlan {
    /// The line of the file on which it begins.
    pub line: usize,
    /// The pupil's name, as the row has it.
    pub who: String,
    /// What it would do.
    pub outcome: RowOutcome,
}

/// What a row would do.
pub enum RowOutcome {
    /// A new pupil.
    Add(Box<Record>),
    /// Changes about a pupil who is here.
    Update {
        /// Who.
        id: RecordId,
        /// The changes as they are written.
        edits: Vec<Edit>,
        /// The changes as they are told.
        changes: Vec<FieldChange>,
    },
    /// Everything it says is known.
    Unchanged(RecordId),
    /// It says what the row on this line says.
    Repeats(usize),
    /// It cannot be taken in.
    Refuse(Vec<Refusal>),
}

/// Decides on every row of a list, all against the school as it is now.
pub fn plan_pupils(file: &PupilFile, here: &Here<'_>, ids: &mut dyn NewIds) -> PupilPlan {
    let words = Words { lists: here.lists, today: here.today };
    let (rows, blank): (Vec<Row>, Vec<Row>) = file
        .lines
        .iter()
        .map(|line| Row::read(line, &file.header, &words))
        .partition(Row::names_somebody);
    let matcher = Matcher::new(here.pupils, here.today);
    let mut found = Vec::new();
    let mut present = BTreeSet::new();
    let mut rows = rows;
    for row in &mut rows {
        let meant = matcher.find(row).unwrap_or_else(|(field, error)| {
            row.refuse(field, &file.header, &error);
            None
        });
        present.extend(meant);
        found.push(meant);
    }
    let twins = twins(&rows, &found);
    let mut changer = Changer { header: &file.header, here, ids, notes: BTreeMap::new() };
    let mut planned = Vec::new();
    for ((row, meant), twin) in rows.iter().zip(&found).zip(&twins) {
        let known = meant.and_then(|at| here.pupils.get(at));
        let outcome = match twin {
            Some(Twin::Repeats(line)) if row.refusals.is_empty() => RowOutcome::Repeats(*line),
            Some(Twin::Differs(field, error)) => {
                let twice = row.refusal(*field, &file.header, error);
                RowOutcome::Refuse([row.refusals.as_slice(), &[twice]].concat())
            }
            _ => changer.decide(row, known),
        };
        let who = row.who();
        let who = if who.is_empty() { known.map(name_of).unwrap_or_default() } else { who };
        planned.push(RowPlan { line: row.line, who, outcome });
    }
    let mut notes = file.header.notes.clone();
    notes.extend(changer.told());
    notes.extend(blank_note(&blank));
    let missing = missing(here, &present, &rows);
    PupilPlan { rows: planned, missing, notes }
}

fn name_of(known: &KnownPupil) -> String {
    pupil_name(&known.record)
}

fn blank_note(blank: &[Row]) -> Option<String> {
    let lines: Vec<String> = blank.iter().map(|row| row.line.to_string()).collect();
    match lines.as_slice() {
        [] => None,
        [one] => Some(format!("Line {one} names nobody and was passed over")),
        many => Some(format!("Lines {} name nobody and were passed over", many.join(", "))),
    }
}

/// Who is on the roll and not in the list: of the years that the list has, or of all where it says
/// nothing of years.
fn missing(here: &Here<'_>, present: &BTreeSet<usize>, rows: &[Row]) -> Vec<MissingPupil> {
    let years: BTreeSet<&str> =
        rows.iter().filter_map(|row| row.text(PupilField::YearGroup)).collect();
    let mut missing = Vec::new();
    for (at, pupil) in here.pupils.iter().enumerate() {
        let on = PupilView::new(&pupil.record).on(here.today);
        let covered = years.is_empty() || on.year_group.is_some_and(|year| years.contains(year));
        if on.is_on_roll() && covered && !present.contains(&at) {
            missing.push(MissingPupil {
                name: name_of(pupil),
                year_group: on.year_group.map(str::to_owned),
                reg_group: on.reg_group.map(str::to_owned),
                id: pupil.record.id.to_string(),
            });
        }
    }
    missing.sort();
    missing
}

impl PupilPlan {
    /// Whether some row is refused.
    pub fn has_refusals(&self) -> bool {
        self.rows.iter().any(|row| matches!(row.outcome, RowOutcome::Refuse(_)))
    }

    /// Whether some row would write something.
    pub fn has_writes(&self) -> bool {
        let writes =
            |row: &RowPlan| matches!(row.outcome, RowOutcome::Add(_) | RowOutcome::Update { .. });
        self.rows.iter().any(writes)
    }

    /// The plan as a report.
    pub fn report(&self, file: &PupilFile, outcome: ImportOutcome) -> ImportReport {
        let details: Vec<RowReport> = self.rows.iter().map(RowPlan::report).collect();
        let count = |name: &str| details.iter().filter(|one| one.outcome == name).count();
        let refused = self.rows.iter().filter_map(|row| match &row.outcome {
            RowOutcome::Refuse(refusals) => Some(refusals.iter().cloned()),
            _ => None,
        });
        ImportReport {
            format: "pupils",
            outcome,
            source: file.source().clone(),
            columns: file.columns(),
            rows: details.len(),
            added: count("added"),
            updated: count("updated"),
            unchanged: count("unchanged"),
            repeated: count("repeated"),
            refused_rows: count("refused"),
            refused: refused.flatten().collect(),
            details,
            missing: self.missing.clone(),
            notes: self.notes.clone(),
        }
    }
}

impl RowPlan {
    fn report(&self) -> RowReport {
        let (outcome, id, changes) = match &self.outcome {
            RowOutcome::Add(record) => ("added", Some(record.id), Vec::new()),
            RowOutcome::Update { id, changes, .. } => ("updated", Some(*id), changes.clone()),
            RowOutcome::Unchanged(id) => ("unchanged", Some(*id), Vec::new()),
            RowOutcome::Repeats(_) => ("repeated", None, Vec::new()),
            RowOutcome::Refuse(_) => ("refused", None, Vec::new()),
        };
        let repeats = match &self.outcome {
            RowOutcome::Repeats(line) => Some(*line),
            _ => None,
        };
        let id = id.map(|id| id.to_string());
        RowReport { row: self.line, outcome, pupil: self.who.clone(), id, repeats, changes }
    }
}

impl fmt::Debug for PupilPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PupilPlan({} rows)", self.rows.len())
    }
}

impl fmt::Debug for RowPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RowPlan(line {}, {:?})", self.line, self.outcome)
    }
}

impl fmt::Debug for RowOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Add(_) => "Add(..)",
            Self::Update { .. } => "Update(..)",
            Self::Unchanged(_) => "Unchanged(..)",
            Self::Repeats(_) => "Repeats(..)",
            Self::Refuse(_) => "Refuse(..)",
        })
    }
}

/// What a value is in words, for a report.
fn told(said: &Said) -> Option<String> {
    match said {
        Said::Is(value) => Some(value.to_string()),
        Said::Yes | Said::No => None,
    }
}
