//! Tests of closed days and of the year's limit for suspensions.

use serde_json::{Value as Json, json};
use sheaf_records::Kind;

use crate::records::test_school::TestSchool;

fn suspension(here: &TestSchool, start: &str, sessions: i64) -> Json {
    json!({
        "pupil": here.pupil, "type": "SUSP", "start": start, "sessions": sessions,
        "reasons": { "DB": { "rank": 1 } },
    })
}

#[test]
fn a_stay_a_session_and_a_suspension_on_a_closed_day_are_told() {
    let here = TestSchool::new();
    let stay = json!({
        "pupil": here.pupil, "referred_at": "2026-11-19T10:00", "reason": "defiance",
        "arrived_at": "2026-11-20T09:00",
    });
    let closed = "2026-11-20 is not a school day";
    assert_eq!(here.add(Kind::RoomStay, stay).1, [format!("room_stay.arrived_at: {closed}")]);
    let run = json!({ "type": "mentoring", "title": "Autumn" });
    let run = here.add(Kind::Intervention, run).0;
    let session = json!({ "intervention": run, "date": "2026-11-20", "status": "held" });
    let (session, warnings) = here.add(Kind::InterventionSession, session);
    assert_eq!(warnings, [format!("intervention_session.date: {closed}")]);
    let set = vec![("date".to_owned(), Some("2026-11-21".to_owned()))];
    let edited = here.school.edit(&session, &set).unwrap();
    assert_eq!(edited.warnings, ["intervention_session.date: 2026-11-21 is not a school day"]);
    let out = suspension(&here, "2026-11-20", 2);
    assert_eq!(here.add(Kind::Suspension, out).1, [format!("suspension.start: {closed}")]);
}

#[test]
fn a_pupil_who_is_not_in_the_intervention_is_told() {
    let here = TestSchool::new();
    let other = json!({ "forename": "Ada", "surname": "Example" });
    let other = here.add(Kind::Pupil, other).0;
    let run = json!({
        "type": "mentoring", "title": "Autumn",
        "enrolments": { here.pupil.clone(): { "decided": "2026-11-02", "start": "2026-11-09" } },
    });
    let run = here.add(Kind::Intervention, run).0;
    let warnings = |day: &str| {
        let session = json!({
            "intervention": run, "date": day, "status": "held",
            "pupils": { here.pupil.clone(): { "attended": true }, other.clone(): { "attended": false } },
        });
        here.add(Kind::InterventionSession, session).1
    };
    let told = |pupil: &str| {
        format!("intervention_session.pupils.{pupil}: was not in the intervention on that day")
    };
    assert_eq!(warnings("2026-11-10"), [told(&other)]);
    let mut both = [told(&here.pupil), told(&other)];
    both.sort();
    assert_eq!(warnings("2026-11-06"), both, "while they wait");
}

#[test]
fn a_pupils_year_holds_forty_five_days_over_all_suspensions() {
    let here = TestSchool::new();
    let add = |start: &str, sessions| {
        let fields = suspension(&here, start, sessions);
        let made = here.school.add(Kind::Suspension, None, &fields);
        made.map(|shape| shape.id).map_err(|error| error.to_string())
    };
    let first = add("2026-09-14", 60).unwrap();
    add("2026-11-02", 29).unwrap();
    let refused = add("2026-11-16", 2).unwrap_err();
    assert_eq!(
        refused,
        "suspension.sessions: with 89 sessions already in 2026/27 this makes 91, more than the 45 \
         school days (90 sessions) for which a pupil may be suspended in a school year"
    );
    add("2026-11-16", 1).unwrap();
    // Another year and another pupil begin anew; a permanent exclusion has no sessions.
    add("2026-08-31", 90).unwrap();
    let mut permanent = suspension(&here, "2026-11-18", 1);
    permanent["type"] = json!("PERM");
    permanent.as_object_mut().unwrap().remove("sessions");
    here.add(Kind::Suspension, permanent);
    // A change is held to the year as well, and what is withdrawn does not count.
    let set = |sessions: &str| vec![("sessions".to_owned(), Some(sessions.to_owned()))];
    assert!(here.school.edit(&first, &set("61")).is_err());
    here.school.edit(&first, &set("59")).unwrap();
    here.school.withdraw(&first, "Cancelled by the head").unwrap();
    let again = add("2026-12-01", 60).unwrap();
    let back = here.school.restore(&first, None).unwrap_err().to_string();
    assert!(back.contains("this makes 149"), "{back}");
    here.school.withdraw(&again, "Cancelled by the head").unwrap();
    here.school.restore(&first, None).unwrap();
}
