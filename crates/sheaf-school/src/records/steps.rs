//! What was done to a record: the changes that stand, and beside them those that do not.

use std::collections::BTreeMap;

use sheaf_charter::{DocumentId, EntryId, SpaceId};
use sheaf_documents::{ChangeHash, ChangedField, HistoryStep};
use sheaf_records::{FieldPath, Record, Value, WITHDRAWN};
use sheaf_store::{SectionRef, Snapshot};

use super::signed::signed;
use crate::control::Control;
use crate::error::{Result, SchoolError};
use crate::index_row::Origins;
use crate::indexed::document_id;
use crate::project::Projector;
use crate::replicate::ARRIVED;
use crate::school::School;
use crate::shape::{Act, Signed};
use crate::stamp::Stamp;

/// The steps of a record, first to last, with where each comes from.
pub(crate) struct Steps {
    pub steps: Vec<HistoryStep>,
    pub origins: Origins,
    /// The changes that do not stand, as far as whoever uses this device is told of them.
    pub aside: Vec<Aside>,
    signed: BTreeMap<String, Signed>,
    unknown: Stamp,
}

/// A section with changes of a record that do not stand.
pub(crate) struct Aside {
    pub stamp: Stamp,
    pub signed: Signed,
    /// What it would do; none where it cannot be read here.
    pub steps: Vec<HistoryStep>,
}

impl Steps {
    /// What a step was, as a whole.
    pub(crate) fn act(&self, place: usize) -> Act {
        let Some(step) = self.steps.get(place).filter(|_| place > 0) else { return Act::Created };
        act_of(step)
    }

    /// Where a step comes from; nobody and nowhere, if no entry here carries it.
    pub(crate) fn stamp(&self, step: &HistoryStep) -> &Stamp {
        self.origins.by_change.get(&step.change).unwrap_or(&self.unknown)
    }

    /// What a check of the entry behind a step said just now.
    pub(crate) fn signed(&self, stamp: &Stamp) -> Signed {
        let unchecked = || Signed::Wrong("no entry here carries it".to_owned());
        self.signed.get(&stamp.entry).cloned().unwrap_or_else(unchecked)
    }

    /// Each change that wrote another value to a field at once, with that value.
    pub(crate) fn at_once<'a>(
        &'a self,
        field: &'a ChangedField,
    ) -> impl Iterator<Item = (&'a HistoryStep, Option<&'a Value>)> {
        let of_change = |change: &ChangeHash| self.steps.iter().find(|step| step.change == *change);
        field.at_once.iter().filter_map(of_change).map(|step| {
            let same = step.changed.iter().find(|other| other.path == field.path);
            (step, same.and_then(|other| other.after.as_ref()))
        })
    }
}

/// What a step that is not the first was, as a whole.
pub(crate) fn act_of(step: &HistoryStep) -> Act {
    let of_withdrawal = |one: &&ChangedField| is_withdrawal(&one.path);
    match step.changed.iter().find(of_withdrawal) {
        Some(one) if one.after.is_some() => Act::Withdrawn,
        Some(_) => Act::Restored,
        None if step.changed.iter().any(|one| !one.settled.is_empty()) => Act::Settled,
        None => Act::Changed,
    }
}

/// Whether a change of a field withdraws or restores the record.
fn is_withdrawal(path: &FieldPath) -> bool {
    matches!(path, FieldPath::One(name) if name == WITHDRAWN)
}

impl School {
    /// Every step of a record.
    pub(crate) fn steps(&self, record: &Record) -> Result<Steps> {
        let document: DocumentId = document_id(record.id);
        let (control, lists) = (self.core.control(), self.core.lists());
        let projector = Projector::new(&control, &lists.codes);
        self.core.store.read(|snapshot| {
            let missing = || SchoolError::Index("a document is missing".to_owned());
            let state = snapshot.document(document)?.ok_or_else(missing)?;
            let origins = projector.origins(snapshot, document, None)?;
            let steps = projector.load(snapshot, &state)?.history()?;
            let mut checked = BTreeMap::new();
            for stamp in steps.iter().filter_map(|step| origins.by_change.get(&step.change)) {
                if !checked.contains_key(&stamp.entry) {
                    let id: EntryId = stamp.entry.parse().map_err(|_| missing())?;
                    checked.insert(stamp.entry.clone(), signed(snapshot, &control, id)?);
                }
            }
            let aside = self.aside(snapshot, &projector, state.space, document)?;
            Ok(Steps { steps, origins, aside, signed: checked, unknown: Stamp::unknown() })
        })
    }

    /// The sections of a document that do not stand. Held ones are shown to their author and to
    /// those who manage the space.
    fn aside(
        &self,
        snapshot: &Snapshot<'_>,
        projector: &Projector<'_>,
        space: SpaceId,
        document: DocumentId,
    ) -> Result<Vec<Aside>> {
        let manages = projector.control.trust.manages(self.person(), space);
        let mut found: Vec<(SectionRef, Signed)> = Vec::new();
        let held = snapshot.held_of(document)?.into_iter();
        found.extend(held.map(|one| (one.section, Signed::Held(one.reason))));
        let pending = snapshot.pending_of(document)?.into_iter();
        found.extend(pending.map(|one| (one.section, Signed::Held(one.reason))));
        let arrived = snapshot.arrived_of(document)?.into_iter();
        found.extend(arrived.map(|section| (section, Signed::Held(ARRIVED.to_owned()))));
        let absent = snapshot.absent_of(document)?.into_iter();
        let erased = projector.control.is_erased(space, document);
        let gone = if erased { Signed::Erased } else { Signed::Absent };
        found.extend(absent.map(|section| (section, gone.clone())));
        let mut aside = Vec::new();
        for (section, why) in found {
            let Some(stamp) = stamp_of(snapshot, projector.control, section.entry)? else {
                continue;
            };
            if !manages && stamp.person != self.person().to_string() {
                continue;
            }
            let signed = match signed(snapshot, projector.control, section.entry)? {
                wrong @ Signed::Wrong(_) => wrong,
                _ => why,
            };
            // Where what it would do cannot be told, that it is there, and why not, is told all the
            // same.
            let would = projector.would_do(snapshot, document, section)?;
            let steps = would.map(|would| would.steps).unwrap_or_default();
            aside.push(Aside { stamp, signed, steps });
        }
        Ok(aside)
    }
}

fn stamp_of(snapshot: &Snapshot<'_>, control: &Control, entry: EntryId) -> Result<Option<Stamp>> {
    Ok(snapshot.header(entry)?.map(|header| control.stamp_of(entry, &header)))
}
