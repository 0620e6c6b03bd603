//! Checking a proof: all that a school's id alone allows to check. Every byte of it is hostile
//! until then.

use std::fmt::Display;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use sheaf_charter::{
    ActorId, DocumentId, Entry, Header, Inserted, Lane, LogId, SchoolId, SectionKey, SectionPlace,
    SpaceId, Tip, Trust, Verdict, open_section_by_its_key,
};
use sheaf_documents::{Limits, scan_change, split_changes};
use sheaf_records::RecordId;

use super::told::{Told, told};
use super::{
    MAX_PROOF_BYTES, Proof, Said, SectionPart, SignedPart, VERSION, signature_of, signer_of, wrong,
};
use crate::error::Result;
use crate::exchange::read_bounded;
use crate::indexed::record_id;

/// What a proof shows.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct CheckedProof {
    /// The school whose id it was held against.
    pub school: String,
    /// The record.
    pub record: String,
    /// What kind it is.
    pub kind: String,
    /// Its changes.
    pub changes: Vec<ProvenChange>,
    /// What the record says after them.
    pub values: Map<String, Json>,
}

/// One change that a proof shows.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct ProvenChange {
    /// The entry that carries it.
    pub entry: String,
    /// Whoever wrote it.
    pub person_id: String,
    /// On which device.
    pub device_id: String,
    /// The time that the author's clock claimed, in UTC, ISO 8601.
    pub at: String,
    /// What it set fields to.
    pub says: Vec<Said>,
}

/// Checks the proof in a file; see [`check_proof`].
pub fn check_proof_file(file: &Path, school: &str) -> Result<CheckedProof> {
    let bytes = read_bounded(file, MAX_PROOF_BYTES + 1)?;
    let school = school.parse().map_err(|error| wrong("the school's id", error))?;
    check_proof(&bytes, school)
}

/// Checks a proof against a school's id: that each control entry is signed by a device that those
/// before it admit, from the founding on; that each change is signed by a device that was in the
/// space and allowed to write; that each section is the one that was signed, opens, and is by its
/// author; and that the changes together make the record that the proof tells.
///
/// # Errors
/// Names the first place that does not hold.
pub fn check_proof(bytes: &[u8], school: SchoolId) -> Result<CheckedProof> {
    let proof = parse(bytes)?;
    if proof.school != school.to_string() {
        return Err(wrong("the school", "it is another than the one asked for"));
    }
    let mut trust = Trust::expecting(school);
    for (index, part) in proof.control.iter().enumerate() {
        take_control(&mut trust, &format!("control entry {index}"), part)?;
    }
    let space: SpaceId = proof.space.parse().map_err(|error| wrong("the space", error))?;
    let record: DocumentId = proof.record.parse().map_err(|error| wrong("the record", error))?;
    let (mut changes, mut opened) = (Vec::new(), Vec::new());
    for (index, part) in proof.changes.iter().enumerate() {
        let place = format!("change {index}");
        let proven = Proven { trust: &trust, lane: Lane::data(space), record, place: &place };
        let (change, plain) = proven.check(part)?;
        changes.push(change);
        opened.push(plain);
    }
    let record = record_id(record);
    check_told(&proof, record, &opened)?;
    Ok(CheckedProof {
        school: proof.school,
        record: proof.record,
        kind: proof.kind,
        changes,
        values: proof.values,
    })
}

fn parse(bytes: &[u8]) -> Result<Proof> {
    /// Read first, so that a newer form is told from a damaged file.
    #[derive(Deserialize)]
    struct Form {
        sheaf_proof: u32,
    }
    if bytes.len() > MAX_PROOF_BYTES {
        return Err(wrong("the file", format!("it may be at most {MAX_PROOF_BYTES} bytes")));
    }
    let damaged = |error: serde_json::Error| wrong("the file", format!("it is damaged: {error}"));
    let Form { sheaf_proof } = serde_json::from_slice(bytes).map_err(damaged)?;
    if sheaf_proof > VERSION {
        let newer = format!(
            "it was written by a newer version of Sheaf, this one reads version {VERSION}; update \
             this device"
        );
        return Err(wrong(format!("version {sheaf_proof}"), newer));
    }
    if sheaf_proof != VERSION {
        return Err(wrong(format!("version {sheaf_proof}"), "there is no such version"));
    }
    serde_json::from_slice(bytes).map_err(damaged)
}

fn take_control(trust: &mut Trust, place: &str, part: &SignedPart) -> Result<()> {
    let entry = entry_of(place, &part.header, &part.signature)?;
    match trust.insert(&entry) {
        Ok(Inserted::New { .. } | Inserted::Known) => {
            check_signer(trust, place, entry.header().log, &part.signer)
        }
        Ok(Inserted::Waits { .. }) => Err(wrong(place, "it names entries that are not before it")),
        Err(refusal) => Err(wrong(place, refusal)),
    }
}

/// Whether the key that is named is the one that signs this log.
fn check_signer(trust: &Trust, place: &str, log: LogId, named: &str) -> Result<()> {
    if signer_of(trust, log).is_some_and(|signer| signer == named) {
        return Ok(());
    }
    Err(wrong(place, "it names another key than the one that signed it"))
}

/// The entry of a header, without its sections.
fn entry_of(place: &str, header: &[u8], signature: &[u8]) -> Result<Entry> {
    let signature = signature_of(place, signature)?;
    let sections = Header::from_bytes(header).map_err(|error| wrong(place, error))?.table.len();
    Entry::from_parts(header.to_vec(), signature, vec![None; sections])
        .map_err(|error| wrong(place, error))
}

/// Where a change has to belong.
struct Proven<'a> {
    trust: &'a Trust,
    lane: Lane,
    record: DocumentId,
    place: &'a str,
}

impl Proven<'_> {
    fn check(&self, part: &SectionPart) -> Result<(ProvenChange, Vec<u8>)> {
        let wrong = |what: &str| wrong(self.place, what);
        let entry = entry_of(self.place, &part.header, &part.signature)?;
        let header = entry.header();
        if header.lane != self.lane {
            return Err(wrong("it belongs to another space"));
        }
        self.check_right(&entry, part.section)?;
        check_signer(self.trust, self.place, header.log, &part.signer)?;
        let row = header.table.get(usize::from(part.section));
        if !row.is_some_and(|row| row.document == self.record && row.matches(&part.sealed)) {
            return Err(wrong("its section is not one of this record that was signed"));
        }
        let key = part.key.as_slice().try_into().map(SectionKey::from_bytes);
        let key = key.map_err(|_| wrong("its key has another length than 32 bytes"))?;
        let header_prefix = &header.prefix_bytes();
        let at = SectionPlace { header_prefix, index: part.section.into(), document: self.record };
        let opened = open_section_by_its_key(&key, &at, &part.sealed)
            .map_err(|error| wrong(&error.to_string()))?;
        let actor = ActorId::derive(header.log, opened.nonce).to_bytes();
        let chunks = split_changes(&opened.changes, &Limits::STANDARD)
            .map_err(|error| wrong(&error.to_string()))?;
        for chunk in chunks {
            let facts = scan_change(chunk, &Limits::STANDARD);
            if facts.map_err(|error| wrong(&error.to_string()))?.actor != actor {
                return Err(wrong("it holds changes of another author"));
            }
        }
        let text = |id: Option<String>| id.unwrap_or_default();
        let change = ProvenChange {
            entry: entry.id().to_string(),
            person_id: text(self.trust.person_of_log(header.log).map(|id| id.to_string())),
            device_id: text(self.trust.device_of_log(header.log).map(|id| id.to_string())),
            at: utc(header.claimed_ms),
            says: part.says.clone(),
        };
        Ok((change, opened.changes))
    }
}

impl Proven<'_> {
    /// Whether the author was allowed to write the entry, or a manager vouched for that section.
    fn check_right(&self, entry: &Entry, section: u16) -> Result<()> {
        let header = entry.header();
        let wrong = |what: &dyn Display| Err(wrong(self.place, what));
        match self.trust.verdict(entry.signed()) {
            Verdict::Stands => Ok(()),
            // What lies between is not in a proof: only the place in the log can be held against
            // the cut, and the entry itself where it is the last that stands.
            Verdict::StandsUpTo(tips) => {
                let within = |tip: &Tip| {
                    header.seq < tip.seq || header.seq == tip.seq && entry.id() == tip.entry
                };
                if tips.iter().all(within) {
                    return Ok(());
                }
                wrong(&"it lies behind the end that was set to its author's log")
            }
            // A removed author whose log has no end yet: what had arrived until then stands.
            Verdict::Waits(missing) if missing.is_empty() => Ok(()),
            Verdict::Waits(_) => wrong(&"control entries that it names are missing"),
            Verdict::Held(_)
                if self.trust.attested(self.lane.space, entry.id()).contains(&section) =>
            {
                Ok(())
            }
            Verdict::Held(reason) => wrong(&reason),
            Verdict::Refused(refusal) => wrong(&refusal),
        }
    }
}

/// A claimed time; as a number where it is none that a calendar knows.
fn utc(ms: i64) -> String {
    jiff::Timestamp::from_millisecond(ms).map_or_else(|_| ms.to_string(), |time| time.to_string())
}

fn check_told(proof: &Proof, record: RecordId, opened: &[Vec<u8>]) -> Result<()> {
    let Told { kind, values, conflicts, says } =
        told(record, opened).map_err(|error| wrong("the changes", error))?;
    for (index, (part, says)) in proof.changes.iter().zip(&says).enumerate() {
        if part.says != *says {
            return Err(wrong(format!("change {index}"), "it does not do what it is said to do"));
        }
    }
    if kind != proof.kind || values != proof.values || conflicts != proof.conflicts {
        return Err(wrong("the values", "they are not what the changes make of the record"));
    }
    Ok(())
}
