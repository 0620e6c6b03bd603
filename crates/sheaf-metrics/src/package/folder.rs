//! A metric in a folder: read with bounds, written whole or not at all.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::{EXAMPLES, MANIFEST, Package, README, SCRIPT, SIGNATURE, limit_of, wrong};
use crate::error::MetricError;
use crate::limits::MAX_EXAMPLES;

/// The files of a metric in its folder; what else lies there is left alone.
pub(super) fn read(folder: &Path) -> Result<BTreeMap<String, String>, MetricError> {
    let mut files = BTreeMap::new();
    for name in [MANIFEST, SCRIPT, README, SIGNATURE] {
        let text = read_file(&folder.join(name), name)?;
        if text.is_none() && [MANIFEST, SCRIPT].contains(&name) {
            let folder = folder.display();
            let why = format!("missing in `{folder}`; `sheaf metric new` makes one");
            return Err(wrong(name, why));
        }
        files.extend(text.map(|text| (name.to_owned(), text)));
    }
    read_examples(folder, &mut files)?;
    Ok(files)
}

fn read_examples(folder: &Path, files: &mut BTreeMap<String, String>) -> Result<(), MetricError> {
    let folder = folder.join(EXAMPLES);
    if !folder.is_dir() {
        return Ok(());
    }
    let failed = |error: std::io::Error| wrong(EXAMPLES, error.to_string());
    let mut count = 0;
    for entry in fs::read_dir(&folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        if !name.ends_with(".json") {
            continue;
        }
        count += 1;
        if count > MAX_EXAMPLES {
            let why = format!("more than {MAX_EXAMPLES} examples; keep those that differ");
            return Err(wrong(EXAMPLES, why));
        }
        let name = format!("{EXAMPLES}/{name}");
        let text = read_file(&path, &name)?;
        files.extend(text.map(|text| (name, text)));
    }
    Ok(())
}

/// The text of a file, none where there is no such file.
fn read_file(path: &Path, name: &str) -> Result<Option<String>, MetricError> {
    let about = match fs::symlink_metadata(path) {
        Ok(about) => about,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(wrong(name, error.to_string())),
    };
    if !about.is_file() {
        return Err(wrong(name, "not a plain file; links and folders are not followed"));
    }
    // What is no file of a metric is refused by its name, whatever its size.
    let limit = limit_of(name).unwrap_or_default();
    if about.len() > limit as u64 {
        return Err(wrong(name, format!("{} bytes are more than {limit}", about.len())));
    }
    let bytes = fs::read(path).map_err(|error| wrong(name, error.to_string()))?;
    text_of(name, bytes).map(Some)
}

/// Bytes as text, or where they are none.
pub(super) fn text_of(name: &str, bytes: Vec<u8>) -> Result<String, MetricError> {
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        wrong(name, format!("byte {at} is not UTF-8 text; save the file as UTF-8"))
    })
}

impl Package {
    /// Writes it as a new folder of its id inside `parent`, and gives that folder.
    ///
    /// # Errors
    /// Refuses a folder that is there already; what was begun is taken away if a file cannot be
    /// written.
    pub fn write_folder(&self, parent: &Path) -> Result<PathBuf, MetricError> {
        let folder = parent.join(&self.manifest.id);
        let failed =
            |error: std::io::Error| wrong(&folder.display().to_string(), error.to_string());
        fs::create_dir(&folder).map_err(failed)?;
        let written = self.write_files(&folder);
        if written.is_err() {
            // The first error is the one to tell.
            fs::remove_dir_all(&folder).ok();
        }
        written.map_err(failed).map(|()| folder.clone())
    }

    fn write_files(&self, folder: &Path) -> std::io::Result<()> {
        fs::create_dir(folder.join(EXAMPLES))?;
        self.all_files().iter().try_for_each(|(name, text)| fs::write(folder.join(name), text))
    }

    /// Its files with the signature, by name.
    pub(super) fn all_files(&self) -> BTreeMap<String, String> {
        let mut files = self.files.clone();
        files.extend(self.signature.as_ref().map(|one| (SIGNATURE.to_owned(), one.to_text())));
        files
    }
}
