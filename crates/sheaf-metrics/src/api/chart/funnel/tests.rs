//! Funnels by hand, and what they may not tell.

use sheaf_charts::{ChartSpec, Shape};

use crate::fixture::run;

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

#[test]
fn a_rate_of_something_else_is_refused() {
    let script = "fn run(cx, p) { report(\"t\").chart(chart(\"funnel\").x([10, 20, 30])\
                  .y([0.33, 0.5, 0.7])).done() }";
    let error = run(script).unwrap_err().to_string();
    assert!(error.contains("`x` times `y` must be a count"), "{error}");
}
