//! Pupils behind rows: counted, in bands, and by name for those who may see names.

use std::sync::Arc;

use sheaf_analytics::Budget;

use crate::fixture::{self, run, text_of};
use crate::host::Host;
use crate::options::Options;
use crate::report::Report;
use crate::run::RunContext;

/// The report as the pastoral team sees it.
fn for_pastoral(script: &str) -> Report {
    let package = fixture::package(script);
    let options = Options::resolve(&package.manifest, &[]).unwrap();
    let context = RunContext::new(fixture::scope(), Budget::default())
        .for_pastoral(Arc::new(|_| Some("Noor".to_owned())));
    Host::new().run(&package, &options, &context).unwrap()
}

#[test]
fn counts_of_few_pupils_are_told_by_their_bound() {
    let few = "cx.room_referrals.filter(col(\"date\") == \"2026-01-12\").collect()";
    assert_eq!(text_of(&format!("{few}.pupils")), "hidden");
    assert_eq!(text_of(&format!("counted({few}.pupils, \"pupil\")")), "fewer than 5 pupils");
    assert_eq!(text_of(&format!("{few}.is_empty()")), "false");
    let none = "cx.room_referrals.filter(col(\"date\") == \"2026-01-01\").collect()";
    assert_eq!(text_of(&format!("counted({none}.pupils, \"pupil\")")), "no pupils");
    assert_eq!(
        text_of(&format!("counted({few}.len, \"referral\")")),
        "a number of referrals that is not shown"
    );
    let refused = "stats::kaplan_meier([1, 2], [false, false]).median";
    let told = text_of(&format!("counted({refused}, \"pupil\")"));
    assert_eq!(told, "a number of pupils that is not known");
    assert_eq!(text_of("counted(1, \"pupil\")"), "1 pupil");
    assert_eq!(text_of("counted(1200, \"pupil\")"), "1,200 pupils");
    assert_eq!(text_of("counted(2, \"category\")"), "2 categories");
    assert!(text_of("counted(\"x\", \"pupil\")").contains("needs a whole number, not text"));
}

#[test]
fn a_list_says_its_template_to_those_who_may_see_names() {
    let script = "fn run(cx, p) {
        let rows = cx.room_referrals.filter(col(\"date\") == \"2026-01-12\").collect();
        report(\"t\").list(\"A\", rows.listed(\"{reason}, {date}, year {year_group}\"), #{
          audience: \"pastoral\" }).done()
    }";
    let report = for_pastoral(script);
    let first = &report.lists[0].pupils[0];
    assert_eq!((first.name.as_str(), first.ids.is_empty()), ("Noor", false));
    assert_eq!(first.why, "Defiance, 12 Jan 2026, year Year 9");
    assert!(run(script).unwrap().lists.is_empty());
}

#[test]
fn a_list_of_nobody_is_no_list() {
    let script = "fn run(cx, p) {
        let rows = cx.room_referrals.filter(col(\"date\") == \"2026-01-01\").collect();
        report(\"t\").list(\"A\", rows.listed(\"{reason}\"), #{ audience: \"pastoral\" }).done()
    }";
    assert!(for_pastoral(script).lists.is_empty());
}

#[test]
fn wrong_templates_and_bands_say_what_is_wrong() {
    for (asked, said) in [
        ("listed(\"{raeson}\")", "did you mean `reason`?"),
        ("listed(\"{reason\")", "lacks its `}`"),
        ("listed(\"{pupil}\")", "is an id"),
        ("bands(\"minute\", [], [])", "needs 1 to 20 bounds in order"),
        ("bands(\"minute\", [2, 1], [\"a\", \"b\"])", "needs 1 to 20 bounds in order"),
        ("bands(\"minute\", [2], [\"a\", \"b\", \"c\"])", "has 1 bound but 3 names"),
        ("bands(\"minute\", [2, 3], [\"a\"])", "has 2 bounds but 1 name;"),
        ("bands(\"reason\", [2], [\"a\"])", "has none"),
        ("bands(\"minute\", [2], [\"a\"]).count", "bands have no"),
    ] {
        let found = text_of(&format!("cx.room_referrals.collect().{asked}"));
        assert!(found.contains(said), "{asked}: {found}");
    }
}

#[test]
fn bands_with_few_pupils_are_hidden_and_empty_ones_are_shown() {
    // All ten pupils were referred at a quarter past ten.
    let chart = |bounds: &str| {
        let script = format!(
            "fn run(cx, p) {{
               let b = cx.room_referrals{bounds};
               report(\"t\").chart(chart(\"bar\").x(b.name).y(b.pupils)).done()
             }}"
        );
        run(&script).unwrap().charts.remove(0)
    };
    let y = |marks: &[sheaf_charts::Mark]| -> Vec<Option<f64>> {
        marks.iter().map(|mark| mark.y).collect()
    };
    let all = chart(".collect().bands(\"minute\", [600, 620], [\"a\", \"b\"])");
    assert_eq!(y(&all.layers[0].marks), [Some(0.0), Some(10.0)]);
    let few = chart(
        ".filter(col(\"date\") == \"2026-01-12\").collect().bands(\"minute\", [600, 620], \
         [\"a\", \"b\"])",
    );
    let marks = &few.layers[0].marks;
    assert_eq!(marks[1].status, sheaf_charts::Status::Suppressed);
    assert!(marks[1].ids.is_empty() && marks[1].y.is_none());
}

#[test]
fn one_name_more_than_bounds_is_for_what_lies_above_the_last() {
    let said = |bounds: &str| {
        let script = format!(
            "fn run(cx, p) {{
               let b = cx.room_referrals.collect().bands(\"minute\", {bounds});
               report(\"t\").chart(chart(\"bar\").x(b.name).y(b.pupils)).done()
             }}"
        );
        let chart = run(&script).unwrap().charts.remove(0);
        chart.layers[0].marks.iter().map(|mark| mark.y).collect::<Vec<_>>()
    };
    // All ten pupils were referred at a quarter past ten, minute 615.
    assert_eq!(said("[600, 610], [\"a\", \"b\"]"), [Some(0.0), Some(0.0)]);
    assert_eq!(said("[600, 610], [\"a\", \"b\", \"c\"]"), [Some(0.0), Some(0.0), Some(10.0)]);
}
