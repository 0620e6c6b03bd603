//! Writing a backup.

use std::fs::{self, File};
use std::io::{BufWriter, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use sheaf_charter::{
    BACKUP_CHUNK_BYTES, BACKUP_HEAD_BYTES, BackupChunks, BackupHead, CharterError, ChunkPlace,
};
use zeroize::Zeroizing;

use crate::files::{self, at};
use crate::{Result, StoreError};

/// A backup on its way into a file. Unless it is finished nothing of it stays, and what was there
/// under its name before is as it was.
#[derive(Debug)]
pub struct BackupWriter {
    target: PathBuf,
    temporary: PathBuf,
    out: Option<BufWriter<File>>,
    chunks: BackupChunks,
    /// What is not sealed yet: a full chunk waits until more comes, because the last is marked.
    waiting: Zeroizing<Vec<u8>>,
    written: u64,
}

impl BackupWriter {
    /// Begins a backup. Refuses a name under which something else than a backup is.
    pub fn create(target: &Path, head: &BackupHead, chunks: BackupChunks) -> Result<Self> {
        check_name(target)?;
        let temporary = files::beside(target)?;
        let file = files::create_new_private(&temporary)?;
        let mut writer = Self {
            target: target.to_owned(),
            temporary,
            out: Some(BufWriter::new(file)),
            chunks,
            waiting: Zeroizing::new(Vec::with_capacity(BACKUP_CHUNK_BYTES)),
            written: 0,
        };
        writer.put(&head.to_bytes())?;
        Ok(writer)
    }

    /// Adds bytes.
    pub fn write(&mut self, mut bytes: &[u8]) -> Result<()> {
        while !bytes.is_empty() {
            if self.waiting.len() == BACKUP_CHUNK_BYTES {
                self.seal(ChunkPlace::Before)?;
            }
            let room = (BACKUP_CHUNK_BYTES - self.waiting.len()).min(bytes.len());
            let (now, later) = bytes.split_at(room);
            self.waiting.extend_from_slice(now);
            bytes = later;
        }
        Ok(())
    }

    /// Adds a whole file; gives how long it was.
    pub fn write_file(&mut self, path: &Path) -> Result<u64> {
        let mut file = File::open(path).map_err(at(path))?;
        let mut buffer = Zeroizing::new(vec![0; BACKUP_CHUNK_BYTES]);
        let mut length = 0;
        loop {
            let count = file.read(&mut buffer).map_err(at(path))?;
            let Some(bytes) = buffer.get(..count).filter(|bytes| !bytes.is_empty()) else {
                return Ok(length);
            };
            self.write(bytes)?;
            length += bytes.len() as u64;
        }
    }

    /// Seals what is left, makes it durable and gives it its name; gives how long the file is.
    pub fn finish(mut self) -> Result<u64> {
        self.seal(ChunkPlace::Last)?;
        let out = self.out.take().ok_or(StoreError::Unknown("backup"))?;
        let file = out.into_inner().map_err(|error| at(&self.target)(error.into_error()))?;
        file.sync_all().map_err(at(&self.target))?;
        drop(file);
        files::rename(files::folder_of(&self.target), &self.temporary, &self.target)?;
        Ok(self.written)
    }

    fn seal(&mut self, place: ChunkPlace) -> Result<()> {
        let sealed = self.chunks.seal(&self.waiting, place)?;
        self.waiting.clear();
        self.put(&sealed)
    }

    fn put(&mut self, bytes: &[u8]) -> Result<()> {
        let out = self.out.as_mut().ok_or(StoreError::Unknown("backup"))?;
        out.write_all(bytes).map_err(at(&self.target))?;
        self.written += bytes.len() as u64;
        Ok(())
    }
}

impl Drop for BackupWriter {
    fn drop(&mut self) {
        // Gone already if it was finished.
        let _ = fs::remove_file(&self.temporary);
    }
}

/// A backup may take the place of an older one and of nothing else.
fn check_name(target: &Path) -> Result<()> {
    let mut file = match File::open(target) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(source) => return Err(StoreError::Io { path: target.to_owned(), source }),
    };
    let mut head = [0; BACKUP_HEAD_BYTES];
    let is_whole = file.read_exact(&mut head).is_ok();
    let is_backup = match BackupHead::from_bytes(&head) {
        Ok(_) | Err(CharterError::NewerBackup { .. }) => is_whole,
        Err(_) => false,
    };
    if is_backup { Ok(()) } else { Err(StoreError::NotReplaced(target.to_owned())) }
}
