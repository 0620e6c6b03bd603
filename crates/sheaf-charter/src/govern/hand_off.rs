//! What the devices of safeguarding's managers write by themselves, so that everybody outside has
//! a space through which concerns are handed over.

use rand_core::CryptoRng;

use super::remove::{LastData, Taking, take_out_in};
use super::spaces::{NewSpace, admit_in, create_with};
use super::writer::ControlWriter;
use crate::act::Act;
use crate::entry::Entry;
use crate::error::CharterError;
use crate::identity::Identity;
use crate::keys::KeyRing;
use crate::role::SpaceKind;
use crate::trust::Trust;

/// The name that is sealed in every hand-off space: faces say whose it is.
const NAME: &str = "hand-off";

/// Why somebody is taken out of one.
const REASON: &str = "no longer receives concerns";

/// What this device owes the hand-off spaces: one for each person outside safeguarding, with all
/// who receive concerns in it, and nobody else. Usually nothing.
pub fn tend_hand_offs<R: CryptoRng>(
    identity: &Identity,
    trust: &Trust,
    keys: &KeyRing,
    last: LastData<'_>,
    now_ms: i64,
    rng: &mut R,
) -> Result<Vec<Entry>, CharterError> {
    let (own, mut entries) = (identity.person(), Vec::new());
    if trust.certificate(identity.device()).is_none() {
        return Ok(entries);
    }
    let others: Vec<_> = trust.people().into_iter().map(|one| one.person).collect();
    for person in trust.without_hand_off(own) {
        let receivers = others.iter().copied().filter(|one| *one != own && trust.receives(*one));
        let people: Vec<_> = std::iter::once(person).chain(receivers).collect();
        let mut writer = ControlWriter::new(identity, trust, keys, now_ms)?;
        let space = NewSpace { name: NAME, kind: SpaceKind::Other, people: &people };
        create_with(&mut writer, identity, space, Some(Act::HandOffSpace { person }), rng)?;
        entries.extend(writer.finish());
    }
    for debt in trust.hand_off_debts(own) {
        let mut writer = ControlWriter::new(identity, trust, keys, now_ms)?;
        // Without its key nobody can be let in yet; it comes with a colleague's next entry.
        if !writer.holds_a_key(debt.space) {
            continue;
        }
        for person in debt.take_out {
            let taking = Taking { reason: REASON, last };
            take_out_in(&mut writer, (debt.space, person), taking, rng)?;
        }
        for person in debt.admit {
            admit_in(&mut writer, debt.space, person, rng)?;
        }
        entries.extend(writer.finish());
    }
    for space in trust.hand_offs_to_leave(own) {
        let mut writer = ControlWriter::new(identity, trust, keys, now_ms)?;
        let leave = Act::LeaveSpace { person: own, cuts: Vec::new() };
        writer.write(space, vec![leave], None, rng)?;
        entries.extend(writer.finish());
    }
    Ok(entries)
}
