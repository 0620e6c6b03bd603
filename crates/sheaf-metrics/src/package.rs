//! A metric as files: manifest, script, examples, README; and the hash over them all.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::error::MetricError;
use crate::limits::{MAX_EXAMPLES, MAX_FILE, MAX_SCRIPT};
use crate::manifest::{Identify, Manifest};

/// The name of the manifest.
pub const MANIFEST: &str = "plugin.toml";
/// The name of the script.
pub const SCRIPT: &str = "metric.rhai";
/// The name of the description.
pub const README: &str = "README.md";
/// The folder of the examples.
pub const EXAMPLES: &str = "examples";

/// The domain of the hash, so that it is never mistaken for another.
const HASH_CONTEXT: &str = "sheaf/1/metric";

/// One metric with all its files.
#[derive(Clone, Debug, PartialEq)]
pub struct Package {
    /// What it says of itself.
    pub manifest: Manifest,
    /// The source of its script.
    pub script: String,
    /// Its description; empty if it has none.
    pub readme: String,
    /// Its examples: file name and text, in order of name.
    pub examples: Vec<(String, String)>,
    hash: String,
}

impl Package {
    /// Reads a metric from its folder.
    ///
    /// # Errors
    /// Refuses a folder without manifest or script, files that are too large, are no text or are
    /// links, a manifest that cannot be used, and an id that is not the name of the folder.
    pub fn load(folder: &Path) -> Result<Self, MetricError> {
        let mut files = BTreeMap::new();
        for (name, limit) in [(MANIFEST, MAX_FILE), (SCRIPT, MAX_SCRIPT)] {
            let text = read(&folder.join(name), name, limit)?.ok_or_else(|| {
                let why =
                    format!("missing in `{}`; `sheaf metric new` makes one", folder.display());
                MetricError::Package { file: name.to_owned(), why }
            })?;
            files.insert(name.to_owned(), text);
        }
        if let Some(text) = read(&folder.join(README), README, MAX_FILE)? {
            files.insert(README.to_owned(), text);
        }
        read_examples(folder, &mut files)?;
        let package = Self::from_files(files)?;
        let name = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let is_named = folder.file_name().is_none() || name == package.manifest.id;
        match is_named {
            true => Ok(package),
            false => Err(MetricError::Package {
                file: MANIFEST.to_owned(),
                why: format!("its id is `{}`, but its folder is `{name}`", package.manifest.id),
            }),
        }
    }

    /// A metric from the texts of its files by name, as they are compiled in or replicated.
    ///
    /// # Errors
    /// Refuses missing files and a manifest that cannot be used.
    pub fn from_files(files: BTreeMap<String, String>) -> Result<Self, MetricError> {
        let hash = hash(&files);
        let get = |name: &str| {
            let why = || MetricError::Package { file: name.to_owned(), why: "missing".to_owned() };
            files.get(name).cloned().ok_or_else(why)
        };
        let manifest = Manifest::parse(&get(MANIFEST)?)?;
        let script = get(SCRIPT)?;
        let readme = files.get(README).cloned().unwrap_or_default();
        let is_example = |name: &str| name.starts_with(EXAMPLES) && name.ends_with(".json");
        let examples = files.into_iter().filter(|(name, _)| is_example(name)).collect();
        Ok(Self { manifest, script, readme, examples, hash })
    }

    /// The BLAKE3 over all its files, in hexadecimal.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// Whether it may ever name pupils.
    pub fn may_identify(&self) -> bool {
        self.manifest.identify == Identify::IfAllowed
    }
}

fn read_examples(folder: &Path, files: &mut BTreeMap<String, String>) -> Result<(), MetricError> {
    let folder = folder.join(EXAMPLES);
    if !folder.is_dir() {
        return Ok(());
    }
    let failed = |error: std::io::Error| MetricError::Package {
        file: EXAMPLES.to_owned(),
        why: error.to_string(),
    };
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
            return Err(MetricError::Package { file: EXAMPLES.to_owned(), why });
        }
        let name = format!("{EXAMPLES}/{name}");
        if let Some(text) = read(&path, &name, MAX_FILE)? {
            files.insert(name, text);
        }
    }
    Ok(())
}

/// The text of a file, none where there is no such file.
fn read(path: &Path, name: &str, limit: usize) -> Result<Option<String>, MetricError> {
    let fail = |why: String| MetricError::Package { file: name.to_owned(), why };
    let about = match fs::symlink_metadata(path) {
        Ok(about) => about,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(fail(error.to_string())),
    };
    if !about.is_file() {
        return Err(fail("not a plain file; links and folders are not followed".to_owned()));
    }
    if about.len() > limit as u64 {
        return Err(fail(format!("{} bytes are more than {limit}", about.len())));
    }
    let bytes = fs::read(path).map_err(|error| fail(error.to_string()))?;
    if bytes.len() > limit {
        return Err(fail(format!("{} bytes are more than {limit}", bytes.len())));
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Some(text)),
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            Err(fail(format!("byte {at} is not UTF-8 text; save the file as UTF-8")))
        }
    }
}

/// Names and texts with their lengths, in order of name, so that no two packages hash alike.
fn hash(files: &BTreeMap<String, String>) -> String {
    let mut hasher = blake3::Hasher::new_derive_key(HASH_CONTEXT);
    for part in files.iter().flat_map(|(name, text)| [name, text]) {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().to_hex().to_string()
}

#[cfg(test)]
mod tests;
