//! What all members of a space must show, worked out from everything that was ever written and not
//! from what any device made of it: rules 3, 4, 6, 7 and 8.

use std::collections::{BTreeMap, BTreeSet};

use sheaf_charter::{DeviceId, DocumentId, Entry, Lane, LogId, SpaceId};

use super::Network;
use super::disk::Shown;
use super::toy::{Deed, log_of};

/// What the control part of a space comes to.
#[derive(Default)]
struct Say {
    /// Those who may write, by their logs.
    admitted: BTreeSet<LogId>,
    cuts: BTreeMap<LogId, u64>,
    erased: BTreeSet<DocumentId>,
}

impl Say {
    fn of<'a>(control: impl Iterator<Item = &'a Entry>) -> Self {
        let mut say = Self::default();
        for entry in control {
            for deed in entry.header().acts.iter().filter_map(Deed::from_act) {
                match deed {
                    Deed::Found | Deed::AdmitDevice(_) => {}
                    Deed::Create => {
                        say.admitted.insert(entry.header().log);
                    }
                    Deed::Admit(device) => {
                        say.admitted.insert(log_of(device));
                    }
                    Deed::Remove { device, cut } => {
                        let lowest = say.cuts.entry(log_of(device)).or_insert(cut);
                        *lowest = cut.min(*lowest);
                    }
                    Deed::Erase(document) => {
                        say.erased.insert(document);
                    }
                }
            }
        }
        say
    }

    fn stands(&self, entry: &Entry) -> bool {
        self.cuts.get(&entry.header().log).is_none_or(|cut| entry.header().seq < *cut)
    }
}

impl Network {
    /// Every member shows each value that stands, as its author wrote it, and nothing else; and has
    /// nothing left of what is erased.
    pub(super) fn check_values(&self, space: SpaceId, members: &[DeviceId]) -> Result<(), String> {
        let say = Say::of(self.held_by(Lane::control(space), members));
        let expected = self.expected(&say, self.held_by(Lane::data(space), members))?;
        for member in members {
            let index = self.index(*member);
            let disk = &self.devices[index].disk;
            let shown = disk.shown(space);
            if let Some((document, entry)) = expected.keys().find(|at| !shown.contains_key(at)) {
                return Err(format!("overwritten: {index} lacks {document} as in {entry}"));
            }
            if let Some((document, entry)) = shown.keys().find(|at| !expected.contains_key(at)) {
                return Err(format!("removal: {index} shows {document} as in {entry}"));
            }
            if shown != expected {
                return Err(format!("authorship: {index} shows of {space} what nobody wrote"));
            }
            for (_, entry) in disk.lane(Lane::data(space)) {
                let rows = entry.header().table.iter().zip(entry.sections());
                let mut left = rows.filter(|(row, section)| {
                    section.is_some() && say.erased.contains(&row.document)
                });
                if left.next().is_some() {
                    return Err(format!("erasure: {index} has a section that is erased"));
                }
            }
        }
        Ok(())
    }

    fn held_by<'a>(&'a self, lane: Lane, members: &[DeviceId]) -> impl Iterator<Item = &'a Entry> {
        let disks = members.iter().map(|member| &self.devices[self.index(*member)].disk);
        let all: Vec<&Entry> =
            disks.flat_map(|disk| disk.lane(lane).map(|(_, entry)| &**entry)).collect();
        all.into_iter()
    }

    fn expected<'a>(
        &self,
        say: &Say,
        data: impl Iterator<Item = &'a Entry>,
    ) -> Result<Shown, String> {
        let ids: BTreeSet<_> = data.map(Entry::id).collect();
        let mut expected = Shown::new();
        for id in ids {
            let Some(entry) = self.written.get(&id) else {
                return Err(format!("authorship: nobody wrote {id}"));
            };
            if !say.admitted.contains(&entry.header().log) {
                return Err(format!("authorship: the author of {id} may not write there"));
            }
            for (row, section) in entry.header().table.iter().zip(entry.sections()) {
                if say.stands(entry) && !say.erased.contains(&row.document) {
                    let sealed = section.clone().unwrap_or_default();
                    expected.entry((row.document, id)).or_default().push(sealed);
                }
            }
        }
        Ok(expected)
    }
}
