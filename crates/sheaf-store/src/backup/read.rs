//! Reading a backup.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use sheaf_charter::{
    BACKUP_CHUNK_BYTES, BACKUP_HEAD_BYTES, BACKUP_TAG_BYTES, BackupChunks, BackupHead,
    CharterError, ChunkPlace,
};
use zeroize::Zeroizing;

use crate::files::at;
use crate::{Result, StoreError};

/// A backup of which the head has been read. No byte of it is given out before its chunk is
/// checked; an error says at which byte of the file that failed.
#[derive(Debug)]
pub struct BackupReader {
    path: PathBuf,
    file: BufReader<File>,
    head: BackupHead,
    chunks: Option<BackupChunks>,
    /// What is open and not taken yet.
    open: Zeroizing<Vec<u8>>,
    taken: usize,
    /// Where the next chunk begins.
    offset: u64,
    place: ChunkPlace,
}

impl BackupReader {
    /// Opens a file and reads its head.
    pub fn open(path: &Path) -> Result<Self> {
        let file = File::open(path).map_err(at(path))?;
        let mut file = BufReader::with_capacity(BACKUP_CHUNK_BYTES, file);
        let mut bytes = Vec::with_capacity(BACKUP_HEAD_BYTES);
        let limit = BACKUP_HEAD_BYTES as u64;
        file.by_ref().take(limit).read_to_end(&mut bytes).map_err(at(path))?;
        let head = match BackupHead::from_bytes(&bytes) {
            Ok(head) => head,
            Err(CharterError::NotABackup) => return Err(StoreError::NotABackup(path.to_owned())),
            Err(error @ CharterError::NewerBackup { .. }) => return Err(error.into()),
            Err(_) => return Err(StoreError::DamagedBackup { path: path.to_owned(), offset: 0 }),
        };
        Ok(Self {
            path: path.to_owned(),
            file,
            head,
            chunks: None,
            open: Zeroizing::default(),
            taken: 0,
            offset: limit,
            place: ChunkPlace::Before,
        })
    }

    /// The head.
    pub const fn head(&self) -> &BackupHead {
        &self.head
    }

    /// Takes the key under which the chunks are; false if it is another.
    pub fn unlock(&mut self, passphrase_key: &[u8; 32]) -> bool {
        self.chunks = self.head.chunks(passphrase_key);
        self.chunks.is_some()
    }

    /// The next bytes. The caller has bounded their number.
    pub fn take(&mut self, length: usize) -> Result<Zeroizing<Vec<u8>>> {
        let mut out = Zeroizing::new(Vec::with_capacity(length));
        while out.len() < length {
            let part = self.part(length - out.len())?;
            out.extend_from_slice(part);
        }
        Ok(out)
    }

    /// Copies the next bytes into a file.
    pub fn copy(&mut self, length: u64, out: &mut File, name: &Path) -> Result<()> {
        let mut left = length;
        while left > 0 {
            let most = usize::try_from(left).unwrap_or(usize::MAX);
            let part = self.part(most)?;
            out.write_all(part).map_err(at(name))?;
            left -= part.len() as u64;
        }
        Ok(())
    }

    /// The backup must end here.
    pub fn end(mut self) -> Result<()> {
        if self.place == ChunkPlace::Before && self.taken == self.open.len() {
            self.next_chunk()?;
        }
        if self.taken == self.open.len() { Ok(()) } else { Err(self.damaged()) }
    }

    /// At most so many of the next bytes, and at least one.
    fn part(&mut self, most: usize) -> Result<&[u8]> {
        if self.taken == self.open.len() {
            self.next_chunk()?;
        }
        let from = self.taken;
        self.taken = self.open.len().min(from.saturating_add(most));
        let damaged = StoreError::DamagedBackup { path: self.path.clone(), offset: self.offset };
        self.open.get(from..self.taken).filter(|part| !part.is_empty()).ok_or(damaged)
    }

    fn next_chunk(&mut self) -> Result<()> {
        if self.place == ChunkPlace::Last {
            return Err(self.damaged());
        }
        let limit = (BACKUP_CHUNK_BYTES + BACKUP_TAG_BYTES) as u64;
        let mut sealed = Vec::with_capacity(BACKUP_CHUNK_BYTES + BACKUP_TAG_BYTES);
        self.file.by_ref().take(limit).read_to_end(&mut sealed).map_err(at(&self.path))?;
        if self.file.fill_buf().map_err(at(&self.path))?.is_empty() {
            self.place = ChunkPlace::Last;
        }
        let (damaged, place) = (self.damaged(), self.place);
        let chunks = self.chunks.as_mut().ok_or(StoreError::KeyNeeded)?;
        self.open = chunks.open(&sealed, place).ok_or(damaged)?;
        self.taken = 0;
        self.offset += sealed.len() as u64;
        Ok(())
    }

    fn damaged(&self) -> StoreError {
        StoreError::DamagedBackup { path: self.path.clone(), offset: self.offset }
    }
}
