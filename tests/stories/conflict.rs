//! Two people set the same field apart from each other. (Rules 3 and 4.)

use serde_json::{Value, json};

use crate::device::{Demo, Device, meet, string};

/// Rules 3 and 4. Both see both values, in the same words; one chooses, and both agree.
#[test]
fn one_settles_what_two_wrote_and_both_agree() {
    let demo = Demo::new();
    let (head, dsl) = (demo.head(), demo.dsl());
    let incident = head.log(&head.pupil(), "pastoral", "as it was first told");
    meet(&head, &dsl);

    edit(&head, &incident, "narrative=told by the head");
    edit(&dsl, &incident, "narrative=told by the lead");
    edit(&head, &incident, "severity=2");
    edit(&dsl, &incident, "location=corridor");
    meet(&head, &dsl);

    let (here, there) = (head.show(&incident), dsl.show(&incident));
    assert_eq!(here, there);
    let values: Vec<&Value> = contenders(&here, "narrative").map(|one| &one["value"]).collect();
    assert_eq!(values.len(), 2);
    assert!(values.contains(&&json!("told by the head")), "{here:#}");
    assert!(values.contains(&&json!("told by the lead")), "{here:#}");
    // What only one of them set is no conflict and stands.
    assert_eq!(here["conflicts"].as_object().unwrap().len(), 1, "{here:#}");
    assert_eq!(here["fields"]["severity"], 2);
    assert_eq!(here["fields"]["location"], "corridor");
    for device in [&head, &dsl] {
        assert_eq!(device.json(&["status"])["conflicts"], 1);
        assert!(device.text(&["status"]).contains("  1 field in conflict\n"));
    }
    assert_eq!(head.digests(), dsl.digests());

    dsl.json(&["record", "resolve", &incident, "narrative", "told by the head"]);
    meet(&head, &dsl);
    for device in [&head, &dsl] {
        let record = device.show(&incident);
        assert_eq!(record["fields"]["narrative"], "told by the head");
        assert_eq!(record["conflicts"], json!({}));
        assert_eq!(device.json(&["status"])["conflicts"], 0);
        device.verify();
    }
    assert_eq!(head.show(&incident), dsl.show(&incident));
    assert_eq!(head.digests(), dsl.digests());
}

/// Rule 4. Either of the values can be chosen: also the one that is shown meanwhile, also "no
/// value", also a third.
#[test]
fn every_choice_settles() {
    let demo = Demo::new();
    let (head, dsl) = (demo.head(), demo.dsl());
    let choices: [fn(&Value) -> String; 3] = [
        |record| string(&record["fields"]["narrative"]),
        |record| {
            let shown = &record["fields"]["narrative"];
            string(
                &contenders(record, "narrative").find(|one| one["value"] != *shown).unwrap()["value"],
            )
        },
        |_| String::new(),
    ];
    let pupil = head.pupil();
    let incidents: Vec<String> =
        choices.iter().map(|_| head.log(&pupil, "pastoral", "first")).collect();
    meet(&head, &dsl);
    for incident in &incidents {
        edit(&head, incident, "narrative=one");
        edit(&dsl, incident, "narrative=two");
    }
    meet(&head, &dsl);
    for (incident, choice) in incidents.iter().zip(choices) {
        let value = choice(&head.show(incident));
        let settled = head.json(&["record", "resolve", incident, "narrative", &value]);
        assert_eq!(settled["conflicts"], json!({}), "chose `{value}`");
        assert_eq!(settled["fields"]["narrative"].as_str().unwrap_or_default(), value);
    }
    meet(&head, &dsl);
    for incident in &incidents {
        assert_eq!(head.show(incident), dsl.show(incident));
    }
    assert_eq!(dsl.json(&["status"])["conflicts"], 0);
}

/// Rules 3 and 4. Both settle at once and differently: that is a conflict again, shown to both.
#[test]
fn two_who_settle_at_once_are_asked_again() {
    let demo = Demo::new();
    let (head, dsl) = (demo.head(), demo.dsl());
    let pupil = head.pupil();
    let incident = head.log(&pupil, "pastoral", "first");
    let role = format!("participants.{pupil}.role");
    meet(&head, &dsl);
    edit(&head, &incident, &format!("{role}=witness"));
    edit(&dsl, &incident, &format!("{role}=target"));
    meet(&head, &dsl);
    let (here, there) = (head.show(&incident), dsl.show(&incident));
    assert_eq!(here, there);
    assert_eq!(contenders(&here, &role).count(), 2, "{here:#}");

    head.json(&["record", "resolve", &incident, &role, "witness"]);
    dsl.json(&["record", "resolve", &incident, &role, "target"]);
    meet(&head, &dsl);
    assert_eq!(head.show(&incident), dsl.show(&incident));
    assert_eq!(contenders(&head.show(&incident), &role).count(), 2);
    head.json(&["record", "resolve", &incident, &role, "target"]);
    meet(&dsl, &head);
    assert_eq!(dsl.show(&incident)["conflicts"], json!({}));
    assert_eq!(dsl.show(&incident)["fields"]["participants"][&pupil]["role"], "target");
    assert_eq!(head.digests(), dsl.digests());
}

#[track_caller]
fn edit(device: &Device, incident: &str, set: &str) {
    device.json(&["record", "edit", incident, "--set", set]);
}

fn contenders<'a>(record: &'a Value, field: &str) -> impl Iterator<Item = &'a Value> {
    record["conflicts"][field].as_array().into_iter().flatten()
}
