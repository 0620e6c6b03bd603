//! Detentions and call-outs, from the command line: what is refused, what is told, and what the
//! tables hold.

use serde_json::{Value, json};

use crate::device::{Demo, Device, string};

#[track_caller]
fn add(device: &Device, kind: &str, fields: &Value) -> Value {
    device.json(&["record", "add", kind, "--json", &fields.to_string()])
}

#[track_caller]
fn total(device: &Device, kind: &str, filter: &str) -> Value {
    device.json(&["record", "list", kind, "--where", filter])["total"].clone()
}

/// The rows of a table that hold a text, as they are exported.
fn rows_with(device: &Device, table: &str, text: &str) -> Vec<String> {
    let dir = tempfile::TempDir::new().unwrap();
    let file = dir.path().join("table.csv");
    device.json(&["export", "table", table, file.to_str().unwrap()]);
    let csv = std::fs::read_to_string(file).unwrap();
    csv.lines().filter(|line| line.contains(text)).map(str::to_owned).collect()
}

/// A detention is set, missed, and set again at the next level.
#[test]
fn a_detention_is_followed_until_it_is_served() {
    let demo = Demo::new();
    let head = demo.head();
    let pupil = head.pupil();
    let set = json!({
        "pupil": pupil, "set_at": "2026-11-17T10:00", "starts_at": "2026-11-18T15:05",
        "type": "after_school", "reason": "no_homework", "minutes": 45, "status": "set",
    });
    let first = string(&add(&head, "detention", &set)["id"]);
    let early = ["record", "edit", &first, "--set", "absence_reason=forgot"];
    assert_eq!(
        head.refused(&early),
        "detention.absence_reason: is only for a detention that was not attended; clear it, or \
         change the status"
    );
    let missed = ["status=not_attended", "absence_reason=forgot", "escalated_to=next_level"];
    let missed = missed.map(|set| ["--set", set]).concat();
    head.json(&[&["record", "edit", &first][..], &missed].concat());
    let again = json!({
        "pupil": pupil, "starts_at": "2026-11-20T15:05", "type": "leadership",
        "reason": "missed_detention", "follows": first, "status": "attended",
    });
    let second = string(&add(&head, "detention", &again)["id"]);
    let filter = "escalated_to == \"next_level\" & absence_reason == \"forgot\"";
    let missed = head.json(&["record", "list", "detention", "--where", filter, "--pupil", &pupil]);
    let missed = missed["records"].as_array().unwrap();
    assert!(missed.iter().any(|one| one["id"] == *first), "{missed:?}");
    let rows = rows_with(&head, "detentions", &second);
    let [row] = rows.as_slice() else { panic!("{rows:?}") };
    assert!(
        row.contains(&first) && row.contains("leadership") && row.contains("autumn_2"),
        "{row}"
    );
    let list = head.text(&["record", "list", "detention", "--pupil", &pupil, "--limit", "500"]);
    assert!(list.contains("After-school detention: Homework not done, not attended"), "{list}");
    let sunday = json!({
        "pupil": pupil, "starts_at": "2026-11-15T10:00", "type": "lunch", "reason": "other",
    });
    let told = json!(["detention.starts_at: 2026-11-15 is not a school day"]);
    assert_eq!(add(&head, "detention", &sunday)["warnings"], told);
}

/// A call-out is raised, answered and cleared, each a small change, and its times come in order.
#[test]
fn a_call_out_is_raised_answered_and_cleared() {
    let demo = Demo::new();
    let head = demo.head();
    let pupil = head.pupil();
    let raised = json!({
        "raised_at": "2026-11-20T10:15", "reason": "walked_out", "location": "corridor",
        "pupils": { &pupil: { "outcome": "open" } },
    });
    let id = string(&add(&head, "call_out", &raised)["id"]);
    let edit = |set: &str| ["record", "edit", &id, "--set", set].map(str::to_owned);
    let before = edit("arrived_at=2026-11-20T10:10");
    let before: Vec<&str> = before.iter().map(String::as_str).collect();
    assert_eq!(
        head.refused(&before),
        "call_out.arrived_at: is before `raised_at`; one of the two is wrong"
    );
    for set in [
        "acknowledged_at=2026-11-20T10:16",
        "arrived_at=2026-11-20T10:21",
        "cleared_at=2026-11-20T10:40",
        &format!("pupils.{pupil}.outcome=walked"),
    ] {
        head.json(&edit(set).iter().map(String::as_str).collect::<Vec<_>>());
    }
    let this = "to_acknowledge == 1 & to_arrive == 6 & to_clear == 25 & outcome == \"walked\"";
    assert_eq!(total(&head, "call_out", &format!("{this} & date == '2026-11-20'")), 1);
    let rows = rows_with(&head, "call_outs", &id);
    assert_eq!(rows.len(), 1);
    assert!(rows[0].contains(&pupil), "{rows:?}");
    let shown = head.text(&["record", "list", "call_out", "--from", "2026-11-20"]);
    assert!(shown.contains("Call-out: Walked out"), "{shown}");
}
