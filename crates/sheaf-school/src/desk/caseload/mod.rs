//! The caseload of whoever uses this device.

mod model;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use jiff::civil::Date;
use sheaf_charter::SpaceKind;
use sheaf_records::{
    Edit, FieldPath, Kind, ListId, PupilView, Record, RecordId, Value, occurred, pupil_name,
};
use sheaf_store::Query;

pub use model::{Caseload, CaseloadLine};

use super::school_weeks;
use crate::error::{Result, SchoolError};
use crate::index_row::minute_of;
use crate::indexed::{Found, document_id};
use crate::school::School;

/// So many school weeks are counted.
const WEEKS: usize = 4;

/// The caseload as it is now.
pub(super) fn caseload(school: &School) -> Result<Caseload> {
    let today = school.clock.today();
    let weeks = {
        let lists = school.core.lists();
        school_weeks::last_weeks(lists.calendar.as_ref(), today, WEEKS)
    };
    let mut lines = Vec::new();
    if let Some(worker) = school.own_staff_record()? {
        for caseload in own(school, worker)? {
            for (key, row) in caseload.record.rows("pupils") {
                if let Ok(pupil) = key.parse()
                    && is_open(row, today)
                {
                    lines.extend(line(school, &caseload.record, pupil, row, &weeks)?);
                }
            }
        }
    }
    lines.sort_by(|one, other| key(one).cmp(&key(other)));
    Ok(Caseload { lines, weeks, may_change: may_write(school) })
}

fn key(line: &CaseloadLine) -> (bool, Option<Date>, &str) {
    (line.next_review.is_none(), line.next_review, &line.name)
}

fn may_write(school: &School) -> bool {
    let control = school.core.control();
    control.trust.spaces_of_person(school.person()).into_iter().any(|space| {
        control.trust.space_kind(space) == Some(SpaceKind::Pastoral)
            && control.trust.may_write(school.core.device(), space)
    })
}

fn own(school: &School, worker: RecordId) -> Result<Vec<Found>> {
    let query = Query::of_kind(Kind::Caseload.name());
    let rows = school.core.store.read(|snapshot| snapshot.list(&query))?.records;
    let found: Vec<Found> = rows.into_iter().map(Found::from_row).collect::<Result<_>>()?;
    let is_own =
        |found: &Found| found.record.one("key_worker").and_then(Value::as_record) == Some(worker);
    Ok(found.into_iter().filter(is_own).collect())
}

pub(super) fn is_open(row: &BTreeMap<String, Value>, today: Date) -> bool {
    row.get("closed").and_then(Value::as_date).is_none_or(|closed| closed > today)
}

/// One pupil; none where the pupil's record is not here any more.
fn line(
    school: &School,
    caseload: &Record,
    pupil: RecordId,
    row: &BTreeMap<String, Value>,
    weeks: &[Date],
) -> Result<Option<CaseloadLine>> {
    let found = match school.get(pupil) {
        Ok(found) => found,
        Err(SchoolError::NotFound { .. }) => return Ok(None),
        Err(error) => return Err(error),
    };
    let today = school.clock.today();
    let view = PupilView::new(&found.record).on(today);
    let lists = school.core.lists();
    let title = |list, code: Option<&str>| {
        code.map(|code| lists.codes.title(list, code).to_owned()).unwrap_or_default()
    };
    let day = |column: &str| row.get(column).and_then(Value::as_date);
    let text = |column: &str| row.get(column).and_then(Value::as_text);
    Ok(Some(CaseloadLine {
        caseload: caseload.id,
        pupil,
        name: pupil_name(&found.record),
        year_group: title(ListId::YearGroup, view.get("year_group")),
        reg_group: view.get("reg_group").unwrap_or_default().to_owned(),
        tier: title(ListId::CaseloadTier, text("tier")),
        opened: day("opened"),
        note: text("note").unwrap_or_default().to_owned(),
        last: last(school, pupil)?,
        weeks: school_weeks::count(weeks, incident_days(school, pupil, weeks.first())?),
        next_review: day("next_review"),
    }))
}

/// The newest record about a pupil that is no caseload, and not of a day to come.
fn last(school: &School, pupil: RecordId) -> Result<Option<(Date, String)>> {
    let tomorrow = school.clock.today().tomorrow().unwrap_or(Date::MAX);
    let query = Query {
        before: Some(minute_of(tomorrow.at(0, 0, 0, 0))),
        limit: Some(8),
        ..Query::timeline(document_id(pupil))
    };
    let rows = school.core.store.read(|snapshot| snapshot.list(&query))?.records;
    for row in rows {
        let found = Found::from_row(row)?;
        if let Some(at) = occurred(&found.record) {
            return Ok(Some((at.date(), found.title)));
        }
    }
    Ok(None)
}

/// The days of a pupil's incidents from a Monday on in which they had an active part.
fn incident_days(school: &School, pupil: RecordId, from: Option<&Date>) -> Result<Vec<Date>> {
    let query = Query {
        related: Some(document_id(pupil)),
        from: from.map(|day| minute_of(day.at(0, 0, 0, 0))),
        ..Query::of_kind(Kind::Incident.name())
    };
    let rows = school.core.store.read(|snapshot| snapshot.list(&query))?.records;
    let mut days = Vec::new();
    for row in rows {
        let found = Found::from_row(row)?;
        if has_part(&found.record, pupil) {
            days.extend(occurred(&found.record).map(|at| at.date()));
        }
    }
    Ok(days)
}

/// Whether a pupil did something in it, and did not only see it or suffer it.
pub(super) fn has_part(incident: &Record, pupil: RecordId) -> bool {
    let key = pupil.to_string();
    let row = incident.rows("participants").find(|(id, _)| *id == key);
    let role = row.and_then(|(_, row)| row.get("role")).and_then(Value::as_text);
    !matches!(role, Some("witness" | "target"))
}

/// Puts a pupil on the caseload from today on; begins one where there is none.
pub(super) fn add(school: &School, pupil: RecordId) -> Result<()> {
    let worker = own_staff_record(school)?;
    let today = school.clock.today();
    let key = pupil.to_string();
    let Some(caseload) = own(school, worker)?.into_iter().next() else {
        let mut record = school.new_record(Kind::Caseload, Default::default());
        record.set("key_worker", worker);
        record.set_row("pupils", &key, "opened", today);
        school.save_new(record, None)?;
        return Ok(());
    };
    let known = caseload.record.rows("pupils").find(|(id, _)| *id == key).map(|(_, row)| row);
    if known.is_some_and(|row| is_open(row, today)) {
        return Ok(());
    }
    // Whoever comes back begins anew.
    let edits = vec![
        cell(pupil, "opened", Some(Value::Date(today))),
        cell(pupil, "closed", None),
        cell(pupil, "next_review", None),
    ];
    let is_new = known.is_none();
    let edits = edits.into_iter().filter(|edit| !is_new || edit.value.is_some()).collect();
    school.save_edits(&caseload, edits).map(|_| ())
}

/// Takes a pupil off a caseload: the work ended today.
pub(super) fn close(school: &School, caseload: RecordId, pupil: RecordId) -> Result<()> {
    let found = school.get(caseload)?;
    let today = Some(Value::Date(school.clock.today()));
    school.save_edits(&found, vec![cell(pupil, "closed", today)]).map(|_| ())
}

fn cell(pupil: RecordId, column: &str, value: Option<Value>) -> Edit {
    let (field, key) = ("pupils".to_owned(), pupil.to_string());
    Edit { path: FieldPath::Row { field, key, column: column.to_owned() }, value }
}

/// The staff record of whoever uses this device; one is written where the school keeps none.
fn own_staff_record(school: &School) -> Result<RecordId> {
    if let Some(known) = school.own_staff_record()? {
        return Ok(known);
    }
    let person = school.person().to_string();
    let name = school.core.control().person_name(&person);
    let (forename, surname) = name.rsplit_once(' ').unwrap_or((&name, &name));
    let mut record = school.new_record(Kind::Staff, Default::default());
    record.set("forename", forename);
    record.set("surname", surname);
    record.set("person", person.as_str());
    let id = record.id;
    school.save_new(record, None)?;
    Ok(id)
}
