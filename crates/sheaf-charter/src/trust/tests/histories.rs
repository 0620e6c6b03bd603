//! Every order of every history of up to five acts in which people take each other's rights away.

use std::collections::BTreeMap;

use rand_chacha::ChaCha20Rng;

use super::naive::Naive;
use super::order::{assert_same, is_removal, plain};
use crate::act::{Act, LogCut, Reach, Tip};
use crate::certificate::Certificate;
use crate::entry::Entry;
use crate::header::Lane;
use crate::identity::Identity;
use crate::ids::{DeviceId, EntryId, LogId, SpaceId};
use crate::role::Role;
use crate::tests::testing::{Device, founded, rng};
use crate::trust::{Inserted, State, Trust};

/// What people do: two heads remove each other's device, one of them lets friends in, a lead takes
/// sides, a mentor is raised and acts as what they became.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Deed {
    FirstRemovesSecond,
    SecondRemovesFirst,
    SecondAdmitsFriend,
    SecondRaisesMentor,
    MentorRemovesFirst,
    LeadEndorses,
    FirstDemotesLead,
}

const DEEDS: [Deed; 7] = [
    Deed::FirstRemovesSecond,
    Deed::SecondRemovesFirst,
    Deed::SecondAdmitsFriend,
    Deed::SecondRaisesMentor,
    Deed::MentorRemovesFirst,
    Deed::LeadEndorses,
    Deed::FirstDemotesLead,
];

/// One act of a history: whether its author knew everything before it, or only the beginning.
type Step = (Deed, bool);

struct Stage {
    base: Vec<Entry>,
    known: Trust,
    devices: [Device; 4],
    friend: Certificate,
    written: BTreeMap<(Deed, Vec<EntryId>), Entry>,
    rng: ChaCha20Rng,
}

impl Stage {
    fn new() -> Self {
        let mut rng = rng(300);
        let (mut first, mut base) = Device::of_founder(founded(&mut rng));
        let second = first.admit(Role::Head, &[], &mut base, &mut rng);
        let lead = first.admit(Role::Lead, &[], &mut base, &mut rng);
        let mentor = first.admit(Role::Mentor, &[], &mut base, &mut rng);
        let friend = Identity::generate(&mut rng).certificate();
        // Nothing here is about spaces.
        base.retain(|entry| entry.header().lane == Lane::CHARTER);
        let mut known = Trust::new();
        base.iter().for_each(|entry| drop(known.insert(entry).unwrap()));
        let devices = [first, second, lead, mentor];
        Self { base, known, devices, friend, written: BTreeMap::new(), rng }
    }

    fn act(&self, deed: Deed, trust: &Trust, before: &[Entry]) -> (usize, Act) {
        let device = |at: usize| self.devices[at].identity.device();
        let person = |at: usize| self.devices[at].identity.person();
        let remove = |at| Act::RemoveDevice { device: device(at), cuts: cut(trust, device(at)) };
        match deed {
            Deed::FirstRemovesSecond => (0, remove(1)),
            Deed::SecondRemovesFirst => (1, remove(0)),
            Deed::SecondAdmitsFriend => {
                (1, Act::AdmitPerson { role: Role::Head, certificate: self.friend })
            }
            Deed::SecondRaisesMentor => {
                (1, Act::SetRole { person: person(3), role: Role::Head, cuts: vec![] })
            }
            Deed::MentorRemovesFirst => (3, remove(0)),
            Deed::LeadEndorses => {
                let removal =
                    before.iter().find(|entry| entry.header().acts.iter().any(is_removal));
                (2, removal.map_or(Act::Describe, |entry| Act::Endorse { entry: entry.id() }))
            }
            Deed::FirstDemotesLead => {
                let cuts = cut(trust, device(2));
                (0, Act::SetRole { person: person(2), role: Role::Mentor, cuts })
            }
        }
    }

    /// The entries of a history. What one author writes twice always knows of the first.
    fn write(&mut self, steps: &[Step]) -> Vec<Entry> {
        let mut entries: Vec<Entry> = Vec::new();
        for (deed, knows_all) in steps {
            let mut trust = self.known.clone();
            let (by, _) = self.act(*deed, &trust, &[]);
            let log = self.devices[by].identity.log();
            let own_or_all = |entry: &&Entry| *knows_all || entry.header().log == log;
            let mut needed: Vec<Entry> = entries.iter().filter(own_or_all).cloned().collect();
            if !knows_all {
                needed = past_of(&needed, &entries);
            }
            needed.iter().for_each(|entry| drop(trust.insert(entry).unwrap()));
            let key = (*deed, needed.iter().map(Entry::id).collect());
            let entry = match self.written.get(&key) {
                Some(entry) => entry.clone(),
                None => {
                    let (by, act) = self.act(*deed, &trust, &needed);
                    self.devices[by].trust = trust;
                    let entry = self.devices[by].write(SpaceId::CHARTER, vec![act], &mut self.rng);
                    self.written.insert(key, entry.clone());
                    entry
                }
            };
            entries.push(entry);
        }
        entries
    }
}

/// These entries and those of the others that they know of, in order.
fn past_of(some: &[Entry], all: &[Entry]) -> Vec<Entry> {
    let mut wanted: Vec<EntryId> = some.iter().map(Entry::id).collect();
    for entry in all.iter().rev() {
        if wanted.contains(&entry.id()) {
            wanted.extend(&entry.header().charter_heads);
        }
    }
    all.iter().filter(|entry| wanted.contains(&entry.id())).cloned().collect()
}

fn cut(trust: &Trust, device: DeviceId) -> Vec<LogCut> {
    let log = LogId::derive(device, 0);
    let tip = trust.tip(SpaceId::CHARTER, log);
    let control = tip.map_or(Reach::Nothing, |(seq, entry)| Reach::UpTo(Tip { seq, entry }));
    vec![LogCut { log, control, data: Reach::Nothing }]
}

/// Every order in which the entries can arrive, as far as each needs what it names.
fn visit(trust: &Trust, left: &[&Entry], states: &mut Vec<State>) {
    if left.is_empty() {
        return states.push(trust.state());
    }
    for at in 0..left.len() {
        let mut next = trust.clone();
        if let Inserted::New { .. } = next.insert(left[at]).unwrap() {
            let rest: Vec<_> =
                left.iter().copied().filter(|one| one.id() != left[at].id()).collect();
            visit(&next, &rest, states);
        }
    }
}

/// Every history of so many different deeds. Of deeds that do not know of each other the order
/// does not matter: they come in one.
fn histories(length: usize) -> Vec<Vec<Step>> {
    let mut all = vec![Vec::new()];
    for _ in 0..length {
        let longer = all.iter().flat_map(|steps: &Vec<Step>| {
            DEEDS.into_iter().flat_map(move |deed| {
                [true, false].into_iter().filter_map(move |knows| {
                    let fresh = steps.iter().all(|(before, _)| *before != deed);
                    let ordered = knows || steps.last().is_none_or(|(last, _)| *last < deed);
                    let first = steps.is_empty() && knows;
                    let steps = steps.iter().copied().chain([(deed, knows)]);
                    (fresh && ordered && !first).then(|| steps.collect())
                })
            })
        });
        all = longer.collect();
    }
    all
}

#[test]
fn every_order_of_every_short_history_gives_what_the_rules_say() {
    let mut stage = Stage::new();
    let base = stage.base.clone();
    let before = Naive::new(&base);
    let mut histories_seen = 0;
    let mut orders = 0;
    for length in 1..=5 {
        for steps in histories(length) {
            let entries = stage.write(&steps);
            let mut states = Vec::new();
            visit(&stage.known, &entries.iter().collect::<Vec<_>>(), &mut states);
            assert!(states.iter().all(|state| *state == states[0]), "{steps:?}");
            let mut reference = before.clone();
            reference.add(&entries);
            let reference = reference.plain();
            assert_same(&plain(states[0].clone()), &reference, &format!("{steps:?}"));
            histories_seen += 1;
            orders += states.len();
        }
    }
    println!("{histories_seen} histories, {orders} orders");
    assert!(histories_seen > 1_000 && orders > 10_000);
}
