//! Two rates compared exactly, given how many events there were altogether.

use crate::check;
use crate::distributions::{binomial_lower, binomial_upper};
use crate::estimate::{Estimate, Scale};
use crate::refusal::Refusal;
use crate::root::crossing;

const WHAT: &str = "rate_ratio";

/// Log odds beyond which no event of this world lies.
const FARTHEST: f64 = 700.0;

/// Events and the exposure in which they happened.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Events {
    /// How many.
    pub count: u64,
    /// Pupil-days, lessons, minutes: any unit, the same on both sides.
    pub exposure: f64,
}

/// How the tail beyond what was seen counts what was seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum RatioMethod {
    /// Half of its chance: close to the nominal level on average.
    #[default]
    MidP,
    /// The whole of it: never below the nominal level, and so too wide.
    Exact,
}

impl RatioMethod {
    /// The name that scripts use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::MidP => "mid_p",
            Self::Exact => "exact",
        }
    }

    /// The method that a script names.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::MidP, Self::Exact].into_iter().find(|one| one.name() == name)
    }

    const fn title(self) -> &'static str {
        match self {
            Self::MidP => "conditional mid-P rate ratio",
            Self::Exact => "conditional exact rate ratio",
        }
    }

    const fn part(self) -> f64 {
        match self {
            Self::MidP => 0.5,
            Self::Exact => 1.0,
        }
    }
}

/// The rate of `one` over the rate of `other`.
///
/// Of all `n` events, those of `one` are binomial with `p = ρe₁ / (ρe₁ + e₀)`; the ends of the
/// interval are where each tail is `α/2` (Clopper and Pearson 1934; Rothman and Greenland, Modern
/// Epidemiology, 1998, p. 238), and p is twice the smaller tail at `ρ = 1`, so that it agrees with
/// the interval. Without events in `one` the lower end is 0; without events in `other` the ratio
/// is infinite and has no upper end. One event will do, but fewer than ten seldom tell anything.
///
/// # Errors
/// Refuses no exposure on either side, no events on both, more than a thousand million events, and
/// a level outside 0 to 1.
pub fn rate_ratio(
    one: Events,
    other: Events,
    method: RatioMethod,
    level: f64,
) -> Result<Estimate, Refusal> {
    check::level(WHAT, level)?;
    check::counts(WHAT, &[("x1", one.count), ("x0", other.count)])?;
    let (e1, e0) = (one.exposure, other.exposure);
    if !(e1.is_finite() && e0.is_finite() && e1 > 0.0 && e0 > 0.0) {
        return Err(Refusal::NoExposure { what: WHAT });
    }
    let (x, n) = (one.count, one.count + other.count);
    if n == 0 {
        return Err(Refusal::NoEventsEitherSide { what: WHAT });
    }
    let tails = Tails { x, n, part: method.part() };
    let half = (1.0 - level) / 2.0;
    let scale = e0 / e1;
    let end = |log_odds: f64| log_odds.exp() * scale;
    let lower = match x {
        0 => 0.0,
        _ => end(crossing(-FARTHEST, FARTHEST, |odds| tails.upper(odds) - half)),
    };
    let upper =
        (x < n).then(|| end(crossing(-FARTHEST, FARTHEST, |odds| tails.lower(odds) - half)));
    let null = (e1 / e0).ln();
    let p = (2.0 * tails.upper(null).min(tails.lower(null))).min(1.0);
    let value = (one.count as f64 / e1) / (other.count as f64 / e0);
    let mut estimate =
        Estimate::interval(Scale::Ratio, method.title(), value, (lower, value), level)
            .counted(n, n)
            .assuming(&["events are independent: no pupil accounts for many of them"]);
    estimate.upper = upper;
    estimate.p = Some(p);
    Ok(match upper {
        Some(_) => estimate,
        None => estimate.warn("no events to compare with: the ratio has no upper end"),
    })
}

struct Tails {
    x: u64,
    n: u64,
    part: f64,
}

impl Tails {
    /// `P(X > x)` and the method's part of `P(X = x)`.
    fn upper(&self, log_odds: f64) -> f64 {
        let beyond = binomial_upper(self.x + 1, self.n, log_odds);
        beyond + self.part * (binomial_upper(self.x, self.n, log_odds) - beyond)
    }

    /// `P(X < x)` and the method's part of `P(X = x)`.
    fn lower(&self, log_odds: f64) -> f64 {
        let beyond = self.x.checked_sub(1).map_or(0.0, |x| binomial_lower(x, self.n, log_odds));
        beyond + self.part * (binomial_lower(self.x, self.n, log_odds) - beyond)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events(count: u64, exposure: f64) -> Events {
        Events { count, exposure }
    }

    /// Rothman (1998) p. 238, fluoroscopy and breast cancer: mid-P (1.04, 3.45); the exact ends are
    /// those of R's `poisson.test`, and each p is twice the smaller tail.
    #[test]
    fn published_ratios_with_the_p_that_matches() {
        type Case = (Events, Events, [f64; 3], [f64; 3]);
        let cases: [Case; 3] = [
            (
                events(41, 28_010.0),
                events(15, 19_017.0),
                [1.005_684_062_689, 3.609_300_311_078, 0.047_660_246_754_57],
                [1.041_075_243_425_932, 3.449_422_760_454_657, 0.035_457_421_772_262],
            ),
            (
                events(0, 120.0),
                events(5, 115.0),
                [0.0, 1.045_809_142_467, 0.056_128_041_191_67],
                [0.0, 0.786_374_027_899_993, 0.028_064_020_595_835],
            ),
            (
                events(3, 38.0),
                events(11, 57.0),
                [0.073_282_372_563_7, 1.548_629_773_02, 0.248_617_566_535_7],
                [0.091_657_625_511_659, 1.381_905_919_550_868, 0.164_100_364_369_92],
            ),
        ];
        for (one, other, exact, mid_p) in cases {
            for (method, expected) in [(RatioMethod::Exact, exact), (RatioMethod::MidP, mid_p)] {
                let found = rate_ratio(one, other, method, 0.95).unwrap();
                let found = [found.lower.unwrap(), found.upper.unwrap(), found.p.unwrap()];
                for (one, other) in found.into_iter().zip(expected) {
                    assert!((one - other).abs() < 1e-9, "{method:?}: {one} {other}");
                }
            }
        }
    }

    #[test]
    fn turned_round_the_ratio_is_its_inverse() {
        let (one, other) = (events(3, 38.0), events(11, 57.0));
        let there = rate_ratio(one, other, RatioMethod::MidP, 0.9).unwrap();
        let back = rate_ratio(other, one, RatioMethod::MidP, 0.9).unwrap();
        assert!((there.lower.unwrap() * back.upper.unwrap() - 1.0).abs() < 1e-12);
        assert!((there.p.unwrap() - back.p.unwrap()).abs() < 1e-12);
    }

    #[test]
    fn nothing_to_compare_with_gives_one_end() {
        let found = rate_ratio(events(5, 10.0), events(0, 10.0), RatioMethod::MidP, 0.95).unwrap();
        assert!(found.value.is_infinite() && found.upper.is_none());
        assert!(found.lower.unwrap() > 1.0);
        assert_eq!(found.words(), "probably higher (at least 1.22)");
        assert_eq!(found.warnings.len(), 1);
    }

    #[test]
    fn nothing_at_all_is_refused() {
        let ratio = |one, other| rate_ratio(one, other, RatioMethod::Exact, 0.95);
        assert_eq!(
            ratio(events(0, 3.0), events(0, 4.0)).unwrap_err().to_string(),
            "rate_ratio: there are no events in either window"
        );
        let no_exposure = Refusal::NoExposure { what: "rate_ratio" };
        assert_eq!(ratio(events(1, 0.0), events(2, 4.0)), Err(no_exposure));
    }
}
