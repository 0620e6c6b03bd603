//! What is erased stays erased. (Rule 8.)

use serde_json::json;

use crate::device::{Demo, Device, copy_home, holds, meet, string};

/// Long enough that it is in the search index as words of its own.
const WORDS: &str = "canary-cerulean-allegation";

#[track_caller]
fn erase(by: &Device, second: &Device, record: &str) -> String {
    let proposed = by.json(&["erase", record, "--reason", "written-in-error"]);
    let id = string(&proposed["entry"]);
    meet(by, second);
    second.json(&["erase", "second", &id]);
    id
}

#[track_caller]
fn erasure(device: &Device) -> serde_json::Value {
    device.json(&["erasures"])["erasures"][0].clone()
}

/// Rule 8. An incident is erased with two signatures while the mentor's laptop is away for months,
/// with changes of its own to the record. Everywhere that is met the words are gone from the raw
/// bytes: file, free pages, write-ahead log, search index. The laptop comes back, gives none of it
/// back, keeps what else it had written in the same entry, and confirms.
#[test]
fn the_erasure_with_one_device_away_for_months() {
    let demo = Demo::new();
    let (head, dsl, mentor) = (demo.head(), demo.dsl(), demo.mentor());
    let pupil = head.pupil();
    let record = head.log(&pupil, "pastoral", WORDS);
    let kept = head.log(&pupil, "pastoral", "canary-of-another-record");
    for device in [&dsl, &mentor] {
        meet(&head, device);
        assert!(holds(&device.home, WORDS.as_bytes()), "the search would not find what is there");
        assert!(holds(&device.home, b"cerulean"), "nor its words in the index");
    }

    let proposed = head.json(&["erase", &record, "--reason", "written-in-error"]);
    assert!(string(&proposed["effect"]).contains("waits for a second person"), "{proposed:#}");
    assert!(holds(&head.home, WORDS.as_bytes()), "one signature erases nothing");
    let again = head.refused(&["erase", "second", &string(&proposed["entry"])]);
    assert_eq!(again, "you proposed it; somebody else of lead rank must second it");
    let refused = mentor.refused(&["erase", &kept, "--reason", "other"]);
    assert!(refused.contains("role does not allow it"), "{refused}");
    meet(&head, &dsl);
    dsl.json(&["erase", "second", &string(&proposed["entry"])]);
    meet(&head, &dsl);
    meet(&head, &dsl);
    for device in [&head, &dsl] {
        for gone in [WORDS, "cerulean"] {
            assert!(!holds(&device.home, gone.as_bytes()), "{gone} is still there");
        }
        assert_eq!(device.json(&["search", "cerulean"])["hits"], json!([]));
        assert_eq!(device.run(&["record", "show", &record]).code, Some(1));
        assert_eq!(device.show(&kept)["fields"]["narrative"], "canary-of-another-record");
        device.verify();
    }
    let seen = erasure(&head);
    assert_eq!(
        (seen["in_effect"].clone(), seen["confirmed"].as_array().unwrap().len()),
        (json!(true), 2)
    );
    let missing = seen["outstanding"].as_array().unwrap();
    assert_eq!(missing.len(), 1, "{seen:#}");
    assert_eq!(missing[0]["person"], mentor.json(&["status"])["person"]);

    // Months later. The laptop has changed the record and written another.
    mentor.json(&["record", "edit", &record, "--set", "severity=2"]);
    let new = mentor.log(&pupil, "pastoral", "canary-meanwhile");
    meet(&dsl, &mentor);
    for device in [&dsl, &mentor] {
        assert!(!holds(&device.home, WORDS.as_bytes()));
        assert_eq!(device.show(&new)["fields"]["narrative"], "canary-meanwhile");
        assert_eq!(device.run(&["record", "show", &record]).code, Some(1));
        device.verify();
    }
    assert_eq!(dsl.digests()["pastoral"], mentor.digests()["pastoral"]);
    meet(&head, &mentor);
    assert_eq!(erasure(&head)["outstanding"], json!([]));
}

/// Rule 8. A copy of a home from before the erasure, brought up again, gives nothing back either.
#[test]
fn an_old_copy_brings_nothing_back() {
    let demo = Demo::new();
    let (head, dsl, mentor) = (demo.head(), demo.dsl(), demo.mentor());
    let record = head.log(&head.pupil(), "pastoral", WORDS);
    meet(&head, &mentor);
    let copied = demo.path().join("copy");
    copy_home(&mentor.home, &copied);
    erase(&head, &dsl, &record);
    meet(&head, &dsl);
    meet(&head, &mentor);
    assert!(!holds(&mentor.home, WORDS.as_bytes()));
    let copy = Device::invented(&copied);
    assert!(holds(&copied, WORDS.as_bytes()));
    meet(&dsl, &copy);
    for device in [&dsl, &copy, &head] {
        assert!(!holds(&device.home, WORDS.as_bytes()));
        assert_eq!(device.run(&["record", "show", &record]).code, Some(1));
    }
}

/// A legal hold keeps a record from being erased until it is lifted.
#[test]
fn a_legal_hold_keeps_a_record() {
    let demo = Demo::new();
    let (head, dsl) = (demo.head(), demo.dsl());
    let record = head.log(&head.pupil(), "pastoral", WORDS);
    let proposed = head.json(&["erase", &record, "--reason", "retention-ended"]);
    meet(&head, &dsl);
    dsl.json(&["hold", &record]);
    dsl.json(&["erase", "second", &string(&proposed["entry"])]);
    meet(&head, &dsl);
    assert_eq!(head.show(&record)["fields"]["narrative"], WORDS);
    assert_eq!(erasure(&head)["on_hold"], 1);
    let refused = head.refused(&["erase", &record, "--reason", "other"]);
    assert!(refused.contains("contradicts"), "{refused}");
    // Lifting it takes two, as erasing does.
    let first = head.json(&["hold", &record, "--lift"]);
    assert!(string(&first["effect"]).contains("once somebody else"), "{first:#}");
    let again = head.refused(&["hold", &record, "--lift"]);
    assert!(again.starts_with("you have signed that already"), "{again}");
    assert_eq!(head.show(&record)["fields"]["narrative"], WORDS);
    meet(&head, &dsl);
    dsl.json(&["hold", &record, "--lift"]);
    meet(&head, &dsl);
    let none = dsl.refused(&["hold", &record, "--lift"]);
    assert!(none.contains("no record"), "{none}");
    assert_eq!(head.run(&["record", "show", &record]).code, Some(1));
    assert!(!holds(&head.home, WORDS.as_bytes()));
}

/// One pupil is taken out of an incident with two. The incident is there without them, counted
/// once; the old one is gone from every device when a second person has agreed.
#[test]
fn one_pupil_is_taken_out_of_a_shared_incident() {
    let demo = Demo::new();
    let (head, dsl, mentor) = (demo.head(), demo.dsl(), demo.mentor());
    let pupils = head.json(&["record", "list", "pupil", "--limit", "2"]);
    let [one, other] = [0, 1].map(|at| string(&pupils["records"][at]["id"]));
    let with = format!("{other}:target");
    let logged = head.json(&["log", &one, "disruption", "--note", WORDS, "--with", &with]);
    let record = string(&logged["id"]);
    meet(&head, &mentor);
    let total = || head.json(&["record", "list", "incident", "--limit", "1"])["total"].clone();
    let before = total();
    let words = "canary-told-without-them";
    let arguments = ["record", "redact", &record, "--pupil", &other, "--narrative", words];
    let refused = mentor.run(&[&arguments[..], &["--reason", "x"]].concat());
    assert_eq!(refused.code, Some(1), "{refused:?}");
    let done = head.json(&[&arguments[..], &["--reason", "asked for by the family"]].concat());
    assert_eq!(total(), before);
    meet(&head, &dsl);
    dsl.json(&["erase", "second", &string(&done["erasure"])]);
    for device in [&head, &mentor] {
        meet(&dsl, device);
        assert!(!holds(&device.home, WORDS.as_bytes()));
        let shown = device.show(&string(&done["record"]));
        assert_eq!(shown["fields"]["narrative"], words);
        assert!(shown["fields"]["participants"].get(&other).is_none(), "{shown:#}");
        assert!(shown["fields"]["participants"].get(&one).is_some(), "{shown:#}");
        device.verify();
    }
}

/// A record that was written in the wrong space is moved to the right one: who is not in the new
/// space keeps nothing of it.
#[test]
fn a_record_is_moved_to_the_space_where_it_belongs() {
    let demo = Demo::new();
    let (head, dsl, mentor) = (demo.head(), demo.dsl(), demo.mentor());
    let record = head.log(&head.pupil(), "pastoral", WORDS);
    meet(&head, &mentor);
    let reason = ["--reason", "a disclosure"];
    let arguments = [&["record", "move", &record, "--space", "safeguarding"], &reason[..]].concat();
    let done = head.json(&arguments);
    meet(&head, &dsl);
    dsl.json(&["erase", "second", &string(&done["erasure"])]);
    meet(&dsl, &mentor);
    assert!(!holds(&mentor.home, WORDS.as_bytes()));
    assert_eq!(dsl.show(&string(&done["record"]))["fields"]["narrative"], WORDS);
    assert_eq!(mentor.run(&["record", "show", &string(&done["record"])]).code, Some(1));
}

/// Proposed by mistake: whoever proposed it takes it back, and nobody can second it then. One that
/// somebody has seconded meanwhile stays in effect, on every device alike.
#[test]
fn who_proposed_an_erasure_takes_it_back_until_it_is_seconded() {
    let demo = Demo::new();
    let (head, dsl) = (demo.head(), demo.dsl());
    let record = head.log(&head.pupil(), "pastoral", WORDS);
    let first = string(&head.json(&["erase", &record, "--reason", "other"])["entry"]);
    meet(&head, &dsl);
    let refused = dsl.refused(&["erase", "withdraw", &first]);
    assert!(refused.contains("only whoever proposed an erasure can withdraw it"), "{refused}");
    head.json(&["erase", "withdraw", &first]);
    assert_eq!(erasure(&head)["withdrawn"], true);
    meet(&head, &dsl);
    dsl.refused(&["erase", "second", &first]);
    assert_eq!(dsl.show(&record)["fields"]["narrative"], WORDS);
    assert!(dsl.text(&["erasures"]).contains("withdrawn; signed by"));

    let again = string(&head.json(&["erase", &record, "--reason", "other"])["entry"]);
    meet(&head, &dsl);
    dsl.json(&["erase", "second", &again]);
    head.json(&["erase", "withdraw", &again]);
    meet(&head, &dsl);
    meet(&head, &dsl);
    for device in [&head, &dsl] {
        assert!(!holds(&device.home, WORDS.as_bytes()), "two had signed");
        let all = device.json(&["erasures"]);
        let both = all["erasures"].as_array().unwrap();
        let states: Vec<_> =
            [&first, &again].map(|id| both.iter().find(|one| one["id"] == **id).unwrap()).into();
        assert_eq!(
            (&states[0]["withdrawn"], &states[0]["in_effect"]),
            (&json!(true), &json!(false))
        );
        assert_eq!(
            (&states[1]["withdrawn"], &states[1]["in_effect"]),
            (&json!(false), &json!(true))
        );
        device.verify();
    }
    let late = head.refused(&["erase", "withdraw", &again]);
    assert!(late.contains("is in effect"), "{late}");
}
