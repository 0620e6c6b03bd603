//! Two shares compared: the pupils with any event of one group and of the others.

use serde::Serialize;

use crate::check;
use crate::distributions::{chi_squared_tail, normal_multiplier, normal_two_sided};
use crate::estimate::{Estimate, Scale};
use crate::refusal::Refusal;
use crate::root::crossing;

const WHAT: &str = "risk_ratio";

/// Below this in any cell Katz's interval is rough.
const FEW: u64 = 5;

/// How the interval of a risk ratio is reckoned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum RiskMethod {
    /// Normal on the log scale (Katz and others 1978).
    #[default]
    Katz,
    /// By the score (Koopman 1984): right for small cells too.
    Koopman,
}

impl RiskMethod {
    /// The name that scripts use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Katz => "katz",
            Self::Koopman => "koopman",
        }
    }

    /// The method that a script names.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Katz, Self::Koopman].into_iter().find(|one| one.name() == name)
    }
}

/// So many of so many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// How many have it.
    pub with: u64,
    /// How many there are.
    pub of: u64,
}

/// A ratio of two shares with their difference beside it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RiskRatio {
    /// The ratio.
    pub ratio: Estimate,
    /// The first share less the second.
    pub difference: f64,
}

/// The share of `one` over the share of `other`.
///
/// Katz: `se(log) = sqrt(1/a - 1/n₁ + 1/b - 1/n₀)`. Koopman: where the score statistic, with the
/// shares that fit best under the ratio, is the square of the normal multiplier (Katz and others
/// 1978, Biometrics 34:469; Koopman 1984, Biometrics 40:513). Where a side has nobody with it, or
/// both sides have nobody without, Katz has no answer, and Koopman's is given; where only `other`
/// has nobody the ratio is infinite and has no upper end. One pupil a side is enough.
///
/// # Errors
/// Refuses an empty group, more than there are, more than a thousand million pupils, and nobody
/// with it on both sides.
pub fn risk_ratio(
    one: Part,
    other: Part,
    method: RiskMethod,
    level: f64,
) -> Result<RiskRatio, Refusal> {
    check::level(WHAT, level)?;
    check::counts(WHAT, &[("n1", one.of), ("n0", other.of)])?;
    for (part, column) in [(one, "a"), (other, "b")] {
        if part.of == 0 {
            return Err(Refusal::Empty { what: WHAT });
        }
        if part.with > part.of {
            let (found, need) = (part.with as f64, "no more than there are is possible");
            return Err(Refusal::Value { what: WHAT, column, row: 1, found, need });
        }
    }
    if one.with + other.with == 0 {
        return Err(Refusal::NoEvents { what: WHAT });
    }
    let share = |part: Part| part.with as f64 / part.of as f64;
    let difference = share(one) - share(other);
    let is_zero = one.with == 0 || other.with == 0;
    let is_all = one.with == one.of && other.with == other.of;
    let ratio = match method {
        RiskMethod::Katz if !is_zero && !is_all => katz(one, other, level),
        _ => Score { one, other }.estimate(level),
    };
    let ratio = ratio
        .counted(one.with + other.with, one.of + other.of)
        .assuming(&["pupils are independent of each other"]);
    Ok(RiskRatio { ratio, difference })
}

fn katz(one: Part, other: Part, level: f64) -> Estimate {
    let spread = |part: Part| 1.0 / part.with as f64 - 1.0 / part.of as f64;
    let error = (spread(one) + spread(other)).sqrt();
    let value = (one.with as f64 / one.of as f64) / (other.with as f64 / other.of as f64);
    let half = normal_multiplier(level) * error;
    let bounds = (value * (-half).exp(), value * half.exp());
    let method = "risk ratio, Katz log interval";
    let mut estimate = Estimate::interval(Scale::Ratio, method, value, bounds, level);
    estimate.p = Some(normal_two_sided(value.ln() / error));
    estimate.log_std_error = Some(error);
    let left = |part: Part| part.with.min(part.of - part.with);
    match left(one).min(left(other)) < FEW {
        true => estimate.warn("fewer than 5 in a cell: `koopman` is the better interval"),
        false => estimate,
    }
}

struct Score {
    one: Part,
    other: Part,
}

impl Score {
    fn estimate(&self, level: f64) -> Estimate {
        let (one, other) = (self.one, self.other);
        let value = (one.with as f64 / one.of as f64) / (other.with as f64 / other.of as f64);
        let limit = normal_multiplier(level).powi(2);
        let miss = |log: f64| self.statistic(log.exp()) - limit;
        // Beyond these no ratio of two shares of this world lies.
        let (low, high) = (-40.0, 40.0);
        let middle = if value > 0.0 && value.is_finite() { value.ln() } else { f64::NAN };
        let lower = match one.with {
            0 => 0.0,
            _ => crossing(low, if middle.is_nan() { high } else { middle }, miss).exp(),
        };
        let upper = crossing(if middle.is_nan() { low } else { middle }, high, miss).exp();
        let method = "risk ratio, Koopman score interval";
        let mut estimate = Estimate::interval(Scale::Ratio, method, value, (lower, upper), level);
        estimate.p = Some(chi_squared_tail(self.statistic(1.0), 1.0));
        if other.with > 0 {
            return estimate;
        }
        estimate.upper = None;
        estimate.warn("nobody to compare with has it: the ratio has no upper end")
    }

    /// Pearson's statistic at this ratio.
    fn statistic(&self, ratio: f64) -> f64 {
        let (a, m) = (self.one.with as f64, self.one.of as f64);
        let (b, n) = (self.other.with as f64, self.other.of as f64);
        // The share of `other` is the smaller root of `square p² - line p + (a + b) = 0`.
        let (square, line) = (ratio * (m + n), ratio * (b + m) + a + n);
        let root = (line * line - 4.0 * square * (a + b)).max(0.0).sqrt();
        let second = 2.0 * (a + b) / (line + root);
        let first = ratio * second;
        let part = |seen: f64, of: f64, share: f64| {
            let spread = of * share * (1.0 - share);
            if spread > 0.0 { (seen - of * share).powi(2) / spread } else { 0.0 }
        };
        part(a, m, first) + part(b, n, second)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(with: u64, of: u64) -> Part {
        Part { with, of }
    }

    fn ends(method: RiskMethod, one: Part, other: Part) -> [f64; 3] {
        let found = risk_ratio(one, other, method, 0.95).unwrap().ratio;
        [found.value, found.lower.unwrap(), found.upper.unwrap()]
    }

    /// Physicians' Health Study (Agresti 2007, table 2.3): 1.82 (1.43 to 2.30).
    #[test]
    fn aspirin_by_both_methods() {
        let (placebo, aspirin) = (part(189, 11_034), part(104, 11_037));
        let expected = [
            (RiskMethod::Katz, [1.817_801_794_454, 1.433_030_903_051, 2.305_884_232_422]),
            (RiskMethod::Koopman, [1.817_801_794_454, 1.433_903_815_893, 2.304_712_855_01]),
        ];
        for (method, expected) in expected {
            for (one, other) in ends(method, placebo, aspirin).into_iter().zip(expected) {
                assert!((one - other).abs() < 1e-9, "{method:?} {one} {other}");
            }
        }
        let difference = risk_ratio(placebo, aspirin, RiskMethod::Katz, 0.95).unwrap().difference;
        assert!((difference - 0.007_706_023_976_005).abs() < 1e-12);
    }

    #[test]
    fn turned_round_the_score_interval_is_its_inverse() {
        let there = ends(RiskMethod::Koopman, part(3, 20), part(9, 40));
        let back = ends(RiskMethod::Koopman, part(9, 40), part(3, 20));
        assert!((there[1] * back[2] - 1.0).abs() < 1e-9 && (there[2] * back[1] - 1.0).abs() < 1e-9);
    }

    #[test]
    fn empty_cells() {
        let none = risk_ratio(part(0, 20), part(9, 40), RiskMethod::Katz, 0.95).unwrap().ratio;
        assert_eq!((none.value, none.lower), (0.0, Some(0.0)));
        assert!(none.upper.unwrap() < 1.5);
        let all = risk_ratio(part(9, 40), part(0, 20), RiskMethod::Koopman, 0.95).unwrap().ratio;
        assert_eq!(all.upper, None);
        // The mirror of the other.
        assert!((all.lower.unwrap() * none.upper.unwrap() - 1.0).abs() < 1e-9);
        let everybody = ends(RiskMethod::Koopman, part(5, 5), part(5, 5));
        assert!((everybody[0] - 1.0).abs() < 1e-12);
        // Five of five on either side are no proof that everybody always does.
        let katz = risk_ratio(part(5, 5), part(5, 5), RiskMethod::Katz, 0.95).unwrap().ratio;
        assert!(katz.lower.unwrap() < 0.7 && katz.upper.unwrap() > 1.4, "{katz:?}");
        let few = risk_ratio(part(3, 20), part(9, 40), RiskMethod::Katz, 0.95).unwrap().ratio;
        assert_eq!(few.warnings.len(), 1);
    }

    #[test]
    fn nobody_is_refused() {
        let refused = |one, other| risk_ratio(one, other, RiskMethod::Katz, 0.95).is_err();
        assert!(refused(part(0, 3), part(0, 4)));
        assert!(refused(part(0, 0), part(1, 4)));
        assert!(refused(part(5, 4), part(1, 4)));
    }
}
