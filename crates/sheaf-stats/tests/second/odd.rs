//! Whatever a script hands over, a statistic answers or refuses: it does not stop the program.

use sheaf_stats::{
    Adjustment, BeforeAfter, CaseSeries, ChangeOptions, ChartOptions, Cost, CountOptions,
    Covariate, CusumOptions, DidErrors, DidInterval, Events, EwmaOptions, Family, History,
    Improvement, ItsOptions, KaplanMeierOptions, LogRankOptions, MeanCumulativeOptions, Pace, Part,
    Prior, RULES, RatioMethod, RecurrentModel, ReliableChangeOptions, Repeated, RiskMethod, Spells,
    TrendOptions, adjust, bc_smd, binomial_excess, changepoints, clinical_cutoffs, clustered_rate,
    clustered_rate_ratio, clustered_risk_ratio, clustered_share, concentration, count_regression,
    cusum, did, did_rate_ratio, empirical_bayes, ewma, expected_table, false_alarms_of, funnel,
    g_chart, hotspots, ird, its, kaplan_meier, logrank, mann_kendall, mcf, nap, p_chart,
    paired_difference, pand, pem, pettitt, pnd, rate, rate_ratio, recurrent_regression,
    regression_to_mean, reliable_change, risk_ratio, run_rules, seasonal_mann_kendall, shrunk_by,
    surprise, t_chart, tau_u, trend_rate, u_chart, wilson, xmr,
};

/// Values that no school has, and some that it has.
const ODD: [f64; 11] =
    [0.0, 1.0, 3.0, 0.5, -1.0, 1e-300, 1e15, 1e300, f64::NAN, f64::INFINITY, f64::NEG_INFINITY];

/// A column of a length that most statistics take, drawn from some of the values.
fn column(state: &mut u64, len: usize, from: &[f64]) -> Vec<f64> {
    let mut draw = || {
        *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        from[(*state >> 33) as usize % from.len()]
    };
    (0..len).map(|_| draw()).collect()
}

#[test]
fn no_odd_value_stops_a_statistic() {
    let mut state = 7;
    let mut asked = 0;
    for round in 0..100_usize {
        let len = [0, 1, 3, 24, 30][round % 5];
        // Some rounds hold only what is counted, so that more than the checks is reached.
        let from = [&ODD[..3], &ODD[..4], &ODD[..8], &ODD[..]][round / 5 % 4];
        let [x, y, z, w] = [0; 4].map(|_| column(&mut state, len, from));
        let level = [0.95, 0.95, 0.5, 1.0, f64::NAN][round % 5];
        single(&x, &y, level);
        compared(&x, &y, &z, &w, level);
        series(&x, &y, &z, level);
        followed(&x, &y, &z, level);
        asked += 1;
    }
    assert_eq!(asked, 100);
}

/// Each answer or refusal can be told.
fn tell<T: std::fmt::Debug>(found: T) {
    assert!(!format!("{found:?}").is_empty());
}

fn codes(x: &[f64]) -> Vec<u32> {
    x.iter().map(|x| *x as u32 % 5).collect()
}

fn flags(x: &[f64]) -> Vec<bool> {
    x.iter().map(|x| *x > 0.5).collect()
}

fn single(x: &[f64], y: &[f64], level: f64) {
    for (one, other) in x.iter().zip(y).take(3) {
        let (n, m) = (*one as u64, *other as u64);
        tell(rate(n, *other, level).map(|found| found.words()));
        tell(wilson(n, m, level).map(|found| found.words()));
        tell(binomial_excess(n, m, *one));
        tell(shrunk_by(*one, *other, x, y, level));
        tell(clinical_cutoffs((*one, *other), (*other, *one)));
        let events = |count, exposure| Events { count, exposure };
        tell(rate_ratio(events(n, *other), events(m, *one), RatioMethod::MidP, level));
        let part = |with, of| Part { with, of };
        tell(risk_ratio(part(n, m), part(m, n), RiskMethod::Koopman, level));
        tell(risk_ratio(part(n, n), part(m, m), RiskMethod::Katz, level));
    }
    tell(clustered_rate(x, y, &codes(y), level));
    tell(clustered_share(x, y, &codes(y), level));
    let (one, other) = (codes(y), codes(x));
    let one = Repeated { x, n: y, cluster: &one };
    tell(clustered_risk_ratio(&one, &Repeated { x: y, n: x, cluster: &other }, level));
    tell(hotspots(x, y));
    tell(adjust(x, Adjustment::Holm));
    tell(concentration(x).and_then(|found| found.top_share(0.1)));
}

fn compared(x: &[f64], y: &[f64], z: &[f64], w: &[f64], level: f64) {
    let rows = BeforeAfter { n0: x, e0: y, n1: z, e1: w };
    let other = BeforeAfter { n0: z, e0: w, n1: x, e1: y };
    tell(clustered_rate_ratio(&rows, level).map(|found| found.words()));
    for interval in [DidInterval::Normal, DidInterval::T] {
        tell(did_rate_ratio(&rows, &other, interval, level));
    }
    let pupil: Vec<u32> = (0..x.len() as u32).collect();
    let history = History { pupil: &pupil, period: &codes(y), n: x, e: y, ..Default::default() };
    tell(regression_to_mean(&history, &pupil, &rows, level, Pace::default()));
    tell(paired_difference(x, y, level));
    tell(expected_table(&[x.to_vec(), y.to_vec()]));
    tell(surprise(&[x.to_vec(), y.to_vec()], &codes(z)));
    for prior in [Prior::Marshall, Prior::NegativeBinomial] {
        tell(empirical_bayes(x, y, prior, level, Pace::default()));
    }
    tell(nap(x, y, Improvement::Decrease, level).map(|found| found.words()));
    for overlap in [tau_u, pnd, pem, pand, ird] {
        tell(overlap(x, y, Improvement::Increase));
    }
    let (case, pair, treated) = (codes(x), codes(y), flags(z));
    tell(bc_smd(&CaseSeries { case: &case, pair: &pair, treated: &treated, time: w, y: x }, level));
    let options = ReliableChangeOptions {
        sd: level,
        reliability: 0.5,
        better: Improvement::Increase,
        cutoff: None,
    };
    tell(reliable_change(x, y, &options));
}

fn series(x: &[f64], y: &[f64], z: &[f64], level: f64) {
    tell(xmr(x));
    tell(g_chart(x));
    tell(t_chart(x));
    tell(u_chart(x, y, &ChartOptions::default()).and_then(|chart| false_alarms_of(&chart, &RULES)));
    tell(p_chart(x, y, &ChartOptions::default()));
    tell(funnel(x, level, Pace::default()));
    tell(run_rules(x, &RULES).map(|found| found.words()));
    tell(cusum(x, &CusumOptions::default()));
    tell(ewma(x, &EwmaOptions::default()));
    tell(mann_kendall(x, level));
    tell(seasonal_mann_kendall(x, &codes(y), level));
    tell(pettitt(x));
    for cost in [Cost::Poisson, Cost::NormalMean] {
        tell(changepoints(x, &ChangeOptions { cost, ..Default::default() }));
    }
    tell(trend_rate(x, y, z, &TrendOptions { level, ..Default::default() }));
    for family in Family::ALL {
        let columns = [Covariate { name: "y", values: y }, Covariate { name: "z", values: z }];
        tell(count_regression(x, &columns, &CountOptions { family, level, ..Default::default() }));
        tell(its(x, &ItsOptions { at: 12, family, level, ..Default::default() }));
    }
    let code = codes(z);
    for errors in [DidErrors::Model, DidErrors::Robust, DidErrors::Cluster(&code)] {
        tell(did(x, &flags(y), &flags(z), errors, level));
    }
}

fn followed(x: &[f64], y: &[f64], z: &[f64], level: f64) {
    let (event, id) = (flags(y), codes(z));
    for cluster in [None, Some(id.as_slice())] {
        let options = KaplanMeierOptions { level, cluster, ..Default::default() };
        tell(kaplan_meier(x, &event, &options).map(|found| found.failure_at(2.0)));
        tell(logrank(
            x,
            &event,
            &codes(y),
            &LogRankOptions { level, cluster, ..Default::default() },
        ));
    }
    tell(mcf(&id, x, y, &MeanCumulativeOptions { level, ..Default::default() }));
    let spells = Spells { id: &id, start: y, stop: x, event: &event };
    let columns = [Covariate { name: "z", values: z }];
    tell(recurrent_regression(&spells, &columns, RecurrentModel::PwpGap, level, Pace::default()));
}
