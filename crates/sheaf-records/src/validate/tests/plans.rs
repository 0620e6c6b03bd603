//! Tests of contradictions in scores and plans.

use jiff::civil::date;
use serde_json::json;

use super::{PUPIL, ULID, record, refused, warned};
use crate::kind::Kind;
use crate::record::Record;

fn score(measure: &str, totals: serde_json::Value) -> Record {
    record(
        Kind::Score,
        json!({
            "pupil": PUPIL, "date": "2026-11-20", "measure": measure, "informant": "teacher",
            "totals": totals,
        }),
    )
}

fn plan() -> Record {
    record(
        Kind::Plan,
        json!({
            "pupil": PUPIL, "type": "pastoral_support", "start": "2026-09-14",
            "next_review": "2026-11-09",
            "targets": { ULID: { "what": "Stays in lessons", "baseline": 9, "target": 3 } },
            "views": { "home": { "agreed": "2026-09-14" } },
            "reviews": { "2026-11-09": { "decision": "continue" } },
        }),
    )
}

#[test]
fn totals_are_held_to_what_their_scale_can_come_to() {
    warned(&score("sdq", json!({ "total": { "score": 40 }, "prosocial": { "score": 0 } })), &[]);
    warned(&score("swemwbs", json!({ "total": { "score": 7 } })), &[]);
    warned(&score("boxall", json!({ "diagnostic": { "score": 91 } })), &[]);
    warned(&score("own", json!({ "total": { "score": 500 } })), &[]);
    let out = "is out of range; give a number from";
    refused(
        &score("sdq", json!({ "total": { "score": 41 }, "peer": { "score": 11 } })),
        &[
            &format!("score.totals.peer.score: 11 {out} 0 to 10"),
            &format!("score.totals.total.score: 41 {out} 0 to 40"),
        ],
    );
    refused(
        &score("swemwbs", json!({ "total": { "score": 6 } })),
        &[&format!("score.totals.total.score: 6 {out} 7 to 35")],
    );
}

#[test]
fn a_measure_has_its_own_scales_and_at_least_one_total() {
    refused(
        &score("swemwbs", json!({ "conduct": { "score": 4 } })),
        &["score.totals.conduct: is no scale of this measure; give one that it has"],
    );
    refused(
        &score("sdq", json!({})),
        &["score.totals: is missing; give at least one total, by its scale"],
    );
}

#[test]
fn a_plan_may_be_saved() {
    warned(&plan(), &[]);
}

#[test]
fn what_lies_outside_a_plan_is_odd_or_refused() {
    let mut backwards = plan();
    backwards.set("end", date(2026, 9, 1));
    let said = crate::validate(&backwards, &Default::default()).unwrap_err();
    assert_eq!(said[0].to_string(), "plan.end: is before `start`; one of the two is wrong");
    let mut odd = plan();
    odd.set_row("targets", ULID, "due", date(2026, 9, 1));
    odd.set_row("reviews", "2026-09-10", "decision", "continue");
    odd.set("end", date(2026, 11, 6));
    warned(
        &odd,
        &[
            &format!("plan.targets.{ULID}.due: is before the plan starts"),
            "plan.reviews.2026-09-10: is before the plan starts",
            "plan.next_review: is after the plan ends",
        ],
    );
}
