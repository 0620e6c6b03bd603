//! A copy of the store as it is at one moment, whatever is written meanwhile.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use rusqlite::backup::Backup;

use crate::{Home, Result, Snapshot, Store, StoreError, connection, files};

/// The copy, under the store's own key.
const COPY_FILE: &str = "school.copy";
const COPY_LOCK_FILE: &str = "copy.lock";
/// What the engine may leave beside the copy.
const SUFFIXES: [&str; 3] = ["", "-wal", "-shm"];

/// A copy of the store in the home's folder; it goes when this is dropped.
#[derive(Debug)]
pub struct StoreCopy {
    path: PathBuf,
    _lock: File,
}

impl Store {
    /// Copies the store as it is now, and looks into the copy. One process at a time does so.
    pub fn copy<T>(
        &self,
        home: &Home,
        look: impl FnOnce(&Snapshot<'_>) -> Result<T>,
    ) -> Result<(StoreCopy, T)> {
        let lock_path = home.dir().join(COPY_LOCK_FILE);
        let lock = files::open_private(&lock_path)?;
        lock.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => StoreError::CopyBusy,
            TryLockError::Error(source) => StoreError::Io { path: lock_path, source },
        })?;
        let copy = StoreCopy { path: home.dir().join(COPY_FILE), _lock: lock };
        copy.remove();
        files::create_private(&copy.path)?;
        let mut into = connection::open_file(&copy.path, self.key())?;
        self.on_reader(|from| {
            // All pages in one step: they are of one moment, and writers go on meanwhile.
            Backup::new(from, &mut into)?.step(-1)?;
            Ok(())
        })?;
        let seen = look(&Snapshot::new(&into))?;
        // The engine forgets its statements, so that it can let go of the file.
        into.flush_prepared_statement_cache();
        into.close().map_err(|(_, error)| error)?;
        Ok((copy, seen))
    }
}

impl StoreCopy {
    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How long it is.
    pub fn bytes(&self) -> Result<u64> {
        Ok(fs::metadata(&self.path).map_err(files::at(&self.path))?.len())
    }

    fn remove(&self) {
        for suffix in SUFFIXES {
            let mut name = self.path.clone().into_os_string();
            name.push(suffix);
            // Most often there is none.
            let _ = fs::remove_file(name);
        }
    }
}

impl Drop for StoreCopy {
    fn drop(&mut self) {
        self.remove();
    }
}

/// Removes a copy that a process has left which was killed: what is erased in the store stands in
/// it still.
pub(crate) fn remove_left(home: &Home) -> Result<()> {
    let path = home.dir().join(COPY_FILE);
    if !fs::exists(&path).map_err(files::at(&path))? {
        return Ok(());
    }
    let lock = files::open_private(&home.dir().join(COPY_LOCK_FILE))?;
    if lock.try_lock().is_ok() {
        drop(StoreCopy { path, _lock: lock });
    }
    Ok(())
}
