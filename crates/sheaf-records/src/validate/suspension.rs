//! Contradictions in suspensions, and what the law does not allow.

use super::Check;
use crate::codes::ListId;
use crate::problem::{FieldError, Oddity};
use crate::suspension::{MAX_REASONS, MAX_SESSIONS_A_YEAR, PERMANENT, reasons_by_rank};
use crate::value::Value;

impl Check<'_> {
    pub(super) fn suspension(&mut self) {
        self.length();
        self.reasons();
    }

    /// A permanent exclusion has no end, every other suspension a length within the year's limit.
    fn length(&mut self) {
        let record = self.record;
        let Some(ty) = record.text("type") else { return };
        let sessions = record.one("sessions").and_then(Value::as_int);
        if ty == PERMANENT {
            for field in ["end", "sessions"] {
                if record.one(field).is_some() {
                    self.refuse(field.into(), FieldError::EndOfPermanent);
                }
            }
            return;
        }
        match sessions {
            None => {
                let expected = "how many half-days it takes, as a whole number";
                self.refuse("sessions".into(), FieldError::Missing { expected });
            }
            Some(sessions) if sessions > MAX_SESSIONS_A_YEAR => {
                self.refuse("sessions".into(), FieldError::SuspendedTooLong { sessions });
            }
            Some(_) => {}
        }
    }

    /// One to three reasons, each of the list of the day, and one of them the main one.
    fn reasons(&mut self) {
        let record = self.record;
        let codes: Vec<&str> = reasons_by_rank(record).collect();
        let given = record.fields.contains_key("reasons");
        if codes.is_empty() && given {
            let expected = "at least one reason, by its code";
            self.refuse("reasons".into(), FieldError::Missing { expected });
        }
        if codes.len() > MAX_REASONS {
            let (count, max) = (codes.len(), MAX_REASONS);
            self.refuse("reasons".into(), FieldError::TooManyReasons { count, max });
        }
        for code in &codes {
            if let Some(day) = self.day
                && let Err(error @ FieldError::CodeNotValid { .. }) =
                    self.lists.find(ListId::SuspensionReason, code, day)
            {
                self.refuse(format!("reasons.{code}"), error);
            }
        }
        let is_main = |row: &std::collections::BTreeMap<String, Value>| {
            row.get("rank").and_then(Value::as_int) == Some(1)
        };
        let mains = record.rows("reasons").filter(|(_, row)| is_main(row)).count();
        if !codes.is_empty() && mains != 1 {
            self.warn("reasons".into(), Oddity::MainReasons(mains));
        }
    }
}
