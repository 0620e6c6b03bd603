//! Contradictions in interventions and their sessions.

use jiff::civil::Date;

use super::Check;
use crate::problem::Oddity;
use crate::value::Value;

impl Check<'_> {
    /// Nobody is in an intervention before it starts or after it ends, and only who was in it has
    /// an outcome.
    pub(super) fn intervention(&mut self) {
        let record = self.record;
        let day = |name: &str| record.one(name).and_then(Value::as_date);
        let run = (day("start").unwrap_or(Date::MIN), day("end").unwrap_or(Date::MAX));
        for (pupil, row) in record.rows("enrolments") {
            let path = |column: &str| format!("enrolments.{pupil}.{column}");
            for column in ["start", "end"] {
                let day = row.get(column).and_then(Value::as_date);
                if day.is_some_and(|day| !(run.0..=run.1).contains(&day)) {
                    self.warn(path(column), Oddity::OutsideRun);
                }
            }
            if row.contains_key("outcome") && !row.contains_key("start") {
                self.warn(path("outcome"), Oddity::NeverStarted);
            }
        }
    }

    /// Nobody attends a session that was not held.
    pub(super) fn intervention_session(&mut self) {
        let record = self.record;
        let held = record.text("status").is_none_or(|status| status == "held");
        for (pupil, row) in record.rows("pupils") {
            if !held && row.get("attended").and_then(Value::as_bool) == Some(true) {
                self.warn(format!("pupils.{pupil}.attended"), Oddity::NotHeld);
            }
        }
    }
}
