//! Several threads and several stores on one file, as in several processes.

use std::thread;
use std::time::{Duration, Instant};

use super::*;

/// Far longer than anything takes that works.
const PATIENCE: Duration = Duration::from_secs(60);

fn count(bytes: Option<Vec<u8>>) -> u64 {
    bytes.map_or(0, |bytes| u64::from_be_bytes(bytes.try_into().unwrap()))
}

/// Reads a number and writes it back one higher, so often.
fn count_up(store: &Store, times: u64) {
    for _ in 0..times {
        store
            .write(|txn| {
                let next = count(txn.setting("count")?) + 1;
                txn.put_setting("count", &next.to_be_bytes())
            })
            .unwrap();
    }
}

#[test]
fn writers_in_threads_and_processes_lose_nothing() {
    let (_folder, home, store) = encrypted();
    let start = store.revision().unwrap();
    let threads: Vec<_> = (0..4)
        .map(|number| {
            // Two handles on one store, and two stores of their own: separate connections, as
            // other processes have.
            let store = match number {
                0 | 1 => store.clone(),
                _ => Store::open(&home, Some(&KEY)).unwrap(),
            };
            thread::spawn(move || count_up(&store, 50))
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    assert_eq!(count(store.read(|snapshot| snapshot.setting("count")).unwrap()), 200);
    assert_eq!(store.revision().unwrap(), start + 200);
}

#[test]
fn readers_see_whole_transactions_while_somebody_writes() {
    let (_folder, _home, store) = encrypted();
    let writer = store.clone();
    let writing = thread::spawn(move || {
        for number in 1..=100_u64 {
            writer
                .write(|txn| -> Result<(), StoreError> {
                    txn.put_setting("left", &number.to_be_bytes())?;
                    txn.put_setting("right", &number.to_be_bytes())
                })
                .unwrap();
        }
    });
    let readers: Vec<_> = (0..3)
        .map(|_| {
            let store = store.clone();
            thread::spawn(move || {
                for _ in 0..100 {
                    let (left, right) = store
                        .read(|snapshot| -> Result<_, StoreError> {
                            Ok((snapshot.setting("left")?, snapshot.setting("right")?))
                        })
                        .unwrap();
                    assert_eq!(left, right);
                }
            })
        })
        .collect();
    writing.join().unwrap();
    for reader in readers {
        reader.join().unwrap();
    }
}

/// Whoever has much to write makes way: a save that began to wait in one of its transactions comes
/// before the next.
#[test]
fn a_save_goes_before_what_follows_from_the_log() {
    let (_folder, _home, store) = encrypted();
    let saver = store.clone();
    let (begun, begins) = std::sync::mpsc::channel();
    let saving = thread::spawn(move || {
        begins.recv().unwrap();
        saver.write(|txn| Ok::<_, StoreError>(txn.revision())).unwrap()
    });
    let derived = |wait: bool| {
        let written = store.write_derived(|txn| {
            while wait && !store.is_awaited() {
                begun.send(()).ok();
                thread::yield_now();
            }
            Ok::<_, StoreError>(txn.revision())
        });
        written.unwrap()
    };
    let first = derived(true);
    let second = derived(false);
    assert_eq!((saving.join().unwrap(), second), (first + 1, first + 2));
}

/// Where somebody always waits to write, what follows from the log has its turn all the same.
#[test]
fn whoever_makes_way_does_not_do_so_for_ever() {
    let (_folder, _home, store) = encrypted();
    let begun = Instant::now();
    let waiting = |count: usize| {
        while store.waiters() != count {
            assert!(begun.elapsed() < PATIENCE, "{} wait", store.waiters());
            thread::yield_now();
        }
    };
    let (saver, follower) = (store.clone(), store.clone());
    let threads = store.write(|_| {
        let saving = thread::spawn(move || saver.write(|_| Ok::<_, StoreError>(())));
        waiting(1);
        let following = thread::spawn(move || follower.write_derived(|_| Ok::<_, StoreError>(())));
        waiting(2);
        Ok::<_, StoreError>([saving, following])
    });
    for thread in threads.unwrap() {
        thread.join().unwrap().unwrap();
    }
}
