//! Identities, passphrases, recovery keys, epoch keys.

use crate::act::Act;
use crate::codec::DecodeError;
use crate::error::CharterError;
use crate::govern::{leave_space, tend_keys};
use crate::header::Lane;
use crate::identity::{Identity, Turn};
use crate::ids::{EpochId, LogId, MAX_INCARNATIONS, SchoolId, SpaceId};
use crate::keys::{
    Argon2Cost, EpochKey, EpochPlace, KeyHolder, KeyRing, RecoveryKey, SealedHomeKey, database_key,
    identity_key, open_capsule, open_parent, open_recovery_capsule, passphrase_key, seal_capsule,
    seal_parent, seal_recovery_capsule,
};
use crate::role::Role;
use crate::tests::testing::{Device, HEARD, NOW_MS, founded, rng};

#[test]
fn a_certificate_verifies_and_no_changed_one_does() {
    let identity = Identity::generate(&mut rng(70));
    let certificate = identity.certificate();
    assert_eq!(certificate.verify(), Ok(()));
    assert!(certificate.is_first_device());
    let mut out = crate::codec::Writer::new();
    certificate.write(&mut out);
    let bytes = out.finish();
    assert_eq!(bytes.len(), 240);
    for bit in 0..bytes.len() * 8 {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let mut reader = crate::codec::Reader::new(&flipped);
        let other = crate::certificate::Certificate::read(&mut reader).unwrap();
        assert!(other.verify().is_err(), "bit {bit}");
    }
}

#[test]
fn weak_and_twice_used_keys_are_refused() {
    use crate::sign::{check_ed25519, check_x25519};
    let weak = |name| Err(CharterError::WeakKey(name));
    let mut identity_point = [0; 32];
    identity_point[0] = 1;
    assert_eq!(check_ed25519(&identity_point, "key"), weak("key"));
    assert_eq!(check_ed25519(&[0; 32], "key"), weak("key"));
    // y = p + 3: a point, in a second form.
    let mut second_form = [0xff; 32];
    second_form[0] = 0xf0;
    second_form[31] = 0x7f;
    assert_eq!(check_ed25519(&second_form, "key"), weak("key"));
    assert_eq!(check_x25519(&[0; 32], "key"), weak("key"));
    assert_eq!(check_x25519(&identity_point, "key"), weak("key"));
    assert_eq!(check_x25519(&second_form, "key"), weak("key"));
    let good = Identity::generate(&mut rng(71)).certificate();
    assert_eq!(check_x25519(&good.x25519, "key"), Ok(()));
    let mut top_bit = good.x25519;
    top_bit[31] |= 0x80;
    assert_eq!(check_x25519(&top_bit, "key"), weak("key"));
    let mut one_key = good;
    one_key.endpoint = *good.device.as_bytes();
    assert_eq!(one_key.verify(), weak("endpoint key"));
}

#[test]
fn an_identity_survives_its_seal_and_wants_its_passphrase() {
    let mut rng = rng(72);
    let identity = Identity::generate(&mut rng);
    identity.turn_to(Turn::new(1, 1).unwrap());
    let master = passphrase_key("correct horse", &[1; 16], Argon2Cost::FLOOR).unwrap();
    let sealed = identity.to_sealed(&identity_key(&master), &mut rng).unwrap();
    let opened = Identity::from_sealed(&identity_key(&master), &sealed).unwrap();
    assert_eq!(opened.certificate(), identity.certificate());
    assert_eq!((opened.log(), opened.person()), (identity.log(), identity.person()));
    for (passphrase, salt) in [("correct horsf", [1; 16]), ("correct horse", [2; 16])] {
        let other = passphrase_key(passphrase, &salt, Argon2Cost::FLOOR).unwrap();
        let refused = Identity::from_sealed(&identity_key(&other), &sealed).unwrap_err();
        assert_eq!(refused, CharterError::WrongPassphrase);
    }
    for length in 0..sealed.len() {
        assert!(Identity::from_sealed(&identity_key(&master), &sealed[..length]).is_err());
    }
    let mut newer = sealed;
    newer[0] = 2;
    assert_eq!(
        Identity::from_sealed(&identity_key(&master), &newer).unwrap_err(),
        CharterError::Malformed {
            what: "the sealed identity",
            source: DecodeError::UnknownVersion { found: 2, known: 1 }
        }
    );
    assert_ne!(*database_key(&master), *identity_key(&master));
    let secret = format!("{:?}", identity.endpoint_secret());
    assert!(!format!("{identity:?}").contains(&secret));
}

#[test]
fn a_home_key_opens_under_its_passphrase_alone() {
    let mut rng = rng(74);
    let own = passphrase_key("correct horse", &[1; 16], Argon2Cost::FLOOR).unwrap();
    let sealed = SealedHomeKey::seal(&own, &[9; 32], &mut rng).unwrap();
    assert_eq!(*sealed.open(&own).unwrap(), [9; 32]);
    assert_ne!(SealedHomeKey::seal(&own, &[9; 32], &mut rng).unwrap(), sealed, "a fresh nonce");
    let other = passphrase_key("correct horsf", &[1; 16], Argon2Cost::FLOOR).unwrap();
    assert_eq!(sealed.open(&other).unwrap_err(), CharterError::WrongPassphrase);
    let text = sealed.to_string();
    assert_eq!(text.parse::<SealedHomeKey>().unwrap(), sealed);
    for at in 0..text.len() {
        let mut changed = text.clone().into_bytes();
        changed[at] = if changed[at] == b'0' { b'1' } else { b'0' };
        let changed: SealedHomeKey = String::from_utf8(changed).unwrap().parse().unwrap();
        assert_eq!(changed.open(&own).unwrap_err(), CharterError::WrongPassphrase, "{at}");
        assert!(text[..at].parse::<SealedHomeKey>().is_err(), "{at}");
    }
    assert!(format!("{text}00").parse::<SealedHomeKey>().is_err());
}

#[test]
fn a_device_turns_to_a_log_that_nobody_has_written_until_there_is_none() {
    let mut rng = rng(75);
    let identity = Identity::generate(&mut rng);
    let (mut written, mut seen) = (vec![identity.log()], Vec::new());
    let next = |identity: &Identity, written: &[LogId], rng: &mut _| {
        let is_written = |log| Ok::<_, CharterError>(written.contains(&log));
        identity.next_turn(rng, is_written).unwrap()
    };
    while let Some(turn) = next(&identity, &written, &mut rng) {
        assert_eq!(usize::from(turn.count()), written.len());
        identity.turn_to(turn);
        assert!(!written.contains(&identity.log()), "{turn:?}");
        written.push(identity.log());
        seen.push(turn.incarnation());
    }
    assert_eq!(written.len(), usize::from(MAX_INCARNATIONS));
    assert!(!seen.is_sorted(), "copies would follow one another: {seen:?}");
    // News that is older than what is known changes nothing.
    let log = identity.log();
    identity.turn_to(Turn::new(3, 3).unwrap());
    assert_eq!(identity.log(), log);
    assert_eq!(Turn::new(64, MAX_INCARNATIONS), None);
}

#[test]
fn a_damaged_cost_is_refused_at_once() {
    for cost in [
        Argon2Cost { memory_kib: u32::MAX, ..Argon2Cost::FLOOR },
        Argon2Cost { passes: 0, ..Argon2Cost::FLOOR },
        Argon2Cost { passes: u32::MAX, ..Argon2Cost::FLOOR },
        Argon2Cost { lanes: 0, ..Argon2Cost::FLOOR },
    ] {
        assert_eq!(passphrase_key("x", &[0; 16], cost), Err(CharterError::BadCost));
    }
}

#[test]
fn a_recovery_key_is_read_from_paper() {
    let key = RecoveryKey::generate(&mut rng(73));
    let text = key.to_text();
    assert!(text.starts_with("SHEAF-RECOVERY-"));
    let typed = text.to_lowercase().replace('-', " ").replace('o', "0").replace('b', "8");
    for text in [text.as_str(), &typed] {
        let read = RecoveryKey::from_text(text).unwrap();
        assert_eq!(read.signing_public(), key.signing_public());
        assert_eq!(read.hpke_public(), key.hpke_public());
    }
    for at in 15..text.len() {
        if text.as_bytes()[at] == b'-' {
            continue;
        }
        let mut wrong = text.as_bytes().to_vec();
        wrong[at] = if wrong[at] == b'A' { b'C' } else { b'A' };
        let wrong = String::from_utf8(wrong).unwrap();
        assert!(RecoveryKey::from_text(&wrong).is_err(), "letter {at}");
    }
    assert!(RecoveryKey::from_text(&text[..text.len() - 3]).is_err());
    assert!(RecoveryKey::from_text("").is_err());
}

#[test]
fn a_capsule_opens_for_its_recipient_in_its_place() {
    let mut rng = rng(74);
    let (ours, theirs) = (Identity::generate(&mut rng), Identity::generate(&mut rng));
    let key = EpochKey::generate(&mut rng);
    let place = EpochPlace {
        school: SchoolId::from_bytes([1; 32]),
        space: SpaceId::from_bytes([2; 16]),
        epoch: key.id(),
    };
    let public = ours.certificate().x25519;
    let sealed = seal_capsule(&key, &place, ours.device(), &public, &mut rng).unwrap().sealed;
    assert_eq!(open_capsule(&ours, &place, &sealed).unwrap(), key);
    let refused = Err(CharterError::Unopened);
    assert_eq!(open_capsule(&theirs, &place, &sealed), refused);
    for place in [
        EpochPlace { school: SchoolId::from_bytes([9; 32]), ..place },
        EpochPlace { space: SpaceId::from_bytes([9; 16]), ..place },
        EpochPlace { epoch: EpochId::from_bytes([9; 16]), ..place },
    ] {
        assert_eq!(open_capsule(&ours, &place, &sealed), refused);
    }
    // Another key under this epoch's id: the id commits to the key.
    let other = EpochKey::generate(&mut rng);
    let swapped = seal_capsule(&other, &place, ours.device(), &public, &mut rng).unwrap();
    assert_eq!(open_capsule(&ours, &place, &swapped.sealed), refused);
    let recovery = RecoveryKey::generate(&mut rng);
    let sealed = seal_recovery_capsule(&key, &place, &recovery.hpke_public(), &mut rng).unwrap();
    assert_eq!(open_recovery_capsule(&recovery, &place, &sealed).unwrap(), key);
    let parent = seal_parent(&key, &place, &other).unwrap();
    assert_eq!(open_parent(&key, &place, &parent).unwrap(), other);
    assert_eq!(open_parent(&other, &place, &parent), refused);
}

#[test]
fn one_capsule_opens_all_history_in_any_order_and_so_does_the_recovery_key() {
    let mut rng = rng(75);
    let founded = founded(&mut rng);
    let recovery = RecoveryKey::from_text(&founded.recovery.to_text()).unwrap();
    let space = founded.pastoral;
    let (mut head, mut all) = Device::of_founder(founded);
    // Somebody comes and goes: the space rotates, twice.
    for _ in 0..2 {
        let mentor = head.admit(Role::Mentor, &[], &mut all, &mut rng);
        let Device { identity, trust, keys } = &mentor;
        let gone = leave_space(identity, trust, keys, space, NOW_MS, &mut rng).unwrap();
        head.take(&gone);
        all.extend(gone);
        assert!(head.keys.needs_rotation(space, &head.trust));
        let tended =
            tend_keys(&head.identity, &head.trust, &head.keys, HEARD, NOW_MS, &mut rng).unwrap();
        assert_eq!(tended.len(), 1);
        head.take(&tended);
        all.extend(tended);
        assert!(!head.keys.needs_rotation(space, &head.trust));
    }
    let newcomer = head.admit(Role::Mentor, &[], &mut all, &mut rng);
    let epochs = head.trust.epochs(space);
    assert_eq!(epochs.len(), 3);
    let school = head.trust.school().unwrap();
    let mut backwards = KeyRing::new();
    backwards.learn(school, all.iter().rev(), KeyHolder::Device(&newcomer.identity));
    let mut recovered = KeyRing::new();
    recovered.learn(school, &all, KeyHolder::Recovery(&recovery));
    for epoch in epochs.keys() {
        for ring in [&newcomer.keys, &backwards, &recovered] {
            assert_eq!(ring.key(space, *epoch), head.keys.key(space, *epoch));
        }
    }
    let (newest, _) = head.keys.writing_epoch(space, &head.trust).unwrap();
    assert_eq!(epochs[&newest].generation, 3);
    let nothing =
        tend_keys(&head.identity, &head.trust, &head.keys, HEARD, NOW_MS, &mut rng).unwrap();
    assert!(nothing.is_empty());
}

#[test]
fn who_left_learns_no_later_key() {
    let mut rng = rng(76);
    let founded = founded(&mut rng);
    let space = founded.pastoral;
    let (mut head, mut all) = Device::of_founder(founded);
    let mut mentor = head.admit(Role::Mentor, &[], &mut all, &mut rng);
    let Device { identity, trust, keys } = &mentor;
    let gone = leave_space(identity, trust, keys, space, NOW_MS, &mut rng).unwrap();
    head.take(&gone);
    let tended =
        tend_keys(&head.identity, &head.trust, &head.keys, HEARD, NOW_MS, &mut rng).unwrap();
    head.take(&tended);
    mentor.take(gone.iter().chain(&tended));
    let (newest, _) = head.keys.writing_epoch(space, &head.trust).unwrap();
    assert_eq!(mentor.keys.key(space, newest), None);
}

#[test]
fn whoever_sees_a_device_without_a_capsule_gives_it_one() {
    let mut rng = rng(77);
    let founded = founded(&mut rng);
    let space = founded.pastoral;
    let (mut head, mut all) = Device::of_founder(founded);
    let mut mentor = head.admit(Role::Mentor, &[], &mut all, &mut rng);
    let mut second = Device::new(Identity::generate_device(mentor.identity.person(), &mut rng));
    let act = Act::AdmitDevice { certificate: second.identity.certificate() };
    let bare = head.write(SpaceId::CHARTER, vec![act], &mut rng);
    head.take([&bare]);
    mentor.take([&bare]);
    all.push(bare);
    let lacking = [second.identity.device()];
    assert_eq!(mentor.keys.missing_capsules(space, &mentor.trust), lacking);
    let Device { identity, trust, keys } = &mentor;
    let given = tend_keys(identity, trust, keys, HEARD, NOW_MS, &mut rng).unwrap();
    assert_eq!(given.len(), 2, "the charter and pastoral");
    mentor.take(&given);
    all.extend(given);
    assert!(mentor.keys.missing_capsules(space, &mentor.trust).is_empty());
    second.take(&all);
    assert!(second.keys.writing_epoch(space, &second.trust).is_some());
}

#[test]
fn more_heads_than_an_entry_can_name_are_joined() {
    let mut rng = rng(78);
    let (mut head, _) = Device::of_founder(founded(&mut rng));
    let second = Identity::generate_device(head.identity.person(), &mut rng);
    let act = Act::AdmitDevice { certificate: second.certificate() };
    let admitted = head.write(SpaceId::CHARTER, vec![act], &mut rng);
    head.take([&admitted]);
    let (trust, keys) = (head.trust.clone(), head.keys.clone());
    let mut second = Device { identity: second, trust, keys };
    // Every log of both devices writes without knowing of the others.
    let mut concurrent = Vec::new();
    for device in [&mut head, &mut second] {
        for log in 0..MAX_INCARNATIONS {
            device.identity.turn_to(Turn::new(log, log).unwrap());
            concurrent.push(device.write(SpaceId::CHARTER, vec![Act::Describe], &mut rng));
        }
    }
    head.take(&concurrent);
    assert_eq!(head.trust.heads(Lane::CHARTER).len(), 128);
    let Device { identity, trust, keys } = &head;
    let joined = tend_keys(identity, trust, keys, HEARD, NOW_MS, &mut rng).unwrap();
    assert_eq!(head.take(&joined), joined.len());
    assert!(head.trust.heads(Lane::CHARTER).len() <= 32);
}
