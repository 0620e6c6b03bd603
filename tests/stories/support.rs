//! Interventions, their sessions, suspensions and positive events, from the command line: what is
//! refused, what is told, what the tables hold, and what is true of the invented school.

use serde_json::{Value, json};

use crate::device::{Demo, Device, run, string};

/// The school's today is Friday 20 November 2026; the Sunday before is the 15th.
const SUNDAY: &str = "2026-11-15";

#[track_caller]
fn add(device: &Device, kind: &str, fields: &Value) -> Value {
    device.json(&["record", "add", kind, "--json", &fields.to_string()])
}

#[track_caller]
fn refused(device: &Device, kind: &str, fields: &Value) -> String {
    device.refused(&["record", "add", kind, "--json", &fields.to_string()])
}

fn suspension(pupil: &str, start: &str, sessions: i64) -> Value {
    json!({
        "pupil": pupil, "type": "SUSP", "start": start, "sessions": sessions,
        "reasons": { "DB": { "rank": 1 } },
    })
}

/// A run of an intervention in which one pupil is and for which another waits, told in full.
#[test]
fn an_intervention_is_written_down_and_read_as_a_table() {
    let demo = Demo::new();
    let head = demo.head();
    let pupils = head.json(&["record", "list", "pupil", "--limit", "2"]);
    let [one, other] = [0, 1].map(|place| string(&pupils["records"][place]["id"]));
    let run = add(
        &head,
        "intervention",
        &json!({
            "type": "nurture", "title": "Autumn nurture", "delivery": "group",
            "start": "2026-11-09", "planned_sessions": 6, "session_minutes": 40,
            "enrolments": {
                one.clone(): { "decided": "2026-11-03", "start": "2026-11-09" },
                other.clone(): { "decided": "2026-11-03" },
            },
        }),
    );
    let id = string(&run["id"]);
    for (day, attended) in [("2026-11-10", true), ("2026-11-17", false)] {
        let session = json!({
            "intervention": id, "date": day, "status": "held", "minutes": 35,
            "pupils": { one.clone(): { "attended": attended } },
        });
        add(&head, "intervention_session", &session);
    }
    let of_type = |more: &str| {
        let filter = format!("type == \"nurture\"{more}");
        head.json(&["record", "list", "intervention", "--where", &filter])["total"].clone()
    };
    assert_eq!(of_type(""), 1);
    assert_eq!(of_type(" & start.is_null()"), 1, "one waits");
    assert_eq!(of_type(" & sessions_attended == 1 & minutes == 35"), 1);
    let timeline = head.json(&["record", "list", "intervention_session", "--pupil", &one]);
    let of_run = timeline["records"].as_array().unwrap().iter();
    assert_eq!(of_run.filter(|session| session["fields"]["intervention"] == *id).count(), 2);
}

/// Contradictions are refused, each with its field.
#[test]
fn what_cannot_be_true_is_refused() {
    let demo = Demo::new();
    let head = demo.head();
    let pupil = head.pupil();
    let before = head.digests();
    let intervention = |start: &str, decided: &str, begun: &str| {
        json!({
            "type": "nurture", "title": "Nurture", "start": start, "end": "2026-12-11",
            "enrolments": { pupil.clone(): { "decided": decided, "start": begun } },
        })
    };
    let mut permanent = suspension(&pupil, "2026-11-16", 2);
    permanent["type"] = json!("PERM");
    let mut many = suspension(&pupil, "2026-11-16", 2);
    for (rank, code) in [(2, "VA"), (3, "PP"), (3, "TH")] {
        many["reasons"][code] = json!({ "rank": rank });
    }
    let mut early = suspension(&pupil, "2026-02-02", 2);
    early["reasons"] = json!({ "MP": { "rank": 1 } });
    let cases = [
        (
            "intervention",
            intervention("2026-12-14", "2026-11-02", "2026-12-14"),
            "intervention.end: is before `start`; one of the two is wrong".to_owned(),
        ),
        (
            "intervention",
            intervention("2026-11-09", "2026-11-12", "2026-11-09"),
            format!(
                "intervention.enrolments.{pupil}.start: is before `decided`; one of the two is wrong"
            ),
        ),
        (
            "suspension",
            suspension(&pupil, "2026-11-16", 92),
            "suspension.sessions: 92 sessions are more than the 45 school days (90 sessions) for \
             which a pupil may be suspended in a school year"
                .to_owned(),
        ),
        (
            "suspension",
            permanent,
            "suspension.sessions: is not for a permanent exclusion, which has no end; clear it, or \
             change the type"
                .to_owned(),
        ),
        (
            "suspension",
            many,
            "suspension.reasons: has 4 reasons; give 3 at most, the main ones".to_owned(),
        ),
        (
            "suspension",
            early,
            "suspension.reasons.MP: `MP` of the list `suspension_reason` did not count on \
             2026-02-02; it counts from 2026-05-01"
                .to_owned(),
        ),
    ];
    for (kind, fields, expected) in cases {
        assert_eq!(refused(&head, kind, &fields), expected);
    }
    assert_eq!(head.digests(), before);
}

/// A pupil's suspensions of one school year are added up, whoever wrote them down.
#[test]
fn a_year_holds_forty_five_days_of_suspension() {
    let demo = Demo::new();
    let head = demo.head();
    let pupil = json!({ "forename": "Noor", "surname": "Example" }).to_string();
    let pupil = string(&head.json(&["record", "add", "pupil", "--json", &pupil])["id"]);
    add(&head, "suspension", &suspension(&pupil, "2026-09-07", 80));
    assert_eq!(
        refused(&head, "suspension", &suspension(&pupil, "2026-11-16", 11)),
        "suspension.sessions: with 80 sessions already in 2026/27 this makes 91, more than the 45 \
         school days (90 sessions) for which a pupil may be suspended in a school year"
    );
    add(&head, "suspension", &suspension(&pupil, "2026-11-16", 10));
}

/// What is odd is saved and told, on standard error and in the record.
#[test]
fn a_stay_or_a_session_on_a_closed_day_is_told() {
    let demo = Demo::new();
    let head = demo.head();
    let stay = json!({
        "pupil": head.pupil(), "referred_at": "2026-11-13T10:00", "reason": "defiance",
        "arrived_at": format!("{SUNDAY}T09:00"),
    });
    let told = format!("room_stay.arrived_at: {SUNDAY} is not a school day");
    assert_eq!(add(&head, "room_stay", &stay)["warnings"], json!([told]));
    let text = stay.to_string();
    let said = run(&mut head.command(&["record", "add", "room_stay", "--json", &text]), "");
    assert_eq!((said.code, said.err.trim_end()), (Some(0), format!("note: {told}").as_str()));
    let first = head.json(&["record", "list", "intervention", "--limit", "1"]);
    let run = string(&first["records"][0]["id"]);
    let session = json!({ "intervention": run, "date": SUNDAY, "status": "planned" });
    let told = format!("intervention_session.date: {SUNDAY} is not a school day");
    assert_eq!(add(&head, "intervention_session", &session)["warnings"], json!([told]));
}

/// The file beside the homes says what is true: an effect for each type of intervention in the
/// school, one of them none, and the days from which things were recorded differently.
#[test]
fn the_truth_lies_beside_the_homes() {
    let dir = tempfile::TempDir::new().unwrap();
    let made = crate::device::demo(dir.path(), &["--pupils", "60", "--devices", "1"]);
    let text = std::fs::read_to_string(string(&made["truth"])).unwrap();
    let truth: Value = serde_json::from_str(&text).unwrap();
    let effects = truth["interventions"].as_array().unwrap();
    assert!(effects.iter().any(|one| one["rate_ratio"] == 1.0), "{truth:#}");
    assert!(!truth["recording_breaks"].as_array().unwrap().is_empty(), "{truth:#}");
    let head = Device::invented(&dir.path().join("1"));
    for kind in [
        "interventions",
        "intervention_sessions",
        "suspensions",
        "positive_events",
        "detentions",
        "call_outs",
        "scores",
        "plans",
    ] {
        let count = made[kind].as_u64().unwrap();
        assert!(count > 0, "{made:#}");
        let kind = kind.strip_suffix('s').unwrap();
        assert_eq!(head.json(&["record", "list", kind, "--limit", "1"])["total"], count);
    }
}
