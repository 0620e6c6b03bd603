//! Which records of the own caseload's pupils were read: kept for each person in the home, not
//! replicated, and no longer than it is of use.

use std::collections::BTreeMap;

use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sheaf_records::{Kind, RecordId, Value};
use sheaf_store::Query;

use super::super::answer::Answerer;
use super::super::model::TimelineItem;
use super::lately::own_pupils;
use super::model::Agenda;
use crate::error::{Result, SchoolError};
use crate::index_row::minute_of;
use crate::indexed::{Found, document_id};

/// What happened longer ago than this is no news, read or not.
const MOST_DAYS: i64 = 28;

/// What a person has read.
#[derive(Default, Serialize, Deserialize)]
struct Reading {
    /// What happened before this day counts as read.
    since: Option<Date>,
    /// The records that were read, each with the entry that had changed it last by then: what is
    /// changed afterwards is news again.
    read: BTreeMap<String, String>,
}

impl Reading {
    fn parse(bytes: Option<&[u8]>) -> Self {
        // A value that cannot be read counts as none: at worst something is shown twice.
        bytes.and_then(|bytes| serde_json::from_slice(bytes).ok()).unwrap_or_default()
    }

    fn is_read(&self, found: &Found) -> bool {
        let entry = self.read.get(&found.record.id.to_string());
        entry == Some(&found.indexed.changed.entry)
    }
}

impl Answerer {
    fn reading_name(&self) -> String {
        format!("read/{}", self.school.person())
    }

    /// The first day whose records may be news: whoever never looked begins at yesterday's.
    fn news_since(&self, reading: &Reading) -> Date {
        let today = self.school.clock.today();
        let lists = self.school.core.lists();
        let school_day = lists.calendar.as_ref().and_then(|days| days.add_school_days(today, -1));
        let first = reading.since.or(school_day).unwrap_or(today.saturating_sub(1.day()));
        first.max(today.saturating_sub(MOST_DAYS.days()))
    }

    /// Records of the own caseload's pupils that others wrote and that were not read.
    pub(super) fn unread(&mut self, me: Option<RecordId>) -> Result<Vec<TimelineItem>> {
        let name = self.reading_name();
        let stored = self.school.core.store.read(|snapshot| snapshot.setting(&name))?;
        let reading = Reading::parse(stored.as_deref());
        let from = Some(minute_of(self.news_since(&reading).at(0, 0, 0, 0)));
        let mut news: BTreeMap<RecordId, Found> = BTreeMap::new();
        for (_, pupil, _) in own_pupils(&self.school, me)? {
            let query = Query { from, ..Query::timeline(document_id(pupil)) };
            for row in self.school.core.store.read(|snapshot| snapshot.list(&query))?.records {
                let found = Found::from_row(row)?;
                if self.is_of_others(&found, me) && !reading.is_read(&found) {
                    news.insert(found.record.id, found);
                }
            }
        }
        let mut items = news.values().map(|found| self.item(found)).collect::<Result<Vec<_>>>()?;
        items.sort_by_key(|item| std::cmp::Reverse(item.at));
        items.truncate(Agenda::MOST_LINES);
        Ok(items)
    }

    fn is_of_others(&self, found: &Found, me: Option<RecordId>) -> bool {
        let record = &found.record;
        let tells = !matches!(record.kind, Kind::Pupil | Kind::Caseload);
        let reporter = record.one("reporter").or_else(|| record.one("referred_by"));
        let signed = found.indexed.changed.person != self.school.person().to_string();
        tells && signed && (me.is_none() || reporter.and_then(Value::as_record) != me)
    }

    /// Remembers that these were read, as they stand now.
    pub(super) fn mark_read(&self, records: &[RecordId]) -> Result<()> {
        let name = self.reading_name();
        self.school.core.store.write(|txn| {
            let mut reading = Reading::parse(txn.setting(&name)?.as_deref());
            let since = self.news_since(&reading);
            reading.since = Some(since);
            for record in records {
                if let Some(row) = txn.record(document_id(*record))? {
                    let found = Found::from_row(row)?;
                    reading.read.insert(record.to_string(), found.indexed.changed.entry);
                }
            }
            let mut kept = BTreeMap::new();
            for (id, entry) in std::mem::take(&mut reading.read) {
                let Ok(record) = id.parse::<RecordId>() else { continue };
                let row = txn.record(document_id(record))?;
                if row.is_some_and(|row| row.sort_at >= minute_of(since.at(0, 0, 0, 0))) {
                    kept.insert(id, entry);
                }
            }
            reading.read = kept;
            let wrong = |_| SchoolError::Refused("what was read cannot be kept".to_owned());
            let bytes = serde_json::to_vec(&reading).map_err(wrong)?;
            Ok::<_, SchoolError>(txn.put_setting(&name, &bytes)?)
        })
    }
}
