//! Sessions and checks as JSON.

use std::collections::BTreeMap;

use serde::Serialize;

/// One session with one device, or with a shared folder.
#[derive(Clone, Debug, Serialize)]
pub struct SessionShape {
    /// The device, or the folder.
    pub peer: String,
    /// Whose it is; empty of a folder.
    pub person: String,
    /// `quic` or `folder`.
    pub carrier: String,
    /// How many entries went out.
    pub sent: u64,
    /// How many came in.
    pub received: u64,
    /// Bytes out.
    pub bytes_out: u64,
    /// Bytes in.
    pub bytes_in: u64,
    /// How often this side waited for an answer.
    pub round_trips: u64,
    /// `equal`, `equal_with_held` or `different`.
    pub outcome: String,
    /// What is held, by reason.
    pub held: BTreeMap<String, u64>,
    /// How long it took.
    pub seconds: f64,
}

/// What one `sync` did.
#[derive(Clone, Debug, Serialize)]
pub struct Synced {
    /// A session for each device reached.
    pub sessions: Vec<SessionShape>,
    /// The devices with which there was none.
    pub unreachable: Vec<Unreached>,
}

/// A device with which there was no session.
#[derive(Clone, Debug, Serialize)]
pub struct Unreached {
    /// As it was named: a person or an address.
    pub peer: String,
    /// Why not.
    pub why: String,
}

/// What a check of everything found.
#[derive(Clone, Debug, Serialize)]
pub struct Verified {
    /// How many entries were checked.
    pub entries: u64,
    /// How many documents.
    pub documents: u64,
    /// Whether all is well.
    pub ok: bool,
    /// What is not, one line each.
    pub problems: Vec<String>,
}
