//! Files that are there whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::error::NetError;

/// Told apart within a process by a counter, between processes by their id.
static NEXT_TEMPORARY: AtomicU64 = AtomicU64::new(0);
/// What is read or written at once.
const BUFFER_BYTES: usize = 256 * 1024;

/// What is to become of a file that is there already.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Existing {
    /// It stays, and the new one is refused.
    Kept,
    /// The new one takes its place.
    Replaced,
}

/// A file on its way under another name. Unless it is finished nothing of it stays.
#[derive(Debug)]
pub struct NewFile {
    target: PathBuf,
    temporary: PathBuf,
    out: Option<BufWriter<File>>,
    written: u64,
}

impl NewFile {
    /// Begins a file beside the place where it shall be.
    pub fn create(target: &Path, existing: Existing) -> Result<Self, NetError> {
        if existing == Existing::Kept && target.exists() {
            return Err(NetError::Exists { path: target.display().to_string() });
        }
        let temporary = beside(target)?;
        let file = OpenOptions::new().create_new(true).write(true).open(&temporary);
        let file = file.map_err(at(target))?;
        let out = Some(BufWriter::with_capacity(BUFFER_BYTES, file));
        Ok(Self { target: target.to_owned(), temporary, out, written: 0 })
    }

    /// How many bytes it has so far.
    pub const fn written(&self) -> u64 {
        self.written
    }

    /// Makes it durable and gives it its name; gives how long it is.
    pub fn finish(mut self) -> Result<u64, NetError> {
        let Some(out) = self.out.take() else { return Ok(self.written) };
        let file = out.into_inner().map_err(|error| at(&self.target)(error.into_error()))?;
        file.sync_all().map_err(at(&self.target))?;
        drop(file);
        fs::rename(&self.temporary, &self.target).map_err(at(&self.target))?;
        sync_folder(folder_of(&self.target)).map_err(at(&self.target))?;
        Ok(self.written)
    }

    /// What the system said of a write, with the place.
    pub fn failed(&self, source: io::Error) -> NetError {
        at(&self.target)(source)
    }
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Some(out) = self.out.as_mut() else { return Ok(0) };
        let count = out.write(bytes)?;
        self.written += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.as_mut().map_or(Ok(()), Write::flush)
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        // Gone already if it was finished.
        let _ = fs::remove_file(&self.temporary);
    }
}

/// Opens a file to be read from its start.
pub fn open_file(path: &Path) -> Result<BufReader<File>, NetError> {
    let file = File::open(path).map_err(at(path))?;
    let what = file.metadata().map_err(at(path))?;
    if !what.is_file() {
        return Err(at(path)(ErrorKind::IsADirectory.into()));
    }
    Ok(BufReader::with_capacity(BUFFER_BYTES, file))
}

/// Names the path in an error of the system.
pub(super) fn at(path: &Path) -> impl FnOnce(io::Error) -> NetError {
    let path = path.display().to_string();
    move |system| NetError::File { path, system }
}

fn beside(target: &Path) -> Result<PathBuf, NetError> {
    let number = NEXT_TEMPORARY.fetch_add(1, Ordering::Relaxed);
    let Some(name) = target.file_name() else {
        return Err(at(target)(ErrorKind::IsADirectory.into()));
    };
    let mut temporary = std::ffi::OsString::from(".");
    temporary.push(name);
    temporary.push(format!(".{}.{number}.new", std::process::id()));
    Ok(folder_of(target).join(temporary))
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
        Some(parent) => parent,
        None => path,
    }
}

/// Without this the new name may be gone after a power cut. What a mapped drive or a stick makes
/// of it is its own affair: not all of them can.
#[cfg(unix)]
pub(super) fn sync_folder(dir: &Path) -> io::Result<()> {
    match File::open(dir)?.sync_all() {
        Err(error) if error.kind() == ErrorKind::InvalidInput => Ok(()),
        other => other,
    }
}

#[cfg(not(unix))]
pub(super) fn sync_folder(_dir: &Path) -> io::Result<()> {
    Ok(())
}
