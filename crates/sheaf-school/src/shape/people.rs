//! Schools, people and devices as JSON.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Serialize;

/// A school was founded.
#[derive(Clone, Debug, Serialize)]
pub struct SchoolMade {
    /// Its name.
    pub school: String,
    /// Its id.
    pub school_id: String,
    /// This device.
    pub device_id: String,
    /// Whoever uses it.
    pub person_id: String,
    /// The key that belongs in a safe.
    pub recovery_key: String,
}

/// An invented school was made.
#[derive(Clone, Debug, Serialize)]
pub struct DemoMade {
    /// Its name.
    pub school: String,
    /// Its id.
    pub school_id: String,
    /// The homes of its devices.
    pub homes: Vec<PathBuf>,
    /// The day to take as today.
    pub as_of: String,
    /// The file that says what is true of the school, and in no record of it.
    pub truth: PathBuf,
    /// How many records there are of each kind, by the plural of its name.
    #[serde(flatten)]
    pub counts: BTreeMap<String, u64>,
    /// How long it took.
    pub seconds: f64,
}

/// A device has joined.
#[derive(Clone, Debug, Serialize)]
pub struct Joined {
    /// The school's name.
    pub school: String,
    /// This device.
    pub device_id: String,
    /// The role in which it has joined.
    pub role: String,
    /// The spaces that it is in.
    pub spaces: Vec<String>,
}

/// One device of a member.
#[derive(Clone, Debug, Serialize)]
pub struct DeviceShape {
    /// Its id.
    pub device_id: String,
    /// Its name.
    pub name: String,
    /// When it was last met, school time; null for never.
    pub last_met: Option<String>,
    /// `active`, `removed`, or `suspended` until its admission is signed again.
    pub state: String,
}

/// One member of the school.
#[derive(Clone, Debug, Serialize)]
pub struct MemberShape {
    /// Their id.
    pub person_id: String,
    /// Their name.
    pub name: String,
    /// Their role; the last one of a person who was removed.
    pub role: String,
    /// `in` or `removed`.
    pub state: String,
    /// Their devices, those removed included.
    pub devices: Vec<DeviceShape>,
    /// The spaces that they share with this device.
    pub spaces: Vec<String>,
}

/// Everyone.
#[derive(Clone, Debug, Serialize)]
pub struct Members {
    /// By name.
    pub members: Vec<MemberShape>,
}

/// One space that this device is in.
#[derive(Clone, Debug, Serialize)]
pub struct SpaceShape {
    /// Its name.
    pub name: String,
    /// How many entries of it are here, control part and data.
    pub entries: u64,
    /// How many documents.
    pub documents: u64,
    /// The digest of its content: two devices that hold the same show the same.
    pub digest: String,
}

/// A device that was met.
#[derive(Clone, Debug, Serialize)]
pub struct PeerShape {
    /// Its id.
    pub device_id: String,
    /// Whose it is.
    pub person: String,
    /// The address at which it was reached last.
    pub address: Option<String>,
    /// How it was reached.
    pub carrier: String,
    /// When, school time.
    pub last_met: Option<String>,
}

/// What a locker holds, and can read none of.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize)]
pub struct LockerShape {
    /// Of how many spaces.
    pub spaces: usize,
    /// How many sealed entries of data.
    pub entries: u64,
    /// How many acts about who is in, whose names are sealed.
    pub acts: u64,
}

/// What this device holds, and whom it has met.
#[derive(Clone, Debug, Serialize)]
pub struct Status {
    /// The school's name.
    pub school: String,
    /// Its id.
    pub school_id: String,
    /// Whether it is invented.
    pub demo: bool,
    /// This device.
    pub device_id: String,
    /// Whoever uses it.
    pub person: String,
    /// Their role.
    pub role: String,
    /// What it holds if it is a locker; null on the device of a person.
    pub locker: Option<LockerShape>,
    /// The spaces that it is in.
    pub spaces: Vec<SpaceShape>,
    /// The spaces through which concerns are handed over, each with whoever hands over there.
    pub hand_offs: Vec<SpaceShape>,
    /// How many concerns ask for something.
    pub concerns: super::ConcernCounts,
    /// The devices that it has met.
    pub peers: Vec<PeerShape>,
    /// How many changes are held, by reason.
    pub held: BTreeMap<String, u64>,
    /// How many fields are in conflict.
    pub conflicts: u64,
    /// How many metrics wait for a decision of whoever uses it.
    pub metrics_waiting: usize,
    /// Who has said that this device was removed from the school; null for nobody.
    pub removed: Option<super::ToldOut>,
    /// What should be known of devices, the newest first.
    pub notices: Vec<NoticeShape>,
}

/// What a notice is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// This home was restored from a backup.
    Restored,
    /// This home is a copy, or was put back.
    Copied,
    /// Two copies of a device have written at the same place of its log.
    Forked,
}

/// Something that should be known of a device.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct NoticeShape {
    /// What it is about.
    pub what: NoticeKind,
    /// It in words.
    pub says: String,
    /// The device.
    pub device_id: String,
    /// When this device learned of it.
    pub at: String,
}

/// A backup was made.
#[derive(Clone, Debug, Serialize)]
pub struct BackupMade {
    /// The file.
    pub file: PathBuf,
    /// The school's name.
    pub school: String,
    /// When it was made.
    pub made_at: String,
    /// How many entries are in it.
    pub entries: u64,
    /// How many documents are in it.
    pub documents: u64,
    /// How long the file is.
    pub bytes: u64,
}

/// A home was restored from a backup.
#[derive(Clone, Debug, Serialize)]
pub struct Restored {
    /// The home.
    pub home: PathBuf,
    /// The school's name.
    pub school: String,
    /// Its id.
    pub school_id: String,
    /// Whoever uses the device.
    pub person: String,
    /// The device, as it was.
    pub device_id: String,
    /// When the backup was made.
    pub made_at: String,
    /// How many entries were in it.
    pub entries: u64,
    /// How many documents were in it.
    pub documents: u64,
}
