//! Statistics as `metric eval` prints them: argument forms, fields and refusals.

use std::fmt::Write as _;

use expect_test::{Expect, expect};
use sheaf_analytics::Budget;

use crate::Host;

/// Two arms of eight pupils, one of whom has two rows.
fn arms() -> [(String, Vec<u8>); 2] {
    let rows = |after: [u32; 9]| {
        let mut csv = "pupil,n0,e0,n1,e1\n".to_owned();
        let before = [4, 2, 6, 3, 5, 1, 2, 1, 2];
        for (at, (n0, n1)) in before.iter().zip(after).enumerate() {
            let _ = writeln!(csv, "P{},{n0},10,{n1},10", at.min(7));
        }
        csv.into_bytes()
    };
    [
        ("treated".to_owned(), rows([2, 1, 3, 1, 2, 1, 1, 1, 1])),
        ("control".to_owned(), rows([4, 2, 6, 3, 5, 1, 2, 1, 2])),
    ]
}

#[track_caller]
fn check(script: &str, expected: Expect) {
    let found = match Host::new().eval(script, &arms(), &Budget::default()) {
        Ok(value) => value.to_string().replace(',', ", "),
        Err(error) => error.to_string(),
    };
    expected.assert_eq(&crate::fixture::folded(&found));
}

#[test]
fn a_log_rank_test_leaves_a_group_out_by_its_name() {
    check(
        "let two = stats::logrank([5, 6, 7, 8], [1, 1, 1, 1], [\"a\", \"b\", \"a\", \"b\"]); \
         let three = stats::logrank([5, 6, 7, 8, 9], [1, 1, 1, 1, 0], column([\"a\", \"b\", \"a\", \
         \"b\", \"Not recorded\"]), #{ without: \"Not recorded\", cluster: [1, 2, 3, 4, 4] }); \
         [two.df == three.df, three.estimate.n, two.p > 0.2]",
        expect!["[true, 4, true]"],
    );
    check(
        "stats::logrank([5, 6, 7], [1, 1, 1], [\"a\", \"b\", \"a\", \"c\"], #{ without: \
         \"c\" }).why",
        expect![[r#""logrank: `time` has 3 values but `group` has 4""#]],
    );
}

#[test]
fn ratios_are_estimates_with_a_p_that_matches() {
    check(
        "stats::rate_ratio(3, 38, 11, 57)",
        expect![[r#"
        {"ok":true, "value":0.4090909090909091, "lower":0.0916576255116625,
        "upper":1.3819059195508396, "level":0.95, "p":0.1641003643699062, "n":14,
        "events":14, "method":"conditional mid-P rate ratio", "assumptions":["events
        are independent: no pupil accounts for many of them"], "warnings":[],
        "words":"cannot tell yet (between 0.09 and 1.38)"}"#]],
    );
    check(
        "stats::clustered_rate_ratio(treated.n1, treated.e1, treated.n0, treated.e0)",
        expect![[r#"
            {"ok":true, "value":0.5, "lower":0.41424722789069196,
            "upper":0.6035043403258884, "level":0.95, "p":0.00002826073705933285,
            "log_std_error":0.08158924398306318, "df":8.0, "n":9, "events":39,
            "method":"rate ratio,  clustered by pupil,  t interval",
            "assumptions":["pupils are independent of each other"], "warnings":["very
            small group: 9 pupils; drawing the pupils again gives 0.43 to 0.60"],
            "words":"clearly lower (0.41 to 0.60)"}"#]],
    );
    check(
        "let d = stats::did_rate_ratio(treated, control, #{ cluster: \"pupil\" }); [d.value, d.n]",
        expect!["[0.5, 16]"],
    );
    // The shares of four pupils change, each by as much; nobody else's do.
    check(
        "let d = stats::did_rate_ratio(treated, control, #{ interval: \"t\" }).df; \
         d > 3.999 && d < 4.001",
        expect!["true"],
    );
}

#[test]
fn the_fall_to_be_expected_has_its_parts() {
    let school = "let pupil = []; let period = []; let n = []; let e = [];\
                  for i in 0..60 { pupil.push(`P${i / 3}`); period.push(i % 3); n.push(i / 6); \
                  e.push(10); } let history = #{ pupil: pupil, period: period, n: n, e: e };";
    check(
        &format!(
            "{school} let r = stats::regression_to_mean(history, treated); [r.ok, r.expected.value, r.adjusted.value, r.observed_ratio, r.weight]"
        ),
        expect!["[true, 0.727810650887574, 0.6869918699186992, 0.5, 0.846153846153846]"],
    );
    check(
        "stats::regression_to_mean(treated, control)",
        expect![[r#"
        metric.rhai, line 1, column 8: stats::regression_to_mean needs a column
        `exposure` (at `regression_to_mean(treated, control)`)"#]],
    );
    check(
        "stats::regression_to_mean(#{ pupil: [1], period: [1], n: [1], e: [1] }, treated)",
        expect![[r#"
            {"ok":false, "why":"regression_to_mean: only 1 earlier period; 3 are
            needed", "events":[], "observed_ratio":null, "weight":null, "between":null,
            "within":null, "adjusted":{"ok":false, "why":"regression_to_mean: only 1
            earlier period; 3 are needed", "value":null, "lower":null, "upper":null,
            "level":0.95, "n":null, "events":null, "method":"", "assumptions":[],
            "warnings":[], "words":"not known (only 1 earlier period; 3 are needed)"},
            "expected":{"ok":false, "why":"regression_to_mean: only 1 earlier period; 3
            are needed", "value":null, "lower":null, "upper":null, "level":0.95,
            "n":null, "events":null, "method":"", "assumptions":[], "warnings":[],
            "words":"not known (only 1 earlier period; 3 are needed)"}}"#]],
    );
}

#[test]
fn charts_and_their_rules() {
    let weeks = "let n = [8, 12, 9, 11, 8, 12, 9, 11, 8, 12, 9, 40]; let e = [5]; e.pad(12, 5);";
    check(
        &format!("{weeks} stats::u_chart(n, e)"),
        expect![[r#"
        {"ok":true, "centre":2.4833333333333334, "sigma_z":1.4180364472971434,
        "value":[1.6, 2.4, 1.8, 2.2, 1.6, 2.4, 1.8, 2.2, 1.6, 2.4, 1.8, 8],
        "lower":[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], "upper":[5.481399097356544,
        5.481399097356544, 5.481399097356544, 5.481399097356544, 5.481399097356544,
        5.481399097356544, 5.481399097356544, 5.481399097356544, 5.481399097356544,
        5.481399097356544, 5.481399097356544, 5.481399097356544],
        "z":[-0.8839032258064516, -0.0833870967741937, -0.6837741935483872,
        -0.283516129032258, -0.8839032258064516, -0.0833870967741937,
        -0.6837741935483872, -0.283516129032258, -0.8839032258064516,
        -0.0833870967741937, -0.6837741935483872, 5.520225806451614], "baseline":12,
        "warnings":["fewer than 20 bins: the limits are provisional"],
        "method":"Laney u'-chart"}"#]],
    );
    check(
        &format!("{weeks} stats::run_rules(stats::u_chart(n, e, #{{ laney: \"never\" }}))"),
        expect![[r#"
            {"ok":true, "any":true, "points":[{"index":8, "rule":"eight_one_side"},
            {"index":9, "rule":"eight_one_side"}, {"index":10, "rule":"eight_one_side"},
            {"index":11, "rule":"eight_one_side"}, {"index":11, "rule":"anhoej"},
            {"index":12, "rule":"beyond_limits"}, {"index":12, "rule":"anhoej"}],
            "met":["beyond_limits", "eight_one_side", "anhoej"], "side":"above",
            "asked":3, "longest_run":11, "longest_run_limit":7, "crossings":1,
            "crossings_limit":3, "expected_beyond":0.0324, "words":"3 signs of change:
            beyond the limits (1 of the points); eight in a row on one side; long runs
            or few crossings", "by_chance":"By chance alone,  2 % of steady charts of 12
            points show one sign of change and under 1 % two or more"}"#]],
    );
    check(
        "stats::run_rules([1, 2, 3, 4, 5, 6], [\"nelson3\"]).points",
        expect![[r#"[{"index":6, "rule":"six_trend"}]"#]],
    );
    check(
        "stats::run_rules([1], [\"nelson9\"])",
        expect![[r#"
        metric.rhai, line 1, column 8: there is no rule `nelson9`; there is
        beyond_limits, eight_one_side, anhoej, nine_one_side, six_trend,
        fourteen_alternate, two_of_three, four_of_five, fifteen_within, eight_beyond
        (at `run_rules([1], ["nelson9"])`)"#]],
    );
    check(
        "stats::run_rules(stats::u_chart([1], [1]))",
        expect![[r#"
            {"ok":false, "why":"u_chart: only 1 bin; 12 are needed", "any":null,
            "points":null, "met":null, "side":null, "longest_run":null,
            "crossings":null, "by_chance":null}"#]],
    );
    check(
        "stats::u_chart([1], [1], #{ lany: 1 })",
        expect![[r#"
        metric.rhai, line 1, column 8: stats::u_chart has no option `lany`; did you
        mean `laney`? (at `u_chart([1], [1], #{ lany: 1 })`)"#]],
    );
}

#[test]
fn trends_and_changes() {
    check(
        "stats::mann_kendall([1, 2, 3, 5, 4, 6, 8, 7])",
        expect![[r#"
        {"ok":true, "s":24, "variance":65.33333333333333, "z":2.8455120410060126,
        "p":0.0044340083029164095, "slope":1, "slope_lower":0.5,
        "slope_upper":1.3333333333333333, "n":8, "estimate":{"ok":true, "value":1.0,
        "lower":0.5, "upper":1.3333333333333333, "level":0.95,
        "p":0.0044340083029164095, "n":8, "events":8, "method":"Mann-Kendall, 
        Theil-Sen slope", "assumptions":["values do not depend on the one before"],
        "warnings":[], "words":"1.00 (0.500 to 1.33)"}}"#]],
    );
    check(
        "let x = []; for i in 0..30 { x.push(if i < 20 { 5 } else { 20 }); } stats::changepoints(x)",
        expect![[r#"
            {"ok":true, "at":[20], "segments":[{"from":1, "mean":5, "to":20},
            {"from":21, "mean":20, "to":30}], "penalty":6.802394763324311,
            "method":"PELT,  Poisson rate"}"#]],
    );
    check(
        "let n = []; let t = []; for i in 0..24 { n.push(20 + i); t.push(i); } let e = []; \
         e.pad(24, 5); stats::trend_rate(n, e, t)",
        expect![[r#"
            {"ok":true, "per_unit":{"ok":true, "value":1.032577889385912,
            "lower":1.0212229418589023, "upper":1.0440590922368638, "level":0.95,
            "p":4.7320001590379835e-6, "log_std_error":0.005331863902152085, "df":22.0,
            "n":24, "events":756, "method":"Poisson trend", "assumptions":["the rate
            changes by the same factor in each unit of time"], "warnings":["bins in a
            row go together; the interval allows for it"], "words":"probably higher
            (1.02 to 1.04)"}, "family":"poisson", "dispersion":0.0168139142549723,
            "theta":null}"#]],
    );
}

#[test]
fn one_pupil_s_own_view() {
    check(
        "stats::nap([5, 6, 7, 5, 6], [2, 3, 1, 2, 5], \"decrease\")",
        expect![[r#"
            {"ok":true, "value":0.96, "lower":0.592139772195726,
            "upper":0.9970252536419053, "level":0.95, "n":10, "events":10,
            "method":"NAP,  score interval", "assumptions":["points do not depend on the
            one before"], "warnings":[], "words":"0.960 (0.592 to 0.997)"}"#]],
    );
    check(
        "stats::nap([5, 6, 7], [2, 3, 1], \"down\")",
        expect![[r#"
        metric.rhai, line 1, column 8: there is no direction `down`; there is
        increase, decrease (at `nap([5, 6, 7], [2, 3, 1], "down")`)"#]],
    );
    check(
        "stats::reliable_change([32.5, 40], [47.5, 41], #{ sd: 7.5, reliability: 0.8, cutoff: 45 })",
        expect![[r#"
            {"ok":true, "rc":[3.16227766016838, 0.21081851067789198],
            "class":["recovered", "unchanged"], "counts":{"deteriorated":0,
            "improved":0, "recovered":1, "unchanged":1}, "sem":3.354101966249684,
            "s_diff":4.743416490252568, "threshold":9.297096320895033}"#]],
    );
    check(
        "stats::reliable_change([1], [2])",
        expect![[r#"
        metric.rhai, line 1, column 8: stats::reliable_change needs the option `sd`
        of the instrument (at `reliable_change([1], [2])`)"#]],
    );
}

#[test]
fn single_values_gaps_and_small_shifts() {
    check(
        "stats::xmr([4, 6, 4, 6, 4, 6, 4, 6, 4, 6])",
        expect![[r#"
        {"ok":true, "centre":5, "mean_moving_range":2, "lower":-0.3200000000000003,
        "upper":10.32, "mr_upper":6.534, "z":[-0.5639097744360902,
        0.5639097744360902, -0.5639097744360902, 0.5639097744360902,
        -0.5639097744360902, 0.5639097744360902, -0.5639097744360902,
        0.5639097744360902, -0.5639097744360902, 0.5639097744360902],
        "warnings":["fewer than 12 values: the limits are provisional"]}"#]],
    );
    check(
        "stats::t_chart([1, 3, 8, 2, 5, 13, 1, 4, 6, 9])",
        expect![[r#"
        {"ok":true, "centre":4.211788012394348, "lower":0.011829960821918601,
        "upper":35.2621836967514}"#]],
    );
    check(
        "stats::cusum([12, 13, 12, 10], #{ target: 10, k: 1, h: 3, restart: true })",
        expect![[r#"
            {"ok":true, "upper":[1, 3, 4, 0], "lower":[0, 0, 0, 0], "signal_at":[3],
            "signal_up":[3], "signal_down":[]}"#]],
    );
    check(
        "stats::ewma([14, 10], #{ target: 10, lambda: 7 })",
        expect![[r#"
        {"ok":false, "why":"ewma: `lambda` is 7; a weight above 0 and up to 1 is
        needed", "value":[], "lower":[], "upper":[], "signal_at":null}"#]],
    );
    check(
        "stats::pettitt([1, 2, 3, 4, 5, 11, 12, 13, 14, 15])",
        expect![[r#"{"ok":true, "k":25, "at":5, "p":0.06614250297660204}"#]],
    );
}

#[test]
fn shares_and_tables() {
    check(
        "stats::risk_ratio(189, 11034, 104, 11037, #{ method: \"koopman\" })",
        expect![[r#"
        {"ok":true, "value":1.8178017944535074, "lower":1.4339038158932373,
        "upper":2.304712855009851, "p":5.691896973740819e-7,
        "difference":0.0077060239760047815, "estimate":{"ok":true,
        "value":1.8178017944535074, "lower":1.4339038158932373,
        "upper":2.304712855009851, "level":0.95, "p":5.691896973740819e-7,
        "n":22071, "events":293, "method":"risk ratio,  Koopman score interval",
        "assumptions":["pupils are independent of each other"], "warnings":[],
        "words":"clearly higher (1.43 to 2.30)"}}"#]],
    );
    check(
        "let r = stats::risk_ratio(3, 20, 0, 40); [r.ok, r.words]",
        expect![[r#"[true, "clearly higher (at least 1.63)"]"#]],
    );
    check(
        "stats::risk_ratio(0, 20, 0, 40).why",
        expect![[r#""risk_ratio: there are no events in this selection""#]],
    );
    check(
        "stats::expected_table([[10, 20], [20, 10]])",
        expect![[r#"
        {"ok":true, "expected":[[15, 15], [15, 15]],
        "chi_squared":6.666666666666666, "df":1, "p":0.00982327450751925,
        "residuals":[[-1.2909944487358056, 1.2909944487358056], [1.2909944487358056,
        -1.2909944487358056]], "adjusted_residuals":[[-2.581988897471611,
        2.581988897471611], [2.581988897471611, -2.581988897471611]], "few":0}"#]],
    );
    check(
        "stats::expected_table(3)",
        expect![[r#"
        metric.rhai, line 1, column 8: `matrix` needs an array of rows, but this is
        a number (at `expected_table(3)`)"#]],
    );
    check(
        "stats::hotspots([10, 30], [1, 2])",
        expect![[r#"
        {"ok":true, "expected":[13.333333333333334, 26.666666666666668],
        "ratio":[0.75, 1.125], "p":[0.26800661542251586, 0.26800661542251586]}"#]],
    );
}

#[test]
fn regressions() {
    check(
        "stats::count_regression([2, 4, 6, 9, 3, 8], #{ when: [\"a\", \"a\", \"b\", \"b\", \"a\", \"b\"] })",
        expect![[r#"
            {"ok":true, "coefficients":[{"estimate":1.09861228866811,
            "lower":0.44529096048809824, "name":"(Intercept)",
            "p":0.0009812897879085737, "std_error":0.3333333333333302,
            "upper":1.7519336168481217, "z":3.295836866004361},
            {"estimate":0.9382696385929306, "lower":0.1676538415963167, "name":"whenb",
            "p":0.01701560526169479, "std_error":0.39317854974638977,
            "upper":1.7088854355895444, "z":2.386370363281869}], "theta":null,
            "theta_std_error":null, "dispersion":0.3188405797101418,
            "deviance":1.3052481828397358, "log_likelihood":-10.912847149955889, "df":4,
            "family":"poisson"}"#]],
    );
    check(
        "stats::count_regression([1], 3)",
        expect![[r#"
        metric.rhai, line 1, column 8: `covariates` needs a map of columns, but this
        is a number (at `count_regression([1], 3)`)"#]],
    );
    check(
        "let y = []; for t in 0..20 { y.push(if t < 10 { 20 + t % 2 } else { 10 + t % 2 }); } \
         stats::its(y, #{ at: 11, change: \"level\" })",
        expect![[r#"
            {"ok":true, "level":{"estimate":-0.6886000968994157,
            "lower":-1.1419550498187796, "name":"level", "p":0.0029109721494652947,
            "std_error":0.23130779774290242, "upper":-0.2352451439800518,
            "z":-2.976986092205986}, "slope_before":{"estimate":0.001955046791852544,
            "lower":-0.03680144527323104, "name":"slope_before", "p":0.9212421662049501,
            "std_error":0.019774083794799217, "upper":0.040711538856936125,
            "z":0.09886914671448599}, "slope_change":null,
            "dispersion":0.0206048325008609, "theta":null, "family":"poisson"}"#]],
    );
    check(
        "stats::its([1], #{})",
        expect![[r#"
        metric.rhai, line 1, column 8: stats::its needs `at`, the first point after
        the change (at `its([1], #{})`)"#]],
    );
    check(
        "stats::did([1, 3, 5, 7, 2, 4, 12, 14], [0, 0, 0, 0, 1, 1, 1, 1], \
         [0, 0, 1, 1, 0, 0, 1, 1], #{ errors: \"robust\" })",
        expect![[r#"
            {"ok":true, "estimate":5.999999999999993, "std_error":1.9999999999999996,
            "lower":0.4471097896044034, "upper":11.552890210395582,
            "p":0.039941968071719076, "difference":{"ok":true,
            "value":5.999999999999993, "lower":0.4471097896044034,
            "upper":11.552890210395582, "level":0.95, "p":0.039941968071719076,
            "df":4.0, "n":8, "events":8, "method":"difference in differences",
            "assumptions":["both groups would have changed alike"], "warnings":[],
            "words":"6.00 (0.447 to 11.6)"}}"#]],
    );
}
