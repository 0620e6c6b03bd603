//! Which faces of a home are open: each holds a lock of its own, so that what one has left behind
//! can be told from what another is still at work on.

use std::fs::{self, File, TryLockError};
use std::path::PathBuf;

use crate::{Home, Result, StoreError, files};

/// Says that a face is open, until it is dropped or the process ends in whatever way.
#[derive(Debug)]
#[must_use = "dropping the lock says that the face is closed"]
pub struct FaceLock {
    path: PathBuf,
    file: Option<File>,
}

impl Drop for FaceLock {
    fn drop(&mut self) {
        self.file = None;
        // A file that stays is empty, and whoever takes over removes it.
        let _ = fs::remove_file(&self.path);
    }
}

impl Home {
    /// Says that a face is open. Its name is random.
    pub fn face_lock(&self, face: [u8; 16]) -> Result<FaceLock> {
        match self.try_face(face)? {
            Some(lock) => Ok(lock),
            None => Err(StoreError::Io {
                path: self.face_path(face),
                source: std::io::ErrorKind::WouldBlock.into(),
            }),
        }
    }

    /// Takes the place of a face that is closed; none while it is open.
    pub fn try_face(&self, face: [u8; 16]) -> Result<Option<FaceLock>> {
        let path = self.face_path(face);
        let file = files::open_private(&path)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(FaceLock { path, file: Some(file) })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(source)) => Err(StoreError::Io { path, source }),
        }
    }

    fn face_path(&self, face: [u8; 16]) -> PathBuf {
        self.dir().join(format!("face-{:032x}.lock", u128::from_be_bytes(face)))
    }
}
