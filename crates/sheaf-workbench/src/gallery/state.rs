//! What is looked for among the metrics.

use sheaf_school::desk::MetricCard;

use crate::rank::rank;

/// A change in the gallery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// What is looked for.
    Search(String),
    /// Nothing is looked for any more.
    Clear,
}

/// The gallery.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// What is looked for.
    pub search: String,
}

impl State {
    /// Applies one change.
    pub fn apply(&mut self, edit: Edit) {
        match edit {
            Edit::Search(words) => self.search = words,
            Edit::Clear => self.search.clear(),
        }
    }

    /// The metrics that fit, the best first: by name, question and what they read.
    pub fn fitting<'a>(&self, cards: &'a [MetricCard]) -> Vec<&'a MetricCard> {
        let words =
            |card: &MetricCard| format!("{} {} {}", card.name, card.question, card.reads.join(" "));
        let words: Vec<String> = cards.iter().map(words).collect();
        let found = rank(&self.search, words.iter().map(String::as_str));
        found.into_iter().filter_map(|place| cards.get(place)).collect()
    }
}
