//! What the side panel shows, and the way back.

use std::sync::Arc;

use sheaf_records::RecordId;
use sheaf_school::desk::{EditForm, Request, TimelineItem};

use super::change::{Change, What};

/// At most so many pages are remembered for the way back.
const MOST_PAGES: usize = 20;

/// One page of the side panel.
#[derive(Clone, Debug, PartialEq)]
pub enum Page {
    /// A record in full.
    Record(RecordId),
    /// The records behind a mark or a line; none until they come.
    Behind {
        /// What they are behind of.
        title: String,
        /// The records.
        items: Option<Arc<[TimelineItem]>>,
        /// Why there are none.
        refused: Option<String>,
    },
}

/// A change in the side panel.
#[derive(Clone, Debug, PartialEq)]
pub enum Edit {
    /// Show the history, or hide it.
    TurnHistory,
    /// Write a change of the record in sight.
    Begin(What),
    /// The value was written or chosen.
    Type(String),
    /// The reason was written.
    Reason(String),
    /// The keys are in the first box.
    Focused,
    /// Ask for what was written.
    Save,
    /// Nothing is changed.
    End,
}

/// What is to be asked of the school.
#[derive(Clone, Debug)]
pub enum Ask {
    /// How to ask for a value.
    Form(Request),
    /// A change.
    Save(Request),
}

/// The pages, the one in sight last.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    pages: Vec<Page>,
    /// What is being changed in the record in sight.
    pub change: Option<Change>,
    /// Whether the history is shown.
    pub history: bool,
}

impl State {
    /// Applies one change; gives what to ask of the school.
    pub fn apply(&mut self, edit: Edit) -> Option<Ask> {
        match (edit, &mut self.change) {
            (Edit::TurnHistory, _) => self.history = !self.history,
            (Edit::Begin(what), _) => return self.begin(what),
            (Edit::End, _) => self.change = None,
            (Edit::Type(text), Some(Change { what: What::Value { typed, .. }, .. })) => {
                *typed = text;
            }
            (Edit::Reason(text), Some(change)) => change.reason = text,
            (Edit::Focused, Some(change)) => change.takes_focus = false,
            (Edit::Save, Some(change)) => match change.request() {
                Ok(request) => {
                    change.saving = true;
                    change.refused = None;
                    return Some(Ask::Save(request));
                }
                Err(why) => {
                    change.refused = Some(why.to_owned());
                    change.takes_focus = true;
                }
            },
            _ => {}
        }
        None
    }

    fn begin(&mut self, what: What) -> Option<Ask> {
        let record = self.record()?;
        let asked = match &what {
            What::Value { path, .. } => {
                Some(Ask::Form(Request::EditForm { record, path: path.clone() }))
            }
            What::Withdraw | What::Restore => None,
        };
        self.change = Some(Change::begin(record, what));
        asked
    }

    /// How to ask for the value came.
    pub fn fill_form(&mut self, form: Arc<EditForm>) {
        if let Some(change) = &mut self.change {
            change.fill(form);
        }
    }

    /// The change was refused; what was written stays.
    pub fn refuse_change(&mut self, why: String) {
        if let Some(change) = &mut self.change {
            change.saving = false;
            change.refused = Some(why);
        }
    }

    /// Puts away what was being changed; false if there is nothing.
    pub fn end_change(&mut self) -> bool {
        self.change.take().is_some()
    }

    /// The page in sight.
    pub fn page(&self) -> Option<&Page> {
        self.pages.last()
    }

    /// The record in sight.
    pub fn record(&self) -> Option<RecordId> {
        match self.page() {
            Some(Page::Record(record)) => Some(*record),
            _ => None,
        }
    }

    /// Whether there is a way back.
    pub fn has_back(&self) -> bool {
        self.pages.len() > 1
    }

    /// Shows a record: after a list with a way back to it, after another record in its place.
    pub fn open(&mut self, record: RecordId) {
        if let Some(Page::Record(_)) = self.page() {
            self.pages.pop();
        }
        self.push(Page::Record(record));
    }

    /// Shows a list that is on its way.
    pub fn list(&mut self, title: String) {
        self.pages.clear();
        self.push(Page::Behind { title, items: None, refused: None });
    }

    /// The list came.
    pub fn fill(&mut self, found: Result<Arc<[TimelineItem]>, String>) {
        for page in &mut self.pages {
            if let Page::Behind { items, refused, .. } = page {
                match &found {
                    Ok(list) => *items = Some(Arc::clone(list)),
                    Err(why) => *refused = Some(why.clone()),
                }
            }
        }
    }

    /// One step back.
    pub fn back(&mut self) {
        self.change = None;
        self.pages.pop();
    }

    /// Closes the panel.
    pub fn close(&mut self) {
        self.change = None;
        self.pages.clear();
    }

    fn push(&mut self, page: Page) {
        self.change = None;
        self.pages.push(page);
        if self.pages.len() > MOST_PAGES {
            self.pages.remove(0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::school;

    #[test]
    fn records_replace_each_other_and_lead_back_to_their_list() {
        let mut state = State::default();
        state.list("Day 10".to_owned());
        state.open(school::record(1));
        state.open(school::record(2));
        assert_eq!(state.record(), Some(school::record(2)));
        state.back();
        assert!(matches!(state.page(), Some(Page::Behind { items: None, .. })));
        state.fill(Ok(school::timeline().into()));
        assert!(matches!(state.page(), Some(Page::Behind { items: Some(_), .. })));
        state.close();
        assert_eq!(state.page(), None);
    }
}
