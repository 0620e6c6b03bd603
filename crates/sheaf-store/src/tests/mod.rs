//! Tests of the store on homes in temporary folders.

mod concurrency;
mod crash;
mod documents;
mod entries;
mod homes;
mod index;
mod pages;
mod search;
mod secrecy;
mod settings;
mod store;
mod writes;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use sheaf_charter::{
    Act, DocumentId, Entry, EntryId, EpochId, Header, Lane, LogId, Part, PersonId, SchoolId,
    SpaceId, TableRow, section_hash,
};
use tempfile::TempDir;

use crate::{Home, HomeFile, PassphraseCost, Purpose, RecordRow, RecordState, Store, StoreError};

const KEY: [u8; 32] = [42; 32];
const PASTORAL: SpaceId = SpaceId::from_bytes([1; 16]);
const SAFEGUARDING: SpaceId = SpaceId::from_bytes([2; 16]);
const ANNA: PersonId = PersonId::from_bytes([3; 16]);

fn home_file() -> HomeFile {
    let cost = PassphraseCost { memory_kib: 8, passes: 1, lanes: 1, salt: [9; 16] };
    HomeFile::new(Purpose::Test, cost)
}

/// A home with an encrypted store, and the folder that goes with it.
fn encrypted() -> (TempDir, Home, Store) {
    let folder = TempDir::new().unwrap();
    let home = Home::create(folder.path().join("home"), home_file()).unwrap();
    let store = Store::create(&home, Some(&KEY)).unwrap();
    (folder, home, store)
}

/// A home whose store has no page cipher.
fn plain() -> (TempDir, Home, Store) {
    let folder = TempDir::new().unwrap();
    let home = Home::create(folder.path().join("home"), home_file().without_cipher()).unwrap();
    let store = Store::create(&home, None).unwrap();
    (folder, home, store)
}

fn rng(seed: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed)
}

fn bytes<const N: usize>(rng: &mut ChaCha8Rng) -> [u8; N] {
    let mut bytes = [0; N];
    rng.fill_bytes(&mut bytes);
    bytes
}

fn below(rng: &mut ChaCha8Rng, limit: u64) -> u64 {
    rng.next_u64() % limit
}

fn log(number: u8) -> LogId {
    LogId::from_bytes([number; 32])
}

fn document(number: u32) -> DocumentId {
    let mut bytes = [7; 16];
    bytes[..4].copy_from_slice(&number.to_be_bytes());
    DocumentId::from_bytes(bytes)
}

/// An entry with these sections; nobody checks its signature here.
fn entry(
    lane: Lane,
    log: LogId,
    seq: u64,
    previous: EntryId,
    sections: &[(DocumentId, Vec<u8>)],
) -> Entry {
    let table = sections
        .iter()
        .map(|(document, sealed)| TableRow {
            document: *document,
            length: u32::try_from(sealed.len()).unwrap(),
            hash: section_hash(sealed),
        })
        .collect();
    let header = Header {
        school: SchoolId::from_bytes([5; 32]),
        lane,
        log,
        seq,
        previous,
        charter_heads: Vec::new(),
        control_heads: Vec::new(),
        epoch: EpochId::from_bytes([6; 16]),
        claimed_ms: 1_750_000_000_000,
        acts: if lane.part == Part::Control { vec![Act::Describe] } else { Vec::new() },
        table,
    };
    let sealed = sections.iter().map(|(_, sealed)| Some(sealed.clone())).collect();
    Entry::from_parts(header.to_bytes(), [8; 64], sealed).unwrap()
}

/// A chain of entries with one section each.
fn chain(lane: Lane, log: LogId, length: u64) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for seq in 0..length {
        let previous = entries.last().map_or(EntryId::ZERO, Entry::id);
        let number = u32::from(log.as_bytes()[0]) * 100_000 + u32::try_from(seq).unwrap();
        let sections = [(document(number), format!("sealed {number}").into_bytes())];
        entries.push(entry(lane, log, seq, previous, &sections));
    }
    entries
}

fn append(store: &Store, entries: &[Entry]) {
    store.write(|txn| entries.iter().try_for_each(|entry| txn.append(entry, b"tips", 0))).unwrap();
}

fn record(number: u32, kind: &str, title: &str) -> RecordRow {
    RecordRow {
        record: document(number),
        space: PASTORAL,
        kind: kind.to_owned(),
        state: RecordState::Live,
        sort_at: i64::from(number),
        conflicts: 0,
        created_by: ANNA,
        created_ms: 0,
        entry: EntryId::from_bytes([4; 32]),
        title: title.to_owned(),
        body: String::new(),
        json: "{}".to_owned(),
    }
}

fn put(store: &Store, records: &[RecordRow]) {
    store
        .write(|txn| records.iter().try_for_each(|record| txn.put_record(record, &[], &[])))
        .unwrap();
}

#[track_caller]
fn err<T: std::fmt::Debug>(result: Result<T, StoreError>) -> StoreError {
    result.unwrap_err()
}
