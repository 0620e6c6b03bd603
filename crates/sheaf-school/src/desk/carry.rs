//! Carriers that a person chooses: a shared folder, a bundle on a stick, a typed address.

use std::path::PathBuf;

use sheaf_net::Existing;

use super::place::at_home;
use crate::carry::{BundleOrder, FolderStands, Sending};
use crate::error::{Result, SchoolError};
use crate::network::Network;
use crate::school::School;
use crate::shape::{BundleRead, BundleWritten, FolderSynced, SessionShape};

/// A request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CarryRequest {
    /// Use a shared folder from now on.
    UseFolder(PathBuf),
    /// Use it no more.
    StopFolder(PathBuf),
    /// Write a bundle.
    WriteBundle {
        /// The file.
        file: PathBuf,
        /// For whom: ids of persons or devices.
        recipients: Vec<String>,
        /// How much of it.
        sending: Sending,
        /// What becomes of a file of that name.
        existing: Existing,
    },
    /// Read a bundle.
    ReadBundle(PathBuf),
    /// Replicate with the device at an address, and stay in touch with it.
    Connect(String),
}

/// An answer.
#[derive(Clone, Debug)]
pub enum CarryReply {
    /// The folder is used.
    Uses(FolderSynced),
    /// The folder is used no more.
    Stopped(PathBuf),
    /// The bundle was written.
    Written(BundleWritten),
    /// The bundle was read.
    Read(BundleRead),
    /// The device was reached.
    Connected(SessionShape),
}

/// A shared folder that this device uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FolderLine {
    /// The folder.
    pub folder: PathBuf,
    /// How it stands with it.
    pub stands: FolderStands,
}

/// Does what was asked, and tells how far it has come. It takes its time: not for the desk's
/// thread.
pub(super) fn answer(
    school: &School,
    network: Option<&Network>,
    request: CarryRequest,
    tell: &dyn Fn(&str),
) -> Result<CarryReply> {
    Ok(match request {
        CarryRequest::UseFolder(dir) => CarryReply::Uses(school.use_folder(&at_home(&dir))?),
        CarryRequest::StopFolder(dir) => {
            school.stop_folder(&dir)?;
            CarryReply::Stopped(dir)
        }
        CarryRequest::WriteBundle { file, recipients, sending, existing } => {
            let order = BundleOrder { file: at_home(&file), recipients, sending, existing };
            CarryReply::Written(school.write_bundle(&order, tell)?)
        }
        CarryRequest::ReadBundle(file) => {
            CarryReply::Read(school.read_bundle(&at_home(&file), tell)?)
        }
        CarryRequest::Connect(address) => {
            let network = network.ok_or_else(|| {
                let words = "this window is not on the network: another Sheaf of this home is; \
                             close that one first";
                SchoolError::Refused(words.to_owned())
            })?;
            CarryReply::Connected(network.connect_to(&address)?)
        }
    })
}

/// The shared folders that this device uses, and how it stands with each.
pub(super) fn folders(school: &School, network: Option<&Network>) -> Result<Vec<FolderLine>> {
    let stands = |folder: &PathBuf| {
        network.map_or(FolderStands::Unknown, |network| network.folder_stands(folder))
    };
    let folders = school.folders()?.into_iter();
    Ok(folders.map(|folder| FolderLine { stands: stands(&folder), folder }).collect())
}
