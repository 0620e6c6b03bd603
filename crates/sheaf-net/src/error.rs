//! What can go wrong between two devices.

use std::io;

use crate::carrier::ParcelFault;

/// An error of the network.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NetError {
    /// The endpoint cannot listen.
    #[error("cannot listen on {address}: {reason}")]
    Bind {
        /// Where.
        address: String,
        /// What the system says.
        reason: String,
    },
    /// Another program listens there.
    #[error(
        "UDP port {port} is in use by another program, perhaps by another Sheaf: end that one, or \
         choose another port with --port, 0 for any"
    )]
    PortTaken {
        /// Which port.
        port: u16,
    },
    /// The relay cannot start.
    #[error("cannot pass on at TCP {address}: {reason}")]
    Relay {
        /// Where.
        address: String,
        /// What the system says.
        reason: String,
    },
    /// No address of the device answers.
    #[error("no answer from {address}: check that the other device is on, unlocked and nearby")]
    Unreachable {
        /// The addresses that were tried.
        address: String,
    },
    /// Whoever answers has another key than that of the device that was dialled.
    #[error(
        "another device than the one that was meant answers at {address}: check the address, and \
         that the right one is on"
    )]
    AnotherDevice {
        /// The addresses that were tried.
        address: String,
    },
    /// The other side closed the connection, with its reason; empty if it gave none.
    #[error("the other device closed the connection{}", closing_words(.0))]
    Closed(String),
    /// The other side says that this device was removed from the school.
    #[error(
        "this device was removed from the school: nothing goes out to it any more; wipe it with \
         `sheaf wipe`, or ask a manager if that is a mistake"
    )]
    Removed,
    /// The two devices are connected already, since both dialled in one moment.
    #[error("the two devices are connected already")]
    AlreadyConnected,
    /// The other side leaves what is sent to it unread.
    #[error("the other device took nothing of what was sent to it for {seconds} seconds")]
    TakesNothing {
        /// How long it was given.
        seconds: u64,
    },
    /// A frame is longer than this side accepts.
    #[error("the other device sent a frame of {length} bytes; {limit} are the most")]
    FrameTooLong {
        /// Its length.
        length: usize,
        /// The limit.
        limit: usize,
    },
    /// Whoever answers speaks no protocol that this side does. Nobody has proved anything yet.
    #[error(
        "what answers at {address} speaks another version: update Sheaf on both devices, and check \
         the address"
    )]
    OtherVersion {
        /// The addresses that were tried.
        address: String,
    },
    /// A key is not one.
    #[error("not an endpoint key")]
    InvalidKey,
    /// A file or folder cannot be read or written.
    #[error("{}", file_words(.path, .system))]
    File {
        /// Which.
        path: String,
        /// What the system says; the words above say it for people.
        system: io::Error,
    },
    /// A folder holds more than is looked at.
    #[error("{place} holds more than {limit} files; give a folder that is for Sheaf alone")]
    TooManyFiles {
        /// Which.
        place: String,
        /// The limit.
        limit: usize,
    },
    /// A file is there already.
    #[error("{path} is there already; give another name, or --force to replace it")]
    Exists {
        /// Which.
        path: String,
    },
    /// A file that should carry entries does not.
    #[error("{path}{}: {fault}", place(.offset))]
    Parcel {
        /// Which.
        path: String,
        /// At which byte.
        offset: u64,
        /// What is wrong.
        fault: ParcelFault,
    },
    /// The stream broke.
    #[error("the connection broke: {0}")]
    Broken(#[from] io::Error),
}

impl NetError {
    /// No device answers at these addresses, each of which is named once.
    pub fn no_answer<A: ToString>(at: &[A]) -> Self {
        Self::Unreachable { address: listed(at) }
    }
}

/// Addresses for people, each once.
pub(crate) fn listed<A: ToString>(at: &[A]) -> String {
    let mut named: Vec<String> = Vec::new();
    for address in at.iter().map(ToString::to_string) {
        if !named.contains(&address) {
            named.push(address);
        }
    }
    named.join(", ")
}

/// A device that stops gives no reason.
fn closing_words(reason: &str) -> String {
    if reason.is_empty() {
        return " without a word: see that Sheaf is open there, and try again".to_owned();
    }
    format!(": {reason}")
}

fn place(offset: &u64) -> String {
    if *offset == 0 { String::new() } else { format!(" at byte {offset}") }
}

/// What a person can do about it.
fn file_words(path: &str, system: &io::Error) -> String {
    use io::ErrorKind as Kind;
    match system.kind() {
        Kind::NotFound => format!("{path} is not there: check the name, and that the drive is in"),
        Kind::StorageFull | Kind::QuotaExceeded => {
            format!("{path}: the drive is full; free some space and try again")
        }
        Kind::ReadOnlyFilesystem => format!("{path}: the drive cannot be written to"),
        Kind::PermissionDenied => format!("{path}: this user may not read or write there"),
        Kind::IsADirectory => format!("{path} is a folder; give the name of a file"),
        Kind::NotADirectory => format!("{path} is not a folder"),
        _ => format!("{path}: {system}"),
    }
}
