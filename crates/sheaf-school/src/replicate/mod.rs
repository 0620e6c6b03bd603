//! Replication: what a session asks of this home, and taking in what arrives.

mod apply;
mod host;
mod shelf;

pub(crate) use apply::{UNREADABLE as ENDS_PROCESSES, finish_interrupted};
pub(crate) use host::PeerHost;
pub(crate) use shelf::{ARRIVED, note_arrived, verdict, verdict_of};
