//! Who is in the school: persons, roles, devices.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::effect::{Change, Effect, Latest, Stamp};
use crate::certificate::Certificate;
use crate::ids::{DeviceId, PersonId};
use crate::role::Role;

/// The charter after some of its entries.
#[derive(Clone, Default, Debug)]
pub(super) struct CharterState {
    pub(super) founder: Option<DeviceId>,
    pub(super) recovery_signing: Option<[u8; 32]>,
    pub(super) recovery_hpke: Option<[u8; 32]>,
    roles: BTreeMap<PersonId, Latest<Role>>,
    admissions: BTreeMap<DeviceId, Vec<(Stamp, Arc<Certificate>)>>,
}

impl CharterState {
    pub(super) fn apply(&mut self, effect: &Effect) {
        match &effect.change {
            Change::Role { person, role } => {
                self.roles.entry(*person).or_default().push(effect.stamp.clone(), *role);
            }
            Change::Device { certificate } => {
                let admissions = self.admissions.entry(certificate.device).or_default();
                admissions.push((effect.stamp.clone(), certificate.clone()));
            }
            Change::Recovery { signing, hpke } => {
                self.founder = Some(effect.stamp.device);
                self.recovery_signing = Some(*signing);
                self.recovery_hpke = Some(*hpke);
            }
            _ => {}
        }
    }

    pub(super) fn role(&self, person: PersonId) -> Option<Role> {
        self.roles.get(&person)?.winner().map(|(_, role)| *role)
    }

    pub(super) fn people(&self) -> impl Iterator<Item = (PersonId, Role)> {
        self.roles.keys().filter_map(|person| Some((*person, self.role(*person)?)))
    }

    /// The certificate of a device that is trusted; see [`CharterState::trusted`].
    pub(super) fn certificate(&self, device: DeviceId) -> Option<&Certificate> {
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
        let admissions = self.admissions.get(&device)?.iter();
        admissions
            .max_by_key(|(stamp, _)| stamp.weight())
            .map(|(_, certificate)| certificate.person)
    }

    pub(super) fn devices(&self) -> impl Iterator<Item = &Certificate> {
        self.admissions.keys().filter_map(|device| self.certificate(*device))
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
