//! Leaving a space by oneself, and coming back. (Rules 1, 3, 4, 5, 7 and 8.)

use serde_json::{Value, json};
use sheaf_charter::Act;
use sheaf_store::{Home, Store};

use crate::device::{Demo, Device, holds, meet, string};

const SPACE: &str = "Year 9";

#[track_caller]
fn person(device: &Device) -> String {
    string(&device.json(&["status"])["person"])
}

/// Three devices, and a space that all three are in and know of.
fn year() -> (Demo, [Device; 3]) {
    let demo = Demo::new();
    let devices = [demo.head(), demo.dsl(), demo.mentor()];
    let [head, dsl, mentor] = &devices;
    let members = ["--member", &person(dsl), "--member", &person(mentor)];
    head.json(&[&["space", "create", SPACE], &members[..]].concat());
    meet(head, dsl);
    meet(head, mentor);
    (demo, devices)
}

/// Who is in the space, as a device that is in sees it.
#[track_caller]
fn inside(device: &Device) -> Vec<String> {
    let members = device.json(&["members"]);
    let is_in = |one: &&Value| one["spaces"].as_array().unwrap().contains(&json!(SPACE));
    let members = members["members"].as_array().unwrap().iter().filter(is_in);
    let mut names: Vec<String> = members.map(|one| string(&one["name"])).collect();
    names.sort();
    names
}

/// How often a key was made, in all spaces that a device keeps.
fn keys_made(device: &Device) -> usize {
    let store = Store::open(&Home::open(&device.home).unwrap(), None).unwrap();
    let made = store.read(|snapshot| {
        let mut made = 0;
        for space in snapshot.spaces()? {
            let entries = snapshot.control_entries(space)?;
            let acts = entries.iter().flat_map(|entry| &entry.header().acts);
            made += acts.filter(|act| matches!(act, Act::Rotate { .. })).count();
        }
        Ok::<_, sheaf_store::StoreError>(made)
    });
    made.unwrap()
}

/// Rules 1, 3, 4, 5 and 7. A mentor writes something, leaves, and meets nobody in between. Those
/// who stay hear of it at the first meeting, get what was written before, make a new key, and give
/// nothing of what they write from then on. A manager lets the mentor in again, who reads it all.
#[test]
fn who_leaves_is_out_for_everybody_and_what_they_had_written_arrives() {
    let (_demo, [head, dsl, mentor]) = year();
    let pupil = head.pupil();
    let unsent = mentor.log(&pupil, SPACE, "canary-unsent");
    mentor.json(&["space", "leave", SPACE]);
    assert!(!mentor.digests().contains_key(SPACE));
    let why = mentor.refused(&["record", "show", &unsent]);
    assert_eq!(why, format!("there is no record `{unsent}` here"));
    assert_eq!(mentor.json(&["search", "canary-unsent"])["hits"], json!([]));
    let listed = mentor.json(&["record", "list", "incident", "--limit", "1000"]);
    let mut listed = listed["records"].as_array().unwrap().iter();
    assert!(listed.all(|one| one["id"] != json!(unsent)));

    // The head has not heard, and goes on writing.
    let meanwhile = head.log(&pupil, SPACE, "canary-meanwhile");
    let before = keys_made(&head);
    meet(&head, &mentor);
    let mut stay = [person(&head), person(&dsl)];
    stay.sort();
    assert_eq!(inside(&head), stay);
    assert_eq!(keys_made(&head), before + 1, "whoever stays makes a new key");
    assert_eq!(head.show(&unsent)["fields"]["narrative"], "canary-unsent");
    let later = head.log(&pupil, SPACE, "canary-later");
    meet(&head, &dsl);
    for device in [&head, &dsl] {
        assert_eq!(inside(device), stay);
        assert_eq!(device.show(&unsent)["fields"]["narrative"], "canary-unsent");
        meet(device, &mentor);
        let serving = device.serve(&[]);
        let session = mentor.sync(&serving.address);
        assert_eq!((&session["sent"], &session["received"]), (&json!(0), &json!(0)), "{session:#}");
    }
    assert!(holds(&dsl.home, b"canary-later"), "the search would not find what is there");
    for secret in ["canary-meanwhile", "canary-later"] {
        assert!(!holds(&mentor.home, secret.as_bytes()), "{secret} is with who has left");
    }

    head.json(&["space", "admit", SPACE, &person(&mentor)]);
    meet(&head, &mentor);
    meet(&head, &dsl);
    for device in [&head, &dsl, &mentor] {
        for record in [&unsent, &meanwhile, &later] {
            device.show(record);
        }
        assert_eq!(inside(device).len(), 3);
        assert_eq!(device.digests()[SPACE], head.digests()[SPACE]);
        device.verify();
    }
}

/// Rules 3 and 5. Two that are connected all the time: the one leaves, the other hears at once, and
/// nothing of what it writes then goes over.
#[test]
fn who_is_connected_hears_at_once_that_somebody_has_left() {
    let (_demo, [head, _, mentor]) = year();
    let pupil = head.pupil();
    let serving = head.serve(&[]);
    let connected = mentor.serve(&["--with", &serving.address]);
    connected.until("level", |event| event["event"] == "equal");
    mentor.json(&["space", "leave", SPACE]);
    // The last time that the two are level the head has heard.
    while inside(&head).contains(&person(&mentor)) {
        connected.until("level again", |event| event["event"] == "equal");
    }
    head.log(&pupil, SPACE, "canary-after");
    let open = head.log(&pupil, "pastoral", "canary-open");
    connected.until("news", |event| event["event"] == "received" && event["space"] == "pastoral");
    assert_eq!(mentor.show(&open)["fields"]["narrative"], "canary-open");
    assert!(!holds(&mentor.home, b"canary-after"));
}

/// Rule 8. What is erased while somebody is out is not waited for on their device, which is outside
/// the space; it goes there when they come back.
#[test]
fn what_is_erased_meanwhile_goes_when_somebody_comes_back() {
    let (_demo, [head, dsl, mentor]) = year();
    let record = head.log(&head.pupil(), SPACE, "canary-cerulean-allegation");
    meet(&head, &dsl);
    meet(&head, &mentor);
    mentor.json(&["space", "leave", SPACE]);
    meet(&head, &mentor);
    let proposed = head.json(&["erase", &record, "--reason", "written-in-error"]);
    meet(&head, &dsl);
    dsl.json(&["erase", "second", &string(&proposed["entry"])]);
    meet(&head, &dsl);
    meet(&head, &dsl);
    let erasure = head.json(&["erasures"])["erasures"][0].clone();
    assert_eq!(erasure["confirmed"].as_array().unwrap().len(), 2, "{erasure:#}");
    assert_eq!(erasure["outstanding"], json!([]), "{erasure:#}");

    head.json(&["space", "admit", SPACE, &person(&mentor)]);
    meet(&head, &mentor);
    assert!(!holds(&mentor.home, b"canary-cerulean-allegation"));
    assert!(!holds(&mentor.home, b"cerulean"));
    mentor.verify();
}

/// Everybody is in the pastoral space, and whoever is in is not let in once more.
#[test]
fn nobody_leaves_the_space_that_everybody_is_in() {
    let (_demo, [head, _, mentor]) = year();
    let expected = "not allowed: everybody in the school is in `pastoral`; whoever is to be out of \
                    it is removed from the school with `sheaf member remove`";
    assert_eq!(mentor.refused(&["space", "leave", "pastoral"]), expected);
    let whom = person(&mentor);
    let take_out = ["space", "leave", "pastoral", "--person", &whom, "--reason", "x"];
    assert_eq!(head.refused(&take_out), expected);
    let again = head.refused(&["space", "admit", SPACE, &whom]);
    assert!(again.starts_with(&format!("{whom} is in `{SPACE}` already")), "{again}");
}
