//! Tests of contradictions in detentions and call-outs.

use serde_json::json;

use super::{PUPIL, record, refused, warned};
use crate::kind::Kind;
use crate::record::Record;

fn detention(more: serde_json::Value) -> Record {
    let mut fields = json!({
        "pupil": PUPIL,
        "starts_at": "2026-11-20T15:05",
        "type": "after_school",
        "reason": "no_homework",
    });
    let all = fields.as_object_mut().expect("an object");
    all.extend(more.as_object().cloned().unwrap_or_default());
    record(Kind::Detention, fields)
}

fn call_out(more: serde_json::Value) -> Record {
    let mut fields = json!({
        "raised_at": "2026-11-20T10:15",
        "reason": "disruption",
        "pupils": { PUPIL: { "outcome": "settled_in_class" } },
    });
    let all = fields.as_object_mut().expect("an object");
    all.extend(more.as_object().cloned().unwrap_or_default());
    record(Kind::CallOut, fields)
}

#[test]
fn a_detention_may_be_saved_from_when_it_is_set_to_what_followed() {
    warned(&detention(json!({})), &[]);
    warned(&detention(json!({ "status": "attended", "minutes": 45 })), &[]);
    let missed = json!({
        "status": "not_attended", "absence_reason": "refused", "escalated_to": "next_level",
    });
    warned(&detention(missed), &[]);
}

#[test]
fn what_was_attended_was_not_missed_for_a_reason() {
    let both = json!({ "status": "attended", "absence_reason": "forgot" });
    refused(
        &detention(both),
        &["detention.absence_reason: is only for a detention that was not attended; clear it, or \
           change the status"],
    );
    let mut late = detention(json!({ "set_at": "2026-11-20T15:10" }));
    late.set("minutes", 0_i64);
    refused(
        &late,
        &[
            "detention.minutes: 0 is out of range; give a number from 1 to 240",
            "detention.starts_at: is before `set_at`; one of the two is wrong",
        ],
    );
}

#[test]
fn a_call_out_goes_from_raised_to_cleared() {
    let whole = json!({
        "acknowledged_at": "2026-11-20T10:16",
        "arrived_at": "2026-11-20T10:19",
        "cleared_at": "2026-11-20T10:31",
    });
    warned(&call_out(whole), &[]);
    let backwards = json!({
        "acknowledged_at": "2026-11-20T10:20",
        "arrived_at": "2026-11-20T10:14",
    });
    refused(
        &call_out(backwards),
        &[
            "call_out.arrived_at: is before `raised_at`; one of the two is wrong",
            "call_out.arrived_at: is before `acknowledged_at`; one of the two is wrong",
        ],
    );
}

#[test]
fn a_call_out_about_nobody_and_one_that_ends_at_home_are_odd() {
    warned(&call_out(json!({ "pupils": {} })), &["call_out.pupils: no pupil is named"]);
    warned(
        &call_out(json!({ "pupils": { PUPIL: { "outcome": "home" } } })),
        &[&format!(
            "call_out.pupils.{PUPIL}.outcome: a pupil who is sent home without a suspension may \
             be excluded unlawfully"
        )],
    );
}
