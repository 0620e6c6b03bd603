//! Hand-off spaces: through which a person outside safeguarding hands concerns over, who receives
//! them, and what a receiver's device owes these spaces.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::Trust;
use super::bits::Bits;
use super::effect::{Change, Stamp};
use super::settle::Settled;
use crate::ids::{PersonId, SpaceId};
use crate::role::{Role, SpaceKind};

/// What a hand-off space lacks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct HandOffDebt {
    /// The space.
    pub(crate) space: SpaceId,
    /// Who receives concerns and is not in.
    pub(crate) admit: Vec<PersonId>,
    /// Who is in and receives them no more.
    pub(crate) take_out: Vec<PersonId>,
}

impl Trust {
    /// The person who hands concerns over through a space.
    pub fn hand_off(&self, space: SpaceId) -> Option<PersonId> {
        self.spaces.get(&space)?.hand_off()
    }

    /// The space through which a person hands concerns over. Of several, which devices apart may
    /// have made, the one that most receive in, then that with the lowest id; none where nobody
    /// would receive.
    pub fn hand_off_of(&self, person: PersonId) -> Option<SpaceId> {
        let own = self
            .hand_offs()
            .filter(|(space, of)| *of == person && self.is_person_in(person, *space));
        let counted = own.map(|(space, _)| (self.receivers_in(space).len(), Reverse(space)));
        counted.filter(|(receivers, _)| *receivers > 0).max().map(|(_, Reverse(space))| space)
    }

    /// Who receives what is handed over through a space, as far as their roles tell: its members
    /// who may manage safeguarding, but for the person who hands over.
    pub fn receivers_in(&self, space: SpaceId) -> Vec<PersonId> {
        let of = self.hand_off(space);
        let members = self.members(space).into_iter();
        let receives = members.filter(|one| may_receive(one.role) && Some(one.person) != of);
        receives.map(|one| one.person).collect()
    }

    /// The safeguarding space, on devices that are or were in it.
    pub fn safeguarding(&self) -> Option<SpaceId> {
        let mut spaces = self.spaces.iter();
        spaces
            .find(|(_, state)| state.kind == Some(SpaceKind::Safeguarding))
            .map(|(space, _)| *space)
    }

    /// Whether a person is in safeguarding and has a rank that manages it. Only who is in it knows.
    pub fn receives(&self, person: PersonId) -> bool {
        let inside = self.safeguarding().is_some_and(|space| self.is_person_in(person, space));
        inside && self.role(person).is_some_and(may_receive)
    }

    fn hand_offs(&self) -> impl Iterator<Item = (SpaceId, PersonId)> {
        self.spaces.iter().filter_map(|(space, state)| Some((*space, state.hand_off()?)))
    }

    /// The people outside safeguarding for whom it is on a receiver to make a hand-off space.
    ///
    /// Left to others, whose entries may not be here yet: those whom another receiver let into the
    /// school, and those who were known already when this one came into safeguarding after others.
    pub(crate) fn without_hand_off(&self, own: PersonId) -> Vec<PersonId> {
        let Some(safeguarding) = self.safeguarding().filter(|_| self.receives(own)) else {
            return Vec::new();
        };
        let (admissions, known) = (self.admissions(), self.known_when_joined(own, safeguarding));
        let came_first = self.members(safeguarding).into_iter().any(|other| {
            other.person != own && may_receive(other.role) && self.came_before(other.person, own)
        });
        let is_mine = |person: &PersonId| {
            let Some(stamp) = admissions.get(person) else { return false };
            let by_other = stamp.author != own && self.receives(stamp.author);
            let left = by_other || came_first && known.contains(stamp.index);
            !left
        };
        let outside = self
            .charter
            .people()
            .filter(|(person, role)| role.may_read() && !self.is_person_in(*person, safeguarding));
        let lacks = |person: &PersonId| {
            !self.hand_offs().any(|(space, of)| of == *person && self.is_person_in(of, space))
        };
        outside.map(|(person, _)| person).filter(lacks).filter(is_mine).collect()
    }

    /// What the hand-off spaces that a receiver is in lack and it may give. Nobody is taken out
    /// for not being known in safeguarding yet.
    pub(crate) fn hand_off_debts(&self, own: PersonId) -> Vec<HandOffDebt> {
        let Some(role) = self.role(own).filter(|_| self.receives(own)) else { return Vec::new() };
        let receivers: Vec<_> = self.charter.people().map(|(person, _)| person).collect();
        let mut debts = Vec::new();
        for (space, of) in self.hand_offs().filter(|(space, _)| self.manages(own, *space)) {
            let lacks = |one: &PersonId| self.receives(*one) && !self.is_person_in(*one, space);
            let out = self.members(space).into_iter().filter(|one| {
                let ended = !may_receive(one.role) || self.has_left_safeguarding(one.person);
                one.person != of && ended && role.may_act_on(one.role)
            });
            let take_out: Vec<_> = out.map(|one| one.person).collect();
            let admit: Vec<_> = receivers.iter().copied().filter(lacks).collect();
            if !admit.is_empty() || !take_out.is_empty() {
                debts.push(HandOffDebt { space, admit, take_out });
            }
        }
        debts
    }

    /// The hand-off spaces of others that a person is still in, who knows that they have left
    /// safeguarding.
    pub(crate) fn hand_offs_to_leave(&self, own: PersonId) -> Vec<SpaceId> {
        if !self.has_left_safeguarding(own) {
            return Vec::new();
        }
        let others = self.hand_offs().filter(|(space, of)| {
            let stays = self.receivers_in(*space).into_iter().any(|one| one != own);
            *of != own && stays && self.is_person_in(own, *space)
        });
        others.map(|(space, _)| space).collect()
    }

    fn has_left_safeguarding(&self, person: PersonId) -> bool {
        let Some(space) = self.safeguarding() else { return false };
        let knew = self.spaces.get(&space).is_some_and(|state| state.knew(person));
        knew && !self.is_person_in(person, space)
    }

    /// By which act each person first came into the school.
    fn admissions(&self) -> BTreeMap<PersonId, &Stamp> {
        let judged = self.now.get(&SpaceId::CHARTER).into_iter().flat_map(Settled::all);
        let mut first = BTreeMap::new();
        for effect in judged.flat_map(|judgement| &judgement.effects) {
            if let Change::Role { person, .. } = effect.change {
                first.entry(person).or_insert(&effect.stamp);
            }
        }
        first
    }

    /// The charter's entries that were known to whoever let a person into a space.
    fn known_when_joined(&self, person: PersonId, space: SpaceId) -> Bits {
        let mut known = Bits::default();
        let (Some(state), Some(lane)) = (self.spaces.get(&space), self.lanes.get(&space)) else {
            return known;
        };
        for node in state.comings(person).filter_map(|stamp| lane.nodes().get(stamp.index)) {
            known.union(&node.charter_past);
        }
        known
    }

    /// Whether whoever let `after` into safeguarding knew that `before` was in it.
    fn came_before(&self, before: PersonId, after: PersonId) -> bool {
        let state = self.safeguarding().and_then(|space| self.spaces.get(&space));
        state.is_some_and(|state| {
            let knows = |own: &Stamp| state.comings(before).any(|other| own.knows(other));
            state.comings(after).any(knows)
        })
    }
}

fn may_receive(role: Role) -> bool {
    role.may_manage(SpaceKind::Safeguarding)
}
