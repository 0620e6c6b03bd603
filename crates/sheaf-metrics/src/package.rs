//! A metric as files: manifest, script, examples, README; the hash over them all, and who signed
//! them.

mod folder;
mod signature;
mod text;
mod zip_file;

use std::collections::BTreeMap;
use std::path::Path;

use crate::error::MetricError;
use crate::limits::{MAX_EXAMPLES, MAX_FILE, MAX_FILE_NAME, MAX_SCRIPT};
use crate::manifest::{Identify, Manifest};

pub use signature::{SIGNATURE, Signature};

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
    files: BTreeMap<String, String>,
    hash: String,
    signature: Option<Signature>,
}

impl Package {
    /// Reads a metric from its folder.
    ///
    /// # Errors
    /// Refuses a folder without manifest or script, files that are too large, are no text or are
    /// links, a manifest that cannot be used, an id that is not the name of the folder, and files
    /// that were changed after they were signed.
    pub fn load(folder: &Path) -> Result<Self, MetricError> {
        Self::of_folder(folder, folder::read(folder)?)
    }

    /// The same without its signature, which may be of older files: to sign it again.
    ///
    /// # Errors
    /// As [`Package::load`].
    pub fn load_unsigned(folder: &Path) -> Result<Self, MetricError> {
        let mut files = folder::read(folder)?;
        files.remove(SIGNATURE);
        Self::of_folder(folder, files)
    }

    /// The texts of the files in its folder by name, its signature too, whatever they say.
    ///
    /// # Errors
    /// Refuses a folder without manifest or script, and files that are too large, are no text or
    /// are links.
    pub fn read_files(folder: &Path) -> Result<BTreeMap<String, String>, MetricError> {
        folder::read(folder)
    }

    fn of_folder(folder: &Path, files: BTreeMap<String, String>) -> Result<Self, MetricError> {
        let package = Self::from_files(files)?;
        let name = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let is_named = folder.file_name().is_none() || name == package.manifest.id;
        match is_named {
            true => Ok(package),
            false => Err(wrong(
                MANIFEST,
                format!("its id is `{}`, but its folder is `{name}`", package.manifest.id),
            )),
        }
    }

    /// A metric from the texts of its files by name, as they are compiled in or replicated.
    ///
    /// # Errors
    /// Refuses missing files, files that are none of a metric, a manifest that cannot be used, and
    /// files that were changed after they were signed.
    pub fn from_files(mut files: BTreeMap<String, String>) -> Result<Self, MetricError> {
        files.iter().try_for_each(|(name, text)| check_file(name, text))?;
        let signature = files.remove(SIGNATURE);
        let examples: Vec<(String, String)> = files
            .iter()
            .filter(|(name, _)| name.starts_with(EXAMPLES))
            .map(|(name, text)| (name.clone(), text.clone()))
            .collect();
        if examples.len() > MAX_EXAMPLES {
            let why = format!("more than {MAX_EXAMPLES} examples; keep those that differ");
            return Err(wrong(EXAMPLES, why));
        }
        let get = |name: &str| files.get(name).cloned().ok_or_else(|| wrong(name, "missing"));
        let manifest = Manifest::parse(&get(MANIFEST)?)?;
        let script = get(SCRIPT)?;
        let readme = files.get(README).cloned().unwrap_or_default();
        let signature = match signature {
            Some(text) => Some(Signature::read(&text, &files)?),
            None => None,
        };
        let hash = hash(&files);
        Ok(Self { manifest, script, readme, examples, files, hash, signature })
    }

    /// Its files by name, without the signature.
    pub const fn files(&self) -> &BTreeMap<String, String> {
        &self.files
    }

    /// Who signed exactly these files; none if nobody did.
    pub const fn signature(&self) -> Option<&Signature> {
        self.signature.as_ref()
    }

    /// The same metric, signed.
    ///
    /// # Errors
    /// The signature is of other files.
    pub fn with_signature(&self, signature: &Signature) -> Result<Self, MetricError> {
        let signature = Signature::read(&signature.to_text(), &self.files)?;
        Ok(Self { signature: Some(signature), ..self.clone() })
    }

    /// The BLAKE3 over all its files but the signature, in hexadecimal: what is approved.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// Whether it may ever name pupils.
    pub fn may_identify(&self) -> bool {
        self.manifest.identify == Identify::IfAllowed
    }
}

/// An error of one file.
fn wrong(file: &str, why: impl Into<String>) -> MetricError {
    MetricError::Package { file: file.to_owned(), why: why.into() }
}

/// The most bytes of a file of this name; none if a metric has no such file. Nothing else can be
/// in a package, so that no name leads out of its folder.
fn limit_of(name: &str) -> Option<usize> {
    match name {
        SCRIPT => Some(MAX_SCRIPT),
        MANIFEST | README | SIGNATURE => Some(MAX_FILE),
        _ => {
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_. ".contains(&byte);
            let stem = name.strip_prefix(EXAMPLES)?.strip_prefix('/')?.strip_suffix(".json")?;
            let fits = (1..=MAX_FILE_NAME).contains(&stem.len())
                && stem.bytes().all(plain)
                && !stem.starts_with(['.', ' ']);
            fits.then_some(MAX_FILE)
        }
    }
}

/// Whether a metric may have a file of this name with this text.
///
/// # Errors
/// No metric has such a file, or it is too large.
pub fn check_file(name: &str, text: &str) -> Result<(), MetricError> {
    let limit = limit_of(name).ok_or_else(|| {
        let shown: String = name.chars().take(MAX_FILE_NAME).collect();
        let why = "is no file of a metric, which has plugin.toml, metric.rhai, README.md, \
                   examples/NAME.json and signature.json";
        wrong(&shown.escape_default().to_string(), why)
    })?;
    if text.len() > limit {
        return Err(wrong(name, format!("{} bytes are more than {limit}", text.len())));
    }
    Ok(())
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
