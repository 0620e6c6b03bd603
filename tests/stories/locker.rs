//! The always-on locker: it keeps what it cannot read, and hands it to whoever may.
//! (Rules 3, 5, 7 and 8.)

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;

use serde_json::{Value, json};
use sheaf_charter::{DocumentId, Lane, SpaceId};
use sheaf_records::RecordId;
use sheaf_store::{Home, Store};

use crate::device::{
    Demo, Device, PASSPHRASE, Process, Serving, copy_home, holds, join, join_as, meet, refusal,
    run, string,
};

const SECRET: &str = "canary-vermilion-disclosure";
const OPEN: &str = "canary-ochre-corridor";
const AS_LOCKER: [&str; 2] = ["--role", "locker"];

/// An invented school with a locker that holds all of it so far, its bytes in the clear. Everybody
/// has heard of it.
fn school() -> (Demo, Device) {
    let demo = Demo::new();
    let head = demo.head();
    let locker = join_as(&head, &demo.path().join("locker"), &AS_LOCKER);
    let serving = head.serve(&[]);
    for device in [&locker, &demo.dsl(), &demo.mentor()] {
        device.sync(&serving.address);
    }
    drop(serving);
    (demo, locker)
}

fn on(locker: &Device) -> Serving {
    locker.serve(&["--locker"])
}

/// Each device meets the locker alone, one after the other.
#[track_caller]
fn by_way_of(locker: &Device, devices: &[&Device]) {
    let serving = on(locker);
    for device in devices {
        device.sync(&serving.address);
    }
}

fn held_by(locker: &Device) -> Value {
    locker.json(&["status"])["locker"].clone()
}

/// Every document that the locker has a section of.
fn documents(locker: &Device) -> Vec<DocumentId> {
    let store = Store::open(&Home::open(&locker.home).unwrap(), None).unwrap();
    store
        .read(|snapshot| {
            let mut documents = Vec::new();
            for space in snapshot.spaces()? {
                for id in snapshot.entry_ids(Lane::data(space))? {
                    let sections = snapshot.entry(id)?.unwrap();
                    let rows = sections.header().table.iter().zip(sections.sections());
                    documents
                        .extend(rows.filter(|(_, one)| one.is_some()).map(|(row, _)| row.document));
                }
            }
            Ok::<_, sheaf_store::StoreError>(documents)
        })
        .unwrap()
}

/// Rules 3 and 5. The mentor writes and goes off; the locker alone is on; the head comes and has
/// it, and the two hold the same without ever having met.
#[test]
fn the_laptops_never_on_together() {
    let (demo, locker) = school();
    let (head, mentor) = (demo.head(), demo.mentor());
    let record = mentor.log(&mentor.pupil(), "pastoral", OPEN);
    let before = held_by(&locker)["entries"].as_u64().unwrap();
    by_way_of(&locker, &[&mentor]);
    assert_eq!(held_by(&locker)["entries"], json!(before + 1));
    assert!(!head.run(&["record", "show", &record]).out.contains(OPEN), "they have not met");
    by_way_of(&locker, &[&head]);

    assert_eq!(head.show(&record)["fields"]["narrative"], OPEN);
    assert_eq!(head.digests()["pastoral"], mentor.digests()["pastoral"]);
    let back = head.log(&head.pupil(), "pastoral", "canary-of-the-head");
    by_way_of(&locker, &[&head, &mentor]);
    assert_eq!(mentor.show(&back)["fields"]["narrative"], "canary-of-the-head");
    locker.verify();
    assert_eq!(locker.json(&["verify", "--rebuild"])["ok"], true);
}

/// While it is on, what arrives by one is told to the other at once.
#[test]
fn what_arrives_goes_on_at_once() {
    let (demo, locker) = school();
    let (head, mentor) = (demo.head(), demo.mentor());
    let serving = on(&locker);
    let watching = [&head, &mentor].map(|device| device.serve(&["--with", &serving.address]));
    for one in &watching {
        one.until("level", |event| event["event"] == "equal");
    }
    let record = mentor.log(&mentor.pupil(), "pastoral", OPEN);
    watching[0].until("news", |event| event["event"] == "received" && event["space"] == "pastoral");
    drop((serving, watching));
    assert_eq!(head.show(&record)["fields"]["narrative"], OPEN);
}

/// Rule 5. What is written in `safeguarding` goes through the locker to the safeguarding lead, and
/// not to the mentor; in the locker itself there is no word of it that could be read.
#[test]
fn safeguarding_goes_through_it_and_past_those_outside() {
    let (demo, locker) = school();
    let (head, dsl, mentor) = (demo.head(), demo.dsl(), demo.mentor());
    let pupil = head.pupil();
    let secret = head.log(&pupil, "safeguarding", SECRET);
    let open = head.log(&pupil, "pastoral", OPEN);
    let concern = mentor.json(&["concern", "add", &pupil, "--words", "canary-handed-over"]);
    by_way_of(&locker, &[&head, &mentor, &dsl, &mentor]);

    assert_eq!(dsl.show(&secret)["fields"]["narrative"], SECRET);
    assert_eq!(dsl.json(&["concern", "list"])["concerns"][0]["id"], concern["id"]);
    assert_eq!(mentor.show(&open)["fields"]["narrative"], OPEN);
    assert_eq!(mentor.run(&["record", "show", &secret]).code, Some(1));
    let space = space_of(&dsl, &secret);
    assert!(holds(&locker.home, space.as_bytes()), "the search would not find what is there");
    assert!(!holds(&mentor.home, space.as_bytes()));
    let of_secret: DocumentId = document(&secret);
    assert!(documents(&locker).contains(&of_secret));
    assert!(!holds(&mentor.home, of_secret.as_bytes()));
}

/// It can read no name: what it takes in of a hand-off is told by the id of the space.
#[test]
fn what_it_takes_in_is_told_by_what_it_can_tell() {
    let (demo, locker) = school();
    let mentor = demo.mentor();
    mentor.json(&["concern", "add", &mentor.pupil(), "--words", "canary-handed-over"]);
    let serving = on(&locker);
    mentor.sync(&serving.address);
    let event = serving.until("entries", |event| event["event"] == "received");
    let space = string(&event["space"]);
    assert!(space.bytes().all(|one| one.is_ascii_hexdigit()), "{space}");
}

/// Rule 5. The bytes of a locker, taken out of the machine: no word, no name, no search.
#[test]
fn its_bytes_hold_nothing_that_can_be_read() {
    let (demo, locker) = school();
    let head = demo.head();
    let pupil = head.pupil();
    head.log(&pupil, "safeguarding", SECRET);
    head.log(&pupil, "pastoral", OPEN);
    by_way_of(&locker, &[&head]);
    let shown = head.show(&pupil);
    let status = head.json(&["status"]);
    let mut read = [SECRET, OPEN, "vermilion", "narrative"].map(str::to_owned).to_vec();
    read.extend(["surname", "upn"].map(|field| string(&shown["fields"][field])));
    for word in &read {
        assert!(holds(&head.home, word.as_bytes()), "the search would not find {word}");
    }
    // Names of people, devices and spaces are sealed everywhere, and its own are here too.
    let names = ["school", "person"].map(|field| string(&status[field]));
    let own = ["safeguarding", "pastoral", "Ben Ito", "laptop"].map(str::to_owned);
    for word in read.into_iter().chain(names).chain(own) {
        assert!(!holds(&locker.home, word.as_bytes()), "{word} is in the locker");
    }
    assert!(documents(&locker).len() > 40, "it holds the school");
    let status = locker.json(&["status"]);
    assert_eq!(status["role"], "locker");
    assert_eq!((&status["school"], &status["person"]), (&json!(""), &json!("")));
    assert_eq!(status["spaces"], json!([]));
    assert_eq!(status["held"], json!({}));
    let said = locker.text(&["status"]);
    assert!(said.contains("It can read none of the records and no name"), "{said}");
}

/// Rule 8. An erasure reaches the locker, which confirms it; a device that was away, and an old
/// copy of the locker itself, bring the section back neither to it nor by it.
#[test]
fn an_erasure_reaches_it_and_nothing_comes_back_by_it() {
    let (demo, locker) = school();
    let (head, dsl, mentor) = (demo.head(), demo.dsl(), demo.mentor());
    let record = head.log(&head.pupil(), "pastoral", OPEN);
    by_way_of(&locker, &[&head, &mentor, &dsl]);
    let old = demo.path().join("old-locker");
    copy_home(&locker.home, &old);
    let erased = document(&record);
    assert!(documents(&locker).contains(&erased));

    let proposed = head.json(&["erase", &record, "--reason", "written-in-error"]);
    by_way_of(&locker, &[&head, &dsl]);
    dsl.json(&["erase", "second", &string(&proposed["entry"])]);
    by_way_of(&locker, &[&dsl, &head]);
    assert!(!documents(&locker).contains(&erased), "the locker still has the section");
    let seen = head.json(&["erasures"])["erasures"][0].clone();
    let confirmed = seen["confirmed"].as_array().unwrap();
    assert!(confirmed.iter().any(|one| one["person"] == "Ben Ito"), "{seen:#}");
    let missing = seen["outstanding"].as_array().unwrap();
    assert_eq!(missing.len(), 1, "the mentor alone was away: {seen:#}");

    // The mentor's laptop still has it, and meets the locker alone; so does an old copy of the
    // locker meet the dsl.
    assert!(holds(&mentor.home, OPEN.as_bytes()));
    by_way_of(&locker, &[&mentor]);
    assert!(!holds(&mentor.home, OPEN.as_bytes()));
    let copy = Device::invented(&old);
    by_way_of(&copy, &[&dsl]);
    for device in [&locker, &copy] {
        assert!(!documents(device).contains(&erased));
        device.verify();
    }
    for device in [&head, &dsl, &mentor] {
        assert!(!holds(&device.home, OPEN.as_bytes()));
        assert_eq!(device.run(&["record", "show", &record]).code, Some(1));
    }
    by_way_of(&locker, &[&head]);
    assert_eq!(head.json(&["erasures"])["erasures"][0]["outstanding"], json!([]));
}

/// A new colleague who was let in gets all of it from the locker; another locker gets everything.
#[test]
fn two_lockers_and_a_new_colleague_are_filled_by_one() {
    let (demo, locker) = school();
    let head = demo.head();
    let second = join_as(&head, &demo.path().join("locker-2"), &AS_LOCKER);
    let colleague = join_as(&head, &demo.path().join("4"), &["--role", "mentor"]);
    by_way_of(&locker, &[&head, &second]);
    assert_eq!(held_by(&second), held_by(&locker));
    by_way_of(&second, &[&colleague]);
    assert_eq!(colleague.digests()["pastoral"], head.digests()["pastoral"]);
    second.verify();
}

/// Rule 7. A locker that was carried off gets nothing more, and gives nothing more.
#[test]
fn a_locker_that_is_removed() {
    let (demo, locker) = school();
    let (head, mentor) = (demo.head(), demo.mentor());
    let id = string(&locker.json(&["status"])["device_id"]);
    head.json(&["member", "remove", &id, "--reason", "the box is gone"]);
    let serving = on(&locker);
    let refused = head.refused(&["sync", "--loopback", "--with", &serving.address]);
    assert!(refused.starts_with("no device was reached"), "{refused}");
    drop(serving);
    // The mentor has not heard yet; once it has, it refuses too.
    meet(&head, &mentor);
    let before = held_by(&locker);
    mentor.log(&mentor.pupil(), "pastoral", OPEN);
    let serving = mentor.serve(&[]);
    let refused = locker.refused(&["sync", "--loopback", "--with", &serving.address]);
    assert!(refused.contains("removed from the school"), "{refused}");
    drop(serving);
    assert_eq!(held_by(&locker), before);
    let told = locker.text(&["status"]);
    assert!(told.contains("  A colleague's device said on"), "{told}");
    assert!(told.contains("was removed from the school"), "{told}");
}

/// Only who may know of every space lets a locker in, and into no space.
#[test]
fn who_may_let_a_locker_in() {
    let (demo, _) = school();
    let (head, mentor) = (demo.head(), demo.mentor());
    let id = string(
        &mentor.json(&["members"])["members"]
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["role"] == "mentor")
            .unwrap()["person_id"],
    );
    head.json(&["member", "set-role", &id, "lead", "--reason", "head of year"]);
    meet(&head, &mentor);
    assert_eq!(mentor.json(&["status"])["role"], "lead");
    let invite = ["invite", "--loopback", "--role", "locker"];
    assert_eq!(mentor.refused(&invite), "not allowed: your role may not invite a locker");
    let refused = head.refused(&[&invite[..], &["--space", "safeguarding"]].concat());
    assert_eq!(refused, "a locker is in no space: it keeps all of them, sealed");
}

/// On a locker's home every command that reads or writes says what it is; on another home
/// `--locker` does.
#[test]
fn commands_say_what_the_home_is() {
    let (demo, locker) = school();
    let record = demo.head().pupil();
    let tall: [&[&str]; 9] = [
        &["serve", "--loopback"],
        &["members"],
        &["log", "X", "disruption"],
        &["record", "list", "pupil"],
        &["record", "show", &record],
        &["search", "x"],
        &["erasures"],
        &["metric", "run", "behaviour-trends"],
        &["workbench", "--screenshot", "x.png"],
    ];
    for command in tall {
        let refused = locker.refused(command);
        assert!(refused.starts_with("this is the home of a locker"), "{command:?}: {refused}");
    }
    let backup = demo.path().join("a backup").display().to_string();
    let refused = locker.refused(&["backup", &backup]);
    assert!(refused.starts_with("a locker holds no key, so nothing of a backup"), "{refused}");
    // Whoever sets one up wants to know what works from there.
    let examined = locker.json(&["doctor", "--loopback"]);
    let mut checks = examined["checks"].as_array().unwrap().iter();
    assert!(checks.all(|check| !string(&check["name"]).is_empty()), "{examined:#}");
    for passing_on in [&[][..], &["--relay"]] {
        let refused =
            demo.head().refused(&[&["serve", "--loopback", "--locker"], passing_on].concat());
        assert!(refused.starts_with("this home is not a locker's"), "{refused}");
    }
    // Who can read records does not pass on: only a locker is always on.
    let refused = demo.head().run(&["serve", "--loopback", "--relay"]);
    assert!(refused.err.contains("--locker"), "{}", refused.err);
}

/// The unit of the instructions starts it with nobody there, its passphrase in a file that not
/// everybody may read.
#[test]
fn the_unit_starts_a_locker_with_nobody_there() {
    let demo = Demo::new();
    let locker = join(&demo.head(), &demo.path().join("locker"), "locker");
    let locker = locker.with_passphrase(None);
    let refused = locker.refused(&["serve", "--loopback", "--locker"]);
    assert!(refused.starts_with("this home is locked"), "{refused}");

    let unit = include_str!("../../docs/sheaf-locker.service");
    let line = |name: &str| unit.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    let file = line("Environment=SHEAF_PASSPHRASE_FILE=/etc/sheaf/");
    let file = demo.path().join(file);
    let arguments = line("ExecStart=/usr/local/bin/sheaf ").replace("47820", "0");
    let start = || {
        let mut command = locker.command(&["--format", "text"]);
        command.args(arguments.split(' ')).args(["--loopback", "--events"]);
        command.env("SHEAF_PASSPHRASE_FILE", &file);
        command
    };
    let refused = |why: &str| {
        let line = refusal(&run(&mut start(), ""), 1);
        assert!(line.contains(why), "{line}");
    };
    refused("No such file");
    std::fs::write(&file, format!("{PASSPHRASE}\n")).unwrap();
    let rights = |mode| std::fs::set_permissions(&file, Permissions::from_mode(mode)).unwrap();
    rights(0o644);
    refused("everybody on this machine may read it; chmod 600 it");
    rights(0o600);
    let started = Process::spawn(&mut start());
    let event: Value = serde_json::from_str(&started.line().unwrap()).unwrap();
    assert_eq!(event["event"], "listening");
    drop(started);
    for (text, why) in [
        ("two\nlines\n", "it is not a file with one passphrase"),
        ("\n", "it is not a file with one passphrase"),
        ("not the passphrase", "the passphrase is wrong"),
    ] {
        std::fs::write(&file, text).unwrap();
        refused(why);
    }
}

fn document(record: &str) -> DocumentId {
    let id: RecordId = record.parse().unwrap();
    DocumentId::from_bytes(id.to_bytes())
}

fn space_of(device: &Device, record: &str) -> SpaceId {
    let store = Store::open(&Home::open(&device.home).unwrap(), None).unwrap();
    store.read(|snapshot| snapshot.document(document(record))).unwrap().unwrap().space
}
