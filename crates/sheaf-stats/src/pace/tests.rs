//! What may take long stops where it is told to, and what may not takes no more than it can.

use std::cell::Cell;

use super::*;
use crate::*;

#[test]
fn it_looks_once_in_a_while_and_stops_where_it_is_told_to() {
    let asked = Cell::new(0);
    let goes_on = || {
        asked.set(asked.get() + 1);
        asked.get() < 3
    };
    let mut work = Pace::asking(&goes_on).work("this");
    let done = (0..).take_while(|_| work.take(WORK_A_LOOK / 4).is_ok()).count();
    assert_eq!((done, asked.get()), (11, 3));
    assert_eq!(Pace::default().work("this").look(), Ok(()));
}

/// Numbers without a pattern, the same on every run.
fn drawn(len: usize, below: u32) -> Vec<f64> {
    let draw = |at: usize| (at as u32).wrapping_mul(2_654_435_761) >> 8;
    (0..len).map(|at| f64::from(draw(at) % below)).collect()
}

fn why<T>(found: Result<T, Refusal>) -> String {
    found.err().map_or_else(|| "it came to its end".to_owned(), |why| why.to_string())
}

#[test]
fn every_statistic_that_may_take_long_stops() {
    const ROWS: usize = 10_000;
    let pace = Pace::asking(&|| false);
    let (n, ones) = (drawn(ROWS, 9), vec![1.0; ROWS]);
    let event = vec![true; ROWS];
    let codes: Vec<u32> = (0..ROWS as u32).map(|row| row % 50).collect();
    let t: Vec<f64> = (0..ROWS).map(|row| row as f64).collect();
    let cluster = Some(&codes[..]);
    let columns = [Covariate { name: "t", values: &t }];
    let spells = Spells { id: &codes, start: &vec![-1.0; ROWS], stop: &t, event: &event };
    let group = BeforeAfter { n0: &n, e0: &ones, n1: &n, e1: &ones };
    let pupil: Vec<u32> = (0..ROWS as u32).map(|row| row / 5).collect();
    // A third of the pupils have many events all the time.
    let lasting: Vec<f64> = (0..ROWS).map(|row| if row / 5 % 3 == 0 { 6.0 } else { 1.0 }).collect();
    let period: Vec<u32> = (0..ROWS as u32).map(|row| row % 5).collect();
    let history =
        History { pupil: &pupil, period: &period, n: &lasting, e: &ones, ..Default::default() };
    let negative_binomial =
        CountOptions { family: Family::NegativeBinomial, pace, ..Default::default() };
    let andersen_gill = RecurrentModel::AndersenGill;
    for (what, why) in [
        (
            "kaplan_meier",
            why(kaplan_meier(&t, &event, &KaplanMeierOptions { pace, ..Default::default() })),
        ),
        (
            "logrank",
            why(logrank(
                &t,
                &event,
                &codes,
                &LogRankOptions { cluster, pace, ..Default::default() },
            )),
        ),
        ("mcf", why(mcf(&codes, &t, &ones, &MeanCumulativeOptions { pace, ..Default::default() }))),
        ("changepoints", why(changepoints(&ones, &ChangeOptions { pace, ..Default::default() }))),
        ("count_regression", why(count_regression(&n, &columns, &negative_binomial))),
        ("its", why(its(&n, &ItsOptions { at: ROWS / 2, pace, ..Default::default() }))),
        (
            "trend_rate",
            why(trend_rate(&n, &ones, &t, &TrendOptions { pace, ..Default::default() })),
        ),
        (
            "recurrent_regression",
            why(recurrent_regression(&spells, &columns, andersen_gill, 0.95, pace)),
        ),
        ("empirical_bayes", why(empirical_bayes(&n, &ones, Prior::Marshall, 0.95, pace))),
        ("regression_to_mean", why(regression_to_mean(&history, &pupil, &group, 0.95, pace))),
        ("funnel", why(funnel(&[1e6; 10], 0.95, pace))),
    ] {
        assert_eq!(why, format!("{what}: stopped before it was done"));
    }
}

#[test]
fn every_other_has_a_limit_that_it_names() {
    let x = drawn(200_001, 9);
    let flags: Vec<bool> = x.iter().map(|x| *x > 4.0).collect();
    let codes: Vec<u32> = (0..1_001).collect();
    let series = CaseSeries {
        case: &codes,
        pair: &codes,
        treated: &flags[..1_001],
        time: &x[..1_001],
        y: &x[..1_001],
    };
    let up = Improvement::Increase;
    let after: Vec<bool> = (0..x.len()).map(|row| row % 2 == 0).collect();
    for (found, expected) in [
        (
            why(nap(&x[..2_001], &x[..9], up, 0.95)),
            "nap: at most 2000 points before, there are 2001",
        ),
        (why(tau_u(&x[..9], &x[..2_001], up)), "tau_u: at most 2000 points after, there are 2001"),
        (why(mann_kendall(&x[..1_001], 0.95)), "mann_kendall: at most 1000 values, there are 1001"),
        (why(run_rules(&x[..1_001], &RULES)), "run_rules: at most 1000 points, there are 1001"),
        (why(false_alarms(1_001, &RULES)), "run_rules: at most 1000 points, there are 1001"),
        (
            why(hotspots(&vec![1.0; 5_001], &vec![1.0; 5_001])),
            "hotspots: at most 5000 parts, there are 5001",
        ),
        (why(bc_smd(&series, 0.95)), "bc_smd: at most 1000 values, there are 1001"),
        (
            why(did(&x, &flags, &after, DidErrors::Model, 0.95)),
            "did: at most 200000 values, there are 200001",
        ),
        (
            why(count_regression(&x, &[], &Default::default())),
            "count_regression: at most 200000 rows, there are 200001",
        ),
        (
            why(logrank(&x[..1_001], &flags[..1_001], &codes, &Default::default())),
            "logrank: at most 100 groups, there are 1001",
        ),
    ] {
        assert_eq!(found, format!("{expected}; narrow it, or use a coarser grain"));
    }
}
