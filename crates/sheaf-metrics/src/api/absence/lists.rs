//! Pupils by their absence, for lists: near a limit, past it, and with a weekday of their own.

use rhai::{INT, Map};
use sheaf_analytics::Missed;

use super::{AbsenceValue, PERSISTENT, habits};
use crate::api::people::SaidPupils;
use crate::fault::fault;
use crate::given::Given;
use crate::registry::{Answer, Group, Registry};

/// Nobody is called near or past a limit before so many sessions, 20 days: shares turn over early
/// in a year.
const FEWEST_SESSIONS: u32 = 40;

/// The most sessions ahead.
const MAX_WITHIN: i64 = 100;

/// Registers them.
pub fn register(registry: &mut Registry) {
    registry.function(
        Group::Absence.item(
            "near",
            "absence.near(n) -> pupils",
            "The pupils who are persistently absent if they miss their next `n` sessions, for \
             `report.list`; of those with 40 sessions or more.",
            "cx.attendance.absence().near(5).pupils",
            "0",
        ),
        |absence: &mut AbsenceValue, within: INT| {
            if !(1..=MAX_WITHIN).contains(&within) {
                return Err(fault(format!("`near` takes 1 to {MAX_WITHIN}, not {within}")));
            }
            Ok(near(absence, within as u32))
        },
    );
    registry.function(
        Group::Absence.item(
            "reached",
            "absence.reached() -> pupils",
            "The pupils who are persistently absent, those who missed most first; of those with 40 \
             sessions or more.",
            "cx.attendance.absence().reached().is_empty()",
            "true",
        ),
        reached,
    );
    registry.function(
        Group::Absence.item(
            "habits",
            "absence.habits(#{q}) -> pupils",
            "The pupils who miss one weekday more than the school's own pattern lets expect (mid-P \
             binomial, Benjamini-Hochberg over all pupils and weekdays), of those who missed 10 \
             days or more.",
            "cx.attendance.absence().habits(#{ q: 0.1 }).is_empty()",
            "true",
        ),
        |absence: &mut AbsenceValue, options: Map| {
            let q = Given::new("habits", &options, &["q"])?.number("q", habits::Q)?;
            if !(q > 0.0 && q < 1.0) {
                return Err(fault(format!("`q` of habits is {q}; between 0 and 1 is needed")));
            }
            Answer::Ok(absence.listed(habits::find(absence, q)))
        },
    );
}

fn told(missed: Missed) -> String {
    let share = sheaf_charts::percent(f64::from(missed.absent) / f64::from(missed.possible));
    format!("missed {} of {} sessions, {share}", missed.absent, missed.possible)
}

fn sessions(count: u32) -> String {
    if count == 1 { "1 session".to_owned() } else { format!("{count} sessions") }
}

fn near(absence: &AbsenceValue, within: u32) -> SaidPupils {
    let is_near = |total: &Missed| {
        let until = total.until(PERSISTENT);
        total.possible >= FEWEST_SESSIONS && (1..=within).contains(&until)
    };
    let mut rows: Vec<(usize, Missed)> =
        absence.rows().filter(|(_, total)| is_near(total)).collect();
    rows.sort_by_key(|(_, total)| (total.until(PERSISTENT), std::cmp::Reverse(total.absent)));
    let said = |(row, total): (usize, Missed)| {
        let more = sessions(total.until(PERSISTENT));
        (row, format!("{}: persistent after {more} more missed", told(total)))
    };
    absence.listed(rows.into_iter().map(said).collect())
}

fn reached(absence: &mut AbsenceValue) -> SaidPupils {
    let is_past = |total: &Missed| total.possible >= FEWEST_SESSIONS && total.reaches(PERSISTENT);
    let mut rows: Vec<(usize, Missed)> =
        absence.rows().filter(|(_, total)| is_past(total)).collect();
    rows.sort_by_key(|(_, total)| {
        let thousandths = u64::from(total.absent) * 1000 / u64::from(total.possible.max(1));
        std::cmp::Reverse(thousandths)
    });
    let said = |(row, total): (usize, Missed)| {
        let out = sessions(total.until_out(PERSISTENT));
        (row, format!("{}: below a tenth after {out} attended without a gap", told(total)))
    };
    absence.listed(rows.into_iter().map(said).collect())
}
