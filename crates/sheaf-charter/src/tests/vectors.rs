//! Frozen vectors: if one of these changes, schools could no longer read what they wrote.

use expect_test::{Expect, expect};

use crate::address::AddressRecord;
use crate::codec::Writer;
use crate::tests::testing::{Device, NOW_MS, founded, rng};
use crate::ticket::Ticket;
use crate::{ActorId, LogId, PersonId};

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
    let ticket = Ticket {
        school,
        inviter: founded.identity.device(),
        endpoint: founded.identity.endpoint(),
        addresses,
        secret: zeroize::Zeroizing::new([8; 32]),
        expires_ms: NOW_MS,
    };
    check(
        ticket.to_text().as_bytes(),
        expect!["275 bytes, c3c4c1908650295711a63b39fba1ab4966e08ef5892a3ccc13eebe412288d3d9"],
    );
    check(
        &crate::join_proof(&[8; 32], &[9; 32], crate::JoinSide::Joiner),
        expect!["32 bytes, 1779a1a5a85fd639913dbca3fe11ffc0dfd6b9c15e7c9f9a7cff46a4386e323b"],
    );
}
