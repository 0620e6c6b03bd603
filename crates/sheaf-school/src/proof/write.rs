//! Making a proof: the headers, the sections of the record, and one key for each of them.

use std::collections::BTreeSet;
use std::path::Path;

use sheaf_charter::{
    DocumentId, EntryId, Header, Part, SectionKey, SectionPlace, Trust, open_section_by_its_key,
};
use sheaf_store::{SignedHeader, Snapshot, StoredSection};

use super::told::{Told, told};
use super::{Proof, SectionPart, SignedPart, VERSION, check_proof, signer_of};
use crate::control::Control;
use crate::error::{Result, SchoolError};
use crate::exchange::write_new_private;
use crate::indexed::{Found, document_id};
use crate::school::School;
use crate::shape::RecordShape;

impl School {
    /// Writes a proof of a record into a file that is not there yet. Whoever has the file can read
    /// the record as it is and as it was, and nothing of another.
    ///
    /// # Errors
    /// If there is no such record, if something is there already or cannot be written, or if what
    /// is stored does not bear the proof out.
    pub fn prove(&self, id: &str, file: &Path) -> Result<RecordShape> {
        self.core.refresh()?;
        let found = self.find(id)?;
        let proof = self.proof_of(&found)?;
        let mut bytes = serde_json::to_vec_pretty(&proof)
            .map_err(|error| SchoolError::Index(error.to_string()))?;
        bytes.push(b'\n');
        // What does not pass here would pass nowhere.
        check_proof(&bytes, self.core.school_id())?;
        write_new_private(file, &bytes)?;
        self.record(found.record.id)
    }

    fn proof_of(&self, found: &Found) -> Result<Proof> {
        let control = self.core.control();
        let document = document_id(found.record.id);
        self.core.store.read(|snapshot| {
            let (mut changes, mut opened, mut named) = (Vec::new(), Vec::new(), Vec::new());
            for stored in snapshot.sections_of(document)? {
                let aside = snapshot.held_reason(stored.section)?.is_some()
                    || snapshot.is_pending(stored.section)?
                    || snapshot.has_arrived(stored.section)?;
                if aside {
                    continue;
                }
                let index = stored.section.index;
                let signed = signed_header(snapshot, stored.section.entry)?;
                let header = read(&signed)?;
                named.extend(header.charter_heads.iter().chain(&header.control_heads).copied());
                if control.trust.attested(found.space, stored.section.entry).contains(&index) {
                    let (charter, space) = control.heads(header.lane);
                    named.extend(charter.into_iter().chain(space));
                }
                let (key, plain) = open(&control, &header, &stored, document)?;
                opened.push(plain);
                let signer = signer(&control.trust, &header)?;
                changes.push(part(signer, signed, stored, &key));
            }
            let Told { kind, values, conflicts, says } = told(found.record.id, &opened)?;
            for (change, says) in changes.iter_mut().zip(says) {
                change.says = says;
            }
            Ok(Proof {
                sheaf_proof: VERSION,
                school: self.core.school_id().to_string(),
                space: found.space.to_string(),
                record: found.record.id.to_string(),
                kind: kind.to_owned(),
                control: control_parts(snapshot, &control.trust, named)?,
                changes,
                values,
                conflicts,
            })
        })
    }
}

fn part(
    signer: String,
    signed: SignedHeader,
    stored: StoredSection,
    key: &SectionKey,
) -> SectionPart {
    SectionPart {
        signer,
        header: signed.bytes,
        signature: signed.signature.to_vec(),
        section: stored.section.index,
        sealed: stored.sealed,
        key: key.as_bytes().to_vec(),
        says: Vec::new(),
    }
}

/// The key of one section, and what it opens.
fn open(
    control: &Control,
    header: &Header,
    stored: &StoredSection,
    document: DocumentId,
) -> Result<(SectionKey, Vec<u8>)> {
    let unopened = || SchoolError::Index("a section of the record does not open".to_owned());
    let epoch = control.keys.key(header.lane.space, header.epoch).ok_or_else(unopened)?;
    let header_prefix = &header.prefix_bytes();
    let place = SectionPlace { header_prefix, index: stored.section.index.into(), document };
    let key = SectionKey::of(epoch, &place, &stored.sealed).ok_or_else(unopened)?;
    let opened = open_section_by_its_key(&key, &place, &stored.sealed)?;
    Ok((key, opened.changes))
}

/// The control entries that these heads know of, without their sealed names: each after those that
/// it names.
fn control_parts(
    snapshot: &Snapshot<'_>,
    trust: &Trust,
    heads: Vec<EntryId>,
) -> Result<Vec<SignedPart>> {
    let mut parts = Vec::new();
    let mut done = BTreeSet::new();
    let mut todo: Vec<EntryId> = heads;
    while let Some(id) = todo.last().copied() {
        if done.contains(&id) {
            todo.pop();
            continue;
        }
        let signed = signed_header(snapshot, id)?;
        let header = read(&signed)?;
        let first: Vec<EntryId> =
            names(&header).into_iter().filter(|one| !done.contains(one)).collect();
        if first.is_empty() {
            let (signer, signature) = (signer(trust, &header)?, signed.signature.to_vec());
            parts.push(SignedPart { signer, header: signed.bytes, signature });
            done.insert(id);
            todo.pop();
        } else {
            todo.extend(first);
        }
    }
    Ok(parts)
}

/// The control entries that a control entry builds on.
fn names(header: &Header) -> Vec<EntryId> {
    let heads = header.charter_heads.iter().chain(&header.control_heads).copied();
    let chained = header.lane.part == Part::Control && header.seq > 0;
    heads.chain(chained.then_some(header.previous)).collect()
}

fn signer(trust: &Trust, header: &Header) -> Result<String> {
    let unknown = || SchoolError::Index("an entry of an unknown log".to_owned());
    signer_of(trust, header.log).ok_or_else(unknown)
}

fn signed_header(snapshot: &Snapshot<'_>, id: EntryId) -> Result<SignedHeader> {
    let missing = || SchoolError::Index("an entry is missing".to_owned());
    snapshot.signed_header(id)?.ok_or_else(missing)
}

fn read(signed: &SignedHeader) -> Result<Header> {
    Header::from_bytes(&signed.bytes).map_err(|_| SchoolError::Index("a header".to_owned()))
}
