//! A pupil list in a face: what each row would do or has done, in words that are ready to be shown.

use std::io::ErrorKind;
use std::path::PathBuf;
use std::sync::Arc;

use sheaf_exchange::{
    ColumnMap, ExchangeError, FieldChange, ImportOutcome, ImportReport, RowReport,
};
use sheaf_records::{FieldSpec, FieldType, Kind, RecordId, spec, virtual_fields};

use super::model::Choice;
use super::place::at_home;
use super::reply::Reply;
use crate::error::{Result, SchoolError};
use crate::exchange::ImportMode;
use crate::school::School;

/// A list that is to be looked at or taken in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ListForm {
    /// The file; `~` stands for the home folder of whoever uses this device.
    pub path: PathBuf,
    /// Which column says which field, where its header does not: field and column.
    pub maps: Vec<(String, String)>,
    /// Whether anything is written, and what.
    pub mode: ImportMode,
}

/// A list, row by row.
#[derive(Clone, PartialEq, Eq)]
pub struct ListSheet {
    /// The file.
    pub path: PathBuf,
    /// Whether anything was written.
    pub outcome: ImportOutcome,
    /// How the file was read, in words.
    pub source: String,
    /// Each field that the list says, and the column that says it.
    pub columns: Vec<(String, String)>,
    /// Every row, in the order of the file.
    pub rows: Vec<ListRow>,
    /// The names of pupils on the roll here whom the list does not name.
    pub missing: Vec<String>,
    /// What else a person should know.
    pub notes: Vec<String>,
}

/// One row.
#[derive(Clone, PartialEq, Eq)]
pub struct ListRow {
    /// The line of the file on which it begins.
    pub line: usize,
    /// What it does.
    pub state: RowState,
    /// The pupil's name, as the row has it.
    pub pupil: String,
    /// The pupil's record, where it is here.
    pub record: Option<RecordId>,
    /// What changes, or why the row is refused.
    pub says: String,
}

/// What a row does.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum RowState {
    /// It is a pupil who is not here yet.
    New,
    /// It changes something about a pupil who is here.
    Changed,
    /// It says what is known.
    Same,
    /// It says what a row before it says.
    Repeated,
    /// It is not taken in.
    Refused,
}

/// What has to be said about a column before the list can be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ColumnQuestion {
    /// The field.
    pub field: String,
    /// What is the matter, in one line.
    pub why: String,
    /// The columns that may say it: what a map takes, and the header.
    pub columns: Vec<Choice>,
}

/// Says how many rows there are, and nothing of them.
impl std::fmt::Debug for ListSheet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ListSheet({} rows)", self.rows.len())
    }
}

/// Looks at a list or takes it in; tells how many pupils are written so far.
pub(super) fn list(school: &School, form: &ListForm, tell: &dyn Fn(usize)) -> Result<Reply> {
    let path = at_home(&form.path);
    let map = |(field, column): &(String, String)| format!("{field}={column}").parse();
    let maps: Result<Vec<ColumnMap>, ExchangeError> = form.maps.iter().map(map).collect();
    let maps = maps.map_err(|error| SchoolError::Refused(error.to_string()))?;
    match school.import_pupils(&path, &maps, form.mode, tell) {
        Ok(report) => Ok(Reply::List(Arc::new(sheet(school, path, report)))),
        Err(SchoolError::List { path, source }) => {
            let asks = question(&source).map(|asks| Reply::ListAsks(Arc::new(asks)));
            asks.ok_or(SchoolError::List { path, source })
        }
        Err(SchoolError::File { path, source }) if source.kind() == ErrorKind::NotFound => {
            let words = format!("there is no file {path}; check its place and its name");
            Err(SchoolError::Refused(words))
        }
        Err(error) => Err(error),
    }
}

fn question(error: &ExchangeError) -> Option<ColumnQuestion> {
    let choice = |code: String, name: &str| Choice { code, title: name.to_owned() };
    let (field, what, columns) = match error {
        ExchangeError::MissingColumn { field, columns, .. } => {
            let columns = columns.iter().map(|name| choice(name.clone(), name));
            (*field, "No column says the", columns.collect())
        }
        ExchangeError::DoubledColumn { field, columns } => {
            let columns = columns.iter().map(|(number, name)| {
                choice(number.to_string(), &format!("{name} (column {number})"))
            });
            (*field, "Several columns say the", columns.collect())
        }
        _ => return None,
    };
    let title = title(field).to_lowercase();
    let why = format!("{what} {title}: choose the one that does");
    Some(ColumnQuestion { field: field.to_owned(), why, columns })
}

fn field(name: &str) -> Option<&'static FieldSpec> {
    let of_a_day = virtual_fields(Kind::Pupil).iter().find(|field| field.name == name);
    spec(Kind::Pupil).field(name).or(of_a_day)
}

fn title(name: &str) -> &str {
    field(name).map_or(if name == "name" { "Name" } else { name }, |field| field.title)
}

fn sheet(school: &School, path: PathBuf, report: ImportReport) -> ListSheet {
    let source = &report.source;
    let system = source.system.map_or("A list".to_owned(), |name| format!("A list from {name}"));
    let source = format!(
        "{system}: {}, separated by {}s, header in line {}",
        source.encoding, source.separator, source.header_line
    );
    let columns = report.columns.iter();
    let columns = columns.map(|one| (title(one.field).to_owned(), one.column.clone())).collect();
    let rows = report.details.iter().map(|detail| row(school, &report, detail)).collect();
    ListSheet {
        path,
        outcome: report.outcome,
        source,
        columns,
        rows,
        missing: report.missing.iter().map(|pupil| pupil.name.clone()).collect(),
        notes: report.notes.iter().map(|note| in_quotes(note)).collect(),
    }
}

fn row(school: &School, report: &ImportReport, detail: &RowReport) -> ListRow {
    let state = match detail.outcome {
        "added" => RowState::New,
        "updated" => RowState::Changed,
        "unchanged" => RowState::Same,
        "repeated" => RowState::Repeated,
        _ => RowState::Refused,
    };
    let is_here = state != RowState::New || report.outcome == ImportOutcome::Imported;
    let changes = detail.changes.iter().map(|change| changed(school, change));
    let refusals = report.refused.iter().filter(|refusal| refusal.row == detail.row);
    let repeats = detail.repeats.map(|line| format!("Says what line {line} says"));
    let says = changes.chain(refusals.map(sheaf_exchange::Refusal::words)).chain(repeats);
    ListRow {
        line: detail.row,
        state,
        pupil: detail.pupil.clone(),
        record: detail.id.as_ref().filter(|_| is_here).and_then(|id| id.parse().ok()),
        says: in_quotes(&says.collect::<Vec<_>>().join("; ")),
    }
}

/// The marks around what a file says, as people write them.
fn in_quotes(text: &str) -> String {
    let mut is_open = false;
    let mark = |letter: char| match letter {
        '`' => {
            is_open = !is_open;
            if is_open { '“' } else { '”' }
        }
        other => other,
    };
    text.chars().map(mark).collect()
}

fn changed(school: &School, change: &FieldChange) -> String {
    let words = |value: &Option<String>| match (value, field(change.field).map(|one| &one.ty)) {
        (None, _) => "none".to_owned(),
        (Some(code), Some(FieldType::Code(list))) => {
            school.core.lists().codes.title(*list, code).to_owned()
        }
        (Some(value), _) => value.clone(),
    };
    format!("{}: {} → {}", title(change.field), words(&change.before), words(&change.after))
}

#[cfg(test)]
mod tests;
