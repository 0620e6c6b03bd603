//! What happens on the network, for whoever listens.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Mutex;

use serde::Serialize;
use tokio::sync::mpsc;

use super::lock;

/// One thing that has happened.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Event {
    /// This device listens.
    Listening {
        /// At these addresses.
        addresses: Vec<SocketAddr>,
    },
    /// This device passes on between others.
    Relaying {
        /// At this address, by TCP.
        address: SocketAddr,
    },
    /// A device is connected.
    Connected {
        /// Its id.
        device: String,
        /// Whose it is.
        person: String,
    },
    /// Entries arrived and are durable here.
    Received {
        /// By this device, or out of this folder.
        device: String,
        /// In this space.
        space: String,
        /// So many.
        entries: u64,
    },
    /// This device and another hold the same.
    Equal {
        /// The other's id.
        device: String,
        /// Whose it is.
        person: String,
        /// How many changes are held.
        held: u64,
    },
    /// This device and another still differ.
    Different {
        /// The other's id.
        device: String,
        /// Whose it is.
        person: String,
    },
    /// A device is no longer connected.
    Disconnected {
        /// Its id.
        device: String,
        /// Whose it is.
        person: String,
    },
    /// A device has joined the school.
    Joined {
        /// Its id.
        device: String,
        /// Whose it is.
        person: String,
    },
    /// Entries went into the files of a shared folder or came out of them, or it is level again.
    Folder {
        /// The folder.
        folder: String,
        /// So many entries went in.
        sent: u64,
        /// So many came out that were not here.
        received: u64,
        /// Whether everything that lies there is here and whole.
        level: bool,
    },
    /// A connection was refused or broke, or a folder cannot be used.
    Failed {
        /// Why.
        reason: String,
    },
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listening { addresses } => write!(f, "listening at {addresses:?}"),
            Self::Relaying { address } => {
                write!(f, "passing on between devices that cannot reach each other, at {address}")
            }
            Self::Connected { device, person } => {
                write!(f, "{}: connected", Whose { device, person })
            }
            Self::Received { space, entries: 1, .. } => write!(f, "1 entry in {space}"),
            Self::Received { space, entries, .. } => write!(f, "{entries} entries in {space}"),
            Self::Equal { device, person, held: 0 } => {
                write!(f, "{}: level", Whose { device, person })
            }
            Self::Equal { device, person, held: 1 } => {
                write!(f, "{}: level, 1 change held", Whose { device, person })
            }
            Self::Equal { device, person, held } => {
                write!(f, "{}: level, {held} changes held", Whose { device, person })
            }
            Self::Different { device, person } => {
                write!(f, "{}: still different", Whose { device, person })
            }
            Self::Disconnected { device, person } => {
                write!(f, "{}: gone", Whose { device, person })
            }
            Self::Joined { person, .. } => write!(f, "{person} has joined"),
            Self::Folder { folder, sent, received, level } => {
                let state = if *level { "level" } else { "not all of it is whole yet" };
                let entries = if *sent == 1 { "entry" } else { "entries" };
                write!(f, "{folder}: {sent} {entries} put in, {received} new taken out, {state}")
            }
            Self::Failed { reason } => f.write_str(reason),
        }
    }
}

/// What a device is called: whose it is; on a locker, which can read no name, by its id.
struct Whose<'a> {
    device: &'a str,
    person: &'a str,
}

impl fmt::Display for Whose<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.person {
            "" => write!(f, "device {:.12}", self.device),
            person => f.write_str(person),
        }
    }
}

/// Tells all who listen; whoever comes later is told of the listening that went before.
#[derive(Debug, Default)]
pub struct Events {
    listeners: Mutex<Vec<mpsc::UnboundedSender<Event>>>,
    first: Mutex<Option<Event>>,
}

impl Events {
    /// Tells everyone.
    pub(crate) fn send(&self, event: Event) {
        if matches!(event, Event::Listening { .. }) {
            *lock(&self.first) = Some(event.clone());
        }
        lock(&self.listeners).retain(|listener| listener.send(event.clone()).is_ok());
    }

    /// Listens from now on.
    pub(crate) fn subscribe(&self) -> mpsc::UnboundedReceiver<Event> {
        let (sender, receiver) = mpsc::unbounded_channel();
        if let Some(first) = lock(&self.first).clone() {
            // The receiver is at hand: it cannot be gone.
            sender.send(first).ok();
        }
        lock(&self.listeners).push(sender);
        receiver
    }
}
