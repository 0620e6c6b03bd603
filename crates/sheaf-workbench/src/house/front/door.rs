//! What passes at the door: what somebody wants before a school is open, and what comes of it.

use std::fmt;
use std::path::PathBuf;
use std::sync::mpsc::Receiver;

use sheaf_school::Passphrase;

use crate::link::{Link, Wake};

/// Opens the school's desk, once there is a window to wake.
pub type Connect = Box<dyn FnOnce(Wake) -> Link + Send>;

/// What is behind the door.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Behind {
    /// Nothing yet: a school is to be made or joined in this folder.
    Nothing(PathBuf),
    /// A school that a passphrase opens.
    Locked(PathBuf),
}

/// What somebody wants before a school is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DoorRequest {
    /// Open the school in the folder.
    Unlock(Passphrase),
    /// Make an invented school with so many pupils.
    Invent {
        /// How many.
        pupils: u32,
    },
    /// Found a school.
    Found {
        /// Its name.
        school: String,
        /// The name of whoever founds it.
        person: String,
        /// What this device is called.
        device: String,
        /// What protects this device.
        passphrase: Passphrase,
    },
    /// Join a colleague's school.
    Join(JoinForm),
    /// Make this device out of a backup.
    Restore(RestoreForm),
    /// Go in: the recovery key has been put away.
    Enter,
}

/// What somebody joins with; in no log.
#[derive(Clone, PartialEq, Eq)]
pub struct JoinForm {
    /// The words or the ticket, as typed.
    pub pass: String,
    /// The address of the other device, as typed; empty unless it had to be asked for.
    pub address: String,
    /// The name of whoever joins.
    pub person: String,
    /// What this device is called.
    pub device: String,
    /// What protects this device.
    pub passphrase: Passphrase,
}

impl fmt::Debug for JoinForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JoinForm(..)")
    }
}

/// What a device is restored from. A backup of an invented school has no passphrase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestoreForm {
    /// The file.
    pub file: PathBuf,
    /// Its passphrase, if one was typed.
    pub opens: Option<Passphrase>,
    /// What protects this device, if it was typed.
    pub protects: Option<Passphrase>,
}

/// Which of the fields a refusal is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DoorField {
    /// The school's name.
    School,
    /// The person's name.
    Person,
    /// What the device is called.
    Device,
    /// The passphrase.
    Passphrase,
    /// The passphrase again.
    Again,
    /// The code or the ticket.
    Ticket,
    /// The address of the other device.
    Address,
    /// The backup.
    File,
    /// The passphrase of the backup.
    Opens,
    /// None in particular.
    Whole,
}

/// What comes of it.
pub enum DoorNotice {
    /// It goes on: what is being done.
    Progress(String),
    /// A school was founded; its recovery key is shown this once.
    Founded {
        /// The key as text.
        recovery_key: String,
    },
    /// This device was restored: what is on it, and what to know.
    Restored(String),
    /// The school is open.
    Open {
        /// Opens its desk.
        connect: Connect,
        /// The settings of its window as they were kept.
        kept: Option<String>,
    },
    /// It was refused: one line that says what and what to do.
    Refused {
        /// Which field it is about.
        field: DoorField,
        /// The line.
        why: String,
    },
}

impl fmt::Debug for DoorNotice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Progress(_) => "Progress",
            Self::Founded { .. } => "Founded",
            Self::Restored(_) => "Restored",
            Self::Open { .. } => "Open",
            Self::Refused { .. } => "Refused",
        })
    }
}

/// The near end of the door: requests out, notices in; neither is ever waited for.
pub struct Door {
    /// What is behind it.
    pub behind: Behind,
    /// Hands a request over.
    pub send: Box<dyn FnMut(DoorRequest)>,
    /// What comes of it.
    pub receive: Receiver<DoorNotice>,
}

impl fmt::Debug for Door {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Door").field("behind", &self.behind).finish_non_exhaustive()
    }
}
