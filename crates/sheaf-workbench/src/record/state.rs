//! What the side panel shows, and the way back.

use std::sync::Arc;

use sheaf_records::RecordId;
use sheaf_school::desk::TimelineItem;

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

/// The pages, the one in sight last.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    pages: Vec<Page>,
}

impl State {
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
        self.pages.pop();
    }

    /// Closes the panel.
    pub fn close(&mut self) {
        self.pages.clear();
    }

    fn push(&mut self, page: Page) {
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
