//! Erasing records: two signatures, carried out by every device, confirmed by each.

use std::collections::{BTreeMap, BTreeSet};

use sheaf_charter::{
    DeviceId, DocumentId, EntryId, ErasureReason, ErasureState, PersonId, Saying, SpaceId, say,
};
use sheaf_records::RecordId;
use sheaf_store::Checkpoint;

use super::governed;
use super::retention::decisions_about;
use crate::buckets::Touched;
use crate::carry::{Left, Written, left_of, written_here};
use crate::clock::Clock;
use crate::control::Control;
use crate::core::Core;
use crate::entropy;
use crate::error::{Result, SchoolError};
use crate::indexed::document_id;
use crate::records::time_text;
use crate::save::not_found;
use crate::school::School;
use crate::shape::{
    ConfirmedBy, ErasureShape, Erasures, Governed, LeftInBundle, LeftInFolder, Outstanding,
};

/// The reasons with the codes that people and scripts write.
const REASONS: [(ErasureReason, &str, &str); 6] = [
    (ErasureReason::RetentionEnded, "retention-ended", "the retention period is over"),
    (ErasureReason::WrittenInError, "written-in-error", "written in error or about another pupil"),
    (ErasureReason::Request, "request", "a request that the school agreed to"),
    (ErasureReason::Moved, "moved", "moved to another space"),
    (ErasureReason::Redacted, "redacted", "written again without a passage or a pupil"),
    (ErasureReason::Other, "other", "another reason"),
];

fn record_id(text: &str) -> Result<RecordId> {
    text.parse().map_err(|_| {
        let hint = ": give the record's id, as `sheaf record list` shows it".to_owned();
        SchoolError::NotFound { what: "record", name: text.to_owned(), hint }
    })
}

/// Kept while something was erased and the write-ahead log may still hold it: another process had
/// it open.
const UNCLEAN: &str = "erasure/unclean";

/// `1 record`, `2 records`.
pub(super) fn counted(records: usize) -> String {
    if records == 1 { "1 record".to_owned() } else { format!("{records} records") }
}

fn code_of(reason: ErasureReason) -> &'static str {
    REASONS.iter().find(|(one, _, _)| *one == reason).map_or("other", |(_, code, _)| code)
}

impl School {
    /// The reasons for an erasure: code and words.
    pub fn erasure_reasons() -> impl Iterator<Item = (&'static str, &'static str)> {
        REASONS.into_iter().map(|(_, code, words)| (code, words))
    }

    /// Proposes to erase records of one space. Takes effect when a second person of lead rank or
    /// above seconds it; at once where the space has only one.
    pub fn erase(&self, records: &[String], reason: &str) -> Result<Governed> {
        self.core.refresh()?;
        let reason = REASONS.iter().find(|(_, code, _)| *code == reason).ok_or_else(|| {
            let codes: Vec<_> = REASONS.iter().map(|(_, code, _)| *code).collect();
            SchoolError::Refused(format!("`{reason}` is no reason: it is {}", codes.join(", ")))
        })?;
        let (space, documents) = self.documents(records)?;
        let documents = self.with_decisions(space, documents)?;
        let entries = self.say(space, vec![Saying::Erase(documents, reason.0)])?;
        let signed = entries.first().is_some_and(|entry| self.is_signed(space, entry.id()));
        let what = counted(records.len());
        let effect = if signed {
            format!("erased {what}: nobody else in the space could second it")
        } else {
            format!("the erasure of {what} waits for a second person of lead rank")
        };
        governed(&entries, effect)
    }

    /// Seconds an erasure, which takes effect by it.
    pub fn second_erasure(&self, id: &str) -> Result<Governed> {
        self.core.refresh()?;
        let (space, entry) = self.erasure_named(id)?;
        let refused = |why: &str| Err(SchoolError::Refused(why.to_owned()));
        match self.core.control().trust.erasures(space).get(&entry) {
            Some(one) if one.is_withdrawn() => {
                return refused("that erasure was withdrawn; nothing is deleted by it");
            }
            Some(one) if !one.signed_by.contains(&self.person()) => {}
            Some(one) if one.is_signed() => {
                return refused("that erasure is in effect, and you have signed it");
            }
            Some(_) => {
                return refused("you proposed it; somebody else of lead rank must second it");
            }
            None => {}
        }
        let entries = self.say(space, vec![Saying::Second(entry)])?;
        governed(&entries, "the erasure is in effect".to_owned())
    }

    /// Takes an erasure back that this person proposed and that is not in effect.
    pub fn withdraw_erasure(&self, id: &str) -> Result<Governed> {
        self.core.refresh()?;
        let (space, entry) = self.erasure_named(id)?;
        let refused = |why: &str| Err(SchoolError::Refused(why.to_owned()));
        match self.core.control().trust.erasures(space).get(&entry) {
            Some(one) if one.is_withdrawn() => {
                return refused("that erasure was withdrawn already; nothing is deleted by it");
            }
            Some(one) if one.is_signed() => {
                return refused("that erasure is in effect; what is erased does not come back");
            }
            Some(one) if one.proposed_by != self.person() => {
                return refused(
                    "only whoever proposed an erasure can withdraw it; leave it without your \
                     signature, or put the records on hold",
                );
            }
            _ => {}
        }
        let entries = self.say(space, vec![Saying::Withdraw(entry)])?;
        governed(&entries, "withdrew the erasure: nothing is deleted by it".to_owned())
    }

    /// Puts records under a legal hold, which keeps them from being erased.
    pub fn hold(&self, records: &[String]) -> Result<Governed> {
        self.core.refresh()?;
        let (space, documents) = self.documents(records)?;
        let entries = self.say(space, vec![Saying::Hold(documents.into_iter().collect())])?;
        governed(&entries, format!("put {} under a legal hold", counted(records.len())))
    }

    /// Signs that the legal holds of records be lifted, which takes two persons as erasing does.
    pub fn lift_hold(&self, records: &[String]) -> Result<Governed> {
        self.core.refresh()?;
        let (space, documents) = self.documents(records)?;
        let held = || self.core.control().trust.holds(space);
        let refused = |why: &str| Err(SchoolError::Refused(why.to_owned()));
        let before = held();
        let mut kept = documents.iter().filter_map(|document| before.get(document)).peekable();
        if kept.peek().is_none() {
            return refused("no legal hold keeps that; nothing was lifted");
        }
        if kept.all(|signed| signed.contains(&self.person())) {
            return refused("you have signed that already; somebody else of lead rank must too");
        }
        let lifted = Saying::Release(documents.iter().copied().collect());
        let entries = self.say(space, vec![lifted])?;
        let (after, what) = (held(), counted(records.len()));
        let waits = documents.iter().any(|document| after.contains_key(document));
        governed(
            &entries,
            if waits {
                format!(
                    "signed that the legal hold of {what} be lifted; it is, once somebody else of \
                     lead rank or above has signed too"
                )
            } else {
                format!("lifted the legal hold of {what}")
            },
        )
    }

    pub(super) fn say(
        &self,
        space: SpaceId,
        sayings: Vec<Saying>,
    ) -> Result<Vec<sheaf_charter::Entry>> {
        self.core.govern(&self.clock, |desk| {
            let (identity, mut rng) = (&desk.core.identity, entropy::rng());
            let (trust, keys) = (desk.trust, desk.keys);
            Ok(say(identity, trust, keys, space, sayings, desk.now_ms, &mut rng)?)
        })
    }

    pub(super) fn is_signed(&self, space: SpaceId, entry: EntryId) -> bool {
        let erasures = self.core.control().trust.erasures(space);
        erasures.get(&entry).is_some_and(ErasureState::is_signed)
    }

    /// Records of a space with what was decided about keeping them, which goes with them.
    pub(super) fn with_decisions(
        &self,
        space: SpaceId,
        documents: BTreeSet<DocumentId>,
    ) -> Result<Vec<DocumentId>> {
        let mut all: Vec<DocumentId> = documents.into_iter().collect();
        let decided = self.core.store.read(|snapshot| decisions_about(snapshot, space, &all))?;
        all.extend(decided);
        Ok(all)
    }

    /// Records, all of one space.
    fn documents(&self, records: &[String]) -> Result<(SpaceId, BTreeSet<DocumentId>)> {
        let mut spaces = BTreeSet::new();
        let mut documents = BTreeSet::new();
        self.core.store.read(|snapshot| {
            for record in records {
                let id = record_id(record)?;
                let document = document_id(id);
                let state = snapshot.document(document)?.ok_or_else(|| not_found(id))?;
                spaces.insert(state.space);
                documents.insert(document);
            }
            Ok::<_, SchoolError>(())
        })?;
        let mut spaces = spaces.into_iter();
        match (spaces.next(), spaces.next()) {
            (Some(space), None) => Ok((space, documents)),
            _ => Err(SchoolError::Refused(
                "name at least one record, and records of one space at a time".to_owned(),
            )),
        }
    }

    fn erasure_named(&self, id: &str) -> Result<(SpaceId, EntryId)> {
        let entry: Option<EntryId> = id.parse().ok();
        let control = self.core.control();
        let own = control.trust.spaces_of_person(self.person()).into_iter();
        let found = entry.and_then(|entry| {
            let mut own = own;
            own.find(|space| control.trust.erasures(*space).contains_key(&entry))
                .map(|space| (space, entry))
        });
        found.ok_or_else(|| {
            let hint = ": `sheaf erasures` lists them".to_owned();
            SchoolError::NotFound { what: "erasure", name: id.to_owned(), hint }
        })
    }

    /// The erasures of this person's spaces, with who has confirmed and who has not.
    pub fn erasures(&self) -> Result<Erasures> {
        self.core.refresh()?;
        let peers = self.peers()?;
        let folders = self.core.store.read(left_of)?;
        let bundles = self.core.store.read(written_here)?;
        let control = self.core.control();
        let mut erasures = Vec::new();
        for space in control.trust.spaces_of_person(self.person()) {
            for (entry, state) in control.trust.erasures(space) {
                let holds = control.trust.holds(space);
                let kept = state.documents.iter().filter(|one| holds.contains_key(*one)).count();
                let name = |person: &PersonId| control.person_name(&person.to_string());
                let met = |device: DeviceId| {
                    let met = peers.get(&device).and_then(|peer| peer.last_met_ms);
                    met.map(|ms| time_text(&self.clock, ms))
                };
                let devices = control.trust.devices_keeping(space).into_iter();
                let (done, open): (Vec<_>, Vec<_>) =
                    devices.partition(|known| state.confirmed.contains(&known.device));
                let who = |known: &sheaf_charter::Certificate| {
                    (name(&known.person), control.device_name(&known.device.to_string()))
                };
                erasures.push(ErasureShape {
                    id: entry.to_string(),
                    space: control.space_name(space),
                    documents: state.documents.iter().map(ToString::to_string).collect(),
                    reason: code_of(state.reason).to_owned(),
                    signed_by: state.signed_by.iter().map(name).collect(),
                    in_effect: state.is_signed() && kept < state.documents.len(),
                    withdrawn: state.is_withdrawn(),
                    on_hold: kept,
                    confirmed: done
                        .iter()
                        .map(who)
                        .map(|(person, device)| ConfirmedBy { person, device })
                        .collect(),
                    outstanding: open
                        .iter()
                        .map(|known| {
                            let (person, device) = who(known);
                            Outstanding { person, device, last_met: met(known.device) }
                        })
                        .collect(),
                    in_folders: folders
                        .iter()
                        .flat_map(|left| self.left_in(&control, left, space, &state.documents))
                        .collect(),
                    in_bundles: self.in_bundles(&control, &bundles, space, (entry, &state))?,
                });
            }
        }
        Ok(Erasures { erasures })
    }

    /// In which bundles something of an erasure lies.
    fn in_bundles(
        &self,
        control: &Control,
        bundles: &[Written],
        space: SpaceId,
        erasure: (EntryId, &ErasureState),
    ) -> Result<Vec<LeftInBundle>> {
        let mut left = Vec::new();
        self.core.store.read(|snapshot| {
            for bundle in bundles {
                if bundle.holds(snapshot, space, erasure)? {
                    left.push(bundle);
                }
            }
            Ok::<_, SchoolError>(())
        })?;
        let person = |device| {
            let owner = control.trust.owner(device).map(|person| person.to_string());
            control.person_name(&owner.unwrap_or_default())
        };
        let shape = |bundle: &Written| LeftInBundle {
            file: bundle.file.clone(),
            people: bundle.devices().map(person).collect::<BTreeSet<_>>().into_iter().collect(),
            written_at: time_text(&self.clock, bundle.written_ms),
        };
        Ok(left.into_iter().map(shape).collect())
    }

    /// In whose files of a folder something of an erasure lies.
    fn left_in(
        &self,
        control: &Control,
        left: &Left,
        space: SpaceId,
        documents: &[DocumentId],
    ) -> Vec<LeftInFolder> {
        let of = |device: DeviceId| LeftInFolder {
            folder: left.place.clone(),
            person: control
                .trust
                .owner(device)
                .map(|person| control.person_name(&person.to_string()))
                .unwrap_or_default(),
            device: control.device_name(&device.to_string()),
            seen_at: time_text(&self.clock, left.seen_ms),
        };
        left.devices(space, documents).into_iter().map(of).collect()
    }
}

/// Drops what standing erasures name: sections, document, index, search; what metrics keep in
/// memory; and what the write-ahead log still had of them.
pub(crate) fn carry_out(core: &Core) -> Result<()> {
    let erased: Vec<_> = core.control().erased().collect();
    if erased.is_empty() {
        return Ok(());
    }
    // Usually all of it is gone already, and a save need not wait for that to be seen.
    let here = core.store.read(|snapshot| {
        let mut here = Vec::new();
        for (space, document) in erased {
            if snapshot.holds_anything_of(space, document)? {
                here.push((space, document));
            }
        }
        Ok::<_, SchoolError>(here)
    })?;
    if !here.is_empty() {
        core.store.write(|txn| {
            let mut touched = Touched::default();
            for (space, document) in &here {
                txn.erase(*space, *document)?;
                touched.note(*space, *document);
            }
            txn.put_setting(UNCLEAN, &[])?;
            touched.finish(txn)
        })?;
        core.columns.forget();
        core.reports.forget();
    }
    let unclean = core.store.read(|snapshot| snapshot.setting(UNCLEAN))?.is_some();
    if unclean && core.store.checkpoint()? == Checkpoint::Done {
        core.store.write(|txn| txn.drop_setting(UNCLEAN))?;
        core.note_save();
    }
    Ok(())
}

/// Says to the others that this device has carried out what is in effect, once for each.
pub(crate) fn confirm(core: &Core, clock: &Clock) -> Result<()> {
    if core.store.read(|snapshot| snapshot.setting(UNCLEAN))?.is_some() {
        return Ok(());
    }
    let mut owed: BTreeMap<SpaceId, Vec<Saying>> = BTreeMap::new();
    {
        let control = core.control();
        let (trust, device) = (&control.trust, core.device());
        let own = trust.certificate(device).map(|known| trust.spaces_kept_by(known.person));
        for space in own.into_iter().flatten() {
            let holds = trust.holds(space);
            for (entry, state) in trust.erasures(space) {
                let free = state.documents.iter().all(|document| !holds.contains_key(document));
                if state.is_signed() && free && !state.confirmed.contains(&device) {
                    owed.entry(space).or_default().push(Saying::Confirm(entry));
                }
            }
        }
    }
    for (space, sayings) in owed {
        core.write_control(clock, |desk| {
            let (identity, mut rng) = (&desk.core.identity, entropy::rng());
            let (trust, keys) = (desk.trust, desk.keys);
            Ok(say(identity, trust, keys, space, sayings, desk.now_ms, &mut rng)?)
        })?;
    }
    Ok(())
}
