//! What is said of an address at which nobody answers, or not who was meant.

use std::net::UdpSocket;

use crate::device::{Demo, Device, join_as, string};

#[track_caller]
fn refused(device: &Device, at: &str, expected: &str) {
    let refused = device.refused(&["sync", "--loopback", "--timeout-s", "20", "--with", at]);
    assert_eq!(refused, format!("no device was reached: {at}: {expected}"));
}

/// A locker that one laptop has not heard of, and that another one has removed.
#[test]
fn a_device_that_answers_and_is_none_of_the_school_is_told_from_one_that_is_away() {
    let demo = Demo::new();
    let (head, mentor) = (demo.head(), demo.mentor());
    let locker = join_as(&head, &demo.path().join("locker"), &["--role", "locker"]);
    let serving = locker.serve(&["--locker"]);
    let at = serving.address.as_str();
    let unknown = "but this one does not know it: sync with a colleague first, who may";
    refused(&mentor, at, &format!("there is a device at {at}, {unknown}"));
    let id = string(&locker.json(&["status"])["device_id"]);
    head.json(&["member", "remove", &id, "--reason", "the box is gone"]);
    let removed = "was removed from the school: nothing goes out to it any more";
    refused(&head, at, &format!("the device at {at} {removed}"));
    let own = head.serve(&[]);
    let words = "that is the address of this device itself: give a colleague's";
    refused(&head, &own.address, words);
}

#[test]
fn where_nobody_answers_in_time_that_is_what_is_said() {
    let silent = UdpSocket::bind("127.0.0.1:0").unwrap();
    let at = silent.local_addr().unwrap().to_string();
    let sync = ["sync", "--loopback", "--timeout-s", "1", "--with", &at];
    let why = "check that the other device is on, unlocked and nearby";
    let expected = format!("no device was reached: {at}: no answer from {at}: {why}");
    assert_eq!(Demo::new().mentor().refused(&sync), expected);
}

/// Nobody who types an address need know it in figures.
#[test]
fn a_machine_is_found_by_its_name() {
    let demo = Demo::new();
    let serving = demo.head().serve(&[]);
    let named = serving.address.replace("127.0.0.1", "localhost");
    demo.mentor().sync(&named);
    let calling = demo.dsl().serve(&["--with", &named]);
    calling.until("level", |event| event["event"] == "equal");
}

/// Two devices have called: they were met, and none of them can be dialled.
#[test]
fn whoever_was_only_called_knows_no_address() {
    let demo = Demo::new();
    let head = demo.head();
    let serving = head.serve(&[]);
    demo.mentor().sync(&serving.address);
    drop(serving);
    assert_ne!(head.json(&["status"])["peers"][0]["last_met"], serde_json::Value::Null);
    assert_eq!(
        head.refused(&["sync", "--loopback"]),
        "no address of any device is known; give one with --with"
    );
}

#[test]
fn a_port_that_is_taken_is_told_with_what_to_do() {
    let other = UdpSocket::bind("127.0.0.1:0").unwrap();
    let port = other.local_addr().unwrap().port().to_string();
    assert_eq!(
        Demo::new().head().refused(&["serve", "--loopback", "--port", &port]),
        format!(
            "UDP port {port} is in use by another program, perhaps by another Sheaf: end that \
             one, or choose another port with --port, 0 for any"
        )
    );
}
