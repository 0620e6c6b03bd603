//! What two devices still pass on to each other of a space that the person of one of them has left.
//!
//! Whoever leaves a space writes so on their own device, and nobody else knows. So the device goes
//! on offering what it knew then and what it wrote there itself, and those who stay go on answering
//! for that and for nothing else: what is written later is no business of who is out.

use std::collections::BTreeSet;

use super::Trust;
use super::bits::Bits;
use super::space_state::SpaceState;
use crate::certificate::Certificate;
use crate::ids::{DeviceId, EntryId, PersonId, SpaceId};
use crate::role::Role;

/// What is still passed on of a space that somebody has left by themselves.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Parting {
    /// The space.
    pub space: SpaceId,
    /// The control entries: the leaving, all that its author knew then, and what else the leaver's
    /// device had written, with all that it knew.
    pub control: BTreeSet<EntryId>,
    /// The device whose data is passed on, and no other's; none between devices of the leaver.
    pub device: Option<DeviceId>,
}

impl Trust {
    /// Whether a person is out of a space because they have left it by themselves.
    pub fn has_left(&self, person: PersonId, space: SpaceId) -> bool {
        let state = self.spaces.get(&space);
        let left = state.is_some_and(|state| state.own_leaves(person).next().is_some());
        left && !self.is_person_in(person, space)
    }

    /// The spaces that a person has left by themselves, of those known here.
    pub fn spaces_left_by(&self, person: PersonId) -> Vec<SpaceId> {
        let mut spaces = self.spaces();
        spaces.retain(|space| self.has_left(person, *space));
        spaces
    }

    /// What this device and another pass on to each other of spaces that the person of one of them
    /// has left: to those who stay what they may lack, to the leaver's other devices that they are
    /// out. Both come to the same once they know the same of it. None where the leaver does not
    /// know that the other is in.
    pub fn partings(&self, own: DeviceId, other: DeviceId) -> Vec<Parting> {
        let (Some(own), Some(other)) = (self.certificate(own), self.certificate(other)) else {
            return Vec::new();
        };
        let leaves = |one: &Certificate, space: SpaceId| {
            let state = self.spaces.get(&space);
            let was_in = state.is_some_and(|state| state.gave_a_key_to(one.device));
            was_in && self.has_left(one.person, space)
        };
        let parting = |space: SpaceId| match (leaves(own, space), leaves(other, space)) {
            (true, true) if own.person == other.person => self.parting(space, own, None),
            (true, false) => self.parting(space, own, Some(other.person)),
            (false, true) => self.parting(space, other, Some(own.person)),
            _ => None,
        };
        self.spaces().into_iter().filter_map(parting).collect()
    }

    fn parting(
        &self,
        space: SpaceId,
        leaver: &Certificate,
        stays: Option<PersonId>,
    ) -> Option<Parting> {
        let (graph, state) = (self.lanes.get(&space)?, self.spaces.get(&space)?);
        let mut known = Bits::default();
        for stamp in state.own_leaves(leaver.person) {
            graph.add_closure(stamp.index, &mut known);
        }
        if let Some(stays) = stays {
            if !self.keeps(stays, space) || !self.was_known_inside(stays, space, &known) {
                return None;
            }
            for (index, node) in graph.nodes().iter().enumerate() {
                if node.author.device() == Some(leaver.device) {
                    graph.add_closure(index, &mut known);
                }
            }
        }
        let control = graph.among(&known).map(|(_, node)| node.id).collect();
        Some(Parting { space, control, device: stays.map(|_| leaver.device) })
    }

    /// Whether who knew these entries of a space knew that its entries are kept by a person.
    fn was_known_inside(&self, person: PersonId, space: SpaceId, known: &Bits) -> bool {
        if self.role(person) == Some(Role::Locker) {
            return true;
        }
        let mut then = SpaceState::default();
        if let Some(settled) = self.now.get(&space) {
            settled.effects(known).for_each(|effect| then.apply(effect));
        }
        then.is_member(person)
    }
}
