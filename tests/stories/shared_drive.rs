//! A shared folder: devices that never meet, colleagues who come later, what a provider can do, and
//! erasure.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;

use crate::device::{Demo, Device, holds, meet, string};
use crate::usb_stick::tells_nothing;

const SECRET: &str = "canary-vermilion-disclosure";
const OPEN: &str = "canary-ochre-corridor";

/// A mapped drive.
struct Drive(tempfile::TempDir);

impl Drive {
    fn new() -> Self {
        Self(tempfile::TempDir::new().unwrap())
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn text(&self) -> String {
        self.path().display().to_string()
    }

    fn files(&self) -> Vec<PathBuf> {
        let mut files: Vec<PathBuf> =
            std::fs::read_dir(self.path()).unwrap().map(|file| file.unwrap().path()).collect();
        files.sort();
        files
    }

    /// Everything as it is now, to be put back by a provider later.
    fn copy(&self) -> Vec<(PathBuf, Vec<u8>)> {
        self.files().into_iter().map(|path| (path.clone(), std::fs::read(path).unwrap())).collect()
    }
}

/// One exchange with the folder.
#[track_caller]
fn sync(device: &Device, drive: &Drive) -> Value {
    let synced = device.json(&["sync", "--folder", &drive.text()]);
    let session = synced["sessions"][0].clone();
    assert_eq!((&session["carrier"], &session["peer"]), (&"folder".into(), &drive.text().into()));
    session
}

/// The head leaves what it has, the others take what they may have and leave their own.
#[test]
fn devices_that_never_meet_are_level_by_a_folder_and_it_tells_nobody_else_a_thing() {
    let (demo, drive) = (Demo::new(), Drive::new());
    let (head, dsl, mentor) = (demo.head(), demo.dsl(), demo.mentor());
    let pupil = head.pupil();
    let secret = head.log(&pupil, "safeguarding", SECRET);
    let open = head.log(&pupil, "pastoral", OPEN);
    let own = mentor.log(&pupil, "pastoral", "canary-teal-yard");
    assert!(sync(&head, &drive)["sent"].as_u64() > Some(2));
    let first = sync(&mentor, &drive);
    assert_eq!((&first["received"], &first["sent"]), (&1.into(), &1.into()), "{first:#}");
    assert_eq!(sync(&dsl, &drive)["received"], 3);
    assert_eq!(sync(&head, &drive)["received"], 1);
    for device in [&head, &dsl, &mentor] {
        assert_eq!(device.show(&own)["fields"]["narrative"], "canary-teal-yard");
        assert_eq!(device.digests()["pastoral"], head.digests()["pastoral"]);
        device.verify();
    }
    assert_eq!(head.digests(), dsl.digests());
    assert_eq!(dsl.show(&secret)["fields"]["narrative"], SECRET);
    assert!(!holds(&mentor.home, SECRET.as_bytes()));
    assert_eq!(mentor.digests().into_keys().collect::<Vec<_>>(), ["pastoral"]);
    // Who has all there is leaves nothing and takes nothing.
    let again = sync(&head, &drive);
    let nothing = [&again["sent"], &again["received"], &again["bytes_out"]];
    assert_eq!((nothing, &again["outcome"]), ([&0.into(); 3], &"equal".into()));

    for path in drive.files() {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let stem = name.strip_suffix(".sheaf").unwrap();
        assert!(stem.len() == 32 && stem.bytes().all(|one| one.is_ascii_hexdigit()), "{name}");
        tells_nothing(&std::fs::read(&path).unwrap(), &head, &[&secret, &open, &own]);
    }
}

/// Rule 5 to 8 against whoever keeps the folder: what was changed is found out, what was deleted is
/// put there again, what is old brings nothing back.
#[test]
fn a_provider_who_changes_deletes_and_replays_can_only_delay() {
    let (demo, drive) = (Demo::new(), Drive::new());
    let (head, dsl, mentor) = (demo.head(), demo.dsl(), demo.mentor());
    let record = head.log(&head.pupil(), "pastoral", OPEN);
    sync(&head, &drive);
    let old = drive.copy();
    for (path, bytes) in &old {
        let mut changed = bytes.clone();
        let last = changed.len() - 1;
        changed[last] ^= 1;
        std::fs::write(path, changed).unwrap();
    }
    let before = mentor.digests();
    let ran = mentor.run(&["sync", "--folder", &drive.text()]);
    assert!(ran.err.contains("it is damaged"), "{}", ran.err);
    assert!(ran.err.ends_with("is whole yet; try again in a while\n"), "{}", ran.err);
    assert_eq!(mentor.digests(), before);
    assert!(ran.err.contains("delete it if it stays so"), "{}", ran.err);
    for path in drive.files() {
        std::fs::remove_file(path).unwrap();
    }
    sync(&head, &drive);
    sync(&mentor, &drive);
    assert_eq!(mentor.show(&record)["fields"]["narrative"], OPEN);

    let erase = ["erase", &record, "--reason", "written-in-error"];
    let erasure = string(&head.json(&erase)["entry"]);
    meet(&head, &dsl);
    dsl.json(&["erase", "second", &erasure]);
    sync(&dsl, &drive);
    let told = dsl.json(&["erasures"])["erasures"][0]["in_folders"].clone();
    assert_eq!(told.as_array().unwrap().len(), 1, "{told:#}");
    assert!(dsl.text(&["erasures"]).contains("still hold it"));
    for device in [&head, &mentor, &dsl] {
        sync(device, &drive);
        assert!(!holds(&device.home, OPEN.as_bytes()));
    }
    assert_eq!(dsl.json(&["erasures"])["erasures"][0]["in_folders"], serde_json::json!([]));
    for (path, bytes) in old {
        std::fs::write(path, bytes).unwrap();
    }
    for device in [&mentor, &dsl, &head] {
        sync(device, &drive);
        assert!(!holds(&device.home, OPEN.as_bytes()));
        assert_eq!(device.refused(&["record", "show", &record]), missing(&record));
    }
    mentor.verify();
}

fn missing(record: &str) -> String {
    format!("there is no record `{record}` here")
}

/// Rule 7. What a removed device leaves in the folder past its cut stands nowhere, and what others
/// leave it cannot open.
#[test]
fn a_removed_device_at_the_folder_gets_nothing_new_and_brings_nothing() {
    let (demo, drive) = (Demo::new(), Drive::new());
    let (head, dsl, mentor) = (demo.head(), demo.dsl(), demo.mentor());
    let pupil = head.pupil();
    for device in [&head, &dsl, &mentor, &head] {
        sync(device, &drive);
    }
    let lost = string(&mentor.json(&["status"])["device_id"]);
    head.json(&["member", "remove", &lost, "--reason", "left on the bus"]);
    let after = head.log(&pupil, "pastoral", OPEN);
    sync(&head, &drive);
    let late = mentor.log(&pupil, "pastoral", "canary-written-too-late");
    mentor.run(&["sync", "--folder", &drive.text()]);
    assert!(!holds(&mentor.home, OPEN.as_bytes()));
    assert_eq!(mentor.refused(&["record", "show", &after]), missing(&after));
    for device in [&head, &dsl] {
        sync(device, &drive);
        assert!(!holds(&device.home, b"canary-written-too-late"));
        assert_eq!(device.refused(&["record", "show", &late]), missing(&late));
    }
    assert_eq!(dsl.show(&after)["fields"]["narrative"], OPEN);
}

/// `serve` stays at the folder: what one writes is there for the other a moment later, and a
/// colleague met on the network hears of it too.
#[test]
fn who_serves_at_a_folder_hears_at_once_and_passes_it_on() {
    let (demo, drive) = (Demo::new(), Drive::new());
    let (head, dsl, mentor) = (demo.head(), demo.dsl(), demo.mentor());
    let serving = head.serve(&["--folder", &drive.text()]);
    serving.until("the folder", |event| event["event"] == "folder" && event["level"] == true);
    let beside = dsl.serve(&["--with", &serving.address]);
    beside.until("level", |event| event["event"] == "equal");
    let record = mentor.log(&mentor.pupil(), "pastoral", OPEN);
    sync(&mentor, &drive);
    serving.until("news of the folder", |event| {
        event["event"] == "received" && event["device"] == drive.text().as_str()
    });
    beside.until("news of the head", |event| event["event"] == "received");
    assert_eq!(dsl.show(&record)["fields"]["narrative"], OPEN);
    // The doctor tells by which way she was met.
    let examined = head.json(&["doctor", "--loopback"]);
    let met = |check: &&serde_json::Value| {
        string(&check["says"]).starts_with("Last met today")
            && string(&check["says"]).ends_with("by a shared folder")
    };
    assert_eq!(examined["checks"].as_array().unwrap().iter().filter(met).count(), 1, "{examined}");
    // And what is saved by another process of the home goes into the folder.
    let own = head.log(&head.pupil(), "pastoral", "canary-of-the-head");
    serving.until("sent", |event| event["event"] == "folder" && event["sent"].as_u64() > Some(0));
    sync(&mentor, &drive);
    assert_eq!(mentor.show(&own)["fields"]["narrative"], "canary-of-the-head");
}

/// A folder that was chosen once is used by whatever of this home is on, the next time too, until
/// it is stopped.
#[test]
fn a_folder_that_was_chosen_is_used_from_then_on_until_it_is_stopped() {
    let (demo, drive) = (Demo::new(), Drive::new());
    let (head, mentor) = (demo.head(), demo.mentor());
    let log = |words| {
        let record = mentor.log(&mentor.pupil(), "pastoral", words);
        sync(&mentor, &drive);
        record
    };
    let list = || head.json(&["folder", "list"])["folders"].clone();
    let nowhere = drive.path().join("nowhere").display().to_string();
    let refused = head.refused(&["folder", "use", &nowhere]);
    assert!(refused.ends_with("is not there: check the name, and that the drive is in"));
    assert_eq!(list(), serde_json::json!([]), "what cannot be used is not remembered");

    log(OPEN);
    let used = head.json(&["folder", "use", &drive.text()]);
    assert_eq!(used["came"], serde_json::json!({ "records": 1, "colleagues": 1 }));
    assert_eq!(list(), serde_json::json!([drive.text()]));
    let serving = head.serve(&[]);
    serving.until("the folder", |event| event["event"] == "folder" && event["level"] == true);
    let record = log("canary-while-it-runs");
    let of_folder = |event: &Value| event["device"] == drive.text().as_str();
    serving.until("news of the folder", |event| event["event"] == "received" && of_folder(event));
    assert_eq!(head.show(&record)["fields"]["narrative"], "canary-while-it-runs");
    drop(serving);

    assert_eq!(head.json(&["folder", "stop", &drive.text()])["folders"], serde_json::json!([]));
    let late = log("canary-after-it-was-stopped");
    let serving = head.serve(&[]);
    assert_eq!(serving.event_within(Duration::from_secs(4)), None, "nobody looks at the folder");
    drop(serving);
    assert_eq!(head.refused(&["record", "show", &late]), missing(&late));
    assert!(!drive.files().is_empty(), "what lies there stays");
}

/// What is not a way to colleagues is no shared folder, and one folder is one, however it is named.
#[test]
fn a_home_is_no_shared_folder_and_a_way_round_leads_to_the_same() {
    let (demo, drive) = (Demo::new(), Drive::new());
    let head = demo.head();
    let home = head.home.display().to_string();
    for arguments in [["sync", "--folder"], ["folder", "use"]] {
        let refused = head.refused(&[&arguments[..], &[home.as_str()]].concat());
        assert!(refused.starts_with("HOME is the home of a device"), "{refused}");
    }
    let mut files = std::fs::read_dir(&head.home).unwrap().map(|file| file.unwrap().path());
    assert!(files.all(|file| file.extension().is_none_or(|ending| ending != "sheaf")));
    let name = drive.path().file_name().unwrap();
    let round = drive.path().join("..").join(name).display().to_string();
    for folder in [&round, &drive.text()] {
        head.json(&["folder", "use", folder]);
        let whole = drive.path().canonicalize().unwrap();
        assert_eq!(head.json(&["folder", "list"])["folders"], serde_json::json!([whole]));
    }
    let stopped = head.json(&["folder", "stop", &round]);
    assert_eq!(stopped["folders"], serde_json::json!([]));
}

/// A folder that is away: plain words, and nothing else goes wrong.
#[test]
fn a_folder_that_is_away_or_cannot_be_written_is_told_in_plain_words() {
    let (demo, drive) = (Demo::new(), Drive::new());
    let head = demo.head();
    let nowhere = drive.path().join("nowhere").display().to_string();
    assert_eq!(
        head.refused(&["sync", "--folder", &nowhere]),
        format!("{nowhere} is not there: check the name, and that the drive is in")
    );
    let file = drive.path().join("a file");
    std::fs::write(&file, "no folder").unwrap();
    let file = file.display().to_string();
    assert_eq!(head.refused(&["sync", "--folder", &file]), format!("{file} is not a folder"));
    // It is looked for again, and found once it is there.
    let serving = head.serve(&["--folder", &nowhere]);
    serving.until("the folder is away", |event| {
        event["event"] == "failed" && event["reason"].as_str().unwrap().contains("is not there")
    });
    std::fs::create_dir(&nowhere).unwrap();
    serving.until("the folder", |event| event["event"] == "folder" && event["level"] == true);
}
