//! Taking rights away: removing devices and people, demoting, taking people out of spaces, and the
//! cuts and new keys that go with it.

use std::collections::BTreeMap;
use std::fmt;

use rand_core::CryptoRng;

use super::writer::ControlWriter;
use crate::act::{Act, LogCut, Reach, Tip};
use crate::certificate::Certificate;
use crate::entry::Entry;
use crate::error::CharterError;
use crate::identity::Identity;
use crate::ids::{DeviceId, EntryId, LogId, MAX_INCARNATIONS, PersonId, SpaceId};
use crate::keys::KeyRing;
use crate::names::{ControlNames, Subject};
use crate::role::Role;
use crate::signer::Signer;
use crate::trust::{Target, Trust};

/// Tells the last data entry of a log that stands in a space: usually the last that is held.
pub type LastData<'a> = &'a dyn Fn(SpaceId, LogId) -> Option<Tip>;

/// So long a device that learns of a removal waits for the cuts of its author, in spaces that both
/// manage, before it writes its own: they come behind it in lanes of their own, and of two the
/// lowest stands. Long enough for a laptop that is closed over a weekend.
const PATIENCE_MS: i64 = 3 * 24 * 60 * 60 * 1_000;

/// What is here of others, and since when.
#[derive(Clone, Copy)]
pub struct Heard<'a> {
    /// The last data entry of a log in a space.
    pub last: LastData<'a>,
    /// When an entry arrived here, in milliseconds since 1970; none where that is not known.
    pub arrived_ms: &'a dyn Fn(EntryId) -> Option<i64>,
}

impl fmt::Debug for Heard<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Heard(…)")
    }
}

/// A right to be taken away.
#[derive(Clone, Copy)]
pub struct Taking<'a> {
    /// Why: sealed, for those who may read the charter or the space.
    pub reason: &'a str,
    /// The last data entries that stand.
    pub last: LastData<'a>,
}

impl fmt::Debug for Taking<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Taking(…)")
    }
}

/// Removes a device, or a person with all devices, for ever: one entry in the charter with its new
/// key, and one in each space that the author manages and the removed were in, with the cut and
/// the new key. Managers of other spaces write theirs when they learn of it.
pub fn remove<'a, R: CryptoRng>(
    signer: impl Into<Signer<'a>>,
    trust: &Trust,
    keys: &KeyRing,
    target: Target,
    taking: Taking<'_>,
    now_ms: i64,
    rng: &mut R,
) -> Result<Vec<Entry>, CharterError> {
    let mut writer = ControlWriter::new(signer, trust, keys, now_ms)?;
    remove_in(&mut writer, target, taking, rng)?;
    Ok(writer.finish())
}

pub(super) fn remove_in<R: CryptoRng>(
    writer: &mut ControlWriter<'_>,
    target: Target,
    taking: Taking<'_>,
    rng: &mut R,
) -> Result<(), CharterError> {
    let removed = devices_of(writer.trust(), target)?;
    let cuts = cuts_of(writer.trust(), SpaceId::CHARTER, &removed, taking.last);
    let act = match target {
        Target::Device(device) => Act::RemoveDevice { device, cuts },
        Target::Person(person) => Act::RemovePerson { person, cuts },
    };
    let names = ControlNames::new().with(Subject::Reason, taking.reason)?;
    let stay = staying(writer.trust(), SpaceId::CHARTER, &removed);
    let rotation = writer.rotation(SpaceId::CHARTER, &stay, rng)?;
    writer.write(SpaceId::CHARTER, vec![act, rotation], Some(names), rng)?;
    cut_in(writer, taking.last, &BTreeMap::new(), rng)
}

/// Writes the cuts that the author's spaces lack and that nobody else is about to send, each with
/// a new key.
pub(super) fn cut_what_is_owed<R: CryptoRng>(
    writer: &mut ControlWriter<'_>,
    heard: Heard<'_>,
    now_ms: i64,
    rng: &mut R,
) -> Result<(), CharterError> {
    let trust = writer.trust();
    if trust.spaces().into_iter().all(|space| trust.uncut(space).is_empty()) {
        return Ok(());
    }
    let awaited = awaited(trust, heard, now_ms);
    cut_in(writer, heard.last, &awaited, rng)
}

/// The removed devices whose removal is new here, each with who may have cut them elsewhere.
fn awaited(trust: &Trust, heard: Heard<'_>, now_ms: i64) -> BTreeMap<DeviceId, Vec<PersonId>> {
    let is_new = |entry: EntryId| {
        let age_ms = (heard.arrived_ms)(entry).map(|arrived_ms| now_ms.saturating_sub(arrived_ms));
        age_ms.is_some_and(|age_ms| (0..PATIENCE_MS).contains(&age_ms))
    };
    let mut awaited: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for removal in trust.removals() {
        let Some(by) = removal.by.filter(|_| removal.without_effect.is_none()) else { continue };
        if is_new(removal.entry) {
            for known in devices_of(trust, removal.target).unwrap_or_default() {
                awaited.entry(known.device).or_default().push(by);
            }
        }
    }
    awaited
}

fn cut_in<R: CryptoRng>(
    writer: &mut ControlWriter<'_>,
    last: LastData<'_>,
    awaited: &BTreeMap<DeviceId, Vec<PersonId>>,
    rng: &mut R,
) -> Result<(), CharterError> {
    for space in writer.trust().spaces() {
        let manages = |person: &PersonId| writer.trust().manages(*person, space);
        let is_awaited = |device: &DeviceId| {
            awaited.get(device).is_some_and(|removers| removers.iter().any(manages))
        };
        let mut uncut = writer.trust().uncut(space);
        uncut.retain(|device| !is_awaited(device));
        if uncut.is_empty() || !writer.manages(space) || !writer.holds_a_key(space) {
            continue;
        }
        let former = writer.trust().former_devices();
        let removed: Vec<_> =
            former.into_iter().filter(|known| uncut.contains(&known.device)).collect();
        let cuts = cuts_of(writer.trust(), space, &removed, last);
        let devices = writer.trust().member_devices(space);
        let rotation = writer.rotation(space, &devices, rng)?;
        writer.write(space, vec![Act::Cut { cuts }, rotation], None, rng)?;
    }
    Ok(())
}

/// Sets a person's role. Where a right is taken away what they did with it without knowing does
/// not stand; in the spaces that the author manages neither.
pub fn set_role<R: CryptoRng>(
    identity: &Identity,
    trust: &Trust,
    keys: &KeyRing,
    (person, role): (PersonId, Role),
    taking: Taking<'_>,
    now_ms: i64,
    rng: &mut R,
) -> Result<Vec<Entry>, CharterError> {
    let mut writer = ControlWriter::new(identity, trust, keys, now_ms)?;
    let from = trust.role(person).ok_or(CharterError::Unknown("the person"))?;
    let devices = devices_of(trust, Target::Person(person))?;
    let lowered = role < from;
    let cuts = if lowered {
        let last = |space: SpaceId, log: LogId| (taking.last)(space, log);
        let cuts = cuts_of(trust, SpaceId::CHARTER, &devices, &last);
        cuts.into_iter().map(|cut| LogCut { data: Reach::All, ..cut }).collect()
    } else {
        Vec::new()
    };
    let names = ControlNames::new().with(Subject::Reason, taking.reason)?;
    let acts = vec![Act::SetRole { person, role, cuts }];
    writer.write(SpaceId::CHARTER, acts, Some(names), rng)?;
    if !lowered {
        return Ok(writer.finish());
    }
    for space in trust.spaces_of_person(person) {
        let outranks = trust.role(identity.person()).is_some_and(|own| own.may_act_on(role));
        if space != SpaceId::CHARTER && writer.manages(space) && outranks {
            let mut cuts = cuts_of(trust, space, &devices, taking.last);
            if role.may_write() {
                cuts.iter_mut().for_each(|cut| cut.data = Reach::All);
            }
            writer.write(space, vec![Act::Cut { cuts }], None, rng)?;
        }
    }
    Ok(writer.finish())
}

/// Takes a person out of a space that the author manages, with a new key.
pub fn take_out<R: CryptoRng>(
    identity: &Identity,
    trust: &Trust,
    keys: &KeyRing,
    (space, person): (SpaceId, PersonId),
    taking: Taking<'_>,
    now_ms: i64,
    rng: &mut R,
) -> Result<Vec<Entry>, CharterError> {
    let mut writer = ControlWriter::new(identity, trust, keys, now_ms)?;
    take_out_in(&mut writer, (space, person), taking, rng)?;
    Ok(writer.finish())
}

pub(super) fn take_out_in<R: CryptoRng>(
    writer: &mut ControlWriter<'_>,
    (space, person): (SpaceId, PersonId),
    taking: Taking<'_>,
    rng: &mut R,
) -> Result<(), CharterError> {
    let devices = devices_of(writer.trust(), Target::Person(person))?;
    let cuts = cuts_of(writer.trust(), space, &devices, taking.last);
    let names = ControlNames::new().with(Subject::Reason, taking.reason)?;
    let stay = staying(writer.trust(), space, &devices);
    let rotation = writer.rotation(space, &stay, rng)?;
    let acts = vec![Act::LeaveSpace { person, cuts }, rotation];
    writer.write(space, acts, Some(names), rng)?;
    Ok(())
}

/// Stands behind a removal that somebody else has written.
pub fn endorse<R: CryptoRng>(
    identity: &Identity,
    trust: &Trust,
    keys: &KeyRing,
    entry: EntryId,
    now_ms: i64,
    rng: &mut R,
) -> Result<Vec<Entry>, CharterError> {
    let mut writer = ControlWriter::new(identity, trust, keys, now_ms)?;
    writer.write(SpaceId::CHARTER, vec![Act::Endorse { entry }], None, rng)?;
    Ok(writer.finish())
}

/// The certificates of a device, or of all that a person has or had.
fn devices_of(trust: &Trust, target: Target) -> Result<Vec<Certificate>, CharterError> {
    let people = trust.people().into_iter().flat_map(|member| member.devices);
    let all = people.chain(trust.former_devices());
    let devices: Vec<_> = all
        .filter(|known| match target {
            Target::Device(device) => known.device == device,
            Target::Person(person) => known.person == person,
        })
        .collect();
    if devices.is_empty() { Err(CharterError::Unknown("whom it is about")) } else { Ok(devices) }
}

fn staying(trust: &Trust, space: SpaceId, leaving: &[Certificate]) -> Vec<Certificate> {
    let leaves = |device: DeviceId| leaving.iter().any(|known| known.device == device);
    trust.member_devices(space).into_iter().filter(|known| !leaves(known.device)).collect()
}

/// Cuts these devices' logs at what is known of them. Each device's first log is always named, so
/// that the cut says whose logs it is about.
fn cuts_of(
    trust: &Trust,
    space: SpaceId,
    devices: &[Certificate],
    last: LastData<'_>,
) -> Vec<LogCut> {
    let mut cuts = Vec::new();
    for known in devices {
        for incarnation in 0..MAX_INCARNATIONS {
            let log = LogId::derive(known.device, incarnation);
            let control = trust.tip(space, log).map(|(seq, entry)| Tip { seq, entry });
            let data = last(space, log);
            if incarnation == 0 || control.is_some() || data.is_some() {
                let reach = |tip: Option<Tip>| tip.map_or(Reach::Nothing, Reach::UpTo);
                cuts.push(LogCut { log, control: reach(control), data: reach(data) });
            }
        }
    }
    cuts.sort_unstable_by_key(|cut| cut.log);
    cuts
}
