//! Bundles as JSON.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Serialize;

/// A device for which a bundle was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CarriedTo {
    /// Its id.
    pub device_id: String,
    /// Its name.
    pub device: String,
    /// Whose it is.
    pub person: String,
    /// Whether all was put in that it may have; otherwise only what it is not known to have.
    pub everything: bool,
}

/// A bundle was written.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BundleWritten {
    /// The file.
    pub file: PathBuf,
    /// For whom.
    #[serde(rename = "for")]
    pub recipients: Vec<CarriedTo>,
    /// The spaces of which there is something in it.
    pub spaces: Vec<String>,
    /// How many entries it holds.
    pub entries: u64,
    /// How long the file is.
    pub bytes: u64,
}

/// What came that was not here, as people count it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Came {
    /// Records that are new or changed.
    pub records: u64,
    /// Colleagues who have written in them.
    pub colleagues: u64,
}

/// What one exchange with a shared folder came to.
#[derive(Clone, Debug, Serialize)]
pub struct FolderSynced {
    /// As a session with it.
    pub session: super::SessionShape,
    /// What came out of it.
    pub came: Came,
    /// What is to be told of files that lie there.
    pub notes: Vec<String>,
    /// Why not everything that lies there was read, if that will stay so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unread: Option<String>,
    /// Why nothing could be written there, if so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unwritten: Option<String>,
}

/// What a bundle held of one space.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CarriedSpace {
    /// The space.
    pub name: String,
    /// How many entries of it were read.
    pub entries: u64,
    /// How many of them were not here yet.
    pub new: u64,
}

/// A bundle was read.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BundleRead {
    /// The file.
    pub file: PathBuf,
    /// Whose device wrote it.
    pub person: String,
    /// The name of that device.
    pub device: String,
    /// Its id.
    pub device_id: String,
    /// When, as its clock said, school time.
    pub written_at: String,
    /// How many entries were read.
    pub entries: u64,
    /// How many of them were not here yet.
    pub new: u64,
    /// How many were.
    pub already_here: u64,
    /// How many of the new ones are kept and do not stand, by reason.
    pub held: BTreeMap<String, u64>,
    /// How many build on entries that are neither here nor in the bundle; they were left out.
    pub waiting: u64,
    /// How many are not of this school, or of no space that this device is in, by reason.
    pub refused: BTreeMap<String, u64>,
    /// What came by it.
    pub came: Came,
    /// What was in it, by space.
    pub spaces: Vec<CarriedSpace>,
    /// What whoever reads it should know.
    pub notes: Vec<String>,
}
