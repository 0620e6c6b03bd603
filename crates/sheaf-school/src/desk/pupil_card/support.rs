//! A pupil's parts in interventions: how they stand in each, and how much they had of it.

use std::collections::BTreeMap;

use jiff::civil::Date;
use sheaf_records::{Kind, ListId, Record, RecordId, Value};

use super::model::{SupportLine, SupportState};
use crate::error::Result;
use crate::indexed::Found;
use crate::school::School;

/// The parts of a pupil in the interventions among these records, each with its sessions.
pub(super) fn lines(
    school: &School,
    pupil: RecordId,
    records: &[Found],
) -> Result<Vec<SupportLine>> {
    let key = pupil.to_string();
    let mut lines = Vec::new();
    for found in records.iter().filter(|found| found.record.kind == Kind::Intervention) {
        let part = found.record.rows("enrolments").find(|(id, _)| *id == key);
        if let Some((_, part)) = part {
            lines.push(line(school, found, part, &dose(records, found.record.id, &key)));
        }
    }
    lines.sort_by_key(|line| (line.state, std::cmp::Reverse(line.since)));
    Ok(lines)
}

/// What a pupil had of an intervention.
#[derive(Default)]
struct Dose {
    attended: u32,
    offered: u32,
    minutes: u32,
}

fn dose(records: &[Found], intervention: RecordId, pupil: &str) -> Dose {
    let mut dose = Dose::default();
    for session in records.iter().map(|found| &found.record) {
        let of = session.one("intervention").and_then(Value::as_record);
        let took_place = session.text("status") == Some("held");
        if session.kind != Kind::InterventionSession || of != Some(intervention) || !took_place {
            continue;
        }
        let Some((_, row)) = session.rows("pupils").find(|(id, _)| *id == pupil) else { continue };
        dose.offered += 1;
        if row.get("attended").and_then(Value::as_bool) == Some(true) {
            dose.attended += 1;
            dose.minutes = dose.minutes.saturating_add(count(session, "minutes").unwrap_or(0));
        }
    }
    dose
}

fn count(record: &Record, field: &str) -> Option<u32> {
    u32::try_from(record.one(field).and_then(Value::as_int)?).ok()
}

fn line(
    school: &School,
    found: &Found,
    part: &BTreeMap<String, Value>,
    dose: &Dose,
) -> SupportLine {
    let today = school.clock.today();
    let day = |column: &str| part.get(column).and_then(Value::as_date);
    let (start, end) = (day("start"), day("end"));
    let (state, since) = match (start, end) {
        (_, Some(end)) if end < today => (SupportState::Ended, Some(end)),
        (Some(start), _) if start <= today => (SupportState::Running, Some(start)),
        _ => (SupportState::Waiting, day("decided")),
    };
    let waits = state == SupportState::Waiting;
    SupportLine {
        record: found.record.id,
        title: found.title.clone(),
        state,
        since,
        waited_days: since.filter(|_| waits).and_then(|from| waited(school, from)),
        attended: dose.attended,
        offered: dose.offered,
        planned: count(&found.record, "planned_sessions"),
        minutes: dose.minutes,
        outcome: outcome(school, part),
    }
}

fn waited(school: &School, decided: Date) -> Option<u32> {
    let lists = school.core.lists();
    let calendar = lists.calendar.as_ref()?;
    let days = calendar.days_before(school.clock.today());
    Some(days.saturating_sub(calendar.days_before(decided)))
}

fn outcome(school: &School, part: &BTreeMap<String, Value>) -> String {
    let lists = school.core.lists();
    let words = |column: &str, list: ListId| {
        let code = part.get(column).and_then(Value::as_text)?;
        Some(lists.codes.title(list, code).to_owned())
    };
    words("outcome", ListId::InterventionOutcome)
        .or_else(|| words("exit_reason", ListId::ExitReason))
        .unwrap_or_default()
}
