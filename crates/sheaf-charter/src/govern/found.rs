//! Founding a school.

use rand_core::CryptoRng;

use super::spaces::{NewSpace, create_in};
use super::writer::ControlWriter;
use crate::act::Act;
use crate::draft::Draft;
use crate::entry::Entry;
use crate::error::CharterError;
use crate::header::Lane;
use crate::identity::Identity;
use crate::ids::{EntryId, EpochId, SchoolId, SpaceId};
use crate::keys::{KeyRing, RecoveryKey};
use crate::names::{ControlNames, Subject};
use crate::role::SpaceKind;
use crate::trust::Trust;

/// What the first three things of a school are called.
#[derive(Clone, Copy, Debug)]
pub struct FoundingNames<'a> {
    /// The school.
    pub school: &'a str,
    /// The founder.
    pub person: &'a str,
    /// The founder's device.
    pub device: &'a str,
}

/// A new school.
#[derive(Debug)]
pub struct Founded {
    /// The founder's device.
    pub identity: Identity,
    /// The recovery key, to be printed and put in a safe.
    pub recovery: RecoveryKey,
    /// The space that everybody is in.
    pub pastoral: SpaceId,
    /// The space of the safeguarding leads.
    pub safeguarding: SpaceId,
    /// The control entries, in the order in which they must be taken in.
    pub entries: Vec<Entry>,
    /// What they say.
    pub trust: Trust,
    /// The keys that they make.
    pub keys: KeyRing,
}

/// Founds a school: the founding entry, the charter's first epoch with the names, and the spaces
/// `pastoral` and `safeguarding`, each with its first epoch and its name.
pub fn found<R: CryptoRng>(
    names: FoundingNames<'_>,
    now_ms: i64,
    rng: &mut R,
) -> Result<Founded, CharterError> {
    let identity = Identity::generate(rng);
    let recovery = RecoveryKey::generate(rng);
    let founding = founding_entry(&identity, &recovery, now_ms, rng)?;
    let mut trust = Trust::new();
    trust.insert(&founding).map_err(CharterError::WouldBeRefused)?;
    let mut writer = ControlWriter::new(&identity, &trust, &KeyRing::new(), now_ms)?;
    let called = ControlNames::new()
        .with(Subject::School, names.school)?
        .with(Subject::Person(identity.person()), names.person)?
        .with(Subject::Device(identity.device()), names.device)?;
    let rotation = writer.rotation(SpaceId::CHARTER, &[identity.certificate()], rng)?;
    writer.write(SpaceId::CHARTER, vec![rotation], Some(called), rng)?;
    let mut create =
        |name, kind| create_in(&mut writer, &identity, NewSpace { name, kind, people: &[] }, rng);
    let pastoral = create("pastoral", SpaceKind::Pastoral)?;
    let safeguarding = create("safeguarding", SpaceKind::Safeguarding)?;
    let (rest, trust, keys) = writer.finish_with_state();
    let entries = std::iter::once(founding).chain(rest).collect();
    Ok(Founded { identity, recovery, pastoral, safeguarding, entries, trust, keys })
}

fn founding_entry<R: CryptoRng>(
    identity: &Identity,
    recovery: &RecoveryKey,
    now_ms: i64,
    rng: &mut R,
) -> Result<Entry, CharterError> {
    let mut nonce = [0; 32];
    rng.fill_bytes(&mut nonce);
    let act = Act::Found {
        nonce,
        certificate: identity.certificate(),
        recovery_signing: recovery.signing_public(),
        recovery_hpke: recovery.hpke_public(),
    };
    let draft = Draft {
        school: SchoolId::ZERO,
        lane: Lane::CHARTER,
        log: identity.log(),
        seq: 0,
        previous: EntryId::ZERO,
        charter_heads: Vec::new(),
        control_heads: Vec::new(),
        epoch: EpochId::ZERO,
        claimed_ms: now_ms,
        acts: vec![act],
        sections: Vec::new(),
    };
    draft.seal(identity, None, rng)
}
