//! What is kept and does not stand, and vouching for it.

use std::collections::BTreeMap;

use sheaf_charter::{EntryId, Saying, SpaceId};

use super::governed;
use crate::error::{Result, SchoolError};
use crate::records::time_text;
use crate::school::School;
use crate::shape::{Governed, HeldShape};

impl School {
    /// The entries of this person's spaces that are kept and do not stand, or only in part.
    pub fn held(&self) -> Result<Vec<HeldShape>> {
        self.core.refresh()?;
        let control = self.core.control();
        let own = control.trust.spaces_of_person(self.person());
        self.core.store.read(|snapshot| {
            let mut held = Vec::new();
            for space in own.iter().filter(|space| **space != SpaceId::CHARTER) {
                let mut entries: BTreeMap<EntryId, (String, usize)> = BTreeMap::new();
                for one in snapshot.held(*space)? {
                    entries.entry(one.section.entry).or_insert((one.reason, 0)).1 += 1;
                }
                for (id, (reason, sections)) in entries {
                    let Some(header) = snapshot.header(id)? else { continue };
                    let stamp = control.stamp_of(id, &header);
                    held.push(HeldShape {
                        entry: id.to_string(),
                        space: control.space_name(*space),
                        by: control.person_name(&stamp.person),
                        device: control.device_name(&stamp.device),
                        at: time_text(&self.clock, header.claimed_ms),
                        changes: sections,
                        why: reason,
                    });
                }
            }
            held.sort_by(|one, other| (&one.at, &one.entry).cmp(&(&other.at, &other.entry)));
            Ok(held)
        })
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
        let (header, signed, sections) = self.core.store.read(|snapshot| {
            let header = snapshot.header(id)?.ok_or_else(missing)?;
            let signed = snapshot.signed_header(id)?.ok_or_else(missing)?;
            let held = snapshot.held(header.lane.space)?.into_iter();
            let sections: Vec<u16> = held
                .filter(|held| held.section.entry == id)
                .map(|held| held.section.index)
                .collect();
            Ok::<_, SchoolError>((header, signed, sections))
        })?;
        if sections.is_empty() {
            return Err(missing());
        }
        let space = header.lane.space;
        let saying = Saying::Attest(signed.bytes, signed.signature, sections);
        let entries = self.say(space, vec![saying])?;
        governed(&entries, "what was held stands now; you have vouched for it".to_owned())
    }
}
