//! The simulator: many devices in one thread, with a seeded network, disks, clocks and accidents.
//!
//! What a seed does is a plan of 140 steps, so that one that fails can be made smaller. Most seeds
//! have three to seven devices, one in 40 has ten to 30; one in four devices joins later, one seed
//! in five has a locker, clocks are up to ten years off either way. What goes wrong:
//!
//! - connections break with what is on its way, two have more than one, the network falls apart for
//!   a while, devices stall, restart, and lose power before, in and after a transaction;
//! - backups are restored, so that logs fork; a section is lost;
//! - members come, go, are removed; documents are erased;
//! - files go by bundle or folder: out of date, in another order, twice, in part, with entries lost
//!   or a byte changed; listings of folders are stale or in part;
//! - a member floods another with entries that never join, repeats, ids, credit and noise.
//!
//! How often each of them happened is printed with `--nocapture`; the usual seeds fail if one
//! never did. What must hold at the end is in `check` (rule 3, and rule 5 with every frame) and
//! `expected` (rules 3, 4, 6, 7 and 8).

mod accidents;
mod check;
pub(crate) mod device;
mod disk;
mod expected;
mod flood;
mod folder;
mod groups;
mod link;
mod network;
mod plan;
mod post;
mod power;
mod runner;
mod school;
mod shrink;
mod story;
mod tests;
pub(crate) mod toy;

pub(crate) use disk::Disk;
pub(crate) use network::{Network, Weather};
