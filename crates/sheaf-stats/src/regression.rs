//! Regressions of at most a dozen columns.

mod coefficient;
mod count;
mod did;
mod fit;
mod its;
mod linear;
mod negative_binomial;
mod recurrent;
mod robust;

pub use coefficient::Coefficient;
pub use count::{CountOptions, CountRegression, Covariate, count_regression};
pub use did::{Did, DidErrors, did};
pub use fit::Family;
pub(crate) use fit::{Fit, Model, fit};
pub use its::{Change as ItsChange, InterruptedSeries, ItsOptions, its};
pub use recurrent::{
    HazardCoefficient, RecurrentModel, RecurrentRegression, Spells, recurrent_regression,
};
pub(crate) use robust::Spread;
