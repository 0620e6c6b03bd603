//! Two shares compared: the pupils with any event of one group and of the others.

use serde::Serialize;

use crate::check;
use crate::distributions::{chi_squared_tail, normal_multiplier, normal_two_sided};
use crate::estimate::{Estimate, Scale};
use crate::proportion::{Repeated, Trials};
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
        _ => Score::of(one, other).estimate(level),
    };
    let ratio = ratio
        .counted(one.with + other.with, one.of + other.of)
        .assuming(&["pupils are independent of each other"]);
    Ok(RiskRatio { ratio, difference })
}

/// The same where the same pupils are counted several times, such as once a year: Koopman's
/// interval (1984) with as many trials on each side as would say as much if they were independent
/// (Kish 1965), as [`clustered_share`](crate::clustered_share) reckons them. At least two pupils a
/// side.
///
/// # Errors
/// As [`clustered_share`](crate::clustered_share) for each side; also nobody with it on both.
pub fn clustered_risk_ratio(
    one: &Repeated<'_>,
    other: &Repeated<'_>,
    level: f64,
) -> Result<RiskRatio, Refusal> {
    const WHAT: &str = "clustered_risk_ratio";
    let (one, other) = (Trials::of(WHAT, one, level)?, Trials::of(WHAT, other, level)?);
    if one.with + other.with <= 0.0 {
        return Err(Refusal::NoEvents { what: WHAT });
    }
    let share = |trials: &Trials| trials.with / trials.all;
    let side = |trials: &Trials| (share(trials) * trials.independent, trials.independent);
    let mut ratio = Score { one: side(&one), other: side(&other) }
        .estimate(level)
        .counted((one.with + other.with) as u64, (one.all + other.all) as u64)
        .assuming(&["pupils are independent of each other"]);
    ratio.method = "risk ratio, Koopman score interval, clustered by pupil";
    Ok(RiskRatio { ratio, difference: share(&one) - share(&other) })
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

/// How many have it of how many there are, of one group and of the other.
struct Score {
    one: (f64, f64),
    other: (f64, f64),
}

impl Score {
    fn of(one: Part, other: Part) -> Self {
        let side = |part: Part| (part.with as f64, part.of as f64);
        Self { one: side(one), other: side(other) }
    }

    fn estimate(&self, level: f64) -> Estimate {
        let (one, other) = (self.one, self.other);
        let value = (one.0 / one.1) / (other.0 / other.1);
        let limit = normal_multiplier(level).powi(2);
        let miss = |log: f64| self.statistic(log.exp()) - limit;
        // Beyond these no ratio of two shares of this world lies.
        let (low, high) = (-40.0, 40.0);
        let middle = if value > 0.0 && value.is_finite() { value.ln() } else { f64::NAN };
        let lower = match one.0 > 0.0 {
            true => crossing(low, if middle.is_nan() { high } else { middle }, miss).exp(),
            false => 0.0,
        };
        let upper = crossing(if middle.is_nan() { low } else { middle }, high, miss).exp();
        let method = "risk ratio, Koopman score interval";
        let mut estimate = Estimate::interval(Scale::Ratio, method, value, (lower, upper), level);
        estimate.p = Some(chi_squared_tail(self.statistic(1.0), 1.0));
        if other.0 > 0.0 {
            return estimate;
        }
        estimate.upper = None;
        estimate.warn("nobody to compare with has it: the ratio has no upper end")
    }

    /// Pearson's statistic at this ratio.
    fn statistic(&self, ratio: f64) -> f64 {
        let ((a, m), (b, n)) = (self.one, self.other);
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

    /// Each pupil once is the score interval but for the t of few pupils; three years of the same
    /// pupils with the same answers say no more than one.
    #[test]
    fn years_of_the_same_pupils_say_no_more_than_one() {
        let column = |with: usize, of: usize| {
            (0..of).map(|at| f64::from(u8::from(at < with))).collect::<Vec<f64>>()
        };
        let (own, others) = (column(30, 200), column(60, 800));
        let side = |x: &[f64], years: usize| {
            let codes: Vec<u32> = (0..x.len() as u32).collect();
            (x.repeat(years), vec![1.0; x.len() * years], codes.repeat(years))
        };
        let found = |years: usize| {
            let ((x, n, id), (y, m, other)) = (side(&own, years), side(&others, years));
            let one = Repeated { x: &x, n: &n, cluster: &id };
            let found =
                clustered_risk_ratio(&one, &Repeated { x: &y, n: &m, cluster: &other }, 0.95);
            let ratio = found.unwrap().ratio;
            [ratio.value, ratio.lower.unwrap(), ratio.upper.unwrap()]
        };
        let plain = ends(RiskMethod::Koopman, part(30, 200), part(60, 800));
        for years in [1, 3] {
            let clustered = found(years);
            assert!((clustered[0] - 2.0).abs() < 1e-12);
            assert!(clustered[1] <= plain[1] && clustered[2] >= plain[2], "{clustered:?}");
            assert!((clustered[1] / plain[1] - 1.0).abs() < 0.01, "{clustered:?} {plain:?}");
        }
        let none = Repeated { x: &[0.0; 3], n: &[1.0; 3], cluster: &[1, 2, 3] };
        assert!(clustered_risk_ratio(&none, &none, 0.95).is_err());
    }

    #[test]
    fn nobody_is_refused() {
        let refused = |one, other| risk_ratio(one, other, RiskMethod::Katz, 0.95).is_err();
        assert!(refused(part(0, 3), part(0, 4)));
        assert!(refused(part(0, 0), part(1, 4)));
        assert!(refused(part(5, 4), part(1, 4)));
    }
}
