//! Erasing documents, and keeping them from being erased.

use super::{Judged, Scene, allowed, consistent};
use crate::act::ErasureReason;
use crate::ids::{DocumentId, EntryId, PersonId};
use crate::role::Role;
use std::collections::BTreeSet;

use crate::trust::effect::Change;
use crate::trust::verdict::HeldReason;

impl Scene<'_> {
    /// A member of lead rank or above.
    fn eraser(&self) -> Result<(), HeldReason> {
        self.member()?;
        allowed(self.author.role.may_erase())
    }

    fn may_erase(&self, person: PersonId) -> bool {
        let role = self.world.charter.role(person).filter(|_| self.world.is_member(person));
        role.is_some_and(Role::may_erase)
    }

    /// Whether nobody else in the space could sign too.
    fn is_alone(&self) -> bool {
        let own = self.author.author;
        !self.world.space.members().any(|person| person != own && self.may_erase(person))
    }

    pub(super) fn erase(&self, documents: &[DocumentId], reason: ErasureReason) -> Judged {
        self.eraser()?;
        consistent(!documents.is_empty() && !documents.contains(&DocumentId::ZERO))?;
        let holds = self.world.holds();
        consistent(!documents.iter().any(|document| holds.contains_key(document)))?;
        let alone = self.is_alone();
        // One proposal an entry: it is known by the entry's id.
        consistent(!self.world.erasures().contains_key(&self.author.entry))?;
        Ok(vec![Change::Erasure { documents: documents.into(), reason, alone }])
    }

    pub(super) fn second(&self, proposal: EntryId) -> Judged {
        self.eraser()?;
        let erasure = self.world.erasures().remove(&proposal).ok_or(HeldReason::Contradicts)?;
        consistent(!erasure.signed_by.contains(&self.author.author) && !erasure.is_withdrawn())?;
        Ok(vec![Change::Seconded { proposal }])
    }

    /// Only whoever proposed it, and not once it is in effect.
    pub(super) fn withdraw(&self, proposal: EntryId) -> Judged {
        self.eraser()?;
        let erasure = self.world.erasures().remove(&proposal).ok_or(HeldReason::Contradicts)?;
        allowed(erasure.proposed_by == self.author.author)?;
        consistent(!erasure.is_signed() && !erasure.is_withdrawn())?;
        Ok(vec![Change::Withdrawn { proposal }])
    }

    /// Lockers confirm too: they keep what they cannot read until it is erased.
    pub(super) fn confirm(&self, proposal: EntryId) -> Judged {
        if self.author.role != Role::Locker {
            self.member()?;
        }
        let erasure = self.world.erasures().remove(&proposal).ok_or(HeldReason::Contradicts)?;
        consistent(erasure.is_signed())?;
        Ok(vec![Change::Confirmed { proposal }])
    }

    pub(super) fn hold(&self, documents: &[DocumentId]) -> Judged {
        self.eraser()?;
        consistent(!documents.is_empty() && !documents.contains(&DocumentId::ZERO))?;
        // What is gone cannot be kept any more.
        let erasures = self.world.erasures();
        let signed = erasures.values().filter(|erasure| erasure.is_signed());
        let gone: BTreeSet<_> =
            signed.flat_map(|erasure| erasure.documents.iter().copied()).collect();
        let kept = self.world.holds();
        consistent(documents.iter().all(|one| kept.contains_key(one) || !gone.contains(one)))?;
        Ok(documents.iter().map(|document| Change::Hold { document: *document }).collect())
    }

    pub(super) fn lift(&self, documents: &[DocumentId]) -> Judged {
        self.eraser()?;
        consistent(!documents.is_empty() && !documents.contains(&DocumentId::ZERO))?;
        let alone = self.is_alone();
        let lift = |document: &DocumentId| Change::Lift { document: *document, alone };
        Ok(documents.iter().map(lift).collect())
    }
}
