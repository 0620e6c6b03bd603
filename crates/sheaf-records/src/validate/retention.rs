//! Contradictions in a rule about how long records are kept.

use super::Check;
use crate::kind::Kind;
use crate::problem::FieldError;
use crate::retention::has_day;

impl Check<'_> {
    /// A period of years says how many and from what day; any other period says neither.
    pub(super) fn retention_rule(&mut self) {
        let record = self.record;
        let Some(period) = record.text("period") else { return };
        for (field, expected) in [("years", "how many"), ("runs_from", "birth, event or leaving")] {
            match (period == "years", record.one(field).is_some()) {
                (true, false) => self.refuse(field.into(), FieldError::Missing { expected }),
                (false, true) => self.refuse(field.into(), FieldError::OnlyWithYears),
                (true, true) | (false, false) => {}
            }
        }
        let kind: Option<Kind> = record.text("applies_to").and_then(|name| name.parse().ok());
        if let Some(kind) = kind
            && record.text("runs_from") == Some("event")
            && !has_day(kind)
        {
            self.refuse("runs_from".into(), FieldError::NoDay { kind });
        }
    }
}
