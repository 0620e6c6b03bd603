//! Creating spaces, getting people into them and out, and keeping their keys in order.

use rand_core::CryptoRng;

use super::remove::{Heard, cut_what_is_owed};
use super::writer::ControlWriter;
use crate::act::Act;
use crate::certificate::Certificate;
use crate::entry::Entry;
use crate::error::CharterError;
use crate::header::{Lane, MAX_HEADS};
use crate::identity::Identity;
use crate::ids::{LogId, MAX_INCARNATIONS, PersonId, SpaceId};
use crate::keys::KeyRing;
use crate::names::{ControlNames, Subject};
use crate::role::{Role, SpaceKind};
use crate::trust::Trust;

/// More heads than this are joined into one, long before there are more than an entry can name.
const MANY_HEADS: usize = MAX_HEADS / 2;

/// A space to be created.
#[derive(Clone, Copy, Debug)]
pub struct NewSpace<'a> {
    /// What it is called.
    pub name: &'a str,
    /// What it is for.
    pub kind: SpaceKind,
    /// Who is in, besides the creator.
    pub people: &'a [PersonId],
}

/// Creates a space with its first epoch, its name and its members, in one entry.
pub fn create_space<R: CryptoRng>(
    identity: &Identity,
    trust: &Trust,
    keys: &KeyRing,
    space: NewSpace<'_>,
    now_ms: i64,
    rng: &mut R,
) -> Result<(SpaceId, Vec<Entry>), CharterError> {
    let mut writer = ControlWriter::new(identity, trust, keys, now_ms)?;
    let id = create_in(&mut writer, identity, space, rng)?;
    Ok((id, writer.finish()))
}

pub(super) fn create_in<R: CryptoRng>(
    writer: &mut ControlWriter<'_>,
    identity: &Identity,
    space: NewSpace<'_>,
    rng: &mut R,
) -> Result<SpaceId, CharterError> {
    create_with(writer, identity, space, None, rng)
}

/// The same of a space with one more act, which says what it is for.
pub(super) fn create_with<R: CryptoRng>(
    writer: &mut ControlWriter<'_>,
    identity: &Identity,
    space: NewSpace<'_>,
    purpose: Option<Act>,
    rng: &mut R,
) -> Result<SpaceId, CharterError> {
    let school = writer.trust().school().ok_or(CharterError::Unknown("the school"))?;
    let name = ControlNames::new().with(Subject::Space, space.name)?;
    let mut nonce = [0; 16];
    rng.fill_bytes(&mut nonce);
    let id = SpaceId::derive(school, identity.device(), space.kind, &nonce);
    let mut devices = devices_of(writer.trust(), identity.person());
    let mut acts = vec![Act::CreateSpace { nonce, kind: space.kind }];
    for person in space.people {
        acts.push(Act::AdmitToSpace { person: *person });
        devices.extend(devices_of(writer.trust(), *person));
    }
    acts.extend(purpose);
    acts.push(writer.rotation(id, &devices, rng)?);
    writer.write(id, acts, Some(name), rng)?;
    Ok(id)
}

/// Admits a person to a space that the author manages, with the keys for all their devices.
pub fn admit_to_space<R: CryptoRng>(
    identity: &Identity,
    trust: &Trust,
    keys: &KeyRing,
    space: SpaceId,
    person: PersonId,
    now_ms: i64,
    rng: &mut R,
) -> Result<Vec<Entry>, CharterError> {
    let mut writer = ControlWriter::new(identity, trust, keys, now_ms)?;
    admit_in(&mut writer, space, person, rng)?;
    Ok(writer.finish())
}

pub(super) fn admit_in<R: CryptoRng>(
    writer: &mut ControlWriter<'_>,
    space: SpaceId,
    person: PersonId,
    rng: &mut R,
) -> Result<(), CharterError> {
    let mut devices = writer.trust().member_devices(space);
    devices.extend(devices_of(writer.trust(), person));
    let mut acts = vec![Act::AdmitToSpace { person }];
    acts.extend(writer.key_act(space, &devices, rng)?);
    writer.write(space, acts, None, rng)?;
    Ok(())
}

/// Takes the author out of a space. Whoever stays hears of it from the author's device
/// ([`Trust::partings`]) and rotates its key.
pub fn leave_space<R: CryptoRng>(
    identity: &Identity,
    trust: &Trust,
    keys: &KeyRing,
    space: SpaceId,
    now_ms: i64,
    rng: &mut R,
) -> Result<Vec<Entry>, CharterError> {
    let mut writer = ControlWriter::new(identity, trust, keys, now_ms)?;
    let leave = Act::LeaveSpace { person: identity.person(), cuts: Vec::new() };
    writer.write(space, vec![leave], None, rng)?;
    Ok(writer.finish())
}

/// What this device owes its spaces, the charter included: entries that join the heads where there
/// are too many to name, of a lead one that names all that is here, in spaces that its person
/// manages cuts of removed devices with a new key,
/// a rotation where no epoch is fit to seal under, capsules for member devices that lack one.
/// Usually nothing.
pub fn tend_keys<R: CryptoRng>(
    identity: &Identity,
    trust: &Trust,
    keys: &KeyRing,
    heard: Heard<'_>,
    now_ms: i64,
    rng: &mut R,
) -> Result<Vec<Entry>, CharterError> {
    let mut writer = ControlWriter::new(identity, trust, keys, now_ms)?;
    let device = identity.device();
    if !trust.is_removed(device) {
        cut_what_is_owed(&mut writer, heard, now_ms, rng)?;
        acknowledge(&mut writer, identity, rng)?;
    }
    let spaces = std::iter::once(SpaceId::CHARTER).chain(trust.spaces());
    for space in spaces.filter(|space| trust.is_member(device, *space)) {
        let writes = trust.may_write(device, space);
        while writes && writer.trust().heads(Lane::control(space)).len() > MANY_HEADS {
            writer.write(space, vec![Act::Describe], None, rng)?;
        }
        let able = writer.holds_a_key(space) && (writes || !keys.needs_rotation(space, trust));
        let devices = writer.trust().member_devices(space);
        if able && let Some(act) = writer.key_act(space, &devices, rng)? {
            writer.write(space, vec![act], None, rng)?;
        }
        let owed = if able { writer.owed_keys(space, &devices, rng)? } else { Vec::new() };
        if !owed.is_empty() {
            writer.write(space, owed, None, rng)?;
        }
    }
    Ok(writer.finish())
}

/// Who may remove others signs once what the charter is when they come: of their colleagues those
/// count against them who are in it.
fn acknowledge<R: CryptoRng>(
    writer: &mut ControlWriter<'_>,
    identity: &Identity,
    rng: &mut R,
) -> Result<(), CharterError> {
    let trust = writer.trust();
    let leads = trust.role(identity.person()).is_some_and(|role| role >= Role::Lead);
    let silent = (0..MAX_INCARNATIONS).all(|incarnation| {
        trust.tip(SpaceId::CHARTER, LogId::derive(identity.device(), incarnation)).is_none()
    });
    if leads && silent && trust.is_member(identity.device(), SpaceId::CHARTER) {
        writer.write(SpaceId::CHARTER, vec![Act::Describe], None, rng)?;
    }
    Ok(())
}

fn devices_of(trust: &Trust, person: PersonId) -> Vec<Certificate> {
    let people = trust.people();
    people.into_iter().filter(|member| member.person == person).flat_map(|m| m.devices).collect()
}
