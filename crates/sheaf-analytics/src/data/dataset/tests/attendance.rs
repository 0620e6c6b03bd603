//! Tests of the table of attendance.

use super::*;
use crate::test_school::attendance;
use crate::{Aggregate, col};

#[test]
fn a_mark_is_a_row_and_a_changed_mark_changes_it() {
    let one = pupil(1, "8", date(2024, 9, 1), None);
    let (day, next) = (date(2024, 9, 9), date(2024, 9, 10));
    let mut half_term =
        attendance(1, &one, &[(day, "am", "L"), (day, "pm", "I"), (next, "am", "X")]);
    half_term.set_row("marks", &day.to_string(), "am_late", 9_i64);
    let known = BTreeMap::from([(one.id, one.clone()), (half_term.id, half_term.clone())]);
    let mut dataset = built(&known);
    let rows = |dataset: &mut Dataset| {
        let columns = ["date", "session", "code", "class", "possible", "absent", "late_minutes"];
        columns.map(|column| read(dataset, "attendance", column).join(" "))
    };
    let before = [
        "2024-09-09 2024-09-09 2024-09-10",
        "AM PM AM",
        "L I X",
        "present authorised not_possible",
        "1 1 0",
        "0 1 0",
        "9  ",
    ];
    assert_eq!(rows(&mut dataset), before);
    half_term.set_row("marks", &day.to_string(), "pm", "O");
    half_term.set_row("marks", &next.to_string(), "pm", "from a newer version");
    dataset.upsert(&half_term, &Provenance::of_space("pastoral")).unwrap();
    let [_, _, codes, classes, possible, ..] = rows(&mut dataset);
    assert_eq!(codes, "L O X from a newer version");
    assert_eq!(classes, "present unauthorised not_possible ", "what is not known counts nowhere");
    assert_eq!(possible, "1 1 0 ");
}

/// The constructed register: overall, persistent (a tenth or more) and severe (half or more)
/// absence by the definitions of the DfE, in whole numbers, from the table and from the records.
#[test]
fn absence_is_what_the_constructed_register_says() {
    let mut records = BTreeMap::new();
    for line in include_str!("../../../../testdata/register.csv").lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let [pupil, day, session, code] = cells.as_slice() else { panic!("{line}") };
        let number = pupil.parse().unwrap();
        let who = crate::test_school::pupil(number, "8", date(2024, 9, 1), None);
        let one: &mut Record =
            records.entry(number).or_insert_with(|| attendance(number, &who, &[]));
        one.set_row("marks", day, &session.to_lowercase(), *code);
    }
    let mut dataset = Dataset::default();
    for record in records.values() {
        let (lists, warned) = (sheaf_records::CodeLists::default(), Vec::new());
        assert_eq!(sheaf_records::validate(record, &lists), Ok(warned));
        dataset.upsert(record, &Provenance::of_space("pastoral")).unwrap();
    }
    let scope = Scope::new(dataset.snapshot(), date(2025, 7, 1));
    let plan = Plan::scan("attendance").group(
        ["pupil"],
        [("possible", Aggregate::Sum(col("possible"))), ("absent", Aggregate::Sum(col("absent")))],
    );
    let frame = plan.run(&scope, &Budget::default()).unwrap();
    let sums = ["possible", "absent"].map(|name| frame.column(name).unwrap().numbers().unwrap());
    let expected = [
        (100, 10, 0, true, false),
        (100, 9, 0, false, false),
        (100, 30, 20, true, true),
        (100, 31, 20, true, true),
        (100, 0, 0, false, false),
        (100, 0, 12, true, false),
        (80, 5, 0, false, false),
        (100, 7, 4, true, false),
    ];
    assert_eq!(records.len(), expected.len());
    let mut whole = sheaf_records::Attendance::default();
    for (at, (record, expected)) in records.values().zip(expected).enumerate() {
        let sum = sheaf_records::Attendance::of(sheaf_records::marks(record));
        let told = (
            sum.possible,
            sum.authorised,
            sum.unauthorised,
            sum.is_persistently_absent(),
            sum.is_severely_absent(),
        );
        assert_eq!(told, expected, "pupil {}", at + 1);
        let row = [f64::from(sum.possible), f64::from(sum.absent())];
        assert_eq!([sums[0][at], sums[1][at]], row, "the table, pupil {}", at + 1);
        whole.possible += sum.possible;
        whole.authorised += sum.authorised;
        whole.unauthorised += sum.unauthorised;
    }
    let share = |sessions: u32| f64::from(sessions) / f64::from(whole.possible);
    assert!((share(whole.absent()) - 0.189_743_589_743_589_74).abs() < 1e-12);
    assert!((share(whole.authorised) - 0.117_948_717_948_717_95).abs() < 1e-12);
}
