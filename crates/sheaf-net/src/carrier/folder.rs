//! A folder that devices share: a mapped drive, or one that a cloud service copies around.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::file::{at, sync_folder};
use crate::error::NetError;

/// At most this many files are looked at: far more than the devices of a school leave there.
pub const MAX_FOLDER_FILES: usize = 50_000;
/// How the names of files end that are still being written.
const UNFINISHED: &str = ".part";

/// A file as a listing shows it. The listing may be old.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listed {
    /// Its name, which says nothing.
    pub name: OsString,
    /// How long it is.
    pub bytes: u64,
    /// When it was last changed, where that is known.
    pub changed: Option<SystemTime>,
}

/// What a shared folder does. There are no locks in it: nobody writes a file of somebody else's.
pub trait Folder: Send {
    /// Where it is, for people.
    fn place(&self) -> String;

    /// The files in it, without those that are still being written.
    ///
    /// # Errors
    /// It is not there now, or cannot be read.
    fn list(&self) -> Result<Vec<Listed>, NetError>;

    /// The first bytes of a file, at most so many; none if it is not there any more.
    ///
    /// # Errors
    /// It cannot be read.
    fn read(&self, name: &OsStr, most: usize) -> Result<Option<Vec<u8>>, NetError>;

    /// Writes a file: whoever reads it finds it whole, or does not find it.
    ///
    /// # Errors
    /// It cannot be written: the folder is full, or is not there now.
    fn write(&self, name: &OsStr, bytes: &[u8]) -> Result<(), NetError>;

    /// Deletes a file; one that is gone already is no error.
    ///
    /// # Errors
    /// It cannot be deleted.
    fn remove(&self, name: &OsStr) -> Result<(), NetError>;
}

/// A folder of this machine's file system, wherever that keeps it.
#[derive(Clone, Debug)]
pub struct DiskFolder {
    dir: PathBuf,
    /// Of this device's one unfinished file, so that one that a crash left over is taken again.
    unfinished: String,
}

impl DiskFolder {
    /// The folder at that path; `tag` tells this device's unfinished file from those of others.
    pub fn new(dir: &Path, tag: &str) -> Self {
        Self { dir: dir.to_owned(), unfinished: format!("{tag}{UNFINISHED}") }
    }
}

impl Folder for DiskFolder {
    fn place(&self) -> String {
        self.dir.display().to_string()
    }

    fn list(&self) -> Result<Vec<Listed>, NetError> {
        let mut listed = Vec::new();
        for entry in fs::read_dir(&self.dir).map_err(at(&self.dir))? {
            let entry = entry.map_err(at(&self.dir))?;
            let name = entry.file_name();
            let unfinished = name.as_encoded_bytes().ends_with(UNFINISHED.as_bytes());
            // A file may go between the listing and the look at it.
            let Ok(what) = entry.metadata() else { continue };
            if unfinished || !what.is_file() {
                continue;
            }
            if listed.len() >= MAX_FOLDER_FILES {
                let place = self.place();
                return Err(NetError::TooManyFiles { place, limit: MAX_FOLDER_FILES });
            }
            listed.push(Listed { name, bytes: what.len(), changed: what.modified().ok() });
        }
        Ok(listed)
    }

    fn read(&self, name: &OsStr, most: usize) -> Result<Option<Vec<u8>>, NetError> {
        let path = self.dir.join(name);
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(at(&path)(error)),
        };
        let mut bytes = Vec::new();
        file.take(most as u64).read_to_end(&mut bytes).map_err(at(&path))?;
        Ok(Some(bytes))
    }

    fn write(&self, name: &OsStr, bytes: &[u8]) -> Result<(), NetError> {
        let (target, unfinished) = (self.dir.join(name), self.dir.join(&self.unfinished));
        let written = OpenOptions::new()
            .create(true)
            .truncate(true)
            .write(true)
            .open(&unfinished)
            .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
            .and_then(|()| fs::rename(&unfinished, &target))
            .and_then(|()| sync_folder(&self.dir));
        written.map_err(|source| {
            // What is left over is taken again by the next file; the first error is the one to
            // report.
            let _ = fs::remove_file(&unfinished);
            at(&self.dir)(source)
        })
    }

    fn remove(&self, name: &OsStr) -> Result<(), NetError> {
        let path = self.dir.join(name);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(at(&path)(error)),
            _ => Ok(()),
        }
    }
}
