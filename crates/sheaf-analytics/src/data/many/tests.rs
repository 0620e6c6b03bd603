//! Two schools in one snapshot: rows, roll and calendars of both.

use jiff::civil::{Date, date};

use super::*;
use crate::plan::engine::Engine;
use crate::test_school::{calendars, pupil, record};
use crate::{
    Aggregate, Budget, Cell, ColumnType, Exposure, Frame, Grain, Measure, MeasureOptions,
    Narrowing, Period, Plan, Scope, col,
};

/// Incidents of two schools: 3 at the first, 2 at the second, one pupil each.
struct Kept {
    pupils: [String; 2],
}

impl TableSource for Kept {
    fn rows(&self, table: &str) -> usize {
        if table == "incidents" { 5 } else { 0 }
    }

    fn records(&self, table: &str) -> usize {
        self.rows(table)
    }

    fn row_records(&self, table: &str) -> Result<Vec<i32>, AnalyticsError> {
        Ok((0..).take(self.rows(table)).collect())
    }

    fn column(&self, table: &str, column: &str) -> Result<Column, AnalyticsError> {
        let spec = crate::tables::table(table)?.column(column)?;
        let codes = || vec![Some(0), Some(0), Some(0), Some(1), Some(1)];
        Ok(match (column, spec.ty) {
            ("date", _) => Column::dates([3, 4, 5, 3, 10].map(|day| Some(date(2024, 9, day)))),
            ("pupil", ty) => Column::coded(ty, codes(), &self.pupils).unwrap(),
            ("school", ty) => Column::coded(ty, codes(), ["a", "b"]).unwrap(),
            (_, ty) if ty.is_coded() => Column::coded(ty, vec![None; 5], ["x"]).unwrap(),
            (_, ColumnType::Bool) => Column::bools([Some(false); 5]),
            _ => Column::ints([None; 5]),
        })
    }
}

fn schools(closed: Option<Date>) -> [OneSchool; 2] {
    let mut other = calendars();
    if let Some(day) = closed {
        other[1].set_row("closures", &day.to_string(), "title", "snow");
    }
    let one = |number| pupil(number, "8", date(2024, 9, 1), None);
    [
        OneSchool { name: "a".into(), calendars: calendars().into(), pupils: vec![one(1)] },
        OneSchool { name: "b".into(), calendars: other.into(), pupils: vec![one(2)] },
    ]
}

fn scope(schools: &[OneSchool; 2]) -> Scope {
    let pupils = [0, 1].map(|at: usize| schools[at].pupils[0].id.to_string());
    let snapshot = Snapshot::of_schools(schools, Arc::new(Kept { pupils })).unwrap();
    Scope::new(snapshot, date(2024, 10, 1))
}

fn by_school(scope: &Scope) -> Measure {
    measured(scope, Exposure::EnrolledDays).unwrap()
}

fn measured(scope: &Scope, exposure: Exposure) -> Result<Measure, AnalyticsError> {
    let frame = Plan::scan("incidents").run(scope, &Budget::default()).unwrap();
    let period = Period { from: date(2024, 9, 3), to: date(2024, 9, 13) };
    let (by, narrowing) = (vec!["school".to_owned()], Narrowing::default());
    let options = MeasureOptions { grain: Grain::SchoolWeek, by, period, narrowing, exposure };
    frame.measure(&options, &Budget::default())
}

/// Each school has periods of its own, and the calendar of all of them those of one.
#[test]
fn lessons_and_minutes_are_counted_within_one_school() {
    for exposure in [Exposure::Lessons, Exposure::Minutes] {
        let error = measured(&scope(&schools(None)), exposure).unwrap_err().to_string();
        assert!(error.contains("counted within one school"), "{error}");
    }
}

#[test]
fn a_closed_school_counts_no_pupil_days() {
    let days = |scope: &Scope| {
        let period = Period { from: date(2024, 9, 3), to: date(2024, 9, 13) };
        scope.pupil_days(period)
    };
    // Nine school days at each.
    assert_eq!(days(&scope(&schools(None))), 18);
    let closed = scope(&schools(Some(date(2024, 9, 5))));
    assert_eq!(days(&closed), 17);
    assert!(closed.calendar().is_open(date(2024, 9, 5)), "the other school is open");
    let measure = by_school(&closed);
    let keys: Vec<String> =
        measure.groups().iter().map(|group| group.keys[0].to_string()).collect();
    assert_eq!(keys, ["a", "b"]);
    assert!(measure.is_shared(), "pupil-days are split by school as incidents are");
}

#[test]
fn a_day_on_which_every_school_is_closed_is_closed() {
    let mut both = schools(Some(date(2024, 9, 5)));
    both[0].calendars = both[1].calendars.clone();
    assert!(!scope(&both).calendar().is_open(date(2024, 9, 5)));
}

#[test]
fn the_clock_of_a_closed_school_stands_still() {
    let gaps = |closed: Option<Date>| {
        let scope = scope(&schools(closed));
        let frame = Plan::scan("incidents").run(&scope, &Budget::default()).unwrap();
        frame.gaps(&crate::GapOptions::default(), &Budget::default()).unwrap().gap()
    };
    let (before, after) = (gaps(None), gaps(Some(date(2024, 9, 5))));
    // From Tuesday the 3rd to Tuesday the 10th at the second school.
    assert_eq!((before[3], after[3]), (5.0, 4.0));
    assert_eq!(before[..2], after[..2], "the first school was open");
}

#[test]
fn half_terms_that_differ_are_refused_by_name() {
    let mut two = schools(None);
    two[1].calendars[1].set_row("terms", "autumn_1", "to", date(2024, 10, 18));
    let pupils = [0, 1].map(|at: usize| two[at].pupils[0].id.to_string());
    let error = Snapshot::of_schools(&two, Arc::new(Kept { pupils })).unwrap_err().to_string();
    assert!(error.contains("2024/25 autumn_1") && error.contains("school b"), "{error}");
}

#[test]
fn a_row_of_an_unknown_pupil_is_refused() {
    let two = schools(None);
    let pupils = [two[0].pupils[0].id.to_string(), record(Kind::Pupil, 9).id.to_string()];
    let snapshot = Snapshot::of_schools(&two, Arc::new(Kept { pupils })).unwrap();
    let scope = Scope::new(snapshot, date(2024, 10, 1));
    let error = Plan::scan("incidents").run(&scope, &Budget::default()).unwrap_err();
    assert!(error.to_string().contains("incidents.pupil"), "{error}");
}

/// An engine that filters nothing, groups by school, and knows how many pupils stand behind.
struct Counts;

impl Engine for Counts {
    fn run(&self, plan: &Plan, scope: &Scope, budget: &Budget) -> Result<Frame, AnalyticsError> {
        if plan.steps().is_empty() {
            return Frame::of_rows(scope, plan.table(), vec![4, 0], Vec::new(), budget);
        }
        let columns = vec![
            ("school".to_owned(), Column::texts([Some("b"), Some("a")])),
            ("n".to_owned(), Column::ints([Some(2), Some(3)])),
        ];
        Frame::of_groups(scope, 1, columns, vec![12, 4])
    }
}

#[test]
fn frames_of_another_engine_go_on_here() {
    let scope = scope(&schools(None)).run_by(Arc::new(Counts));
    let rows = Plan::scan("incidents").run(&scope, &Budget::default()).unwrap();
    assert_eq!(rows.cell(0, "date").unwrap(), Cell::Date(date(2024, 9, 10)));
    assert_eq!((rows.len(), rows.pupils_in_all()), (2, 2));
    let plan = Plan::scan("incidents").group(["school"], [("n", Aggregate::Count)]);
    let groups = plan.run(&scope, &Budget::default()).unwrap();
    assert_eq!(groups.cell(0, "school").unwrap(), Cell::Text("a".into()));
    assert_eq!(groups.pupils_behind(), [4, 12]);
    let more = [crate::Step::Filter(col("n").at_most(2))];
    let kept = groups.apply(&more, &Budget::default()).unwrap();
    assert_eq!((kept.pupils_behind(), kept.pupils_in_all()), (vec![12], 12));
    let key =
        crate::KeyValues { column: "school".to_owned(), values: vec![Cell::Text("c".into())] };
    let complete = groups.complete(&[key], &["n".to_owned()], 10).unwrap();
    assert_eq!(complete.pupils_behind(), [0, 4, 12], "nobody is behind what was not there");
    let error = groups.apply(
        &[crate::Step::Group { keys: vec![], aggregates: vec![("m".into(), Aggregate::Count)] }],
        &Budget::default(),
    );
    assert_eq!(error.unwrap_err(), AnalyticsError::NeedsRows("group"));
}
