//! A metric as a zip file, for other schools.

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};

use zip::read::ZipFile;
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use super::folder::text_of;
use super::{Package, limit_of, wrong};
use crate::error::MetricError;
use crate::limits::{MAX_EXAMPLES, MAX_FILE_NAME, MAX_PACKAGE, MAX_ZIP};

/// What an error calls the whole.
const WHOLE: &str = "zip file";
/// Entries of a zip file: every file that a metric may have, and folders.
const MAX_ENTRIES: usize = MAX_EXAMPLES + 8;
/// The length of the last record of a zip file, without its comment.
const END_RECORD: usize = 22;
/// Where in it the number of entries stands.
const END_COUNT: usize = 10;
/// Where in it the length of its comment stands.
const END_COMMENT: usize = 20;

impl Package {
    /// All its files and the signature as a zip file with one folder. The same package gives the
    /// same bytes.
    ///
    /// # Errors
    /// The file could not be put together.
    pub fn to_zip(&self) -> Result<Vec<u8>, MetricError> {
        let failed = |error: &dyn std::fmt::Display| wrong(WHOLE, error.to_string());
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(DateTime::DEFAULT);
        for (name, text) in self.all_files() {
            let path = format!("{}/{name}", self.manifest.id);
            writer.start_file(path, options).map_err(|error| failed(&error))?;
            writer.write_all(text.as_bytes()).map_err(|error| failed(&error))?;
        }
        Ok(writer.finish().map_err(|error| failed(&error))?.into_inner())
    }

    /// Reads a zip file: the files of one metric, in one folder or in none.
    ///
    /// # Errors
    /// As [`Package::from_files`]; also what is no zip file, is encrypted, unpacks to too much,
    /// names a file twice or names one outside its folder.
    pub fn from_zip(bytes: &[u8]) -> Result<Self, MetricError> {
        if bytes.len() > MAX_ZIP {
            return Err(wrong(WHOLE, format!("{} bytes are more than {MAX_ZIP}", bytes.len())));
        }
        let count = count(bytes)?;
        let mut archive =
            ZipArchive::new(Cursor::new(bytes)).map_err(|error| unreadable(&error))?;
        // The reader goes by names and does not see one that comes twice.
        if archive.len() != count {
            return Err(wrong(WHOLE, "names a file twice; export the metric again"));
        }
        let mut files = BTreeMap::new();
        let mut folder: Option<String> = None;
        let mut room = MAX_PACKAGE;
        for index in 0..archive.len() {
            let mut entry = archive.by_index(index).map_err(|error| unreadable(&error))?;
            if entry.is_dir() {
                continue;
            }
            let (within, name) = split(&entry)?;
            if *folder.get_or_insert_with(|| within.clone()) != within {
                return Err(wrong(&name, "is in another folder than the rest of the metric"));
            }
            let text = unpack(&mut entry, &name, room)?;
            room = room.saturating_sub(text.len());
            files.insert(name, text);
        }
        let package = Self::from_files(files)?;
        match folder.filter(|folder| !folder.is_empty() && *folder != package.manifest.id) {
            Some(folder) => {
                let id = &package.manifest.id;
                Err(wrong(WHOLE, format!("its folder is `{folder}`, but the metric is `{id}`")))
            }
            None => Ok(package),
        }
    }
}

fn unreadable(error: &ZipError) -> MetricError {
    wrong(WHOLE, format!("cannot be read: {error}"))
}

/// The number of entries that the end of the file gives, held against the limit before any is
/// read.
fn count(bytes: &[u8]) -> Result<usize, MetricError> {
    let number = |at: usize| {
        let two = bytes.get(at..at + 2)?;
        Some(usize::from(u16::from_le_bytes(two.try_into().ok()?)))
    };
    let end = bytes.windows(4).rposition(|window| window == b"PK\x05\x06");
    let end = end.filter(|end| {
        let comment = number(end + END_COMMENT);
        comment.is_some_and(|comment| end + END_RECORD + comment == bytes.len())
    });
    match end.and_then(|end| number(end + END_COUNT)) {
        Some(count) if count <= MAX_ENTRIES => Ok(count),
        Some(count) => Err(wrong(WHOLE, format!("{count} entries are more than {MAX_ENTRIES}"))),
        None => Err(wrong(WHOLE, "is no whole zip file; copy or export it again")),
    }
}

/// The folder and the name inside it. A name that leads out of its folder is refused, not mended.
fn split<R: Read>(entry: &ZipFile<'_, R>) -> Result<(String, String), MetricError> {
    let shown = |name: &[u8]| {
        let name: String = String::from_utf8_lossy(name).chars().take(MAX_FILE_NAME).collect();
        name.escape_default().to_string()
    };
    let raw = entry.name_raw();
    let name = std::str::from_utf8(raw).map_err(|_| wrong(&shown(raw), "its name is no text"))?;
    if entry.encrypted() {
        return Err(wrong(&shown(raw), "is encrypted; export the metric without a password"));
    }
    if entry.is_symlink() {
        return Err(wrong(&shown(raw), "is a link; links are not followed"));
    }
    let whole = |name: &str| limit_of(name).is_some();
    if whole(name) {
        return Ok((String::new(), name.to_owned()));
    }
    match name.split_once('/') {
        Some((folder, rest)) if crate::manifest::is_id(folder) && whole(rest) => {
            Ok((folder.to_owned(), rest.to_owned()))
        }
        _ => Err(wrong(&shown(raw), "is no file of a metric; nothing was unpacked")),
    }
}

/// The text of an entry, read no further than its limit and the room that is left.
fn unpack<R: Read>(
    entry: &mut ZipFile<'_, R>,
    name: &str,
    room: usize,
) -> Result<String, MetricError> {
    let limit = limit_of(name).unwrap_or_default().min(room);
    let mut bytes = Vec::new();
    let read = entry.take(limit as u64 + 1).read_to_end(&mut bytes);
    read.map_err(|error| wrong(name, format!("cannot be unpacked: {error}")))?;
    if bytes.len() > limit {
        return Err(wrong(name, format!("unpacks to more than {limit} bytes")));
    }
    text_of(name, bytes)
}
