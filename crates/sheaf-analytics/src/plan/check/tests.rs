//! Plans that do not fit are refused before any data is touched.

use super::*;
use crate::plan::expr::col;

#[track_caller]
fn wrong(plan: Plan, message: &str) {
    assert_eq!(plan.check().unwrap_err().to_string(), message);
}

fn incidents() -> Plan {
    Plan::scan("incidents")
}

#[test]
fn names_are_checked_where_they_are_used() {
    wrong(
        Plan::scan("incident"),
        "there is no table `incident`; did you mean `incidents`?; `sheaf tables` lists them",
    );
    wrong(
        incidents().filter(col("catagory").equals("x")),
        "table `incidents` has no column `catagory`; did you mean `category`?",
    );
    let grouped = || incidents().group(["location"], [("n", Aggregate::Count)]);
    wrong(grouped().filter(col("category").equals("x")), "this frame has no column `category`");
    wrong(
        grouped().order([SortKey::parse("-m")]),
        "this frame has no column `m`; did you mean `n`?",
    );
    wrong(
        incidents().group(["location"], [("location", Aggregate::Count)]),
        "step 1 of the plan: two columns are called `location`; rename one",
    );
    wrong(
        Plan::scan("roll").within(crate::Period {
            from: jiff::civil::date(2025, 1, 1),
            to: jiff::civil::date(2025, 1, 2),
        }),
        "table `roll` has no column `date`",
    );
}

#[test]
fn types_are_checked_where_they_meet() {
    wrong(
        incidents().filter(col("severity")),
        "`filter` needs a condition, but `integer` was given",
    );
    wrong(
        incidents().filter(col("category").at_least("a")),
        "`>=` needs numbers or dates, but `text` was given",
    );
    wrong(
        incidents().filter(col("date").at_least("2025-02-30")),
        "`2025-02-30` is no date; write it as 2026-11-22",
    );
    wrong(
        incidents().filter(col("severity").equals("x")),
        "`severity` is a whole number, and \"x\" is not",
    );
    for (condition, said) in [
        (
            col("year_group").equals(9),
            "`year_group` is text, and 9 is not; write `year_group == \"9\"`",
        ),
        (
            col("severity").equals("3"),
            "`severity` is a whole number, and \"3\" is not; write `severity == 3`",
        ),
        (col("severity").equals(col("category")), "`==` compares a whole number with text"),
    ] {
        wrong(incidents().filter(condition), said);
    }
    wrong(
        incidents().filter(col("severity").and(true)),
        "`&` needs a condition, but `integer` was given",
    );
    wrong(
        incidents().group(["location"], [("x", Aggregate::Sum(col("category")))]),
        "`sum` needs whole numbers, but `text` was given",
    );
    wrong(
        incidents().derive("x", col("date").arithmetic(Arithmetic::Multiply, 2)),
        "`*` needs whole numbers, but `date` was given",
    );
}

#[test]
fn a_good_plan_names_the_columns_of_its_result_and_of_its_table() {
    let plan = incidents()
        .filter(col("date").at_least("2025-01-01").and(col("pupil").equals("00")))
        .derive("grave", col("severity").at_least(3))
        .group(
            ["half_term"],
            [
                ("n", Aggregate::Count),
                ("share", Aggregate::Share(col("grave"))),
                ("last", Aggregate::Max(col("date"))),
            ],
        );
    let columns = plan.check().unwrap();
    let names: Vec<String> = columns.iter().map(|(name, ty)| format!("{name} {ty}")).collect();
    assert_eq!(names, ["half_term text", "n integer", "share number", "last date"]);
    let reads: Vec<String> = plan.reads().unwrap().into_iter().collect();
    assert_eq!(reads, ["date", "half_term", "pupil", "severity"]);
}

#[test]
fn a_plan_of_a_newer_program_and_an_endless_one_are_refused() {
    let newer =
        serde_json::to_string(&incidents()).unwrap().replace("\"version\":1", "\"version\":2");
    let newer: Plan = serde_json::from_str(&newer).unwrap();
    wrong(newer, "this plan has version 2, but version 1 is the newest known here");
    let long = (0..=MAX_STEPS).fold(incidents(), |plan, _| plan.limit(1));
    assert!(long.check().is_err());
    let deep = (0..=MAX_DEPTH).fold(col("in_conflict"), |expr, _| !expr);
    assert!(incidents().filter(deep).check().is_err());
}
