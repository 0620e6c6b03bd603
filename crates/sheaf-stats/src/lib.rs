//! Statistics: pure functions with published references.
//!
//! Owns the estimates of METRICS.md §5, each with its interval, its method and its words, and the
//! refusals that stand in for an estimate where the data cannot bear one.
//! This crate does no IO, reads no clock and draws no randomness; it knows no pupils, only numbers
//! and the codes of whoever they repeat within. What may take long asks its [`Pace`] whether to go
//! on, or takes no more rows than it can do in a moment.
//!
//! ```
//! let share = sheaf_stats::wilson(81, 263, 0.95)?;
//! assert_eq!(share.words(), "about 31 % (26 to 37 %)");
//! # Ok::<(), sheaf_stats::Refusal>(())
//! ```

mod adjust;
mod check;
mod clusters;
mod compare;
mod concentration;
mod control;
mod distributions;
#[cfg(test)]
mod draws;
mod estimate;
mod kaplan_meier;
mod logrank;
mod mcf;
mod order;
mod pace;
mod proportion;
mod rate;
mod refusal;
mod regression;
mod root;
mod single_case;
mod trend;

pub use adjust::{Adjustment, adjust};
pub use compare::*;
pub use concentration::{Concentration, LorenzPoint, concentration};
pub use control::*;
pub use estimate::{Estimate, Scale, digits};
pub use kaplan_meier::{CurveInterval, KaplanMeier, KaplanMeierOptions, kaplan_meier};
pub use logrank::{LogRank, LogRankGroup, LogRankOptions, logrank};
pub use mcf::{AtRisk, MeanCumulative, MeanCumulativeOptions, mcf};
pub use pace::Pace;
pub use proportion::{Repeated, clustered_share, wilson};
pub use rate::{clustered_rate, rate};
pub use refusal::Refusal;
pub use regression::*;
pub use single_case::*;
pub use trend::*;

/// The level of an interval where none is asked for.
pub const DEFAULT_LEVEL: f64 = 0.95;

/// The fewest index events behind a percentage; below it words give counts (a house rule).
pub const MIN_EVENTS_FOR_PERCENTAGE: u64 = 20;
