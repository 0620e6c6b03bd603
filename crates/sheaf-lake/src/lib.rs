//! Many schools together: de-identified Parquet, and plans run by DataFusion and Ballista.
//!
//! [`write()`] puts the columns of one school into a folder: ids as keyed pseudonyms, dates as
//! coarse as is asked, no name and no free text, with a manifest that says what was left out and
//! why. [`Lake`] opens many such folders, believes nothing of them before it was checked, and gives
//! them to the metric language as one snapshot. [`LakeEngine`] runs the plans of a metric on them
//! with DataFusion in this process, or on a Ballista cluster; what it cannot run bit for bit alike
//! it leaves to the local executor.
//! This crate starts no runtime, reads no clock and draws no randomness; the key of the pseudonyms
//! comes from the home of the school and never goes into a lake.

mod coarse;
mod demo;
mod engine;
mod error;
mod format;
mod lower;
mod manifest;
mod node;
mod pseudonym;
mod read;
mod write;

pub use coarse::Dates;
pub use demo::{DemoLake, DemoWritten, write_demo};
pub use engine::{Cluster, LakeEngine};
pub use error::{LakeError, Result};
pub use manifest::{Manifest, Withheld};
pub use node::{ExecutorOptions, run_executor, run_scheduler};
pub use pseudonym::LakeKey;
pub use read::{Lake, SchoolFolder};
pub use write::{Source, Written, WrittenTable, write};
