//! Comparing rates and shares.

mod clustered;
mod did_ratio;
mod excess;
mod expected_fall;
mod expected_table;
mod hotspot;
mod paired;
mod rate_ratio;
mod risk_ratio;
mod shrinkage;
mod surprise;

pub use clustered::{BeforeAfter, clustered_rate_ratio};
pub use did_ratio::{DidInterval, did_rate_ratio};
pub use excess::binomial_excess;
pub use expected_fall::{ExpectedFall, History, regression_to_mean};
pub use expected_table::{ExpectedTable, expected_table};
pub use hotspot::{Hotspots, hotspots};
pub use paired::paired_difference;
pub use rate_ratio::{Events, RatioMethod, rate_ratio};
pub use risk_ratio::{Part, RiskMethod, RiskRatio, clustered_risk_ratio, risk_ratio};
pub use shrinkage::{Prior, Shrinkage, empirical_bayes, shrunk_by};
pub use surprise::{MIN_EXPECTED, MIN_RESIDUAL, SurpriseCell, surprise};
