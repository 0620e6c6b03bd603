//! Tests of headlines, times, references and words.

use jiff::civil::date;

use super::*;

fn record(kind: Kind) -> Record {
    Record { id: RecordId::from_bytes([1; 16]), kind, fields: Default::default() }
}

#[test]
fn names_prefer_what_a_pupil_is_called() {
    let mut pupil = record(Kind::Pupil);
    assert_eq!(pupil_name(&pupil), "");
    pupil.set("forename", "Thomas");
    pupil.set("surname", "Okafor");
    assert_eq!(pupil_name(&pupil), "Thomas Okafor");
    pupil.set("preferred_name", "Tom");
    assert_eq!(pupil_name(&pupil), "Tom Okafor");
    assert_eq!(full_name(&pupil), "Thomas Okafor");
}

#[test]
fn a_headline_names_what_and_where_and_no_pupil() {
    let lists = CodeLists::default();
    let mut incident = record(Kind::Incident);
    assert_eq!(headline(&incident, &lists), "Incident");
    incident.set("category", "verbal_abuse");
    incident.set("location", "canteen");
    incident.set("period", "P3");
    incident.set("narrative", "a name");
    assert_eq!(headline(&incident, &lists), "Verbal abuse, Canteen, P3");
    let mut stay = record(Kind::RoomStay);
    stay.set("reason", "defiance");
    assert_eq!(headline(&stay, &lists), "Reflection room: Defiance");
}

#[test]
fn support_suspensions_and_praise_have_headlines() {
    let lists = CodeLists::default();
    let mut run = record(Kind::Intervention);
    assert_eq!(headline(&run, &lists), "Intervention");
    run.set("type", "mentoring");
    run.set("title", "Autumn group");
    assert_eq!(headline(&run, &lists), "Mentoring: Autumn group");
    let mut session = record(Kind::InterventionSession);
    session.set("status", "missed");
    assert_eq!(headline(&session, &lists), "Intervention session, missed");
    session.set("status", "held");
    assert_eq!(headline(&session, &lists), "Intervention session");
    let mut suspension = record(Kind::Suspension);
    suspension.set("type", "SUSP");
    suspension.set("sessions", 3_i64);
    suspension.set_row("reasons", "VA", "rank", 2_i64);
    suspension.set_row("reasons", "DB", "rank", 1_i64);
    assert_eq!(
        headline(&suspension, &lists),
        "Suspension, 3 sessions: Persistent or general disruptive behaviour"
    );
    let mut concern = record(Kind::Concern);
    assert_eq!(headline(&concern, &lists), "Safeguarding concern");
    concern.set("category", "neglect");
    assert_eq!(headline(&concern, &lists), "Safeguarding concern: Neglect");
    let mut decision = record(Kind::ConcernDecision);
    decision.set("decision", "monitor");
    assert_eq!(headline(&decision, &lists), "Decision on a concern: Watch, and look again");
    let mut praise = record(Kind::PositiveEvent);
    assert_eq!(headline(&praise, &lists), "Positive event");
    praise.set("type", "kindness");
    assert_eq!(headline(&praise, &lists), "Kindness");
    let mut detention = record(Kind::Detention);
    assert_eq!(headline(&detention, &lists), "Detention");
    detention.set("type", "lunch");
    detention.set("reason", "late_to_lesson");
    assert_eq!(headline(&detention, &lists), "Lunch detention: Late to lesson");
    detention.set("status", "not_attended");
    assert_eq!(headline(&detention, &lists), "Lunch detention: Late to lesson, not attended");
    let mut call_out = record(Kind::CallOut);
    assert_eq!(headline(&call_out, &lists), "Call-out");
    call_out.set("reason", "walked_out");
    assert_eq!(headline(&call_out, &lists), "Call-out: Walked out");
    let mut score = record(Kind::Score);
    assert_eq!(headline(&score, &lists), "Score");
    score.set("measure", "boxall");
    score.set("occasion", "before");
    assert_eq!(headline(&score, &lists), "Boxall Profile, before support");
    score.set_row("totals", "total", "score", 17_i64);
    assert_eq!(headline(&score, &lists), "Boxall Profile: 17, before support");
    let mut plan = record(Kind::Plan);
    assert_eq!(headline(&plan, &lists), "Plan");
    plan.set("type", "behaviour_contract");
    plan.set("outcome", "partly_met");
    assert_eq!(headline(&plan, &lists), "Behaviour contract, partly met");
}

#[test]
fn a_half_term_of_attendance_says_what_was_missed_and_begins_with_its_first_mark() {
    let lists = CodeLists::default();
    let mut attendance = record(Kind::Attendance);
    assert_eq!(occurred(&attendance), None);
    attendance.set("year", "2026/27");
    attendance.set("half_term", "autumn_2");
    attendance.set_row("marks", "2026-11-20", "am", "/");
    assert_eq!(
        headline(&attendance, &lists),
        "Attendance, autumn 2 2026/27: 0 of 1 session missed"
    );
    attendance.set_row("marks", "2026-11-19", "am", "I");
    attendance.set_row("marks", "2026-11-19", "pm", "X");
    assert_eq!(
        headline(&attendance, &lists),
        "Attendance, autumn 2 2026/27: 1 of 2 sessions missed"
    );
    assert_eq!(occurred(&attendance), Some(date(2026, 11, 19).at(0, 0, 0, 0)));
    assert_eq!(crate::event_day(&attendance), Some(date(2026, 11, 20)));
}

#[test]
fn events_have_a_time_and_others_none() {
    let at = date(2026, 11, 20).at(10, 15, 0, 0);
    let mut incident = record(Kind::Incident);
    assert_eq!(occurred(&incident), None);
    incident.set("occurred_at", at);
    assert_eq!(occurred(&incident), Some(at));
    let mut stay = record(Kind::RoomStay);
    stay.set("referred_at", at);
    assert_eq!(occurred(&stay), Some(at));
    for (kind, field) in [(Kind::Detention, "starts_at"), (Kind::CallOut, "raised_at")] {
        let mut one = record(kind);
        one.set(field, at);
        assert_eq!(occurred(&one), Some(at), "{kind}");
    }
    let midnight = date(2026, 11, 20).at(0, 0, 0, 0);
    for (kind, field) in [
        (Kind::Intervention, "start"),
        (Kind::Suspension, "start"),
        (Kind::InterventionSession, "date"),
        (Kind::Score, "date"),
        (Kind::Plan, "start"),
    ] {
        let mut one = record(kind);
        assert_eq!(occurred(&one), None);
        one.set(field, date(2026, 11, 20));
        assert_eq!(occurred(&one), Some(midnight), "{kind}");
    }
    assert_eq!(occurred(&record(Kind::Pupil)), None);
}

#[test]
fn pupils_are_found_in_single_fields_and_in_rows() {
    let (one, other) = (RecordId::from_bytes([2; 16]), RecordId::from_bytes([3; 16]));
    let mut incident = record(Kind::Incident);
    incident.set_row("participants", &one.to_string(), "role", "participant");
    incident.set_row("participants", &other.to_string(), "role", "witness");
    incident.set("reporter", RecordId::from_bytes([9; 16]));
    assert_eq!(referenced_pupils(&incident), [one, other]);
    let mut stay = record(Kind::RoomStay);
    stay.set("pupil", one);
    assert_eq!(referenced_pupils(&stay), [one]);
    assert!(referenced_pupils(&record(Kind::Pupil)).is_empty());
}

#[test]
fn words_for_search_leave_codes_and_dates_out() {
    let mut incident = record(Kind::Incident);
    incident.set("category", "disruption");
    incident.set("occurred_at", date(2026, 11, 20).at(10, 15, 0, 0));
    incident.set("narrative", "called out");
    incident.set_row("follow_ups", "01JCXA0000000000000000000A", "what", "phone home");
    assert_eq!(search_text(&incident), "called out\nphone home\n");
    let mut pupil = record(Kind::Pupil);
    pupil.set("surname", "Okafor");
    pupil.set_row("spells", "01JCXA0000000000000000000A", "value", "9B");
    assert!(search_text(&pupil).starts_with("Okafor\n"));
}
