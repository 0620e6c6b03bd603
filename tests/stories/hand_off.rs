//! Concerns, from whoever sees something to whoever answers for it, and what comes back.

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::device::{Demo, Device, demo, holds, join_as, join_unprotected, meet, string};

const WORDS: &str = "canary-words: she said she does not want to go home";

#[track_caller]
fn add(device: &Device, pupil: &str, words: &str) -> Value {
    device.json(&["concern", "add", pupil, "--words", words, "--category", "neglect"])
}

#[track_caller]
fn concern(device: &Device, id: &str) -> Value {
    device.json(&["concern", "show", id])
}

#[track_caller]
fn name(device: &Device) -> String {
    string(&device.json(&["status"])["person"])
}

#[track_caller]
fn count(device: &Device) -> (u64, u64) {
    let counts = &device.json(&["status"])["concerns"];
    (counts["not_handed_over"].as_u64().unwrap(), counts["new"].as_u64().unwrap())
}

/// Rules 1, 5 and 6. A mentor writes a concern down with nobody near; it says so until it is there;
/// the safeguarding lead receives it and decides; the mentor is told that, and not what or why.
#[test]
fn a_concern_is_handed_over_and_the_receipt_comes_back() {
    let demo = Demo::new();
    let (head, dsl, mentor) = (demo.head(), demo.dsl(), demo.mentor());
    let pupil = mentor.pupil();
    let added = add(&mentor, &pupil, WORDS);
    let id = string(&added["id"]);
    assert_eq!(added["stage"], "not_handed_over", "{added:#}");
    assert_eq!(added["space"], format!("hand-off of {}", name(&mentor)));
    assert_eq!(added["fields"]["words"], WORDS);
    assert_eq!(added["fields"]["category"], "neglect");
    assert!(added["fields"]["seen_at"].is_string() && added["fields"]["written_at"].is_string());
    assert_eq!(count(&mentor), (1, 0));
    assert!(mentor.text(&["status"]).contains("NOT YET HANDED OVER"));

    meet(&head, &mentor);
    assert_eq!(concern(&mentor, &id)["stage"], "handed_over");
    assert_eq!((count(&mentor), count(&head)), ((0, 0), (0, 1)));
    meet(&head, &dsl);
    assert_eq!(concern(&dsl, &id)["fields"]["words"], WORDS);
    assert!(dsl.text(&["status"]).contains("1 NEW CONCERN"));
    let received = dsl.json(&["concern", "receive", &id]);
    assert_eq!(received["receipts"][0]["by"], name(&dsl), "{received:#}");
    let again = dsl.refused(&["concern", "receive", &id]);
    assert!(again.contains(&format!("is received by {}", name(&dsl))), "{again}");
    meet(&head, &dsl);
    meet(&head, &mentor);
    let told = concern(&mentor, &id);
    assert_eq!(
        (&told["stage"], &told["receipts"][0]["by"]),
        (&json!("received"), &json!(name(&dsl)))
    );

    let why = "canary-rationale: a known pattern, not referred because of this";
    let decide = ["concern", "decide", &id, "--decision", "monitor", "--rationale", why];
    let decided = dsl.json(&decide);
    assert_eq!(decided["decisions"][0]["space"], "safeguarding", "{decided:#}");
    dsl.json(&["concern", "close", &id, "--outcome", "canary-outcome"]);
    meet(&head, &dsl);
    meet(&head, &mentor);
    let closed = concern(&mentor, &id);
    assert_eq!((&closed["stage"], &closed["decisions"]), (&json!("closed"), &json!([])));
    let states: Vec<&Value> =
        closed["receipts"].as_array().unwrap().iter().map(|one| &one["state"]).collect();
    assert_eq!(states, ["received", "dealing", "closed"]);
    let seen = concern(&head, &id);
    assert_eq!(seen["decisions"][0]["fields"]["rationale"], why, "{seen:#}");
    assert_eq!(seen["decisions"][0]["fields"]["outcome"], "canary-outcome");
    for secret in ["canary-rationale", "canary-outcome"] {
        assert!(holds(&dsl.home, secret.as_bytes()), "the search would not find what is there");
        assert!(!holds(&mentor.home, secret.as_bytes()), "{secret} is with the mentor");
    }
    for device in [&head, &dsl, &mentor] {
        device.verify();
    }
}

/// Rule 1. A mentor whom a lead let in, and who has met nobody who receives concerns: what they
/// write is kept at once and never lost, says plainly that it waits, and goes over by itself.
#[test]
fn a_concern_waits_on_the_device_until_somebody_who_receives_was_met() {
    let demo = Demo::new();
    let (head, lead) = (demo.head(), demo.mentor());
    head.json(&["member", "set-role", &name(&lead), "lead", "--reason", "promoted"]);
    meet(&head, &lead);
    let new = join_unprotected(&lead, &demo.path().join("new"));
    let pupil = {
        meet(&lead, &new);
        new.pupil()
    };
    let added = add(&new, &pupil, WORDS);
    let id = string(&added["id"]);
    assert_eq!(
        (&added["stage"], &added["space"]),
        (&json!("not_handed_over"), &json!("this device"))
    );
    let says = string(&added["says"]);
    assert!(says.starts_with("not yet handed over: it is kept on this device"), "{says}");
    meet(&lead, &new);
    assert_eq!(count(&new), (1, 0));
    assert!(!holds(&lead.home, WORDS.as_bytes()));

    meet(&lead, &head);
    let serving = head.serve(&[]);
    new.sync(&serving.address);
    new.sync(&serving.address);
    let over = concern(&new, &id);
    assert_eq!((&over["stage"], &over["fields"]["words"]), (&json!("handed_over"), &json!(WORDS)));
    let there = concern(&head, &id);
    assert_eq!(there["fields"]["words"], WORDS, "{there:#}");
    assert_eq!(there["fields"]["written_at"], added["fields"]["written_at"]);
    assert_eq!((count(&new), count(&head)), ((0, 0), (0, 1)));
    assert_eq!(new.json(&["concern", "list"])["concerns"].as_array().unwrap().len(), 1);
}

/// Live: a mentor's device that stays connected is told that the concern has arrived.
#[test]
fn a_device_that_stays_connected_knows_when_a_concern_is_there() {
    let demo = Demo::new();
    let (head, mentor) = (demo.head(), demo.mentor());
    let pupil = mentor.pupil();
    let serving = head.serve(&[]);
    let connected = mentor.serve(&["--with", &serving.address]);
    connected.until("level", |event| event["event"] == "equal");
    let id = string(&add(&mentor, &pupil, WORDS)["id"]);
    connected.until("level again", |event| event["event"] == "equal");
    assert_eq!(concern(&mentor, &id)["stage"], "handed_over");
    assert_eq!(concern(&head, &id)["fields"]["words"], WORDS);
}

/// A deputy who comes later reads what was handed over before, and may receive it.
#[test]
fn a_new_deputy_reads_old_concerns() {
    let demo = Demo::new();
    let (head, mentor) = (demo.head(), demo.mentor());
    let id = string(&add(&mentor, &mentor.pupil(), WORDS)["id"]);
    meet(&head, &mentor);
    let who = ["--role", "deputy-dsl", "--space", "safeguarding"];
    let deputy = join_as(&head, &demo.path().join("deputy"), &who);
    meet(&head, &deputy);
    assert_eq!(concern(&deputy, &id)["fields"]["words"], WORDS);
    assert_eq!(deputy.json(&["status"])["hand_offs"].as_array().unwrap().len(), 1);
    deputy.json(&["concern", "receive", &id]);
    meet(&head, &deputy);
    meet(&head, &mentor);
    assert_eq!(concern(&mentor, &id)["receipts"][0]["by"], name(&deputy));
    for device in [&head, &mentor, &deputy] {
        assert_eq!(device.json(&["status"])["hand_offs"].as_array().unwrap().len(), 1);
        device.verify();
    }
}

/// A mentor who becomes a deputy keeps what they had handed over, writes in safeguarding from then
/// on, and receives what others hand over.
#[test]
fn a_mentor_who_becomes_a_deputy() {
    let dir = TempDir::new().unwrap();
    demo(dir.path(), &["--pupils", "20", "--devices", "4", "--plain"]);
    let device = |number: &str| Device::invented(&dir.path().join(number));
    let (head, raised, colleague) = (device("1"), device("3"), device("4"));
    let pupil = head.pupil();
    let old = string(&add(&raised, &pupil, WORDS)["id"]);
    let other = string(&add(&colleague, &pupil, "canary-colleague")["id"]);
    meet(&head, &raised);
    meet(&head, &colleague);
    let whom = name(&raised);
    head.json(&["member", "set-role", &whom, "deputy-dsl", "--reason", "trained"]);
    head.json(&["space", "admit", "safeguarding", &whom]);
    meet(&head, &raised);

    assert_eq!(concern(&raised, &old)["fields"]["words"], WORDS);
    assert_eq!(concern(&raised, &other)["fields"]["words"], "canary-colleague");
    let new = add(&raised, &pupil, "canary-from-inside");
    assert_eq!(new["space"], "safeguarding", "{new:#}");
    assert_eq!(new["receipts"][0]["by"], whom, "whoever receives it has written it");
    meet(&head, &raised);
    meet(&head, &colleague);
    assert_eq!(concern(&head, &string(&new["id"]))["fields"]["words"], "canary-from-inside");
    assert!(!holds(&colleague.home, b"canary-from-inside"));
    assert_eq!(head.digests(), raised.digests());
    assert_eq!(head.json(&["status"])["hand_offs"], raised.json(&["status"])["hand_offs"]);
}

/// Rule 7. What a removed mentor had handed over stays with those who received it; nothing that
/// they write afterwards comes.
#[test]
fn a_removed_mentor() {
    let demo = Demo::new();
    let (head, dsl, mentor) = (demo.head(), demo.dsl(), demo.mentor());
    let pupil = mentor.pupil();
    let before = string(&add(&mentor, &pupil, WORDS)["id"]);
    meet(&head, &mentor);
    meet(&head, &dsl);
    head.json(&["member", "remove", &name(&mentor), "--reason", "left the school"]);
    let after = string(&add(&mentor, &pupil, "canary-after")["id"]);
    let serving = head.serve(&[]);
    mentor.refused(&["sync", "--loopback", "--with", &serving.address]);
    dsl.sync(&serving.address);
    for device in [&head, &dsl] {
        assert_eq!(concern(device, &before)["fields"]["words"], WORDS);
        assert!(!holds(&device.home, b"canary-after"));
        device.refused(&["concern", "show", &after]);
        device.verify();
    }
    assert_eq!(concern(&mentor, &after)["stage"], "not_handed_over");
}

/// Nobody chooses a hand-off space, sees it among the others, or writes anything else there; and a
/// concern is never written where everybody reads.
#[test]
fn hand_off_spaces_look_after_themselves() {
    let demo = Demo::new();
    let (head, mentor) = (demo.head(), demo.mentor());
    let (pupil, whom) = (mentor.pupil(), name(&mentor));
    let hidden = format!("hand-off of {whom}");
    assert_eq!(mentor.json(&["status"])["hand_offs"][0]["name"], hidden);
    assert_eq!(mentor.digests().into_keys().collect::<Vec<_>>(), ["pastoral"]);
    assert!(!head.text(&["status"]).contains("hand-off"));
    assert!(!head.text(&["members"]).contains("hand-off"));
    for space in [hidden.as_str(), "hand-off"] {
        mentor.refused(&["log", &pupil, "disruption", "--space", space]);
        head.refused(&["space", "admit", space, &whom]);
        head.refused(&["invite", "--role", "mentor", "--space", space, "--loopback"]);
    }
    let fields = json!({
        "pupil": pupil, "words": "x", "seen_at": "2026-07-01T10:00", "written_at": "2026-07-01T10:01",
    });
    let fields = fields.to_string();
    for device in [&head, &mentor] {
        let open = ["record", "add", "concern", "--space", "pastoral", "--json", &fields];
        let why = device.refused(&open);
        assert!(why.contains("a concern goes to whoever receives it"), "{why}");
    }
    let made = mentor.json(&["record", "add", "concern", "--json", &fields]);
    assert_eq!(made["space"], hidden);
    let receive = mentor.refused(&["concern", "receive", &string(&made["id"])]);
    assert!(receive.contains("concerns are received by the head"), "{receive}");
}
