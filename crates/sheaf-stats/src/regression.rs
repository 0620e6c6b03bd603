//! Regressions of at most a dozen columns.

mod coefficient;
mod count;
mod fit;
mod linear;
mod negative_binomial;
mod robust;

pub use coefficient::Coefficient;
pub use count::{CountOptions, CountRegression, Covariate, count_regression};
pub use fit::Family;
pub(crate) use fit::{Fit, Model, fit};
pub(crate) use robust::Spread;
