//! Tests across the modules of this crate.

mod forms;
mod joining;
mod keys;
pub(crate) mod testing;
mod vectors;
