//! Saving what the quick log holds.

use jiff::civil::DateTime;
use sheaf_records::Record;

use super::answer::Answerer;
use super::reply::Reply;
use super::request::{FollowUp, IncidentForm};
use crate::entropy;
use crate::error::Result;
use crate::follow_up::FOLLOW_UPS;

impl Answerer {
    /// Saves the incident. The draft of this face becomes the record and is let go of.
    pub(super) fn log(&mut self, form: &IncidentForm) -> Result<Reply> {
        let at: DateTime = form.occurred_at.unwrap_or_else(|| self.school.clock.now());
        let mut record = self.school.incident(at, &form.pupils)?;
        if let Some(id) = self.drafts.record() {
            record.id = id;
        }
        record.set("category", form.category.as_str());
        for (field, code) in [
            ("location", &form.location),
            ("action_taken", &form.action),
            ("home_told", &form.home_told),
            ("home_told_how", &form.home_told_how),
        ] {
            if let Some(code) = code {
                record.set(field, code.as_str());
            }
        }
        if form.home_told.as_deref() == Some("told") {
            record.set("home_told_at", self.school.clock.now());
        }
        if let Some(severity) = form.severity {
            record.set("severity", i64::from(severity));
        }
        let narrative = form.narrative.trim();
        if !narrative.is_empty() {
            record.set("narrative", narrative);
        }
        if let Some(follow_up) = &form.follow_up {
            self.add_follow_up(&mut record, follow_up);
        }
        let id = record.id;
        self.school.save_new(record, form.safeguarding.then_some("safeguarding"))?;
        self.end_draft()?;
        let headline = self.school.get(id)?.title;
        Ok(Reply::Saved { record: id, headline })
    }

    fn add_follow_up(&self, record: &mut Record, follow_up: &FollowUp) {
        let key = entropy::ulid(self.school.clock.now_ms());
        record.set_row(FOLLOW_UPS, &key, "what", follow_up.what.trim());
        let reporter = record.one("reporter").and_then(sheaf_records::Value::as_record);
        if let Some(owner) = follow_up.owner.or(reporter) {
            record.set_row(FOLLOW_UPS, &key, "owner", owner);
        }
        if let Some(due) = follow_up.due {
            record.set_row(FOLLOW_UPS, &key, "due", due);
        }
        record.set_row(FOLLOW_UPS, &key, "done", false);
    }
}
