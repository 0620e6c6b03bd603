//! The charter and one space together, as an author knew them.

use std::collections::{BTreeMap, BTreeSet};

use super::charter_state::CharterState;
use super::effect::Effect;
use super::space_state::{ErasureState, SpaceState};
use crate::certificate::Certificate;
use crate::ids::{DeviceId, DocumentId, EntryId, PersonId, SpaceId};
use crate::role::Role;

/// What an author knew. In the charter's own lane the space is the charter, for its epochs.
#[derive(Clone, Debug)]
pub(super) struct World {
    pub(super) space_id: SpaceId,
    pub(super) charter: CharterState,
    pub(super) space: SpaceState,
    /// Whether the charter's heads cover what the space's entries knew of the charter.
    pub(super) covers: bool,
    /// Whether something in it stands otherwise than its own author knew.
    pub(super) tainted: bool,
}

impl World {
    pub(super) fn new(space_id: SpaceId) -> Self {
        let (charter, space) = (CharterState::default(), SpaceState::default());
        Self { space_id, charter, space, covers: true, tainted: false }
    }

    pub(super) fn apply(&mut self, effect: &Effect) {
        if self.in_charter() {
            self.charter.apply(effect);
        }
        self.space.apply(effect);
    }

    pub(super) fn in_charter(&self) -> bool {
        self.space_id == SpaceId::CHARTER
    }

    /// Whether a person is in: of the charter everybody but lockers, of a space its members.
    pub(super) fn is_member(&self, person: PersonId) -> bool {
        is_member(&self.charter, &self.space, self.space_id, person)
    }

    pub(super) fn is_member_device(&self, device: DeviceId) -> bool {
        self.charter
            .certificate(device)
            .is_some_and(|certificate| self.is_member(certificate.person))
    }

    /// Whether a person manages the space. No space is without a manager: where no member has the
    /// rank for it, those of the highest rank that there is manage it.
    pub(super) fn manages(&self, person: PersonId) -> bool {
        manages(&self.charter, &self.space, self.space_id, person)
    }

    /// The erasures that were proposed in the space.
    pub(super) fn erasures(&self) -> BTreeMap<EntryId, ErasureState> {
        erasures(&self.charter, &self.space, self.space_id)
    }

    /// The documents of the space under a legal hold, each with who has signed that it be lifted.
    pub(super) fn holds(&self) -> BTreeMap<DocumentId, BTreeSet<PersonId>> {
        holds(&self.charter, &self.space, self.space_id)
    }

    /// The author of an entry: a trusted device with its person's role.
    pub(super) fn author(&self, device: DeviceId) -> Option<(&Certificate, Role)> {
        let certificate = self.charter.certificate(device)?;
        Some((certificate, self.charter.role(certificate.person)?))
    }
}

pub(super) fn is_member(
    charter: &CharterState,
    space: &SpaceState,
    space_id: SpaceId,
    person: PersonId,
) -> bool {
    charter.role(person).is_some_and(Role::may_read)
        && (space_id == SpaceId::CHARTER || space.is_member(person))
}

pub(super) fn manages(
    charter: &CharterState,
    space: &SpaceState,
    space_id: SpaceId,
    person: PersonId,
) -> bool {
    let Some(kind) = space.kind else { return false };
    let role = |person| charter.role(person).filter(|role| role.may_read());
    let Some(own) = role(person).filter(|_| is_member(charter, space, space_id, person)) else {
        return false;
    };
    own.may_manage(kind) || {
        let highest = space.members().filter_map(role).max();
        highest == Some(own) && !own.may_manage(kind)
    }
}

pub(super) fn erasures(
    charter: &CharterState,
    space: &SpaceState,
    space_id: SpaceId,
) -> BTreeMap<EntryId, ErasureState> {
    space.erasures(eraser(charter, space, space_id))
}

pub(super) fn holds(
    charter: &CharterState,
    space: &SpaceState,
    space_id: SpaceId,
) -> BTreeMap<DocumentId, BTreeSet<PersonId>> {
    space.holds(eraser(charter, space, space_id))
}

/// Who may erase in a space: its members of lead rank or above.
fn eraser(
    charter: &CharterState,
    space: &SpaceState,
    space_id: SpaceId,
) -> impl Fn(PersonId) -> bool {
    move |person| {
        let role = charter.role(person).filter(|_| is_member(charter, space, space_id, person));
        role.is_some_and(Role::may_erase)
    }
}
