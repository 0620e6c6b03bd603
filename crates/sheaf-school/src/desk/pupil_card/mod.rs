//! The head of a pupil's view: facts, weeks, support.

mod model;
mod support;
#[cfg(test)]
mod tests;

use jiff::civil::Date;
use sheaf_analytics::PeriodSpec;
use sheaf_records::{
    Kind, ListId, PupilView, Record, RecordId, SchoolCalendar, Value, full_name, occurred,
};
use sheaf_store::Query;

pub use model::{Fact, NamedPeriod, PupilCard, SupportLine, SupportState, Suspended, WeekMarks};

use super::{caseload, school_weeks};
use crate::error::{Result, SchoolError};
use crate::indexed::{Found, document_id};
use crate::school::School;

/// Two terms' worth of school weeks: what a review looks back on.
const WEEKS: usize = 26;

/// The card of a pupil as it is now.
pub(super) fn card(school: &School, pupil: RecordId) -> Result<PupilCard> {
    let found = school.get(pupil)?;
    let today = school.clock.today();
    let records = related(school, pupil)?;
    let support = support::lines(school, pupil, &records)?;
    let facts = facts(school, &found.record, &records)?;
    let lists = school.core.lists();
    let calendar = lists.calendar.as_ref();
    let mondays = school_weeks::last_weeks(calendar, today, WEEKS);
    let year = PeriodSpec::ThisYear;
    let year = calendar.and_then(|calendar| year.resolve(calendar, today).ok());
    let in_year = |record: &&Record| {
        let day = occurred(record).map(|at| at.date());
        year.is_none_or(|year| day.is_some_and(|day| year.contains(day)))
    };
    let of_kind = |kind: Kind| {
        records.iter().map(|found| &found.record).filter(move |record| record.kind == kind)
    };
    let suspensions = of_kind(Kind::Suspension).filter(in_year);
    Ok(PupilCard {
        pupil,
        facts,
        weeks: weeks(&records, pupil, &mondays),
        support,
        suspended: suspended(suspensions),
        stays: number(of_kind(Kind::RoomStay).filter(in_year).count()),
        periods: periods(calendar, today),
    })
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn related(school: &School, pupil: RecordId) -> Result<Vec<Found>> {
    let query = Query::timeline(document_id(pupil));
    let rows = school.core.store.read(|snapshot| snapshot.list(&query))?.records;
    rows.into_iter().map(Found::from_row).collect()
}

/// What staff ask first, as of today, beside year and registration group, which the roster has;
/// what is not known is left out.
fn facts(school: &School, pupil: &Record, records: &[Found]) -> Result<Vec<Fact>> {
    let today = school.clock.today();
    let on = PupilView::new(pupil).on(today);
    let lists = school.core.lists();
    let coded = |list: ListId, code: Option<&str>| {
        code.map(|code| lists.codes.title(list, code).to_owned()).unwrap_or_default()
    };
    let mut facts = vec![
        ("SEN", coded(ListId::SenStatus, on.get("sen_status"))),
        ("Pupil premium", coded(ListId::PupilPremium, on.get("pupil_premium"))),
    ];
    facts.push(("Key worker", key_workers(school, pupil.id, records, today)?));
    let facts = facts.into_iter().filter(|(_, value)| !value.is_empty());
    Ok(facts.map(|(title, value)| Fact { title: title.to_owned(), value }).collect())
}

fn key_workers(school: &School, pupil: RecordId, records: &[Found], today: Date) -> Result<String> {
    let mut names = Vec::new();
    for found in records.iter().filter(|found| found.record.kind == Kind::Caseload) {
        let key = pupil.to_string();
        let row = found.record.rows("pupils").find(|(id, _)| *id == key);
        if !row.is_some_and(|(_, row)| caseload::is_open(row, today)) {
            continue;
        }
        if let Some(worker) = found.record.one("key_worker").and_then(Value::as_record) {
            match school.get(worker) {
                Ok(staff) => names.push(full_name(&staff.record)),
                Err(SchoolError::NotFound { .. }) => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(names.join(", "))
}

fn weeks(records: &[Found], pupil: RecordId, mondays: &[Date]) -> Vec<WeekMarks> {
    let days = |kind: Kind| {
        records
            .iter()
            .map(|found| &found.record)
            .filter(move |record| record.kind == kind)
            .filter(move |record| kind != Kind::Incident || caseload::has_part(record, pupil))
            .filter_map(|record| Some(occurred(record)?.date()))
    };
    let incidents = school_weeks::count(mondays, days(Kind::Incident));
    let positives = school_weeks::count(mondays, days(Kind::PositiveEvent));
    mondays
        .iter()
        .zip(incidents.into_iter().zip(positives))
        .map(|(monday, (incidents, positives))| WeekMarks { monday: *monday, incidents, positives })
        .collect()
}

fn suspended<'a>(suspensions: impl Iterator<Item = &'a Record>) -> Suspended {
    suspensions.fold(Suspended::default(), |sum, record| {
        let sessions = record.one("sessions").and_then(Value::as_int).unwrap_or_default();
        Suspended {
            times: sum.times + 1,
            sessions: sum.sessions.saturating_add(u32::try_from(sessions).unwrap_or_default()),
        }
    })
}

fn periods(calendar: Option<&SchoolCalendar>, today: Date) -> Vec<NamedPeriod> {
    let Some(calendar) = calendar else { return Vec::new() };
    let named = |(spec, title): (PeriodSpec, &str)| {
        let period = spec.resolve(calendar, today).ok()?;
        Some(NamedPeriod { title: title.to_owned(), from: period.from, to: period.to })
    };
    [
        (PeriodSpec::ThisHalfTerm, "This half-term"),
        (PeriodSpec::ThisTerm, "This term"),
        (PeriodSpec::ThisYear, "This year"),
        (PeriodSpec::LastYear, "Last year"),
    ]
    .into_iter()
    .filter_map(named)
    .collect()
}
