//! A folder in memory as each device sees it: old listings, files in part, copies of files.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::io::{self, ErrorKind};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use sheaf_net::{Folder, Listed, NetError};
use tempfile::TempDir;

use crate::carry::folder::SharedFolder;
use crate::{Clock, DemoOptions, School, demo_school};

/// Numbers that look random, the same ones for the same seed (`SplitMix64`).
pub(super) struct Chance(u64);

impl Chance {
    pub(super) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % limit.max(1) as u64) as usize
    }
}

/// A file where the folder is kept.
#[derive(Clone, Debug)]
pub(super) struct File {
    pub bytes: Vec<u8>,
    pub changed: u64,
}

pub(super) type Files = BTreeMap<OsString, File>;

/// Where the folder is kept: what every device sees in the end.
#[derive(Clone, Default)]
pub(super) struct Drive(pub Arc<Mutex<Kept>>);

#[derive(Default)]
pub(super) struct Kept {
    pub files: Files,
    pub ticks: u64,
    /// Why nothing can be written, if so.
    pub broken: Option<ErrorKind>,
    /// What nobody may read.
    pub closed: BTreeSet<OsString>,
}

impl Drive {
    pub(super) fn with<T>(&self, change: impl FnOnce(&mut Kept) -> T) -> T {
        change(&mut self.0.lock().unwrap())
    }

    pub(super) fn put(&self, name: &str, bytes: Vec<u8>) {
        self.with(|kept| {
            kept.ticks += 1;
            let changed = kept.ticks;
            kept.files.insert(name.into(), File { bytes, changed });
        });
    }

    pub(super) fn files(&self) -> Files {
        self.with(|kept| kept.files.clone())
    }
}

/// The folder as one device sees it: a copy that comes and goes with delay.
#[derive(Clone)]
pub(super) struct View {
    drive: Drive,
    /// What is listed and read; none where the device works on the drive itself.
    seen: Option<Arc<Mutex<Files>>>,
}

impl View {
    /// On the drive itself.
    pub(super) fn direct(drive: &Drive) -> Self {
        Self { drive: drive.clone(), seen: None }
    }

    /// Behind a copying service that has brought nothing yet.
    pub(super) fn copied(drive: &Drive) -> Self {
        Self { drive: drive.clone(), seen: Some(Arc::default()) }
    }

    /// The copying service does one thing: brings a file, whole or in part, takes one away that is
    /// gone, brings a copy under another name, or goes back to what it had.
    pub(super) fn stir(&self, chance: &mut Chance, before: &mut Vec<Files>) {
        let Some(seen) = &self.seen else { return };
        let drive = self.drive.files();
        let mut seen = seen.lock().unwrap();
        let names: Vec<OsString> = drive.keys().cloned().collect();
        let Some(name) = names.get(chance.below(names.len())) else { return };
        let mut file = drive[name].clone();
        match chance.below(8) {
            0 => {
                file.bytes.truncate(chance.below(file.bytes.len()));
                seen.insert(name.clone(), file);
            }
            1 => {
                let mut copy = name.clone();
                copy.push(["-LAPTOP", " (1)", ".conflict"][chance.below(3)]);
                seen.insert(copy, file);
            }
            2 => {
                before.push(seen.clone());
                *seen = before[chance.below(before.len())].clone();
            }
            3 => seen.retain(|name, _| drive.contains_key(name)),
            4 => {
                let filled = vec![0; file.bytes.len() / 2];
                file.bytes.splice(..filled.len(), filled);
                seen.insert(name.clone(), file);
            }
            _ => {
                seen.insert(name.clone(), file);
            }
        }
    }

    /// The copying service has done all that it had to do.
    pub(super) fn settle(&self) {
        if let Some(seen) = &self.seen {
            *seen.lock().unwrap() = self.drive.files();
        }
    }

    fn files(&self) -> Files {
        self.seen.as_ref().map_or_else(|| self.drive.files(), |seen| seen.lock().unwrap().clone())
    }

    fn change(&self, change: impl Fn(&mut Files)) -> Result<(), NetError> {
        self.drive.with(|kept| match kept.broken {
            Some(kind) => {
                let (path, system) = ("the folder".to_owned(), io::Error::from(kind));
                Err(NetError::File { path, system })
            }
            None => {
                change(&mut kept.files);
                Ok(())
            }
        })?;
        if let Some(seen) = &self.seen {
            change(&mut seen.lock().unwrap());
        }
        Ok(())
    }
}

impl Folder for View {
    fn place(&self) -> String {
        "the folder".to_owned()
    }

    fn list(&self) -> Result<Vec<Listed>, NetError> {
        let changed = |file: &File| SystemTime::UNIX_EPOCH + Duration::from_secs(file.changed);
        let listed = self.files().into_iter().map(|(name, file)| Listed {
            name,
            bytes: file.bytes.len() as u64,
            changed: Some(changed(&file)),
        });
        Ok(listed.collect())
    }

    fn read(&self, name: &OsStr, most: usize) -> Result<Option<Vec<u8>>, NetError> {
        if self.drive.with(|kept| kept.closed.contains(name)) {
            let (path, system) = ("the folder".to_owned(), ErrorKind::PermissionDenied.into());
            return Err(NetError::File { path, system });
        }
        let file = self.files().remove(name);
        Ok(file.map(|file| file.bytes.into_iter().take(most).collect()))
    }

    fn write(&self, name: &OsStr, bytes: &[u8]) -> Result<(), NetError> {
        let changed = self.drive.with(|kept| {
            kept.ticks += 1;
            kept.ticks
        });
        self.change(|files| {
            files.insert(name.to_owned(), File { bytes: bytes.to_vec(), changed });
        })
    }

    fn remove(&self, name: &OsStr) -> Result<(), NetError> {
        self.change(|files| {
            files.remove(name);
        })
    }
}

/// An invented school on some devices that have never met since.
pub(in crate::carry) struct Devices {
    pub schools: Vec<School>,
    dir: TempDir,
}

impl Devices {
    pub(in crate::carry) fn new(count: u32) -> Self {
        let dir = TempDir::new().unwrap();
        let options = DemoOptions { pupils: 20, years: 1, seed: 1, devices: count, plain: true };
        demo_school(dir.path(), &options, &|_| {}).unwrap();
        let open = |number: u32| {
            let home = dir.path().join(number.to_string());
            School::open(&home, None, Clock::system()).unwrap()
        };
        Self { schools: (1..=count).map(open).collect(), dir }
    }

    /// Whether the bytes of a device's home hold these words.
    pub(in crate::carry) fn holds(&self, number: usize, words: &str) -> bool {
        let home = self.dir.path().join((number + 1).to_string());
        ["school.db", "school.db-wal"].iter().any(|name| {
            let bytes = std::fs::read(home.join(name)).unwrap_or_default();
            bytes.windows(words.len()).any(|window| window == words.as_bytes())
        })
    }

    /// Writes an incident down; gives its id.
    #[track_caller]
    pub(in crate::carry) fn log(&self, number: usize, words: &str) -> String {
        self.log_in(number, "pastoral", words)
    }

    /// The same in a space of that name.
    #[track_caller]
    pub(in crate::carry) fn log_in(&self, number: usize, space: &str, words: &str) -> String {
        let fields = serde_json::json!({
            "occurred_at": "2026-11-19T10:15", "category": "disruption", "severity": 2,
            "narrative": words,
        });
        let kind = sheaf_records::Kind::Incident;
        self.schools[number].add(kind, Some(space), &fields).unwrap().id
    }

    /// The digest of what each space shows, by name.
    pub(in crate::carry) fn digests(&self, number: usize) -> BTreeMap<String, String> {
        let spaces = self.schools[number].status().unwrap().spaces;
        spaces.into_iter().map(|space| (space.name, space.digest)).collect()
    }

    pub(super) fn at(&self, number: usize, view: &View) -> SharedFolder {
        SharedFolder::at(&self.schools[number], Box::new(view.clone()))
    }
}
