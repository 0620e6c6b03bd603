//! The files of people: read up to a bound, written whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use crate::entropy;
use crate::error::{Result, SchoolError};

/// The name of a file in a message.
pub(super) fn name_of(path: &Path) -> String {
    path.display().to_string()
}

/// The first bytes of a file, at most so many.
pub(crate) fn read_bounded(path: &Path, limit: usize) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(limit as u64).read_to_end(&mut bytes));
    read.map_err(at(path))?;
    Ok(bytes)
}

/// Replaces a file in one step: whoever reads it, also after a crash, finds the old bytes or the
/// new ones.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    if path.is_dir() {
        let path = name_of(path);
        return Err(SchoolError::Refused(format!("{path} is a folder; name a file in it")));
    }
    let temporary = beside(path);
    let written = write_synced(&temporary, bytes).and_then(|()| fs::rename(&temporary, path));
    if written.is_err() {
        // What is left over is not the file that was asked for; the first error is the one to tell.
        fs::remove_file(&temporary).ok();
    }
    written.map_err(at(path))
}

/// Writes a file that is not there yet, for this user alone where the system knows such a thing.
pub(crate) fn write_new_private(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut options = OpenOptions::new();
    options.create_new(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(|source| match source.kind() {
        ErrorKind::AlreadyExists => {
            let path = name_of(path);
            SchoolError::Refused(format!("{path} is there already; name a new file"))
        }
        _ => at(path)(source),
    })?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    if written.is_err() {
        // Half a file is none; the first error is the one to tell.
        fs::remove_file(path).ok();
    }
    written.map_err(at(path))
}

fn write_synced(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = OpenOptions::new().create_new(true).write(true).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// A name in the same folder, so that it can be renamed in one step.
fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let random = u64::from_be_bytes(entropy::bytes());
    path.with_file_name(format!(".{name}.{random:016x}.new"))
}

fn at(path: &Path) -> impl FnOnce(std::io::Error) -> SchoolError {
    let path = name_of(path);
    move |source| SchoolError::File { path, source }
}
