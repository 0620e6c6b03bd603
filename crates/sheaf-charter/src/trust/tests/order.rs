//! The state is a function of the set: every order gives the same, and what the rules say.

use rand_chacha::ChaCha20Rng;
use rand_core::Rng;

use super::naive::{Naive, Plain};
use crate::act::{Act, Capsule, SealedParent};
use crate::entry::Entry;
use crate::header::Lane;
use crate::identity::Identity;
use crate::ids::{EpochId, PersonId, SpaceId};
use crate::role::{Role, SpaceKind};
use crate::tests::testing::{Device, founded, rng};
use crate::trust::{Inserted, State, Trust};

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

fn plain(state: State) -> Plain {
    let people = state.people.into_iter();
    let people = people.map(|(person, known)| (person, (known.role, known.devices)));
    let mut members = std::collections::BTreeMap::new();
    let mut epochs = std::collections::BTreeMap::new();
    for (space, view) in state.spaces {
        members.insert(space, view.members);
        let known = view.epochs.into_iter();
        let known = known.map(|(id, epoch)| (id, (epoch.generation, epoch.recipients)));
        epochs.insert(space, known.collect());
    }
    Plain { people: people.collect(), members, epochs }
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
        match below(&mut self.rng, 8) {
            0 | 1 => {
                // Mostly what leads may do to one another's mentors, so that equals disagree.
                let person = pick(&mut self.rng, &self.people[3..5]);
                let role = pick(&mut self.rng, &[Role::Mentor, Role::Observer, role]);
                (charter, vec![Act::SetRole { person, role, cuts: vec![] }])
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
    for seed in 100..112 {
        let mut world = World::new(seed);
        for _ in 0..60 {
            world.step();
        }
        let reference = Naive::new(&world.everything).plain();
        let first = insert_in_random_order(&world.everything, &mut world.rng);
        assert_eq!(plain(first.state()), reference, "seed {seed}");
        for _ in 0..6 {
            let again = insert_in_random_order(&world.everything, &mut world.rng);
            assert_eq!(again.state(), first.state(), "seed {seed}");
            for space in &world.spaces {
                let lane = Lane::control(*space);
                assert_eq!(again.heads(lane), first.heads(lane), "seed {seed}");
            }
        }
        assert!(!first.held().is_empty(), "seed {seed} tried nothing that is not allowed");
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
