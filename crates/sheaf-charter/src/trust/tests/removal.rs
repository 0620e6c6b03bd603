//! Lost laptops, thieves, colleagues who remove each other, and the paper in the safe.

use rand_chacha::ChaCha20Rng;

use crate::act::{Act, ErasureReason, LogCut, Reach, Tip};
use crate::entry::Entry;
use crate::govern::{
    Heard, Recovery, Saying, Taking, endorse, recover, remove, say, take_out, tend_keys,
};
use crate::header::Lane;
use crate::identity::{Identity, Turn};
use crate::ids::{DocumentId, SpaceId};
use crate::keys::RecoveryKey;
use crate::role::Role;
use crate::tests::testing::{Device, HEARD, NOW_MS, TAKING, founded, rng};
use crate::trust::{HeldReason, Target, Trust, Verdict};

struct School {
    rng: ChaCha20Rng,
    all: Vec<Entry>,
    pastoral: SpaceId,
    safeguarding: SpaceId,
    recovery: RecoveryKey,
}

impl School {
    fn new(seed: u64) -> (Self, Device) {
        let mut rng = rng(seed);
        let mut founded = founded(&mut rng);
        let fresh = RecoveryKey::generate(&mut rng);
        let recovery = std::mem::replace(&mut founded.recovery, fresh);
        let (pastoral, safeguarding) = (founded.pastoral, founded.safeguarding);
        let (head, all) = Device::of_founder(founded);
        (Self { rng, all, pastoral, safeguarding, recovery }, head)
    }

    fn admit(&mut self, head: &mut Device, role: Role, spaces: &[SpaceId]) -> Device {
        head.admit(role, spaces, &mut self.all, &mut self.rng)
    }

    fn remove(&mut self, by: &mut Device, whom: &Device) -> Vec<Entry> {
        let target = Target::Device(whom.identity.device());
        let (trust, keys) = (&by.trust, &by.keys);
        let entries =
            remove(&by.identity, trust, keys, target, TAKING, NOW_MS, &mut self.rng).unwrap();
        assert_eq!(by.take(&entries), entries.len());
        entries
    }

    fn endorse(&mut self, by: &mut Device, removal: &Entry) -> Vec<Entry> {
        let (trust, keys) = (&by.trust, &by.keys);
        let entries =
            endorse(&by.identity, trust, keys, removal.id(), NOW_MS, &mut self.rng).unwrap();
        by.take(&entries);
        entries
    }
}

fn hear(devices: &mut [&mut Device], entries: &[Entry]) {
    for device in devices {
        device.take(entries);
    }
}

fn verdict(trust: &Trust, entry: &Entry) -> Verdict {
    trust.verdict(entry.signed())
}

#[test]
fn a_lost_laptop_is_shut_out_and_what_it_wrote_before_stands() {
    let (mut school, mut head) = School::new(400);
    let mut mentor = school.admit(&mut head, Role::Mentor, &[]);
    let space = school.pastoral;
    let known = mentor.save(space, b"known", &mut school.rng);
    let last =
        |_: SpaceId, log| (log == known.header().log).then_some(Tip { seq: 0, entry: known.id() });
    let taking = Taking { reason: "left on the bus", last: &last };
    let target = Target::Device(mentor.identity.device());
    let (trust, keys) = (&head.trust, &head.keys);
    let removal =
        remove(&head.identity, trust, keys, target, taking, NOW_MS, &mut school.rng).unwrap();
    assert_eq!(removal.len(), 2, "one entry in the charter, one in the space it was in");
    head.take(&removal);
    let device = mentor.identity.device();
    assert!(head.trust.is_removed(device) && head.trust.certificate(device).is_none());
    assert_eq!(head.trust.role(mentor.identity.person()), Some(Role::Mentor), "the person stays");
    // What it wrote before is cut there, and what it writes as if it knew nothing is past it.
    let tips = vec![Tip { seq: 0, entry: known.id() }];
    assert_eq!(verdict(&head.trust, &known), Verdict::StandsUpTo(tips));
    let late = mentor.save(space, b"by the thief", &mut school.rng);
    assert!(matches!(verdict(&head.trust, &late), Verdict::StandsUpTo(tips) if tips[0].seq == 0));
    // The new keys are not for it, and the device, having heard, cannot write them either.
    mentor.take(&removal);
    for space in [SpaceId::CHARTER, space] {
        let (epoch, _) = head.keys.writing_epoch(space, &head.trust).unwrap();
        assert!(!head.trust.epochs(space)[&epoch].recipients.contains(&device));
        assert!(mentor.keys.key(space, epoch).is_none());
    }
    let again = Act::AdmitDevice { certificate: mentor.identity.certificate() };
    let entry = head.write(SpaceId::CHARTER, vec![again], &mut school.rng);
    assert_eq!(verdict(&head.trust, &entry), Verdict::Held(HeldReason::Contradicts));
}

#[test]
fn a_manager_of_a_space_that_the_remover_is_not_in_cuts_there() {
    let (mut school, mut head) = School::new(401);
    let safeguarding = school.safeguarding;
    let mut dsl = school.admit(&mut head, Role::Dsl, &[safeguarding]);
    let mut lead = school.admit(&mut head, Role::Lead, &[]);
    hear(&mut [&mut dsl, &mut lead], &school.all);
    let saved = dsl.save(safeguarding, b"known to the head", &mut school.rng);
    let removal = school.remove(&mut lead, &dsl);
    head.take(&removal);
    // Until somebody in the space has cut it nothing new of that log is taken in.
    assert_eq!(verdict(&head.trust, &saved), Verdict::Waits(Vec::new()));
    let log = saved.header().log;
    let last = move |space, of| {
        (space == safeguarding && of == log).then_some(Tip { seq: 0, entry: saved.id() })
    };
    // The remover's own cut cannot be on its way.
    let heard = Heard { last: &last, arrived_ms: &|_| Some(NOW_MS) };
    let (trust, keys) = (&head.trust, &head.keys);
    let tended = tend_keys(&head.identity, trust, keys, heard, NOW_MS, &mut school.rng).unwrap();
    assert!(tended.iter().any(|entry| entry.header().lane == Lane::control(safeguarding)));
    head.take(&tended);
    assert!(head.trust.uncut(safeguarding).is_empty());
    let (epoch, _) = head.keys.writing_epoch(safeguarding, &head.trust).unwrap();
    let recipients = &head.trust.epochs(safeguarding)[&epoch].recipients;
    assert!(!recipients.contains(&dsl.identity.device()));
    let nothing =
        tend_keys(&head.identity, &head.trust, &head.keys, heard, NOW_MS, &mut school.rng);
    assert!(nothing.unwrap().is_empty());
}

#[test]
fn where_the_remover_manages_the_space_their_own_cut_is_waited_for() {
    let (mut school, mut head) = School::new(432);
    let space = school.pastoral;
    let mut mentor = school.admit(&mut head, Role::Mentor, &[]);
    let mut lead = school.admit(&mut head, Role::Lead, &[]);
    hear(&mut [&mut mentor, &mut lead], &school.all);
    let seen = mentor.save(space, b"seen by the remover", &mut school.rng);
    let log = seen.header().log;
    let last = |_, of| (of == log).then_some(Tip { seq: 0, entry: seen.id() });
    let who = Target::Person(mentor.identity.person());
    let taking = Taking { reason: "found out", last: &last };
    let (trust, keys) = (&lead.trust, &lead.keys);
    let removal = remove(&lead.identity, trust, keys, who, taking, NOW_MS, &mut school.rng);
    let removal = removal.unwrap();
    let (in_charter, behind): (Vec<_>, Vec<_>) =
        removal.into_iter().partition(|entry| entry.header().lane == Lane::CHARTER);
    head.take(&in_charter);
    assert_eq!(head.trust.uncut(space), [mentor.identity.device()]);

    let cuts = |head: &Device, since_ms: i64, now_ms: i64| {
        let heard = Heard { arrived_ms: &|_| Some(since_ms), ..HEARD };
        let (trust, keys) = (&head.trust, &head.keys);
        let tended = tend_keys(&head.identity, trust, keys, heard, now_ms, &mut rng(432)).unwrap();
        let is_cut = |entry: &Entry| {
            let acts = &entry.header().acts;
            acts.iter().any(|act| matches!(act, Act::Cut { .. }))
        };
        tended.iter().any(is_cut)
    };
    let three_days_ms = 3 * 24 * 3_600 * 1_000;
    assert!(!cuts(&head, NOW_MS, NOW_MS), "the lead's cut is on its way");
    assert!(!cuts(&head, NOW_MS, NOW_MS + three_days_ms - 1));
    assert!(cuts(&head, NOW_MS, NOW_MS + three_days_ms), "nobody brings it any more");
    assert!(cuts(&head, NOW_MS, NOW_MS - 1), "the clock was set back: no time can be told");

    head.take(&behind);
    assert_eq!(head.trust.uncut(space), []);
    assert!(!cuts(&head, NOW_MS, NOW_MS + three_days_ms));
    let up_to = Verdict::StandsUpTo(vec![Tip { seq: 0, entry: seen.id() }]);
    assert_eq!(verdict(&head.trust, &seen), up_to, "what the remover had seen");
}

#[test]
fn of_two_deputies_who_remove_each_other_one_stays_and_a_third_decides_which() {
    let (mut school, mut head) = School::new(402);
    let mut first = school.admit(&mut head, Role::DeputyDsl, &[]);
    let mut second = school.admit(&mut head, Role::DeputyDsl, &[]);
    let mut lead = school.admit(&mut head, Role::Lead, &[]);
    hear(&mut [&mut first, &mut second, &mut lead], &school.all);
    // Both have worked with the lead: what they signed since names the lead's admission.
    for device in [&first, &second] {
        let entry = device.write(SpaceId::CHARTER, vec![Act::Describe], &mut school.rng);
        school.all.push(entry);
    }
    hear(&mut [&mut first, &mut second, &mut lead, &mut head], &school.all);
    let by_first = school.remove(&mut first, &second);
    let by_second = school.remove(&mut second, &first);
    for order in [[&by_first, &by_second], [&by_second, &by_first]] {
        let mut trust = head.trust.clone();
        order.iter().for_each(|entries| {
            entries.iter().for_each(|entry| drop(trust.insert(entry).unwrap()));
        });
        let removed = [&first, &second].map(|one| trust.is_removed(one.identity.device()));
        let lower_wins = by_first[0].id() < by_second[0].id();
        assert_eq!(removed, [!lower_wins, lower_wins], "the lower id, where all else is equal");
    }
    // The lead stands behind the removal that lost.
    let loser = if by_first[0].id() < by_second[0].id() { &by_second } else { &by_first };
    hear(&mut [&mut lead, &mut head], &[by_first.clone(), by_second.clone()].concat());
    let before = head.trust.removals();
    let overruled = before.iter().find(|removal| removal.entry == loser[0].id()).unwrap();
    assert_eq!(overruled.without_effect, Some(HeldReason::PastTheCut));
    let endorsed = school.endorse(&mut lead, &loser[0]);
    head.take(&endorsed);
    let after = head.trust.removals();
    let standing = after.iter().find(|removal| removal.entry == loser[0].id()).unwrap();
    assert_eq!((standing.without_effect, standing.endorsed_by.len()), (None, 1));
}

/// A thief with the head's laptop invites friends who all remove the rest of the management. They
/// do not count: the rest had never acknowledged them.
#[test]
fn a_thief_with_the_head_s_laptop_does_not_win_against_the_rest() {
    let (mut school, mut head) = School::new(403);
    let mut dsl = school.admit(&mut head, Role::Dsl, &[]);
    let mut lead = school.admit(&mut head, Role::Lead, &[]);
    hear(&mut [&mut dsl, &mut lead], &school.all);
    // The thief, apart from everybody.
    let mut forged = school.all.clone();
    let victims = [dsl.identity.device(), lead.identity.device()];
    for victim in victims.into_iter().cycle().take(8) {
        let mut friend = head.admit(Role::Head, &[], &mut forged, &mut school.rng);
        let (identity, trust, keys) = (&friend.identity, &friend.trust, &friend.keys);
        let target = Target::Device(victim);
        let written = remove(identity, trust, keys, target, TAKING, NOW_MS, &mut school.rng);
        let entries = written.unwrap_or_else(|_| {
            let removals = friend.trust.removals();
            let entry = removals.iter().find(|removal| removal.target == target).unwrap().entry;
            endorse(identity, trust, keys, entry, NOW_MS, &mut school.rng).unwrap()
        });
        friend.take(&entries);
        head.take(&entries);
        forged.extend(entries);
    }
    assert_eq!(head.trust.removals().len(), 2, "as the thief has it, two are out");
    // The rest: the lead removes the laptop, the dsl stands behind it.
    let removal = school.remove(&mut lead, &head);
    dsl.take(&removal);
    let endorsed = school.endorse(&mut dsl, &removal[0]);
    let rest = [dsl.identity.device(), lead.identity.device()];
    for device in [&mut dsl, &mut lead] {
        hear(&mut [device], &[removal.clone(), endorsed.clone(), forged.clone()].concat());
        let trust = &device.trust;
        assert!(trust.is_removed(head.identity.device()), "the laptop is out");
        assert!(rest.iter().all(|one| !trust.is_removed(*one)), "the rest is in");
        assert_eq!(trust.people().len(), 3, "no friend is in");
        assert_eq!(trust.role(head.identity.person()), Some(Role::Head), "the head stays");
    }
}

#[test]
fn honest_work_that_depends_on_voided_work_is_held_and_the_rest_stands() {
    let (mut school, mut head) = School::new(404);
    let mut lead = school.admit(&mut head, Role::Lead, &[]);
    let mut mentor = school.admit(&mut head, Role::Mentor, &[]);
    hear(&mut [&mut lead, &mut mentor], &school.all);
    // The lead, whose laptop is stolen, lets somebody in; an honest mentor meets both.
    let mut let_in = Vec::new();
    let mut stranger = lead.admit(Role::Mentor, &[], &mut let_in, &mut school.rng);
    stranger.take(&school.all);
    stranger.take(&let_in);
    stranger.take(&let_in);
    mentor.take(&let_in);
    let honest = mentor.save(school.pastoral, b"honest", &mut school.rng);
    let strange = stranger.save(school.pastoral, b"strange", &mut school.rng);
    let removal = school.remove(&mut head, &lead);
    head.take(&let_in);
    head.take(&removal);
    assert_eq!(verdict(&head.trust, &honest), Verdict::Stands);
    let not_in = Verdict::Held(HeldReason::DeviceNotTrusted);
    assert_eq!(verdict(&head.trust, &strange), not_in);
    // Made to stand by somebody who may: the stranger's section, not the stranger.
    let (trust, keys) = (&head.trust, &head.keys);
    let attest = Saying::Attest(strange.header_bytes().to_vec(), *strange.signature(), vec![0]);
    let attested =
        say(&head.identity, trust, keys, school.pastoral, vec![attest], NOW_MS, &mut school.rng);
    head.take(&attested.unwrap());
    assert!(head.trust.attested(school.pastoral, strange.id()).contains(&0));
    assert_eq!(verdict(&head.trust, &strange), not_in);
    let forged = Saying::Attest(strange.header_bytes().to_vec(), [7; 64], vec![0]);
    let (trust, keys) = (&head.trust, &head.keys);
    let refused =
        say(&head.identity, trust, keys, school.pastoral, vec![forged], NOW_MS, &mut school.rng);
    assert!(refused.is_err(), "only what its author really signed");
}

#[test]
fn the_paper_in_the_safe_outranks_everybody_and_replaces_itself() {
    let (mut school, mut head) = School::new(405);
    let mut dsl = school.admit(&mut head, Role::Dsl, &[school.safeguarding]);
    dsl.take(&school.all);
    // The head removes the dsl; at the same time the paper makes the dsl head and removes the head.
    let by_head = school.remove(&mut head, &dsl);
    let new = RecoveryKey::generate(&mut school.rng);
    let targets = [Target::Person(head.identity.person())];
    let recovery = Recovery {
        head: Some(dsl.identity.person()),
        remove: &targets,
        replace: Some(&new),
        taking: TAKING,
    };
    let (paper, all) = (&school.recovery, &school.all);
    let done = recover(paper, &dsl.trust, all, recovery, NOW_MS, &mut school.rng).unwrap();
    for trust in [&mut dsl.trust.clone(), &mut head.trust] {
        [&by_head, &done].iter().copied().flatten().for_each(|entry| {
            trust.insert(entry).unwrap();
        });
        assert_eq!(trust.role(dsl.identity.person()), Some(Role::Head));
        assert_eq!(trust.role(head.identity.person()), None);
        assert!(trust.certificate(dsl.identity.device()).is_some());
        assert_eq!(trust.recovery_signing(), Some(&new.signing_public()));
        assert!(trust.manages(dsl.identity.person(), school.safeguarding));
    }
    // The old paper is worth nothing now.
    dsl.take(&done);
    let recovery = Recovery { head: None, remove: &[], replace: Some(&new), taking: TAKING };
    let again = recover(&school.recovery, &dsl.trust, all, recovery, NOW_MS, &mut school.rng);
    assert!(again.is_err());
    assert!(dsl.keys.writing_epoch(school.safeguarding, &dsl.trust).is_some());
}

#[test]
fn who_is_taken_out_of_a_space_gets_no_new_key_of_it_and_stays_in_the_school() {
    let (mut school, mut head) = School::new(406);
    let safeguarding = school.safeguarding;
    let mut deputy = school.admit(&mut head, Role::DeputyDsl, &[safeguarding]);
    deputy.take(&school.all);
    let person = deputy.identity.person();
    let (trust, keys) = (&head.trust, &head.keys);
    let out = (safeguarding, person);
    let entries =
        take_out(&head.identity, trust, keys, out, TAKING, NOW_MS, &mut school.rng).unwrap();
    let late = deputy.save(safeguarding, b"late", &mut school.rng);
    head.take(&entries);
    deputy.take(&entries);
    assert!(!head.trust.is_person_in(person, safeguarding));
    assert_eq!(head.trust.role(person), Some(Role::DeputyDsl));
    assert_eq!(verdict(&head.trust, &late), Verdict::Held(HeldReason::PastTheCut));
    let (epoch, _) = head.keys.writing_epoch(safeguarding, &head.trust).unwrap();
    assert!(deputy.keys.key(safeguarding, epoch).is_none());
}

#[test]
fn an_erasure_takes_two_and_a_legal_hold_stops_it() {
    let (mut school, mut head) = School::new(407);
    let space = school.pastoral;
    let mut lead = school.admit(&mut head, Role::Lead, &[]);
    let mut away = school.admit(&mut head, Role::Lead, &[]);
    let mentor = school.admit(&mut head, Role::Mentor, &[]);
    hear(&mut [&mut lead, &mut away], &school.all);
    let [one, other] = [1, 2].map(|byte| DocumentId::from_bytes([byte; 16]));
    let speak = |device: &mut Device, saying, rng: &mut ChaCha20Rng| {
        let (trust, keys) = (&device.trust, &device.keys);
        let entries = say(&device.identity, trust, keys, space, vec![saying], NOW_MS, rng)?;
        device.take(&entries);
        Ok::<_, crate::CharterError>(entries)
    };
    let erase = |document| Saying::Erase(vec![document], ErasureReason::Request);
    let (trust, keys) = (&mentor.trust, &mentor.keys);
    let refused =
        say(&mentor.identity, trust, keys, space, vec![erase(one)], NOW_MS, &mut school.rng);
    assert!(refused.is_err(), "a mentor proposes none");
    let proposed = speak(&mut head, erase(one), &mut school.rng).unwrap();
    lead.take(&proposed);
    assert!(lead.trust.erased(space).is_empty(), "one signature is not enough");
    let twice = speak(&mut head, Saying::Second(proposed[0].id()), &mut school.rng);
    assert!(twice.is_err(), "nor is the same person's again");
    let seconded = speak(&mut lead, Saying::Second(proposed[0].id()), &mut school.rng).unwrap();
    head.take(&seconded);
    assert_eq!(head.trust.erased(space).into_iter().collect::<Vec<_>>(), [one]);
    let confirmed = speak(&mut lead, Saying::Confirm(proposed[0].id()), &mut school.rng).unwrap();
    head.take(&confirmed);
    assert_eq!(head.trust.erasures(space)[&proposed[0].id()].confirmed.len(), 1);
    // A hold that somebody puts on the other at the same time as it is erased.
    let proposed = speak(&mut head, erase(other), &mut school.rng).unwrap();
    let held = speak(&mut lead, Saying::Hold(vec![other]), &mut school.rng).unwrap();
    head.take(&held);
    lead.take(&proposed);
    let seconded = speak(&mut lead, Saying::Second(proposed[0].id()), &mut school.rng).unwrap();
    head.take(&seconded);
    assert!(!head.trust.erased(space).contains(&other), "the hold keeps it");
    assert!(speak(&mut head, erase(other), &mut school.rng).is_err());
    // Lifting takes two as well; who lifts twice is one.
    for _ in 0..2 {
        let released = speak(&mut head, Saying::Release(vec![other]), &mut school.rng).unwrap();
        lead.take(&released);
        assert!(!lead.trust.erased(space).contains(&other), "one has signed");
    }
    let signed = &lead.trust.holds(space)[&other];
    assert_eq!(signed.iter().collect::<Vec<_>>(), [&head.identity.person()]);
    // A hold that somebody put on while apart is another, which neither has lifted.
    let held = speak(&mut away, Saying::Hold(vec![other]), &mut school.rng).unwrap();
    let released = speak(&mut lead, Saying::Release(vec![other]), &mut school.rng).unwrap();
    assert!(lead.trust.erased(space).contains(&other), "two have lifted it");
    head.take(&released);
    head.take(&held);
    assert!(!head.trust.erased(space).contains(&other), "the other hold keeps it");
}

/// Standing behind one's own removal adds nobody to it.
#[test]
fn endorsing_one_s_own_removal_counts_once() {
    let (mut school, mut head) = School::new(408);
    let mut lead = school.admit(&mut head, Role::Lead, &[]);
    lead.take(&school.all);
    let by_head = school.remove(&mut head, &lead);
    let by_lead = school.remove(&mut lead, &head);
    let again = school.endorse(&mut lead, &by_lead[0]);
    hear(&mut [&mut head, &mut lead], &[by_head, by_lead, again].concat());
    for device in [&head, &lead] {
        assert!(device.trust.is_removed(lead.identity.device()), "one person against one: rank");
        assert!(!device.trust.is_removed(head.identity.device()));
    }
}

/// A lead may say that a head's laptop is lost, and not void what the head did years ago by it.
#[test]
fn who_does_not_outrank_somebody_cuts_off_nothing_that_they_knew() {
    let (mut school, mut head) = School::new(409);
    let lead = school.admit(&mut head, Role::Lead, &[]);
    let device = head.identity.device();
    let log = head.identity.log();
    let first = head.trust.school().unwrap();
    let founding = Tip { seq: 0, entry: crate::ids::EntryId::from_bytes(first.to_bytes()) };
    for control in [Reach::Nothing, Reach::UpTo(founding)] {
        let cuts = vec![LogCut { log, control, data: Reach::Nothing }];
        let act = Act::RemoveDevice { device, cuts };
        let entry = lead.write(SpaceId::CHARTER, vec![act], &mut school.rng);
        assert_eq!(verdict(&head.trust, &entry), Verdict::Held(HeldReason::NotAllowed));
    }
}

/// Nobody signs an erasure alone by naming heads from when they were alone in a space.
#[test]
fn an_erasure_signed_alone_at_old_heads_takes_no_effect() {
    let (mut school, mut head) = School::new(410);
    let space = school.pastoral;
    let lead = school.admit(&mut head, Role::Lead, &[]);
    let document = DocumentId::from_bytes([3; 16]);
    let created = school.all.iter().find(|entry| entry.header().lane == Lane::control(space));
    let created = created.unwrap().id();
    let sealed = head.identity.to_sealed(&[0; 32], &mut school.rng).unwrap();
    let identity = Identity::from_sealed(&[0; 32], &sealed).unwrap();
    identity.turn_to(Turn::new(1, 5).unwrap());
    let mut twin = Device::new(identity);
    twin.take(&school.all);
    let act = Act::Erase { documents: vec![document], reason: ErasureReason::Other };
    let mut draft = twin.draft(Lane::control(space));
    draft.acts = vec![act];
    draft.control_heads = vec![created];
    (draft.seq, draft.previous) = (0, crate::ids::EntryId::ZERO);
    let entry = draft.seal(&twin.identity, None, &mut school.rng).unwrap();
    head.take([&entry]);
    assert!(head.trust.erasures(space)[&entry.id()].signed_by.len() == 1);
    assert!(head.trust.erased(space).is_empty(), "{} could have seconded", lead.identity.device());
    let nothing = Act::Erase { documents: vec![DocumentId::ZERO], reason: ErasureReason::Other };
    let entry = head.write(space, vec![nothing], &mut school.rng);
    assert_eq!(verdict(&head.trust, &entry), Verdict::Held(HeldReason::Contradicts));
}

/// Who left a space by themselves does not come back by naming heads from before.
#[test]
fn leaving_by_oneself_ends_what_one_could_do_before() {
    let (mut school, mut head) = School::new(411);
    let safeguarding = school.safeguarding;
    let mut deputy = school.admit(&mut head, Role::DeputyDsl, &[safeguarding]);
    let friend = school.admit(&mut head, Role::Lead, &[]);
    deputy.take(&school.all);
    let person = friend.identity.person();
    let late = deputy.write(safeguarding, vec![Act::AdmitToSpace { person }], &mut school.rng);
    let (trust, keys) = (&deputy.trust, &deputy.keys);
    let left = crate::govern::leave_space(
        &deputy.identity,
        trust,
        keys,
        safeguarding,
        NOW_MS,
        &mut school.rng,
    );
    head.take(&left.unwrap());
    head.take([&late]);
    assert!(!head.trust.is_person_in(person, safeguarding));
}

#[test]
fn who_heard_of_their_own_removal_hears_from_colleagues_why_they_are_in() {
    let (mut school, mut head) = School::new(430);
    let mut lead = school.admit(&mut head, Role::Lead, &[]);
    let mut mentor = school.admit(&mut head, Role::Mentor, &[]);
    hear(&mut [&mut lead], &school.all);
    let of_mentor = school.remove(&mut lead, &mentor);
    let of_lead = school.remove(&mut head, &lead);
    hear(&mut [&mut mentor], &of_mentor);
    hear(&mut [&mut head], &of_mentor);

    // The head knows that the lead's act is void, the mentor's device cannot know it yet: it speaks
    // of nothing but the charter, and to nobody whom it holds for removed.
    let [of_head, own] = [&head, &mentor].map(|device| device.identity.device());
    assert_eq!(head.trust.shared_spaces(of_head, own), [SpaceId::CHARTER, school.pastoral]);
    assert_eq!(mentor.trust.shared_spaces(own, of_head), [SpaceId::CHARTER]);
    assert_eq!(head.trust.shared_spaces(of_head, lead.identity.device()), []);

    hear(&mut [&mut mentor], &of_lead);
    assert_eq!(mentor.trust.shared_spaces(own, of_head), [SpaceId::CHARTER, school.pastoral]);
}

#[test]
fn what_devices_cut_by_themselves_falls_with_the_removal() {
    let (mut school, mut head) = School::new(431);
    let space = school.pastoral;
    let mut dsl = school.admit(&mut head, Role::Dsl, &[]);
    let mut lead = school.admit(&mut head, Role::Lead, &[]);
    hear(&mut [&mut dsl, &mut lead], &school.all);
    let by_lead = lead.save(space, b"what only the lead has", &mut school.rng);
    let of_dsl = school.remove(&mut lead, &dsl);
    head.take(of_dsl.iter().filter(|entry| entry.header().lane == Lane::CHARTER));
    let (trust, keys) = (&head.trust, &head.keys);
    let by_head = tend_keys(&head.identity, trust, keys, HEARD, NOW_MS, &mut school.rng);
    let by_head = by_head.unwrap();
    assert!(by_head.iter().any(|entry| entry.header().lane == Lane::control(space)));
    head.take(&by_head);

    // The lead is out, and what they did to the dsl void; so is what the head's device made of it.
    let saved = dsl.save(space, b"meanwhile", &mut school.rng);
    let of_lead = school.remove(&mut dsl, &lead);
    hear(&mut [&mut head], &of_lead);
    hear(&mut [&mut head], &of_dsl);
    hear(&mut [&mut dsl], &of_dsl);
    hear(&mut [&mut dsl], &by_head);
    for device in [&head, &dsl] {
        assert_eq!(verdict(&device.trust, &saved), Verdict::Stands);
        assert_eq!(verdict(&device.trust, &by_lead), Verdict::Held(HeldReason::PastTheCut));
    }
}
