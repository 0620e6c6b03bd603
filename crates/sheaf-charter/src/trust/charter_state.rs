//! Who is in the school: persons, roles, devices, and who is in no more.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::effect::{Change, Effect, Latest, Stamp};
use super::removal::Target;
use crate::certificate::Certificate;
use crate::ids::{DeviceId, PersonId};
use crate::role::Role;

/// The two public halves of the recovery key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct RecoveryHalves {
    pub(super) signing: [u8; 32],
    pub(super) hpke: [u8; 32],
}

/// The charter after some of its entries.
#[derive(Clone, Default, Debug)]
pub(super) struct CharterState {
    pub(super) founder: Option<DeviceId>,
    recovery: Latest<RecoveryHalves>,
    roles: BTreeMap<PersonId, Latest<Role>>,
    admissions: BTreeMap<DeviceId, Vec<(Stamp, Arc<Certificate>)>>,
    removed: BTreeSet<Target>,
}

impl CharterState {
    pub(super) fn apply(&mut self, effect: &Effect) {
        match &effect.change {
            Change::Founded { device } => self.founder = Some(*device),
            Change::Role { person, role } => {
                self.roles.entry(*person).or_default().push(effect.stamp.clone(), *role);
            }
            Change::Device { certificate } => {
                let admissions = self.admissions.entry(certificate.device).or_default();
                admissions.push((effect.stamp.clone(), certificate.clone()));
            }
            Change::Removed { target } => {
                self.removed.insert(*target);
            }
            Change::Recovery { signing, hpke } => {
                let halves = RecoveryHalves { signing: *signing, hpke: *hpke };
                self.recovery.push(effect.stamp.clone(), halves);
            }
            _ => {}
        }
    }

    /// The recovery key that holds.
    pub(super) fn recovery(&self) -> Option<&RecoveryHalves> {
        self.recovery.winner().map(|(_, halves)| halves)
    }

    /// The role of a person who is in.
    pub(super) fn role(&self, person: PersonId) -> Option<Role> {
        self.last_role(person).filter(|_| !self.removed.contains(&Target::Person(person)))
    }

    /// The role that a person has or had.
    pub(super) fn last_role(&self, person: PersonId) -> Option<Role> {
        self.roles.get(&person)?.winner().map(|(_, role)| *role)
    }

    pub(super) fn people(&self) -> impl Iterator<Item = (PersonId, Role)> {
        self.roles.keys().filter_map(|person| Some((*person, self.role(*person)?)))
    }

    /// Who is removed, ascending.
    pub(super) const fn removed(&self) -> &BTreeSet<Target> {
        &self.removed
    }

    /// Whether a device is removed, by itself or with its person.
    pub(super) fn is_removed(&self, device: DeviceId) -> bool {
        self.removed.contains(&Target::Device(device))
            || self
                .person_of(device)
                .is_some_and(|person| self.removed.contains(&Target::Person(person)))
    }

    /// The certificate of a device that is in and trusted; see [`CharterState::trusted`].
    pub(super) fn certificate(&self, device: DeviceId) -> Option<&Certificate> {
        self.admitted(device).filter(|_| !self.is_removed(device))
    }

    /// The certificate of a device that is trusted, removed or not.
    pub(super) fn admitted(&self, device: DeviceId) -> Option<&Certificate> {
        self.admissions
            .get(&device)?
            .iter()
            .filter(|(stamp, certificate)| self.trusted(stamp, certificate.person))
            .max_by_key(|(stamp, _)| stamp.weight())
            .map(|(_, certificate)| certificate.as_ref())
    }

    /// Whether an admission of a device carries the role that its person now has: whoever gave
    /// the role knew of the device, or whoever admitted the device knew of the role, or had a rank
    /// that may act on it. Else a lead could name heads at which a head teacher was still a mentor
    /// and admit a device of their own as hers. Such a device is suspended until its admission or
    /// the role is signed again.
    fn trusted(&self, admission: &Stamp, person: PersonId) -> bool {
        let Some((given, role)) = self.roles.get(&person).and_then(Latest::winner) else {
            return false;
        };
        given.knows(admission)
            || admission.knows(given)
            || admission.index == given.index
            || admission.role.may_act_on(*role)
    }

    /// The person whose device it was admitted as, trusted or not.
    pub(super) fn person_of(&self, device: DeviceId) -> Option<PersonId> {
        self.any_certificate(device).map(|certificate| certificate.person)
    }

    /// The certificate that a device was admitted with, trusted and in or not.
    pub(super) fn any_certificate(&self, device: DeviceId) -> Option<&Certificate> {
        let admissions = self.admissions.get(&device)?.iter();
        admissions
            .max_by_key(|(stamp, _)| stamp.weight())
            .map(|(_, certificate)| certificate.as_ref())
    }

    pub(super) fn devices(&self) -> impl Iterator<Item = &Certificate> {
        self.admissions.keys().filter_map(|device| self.certificate(*device))
    }

    /// The devices that were admitted and are in no more, or not trusted.
    pub(super) fn former_devices(&self) -> impl Iterator<Item = &Certificate> {
        let out = self.admissions.keys().filter(|device| self.certificate(**device).is_none());
        out.filter_map(|device| self.any_certificate(*device))
    }

    pub(super) fn devices_of(&self, person: PersonId) -> impl Iterator<Item = &Certificate> {
        self.devices().filter(move |certificate| certificate.person == person)
    }

    /// Whether another device, trusted or not, already uses one of these keys.
    pub(super) fn uses_key_of(&self, new: &Certificate) -> bool {
        self.admissions.values().flatten().any(|(_, known)| {
            **known != *new
                && (known.device == new.device
                    || known.endpoint == new.endpoint
                    || known.x25519 == new.x25519
                    || *known.device.as_bytes() == new.endpoint
                    || known.endpoint == *new.device.as_bytes())
        })
    }

    pub(super) fn heads_of_school(&self) -> usize {
        self.people().filter(|(_, role)| *role == Role::Head).count()
    }
}
