//! Generalised linear models by iterated weighted least squares.

use statrs::function::gamma::ln_gamma;

use super::linear::Square;
use super::negative_binomial::{Shape, shape_of};
use crate::pace::{Pace, Work};
use crate::refusal::Refusal;

/// How observations scatter about their mean.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Family {
    /// Counts with variance equal to the mean; log link.
    #[default]
    Poisson,
    /// Counts with variance a multiple of the mean; log link.
    QuasiPoisson,
    /// Counts with variance `μ + μ²/θ`; log link, θ by maximum likelihood.
    NegativeBinomial,
    /// Numbers with one variance; identity link.
    Normal,
}

impl Family {
    /// All families.
    pub const ALL: [Self; 4] =
        [Self::Poisson, Self::QuasiPoisson, Self::NegativeBinomial, Self::Normal];

    /// The name that scripts use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Poisson => "poisson",
            Self::QuasiPoisson => "quasi_poisson",
            Self::NegativeBinomial => "negative_binomial",
            Self::Normal => "normal",
        }
    }

    /// The family that a script names.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }
}

/// What is to be fitted.
#[derive(Clone, Copy, Debug)]
pub struct Model<'a> {
    /// The statistic in whose name a refusal speaks.
    pub what: &'static str,
    /// The observations.
    pub y: &'a [f64],
    /// One row an observation, the intercept included.
    pub rows: &'a [Vec<f64>],
    /// The exposure of each, all above zero; without it all are 1. Of no effect with `Normal`.
    pub exposure: Option<&'a [f64]>,
    /// How observations scatter.
    pub family: Family,
    /// Whether the rounds may go on.
    pub pace: Pace<'a>,
}

/// A fitted model.
#[derive(Clone, Debug)]
pub struct Fit<'a> {
    /// One a column.
    pub coefficients: Vec<f64>,
    /// `(X'WX)⁻¹`, without the dispersion.
    pub bread: Square,
    /// What each row adds to the score, for robust errors.
    pub scores: Vec<Vec<f64>>,
    /// The fitted means.
    pub means: Vec<f64>,
    /// Pearson's χ² over its degrees of freedom; the residual variance with `Normal`.
    pub dispersion: f64,
    /// Twice the log likelihood short of a perfect fit.
    pub deviance: f64,
    /// The log likelihood; with `QuasiPoisson` that of `Poisson`.
    pub log_likelihood: f64,
    /// θ of a negative binomial; none where the counts do not scatter more than Poisson.
    pub shape: Option<Shape>,
    /// Observations less columns.
    pub df: f64,
    /// What is left to do asks it whether to go on.
    pub work: Work<'a>,
}

/// The most rows, every pupil of twenty large schools in every half-term of a year: with two dozen
/// columns they take a hundred megabytes.
pub const MOST_ROWS: usize = 200_000;

/// The most rounds; a fit that is well posed needs about six.
const MOST_ROUNDS: usize = 60;

/// Fits a model. Rows have equal lengths and as many columns as there are observations at most.
///
/// # Errors
/// Refuses no more observations than columns, columns that depend on each other, groups without
/// events (their coefficient has no finite estimate), numbers that are all equal with `Normal`, and
/// a fit that does not settle; stops where its pace says so.
pub fn fit<'a>(model: &Model<'a>) -> Result<Fit<'a>, Refusal> {
    let columns = model.rows.first().map_or(0, Vec::len);
    if model.y.len() <= columns {
        let (what, have, need) = (model.what, model.y.len(), columns + 1);
        return Err(Refusal::TooFew { what, unit: "observations", have, need });
    }
    if model.family == Family::Normal && model.y.windows(2).all(|pair| pair.first() == pair.last())
    {
        return Err(Refusal::NoSpread { what: model.what });
    }
    if model.family == Family::NegativeBinomial { fit_shape(model) } else { fit_with(model, None) }
}

/// Means and θ in turn, as θ has no closed form.
fn fit_shape<'a>(model: &Model<'a>) -> Result<Fit<'a>, Refusal> {
    let mut found = fit_with(model, None)?;
    let mut before = f64::INFINITY;
    for _ in 0..MOST_ROUNDS {
        let Some(shape) = shape_of(model.y, &found.means, model.work())? else {
            return fit_with(model, None);
        };
        found = fit_with(model, Some(shape))?;
        if (shape.theta - before).abs() <= 1e-10 * shape.theta {
            return Ok(found);
        }
        before = shape.theta;
    }
    Ok(found)
}

fn fit_with<'a>(model: &Model<'a>, shape: Option<Shape>) -> Result<Fit<'a>, Refusal> {
    let law = Law { family: model.family, theta: shape.map_or(f64::INFINITY, |shape| shape.theta) };
    let mut means: Vec<f64> = model.y.iter().map(|y| law.start(*y)).collect();
    let mut deviance = f64::INFINITY;
    let size: f64 = model.y.iter().map(|y| y.abs()).sum();
    for _ in 0..MOST_ROUNDS {
        let (coefficients, _) = step(model, &law, &means)?;
        means = predict(model, &law, &coefficients);
        let now = law.deviance(model.y, &means);
        if !now.is_finite() {
            break;
        }
        if (deviance - now).abs() <= 1e-13 * (now.abs() + size) {
            // The last round's errors belong to the means before it.
            let (coefficients, bread) = step(model, &law, &means)?;
            let fit = settle(model, &law, shape, coefficients, bread, means);
            return separated(model, &fit).map_or(Ok(fit), Err);
        }
        deviance = now;
    }
    Err(Refusal::NoFit { what: model.what })
}

/// One round: weighted least squares of the working response.
fn step(model: &Model<'_>, law: &Law, means: &[f64]) -> Result<(Vec<f64>, Square), Refusal> {
    let columns = model.rows.first().map_or(0, Vec::len);
    let (mut square, mut right) = (Square::zero(columns), vec![0.0; columns]);
    let mut work = model.work();
    for (at, ((row, y), mean)) in model.rows.iter().zip(model.y).zip(means).enumerate() {
        work.take(10 + columns * columns / 4)?;
        let weight = law.weight(*mean);
        square.add_outer(weight, row, row);
        let response = law.response(*y, *mean, model.offset(at));
        right.iter_mut().zip(row).for_each(|(sum, x)| *sum += weight * x * response);
    }
    let bread = square
        .inverse()
        .map_err(|column| Refusal::Dependent { what: model.what, column: column + 1 })?;
    Ok((bread.apply(&right), bread))
}

fn predict(model: &Model<'_>, law: &Law, coefficients: &[f64]) -> Vec<f64> {
    let linear = |row: &Vec<f64>| row.iter().zip(coefficients).map(|(x, b)| x * b).sum::<f64>();
    let rows = model.rows.iter().enumerate();
    rows.map(|(at, row)| law.mean(linear(row) + model.offset(at))).collect()
}

fn settle<'a>(
    model: &Model<'a>,
    law: &Law,
    shape: Option<Shape>,
    coefficients: Vec<f64>,
    bread: Square,
    means: Vec<f64>,
) -> Fit<'a> {
    let pairs = || model.y.iter().zip(&means);
    let df = (model.y.len() - coefficients.len()) as f64;
    let pearson: f64 = pairs().map(|(y, mean)| (y - mean).powi(2) / law.variance(*mean)).sum();
    let score = |(row, (y, mean)): (&Vec<f64>, (&f64, &f64))| {
        let part = (y - mean) * law.slope(*mean) / law.variance(*mean);
        row.iter().map(|x| x * part).collect()
    };
    let scores = model.rows.iter().zip(pairs()).map(score).collect();
    Fit {
        dispersion: pearson / df,
        deviance: law.deviance(model.y, &means),
        log_likelihood: law.log_likelihood(model.y, &means, pearson),
        shape,
        df,
        scores,
        coefficients,
        bread,
        means,
        work: model.work(),
    }
}

/// A fitted mean of next to nothing: some group has no events, and its coefficient runs away.
fn separated(model: &Model<'_>, fit: &Fit<'_>) -> Option<Refusal> {
    if model.family == Family::Normal {
        return None;
    }
    let total: f64 = model.y.iter().sum();
    let least = 1e-7 * total / model.y.len() as f64;
    fit.means.iter().any(|mean| *mean < least).then_some(Refusal::Separated { what: model.what })
}

impl<'a> Model<'a> {
    fn work(&self) -> Work<'a> {
        self.pace.work(self.what)
    }

    fn offset(&self, at: usize) -> f64 {
        match (self.family, self.exposure) {
            (Family::Normal, _) | (_, None) => 0.0,
            (_, Some(exposure)) => exposure.get(at).copied().unwrap_or(1.0).ln(),
        }
    }
}

/// The family with its θ.
struct Law {
    family: Family,
    theta: f64,
}

impl Law {
    fn is_normal(&self) -> bool {
        self.family == Family::Normal
    }

    fn start(&self, y: f64) -> f64 {
        if self.is_normal() { y } else { y + 0.1 }
    }

    fn mean(&self, linear: f64) -> f64 {
        if self.is_normal() { linear } else { linear.exp() }
    }

    /// `dμ/dη`.
    fn slope(&self, mean: f64) -> f64 {
        if self.is_normal() { 1.0 } else { mean }
    }

    fn variance(&self, mean: f64) -> f64 {
        if self.is_normal() { 1.0 } else { mean + mean * mean / self.theta }
    }

    fn weight(&self, mean: f64) -> f64 {
        self.slope(mean).powi(2) / self.variance(mean)
    }

    fn response(&self, y: f64, mean: f64, offset: f64) -> f64 {
        if self.is_normal() { y } else { mean.ln() - offset + (y - mean) / mean }
    }

    fn deviance(&self, y: &[f64], means: &[f64]) -> f64 {
        let ratio = |y: f64, mean: f64| if y > 0.0 { y * (y / mean).ln() } else { 0.0 };
        let one = |y: f64, mean: f64| match (self.is_normal(), self.theta) {
            (true, _) => (y - mean).powi(2),
            (_, theta) if theta.is_finite() => {
                2.0 * (ratio(y, mean) - (y + theta) * ((y + theta) / (mean + theta)).ln())
            }
            _ => 2.0 * (ratio(y, mean) - (y - mean)),
        };
        y.iter().zip(means).map(|(y, mean)| one(*y, *mean)).sum()
    }

    fn log_likelihood(&self, y: &[f64], means: &[f64], squares: f64) -> f64 {
        let n = y.len() as f64;
        if self.is_normal() {
            return -n / 2.0 * ((2.0 * std::f64::consts::PI * squares / n).ln() + 1.0);
        }
        let theta = self.theta;
        let one = |y: f64, mean: f64| {
            let common = y * mean.ln() - ln_gamma(y + 1.0);
            if !theta.is_finite() {
                return common - mean;
            }
            let gammas = ln_gamma(y + theta) - ln_gamma(theta);
            common + gammas + theta * theta.ln() - (y + theta) * (mean + theta).ln()
        };
        y.iter().zip(means).map(|(y, mean)| one(*y, *mean)).sum()
    }
}
