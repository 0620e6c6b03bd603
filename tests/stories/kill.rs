//! `kill -9` at any moment: what was acknowledged is there, and everything fits together.
//! (Rules 1, 2 and 3.) `SHEAF_KILLS` sets how often; `scripts/kill-test` asks for 200.

use std::collections::BTreeSet;
use std::process::Command;
use std::time::Duration;

use serde_json::Value;
use sheaf_store::{Home, Snapshot, Store, StoreError};
use tempfile::TempDir;

use crate::device::{Device, Process, copy_home, demo, join_unprotected, string};

const KILLS: usize = 20;
/// The longest that a process is left alone at first: some saves, a slice of an arriving entry.
const LONGEST_MS: u64 = 120;

/// Rule 1. One process saves in a loop, another logs one incident, a third serves and receives
/// from a second device that saves too; each is killed at a moment that the seed chooses.
#[test]
fn an_acknowledged_save_survives() {
    let dir = TempDir::new().unwrap();
    demo(dir.path(), &["--pupils", "10", "--devices", "2"]);
    let (head, dsl) = (device(&dir, "1"), device(&dir, "2"));
    let pupil = head.pupil();
    let other = dsl.serve(&[]);
    let mut moments = Moments::new(1);
    let mut acknowledged = BTreeSet::new();
    let mut elsewhere = Vec::new();
    for _ in 0..kills() {
        let serving = head.serve(&["--with", &other.address]);
        let saver = Process::spawn(
            Command::new(env!("CARGO_BIN_EXE_sheaf-saver"))
                .args([head.home.as_os_str(), pupil.as_ref()]),
        );
        elsewhere.push(dsl.log(&pupil, "pastoral", "from the other device"));
        let arguments = ["--format", "json", "log", &pupil, "disruption"];
        let logging = Process::spawn(&mut head.command(&arguments));
        acknowledged.extend(saver.line_within(moments.next()));
        serving.event_within(moments.next());
        serving.kill();
        acknowledged.extend(saver.kill());
        let printed = logging.kill().join("\n");
        let record: Option<Value> = serde_json::from_str(&printed).ok();
        acknowledged.extend(record.map(|record| string(&record["id"])));
    }
    assert!(acknowledged.len() > kills() / 4, "only {} saves came through", acknowledged.len());

    head.sync(&other.address);
    let here = incidents(&head);
    let lost: Vec<&String> = acknowledged.iter().filter(|id| !here.contains(*id)).collect();
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
    assert!(elsewhere.iter().all(|id| here.contains(id)), "what arrived was lost");
    assert_eq!(here, incidents(&dsl));
    other.kill();
    assert_eq!(head.digests()["pastoral"], dsl.digests()["pastoral"]);
    dsl.verify();
    sound(&head);
}

/// Rules 2 and 3. A device that receives the whole school for the first time is killed again and
/// again; it resumes, and in the end holds what the other holds, with nothing given up on.
#[test]
fn a_receiver_killed_again_and_again_catches_up() {
    let dir = TempDir::new().unwrap();
    demo(dir.path(), &["--pupils", "120", "--devices", "1"]);
    let head = device(&dir, "1");
    let fresh = join_unprotected(&head, &dir.path().join("joined"));
    let kept = dir.path().join("kept");
    copy_home(&fresh.home, &kept);
    let serving = head.serve(&[]);
    let mut moments = Moments::new(2);
    let mut receiver = fresh;
    let (mut before, mut half_done) = (Held::default(), 0);
    for round in 0..kills() {
        let with = ["serve", "--loopback", "--events", "--with", &serving.address];
        let receiving = Process::spawn(&mut receiver.command(&with));
        let level = receive_for(&receiving, moments.next());
        receiving.kill();
        let now = Held::of(&receiver);
        half_done += usize::from(now.waiting > 0);
        if level {
            caught_up(&head, &receiver);
            receiver.home = dir.path().join(format!("again-{round}"));
            copy_home(&kept, &receiver.home);
            moments.come_sooner();
        } else if now == before {
            moments.come_later();
        }
        before = now;
    }
    assert!(half_done > 0, "no kill came while entries were being applied");
    receiver.sync(&serving.address);
    caught_up(&head, &receiver);
    serving.kill();
    sound(&receiver);
}

/// What a device holds of records.
#[derive(Default, PartialEq, Eq)]
struct Held {
    documents: u64,
    /// Sections that have arrived and are not applied yet.
    waiting: usize,
}

impl Held {
    /// Looked up in the file itself: a command that opens the home would go on with the work.
    fn of(device: &Device) -> Self {
        let store = Store::open(&Home::open(&device.home).unwrap(), None).unwrap();
        let look = |snapshot: &Snapshot<'_>| {
            let mut held = Self::default();
            for space in snapshot.spaces()? {
                held.documents += snapshot.document_count(space)?;
            }
            for span in snapshot.arrived()? {
                held.waiting += snapshot.arrived_sections(span, u32::MAX)?.len();
            }
            Ok::<_, StoreError>(held)
        };
        store.read(look).unwrap()
    }
}

/// Lets a receiver run for that long at most; says whether it was level by then.
fn receive_for(receiving: &Process, limit: Duration) -> bool {
    let started = std::time::Instant::now();
    while let Some(left) = limit.checked_sub(started.elapsed()) {
        match receiving.line_within(left) {
            Some(event) if event.contains(r#""event":"equal""#) => return true,
            Some(_) => {}
            None => return false,
        }
    }
    false
}

#[track_caller]
fn caught_up(head: &Device, receiver: &Device) {
    let status = receiver.json(&["status"]);
    assert_eq!(status["held"], serde_json::json!({}), "{status:#}");
    assert_eq!(head.digests()["pastoral"], receiver.digests()["pastoral"]);
}

/// A rebuild from the log alone finds nothing wrong and changes nothing.
#[track_caller]
fn sound(device: &Device) {
    let before = device.digests();
    let verified = device.json(&["verify", "--rebuild"]);
    assert_eq!(verified["ok"], true, "{verified:#}");
    assert_eq!(device.digests(), before);
}

fn incidents(device: &Device) -> BTreeSet<String> {
    let list = device.json(&["record", "list", "incident", "--limit", "100000"]);
    let records = list["records"].as_array().unwrap().iter();
    records.map(|record| string(&record["id"])).collect()
}

fn device(dir: &TempDir, number: &str) -> Device {
    Device::invented(&dir.path().join(number))
}

fn kills() -> usize {
    let asked = std::env::var("SHEAF_KILLS").ok();
    asked.map_or(KILLS, |text| text.parse().expect("SHEAF_KILLS is a number"))
}

/// The moments at which processes are killed: xorshift, so that a seed gives the same ones.
struct Moments {
    state: u64,
    longest_ms: u64,
}

impl Moments {
    const fn new(seed: u64) -> Self {
        Self { state: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15), longest_ms: LONGEST_MS }
    }

    fn next(&mut self) -> Duration {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        Duration::from_millis(self.state % self.longest_ms)
    }

    /// For a machine that is so fast that everything is over before it is killed.
    fn come_sooner(&mut self) {
        self.longest_ms = (self.longest_ms / 2).max(LONGEST_MS / 4);
    }

    /// For a machine that is so slow that it is killed before anything has happened.
    fn come_later(&mut self) {
        self.longest_ms *= 2;
    }
}
