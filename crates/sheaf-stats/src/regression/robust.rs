//! Standard errors that hold where observations are not independent.

use std::collections::BTreeMap;

use super::fit::{Family, Fit};
use super::linear::Square;
use crate::refusal::Refusal;

/// Below this a dispersion is what rounding leaves of none.
const NO_SCATTER: f64 = 1e-12;

/// How standard errors are worked out.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Spread<'a> {
    /// From the family.
    #[default]
    Model,
    /// Over groups by code, such as pupils: `m/(m-1) Σ_g s_g s_g'`.
    Cluster(&'a [u32]),
    /// Newey and West (1987) with Bartlett's weights up to this lag, rows in the order of time.
    Hac {
        /// The last lag.
        lag: usize,
        /// Whether to multiply by `n/(n-k)`.
        small_sample: bool,
    },
}

impl Fit<'_> {
    /// The covariance of the coefficients; stopped where the pace of the fit says so.
    pub fn covariance(&self, family: Family, spread: Spread<'_>) -> Result<Square, Refusal> {
        let meat = match spread {
            Spread::Model => {
                let factor = match family {
                    // Counts that do not scatter at all say nothing of how much they do.
                    Family::QuasiPoisson if self.dispersion < NO_SCATTER => 1.0,
                    Family::QuasiPoisson | Family::Normal => self.dispersion,
                    _ => 1.0,
                };
                return Ok(self.bread.clone().scaled(factor));
            }
            Spread::Cluster(codes) => self.over_clusters(codes),
            Spread::Hac { lag, small_sample } => {
                let n = self.scores.len() as f64;
                let factor = if small_sample { n / self.df } else { 1.0 };
                self.over_lags(lag)?.scaled(factor)
            }
        };
        Ok(self.bread.times(&meat).times(&self.bread))
    }

    fn over_clusters(&self, codes: &[u32]) -> Square {
        let size = self.coefficients.len();
        let mut sums: BTreeMap<u32, Vec<f64>> = BTreeMap::new();
        for (code, score) in codes.iter().zip(&self.scores) {
            let sum = sums.entry(*code).or_insert_with(|| vec![0.0; size]);
            sum.iter_mut().zip(score).for_each(|(sum, part)| *sum += part);
        }
        let mut meat = Square::zero(size);
        sums.values().for_each(|sum| meat.add_outer(1.0, sum, sum));
        let m = sums.len() as f64;
        meat.scaled(m / (m - 1.0))
    }

    fn over_lags(&self, lag: usize) -> Result<Square, Refusal> {
        let size = self.coefficients.len();
        let (mut meat, mut work) = (Square::zero(size), self.work.clone());
        self.scores.iter().for_each(|score| meat.add_outer(1.0, score, score));
        for apart in 1..=lag {
            let weight = 1.0 - apart as f64 / (lag + 1) as f64;
            for (early, late) in self.scores.iter().zip(self.scores.iter().skip(apart)) {
                work.take(2 + size * size / 2)?;
                meat.add_outer(weight, early, late);
                meat.add_outer(weight, late, early);
            }
        }
        Ok(meat)
    }
}
