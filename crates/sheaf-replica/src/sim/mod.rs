//! The simulator: many devices in one thread, with a seeded network, disks, clocks and accidents.

mod accidents;
mod check;
pub(crate) mod device;
mod disk;
mod link;
mod network;
mod school;
mod tests;
pub(crate) mod toy;

pub(crate) use disk::Disk;
pub(crate) use network::{Network, Weather};
