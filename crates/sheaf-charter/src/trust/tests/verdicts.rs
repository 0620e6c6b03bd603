//! What is said of data entries.

use crate::act::{Act, Tip};
use crate::draft::Draft;
use crate::entry::Entry;
use crate::govern::{Taking, leave_space, set_role};
use crate::header::Lane;
use crate::identity::Turn;
use crate::ids::{EntryId, EpochId, LogId, SpaceId};
use crate::role::Role;
use crate::tests::testing::{Device, NOW_MS, TAKING, founded, rng};
use crate::trust::{HeldReason, Refusal, Trust, Verdict};

fn verdict(trust: &Trust, entry: &Entry) -> Verdict {
    trust.verdict(entry.signed())
}

struct Bench {
    rng: rand_chacha::ChaCha20Rng,
    head: Device,
    everything: Vec<Entry>,
    pastoral: SpaceId,
    safeguarding: SpaceId,
}

fn bench(seed: u64) -> Bench {
    let mut rng = rng(seed);
    let founded = founded(&mut rng);
    let (pastoral, safeguarding) = (founded.pastoral, founded.safeguarding);
    let (head, everything) = Device::of_founder(founded);
    Bench { rng, head, everything, pastoral, safeguarding }
}

impl Bench {
    fn admit(&mut self, role: Role) -> Device {
        self.head.admit(role, &[], &mut self.everything, &mut self.rng)
    }
}

#[test]
fn a_mentor_writes_and_an_observer_is_held() {
    let mut bench = bench(10);
    let (mentor, mut observer) = (bench.admit(Role::Mentor), bench.admit(Role::Observer));
    observer.take(&bench.everything);
    let saved = mentor.save(bench.pastoral, b"a note", &mut bench.rng);
    assert_eq!(verdict(&bench.head.trust, &saved), Verdict::Stands);
    assert_eq!(verdict(&mentor.trust, &saved), Verdict::Stands);
    let saved = observer.save(bench.pastoral, b"a note", &mut bench.rng);
    assert_eq!(verdict(&bench.head.trust, &saved), Verdict::Held(HeldReason::NotAllowed));
}

#[test]
fn an_author_has_the_role_that_they_had_when_they_wrote() {
    let mut bench = bench(15);
    let mut lead = bench.admit(Role::Lead);
    let before = lead.save(bench.pastoral, b"a rule", &mut bench.rng);
    let Bench { head, rng, .. } = &mut bench;
    let person = (lead.identity.person(), Role::Mentor);
    let demotion =
        set_role(&head.identity, &head.trust, &head.keys, person, TAKING, NOW_MS, rng).unwrap();
    head.take(&demotion);
    lead.take(&demotion);
    let after = lead.save(bench.pastoral, b"another", &mut bench.rng);
    let role = |entry: &Entry| bench.head.trust.role_when(entry.header());
    assert_eq!(role(&before), Some(Role::Lead));
    assert_eq!(role(&after), Some(Role::Mentor));
    let theirs = self::bench(13);
    let saved = theirs.head.save(theirs.pastoral, b"a note", &mut bench.rng);
    assert_eq!(bench.head.trust.role_when(saved.header()), None, "of another school");
}

#[test]
fn who_is_not_in_the_space_is_held() {
    let mut bench = bench(11);
    let mut mentor = bench.admit(Role::Mentor);
    // The mentor gets hold of the space's control part and even of its keys.
    mentor.keys = bench.head.keys.clone();
    let saved = mentor.save(bench.safeguarding, b"a note", &mut bench.rng);
    assert_eq!(verdict(&bench.head.trust, &saved), Verdict::Held(HeldReason::NotAMember));
}

#[test]
fn a_device_of_another_school_is_refused() {
    let mut ours = bench(12);
    let theirs = bench(13);
    let saved = theirs.head.save(theirs.pastoral, b"a note", &mut ours.rng);
    assert_eq!(verdict(&ours.head.trust, &saved), Verdict::Refused(Refusal::WrongSchool));
    // A stranger who claims to be in our school: no device, so no log.
    let stranger = Device { identity: theirs.head.identity, ..ours.head };
    let saved = stranger.save(ours.pastoral, b"a note", &mut ours.rng);
    assert_eq!(verdict(&stranger.trust, &saved), Verdict::Refused(Refusal::UnknownAuthor));
}

#[test]
fn an_entry_waits_for_the_heads_that_it_names() {
    let mut bench = bench(14);
    let behind = bench.head.trust.clone();
    let mentor = bench.admit(Role::Mentor);
    let saved = mentor.save(bench.pastoral, b"a note", &mut bench.rng);
    let mut missing = saved.header().charter_heads.clone();
    missing.extend(&saved.header().control_heads);
    missing.sort_unstable();
    assert_eq!(verdict(&behind, &saved), Verdict::Waits(missing));
    let nothing = Trust::new();
    let founding = EntryId::from_bytes(behind.school().unwrap().to_bytes());
    assert_eq!(verdict(&nothing, &saved), Verdict::Waits(vec![founding]));
}

#[test]
fn earlier_entries_stand_after_a_demotion_and_later_ones_are_held() {
    let mut bench = bench(15);
    let mut mentor = bench.admit(Role::Mentor);
    let before = mentor.save(bench.pastoral, b"before", &mut bench.rng);
    let Bench { head, rng, pastoral, .. } = &mut bench;
    let person = mentor.identity.person();
    let tip = Tip { seq: 0, entry: before.id() };
    let (log, pastoral) = (before.header().log, *pastoral);
    let last = |space, of| (space == pastoral && of == log).then_some(tip);
    let taking = Taking { last: &last, ..TAKING };
    let (identity, trust, keys) = (&head.identity, &head.trust, &head.keys);
    let lower = (person, Role::Observer);
    let demotion = set_role(identity, trust, keys, lower, taking, NOW_MS, rng).unwrap();
    head.take(&demotion);
    assert_eq!(verdict(&head.trust, &before), Verdict::StandsUpTo(vec![tip]));
    mentor.take(&demotion);
    let after = mentor.save(bench.pastoral, b"after", &mut bench.rng);
    assert_eq!(verdict(&bench.head.trust, &after), Verdict::Held(HeldReason::NotAllowed));
}

#[test]
fn who_left_is_held_and_the_space_rotates() {
    let mut bench = bench(16);
    let mut mentor = bench.admit(Role::Mentor);
    let before = mentor.save(bench.pastoral, b"before", &mut bench.rng);
    let rng = &mut bench.rng;
    let space = bench.pastoral;
    let left = leave_space(&mentor.identity, &mentor.trust, &mentor.keys, space, NOW_MS, rng);
    let left = left.unwrap();
    bench.head.take(&left);
    assert!(!bench.head.trust.is_member(mentor.identity.device(), space));
    assert_eq!(verdict(&bench.head.trust, &before), Verdict::Stands);
    assert!(bench.head.keys.needs_rotation(space, &bench.head.trust));
    let (old, _) = mentor.keys.writing_epoch(space, &mentor.trust).unwrap();
    mentor.take(&left);
    let key = mentor.keys.key(space, old).unwrap();
    let section = crate::draft::DraftSection {
        document: crate::ids::DocumentId::from_bytes([1; 16]),
        nonce: [0; 16],
        changes: b"after".to_vec(),
    };
    let draft = Draft { epoch: old, sections: vec![section], ..mentor.draft(Lane::data(space)) };
    let after = draft.seal(&mentor.identity, Some(key), rng).unwrap();
    assert_eq!(verdict(&bench.head.trust, &after), Verdict::Held(HeldReason::NotAMember));
}

#[test]
fn an_epoch_that_nobody_made_is_held() {
    let mut bench = bench(17);
    let key = crate::keys::EpochKey::generate(&mut bench.rng);
    let section = crate::draft::DraftSection {
        document: crate::ids::DocumentId::from_bytes([1; 16]),
        nonce: [0; 16],
        changes: b"note".to_vec(),
    };
    let lane = Lane::data(bench.pastoral);
    let draft = Draft { epoch: key.id(), sections: vec![section], ..bench.head.draft(lane) };
    let saved = draft.seal(&bench.head.identity, Some(&key), &mut bench.rng).unwrap();
    assert_eq!(verdict(&bench.head.trust, &saved), Verdict::Held(HeldReason::UnknownEpoch));
}

#[test]
fn heads_that_do_not_fit_together_are_refused() {
    let mut bench = bench(18);
    let old = bench.head.trust.heads(Lane::CHARTER);
    let mentor = bench.admit(Role::Mentor);
    let saved = mentor.save(bench.pastoral, b"note", &mut bench.rng);
    // The space's heads know the mentor's admission, the charter's heads do not.
    let (epoch, key) = mentor.keys.writing_epoch(bench.pastoral, &mentor.trust).unwrap();
    let mut draft = mentor.draft(Lane::data(bench.pastoral));
    draft.charter_heads.clone_from(&old);
    draft.epoch = epoch;
    draft.sections = vec![crate::draft::DraftSection {
        document: crate::ids::DocumentId::from_bytes([1; 16]),
        nonce: [0; 16],
        changes: b"note".to_vec(),
    }];
    let backwards = draft.seal(&mentor.identity, Some(key), &mut bench.rng).unwrap();
    let refused = Verdict::Refused(Refusal::HeadsBackwards);
    assert_eq!(verdict(&bench.head.trust, &backwards), refused);
    assert!(bench.head.trust.heads_advance(backwards.header(), saved.header()));
    assert!(!bench.head.trust.heads_advance(saved.header(), backwards.header()));
}

#[test]
fn another_incarnation_is_known_and_a_sixty_fifth_is_not() {
    let mut bench = bench(19);
    let device = bench.head.identity.device();
    bench.head.identity.turn_to(Turn::new(1, 1).unwrap());
    let saved = bench.head.save(bench.pastoral, b"note", &mut bench.rng);
    assert_eq!(saved.header().log, LogId::derive(device, 1));
    assert_eq!(verdict(&bench.head.trust, &saved), Verdict::Stands);
    for log in 0..64 {
        assert_eq!(bench.head.trust.device_of_log(LogId::derive(device, log)), Some(device));
    }
    assert_eq!(bench.head.trust.device_of_log(LogId::derive(device, 64)), None);
}

#[test]
fn every_flipped_bit_and_every_truncation_is_refused() {
    let mut bench = bench(20);
    let saved = bench.head.save(bench.pastoral, b"a note of some length", &mut bench.rng);
    let bytes = saved.to_bytes();
    for length in 0..bytes.len() {
        assert!(Entry::from_bytes(&bytes[..length]).is_err(), "truncated to {length}");
    }
    for bit in 0..bytes.len() * 8 {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        if let Ok(entry) = Entry::from_bytes(&flipped) {
            let verdict = verdict(&bench.head.trust, &entry);
            assert!(
                matches!(verdict, Verdict::Refused(_) | Verdict::Waits(_)),
                "bit {bit}: {verdict:?}"
            );
        }
    }
}

#[test]
fn shapes_that_no_author_writes_are_refused() {
    let mut bench = bench(21);
    let Bench { head, pastoral, rng, .. } = &mut bench;
    let shape =
        |entry: &Entry| matches!(verdict(&head.trust, entry), Verdict::Refused(Refusal::Shape(_)));
    let empty = head.draft(Lane::data(*pastoral)).seal(&head.identity, None, rng).unwrap();
    assert!(shape(&empty));
    let in_charter = head.draft(Lane::data(SpaceId::CHARTER));
    assert!(shape(&in_charter.seal(&head.identity, None, rng).unwrap()));
    let saved = head.save(*pastoral, b"note", rng);
    let mut twice = head.draft(Lane::data(*pastoral));
    let (epoch, key) = head.keys.writing_epoch(*pastoral, &head.trust).unwrap();
    let section = |document| crate::draft::DraftSection {
        document: crate::ids::DocumentId::from_bytes(document),
        nonce: [0; 16],
        changes: Vec::new(),
    };
    twice.epoch = epoch;
    twice.sections = vec![section([1; 16]), section([1; 16])];
    assert!(shape(&twice.clone().seal(&head.identity, Some(key), rng).unwrap()));
    twice.sections = vec![section([0; 16])];
    assert!(shape(&twice.seal(&head.identity, Some(key), rng).unwrap()));
    assert!(head.trust.clone().insert(&saved).is_err());
    assert_ne!(saved.header().epoch, EpochId::ZERO);
}

#[test]
fn a_control_entry_has_a_verdict_before_it_is_in() {
    let mut bench = bench(22);
    let mentor = bench.admit(Role::Mentor);
    let allowed = bench.head.write(bench.pastoral, vec![Act::Describe], &mut bench.rng);
    assert_eq!(verdict(&bench.head.trust, &allowed), Verdict::Stands);
    let person = mentor.identity.person();
    let act = Act::AdmitToSpace { person };
    let not = mentor.write(bench.pastoral, vec![act], &mut bench.rng);
    assert_eq!(verdict(&bench.head.trust, &not), Verdict::Held(HeldReason::NotAllowed));
}
