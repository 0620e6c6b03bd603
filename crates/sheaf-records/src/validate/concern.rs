//! Contradictions in concerns and in what was decided on them.

use super::Check;
use crate::problem::FieldError;

impl Check<'_> {
    /// What was referred says to whom.
    pub(super) fn concern_decision(&mut self) {
        let refers = self.record.text("decision") == Some("refer");
        if refers && self.record.one("referred_to").is_none() {
            let expected = "the service that it was referred to, by its code";
            self.refuse("referred_to".into(), FieldError::Missing { expected });
        }
    }
}
