//! The erasures, as a face shows them.

use std::collections::BTreeMap;

use sheaf_charter::{EntryId, ErasureState, Role};
use sheaf_records::RecordId;

use super::model::{
    ErasureLine, ErasureStage, ErasuresPage, RecordKeeping, WaitingDevice, WaitingRecord,
};
use super::removals::{moment, written_at};
use crate::error::{Result, SchoolError};
use crate::indexed::{Found, document_id, record_id};
use crate::school::School;
use crate::shape::ErasureShape;

/// Whether whoever uses this device may propose and second erasures.
fn may_erase(school: &School) -> bool {
    school.core.control().trust.role(school.person()).is_some_and(Role::may_erase)
}

/// What whoever uses this device has to do with an erasure.
#[derive(Clone, Copy, Default)]
struct Own {
    has_signed: bool,
    has_proposed: bool,
}

/// What whoever uses this device has to do with each erasure.
fn own(school: &School) -> BTreeMap<EntryId, Own> {
    let control = school.core.control();
    let spaces = control.trust.spaces_of_person(school.person()).into_iter();
    let erasures = spaces.flat_map(|space| control.trust.erasures(space));
    let own = |state: &ErasureState| Own {
        has_signed: state.signed_by.contains(&school.person()),
        has_proposed: state.proposed_by == school.person(),
    };
    erasures.map(|(entry, state)| (entry, own(&state))).collect()
}

/// The erasures, with who has confirmed and who has not; `title` gives the line of a record.
pub(super) fn page(
    school: &School,
    title: &mut impl FnMut(&Found) -> Result<String>,
) -> Result<ErasuresPage> {
    let shapes = school.erasures()?.erasures;
    let own = own(school);
    let may_erase = may_erase(school);
    let mut erasures = Vec::new();
    for shape in shapes {
        let entry: Option<EntryId> = shape.id.parse().ok();
        let own = entry.and_then(|entry| own.get(&entry).copied()).unwrap_or_default();
        let at = entry.map(|entry| written_at(school, entry)).transpose()?.flatten();
        let here = here(school, title, &shape)?;
        erasures.push(line(shape, (at, here), own, may_erase));
    }
    erasures.sort_by_key(|line| (line.stage, std::cmp::Reverse(line.at)));
    Ok(ErasuresPage { erasures })
}

fn line(
    shape: ErasureShape,
    (at, here): (Option<jiff::civil::DateTime>, Vec<WaitingRecord>),
    own: Own,
    may_erase: bool,
) -> ErasureLine {
    let stage = match (shape.in_effect, shape.on_hold, shape.outstanding.len()) {
        _ if shape.withdrawn => ErasureStage::Withdrawn,
        (_, 1.., _) => ErasureStage::Kept,
        (false, 0, _) => ErasureStage::Waits,
        (true, 0, 0) => ErasureStage::Confirmed,
        (true, 0, _) => ErasureStage::InEffect,
    };
    let is_open = !shape.in_effect && !shape.withdrawn;
    let reason = super::erasure_reasons().into_iter().find(|one| one.code == shape.reason);
    let count = |length: usize| u64::try_from(length).unwrap_or(u64::MAX);
    ErasureLine {
        count: count(shape.documents.len()),
        here,
        reason: reason.map_or(shape.reason, |reason| reason.title),
        at,
        stage,
        on_hold: count(shape.on_hold),
        confirmed: count(shape.confirmed.len()),
        outstanding: shape
            .outstanding
            .into_iter()
            .map(|open| WaitingDevice {
                person: open.person,
                device: open.device,
                last_met: open.last_met.as_deref().and_then(moment),
            })
            .collect(),
        in_folders: shape.in_folders,
        in_bundles: shape.in_bundles,
        is_signed: own.has_signed,
        may_second: may_erase && !own.has_signed && stage == ErasureStage::Waits,
        may_withdraw: may_erase && own.has_proposed && is_open,
        id: shape.id,
        space: shape.space,
        signed_by: shape.signed_by,
    }
}

/// The records of an erasure that are still here: whoever seconds it must see what they are.
fn here(
    school: &School,
    title: &mut impl FnMut(&Found) -> Result<String>,
    shape: &ErasureShape,
) -> Result<Vec<WaitingRecord>> {
    let mut found = Vec::new();
    for document in &shape.documents {
        let Ok(id) = document.parse::<sheaf_charter::DocumentId>() else { continue };
        let record = record_id(id);
        match school.get(record) {
            Ok(row) => found.push(WaitingRecord { record, title: title(&row)? }),
            Err(SchoolError::NotFound { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}

/// How many erasures wait for a second signature that whoever uses this device could give.
pub(crate) fn waiting_for_me(school: &School) -> u64 {
    if !may_erase(school) {
        return 0;
    }
    let control = school.core.control();
    let spaces = control.trust.spaces_of_person(school.person()).into_iter();
    let erasures = spaces.flat_map(|space| control.trust.erasures(space).into_values());
    let open =
        erasures.filter(|state| state.is_open() && !state.signed_by.contains(&school.person()));
    u64::try_from(open.count()).unwrap_or(u64::MAX)
}

/// What may become of a record.
pub(crate) fn keeping(school: &School, record: RecordId) -> Result<RecordKeeping> {
    let document = document_id(record);
    let state = school.core.store.read(|snapshot| snapshot.document(document))?;
    let Some(space) = state.map(|state| state.space) else { return Ok(RecordKeeping::default()) };
    let may_erase = may_erase(school);
    let control = school.core.control();
    let trust = &control.trust;
    let mut erasures = trust.erasures(space).into_values();
    let others = trust.members(space).into_iter().filter(|one| one.person != school.person());
    let holds = trust.holds(space);
    let lifted_by = holds.get(&document).into_iter().flatten();
    Ok(RecordKeeping {
        lifted_by: lifted_by.map(|person| control.person_name(&person.to_string())).collect(),
        may_lift: holds.get(&document).is_some_and(|signed| !signed.contains(&school.person())),
        signs_alone: !others.into_iter().any(|one| one.role.may_erase()),
        may_erase: may_erase && trust.is_person_in(school.person(), space),
        is_on_hold: holds.contains_key(&document),
        is_proposed: erasures.any(|state| state.is_open() && state.documents.contains(&document)),
    })
}
