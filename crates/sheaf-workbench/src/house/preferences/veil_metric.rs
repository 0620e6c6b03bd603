//! What is said of shared metrics, without names.

use std::sync::Arc;

use sheaf_school::MetricReview;
use sheaf_school::desk::{MetricReply, SharedMetrics};

use super::veil::{Veil, hidden};

impl Veil {
    pub(super) fn metric(&self, reply: MetricReply) -> MetricReply {
        match reply {
            MetricReply::Review(page) => MetricReply::Review(Arc::new(self.review(&page))),
            MetricReply::Shared(page) => MetricReply::Shared(Arc::new(self.shared(&page))),
            // Neither says anything of a pupil.
            MetricReply::Draft(_) | MetricReply::Done(_) => reply,
        }
    }

    fn review(&self, page: &MetricReview) -> MetricReview {
        let mut veiled = page.clone();
        let pairs = veiled.findings.iter_mut();
        for words in pairs.flat_map(|pair| [&mut pair.old, &mut pair.new]).flatten() {
            *words = self.words(words);
        }
        let pairs = veiled.tables.iter_mut();
        let tables = pairs.flat_map(|pair| [&mut pair.old, &mut pair.new]).flatten();
        for cell in tables.flat_map(|table| &mut table.rows).flatten() {
            *cell = self.words(cell);
        }
        let note = &mut veiled.new.shape.note;
        *note = note.as_deref().map(hidden);
        veiled
    }

    /// A reason that a lead gave may name somebody.
    fn shared(&self, page: &SharedMetrics) -> SharedMetrics {
        let mut veiled = page.clone();
        for line in &mut veiled.lines {
            line.says = self.words(&line.says);
        }
        veiled
    }
}
