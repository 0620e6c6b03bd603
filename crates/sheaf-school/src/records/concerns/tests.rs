//! Concerns of whoever is in safeguarding: written there, decided on, closed; and of whoever hands
//! them over.

use expect_test::expect;
use serde_json::json;
use sheaf_charter::Lane;
use sheaf_records::Kind;
use sheaf_replica::Vector;
use sheaf_store::Query;
use tempfile::TempDir;

use super::{ConcernLine, Danger, Deciding, Then};
use crate::carry::{Known, note_known};
use crate::indexed::Found;
use crate::journal;
use crate::records::test_school::TestSchool;
use crate::shape::ConcernStage;
use crate::{Clock, DemoOptions, School, demo_school};

fn line(who: &str) -> ConcernLine {
    ConcernLine {
        who: who.to_owned(),
        words: "  She said that nobody was at home.  ".to_owned(),
        category: Some("negl".to_owned()),
        seen: Some("00:01".to_owned()),
        told: Some("Ms Reid".to_owned()),
        danger: Danger::Now,
    }
}

#[test]
fn whoever_receives_concerns_writes_theirs_in_safeguarding_as_received() {
    let here = TestSchool::new();
    let concern = here.school.add_concern(&line(&here.pupil)).unwrap();
    assert_eq!((concern.record.space.as_str(), concern.stage), (SAFEGUARDING, RECEIVED));
    assert_eq!(concern.text("words"), "She said that nobody was at home.");
    assert_eq!((concern.text("category"), concern.text("told")), ("neglect", "Ms Reid"));
    assert_eq!((concern.text("seen_at"), concern.is_urgent()), ("2026-11-20T00:01", true));
    assert_eq!(concern.pupil_name, "Noor Example");
    assert!(concern.says.starts_with("received by Anna Head, "), "{}", concern.says);
    let all = here.school.concerns(Some("Noor")).unwrap();
    assert_eq!((all.concerns.len(), all.new, all.not_handed_over), (1, 0, 0));
}

const SAFEGUARDING: &str = "safeguarding";
const RECEIVED: ConcernStage = ConcernStage::Received;

#[test]
fn a_decision_says_why_and_a_referral_to_whom() {
    let here = TestSchool::new();
    let id = here.school.add_concern(&line(&here.pupil)).unwrap().record.id;
    let early = here.school.close_concern(&id, None).unwrap_err().to_string();
    assert!(early.contains("nothing was decided"), "{early}");
    let refused =
        |deciding: Deciding| here.school.decide_concern(&id, &deciding).unwrap_err().to_string();
    let decided = |decision: &str, rationale: &str| Deciding {
        decision: decision.to_owned(),
        rationale: rationale.to_owned(),
        ..Deciding::default()
    };
    expect!["concern_decision.referred_to: is missing; give the service that it was referred to, by its code"]
        .assert_eq(&refused(decided("refer", "A pattern")));
    let empty = refused(decided("no_action", " "));
    assert!(empty.contains("concern_decision.rationale"), "{empty}");

    let first = Deciding {
        referred_to: Some("social".to_owned()),
        referred_whom: Some("K. Shah, front door".to_owned()),
        ..decided("refer", "A pattern since May")
    };
    let shape = here.school.decide_concern(&id, &first).unwrap();
    assert_eq!((shape.stage, shape.decisions.len()), (ConcernStage::Dealing, 1));
    assert_eq!(shape.decisions[0].fields["referred_to"], "social_care");
    let closed = here.school.close_concern(&id, Some("A plan is in place")).unwrap();
    assert_eq!(closed.stage, ConcernStage::Closed);
    assert_eq!(closed.decisions[0].fields["outcome"], "A plan is in place");
    let again = here.school.close_concern(&id, None).unwrap_err().to_string();
    assert!(again.contains("is closed by Anna Head"), "{again}");
}

#[test]
fn what_is_decided_may_close_at_once() {
    let here = TestSchool::new();
    let id = here.school.add_concern(&line(&here.pupil)).unwrap().record.id;
    let deciding = Deciding {
        decision: "No further".to_owned(),
        rationale: "It was about a film".to_owned(),
        then: Then::Closes,
        ..Deciding::default()
    };
    assert_eq!(here.school.decide_concern(&id, &deciding).unwrap().stage, ConcernStage::Closed);
}

#[test]
fn a_concern_is_never_moved_nor_written_where_everybody_reads() {
    let here = TestSchool::new();
    let id = here.school.add_concern(&line(&here.pupil)).unwrap().record.id;
    let moved = here.school.move_record(&id, "pastoral", "by mistake").unwrap_err().to_string();
    assert!(moved.contains("stay where they are"), "{moved}");
    let decision = json!({
        "concern": id, "pupil": here.pupil, "decided_at": "2026-11-20T10:00",
        "decision": "monitor", "rationale": "Known already",
    });
    let open = here.school.add(Kind::ConcernDecision, Some("pastoral"), &decision);
    assert!(open.unwrap_err().to_string().contains("leave the space out"));
    let made = here.school.add(Kind::ConcernDecision, None, &decision).unwrap();
    assert_eq!(made.space, "safeguarding");
}

/// The devices of a head, a safeguarding lead and a mentor.
fn three_devices(dir: &TempDir) -> [School; 3] {
    let options = DemoOptions { pupils: 10, years: 1, seed: 1, devices: 3, plain: true };
    demo_school(dir.path(), &options, &|_| {}).unwrap();
    ["1", "2", "3"].map(|home| School::open(&dir.path().join(home), None, Clock::system()).unwrap())
}

/// Writes a concern of some pupil down; gives its id.
#[track_caller]
fn add(school: &School) -> String {
    let pupils = Query::of_kind(Kind::Pupil.name());
    let listing = school.core.store.read(|snapshot| snapshot.list(&pupils)).unwrap();
    let pupil = Found::from_row(listing.records.into_iter().next().unwrap()).unwrap();
    let line = ConcernLine { seen: None, ..line(&pupil.record.id.to_string()) };
    school.add_concern(&line).unwrap().record.id
}

/// How far what is handed over has got here.
fn handed_over(mentor: &School) -> (Lane, Vector) {
    let core = &mentor.core;
    let lane = Lane::data(core.control().trust.hand_off_of(mentor.person()).unwrap());
    (lane, core.store.read(|snapshot| journal::vector(snapshot, lane)).unwrap())
}

#[test]
fn a_concern_is_handed_over_once_its_entry_is_with_whoever_receives_it() {
    let dir = TempDir::new().unwrap();
    let [head, _, mentor] = three_devices(&dir);
    let stage = |id: &str| mentor.concern(id).unwrap().stage;
    let first = add(&mentor);
    assert_eq!(stage(&first), ConcernStage::NotHandedOver);
    let (lane, vector) = handed_over(&mentor);
    note_known(&mentor.core, head.core.device(), Known::Level, [(lane, &vector)]).unwrap();
    let second = add(&mentor);
    assert_eq!(stage(&first), ConcernStage::HandedOver);
    assert_eq!(stage(&second), ConcernStage::NotHandedOver);
}

/// The clock of this laptop was a year ahead when it met the head's, and an earlier version noted
/// that time. It is right now.
#[test]
fn no_clock_hands_a_concern_over() {
    let dir = TempDir::new().unwrap();
    let [head, _, mentor] = three_devices(&dir);
    let in_a_year_ms = mentor.clock().now_ms() + 365 * 24 * 60 * 60 * 1_000;
    let noted = format!("level/{}", head.core.device());
    let store = &mentor.core.store;
    store.write(|txn| txn.put_setting(&noted, &in_a_year_ms.to_be_bytes())).unwrap();
    let id = add(&mentor);
    assert_eq!(mentor.concern(&id).unwrap().stage, ConcernStage::NotHandedOver);
}
