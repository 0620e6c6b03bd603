//! Whether a score changed by more than its error of measurement.

use serde::Serialize;

use crate::check;
use crate::refusal::Refusal;
use crate::single_case::overlap::Improvement;

const WHAT: &str = "reliable_change";

/// The normal multiplier that Jacobson and Truax use.
const RELIABLE: f64 = 1.96;

/// Settings of [`reliable_change`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReliableChangeOptions {
    /// The standard deviation of the instrument.
    pub sd: f64,
    /// Its reliability, 0 to 1. A retest reliability asks for larger changes than Cronbach's alpha.
    pub reliability: f64,
    /// Which way is better.
    pub better: Improvement,
    /// The score at which the healthy side begins, such as cut-off c of [`clinical_cutoffs`].
    pub cutoff: Option<f64>,
}

/// What became of one pupil.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Reliably better, and across the cut-off.
    Recovered,
    /// Reliably better.
    Improved,
    /// Within the error of measurement.
    Unchanged,
    /// Reliably worse.
    Deteriorated,
}

impl Change {
    /// The name that scripts see.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Recovered => "recovered",
            Self::Improved => "improved",
            Self::Unchanged => "unchanged",
            Self::Deteriorated => "deteriorated",
        }
    }
}

/// How many pupils of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names are those of `Change`")]
pub struct ChangeCounts {
    pub recovered: usize,
    pub improved: usize,
    pub unchanged: usize,
    pub deteriorated: usize,
}

/// The change of each pupil in units of its error.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReliableChange {
    /// `(post - pre) / s_diff`, by pupil.
    pub rc: Vec<f64>,
    /// What became of each.
    pub class: Vec<Change>,
    /// How many of each kind.
    pub counts: ChangeCounts,
    /// The standard error of measurement, `sd sqrt(1-r)`.
    pub sem: f64,
    /// The standard error of a difference, `sqrt(2) sem`.
    pub s_diff: f64,
    /// The least change of the score that is reliable.
    pub threshold: f64,
}

/// The reliable change of Jacobson and Truax (1991), Journal of Consulting and Clinical Psychology
/// 59:12: reliable from 1.96 standard errors of a difference on.
///
/// One pupil is enough; a summary of a group wants five.
///
/// # Errors
/// Refuses columns of different lengths, scores that are not finite, a standard deviation of zero
/// or less and a reliability outside 0 to 1.
pub fn reliable_change(
    pre: &[f64],
    post: &[f64],
    options: &ReliableChangeOptions,
) -> Result<ReliableChange, Refusal> {
    check::lengths(WHAT, ("pre", pre.len()), ("post", post.len()))?;
    check::finite(WHAT, "pre", pre)?;
    check::finite(WHAT, "post", post)?;
    let setting = |option, found, need| Err(Refusal::Setting { what: WHAT, option, found, need });
    if !(options.sd.is_finite() && options.sd > 0.0) {
        return setting("sd", options.sd, "a number above zero is needed");
    }
    if !(0.0..1.0).contains(&options.reliability) {
        return setting("reliability", options.reliability, "from 0 to below 1 is needed");
    }
    if pre.is_empty() {
        return Err(Refusal::Empty { what: WHAT });
    }
    let sem = options.sd * (1.0 - options.reliability).sqrt();
    let s_diff = sem * std::f64::consts::SQRT_2;
    let pairs = || pre.iter().zip(post);
    let rc: Vec<f64> = pairs().map(|(pre, post)| (post - pre) / s_diff).collect();
    let class: Vec<Change> =
        pairs().zip(&rc).map(|((pre, post), rc)| class(*pre, *post, *rc, options)).collect();
    let mut counts = ChangeCounts::default();
    for one in &class {
        *match one {
            Change::Recovered => &mut counts.recovered,
            Change::Improved => &mut counts.improved,
            Change::Unchanged => &mut counts.unchanged,
            Change::Deteriorated => &mut counts.deteriorated,
        } += 1;
    }
    Ok(ReliableChange { rc, class, counts, sem, s_diff, threshold: RELIABLE * s_diff })
}

fn class(pre: f64, post: f64, rc: f64, options: &ReliableChangeOptions) -> Change {
    let up = match options.better {
        Improvement::Increase => 1.0,
        Improvement::Decrease => -1.0,
    };
    let is_healthy = |score: f64| options.cutoff.is_some_and(|cutoff| up * (score - cutoff) >= 0.0);
    match up * rc {
        gain if gain >= RELIABLE && is_healthy(post) && !is_healthy(pre) => Change::Recovered,
        gain if gain >= RELIABLE => Change::Improved,
        gain if gain <= -RELIABLE => Change::Deteriorated,
        _ => Change::Unchanged,
    }
}

/// The cut-offs a, b and c of Jacobson and Truax from the mean and standard deviation of a clinical
/// and of a healthy population: two standard deviations from the clinical mean, two from the
/// healthy one, and `(s₀M₁ + s₁M₀)/(s₀ + s₁)` between them (1991, Journal of Consulting and
/// Clinical Psychology 59:12). It takes what is known of the two populations and no pupil.
///
/// # Errors
/// Refuses numbers that are not finite, a standard deviation of zero or less, and equal means.
pub fn clinical_cutoffs(clinical: (f64, f64), healthy: (f64, f64)) -> Result<[f64; 3], Refusal> {
    const WHAT: &str = "clinical_cutoffs";
    let ((m1, s1), (m0, s0)) = (clinical, healthy);
    check::finite(WHAT, "mean", &[m1, m0])?;
    check::positive(WHAT, "sd", &[s1, s0], "a number above zero is needed")?;
    if m1 == m0 {
        let need = "means that differ are needed";
        return Err(Refusal::Value { what: WHAT, column: "mean", row: 2, found: m0, need });
    }
    let towards = (m0 - m1).signum();
    let between = (s0 * m1 + s1 * m0) / (s0 + s1);
    Ok([m1 + towards * 2.0 * s1, m0 - towards * 2.0 * s0, between])
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAPER: ReliableChangeOptions = ReliableChangeOptions {
        sd: 7.5,
        reliability: 0.8,
        better: Improvement::Increase,
        cutoff: Some(50.0),
    };

    /// Jacobson and Truax (1991), the worked example.
    #[test]
    fn the_papers_couple() {
        let found = reliable_change(&[32.5], &[47.5], &PAPER).unwrap();
        for (one, other) in [
            (found.rc[0], 3.162_277_660_168),
            (found.sem, 3.354_101_966_25),
            (found.s_diff, 4.743_416_490_253),
            (found.threshold, 9.297_096_320_895),
        ] {
            assert!((one - other).abs() < 1e-9, "{one} {other}");
        }
        assert_eq!(found.class, [Change::Improved]);
        assert_eq!(clinical_cutoffs((40.0, 7.5), (60.0, 7.5)), Ok([55.0, 45.0, 50.0]));
        assert_eq!(clinical_cutoffs((20.0, 5.0), (10.0, 5.0)), Ok([10.0, 20.0, 15.0]));
    }

    #[test]
    fn the_four_kinds_whichever_way_is_better() {
        let (pre, post) = ([32.5, 32.5, 32.5, 52.0, 55.0], [55.0, 45.0, 38.0, 40.0, 70.0]);
        let expected = [
            Change::Recovered,
            Change::Improved,
            Change::Unchanged,
            Change::Deteriorated,
            Change::Improved,
        ];
        assert_eq!(reliable_change(&pre, &post, &PAPER).unwrap().class, expected);
        let down = |scores: [f64; 5]| scores.map(|score| 100.0 - score);
        let options = ReliableChangeOptions { better: Improvement::Decrease, ..PAPER };
        let found = reliable_change(&down(pre), &down(post), &options).unwrap();
        assert_eq!(found.class, expected);
        let counts = ChangeCounts { recovered: 1, improved: 2, unchanged: 1, deteriorated: 1 };
        assert_eq!(found.counts, counts);
    }

    #[test]
    fn odd_constants_are_refused() {
        let refused = |options: &ReliableChangeOptions| {
            reliable_change(&[1.0], &[2.0], options).unwrap_err().to_string()
        };
        let text = "reliable_change: `reliability` is 1; from 0 to below 1 is needed";
        assert_eq!(refused(&ReliableChangeOptions { reliability: 1.0, ..PAPER }), text);
        assert!(clinical_cutoffs((15.0, 5.0), (15.0, 4.0)).is_err());
        let text = "clinical_cutoffs: value 2 of `sd` is 0; a number above zero is needed";
        let found = clinical_cutoffs((20.0, 5.0), (10.0, 0.0));
        assert_eq!(found.unwrap_err().to_string(), text);
        let text = "reliable_change: `sd` is 0; a number above zero is needed";
        assert_eq!(refused(&ReliableChangeOptions { sd: 0.0, ..PAPER }), text);
    }
}
