//! `signature.json`: which device signed which files of a metric.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sheaf_charter::{DeviceId, Identity, MetricClaim};

use super::wrong;
use crate::error::MetricError;

/// The name of the signature.
pub const SIGNATURE: &str = "signature.json";

/// The form that this build reads and writes.
const FORMAT: u8 = 1;
/// Characters that a person or a school may be called in a signature.
const MAX_NAME: usize = 120;
/// The domain of the hash of one file.
const FILE_CONTEXT: &str = "sheaf/1/metric-file";

/// A signature over all files of a metric. One that was read fits the files it was read with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// Who signed, as they call themselves: only the key is proven.
    pub by: String,
    /// Their school, as they call it.
    pub school: String,
    /// The device whose key signed.
    pub key: DeviceId,
    files: BTreeMap<String, String>,
    signature: [u8; 64],
}

/// The form of the file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SignatureFile {
    format: u8,
    by: String,
    school: String,
    key: String,
    files: BTreeMap<String, String>,
    signature: String,
}

impl Signature {
    /// Signs these files by this device.
    ///
    /// # Errors
    /// A name is too long.
    pub fn make(
        identity: &Identity,
        by: &str,
        school: &str,
        files: &BTreeMap<String, String>,
    ) -> Result<Self, MetricError> {
        check_names(by, school)?;
        let hashes = hashes(files);
        let claim = MetricClaim { by, school, files: &hashes };
        let signature = claim.sign(identity);
        let files = hashes.iter().map(|(name, hash)| ((*name).to_owned(), hex(hash))).collect();
        let (by, school) = (by.to_owned(), school.to_owned());
        Ok(Self { by, school, key: identity.device(), files, signature })
    }

    /// Reads a signature and holds it against the files.
    pub(super) fn read(text: &str, files: &BTreeMap<String, String>) -> Result<Self, MetricError> {
        let file: SignatureFile =
            serde_json::from_str(text).map_err(|error| wrong(SIGNATURE, error.to_string()))?;
        if file.format != FORMAT {
            let why = format!("format {} is not known here, only {FORMAT}", file.format);
            return Err(wrong(SIGNATURE, why));
        }
        check_names(&file.by, &file.school)?;
        let key: DeviceId = file.key.parse().map_err(|_| wrong(SIGNATURE, "`key` is no key"))?;
        let bytes = data_encoding::HEXLOWER.decode(file.signature.as_bytes()).ok();
        let signature: [u8; 64] = bytes
            .and_then(|bytes| bytes.try_into().ok())
            .ok_or_else(|| wrong(SIGNATURE, "`signature` is not 128 hexadecimal digits"))?;
        let hashes = hashes(files);
        hold(&file.files, &hashes)?;
        let claim = MetricClaim { by: &file.by, school: &file.school, files: &hashes };
        claim.verify(key, &signature).map_err(|_| {
            wrong(SIGNATURE, "the signature is not that of the key it names; sign the metric again")
        })?;
        let read = Self { by: file.by, school: file.school, key, files: file.files, signature };
        // What is signed has one text, so that it has one hash wherever it travels.
        if read.to_text() != text {
            let why = "it is not written as `sheaf metric sign` writes it; sign the metric again";
            return Err(wrong(SIGNATURE, why));
        }
        Ok(read)
    }

    /// The text of the file.
    pub fn to_text(&self) -> String {
        let file = SignatureFile {
            format: FORMAT,
            by: self.by.clone(),
            school: self.school.clone(),
            key: self.key.to_string(),
            files: self.files.clone(),
            signature: data_encoding::HEXLOWER.encode(&self.signature),
        };
        // Text keys and plain values: there is nothing in it that JSON cannot say.
        serde_json::to_string_pretty(&file).unwrap_or_default() + "\n"
    }

    /// The key as people compare it: its first sixteen digits in fours.
    pub fn fingerprint(&self) -> String {
        let digits = self.key.to_string();
        let fours: Vec<&str> = (0..4).filter_map(|at| digits.get(4 * at..4 * at + 4)).collect();
        fours.join(" ")
    }
}

/// Names the first file that is not as it was signed.
fn hold(signed: &BTreeMap<String, String>, hashes: &[(&str, [u8; 32])]) -> Result<(), MetricError> {
    for (name, hash) in hashes {
        match signed.get(*name) {
            Some(known) if *known == hex(hash) => {}
            Some(_) => {
                let why = "was changed after it was signed; sign the metric again with \
                           `sheaf metric sign`, or fetch it from its author again";
                return Err(wrong(name, why));
            }
            None => return Err(wrong(name, "was added after the metric was signed")),
        }
    }
    match signed.keys().find(|name| hashes.iter().all(|(here, _)| here != name)) {
        Some(name) => {
            let shown: String = name.chars().take(MAX_NAME).collect();
            let why = "is missing, but was there when the metric was signed";
            Err(wrong(&shown.escape_default().to_string(), why))
        }
        None => Ok(()),
    }
}

fn check_names(by: &str, school: &str) -> Result<(), MetricError> {
    for (what, name) in [("by", by), ("school", school)] {
        if name.chars().count() > MAX_NAME || name.chars().any(char::is_control) {
            let why = format!("`{what}` is no name of at most {MAX_NAME} characters");
            return Err(wrong(SIGNATURE, why));
        }
    }
    Ok(())
}

fn hashes(files: &BTreeMap<String, String>) -> Vec<(&str, [u8; 32])> {
    let hash = |text: &String| blake3::derive_key(FILE_CONTEXT, text.as_bytes());
    files.iter().map(|(name, text)| (name.as_str(), hash(text))).collect()
}

fn hex(hash: &[u8; 32]) -> String {
    data_encoding::HEXLOWER.encode(hash)
}
