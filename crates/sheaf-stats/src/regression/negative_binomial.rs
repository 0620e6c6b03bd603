//! The shape of a negative binomial by maximum likelihood.

use std::cell::RefCell;

use statrs::function::gamma::digamma;

use crate::pace::Work;
use crate::refusal::Refusal;
use crate::root::crossing;

/// θ with its standard error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shape {
    /// The variance is `μ + μ²/θ`.
    pub theta: f64,
    /// From the observed information, the means taken as known.
    pub std_error: f64,
}

/// Beyond this shape a negative binomial is a Poisson law for every purpose here.
const LARGEST: f64 = 1e6;

/// θ for counts about their means; none where they do not scatter more than Poisson.
pub fn shape_of(y: &[f64], means: &[f64], work: Work<'_>) -> Result<Option<Shape>, Refusal> {
    let work = RefCell::new(work);
    let score = |theta: f64| -> f64 {
        // A search that is stopped comes to its end at once; the look at the end tells.
        if work.borrow_mut().look().is_err() {
            return 0.0;
        }
        let one = |y: f64, mean: f64| {
            let gammas = if y > 0.0 { digamma(y + theta) - digamma(theta) } else { 0.0 };
            gammas + (theta / (theta + mean)).ln() + (mean - y) / (theta + mean)
        };
        y.iter().zip(means).map(|(y, mean)| one(*y, *mean)).sum()
    };
    // At large θ the score is `Σ ((y-μ)² - y) / 2θ²`: its sign says whether there is extra scatter.
    let extra: f64 = y.iter().zip(means).map(|(y, mean)| (y - mean).powi(2) - y).sum();
    if extra <= 0.0 || score(LARGEST) > 0.0 {
        return Ok(None);
    }
    let theta = crossing(1e-8_f64.ln(), LARGEST.ln(), |log| score(log.exp())).exp();
    let step = 1e-4 * theta;
    let information = (score(theta - step) - score(theta + step)) / (2.0 * step);
    work.borrow_mut().look()?;
    Ok(Some(Shape { theta, std_error: information.max(0.0).sqrt().recip() }))
}
