//! What the judge makes of somebody who was taken out, in again, and removed for good: of all that
//! colleagues seal they may read what they were given while they were in again, and nothing else.

use std::collections::BTreeSet;
use std::sync::Arc;

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use sheaf_charter::{
    DocumentId, Draft, Entry, EpochId, LogId, PersonId, SpaceId, Taking, Target, Tip, Trust,
    admit_to_space, remove, take_out,
};

use super::cast::{Cast, FOUNDED_MS};
use super::desk::Writing;
use super::home::Home;
use super::truth::Truth;

const HEAD: usize = 0;
const GUARD: usize = 1;
const DEPUTY: usize = 2;
const LEAD: usize = 3;
const MENTOR: usize = 6;
const OTHER: usize = 7;

/// Colleagues who hear of each other only what they are told.
struct Stage {
    truth: Truth,
    homes: Vec<Home>,
    people: Vec<PersonId>,
    space: SpaceId,
    /// The epoch that the space began with.
    began_with: EpochId,
    rng: ChaCha20Rng,
}

impl Stage {
    fn new() -> Self {
        let cast = Cast::of(1);
        let homes: Vec<_> = cast.disks.iter().cloned().map(Home::new).collect();
        let people = cast.disks.iter().map(|disk| disk.me.person()).collect();
        let (mut truth, founder) = (Truth::default(), &homes[HEAD].disk);
        founder.entries.values().for_each(|entry| truth.acted(founder, entry, true));
        let rng = ChaCha20Rng::seed_from_u64(7);
        let space = cast.pastoral;
        let (began_with, _) = founder.keys.writing_epoch(space, &founder.trust).unwrap();
        Self { truth, homes, people, space, began_with, rng }
    }

    fn take_out(&mut self, author: usize, whom: usize) -> Vec<Entry> {
        let (rng, who) = (&mut self.rng, (self.space, self.people[whom]));
        let written = self.homes[author].govern(|disk| {
            let taking = Taking { reason: "it was decided", last: &nothing };
            take_out(&disk.me, &disk.trust, &disk.keys, who, taking, FOUNDED_MS, rng)
        });
        self.publish(author, &written)
    }

    fn admit(&mut self, author: usize, whom: usize) -> Vec<Entry> {
        let (rng, who) = (&mut self.rng, self.people[whom]);
        let written = self.homes[author].govern(|disk| {
            let (trust, keys) = (&disk.trust, &disk.keys);
            admit_to_space(&disk.me, trust, keys, self.space, who, FOUNDED_MS, rng)
        });
        self.publish(author, &written)
    }

    fn remove(&mut self, author: usize, whom: usize) -> Vec<Entry> {
        let (rng, target) = (&mut self.rng, Target::Person(self.people[whom]));
        let written = self.homes[author].govern(|disk| {
            let taking = Taking { reason: "found out", last: &nothing };
            remove(&*disk.me, &disk.trust, &disk.keys, target, taking, FOUNDED_MS, rng)
        });
        self.publish(author, &written)
    }

    /// One of them hears of this, and writes what they owe.
    fn hear(&mut self, author: usize, entries: Vec<Entry>) {
        self.homes[author].take_in(entries);
        let owed = self.homes[author].tend(FOUNDED_MS, &mut self.rng);
        self.publish(author, &owed);
    }

    fn publish(&mut self, author: usize, written: &[Arc<Entry>]) -> Vec<Entry> {
        let disk = &self.homes[author].disk;
        written.iter().for_each(|entry| self.truth.acted(disk, entry, true));
        written.iter().map(|entry| Entry::clone(entry)).collect()
    }

    fn save(&mut self, author: usize) -> Entry {
        let epoch = self.writing_epoch(author);
        self.save_under(author, epoch)
    }

    fn writing_epoch(&self, author: usize) -> EpochId {
        let disk = &self.homes[author].disk;
        disk.keys.writing_epoch(self.space, &disk.trust).unwrap().0
    }

    /// What a build saves that seals under whatever key it is told.
    fn save_under(&mut self, author: usize, epoch: EpochId) -> Entry {
        let documents = vec![(DocumentId::from_bytes([1; 16]), b"it was said".to_vec())];
        let writing = Writing { documents, claimed_ms: FOUNDED_MS };
        let disk = &self.homes[author].disk;
        let draft = disk.draft(self.space, disk.me.log(), &writing).unwrap();
        let draft = Draft { epoch, ..draft };
        let entry = draft.seal(&*disk.me, disk.keys.key(self.space, epoch), &mut self.rng).unwrap();
        let mentor = BTreeSet::from([self.people[MENTOR]]);
        self.truth.saved(author, disk, &entry, (&mentor, &[]));
        entry
    }

    fn trust(&self, author: usize) -> &Trust {
        &self.homes[author].disk.trust
    }

    fn saw_the_mentor_out(&self, save: &Entry) -> bool {
        self.truth.saved[&save.id()].outside.contains_key(&self.people[MENTOR])
    }

    /// Whether it is no fault that the mentor, whom its author saw outside, can read it.
    fn is_excused(&self, save: &Entry) -> bool {
        let mentor = self.people[MENTOR];
        let outside = &self.truth.saved[&save.id()].outside[&mentor];
        self.truth.was_in_again(save, mentor, outside)
    }
}

fn nothing(_: SpaceId, _: LogId) -> Option<Tip> {
    None
}

/// A mentor is taken out by a lead, whom the head removes at the same moment: it is void. The
/// designated lead, who hears of both, gives the mentor the keys.
fn let_in_again() -> (Stage, Entry) {
    let mut stage = Stage::new();
    let takes_out = stage.take_out(LEAD, MENTOR);
    stage.hear(GUARD, takes_out.clone());
    stage.hear(DEPUTY, takes_out);
    let out = stage.save(GUARD);
    assert!(stage.saw_the_mentor_out(&out));
    assert!(!stage.is_excused(&out), "nobody has given them anything");
    let voids = stage.remove(HEAD, LEAD);
    stage.hear(GUARD, voids);
    assert!(stage.trust(GUARD).is_person_in(stage.people[MENTOR], stage.space));
    (stage, out)
}

#[test]
fn who_was_in_again_may_read_what_was_sealed_under_the_keys_of_then() {
    let (mut stage, out) = let_in_again();
    assert!(stage.is_excused(&out));
    let late = stage.save(DEPUTY);
    assert!(stage.is_excused(&late), "the deputy has not heard of it");
    let again = stage.save(GUARD);
    assert!(!stage.saw_the_mentor_out(&again));
}

#[test]
fn who_was_in_again_may_read_nothing_under_a_key_that_nobody_gave_them() {
    let (mut stage, _) = let_in_again();
    stage.take_out(DEPUTY, OTHER);
    let under_another = stage.save(DEPUTY);
    assert!(stage.saw_the_mentor_out(&under_another));
    assert!(!stage.is_excused(&under_another));
}

#[test]
fn who_was_in_again_and_is_removed_may_read_nothing_from_then_on() {
    let (mut stage, out) = let_in_again();
    let began_with = stage.began_with;
    let removes = stage.remove(HEAD, MENTOR);
    // Under the key that the school began with, which everybody has.
    let broken = stage.save_under(HEAD, began_with);
    assert!(stage.saw_the_mentor_out(&broken));
    assert!(!stage.is_excused(&broken), "the head has not heard that they were ever taken out");
    stage.hear(GUARD, removes);
    let after = stage.save(GUARD);
    assert!(stage.saw_the_mentor_out(&after));
    assert!(!stage.is_excused(&after));
    let broken = stage.save_under(GUARD, out.header().epoch);
    assert!(!stage.is_excused(&broken), "its author knew that what had put them out was void");
}

#[test]
fn who_was_admitted_again_and_is_removed_may_read_nothing_under_the_keys_that_they_were_given() {
    let mut stage = Stage::new();
    stage.take_out(DEPUTY, MENTOR);
    stage.admit(DEPUTY, MENTOR);
    let given = stage.writing_epoch(DEPUTY);
    stage.remove(DEPUTY, MENTOR);
    let broken = stage.save_under(DEPUTY, given);
    assert!(stage.saw_the_mentor_out(&broken));
    assert!(!stage.is_excused(&broken), "its author gave them the key");
}
