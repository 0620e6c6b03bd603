//! A proof of one record: a file that shows to whoever has the school's id, and nothing else of
//! it, who wrote the record and when, and that they were allowed to. `docs/proof.md` describes it.

mod read;
#[cfg(test)]
mod tests;
mod told;
mod write;

use std::collections::BTreeMap;

use data_encoding::{BASE64, HEXLOWER};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use sheaf_charter::{LogId, SIGNATURE_BYTES, Trust};

use crate::error::{Result, SchoolError};

pub use read::{CheckedProof, ProvenChange, check_proof, check_proof_file};

/// The version of the form.
const VERSION: u32 = 1;
/// More than a record has that was changed each day for years in a large school.
const MAX_PROOF_BYTES: usize = 64 * 1024 * 1024;

/// The file, as JSON.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Proof {
    /// Its version.
    sheaf_proof: u32,
    /// The school: the hash of its founding entry.
    school: String,
    /// The space that the record is in.
    space: String,
    /// The record.
    record: String,
    /// What kind it is.
    kind: String,
    /// Signed headers that show who was in, each after those that it names; the founding first.
    control: Vec<SignedPart>,
    /// The changes of the record.
    changes: Vec<SectionPart>,
    /// What the record says after these changes.
    values: Map<String, Json>,
    /// The values of its fields that have several at once.
    conflicts: BTreeMap<String, Vec<Json>>,
}

/// A header and its signature.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SignedPart {
    /// The key that the signature is held against, so that a script need not look for it: the
    /// device's whose log the entry is in, or a recovery key.
    signer: String,
    #[serde(with = "base64")]
    header: Vec<u8>,
    #[serde(with = "base64")]
    signature: Vec<u8>,
}

/// One section of an entry, with the key that opens it and nothing else.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SectionPart {
    /// The key of the author's device.
    signer: String,
    #[serde(with = "base64")]
    header: Vec<u8>,
    #[serde(with = "base64")]
    signature: Vec<u8>,
    /// Which section of the entry it is, from 0.
    section: u16,
    #[serde(with = "base64")]
    sealed: Vec<u8>,
    #[serde(with = "base64")]
    key: Vec<u8>,
    /// What the section does, in words of the index: held against the opened changes by whoever
    /// can read those.
    says: Vec<Said>,
}

/// What a change set a field to.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Said {
    /// The field, as `name` or `name.key.column`.
    pub field: String,
    /// Its value; null for "cleared".
    pub value: Json,
}

fn wrong(place: impl Into<String>, what: impl ToString) -> SchoolError {
    SchoolError::Proof { place: place.into(), what: what.to_string() }
}

/// The key that signs what a log holds, in hexadecimal.
fn signer_of(trust: &Trust, log: LogId) -> Option<String> {
    trust.signer_of_log(log).map(|key| HEXLOWER.encode(&key))
}

fn signature_of(place: &str, bytes: &[u8]) -> Result<[u8; SIGNATURE_BYTES]> {
    bytes.try_into().map_err(|_| wrong(place, "its signature has another length than 64 bytes"))
}

/// Bytes as base64 (RFC 4648).
mod base64 {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    use super::BASE64;

    pub fn serialize<S: Serializer>(bytes: &[u8], out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(&BASE64.encode(bytes))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(input: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(input)?;
        BASE64.decode(text.as_bytes()).map_err(|_| D::Error::custom("base64 is needed"))
    }
}
