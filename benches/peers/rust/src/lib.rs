//! Systems that keep and replicate records, each as a program that takes orders.

mod orders;

pub use orders::{Fields, LOOK, System, failed, id_of, locked, serve};
