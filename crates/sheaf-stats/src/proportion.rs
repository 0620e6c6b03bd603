//! One proportion with its score interval.

use crate::check;
use crate::clusters;
use crate::distributions::{normal_multiplier, t_multiplier};
use crate::estimate::{Estimate, Scale};
use crate::refusal::Refusal;

const WHAT: &str = "wilson";

/// The share `x` of `n` with Wilson's score interval (1927, JASA 22:209), without continuity
/// correction: centre `(p + z²/2n)/(1 + z²/n)`. One observation is enough; below twenty words give
/// counts.
///
/// At `x = 0` the lower end is exactly 0, at `x = n` the upper end is exactly 1.
///
/// # Errors
/// Refuses an empty denominator, more events than observations, more than a thousand million of
/// either, and a level outside 0 to 1.
pub fn wilson(x: u64, n: u64, level: f64) -> Result<Estimate, Refusal> {
    check::level(WHAT, level)?;
    check::counts(WHAT, &[("x", x), ("n", n)])?;
    if n == 0 {
        return Err(Refusal::Empty { what: WHAT });
    }
    if x > n {
        let need = "no more than `n` is possible";
        return Err(Refusal::Value { what: WHAT, column: "x", row: 1, found: x as f64, need });
    }
    let bounds = wilson_bounds(x, n as f64, level);
    Ok(Estimate::interval(Scale::Share, "Wilson score", x as f64 / n as f64, bounds, level)
        .counted(x, n)
        .assuming(&["observations are independent of each other"]))
}

/// The share of trials that came out so, where the same pupils have several: rows of `x` of `n`
/// with the code of the pupil each belongs to.
///
/// Wilson's score interval with the number of trials that would say as much if they were
/// independent: `p(1-p)/se² · (z/t)²` with `se² = m/(m-1) Σ (x_i - p n_i)² / n²` over `m` pupils
/// and t on `m-1` degrees of freedom (Kish 1965; Korn and Graubard 1998, Survey Methodology
/// 24:193), never more than there are. Where the share is 0 or 1 each pupil counts once.
///
/// # Errors
/// Refuses columns of different lengths, negative values, more than `n` in a row, no trials and
/// fewer than two pupils with any.
pub fn clustered_share(
    x: &[f64],
    n: &[f64],
    cluster: &[u32],
    level: f64,
) -> Result<Estimate, Refusal> {
    let trials = Trials::of("clustered_share", &Repeated { x, n, cluster }, level)?;
    let Trials { with, all, independent, pupils } = trials;
    let p = with / all;
    let bounds = score_bounds(p, independent, level);
    let method = "Wilson score, clustered by pupil";
    let estimate = Estimate::interval(Scale::Share, method, p, bounds, level)
        .counted(with as u64, all as u64)
        .assuming(&["pupils are independent of each other"]);
    Ok(if pupils < 10 { estimate.warn("very small group") } else { estimate })
}

/// Trials of the same pupils: rows of `x` of `n` with the code of the pupil each belongs to.
#[derive(Clone, Copy, Debug)]
pub struct Repeated<'a> {
    /// How many of the trials of a row came out so.
    pub x: &'a [f64],
    /// How many trials a row has.
    pub n: &'a [f64],
    /// The code of its pupil.
    pub cluster: &'a [u32],
}

/// What such trials come to.
pub(crate) struct Trials {
    /// How many came out so.
    pub with: f64,
    /// How many there are.
    pub all: f64,
    /// How many independent ones would say as much.
    pub independent: f64,
    /// Of how many pupils they are.
    pub pupils: usize,
}

impl Trials {
    pub(crate) fn of(what: &'static str, rows: &Repeated<'_>, level: f64) -> Result<Self, Refusal> {
        let Repeated { x, n, cluster } = *rows;
        check::level(what, level)?;
        check::lengths(what, ("x", x.len()), ("n", n.len()))?;
        check::lengths(what, ("x", x.len()), ("cluster", cluster.len()))?;
        check::not_negative(what, "x", x)?;
        check::not_negative(what, "n", n)?;
        if let Some(at) = x.iter().zip(n).position(|(x, n)| x > n) {
            let found = x.get(at).copied().unwrap_or_default();
            let need = "no more than `n` of the row is possible";
            return Err(Refusal::Value { what, column: "x", row: at + 1, found, need });
        }
        let pairs = || x.iter().copied().zip(n.iter().copied());
        let pupils = if n.iter().all(|n| *n > 0.0) {
            clusters::sums(cluster, pairs())
        } else {
            let kept = cluster.iter().zip(n).filter(|(_, n)| **n > 0.0).map(|(code, _)| *code);
            clusters::sums(&kept.collect::<Vec<u32>>(), pairs().filter(|(_, n)| *n > 0.0))
        };
        if pupils.is_empty() {
            return Err(Refusal::Empty { what });
        }
        check::at_least(what, "pupils", pupils.len(), 2)?;
        let (with, all) = (x.iter().sum::<f64>(), n.iter().sum::<f64>());
        let (m, p) = (pupils.len() as f64, with / all);
        let squares: f64 = pupils.iter().map(|(x, n)| (x - p * n).powi(2)).sum();
        let variance = m / (m - 1.0) * squares / (all * all);
        let narrow = (normal_multiplier(level) / t_multiplier(level, m - 1.0)).powi(2);
        let independent = match variance > 0.0 {
            true => (p * (1.0 - p) / variance * narrow).min(all),
            // All alike: nothing is known but what each pupil says.
            false => m,
        };
        Ok(Self { with, all, independent, pupils: pupils.len() })
    }
}

/// The two ends, for a denominator that may be an effective number.
pub fn wilson_bounds(x: u64, n: f64, level: f64) -> (f64, f64) {
    score_bounds(x as f64 / n, n, level)
}

fn score_bounds(p: f64, n: f64, level: f64) -> (f64, f64) {
    let z = normal_multiplier(level);
    let scale = 1.0 + z * z / n;
    let centre = (p + z * z / (2.0 * n)) / scale;
    let half = z / scale * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    let lower = if p <= 0.0 { 0.0 } else { (centre - half).max(0.0) };
    let upper = if p >= 1.0 { 1.0 } else { (centre + half).min(1.0) };
    (lower, upper)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Newcombe (1998), Statistics in Medicine 17:857, Table I, method 3.
    #[test]
    fn newcombe_table_i() {
        for (x, n, lower, upper) in [
            (81, 263, 0.255_288_519_878_3, 0.366_209_576_982_8),
            (0, 20, 0.0, 0.161_125_158_052_8),
            (20, 20, 0.838_874_841_947_2, 1.0),
        ] {
            let share = wilson(x, n, 0.95).unwrap();
            assert!((share.lower.unwrap() - lower).abs() < 1e-10, "{x}/{n}");
            assert!((share.upper.unwrap() - upper).abs() < 1e-10, "{x}/{n}");
        }
    }

    /// Independent trials, one a pupil, say as much as they are, but for t in place of z.
    #[test]
    fn one_trial_a_pupil_is_nearly_the_plain_interval() {
        let x: Vec<f64> = (0..200).map(|at| f64::from(u8::from(at % 5 == 0))).collect();
        let cluster: Vec<u32> = (0..200).collect();
        let found = clustered_share(&x, &[1.0; 200], &cluster, 0.95).unwrap();
        let plain = wilson(40, 200, 0.95).unwrap();
        assert_eq!(found.value, 0.2);
        let [one, other] = [&found, &plain].map(|one| one.upper.unwrap() - one.lower.unwrap());
        assert!((1.0..1.02).contains(&(one / other)), "{one} {other}");
    }

    /// The same trial ten times says as much as once: se² is ten times as large.
    #[test]
    fn repeated_trials_of_a_pupil_say_nothing_new() {
        let x: Vec<f64> = (0..40).map(|at| 10.0 * f64::from(u8::from(at % 4 == 0))).collect();
        let cluster: Vec<u32> = (0..40).collect();
        let tens = clustered_share(&x, &[10.0; 40], &cluster, 0.95).unwrap();
        let ones: Vec<f64> = x.iter().map(|x| x / 10.0).collect();
        let once = clustered_share(&ones, &[1.0; 40], &cluster, 0.95).unwrap();
        assert!((tens.lower.unwrap() - once.lower.unwrap()).abs() < 1e-12);
        assert!((tens.upper.unwrap() - once.upper.unwrap()).abs() < 1e-12);
        assert_eq!((tens.events, tens.n), (100, 400));
    }

    #[test]
    fn shares_of_nothing_all_and_odd_rows() {
        let none = clustered_share(&[0.0; 20], &[3.0; 20], &[0; 20], 0.95);
        assert_eq!(none.unwrap_err().to_string(), "clustered_share: only 1 pupil; 2 are needed");
        let cluster: Vec<u32> = (0..20).collect();
        let none = clustered_share(&[0.0; 20], &[3.0; 20], &cluster, 0.95).unwrap();
        assert_eq!(none.lower, Some(0.0));
        // As if each of twenty pupils had been asked once.
        assert!((none.upper.unwrap() - 0.161_125_158_052_8).abs() < 1e-10);
        let all = clustered_share(&[3.0; 20], &[3.0; 20], &cluster, 0.95).unwrap();
        assert_eq!(all.upper, Some(1.0));
        let empty = clustered_share(&[0.0; 2], &[0.0; 2], &[0, 1], 0.95);
        assert_eq!(empty, Err(Refusal::Empty { what: "clustered_share" }));
        let odd = clustered_share(&[0.0, 2.0], &[1.0; 2], &[0, 1], 0.95).unwrap_err().to_string();
        let text = "clustered_share: value 2 of `x` is 2; no more than `n` of the row is possible";
        assert_eq!(odd, text);
    }

    #[test]
    fn nothing_to_divide_by_is_refused() {
        assert_eq!(wilson(0, 0, 0.95), Err(Refusal::Empty { what: "wilson" }));
        assert!(wilson(3, 2, 0.95).is_err());
        assert!(wilson(1, 2, 95.0).is_err());
    }
}
