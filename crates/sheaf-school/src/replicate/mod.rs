//! Replication: what a session asks of this home, and taking in what arrives.

mod apply;
mod host;
mod restand;
mod shared;
mod shelf;
#[cfg(test)]
mod sim;
mod standing;
mod taking;

pub(crate) use apply::{ARRIVED, finish_interrupted};
pub(crate) use host::{PeerHost, rank, wanted};
pub(crate) use restand::restand;
pub(crate) use standing::verdict_here;
pub(crate) use taking::Taking;
