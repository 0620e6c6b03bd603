//! Tests of detentions and call-outs.

use std::collections::BTreeMap;

use jiff::civil::Date;
use sheaf_records::{PupilView, Record, RecordId, Value, occurred};

use super::{SCHOOL, calendar, within};

fn day(record: &Record) -> Date {
    occurred(record).unwrap().date()
}

/// The share of these records for which something holds.
fn share(records: &[&Record], holds: impl Fn(&Record) -> bool) -> f64 {
    records.iter().filter(|one| holds(one)).count() as f64 / records.len() as f64
}

#[test]
fn detentions_are_served_missed_and_set_again() {
    let (today, calendar) = (SCHOOL.today, calendar());
    let past: Vec<&Record> = SCHOOL.detentions.iter().filter(|one| day(one) <= today).collect();
    let missed = |one: &Record| one.text("status") == Some("not_attended");
    within("missed", share(&past, missed), 0.09..=0.18);
    assert!(past.iter().all(|one| calendar.is_open(day(one)) && one.text("status") != Some("set")));
    let by_id: BTreeMap<RecordId, &Record> = past.iter().map(|one| (one.id, *one)).collect();
    let follows = |one: &Record| one.one("follows").and_then(Value::as_record);
    let mut again = 0;
    for one in &SCHOOL.detentions {
        let Some(before) = follows(one).and_then(|id| by_id.get(&id)) else { continue };
        assert!(missed(before) && day(before) < day(one));
        assert_eq!(before.one("pupil"), one.one("pupil"));
        assert_eq!(one.text("reason"), Some("missed_detention"));
        again += 1;
    }
    assert!(again > 100, "{again}");
}

#[test]
fn nobody_serves_a_detention_while_suspended_or_off_the_roll() {
    let views: BTreeMap<_, _> =
        SCHOOL.pupils.iter().map(|pupil| (pupil.id, PupilView::new(pupil))).collect();
    let span = |one: &'static Record| {
        let date = |field: &str| one.one(field).and_then(Value::as_date);
        let whole = one.text("type") != Some("LNCH");
        let pupil = one.one("pupil").and_then(Value::as_record).filter(|_| whole)?;
        Some((pupil, date("start")?, date("end").unwrap_or(Date::MAX)))
    };
    let out: Vec<_> = SCHOOL.suspensions.iter().filter_map(span).collect();
    let mut suspended = 0;
    for one in &SCHOOL.detentions {
        let (pupil, day) = (one.one("pupil").and_then(Value::as_record).unwrap(), day(one));
        assert!(views[&pupil].on(day).is_on_roll());
        if out.iter().any(|(who, from, to)| *who == pupil && *from <= day && day <= *to) {
            assert!(matches!(one.text("absence_reason"), Some("suspended")) || day > SCHOOL.today);
            suspended += 1;
        }
    }
    assert!(suspended > 20, "{suspended}");
}

#[test]
fn help_comes_within_minutes_and_now_and_then_later() {
    let minutes = |one: &Record, to: &str| {
        let at = one.one(to).and_then(Value::as_date_time)?;
        Some(at.duration_since(occurred(one)?).as_secs() / 60)
    };
    let mut waits: Vec<i64> =
        SCHOOL.call_outs.iter().filter_map(|one| minutes(one, "arrived_at")).collect();
    waits.sort_unstable();
    let at = |share: f64| waits[(waits.len() as f64 * share) as usize] as f64;
    within("median", at(0.5), 3.0..=7.0);
    within("nine in ten", at(0.9), 7.0..=14.0);
    let called = SCHOOL.incidents.iter().filter(|one| one.text("action_taken") == Some("on_call"));
    assert_eq!(called.count(), SCHOOL.call_outs.len());
    assert!(SCHOOL.call_outs.iter().all(|one| one.rows("pupils").next().is_some()));
}
