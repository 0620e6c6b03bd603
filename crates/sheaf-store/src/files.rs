//! Small files and folders that only their owner can read, written whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::{Result, StoreError};

/// Told apart within a process by a counter, between processes by their id.
static NEXT_TEMPORARY: AtomicU64 = AtomicU64::new(0);

/// Makes a folder that only its owner can enter; an empty one that exists is taken.
pub(crate) fn create_private_folder(dir: &Path) -> Result<()> {
    fs::create_dir_all(dir).map_err(at(dir))?;
    if fs::read_dir(dir).map_err(at(dir))?.next().is_some() {
        return Err(StoreError::NotEmpty(dir.to_owned()));
    }
    make_private(dir, 0o700)?;
    // The name of the folder is kept in the one above it.
    dir.canonicalize().map_err(at(dir))?.parent().map_or(Ok(()), sync_folder)
}

/// Takes everybody else's permissions away.
#[cfg(unix)]
fn make_private(path: &Path, mode: u32) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).map_err(at(path))
}

/// Elsewhere the folder of the user is private by default.
#[cfg(not(unix))]
fn make_private(_path: &Path, _mode: u32) -> Result<()> {
    Ok(())
}

/// Opens a file for writing, made private if it is new.
pub(crate) fn open_private(path: &Path) -> Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).read(true).write(true);
    private(&mut options).open(path).map_err(at(path))
}

/// Makes a private file that must not be there yet.
pub(crate) fn create_new_private(path: &Path) -> Result<File> {
    let mut options = OpenOptions::new();
    options.create_new(true).write(true);
    private(&mut options).open(path).map_err(at(path))
}

/// A name beside a file or folder, for what shall take its place.
pub(crate) fn beside(target: &Path) -> Result<PathBuf> {
    let name = target.file_name().and_then(|name| name.to_str());
    let name = name.ok_or_else(|| StoreError::NoName(target.to_owned()))?;
    Ok(folder_of(target).join(temporary_name(name)))
}

/// The folder in which a file or folder lies.
pub(crate) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
        Some(parent) => parent,
        None => path,
    }
}

fn temporary_name(name: &str) -> String {
    let number = NEXT_TEMPORARY.fetch_add(1, Ordering::Relaxed);
    format!(".{name}.{}.{number}.new", std::process::id())
}

/// Makes a private empty file, in place of one that may be there.
pub(crate) fn create_private(path: &Path) -> Result<()> {
    open_private(path)?.set_len(0).map_err(at(path))
}

/// Gives a file in a folder another name, durably.
pub(crate) fn rename(dir: &Path, from: &Path, to: &Path) -> Result<()> {
    fs::rename(from, to).map_err(at(to))?;
    sync_folder(dir)
}

/// Replaces a file in one step: whoever reads it, also after a crash, finds the old bytes or the
/// new ones.
pub(crate) fn write_whole(dir: &Path, name: &str, bytes: &[u8]) -> Result<()> {
    let temporary = dir.join(temporary_name(name));
    let target = dir.join(name);
    let written = write_synced(&temporary, bytes).and_then(|()| fs::rename(&temporary, &target));
    if let Err(source) = written {
        // What is left over is private and harmless; the first error is the one to report.
        let _ = fs::remove_file(&temporary);
        return Err(at(&target)(source));
    }
    sync_folder(dir)
}

/// The bytes of a file, or none if it is not there; refuses one over `limit`.
pub(crate) fn read_bounded(dir: &Path, name: &'static str, limit: u64) -> Result<Option<Vec<u8>>> {
    let path = dir.join(name);
    let file = match File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(StoreError::Io { path, source }),
    };
    let mut bytes = Vec::new();
    file.take(limit + 1).read_to_end(&mut bytes).map_err(at(&path))?;
    if bytes.len() as u64 > limit {
        let what = format!("it is over {limit} bytes");
        return Err(StoreError::DamagedFile { file: name, what });
    }
    Ok(Some(bytes))
}

/// Names the path in an error of the system.
pub(crate) fn at(path: &Path) -> impl FnOnce(std::io::Error) -> StoreError {
    let path = path.to_owned();
    move |source| match source.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => StoreError::DriveFull(path),
        _ => StoreError::Io { path, source },
    }
}

fn write_synced(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.create_new(true).write(true);
    let mut file = private(&mut options).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(unix)]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600)
}

#[cfg(not(unix))]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

/// Without this the new name may be gone after a power cut.
#[cfg(unix)]
fn sync_folder(dir: &Path) -> Result<()> {
    File::open(dir).and_then(|folder| folder.sync_all()).map_err(at(dir))
}

#[cfg(not(unix))]
fn sync_folder(_dir: &Path) -> Result<()> {
    Ok(())
}
