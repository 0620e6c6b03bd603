//! Hand-off spaces: one for each person outside safeguarding, with whoever receives concerns.

use rand_chacha::ChaCha20Rng;

use crate::entry::Entry;
use crate::govern::{
    Taking, admit_to_space, leave_space, remove, set_role, tend_hand_offs, tend_keys,
};
use crate::ids::{PersonId, SpaceId};
use crate::role::Role;
use crate::tests::testing::{Device, HEARD, NOW_MS, TAKING, founded, rng};
use crate::trust::Target;

/// What a device writes by itself, taken in by it.
fn tend(device: &mut Device, everything: &mut Vec<Entry>, rng: &mut ChaCha20Rng) -> usize {
    let (identity, trust, keys) = (&device.identity, &device.trust, &device.keys);
    let mut entries = tend_keys(identity, trust, keys, HEARD, NOW_MS, rng).unwrap();
    assert_eq!(device.take(&entries), entries.len());
    let (identity, trust, keys) = (&device.identity, &device.trust, &device.keys);
    let made = tend_hand_offs(identity, trust, keys, TAKING.last, NOW_MS, rng).unwrap();
    assert_eq!(device.take(&made), made.len());
    let count = made.len();
    entries.extend(made);
    everything.extend(entries);
    count
}

fn space_of(device: &Device, person: PersonId) -> SpaceId {
    device.trust.hand_off_of(person).unwrap()
}

fn members(device: &Device, space: SpaceId) -> Vec<PersonId> {
    device.trust.members(space).into_iter().map(|one| one.person).collect()
}

fn sorted(mut people: Vec<PersonId>) -> Vec<PersonId> {
    people.sort_unstable();
    people
}

/// A head and a safeguarding lead, who are in safeguarding.
fn two_receivers(rng: &mut ChaCha20Rng) -> (Device, Device, SpaceId, Vec<Entry>) {
    let founded = founded(rng);
    let safeguarding = founded.safeguarding;
    let (mut head, mut all) = Device::of_founder(founded);
    let dsl = head.admit(Role::Dsl, &[safeguarding], &mut all, rng);
    (head, dsl, safeguarding, all)
}

#[test]
fn everybody_outside_safeguarding_has_one_and_no_locker() {
    let rng = &mut rng(800);
    let (mut head, dsl, _, mut all) = two_receivers(rng);
    let mentor = head.admit(Role::Mentor, &[], &mut all, rng);
    let lead = head.admit(Role::Lead, &[], &mut all, rng);
    head.admit(Role::Locker, &[], &mut all, rng);
    assert_eq!(tend(&mut head, &mut all, rng), 2, "the mentor's and the lead's");
    assert_eq!(tend(&mut head, &mut all, rng), 0, "and nothing more");
    for person in [mentor.identity.person(), lead.identity.person()] {
        let space = space_of(&head, person);
        assert_eq!(head.trust.hand_off(space), Some(person));
        let receivers = vec![head.identity.person(), dsl.identity.person()];
        assert_eq!(head.trust.receivers_in(space), sorted(receivers.clone()));
        assert_eq!(members(&head, space), sorted([receivers, vec![person]].concat()));
        let key = head.keys.writing_epoch(space, &head.trust).unwrap().0;
        assert!(head.trust.devices_without_capsule(space, key).is_empty());
    }
    assert!(head.trust.held().is_empty());
}

#[test]
fn a_receiver_who_comes_later_is_let_in_and_makes_none_again() {
    let rng = &mut rng(801);
    let (mut head, _, safeguarding, mut all) = two_receivers(rng);
    let mentor = head.admit(Role::Mentor, &[], &mut all, rng);
    tend(&mut head, &mut all, rng);
    let space = space_of(&head, mentor.identity.person());
    // A colleague's device may learn that it is in safeguarding before the hand-off spaces arrive.
    let outside = |entry: &&Entry| entry.header().lane.space != space;
    let mut seen: Vec<Entry> = all.iter().filter(outside).cloned().collect();
    let mut deputy = head.admit(Role::DeputyDsl, &[safeguarding], &mut seen, rng);
    all.extend(seen);
    assert!(deputy.trust.receives(deputy.identity.person()));
    assert_eq!(tend(&mut deputy, &mut Vec::new(), rng), 0, "it is left to whoever was there");

    assert_eq!(tend(&mut head, &mut all, rng), 1);
    deputy.take(&all);
    assert!(members(&deputy, space).contains(&deputy.identity.person()));
    assert!(deputy.keys.writing_epoch(space, &deputy.trust).is_some(), "with the key to all of it");
    assert_eq!(tend(&mut deputy, &mut all, rng), 0);
}

#[test]
fn two_that_were_made_apart_are_used_as_one() {
    let rng = &mut rng(802);
    let (mut head, mut dsl, _, mut all) = two_receivers(rng);
    let mut lead = head.admit(Role::Lead, &[], &mut all, rng);
    dsl.take(&all);
    // A lead lets somebody in: whoever receives concerns hears of it, each apart.
    lead.take(&all);
    let mut mentor = lead.admit(Role::Mentor, &[], &mut all, rng);
    let person = mentor.identity.person();
    let (mut of_head, mut of_dsl) = (all.clone(), all.clone());
    head.take(&all);
    dsl.take(&all);
    tend(&mut head, &mut of_head, rng);
    tend(&mut dsl, &mut of_dsl, rng);
    let (one, other) = (space_of(&head, person), space_of(&dsl, person));
    assert_ne!(one, other);
    for device in [&mut head, &mut dsl, &mut mentor] {
        device.take(of_head.iter().chain(&of_dsl));
        assert_eq!(space_of(device, person), one.min(other));
        assert_eq!(device.trust.receivers_in(one).len(), 2);
        assert_eq!(device.trust.receivers_in(other).len(), 2);
    }
    let mut more = Vec::new();
    assert_eq!(tend(&mut head, &mut more, rng) + tend(&mut dsl, &mut more, rng), 0);
}

#[test]
fn whoever_receives_no_more_is_taken_out_and_gets_no_new_key() {
    let rng = &mut rng(803);
    let (mut head, dsl, safeguarding, mut all) = two_receivers(rng);
    let mentor = head.admit(Role::Mentor, &[], &mut all, rng);
    let deputy = head.admit(Role::DeputyDsl, &[safeguarding], &mut all, rng);
    let other = head.admit(Role::DeputyDsl, &[safeguarding], &mut all, rng);
    tend(&mut head, &mut all, rng);
    let space = space_of(&head, mentor.identity.person());
    assert_eq!(head.trust.receivers_in(space).len(), 4);

    // One loses the rank, one leaves safeguarding, one leaves the school.
    let person = deputy.identity.person();
    let lowered = set_role(
        &head.identity,
        &head.trust,
        &head.keys,
        (person, Role::Mentor),
        TAKING,
        NOW_MS,
        rng,
    );
    head.take(&lowered.unwrap());
    let (identity, trust, keys) = (&head.identity, &head.trust, &head.keys);
    let out = (safeguarding, other.identity.person());
    let taken = crate::govern::take_out(identity, trust, keys, out, TAKING, NOW_MS, rng).unwrap();
    head.take(&taken);
    let taking = Taking { reason: "left the school", last: TAKING.last };
    let target = Target::Person(dsl.identity.person());
    let (identity, trust, keys) = (&head.identity, &head.trust, &head.keys);
    let gone = remove(identity, trust, keys, target, taking, NOW_MS, rng).unwrap();
    head.take(&gone);
    tend(&mut head, &mut all, rng);

    let stay = vec![head.identity.person(), mentor.identity.person()];
    assert_eq!(members(&head, space), sorted(stay));
    let (epoch, _) = head.keys.writing_epoch(space, &head.trust).unwrap();
    let recipients = head.trust.epochs(space).remove(&epoch).unwrap().recipients;
    assert_eq!(recipients.len(), 2, "{recipients:?}");
    // Who is outside safeguarding now has a space of their own; who is in it still needs none.
    assert_ne!(space_of(&head, other.identity.person()), space);
    assert_eq!(head.trust.hand_off_of(person), None);
}

#[test]
fn whoever_leaves_safeguarding_leaves_the_hand_off_spaces_by_themselves() {
    let rng = &mut rng(804);
    let (mut head, mut dsl, safeguarding, mut all) = two_receivers(rng);
    let mentor = head.admit(Role::Mentor, &[], &mut all, rng);
    tend(&mut head, &mut all, rng);
    dsl.take(&all);
    let space = space_of(&head, mentor.identity.person());
    // Nobody outranks a head: their own device does it.
    let (identity, trust, keys) = (&head.identity, &head.trust, &head.keys);
    let left = leave_space(identity, trust, keys, safeguarding, NOW_MS, rng).unwrap();
    head.take(&left);
    all.extend(left);
    tend(&mut head, &mut all, rng);
    dsl.take(&all);
    assert_eq!(dsl.trust.receivers_in(space), [dsl.identity.person()]);
    let own = space_of_after(&mut dsl, &mut all, head.identity.person(), rng);
    assert_eq!(dsl.trust.receivers_in(own), [dsl.identity.person()]);
}

fn space_of_after(
    device: &mut Device,
    all: &mut Vec<Entry>,
    person: PersonId,
    rng: &mut ChaCha20Rng,
) -> SpaceId {
    tend(device, all, rng);
    space_of(device, person)
}

#[test]
fn whoever_enters_safeguarding_keeps_theirs_and_receives_the_others() {
    let rng = &mut rng(805);
    let (mut head, _, safeguarding, mut all) = two_receivers(rng);
    let mentor = head.admit(Role::Mentor, &[], &mut all, rng);
    let colleague = head.admit(Role::Mentor, &[], &mut all, rng);
    tend(&mut head, &mut all, rng);
    let person = mentor.identity.person();
    let own = space_of(&head, person);
    let role = (person, Role::DeputyDsl);
    let (identity, trust, keys) = (&head.identity, &head.trust, &head.keys);
    let raised = set_role(identity, trust, keys, role, TAKING, NOW_MS, rng).unwrap();
    head.take(&raised);
    let (identity, trust, keys) = (&head.identity, &head.trust, &head.keys);
    let admitted =
        admit_to_space(identity, trust, keys, safeguarding, person, NOW_MS, rng).unwrap();
    head.take(&admitted);
    tend(&mut head, &mut all, rng);
    assert!(members(&head, own).contains(&person), "what they handed over stays theirs to read");
    let other = space_of(&head, colleague.identity.person());
    assert!(head.trust.receivers_in(other).contains(&person));
    assert_eq!(tend(&mut head, &mut all, rng), 0);
}
