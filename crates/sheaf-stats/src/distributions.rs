//! Quantiles and tails of the distributions that intervals rest on.

use statrs::distribution::{
    Binomial, ChiSquared, Continuous, ContinuousCDF, Discrete, Gamma, Normal, Poisson, StudentsT,
};
use statrs::function::beta::checked_beta_reg;

use crate::root::crossing;

/// The two-sided normal multiplier for a level, 1.96 for 0.95.
pub fn normal_multiplier(level: f64) -> f64 {
    Normal::standard().inverse_cdf(0.5 + level / 2.0)
}

/// The chance of a standard normal value at least as far from 0, on either side.
pub fn normal_two_sided(z: f64) -> f64 {
    if z.is_nan() {
        return 1.0;
    }
    (2.0 * Normal::standard().sf(z.abs())).min(1.0)
}

/// The two-sided t multiplier for a level; infinite without degrees of freedom.
pub fn t_multiplier(level: f64, df: f64) -> f64 {
    StudentsT::new(0.0, 1.0, df).map_or(f64::INFINITY, |t| t.inverse_cdf(0.5 + level / 2.0))
}

/// The chance of a t value at least as far from 0, on either side; 1 without a value or without
/// degrees of freedom.
pub fn t_two_sided(t: f64, df: f64) -> f64 {
    if t.is_nan() {
        return 1.0;
    }
    StudentsT::new(0.0, 1.0, df).map_or(1.0, |law| (2.0 * law.sf(t.abs())).min(1.0))
}

/// From this shape on the quantile of a gamma law is taken from its expansion, which then is right
/// to a dozen digits; the sums of the exact one grow with the shape.
const LARGE_SHAPE: f64 = 1e5;

/// The quantile of a chi-squared distribution.
pub fn chi_squared_quantile(p: f64, df: f64) -> f64 {
    if df / 2.0 >= LARGE_SHAPE {
        return 2.0 * expanded(p, df / 2.0);
    }
    ChiSquared::new(df).map_or(f64::NAN, |chi| newton_polish(&chi, p, chi.inverse_cdf(p)))
}

/// The upper tail of a chi-squared distribution.
pub fn chi_squared_tail(x: f64, df: f64) -> f64 {
    ChiSquared::new(df).map_or(f64::NAN, |chi| chi.sf(x))
}

/// The quantile of a gamma distribution by shape and rate.
pub fn gamma_quantile(p: f64, shape: f64, rate: f64) -> f64 {
    if shape >= LARGE_SHAPE {
        return expanded(p, shape) / rate;
    }
    Gamma::new(shape, rate).map_or(f64::NAN, |gamma| {
        let high = shape / rate + 40.0 * (shape.sqrt() + 1.0) / rate;
        crossing(0.0, high, |x| gamma.cdf(x) - p)
    })
}

/// The quantile of a gamma law of rate 1 by Cornish and Fisher (1937), to the order of `1/shape`.
fn expanded(p: f64, shape: f64) -> f64 {
    let z = Normal::standard().inverse_cdf(p);
    let root = shape.sqrt();
    let third = (z * z - 1.0) / 3.0 + (z.powi(3) - 7.0 * z) / (36.0 * root);
    let fourth = (3.0 * z.powi(4) + 7.0 * z * z - 16.0) / (810.0 * shape);
    shape + root * z + third - fourth
}

/// The least count `k` with `P(X <= k) >= p` for a Poisson law with this mean.
pub fn poisson_quantile(p: f64, mean: f64) -> u64 {
    Poisson::new(mean).map_or(0, |law| {
        let mut sum = 0.0;
        // Outside these no quantile lies that a level asks for.
        let far = 40.0 * mean.sqrt() + 40.0;
        let (least, most) = ((mean - far).max(0.0) as u64, (mean + far) as u64);
        (least..most)
            .find(|k| {
                sum += law.pmf(*k);
                sum >= p
            })
            .unwrap_or(most)
    })
}

/// The least count `k` with `P(X <= k) >= p` of `n` throws of a fair coin.
pub fn coin_quantile(p: f64, n: u64) -> u64 {
    Binomial::new(0.5, n).map_or(0, |law| {
        let mut sum = 0.0;
        (0..n)
            .find(|k| {
                sum += law.pmf(*k);
                sum >= p
            })
            .unwrap_or(n)
    })
}

/// `P(X >= x)` of `n` trials with the log odds `log_odds`.
pub fn binomial_upper(x: u64, n: u64, log_odds: f64) -> f64 {
    match x {
        0 => 1.0,
        _ if x > n => 0.0,
        _ => beta_part(x as f64, (n - x + 1) as f64, log_odds),
    }
}

/// `P(X <= x)` of `n` trials with the log odds `log_odds`.
pub fn binomial_lower(x: u64, n: u64, log_odds: f64) -> f64 {
    if x >= n { 1.0 } else { beta_part((n - x) as f64, (x + 1) as f64, -log_odds) }
}

/// The regularised incomplete beta function at the probability with these log odds.
fn beta_part(a: f64, b: f64, log_odds: f64) -> f64 {
    let p = 1.0 / (1.0 + (-log_odds).exp());
    checked_beta_reg(a, b, p).unwrap_or(f64::NAN)
}

/// statrs inverts by bisection to a coarse tolerance: a few Newton steps give full precision.
fn newton_polish(chi: &ChiSquared, p: f64, start: f64) -> f64 {
    let mut x = start;
    for _ in 0..8 {
        let slope = chi.pdf(x);
        if slope <= 0.0 || !slope.is_finite() {
            return x;
        }
        let step = (chi.cdf(x) - p) / slope;
        if !step.is_finite() || x - step <= 0.0 {
            return x;
        }
        x -= step;
        if step.abs() <= 1e-14 * x {
            break;
        }
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_spread_is_no_panic() {
        assert_eq!((normal_two_sided(f64::NAN), t_two_sided(f64::NAN, 7.0)), (1.0, 1.0));
        assert_eq!((normal_two_sided(f64::INFINITY), t_two_sided(f64::INFINITY, 7.0)), (0.0, 0.0));
        assert_eq!(
            (t_two_sided(2.0, f64::NAN), t_multiplier(0.95, f64::NAN)),
            (1.0, f64::INFINITY)
        );
        assert!(t_two_sided(1e300, 0.5) < 1e-100);
    }

    #[test]
    fn multipliers_are_those_of_the_tables() {
        assert!((normal_multiplier(0.95) - 1.959_963_984_540_054).abs() < 1e-12);
        assert!((t_multiplier(0.95, 9.0) - 2.262_157_162_740_99).abs() < 1e-9);
        assert!((chi_squared_quantile(0.95, 1.0) - 3.841_458_820_694_124).abs() < 1e-11);
        assert!((chi_squared_tail(3.841_458_820_694_124, 1.0) - 0.05).abs() < 1e-12);
        assert!((normal_two_sided(-1.959_963_984_540_054) - 0.05).abs() < 1e-10);
        assert!((t_two_sided(2.262_157_162_740_99, 9.0) - 0.05).abs() < 1e-9);
    }

    /// Just below and at the shape from which the expansion holds: they differ by one unit of it.
    #[test]
    fn the_expansion_of_large_shapes_carries_the_exact_quantile_on() {
        for p in [0.001, 0.025, 0.5, 0.975, 0.999] {
            let exact = gamma_quantile(p, LARGE_SHAPE - 1.0, 1.0);
            let next = expanded(p, LARGE_SHAPE - 1.0);
            assert!((exact / next - 1.0).abs() < 1e-11, "{p}: {exact} {next}");
        }
        assert!(gamma_quantile(0.975, 1e300, 1e300) >= 1.0);
    }

    #[test]
    fn a_gamma_quantile_is_half_a_chi_squared_one() {
        let half = chi_squared_quantile(0.975, 12.0) / 2.0;
        assert!((gamma_quantile(0.975, 6.0, 1.0) / half - 1.0).abs() < 1e-10);
        assert!((gamma_quantile(0.975, 6.0, 4.0) * 4.0 / half - 1.0).abs() < 1e-10);
    }

    #[test]
    fn binomial_tails_add_up_also_where_counts_are_large() {
        for (x, n, odds) in [(3, 10, 0.4), (0, 5, -2.0), (40_000, 80_000, 0.001), (5, 5, 3.0)] {
            let below = if x == 0 { 0.0 } else { binomial_lower(x - 1, n, odds) };
            let sum = below + binomial_upper(x, n, odds);
            assert!((sum - 1.0).abs() < 1e-9, "{x} of {n}: {sum}");
        }
        // A fair coin, by the normal law with its continuity correction.
        let found = binomial_upper(50_300, 100_000, 0.0);
        let z = (50_299.5 - 50_000.0) / (100_000.0_f64 / 4.0).sqrt();
        assert!((found / (normal_two_sided(z) / 2.0) - 1.0).abs() < 1e-3, "{found}");
    }
}
