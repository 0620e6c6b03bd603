//! Processes that are killed while they write, and two that write at once.

use std::env;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::*;

/// The home in which a child of these tests writes until it is killed.
const CHILD_HOME: &str = "SHEAF_STORE_TEST_HOME";
/// The log to which it writes.
const CHILD_LOG: &str = "SHEAF_STORE_TEST_LOG";

/// This test binary again, running one test as a child.
fn spawn(test: &str, home: &Path, log: u8) -> Child {
    Command::new(env::current_exe().unwrap())
        .args([&format!("tests::crash::{test}"), "--exact", "--nocapture", "--test-threads=1"])
        .env(CHILD_HOME, home)
        .env(CHILD_LOG, log.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// The child: appends entry after entry and says of each, once it is durable, which it was.
fn write_as_child(limit: u64) -> bool {
    let Some(dir) = env::var_os(CHILD_HOME) else { return false };
    let log = log(env::var(CHILD_LOG).unwrap().parse().unwrap());
    let home = Home::open(dir).unwrap();
    let store = Store::open(&home, Some(&KEY)).unwrap();
    let lane = Lane::data(PASTORAL);
    for _ in 0..limit {
        let seq = store
            .write(|txn| {
                let seq = length(txn.tips(lane, log)?);
                let before = txn.entries_at(lane, log, seq.wrapping_sub(1))?;
                let previous = before.first().copied().unwrap_or(EntryId::ZERO);
                let number = u32::try_from(seq).unwrap();
                let sections = [(document(number), vec![1; 2000])];
                let next = entry(lane, log, seq, previous, &sections);
                txn.append(&next, &(seq + 1).to_be_bytes(), 0)?;
                txn.put_record(&record(number, "incident", "written by a child"), &[], &[])?;
                Ok::<_, StoreError>(seq)
            })
            .unwrap();
        writeln!(std::io::stdout(), "\nwrote {seq}").unwrap();
    }
    true
}

fn length(tips: Option<Vec<u8>>) -> u64 {
    tips.map_or(0, |tips| u64::from_be_bytes(tips.try_into().unwrap()))
}

/// Kills the child after it has said so often that it wrote; gives the last that it said.
fn kill_after(mut child: Child, times: u64) -> u64 {
    let output = BufReader::new(child.stdout.take().unwrap());
    let mut said = output.lines().map_while(Result::ok).filter_map(|line| {
        line.strip_prefix("wrote ").map(|number| number.parse::<u64>().unwrap())
    });
    let last = said.by_ref().take(usize::try_from(times).unwrap()).last().unwrap();
    child.kill().unwrap();
    // What it had said before the blow counts too.
    let last = said.last().unwrap_or(last);
    child.wait().unwrap();
    last
}

#[test]
fn what_was_acknowledged_outlives_a_kill() {
    if write_as_child(u64::MAX) {
        return;
    }
    let (_folder, home, store) = encrypted();
    drop(store);
    let mut rng = rng(11);
    let lane = Lane::data(PASTORAL);
    let mut expected = 0;
    for round in 0..8 {
        let child = spawn("what_was_acknowledged_outlives_a_kill", home.dir(), 1);
        let last = kill_after(child, 1 + below(&mut rng, 12));
        assert!(last >= expected, "round {round} went on where the last one ended");
        expected = last;
        let store = Store::open(&home, Some(&KEY)).unwrap();
        store
            .read(|snapshot| -> Result<(), StoreError> {
                let length = length(snapshot.tips(lane, log(1))?);
                assert!(length > last, "round {round}: {last} was acknowledged");
                assert_eq!(snapshot.entry_count(lane)?, length);
                for id in snapshot.entry_ids(lane)? {
                    assert!(snapshot.entry(id)?.unwrap().sections()[0].is_some());
                }
                assert_eq!(snapshot.list(&crate::Query::default())?.total, length);
                Ok(())
            })
            .unwrap();
        assert!(store.integrity().unwrap().is_sound());
    }
}

#[test]
fn two_processes_write_at_once_without_loss() {
    if write_as_child(40) {
        return;
    }
    let (_folder, home, store) = encrypted();
    let test = "two_processes_write_at_once_without_loss";
    let children = [spawn(test, home.dir(), 1), spawn(test, home.dir(), 2)];
    for mut child in children {
        let output = BufReader::new(child.stdout.take().unwrap());
        let said = output.lines().map_while(Result::ok).filter(|line| line.starts_with("wrote "));
        assert_eq!(said.count(), 40);
        assert!(child.wait().unwrap().success());
    }
    let lane = Lane::data(PASTORAL);
    store
        .read(|snapshot| -> Result<(), StoreError> {
            assert_eq!(snapshot.entry_count(lane)?, 80);
            assert_eq!(length(snapshot.tips(lane, log(1))?), 40);
            assert_eq!(length(snapshot.tips(lane, log(2))?), 40);
            Ok(())
        })
        .unwrap();
}

#[test]
fn the_endpoint_is_free_once_its_process_is_killed() {
    if let Some(dir) = env::var_os(CHILD_HOME) {
        let _lock = Home::open(dir).unwrap().try_network_lock().unwrap().unwrap();
        writeln!(std::io::stdout(), "\nwrote 0").unwrap();
        // Until the parent kills this process.
        std::thread::park();
    }
    let (_folder, home, _store) = encrypted();
    let mut child = spawn("the_endpoint_is_free_once_its_process_is_killed", home.dir(), 1);
    let output = BufReader::new(child.stdout.take().unwrap());
    assert!(output.lines().map_while(Result::ok).any(|line| line == "wrote 0"));
    assert!(home.try_network_lock().unwrap().is_none());
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(home.try_network_lock().unwrap().is_some());
}
