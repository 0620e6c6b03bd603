//! Options: what is taken, and how the rest is refused.

use expect_test::{Expect, expect};

use super::*;
use crate::fixture::TEST_MANIFEST;

const MORE: &str = r#"
limit  = { type = "number", default = 0.5, min = 0.0, max = 1.0, unit = "share" }
steps  = { type = "integers", default = [5, 10], min = 1, max = 60 }
view   = { type = "choice", default = "rate", values = ["rate", "count"] }
words  = { type = "text" }
strict = { type = "boolean", default = false }
reason = { type = "value_of", table = "room_referrals", column = "reason" }
"#;

fn manifest() -> Manifest {
    Manifest::parse(&format!("{TEST_MANIFEST}{MORE}")).unwrap()
}

#[track_caller]
fn check(given: &[(&str, &str)], expected: Expect) {
    let mut all: Vec<(String, String)> =
        given.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    if !given.iter().any(|(name, _)| *name == "reason") {
        all.push(("reason".to_owned(), "defiance".to_owned()));
    }
    let found = match Options::resolve(&manifest(), &all) {
        Ok(options) => options
            .iter()
            .map(|(name, value)| format!("{name}={}", value.to_json()))
            .collect::<Vec<_>>()
            .join(" "),
        Err(error) => error.to_string(),
    };
    expected.assert_eq(&crate::fixture::folded(&found));
}

#[test]
fn what_is_given_is_read_and_the_rest_is_the_default() {
    check(
        &[],
        expect![[r#"
        horizon=20 limit=0.5 only="" reason="defiance" split=[] steps=[5,10]
        strict=false view="rate" window="this_year" words="""#]],
    );
    check(
        &[
            ("window", "last_20_school_days"),
            ("horizon", "30"),
            ("only", "year_group == \"9\""),
            ("split", "year_group, sex"),
            ("limit", "0.25"),
            ("steps", "1,2"),
            ("view", "count"),
            ("words", "any words"),
            ("strict", "yes"),
        ],
        expect![[r#"
            horizon=30 limit=0.25 only="year_group == \"9\"" reason="defiance"
            split=["year_group","sex"] steps=[1,2] strict=true view="count"
            window="last_20_school_days" words="any words""#]],
    );
}

#[test]
fn what_an_option_does_not_take_is_refused_by_name() {
    check(&[("horizn", "20")], expect!["`test` has no option `horizn`; did you mean `horizon`?"]);
    check(
        &[("zzz", "20")],
        expect![[r#"
        `test` has no option `zzz`; it has window, horizon, only, split, limit,
        steps, view, words, strict, reason"#]],
    );
    check(
        &[("horizon", "3")],
        expect!["option `horizon`: `3` is not a whole number from 5 to 60 (school day)"],
    );
    check(
        &[("horizon", "many")],
        expect!["option `horizon`: `many` is not a whole number from 5 to 60 (school day)"],
    );
    check(&[("horizon", "20"), ("horizon", "30")], expect!["option `horizon`: given twice"]);
    check(
        &[("only", "year_gruop == \"9\"")],
        expect![[r#"
        option `only`: line 1, column 1: table `room_referrals` has no column
        `year_gruop`; did you mean `year_group`?"#]],
    );
    check(
        &[("only", "year_group ==")],
        expect!["option `only`: line 1, column 14: a column or a value is needed, not the end"],
    );
    check(
        &[("split", "year_gruop")],
        expect![[r#"
        option `split`: table `room_referrals` has no column `year_gruop`; did you
        mean `year_group`?"#]],
    );
    check(
        &[("split", "pupil")],
        expect!["option `split`: `pupil` is an id, and no group of pupils"],
    );
    check(
        &[("split", "sex, year_group, sex")],
        expect!["option `split`: `sex` is named twice; once is enough"],
    );
    check(
        &[("limit", "NaN")],
        expect!["option `limit`: `NaN` is not a number from 0 to 1 (share)"],
    );
    check(
        &[("steps", "1,99")],
        expect!["option `steps`: `99` is not whole numbers from 1 to 60 with commas"],
    );
    check(
        &[("view", "rats")],
        expect!["option `view`: `rats` is not one of rate, count; did you mean `rate`?"],
    );
    check(&[("strict", "maybe")], expect!["option `strict`: `maybe` is not true or false"]);
}

#[test]
fn what_is_no_period_is_refused_with_what_is_wrong_with_it() {
    check(
        &[("window", "next_year")],
        expect![[r#"
        option `window`: `next_year` is no period; write this_year, last_half_term,
        last_20_school_days or 2026-09-01..2026-12-18"#]],
    );
    check(
        &[("window", "2026-02-30..2026-03-01")],
        expect!["option `window`: `2026-02-30` is no date; write it as 2026-11-22"],
    );
    check(
        &[("window", "2026-02-30..")],
        expect!["option `window`: `2026-02-30` is no date; write it as 2026-11-22"],
    );
    check(
        &[("window", "2026-10-20..2026-10-01")],
        expect![[r#"
        option `window`: `2026-10-20..2026-10-01` ends before it begins; write
        2026-10-01..2026-10-20"#]],
    );
}

#[test]
fn a_value_without_default_must_be_given() {
    let error = Options::resolve(&manifest(), &[]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "option `reason`: must be given: a value of `reason` of `room_referrals`"
    );
}

#[test]
fn a_form_can_be_made_of_the_options() {
    let manifest = manifest();
    let shown: Vec<String> = manifest
        .options
        .iter()
        .map(|spec| {
            let default = spec.kind.default_text().unwrap_or_default();
            format!("{}|{}|{}|{default}", spec.title, spec.kind.name(), spec.kind.unit())
        })
        .collect();
    expect![[r#"
        Window|period||this_year
        Horizon|integer|school day|20
        Only|filter||
        Split|dimensions||
        Limit|number|share|0.5
        Steps|integers||5,10
        View|choice||rate
        Words|text||
        Strict|boolean||false
        Reason|value_of||"#]]
    .assert_eq(&shown.join("\n"));
}
