//! What the files of a listing are: told from their first bytes, never from their names.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::io::ErrorKind;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use sheaf_charter::{ParcelHead, ParcelPieces};
use sheaf_net::{Listed, NetError, ParcelFault, ParcelReader};

use super::report::Pass;
use super::{Carried, ENDING, SharedFolder};
use crate::carry::unpack::Parcel;
use crate::error::{Result, SchoolError};

/// So much of a file usually says what it is: any head, and the manifest of a usual file.
const START_BYTES: usize = 128 * 1024;
/// No file of a folder is longer; others are passed over.
pub(super) const MAX_FILE_BYTES: usize = 64 * 1024 * 1024;
/// So often a file that is not whole is looked at again even if its listing does not change:
/// a mapped drive may list a length before the bytes are there.
const MAX_TRIES: u32 = 20;
/// And then at one look in so many.
const SELDOM: u64 = 30;

/// What to do about a file that does not become whole.
const IF_IT_STAYS: &str = "; delete it if it stays so";
/// No parcel begins with so many zeros.
const EMPTY_BYTES: usize = 8;

/// A file when it was looked at last.
#[derive(Debug)]
pub(super) struct Seen {
    pub(super) bytes: u64,
    changed: Option<SystemTime>,
    tries: u32,
    /// What it was.
    pub(super) what: What,
}

/// What a file is.
#[derive(Debug)]
pub(super) enum What {
    /// Something else: rubbish, of another school, of a newer version. In words.
    Foreign(String),
    /// Sealed for others, or under a key that was not here when so many acts were known.
    Sealed { acts: u64 },
    /// Not whole: on its way, or damaged. In words.
    Faulty { cut_short: bool, says: String },
    /// One of ours by its name, and this user may not read it. In words.
    Closed(String),
    /// A parcel that opens here.
    Parcel(Arc<Carried>),
}

impl What {
    /// What is told of it once, if something is.
    pub(super) fn told(&self) -> Option<&str> {
        match self {
            Self::Foreign(says) | Self::Closed(says) | Self::Faulty { cut_short: false, says } => {
                Some(says)
            }
            Self::Faulty { .. } | Self::Sealed { .. } | Self::Parcel(_) => None,
        }
    }
}

impl Seen {
    /// A file that was just written here.
    pub(super) fn written(carried: Arc<Carried>) -> Self {
        Self { bytes: carried.bytes, changed: None, tries: 0, what: What::Parcel(carried) }
    }

    /// Whether it is worth another look.
    fn is_stale(&self, listed: &Listed, acts: u64, looks: u64) -> bool {
        let same = self.bytes == listed.bytes && self.changed == listed.changed;
        match &self.what {
            _ if !same => true,
            What::Sealed { acts: then } => *then != acts,
            What::Faulty { .. } | What::Closed(_) => {
                self.tries < MAX_TRIES || looks.is_multiple_of(SELDOM)
            }
            What::Foreign(_) | What::Parcel(_) => false,
        }
    }
}

impl SharedFolder {
    /// Lists the folder, and looks at what is new or not known yet.
    pub(super) fn look(&mut self, pass: &mut Pass) -> Result<()> {
        self.looks = self.looks.wrapping_add(1);
        let mut listed = self.folder.list()?;
        listed.sort_by(|one, other| one.name.cmp(&other.name));
        let names: BTreeSet<&OsString> = listed.iter().map(|one| &one.name).collect();
        // What is not listed may be there all the same: of our own files that is asked.
        let missing: Vec<OsString> =
            self.files.keys().filter(|name| !names.contains(name)).cloned().collect();
        for name in missing {
            if self.is_gone(&name)? {
                self.files.remove(&name);
            }
        }
        for file in &listed {
            self.look_at(file, pass)?;
        }
        Ok(())
    }

    fn is_gone(&self, name: &OsStr) -> Result<bool> {
        let own = self.school.core.device();
        let is_own = self.files.get(name).is_some_and(|seen| match &seen.what {
            What::Parcel(carried) => carried.manifest.writer == own,
            _ => false,
        });
        Ok(!is_own || self.folder.read(name, 1)?.is_none())
    }

    fn look_at(&mut self, file: &Listed, pass: &mut Pass) -> Result<()> {
        let acts = self.school.core.control().acts_known();
        let before = self.files.get(&file.name);
        if before.is_some_and(|seen| !seen.is_stale(file, acts, self.looks)) {
            return Ok(());
        }
        let same = before.filter(|seen| seen.bytes == file.bytes && seen.changed == file.changed);
        let tries = same.map_or(0, |seen| seen.tries.saturating_add(1));
        let what = match self.inspect(file, acts) {
            Ok(Some(what)) => what,
            Ok(None) => return Ok(()),
            // One file that cannot be read does not keep the others from being read.
            Err(SchoolError::Net(error)) => of_fault(&file.name, error),
            Err(error) => return Err(error),
        };
        if let Some(says) = what.told() {
            self.tell_once(pass, &file.name, says);
        }
        let (bytes, changed) = (file.bytes, file.changed);
        self.files.insert(file.name.clone(), Seen { bytes, changed, tries, what });
        Ok(())
    }

    /// Notes of a file what is told once.
    pub(super) fn tell_once(&mut self, pass: &mut Pass, name: &OsStr, says: &str) {
        let line = format!("{}: {says}", name.display());
        if self.told.insert(line.clone()) {
            pass.notes.push(line);
        }
    }

    /// What a file is; none if it is not there any more.
    fn inspect(&self, file: &Listed, acts: u64) -> Result<Option<What>> {
        let Some(start) = self.folder.read(&file.name, START_BYTES)? else { return Ok(None) };
        let first = self.inspect_bytes(file, &start, acts);
        // The manifest of a file with very many documents is longer.
        let longer = start.len() == START_BYTES && file.bytes <= MAX_FILE_BYTES as u64;
        match first {
            Err(SchoolError::Net(NetError::Parcel { fault: ParcelFault::CutShort, .. }))
                if longer =>
            {
                let Some(all) = self.folder.read(&file.name, MAX_FILE_BYTES)? else {
                    return Ok(None);
                };
                self.inspect_bytes(file, &all, acts).map(Some)
            }
            other => other.map(Some),
        }
    }

    fn inspect_bytes(&self, file: &Listed, bytes: &[u8], acts: u64) -> Result<What> {
        let school = self.school.core.school_id();
        // A length can be there before the bytes are.
        if bytes.len() >= EMPTY_BYTES && bytes.iter().take(EMPTY_BYTES).all(|byte| *byte == 0) {
            return Ok(not_all_there(&file.name, "its bytes are missing"));
        }
        let mut reader = ParcelReader::new(&PathBuf::from(&file.name), bytes);
        let Some(head) = reader.next_head()? else {
            return Ok(not_all_there(&file.name, "it is empty"));
        };
        if !head.is_of(school) {
            return Ok(What::Foreign("it is of another school".to_owned()));
        }
        let Some(pieces) = self.open(&head) else { return Ok(What::Sealed { acts }) };
        let parcel = Parcel::open(&mut reader, &head, pieces, school)?;
        if parcel.manifest.stretches.len() != 1 {
            return Ok(What::Foreign("it is a bundle; `sheaf bundle read` takes it in".to_owned()));
        }
        let (id, bytes, manifest) = (head.id(), file.bytes, parcel.manifest);
        Ok(What::Parcel(Arc::new(Carried { id, bytes, manifest })))
    }

    /// What opens the pieces of a parcel, if something does.
    pub(super) fn open(&self, head: &ParcelHead) -> Option<ParcelPieces> {
        let core = &self.school.core;
        let school = core.school_id();
        if head.is_for_devices() {
            return head.open(school, &core.identity);
        }
        let control = core.control();
        let mut keys = control.keys.iter();
        keys.find_map(|(space, key)| head.open_under(school, space, key))
    }
}

/// Whether a file is called as ours are; a service that copies them may add words of its own.
fn is_ours(name: &OsStr) -> bool {
    name.to_string_lossy().to_ascii_lowercase().contains(ENDING)
}

/// A file whose bytes may still come; if it is called otherwise than ours, it is somebody else's.
fn not_all_there(name: &OsStr, says: &str) -> What {
    if !is_ours(name) {
        return What::Foreign(ParcelFault::NotAParcel.to_string());
    }
    What::Faulty { cut_short: true, says: format!("{says}{IF_IT_STAYS}") }
}

/// What is wrong with a file, and whether it may yet become whole.
pub(super) fn of_fault(name: &OsStr, error: NetError) -> What {
    match error {
        NetError::Parcel { fault: fault @ ParcelFault::NotAParcel, .. } => {
            What::Foreign(fault.to_string())
        }
        NetError::Parcel { fault: fault @ ParcelFault::Newer(_), .. } => {
            What::Foreign(fault.to_string())
        }
        NetError::Parcel { offset, fault, .. } => {
            let cut_short = fault == ParcelFault::CutShort;
            let place = if offset == 0 { String::new() } else { format!("at byte {offset}: ") };
            What::Faulty { cut_short, says: format!("{place}{fault}{IF_IT_STAYS}") }
        }
        NetError::File { system, .. } if system.kind() == ErrorKind::PermissionDenied => {
            let says = "this user may not read it".to_owned();
            if is_ours(name) { What::Closed(says) } else { What::Foreign(says) }
        }
        other => What::Faulty { cut_short: true, says: other.to_string() },
    }
}
