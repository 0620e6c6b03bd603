//! How surprising it is to see so many, where fewer were to be expected.

use crate::check;
use crate::distributions::binomial_upper;
use crate::refusal::Refusal;

const WHAT: &str = "binomial_excess";

/// The chance of at least `x` of `n` where each is as likely as `share`, with half the chance of
/// exactly `x` left out (mid-P, one-sided; Lancaster 1961, JASA 56:223). Any number of trials will
/// do: of none the answer is a half.
///
/// # Errors
/// Refuses more than `n`, more than a thousand million, and a share outside 0 to 1.
pub fn binomial_excess(x: u64, n: u64, share: f64) -> Result<f64, Refusal> {
    check::counts(WHAT, &[("x", x), ("n", n)])?;
    if x > n {
        let need = "no more than `n` is possible";
        return Err(Refusal::Value { what: WHAT, column: "x", row: 1, found: x as f64, need });
    }
    check::finite(WHAT, "share", &[share])?;
    if !(0.0..=1.0).contains(&share) {
        let need = "0 to 1 is needed";
        return Err(Refusal::Setting { what: WHAT, option: "share", found: share, need });
    }
    let log_odds = (share / (1.0 - share)).ln();
    Ok(f64::midpoint(binomial_upper(x, n, log_odds), binomial_upper(x + 1, n, log_odds)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The terms summed one by one with whole binomial coefficients.
    fn summed(x: u64, n: u64, share: f64) -> f64 {
        let choose = |k: u64| (0..k).fold(1.0, |c, i| c * (n - i) as f64 / (i + 1) as f64);
        let term = |k: u64| choose(k) * share.powi(k as i32) * (1.0 - share).powi((n - k) as i32);
        (x..=n).map(term).sum::<f64>() - term(x) / 2.0
    }

    #[test]
    fn it_is_the_sum_of_its_terms() {
        for (x, n, share) in [(0, 10, 0.2), (4, 10, 0.2), (10, 10, 0.2), (9, 20, 0.23), (1, 1, 0.5)]
        {
            let found = binomial_excess(x, n, share).unwrap();
            assert!((found - summed(x, n, share)).abs() < 1e-12, "{x} of {n}: {found}");
        }
        // Nothing was possible, and nothing happened.
        assert_eq!(binomial_excess(0, 0, 0.2), Ok(0.5));
        assert!(binomial_excess(3, 2, 0.2).is_err());
        assert!(binomial_excess(1, 2, 1.5).is_err());
    }
}
