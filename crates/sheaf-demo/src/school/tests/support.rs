//! Tests of interventions, of what they truly do, of suspensions and of positive events.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, date};
use sheaf_records::{Record, RecordId, Value, occurred, reasons_by_rank, suspended_sessions};

use super::{SCHOOL, calendar, involved, whole_year, within};
use crate::calendar::school_year_of;
use crate::{Detail, Options, OptionsError, generate};

/// A pupil's part in an intervention.
struct Part<'a> {
    pupil: RecordId,
    ty: &'a str,
    decided: Date,
    start: Option<Date>,
}

fn parts(interventions: &[Record]) -> Vec<Part<'_>> {
    let of_run = |run: &'_ Record| -> Vec<(RecordId, Date, Option<Date>)> {
        let day = |row: &BTreeMap<String, Value>, name: &str| row.get(name)?.as_date();
        run.rows("enrolments")
            .map(|(key, row)| {
                (key.parse().unwrap(), day(row, "decided").unwrap(), day(row, "start"))
            })
            .collect()
    };
    interventions
        .iter()
        .flat_map(|run| {
            let ty = run.text("type").unwrap();
            let part = move |(pupil, decided, start)| Part { pupil, ty, decided, start };
            of_run(run).into_iter().map(part)
        })
        .collect()
}

/// The days of each pupil's incidents as aggressor or participant.
fn days_of(incidents: &[Record]) -> BTreeMap<RecordId, Vec<Date>> {
    let mut days = BTreeMap::<_, Vec<_>>::new();
    for incident in incidents {
        for pupil in involved(incident) {
            days.entry(pupil).or_default().push(occurred(incident).unwrap().date());
        }
    }
    days
}

#[test]
fn pupils_are_chosen_at_their_worst_and_some_wait() {
    let (calendar, days) = (calendar(), days_of(&SCHOOL.incidents));
    let parts = parts(&SCHOOL.interventions);
    let types: BTreeSet<_> = parts.iter().map(|part| part.ty).collect();
    assert_eq!(types.len(), SCHOOL.truth.effects.len());
    let waiting = parts.iter().filter(|part| part.start.is_none()).count() as f64;
    within("never started or waiting still", waiting / parts.len() as f64, 0.05..=0.3);
    // What happens in the half-term of the decision is far more than in the one before it.
    let rate = |pupil: RecordId, half_term: &sheaf_records::HalfTerm| {
        let inside = |day: &&Date| half_term.contains(**day);
        let count = days.get(&pupil).into_iter().flatten().filter(inside).count();
        count as f64 / f64::from(calendar.school_days(half_term.from, half_term.to))
    };
    let (mut worst, mut before) = (0.0, 0.0);
    for part in &parts {
        let half_terms = calendar.half_terms();
        let place = half_terms.iter().position(|one| one.contains(part.decided)).unwrap();
        assert!(part.start.is_none_or(|start| start > half_terms[place].to));
        if half_terms[place - 1].from > date(2024, 11, 20) {
            worst += rate(part.pupil, &half_terms[place]);
            before += rate(part.pupil, &half_terms[place - 1]);
        }
    }
    within("chosen at their worst", worst / before, 1.5..=4.0);
}

/// Incidents after each start, with this effect over those with none: the same school otherwise.
fn ratio(effect: f64, seeds: std::ops::Range<u64>) -> f64 {
    let (mut with, mut without) = (0, 0);
    for seed in seeds {
        let trial = |effect| {
            let (effect, detail) = (Some(effect), Detail::Counts);
            generate(&Options { pupils: 150, seed, effect, detail, ..Options::default() }).unwrap()
        };
        let (one, none) = (trial(effect), trial(1.0));
        // Before anybody starts the two are one school, so the first to start are the same.
        let first = parts(&none.interventions).iter().filter_map(|part| part.start).min().unwrap();
        let until = crate::calendar::plus(first, 40);
        let counts = [(&one, &mut with), (&none, &mut without)];
        for (school, count) in counts {
            let days = days_of(&school.incidents);
            for part in parts(&school.interventions) {
                if let Some(start) = part.start.filter(|start| *start < until) {
                    let after = |day: &&Date| **day >= start && **day < until;
                    *count += days.get(&part.pupil).into_iter().flatten().filter(after).count();
                }
            }
        }
    }
    with as f64 / without as f64
}

#[test]
fn an_intervention_does_what_the_truth_says() {
    for effect in [0.4, 0.7] {
        within("the ratio of incidents", ratio(effect, 1..25), effect - 0.08..=effect + 0.08);
    }
    assert_eq!(ratio(1.0, 1..3), 1.0);
}

#[test]
fn the_truth_names_an_effect_of_none_and_dated_breaks() {
    let truth = &SCHOOL.truth;
    assert!(truth.effects.iter().any(|one| one.rate_ratio == 1.0));
    assert!(truth.effects.iter().filter(|one| one.rate_ratio < 0.9).count() >= 2);
    assert_eq!(truth.breaks.len(), 2);
    let days = |from: Date, to: Date| f64::from(calendar().school_days(from, to));
    for one in &truth.breaks {
        let (from, to) =
            (crate::calendar::plus(one.from, -60), crate::calendar::plus(one.from, 60));
        let count = |from: Date, to: Date| {
            let inside = |i: &&Record| (from..to).contains(&occurred(i).unwrap().date());
            SCHOOL.incidents.iter().filter(inside).count() as f64 / days(from, to)
        };
        let seen = count(one.from, to) / count(from, one.from);
        assert_eq!(seen > 1.0, one.rate_ratio > 1.0, "{}: {seen}", one.from);
    }
}

#[test]
fn an_effect_that_cannot_be_made_is_refused() {
    for effect in [0.0, -1.0, 1.1, f64::NAN] {
        let refused = generate(&Options { effect: Some(effect), ..Options::default() });
        assert!(matches!(refused, Err(OptionsError::Effect(_))), "{effect}");
    }
}

#[test]
fn what_is_counted_alone_is_what_the_whole_school_has() {
    let whole = Options { pupils: 120, years: 1, ..Options::default() };
    let counts = generate(&Options { detail: Detail::Counts, ..whole }).unwrap();
    let whole = generate(&whole).unwrap();
    assert_eq!((&counts.pupils, &counts.truth), (&whole.pupils, &whole.truth));
    assert_eq!(parts(&counts.interventions).len(), parts(&whole.interventions).len());
    assert!(counts.incidents.iter().all(|incident| incident.text("narrative").is_none()));
    // Nobody is suspended there, so a few more incidents happen.
    assert!(counts.incidents.len() >= whole.incidents.len());
    assert!(counts.room_stays.is_empty() && counts.suspensions.is_empty());
}

#[test]
fn suspensions_are_as_many_and_as_long_as_in_england() {
    let pupil = |one: &Record| vec![one.one("pupil").unwrap().as_record().unwrap()];
    let counts = whole_year(&SCHOOL.suspensions, pupil);
    let pupils = counts.len() as f64;
    within("a year for 100 pupils", 100.0 * counts.iter().sum::<f64>() / pupils, 16.0..=29.0);
    let some = counts.iter().filter(|count| **count > 0.0).count() as f64;
    within("pupils with one or more", some / pupils, 0.06..=0.16);
    let sessions: i64 = SCHOOL.suspensions.iter().map(suspended_sessions).sum();
    within("days each", sessions as f64 / 2.0 / SCHOOL.suspensions.len() as f64, 1.6..=2.3);
    let reasons: Vec<&str> = SCHOOL.suspensions.iter().flat_map(reasons_by_rank).collect();
    let disruptive = reasons.iter().filter(|code| **code == "DB").count() as f64;
    within("persistent disruption", disruptive / reasons.len() as f64, 0.38..=0.58);
    let mut used = BTreeMap::<_, i64>::new();
    for one in &SCHOOL.suspensions {
        let year = school_year_of(occurred(one).unwrap().date());
        *used.entry((pupil(one), year)).or_default() += suspended_sessions(one);
    }
    assert!(used.values().all(|sessions| *sessions <= 90));
}

/// Over many schools about one suspension in eighty is a permanent exclusion; whoever is excluded
/// comes into nothing from then on and leaves the roll once the governors have met.
#[test]
fn a_few_are_excluded_for_good_and_leave() {
    let is_permanent = |one: &&Record| one.text("type") == Some("PERM");
    assert!(SCHOOL.suspensions.iter().any(|one| is_permanent(&one)));
    let (mut permanent, mut all) = (0, 0);
    for seed in 1..=8 {
        let school = generate(&Options { pupils: 500, seed, ..Options::default() }).unwrap();
        let days = days_of(&school.incidents);
        all += school.suspensions.len();
        for one in school.suspensions.iter().filter(is_permanent) {
            permanent += 1;
            assert!(one.one("end").is_none() && one.one("sessions").is_none());
            let start = one.one("start").and_then(Value::as_date).unwrap();
            let pupil = one.one("pupil").unwrap().as_record().unwrap();
            let later = |day: &&Date| **day >= start;
            assert_eq!(days.get(&pupil).into_iter().flatten().find(later), None);
            let record = school.pupils.iter().find(|record| record.id == pupil).unwrap();
            let calendar = sheaf_records::SchoolCalendar::new(&school.calendars).unwrap();
            let view = sheaf_records::PupilView::new(record);
            assert!(view.on(start).is_on_roll());
            let gone = calendar.add_school_days(start, 16).unwrap();
            assert!(!view.on(gone).is_on_roll(), "{gone}");
        }
    }
    within("permanent", f64::from(permanent) / all as f64, 1.0 / 160.0..=1.0 / 45.0);
}

/// What is still to be done is a handful, late by days or a few weeks.
#[test]
fn follow_ups_are_closed_but_for_a_handful() {
    let mut overdue = Vec::new();
    for incident in &SCHOOL.incidents {
        for (_, row) in incident.rows("follow_ups") {
            let due = row["due"].as_date().unwrap();
            if due < SCHOOL.today && row["done"].as_bool() == Some(false) {
                overdue.push((SCHOOL.today - due).get_days());
            }
        }
    }
    assert!((4..=30).contains(&overdue.len()), "{overdue:?}");
    assert!(overdue.iter().all(|days| *days <= 28), "{overdue:?}");
}

#[test]
fn whoever_is_suspended_comes_into_nothing_meanwhile() {
    let days = days_of(&SCHOOL.incidents);
    for one in SCHOOL.suspensions.iter().filter(|one| one.text("type") == Some("SUSP")) {
        let day = |name: &str| one.one(name).and_then(Value::as_date).unwrap();
        let pupil = one.one("pupil").unwrap().as_record().unwrap();
        let meanwhile = |at: &&Date| (day("start")..=day("end")).contains(*at);
        assert_eq!(days.get(&pupil).into_iter().flatten().find(meanwhile), None);
    }
}

#[test]
fn what_goes_well_is_written_down_too() {
    let pupils = |event: &Record| sheaf_records::referenced_pupils(event);
    let counts = whole_year(&SCHOOL.positive_events, pupils);
    within("a year", counts.iter().sum::<f64>() / counts.len() as f64, 5.0..=9.0);
    assert!(SCHOOL.positive_events.len() > 2_000);
}
