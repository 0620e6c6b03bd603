//! The question for a slot and its answer, one datagram each, and the names in announcements.

use iroh::PublicKey;

const QUESTION: &[u8; 16] = b"sheaf/1/slot-ask";
const ANSWER: &[u8; 16] = b"sheaf/1/slot-tel";
/// Longer than any slot, with a byte for its length.
const SLOT_BYTES: usize = 32;
/// A question is longer than its answer, so that nobody can turn a device's answers on another.
pub const QUESTION_BYTES: usize = 96;
/// Magic, nonce, endpoint key, port.
const ANSWER_BYTES: usize = 16 + 8 + 32 + 2;

/// The question: magic (16), nonce (8), the length of the slot and the slot (32 together), zeros.
/// None if the slot is too long to be one.
pub fn question(slot: &str, nonce: [u8; 8]) -> Option<[u8; QUESTION_BYTES]> {
    let length = u8::try_from(slot.len()).ok().filter(|_| slot.len() < SLOT_BYTES)?;
    let mut bytes: Vec<u8> = [QUESTION.as_slice(), &nonce, &[length], slot.as_bytes()].concat();
    bytes.resize(QUESTION_BYTES, 0);
    bytes.try_into().ok()
}

/// The nonce of a question for this slot; none if it is anything else.
pub fn asks_for(slot: &str, datagram: &[u8]) -> Option<[u8; 8]> {
    let (_, rest) = datagram.split_first_chunk::<16>().filter(|(magic, _)| *magic == QUESTION)?;
    let (nonce, _) = rest.split_first_chunk::<8>()?;
    (datagram == question(slot, *nonce)?).then_some(*nonce)
}

/// The answer: magic (16), the nonce of the question (8), endpoint key (32), its port (2).
pub fn answer(nonce: [u8; 8], key: &[u8; 32], port: u16) -> Vec<u8> {
    [ANSWER.as_slice(), &nonce, key, &port.to_be_bytes()].concat()
}

/// The endpoint key and port of an answer to the question with this nonce; none if it is anything
/// else.
pub fn read_answer(nonce: [u8; 8], datagram: &[u8]) -> Option<([u8; 32], u16)> {
    let datagram: &[u8; ANSWER_BYTES] = datagram.try_into().ok()?;
    let (magic, rest) = datagram.split_first_chunk::<16>()?;
    let (told, rest) = rest.split_first_chunk::<8>()?;
    let (key, rest) = rest.split_first_chunk::<32>()?;
    let port: [u8; 2] = rest.try_into().ok()?;
    let is_key = PublicKey::from_bytes(key).is_ok();
    (magic == ANSWER && *told == nonce && is_key).then(|| (*key, u16::from_be_bytes(port)))
}

/// The service under which the devices that answer to a slot are announced: whoever looks for one
/// slot hears of no other.
pub fn service(slot: &str) -> String {
    format!("sheaf-{slot}")
}

/// The name of a device in its announcements: its endpoint key, in an alphabet in which it leaves
/// room in the 63 bytes of a DNS label for the port that is put behind it there.
pub fn name(key: &[u8; 32]) -> Option<String> {
    PublicKey::from_bytes(key).ok().map(|key| key.to_z32())
}

/// The endpoint key in the name of a device that is announced.
pub fn key_of(name: &str) -> Option<[u8; 32]> {
    PublicKey::from_z32(name).ok().map(|key| *key.as_bytes())
}
