//! A shared folder: a mapped drive, or one that a cloud service copies around.
//!
//! Each device writes only files of its own, with random names: for each space a control file,
//! sealed to each member device, and data files sealed under the space's key. They hold its own
//! logs, and what nobody else's files there hold of the logs of others. A file never changes; it
//! is replaced by another. What a file is it says inside, whatever it is called, and what is in it
//! is told by vectors: a listing may be old, files may come twice or in part, or go.
//!
//! One look at the folder is a [`SharedFolder::pass`]: list, take in, write, tidy.

mod compact;
mod control;
mod cover;
mod examine;
mod inspect;
mod keep;
mod kept;
mod left;
mod receive;
mod report;
mod segment;
mod sync;
#[cfg(test)]
pub(super) mod tests;
mod unfinished;

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use serde::Serialize;
use sheaf_charter::{DeviceId, Lane, ParcelId, SpaceId};
use sheaf_net::{DiskFolder, Folder};
use sheaf_replica::{Intake, Manifest, Use};
use sheaf_store::Home;

use crate::carry::met::{Carrier, note_met};
use crate::carry::take::Taker;
use crate::entropy;
use crate::error::{Result, SchoolError};
use crate::school::School;
use inspect::{Seen, What};
use receive::Tried;
use report::Pass;

pub(crate) use keep::keep;
pub(crate) use kept::whole;
pub use kept::{FolderStands, MAX_FOLDERS};
pub(crate) use left::{Left, left_of};

/// How the names of our files end, so that people see what they are.
const ENDING: &str = ".sheaf";

/// One device at one shared folder.
pub(crate) struct SharedFolder {
    school: School,
    folder: Box<dyn Folder>,
    /// Where it is, if on a disk.
    dir: Option<PathBuf>,
    /// What each file of the listing was when it was looked at last.
    files: BTreeMap<OsString, Seen>,
    /// Entries that cannot join their log yet.
    intake: Arc<Mutex<Intake>>,
    /// What came of reading parcels that are not all here.
    tried: BTreeMap<ParcelId, Tried>,
    /// Parcels of which everything is here.
    done: BTreeSet<ParcelId>,
    /// Parcels that were read whole and hold what they say.
    verified: BTreeSet<ParcelId>,
    /// When each device was met by what it had written there.
    met: BTreeMap<DeviceId, i64>,
    /// What was told of bad files, so that it is told once.
    told: BTreeSet<String>,
    /// How often the folder was looked at.
    looks: u64,
}

/// A parcel in the folder, and what it says of itself.
#[derive(Debug)]
pub(super) struct Carried {
    id: ParcelId,
    bytes: u64,
    manifest: Manifest,
}

impl Carried {
    /// The one lane that a file of a folder holds entries of.
    fn lane(&self) -> Option<Lane> {
        self.manifest.stretches.first().map(|stretch| stretch.lane)
    }

    fn is(&self, purpose: Use, lane: Lane) -> bool {
        self.manifest.purpose == purpose && self.lane() == Some(lane)
    }
}

impl SharedFolder {
    /// The folder at a path.
    pub(crate) fn on_disk(school: &School, dir: &Path) -> Self {
        let secret = school.core.identity.endpoint_secret();
        let tag = blake3::derive_key("sheaf/1/folder-unfinished", secret.as_ref());
        let tag = data_encoding::HEXLOWER.encode(&tag);
        let tag = tag.get(..32).unwrap_or_default();
        let folder = Box::new(DiskFolder::new(dir, tag));
        Self { dir: Some(dir.to_owned()), ..Self::at(school, folder) }
    }

    /// Whatever behaves like a folder.
    pub(crate) fn at(school: &School, folder: Box<dyn Folder>) -> Self {
        Self {
            school: school.clone(),
            folder,
            dir: None,
            files: BTreeMap::new(),
            intake: Arc::new(Mutex::new(Intake::new(school.core.school_id()))),
            tried: BTreeMap::new(),
            done: BTreeSet::new(),
            verified: BTreeSet::new(),
            met: BTreeMap::new(),
            told: BTreeSet::new(),
            looks: 0,
        }
    }

    /// Looks at the folder once: takes in what is new, writes what is missing, drops what was
    /// erased or is in another file now.
    pub(crate) fn pass(&mut self) -> Result<Pass> {
        self.check_no_home()?;
        let school = self.school.clone();
        let _alone = school.core.home.folder_lock()?;
        school.core.refresh()?;
        let mut pass = Pass::new(self.folder.place());
        self.look(&mut pass)?;
        let mut taker = Taker::with(&school, Arc::clone(&self.intake));
        let received = self.receive(&mut taker, &mut pass);
        taker.done();
        pass.took(taker);
        received?;
        self.note_met()?;
        let written = self.write(&mut pass);
        self.note_left()?;
        pass.wrote(written)?;
        self.count(&mut pass)?;
        Ok(pass)
    }

    /// Refuses a home: what lies there is of one device, and others are to have no part in it.
    fn check_no_home(&self) -> Result<()> {
        match self.dir.as_deref().filter(|dir| Home::is_at(dir)) {
            Some(dir) => Err(SchoolError::Refused(format!(
                "{} is the home of a device, and for that device alone; give a folder that \
                 colleagues reach too",
                dir.display()
            ))),
            None => Ok(()),
        }
    }

    /// Notes whom of the school this device has met here: whoever wrote what is here by now.
    fn note_met(&mut self) -> Result<()> {
        let here = self.parcels().map(|(_, one)| one).filter(|one| self.done.contains(&one.id));
        let mut last: BTreeMap<DeviceId, i64> = BTreeMap::new();
        for one in here.filter(|one| self.counts(one.manifest.writer)) {
            let at_ms = last.entry(one.manifest.writer).or_insert(i64::MIN);
            *at_ms = one.manifest.written_ms.max(*at_ms);
        }
        for (device, written_ms) in last {
            if self.met.insert(device, written_ms) != Some(written_ms) {
                let when = (written_ms, self.school.clock.now_ms());
                note_met(&self.school.core, device, Carrier::Folder, when)?;
            }
        }
        Ok(())
    }

    fn write(&mut self, pass: &mut Pass) -> Result<()> {
        // A device that was removed has nothing to leave here any more.
        if !self.counts(self.school.core.device()) {
            return Ok(());
        }
        let mut spaces = self.own_spaces();
        spaces.insert(0, SpaceId::CHARTER);
        // Those who stay in a space that was left hear so here too.
        let control = self.school.core.control();
        let mut left = control.trust.spaces_left_by(self.school.person());
        left.retain(|space| !control.trust.member_devices(*space).is_empty());
        for space in spaces.iter().chain(&left) {
            self.write_control(*space, pass)?;
        }
        for space in spaces.into_iter().skip(1) {
            self.write_data(Lane::data(space), pass)?;
        }
        Ok(())
    }

    /// The spaces that this device is in, without the charter.
    fn own_spaces(&self) -> Vec<SpaceId> {
        let control = self.school.core.control();
        let mut spaces = control.trust.spaces_of_person(self.school.person());
        spaces.retain(|space| control.trust.is_member(self.school.core.device(), *space));
        spaces
    }

    /// The parcels that open here, each once, with a name that it has.
    fn parcels(&self) -> impl Iterator<Item = (&OsString, &Arc<Carried>)> {
        let mut seen = BTreeSet::new();
        let parcels = self.files.iter().filter_map(|(name, seen)| match &seen.what {
            What::Parcel(carried) => Some((name, carried)),
            _ => None,
        });
        parcels.filter(move |(_, carried)| seen.insert(carried.id))
    }

    /// Those of them that this device has written.
    fn own_parcels(&self) -> impl Iterator<Item = &Arc<Carried>> {
        let own = self.school.core.device();
        self.parcels().map(|(_, carried)| carried).filter(move |one| one.manifest.writer == own)
    }

    /// Writes a file of this device's own.
    fn put(&mut self, manifest: Manifest, id: ParcelId, bytes: &[u8]) -> Result<()> {
        let random = data_encoding::HEXLOWER.encode(&entropy::bytes::<16>());
        let name = OsString::from(format!("{random}{ENDING}"));
        self.folder.write(&name, bytes)?;
        let carried = Carried { id, bytes: bytes.len() as u64, manifest };
        self.done.insert(id);
        self.files.insert(name, Seen::written(Arc::new(carried)));
        Ok(())
    }

    /// Deletes files of this device's own, under every name that they have.
    fn remove(&mut self, ids: &BTreeSet<ParcelId>) -> Result<()> {
        let is_gone = |seen: &Seen| match &seen.what {
            What::Parcel(carried) => ids.contains(&carried.id),
            _ => false,
        };
        let gone: Vec<OsString> = self
            .files
            .iter()
            .filter(|(_, seen)| is_gone(seen))
            .map(|(name, _)| name.clone())
            .collect();
        for name in gone {
            self.folder.remove(&name)?;
            self.files.remove(&name);
        }
        Ok(())
    }

    /// What is remembered of this folder in the home.
    fn kept_setting(&self, prefix: &str) -> Result<Option<Vec<u8>>> {
        let name = self.setting_name(prefix);
        Ok(self.school.core.store.read(|snapshot| snapshot.setting(&name))?)
    }

    fn keep_setting(&self, prefix: &str, value: &impl Serialize) -> Result<()> {
        let bytes = serde_json::to_vec(value)
            .map_err(|_| SchoolError::Index("a shared folder".to_owned()))?;
        let (name, core) = (self.setting_name(prefix), &self.school.core);
        core.store.write(|txn| Ok::<_, SchoolError>(txn.put_setting(&name, &bytes)?))?;
        core.note_save();
        Ok(())
    }

    fn setting_name(&self, prefix: &str) -> String {
        let hash = blake3::derive_key("sheaf/1/folder-name", self.folder.place().as_bytes());
        format!("{prefix}{}", data_encoding::HEXLOWER.encode(&hash))
    }

    /// Whether a device counts: it is of the school and was not removed.
    fn counts(&self, device: DeviceId) -> bool {
        self.school.core.control().trust.certificate(device).is_some()
    }
}
