//! What needs whoever uses this device now.

use jiff::ToSpan as _;
use jiff::civil::Date;
use sheaf_records::{Edit, FieldPath, Kind, ListId, RecordId, Value, monday_of};
use sheaf_store::Query;

use super::super::answer::Answerer;
use super::super::model::TimelineItem;
use super::lately::own_pupils;
use super::model::{Agenda, DayCount, FollowUpLine, ReviewLine};
use crate::error::{Result, SchoolError};
use crate::follow_up::{FOLLOW_UPS, open_follow_ups};
use crate::index_row::minute_of;
use crate::indexed::{Found, document_id, record_id};

/// So far ahead reviews are shown: time to ask for a meeting.
const DAYS_AHEAD: i64 = 7;

impl Answerer {
    pub(super) fn agenda(&mut self) -> Result<Agenda> {
        let me = self.school.own_staff_record()?;
        Ok(Agenda {
            follow_ups: self.follow_ups(me)?,
            reviews: self.reviews(me)?,
            conflicts: self.in_conflict()?,
            unread: self.unread(me)?,
            week: self.week()?,
        })
    }

    fn follow_ups(&mut self, me: Option<RecordId>) -> Result<Vec<FollowUpLine>> {
        let Some(me) = me else { return Ok(Vec::new()) };
        let query = Query::timeline(document_id(me));
        let rows = self.school.core.store.read(|snapshot| snapshot.list(&query))?.records;
        let mut lines = Vec::new();
        for row in rows {
            let found = Found::from_row(row)?;
            let item = self.item(&found)?;
            let names: Vec<String> = item.pupils.into_iter().map(|(_, name, _)| name).collect();
            for one in open_follow_ups(&found.record).filter(|one| one.owner == Some(me)) {
                lines.push(FollowUpLine {
                    record: found.record.id,
                    row: one.row,
                    what: one.what,
                    due: one.due,
                    pupils: names.clone(),
                    headline: found.title.clone(),
                });
            }
        }
        lines.sort_by_key(|line| line.due.unwrap_or(Date::MAX));
        lines.truncate(Agenda::MOST_LINES);
        Ok(lines)
    }

    fn reviews(&mut self, me: Option<RecordId>) -> Result<Vec<ReviewLine>> {
        let until = self.school.clock.today().saturating_add(DAYS_AHEAD.days());
        let mut lines = Vec::new();
        for (caseload, pupil, key) in own_pupils(&self.school, me)? {
            let Some((_, row)) = caseload.rows("pupils").find(|(one, _)| *one == key) else {
                continue;
            };
            let text = |column| row.get(column).and_then(Value::as_text).unwrap_or_default();
            let due = row.get("next_review").and_then(Value::as_date);
            let Some(due) = due.filter(|due| *due <= until) else { continue };
            lines.push(ReviewLine {
                caseload: caseload.id,
                pupil,
                name: self.name_of(pupil)?,
                tier: self.code_title(ListId::CaseloadTier, text("tier")),
                due,
                note: text("note").to_owned(),
            });
        }
        lines.sort_by(|one, other| (one.due, &one.name).cmp(&(other.due, &other.name)));
        Ok(lines)
    }

    fn in_conflict(&mut self) -> Result<Vec<TimelineItem>> {
        let limit = u32::try_from(Agenda::MOST_LINES).unwrap_or(u32::MAX);
        let all = self.school.core.store.read(|snapshot| snapshot.conflicts(limit))?;
        let mut records: Vec<RecordId> = all.iter().map(|one| record_id(one.record)).collect();
        records.dedup();
        let mut items = Vec::new();
        for record in records {
            // One that was erased meanwhile needs nobody.
            match self.school.get(record) {
                Ok(found) => items.push(self.item(&found)?),
                Err(SchoolError::NotFound { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(items)
    }

    fn week(&self) -> Result<Vec<DayCount>> {
        let today = self.school.clock.today();
        let monday = monday_of(today);
        (0..5_i64)
            .map(|place| {
                let date = monday.saturating_add(place.days());
                let before = date.saturating_sub(7.days());
                let count = if date <= today { self.count_on(date)? } else { None };
                Ok(DayCount { date, count, before: self.count_on(before)? })
            })
            .collect()
    }

    /// The incidents of a day; none if it is no school day. Without a calendar each weekday is one.
    fn count_on(&self, date: Date) -> Result<Option<u64>> {
        let lists = self.school.core.lists();
        if lists.calendar.as_ref().is_some_and(|days| !days.is_open(date)) {
            return Ok(None);
        }
        let midnight = |date: Date| minute_of(date.at(0, 0, 0, 0));
        let query = Query {
            from: Some(midnight(date)),
            before: Some(midnight(date.saturating_add(1.day()))),
            limit: Some(0),
            ..Query::of_kind(Kind::Incident.name())
        };
        Ok(Some(self.school.core.store.read(|snapshot| snapshot.list(&query))?.total))
    }

    /// Ticks a follow-up off, or takes the tick back.
    pub(super) fn tick(&self, record: RecordId, row: &str, done: bool) -> Result<()> {
        let found = self.school.get(record)?;
        if !found.record.rows(FOLLOW_UPS).any(|(key, _)| key == row) {
            return Err(SchoolError::NotFound {
                what: "follow-up",
                name: row.to_owned(),
                hint: format!(" in record {record}"),
            });
        }
        let path = FieldPath::Row {
            field: FOLLOW_UPS.to_owned(),
            key: row.to_owned(),
            column: "done".to_owned(),
        };
        self.school.save_edits(&found, vec![Edit { path, value: Some(Value::Bool(done)) }])?;
        Ok(())
    }
}
