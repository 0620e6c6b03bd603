//! What the school proves: rules 3 to 8 hold, whatever some of its members sign.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::catch_unwind;

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use sheaf_charter::{Act, DocumentId, Entry, Lane, LogId, SpaceId, Taking, Target, Tip, remove};

use super::abuse::{Abuse, Aim};
use super::bomb::{BOMBS, MISSILES};
use super::cast::{Cast, FOUNDED_MS};
use super::check::{IN_AGAIN, ONLY_OUTSIDE};
use super::desk::Writing;
use super::home::Home;
use super::story::{Arms, Story};
use crate::limits::MAX_WHOLE_LANES;

/// How many seeds run in one test: each has real keys, and so takes longer than those of the toy.
const SEEDS: u64 = 60;
/// How many seeds in which homes are put back to earlier states.
const RESTORE_SEEDS: u64 = 20;
/// How many seeds of bombs.
const BOMB_SEEDS: u64 = 20;
/// How many lanes a hello says each of: these schools have few spaces, and are to say both all and
/// each of them.
const WHOLE_LANES: usize = 3;
/// Seeds that have found something, and how many lanes a hello said each of. Two: a key that was
/// made while a removal was believed which then was void, and that whoever was out meanwhile was
/// never given. Two: a rotation that was void kept everybody from making another. Two: whoever was
/// told of a removal of their own that was void spoke to nobody, and so never heard that it was.
/// One, and 56 of the usual ones: whoever was in again as a taking out, or a removal, was void was
/// judged as if they never had been once they were removed for good.
const FOUND: [(u64, usize); 7] = [
    (205, MAX_WHOLE_LANES),
    (301, MAX_WHOLE_LANES),
    (562, MAX_WHOLE_LANES),
    (991, MAX_WHOLE_LANES),
    (1190, MAX_WHOLE_LANES),
    (1300, MAX_WHOLE_LANES),
    (221, WHOLE_LANES),
];
/// The same of homes that are put back. What one of them had saved was then only with a colleague
/// who was taken out, and was missed. Whoever was in again as the removal of their device was void
/// was judged as if they never had been.
const FOUND_RESTORED: [(u64, usize); 2] = [(81, WHOLE_LANES), (1090, WHOLE_LANES)];

fn asked() -> Option<String> {
    std::env::var("SHEAF_SEED").ok()
}

fn seeds(count: u64, found: &[(u64, usize)]) -> Vec<(u64, usize)> {
    let usual = (0..count).map(|seed| (seed, WHOLE_LANES)).chain(found.iter().copied());
    asked().map_or_else(|| usual.collect(), |seeds| asked_for(&seeds))
}

/// One seed, or all from one up to another, and of how many lanes a hello says each: `7`,
/// `400..1100` or `400..1100/16`.
fn asked_for(asked: &str) -> Vec<(u64, usize)> {
    let number = |text: &str| text.parse().expect("SHEAF_SEED is a number or a range");
    let (seeds, lanes) = match asked.split_once('/') {
        Some((seeds, lanes)) => (seeds, lanes.parse().expect("SHEAF_SEED ends in a number")),
        None => (asked, WHOLE_LANES),
    };
    let (from, to) = match seeds.split_once("..") {
        Some((from, to)) => (number(from), number(to)),
        None => (number(seeds), number(seeds) + 1),
    };
    (from..to).map(|seed| (seed, lanes)).collect()
}

/// Prints what happened in a seed if it fails, and how to run it again.
struct Replay {
    seed: (u64, usize),
    story: Option<Story>,
}

impl Drop for Replay {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let told = self.story.iter().flat_map(|story| &story.told);
            told.for_each(|line| eprintln!("{line}"));
            let (seed, lanes) = self.seed;
            eprintln!("replay with: SHEAF_SEED={seed}/{lanes} cargo test -p sheaf-replica hostile");
        }
    }
}

fn run(seed: (u64, usize), arms: Arms) -> Story {
    let mut replay = Replay { seed, story: Some(Story::new(seed.0, seed.1, arms)) };
    let story = replay.story.as_mut().unwrap();
    if let Err(broken) = story.run() {
        panic!("seed {}/{}: {broken}", seed.0, seed.1);
    }
    replay.story.take().unwrap()
}

/// Runs them all, and gives how often each kind of bomb was borne, and what else is counted.
fn run_all(seeds: Vec<(u64, usize)>, arms: Arms) -> BTreeMap<String, u64> {
    let mut borne = BTreeMap::new();
    let mut failed = Vec::new();
    for seed in seeds {
        match catch_unwind(|| run(seed, arms).borne) {
            Ok(more) => more.into_iter().for_each(|(kind, n)| *borne.entry(kind).or_default() += n),
            Err(_) => failed.push(seed),
        }
    }
    assert!(failed.is_empty(), "{failed:?} failed");
    borne
}

#[test]
fn hostile_members_break_no_promise() {
    let counted = run_all(seeds(SEEDS, &FOUND), Arms::Signatures);
    assert!(counted.contains_key(IN_AGAIN) || asked().is_some());
    eprintln!("counted: {counted:?}");
}

#[test]
fn bombs_of_hostile_members_harm_nobody() {
    let borne = run_all(seeds(BOMB_SEEDS, &[]), Arms::Bombs);
    let kinds = BOMBS.iter().map(|bomb| format!("{bomb:?}"));
    let mut kinds = kinds.chain(MISSILES.iter().map(|missile| format!("{missile:?}")));
    let never = kinds.find(|kind| !borne.contains_key(kind));
    assert!(never.is_none() || asked().is_some(), "never borne: {never:?} of {borne:?}");
    eprintln!("borne: {borne:?}");
}

#[test]
fn homes_put_back_among_hostile_members_lose_nothing_that_a_colleague_has() {
    let counted = run_all(seeds(RESTORE_SEEDS, &FOUND_RESTORED), Arms::Restores);
    let mut kinds = ["restored", ONLY_OUTSIDE].into_iter();
    let never = kinds.find(|kind| !counted.contains_key(*kind));
    assert!(never.is_none() || asked().is_some(), "never {never:?} in {counted:?}");
    eprintln!("counted: {counted:?}");
}

#[test]
fn a_seed_of_the_school_replays_exactly() {
    let figures = |story: Story| (story.network.frames, story.network.bytes);
    let run = || figures(run((7, WHOLE_LANES), Arms::Signatures));
    assert_eq!(run(), run());
}

/// The designated lead's home is put back to before a save that the deputy has, and the deputy is
/// removed.
#[test]
fn a_save_that_went_with_its_author_s_disk_is_missed_unless_only_those_who_are_out_have_it() {
    let mut story = Story::new(5, WHOLE_LANES, Arms::Restores);
    let documents = vec![(DocumentId::from_bytes([1; 16]), b"it was said".to_vec())];
    let writing = Writing { documents, claimed_ms: FOUNDED_MS };
    let (space, before) = (story.cast.pastoral, story.cast.disks[1].clone());
    let entry = story.network.devices[1].save(space, &writing, &mut story.rng).unwrap();
    let author = std::mem::replace(&mut story.network.devices[1].disk, before);
    story.truth.saved(1, &author, &entry, (&BTreeSet::new(), &[]));
    story.network.devices[2].take_in(vec![Entry::clone(&entry)]);
    let person = story.network.devices[2].disk.me.person();
    let lost = |story: &mut Story| story.check_nothing_lost(&story.judge().unwrap()).is_err();

    story.truth.put_back.insert(entry.id());
    assert!(lost(&mut story), "the deputy has it and is in");
    let rng = &mut story.rng;
    let removal = story.network.devices[0].govern(|disk| {
        let taking = Taking { reason: "found out", last: &|_, _| None };
        let target = Target::Person(person);
        remove(&*disk.me, &disk.trust, &disk.keys, target, taking, FOUNDED_MS, rng)
    });
    assert!(!removal.is_empty());
    assert!(!lost(&mut story));
    assert_eq!(story.borne.get(ONLY_OUTSIDE), Some(&1));
    story.truth.put_back.clear();
    assert!(lost(&mut story), "its author's home was never put back");
}

/// A lead is removed who has written in a space. Of colleagues who hear of the removal first, and
/// of what belongs to it in whatever order.
#[test]
fn what_a_removed_member_wrote_joins_once_somebody_who_is_in_builds_on_it() {
    let cast = Cast::of(5);
    let mut rng = ChaCha20Rng::seed_from_u64(1);
    let home = |index: usize| Home::new(cast.disks[index].clone());
    let (mut head, lead, mut one, mut other) = (home(0), home(3), home(4), home(5));
    let aim = Aim {
        space: cast.pastoral,
        person: lead.disk.me.person(),
        document: DocumentId::from_bytes([1; 16]),
        forks: 2,
    };
    let by_lead = Abuse::Fork.commit(&lead.disk, &aim, &mut rng);
    let (known, unknown) = (vec![by_lead[0].clone()], vec![by_lead[1].clone()]);
    head.take_in(known.clone());
    let last = |_: SpaceId, _: LogId| -> Option<Tip> { None };
    let taking = Taking { reason: "found out", last: &last };
    let target = Target::Person(lead.disk.me.person());
    let removal = head.govern(|disk| {
        remove(&*disk.me, &disk.trust, &disk.keys, target, taking, FOUNDED_MS, &mut rng)
    });
    let in_charter = |entry: &Entry| entry.header().lane == Lane::CHARTER;
    let removal = removal.iter().map(|entry| Entry::clone(entry));
    let (charter, pastoral): (Vec<_>, Vec<_>) = removal.partition(in_charter);
    assert!(pastoral.iter().any(cuts));

    one.take_in(charter.clone());
    // Nobody is known to build on either.
    assert_eq!(one.take_in([known.clone(), unknown].concat()).waiting, 2);
    let joined = one.take_in(pastoral.clone()).joined;
    assert_eq!(joined[0].id, known[0].id());
    assert!(pastoral.iter().all(|entry| one.disk.entries.contains_key(&entry.id())));

    other.take_in(charter);
    assert_eq!(other.take_in(pastoral.clone()).joined.len(), 0);
    assert_eq!(other.take_in(known).joined.len(), 1 + pastoral.len());
}

fn cuts(entry: &Entry) -> bool {
    entry.header().acts.iter().any(|act| matches!(act, Act::Cut { .. }))
}
