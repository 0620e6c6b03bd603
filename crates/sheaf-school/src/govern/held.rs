//! What is kept and does not stand, and vouching for it.

use std::collections::{BTreeMap, BTreeSet};

use sheaf_charter::{DocumentId, EntryId, Saying, SpaceId};
use sheaf_records::value_json;
use sheaf_store::{SectionRef, Snapshot};

use super::governed;
use crate::error::{Result, SchoolError};
use crate::indexed::record_id;
use crate::project::{NO_CHANGE, Projector, Would};
use crate::records::time_text;
use crate::school::School;
use crate::shape::{Governed, HeldShape, WouldShape};
use crate::stamp::Stamp;

/// Why a change does not count that itself stands.
const BUILDS_ON_HELD: &str = "it builds on a change that is held";

/// An entry that is kept and does not count, or only in part.
pub(crate) struct HeldEntry {
    pub id: EntryId,
    pub space: SpaceId,
    pub stamp: Stamp,
    pub why: String,
    /// How many of its sections do not count.
    pub changes: usize,
    /// The held entries of the same documents, if it only waits for them.
    pub builds_on: BTreeSet<EntryId>,
    /// What it would do, for whoever may be told.
    pub would: Vec<(DocumentId, Would)>,
}

/// The sections of one entry that do not count.
#[derive(Default)]
struct Part {
    why: String,
    sections: Vec<(SectionRef, DocumentId)>,
    /// The places of those that are held themselves.
    held: Vec<u16>,
    builds_on: BTreeSet<EntryId>,
}

impl School {
    /// The entries of this person's spaces that are kept and do not count, or only in part: the
    /// oldest first.
    pub(crate) fn held_entries(&self) -> Result<Vec<HeldEntry>> {
        self.core.refresh()?;
        let (control, lists) = (self.core.control(), self.core.lists());
        let projector = Projector::new(&control, &lists.codes);
        let person = self.person();
        let own = control.trust.spaces_of_person(person);
        self.core.store.read(|snapshot| {
            let mut held = Vec::new();
            for space in own.iter().filter(|space| **space != SpaceId::CHARTER) {
                let manages = control.trust.manages(person, *space);
                for (id, part) in parts(snapshot, *space)? {
                    let Some(header) = snapshot.header(id)? else { continue };
                    let stamp = control.stamp_of(id, &header);
                    let mut would = Vec::new();
                    let is_told = manages || stamp.person == person.to_string();
                    for (section, document) in part.sections.iter().filter(|_| is_told) {
                        let does = projector.would_do(snapshot, *document, *section)?;
                        would.extend(does.map(|does| (*document, does)));
                    }
                    let (changes, why) = (part.sections.len(), part.why);
                    let builds_on = part.builds_on;
                    let space = *space;
                    held.push(HeldEntry { id, space, stamp, why, changes, builds_on, would });
                }
            }
            held.sort_by_key(|one| (one.stamp.at_ms, one.id));
            Ok(held)
        })
    }

    /// The same, as others read it.
    pub fn held(&self) -> Result<Vec<HeldShape>> {
        let entries = self.held_entries()?;
        let control = self.core.control();
        let shape = |held: &HeldEntry| HeldShape {
            entry: held.id.to_string(),
            space: control.space_name(held.space),
            by: control.person_name(&held.stamp.person),
            device: control.device_name(&held.stamp.device),
            at: time_text(&self.clock, held.stamp.at_ms),
            changes: held.changes,
            why: held.why.clone(),
            builds_on: held.builds_on.iter().map(EntryId::to_string).collect(),
            would: held.would.iter().map(|(document, would)| shaped(*document, would)).collect(),
        };
        Ok(entries.iter().map(shape).collect())
    }

    /// Makes the changes of a held entry stand. Whoever vouches for them is named beside their
    /// author.
    pub fn attest(&self, entry: &str) -> Result<Governed> {
        self.core.refresh()?;
        let missing = || {
            let hint = ": `sheaf held` lists what is held".to_owned();
            SchoolError::NotFound { what: "held entry", name: entry.to_owned(), hint }
        };
        let id: EntryId = entry.parse().map_err(|_| missing())?;
        let (header, signed, part) = self.core.store.read(|snapshot| {
            let header = snapshot.header(id)?.ok_or_else(missing)?;
            let signed = snapshot.signed_header(id)?.ok_or_else(missing)?;
            let part = parts(snapshot, header.lane.space)?.remove(&id).ok_or_else(missing)?;
            Ok::<_, SchoolError>((header, signed, part))
        })?;
        if let Some(first) = part.builds_on.first() {
            return Err(SchoolError::Refused(format!(
                "that entry stands; it counts as soon as what it builds on does: vouch for {first}"
            )));
        }
        let saying = Saying::Attest(signed.bytes, signed.signature, part.held);
        let entries = self.say(header.lane.space, vec![saying])?;
        governed(&entries, "what was held stands now; you have vouched for it".to_owned())
    }
}

/// What does not count in a space, entry by entry: what is held, and what waits for that.
fn parts(snapshot: &Snapshot<'_>, space: SpaceId) -> Result<BTreeMap<EntryId, Part>> {
    let mut parts: BTreeMap<EntryId, Part> = BTreeMap::new();
    let mut of_document: BTreeMap<DocumentId, BTreeSet<EntryId>> = BTreeMap::new();
    for one in snapshot.held(space)? {
        of_document.entry(one.document).or_default().insert(one.section.entry);
        let part = parts.entry(one.section.entry).or_default();
        part.why = one.reason;
        part.held.push(one.section.index);
        part.sections.push((one.section, one.document));
    }
    if of_document.is_empty() {
        return Ok(parts);
    }
    for one in snapshot.pending(space)?.into_iter().filter(|one| one.reason == NO_CHANGE) {
        let Some(below) = of_document.get(&one.document) else { continue };
        let part = parts.entry(one.section.entry).or_default();
        // An entry that is held in part is told of as that.
        if part.held.is_empty() {
            BUILDS_ON_HELD.clone_into(&mut part.why);
            part.builds_on.extend(below);
        }
        part.sections.push((one.section, one.document));
    }
    Ok(parts)
}

fn shaped(document: DocumentId, would: &Would) -> WouldShape {
    let changed = would.steps.iter().flat_map(|step| &step.changed);
    let json = |value: &Option<_>| value.as_ref().map_or(serde_json::Value::Null, value_json);
    WouldShape {
        id: record_id(document).to_string(),
        kind: would.kind.name(),
        begins: would.begins,
        fields: changed.map(|one| (one.path.to_string(), json(&one.after))).collect(),
    }
}
