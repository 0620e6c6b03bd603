//! What was done to a record, by whom, when and why; and what happens to one that is withdrawn.
//! (Rules 3, 4 and 6.)

use serde_json::{Value, json};

use crate::device::{Demo, Device, meet, refusal, run, sheaf, string};

#[track_caller]
fn history(device: &Device, id: &str) -> Vec<Value> {
    device.json(&["record", "history", id])["history"].as_array().unwrap().clone()
}

/// How many incidents a list, a search, the columns and the timeline of a pupil show.
fn shown(device: &Device, pupil: &str, word: &str) -> [u64; 4] {
    let list = |more: &[&str]| {
        let all = [&["record", "list", "incident", "--limit", "1"], more].concat();
        device.json(&all)["total"].as_u64().unwrap()
    };
    let hits = device.json(&["search", word])["hits"].as_array().unwrap().len();
    [
        list(&[]),
        hits as u64,
        list(&["--where", "severity >= 0 | severity.is_null()"]),
        list(&["--pupil", pupil]),
    ]
}

/// Rules 3 and 6. The history tells a conflict from both sides and what settled it, in the same
/// words on every device.
#[test]
fn the_history_tells_what_was_written_at_once_and_who_chose() {
    let demo = Demo::new();
    let (head, dsl) = (demo.head(), demo.dsl());
    let incident = head.log(&head.pupil(), "pastoral", "as it was first told");
    meet(&head, &dsl);
    let edit = ["record", "edit", &incident, "--set"];
    head.json(&[&edit[..], &["narrative=told by the head", "--reason", "A witness"]].concat());
    dsl.json(&[&edit[..], &["narrative=told by the lead"]].concat());
    meet(&head, &dsl);
    dsl.json(&["record", "resolve", &incident, "narrative", "told by the head"]);
    meet(&head, &dsl);

    let steps = history(&head, &incident);
    assert_eq!(steps, history(&dsl, &incident));
    let acts: Vec<&Value> = steps.iter().map(|step| &step["act"]).collect();
    assert_eq!(acts, ["created", "changed", "changed", "settled"]);
    let by = |told: &str| steps.iter().find(|step| step["changed"][0]["after"] == told).unwrap();
    let (one, other) = (by("told by the head"), by("told by the lead"));
    assert_eq!((&one["reason"], &other["reason"]), (&json!("A witness"), &Value::Null));
    assert_eq!(one["changed"][0]["before"], "as it was first told");
    assert_eq!(one["changed"][0]["at_once"][0]["value"], "told by the lead");
    assert_eq!(one["changed"][0]["at_once"][0]["by"], other["by"]);
    assert_eq!(other["changed"][0]["at_once"][0]["value"], "told by the head");
    let settled = steps[3]["changed"][0]["settled"].as_array().unwrap();
    assert!(settled.contains(&json!("told by the head")), "{settled:?}");
    assert!(settled.contains(&json!("told by the lead")), "{settled:?}");
    assert_eq!(steps[3]["by"], other["by"]);
    assert!(steps.iter().all(|step| step["signature"] == "valid"), "{steps:#?}");
    assert_eq!(one["device_id"], head.json(&["status"])["device_id"]);
    assert_ne!(one["person_id"], other["person_id"]);
    for device in [&head, &dsl] {
        let then = device.json(&["record", "show", &incident, "--at", &string(&one["entry"])]);
        assert_eq!(then["fields"]["narrative"], "told by the head");
        assert_eq!((&then["conflicts"], &then["changed"]["by"]), (&json!({}), &one["by"]));
        let first =
            device.json(&["record", "show", &incident, "--at", &string(&steps[0]["entry"])]);
        assert_eq!(first["fields"]["narrative"], "as it was first told");
    }
    let text = head.text(&["record", "history", &incident]);
    assert_eq!(text.matches("signature valid").count(), 4, "{text}");
    assert!(text.contains("changed it: A witness"), "{text}");
    assert!(text.contains("settled a conflict") && text.contains("    at once "), "{text}");
}

/// A record that is withdrawn on one device leaves lists, search and counts on the other too, and
/// comes back when it is restored there.
#[test]
fn a_withdrawn_record_is_gone_everywhere_but_from_its_history() {
    let demo = Demo::new();
    let (head, mentor) = (demo.head(), demo.mentor());
    let pupil = head.pupil();
    let incident = head.log(&pupil, "pastoral", "quicksilver");
    meet(&head, &mentor);
    let before = shown(&head, &pupil, "quicksilver");
    assert_eq!((before, before[1]), (shown(&mentor, &pupil, "quicksilver"), 1));

    head.json(&["record", "withdraw", &incident, "--reason", "Another pupil was meant"]);
    meet(&head, &mentor);
    for device in [&head, &mentor] {
        assert_eq!(shown(device, &pupil, "quicksilver"), before.map(|count| count - 1));
        assert_eq!(device.show(&incident)["fields"]["withdrawn"], "Another pupil was meant");
        let steps = history(device, &incident);
        assert_eq!(steps[1]["act"], "withdrawn");
        assert_eq!(steps[1]["reason"], "Another pupil was meant");
        device.verify();
    }
    let all = ["record", "list", "incident", "--withdrawn", "--limit", "1"];
    assert_eq!(mentor.json(&all)["total"], before[0]);
    assert_eq!(head.digests()["pastoral"], mentor.digests()["pastoral"]);

    head.json(&["record", "restore", &incident]);
    meet(&head, &mentor);
    assert_eq!(shown(&mentor, &pupil, "quicksilver"), before);
}

/// Rule 4. One withdraws what another changes at the same time: both stand, and the change is
/// still there when the record is restored.
#[test]
fn a_change_outlives_a_withdrawal_made_at_once() {
    let demo = Demo::new();
    let (head, dsl) = (demo.head(), demo.dsl());
    let incident = head.log(&head.pupil(), "pastoral", "as it was first told");
    meet(&head, &dsl);
    head.json(&["record", "withdraw", &incident, "--reason", "Twice"]);
    dsl.json(&["record", "edit", &incident, "--set", "severity=4"]);
    meet(&head, &dsl);
    for device in [&head, &dsl] {
        let record = device.show(&incident);
        assert_eq!(record["fields"]["withdrawn"], "Twice");
        assert_eq!(record["fields"]["severity"], 4);
        assert_eq!(record["conflicts"], json!({}));
    }
    let restored = dsl.json(&["record", "restore", &incident, "--reason", "Not twice"]);
    assert_eq!(restored["fields"]["severity"], 4);
}

/// Rule 6. A mentor amends and withdraws what they wrote, fills in what is empty, and leaves what
/// others wrote to a lead.
#[test]
fn a_mentor_amends_their_own_and_a_lead_what_others_wrote() {
    let demo = Demo::new();
    let (head, mentor) = (demo.head(), demo.mentor());
    let pupil = head.pupil();
    let of_head = head.log(&pupil, "pastoral", "told by the head");
    let own = mentor.log(&pupil, "pastoral", "told by the mentor");
    meet(&head, &mentor);
    let name = string(&head.show(&of_head)["created"]["by"]);

    let edit = |id: &str, set: &str| {
        mentor.run(&["record", "edit", id, "--set", set, "--reason", "A slip"]).code
    };
    assert_eq!(edit(&own, "narrative=told again"), Some(0));
    assert_eq!(edit(&of_head, "severity=3"), Some(0), "it was empty");
    assert_eq!(edit(&of_head, "severity=4"), Some(0), "they set it themselves");
    assert_eq!(
        mentor.refused(&["record", "edit", &of_head, "--set", "narrative=no"]),
        format!(
            "not allowed: {name} wrote `narrative`, and whoever is below lead changes only their own"
        )
    );
    assert_eq!(
        mentor.refused(&["record", "withdraw", &of_head, "--reason", "No"]),
        format!(
            "not allowed: {name} wrote this record, and whoever is below lead withdraws only their \
             own"
        )
    );
    mentor.json(&["record", "withdraw", &own, "--reason", "Another pupil was meant"]);
    meet(&head, &mentor);
    head.json(&["record", "restore", &own, "--reason", "It was this one"]);
    head.json(&["record", "edit", &own, "--set", "narrative=as the mentor said"]);
    assert_eq!(history(&head, &own).len(), 5);
}

/// Whoever scripts it is told what is missing or makes no sense, and nothing changes.
#[test]
fn a_withdrawal_needs_a_reason_and_a_record() {
    let demo = Demo::new();
    let head = demo.head();
    let incident = head.log(&head.pupil(), "pastoral", "told");
    let before = head.digests();
    assert_eq!(head.run(&["record", "withdraw", &incident]).code, Some(2));
    for (arguments, expected) in [
        (
            &["withdraw", &incident, "--reason", " "][..],
            "the reason is empty; say why in a few words",
        ),
        (&["restore", &incident], "record ID is not withdrawn"),
        (
            &["edit", &incident, "--set", "withdrawn=yes"],
            "a record is withdrawn as a whole, with a reason: `sheaf record withdraw`",
        ),
    ] {
        let said = head.refused(&[&["record"], arguments].concat());
        assert_eq!(said.replace(&incident, "ID"), expected);
    }
    assert_eq!(head.digests(), before);
}

/// Rule 6. Somebody without a home checks a proof against the school's id alone; who is not in the
/// space cannot make one.
#[test]
fn a_record_is_proved_to_somebody_outside() {
    let demo = Demo::new();
    let (head, mentor) = (demo.head(), demo.mentor());
    let incident = head.log(&head.pupil(), "safeguarding", "quicksilver");
    head.json(&["record", "edit", &incident, "--set", "severity=4"]);
    let file = demo.path().join("proof.json");
    let file = file.to_str().unwrap();
    let nobody = format!("there is no record `{incident}` here");
    assert_eq!(mentor.refused(&["record", "prove", &incident, file]), nobody);
    assert_eq!(head.json(&["record", "prove", &incident, file]), head.show(&incident));
    let school = string(&head.json(&["status"])["school_id"]);
    let check = |school: &str| {
        let check = ["--format", "json", "record", "check-proof", file, "--school", school];
        run(sheaf().args(check), "")
    };
    let checked: Value = serde_json::from_str(&check(&school).out).unwrap();
    assert_eq!(checked["values"], head.show(&incident)["fields"]);
    let steps = history(&head, &incident);
    for (change, step) in checked["changes"].as_array().unwrap().iter().zip(&steps) {
        assert_eq!(change["person_id"], step["person_id"]);
        assert_eq!(change["device_id"], step["device_id"]);
        assert_eq!(change["entry"], step["entry"]);
    }
    let said = refusal(&check(&"0".repeat(64)), 1);
    let expected = "the proof does not hold: the school: it is another than the one asked for";
    assert_eq!(said, expected);
    let text = std::fs::read_to_string(file).unwrap();
    std::fs::write(file, text.replace("quicksilver", "quicksand")).unwrap();
    let said = refusal(&check(&school), 1);
    assert!(said.starts_with("the proof does not hold: change 0: it does not do what"), "{said}");
}
