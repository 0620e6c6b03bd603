//! The state is a function of the set: every order gives the same, and what the rules say.

use rand_chacha::ChaCha20Rng;
use rand_core::Rng;

use super::naive::{Naive, Plain};
use std::collections::BTreeSet;

use crate::act::{Act, Capsule, ErasureReason, LogCut, Reach, SealedParent, Tip};
use crate::certificate::Certificate;
use crate::entry::Entry;
use crate::header::Lane;
use crate::identity::Identity;
use crate::ids::{DeviceId, DocumentId, EpochId, LogId, PersonId, SpaceId};
use crate::role::{Role, SpaceKind};
use crate::tests::testing::{Device, founded, rng};
use crate::trust::{HeldReason, Inserted, State, Trust};

fn below(rng: &mut ChaCha20Rng, limit: usize) -> usize {
    rng.next_u32() as usize % limit
}

fn pick<T: Copy>(rng: &mut ChaCha20Rng, items: &[T]) -> T {
    items[below(rng, items.len())]
}

fn insert_in_random_order(entries: &[Entry], rng: &mut ChaCha20Rng) -> Trust {
    let mut trust = Trust::new();
    let mut left: Vec<&Entry> = entries.iter().collect();
    while !left.is_empty() {
        let entry = left.swap_remove(below(rng, left.len()));
        match trust.insert(entry).unwrap() {
            Inserted::New { .. } => {}
            Inserted::Waits { missing } => {
                assert!(missing.iter().all(|id| !trust.contains(*id)));
                left.push(entry);
            }
            Inserted::Known => panic!("inserted twice"),
        }
    }
    trust
}

pub(super) fn plain(state: State) -> Plain {
    let people = state.people.into_iter();
    let people = people.map(|(person, known)| (person, (known.role, known.devices)));
    let held = state.held.iter().map(|held| (held.entry, held.act)).collect();
    let mut members = std::collections::BTreeMap::new();
    let mut epochs = std::collections::BTreeMap::new();
    let mut erased = std::collections::BTreeMap::new();
    for (space, view) in state.spaces {
        members.insert(space, view.members);
        erased.insert(space, view.erased);
        let known = view.epochs.into_iter();
        let known = known.map(|(id, epoch)| (id, (epoch.generation, epoch.recipients)));
        epochs.insert(space, known.collect());
    }
    Plain { people: people.collect(), members, epochs, erased, held }
}

#[track_caller]
pub(super) fn assert_same(fast: &Plain, naive: &Plain, of: &str) {
    assert_eq!(fast.people, naive.people, "people, of {of}");
    assert_eq!(fast.members, naive.members, "members, of {of}");
    assert_eq!(fast.epochs, naive.epochs, "epochs, of {of}");
    assert_eq!(fast.erased, naive.erased, "erased, of {of}");
    let differ: Vec<_> = fast.held.symmetric_difference(&naive.held).collect();
    assert!(differ.is_empty(), "held, of {of}: {differ:?}");
}

struct World {
    rng: ChaCha20Rng,
    devices: Vec<Device>,
    everything: Vec<Entry>,
    people: Vec<PersonId>,
    spaces: Vec<SpaceId>,
}

impl World {
    fn new(seed: u64) -> Self {
        let mut rng = rng(seed);
        let founded = founded(&mut rng);
        let spaces = vec![founded.pastoral, founded.safeguarding];
        let (mut head, mut everything) = Device::of_founder(founded);
        let mut devices = Vec::new();
        for role in [Role::Dsl, Role::Lead, Role::Lead, Role::Mentor, Role::Observer, Role::Lead] {
            devices.push(head.admit(role, &[], &mut everything, &mut rng));
        }
        devices.push(head);
        let people = devices.iter().map(|device| device.identity.person()).collect();
        Self { rng, devices, everything, people, spaces }
    }

    /// One device does something, allowed or not, or hears some of what others did.
    fn step(&mut self) {
        let at = below(&mut self.rng, self.devices.len());
        if below(&mut self.rng, 3) == 0 {
            let heard: Vec<_> =
                self.everything.iter().filter(|_| below(&mut self.rng, 4) != 0).collect();
            self.devices[at].take(heard);
            return;
        }
        let (space, acts) = self.acts(at);
        let device = &self.devices[at];
        let creates = matches!(acts[0], Act::CreateSpace { .. });
        if !creates && device.trust.heads(Lane::control(space)).is_empty() {
            return;
        }
        let entry = device.write(space, acts, &mut self.rng);
        self.devices[at].take([&entry]);
        assert!(self.devices[at].trust.contains(entry.id()));
        self.everything.push(entry);
    }

    fn acts(&mut self, at: usize) -> (SpaceId, Vec<Act>) {
        let person = pick(&mut self.rng, &self.people);
        let space = pick(&mut self.rng, &self.spaces);
        let role = pick(&mut self.rng, &Role::ALL);
        let charter = SpaceId::CHARTER;
        match below(&mut self.rng, 16) {
            0 | 1 => {
                // Mostly what leads may do to one another's mentors, so that equals disagree.
                let person = pick(&mut self.rng, &self.people[3..5]);
                let role = pick(&mut self.rng, &[Role::Mentor, Role::Observer, role]);
                let cuts = self.cuts(at, charter, |device| device.person == person);
                (charter, vec![Act::SetRole { person, role, cuts }])
            }
            2 => {
                let certificate = Identity::generate(&mut self.rng).certificate();
                self.people.push(certificate.person);
                (charter, vec![Act::AdmitPerson { role, certificate }])
            }
            3 => {
                let new = Identity::generate_device(person, &mut self.rng);
                (charter, vec![Act::AdmitDevice { certificate: new.certificate() }])
            }
            4 => (space, vec![Act::AdmitToSpace { person }, Act::Describe]),
            5 => {
                let person = self.devices[at].identity.person();
                (space, vec![Act::LeaveSpace { person, cuts: vec![] }])
            }
            7 | 8 => {
                let machines = self.machines();
                let device = pick(&mut self.rng, &machines);
                let cuts = self.cuts(at, charter, |known| known.device == device);
                (charter, vec![Act::RemoveDevice { device, cuts }])
            }
            9 => {
                let cuts = self.cuts(at, charter, |device| device.person == person);
                (charter, vec![Act::RemovePerson { person, cuts }])
            }
            10 => {
                let cuts = self.cuts(at, space, |device| device.person == person);
                (space, vec![Act::LeaveSpace { person, cuts }])
            }
            11 => {
                let machines = self.machines();
                let device = pick(&mut self.rng, &machines);
                (space, vec![Act::Cut { cuts: self.cuts(at, space, |it| it.device == device) }])
            }
            12 | 13 => self.endorsement(space),
            14 => (space, vec![self.erasing()]),
            6 => (space, vec![self.rotation(at, space)]),
            _ => {
                let mut nonce = [0; 16];
                self.rng.fill_bytes(&mut nonce);
                let device = &self.devices[at];
                let school = device.trust.school().unwrap();
                let kind = SpaceKind::Other;
                let space = SpaceId::derive(school, device.identity.device(), kind, &nonce);
                self.spaces.push(space);
                (space, vec![Act::CreateSpace { nonce, kind }, Act::AdmitToSpace { person }])
            }
        }
    }

    fn endorsement(&mut self, space: SpaceId) -> (SpaceId, Vec<Act>) {
        let lane = pick(&mut self.rng, &[SpaceId::CHARTER, space]);
        let entries: Vec<_> = self
            .everything
            .iter()
            .filter(|entry| entry.header().lane == Lane::control(lane))
            .filter(|entry| entry.header().acts.iter().any(is_removal))
            .map(Entry::id)
            .collect();
        if entries.is_empty() {
            return (SpaceId::CHARTER, vec![Act::Describe]);
        }
        (lane, vec![Act::Endorse { entry: pick(&mut self.rng, &entries) }])
    }

    fn machines(&self) -> Vec<DeviceId> {
        self.devices.iter().map(|device| device.identity.device()).collect()
    }

    /// Cuts of some devices' logs, at the last entries that a device knows or a little before.
    fn cuts(
        &mut self,
        at: usize,
        space: SpaceId,
        of: impl Fn(&Certificate) -> bool,
    ) -> Vec<LogCut> {
        let trust = &self.devices[at].trust;
        let people = trust.people().into_iter().flat_map(|member| member.devices);
        let known = people.chain(trust.former_devices()).filter(|known| of(known));
        let logs: BTreeSet<_> = known.map(|known| LogId::derive(known.device, 0)).collect();
        let mut cuts = Vec::new();
        for log in logs {
            let entries = self.everything.iter().filter(|entry| {
                let header = entry.header();
                (header.log, header.lane) == (log, Lane::control(space))
                    && trust.contains(entry.id())
            });
            let last = entries.max_by_key(|entry| entry.header().seq);
            let control = match (last, below(&mut self.rng, 8)) {
                (_, 0) => Reach::All,
                (None, _) | (_, 1) => Reach::Nothing,
                (Some(last), 2) if last.header().seq > 0 => {
                    let (seq, entry) = (last.header().seq - 1, last.header().previous);
                    Reach::UpTo(Tip { seq, entry })
                }
                (Some(last), _) => Reach::UpTo(Tip { seq: last.header().seq, entry: last.id() }),
            };
            if below(&mut self.rng, 6) != 0 {
                cuts.push(LogCut { log, control, data: Reach::Nothing });
            }
        }
        cuts
    }

    fn erasing(&mut self) -> Act {
        let document = DocumentId::from_bytes([below(&mut self.rng, 3) as u8 + 1; 16]);
        let proposals: Vec<_> = self
            .everything
            .iter()
            .filter(|entry| entry.header().acts.iter().any(|act| matches!(act, Act::Erase { .. })))
            .map(Entry::id)
            .collect();
        match below(&mut self.rng, 8) {
            0 | 1 => {
                Act::Erase { documents: vec![document], reason: ErasureReason::WrittenInError }
            }
            2 => Act::Hold { documents: vec![document] },
            3 => Act::ReleaseHold { documents: vec![document] },
            _ if proposals.is_empty() => Act::Describe,
            4 | 5 => Act::WithdrawErasure { entry: pick(&mut self.rng, &proposals) },
            _ => Act::SecondErasure { entry: pick(&mut self.rng, &proposals) },
        }
    }

    /// The trust looks at who gets capsules, not into them.
    fn rotation(&mut self, at: usize, space: SpaceId) -> Act {
        let trust = &self.devices[at].trust;
        let epochs = trust.epochs(space);
        let mut id = [0; 16];
        self.rng.fill_bytes(&mut id);
        let capsules = trust.member_devices(space).into_iter();
        let capsules = capsules.filter(|_| below(&mut self.rng, 5) != 0);
        Act::Rotate {
            epoch: EpochId::from_bytes(id),
            generation: epochs.values().map(|epoch| epoch.generation).max().unwrap_or(0) + 1,
            capsules: capsules
                .map(|known| Capsule { device: known.device, sealed: [0; 80] })
                .collect(),
            recovery: [0; 80],
            parents: epochs
                .keys()
                .map(|epoch| SealedParent { epoch: *epoch, sealed: [0; 48] })
                .collect(),
        }
    }
}

#[test]
fn random_schools_agree_in_every_order_and_with_the_rules() {
    let seeds = std::env::var("SHEAF_SEEDS").ok().and_then(|seeds| seeds.parse().ok());
    let mut reasons = BTreeSet::new();
    for seed in 100..100 + seeds.unwrap_or(30) {
        let mut world = World::new(seed);
        for _ in 0..60 {
            world.step();
        }
        let reference = Naive::new(&world.everything).plain();
        let first = insert_in_random_order(&world.everything, &mut world.rng);
        assert_same(&plain(first.state()), &reference, &format!("seed {seed}"));
        for _ in 0..6 {
            let again = insert_in_random_order(&world.everything, &mut world.rng);
            assert!(again.state() == first.state(), "seed {seed}");
            for space in &world.spaces {
                let lane = Lane::control(*space);
                assert_eq!(again.heads(lane), first.heads(lane), "seed {seed}");
            }
        }
        reasons.extend(first.held().into_iter().map(|held| held.reason));
    }
    for reason in [
        HeldReason::NotAllowed,
        HeldReason::Contradicts,
        HeldReason::Removed,
        HeldReason::PastTheCut,
        HeldReason::Overruled,
    ] {
        assert!(reasons.contains(&reason), "no seed came upon `{reason}`");
    }
}

/// Concurrent acts on one person, in all orders.
#[test]
fn every_permutation_of_concurrent_acts_gives_one_state() {
    let mut world = World::new(200);
    let (mentor, observer) = (world.people[3], world.people[4]);
    let set = |person, role| vec![Act::SetRole { person, role, cuts: vec![] }];
    let new = Identity::generate_device(observer, &mut world.rng).certificate();
    let acts = [
        (1, set(mentor, Role::Mentor)),
        (2, set(mentor, Role::Observer)),
        (5, set(mentor, Role::Mentor)),
        (2, vec![Act::AdmitDevice { certificate: new }]),
        (0, set(observer, Role::Lead)),
        (6, set(observer, Role::Dsl)),
    ];
    let base = world.everything.clone();
    let mut concurrent = Vec::new();
    for (at, acts) in acts {
        let device = &mut world.devices[at];
        device.take(&base);
        let entry = device.write(SpaceId::CHARTER, acts, &mut world.rng);
        device.take([&entry]);
        concurrent.push(entry);
    }
    let by_leads = [
        (concurrent[0].id(), Role::Mentor),
        (concurrent[1].id(), Role::Observer),
        (concurrent[2].id(), Role::Mentor),
    ];
    let mut known = Trust::new();
    for entry in &base {
        known.insert(entry).unwrap();
    }
    let mut states = Vec::new();
    permute(&mut concurrent, 0, &mut |order| {
        let mut trust = known.clone();
        let mut waiting: Vec<_> = order.iter().collect();
        while !waiting.is_empty() {
            waiting.retain(|entry| matches!(trust.insert(entry), Ok(Inserted::Waits { .. })));
        }
        states.push(trust.state());
    });
    assert_eq!(states.len(), 720);
    assert!(states.iter().all(|state| *state == states[0]));
    let lowest = by_leads.into_iter().min().unwrap();
    assert_eq!(states[0].people[&mentor].role, lowest.1, "between leads the lower id");
    let observer = &states[0].people[&observer];
    assert_eq!(observer.role, Role::Dsl, "the head outranks the dsl");
    assert!(!observer.devices.contains(&new.device), "a lead's device for a dsl");
}

pub(super) fn is_removal(act: &Act) -> bool {
    matches!(
        act,
        Act::RemoveDevice { .. }
            | Act::RemovePerson { .. }
            | Act::LeaveSpace { .. }
            | Act::SetRole { .. }
            | Act::Cut { .. }
    )
}

fn permute(items: &mut Vec<Entry>, from: usize, visit: &mut impl FnMut(&[Entry])) {
    if from == items.len() {
        return visit(items);
    }
    for at in from..items.len() {
        items.swap(from, at);
        permute(items, from + 1, visit);
        items.swap(from, at);
    }
}
