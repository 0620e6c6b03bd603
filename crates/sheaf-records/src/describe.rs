//! What faces and the index need to know of any record: its headline, its time, whom it is about.

use jiff::civil::{DateTime, Time};

use crate::attendance::{Attendance, marks};
use crate::codes::{CodeLists, ListId};
use crate::field_type::FieldType;
use crate::id::RecordId;
use crate::kind::Kind;
use crate::record::Record;
use crate::retention::RetentionRule;
use crate::schema::{RowKey, spec};
use crate::suspension::reasons_by_rank;
use crate::value::Value;

/// What a pupil is called in school: preferred or first name, and surname.
pub fn pupil_name(pupil: &Record) -> String {
    let given = pupil.text("preferred_name").or_else(|| pupil.text("forename"));
    join(given, pupil.text("surname"))
}

/// Forename and surname, of a pupil or a member of staff.
pub fn full_name(record: &Record) -> String {
    join(record.text("forename"), record.text("surname"))
}

fn join(first: Option<&str>, second: Option<&str>) -> String {
    match (first, second) {
        (Some(first), Some(second)) => format!("{first} {second}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => String::new(),
    }
}

/// One line that says what a record is: `Disruption, corridor, P3` of an incident, the name of a
/// person, the year of a calendar.
pub fn headline(record: &Record, lists: &CodeLists) -> String {
    match record.kind {
        Kind::Pupil => pupil_name(record),
        Kind::Staff => full_name(record),
        Kind::Incident => incident_headline(record, lists),
        Kind::RoomStay => room_headline(record, lists),
        Kind::Intervention => intervention_headline(record, lists),
        Kind::InterventionSession => session_headline(record, lists),
        Kind::Suspension => suspension_headline(record, lists),
        Kind::PositiveEvent => {
            titled(record, "type", ListId::PositiveType, lists, "Positive event").to_owned()
        }
        Kind::Detention => detention_headline(record, lists),
        Kind::CallOut => match record.text("reason") {
            Some(code) => format!("Call-out: {}", lists.title(ListId::CallOutReason, code)),
            None => "Call-out".to_owned(),
        },
        Kind::Attendance => attendance_headline(record, lists),
        Kind::Score => score_headline(record, lists),
        Kind::Plan => plan_headline(record, lists),
        Kind::Concern => {
            let about = record
                .text("category")
                .map(|code| format!(": {}", lists.title(ListId::ConcernCategory, code)));
            "Safeguarding concern".to_owned() + &about.unwrap_or_default()
        }
        Kind::ConcernDecision => {
            let what = titled(record, "decision", ListId::ConcernDecision, lists, "none yet");
            format!("Decision on a concern: {what}")
        }
        Kind::Caseload => record.text("title").unwrap_or("Caseload").to_owned(),
        Kind::Calendar => format!("School year {}", record.text("year").unwrap_or_default()),
        Kind::CodeList => match record.text("list").and_then(|name| name.parse::<ListId>().ok()) {
            Some(list) => list.built_in().title.to_owned(),
            None => "Code list".to_owned(),
        },
        Kind::RetentionRule => match RetentionRule::of_school(record) {
            Some(rule) => format!("{}: {}", rule.title, rule.period),
            None => "Retention rule".to_owned(),
        },
        Kind::RetentionDecision => match record.one("keep_until") {
            Some(until) => format!("Kept until {until}"),
            None => "Retention decision".to_owned(),
        },
        Kind::Metric => {
            let part = |name| record.text(name).unwrap_or_default();
            format!("Metric: {} {}", part("name"), part("version"))
        }
        Kind::MetricDecision => match record.one("approved").and_then(Value::as_bool) {
            Some(true) => "Metric approved".to_owned(),
            _ => "Metric refused".to_owned(),
        },
    }
}

fn incident_headline(incident: &Record, lists: &CodeLists) -> String {
    let what = incident.text("category").map(|code| lists.title(ListId::IncidentCategory, code));
    let place = incident.text("location").map(|code| lists.title(ListId::Location, code));
    let mut line = what.unwrap_or("Incident").to_owned();
    let period = incident.text("period").map(spoken_period);
    for part in [place.map(str::to_owned), period].into_iter().flatten() {
        line.push_str(", ");
        line.push_str(&part);
    }
    line
}

/// A period's code as it reads in a sentence: `P3` stays, `LUNCH` becomes `lunch`.
fn spoken_period(code: &str) -> String {
    let is_word = code.len() > 3 && code.chars().all(|c| c.is_ascii_uppercase());
    if is_word { code.to_ascii_lowercase() } else { code.to_owned() }
}

fn room_headline(stay: &Record, lists: &CodeLists) -> String {
    match stay.text("reason") {
        Some(code) => format!("Reflection room: {}", lists.title(ListId::RoomReason, code)),
        None => "Reflection room".to_owned(),
    }
}

/// The title of a coded field, or else these words.
fn titled<'a>(
    record: &'a Record,
    field: &str,
    list: ListId,
    lists: &'a CodeLists,
    otherwise: &'a str,
) -> &'a str {
    record.text(field).map_or(otherwise, |code| lists.title(list, code))
}

fn intervention_headline(record: &Record, lists: &CodeLists) -> String {
    let what = titled(record, "type", ListId::InterventionType, lists, "Intervention");
    match record.text("title") {
        Some(title) if title != what => format!("{what}: {title}"),
        _ => what.to_owned(),
    }
}

fn session_headline(session: &Record, lists: &CodeLists) -> String {
    match session.text("status") {
        None | Some("held") => "Intervention session".to_owned(),
        Some(status) => {
            let status = lists.title(ListId::SessionStatus, status).to_lowercase();
            format!("Intervention session, {status}")
        }
    }
}

/// The half-term, and what was missed of the sessions that count.
fn attendance_headline(record: &Record, lists: &CodeLists) -> String {
    let half_term = titled(record, "half_term", ListId::HalfTerm, lists, "").to_lowercase();
    let sum = Attendance::of(marks(record));
    let year = record.text("year").unwrap_or_default();
    let sessions = if sum.possible == 1 { "session" } else { "sessions" };
    let (missed, possible) = (sum.absent(), sum.possible);
    format!("Attendance, {half_term} {year}: {missed} of {possible} {sessions} missed")
}

/// The measure with its total, and when it was taken.
fn score_headline(record: &Record, lists: &CodeLists) -> String {
    let mut line = titled(record, "measure", ListId::Measure, lists, "Score").to_owned();
    let total = record.rows("totals").find(|(scale, _)| *scale == "total");
    if let Some(total) = total.and_then(|(_, row)| row.get("score")) {
        line.push_str(&format!(": {total}"));
    }
    if let Some(occasion) = record.text("occasion") {
        line.push_str(", ");
        line.push_str(&lists.title(ListId::ScoreOccasion, occasion).to_lowercase());
    }
    line
}

/// The kind of plan, what it is called, and what it came to.
fn plan_headline(record: &Record, lists: &CodeLists) -> String {
    let mut line = titled(record, "type", ListId::PlanType, lists, "Plan").to_owned();
    if let Some(title) = record.text("title") {
        line.push_str(": ");
        line.push_str(title);
    }
    if let Some(outcome) = record.text("outcome") {
        line.push_str(", ");
        line.push_str(&lists.title(ListId::PlanOutcome, outcome).to_lowercase());
    }
    line
}

/// The type says of itself that it is a detention; of one that was not served it is told.
fn detention_headline(record: &Record, lists: &CodeLists) -> String {
    let mut line = titled(record, "type", ListId::DetentionType, lists, "Detention").to_owned();
    if let Some(code) = record.text("reason") {
        line.push_str(": ");
        line.push_str(lists.title(ListId::IncidentCategory, code));
    }
    if let Some(status @ ("left_early" | "not_attended" | "cancelled")) = record.text("status") {
        line.push_str(", ");
        line.push_str(&lists.title(ListId::DetentionStatus, status).to_lowercase());
    }
    line
}

fn suspension_headline(record: &Record, lists: &CodeLists) -> String {
    let what = titled(record, "type", ListId::SuspensionType, lists, "Suspension").to_owned();
    let sessions = match record.one("sessions").and_then(Value::as_int) {
        Some(1) => ", 1 session".to_owned(),
        Some(many) => format!(", {many} sessions"),
        None => String::new(),
    };
    let main = reasons_by_rank(record).next();
    let why = main.map(|code| format!(": {}", lists.title(ListId::SuspensionReason, code)));
    what + &sessions + &why.unwrap_or_default()
}

/// The time by which a record sorts on a timeline: when an incident happened or a referral was
/// made, or the first day of an intervention, a suspension, a plan or a half-term's marks. Records
/// that are no events have none.
pub fn occurred(record: &Record) -> Option<DateTime> {
    let field = match record.kind {
        Kind::Incident | Kind::PositiveEvent => "occurred_at",
        Kind::RoomStay => "referred_at",
        Kind::Detention => "starts_at",
        Kind::CallOut => "raised_at",
        Kind::Attendance => return first_mark(record),
        Kind::Intervention | Kind::Suspension | Kind::Plan => "start",
        Kind::InterventionSession | Kind::Score => "date",
        Kind::Concern => "seen_at",
        Kind::ConcernDecision => "decided_at",
        _ => return None,
    };
    match record.one(field)? {
        Value::DateTime(time) => Some(*time),
        Value::Date(date) => Some(date.to_datetime(Time::midnight())),
        _ => None,
    }
}

/// The first day that has a mark.
fn first_mark(attendance: &Record) -> Option<DateTime> {
    marks(attendance).next().map(|mark| mark.day.to_datetime(Time::midnight()))
}

/// The pupils whom a record names, each once, in the order of the schema; not the pupil itself.
pub fn referenced_pupils(record: &Record) -> Vec<RecordId> {
    let mut pupils = Vec::new();
    let mut add = |id: RecordId| {
        if !pupils.contains(&id) {
            pupils.push(id);
        }
    };
    for field in spec(record.kind).fields {
        match field.ty {
            FieldType::Record(Kind::Pupil) => {
                record.one(field.name).and_then(Value::as_record).into_iter().for_each(&mut add);
            }
            FieldType::Rows(rows) if rows.key == RowKey::Record(Kind::Pupil) => {
                record.rows(field.name).filter_map(|(key, _)| key.parse().ok()).for_each(&mut add);
            }
            _ => {}
        }
    }
    pupils
}

/// The words of a record for the full-text index: its names, narratives and other texts, each on
/// a line. Codes, ids and dates are left out: they are found by filters.
pub fn search_text(record: &Record) -> String {
    let mut lines = String::new();
    let mut add = |value: Option<&Value>| {
        if let Some(text) = value.and_then(Value::as_text) {
            lines.push_str(text);
            lines.push('\n');
        }
    };
    for field in spec(record.kind).fields {
        match field.ty {
            FieldType::Text { .. } | FieldType::Narrative | FieldType::Upn => {
                add(record.one(field.name));
            }
            FieldType::Rows(rows) => {
                let texts = rows.columns.iter().filter(|column| {
                    matches!(column.ty, FieldType::Text { .. } | FieldType::Narrative)
                });
                let texts: Vec<_> = texts.collect();
                for (_, row) in record.rows(field.name) {
                    texts.iter().for_each(|column| add(row.get(column.name)));
                }
            }
            _ => {}
        }
    }
    lines
}

#[cfg(test)]
mod tests;
