//! Contradictions in scores and plans.

use jiff::civil::Date;

use super::Check;
use crate::problem::{FieldError, Oddity};
use crate::score::{NoSuchScale, score_range};
use crate::value::Value;

impl Check<'_> {
    /// Each scale is one of its measure, and within what it can come to.
    pub(super) fn score(&mut self) {
        let record = self.record;
        let Some(measure) = record.text("measure") else { return };
        if record.fields.contains_key("totals") && record.rows("totals").next().is_none() {
            let expected = "at least one total, by its scale";
            self.refuse("totals".into(), FieldError::Missing { expected });
        }
        for (scale, row) in record.rows("totals") {
            let score = row.get("score").and_then(Value::as_int);
            match (score_range(measure, scale), score) {
                (Err(NoSuchScale), _) => {
                    self.refuse(format!("totals.{scale}"), FieldError::NoSuchScale);
                }
                (Ok(Some(range)), Some(value)) if !(range.min..=range.max).contains(&value) => {
                    let (min, max) = (range.min, range.max);
                    let error = FieldError::OutOfRange { value, min, max };
                    self.refuse(format!("totals.{scale}.score"), error);
                }
                _ => {}
            }
        }
    }

    /// Nothing of a plan is due or reviewed before it starts, and one that has ended is not
    /// reviewed again.
    pub(super) fn plan(&mut self) {
        let record = self.record;
        let day = |name: &str| record.one(name).and_then(Value::as_date);
        let run = (day("start").unwrap_or(Date::MIN), day("end").unwrap_or(Date::MAX));
        for (key, row) in record.rows("targets") {
            if row.get("due").and_then(Value::as_date).is_some_and(|due| due < run.0) {
                self.warn(format!("targets.{key}.due"), Oddity::BeforePlan);
            }
        }
        for (key, _) in record.rows("reviews") {
            if key.parse().is_ok_and(|day: Date| day < run.0) {
                self.warn(format!("reviews.{key}"), Oddity::BeforePlan);
            }
        }
        if day("end").is_some() && day("next_review").is_some_and(|review| review > run.1) {
            self.warn("next_review".into(), Oddity::AfterPlan);
        }
    }
}
