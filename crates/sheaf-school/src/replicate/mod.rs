//! Replication: what a session asks of this home, and taking in what arrives.

mod apply;
mod host;
mod shelf;

pub(crate) use apply::finish_interrupted;
pub(crate) use host::PeerHost;
pub(crate) use shelf::{verdict, verdict_of};
