//! Exposures held to counts by hand, and to a plain reckoning over pupils, days and periods.

use jiff::civil::{Date, date};
use sheaf_records::Record;

use super::*;
use crate::plan::Step;
use crate::plan::expr::{Expr, col};
use crate::test_school::{Random, attendance, calendars, incident, pupil};
use crate::{Dataset, Grain, Measure, MeasureOptions, Period, Provenance, PupilPeriods, Roll};

/// Nine school days: the 3rd to the 6th and the 9th to the 13th.
const FORTNIGHT: Period = Period { from: date(2024, 9, 3), to: date(2024, 9, 13) };

/// A lesson of 60 minutes, a break of 20 and a lesson of 50.
fn with_periods(mut years: [Record; 2]) -> [Record; 2] {
    for (order, (code, kind, starts, ends)) in
        [("BR", "break", "10:00", "10:20"), ("P2", "lesson", "10:20", "11:10")].iter().enumerate()
    {
        years[1].set_row("periods", code, "title", *code);
        years[1].set_row("periods", code, "order", order as i64 + 2);
        years[1].set_row("periods", code, "kind", *kind);
        years[1].set_row("periods", code, "starts", *starts);
        years[1].set_row("periods", code, "ends", *ends);
    }
    years
}

fn scope(records: &[Record], as_of: Date) -> Scope {
    let mut dataset = Dataset::default();
    let provenance = Provenance::of_space("pastoral");
    for record in with_periods(calendars()).iter().chain(records) {
        dataset.upsert(record, &provenance).unwrap();
    }
    Scope::new(dataset.snapshot(), as_of)
}

/// Ana of year 8 is there for nine days, Ben of year 9 for the last four: 13 pupil-days.
fn two() -> [Record; 2] {
    [pupil(1, "8", date(2024, 9, 1), None), pupil(2, "9", date(2024, 9, 10), None)]
}

/// An incident of each, in the first lesson and in the break.
fn incidents(two: &[Record; 2]) -> [Record; 2] {
    let mut first = incident(1, date(2024, 9, 4), "x", &[(&two[0], "aggressor")]);
    first.set("period", "P1");
    let mut second = incident(2, date(2024, 9, 10), "x", &[(&two[1], "aggressor")]);
    second.set("period", "BR");
    [first, second]
}

fn narrowed(filters: &[Expr]) -> Narrowing {
    let mut narrowing = Narrowing::default();
    filters.iter().for_each(|one| narrowing.add(&Step::Filter(one.clone())));
    narrowing
}

fn measure(
    scope: &Scope,
    (exposure, grain): (Exposure, Grain),
    by: &[&str],
    filters: &[Expr],
    period: Period,
) -> Result<Measure, AnalyticsError> {
    let plan = filters.iter().fold(Plan::scan("incidents"), |plan, one| plan.filter(one.clone()));
    let options = MeasureOptions {
        grain,
        by: by.iter().map(|&name| name.to_owned()).collect(),
        period,
        narrowing: narrowed(filters),
        exposure,
    };
    plan.run(scope, &Budget::default())?.measure(&options, &Budget::default())
}

/// The exposure of each group over the fortnight, with the keys of the group.
#[track_caller]
fn check(exposure: Exposure, by: &[&str], filters: &[Expr], expected: &[(&str, f64)]) {
    let two = two();
    let scope = scope(&[two.clone(), incidents(&two)].concat(), date(2024, 10, 1));
    let found = measure(&scope, (exposure, Grain::Year), by, filters, FORTNIGHT).unwrap();
    let name = |group: usize| -> String {
        let keys = found.groups()[group].keys.iter().map(ToString::to_string);
        keys.collect::<Vec<_>>().join(" ")
    };
    let all: Vec<(String, f64)> = (0..found.groups().len())
        .map(|group| (name(group), found.exposure(group).iter().sum()))
        .collect();
    let all: Vec<(&str, f64)> = all.iter().map(|(name, sum)| (name.as_str(), *sum)).collect();
    assert_eq!(all, expected);
    assert!(found.is_shared());
}

#[test]
fn lessons_and_minutes_are_those_of_pupils_on_the_roll() {
    check(Exposure::EnrolledDays, &[], &[], &[("", 13.0)]);
    check(Exposure::Lessons, &[], &[], &[("", 26.0)]);
    check(Exposure::Minutes, &[], &[], &[("", 13.0 * 130.0)]);
}

#[test]
fn conditions_on_period_weekday_and_year_group_narrow_lessons() {
    let first = col("period").equals("P1");
    check(Exposure::Lessons, &[], std::slice::from_ref(&first), &[("", 13.0)]);
    check(Exposure::Minutes, &[], &[first], &[("", 13.0 * 60.0)]);
    let second = col("period").is_in(["BR", "P2"]);
    check(Exposure::Minutes, &[], &[second], &[("", 13.0 * 70.0)]);
    // Ana on two Tuesdays, Ben on one.
    let tuesday = col("weekday").equals(2);
    check(Exposure::Lessons, &[], &[tuesday], &[("", 6.0)]);
    let nine = col("year_group").equals("9");
    check(Exposure::Lessons, &[], std::slice::from_ref(&nine), &[("", 8.0)]);
    let both = [nine, col("period").equals("P2")];
    check(Exposure::Lessons, &[], &both, &[("", 4.0)]);
    let lesson = Expr::LessonPeriod(Box::new(col("period"))).equals(2);
    check(Exposure::Minutes, &[], &[lesson], &[("", 13.0 * 50.0)]);
}

#[test]
fn splits_by_period_weekday_and_year_group_add_up() {
    // Ben's incident was in the break, over which no lessons are counted.
    check(Exposure::Lessons, &["period"], &[], &[("BR", 0.0), ("P1", 13.0), ("P2", 13.0)]);
    let minutes = [("BR", 260.0), ("P1", 780.0), ("P2", 650.0)];
    check(Exposure::Minutes, &["period"], &[], &minutes);
    check(Exposure::Lessons, &["year_group"], &[], &[("8", 18.0), ("9", 8.0)]);
    let both = [("8 BR", 0.0), ("8 P1", 9.0), ("8 P2", 9.0), ("9 BR", 0.0)];
    let both = [&both[..], &[("9 P1", 4.0), ("9 P2", 4.0)]].concat();
    check(Exposure::Lessons, &["year_group", "period"], &[], &both);
    // Two Tuesdays to Fridays of Ana's and one Monday; one Tuesday to Friday of Ben's.
    let days = [("1", 60.0), ("2", 180.0), ("3", 180.0), ("4", 180.0), ("5", 180.0)];
    check(Exposure::Minutes, &["weekday"], &[col("period").equals("P1")], &days);
}

#[test]
fn where_there_are_no_periods_there_are_no_lessons() {
    let two = two();
    let scope = scope(&[two.clone(), incidents(&two)].concat(), date(2024, 10, 1));
    let run = |filters: &[Expr], period| {
        let found = measure(&scope, (Exposure::Lessons, Grain::Year), &[], filters, period);
        found.unwrap_err().to_string()
    };
    let error = run(&[col("period").equals("BR")], FORTNIGHT);
    assert!(error.contains("no period of the day passes the condition"), "{error}");
    let error = run(&[], Period { from: date(2024, 7, 1), to: date(2024, 9, 13) });
    assert!(error.contains("school year 2023/24 has no periods of the day"), "{error}");
}

/// Marks of Ana: five sessions in school, of eight that are marked. Ben's: two of two.
fn marks(two: &[Record; 2]) -> [Record; 2] {
    let day = |day| date(2024, 9, day);
    let ana = [
        (day(3), "am", "/"),
        (day(3), "pm", "\\"),
        (day(4), "am", "L"),
        (day(4), "pm", "I"),
        // Educated off site: attending, but not in school.
        (day(5), "am", "B"),
        (day(5), "pm", "\\"),
        (day(6), "am", "U"),
        (day(6), "pm", "\\"),
    ];
    let ben = [(day(10), "am", "/"), (day(10), "pm", "\\")];
    [attendance(1, &two[0], &ana), attendance(2, &two[1], &ben)]
}

#[test]
fn days_in_school_are_half_days_with_a_mark_of_the_class_present() {
    let two = two();
    let records = [two.clone(), incidents(&two), marks(&two)].concat();
    let scope = scope(&records, date(2024, 10, 1));
    let run = |by: &[&str], filters: &[Expr]| {
        let grain = (Exposure::PresentDays, Grain::SchoolWeek);
        measure(&scope, grain, by, filters, FORTNIGHT).unwrap()
    };
    let all = run(&[], &[]);
    assert_eq!(all.exposure(0), [2.5, 1.0]);
    assert_eq!((all.pupils(0), all.groups()[0].pupils), (&[1, 1][..], 2));
    // Of the 26 sessions of 13 pupil-days, ten are marked.
    assert!((all.unmarked() - 16.0 / 26.0).abs() < 1e-12);
    let years = run(&["year_group"], &[]);
    assert_eq!((years.exposure(0), years.exposure(1)), (vec![2.5, 0.0], vec![0.0, 1.0]));
    let days = run(&["weekday"], &[]);
    let found: Vec<f64> = (0..5).map(|group| days.exposure(group).iter().sum()).collect();
    assert_eq!(found, [0.0, 2.0, 0.5, 0.5, 0.5]);
    let tuesday = run(&[], &[col("weekday").equals(2)]);
    assert_eq!(tuesday.exposure(0), [1.0, 1.0]);
    let nine = run(&[], &[col("year_group").equals("9")]);
    assert_eq!((nine.exposure(0), nine.pupils(0)), (vec![0.0, 1.0], &[0, 1][..]));
}

#[test]
fn what_is_not_marked_is_missing_and_not_zero() {
    let two = two();
    let [ana, _] = marks(&two);
    let run = |records: &[Record], as_of, period| {
        let scope = scope(&[&two[..], records].concat(), as_of);
        let grain = (Exposure::PresentDays, Grain::SchoolWeek);
        measure(&scope, grain, &[], &[], period).map(|found| found.exposure(0))
    };
    let later = date(2024, 10, 1);
    let error = run(std::slice::from_ref(&ana), later, FORTNIGHT).unwrap_err().to_string();
    assert!(
        error.starts_with("no pupil on the roll has an attendance mark from 2024-09-09"),
        "{error}"
    );
    let mut late = ana.clone();
    late.set_row("marks", "2024-09-10", "am", "/");
    let error = run(&[late.clone()], later, FORTNIGHT).unwrap_err().to_string();
    let expected = "some pupils on the roll have no attendance mark from 2024-09-03 to 2024-09-13";
    assert!(error.starts_with(expected), "{error}");
    // A code of a newer version tells nothing.
    let unknown = attendance(2, &two[1], &[(date(2024, 9, 11), "am", "?")]);
    assert!(run(&[late.clone(), unknown], later, FORTNIGHT).is_err());
    // Ben came today, and the register of today is not due.
    let today = date(2024, 9, 10);
    assert_eq!(run(&[late], today, FORTNIGHT), Ok(vec![2.5, 0.5]));
}

/// The roll adds up to the same over any pupils, days and exposures as a measure, and both to what
/// is counted one pupil, day and period after the other.
#[test]
fn random_schools_add_up() {
    let mut random = Random(11);
    for _ in 0..20 {
        let day = |random: &mut Random| date(2024, 9, 3 + random.below(18) as i8);
        let mut records: Vec<Record> = Vec::new();
        let mut expected = [0.0; 4];
        let scope_days = scope(&[], date(2024, 10, 1));
        for number in 1..=6 {
            let from = day(&mut random);
            let one = pupil(number, random.pick(&["8", "9"]), from, None);
            let mut marks = Vec::new();
            for open in scope_days.calendar().days().iter().filter(|day| FORTNIGHT.contains(**day))
            {
                for column in ["am", "pm"] {
                    let code = random.pick(&["/", "L", "V", "I", "X"]);
                    marks.push((*open, column, code));
                    let is_counted = *open >= from && matches!(code, "/" | "L");
                    expected[1] += if is_counted { 0.5 } else { 0.0 };
                }
                if *open >= from {
                    expected[0] += 1.0;
                    expected[2] += 2.0;
                    expected[3] += 130.0;
                }
            }
            records.push(attendance(number, &one, &marks));
            records.push(one);
        }
        let scope = scope(&records, date(2024, 10, 1));
        let budget = Budget::default();
        let kinds =
            [Exposure::EnrolledDays, Exposure::PresentDays, Exposure::Lessons, Exposure::Minutes];
        for (exposure, expected) in kinds.into_iter().zip(expected) {
            let grain = (exposure, Grain::SchoolDay);
            let found = measure(&scope, grain, &[], &[], FORTNIGHT).unwrap();
            assert_eq!(found.exposure(0).iter().sum::<f64>(), expected, "{exposure:?}");
            let roll = Roll::over(&scope, exposure, &Narrowing::default(), &budget).unwrap();
            let events = Plan::scan("incidents").run(&scope, &budget).unwrap();
            let events = events.pupil_events(&budget).unwrap();
            let found = PupilPeriods::of(&events, &roll, &[FORTNIGHT], &budget).unwrap();
            assert_eq!(found.e.iter().sum::<f64>(), expected, "{exposure:?}");
        }
    }
}
