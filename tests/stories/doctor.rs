//! The network doctor, alone and beside a running `serve`.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::device::{Demo, string};

fn checks(examined: &Value) -> Vec<Value> {
    examined["checks"].as_array().unwrap().clone()
}

/// Alone it looks for itself: nobody was ever met, and it says what to do about that.
#[test]
fn a_device_that_never_met_anybody_is_told_what_to_do() {
    let demo = Demo::new();
    let examined = demo.head().json(&["doctor", "--loopback"]);
    let checks = checks(&examined);
    for check in &checks {
        let keys: Vec<&String> = check.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["name", "ok", "says", "do"]);
        let has_advice = !string(&check["do"]).is_empty();
        assert!(check["ok"] == true || has_advice, "{check}");
    }
    let never = checks.iter().filter(|check| check["says"] == "Never met from this device");
    assert_eq!(never.count(), 2, "{checks:#?}");
    let text = demo.head().text(&["doctor", "--loopback"]);
    assert!(text.contains("→ Have both devices open on one network"), "{text}");
}

/// Beside a `serve` it tells what that has noticed.
#[test]
fn what_serve_has_noticed_is_told_by_the_doctor_beside_it() {
    let demo = Demo::new();
    let (head, dsl) = (demo.head(), demo.dsl());
    let serving = dsl.serve(&[]);
    let calling = head.serve(&["--with", &serving.address]);
    calling.until("level", |event| event["event"] == "equal");
    let started = Instant::now();
    let connected = loop {
        let examined = head.json(&["doctor", "--loopback"]);
        let found = checks(&examined).into_iter().find(|check| {
            string(&check["says"]).starts_with("Connected now, by an address that was typed")
        });
        if found.is_some() || started.elapsed() > Duration::from_secs(60) {
            break found;
        }
    };
    assert_eq!(connected.unwrap()["ok"], true);
}

/// A folder that was given for as long as `serve` runs is looked at as those that are remembered.
#[test]
fn a_folder_that_serve_looks_after_is_told_by_the_doctor_beside_it() {
    let (demo, drive) = (Demo::new(), tempfile::TempDir::new().unwrap());
    let (head, folder) = (demo.head(), drive.path().display().to_string());
    let serving = head.serve(&["--folder", &folder]);
    serving.until("the folder", |event| event["event"] == "folder");
    let (started, name) = (Instant::now(), format!("Shared folder {folder}"));
    let found = loop {
        let examined = head.json(&["doctor", "--loopback"]);
        let found = checks(&examined).into_iter().find(|check| check["name"] == name.as_str());
        if found.is_some() || started.elapsed() > Duration::from_secs(60) {
            break found;
        }
    };
    assert_eq!(found.unwrap()["ok"], true);
}
