//! Tests of the invented school as a whole: it is the same each time, every record is one that a
//! real school could save, and its numbers are like those of real schools.

mod attendance;
mod conduct;
mod plans;
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use jiff::civil::date;
use sheaf_records::{
    CodeLists, PupilView, RecordId, check_days, occurred, referenced_pupils, validate,
};

use super::*;
use crate::behaviour::DAYS_A_YEAR;
use crate::incident::LESSONS;

/// The school that most tests look at.
static SCHOOL: LazyLock<DemoSchool> =
    LazyLock::new(|| generate(&Options::default()).expect("the default options"));

fn calendar() -> SchoolCalendar {
    SchoolCalendar::new(&SCHOOL.calendars).expect("a calendar")
}

/// School days on roll in the window, and incidents as aggressor or participant, of each pupil.
fn exposure_and_counts() -> Vec<(f64, f64)> {
    let calendar = calendar();
    let mut counts = BTreeMap::<String, f64>::new();
    for incident in &SCHOOL.incidents {
        for (pupil, row) in incident.rows("participants") {
            if matches!(row["role"].as_text(), Some("aggressor" | "participant")) {
                *counts.entry(pupil.to_owned()).or_default() += 1.0;
            }
        }
    }
    let days: Vec<_> = calendar
        .days()
        .iter()
        .filter(|day| **day > date(2024, 11, 20) && **day <= SCHOOL.today)
        .collect();
    let one = |pupil: &Record| {
        let view = PupilView::new(pupil);
        let days = days.iter().filter(|day| view.on(***day).is_on_roll()).count();
        (days as f64, counts.get(&pupil.id.to_string()).copied().unwrap_or(0.0))
    };
    SCHOOL.pupils.iter().map(one).filter(|(days, _)| *days > 0.0).collect()
}

fn top_share(mut counts: Vec<f64>, share: f64) -> f64 {
    counts.sort_by(|a, b| b.total_cmp(a));
    let top = (counts.len() as f64 * share).round() as usize;
    counts.iter().take(top).sum::<f64>() / counts.iter().sum::<f64>()
}

/// What the incidents of each pupil on roll over the whole of 2025/26 come to, in that year.
fn whole_year(events: &[Record], of: impl Fn(&Record) -> Vec<RecordId>) -> Vec<f64> {
    let year = date(2025, 9, 1)..date(2026, 9, 1);
    let mut counts = BTreeMap::new();
    for pupil in &SCHOOL.pupils {
        let view = PupilView::new(pupil);
        let on_roll = |day| view.on(day).is_on_roll();
        if on_roll(date(2025, 9, 10)) && on_roll(date(2026, 7, 10)) {
            counts.insert(pupil.id, 0.0);
        }
    }
    for event in events.iter().filter(|event| year.contains(&occurred(event).unwrap().date())) {
        for pupil in of(event) {
            if let Some(count) = counts.get_mut(&pupil) {
                *count += 1.0;
            }
        }
    }
    counts.into_values().collect()
}

fn involved(incident: &Record) -> Vec<RecordId> {
    let active = |(key, row): (&str, &BTreeMap<String, sheaf_records::Value>)| {
        let active = matches!(row["role"].as_text(), Some("aggressor" | "participant"));
        active.then(|| key.parse().unwrap())
    };
    incident.rows("participants").filter_map(active).collect()
}

/// Mean, shape of the negative binomial by moments, share of zeroes, share of the top 5 %.
fn shape(counts: &[f64]) -> [f64; 4] {
    let n = counts.len() as f64;
    let mean = counts.iter().sum::<f64>() / n;
    let variance = counts.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n;
    let none = counts.iter().filter(|x| **x == 0.0).count() as f64 / n;
    [mean, mean * mean / (variance - mean), none, top_share(counts.to_vec(), 0.05)]
}

#[track_caller]
fn within(what: &str, value: f64, range: std::ops::RangeInclusive<f64>) {
    assert!(range.contains(&value), "{what} is {value}, outside {range:?}");
}

#[test]
fn incidents_are_as_many_and_as_unequal_as_intended() {
    let all = exposure_and_counts();
    let (days, count) = all.iter().fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    within("incidents a pupil and year", count / days * DAYS_A_YEAR, 17.0..=23.0);
    let [mean, k, none, top] = shape(&whole_year(&SCHOOL.incidents, involved));
    within("mean", mean, 17.0..=24.0);
    within("shape", k, 0.4..=0.65);
    within("none", none, 0.06..=0.16);
    within("top 5 %", top, 0.24..=0.34);
}

#[test]
fn room_stays_are_as_many_and_as_unequal_as_intended() {
    let pupil = |stay: &Record| vec![stay.one("pupil").unwrap().as_record().unwrap()];
    let [mean, k, none, top] = shape(&whole_year(&SCHOOL.room_stays, pupil));
    within("mean", mean, 2.4..=3.6);
    within("shape", k, 0.25..=0.48);
    within("none", none, 0.33..=0.50);
    within("top 5 %", top, 0.29..=0.45);
}

#[test]
fn returns_to_the_room_come_soon_and_then_more_slowly() {
    let calendar = calendar();
    let mut last = BTreeMap::new();
    let mut gaps = Vec::new();
    for stay in &SCHOOL.room_stays {
        let day = calendar.day_index(occurred(stay).unwrap().date()).unwrap();
        if let Some(before) = last.insert(stay.one("pupil").unwrap().to_string(), day) {
            gaps.push(day - before);
        }
    }
    let share = |from, to| {
        let inside = gaps.iter().filter(|gap| (from..to).contains(*gap)).count();
        inside as f64 / gaps.len() as f64
    };
    within("within a week", share(1, 6), 0.15..=0.40);
    within("within four weeks", share(1, 21), 0.45..=0.75);
    assert!(share(1, 6) > share(6, 11) && share(6, 11) > share(11, 16));
}

#[test]
fn periods_weekdays_and_weeks_have_their_rhythm() {
    let calendar = calendar();
    let share = |test: &dyn Fn(&Record) -> bool, of: &dyn Fn(&Record) -> bool| {
        let of: Vec<_> = SCHOOL.incidents.iter().filter(|incident| of(incident)).collect();
        of.iter().filter(|incident| test(incident)).count() as f64 / of.len() as f64
    };
    let period = |code: &'static str| move |i: &Record| i.text("period") == Some(code);
    let in_lesson = |i: &Record| i.text("period").is_some_and(|code| code.starts_with('P'));
    for (code, expected) in LESSONS {
        let seen = share(&period(code), &in_lesson);
        within(code, seen, expected - 0.02..=expected + 0.02);
    }
    let day = |i: &Record| occurred(i).unwrap().date();
    let a_day = |weekday| {
        let days = calendar.days().iter().filter(|day| {
            day.weekday() == weekday && **day > date(2024, 11, 20) && **day <= SCHOOL.today
        });
        let count = SCHOOL.incidents.iter().filter(|i| day(i).weekday() == weekday).count();
        count as f64 / days.count() as f64
    };
    use jiff::civil::Weekday::{Friday, Wednesday};
    within("Friday to Wednesday", a_day(Friday) / a_day(Wednesday), 1.1..=1.5);
    let term = calendar.half_term(date(2026, 3, 2)).unwrap();
    let week = |from: i64| {
        let span =
            crate::calendar::plus(term.from, from)..crate::calendar::plus(term.from, from + 7);
        SCHOOL.incidents.iter().filter(|i| span.contains(&day(i))).count() as f64
    };
    assert!(week(14) > week(0), "the half-term gets harder");
}

#[test]
fn every_record_is_one_that_a_school_could_save() {
    let lists = CodeLists::new(&SCHOOL.code_lists);
    let calendar = calendar();
    let mut ids = BTreeSet::new();
    for record in SCHOOL.records() {
        let warnings = validate(record, &lists).unwrap_or_else(|all| panic!("{all:?}"));
        let of_days = check_days(record, &calendar);
        let told: Vec<_> = warnings.iter().chain(&of_days).collect();
        assert!(record.kind == Kind::Pupil || told.is_empty(), "{told:?}");
        assert!(ids.insert(record.id), "{} has the id of another", record.id);
    }
    let known: BTreeSet<_> = SCHOOL.pupils.iter().map(|pupil| pupil.id).collect();
    for record in SCHOOL.records() {
        assert!(referenced_pupils(record).iter().all(|id| known.contains(id)));
    }
    let upns: BTreeSet<_> = SCHOOL.pupils.iter().filter_map(|pupil| pupil.text("upn")).collect();
    assert_eq!(upns.len(), SCHOOL.pupils.len());
}

#[test]
fn nothing_happens_on_a_closed_day_or_after_today() {
    let calendar = calendar();
    let happened = [
        &SCHOOL.room_stays,
        &SCHOOL.positive_events,
        &SCHOOL.intervention_sessions,
        &SCHOOL.call_outs,
    ];
    for event in SCHOOL.incidents.iter().chain(happened.into_iter().flatten()) {
        let at = occurred(event).unwrap();
        assert!(calendar.is_open(at.date()), "{at}");
        assert!(at.date() <= SCHOOL.today && at.date() > date(2024, 11, 20), "{at}");
    }
    for incident in &SCHOOL.incidents {
        let period = calendar.period_at(occurred(incident).unwrap()).unwrap();
        assert_eq!(incident.text("period"), Some(period.code.as_str()));
    }
    for stay in &SCHOOL.room_stays {
        let arrived = stay.one("arrived_at").and_then(sheaf_records::Value::as_date);
        assert!(arrived.is_none_or(|day| calendar.is_open(day) && day <= SCHOOL.today));
    }
}

#[test]
fn pupils_come_into_incidents_only_while_they_are_on_the_roll() {
    let views: BTreeMap<_, _> =
        SCHOOL.pupils.iter().map(|pupil| (pupil.id, PupilView::new(pupil))).collect();
    let happened = [&SCHOOL.room_stays, &SCHOOL.positive_events, &SCHOOL.intervention_sessions];
    let events = SCHOOL.incidents.iter().chain(happened.into_iter().flatten());
    for event in events.chain(&SCHOOL.suspensions) {
        let day = occurred(event).unwrap().date();
        for pupil in referenced_pupils(event) {
            assert!(views[&pupil].on(day).is_on_roll(), "{day}");
        }
    }
}

#[test]
fn year_groups_move_up_and_pupils_come_and_go() {
    let on = |day| {
        let views = SCHOOL.pupils.iter().map(PupilView::new);
        views.filter(move |view| view.on(day).is_on_roll())
    };
    let groups: BTreeSet<_> =
        on(SCHOOL.today).filter_map(|view| view.on(SCHOOL.today).year_group).collect();
    assert_eq!(groups, BTreeSet::from(["10", "11", "7", "8", "9"]));
    let (summer, autumn) = (date(2026, 7, 15), date(2026, 9, 7));
    let number = |group: Option<&str>| group.unwrap().parse::<i32>().unwrap();
    for view in on(summer).filter(|view| view.on(autumn).is_on_roll()) {
        let (before, after) = (view.on(summer), view.on(autumn));
        assert_eq!(number(before.year_group) + 1, number(after.year_group));
        assert_ne!(before.reg_group, after.reg_group);
    }
    let moved = |pupil: &&Record| {
        let view = PupilView::new(pupil);
        let roll = view.spells_of("roll").next().unwrap();
        let autumn = (roll.from.month(), roll.from.day()) == (9, 1);
        let summer = roll.to.is_none_or(|to| to.month() == 7);
        !autumn || !summer
    };
    let share = SCHOOL.pupils.iter().filter(moved).count() as f64 / SCHOOL.pupils.len() as f64;
    within("joiners and leavers", share, 0.07..=0.15);
}

#[test]
fn the_same_options_give_the_same_school() {
    let small = Options { pupils: 80, years: 1, ..Options::default() };
    let (one, same) = (generate(&small).unwrap(), generate(&small).unwrap());
    assert_eq!(one, same);
    let other = generate(&Options { seed: 2, ..small }).unwrap();
    assert_ne!(one.pupils, other.pupils);
}

#[test]
fn small_large_and_far_schools_are_made_and_impossible_ones_refused() {
    for options in [
        Options { pupils: 1, years: 1, ..Options::default() },
        Options { pupils: 30, years: 5, ..Options::default() },
        Options { pupils: 30, years: 1, today: date(2024, 2, 29), ..Options::default() },
        Options { pupils: 30, years: 1, today: date(2026, 8, 10), ..Options::default() },
    ] {
        let school = generate(&options).unwrap();
        assert_eq!(school.pupils.len(), options.pupils as usize);
        let lists = CodeLists::new(&school.code_lists);
        assert!(school.records().all(|record| validate(record, &lists).is_ok()));
    }
    let pupils = |pupils| generate(&Options { pupils, ..Options::default() }).unwrap_err();
    assert_eq!(pupils(0), OptionsError::Pupils(0));
    assert_eq!(pupils(1_000_000), OptionsError::Pupils(1_000_000));
    let years = generate(&Options { years: 0, ..Options::default() }).unwrap_err();
    assert_eq!(years, OptionsError::Years(0));
    let today = Options { today: date(1850, 1, 1), ..Options::default() };
    assert_eq!(generate(&today).unwrap_err(), OptionsError::Today(1850));
}

#[test]
fn staff_cover_every_job_and_each_mentor_has_a_caseload() {
    assert!((70..=95).contains(&SCHOOL.staff.len()), "{}", SCHOOL.staff.len());
    assert_eq!(SCHOOL.staff[0].text("role"), Some("head"));
    assert_eq!(SCHOOL.staff[1].text("role"), Some("dsl"));
    for role in ["deputy_dsl", "pastoral_lead", "mentor", "teacher"] {
        assert!(SCHOOL.staff_of(role).count() >= 2, "{role}");
    }
    assert_eq!(SCHOOL.caseloads.len(), SCHOOL.staff_of("mentor").count() + 1);
    let head = SCHOOL.staff_of("head").next().unwrap().id;
    let key_worker = |one: &Record| one.one("key_worker").and_then(|value| value.as_record());
    assert!(SCHOOL.caseloads.iter().any(|one| key_worker(one) == Some(head)));
    assert!(SCHOOL.caseloads.iter().all(|caseload| caseload.rows("pupils").count() >= 5));
    let codes: BTreeSet<_> = SCHOOL.staff.iter().filter_map(|a| a.text("staff_code")).collect();
    assert_eq!(codes.len(), SCHOOL.staff.len());
}

#[test]
fn notes_are_varied_and_filled_in() {
    let notes: Vec<_> = SCHOOL.incidents.iter().filter_map(|i| i.text("narrative")).collect();
    assert!(notes.iter().all(|note| !note.contains(['{', '}']) && note.len() > 20));
    let different: BTreeSet<_> = notes.iter().collect();
    assert!(different.len() * 10 > notes.len() * 8, "{} of {}", different.len(), notes.len());
}
