//! What the recovery key does when nobody else can: makes somebody head, removes, and replaces
//! itself.

use rand_core::CryptoRng;

use super::remove::{Taking, remove_in};
use super::spaces::admit_in;
use super::writer::ControlWriter;
use crate::act::Act;
use crate::entry::Entry;
use crate::error::CharterError;
use crate::ids::{PersonId, SpaceId};
use crate::keys::{KeyHolder, KeyRing, RecoveryKey};
use crate::names::{ControlNames, Subject};
use crate::role::Role;
use crate::trust::{Target, Trust};

/// What the recovery key is to do.
#[derive(Clone, Copy, Debug)]
pub struct Recovery<'a> {
    /// Who becomes head.
    pub head: Option<PersonId>,
    /// Who is removed.
    pub remove: &'a [Target],
    /// The recovery key from now on.
    pub replace: Option<&'a RecoveryKey>,
    /// Why, and where the removed are cut.
    pub taking: Taking<'a>,
}

/// Does it: in the charter, and in each space of which the control entries are given. The new head
/// comes into each of these spaces with its keys.
pub fn recover<R: CryptoRng>(
    key: &RecoveryKey,
    trust: &Trust,
    entries: &[Entry],
    recovery: Recovery<'_>,
    now_ms: i64,
    rng: &mut R,
) -> Result<Vec<Entry>, CharterError> {
    let school = trust.school().ok_or(CharterError::Unknown("the school"))?;
    trust.check_recovery(key)?;
    let mut keys = KeyRing::new();
    keys.learn(school, entries, KeyHolder::Recovery(key));
    let mut writer = ControlWriter::new(key, trust, &keys, now_ms)?;
    if let Some(person) = recovery.head {
        raise(&mut writer, person, recovery.taking.reason, rng)?;
    }
    for target in recovery.remove {
        remove_in(&mut writer, *target, recovery.taking, rng)?;
    }
    if let Some(new) = recovery.replace {
        let (signing, hpke) = (new.signing_public(), new.hpke_public());
        writer.write(SpaceId::CHARTER, vec![Act::ReplaceRecovery { signing, hpke }], None, rng)?;
    }
    Ok(writer.finish())
}

fn raise<R: CryptoRng>(
    writer: &mut ControlWriter<'_>,
    person: PersonId,
    reason: &str,
    rng: &mut R,
) -> Result<(), CharterError> {
    let names = ControlNames::new().with(Subject::Reason, reason)?;
    let act = Act::SetRole { person, role: Role::Head, cuts: Vec::new() };
    writer.write(SpaceId::CHARTER, vec![act], Some(names), rng)?;
    for space in writer.trust().spaces() {
        if writer.trust().is_person_in(person, space) || !writer.holds_a_key(space) {
            continue;
        }
        admit_in(writer, space, person, rng)?;
    }
    Ok(())
}
