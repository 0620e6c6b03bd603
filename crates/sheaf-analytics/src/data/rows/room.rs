//! Rows of the reflection room: a referral, and the periods of the stay that followed.

use jiff::civil::Date;
use sheaf_records::{Record, Value};

use super::{Raw, Row, field, time_of_day};

/// The referral, and a row for each period of a stay to which the pupil came.
pub(super) fn stay(record: &Record) -> Vec<Row<'_>> {
    let mut rows = vec![referral(record)];
    if let Some(day) = came_on(record) {
        rows.extend(record.rows("periods").map(|(period, row)| {
            let own = ["work_set", "work_returned", "effort", "behaviour"];
            let own = own.map(|column| (column, Raw::of(row.get(column))));
            let shared = [
                ("referral_id", Raw::Id(record.id)),
                ("pupil", field(record, "pupil")),
                ("date", Raw::Date(day)),
                ("period", Raw::Text(period)),
                ("reason", field(record, "reason")),
                ("supervisor", field(record, "supervisor")),
            ];
            Row::new("room_periods", shared.into_iter().chain(own))
        }));
    }
    rows
}

/// The day of a stay to which the pupil came; none of one that is still to come or did not happen.
fn came_on(record: &Record) -> Option<Date> {
    let day = |name: &str| record.one(name).and_then(Value::as_date_time).map(|time| time.date());
    let is_under_way =
        matches!(record.text("status"), Some("in_room" | "completed" | "not_completed"));
    match day("arrived_at") {
        None if is_under_way => day("booked_from").or_else(|| day("referred_at")),
        arrived => arrived,
    }
}

fn referral(record: &Record) -> Row<'_> {
    let periods = || record.rows("periods").map(|(_, row)| row);
    let count = |column: &str| {
        let yes = Some(&Value::Bool(true));
        Raw::Int(periods().filter(|row| row.get(column) == yes).count() as i64)
    };
    let ended = match field(record, "left_at") {
        Raw::Null => field(record, "referred_at"),
        left => left,
    };
    Row::new(
        "room_referrals",
        [
            ("referral_id", Raw::Id(record.id)),
            ("pupil", field(record, "pupil")),
            ("date", field(record, "referred_at")),
            ("minute", time_of_day(record, "referred_at")),
            ("reason", field(record, "reason")),
            ("incident_id", field(record, "incident")),
            ("referred_by", field(record, "referred_by")),
            ("status", field(record, "status")),
            ("ended", ended),
            ("readiness", field(record, "readiness")),
            ("periods", Raw::Int(periods().count() as i64)),
            ("work_set", count("work_set")),
            ("work_returned", count("work_returned")),
        ],
    )
}
