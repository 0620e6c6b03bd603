//! The data: records as columns, the day tables beside them, and frozen views of both.

pub mod calendar;
pub mod clocks;
pub mod column;
pub mod dataset;
pub mod days;
mod dose;
mod exposure;
pub mod facts;
pub mod ids;
pub mod labels;
pub mod looked_up;
pub mod many;
pub mod records;
pub mod revision;
pub mod rows;
pub mod snapshot;
pub mod stamps;
pub mod store;
