//! Taking a proposed erasure back.

use rand_chacha::ChaCha20Rng;

use crate::act::{Act, ErasureReason};
use crate::entry::Entry;
use crate::error::CharterError;
use crate::govern::{Saying, say};
use crate::ids::{DocumentId, EntryId, SpaceId};
use crate::role::Role;
use crate::tests::testing::{Device, NOW_MS, founded, rng};
use crate::trust::{HeldReason, Verdict};

const DOCUMENT: DocumentId = DocumentId::from_bytes([1; 16]);

struct School {
    rng: ChaCha20Rng,
    space: SpaceId,
    head: Device,
    lead: Device,
    other: Device,
}

impl School {
    fn new(seed: u64) -> Self {
        let mut rng = rng(seed);
        let founded = founded(&mut rng);
        let space = founded.pastoral;
        let (mut head, mut all) = Device::of_founder(founded);
        let mut lead = head.admit(Role::Lead, &[], &mut all, &mut rng);
        let mut other = head.admit(Role::Lead, &[], &mut all, &mut rng);
        lead.take(&all);
        other.take(&all);
        Self { rng, space, head, lead, other }
    }
}

/// What a device says, which it takes in itself.
fn speak(
    device: &mut Device,
    space: SpaceId,
    saying: Saying,
    rng: &mut ChaCha20Rng,
) -> Result<Entry, CharterError> {
    let (trust, keys) = (&device.trust, &device.keys);
    let mut entries = say(&device.identity, trust, keys, space, vec![saying], NOW_MS, rng)?;
    device.take(&entries);
    Ok(entries.remove(0))
}

fn proposed(school: &mut School) -> (Entry, EntryId) {
    let saying = Saying::Erase(vec![DOCUMENT], ErasureReason::Request);
    let entry = speak(&mut school.lead, school.space, saying, &mut school.rng).unwrap();
    for device in [&mut school.head, &mut school.other] {
        device.take([&entry]);
    }
    let id = entry.id();
    (entry, id)
}

#[test]
fn who_proposed_an_erasure_may_withdraw_it_and_nobody_seconds_it_then() {
    let mut school = School::new(430);
    let (_, id) = proposed(&mut school);
    let School { mut rng, space, mut head, mut lead, .. } = school;
    let by_another = head.write(space, vec![Act::WithdrawErasure { entry: id }], &mut rng);
    let verdict = head.trust.verdict(by_another.signed());
    assert_eq!(verdict, Verdict::Held(HeldReason::NotAllowed), "not even a head for another");
    let withdrawn = speak(&mut lead, space, Saying::Withdraw(id), &mut rng).unwrap();
    assert!(speak(&mut lead, space, Saying::Withdraw(id), &mut rng).is_err(), "once");
    head.take([&withdrawn]);
    assert!(head.trust.erasures(space)[&id].is_withdrawn());
    assert!(speak(&mut head, space, Saying::Second(id), &mut rng).is_err());
    assert!(head.trust.erased(space).is_empty());
    // It may be proposed anew.
    let again = Saying::Erase(vec![DOCUMENT], ErasureReason::Request);
    let again = speak(&mut head, space, again, &mut rng).unwrap();
    lead.take([&again]);
    speak(&mut lead, space, Saying::Second(again.id()), &mut rng).unwrap();
    assert!(lead.trust.erased(space).contains(&DOCUMENT));
}

/// Rule 8. What a device has erased by two signatures does not come back.
#[test]
fn an_erasure_that_is_seconded_meanwhile_stays_in_effect() {
    let mut school = School::new(431);
    let (_, id) = proposed(&mut school);
    let School { mut rng, space, mut head, mut lead, mut other } = school;
    let withdrawn = speak(&mut lead, space, Saying::Withdraw(id), &mut rng).unwrap();
    let seconded = speak(&mut head, space, Saying::Second(id), &mut rng).unwrap();
    head.take([&withdrawn]);
    lead.take([&seconded]);
    other.take([&withdrawn, &seconded]);
    for device in [&head, &lead, &other] {
        let erasure = &device.trust.erasures(space)[&id];
        assert!(erasure.is_signed() && !erasure.is_withdrawn());
        assert!(device.trust.erased(space).contains(&DOCUMENT));
    }
    assert!(speak(&mut head, space, Saying::Confirm(id), &mut rng).is_ok());
    assert!(speak(&mut lead, space, Saying::Withdraw(id), &mut rng).is_err(), "too late");
}

/// Who proposed alone, saw that somebody had come meanwhile and took it back, finds it gone for
/// good: it does not take effect when that somebody leaves.
#[test]
fn an_erasure_that_was_withdrawn_takes_no_effect_when_the_others_leave() {
    let mut rng = rng(432);
    let founded = founded(&mut rng);
    let space = founded.pastoral;
    let (mut head, mut all) = Device::of_founder(founded);
    let apart = head.write(
        space,
        vec![Act::Erase { documents: vec![DOCUMENT], reason: ErasureReason::Request }],
        &mut rng,
    );
    let lead = head.admit(Role::Lead, &[], &mut all, &mut rng);
    head.take([&apart]);
    let erasure = &head.trust.erasures(space)[&apart.id()];
    assert!(erasure.is_open(), "the lead could second it");
    speak(&mut head, space, Saying::Withdraw(apart.id()), &mut rng).unwrap();
    let (trust, keys) = (&head.trust, &head.keys);
    let person = lead.identity.person();
    let taking = crate::tests::testing::TAKING;
    let target = crate::trust::Target::Person(person);
    let gone = crate::govern::remove(&head.identity, trust, keys, target, taking, NOW_MS, &mut rng);
    head.take(&gone.unwrap());
    assert!(head.trust.role(person).is_none());
    assert!(head.trust.erasures(space)[&apart.id()].is_withdrawn());
    assert!(head.trust.erased(space).is_empty());
}
