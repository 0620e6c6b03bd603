//! Comparing rates and shares.

mod clustered;
mod did_ratio;
mod expected_fall;
mod rate_ratio;
mod shrinkage;

pub use clustered::{BeforeAfter, clustered_rate_ratio};
pub use did_ratio::{DidInterval, did_rate_ratio};
pub use expected_fall::{ExpectedFall, History, regression_to_mean};
pub use rate_ratio::{Events, RatioMethod, rate_ratio};
pub use shrinkage::{Prior, Shrinkage, empirical_bayes, shrunk_by};
