//! Scores before and after in a script: by hand, hidden, and what is wrong with a question.

use serde_json::{Value, json};
use sheaf_analytics::Budget;

use crate::example::Example;
use crate::fixture::{run_over, text_of};

const TOTALS: &str = "cx.scores.filter(col(\"scale\") == \"total\")";
const WINDOWS: &str = "cx.windows(cx.interventions, #{ anchor: \"start\" })";
const CHANGE: &str = "#{ sd: q.sd, reliability: 0.62, direction: \"decrease\" }";

fn of_pairs(asked: &str) -> String {
    text_of(&format!("{{ let q = {TOTALS}.pre_post({WINDOWS}); {asked} }}"))
}

/// The squares of the scores before about their mean of 20.5 add up to 102.5, over nine. A change
/// is reliable from 1.96 sqrt(2 * 0.38) standard deviations on, which are 5.77 points. Four pupils
/// came down by 7 or 8 points, and one went up by 7.
#[test]
fn a_change_of_scores_is_reliable_beyond_their_error() {
    assert_eq!(of_pairs("q.len"), "10");
    assert_eq!(of_pairs("(q.sd * 1000.0).round() / 1000.0"), "3.375");
    let change =
        |asked: &str| of_pairs(&format!("stats::reliable_change(q.pre, q.post, {CHANGE}).{asked}"));
    assert_eq!(
        change("counts"),
        r##"#{"deteriorated": 1, "improved": 4, "recovered": 0, "unchanged": 5}"##
    );
    assert_eq!(change("threshold > 5.76"), "true");
    assert_eq!(change("threshold < 5.77"), "true");
    // With a standard error of 3 the threshold is 8.3.
    let known = "#{ standard_error: 3, sd: q.sd, reliability: 0.62, direction: \"decrease\" }";
    let found =
        of_pairs(&format!("stats::reliable_change(q.pre, q.post, {known}).counts.improved"));
    assert_eq!(found, "0");
}

/// The spread of five pupils is told to nobody, and what is worked out with it says why.
#[test]
fn of_few_pupils_there_is_no_spread() {
    let few = "cx.scores.filter((col(\"scale\") == \"total\") & (col(\"year_group\") == \"9\"))";
    let asked = |asked: &str| text_of(&format!("{{ let q = {few}.pre_post({WINDOWS}); {asked} }}"));
    assert_eq!((asked("q.len"), asked("q.sd")), ("5".to_owned(), "not known".to_owned()));
    let why = asked(&format!("stats::reliable_change(q.pre, q.post, {CHANGE}).why"));
    assert_eq!(why, "the standard deviation of scores wants 10 pupils; there are 5");
}

/// Six pupils without pupil premium would tell of the four with it by the difference.
#[test]
fn what_a_listed_characteristic_picked_is_hidden() {
    let without = "col(\"pupil_premium\") == \"false\"";
    let scores = format!("{TOTALS}.filter({without}).pre_post({WINDOWS})");
    let told = text_of(&format!(
        "{{ let q = {scores}; stats::reliable_change(q.pre, q.post, #{{ sd: 4, reliability: 0.5, \
         direction: \"decrease\" }}).why }}"
    ));
    assert!(told.contains("left out by a listed characteristic"), "{told}");
    let all = "cx.room_referrals";
    let picked =
        format!("cx.windows(cx.interventions.filter({without}), #{{ anchor: \"start\" }})");
    for (events, windows) in
        [(all.to_owned(), picked), (format!("{all}.filter({without})"), WINDOWS.to_owned())]
    {
        let told = text_of(&format!(
            "{{ let t = {events}.count_in({windows}).exposure(pupil_days(\"enrolled\")).collect(); \
             stats::clustered_rate_ratio(t.n1, t.e1, t.n0, t.e0).why }}"
        ));
        assert!(told.contains("left out by a listed characteristic"), "{told}");
    }
}

#[test]
fn questions_that_cannot_be_answered_say_why() {
    for (asked, said) in [
        ("cx.scores.pre_post(w, #{ valeu: \"score\" })", "did you mean `value`?"),
        ("cx.scores.pre_post(w, #{ value: \"scale\" })", "whole numbers"),
        ("cx.scores.pre_post(w, #{ value: \"scoree\" })", "did you mean `score`?"),
        ("cx.scores.pre_post(w, #{ within: 0 })", "a whole number from 1 to 200"),
        ("cx.scores.pre_post(w, #{ unit: \"day\" })", "school_day"),
        ("cx.scores.pre_post(w).prae", "did you mean `pre`?"),
        ("cx.scores.group(\"scale\").agg(#{ n: count() }).pre_post(w)", "no column `pupil`"),
    ] {
        let found = text_of(&format!("{{ let w = {WINDOWS}; {asked} }}"));
        assert!(found.contains(said), "{asked}: {found}");
    }
}

/// Sums of 14 and 21 of the short Warwick-Edinburgh scale stand for 15.32 and 19.25, which are 3.93
/// apart: reliable up to a standard error of 3.93/(1.96 sqrt(2)), or 1.418.
#[test]
fn sums_that_are_not_evenly_spaced_are_put_on_the_even_scale() {
    let school = include_str!("../../../fixture/school.json");
    let mut example: Value = serde_json::from_str(school).unwrap();
    for record in example["records"].as_array_mut().unwrap() {
        if record["kind"] == "score" {
            let raw = if record["fields"]["occasion"] == "before" { 14 } else { 21 };
            record["fields"]["measure"] = json!("swemwbs");
            record["fields"]["totals"]["total"]["score"] = json!(raw);
        }
    }
    let scope = serde_json::from_value::<Example>(example).unwrap().scope().unwrap();
    let improved = |error: &str| {
        format!(
            "stats::reliable_change(q.pre, q.post, #{{ standard_error: {error}, direction: \
             \"increase\" }}).counts.improved"
        )
    };
    let script = format!(
        "fn run(cx, p) {{ let q = {TOTALS}.pre_post({WINDOWS}); \
         report(\"t\").caveat(`${{{}}} and ${{{}}}`).done() }}",
        improved("1.41"),
        improved("1.43")
    );
    let report = run_over(scope, &script, Budget::default()).unwrap();
    assert_eq!(report.caveats, ["10 and 0"]);
}
