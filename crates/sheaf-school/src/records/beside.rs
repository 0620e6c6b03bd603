//! What a record says beside others: closed days, who is in an intervention, and how long a pupil
//! is suspended in a year.

use std::collections::BTreeMap;

use jiff::civil::Date;
use sheaf_records::{
    FieldError, Kind, MAX_SESSIONS_A_YEAR, Problem, Record, RecordId, Value, Warning, check_days,
    check_enrolled, suspended_sessions,
};
use sheaf_store::Query;

use crate::error::{Result, SchoolError};
use crate::indexed::{Found, document_id};
use crate::school::School;

impl School {
    /// What the calendar and the pupil's other records find odd about a record.
    ///
    /// # Errors
    /// With this suspension the pupil would be suspended for longer than the law allows.
    pub(super) fn check_beside(&self, record: &Record) -> Result<Vec<Warning>> {
        let mut warnings = {
            let lists = self.core.lists();
            let odd = lists.calendar.as_ref().map(|calendar| check_days(record, calendar));
            odd.unwrap_or_default()
        };
        if let Some(run) = self.run_of(record)? {
            warnings.extend(check_enrolled(record, &run));
        }
        if record.kind == Kind::Suspension && record.withdrawn().is_none() {
            self.check_year(record, 0)?;
        }
        Ok(warnings)
    }

    /// The intervention of a session, if it is here.
    fn run_of(&self, session: &Record) -> Result<Option<Record>> {
        let named = session.one("intervention").and_then(Value::as_record);
        let Some(run) = named.filter(|_| session.kind == Kind::InterventionSession) else {
            return Ok(None);
        };
        let row = self.core.store.read(|snapshot| snapshot.record(document_id(run)))?;
        row.map(|row| Ok(Found::from_row(row)?.record)).transpose()
    }

    /// Holds new suspensions that come together to the year, beside those that are here.
    ///
    /// # Errors
    /// With one of them a pupil would be suspended for longer than the law allows.
    pub(super) fn check_years(&self, records: &[Record]) -> Result<()> {
        let mut taken: BTreeMap<(RecordId, String), i64> = BTreeMap::new();
        let live =
            |record: &&Record| record.kind == Kind::Suspension && record.withdrawn().is_none();
        for suspension in records.iter().filter(live) {
            let Some((pupil, start)) = pupil_and_start(suspension) else { continue };
            let taken = taken.entry((pupil, self.school_year(start))).or_default();
            self.check_year(suspension, *taken)?;
            *taken += suspended_sessions(suspension);
        }
        Ok(())
    }

    /// A pupil is suspended for 45 school days a school year at most, over all suspensions: those
    /// that are here, and so many sessions that come with this one.
    fn check_year(&self, suspension: &Record, beside: i64) -> Result<()> {
        let Some((pupil, start)) = pupil_and_start(suspension) else { return Ok(()) };
        let (year, sessions) = (self.school_year(start), suspended_sessions(suspension));
        let before = beside + self.suspended_in(pupil, &year, suspension.id)?;
        if sessions == 0 || before + sessions <= MAX_SESSIONS_A_YEAR {
            return Ok(());
        }
        let error = FieldError::YearSuspendedTooLong { sessions, before, year };
        let path = "sessions".to_owned();
        Err(SchoolError::Invalid(vec![Problem { kind: Kind::Suspension, path, error }]))
    }

    /// The sessions of a pupil's other suspensions in a school year.
    fn suspended_in(&self, pupil: RecordId, year: &str, but: RecordId) -> Result<i64> {
        let query =
            Query { related: Some(document_id(pupil)), ..Query::of_kind(Kind::Suspension.name()) };
        let mut sessions = 0;
        for row in self.core.store.read(|snapshot| snapshot.list(&query))?.records {
            let other = Found::from_row(row)?.record;
            let start = other.one("start").and_then(Value::as_date);
            if other.id != but && start.is_some_and(|start| self.school_year(start) == year) {
                sessions += suspended_sessions(&other);
            }
        }
        Ok(sessions)
    }

    /// The school year of a day: that of the calendar, or from September on.
    fn school_year(&self, day: Date) -> String {
        const SEPTEMBER: i8 = 9;
        let lists = self.core.lists();
        let known = lists.calendar.as_ref().and_then(|calendar| calendar.year(day));
        known.map_or_else(
            || {
                let first = day.year() - i16::from(day.month() < SEPTEMBER);
                format!("{first}/{:02}", (first + 1).rem_euclid(100))
            },
            str::to_owned,
        )
    }
}

fn pupil_and_start(suspension: &Record) -> Option<(RecordId, Date)> {
    let pupil = suspension.one("pupil").and_then(Value::as_record);
    pupil.zip(suspension.one("start").and_then(Value::as_date))
}

#[cfg(test)]
mod tests;
