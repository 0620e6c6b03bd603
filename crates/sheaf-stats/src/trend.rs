//! Whether a series goes up or down, by how much, and when it changed.

mod changepoints;
mod mann_kendall;
mod pettitt;
mod stretches;
mod trend_rate;

pub use changepoints::{ChangeOptions, Changes, Cost, Penalty, Segment, changepoints};
pub use mann_kendall::{MannKendall, mann_kendall, seasonal_mann_kendall};
pub use pettitt::{Pettitt, pettitt};
pub use stretches::PupilStretches;
pub use trend_rate::{TrendOptions, TrendRate, trend_rate};
