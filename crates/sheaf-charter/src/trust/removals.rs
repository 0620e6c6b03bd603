//! The removals that were written in the charter, for people to look at and to stand behind.

use std::collections::{BTreeMap, BTreeSet};

use super::Trust;
use super::removal::Target;
use super::verdict::HeldReason;
use crate::act::Act;
use crate::ids::{EntryId, PersonId, SpaceId};
use crate::keys::KeyRing;

/// A removal that was written in the charter.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RemovalView {
    /// The entry.
    pub entry: EntryId,
    /// Who is removed.
    pub target: Target,
    /// Who wrote it; none for the recovery key.
    pub by: Option<PersonId>,
    /// Who stands behind it beside its author.
    pub endorsed_by: BTreeSet<PersonId>,
    /// Why it has no effect; none where it has.
    pub without_effect: Option<HeldReason>,
}

impl Trust {
    /// The removals of devices and persons, in the order in which they became known here.
    pub fn removals(&self) -> Vec<RemovalView> {
        let Some((graph, settled)) =
            self.lanes.get(&SpaceId::CHARTER).zip(self.now.get(&SpaceId::CHARTER))
        else {
            return Vec::new();
        };
        let mut removals = Vec::new();
        for (index, node) in graph.nodes().iter().enumerate() {
            for (place, act) in node.acts.iter().enumerate() {
                let target = match act {
                    Act::RemoveDevice { device, .. } => Target::Device(*device),
                    Act::RemovePerson { person, .. } => Target::Person(*person),
                    _ => continue,
                };
                let endorsers = graph.nodes().iter().filter(|other| other.endorses(node.id));
                removals.push(RemovalView {
                    entry: node.id,
                    target,
                    by: node.person,
                    endorsed_by: endorsers.filter_map(|other| other.person).collect(),
                    without_effect: settled.judgement(index).and_then(|one| one.reason(place)),
                });
            }
        }
        removals
    }

    /// The reasons that authors gave for their entries, as far as these keys open them.
    pub fn reasons(&self, keys: &KeyRing) -> BTreeMap<EntryId, String> {
        let lanes = self.lanes.iter();
        let nodes =
            lanes.flat_map(|(space, graph)| graph.nodes().iter().map(move |node| (*space, node)));
        nodes.filter_map(|(space, node)| Some((node.id, node.reason(space, keys)?))).collect()
    }
}
