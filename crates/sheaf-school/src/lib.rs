//! The application service: open a school, save, replicate, run a metric, subscribe.
//!
//! What every face calls. It owns the order of things (sign, seal, store, index, tell) and starts
//! no runtime of its own; it never draws and never parses a command line.

pub mod desk;
