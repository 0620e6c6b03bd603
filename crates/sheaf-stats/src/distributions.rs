//! Quantiles and tails of the distributions that intervals rest on.

use statrs::distribution::{ChiSquared, ContinuousCDF, Normal, StudentsT};

/// The two-sided normal multiplier for a level, 1.96 for 0.95.
pub fn normal_multiplier(level: f64) -> f64 {
    Normal::standard().inverse_cdf(0.5 + level / 2.0)
}

/// The two-sided t multiplier for a level; infinite without degrees of freedom.
pub fn t_multiplier(level: f64, df: f64) -> f64 {
    StudentsT::new(0.0, 1.0, df).map_or(f64::INFINITY, |t| t.inverse_cdf(0.5 + level / 2.0))
}

/// The quantile of a chi-squared distribution.
pub fn chi_squared_quantile(p: f64, df: f64) -> f64 {
    ChiSquared::new(df).map_or(f64::NAN, |chi| newton_polish(&chi, p, chi.inverse_cdf(p)))
}

/// The upper tail of a chi-squared distribution.
pub fn chi_squared_tail(x: f64, df: f64) -> f64 {
    ChiSquared::new(df).map_or(f64::NAN, |chi| chi.sf(x))
}

/// statrs inverts by bisection to a coarse tolerance: a few Newton steps give full precision.
fn newton_polish(chi: &ChiSquared, p: f64, start: f64) -> f64 {
    use statrs::distribution::Continuous;
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
    fn multipliers_are_those_of_the_tables() {
        assert!((normal_multiplier(0.95) - 1.959_963_984_540_054).abs() < 1e-12);
        assert!((t_multiplier(0.95, 9.0) - 2.262_157_162_740_99).abs() < 1e-9);
        assert!((chi_squared_quantile(0.95, 1.0) - 3.841_458_820_694_124).abs() < 1e-11);
        assert!((chi_squared_tail(3.841_458_820_694_124, 1.0) - 0.05).abs() < 1e-12);
    }
}
