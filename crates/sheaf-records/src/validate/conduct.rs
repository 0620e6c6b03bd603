//! Contradictions in detentions and call-outs.

use super::Check;
use crate::problem::{FieldError, Oddity};

impl Check<'_> {
    /// Only what was missed has a reason for it and something that follows from it.
    pub(super) fn detention(&mut self) {
        let record = self.record;
        let missed = !matches!(record.text("status"), Some("set" | "attended" | "cancelled"));
        for field in ["absence_reason", "escalated_to"] {
            if record.one(field).is_some() && !missed {
                self.refuse(field.into(), FieldError::OnlyWhenMissed);
            }
        }
    }

    /// A call-out is about somebody; who goes home after it is told what that may be.
    pub(super) fn call_out(&mut self) {
        self.names_somebody();
        for (pupil, row) in self.record.rows("pupils") {
            if row.get("outcome").and_then(|value| value.as_text()) == Some("home") {
                self.warn(format!("pupils.{pupil}.outcome"), Oddity::SentHome);
            }
        }
    }
}
