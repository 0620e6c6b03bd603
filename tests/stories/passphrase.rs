//! Another passphrase for a device: while others have it open, and cut short at any moment.

use std::time::Duration;

use tempfile::TempDir;

use crate::device::{Demo, Device, PASSPHRASE, Process, Ran, refusal, run};

const NEW: &str = "four other words of test";

fn school(dir: &TempDir) -> Device {
    let device = Device::real(&dir.path().join("home"));
    device.json(&["init", "--school", "Ashgrove", "--person", "Anna Bell"]);
    device
}

fn change(device: &Device, new: &str) -> Ran {
    run(device.command(&["passphrase"]).env("SHEAF_NEW_PASSPHRASE", new), "")
}

fn opens(device: &Device) -> bool {
    let ran = device.run(&["--format", "json", "status"]);
    if ran.code != Some(0) {
        assert_eq!(refusal(&ran, 1), "this home is locked: the passphrase is wrong");
    }
    ran.code == Some(0)
}

/// A process that has the home open goes on saving and answering; who comes later needs the new
/// one.
#[test]
fn the_passphrase_changes_under_a_process_that_is_open() {
    let dir = TempDir::new().unwrap();
    let old = school(&dir);
    let new = old.with_passphrase(Some(NEW));
    let serving = old.serve(&[]);
    let ran = change(&old, NEW);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(!opens(&old));
    assert!(opens(&new));
    // It still serves: a device comes in by way of it, with what was written after the change.
    let pupil = r#"{"forename":"Ada","surname":"Zed","date_of_birth":"2012-01-02","sex":"F"}"#;
    new.json(&["record", "add", "pupil", "--json", pupil]);
    let other = crate::device::join(&new, &dir.path().join("other"), "mentor");
    other.sync(&serving.address);
    assert_eq!(other.json(&["record", "list", "pupil"])["total"], 1);
    new.verify();
}

#[test]
fn what_cannot_be_changed_is_said() {
    let dir = TempDir::new().unwrap();
    let device = school(&dir);
    assert_eq!(
        refusal(&device.run(&["passphrase"]), 1),
        "a new passphrase is needed: set SHEAF_NEW_PASSPHRASE, or run this on a terminal"
    );
    assert_eq!(
        refusal(&change(&device, "short"), 1),
        "the passphrase is too short: 12 characters are the least, four words do"
    );
    let wrong = device.with_passphrase(Some("not the words at all"));
    let said = refusal(&change(&wrong, NEW), 1);
    assert_eq!(said, "this home is locked: the passphrase is wrong");
    assert!(opens(&device));
    let demo = Demo::new();
    assert_eq!(
        demo.head().refused(&["passphrase"]),
        "an invented school has no passphrase; there is nothing to change"
    );
}

/// So often each outcome is to be seen.
const OF_EACH: u32 = 3;

/// `kill -9` about the moment of the change, however long that takes here: later after one that
/// came too soon, sooner after one that came too late. One of the two opens, never both or none.
#[test]
fn a_change_that_is_killed_leaves_the_old_or_the_new() {
    let dir = TempDir::new().unwrap();
    let mut now = school(&dir);
    let (mut kept, mut changed) = (0, 0);
    let (mut after, mut round) = (Duration::from_millis(400), 0);
    while kept < OF_EACH || changed < OF_EACH {
        round += 1;
        let next = format!("{NEW} {round}");
        let mut command = now.command(&["--format", "json", "passphrase"]);
        let changing = Process::spawn(command.env("SHEAF_NEW_PASSPHRASE", &next));
        changing.line_within(after);
        changing.kill();
        let then = now.with_passphrase(Some(&next));
        let (old, new) = (opens(&now), opens(&then));
        assert!(old != new, "after {after:?}: old opens: {old}, new opens: {new}");
        if new {
            now = then;
            changed += 1;
            after /= 2;
        } else {
            kept += 1;
            after = after * 3 / 2;
        }
    }
    assert_ne!(now.passphrase.as_deref(), Some(PASSPHRASE));
    now.verify();
}
