//! One coefficient of a regression.

use serde::Serialize;

use super::fit::{Family, Fit};
use super::robust::Spread;
use crate::distributions::{normal_multiplier, normal_two_sided, t_multiplier, t_two_sided};
use crate::refusal::Refusal;

/// One coefficient of a regression, on the scale of the model: with counts, the log of a ratio.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Coefficient {
    /// The column that it belongs to; `(Intercept)` for the constant.
    pub name: String,
    /// The estimate.
    pub estimate: f64,
    /// Its standard error.
    pub std_error: f64,
    /// The estimate in standard errors.
    pub z: f64,
    /// Two-sided.
    pub p: f64,
    /// The lower end of its interval.
    pub lower: f64,
    /// The upper end of its interval.
    pub upper: f64,
}

/// The law of an interval.
#[derive(Clone, Copy, Debug)]
pub enum Law {
    /// Normal.
    Normal,
    /// t with these degrees of freedom.
    T(f64),
}

impl Law {
    /// The two-sided multiplier.
    pub fn multiplier(self, level: f64) -> f64 {
        match self {
            Self::Normal => normal_multiplier(level),
            Self::T(df) => t_multiplier(level, df),
        }
    }

    /// The two-sided p.
    pub fn p(self, z: f64) -> f64 {
        match self {
            Self::Normal => normal_two_sided(z),
            Self::T(df) => t_two_sided(z, df),
        }
    }
}

impl Coefficient {
    /// The coefficients of a fit by name.
    pub(crate) fn all(
        names: &[&str],
        found: &Fit<'_>,
        (family, spread): (Family, Spread<'_>),
        law: Law,
        level: f64,
    ) -> Result<Vec<Self>, Refusal> {
        let errors = found.covariance(family, spread)?.diagonal_roots();
        let values = found.coefficients.iter().zip(errors);
        let named = values.zip(names);
        Ok(named.map(|((b, error), name)| Self::of(name, *b, error, law, level)).collect())
    }

    pub(crate) fn of(name: &str, estimate: f64, std_error: f64, law: Law, level: f64) -> Self {
        let half = law.multiplier(level) * std_error;
        let z = estimate / std_error;
        // Nothing over nothing: there is no difference, and no doubt of it.
        let z = if z.is_nan() { 0.0 } else { z };
        Self {
            name: name.to_owned(),
            estimate,
            std_error,
            z,
            p: law.p(z),
            lower: estimate - half,
            upper: estimate + half,
        }
    }
}
