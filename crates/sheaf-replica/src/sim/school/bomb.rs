//! What hostile members seal and sign properly although no device can take it in, and what they
//! send that is no entry at all.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use ed25519_dalek::{Signer, SigningKey};
use rand_chacha::ChaCha20Rng;
use sha2::{Digest, Sha256};
use sheaf_charter::codec::{DecodeError, Writer};
use sheaf_charter::{
    ActorId, Draft, Entry, EntryError, EpochKey, Header, Identity, Lane, LogId, MAX_BODY_BYTES,
    MAX_CHANGES_BYTES, MAX_SECTIONS, SectionKey, SectionPlace, TableRow, section_hash,
};

use super::paper::{NONCE, change};
use crate::SessionError;
use crate::limits::MAX_FRAME_BYTES;

/// The least length of a sealed section, of the nonce before it, and of the tag behind it.
const SEALED_BYTES: usize = 256;
const SEAL_NONCE: [u8; 24] = [3; 24];
const TAG_BYTES: usize = 16;
/// Operations that no memory has room for.
const BILLIONS: i64 = 3_000_000_000;

/// A section that its readers can open, and must not believe.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Bomb {
    /// Declares four gigabytes.
    Endless,
    /// Declares as much as a section may hold, and holds four bytes.
    Inflated,
    /// Declares billions of operations in a change of a hundred bytes.
    Operations,
    /// Holds a change of another author.
    Foreign,
    /// Holds no change.
    Noise,
}

pub(super) const BOMBS: [Bomb; 5] =
    [Bomb::Endless, Bomb::Inflated, Bomb::Operations, Bomb::Foreign, Bomb::Noise];

/// The keys of a hostile member, the secret half for what our build would not sign.
#[derive(Clone, Copy)]
pub(super) struct Keys<'a> {
    pub me: &'a Identity,
    pub secret: &'a [u8; 32],
    pub epoch: &'a EpochKey,
}

impl Bomb {
    /// A draft's entry, with the bomb in its only section; none if the draft has no section.
    pub(super) fn entry(
        self,
        mut draft: Draft,
        keys: Keys<'_>,
        rng: &mut ChaCha20Rng,
    ) -> Option<Entry> {
        draft.sections.truncate(1);
        let log = draft.log;
        let section = draft.sections.first_mut()?;
        section.changes = match self {
            Self::Endless => return by_hand(&draft, keys, u32::MAX),
            Self::Inflated => return by_hand(&draft, keys, MAX_CHANGES_BYTES as u32),
            Self::Operations => operations(log),
            Self::Foreign => change(section.document, LogId::from_bytes([0xab; 32]), b"not mine"),
            Self::Noise => b"garbage ".repeat(1_000),
        };
        draft.seal(keys.me, Some(keys.epoch), rng).ok()
    }
}

/// An entry whose section declares so many bytes of changes.
fn by_hand(draft: &Draft, keys: Keys<'_>, declared: u32) -> Option<Entry> {
    let document = draft.sections.first()?.document;
    let mut header = header(draft);
    let prefix = header.prefix_bytes();
    let mut plain = Writer::new();
    // A block of four literals.
    plain.raw(&NONCE).u32(declared).bytes(b"\x40note");
    let mut plain = plain.finish();
    plain.resize(SEALED_BYTES - SEAL_NONCE.len() - TAG_BYTES, 0);
    let place = SectionPlace { header_prefix: &prefix, index: 0, document };
    let key = SectionKey::of(keys.epoch, &place, &SEAL_NONCE)?;
    let mut context = Writer::new();
    context.raw(&prefix).u32(0).raw(document.as_bytes());
    let payload = Payload { msg: &plain, aad: &context.finish() };
    let cipher = XChaCha20Poly1305::new(&(*key.as_bytes()).into());
    let sealed = cipher.encrypt(&XNonce::from(SEAL_NONCE), payload).ok()?;
    let sealed = [SEAL_NONCE.as_slice(), &sealed].concat();
    let (length, hash) = (SEALED_BYTES as u32, section_hash(&sealed));
    header.table.push(TableRow { document, length, hash });
    let bytes = header.to_bytes();
    let signing = SigningKey::from_bytes(keys.secret);
    let signature = signing.sign(&[b"sheaf/1/entry\0", bytes.as_slice()].concat()).to_bytes();
    Entry::from_parts(bytes, signature, vec![Some(sealed)]).ok()
}

/// A draft's header without its table.
fn header(draft: &Draft) -> Header {
    let ascending = |mut heads: Vec<_>| {
        heads.sort_unstable();
        heads.dedup();
        heads
    };
    Header {
        school: draft.school,
        lane: draft.lane,
        log: draft.log,
        seq: draft.seq,
        previous: draft.previous,
        charter_heads: ascending(draft.charter_heads.clone()),
        control_heads: ascending(draft.control_heads.clone()),
        epoch: draft.epoch,
        claimed_ms: draft.claimed_ms,
        acts: Vec::new(),
        table: Vec::new(),
    }
}

/// A change that puts nothing under one key, billions of times: run-length columns of the key,
/// insertion, action, value kind and predecessors.
fn operations(log: LogId) -> Vec<u8> {
    let run = |value: &[u8]| {
        let mut column = Vec::new();
        signed(&mut column, BILLIONS);
        [column.as_slice(), value].concat()
    };
    let mut insert = Vec::new();
    unsigned(&mut insert, BILLIONS as u64);
    let columns = [
        (0x15, run(&[1, b'k'])),
        (0x34, insert),
        (0x42, run(&[1])),
        (0x56, run(&[0])),
        (0x70, run(&[0])),
    ];
    let mut body = [[0, 16].as_slice(), &ActorId::derive(log, NONCE).to_bytes()].concat();
    body.extend_from_slice(&[1, 1, 0, 0, 0, columns.len() as u8]);
    for (spec, column) in &columns {
        body.extend_from_slice(&[*spec, column.len() as u8]);
    }
    columns.iter().for_each(|(_, column)| body.extend_from_slice(column));
    let hashed = [[1, body.len() as u8].as_slice(), &body].concat();
    let hash = Sha256::digest(&hashed);
    [[0x85, 0x6f, 0x4a, 0x83].as_slice(), &hash[..4], &hashed].concat()
}

fn unsigned(out: &mut Vec<u8>, mut value: u64) {
    while value > 0x7f {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// A positive number with a bit to spare for the sign.
fn signed(out: &mut Vec<u8>, value: i64) {
    let start = out.len();
    unsigned(out, value as u64);
    if out[out.len() - 1] & 0x40 != 0 && out.len() > start {
        let last = out.len() - 1;
        out[last] |= 0x80;
        out.push(0);
    }
}

/// A frame that no session takes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Missile {
    /// One byte over a mebibyte.
    Frame,
    /// An entry whose sections are together over 512 KiB, by its header.
    Body,
    /// An entry with more sections than an entry may have.
    Sections,
}

pub(super) const MISSILES: [Missile; 3] = [Missile::Frame, Missile::Body, Missile::Sections];

impl Missile {
    /// Its bytes, made of a draft in that lane, and how a session refuses it.
    pub(super) fn frame(self, draft: &Draft) -> (Vec<u8>, SessionError) {
        let rows = |count: usize, length: usize| {
            let mut header = header(draft);
            let document = draft.sections[0].document;
            let row = TableRow { document, length: length as u32, hash: section_hash(b"") };
            header.table = vec![row; count];
            entries(draft.lane, &header)
        };
        match self {
            Self::Frame => (
                vec![4; MAX_FRAME_BYTES + 1],
                SessionError::TooMuch { what: "bytes in a frame", limit: MAX_FRAME_BYTES },
            ),
            Self::Body => {
                let length = MAX_BODY_BYTES / 2 + 1;
                (rows(2, length), SessionError::NotAnEntry(EntryError::TooLarge))
            }
            Self::Sections => {
                let (what, limit) = ("sections", MAX_SECTIONS);
                let error = EntryError::Malformed(DecodeError::TooMuch { what, limit });
                (rows(limit + 1, SEALED_BYTES), SessionError::NotAnEntry(error))
            }
        }
    }
}

/// A frame of one entry with this header, of which no section is there.
fn entries(lane: Lane, header: &Header) -> Vec<u8> {
    let mut out = Writer::new();
    out.u8(4);
    lane.write(&mut out);
    out.u16(1).bytes(&header.to_bytes()).raw(&[0; 64]);
    header.table.iter().for_each(|_| {
        out.u8(0);
    });
    out.finish()
}
