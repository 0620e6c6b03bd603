//! What is still passed on of a space that somebody has left by themselves.

use std::collections::BTreeSet;

use rand_chacha::ChaCha20Rng;

use crate::entry::Entry;
use crate::govern::{
    NewDevice, NewSpace, admit_device, admit_to_space, create_space, leave_space, take_out,
    tend_keys,
};
use crate::identity::Identity;
use crate::ids::{EntryId, SpaceId};
use crate::role::{Role, SpaceKind};
use crate::tests::testing::{Device, HEARD, NOW_MS, TAKING, founded, rng};

/// A head, a lead and a mentor, and a space that all three are in.
struct Year {
    head: Device,
    lead: Device,
    mentor: Device,
    space: SpaceId,
    all: Vec<Entry>,
    rng: ChaCha20Rng,
}

impl Year {
    fn new(seed: u64) -> Self {
        let mut rng = rng(seed);
        let (mut head, mut all) = Device::of_founder(founded(&mut rng));
        let mut lead = head.admit(Role::Lead, &[], &mut all, &mut rng);
        let mut mentor = head.admit(Role::Mentor, &[], &mut all, &mut rng);
        let people = [lead.identity.person(), mentor.identity.person()];
        let new = NewSpace { name: "Year 9", kind: SpaceKind::Other, people: &people };
        let Device { identity, trust, keys } = &head;
        let made = create_space(identity, trust, keys, new, NOW_MS, &mut rng);
        let (space, made) = made.unwrap();
        all.extend(made);
        for device in [&mut head, &mut lead, &mut mentor] {
            device.take(&all);
        }
        Self { head, lead, mentor, space, all, rng }
    }

    /// The lead leaves, and nobody else has heard.
    fn leave(&mut self) -> Vec<Entry> {
        let Device { identity, trust, keys } = &self.lead;
        let left = leave_space(identity, trust, keys, self.space, NOW_MS, &mut self.rng).unwrap();
        self.lead.take(&left);
        left
    }

    /// A further device of the lead, which the head has let in and which knows all that is known.
    fn further(&mut self) -> Device {
        let mut further =
            Device::new(Identity::generate_device(self.lead.identity.person(), &mut self.rng));
        let new = NewDevice { certificate: further.identity.certificate(), name: "a tablet" };
        let Device { identity, trust, keys } = &self.head;
        let admitted = admit_device(identity, trust, keys, new, NOW_MS, &mut self.rng).unwrap();
        self.all.extend(admitted);
        for device in [&mut self.head, &mut self.lead, &mut self.mentor, &mut further] {
            device.take(&self.all);
        }
        further
    }
}

fn ids(entries: &[Entry], space: SpaceId) -> BTreeSet<EntryId> {
    let of_space = entries.iter().filter(|entry| entry.header().lane.space == space);
    of_space.map(Entry::id).collect()
}

#[test]
fn who_left_and_who_stays_pass_on_the_same_and_nothing_that_came_later() {
    let mut year = Year::new(820);
    let [of_head, of_lead] = [&year.head, &year.lead].map(|device| device.identity.device());
    assert_eq!(year.head.trust.partings(of_head, of_lead), [], "both are in");
    let left = year.leave();
    let of_leaver = year.lead.trust.partings(of_lead, of_head);
    assert_eq!(of_leaver.len(), 1);
    assert_eq!((of_leaver[0].space, of_leaver[0].device), (year.space, Some(of_lead)));
    let mut known = ids(&year.all, year.space);
    known.extend(left.iter().map(Entry::id));
    assert_eq!(of_leaver[0].control, known);
    assert_eq!(year.head.trust.partings(of_head, of_lead), [], "the head has not heard");

    year.head.take(&left);
    let Device { identity, trust, keys } = &year.head;
    let rotated = tend_keys(identity, trust, keys, HEARD, NOW_MS, &mut year.rng).unwrap();
    assert_eq!(rotated.len(), 1, "a new key");
    year.head.take(&rotated);
    assert_eq!(year.head.trust.partings(of_head, of_lead), of_leaver);
    assert_eq!(year.head.trust.partings(of_head, year.mentor.identity.device()), []);
    assert!(year.head.trust.has_left(year.lead.identity.person(), year.space));
}

#[test]
fn nothing_is_passed_on_to_whoever_the_leaver_does_not_know_to_be_in() {
    let mut year = Year::new(821);
    let other = year.head.admit(Role::Mentor, &[], &mut year.all, &mut year.rng);
    year.lead.take(&year.all);
    let left = year.leave();
    let (person, space) = (other.identity.person(), year.space);
    let Device { identity, trust, keys } = &year.head;
    let admitted = admit_to_space(identity, trust, keys, space, person, NOW_MS, &mut year.rng);
    year.head.take(&admitted.unwrap());
    year.head.take(&left);
    let [of_lead, of_other] = [&year.lead, &other].map(|device| device.identity.device());
    assert!(year.head.trust.is_member(of_other, space));
    assert_eq!(year.head.trust.partings(of_other, of_lead), [], "as the other's device sees it");
    assert_eq!(year.lead.trust.partings(of_lead, of_other), []);
}

#[test]
fn who_is_taken_out_by_somebody_else_is_passed_nothing() {
    let mut year = Year::new(822);
    let (person, space) = (year.lead.identity.person(), year.space);
    let Device { identity, trust, keys } = &year.head;
    let out = take_out(identity, trust, keys, (space, person), TAKING, NOW_MS, &mut year.rng);
    year.head.take(&out.unwrap());
    let [of_head, of_lead] = [&year.head, &year.lead].map(|device| device.identity.device());
    assert_eq!(year.head.trust.partings(of_head, of_lead), []);
    assert!(!year.head.trust.has_left(person, space));
}

#[test]
fn the_leaver_s_other_device_is_told_and_one_that_never_had_a_key_is_not() {
    let mut year = Year::new(823);
    let mut tablet = year.further();
    let left = year.leave();
    let [of_lead, of_tablet] = [&year.lead, &tablet].map(|device| device.identity.device());
    let told = year.lead.trust.partings(of_lead, of_tablet);
    assert_eq!((told.len(), told[0].device), (1, None), "{told:?}");
    tablet.take(&left);
    assert_eq!(tablet.trust.partings(of_tablet, of_lead), told);

    year.head.take(&left);
    let later = year.further();
    let (of_head, of_later) = (year.head.identity.device(), later.identity.device());
    assert!(!year.head.trust.is_member(of_later, year.space));
    assert_eq!(year.head.trust.partings(of_head, of_later), []);
    assert_eq!(year.head.trust.partings(of_head, of_tablet).len(), 1);
}

#[test]
fn a_manager_who_has_heard_lets_them_in_again() {
    let mut year = Year::new(824);
    let left = year.leave();
    year.head.take(&left);
    let (person, space) = (year.lead.identity.person(), year.space);
    let Device { identity, trust, keys } = &year.head;
    let again = admit_to_space(identity, trust, keys, space, person, NOW_MS, &mut year.rng);
    let again = again.unwrap();
    for device in [&mut year.head, &mut year.lead] {
        device.take(&again);
        assert!(device.trust.is_person_in(person, space));
        assert!(!device.trust.has_left(person, space));
        assert!(device.keys.writing_epoch(space, &device.trust).is_some());
    }
    let [of_head, of_lead] = [&year.head, &year.lead].map(|device| device.identity.device());
    assert_eq!(year.head.trust.partings(of_head, of_lead), []);
}
