//! Who is in a space, and its epochs.

use std::collections::{BTreeMap, BTreeSet};

use super::effect::{Change, Effect, Latest, Membership};
use crate::ids::{DeviceId, EpochId, PersonId};
use crate::role::SpaceKind;

/// One epoch of a space.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct EpochState {
    /// How many rotations lie before it on the longest way, and itself.
    pub generation: u32,
    /// The devices that its key was wrapped for.
    pub recipients: BTreeSet<DeviceId>,
}

/// The control part of a space after some of its entries. The charter has one too, for its epochs.
#[derive(Clone, Default, Debug)]
pub(super) struct SpaceState {
    pub(super) kind: Option<SpaceKind>,
    members: BTreeMap<PersonId, Latest<Membership>>,
    pub(super) epochs: BTreeMap<EpochId, EpochState>,
}

impl SpaceState {
    pub(super) fn apply(&mut self, effect: &Effect) {
        match &effect.change {
            Change::Created { kind, creator } => {
                self.kind = Some(*kind);
                let members = self.members.entry(*creator).or_default();
                members.push(effect.stamp.clone(), Membership::Joined);
            }
            Change::Membership { person, membership } => {
                let members = self.members.entry(*person).or_default();
                members.push(effect.stamp.clone(), *membership);
            }
            Change::Epoch { epoch, generation, recipients } => {
                let state = self.epochs.entry(*epoch).or_default();
                state.generation = state.generation.max(*generation);
                state.recipients.extend(recipients);
            }
            Change::Recipients { epoch, recipients } => {
                self.epochs.entry(*epoch).or_default().recipients.extend(recipients);
            }
            _ => {}
        }
    }

    /// In, unless somebody concurrently took them out: leaving is stronger than joining.
    pub(super) fn is_member(&self, person: PersonId) -> bool {
        self.members.get(&person).is_some_and(|latest| {
            latest.values().all(|membership| *membership == Membership::Joined)
        })
    }

    pub(super) fn members(&self) -> impl Iterator<Item = PersonId> {
        self.members.keys().copied().filter(|person| self.is_member(*person))
    }
}
