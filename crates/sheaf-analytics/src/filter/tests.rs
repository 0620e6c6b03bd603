//! Filters: what they mean, and where they are wrong.

use super::*;
use crate::plan::expr::{Arithmetic, Comparison, col};
use crate::tables::table;

#[track_caller]
fn reads(text: &str, expected: Expr) {
    assert_eq!(FilterExpr::parse(text).unwrap().expr(), Some(&expected));
}

#[track_caller]
fn wrong(text: &str, message: &str) {
    let error = FilterExpr::parse(text)
        .and_then(|filter| filter.check(table("incidents").unwrap()))
        .unwrap_err();
    assert_eq!(error.to_string(), message);
}

#[test]
fn conditions_bind_tighter_than_and_and_and_than_or() {
    let bullying = || col("category").equals("BULL");
    let grave = || col("severity").at_least(3);
    reads(r#"category == "BULL" & severity >= 3"#, bullying().and(grave()));
    reads(
        "location == 'corridor' | category == 'BULL' & severity >= 3",
        col("location").equals("corridor").or(bullying().and(grave())),
    );
    reads(
        "(severity >= 3 | severity.is_null()) & category == 'BULL'",
        grave().or(col("severity").is_null()).and(bullying()),
    );
    reads("!(severity >= 3)", !grave());
    reads("! (col(\"severity\") >= 3)", !grave());
}

#[test]
fn lists_ranges_and_arithmetic() {
    reads("period in ['P1', \"P2\"]", col("period").is_in(["P1", "P2"]));
    reads("period.is_in(['P1'])", col("period").is_in(["P1"]));
    reads("severity in [1, -2]", col("severity").is_in([1, -2]));
    reads("severity.between(2, 4)", col("severity").between(2, 4));
    let sum = col("severity")
        .arithmetic(Arithmetic::Add, col("minute").arithmetic(Arithmetic::Multiply, 2));
    reads("severity + minute * 2 > 7", sum.compare(Comparison::Greater, 7));
    reads(r#"location == "a \"b\"""#, col("location").equals("a \"b\""));
}

#[test]
fn empty_text_keeps_everything() {
    let filter = FilterExpr::parse(" \n ").unwrap();
    assert!(filter.is_empty());
    filter.check(table("incidents").unwrap()).unwrap();
}

#[test]
fn mistakes_are_placed_and_explained() {
    wrong("severity = 3", "line 1, column 10: write `==` to compare");
    wrong(
        "severity >= 3 && status == 'x'",
        "line 1, column 15: write & for both of two conditions",
    );
    wrong("severity >= 3\n || true", "line 2, column 2: write | for either of two conditions");
    wrong("severity >=", "line 1, column 12: a column or a value is needed, not the end");
    wrong("(severity >= 3", "line 1, column 15: `)` is missing before the end");
    wrong("category == 'x", "line 1, column 13: this text has no closing '");
    wrong("severity >= 3 §", "line 1, column 15: `§` means nothing in a filter");
    wrong(
        "severity.above(3)",
        "line 1, column 10: `above` is not known here; is_null, is_in, between are",
    );
    wrong("severity / 2 == 1", "line 1, column 10: there is no division in a filter");
    wrong("99999999999999999999 == 1", "line 1, column 21: `99999999999999999999` is too large");
    wrong("severity", "line 1, column 1: `filter` needs a condition, but `integer` was given");
    wrong(
        "category == 'x' &\n  sevirity >= 3",
        "line 2, column 3: table `incidents` has no column `sevirity`; did you mean `severity`?",
    );
    wrong("category >= 3", "line 1, column 1: `category` is text, and 3 is not");
}

#[test]
fn hostile_text_is_refused_before_it_costs_anything() {
    assert!(FilterExpr::parse(&"(".repeat(500)).is_err());
    assert!(FilterExpr::parse(&"!".repeat(500)).is_err());
    assert!(FilterExpr::parse(&"a".repeat(MAX_FILTER_BYTES + 1)).is_err());
    assert!(FilterExpr::parse(&"a|".repeat(2000)).is_err());
}

#[test]
fn a_filter_is_part_of_a_sentence() {
    let codes = sheaf_records::CodeLists::built_in();
    let incidents = table("incidents").unwrap();
    for (text, expected) in [
        ("", ""),
        (r#"year_group == "9""#, "year group is Year 9"),
        ("severity >= 3 & severity < 5", "severity is at least 3 and severity is under 5"),
        (
            "(severity >= 3 | severity.is_null()) & year_group != '9'",
            "(severity is at least 3 or severity is not recorded) and year group is not Year 9",
        ),
        ("year_group in ['7', '8', '9']", "year group is Year 7, Year 8 or Year 9"),
        ("!severity.is_null()", "severity is recorded"),
        ("date >= '2026-01-05'", "date is from 2026-01-05"),
        ("severity + 1 >= 3", "severity + 1 >= 3"),
    ] {
        let filter = FilterExpr::parse(text).unwrap();
        filter.check(incidents).unwrap();
        assert_eq!(filter.in_words(incidents, codes), expected, "{text}");
    }
}
