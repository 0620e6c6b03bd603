//! One change of level, by ranks.

use serde::Serialize;

use crate::check;
use crate::refusal::Refusal;

const WHAT: &str = "pettitt";

/// The fewest values (a house rule).
const MIN_VALUES: usize = 8;

/// The likeliest place of one change.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Pettitt {
    /// The largest `|U_t|`.
    pub k: f64,
    /// The last value before the change, from 1.
    pub at: usize,
    /// Approximate: `2 exp(-6k²/(n³+n²))`.
    pub p: f64,
}

/// The test of Pettitt (1979), Applied Statistics 28:126: `U_t = 2 Σ_{i<=t} R_i - t(n+1)` over the
/// ranks, ties at their mean. Of several places with the same `k` the first is told; where all
/// values are equal, `k` is 0 and p is 1. At least eight values.
///
/// # Errors
/// Refuses fewer than eight values and values that are not finite.
pub fn pettitt(x: &[f64]) -> Result<Pettitt, Refusal> {
    check::finite(WHAT, "x", x)?;
    check::at_least(WHAT, "values", x.len(), MIN_VALUES)?;
    let n = x.len() as f64;
    let mut found = Pettitt { k: -1.0, at: 1, p: 1.0 };
    let mut sum = 0.0;
    for (at, rank) in ranks(x).iter().enumerate() {
        sum += 2.0 * rank - (n + 1.0);
        if f64::abs(sum) > found.k {
            (found.k, found.at) = (f64::abs(sum), at + 1);
        }
    }
    found.p = (2.0 * (-6.0 * found.k * found.k / (n * n * n + n * n)).exp()).min(1.0);
    Ok(found)
}

/// Ranks from 1, ties at their mean.
fn ranks(x: &[f64]) -> Vec<f64> {
    let mut sorted = x.to_vec();
    sorted.sort_by(f64::total_cmp);
    let rank = |value: &f64| {
        let below = sorted.partition_point(|other| other < value);
        let upto = sorted.partition_point(|other| other <= value);
        (below + upto + 1) as f64 / 2.0
    };
    x.iter().map(rank).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_jump_by_hand() {
        // Ranks 1 to 5 then 6 to 10: U_5 = 2·15 - 5·11 = -25.
        let x = [1.0, 2.0, 3.0, 4.0, 5.0, 11.0, 12.0, 13.0, 14.0, 15.0];
        let found = pettitt(&x).unwrap();
        assert_eq!((found.k, found.at), (25.0, 5));
        assert!((found.p - 2.0 * f64::exp(-6.0 * 625.0 / 1100.0)).abs() < 1e-12);
    }

    #[test]
    fn level_and_short_series() {
        let level = pettitt(&[3.0; 9]).unwrap();
        assert_eq!((level.k, level.p), (0.0, 1.0));
        let text = "pettitt: only 7 values; 8 are needed";
        assert_eq!(pettitt(&[1.0; 7]).unwrap_err().to_string(), text);
    }
}
