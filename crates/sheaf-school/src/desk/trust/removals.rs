//! The removals that were written, as a face shows them.

use std::collections::BTreeMap;

use sheaf_charter::{DeviceId, EntryId, PersonId, Role, SpaceId, Target};

use super::model::{RemovalLine, RemovalsPage, ToldLine};
use crate::error::{Result, SchoolError};
use crate::school::School;

/// A time as [`crate::records::time_text`] writes it.
pub(super) fn moment(text: &str) -> Option<jiff::civil::DateTime> {
    text.parse().ok()
}

/// The removals that were written.
pub(super) fn page(school: &School) -> Result<RemovalsPage> {
    let shapes = school.removals()?;
    let held = held_by(school)?;
    let control = school.core.control();
    let views = control.trust.removals();
    let role = control.trust.role(school.person());
    let is_manager = role.is_some_and(|role| role >= Role::Lead);
    let mut removals = Vec::new();
    for (shape, view) in shapes.into_iter().zip(&views) {
        let is_mine = view.by == Some(school.person());
        let stands_behind = is_mine || view.endorsed_by.contains(&school.person());
        let of_target = held.iter().filter(|((device, person), _)| match view.target {
            Target::Device(target) => *device == Some(target),
            Target::Person(target) => *person == Some(target),
        });
        removals.push(RemovalLine {
            at: written_at(school, view.entry)?,
            held: of_target.map(|(_, count)| count).sum(),
            may_endorse: is_manager && !stands_behind,
            entry: shape.entry,
            who: shape.who,
            by: shape.by,
            endorsed_by: shape.endorsed_by,
            reason: shape.reason,
            why_not: shape.why_not,
            uncut_in: shape.uncut_in,
        });
    }
    removals.sort_by_key(|line| std::cmp::Reverse(line.at));
    Ok(RemovalsPage { removals })
}

/// When an entry was written, as its author's clock said.
pub(super) fn written_at(school: &School, entry: EntryId) -> Result<Option<jiff::civil::DateTime>> {
    let header = school.core.store.read(|snapshot| snapshot.header(entry))?;
    Ok(header.map(|header| school.clock.local_ms(header.claimed_ms)))
}

type Author = (Option<DeviceId>, Option<PersonId>);

/// How many entries are held of each author in the spaces of whoever uses this device.
fn held_by(school: &School) -> Result<BTreeMap<Author, u64>> {
    let control = school.core.control();
    let spaces = control.trust.spaces_of_person(school.person()).into_iter();
    school.core.store.read(|snapshot| {
        let mut counts = BTreeMap::new();
        for space in spaces.filter(|space| *space != SpaceId::CHARTER) {
            let mut entries: Vec<_> =
                snapshot.held(space)?.into_iter().map(|held| held.section.entry).collect();
            entries.sort();
            entries.dedup();
            for entry in entries {
                let Some(header) = snapshot.header(entry)? else { continue };
                let device = control.trust.device_of_log(header.log);
                let person = control.trust.person_of_log(header.log);
                *counts.entry((device, person)).or_insert(0) += 1;
            }
        }
        Ok::<_, SchoolError>(counts)
    })
}

/// Who has said that this device was removed.
pub(crate) fn told_out(school: &School) -> Result<Option<ToldLine>> {
    let told = school.told_out()?;
    Ok(told.map(|told| ToldLine { at: moment(&told.at), by: told.by }))
}
