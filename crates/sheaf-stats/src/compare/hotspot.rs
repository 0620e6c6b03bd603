//! Where events fall more often than the time spent there leads to expect.

use serde::Serialize;

use crate::check;
use crate::distributions::{binomial_lower, binomial_upper};
use crate::refusal::Refusal;

const WHAT: &str = "hotspots";

/// The most parts, as many as a table shows.
const MOST_PARTS: usize = 5_000;

/// Parts of a whole beside what their exposure leads to expect. Columns have one value a part.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Hotspots {
    /// All events by the part's share of exposure.
    pub expected: Vec<f64>,
    /// Events over those expected.
    pub ratio: Vec<f64>,
    /// Two-sided mid-P of the binomial law, not adjusted for there being several parts.
    pub p: Vec<f64>,
}

/// Events of weekdays, periods or places against their shares of the exposure; each part is
/// binomial if events only follow exposure, and its p is the mid-P (Lancaster 1961, JASA 56:223).
/// At least two parts and one event.
///
/// # Errors
/// Refuses columns of different lengths, counts that are negative or not whole, a part without
/// exposure, fewer than two parts, more than 5,000 and no events at all.
pub fn hotspots(n: &[f64], exposure: &[f64]) -> Result<Hotspots, Refusal> {
    check::lengths(WHAT, ("n", n.len()), ("exposure", exposure.len()))?;
    check::not_negative(WHAT, "n", n)?;
    check::positive(WHAT, "exposure", exposure, "leave out parts without exposure")?;
    check::at_least(WHAT, "parts", n.len(), 2)?;
    check::at_most(WHAT, "parts", n.len(), MOST_PARTS)?;
    if let Some(at) = n.iter().position(|n| n.fract() != 0.0) {
        let found = n.get(at).copied().unwrap_or_default();
        let need = "a whole number is needed";
        return Err(Refusal::Value { what: WHAT, column: "n", row: at + 1, found, need });
    }
    let (total, all) = (n.iter().sum::<f64>(), exposure.iter().sum::<f64>());
    if total <= 0.0 {
        return Err(Refusal::NoEvents { what: WHAT });
    }
    let expected: Vec<f64> = exposure.iter().map(|e| total * e / all).collect();
    let p = |(n, e): (&f64, &f64)| mid_p(*n as u64, total as u64, (e / (all - e)).ln());
    Ok(Hotspots {
        ratio: n.iter().zip(&expected).map(|(n, e)| n / e).collect(),
        p: n.iter().zip(exposure).map(p).collect(),
        expected,
    })
}

fn mid_p(x: u64, n: u64, log_odds: f64) -> f64 {
    let (upper, lower) = (binomial_upper(x, n, log_odds), binomial_lower(x, n, log_odds));
    let here = (upper + lower - 1.0) / 2.0;
    (2.0 * (upper - here).min(lower - here)).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weekdays_of_an_invented_school() {
        let n = [43.0, 48.0, 36.0, 30.0, 29.0];
        let days = [3859.0, 4432.0, 4318.0, 4429.0, 4428.0];
        let found = hotspots(&n, &days).unwrap();
        let p = [
            0.075_472_512_931_023,
            0.088_961_503_683_612,
            0.809_802_773_381_771,
            0.124_153_955_510_864,
            0.083_899_338_044_519,
        ];
        for (one, other) in found.p.iter().zip(p) {
            assert!((one - other).abs() < 1e-9, "{one} {other}");
        }
        assert!((found.expected[0] - 33.437_715_457_001_77).abs() < 1e-9);
        assert!((found.ratio[4] - 0.755_837_728_628_182).abs() < 1e-9);
    }

    #[test]
    fn events_that_follow_exposure_and_none() {
        let found = hotspots(&[10.0, 20.0], &[1.0, 2.0]).unwrap();
        assert!(found.p.iter().all(|p| *p > 0.9));
        assert_eq!(hotspots(&[0.0; 2], &[1.0; 2]), Err(Refusal::NoEvents { what: WHAT }));
        let text = "hotspots: value 1 of `n` is 0.5; a whole number is needed";
        assert_eq!(hotspots(&[0.5, 1.0], &[1.0; 2]).unwrap_err().to_string(), text);
    }
}
