//! A mentor's day at the desk: what is begun survives, what is due is found, what is read stays so.

use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use sheaf_charter::Role;
use sheaf_records::{Kind, Record, RecordId};

use super::super::answer::Answerer;
use super::super::invites::Invites;
use super::super::reply::Reply;
use super::super::request::{FollowUp, IncidentForm, Request};
use super::{Agenda, DayReply, DayRequest, Draft, DraftLine, DraftPupil, FaceId, Lately};
use crate::{Clock, Founding, NetworkSlot, Protection, School};

/// A Friday.
const TODAY: Date = date(2026, 11, 20);

fn id(number: u8) -> RecordId {
    RecordId::from_bytes([number; 16])
}

fn record(kind: Kind, number: u8) -> Record {
    Record { id: id(number), kind, fields: Default::default() }
}

fn person(kind: Kind, number: u8, forename: &str) -> Record {
    let mut record = record(kind, number);
    record.set("forename", forename);
    record.set("surname", "Invented");
    record
}

fn incident(number: u8, day: Date, reporter: u8, pupils: &[u8]) -> Record {
    let mut record = record(Kind::Incident, number);
    record.set("occurred_at", day.at(10, 15, 0, 0));
    record.set("category", "disruption");
    record.set("location", "corridor");
    record.set("reporter", id(reporter));
    for pupil in pupils {
        record.set_row("participants", &id(*pupil).to_string(), "role", "aggressor");
    }
    record
}

/// Staff 1 is whoever uses the device and looks after pupils 11 and 12; pupil 13 has nobody.
fn school(dir: &tempfile::TempDir) -> School {
    let founding = Founding {
        home: dir.path().join("home"),
        school: "Bramble Vale Academy (invented)".to_owned(),
        person: "Anna Head".to_owned(),
        device: "Anna's laptop".to_owned(),
        role: Role::Head,
        protection: Protection::Demo,
    };
    let school = School::found(&founding, Clock::as_of(TODAY)).unwrap().0;
    let mut me = person(Kind::Staff, 1, "Anna");
    me.set("person", school.person().to_string());
    let other = person(Kind::Staff, 2, "Bola");
    let mut pupils: Vec<Record> =
        (11..=13).map(|number| person(Kind::Pupil, number, "Pupil")).collect();
    let mut caseload = record(Kind::Caseload, 21);
    caseload.set("key_worker", id(1));
    for (pupil, in_days) in [(11, -2), (12, 30)] {
        let key = id(pupil).to_string();
        caseload.set_row("pupils", &key, "opened", date(2026, 9, 7));
        caseload.set_row("pupils", &key, "next_review", TODAY.saturating_add(in_days.days()));
    }
    let mut all = vec![me, other];
    all.append(&mut pupils);
    all.push(caseload);
    school.add_all(all, None).unwrap();
    school
}

fn answerer(school: &School) -> Answerer {
    Answerer::new(school.clone(), NetworkSlot::default(), Invites::default())
}

#[track_caller]
fn ask(desk: &mut Answerer, request: DayRequest) -> DayReply {
    match desk.answer(Request::Day(request)).unwrap() {
        Reply::Day(reply) => reply,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn agenda(desk: &mut Answerer) -> Agenda {
    match ask(desk, DayRequest::Agenda) {
        DayReply::Agenda(agenda) => Agenda::clone(&agenda),
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn lately(desk: &mut Answerer) -> Lately {
    match ask(desk, DayRequest::Lately) {
        DayReply::Lately(lately) => Lately::clone(&lately),
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn drafts(desk: &mut Answerer) -> Vec<DraftLine> {
    match ask(desk, DayRequest::Drafts) {
        DayReply::Drafts(lines) => lines.to_vec(),
        other => panic!("{other:?}"),
    }
}

fn draft(name: &str) -> Draft {
    let pupil =
        DraftPupil { id: id(11).to_string(), name: name.to_owned(), role: "aggressor".to_owned() };
    Draft { pupils: vec![pupil], category: "defiance".to_owned(), ..Draft::default() }
}

fn keep(desk: &mut Answerer, draft: Draft) {
    ask(desk, DayRequest::KeepDraft(Some(Box::new(draft))));
}

fn form() -> IncidentForm {
    IncidentForm {
        pupils: vec![(id(11), "aggressor".to_owned())],
        category: "defiance".to_owned(),
        ..IncidentForm::default()
    }
}

#[track_caller]
fn log(desk: &mut Answerer, form: IncidentForm) -> RecordId {
    match desk.answer(Request::Log(Box::new(form))).unwrap() {
        Reply::Saved { record, .. } => record,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_draft_outlives_its_face_and_is_no_ones_while_that_is_open() {
    let dir = tempfile::tempdir().unwrap();
    let school = school(&dir);
    let (mut one, mut other) = (answerer(&school), answerer(&school));
    keep(&mut one, draft("Amira"));
    keep(&mut other, draft("Ben"));
    assert_eq!(drafts(&mut other), [], "the first face is still open");
    drop(one);
    let left = drafts(&mut other);
    let words: Vec<&str> = left.iter().map(|line| line.words.as_str()).collect();
    assert_eq!(words, ["Amira, Defiance"]);
    let refused = other.answer(Request::Day(DayRequest::TakeDraft(left[0].face))).unwrap_err();
    assert!(refused.to_string().starts_with("save or discard"), "{refused}");
    let mut third = answerer(&school);
    let taken = ask(&mut third, DayRequest::TakeDraft(left[0].face));
    assert!(matches!(taken, DayReply::Draft(kept) if *kept == draft("Amira")));
    assert_eq!(drafts(&mut other), [], "it is the third face's now");
    drop((other, third));
    assert_eq!(drafts(&mut answerer(&school)).len(), 2, "neither wrote over the other");
}

#[test]
fn a_draft_that_was_saved_is_not_offered_again() {
    let dir = tempfile::tempdir().unwrap();
    let school = school(&dir);
    let mut desk = answerer(&school);
    keep(&mut desk, draft("Amira"));
    let record = desk.drafts.record().unwrap();
    assert_eq!(log(&mut desk, form()), record, "the draft becomes the record");
    drop(desk);
    assert_eq!(drafts(&mut answerer(&school)), []);
    // A process that ended between the save and the letting go.
    let name = format!("draft/{}", FaceId::from_bytes([7; 16]));
    let kept = format!(r#"{{"record":"{record}","at_ms":1,"draft":{{}}}}"#);
    school.core.store.write(|txn| txn.put_setting(&name, kept.as_bytes())).unwrap();
    assert_eq!(drafts(&mut answerer(&school)), []);
    assert_eq!(school.core.store.read(|snapshot| snapshot.setting(&name)).unwrap(), None);
}

#[test]
fn a_draft_is_let_go_by_its_face_and_by_another() {
    let dir = tempfile::tempdir().unwrap();
    let school = school(&dir);
    let mut desk = answerer(&school);
    keep(&mut desk, draft("Amira"));
    ask(&mut desk, DayRequest::KeepDraft(None));
    keep(&mut desk, draft("Ben"));
    drop(desk);
    let mut next = answerer(&school);
    let left = drafts(&mut next);
    assert_eq!(left.len(), 1);
    ask(&mut next, DayRequest::DropDraft(left[0].face));
    assert_eq!(drafts(&mut next), []);
}

#[test]
fn follow_ups_are_found_by_their_owner_until_they_are_done() {
    let dir = tempfile::tempdir().unwrap();
    let school = school(&dir);
    let mut desk = answerer(&school);
    let follow_up = |what: &str, owner, due| Some(FollowUp { what: what.to_owned(), owner, due });
    for (what, owner, due) in [
        ("Ask the tutor", None, None),
        ("Call home", None, Some(TODAY.saturating_sub(3.days()))),
        ("Move seat", Some(id(1)), Some(TODAY)),
        ("Meet", Some(id(2)), Some(TODAY)),
    ] {
        let follow_up = follow_up(what, owner, due);
        log(&mut desk, IncidentForm { follow_up, ..form() });
    }
    let found = agenda(&mut desk).follow_ups;
    let words: Vec<&str> = found.iter().map(|line| line.what.as_str()).collect();
    assert_eq!(words, ["Call home", "Move seat", "Ask the tutor"], "overdue first");
    assert_eq!(found[0].pupils, ["Pupil Invented"]);
    let (record, row) = (found[0].record, found[0].row.clone());
    ask(&mut desk, DayRequest::Tick { record, row: row.clone(), done: true });
    assert_eq!(agenda(&mut desk).follow_ups.len(), 2);
    ask(&mut desk, DayRequest::Tick { record, row, done: false });
    assert_eq!(agenda(&mut desk).follow_ups.len(), 3, "the tick was taken back");
    let tick = DayRequest::Tick { record, row: "none".to_owned(), done: true };
    let error = desk.answer(Request::Day(tick)).unwrap_err().to_string();
    assert!(error.starts_with("there is no follow-up `none` here"), "{error}");
}

#[test]
fn reviews_within_a_week_are_due() {
    let dir = tempfile::tempdir().unwrap();
    let school = school(&dir);
    let reviews = agenda(&mut answerer(&school)).reviews;
    let pupils: Vec<RecordId> = reviews.iter().map(|line| line.pupil).collect();
    assert_eq!(pupils, [id(11)]);
}

#[test]
fn what_others_wrote_about_the_own_pupils_is_unread_until_it_is_read() {
    let dir = tempfile::tempdir().unwrap();
    let school = school(&dir);
    // What this device signs is its user's own: the reader here is another person's.
    let records = vec![
        incident(31, TODAY, 2, &[11]),
        incident(32, TODAY, 2, &[13]),
        incident(33, TODAY, 1, &[12]),
        incident(34, TODAY.saturating_sub(9.days()), 2, &[12]),
    ];
    school.add_all(records, None).unwrap();
    let mut desk = answerer(&school);
    assert_eq!(agenda(&mut desk).unread, [], "signed here, so written by whoever reads");
    sign_as_another(&school);
    let unread = |desk: &mut Answerer| -> Vec<RecordId> {
        agenda(desk).unread.iter().map(|item| item.record).collect()
    };
    assert_eq!(unread(&mut desk), [id(31)], "own pupils, of others, since yesterday");
    let reply = ask(&mut desk, DayRequest::Read(vec![id(31)]));
    assert!(matches!(reply, DayReply::Agenda(agenda) if agenda.unread.is_empty()));
    assert_eq!(unread(&mut answerer(&school)), [], "kept in the home");
}

/// Makes the index say that someone else signed every incident.
fn sign_as_another(school: &School) {
    let me = school.person().to_string();
    let query = sheaf_store::Query::of_kind("incident");
    school
        .core
        .store
        .write(|txn| -> Result<(), crate::SchoolError> {
            for mut row in txn.list(&query)?.records {
                row.json = row.json.replace(&me, &"ab".repeat(me.len() / 2));
                let links = txn.links(row.record)?;
                txn.put_record(&row, &links, &[])?;
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn the_week_counts_school_days_and_leaves_out_what_is_to_come() {
    let dir = tempfile::tempdir().unwrap();
    let school = school(&dir);
    let monday = TODAY.saturating_sub(4.days());
    let records = vec![
        incident(31, TODAY, 2, &[11]),
        incident(32, TODAY, 2, &[11]),
        incident(33, monday, 2, &[11]),
        incident(34, monday.saturating_sub(7.days()), 2, &[11]),
    ];
    school.add_all(records, None).unwrap();
    let week = agenda(&mut answerer(&school)).week;
    let counts: Vec<_> = week.iter().map(|day| (day.count, day.before)).collect();
    let none = (Some(0), Some(0));
    assert_eq!(counts, [(Some(1), Some(1)), none, none, none, (Some(2), Some(0))]);
    let wednesday = school.with_clock(Clock::as_of(monday.saturating_add(2.days())));
    let week = agenda(&mut answerer(&wednesday)).week;
    assert_eq!(week[3].count, None, "Thursday is to come");
}

#[test]
fn the_quick_log_learns_who_works_here_and_what_happened() {
    let dir = tempfile::tempdir().unwrap();
    let school = school(&dir);
    let records =
        vec![incident(31, TODAY, 1, &[11, 12]), incident(32, TODAY.yesterday().unwrap(), 2, &[13])];
    school.add_all(records, None).unwrap();
    let lately = lately(&mut answerer(&school));
    assert_eq!(lately.me, Some(id(1)));
    assert_eq!(lately.own_pupils, [id(11), id(12)]);
    let staff: Vec<&str> = lately.staff.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(staff, ["Anna Invented", "Bola Invented"]);
    let past: Vec<_> = lately.incidents.iter().map(|one| (one.record, one.mine)).collect();
    assert_eq!(past, [(id(31), true), (id(32), false)], "newest first");
    assert_eq!(lately.incidents[1].by, "Bola Invented");
    assert_eq!(lately.incidents[0].headline, "Disruption, Corridor");
    assert!(lately.home_told.iter().any(|choice| choice.code == "told"));
}
