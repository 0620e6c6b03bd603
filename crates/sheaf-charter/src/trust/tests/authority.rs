//! Who may do what, and what a forger cannot.

use crate::act::Act;
use crate::draft::Draft;
use crate::govern::{
    NewDevice, NewSpace, admit_device, admit_to_space, create_space, leave_space, set_role,
};
use crate::header::Lane;
use crate::identity::Identity;
use crate::ids::{DeviceId, SpaceId};
use crate::role::{Role, SpaceKind};
use crate::tests::testing::{Device, NOW_MS, TAKING, founded, rng};
use crate::trust::{HeldReason, Inserted, Refusal, Trust};

fn held(trust: &mut Trust, entry: &crate::entry::Entry) -> Vec<HeldReason> {
    match trust.insert(entry).unwrap() {
        Inserted::New { held } => held.into_iter().map(|act| act.reason).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn roles_follow_the_table() {
    use Role::{DeputyDsl, Dsl, Head, Lead, Locker, Mentor, Observer};
    for (role, acts_on) in [
        (Locker, &[][..]),
        (Observer, &[]),
        (Mentor, &[]),
        (Lead, &[Locker, Observer, Mentor]),
        (DeputyDsl, &[Locker, Observer, Mentor, Lead]),
        (Dsl, &[Locker, Observer, Mentor, Lead, DeputyDsl]),
        (Head, &[Locker, Observer, Mentor, Lead, DeputyDsl, Dsl, Head]),
    ] {
        let may: Vec<_> = Role::ALL.into_iter().rev().filter(|on| role.may_act_on(*on)).collect();
        assert_eq!(may, acts_on, "{role}");
        assert_eq!(role.name().parse(), Ok(role));
    }
    assert!("Head".parse::<Role>().is_err());
    assert!(Lead.may_manage(SpaceKind::Other) && !Lead.may_manage(SpaceKind::Safeguarding));
}

#[test]
fn a_founded_school_has_its_spaces_and_names() {
    let founded = founded(&mut rng(30));
    let trust = &founded.trust;
    assert_eq!(trust.spaces().len(), 2);
    assert_eq!(trust.space_kind(founded.pastoral), Some(SpaceKind::Pastoral));
    assert_eq!(trust.role(founded.identity.person()), Some(Role::Head));
    assert!(trust.held().is_empty());
    let names = trust.names(&founded.keys);
    assert_eq!(names.school.as_deref(), Some("Ashdown"));
    assert_eq!(names.people[&founded.identity.person()], "Mary Wells");
    assert_eq!(names.devices[&founded.identity.device()], "Mary's laptop");
    assert_eq!(names.spaces[&founded.safeguarding], "safeguarding");
    let endpoint = founded.identity.endpoint();
    assert_eq!(trust.device_by_endpoint(&endpoint), Some(founded.identity.device()));
}

#[test]
fn what_a_role_does_not_allow_is_held_and_has_no_effect() {
    let mut rng = rng(31);
    let (mut head, mut all) = Device::of_founder(founded(&mut rng));
    let mentor = head.admit(Role::Mentor, &[], &mut all, &mut rng);
    let lead = head.admit(Role::Lead, &[], &mut all, &mut rng);
    let new = Identity::generate(&mut rng).certificate();
    let not_allowed = [HeldReason::NotAllowed];
    for (device, act) in [
        (&mentor, Act::AdmitPerson { role: Role::Observer, certificate: new }),
        (&lead, Act::AdmitPerson { role: Role::Lead, certificate: new }),
        (&lead, Act::SetRole { person: head.identity.person(), role: Role::Mentor, cuts: vec![] }),
        (&lead, Act::SetRole { person: mentor.identity.person(), role: Role::Lead, cuts: vec![] }),
        (
            &lead,
            Act::AdmitDevice {
                certificate: Identity::generate_device(head.identity.person(), &mut rng)
                    .certificate(),
            },
        ),
    ] {
        let entry = device.write(SpaceId::CHARTER, vec![act], &mut rng);
        let mut trust = head.trust.clone();
        let before = trust.state();
        assert_eq!(held(&mut trust, &entry), not_allowed);
        let after = trust.state();
        assert_eq!((before.people, before.spaces), (after.people, after.spaces));
        assert_eq!(after.held.len(), 1);
    }
}

#[test]
fn acts_that_contradict_what_is_known_are_held() {
    let mut rng = rng(32);
    let (mut head, mut all) = Device::of_founder(founded(&mut rng));
    let mentor = head.admit(Role::Mentor, &[], &mut all, &mut rng);
    let nobody = Identity::generate(&mut rng);
    let borrowed = Identity::generate_device(mentor.identity.person(), &mut rng);
    for act in [
        Act::AdmitPerson { role: Role::Mentor, certificate: mentor.identity.certificate() },
        Act::AdmitPerson { role: Role::Mentor, certificate: borrowed.certificate() },
        Act::SetRole { person: nobody.person(), role: Role::Mentor, cuts: vec![] },
        Act::SetRole { person: mentor.identity.person(), role: Role::Locker, cuts: vec![] },
        Act::SetRole { person: head.identity.person(), role: Role::Dsl, cuts: vec![] },
        Act::AdmitDevice { certificate: nobody.certificate() },
    ] {
        let entry = head.write(SpaceId::CHARTER, vec![act], &mut rng);
        assert_eq!(held(&mut head.trust.clone(), &entry), [HeldReason::Contradicts]);
    }
}

#[test]
fn what_a_newer_version_means_is_kept_and_listed() {
    let mut rng = rng(33);
    let (mut head, mut all) = Device::of_founder(founded(&mut rng));
    head.admit(Role::Mentor, &[], &mut all, &mut rng);
    let acts = vec![Act::Unknown { tag: 200, payload: vec![1, 2, 3] }, Act::Describe];
    let entry = head.write(SpaceId::CHARTER, acts, &mut rng);
    let entry = crate::entry::Entry::from_bytes(&entry.to_bytes()).unwrap();
    let newer = HeldReason::NeedsNewerVersion;
    assert_eq!(held(&mut head.trust, &entry), [newer]);
    let places: Vec<_> = head.trust.held().iter().map(|act| act.act).collect();
    assert_eq!(places, [0]);
    // The log goes on after it.
    let next = head.write(SpaceId::CHARTER, vec![Act::Describe], &mut rng);
    assert_eq!(next.header().previous, entry.id());
    assert!(held(&mut head.trust, &next).is_empty());
}

#[test]
fn a_lead_cannot_become_head_by_naming_old_heads() {
    let mut rng = rng(34);
    let (mut head, mut all) = Device::of_founder(founded(&mut rng));
    let colleague = head.admit(Role::Mentor, &[], &mut all, &mut rng);
    let lead = head.admit(Role::Lead, &[], &mut all, &mut rng);
    let person = colleague.identity.person();
    // The lead admits a device of their own as the mentor's, as if the promotion were not known.
    let forged = Identity::generate_device(person, &mut rng);
    let act = Act::AdmitDevice { certificate: forged.certificate() };
    let admission = lead.write(SpaceId::CHARTER, vec![act], &mut rng);
    let promotion = set_role(
        &head.identity,
        &head.trust,
        &head.keys,
        (person, Role::Dsl),
        TAKING,
        NOW_MS,
        &mut rng,
    );
    head.take(&promotion.unwrap());
    assert!(held(&mut head.trust, &admission).is_empty());
    assert_eq!(head.trust.certificate(forged.device()), None, "suspended");
    assert!(head.trust.certificate(colleague.identity.device()).is_some());
    // The head vouches for the device by setting the role again.
    let again = set_role(
        &head.identity,
        &head.trust,
        &head.keys,
        (person, Role::Dsl),
        TAKING,
        NOW_MS,
        &mut rng,
    );
    head.take(&again.unwrap());
    assert!(head.trust.certificate(forged.device()).is_some());
}

#[test]
fn nobody_writes_a_second_beginning_of_a_space() {
    let mut rng = rng(35);
    let (mut head, mut all) = Device::of_founder(founded(&mut rng));
    let lead = head.admit(Role::Lead, &[], &mut all, &mut rng);
    let safeguarding = head
        .trust
        .spaces()
        .into_iter()
        .find(|space| head.trust.space_kind(*space) == Some(SpaceKind::Safeguarding))
        .unwrap();
    let acts = vec![Act::CreateSpace { nonce: [1; 16], kind: SpaceKind::Other }];
    let draft = Draft { acts, control_heads: vec![], ..lead.draft(Lane::control(safeguarding)) };
    let entry = draft.seal(&lead.identity, None, &mut rng).unwrap();
    assert_eq!(held(&mut head.trust, &entry), [HeldReason::Contradicts]);
    assert!(!head.trust.is_member(lead.identity.device(), safeguarding));
    // Nor does a lead create a space of the founder's kinds.
    let school = head.trust.school().unwrap();
    let (nonce, kind) = ([2; 16], SpaceKind::Safeguarding);
    let space = SpaceId::derive(school, lead.identity.device(), kind, &nonce);
    let entry = lead.write(space, vec![Act::CreateSpace { nonce, kind }], &mut rng);
    assert_eq!(held(&mut head.trust, &entry), [HeldReason::NotAllowed]);
}

#[test]
fn keys_are_unique_in_the_school_and_certificates_verify() {
    let mut rng = rng(36);
    let (mut head, mut all) = Device::of_founder(founded(&mut rng));
    let mentor = head.admit(Role::Mentor, &[], &mut all, &mut rng);
    let mut broken = Identity::generate(&mut rng).certificate();
    broken.x25519 = mentor.identity.certificate().x25519;
    let act = Act::AdmitPerson { role: Role::Mentor, certificate: broken };
    let entry = head.write(SpaceId::CHARTER, vec![act], &mut rng);
    assert_eq!(head.trust.insert(&entry), Err(Refusal::BadCertificate));
}

#[test]
fn a_space_admits_and_the_last_manager_stays() {
    let mut rng = rng(37);
    let (mut head, mut all) = Device::of_founder(founded(&mut rng));
    let mut lead = head.admit(Role::Lead, &[], &mut all, &mut rng);
    let mut mentor = head.admit(Role::Mentor, &[], &mut all, &mut rng);
    lead.take(&all);
    let people = [mentor.identity.person()];
    let new = NewSpace { name: "Year 8", kind: SpaceKind::Other, people: &people };
    let (space, entries) =
        create_space(&lead.identity, &lead.trust, &lead.keys, new, NOW_MS, &mut rng).unwrap();
    assert_eq!(entries.len(), 1);
    lead.take(&entries);
    mentor.take(&entries);
    assert_eq!(mentor.trust.spaces_of_person(mentor.identity.person()).len(), 2);
    assert_eq!(mentor.trust.names(&mentor.keys).spaces[&space], "Year 8");
    assert!(mentor.keys.writing_epoch(space, &mentor.trust).is_some());
    assert!(head.trust.heads(Lane::control(space)).is_empty(), "unknown outside");
    let leave = |device: &Device, rng: &mut _| {
        leave_space(&device.identity, &device.trust, &device.keys, space, NOW_MS, rng)
    };
    assert!(leave(&lead, &mut rng).is_err(), "the last manager");
    let gone = leave(&mentor, &mut rng).unwrap();
    lead.take(&gone);
    assert_eq!(lead.trust.members(space).len(), 1);
    // Admitted again, after the leaving: in again.
    let person = mentor.identity.person();
    let back =
        admit_to_space(&lead.identity, &lead.trust, &lead.keys, space, person, NOW_MS, &mut rng);
    lead.take(&back.unwrap());
    assert_eq!(lead.trust.members(space).len(), 2);
    assert!(!lead.keys.needs_rotation(space, &lead.trust));
}

#[test]
fn a_second_device_gets_every_key() {
    let mut rng = rng(38);
    let (mut head, mut all) = Device::of_founder(founded(&mut rng));
    let mut second = Device::new(Identity::generate_device(head.identity.person(), &mut rng));
    let new = NewDevice { certificate: second.identity.certificate(), name: "phone" };
    let entries =
        admit_device(&head.identity, &head.trust, &head.keys, new, NOW_MS, &mut rng).unwrap();
    assert_eq!(entries.len(), 3);
    head.take(&entries);
    all.extend(entries);
    assert_eq!(second.take(&all), all.len());
    for space in head.trust.spaces() {
        assert!(second.keys.writing_epoch(space, &second.trust).is_some());
        assert_eq!(head.keys.missing_capsules(space, &head.trust), [] as [DeviceId; 0]);
    }
    assert_eq!(second.trust.names(&second.keys), head.trust.names(&head.keys));
}

#[test]
fn a_chain_with_a_hole_waits_and_a_false_one_is_refused() {
    let mut rng = rng(40);
    let (mut head, _) = Device::of_founder(founded(&mut rng));
    let first = head.write(SpaceId::CHARTER, vec![Act::Describe], &mut rng);
    let mut behind = head.trust.clone();
    head.take([&first]);
    let second = head.write(SpaceId::CHARTER, vec![Act::Describe], &mut rng);
    let waits = Inserted::Waits { missing: vec![first.id()] };
    assert_eq!(behind.insert(&second), Ok(waits));
    assert_eq!(behind.heads(Lane::CHARTER), first.header().charter_heads);
    let mut skips = head.draft(Lane::CHARTER);
    skips.acts = vec![Act::Describe];
    skips.seq += 1;
    let skips = skips.seal(&head.identity, None, &mut rng).unwrap();
    assert_eq!(head.trust.insert(&skips), Err(Refusal::BrokenChain));
    let mut backwards = head.draft(Lane::CHARTER);
    backwards.acts = vec![Act::Describe];
    backwards.charter_heads = first.header().charter_heads.clone();
    let backwards = backwards.seal(&head.identity, None, &mut rng).unwrap();
    assert_eq!(head.trust.insert(&backwards), Err(Refusal::HeadsBackwards));
}

#[test]
fn another_founding_is_refused() {
    let mut rng = rng(41);
    let (ours, theirs) = (founded(&mut rng), founded(&mut rng));
    let mut trust = ours.trust.clone();
    assert_eq!(trust.insert(&theirs.entries[0]), Err(Refusal::WrongSchool));
    assert_eq!(trust.insert(&ours.entries[0]), Ok(Inserted::Known));
    let mut expecting = Trust::expecting(ours.trust.school().unwrap());
    assert_eq!(expecting.insert(&theirs.entries[0]), Err(Refusal::WrongSchool));
    assert_eq!(expecting.insert(&theirs.entries[1]), Err(Refusal::WrongSchool));
    assert!(expecting.insert(&ours.entries[0]).is_ok());
}
