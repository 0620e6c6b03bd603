//! Comparing the time to an event between groups.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::check;
use crate::distributions::chi_squared_tail;
use crate::estimate::Estimate;
use crate::pace::Pace;
use crate::refusal::Refusal;

mod score;
mod solve;

const WHAT: &str = "logrank";

/// A group with fewer events than this is named in a warning (a house rule).
const MIN_EVENTS_A_GROUP: usize = 10;

/// The most groups: each pupil holds a number for each, and nobody reads a comparison of more.
const MOST_GROUPS: usize = 100;

/// Settings of [`logrank`].
#[derive(Clone, Copy, Debug)]
pub struct LogRankOptions<'a> {
    /// The level against which words are chosen.
    pub level: f64,
    /// The code of the pupil of each row, for the cluster-robust variant.
    pub cluster: Option<&'a [u32]>,
    /// Whether the test may go on.
    pub pace: Pace<'a>,
}

impl Default for LogRankOptions<'_> {
    fn default() -> Self {
        Self { level: crate::DEFAULT_LEVEL, cluster: None, pace: Pace::default() }
    }
}

/// One group of the comparison.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct LogRankGroup {
    /// Its code.
    pub group: u32,
    /// Its rows.
    pub n: usize,
    /// Its events.
    pub observed: f64,
    /// Its events if all groups were alike.
    pub expected: f64,
}

/// The comparison of two groups or more.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LogRank {
    /// The test statistic.
    pub chi_squared: f64,
    /// Its degrees of freedom: groups compared less one.
    pub df: usize,
    /// The upper tail of chi-squared, before any adjustment.
    pub p: f64,
    /// The groups by ascending code.
    pub groups: Vec<LogRankGroup>,
    /// The same as an estimate, for a finding.
    pub estimate: Estimate,
}

/// The log-rank test (Mantel 1966, Peto and Peto 1972), for two groups or more.
///
/// Without `cluster` the variance is the hypergeometric one, as in `survdiff` of R.
///
/// With `cluster` it is the robust score test of a Cox model without effect (Lin and Wei 1989,
/// JASA 84:1074, summed within pupils as by Lee, Wei and Amato 1992), as `coxph(.., cluster)` of R
/// prints it. The score of row i for group g is
/// `W_ig = Σ_t (Z_ig - n_g(t)/n(t)) (dN_i(t) - Y_i(t) d(t)/n(t))`. `W` is summed within a pupil to
/// `W_c`, the variance is `V = Σ_c W_c W_c'` with no small-sample factor, and the statistic
/// `U' V⁻¹ U` with `U = Σ_i W_i`, the observed less expected events. A pupil may be in several
/// groups.
///
/// # Errors
/// Refuses bad columns, fewer than two groups that were at risk when an event happened or more than
/// 100, no events, and a variance that cannot be inverted, as when pupils are fewer than groups;
/// stops where its pace says so.
pub fn logrank(
    time: &[f64],
    event: &[bool],
    group: &[u32],
    options: &LogRankOptions<'_>,
) -> Result<LogRank, Refusal> {
    check::level(WHAT, options.level)?;
    check::lengths(WHAT, ("time", time.len()), ("event", event.len()))?;
    check::lengths(WHAT, ("time", time.len()), ("group", group.len()))?;
    check::not_negative(WHAT, "time", time)?;
    if let Some(cluster) = options.cluster {
        check::lengths(WHAT, ("time", time.len()), ("cluster", cluster.len()))?;
    }
    let codes = dense_codes(group);
    if codes.len() < 2 {
        let have = codes.len();
        return Err(Refusal::TooFew { what: WHAT, unit: "groups", have, need: 2 });
    }
    check::at_most(WHAT, "groups", codes.len(), MOST_GROUPS)?;
    if !event.iter().any(|event| *event) {
        return Err(Refusal::NoEvents { what: WHAT });
    }
    let dense: Vec<usize> =
        group.iter().map(|code| codes.get(code).copied().unwrap_or_default()).collect();
    let work = options.pace.work(WHAT);
    let scored = score::score(time, event, (&dense, codes.len()), options.cluster, work)?;
    finish(&scored, &codes, options)
}

fn dense_codes(group: &[u32]) -> BTreeMap<u32, usize> {
    let mut codes: BTreeMap<u32, usize> = group.iter().map(|code| (*code, 0)).collect();
    codes.values_mut().enumerate().for_each(|(at, place)| *place = at);
    codes
}

fn finish(
    scored: &score::Scored,
    codes: &BTreeMap<u32, usize>,
    options: &LogRankOptions<'_>,
) -> Result<LogRank, Refusal> {
    let at_risk: Vec<usize> = (0..codes.len())
        .filter(|at| scored.expected.get(*at).is_some_and(|expected| *expected > 0.0))
        .collect();
    let Some((_, kept)) = at_risk.split_last().filter(|(_, kept)| !kept.is_empty()) else {
        let have = at_risk.len();
        return Err(Refusal::TooFew { what: WHAT, unit: "groups at risk", have, need: 2 });
    };
    let need = codes.len();
    let refused = || Refusal::TooFew {
        what: WHAT,
        unit: "independent pupils with events",
        have: scored.clusters,
        need,
    };
    let chi_squared = solve::quadratic_form(scored, kept).ok_or_else(refused)?;
    let df = kept.len();
    let p = chi_squared_tail(chi_squared, df as f64);
    let groups: Vec<LogRankGroup> = codes
        .iter()
        .map(|(code, at)| LogRankGroup {
            group: *code,
            n: scored.rows.get(*at).copied().unwrap_or_default(),
            observed: scored.observed.get(*at).copied().unwrap_or_default(),
            expected: scored.expected.get(*at).copied().unwrap_or_default(),
        })
        .collect();
    let estimate = estimate(chi_squared, p, &groups, scored, options);
    Ok(LogRank { chi_squared, df, p, groups, estimate })
}

fn estimate(
    chi_squared: f64,
    p: f64,
    groups: &[LogRankGroup],
    scored: &score::Scored,
    options: &LogRankOptions<'_>,
) -> Estimate {
    let method = match options.cluster {
        Some(_) => "log-rank, robust to repeated pupils",
        None => "log-rank",
    };
    let events: f64 = groups.iter().map(|group| group.observed).sum();
    let rows: usize = groups.iter().map(|group| group.n).sum();
    let mut estimate = Estimate::test(method, chi_squared, p, options.level)
        .counted(events as u64, rows as u64)
        .assuming(&["those who leave are like those who stay, in each group"]);
    let small = groups.iter().filter(|group| group.observed < MIN_EVENTS_A_GROUP as f64).count();
    if small > 0 {
        estimate = estimate.warn(format!("{small} of {} groups have few events", groups.len()));
    }
    if options.cluster.is_some() && scored.clusters < 10 {
        estimate = estimate.warn("fewer than 10 pupils: the test may find too much");
    }
    estimate
}

impl LogRank {
    /// The result as a phrase.
    pub fn words(&self) -> String {
        self.estimate.words()
    }
}

#[cfg(test)]
mod tests;
