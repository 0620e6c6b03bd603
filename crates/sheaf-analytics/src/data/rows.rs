//! From records to rows: which rows of which table a record gives.

mod attendance;
mod conduct;
mod plans;
mod room;
mod support;

use std::collections::BTreeMap;

use jiff::civil::DateTime;
use sheaf_records::{Kind, PupilView, Record, RecordId, Value};

/// A value on its way into a column.
#[derive(Clone, Copy)]
pub enum Raw<'a> {
    Null,
    Text(&'a str),
    Id(RecordId),
    Int(i64),
    Date(jiff::civil::Date),
    Bool(bool),
}

impl<'a> Raw<'a> {
    fn of(value: Option<&'a Value>) -> Self {
        match value {
            None => Self::Null,
            Some(Value::Bool(answer)) => Self::Bool(*answer),
            Some(Value::Int(number)) => Self::Int(*number),
            Some(Value::Text(text)) => Self::Text(text),
            Some(Value::Date(date)) => Self::Date(*date),
            Some(Value::DateTime(time)) => Self::Date(time.date()),
            Some(Value::Record(id)) => Self::Id(*id),
        }
    }
}

/// One row, by table and cell.
pub struct Row<'a> {
    pub table: &'static str,
    cells: BTreeMap<&'static str, Raw<'a>>,
}

impl<'a> Row<'a> {
    fn new(table: &'static str, cells: impl IntoIterator<Item = (&'static str, Raw<'a>)>) -> Self {
        Self { table, cells: cells.into_iter().collect() }
    }

    /// The cell of a column; null where the record says nothing.
    pub fn cell(&self, column: &str) -> Raw<'a> {
        self.cells.get(column).copied().unwrap_or(Raw::Null)
    }
}

/// The tables in which a kind of record has rows.
pub const fn tables_of(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Incident => &["incidents"],
        Kind::RoomStay => &["room_referrals", "room_periods"],
        Kind::Intervention => &["interventions"],
        Kind::InterventionSession => &["intervention_sessions"],
        Kind::Suspension => &["suspensions"],
        Kind::PositiveEvent => &["positive_events"],
        Kind::Detention => &["detentions"],
        Kind::CallOut => &["call_outs"],
        Kind::Attendance => &["attendance"],
        Kind::Score => &["scores"],
        Kind::Plan => &["plans"],
        Kind::Pupil => &["pupils", "roll"],
        Kind::Staff => &["staff"],
        Kind::Caseload => &["caseloads"],
        _ => &[],
    }
}

/// The rows of a record.
pub fn rows(record: &Record) -> Vec<Row<'_>> {
    match record.kind {
        Kind::Incident => incident(record),
        Kind::RoomStay => room::stay(record),
        Kind::Intervention => support::intervention(record),
        Kind::InterventionSession => support::session(record),
        Kind::Suspension => vec![conduct::suspension(record)],
        Kind::PositiveEvent => conduct::positive_event(record),
        Kind::Detention => vec![conduct::detention(record)],
        Kind::CallOut => conduct::call_out(record),
        Kind::Attendance => attendance::sessions(record),
        Kind::Score => plans::score(record),
        Kind::Plan => vec![plans::plan(record)],
        Kind::Pupil => pupil(record),
        Kind::Staff => vec![staff(record)],
        Kind::Caseload => caseload(record),
        _ => Vec::new(),
    }
}

fn field<'a>(record: &'a Record, name: &str) -> Raw<'a> {
    Raw::of(record.one(name))
}

fn minute(time: DateTime) -> i64 {
    i64::from(time.hour()) * 60 + i64::from(time.minute())
}

fn time_of_day<'a>(record: &Record, name: &str) -> Raw<'a> {
    let time = record.one(name).and_then(Value::as_date_time);
    time.map_or(Raw::Null, |time| Raw::Int(minute(time)))
}

fn key<'a>(text: &str) -> Raw<'a> {
    text.parse().map_or(Raw::Null, Raw::Id)
}

fn incident(record: &Record) -> Vec<Row<'_>> {
    let shared = [
        ("incident_id", Raw::Id(record.id)),
        ("date", field(record, "occurred_at")),
        ("minute", time_of_day(record, "occurred_at")),
        ("period", field(record, "period")),
        ("location", field(record, "location")),
        ("category", field(record, "category")),
        ("severity", field(record, "severity")),
        ("status", field(record, "status")),
        ("action_taken", field(record, "action_taken")),
        ("home_told", field(record, "home_told")),
        ("reporter", field(record, "reporter")),
    ];
    one_a_pupil(record, "incidents", "participants", &shared, &["role", "outcome"])
}

/// A row for each pupil in a field of rows, with what all share and columns of their own; where
/// nobody is named one row without a pupil.
fn one_a_pupil<'a>(
    record: &'a Record,
    table: &'static str,
    pupils: &str,
    shared: &[(&'static str, Raw<'a>)],
    own: &[&'static str],
) -> Vec<Row<'a>> {
    let shared = || shared.iter().copied();
    let mut rows: Vec<Row<'a>> = record
        .rows(pupils)
        .map(|(pupil, row)| {
            let own = own.iter().map(|column| (*column, Raw::of(row.get(*column))));
            Row::new(table, shared().chain([("pupil", key(pupil))]).chain(own))
        })
        .collect();
    if rows.is_empty() {
        rows.push(Row::new(table, shared()));
    }
    rows
}

fn pupil(record: &Record) -> Vec<Row<'_>> {
    let mut rows = vec![Row::new("pupils", [("pupil", Raw::Id(record.id))])];
    let view = PupilView::new(record);
    rows.extend(view.spells_of("roll").map(|spell| {
        Row::new(
            "roll",
            [
                ("pupil", Raw::Id(record.id)),
                ("status", Raw::Text(spell.value)),
                ("from", Raw::Date(spell.from)),
                ("to", spell.to.map_or(Raw::Null, Raw::Date)),
            ],
        )
    }));
    rows
}

fn staff(record: &Record) -> Row<'_> {
    Row::new(
        "staff",
        [
            ("staff_id", Raw::Id(record.id)),
            ("role", field(record, "role")),
            ("active", field(record, "active")),
        ],
    )
}

fn caseload(record: &Record) -> Vec<Row<'_>> {
    record
        .rows("pupils")
        .map(|(pupil, row)| {
            Row::new(
                "caseloads",
                [
                    ("caseload_id", Raw::Id(record.id)),
                    ("pupil", key(pupil)),
                    ("key_worker", field(record, "key_worker")),
                    ("tier", Raw::of(row.get("tier"))),
                    ("date", Raw::of(row.get("opened"))),
                    ("closed", Raw::of(row.get("closed"))),
                    ("next_review", Raw::of(row.get("next_review"))),
                ],
            )
        })
        .collect()
}
