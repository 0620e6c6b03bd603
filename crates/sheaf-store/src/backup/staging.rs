//! A home that is being made beside the place where it shall be.

use std::fs;
use std::path::{Path, PathBuf};

use crate::files::{self, at};
use crate::{Result, StoreError};

/// A private folder that becomes the home when it is whole, and goes when it does not.
#[derive(Debug)]
pub struct Staging {
    dir: PathBuf,
    target: PathBuf,
}

impl Staging {
    /// Beside the folder of a new home, which is empty or not there.
    pub fn beside(target: &Path) -> Result<Self> {
        if fs::exists(target).map_err(at(target))?
            && fs::read_dir(target).map_err(at(target))?.next().is_some()
        {
            return Err(StoreError::NotEmpty(target.to_owned()));
        }
        let dir = files::beside(target)?;
        Ok(Self { dir, target: target.to_owned() })
    }

    /// Where to make it.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Puts it in its place, in one step. Whatever had it open has let it go.
    pub fn finish(self) -> Result<()> {
        if fs::exists(&self.target).map_err(at(&self.target))? {
            // Not every system renames over a folder, be it empty.
            fs::remove_dir(&self.target).map_err(at(&self.target))?;
        }
        files::rename(files::folder_of(&self.target), &self.dir, &self.target)
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        // Gone already if it was finished.
        let _ = fs::remove_dir_all(&self.dir);
    }
}
