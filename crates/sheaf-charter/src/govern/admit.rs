//! Admitting people and devices, and setting roles.

use rand_core::CryptoRng;

use super::spaces::admit_in;
use super::writer::ControlWriter;
use crate::act::Act;
use crate::certificate::Certificate;
use crate::entry::Entry;
use crate::error::CharterError;
use crate::identity::Identity;
use crate::ids::SpaceId;
use crate::keys::KeyRing;
use crate::names::{ControlNames, Subject};
use crate::role::{Role, SpaceKind};
use crate::trust::Trust;

/// A person to be admitted with their first device.
#[derive(Clone, Copy, Debug)]
pub struct NewPerson<'a> {
    /// Their first device.
    pub certificate: Certificate,
    /// Their role.
    pub role: Role,
    /// What they are called.
    pub name: &'a str,
    /// What the device is called.
    pub device_name: &'a str,
    /// The spaces they come into, besides `pastoral`, which everybody but lockers is in.
    pub spaces: &'a [SpaceId],
}

/// Admits a person: one entry in the charter and one in each space, each with the keys.
pub fn admit_person<R: CryptoRng>(
    identity: &Identity,
    trust: &Trust,
    keys: &KeyRing,
    new: NewPerson<'_>,
    now_ms: i64,
    rng: &mut R,
) -> Result<Vec<Entry>, CharterError> {
    let mut writer = ControlWriter::new(identity, trust, keys, now_ms)?;
    let person = new.certificate.person;
    let names = ControlNames::new()
        .with(Subject::Person(person), new.name)?
        .with(Subject::Device(new.certificate.device), new.device_name)?;
    let admit = Act::AdmitPerson { role: new.role, certificate: new.certificate };
    let reads = new.role.may_read().then_some(new.certificate);
    write_admission(&mut writer, admit, reads, names, rng)?;
    if new.role.may_read() {
        let pastoral = trust
            .spaces()
            .into_iter()
            .filter(|space| trust.space_kind(*space) == Some(SpaceKind::Pastoral));
        let mut spaces: Vec<_> = pastoral.chain(new.spaces.iter().copied()).collect();
        spaces.sort_unstable();
        spaces.dedup();
        for space in spaces {
            admit_in(&mut writer, space, person, rng)?;
        }
    } else if !new.spaces.is_empty() {
        return Err(CharterError::NotAllowed("a locker is in no space"));
    }
    Ok(writer.finish())
}

/// A further device to be admitted.
#[derive(Clone, Copy, Debug)]
pub struct NewDevice<'a> {
    /// The device; its person is in the school.
    pub certificate: Certificate,
    /// What it is called.
    pub name: &'a str,
}

/// Admits a further device of a person: one entry in the charter, and one with the key in each of
/// the person's spaces that the author is in. Other members' devices give the keys of the rest.
pub fn admit_device<R: CryptoRng>(
    identity: &Identity,
    trust: &Trust,
    keys: &KeyRing,
    new: NewDevice<'_>,
    now_ms: i64,
    rng: &mut R,
) -> Result<Vec<Entry>, CharterError> {
    let mut writer = ControlWriter::new(identity, trust, keys, now_ms)?;
    let certificate = new.certificate;
    let role = trust.role(certificate.person).ok_or(CharterError::Unknown("the person"))?;
    let names = ControlNames::new().with(Subject::Device(certificate.device), new.name)?;
    let reads = role.may_read().then_some(certificate);
    write_admission(&mut writer, Act::AdmitDevice { certificate }, reads, names, rng)?;
    for space in trust.spaces_of_person(certificate.person) {
        if trust.is_member(identity.device(), space) {
            let devices = writer.trust().member_devices(space);
            if let Some(act) = writer.key_act(space, &devices, rng)? {
                writer.write(space, vec![act], None, rng)?;
            }
        }
    }
    Ok(writer.finish())
}

fn write_admission<R: CryptoRng>(
    writer: &mut ControlWriter<'_>,
    admit: Act,
    reads: Option<Certificate>,
    names: ControlNames,
    rng: &mut R,
) -> Result<(), CharterError> {
    let mut devices = writer.trust().member_devices(SpaceId::CHARTER);
    devices.extend(reads);
    let mut acts = vec![admit];
    acts.extend(writer.key_act(SpaceId::CHARTER, &devices, rng)?);
    writer.write(SpaceId::CHARTER, acts, Some(names), rng)?;
    Ok(())
}
