//! What was erased and still lies in somebody's files of a shared folder, as it was seen last.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use sheaf_charter::{DeviceId, DocumentId, SpaceId};
use sheaf_replica::Use;
use sheaf_store::Snapshot;

use super::SharedFolder;
use crate::error::{Result, SchoolError};

/// At most so many documents are named for one device: that something is left is what counts.
const MAX_NAMED: usize = 1_000;
const PREFIX: &str = "folder/left/";

/// What lies in one folder.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Left {
    /// The folder.
    pub place: String,
    /// When it was looked at, in milliseconds since 1970.
    pub seen_ms: i64,
    /// By device, as text: space and document of each.
    files: BTreeMap<String, BTreeSet<(String, String)>>,
}

impl Left {
    /// The devices whose files hold one of these documents of a space.
    pub(crate) fn devices(&self, space: SpaceId, documents: &[DocumentId]) -> Vec<DeviceId> {
        let holds = |named: &BTreeSet<(String, String)>| {
            documents.iter().any(|one| named.contains(&(space.to_string(), one.to_string())))
        };
        let devices = self.files.iter().filter(|(_, named)| holds(named));
        devices.filter_map(|(device, _)| device.parse().ok()).collect()
    }
}

/// What was seen in each folder.
pub(crate) fn left_of(snapshot: &Snapshot<'_>) -> Result<Vec<Left>> {
    let kept = snapshot.settings_under(PREFIX)?;
    let read = |bytes: &[u8]| {
        serde_json::from_slice(bytes).map_err(|_| SchoolError::Index("a shared folder".into()))
    };
    kept.iter().map(|(_, bytes)| read(bytes)).collect()
}

impl SharedFolder {
    /// Notes in whose files something lies that was erased.
    pub(super) fn note_left(&self) -> Result<()> {
        let core = &self.school.core;
        let mut now = Left {
            place: self.folder.place(),
            seen_ms: self.school.clock.now_ms(),
            files: BTreeMap::new(),
        };
        {
            let control = core.control();
            for (_, one) in self.parcels().filter(|(_, one)| one.manifest.purpose == Use::Data) {
                let Some(lane) = one.lane() else { continue };
                let erased = one
                    .manifest
                    .documents
                    .iter()
                    .filter(|document| control.is_erased(lane.space, **document))
                    .map(|document| (lane.space.to_string(), document.to_string()))
                    .take(MAX_NAMED);
                let erased: BTreeSet<_> = erased.collect();
                if !erased.is_empty() {
                    let device = one.manifest.writer.to_string();
                    now.files.entry(device).or_default().extend(erased);
                }
            }
        }
        let before = self.kept_setting(PREFIX)?;
        let before: Option<Left> = before.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        if before.map(|left| left.files).unwrap_or_default() == now.files {
            return Ok(());
        }
        self.keep_setting(PREFIX, &now)
    }
}
