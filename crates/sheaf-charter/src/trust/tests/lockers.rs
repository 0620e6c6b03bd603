//! Lockers: what they are told, what they are never given, and the one thing that they say.

use rand_chacha::ChaCha20Rng;

use crate::act::{Act, Capsule, ErasureReason};
use crate::entry::Entry;
use crate::govern::{NewPerson, admit_person, remove, tend_hand_offs, tend_keys};
use crate::identity::Identity;
use crate::ids::{DocumentId, SpaceId};
use crate::names::Names;
use crate::role::Role;
use crate::tests::testing::{Device, HEARD, NOW_MS, TAKING, founded, rng};
use crate::trust::{HeldReason, Inserted, Target};

const DOCUMENT: DocumentId = DocumentId::from_bytes([1; 16]);

struct School {
    rng: ChaCha20Rng,
    all: Vec<Entry>,
    pastoral: SpaceId,
    safeguarding: SpaceId,
    head: Device,
    dsl: Device,
    mentor: Device,
    locker: Device,
}

impl School {
    /// Everybody knows everything that they may know, the locker all of it.
    fn new(seed: u64) -> Self {
        let mut rng = rng(seed);
        let founded = founded(&mut rng);
        let (pastoral, safeguarding) = (founded.pastoral, founded.safeguarding);
        let (mut head, mut all) = Device::of_founder(founded);
        let dsl = head.admit(Role::Dsl, &[safeguarding], &mut all, &mut rng);
        let mentor = head.admit(Role::Mentor, &[], &mut all, &mut rng);
        let locker = head.admit(Role::Locker, &[], &mut all, &mut rng);
        let mut school = Self { rng, all, pastoral, safeguarding, head, dsl, mentor, locker };
        school.tend();
        for device in [&mut school.dsl, &mut school.mentor, &mut school.locker] {
            device.take(&school.all);
        }
        school
    }

    /// What the head's device owes by itself, the hand-off space of the mentor among it.
    fn tend(&mut self) {
        let (head, last, rng) = (&mut self.head, TAKING.last, &mut self.rng);
        let entries = tend_keys(&head.identity, &head.trust, &head.keys, HEARD, NOW_MS, rng);
        head.take(entries.as_ref().unwrap());
        self.all.extend(entries.unwrap());
        let entries = tend_hand_offs(&head.identity, &head.trust, &head.keys, last, NOW_MS, rng);
        head.take(entries.as_ref().unwrap());
        self.all.extend(entries.unwrap());
    }
}

fn capsules(entry: &Entry) -> impl Iterator<Item = &Capsule> {
    entry.header().acts.iter().flat_map(|act| match act {
        Act::Rotate { capsules, .. } | Act::Capsules { capsules, .. } => capsules.as_slice(),
        _ => &[],
    })
}

fn held(device: &mut Device, entry: &Entry) -> Vec<HeldReason> {
    match device.trust.insert(entry).unwrap() {
        Inserted::New { held } => held.into_iter().map(|act| act.reason).collect(),
        other => panic!("{other:?}"),
    }
}

/// Rule 5. It knows who is in, and opens nothing.
#[test]
fn a_locker_is_in_no_space_and_gets_no_key() {
    let mut school = School::new(900);
    school.tend();
    let locker = &school.locker;
    assert!(locker.trust.spaces_of_person(locker.identity.person()).is_empty());
    assert_eq!(locker.trust.spaces(), school.head.trust.spaces(), "it knows of all of them");
    for space in locker.trust.spaces().into_iter().chain([SpaceId::CHARTER]) {
        assert!(!locker.trust.is_member(locker.identity.device(), space));
        assert!(!locker.trust.may_write(locker.identity.device(), space));
        for epoch in locker.trust.epochs(space).into_keys() {
            assert!(locker.keys.key(space, epoch).is_none());
        }
    }
    assert_eq!(locker.trust.names(&locker.keys), Names::default());
    let all: Vec<&Capsule> = school.all.iter().flat_map(capsules).collect();
    assert!(!all.is_empty());
    assert!(all.iter().all(|capsule| capsule.device != locker.identity.device()));
    // It makes none for others either: there is nothing that it owes.
    let (identity, trust, keys) = (&locker.identity, &locker.trust, &locker.keys);
    let owed = tend_keys(identity, trust, keys, HEARD, NOW_MS, &mut school.rng).unwrap();
    assert_eq!(owed, []);
    let owed = tend_hand_offs(identity, trust, keys, TAKING.last, NOW_MS, &mut school.rng);
    assert_eq!(owed.unwrap(), []);
}

/// Rule 5. A member offers and is offered what they are in, a locker everything.
#[test]
fn a_locker_serves_each_what_they_are_in() {
    let mut school = School::new(901);
    let other = school.head.admit(Role::Locker, &[], &mut school.all, &mut school.rng);
    school.locker.take(&school.all);
    let [of_head, of_mentor, own, of_other] =
        [&school.head, &school.mentor, &school.locker, &other]
            .map(|device| device.identity.device());
    let (locker, mentor, head) = (&school.locker.trust, &school.mentor.trust, &school.head.trust);
    let hand_off = head.hand_off_of(school.mentor.identity.person()).unwrap();
    let sorted = |mut spaces: Vec<SpaceId>| {
        spaces.sort_unstable();
        spaces
    };
    let of_mentors = sorted(vec![SpaceId::CHARTER, school.pastoral, hand_off]);
    assert_eq!(sorted(locker.shared_spaces(own, of_mentor)), of_mentors);
    assert_eq!(sorted(mentor.shared_spaces(of_mentor, own)), of_mentors);
    let all = sorted(vec![SpaceId::CHARTER, school.pastoral, school.safeguarding, hand_off]);
    assert_eq!(sorted(locker.shared_spaces(own, of_head)), all);
    assert_eq!(sorted(head.shared_spaces(of_head, own)), all);
    assert_eq!(sorted(locker.shared_spaces(own, of_other)), all);
    // Two members share nothing more for there being a locker.
    assert!(!head.shared_spaces(of_head, of_mentor).contains(&school.safeguarding));

    let person = school.locker.identity.person();
    let (identity, trust, keys) = (&school.head.identity, &school.head.trust, &school.head.keys);
    let target = Target::Person(person);
    let out = remove(identity, trust, keys, target, TAKING, NOW_MS, &mut school.rng).unwrap();
    school.head.take(&out);
    school.mentor.take(school.all.iter().chain(&out));
    assert_eq!(school.head.trust.shared_spaces(of_head, own), []);
    assert_eq!(school.mentor.trust.shared_spaces(of_mentor, own), []);
    let keeping = school.head.trust.devices_keeping(school.safeguarding);
    assert!(keeping.iter().all(|known| known.device != own), "it confirms no more");
}

/// Whoever holds a locker learns of every space, and of who is in it.
#[test]
fn only_who_may_know_of_all_spaces_lets_a_locker_in() {
    let mut school = School::new(902);
    let mut lead = school.head.admit(Role::Lead, &[], &mut school.all, &mut school.rng);
    lead.take(&school.all);
    let certificate = Identity::generate(&mut school.rng).certificate();
    let admit = Act::AdmitPerson { role: Role::Locker, certificate };
    let mut rng = school.rng;
    let by_lead = lead.write(SpaceId::CHARTER, vec![admit.clone()], &mut rng);
    assert_eq!(held(&mut school.head, &by_lead), [HeldReason::NotAllowed]);
    let further = Identity::generate_device(school.locker.identity.person(), &mut rng);
    let further = Act::AdmitDevice { certificate: further.certificate() };
    let by_lead = lead.write(SpaceId::CHARTER, vec![further], &mut rng);
    lead.take([&by_lead]);
    assert_eq!(lead.trust.held().len(), 1);
    let (role, name) = (Role::Locker, "the office");
    let new = NewPerson { certificate, role, name, device_name: name, spaces: &[] };
    let dsl = &school.dsl;
    let by_dsl = admit_person(&dsl.identity, &dsl.trust, &dsl.keys, new, NOW_MS, &mut rng).unwrap();
    assert_eq!(held(&mut school.head, &by_dsl[0]), []);
}

/// Rule 8. Lockers are counted among the devices that confirm.
#[test]
fn a_locker_says_that_it_has_erased_and_nothing_else() {
    let mut school = School::new(903);
    let (space, mut rng) = (school.pastoral, school.rng);
    let own = school.locker.identity.device();
    let keeping = school.head.trust.devices_keeping(space);
    assert!(keeping.iter().any(|known| known.device == own));
    let erase = Act::Erase { documents: vec![DOCUMENT], reason: ErasureReason::Other };
    let proposal = school.head.write(space, vec![erase.clone()], &mut rng);
    school.dsl.take([&proposal]);
    let second = Act::SecondErasure { entry: proposal.id() };
    let second = school.dsl.write(space, vec![second], &mut rng);
    for device in [&mut school.head, &mut school.dsl, &mut school.locker] {
        device.take([&proposal, &second]);
    }
    for act in [
        erase,
        Act::SecondErasure { entry: proposal.id() },
        Act::Hold { documents: vec![DOCUMENT] },
        Act::ReleaseHold { documents: vec![DOCUMENT] },
        Act::AdmitToSpace { person: school.locker.identity.person() },
        Act::Describe,
    ] {
        let entry = school.locker.write(space, vec![act.clone()], &mut rng);
        let mut witness = school.head.trust.clone();
        let Ok(Inserted::New { held }) = witness.insert(&entry) else { panic!("{act:?}") };
        assert_eq!(held[0].reason, HeldReason::NotAMember, "{act:?}");
    }
    let confirm = Act::ConfirmErasure { entry: proposal.id() };
    let confirmed = school.locker.write(space, vec![confirm], &mut rng);
    assert_eq!(held(&mut school.head, &confirmed), []);
    assert!(school.head.trust.erasures(space)[&proposal.id()].confirmed.contains(&own));
    let saved = school.locker.write(SpaceId::CHARTER, vec![Act::Describe], &mut rng);
    assert_eq!(held(&mut school.head, &saved), [HeldReason::NotAMember]);
}
