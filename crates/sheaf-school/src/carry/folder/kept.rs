//! The shared folders that a person has chosen: remembered in the home, so that whichever process
//! of it is on the network carries on with them, the next time too.

use std::path::{Path, PathBuf};

use crate::error::{Result, SchoolError};
use crate::school::School;
use crate::shape::FolderSynced;

/// Where they are remembered.
const FOLDERS: &str = "folder/used";
/// Each is looked at every few seconds: one for the school, one at home, and a few that were
/// forgotten.
pub const MAX_FOLDERS: usize = 4;

/// How it stands with a folder that is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FolderStands {
    /// Everything that lies there is here, and whole.
    Level,
    /// Not all that lies there is whole yet, or it builds on what is not here.
    Unfinished,
    /// It cannot be used now, and why.
    Away(String),
    /// It has not been looked at yet, or another process of this home looks after it.
    Unknown,
}

impl School {
    /// The shared folders that this device uses.
    pub fn folders(&self) -> Result<Vec<PathBuf>> {
        let kept = self.core.store.read(|snapshot| snapshot.setting(FOLDERS))?;
        let kept = kept.map_or_else(|| Ok(Vec::new()), |bytes| serde_json::from_slice(&bytes));
        kept.map_err(|_| SchoolError::Index("the shared folders".to_owned()))
    }

    /// Uses a shared folder from now on. What lies there is taken in once before it is
    /// remembered: one that cannot be used is not.
    pub fn use_folder(&self, dir: &Path) -> Result<FolderSynced> {
        self.check_reads()?;
        let dir = whole(dir)?;
        let mut folders = self.folders()?;
        let is_used = folders.iter().any(|one| is_same(one, &dir));
        if !is_used && folders.len() >= MAX_FOLDERS {
            return Err(SchoolError::Refused(format!(
                "this device uses {MAX_FOLDERS} shared folders already; stop one of them first"
            )));
        }
        let synced = self.sync_folder(&dir)?;
        if let Some(why) = &synced.unwritten {
            let taken_in = synced.session.received;
            let words = format!("{why} (entries that were taken in before: {taken_in})");
            return Err(SchoolError::Refused(words));
        }
        if !is_used {
            folders.push(dir);
            self.keep_folders(&folders)?;
        }
        Ok(synced)
    }

    /// Uses a shared folder no more. What lies there stays, for the others.
    pub fn stop_folder(&self, dir: &Path) -> Result<()> {
        let dir = whole(dir)?;
        let mut folders = self.folders()?;
        let before = folders.len();
        folders.retain(|one| !is_same(one, &dir));
        if folders.len() == before {
            let name = dir.display().to_string();
            let hint = " among those that this device uses".to_owned();
            return Err(SchoolError::NotFound { what: "shared folder", name, hint });
        }
        self.keep_folders(&folders)
    }

    fn keep_folders(&self, folders: &[PathBuf]) -> Result<()> {
        let not_text =
            |_| SchoolError::Refused("the name of the folder cannot be remembered".to_owned());
        let bytes = serde_json::to_vec(folders).map_err(not_text)?;
        self.core.store.write(|txn| Ok::<_, SchoolError>(txn.put_setting(FOLDERS, &bytes)?))?;
        self.core.note_save();
        Ok(())
    }
}

/// Whether a folder that is remembered is the one at this whole path: an earlier version may have
/// remembered it by a way round.
fn is_same(remembered: &Path, dir: &Path) -> bool {
    remembered == dir || whole(remembered).is_ok_and(|one| one == dir)
}

/// The same folder wherever a program of this home is started, and by whatever way it was named.
/// On Windows an absolute path has no way round in it, and keeps the letter of its drive.
pub(crate) fn whole(dir: &Path) -> Result<PathBuf> {
    let there = if cfg!(unix) { dir.canonicalize().ok() } else { None };
    there
        .map_or_else(|| std::path::absolute(dir), Ok)
        .map_err(|source| SchoolError::File { path: dir.display().to_string(), source })
}
