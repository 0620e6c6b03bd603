//! Acts of a space: who is in it, and what of it stands.

use std::collections::BTreeSet;

use super::{Judged, Scene, allowed, consistent};
use crate::act::LogCut;
use crate::header::{Header, Part, entry_id};
use crate::ids::{DeviceId, PersonId, SpaceId};
use crate::role::{Role, SpaceKind};
use crate::sign::{Purpose, verifies};
use crate::trust::effect::{Change, Membership};
use crate::trust::verdict::HeldReason;

impl Scene<'_> {
    pub(super) fn create_space(&self, derived: SpaceId, kind: SpaceKind) -> Judged {
        allowed(self.author.role.may_create_spaces())?;
        consistent(derived == self.world.space_id && self.world.space.kind.is_none())?;
        // The two spaces that every school has are the founder's to create.
        let founder = self.world.charter.founder == Some(self.author.device);
        allowed(kind == SpaceKind::Other || founder)?;
        Ok(vec![Change::Created { kind, creator: self.author.author }])
    }

    pub(super) fn admit_to_space(&self, person: PersonId) -> Judged {
        self.manager()?;
        consistent(self.world.charter.role(person).is_some_and(Role::may_read))?;
        Ok(vec![Change::Membership { person, membership: Membership::Joined }])
    }

    pub(super) fn leave_space(&self, person: PersonId, cuts: &[LogCut]) -> Judged {
        self.member()?;
        let left = Change::Membership { person, membership: Membership::Left };
        let others = self.world.space.members().any(|other| {
            other != person && self.world.is_member(other) && self.world.manages(other)
        });
        consistent(others || !self.world.manages(person))?;
        if person == self.author.author {
            consistent(cuts.is_empty())?;
            return Ok(vec![left]);
        }
        self.manager()?;
        let role = self.world.charter.role(person).ok_or(HeldReason::Contradicts)?;
        self.outranks(role)?;
        consistent(self.world.space.is_member(person))?;
        self.check_cuts(cuts, |device| self.world.charter.person_of(device) == Some(person))?;
        let (devices, cuts) = (self.devices_named(cuts), cuts.into());
        let removed = BTreeSet::new();
        Ok(vec![left, Change::Cut { devices, removed, person: Some(person), cuts }])
    }

    pub(super) fn hand_off(&self, person: PersonId) -> Judged {
        self.manager()?;
        consistent(self.world.space.hand_off().is_none() && self.world.is_member(person))?;
        Ok(vec![Change::HandOff { person }])
    }

    /// Cuts in a space follow what happened in the charter: its devices were removed, its persons
    /// lost a right or left. Of others the author must be above them.
    pub(super) fn cut(&self, cuts: &[LogCut]) -> Judged {
        self.manager()?;
        let charter = &self.world.charter;
        self.check_cuts(cuts, |device| charter.person_of(device).is_some())?;
        for device in self.devices_named(cuts) {
            let person = charter.person_of(device).ok_or(HeldReason::Contradicts)?;
            let is_out = charter.is_removed(device) || !self.world.is_member(person);
            if !is_out {
                self.outranks(charter.role(person).ok_or(HeldReason::Contradicts)?)?;
            }
            if self.outranks(charter.last_role(person).unwrap_or(Role::Locker)).is_err() {
                self.check_whole(cuts)?;
            }
        }
        let devices = self.devices_named(cuts);
        let removed = devices.iter().copied().filter(|one| charter.is_removed(*one)).collect();
        Ok(vec![Change::Cut { devices, removed, person: None, cuts: cuts.into() }])
    }

    fn devices_named(&self, cuts: &[LogCut]) -> BTreeSet<DeviceId> {
        cuts.iter().filter_map(|cut| (self.device_of)(cut.log)).collect()
    }

    /// Only what its author really signed can be vouched for, and only in its own space.
    pub(super) fn attest(&self, header: &[u8], signature: &[u8; 64], sections: &[u16]) -> Judged {
        self.manager()?;
        let original = Header::from_bytes(header).map_err(|_| HeldReason::Contradicts)?;
        let lane = original.lane;
        consistent(lane.space == self.world.space_id && lane.part == Part::Data)?;
        consistent(original.school == self.school)?;
        let device = (self.device_of)(original.log).ok_or(HeldReason::Contradicts)?;
        consistent((self.admitted)(device))?;
        consistent(verifies(device.as_bytes(), Purpose::Entry, header, signature))?;
        let last = sections.last().map(|last| usize::from(*last));
        consistent(last.is_some_and(|last| last < original.table.len()))?;
        let sections = sections.iter().copied().collect();
        let (entry, log) = (entry_id(header), original.log);
        Ok(vec![Change::Attested { entry, log, sections }])
    }
}
