//! Funnels by hand, and what they may not tell.

use serde_json::json;
use sheaf_analytics::Budget;
use sheaf_charts::{ChartSpec, Shape};

use crate::example::Example;
use crate::fixture::{package, referral, run, short_calendar};
use crate::host::Host;
use crate::options::Options;
use crate::run::RunContext;

/// The chart of some groups.
fn chart(x: &str, y: &str, names: &str) -> ChartSpec {
    let script = format!(
        "fn run(cx, p) {{ report(\"t\").chart(chart(\"funnel\").title(\"f\").x({x}).y({y})\
         .series({names})).done() }}"
    );
    run(&script).unwrap().charts[0].clone()
}

fn lines(chart: &ChartSpec) -> Vec<(&str, f64, f64)> {
    let lines = chart.layers.iter().filter(|layer| layer.shape == Shape::Line);
    let ends = |layer: &sheaf_charts::Layer| {
        let marks = &layer.marks;
        (marks[0].y.unwrap(), marks[marks.len() - 1].y.unwrap())
    };
    lines.map(|layer| (layer.name.as_str(), ends(layer).0, ends(layer).1)).collect()
}

/// Ten groups of twenty events over ten each: the average is 2, and limits of 20 are 12 and 29.
#[test]
fn limits_are_those_of_counts_over_the_exposure() {
    let x = "[10, 10, 10, 10, 10, 10, 10, 10, 10, 10]";
    let y = "[2, 2, 2, 2, 2, 2, 2, 2, 2, 2]";
    let names = "[\"a\", \"b\", \"c\", \"d\", \"e\", \"f\", \"g\", \"h\", \"i\", \"j\"]";
    let chart = chart(x, y, names);
    let found = lines(&chart);
    assert_eq!(found.len(), 4);
    // The lines begin at nine tenths: 18 expected, limits 10 and 27 by quantiles of Poisson.
    assert_eq!(found[0].0, "95 % limits");
    assert!((found[0].1 - 10.0 / 9.0).abs() < 1e-12 && (found[1].1 - 27.0 / 9.0).abs() < 1e-12);
    assert_eq!(found[2].0, "99.8 % limits");
    assert!(chart.layers.iter().all(|layer| layer.shape != Shape::Note), "none is beyond");
}

/// Nine groups with rate 1 over 100 and one with 3: only that one is named.
#[test]
fn groups_beyond_the_outer_limits_are_named() {
    let x = "[100, 100, 100, 100, 100, 100, 100, 100, 100, 100]";
    let y = "[1, 1, 1, 1, 1, 1, 1, 1, 1, 3]";
    let names = "[\"a\", \"b\", \"c\", \"d\", \"e\", \"f\", \"g\", \"h\", \"i\", \"j\"]";
    let chart = chart(x, y, names);
    let notes = chart.layers.iter().filter(|layer| layer.shape == Shape::Note);
    let named: Vec<&str> =
        notes.flat_map(|layer| layer.marks.iter().map(|mark| mark.label.as_str())).collect();
    assert_eq!(named, ["j"]);
}

/// Groups with few pupils have no point, no place on the axis and no part in the limits.
#[test]
fn a_hidden_group_leaves_nothing_on_the_chart() {
    let of = |filter: &str| {
        let script = format!(
            "fn run(cx, p) {{ let m = measure(\"x\").events(cx.room_referrals{filter}).exposure(\
             pupil_days(\"enrolled\")).by(\"pupil_premium\").at(\"year\").over(p.window).\
             collect(); report(\"t\").chart(chart(\"funnel\").title(\"f\").x(m.exposure).y(m.rate)\
             .series(m.series)).done() }}"
        );
        run(&script).unwrap().charts[0].clone()
    };
    // Four pupils with the premium, six without: both are hidden, the second beside the first.
    let chart = of("");
    let marks: usize = chart.layers.iter().map(|layer| layer.marks.len()).sum();
    assert_eq!(marks, 0, "{chart:?}");
    assert!(chart.notes.iter().any(|note| note.contains("left out")), "{:?}", chart.notes);
}

/// Year groups of so many pupils, each of whom was referred so often in one week.
fn school(years: &[(&str, usize, usize)]) -> Example {
    let mut records = vec![short_calendar()];
    for (year, pupils, times) in years {
        for pupil in 0..*pupils {
            let id = format!("@p{year}-{pupil}");
            records.push(json!({
                "kind": "pupil", "id": id, "from": "2025-09-01",
                "fields": { "forename": "A", "surname": "Test", "year_group": year },
            }));
            for time in 0..*times {
                let day = format!("2025-09-0{}", 2 + time);
                records.push(referral(&format!("@r{year}-{pupil}-{time}"), &id, &day));
            }
        }
    }
    let example = json!({
        "says": "a small year", "as_of": "2025-10-01", "records": records, "options": {},
        "expect": {},
    });
    serde_json::from_value(example).unwrap()
}

/// Beside a group that is hidden the one with the fewest referrals is, so that nobody takes the
/// difference; what is shown, its limits and their average are of the other three.
#[test]
fn beside_hidden_groups_the_others_have_their_limits() {
    let script = "fn run(cx, p) { let m = measure(\"x\").events(cx.room_referrals).exposure(\
                  pupil_days(\"enrolled\")).by(\"year_group\").at(\"year\").over(p.window)\
                  .collect(); report(\"t\").chart(chart(\"funnel\").title(\"f\").x(m.exposure)\
                  .y(m.rate).series(m.series)).done() }";
    let years = [("7", 12, 1), ("8", 14, 2), ("9", 16, 1), ("10", 3, 4), ("11", 11, 3)];
    let package = package(script);
    let options = Options::resolve(&package.manifest, &[]).unwrap();
    let run = RunContext::new(school(&years).scope().unwrap(), Budget::default());
    let chart = Host::new().run(&package, &options, &run).unwrap().charts[0].clone();
    let points = chart.layers.iter().find(|layer| layer.shape == Shape::Points).unwrap();
    // Per 100 pupils, from the beginning of the year to the day of the question.
    let exposure: f64 = points.marks.iter().map(|mark| mark.x).sum();
    let days = 100.0 * exposure / (14.0 + 16.0 + 11.0);
    assert!((days - days.round()).abs() < 1e-9 && days > 10.0, "{days}");
    let found: Vec<(f64, f64)> =
        points.marks.iter().map(|mark| (100.0 * mark.x / days, mark.x * mark.y.unwrap())).collect();
    let near = |one: f64, other: f64| (one - other).abs() < 1e-6;
    assert_eq!(found.len(), 3, "{found:?}");
    for ((pupils, events), (expected, of_all)) in
        found.iter().zip([(14.0, 28.0), (16.0, 16.0), (11.0, 33.0)])
    {
        assert!(near(*pupils, expected) && near(*events, of_all), "{found:?}");
    }
    let average = (28.0 + 16.0 + 33.0) / exposure;
    let rule = chart.layers.iter().find(|layer| layer.shape == Shape::RuleY).unwrap();
    assert!(near(rule.marks[0].y.unwrap(), average), "of what is shown alone");
    assert_eq!(lines(&chart).len(), 4);
    let farthest = lines_end(&chart);
    assert!(near(farthest, 0.16 * days * 1.1), "no limit goes on to who is hidden: {farthest}");
    assert!(chart.notes.iter().any(|note| note.contains("left out")), "{:?}", chart.notes);
}

fn lines_end(chart: &ChartSpec) -> f64 {
    let lines = chart.layers.iter().filter(|layer| layer.shape == Shape::Line);
    lines.flat_map(|layer| layer.marks.iter().map(|mark| mark.x)).fold(0.0, f64::max)
}

#[test]
fn a_rate_of_something_else_is_refused() {
    let script = "fn run(cx, p) { report(\"t\").chart(chart(\"funnel\").x([10, 20, 30])\
                  .y([0.33, 0.5, 0.7])).done() }";
    let error = run(script).unwrap_err().to_string();
    assert!(error.contains("`x` times `y` must be a count"), "{error}");
}
