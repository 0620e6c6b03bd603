//! What is odd about a session beside the intervention that it belongs to.

use jiff::civil::Date;

use crate::problem::{Oddity, Warning};
use crate::record::Record;
use crate::value::Value;

/// Pupils whom a session names and who were not in its intervention on that day.
pub fn check_enrolled(session: &Record, intervention: &Record) -> Vec<Warning> {
    let Some(day) = session.one("date").and_then(Value::as_date) else { return Vec::new() };
    let takes_part = |pupil: &str| {
        intervention.rows("enrolments").any(|(enrolled, row)| {
            let on = |column: &str| row.get(column).and_then(Value::as_date);
            let began = on("start").is_some_and(|start: Date| start <= day);
            enrolled == pupil && began && on("end").is_none_or(|end| day <= end)
        })
    };
    let outside = session.rows("pupils").filter(|(pupil, _)| !takes_part(pupil));
    let warning = |(pupil, _): (&str, _)| Warning {
        kind: session.kind,
        path: format!("pupils.{pupil}"),
        oddity: Oddity::NotEnrolled,
    };
    outside.map(warning).collect()
}
