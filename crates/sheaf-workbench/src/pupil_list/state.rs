//! Which list is looked at, and what is known of it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use sheaf_school::desk::{ColumnQuestion, ListForm, ListRow, ListSheet, RowState};
use sheaf_school::{ImportMode, ImportOutcome};

use crate::widgets::grid::{Cursor, Walk};

/// A change in the view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// The place of the file was typed.
    Path(String),
    /// A file was dropped onto the window: it is read at once.
    Drop(PathBuf),
    /// Read the list, and write nothing.
    Read,
    /// This column says what was asked for: read the list again.
    Map(String),
    /// Write what the rows in sight say.
    Import,
    /// Show the rows that do this alone; all of them if none.
    Filter(Option<RowState>),
    /// On to another row.
    Walk(Walk),
    /// The row is in sight, and the keys are where they were sent.
    Settled,
    /// On to another file.
    Another,
}

/// What is going on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// The list is being read.
    Reading,
    /// Pupils are being written: so many so far.
    Writing(usize),
}

/// A part of the view that takes keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The box for the place of the file.
    File,
    /// The rows of the list.
    Rows,
}

/// The view.
#[derive(Clone, Debug)]
pub struct State {
    /// The place of the file as it was typed.
    pub typed: String,
    /// What was said about columns: field and column.
    pub maps: Vec<(String, String)>,
    /// What is going on, if anything.
    pub work: Option<Work>,
    /// The list that was read.
    pub sheet: Option<Arc<ListSheet>>,
    /// What has to be said about a column first.
    pub asks: Option<Arc<ColumnQuestion>>,
    /// Why the list cannot be read.
    pub refused: Option<String>,
    /// Which rows are shown.
    pub filter: Option<RowState>,
    /// Where the keys are among them.
    pub cursor: Cursor,
    /// Where the keys are still to be sent.
    pub sends_keys: Option<Part>,
}

impl Default for State {
    fn default() -> Self {
        Self {
            typed: String::new(),
            maps: Vec::new(),
            work: None,
            sheet: None,
            asks: None,
            refused: None,
            filter: None,
            cursor: Cursor::default(),
            sends_keys: Some(Part::File),
        }
    }
}

impl State {
    /// Applies one change; gives what is to be asked of the school.
    pub fn apply(&mut self, edit: Edit) -> Option<ListForm> {
        match edit {
            Edit::Path(typed) => {
                self.forget();
                self.typed = typed;
            }
            Edit::Drop(path) => {
                self.forget();
                self.typed = path.display().to_string();
                return self.ask(ImportMode::DryRun);
            }
            Edit::Read => return self.ask(ImportMode::DryRun),
            Edit::Map(column) => {
                let field = self.asks.as_ref()?.field.clone();
                self.maps.retain(|(of, _)| *of != field);
                self.maps.push((field, column));
                return self.ask(ImportMode::DryRun);
            }
            Edit::Import => {
                let refused = self.count(RowState::Refused);
                let mode =
                    if refused > 0 { ImportMode::KeepGood } else { ImportMode::AllOrNothing };
                return self.ask(mode).filter(|_| self.can_import());
            }
            Edit::Filter(filter) => {
                self.filter = filter;
                self.cursor = Cursor::default();
            }
            Edit::Walk(step) => self.cursor.walk(step),
            Edit::Settled => {
                self.cursor.reveal = false;
                self.sends_keys = None;
            }
            Edit::Another => *self = Self::default(),
        }
        None
    }

    fn forget(&mut self) {
        *self = Self { sends_keys: None, ..Self::default() };
    }

    fn ask(&mut self, mode: ImportMode) -> Option<ListForm> {
        let path = plain(&self.typed);
        if path.as_os_str().is_empty() || self.work.is_some() {
            return None;
        }
        self.work = Some(match mode {
            ImportMode::DryRun => Work::Reading,
            _ => Work::Writing(0),
        });
        self.refused = None;
        Some(ListForm { path, maps: self.maps.clone(), mode })
    }

    /// A list came.
    pub fn fill(&mut self, sheet: Arc<ListSheet>) {
        let has_refused = sheet.rows.iter().any(|row| row.state == RowState::Refused);
        let is_dry = sheet.outcome == ImportOutcome::DryRun;
        self.work = None;
        self.asks = None;
        self.filter = Some(RowState::Refused).filter(|_| has_refused && is_dry);
        self.cursor = Cursor { at: Some(0), ..Cursor::default() };
        self.sends_keys = Some(Part::Rows);
        self.sheet = Some(sheet);
    }

    /// Something has to be said about a column first.
    pub fn ask_back(&mut self, asks: Arc<ColumnQuestion>) {
        self.work = None;
        self.asks = Some(asks);
    }

    /// The list was refused.
    pub fn refuse(&mut self, why: String) {
        self.work = None;
        self.sends_keys = Some(Part::File);
        self.refused = Some(why);
    }

    /// So many pupils are written.
    pub fn has_written(&mut self, count: usize) {
        if let Some(Work::Writing(so_far)) = &mut self.work {
            *so_far = count;
        }
    }

    /// How many rows do this.
    pub fn count(&self, state: RowState) -> usize {
        let rows = self.sheet.as_ref().map(|sheet| sheet.rows.as_slice()).unwrap_or_default();
        rows.iter().filter(|row| row.state == state).count()
    }

    /// How many pupils the list would write, or has written.
    pub fn writes(&self) -> usize {
        self.count(RowState::New) + self.count(RowState::Changed)
    }

    /// Whether the list can be taken in as it was read.
    pub fn can_import(&self) -> bool {
        let is_dry = |sheet: &Arc<ListSheet>| sheet.outcome == ImportOutcome::DryRun;
        self.sheet.as_ref().is_some_and(is_dry) && self.writes() > 0
    }

    /// The rows in sight.
    pub fn shown(&self) -> Vec<&ListRow> {
        let rows = self.sheet.as_ref().map(|sheet| sheet.rows.as_slice()).unwrap_or_default();
        rows.iter().filter(|row| self.filter.is_none_or(|state| row.state == state)).collect()
    }
}

/// The place of a file without what other programs put around it when it is copied.
fn plain(typed: &str) -> PathBuf {
    let typed = typed.trim();
    let typed = typed.strip_prefix("file://").unwrap_or(typed);
    let quoted = |mark: char| typed.strip_prefix(mark).and_then(|rest| rest.strip_suffix(mark));
    Path::new(quoted('"').or_else(|| quoted('\'')).unwrap_or(typed)).to_owned()
}
