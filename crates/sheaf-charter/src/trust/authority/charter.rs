//! Acts of the charter: who is in the school, with which role.

use std::sync::Arc;

use super::{Judged, Scene, allowed, consistent};
use crate::act::{Act, LogCut, Reach};
use crate::certificate::Certificate;
use crate::ids::{DeviceId, EntryId, PersonId};
use crate::role::Role;
use crate::trust::effect::Change;
use crate::trust::removal::Target;
use crate::trust::verdict::HeldReason;

impl Scene<'_> {
    pub(super) fn admit_person(&self, role: Role, certificate: &Certificate) -> Judged {
        let charter = &self.world.charter;
        allowed(self.author.role.may_invite(role))?;
        consistent(certificate.is_first_device())?;
        consistent(charter.last_role(certificate.person).is_none())?;
        consistent(!charter.uses_key_of(certificate))?;
        Ok(vec![
            Change::Role { person: certificate.person, role },
            Change::Device { certificate: Arc::new(*certificate) },
        ])
    }

    pub(super) fn admit_device(&self, certificate: &Certificate) -> Judged {
        let charter = &self.world.charter;
        let role = charter.role(certificate.person).ok_or(HeldReason::Contradicts)?;
        // A manager may add a device of their own: it gains nothing that its person has not.
        let own = self.author.author == certificate.person && self.author.role >= Role::Lead;
        allowed(own || self.author.role.may_invite(role))?;
        consistent(!charter.is_removed(certificate.device))?;
        consistent(!charter.uses_key_of(certificate))?;
        Ok(vec![Change::Device { certificate: Arc::new(*certificate) }])
    }

    pub(super) fn set_role(&self, person: PersonId, role: Role, cuts: &[LogCut]) -> Judged {
        let charter = &self.world.charter;
        let from = charter.role(person).ok_or(HeldReason::Contradicts)?;
        allowed(self.author.role.may_set_role(from, role))?;
        // A locker is a machine, not a person: nobody becomes one or stops being one.
        consistent(from == role || (from != Role::Locker && role != Role::Locker))?;
        let leaves_a_head = from != Role::Head || role == Role::Head;
        consistent(leaves_a_head || charter.heads_of_school() > 1)?;
        consistent(cuts.is_empty() || role < from)?;
        self.check_cuts(cuts, |device| charter.person_of(device) == Some(person))?;
        Ok(vec![Change::Role { person, role }])
    }

    pub(super) fn remove_person(&self, person: PersonId, cuts: &[LogCut]) -> Judged {
        let charter = &self.world.charter;
        let role = charter.role(person).ok_or(HeldReason::Contradicts)?;
        self.outranks(role)?;
        let leaves_a_head = role != Role::Head || charter.heads_of_school() > 1;
        consistent(leaves_a_head || self.author.recovery)?;
        self.check_cuts(cuts, |device| charter.person_of(device) == Some(person))?;
        Ok(vec![Change::Removed { target: Target::Person(person) }])
    }

    /// Any manager may remove a device as lost, whoever's it is.
    pub(super) fn remove_device(&self, device: DeviceId, cuts: &[LogCut]) -> Judged {
        let charter = &self.world.charter;
        allowed(self.author.role >= Role::Lead)?;
        let owner = charter.person_of(device).ok_or(HeldReason::Contradicts)?;
        consistent(!charter.is_removed(device))?;
        self.check_cuts(cuts, |other| other == device)?;
        if self.outranks(charter.role(owner).unwrap_or(Role::Locker)).is_err() {
            self.check_whole(cuts)?;
        }
        Ok(vec![Change::Removed { target: Target::Device(device) }])
    }

    /// Who does not outrank whom it concerns cuts off nothing that they knew: else a lead could
    /// void what a head did years ago.
    pub(super) fn check_whole(&self, cuts: &[LogCut]) -> Result<(), HeldReason> {
        for cut in cuts {
            let known = self.graph.among(&self.author.past);
            let last =
                known.filter(|(_, node)| node.log == cut.log).map(|(_, node)| node.seq).max();
            allowed(match cut.control {
                Reach::All => true,
                Reach::UpTo(tip) => last.is_none_or(|last| tip.seq >= last),
                Reach::Nothing => last.is_none(),
            })?;
        }
        Ok(())
    }

    /// Endorsing changes nothing but how strong the removal is.
    pub(super) fn endorse(&self, entry: EntryId) -> Judged {
        self.member()?;
        allowed(self.author.role >= Role::Lead)?;
        let index = self.graph.index(entry).filter(|index| self.author.past.contains(*index));
        let node = index.and_then(|index| self.graph.nodes().get(index));
        consistent(node.is_some_and(|node| !node.removals.is_empty()))?;
        Ok(Vec::new())
    }

    /// Only the recovery key replaces itself: whoever steals a head's laptop must not.
    pub(super) fn replace_recovery(&self, signing: &[u8; 32], hpke: &[u8; 32]) -> Judged {
        allowed(self.author.recovery)?;
        Ok(vec![Change::Recovery { signing: *signing, hpke: *hpke }])
    }

    /// Every cut is of a log of whom it is to concern, at an entry of it that the author knew.
    pub(super) fn check_cuts(
        &self,
        cuts: &[LogCut],
        concerns: impl Fn(DeviceId) -> bool,
    ) -> Result<(), HeldReason> {
        for cut in cuts {
            consistent((self.device_of)(cut.log).is_some_and(&concerns))?;
            if let Reach::UpTo(tip) = cut.control {
                let index = self.graph.index(tip.entry).ok_or(HeldReason::Contradicts)?;
                let node = self.graph.nodes().get(index).ok_or(HeldReason::Contradicts)?;
                consistent(self.author.past.contains(index))?;
                consistent(node.log == cut.log && node.seq == tip.seq)?;
            }
        }
        Ok(())
    }
}

/// Whether an act takes a right away or stands behind one that does.
pub(in crate::trust) const fn weighs_on_removals(act: &Act) -> bool {
    match act {
        Act::RemovePerson { .. } | Act::RemoveDevice { .. } | Act::Endorse { .. } => true,
        Act::Cut { .. } => true,
        Act::SetRole { cuts, .. } => !cuts.is_empty(),
        Act::LeaveSpace { .. } => true,
        _ => false,
    }
}
