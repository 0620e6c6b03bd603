//! Frozen vectors: if one of these changes, schools could no longer read what they wrote.

use expect_test::{Expect, expect};

use crate::address::{AddressRecord, records_to_bytes};
use crate::codec::Writer;
use crate::identity::Identity;
use crate::sign::{Purpose, verifies};
use crate::tests::testing::{Device, NOW_MS, founded, rng};
use crate::ticket::Ticket;
use crate::{
    ActorId, Argon2Cost, ControlNames, DocumentId, Entry, EpochKey, EpochPlace, Header, JoinAnswer,
    JoinRefusal, JoinRequest, LogId, PersonId, RecoveryKey, SchoolId, SealedHomeKey, SectionKey,
    SectionPlace, SpaceId, Subject, database_key, identity_key, passphrase_key, seal_capsule,
    seal_parent, seal_recovery_capsule, seal_section, section_hash,
};

#[track_caller]
fn check(bytes: &[u8], expected: Expect) {
    let digest = blake3::hash(bytes).to_hex();
    expected.assert_eq(&format!("{} bytes, {digest}", bytes.len()));
}

#[test]
fn a_founding_its_names_and_its_spaces() {
    let founded = founded(&mut rng(1));
    check(
        founded.entries[0].header_bytes(),
        expect!["495 bytes, fe58298302dc421f602bdad40ff33f5e59e4cf14e9a728361916e0153f4edcba"],
    );
    check(
        &founded.entries[0].to_bytes(),
        expect!["563 bytes, 42dcf2402bbe96aed92fd0f983bb7be37fb9315045586b99e63873ad497c9e27"],
    );
    check(
        &founded.entries[1].to_bytes(),
        expect!["788 bytes, 8afdfccb33950aadc7364f243047b01cc60422ed059de9174f3359eadd2c1791"],
    );
    check(
        &founded.entries[2].to_bytes(),
        expect!["810 bytes, 00699b1a630d59b63a37eab3a127196e3da20a5bd0109fee29bfcbc33a195a63"],
    );
    check(
        &founded.entries[3].to_bytes(),
        expect!["810 bytes, 10a4e93635306bffe363287c5f23c9c8da6a872fd111151cf6d8af41d352260e"],
    );
    check(
        founded.recovery.to_text().as_bytes(),
        expect!["82 bytes, 05f4ecf6a88eed198cd0751cd91d8df051fe64f8e6acac347e3d0e3cc15b35c0"],
    );
}

#[test]
fn a_data_entry_and_its_section() {
    let mut rng = rng(2);
    let founded = founded(&mut rng);
    let space = founded.pastoral;
    let (device, _) = Device::of_founder(founded);
    let entry = device.save(space, b"changes of a document", &mut rng);
    check(
        entry.header_bytes(),
        expect!["270 bytes, 9487bc31c31a094fb4580340e3eff7ae98e8a0914fe95dd57199fe40120a8709"],
    );
    check(
        entry.sections()[0].as_ref().unwrap(),
        expect!["256 bytes, 8abea882b9ea65a7dc165c55cc936e235920bb2f9cfc760005bda9e1af8bb4d7"],
    );
    check(
        entry.signature(),
        expect!["64 bytes, ab6332b12e4597410b289ffd6fd29b6d06c11ea2d1ff1aa5342a6cb7530e5aa9"],
    );
}

#[test]
fn what_is_signed_of_a_metric() {
    let identity = founded(&mut rng(3)).identity;
    let files = [("metric.rhai", [1; 32]), ("plugin.toml", [2; 32])];
    let claim = crate::MetricClaim { by: "Mary Wells", school: "Ashdown", files: &files };
    check(
        &claim.sign(&identity),
        expect!["64 bytes, ffbfd626e1c856f4f967142be6e4254c3f796ceb0b40578c1ce91984ba08370f"],
    );
}

#[test]
fn a_certificate_and_what_is_derived_from_a_device() {
    let identity = founded(&mut rng(3)).identity;
    let mut out = Writer::new();
    identity.certificate().write(&mut out);
    check(
        out.as_bytes(),
        expect!["240 bytes, 5288883e9043b5fb98c87d96800bd5906a9ddcbef837bb8c327f000f3f12bd37"],
    );
    expect!["ffa7fa0646ecdbbaa3e15e24dd778c25"]
        .assert_eq(&PersonId::of_first_device(identity.device()).to_string());
    expect!["d23edca13d31af0ab1e97970ad54195726a806c91f8157dcf2a3d7c08c2fd623"]
        .assert_eq(&LogId::derive(identity.device(), 1).to_string());
    expect!["573ca589e25afc8c284f5f7006dac429"]
        .assert_eq(&ActorId::derive(identity.log(), [5; 16]).to_string());
}

#[test]
fn a_ticket_an_address_record_and_a_proof() {
    let founded = founded(&mut rng(4));
    let addresses = vec!["192.168.4.7:4455".parse().unwrap(), "[fe80::1]:4455".parse().unwrap()];
    let school = founded.trust.school().unwrap();
    let record = AddressRecord::sign(&founded.identity, school, &addresses, NOW_MS).unwrap();
    let mut out = Writer::new();
    record.write(&mut out);
    check(
        out.as_bytes(),
        expect!["132 bytes, 13ce005cb1c8b0e682457872d22cd9f969e95ceedea8c336b4a2260051da567c"],
    );
    let message = records_to_bytes(&[record.clone(), record]);
    check(
        &message,
        expect!["267 bytes, 9d51465b14d9f959f01465983af5b8e3744934da5f5e8abf481e4f09dd11670a"],
    );
    let ticket = Ticket {
        school,
        inviter: founded.identity.device(),
        endpoint: founded.identity.endpoint(),
        addresses,
        secret: zeroize::Zeroizing::new([8; 32]),
        expires_ms: NOW_MS,
        person: None,
    };
    check(
        ticket.to_text().as_bytes(),
        expect!["275 bytes, c3c4c1908650295711a63b39fba1ab4966e08ef5892a3ccc13eebe412288d3d9"],
    );
    let of_person = Ticket { person: Some(founded.identity.person()), ..ticket };
    check(
        of_person.to_text().as_bytes(),
        expect!["301 bytes, 6fce7704249872d552dcef0edec807c0a6bbccbdc77ba14f6a822d17e8eed752"],
    );
    check(
        &crate::join_proof(&[8; 32], &[9; 32], crate::JoinSide::Joiner),
        expect!["32 bytes, 1779a1a5a85fd639913dbca3fe11ffc0dfd6b9c15e7c9f9a7cff46a4386e323b"],
    );
}

#[test]
fn an_epoch_key_and_what_it_is_wrapped_in() {
    let mut rng = rng(5);
    let identity = Identity::generate(&mut rng);
    let recovery = RecoveryKey::generate(&mut rng);
    let (key, parent) = (EpochKey::from_bytes([3; 32]), EpochKey::from_bytes([4; 32]));
    let place = EpochPlace {
        school: SchoolId::from_bytes([1; 32]),
        space: SpaceId::from_bytes([2; 16]),
        epoch: key.id(),
    };
    expect!["08dcc82bcb64a671fc1f31f60d244ce6"].assert_eq(&key.id().to_string());
    let x25519 = identity.certificate().x25519;
    let capsule = seal_capsule(&key, &place, identity.device(), &x25519, &mut rng).unwrap();
    check(
        &capsule.sealed,
        expect!["80 bytes, 148029b188635d957d73a9ae56a92a16f4345ad84bee32d5c453bb1451e07f07"],
    );
    let of_recovery = seal_recovery_capsule(&key, &place, &recovery.hpke_public(), &mut rng);
    check(
        &of_recovery.unwrap(),
        expect!["80 bytes, 49faaea73f3ba7a815e3de4032b92779351464e5a26635b11e14b93193d35712"],
    );
    check(
        &seal_parent(&key, &place, &parent).unwrap().sealed,
        expect!["48 bytes, 17840ae67ffca0ed8d9eed060eb74495fe7bbbf13c294594c0214c5635cda96a"],
    );
    check(
        &recovery.signing_public(),
        expect!["32 bytes, 6fccc4cdbada179bc38f09cd695e769d50f02147e9249a1e4a89ccaabc8fe317"],
    );
    check(
        &recovery.hpke_public(),
        expect!["32 bytes, d1f90188aaf2de5a52fd3e7699614b2229e38f0e0cc4dc5f1c301732556c13af"],
    );
}

#[test]
fn a_section_its_key_and_the_names_in_it() {
    let document = DocumentId::from_bytes([7; 16]);
    let place = SectionPlace { header_prefix: b"a header", index: 3, document };
    let key = EpochKey::from_bytes([3; 32]);
    let sealed = seal_section(&key, &place, &[9; 16], b"changes", &mut rng(6)).unwrap();
    check(
        &sealed,
        expect!["256 bytes, 02b7ac386d71e9c4a163a7bbb9f0c5dc3c212988aeb3708c10aa48014579fb9e"],
    );
    check(
        section_hash(&sealed).as_bytes(),
        expect!["32 bytes, 89110fd4ec4c7d1e7c9432ab72ddb62cf962a12e0ae083ac28af5956de69e41c"],
    );
    check(
        SectionKey::of(&key, &place, &sealed).unwrap().as_bytes(),
        expect!["32 bytes, dae720a13065f5351b0d121db10e61c60b825be729a2046ccf783cd6f51e963a"],
    );
    let person = Subject::Person(PersonId::from_bytes([1; 16]));
    let names = ControlNames::new().with(Subject::Space, "Year 8").unwrap();
    let names = names.with(person, "Zoë Ng").unwrap();
    check(
        &names.to_section().changes,
        expect!["42 bytes, 750b0a9d1947413a90d4b186ef4f191cf0a70d7aa8211356109512d818767c73"],
    );
}

#[test]
fn an_identity_and_the_keys_of_a_passphrase() {
    let master = passphrase_key("correct horse", &[1; 16], Argon2Cost::FLOOR).unwrap();
    check(
        master.as_ref(),
        expect!["32 bytes, 2adf975ea6840aae0ba15f5dee004d5c28e944824ca01a8a307f334d67575eee"],
    );
    check(
        database_key(&master).as_ref(),
        expect!["32 bytes, 58430726900b35a7cef95709f212fa5a27a8cbb54aa03fe8c688c991c5b16619"],
    );
    check(
        identity_key(&master).as_ref(),
        expect!["32 bytes, a6a06537133b024e60513469b24875d20f609b02de666a0092224b84b789f559"],
    );
    let mut rng = rng(7);
    let identity = Identity::generate(&mut rng);
    check(
        &identity.to_sealed(&identity_key(&master), &mut rng).unwrap(),
        expect!["154 bytes, e3f928850f86b614bc090b38bb1ae1f74a329c3ebb3d2c6a208cb3852397b613"],
    );
}

#[test]
fn the_sealed_key_of_a_home() {
    let sealed = SealedHomeKey::seal(&[7; 32], &[9; 32], &mut rng(11)).unwrap();
    check(
        sealed.to_string().as_bytes(),
        expect!["144 bytes, efc67d8a9b092c1e745d11b25ac7d63083d70aa1d6220d249b8d24a4d10e5497"],
    );
    assert_eq!(*sealed.open(&[7; 32]).unwrap(), [9; 32]);
}

#[test]
fn the_messages_of_a_join() {
    let founded = founded(&mut rng(8));
    let ticket = Ticket {
        school: founded.trust.school().unwrap(),
        inviter: founded.identity.device(),
        endpoint: founded.identity.endpoint(),
        addresses: Vec::new(),
        secret: zeroize::Zeroizing::new([8; 32]),
        expires_ms: NOW_MS,
        person: None,
    };
    let joiner = Identity::generate(&mut rng(9));
    let request = JoinRequest::new(&joiner, &ticket, &[9; 32], "Zoë Ng", "a tablet").unwrap();
    check(
        &request.to_bytes(),
        expect!["296 bytes, 340dce462d29bbb81bfb67301ebe2fc1498cad4070bf5754098de300fbc0f8d0"],
    );
    let proof = crate::join_proof(&[8; 32], &[9; 32], crate::JoinSide::Inviter);
    let admitted = JoinAnswer::Admitted { proof, entries: founded.entries };
    check(
        &admitted.to_bytes(),
        expect!["3023 bytes, 9810a318591c5560e6cbe5f8ab07f451ebc9132dedd658f0cfa01e6124d334f3"],
    );
    check(
        &JoinAnswer::Refused(JoinRefusal::Expired).to_bytes(),
        expect!["3 bytes, 8b3fa04ee7d87e14b7a9e25afc58e7ae3abd0008045e1a3157b72885c9cd4b6c"],
    );
}

/// Whatever a newer version writes is refused by name, before anything in it is looked at.
#[test]
fn a_newer_version_of_each_form_is_refused_by_name() {
    let newer = "format 2 was written by a newer version of Sheaf, this one reads format 1; \
                 update this device";
    let says = |said: &dyn std::fmt::Display| {
        assert!(said.to_string().ends_with(newer), "{said}");
    };
    // The version is the first byte of each; what follows means something else in a newer one.
    let bytes = [&[2][..], &[0xff; 300]].concat();
    says(&Header::from_bytes(&bytes).unwrap_err());
    says(&ControlNames::from_changes(&bytes).unwrap_err());
    says(&JoinRequest::from_bytes(&bytes).unwrap_err());
    says(&JoinAnswer::from_bytes(&bytes).unwrap_err());
    says(&Identity::from_sealed(&[0; 32], &bytes).unwrap_err());
    let mut entry = Writer::new();
    entry.bytes(&bytes).raw(&[0; 64]);
    says(&Entry::from_bytes(entry.as_bytes()).unwrap_err());
    // Tickets have two forms; the third is a newer version's.
    let third = "sheaf3abcdefgh".parse::<Ticket>().unwrap_err().to_string();
    assert!(
        third.ends_with(&newer.replace("format 2", "format 3").replace("format 1", "format 2")),
        "{third}"
    );
    let none = "this is not a ticket; a ticket begins with sheaf1";
    assert_eq!("sheafling".parse::<Ticket>().unwrap_err().to_string(), none);
}

/// What has no number of its own has one in the name under which it is signed, sealed or derived: a
/// signature under one name is none under another.
#[test]
fn a_signature_for_one_purpose_is_none_for_another() {
    let identity = Identity::generate(&mut rng(10));
    let purposes = [Purpose::Entry, Purpose::Certificate, Purpose::Address];
    for (at, purpose) in purposes.iter().enumerate() {
        let signature = identity.sign(*purpose, b"message");
        for (other, name) in purposes.iter().enumerate() {
            let fits = verifies(identity.device().as_bytes(), *name, b"message", &signature);
            assert_eq!(fits, at == other);
        }
    }
}
