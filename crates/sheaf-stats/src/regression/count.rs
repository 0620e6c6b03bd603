//! Counts explained by columns.

use serde::Serialize;

use super::coefficient::{Coefficient, Law};
use super::fit::{Family, MOST_ROWS, Model, fit};
use super::robust::Spread;
use crate::check;
use crate::pace::Pace;
use crate::refusal::Refusal;

const WHAT: &str = "count_regression";

/// The most columns, beyond which a table of coefficients tells nobody anything.
const MOST_COVARIATES: usize = 24;

/// A column that explains.
#[derive(Clone, Copy, Debug)]
pub struct Covariate<'a> {
    /// Its name.
    pub name: &'a str,
    /// One value a row; a group is a column of zeros and ones for each but the first.
    pub values: &'a [f64],
}

/// Settings of [`count_regression`].
#[derive(Clone, Copy, Debug)]
pub struct CountOptions<'a> {
    /// How counts scatter.
    pub family: Family,
    /// The exposure of each row; without it all are 1.
    pub exposure: Option<&'a [f64]>,
    /// The code of the pupil of each row: errors then are those over pupils.
    pub cluster: Option<&'a [u32]>,
    /// The last lag of Newey and West's errors, rows in the order of time.
    pub hac_lag: Option<usize>,
    /// The level of the intervals.
    pub level: f64,
    /// Whether the fit may go on.
    pub pace: Pace<'a>,
}

impl Default for CountOptions<'_> {
    fn default() -> Self {
        Self {
            family: Family::Poisson,
            exposure: None,
            cluster: None,
            hac_lag: None,
            level: crate::DEFAULT_LEVEL,
            pace: Pace::default(),
        }
    }
}

/// A fitted regression.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CountRegression {
    /// The intercept, then one a column.
    pub coefficients: Vec<Coefficient>,
    /// θ of a negative binomial; none where counts scatter no more than Poisson.
    pub theta: Option<f64>,
    /// The standard error of θ.
    pub theta_std_error: Option<f64>,
    /// Pearson's χ² over its degrees of freedom.
    pub dispersion: f64,
    /// The deviance.
    pub deviance: f64,
    /// The log likelihood; with `QuasiPoisson` that of `Poisson`.
    pub log_likelihood: f64,
    /// Rows less coefficients.
    pub df: f64,
    /// The family that was fitted.
    pub family: Family,
}

/// Poisson, quasi-Poisson and negative binomial regression with a log link and an intercept
/// (McCullagh and Nelder 1989; Venables and Ripley 2002, §7.4), and least squares with `Normal`.
///
/// Counts without any scatter have the errors of Poisson with `QuasiPoisson` too.
/// Errors of a negative binomial take θ as known. With `cluster` they are sandwich errors over
/// pupils with `m/(m-1)` and t on `m-1` degrees of freedom; with `hac_lag` those of Newey and West
/// with Bartlett's weights. More rows than coefficients are needed.
///
/// # Errors
/// Refuses columns of different lengths, values that are not finite, negative counts, an exposure
/// of zero, columns that depend on each other, a group without events, numbers that are all equal
/// with `Normal`, both `cluster` and `hac_lag`, no more clusters than coefficients, and more than
/// 24 columns or 200,000 rows; stops where its pace says so.
pub fn count_regression(
    n: &[f64],
    covariates: &[Covariate<'_>],
    options: &CountOptions<'_>,
) -> Result<CountRegression, Refusal> {
    check_rows(n, covariates, options)?;
    let row = |at: usize| {
        let value = |one: &Covariate<'_>| one.values.get(at).copied().unwrap_or_default();
        std::iter::once(1.0).chain(covariates.iter().map(value)).collect()
    };
    let rows: Vec<Vec<f64>> = (0..n.len()).map(row).collect();
    let exposure = options.exposure;
    let family = options.family;
    let pace = options.pace;
    let found = fit(&Model { what: WHAT, y: n, rows: &rows, exposure, family, pace })?;
    let (spread, law) = match (options.cluster, options.hac_lag) {
        (Some(codes), _) => {
            let need = found.coefficients.len() + 1;
            (Spread::Cluster(codes), Law::T(clusters(codes, need)? - 1.0))
        }
        (None, Some(lag)) => (Spread::Hac { lag, small_sample: false }, Law::Normal),
        (None, None) if family == Family::Normal => (Spread::Model, Law::T(found.df)),
        (None, None) => (Spread::Model, Law::Normal),
    };
    let names: Vec<&str> =
        std::iter::once("(Intercept)").chain(covariates.iter().map(|one| one.name)).collect();
    Ok(CountRegression {
        coefficients: Coefficient::all(&names, &found, (family, spread), law, options.level)?,
        theta: found.shape.map(|shape| shape.theta),
        theta_std_error: found.shape.map(|shape| shape.std_error),
        dispersion: found.dispersion,
        deviance: found.deviance,
        log_likelihood: found.log_likelihood,
        df: found.df,
        family,
    })
}

fn check_rows(
    n: &[f64],
    covariates: &[Covariate<'_>],
    options: &CountOptions<'_>,
) -> Result<(), Refusal> {
    check::level(WHAT, options.level)?;
    match options.family {
        Family::Normal => check::finite(WHAT, "n", n)?,
        _ => check::not_negative(WHAT, "n", n)?,
    }
    check::at_most(WHAT, "columns", covariates.len(), MOST_COVARIATES)?;
    check::at_most(WHAT, "rows", n.len(), MOST_ROWS)?;
    for one in covariates {
        check::lengths(WHAT, ("n", n.len()), ("covariates", one.values.len()))?;
        check::finite(WHAT, "covariates", one.values)?;
    }
    if let Some(exposure) = options.exposure {
        check::lengths(WHAT, ("n", n.len()), ("exposure", exposure.len()))?;
        check::positive(WHAT, "exposure", exposure, "leave out rows without exposure")?;
    }
    if options.family != Family::Normal && n.iter().all(|n| *n == 0.0) {
        return Err(Refusal::NoEvents { what: WHAT });
    }
    if let Some(codes) = options.cluster {
        check::lengths(WHAT, ("n", n.len()), ("cluster", codes.len()))?;
        if let Some(lag) = options.hac_lag {
            let need = "it cannot be used together with `cluster`";
            let found = lag as f64;
            return Err(Refusal::Setting { what: WHAT, option: "hac_lag", found, need });
        }
    }
    let lag = options.hac_lag.unwrap_or_default();
    if lag > 0 && lag >= n.len() {
        let need = "fewer than the number of rows are possible";
        let found = lag as f64;
        return Err(Refusal::Setting { what: WHAT, option: "hac_lag", found, need });
    }
    Ok(())
}

/// With no more clusters than coefficients some error would be none.
fn clusters(codes: &[u32], need: usize) -> Result<f64, Refusal> {
    let mut codes = codes.to_vec();
    codes.sort_unstable();
    codes.dedup();
    check::at_least(WHAT, "clusters", codes.len(), need)?;
    Ok(codes.len() as f64)
}

#[cfg(test)]
mod tests;
