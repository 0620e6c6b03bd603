//! Power that goes at any write or sync of a transaction or a checkpoint: what the disk has then is
//! put together from the bytes that were written, opened, checked and looked at.
//!
//! A transaction writes to the write-ahead log alone, frame after frame, each a header and a page,
//! and syncs it. A checkpoint writes pages into the file, syncs that, and empties the log. What is
//! written between two syncs may reach the disk in any order.

use std::fs;
use std::ops::Range;

use super::*;
use crate::{Checkpoint, DocumentState, Query};

const LOG_HEADER: usize = 32;
const FRAME_HEADER: usize = 24;
/// So many subsets of the pages of a checkpoint.
const SUBSETS: usize = 24;

/// The two files that a store is in.
#[derive(Clone, PartialEq, Eq)]
struct Disk {
    file: Vec<u8>,
    log: Vec<u8>,
}

impl Disk {
    fn of(home: &Home) -> Self {
        let read = |name| fs::read(home.dir().join(name)).unwrap_or_default();
        Self { file: read("school.db"), log: read("school.db-wal") }
    }

    fn page(&self) -> usize {
        let bytes = self.log[8..12].try_into().unwrap();
        usize::try_from(u32::from_be_bytes(bytes)).unwrap()
    }

    fn frame(&self) -> usize {
        FRAME_HEADER + self.page()
    }

    /// The frames since the log was last begun anew.
    fn frames(&self) -> usize {
        let salt = &self.log[16..24];
        let frames = self.log[LOG_HEADER..].chunks_exact(self.frame());
        frames.take_while(|frame| &frame[8..16] == salt).count()
    }

    fn frame_at(&self, number: usize) -> Range<usize> {
        let start = LOG_HEADER + number * self.frame();
        start..start + self.frame()
    }
}

/// A home whose power went when its files were like this.
fn found(home: &Home, disk: &Disk, key: Option<&[u8; 32]>) -> String {
    let folder = TempDir::new().unwrap();
    let copy = folder.path();
    fs::copy(home.dir().join("home.json"), copy.join("home.json")).unwrap();
    fs::write(copy.join("school.db"), &disk.file).unwrap();
    fs::write(copy.join("school.db-wal"), &disk.log).unwrap();
    let home = Home::open(copy).unwrap();
    let store = Store::open(&home, key).unwrap();
    let found = store.integrity().unwrap();
    assert!(found.is_sound(), "{:?}", found.problems);
    let state = state(&store);
    // It can be written to as before.
    store.write(|txn| txn.put_setting("after", b"the power came back")).unwrap();
    state
}

/// Everything that the store has.
fn state(store: &Store) -> String {
    store
        .read(|snapshot| -> Result<_, StoreError> {
            let mut said = String::new();
            for id in snapshot.all_entry_ids()? {
                said += &format!("{id} {:?}\n", snapshot.parts_of(id)?);
            }
            for (document, _) in snapshot.all_documents()? {
                let state = snapshot.document(document)?.unwrap();
                said += &format!("{document} {:?} {:?}\n", state.heads, state.stored);
            }
            for record in snapshot.record_ids()? {
                said += &format!("{:?}\n", snapshot.record(record)?);
            }
            let listed = snapshot.list(&Query::default())?.total;
            said += &format!("{listed} {:?}", snapshot.tips(Lane::data(PASTORAL), log(1))?);
            Ok(said)
        })
        .unwrap()
}

fn put_all(txn: &mut crate::Txn<'_>, numbers: Range<u32>) -> Result<(), StoreError> {
    for number in numbers {
        txn.put_document(&DocumentState {
            document: document(100_000 + number),
            space: PASTORAL,
            changes: u64::from(number),
            heads: vec![1; 32],
            stored: Some(vec![7; 700]),
        })?;
        let row = record(100_000 + number, "incident", &format!("corridor {number}"));
        txn.put_record(&row, &[], &[])?;
    }
    Ok(())
}

fn take_in(store: &Store, from: usize, to: usize) {
    let entries = chain(Lane::data(PASTORAL), log(1), to as u64);
    let result: Result<(), StoreError> = store.write(|txn| {
        for entry in &entries[from..] {
            txn.append(entry, &entry.header().seq.to_be_bytes(), 0)?;
        }
        put_all(txn, from as u32..to as u32)
    });
    result.unwrap();
}

fn save(store: &Store) {
    take_in(store, 20, 21);
}

fn ingest(store: &Store) {
    take_in(store, 20, 60);
}

fn erase(store: &Store) {
    store.write(|txn| txn.erase(PASTORAL, document(100_003))).unwrap();
}

fn rebuild(store: &Store) {
    let result: Result<(), StoreError> = store.write(|txn| {
        txn.clear_index()?;
        put_all(txn, 0..19)
    });
    result.unwrap();
}

/// Every state in which a transaction may leave the log: cut off in each frame's header and page
/// and after it, and with one frame missing that was written before others and not synced.
fn logs(before: &Disk, after: &Disk) -> Vec<Vec<u8>> {
    let mut logs = Vec::new();
    let begun_anew = before.log.get(..LOG_HEADER) != after.log.get(..LOG_HEADER);
    let first = if begun_anew { 0 } else { before.frames() };
    let cut_at = |at: usize| {
        let old = before.log.get(at..).unwrap_or_default();
        [&after.log[..at], old].concat()
    };
    if begun_anew {
        logs.extend([0, 16, LOG_HEADER].map(cut_at));
    }
    for number in first..after.frames() {
        let frame = after.frame_at(number);
        let is_last = number + 1 == after.frames();
        let mid_page = frame.start + FRAME_HEADER + after.page() / 2;
        logs.extend([frame.start + 12, frame.start + FRAME_HEADER, mid_page].map(cut_at));
        if !is_last {
            logs.push(cut_at(frame.end));
        }
        let mut missing = after.log.clone();
        missing[frame].fill(0);
        logs.push(missing);
    }
    logs
}

/// Runs a change on a store whose log is empty, or has been used before.
#[track_caller]
fn all_or_nothing(open: fn() -> (TempDir, Home, Store), change: fn(&Store), used: bool) {
    let (_folder, home, store) = open();
    let key = (!home.file().plain).then_some(&KEY);
    take_in(&store, 0, 20);
    if used {
        // What the log had is in the file, and the next transaction writes over it.
        let sql = "PRAGMA wal_checkpoint(RESTART)";
        store.on_writer(|sqlite| Ok(sqlite.query_row(sql, [], |_| Ok(()))?)).unwrap();
    } else {
        assert_eq!(store.checkpoint().unwrap(), Checkpoint::Done);
    }
    let (before, old) = (Disk::of(&home), state(&store));
    assert_eq!(before.log.is_empty(), !used);
    change(&store);
    let (after, new) = (Disk::of(&home), state(&store));
    assert!(before.file == after.file, "a transaction writes to the log alone");
    assert_ne!(old, new);

    let logs = logs(&before, &after);
    assert!(logs.len() >= 12, "{} states", logs.len());
    for (number, log) in logs.into_iter().enumerate() {
        let disk = Disk { file: before.file.clone(), log };
        assert_eq!(found(&home, &disk, key), old, "state {number} of the log");
    }
    assert_eq!(found(&home, &after, key), new, "synced");

    assert_eq!(store.checkpoint().unwrap(), Checkpoint::Done);
    let done = Disk::of(&home);
    assert!(done.log.is_empty());
    for (number, disk) in checkpoints(&after, &done).into_iter().enumerate() {
        assert_eq!(found(&home, &disk, key), new, "state {number} of the checkpoint");
    }
}

/// Every state in which a checkpoint may leave the two files: pages written one by one, some of
/// them and not others, the last in half; and, all being synced, the log cut off anywhere.
fn checkpoints(before: &Disk, done: &Disk) -> Vec<Disk> {
    let page = before.page();
    let page_of =
        |disk: &Disk, at: usize| disk.file.get(at * page..(at + 1) * page).map(<[u8]>::to_vec);
    let is_written = |at: &usize| page_of(before, *at) != page_of(done, *at);
    let pages: Vec<usize> = (0..done.file.len() / page).filter(is_written).collect();
    let written = |numbers: &[usize], half: Option<usize>| {
        let mut disk = before.clone();
        let parts = numbers.iter().map(|at| (*at, page)).chain(half.map(|at| (at, page / 2)));
        for (at, length) in parts {
            let range = at * page..at * page + length;
            disk.file.resize(disk.file.len().max(range.end), 0);
            disk.file[range.clone()].copy_from_slice(&done.file[range]);
        }
        disk
    };
    let mut disks: Vec<Disk> =
        (0..pages.len()).map(|count| written(&pages[..count], Some(pages[count]))).collect();
    let mut rng = rng(5);
    for _ in 0..SUBSETS {
        let some: Vec<_> = pages.iter().copied().filter(|_| below(&mut rng, 2) == 0).collect();
        disks.push(written(&some, None));
    }
    let lengths = [0, 16, LOG_HEADER, before.frame_at(0).end, before.log.len()];
    let left = |length: usize| before.log[..length].to_vec();
    disks.extend(lengths.map(|length| Disk { file: done.file.clone(), log: left(length) }));
    disks
}

#[test]
fn a_save_is_there_whole_or_not_at_all() {
    all_or_nothing(encrypted, save, false);
    all_or_nothing(plain, save, true);
}

#[test]
fn what_is_taken_in_is_there_whole_or_not_at_all() {
    all_or_nothing(encrypted, ingest, false);
    all_or_nothing(encrypted, ingest, true);
}

#[test]
fn an_erasure_is_done_whole_or_not_at_all() {
    all_or_nothing(encrypted, erase, false);
    all_or_nothing(plain, erase, true);
}

#[test]
fn a_rebuild_is_done_whole_or_not_at_all() {
    all_or_nothing(encrypted, rebuild, false);
    all_or_nothing(encrypted, rebuild, true);
}

/// Two of them, and what the disk had when the power went: both, the first alone or none, and
/// whatever was there before.
#[test]
fn what_follows_from_the_log_is_lost_from_its_end() {
    let (_folder, home, store) = encrypted();
    take_in(&store, 0, 20);
    assert_eq!(store.checkpoint().unwrap(), Checkpoint::Done);
    let before = Disk::of(&home);
    let mut states = vec![state(&store)];
    for numbers in [20..30, 30..40] {
        store.write_derived(|txn| put_all(txn, numbers)).unwrap();
        states.push(state(&store));
    }
    let after = Disk::of(&home);
    let mut seen = [0; 3];
    for (number, log) in logs(&before, &after).into_iter().enumerate() {
        let disk = Disk { file: before.file.clone(), log };
        let found = found(&home, &disk, Some(&KEY));
        let which = states.iter().position(|state| *state == found);
        seen[which.unwrap_or_else(|| panic!("state {number} of the log"))] += 1;
    }
    assert!(seen[0] > 0 && seen[1] > 0 && seen[2] == 0, "{seen:?}");
}
