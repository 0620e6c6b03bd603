//! Lakes of small invented schools: what is written and what is not, what is refused, and the same
//! cells from the local executor, DataFusion and a Ballista cluster.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics has failed, which is what it is for"
)]

mod cluster;
mod deidentified;
mod embedded;
mod hostile;
mod metrics;
mod plans;
mod support;
