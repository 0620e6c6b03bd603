//! Every act survives its encoding, and nothing else is read.

use super::{Act, Capsule, ErasureReason, LogCut, MAX_CAPSULES, Reach, SealedParent, Tip};
use crate::codec::{DecodeError, Reader, Writer};
use crate::ids::{DeviceId, DocumentId, EntryId, EpochId, LogId, PersonId};
use crate::role::{Role, SpaceKind};
use crate::tests::testing::{founded, rng};

fn every_act() -> Vec<Act> {
    let certificate = founded(&mut rng(50)).identity.certificate();
    let person = PersonId::from_bytes([1; 16]);
    let entry = EntryId::from_bytes([2; 32]);
    let tip = Reach::UpTo(Tip { seq: 7, entry });
    let cut = |byte, data| LogCut { log: LogId::from_bytes([byte; 32]), control: tip, data };
    let cuts = vec![cut(1, Reach::Nothing), cut(2, Reach::All)];
    let capsule = |byte| Capsule { device: DeviceId::from_bytes([byte; 32]), sealed: [byte; 80] };
    let capsules = vec![capsule(1), capsule(2)];
    let parent = |byte| SealedParent { epoch: EpochId::from_bytes([byte; 16]), sealed: [byte; 48] };
    let documents = vec![DocumentId::from_bytes([1; 16]), DocumentId::from_bytes([2; 16])];
    vec![
        Act::Found {
            nonce: [1; 32],
            certificate,
            recovery_signing: [2; 32],
            recovery_hpke: [3; 32],
        },
        Act::AdmitPerson { role: Role::Lead, certificate },
        Act::AdmitDevice { certificate },
        Act::SetRole { person, role: Role::Locker, cuts: cuts.clone() },
        Act::RemovePerson { person, cuts: cuts.clone() },
        Act::RemoveDevice { device: certificate.device, cuts: cuts.clone() },
        Act::Endorse { entry },
        Act::ReplaceRecovery { signing: [4; 32], hpke: [5; 32] },
        Act::CreateSpace { nonce: [6; 16], kind: SpaceKind::Safeguarding },
        Act::AdmitToSpace { person },
        Act::LeaveSpace { person, cuts: vec![] },
        Act::Rotate {
            epoch: EpochId::from_bytes([7; 16]),
            generation: 3,
            capsules: capsules.clone(),
            recovery: [8; 80],
            parents: vec![parent(1), parent(2)],
        },
        Act::Capsules { epoch: EpochId::from_bytes([7; 16]), capsules },
        Act::Cut { cuts },
        Act::Erase { documents: documents.clone(), reason: ErasureReason::Moved },
        Act::SecondErasure { entry },
        Act::ConfirmErasure { entry },
        Act::Attest { header: vec![1, 2, 3], signature: [9; 64], sections: vec![0, 4] },
        Act::Hold { documents: documents.clone() },
        Act::ReleaseHold { documents },
        Act::HandOffSpace { person },
        Act::Describe,
        Act::WithdrawErasure { entry },
        Act::Unknown { tag: 24, payload: vec![1, 2, 3] },
        Act::Unknown { tag: 255, payload: vec![] },
    ]
}

fn encode(act: &Act) -> Vec<u8> {
    let mut out = Writer::new();
    act.write(&mut out);
    out.finish()
}

fn decode(bytes: &[u8]) -> Result<Act, DecodeError> {
    let mut reader = Reader::new(bytes);
    let act = Act::read(&mut reader)?;
    reader.end()?;
    Ok(act)
}

#[test]
fn every_act_survives_and_has_its_own_tag() {
    for (tag, act) in (1..).zip(every_act()) {
        let bytes = encode(&act);
        assert_eq!(decode(&bytes).as_ref(), Ok(&act));
        assert!(bytes[0] == tag || tag > 24, "{act:?}");
    }
}

#[test]
fn truncations_and_appended_bytes_are_refused() {
    for act in every_act() {
        let bytes = encode(&act);
        for length in 0..bytes.len() {
            assert!(decode(&bytes[..length]).is_err(), "{act:?} truncated to {length}");
        }
        if matches!(act, Act::Unknown { .. }) {
            continue;
        }
        let mut longer = Writer::new();
        longer.u8(bytes[0]).bytes(&[&bytes[5..], &[0]].concat());
        assert_eq!(decode(longer.as_bytes()), Err(DecodeError::Trailing(1)), "{act:?}");
    }
}

#[test]
fn what_decodes_encodes_to_the_same_bytes() {
    for act in every_act() {
        let bytes = encode(&act);
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            if let Ok(other) = decode(&flipped) {
                assert_eq!(encode(&other), flipped, "bit {bit} of {act:?}");
                assert_ne!(other, act);
            }
        }
    }
}

#[test]
fn lists_have_one_order_and_a_limit() {
    let capsule = |byte| Capsule { device: DeviceId::from_bytes([byte; 32]), sealed: [0; 80] };
    let epoch = EpochId::from_bytes([1; 16]);
    for capsules in [vec![capsule(2), capsule(1)], vec![capsule(1), capsule(1)]] {
        let bytes = encode(&Act::Capsules { epoch, capsules });
        assert_eq!(decode(&bytes), Err(DecodeError::NotCanonical("capsules")));
    }
    let bytes = encode(&Act::Capsules { epoch, capsules: vec![capsule(1); MAX_CAPSULES + 1] });
    let limit = MAX_CAPSULES;
    assert_eq!(decode(&bytes), Err(DecodeError::TooMuch { what: "capsules", limit }));
}

#[test]
fn tag_zero_is_no_act() {
    assert_eq!(decode(&[0; 5]), Err(DecodeError::NotCanonical("act")));
}

/// Frozen: what was signed stays what it was.
#[test]
fn the_acts_of_an_erasure_keep_their_form() {
    let entry = EntryId::from_bytes([2; 32]);
    let documents = vec![DocumentId::from_bytes([1; 16])];
    let acts = [
        Act::Erase { documents, reason: ErasureReason::Request },
        Act::SecondErasure { entry },
        Act::ConfirmErasure { entry },
        Act::WithdrawErasure { entry },
    ];
    let forms: Vec<String> =
        acts.iter().map(|act| data_encoding::HEXLOWER.encode(&encode(act))).collect();
    let id = "02".repeat(32);
    let expected = [
        format!("0f00000013020001{}", "01".repeat(16)),
        format!("1000000020{id}"),
        format!("1100000020{id}"),
        format!("1700000020{id}"),
    ];
    assert_eq!(forms, expected);
}
