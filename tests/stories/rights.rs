//! Who may write, and what those who may not are told. (Rules 5 and 6.)

use serde_json::json;

use crate::device::{Demo, join, meet, string};

/// Rule 6. An observer reads and runs metrics, and writes nothing.
#[test]
fn an_observer_reads_and_does_not_write() {
    let demo = Demo::new();
    let head = demo.head();
    let incident = head.log(&head.pupil(), "pastoral", "told by the head");
    let observer = join(&head, &demo.path().join("observer"), "observer");
    let pupil = head.pupil();
    meet(&head, &observer);
    assert_eq!(observer.show(&incident)["fields"]["narrative"], "told by the head");
    observer.json(&["metric", "run", "repeat-referrals"]);

    let before = observer.digests();
    let add = json!({ "forename": "Noor", "surname": "Example" }).to_string();
    let writes: [&[&str]; 3] = [
        &["log", &pupil, "disruption"],
        &["record", "add", "pupil", "--json", &add],
        &["record", "edit", &incident, "--set", "severity=2"],
    ];
    for write in writes {
        assert_eq!(observer.refused(write), "not allowed: your role may not write in `pastoral`");
    }
    assert_eq!(observer.digests(), before);
    assert_eq!(head.digests()["pastoral"], before["pastoral"]);
}

/// Rule 5. A mentor outside `safeguarding` is told the same of it as of a space that there never
/// was, and of a record in it the same as of a record that there never was.
#[test]
fn whoever_is_outside_does_not_learn_that_there_is_an_inside() {
    let demo = Demo::new();
    let (head, mentor) = (demo.head(), demo.mentor());
    let pupil = head.pupil();
    let secret = head.log(&pupil, "safeguarding", "told in confidence");
    meet(&head, &mentor);
    let log = |space: &str| mentor.refused(&["log", &pupil, "disruption", "--space", space]);
    for space in ["safeguarding", "nowhere"] {
        assert_eq!(log(space), format!("there is no space `{space}` here: you are in pastoral"));
    }
    let invented = "0123456789abcdef0123456789abcdef";
    for id in [secret.as_str(), invented] {
        let expected = format!("there is no record `{id}` here");
        assert_eq!(mentor.refused(&["record", "show", id]), expected);
        assert_eq!(mentor.refused(&["record", "history", id]), expected);
        assert_eq!(mentor.refused(&["record", "edit", id, "--set", "severity=2"]), expected);
        assert_eq!(mentor.refused(&["record", "resolve", id, "severity", "2"]), expected);
    }
}

/// Rule 5. References point only towards the less confidential space: an open record cannot name
/// one that is not, on any device.
#[test]
fn an_open_record_does_not_name_a_confidential_one() {
    let demo = Demo::new();
    let head = demo.head();
    let fields = json!({ "forename": "Noor", "surname": "Example" }).to_string();
    let add = ["record", "add", "pupil", "--space", "safeguarding", "--json", &fields];
    let hidden = string(&head.json(&add)["id"]);
    let before = head.digests();
    let said = head.refused(&["log", &hidden, "disruption", "--space", "pastoral"]);
    assert_eq!(said, "not allowed: a record in `pastoral` may not name one in `safeguarding`");
    assert_eq!(head.digests(), before);
    head.log(&hidden, "safeguarding", "within the space it may");
}
