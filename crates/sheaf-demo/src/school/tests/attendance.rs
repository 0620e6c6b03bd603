//! Tests of attendance: as much is missed as in England, by whom and when, and it agrees with what
//! else is told.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use jiff::civil::{Date, Weekday};
use sheaf_records::{
    Attendance, AttendanceMark, PupilView, RecordId, Session, Value, attendance_class, marks,
    occurred, referenced_pupils,
};

use super::{SCHOOL, calendar, within};

type Marks = BTreeMap<RecordId, Vec<AttendanceMark<'static>>>;

/// Every mark of each pupil.
static MARKS: LazyLock<Marks> = LazyLock::new(|| {
    let mut all = Marks::new();
    for record in &SCHOOL.attendance {
        let pupil = record.one("pupil").and_then(Value::as_record).unwrap();
        all.entry(pupil).or_default().extend(marks(record));
    }
    all
});

fn absence(fits: impl Fn(&AttendanceMark<'_>) -> bool) -> Attendance {
    Attendance::of(MARKS.values().flatten().copied().filter(fits))
}

fn share(sum: Attendance) -> f64 {
    f64::from(sum.absent()) / f64::from(sum.possible)
}

#[test]
fn as_much_is_missed_as_in_secondary_schools() {
    let all = absence(|_| true);
    within("absence", share(all), 0.078..=0.100);
    within("authorised", f64::from(all.authorised) / f64::from(all.possible), 0.045..=0.066);
    let ill = absence(|mark| mark.code == "I");
    within("illness", f64::from(ill.authorised) / f64::from(all.possible), 0.028..=0.046);
    let of_pupil = |pupil: &RecordId| Attendance::of(MARKS[pupil].iter().copied());
    let meals = |fed: bool| {
        let has = |pupil: &&sheaf_records::Record| {
            let spells = PupilView::new(pupil).spells_of("free_meals").count();
            MARKS.contains_key(&pupil.id) && (spells > 0) == fed
        };
        let pupils: Vec<_> = SCHOOL.pupils.iter().filter(has).map(|one| one.id).collect();
        let persistent = pupils.iter().filter(|one| of_pupil(one).is_persistently_absent());
        persistent.count() as f64 / pupils.len() as f64
    };
    let persistent = MARKS.keys().filter(|one| of_pupil(one).is_persistently_absent()).count();
    within("persistent", persistent as f64 / MARKS.len() as f64, 0.18..=0.32);
    within("persistent with free meals, to others", meals(true) / meals(false), 1.4..=2.8);
    let severe = MARKS.keys().filter(|one| of_pupil(one).is_severely_absent()).count();
    within("severe", severe as f64 / MARKS.len() as f64, 0.002..=0.03);
}

#[test]
fn absence_rises_over_a_half_term_and_is_highest_on_fridays() {
    let calendar = calendar();
    let gone = |day: Date| {
        let half_term = calendar.half_term(day).unwrap();
        f64::from(calendar.school_days(half_term.from, day))
            / f64::from(calendar.school_days(half_term.from, half_term.to))
    };
    let (first, last) =
        (absence(|mark| gone(mark.day) < 0.2), absence(|mark| gone(mark.day) > 0.8));
    within("end to beginning", share(last) / share(first), 1.15..=1.9);
    let on = |weekday| share(absence(|mark| mark.day.weekday() == weekday));
    assert!(on(Weekday::Friday) > on(Weekday::Wednesday) + 0.005);
}

#[test]
fn marks_stand_on_open_days_on_the_roll_and_on_each_of_them() {
    let calendar = calendar();
    for pupil in &SCHOOL.pupils {
        let view = PupilView::new(pupil);
        let here: Vec<Date> = calendar
            .days()
            .iter()
            .filter(|day| **day > super::date(2024, 11, 20) && **day <= SCHOOL.today)
            .filter(|day| view.on(**day).is_on_roll())
            .copied()
            .collect();
        let marked = MARKS.get(&pupil.id).map(Vec::as_slice).unwrap_or_default();
        let days: Vec<Date> = marked.iter().step_by(2).map(|mark| mark.day).collect();
        assert_eq!(days, here);
        assert_eq!(marked.len(), 2 * here.len());
    }
}

#[test]
fn whoever_is_suspended_is_out_and_whoever_comes_into_something_is_there() {
    let mut by_session = HashMap::new();
    for (pupil, marks) in MARKS.iter() {
        by_session.extend(marks.iter().map(|mark| ((*pupil, mark.day, mark.session), mark.code)));
    }
    let mut seen = 0;
    for event in SCHOOL.incidents.iter().chain(&SCHOOL.positive_events) {
        let at = occurred(event).unwrap();
        let session = if at.hour() < 13 { Session::Am } else { Session::Pm };
        for pupil in referenced_pupils(event) {
            let code = by_session[&(pupil, at.date(), session)];
            let there = matches!(code, "/" | "\\" | "L" | "U");
            assert!(there, "{code} at {at}, and the pupil came into something");
            seen += 1;
        }
    }
    assert!(seen > 10_000, "{seen}");
    let calendar = calendar();
    let mut out = 0;
    for one in SCHOOL.suspensions.iter().filter(|one| one.text("type") == Some("SUSP")) {
        let day = |field: &str| one.one(field).and_then(Value::as_date).unwrap();
        let pupil = one.one("pupil").and_then(Value::as_record).unwrap();
        for day in calendar.days().iter().filter(|d| (day("start")..=day("end")).contains(*d)) {
            for session in Session::ALL {
                if let Some(code) = by_session.get(&(pupil, *day, session)) {
                    assert_eq!(*code, "E", "{day}");
                    out += 1;
                }
            }
        }
    }
    assert!(out > 200, "{out}");
    let known = |mark: &AttendanceMark<'_>| attendance_class(mark.code).is_some();
    assert!(MARKS.values().flatten().all(known));
}
