//! The stories as people would type them: `tests/scripts`, run with the command under test.

use std::io::Write;
use std::path::Path;
use std::process::Command;

use crate::device::{Ran, run, sheaf};

/// With what a script ends that needs what this machine does not give.
const NOT_RUN: i32 = 77;

fn ran(script: &str) -> Ran {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts");
    let mut command = Command::new("bash");
    command.arg(folder.join(script)).env("SHEAF", sheaf().get_program());
    command.env_remove("SHEAF_HOME").env_remove("SHEAF_PASSPHRASE");
    run(&mut command, "")
}

#[track_caller]
fn tell(script: &str) {
    let ran = ran(script);
    assert_eq!(ran.code, Some(0), "{script}: {}{}", ran.out, ran.err);
}

#[test]
fn the_lost_laptop() {
    tell("lost-laptop.sh");
}

#[test]
fn two_deputies() {
    tell("two-deputies.sh");
}

#[test]
fn the_thief() {
    tell("thief.sh");
}

#[test]
fn the_erasure() {
    tell("erasure.sh");
}

#[test]
fn the_new_safeguarding_lead() {
    tell("new-lead.sh");
}

#[test]
fn the_voided_work() {
    tell("voided-work.sh");
}

#[test]
fn the_restored_backup() {
    tell("restored-backup.sh");
}

#[test]
fn the_copied_folder() {
    tell("copied-folder.sh");
}

#[test]
fn the_usb_stick() {
    tell("usb-stick.sh");
}

#[test]
fn the_shared_drive() {
    tell("shared-drive.sh");
}

#[test]
fn the_locker() {
    tell("locker.sh");
}

/// Where the machine gives no network namespaces this says so by its name, as those of hosts do.
#[test]
fn the_isolated_wifi() {
    let ran = ran("isolated-wifi.sh");
    if ran.code == Some(NOT_RUN) {
        assert!(ran.err.starts_with("not run here: "), "{}", ran.err);
        // Not by `println!`, which a test that passes keeps to itself.
        let said = format!("\ntest stories::the_isolated_wifi ... {}\n", ran.err.trim());
        std::io::stdout().write_all(said.as_bytes()).unwrap();
        return;
    }
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
}

/// Every script is told by a test above.
#[test]
fn no_script_is_left_out() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts");
    let text = include_str!("scripts.rs");
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        assert!(name == "lib.sh" || text.contains(&format!("\"{name}\"")), "{name} is not run");
    }
}
