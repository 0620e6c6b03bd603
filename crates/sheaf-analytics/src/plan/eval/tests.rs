//! Expressions over the school calendar, held to the calendar and to other ways to count the same.

use jiff::civil::{Date, date};

use crate::test_school::{Random, calendars, incident, pupil};
use crate::{Aggregate, Budget, Cell, Dataset, Expr, Period, Plan, Provenance, Scope, col};

fn scope(random: &mut Random) -> Scope {
    let mut dataset = Dataset::default();
    let pastoral = Provenance::of_space("pastoral");
    calendars().iter().for_each(|year| dataset.upsert(year, &pastoral).unwrap());
    for number in 0..30 {
        let day = |random: &mut Random, from: Date, days: u64| {
            from.checked_add(jiff::Span::new().days(random.below(days) as i64)).unwrap()
        };
        let from = day(random, date(2023, 8, 1), 500);
        let to = (random.below(2) == 0).then(|| day(random, from, 400));
        let one = pupil(number, "9", from, to);
        dataset.upsert(&one, &pastoral).unwrap();
        let mut event = incident(number, from, "bullying", &[(&one, "aggressor")]);
        event.set("period", random.pick(&["P1", "AM", "LUNCH"]));
        dataset.upsert(&event, &pastoral).unwrap();
    }
    Scope::new(dataset.snapshot(), date(2025, 7, 1))
}

/// The days of spells on the roll that lie in a period are its pupil-days.
#[test]
fn overlaps_of_spells_add_up_to_pupil_days() {
    for seed in 0..20 {
        let scope = scope(&mut Random(seed));
        for (from, to) in [
            (date(2024, 9, 1), date(2024, 10, 25)),
            (date(2023, 10, 1), date(2025, 3, 3)),
            (date(2025, 5, 31), date(2025, 6, 1)),
        ] {
            let period = Period { from, to };
            let days = Expr::Overlap(Box::new(col("from")), Box::new(col("to")), period);
            let plan = Plan::scan("roll")
                .group([] as [&str; 0], [("days", Aggregate::Sum(days))])
                .run(&scope, &Budget::default())
                .unwrap();
            let expected = Cell::Int(scope.pupil_days(period) as i64);
            assert_eq!(plan.cell(0, "days").unwrap(), expected, "seed {seed}, {period}");
        }
    }
}

#[test]
fn days_after_an_event_are_those_of_the_calendar() {
    let scope = scope(&mut Random(3));
    for days in [-3, 0, 1, 10, 900] {
        let moved = Expr::AddSchoolDays(Box::new(col("date")), days);
        let frame = Plan::scan("incidents").derive("then", moved);
        let frame = frame.run(&scope, &Budget::default()).unwrap();
        for row in 0..frame.len() {
            let Cell::Date(day) = frame.cell(row, "date").unwrap() else { panic!("no date") };
            let expected = scope.calendar().add_school_days(day, days);
            let expected = expected.map_or(Cell::Null, Cell::Date);
            assert_eq!(frame.cell(row, "then").unwrap(), expected, "{day} and {days}");
        }
    }
}

#[test]
fn a_period_is_a_lesson_or_none() {
    let scope = scope(&mut Random(5));
    let lesson = Expr::LessonPeriod(Box::new(col("period")));
    let frame = Plan::scan("incidents").derive("lesson", lesson);
    let frame = frame.run(&scope, &Budget::default()).unwrap();
    let mut seen = 0;
    for row in 0..frame.len() {
        let is_first = frame.cell(row, "period").unwrap() == Cell::Text("P1".into());
        let expected = if is_first { Cell::Int(1) } else { Cell::Null };
        assert_eq!(frame.cell(row, "lesson").unwrap(), expected);
        seen += usize::from(is_first);
    }
    assert!(seen > 3);
    let wrong = Plan::scan("incidents").derive("x", Expr::LessonPeriod(Box::new(col("severity"))));
    assert_eq!(
        wrong.check().unwrap_err().to_string(),
        "`lesson_period` needs codes of periods, but `integer` was given"
    );
}
