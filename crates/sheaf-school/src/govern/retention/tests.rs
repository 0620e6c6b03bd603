//! Tests of the rules, the queue and what is decided: a school of one device, whose head signs
//! alone, and a mentor's device with a modified build.

use jiff::civil::{Date, date};
use serde_json::{Value as Json, json};
use sheaf_records::{Basis, Fields, Kind, Record, RecordId, RetentionPeriod, Setting};

use super::*;
use crate::records::test_school::TestSchool;
use crate::save::Write;
use crate::shape::RetentionPage;
use crate::{Clock, DemoOptions, School, demo_school};

/// The day of the test school.
const TODAY: Date = date(2026, 11, 20);

fn all(show: RetentionShow) -> RetentionQuery {
    RetentionQuery { show, kind: None, limit: 100, offset: 0 }
}

/// A school with a leaver of long ago, an incident about them and one about somebody on the roll.
struct Archive {
    inner: TestSchool,
    leaver: String,
    old: String,
}

impl Archive {
    fn new() -> Self {
        let inner = TestSchool::new();
        let leaver = json!({
            "forename": "Rosa", "surname": "Leaver", "date_of_birth": "1984-02-29",
            "spells": { "01JD000000000000000000000A": {
                "what": "roll", "value": "C", "from": "1995-09-01", "to": "2000-07-21",
            } },
        });
        let leaver = inner.add(Kind::Pupil, leaver).0;
        let old = inner.add(Kind::Incident, incident(&[&leaver], "1999-03-01T10:15")).0;
        Self { inner, leaver, old }
    }

    fn school(&self) -> &School {
        &self.inner.school
    }

    #[track_caller]
    fn page(&self, show: RetentionShow) -> RetentionPage {
        self.school().retention(&all(show)).unwrap()
    }

    #[track_caller]
    fn due(&self) -> Vec<String> {
        self.page(RetentionShow::Due).records.into_iter().map(|one| one.id).collect()
    }

    #[track_caller]
    fn on(&self, day: Date) -> School {
        self.school().with_clock(Clock::as_of(day))
    }

    #[track_caller]
    fn refused(&self, records: &[&str]) -> String {
        let records: Vec<String> = records.iter().map(|one| (*one).to_owned()).collect();
        let error = self.school().erase_due(&records).unwrap_err().to_string();
        records.iter().fold(error, |text, id| text.replace(id.as_str(), "ID"))
    }
}

fn incident(pupils: &[&str], at: &str) -> Json {
    let role = json!({ "role": "aggressor" });
    let pupils = pupils.iter().map(|pupil| ((*pupil).to_owned(), role.clone()));
    let pupils: serde_json::Map<String, Json> = pupils.collect();
    json!({ "occurred_at": at, "category": "disruption", "participants": pupils })
}

fn six_years(kinds: &[Kind]) -> NewRetentionRule {
    NewRetentionRule {
        kinds: kinds.to_vec(),
        setting: Setting::General,
        period: RetentionPeriod::Years { years: 6, from: Basis::Event },
        valid_from: None,
        valid_to: None,
        source: "Governors, minute 7".to_owned(),
    }
}

#[test]
fn a_leaver_of_long_ago_is_due_with_everything_about_them() {
    let archive = Archive::new();
    archive.inner.incident();
    let page = archive.page(RetentionShow::Due);
    let [one, other] = page.records.as_slice() else { panic!("{page:#?}") };
    let (pupil, record) = if one.kind == "pupil" { (one, other) } else { (other, one) };
    assert_eq!((&pupil.id, &record.id), (&archive.leaver, &archive.old));
    assert_eq!((pupil.named_by, record.pupils.as_slice()), (1, &["Rosa Leaver".to_owned()][..]));
    for due in [pupil, record] {
        assert_eq!(due.due_since.as_deref(), Some("2009-03-01"), "born on a leap day");
        assert_eq!(due.certainty.as_deref(), Some("uncertain"));
    }
    assert_eq!(page.by_rule.len(), 1);
    assert_eq!((page.by_rule[0].rule.as_str(), page.by_rule[0].count), ("pupil-file", 2));
    let none = archive.on(date(2009, 2, 28)).retention(&all(RetentionShow::Due)).unwrap();
    assert_eq!(none.total, 0, "the day before");
}

#[test]
fn who_is_still_needed_by_another_pupil_stays() {
    let archive = Archive::new();
    let young = json!({ "forename": "Noor", "surname": "Young", "date_of_birth": "2001-11-21" });
    let young = archive.inner.add(Kind::Pupil, young).0;
    let shared = incident(&[&archive.leaver, &young], "1999-03-01T10:15");
    let shared = archive.inner.add(Kind::Incident, shared).0;
    assert!(!archive.due().contains(&shared));
    let tomorrow = archive.on(date(2026, 11, 21)).retention(&all(RetentionShow::Due)).unwrap();
    let shared = tomorrow.records.iter().find(|one| one.id == shared).unwrap();
    assert_eq!(shared.pupils, ["Noor Young", "Rosa Leaver"]);
}

#[test]
fn a_pupil_goes_last_and_takes_nothing_s_date_away() {
    let archive = Archive::new();
    assert_eq!(
        archive.refused(&[&archive.leaver]),
        "record ID is a pupil whom 1 record here still names: erase those too, or take the pupil \
         out of them first"
    );
    let both = [archive.leaver.clone(), archive.old.clone()];
    let done = archive.school().erase_due(&both).unwrap();
    assert_eq!(done.effect, "erased 2 records: nobody else in the space could second it");
    assert_eq!(archive.due(), [""; 0]);
    assert!(archive.school().show(&archive.old).is_err());
}

#[test]
fn what_is_kept_comes_back_after_its_day_and_its_reason_goes_with_it() {
    let archive = Archive::new();
    let (school, id) = (archive.school(), std::slice::from_ref(&archive.old));
    let kept = school.keep_records(id, date(2027, 11, 20), " A claim is open ").unwrap();
    assert_eq!(kept.effect, "1 record is kept until 2027-11-20");
    assert_eq!(archive.due(), std::slice::from_ref(&archive.leaver));
    assert_eq!(archive.page(RetentionShow::Due).kept, 1);
    assert_eq!(
        archive.refused(&[&archive.old]),
        "record ID is kept until 2027-11-20 by a decision of Anna Head"
    );
    let last = archive.on(date(2027, 11, 20)).retention(&all(RetentionShow::Due)).unwrap();
    assert_eq!(last.kept, 1, "that day included");
    let after = archive.on(date(2027, 11, 21));
    let page = after.retention(&all(RetentionShow::Due)).unwrap();
    let back = page.records.iter().find(|one| one.id == archive.old).unwrap();
    assert_eq!(back.kept_until.as_deref(), Some("2027-11-20"));
    assert_eq!(back.kept_because.as_deref(), Some("A claim is open"));
    assert_eq!(back.kept_by.as_deref(), Some("Anna Head"));

    let decision = &kept.decisions[0];
    assert!(after.show(decision).is_ok());
    after.erase_due(id).unwrap();
    assert!(after.show(decision).is_err(), "the reason tells of the child too");
}

#[test]
fn a_withdrawn_decision_keeps_nothing() {
    let archive = Archive::new();
    let id = std::slice::from_ref(&archive.old);
    let kept = archive.school().keep_records(id, date(2030, 1, 1), "A claim is open").unwrap();
    archive.school().withdraw(&kept.decisions[0], "settled").unwrap();
    assert!(archive.due().contains(&archive.old));
}

#[test]
fn a_reason_goes_with_its_record_however_that_is_erased() {
    let archive = Archive::new();
    let id = std::slice::from_ref(&archive.old);
    let kept = archive.school().keep_records(id, date(2030, 1, 1), "A claim is open").unwrap();
    archive.school().erase(id, "request").unwrap();
    assert!(archive.school().show(&kept.decisions[0]).is_err());
}

#[test]
fn a_hold_shows_and_is_not_worked_to_erasure() {
    let archive = Archive::new();
    let id = std::slice::from_ref(&archive.old);
    archive.school().hold(id).unwrap();
    let page = archive.page(RetentionShow::Due);
    assert_eq!((page.due, page.on_hold), (2, 1));
    assert!(page.records.iter().any(|one| one.id == archive.old && one.on_hold));
    let both = [archive.old.as_str(), archive.leaver.as_str()];
    assert_eq!(archive.refused(&both), "record ID is under a legal hold; it cannot be erased");
    assert_eq!(archive.due().len(), 2, "all of them or none");
}

#[test]
fn the_school_sets_its_own_period_and_changes_it() {
    let archive = Archive::new();
    let school = archive.school();
    let recent =
        archive.inner.add(Kind::Incident, incident(&[&archive.inner.pupil], "2020-11-20T10:00")).0;
    let first = school.set_retention(&six_years(&[Kind::Incident])).unwrap();
    let page = archive.page(RetentionShow::Due);
    let due = page.records.iter().find(|one| one.id == recent).unwrap();
    assert_eq!(due.due_since.as_deref(), Some("2026-11-20"));
    assert_eq!(due.certainty.as_deref(), Some("school"));
    assert_eq!(page.by_rule.len(), 2);

    let longer = RetentionPeriod::Years { years: 7, from: Basis::Event };
    let longer = NewRetentionRule { period: longer, ..six_years(&[Kind::Incident]) };
    let second = school.set_retention(&longer).unwrap();
    assert_eq!(first.rules, second.rules, "of the same day: changed, with its history");
    assert!(!archive.due().contains(&recent));
    assert_eq!(school.history(&first.rules[0]).unwrap().len(), 2);

    let transfer = NewRetentionRule { period: RetentionPeriod::Transfer, ..longer };
    school.set_retention(&transfer).unwrap();
    let shown = school.show(&first.rules[0]).unwrap().fields;
    assert_eq!((shown.get("years"), shown.get("runs_from")), (None, None));
    assert!(archive.due().contains(&archive.old), "the leaver has left");

    let tomorrow = Some(date(2026, 11, 21));
    let none = RetentionPeriod::None;
    let later = NewRetentionRule { period: none, valid_from: tomorrow, ..transfer };
    school.set_retention(&later).unwrap();
    assert!(archive.due().contains(&archive.old), "not before its day");
    let page = archive.on(date(2026, 11, 21)).retention(&all(RetentionShow::Due)).unwrap();
    assert!(page.records.iter().all(|one| one.id != archive.old), "never due by itself");
}

#[test]
fn an_intervention_is_kept_from_its_end() {
    let archive = Archive::new();
    archive.school().set_retention(&six_years(&[Kind::Intervention])).unwrap();
    let run = |end: Option<&str>| {
        let mut fields = json!({ "type": "nurture", "title": "Nurture", "start": "2019-09-02" });
        if let Some(end) = end {
            fields["end"] = json!(end);
        }
        archive.inner.add(Kind::Intervention, fields).0
    };
    let (long_ago, lately, open) = (run(Some("2020-02-07")), run(Some("2020-12-18")), run(None));
    let due = archive.due();
    assert!(due.contains(&long_ago) && !due.contains(&lately) && !due.contains(&open));
}

#[test]
fn what_lacks_a_date_is_told_and_never_due() {
    let archive = Archive::new();
    archive.inner.incident();
    archive.inner.add(Kind::Incident, incident(&[], "1990-03-01T10:15"));
    let staff = json!({ "forename": "Ada", "surname": "Okafor" });
    let staff = archive.inner.add(Kind::Staff, staff).0;
    archive.inner.add(Kind::Caseload, json!({ "key_worker": staff }));
    let page = archive.page(RetentionShow::Undated);
    let why: Vec<(&str, u64)> =
        page.undated.iter().map(|one| (one.why.as_str(), one.count)).collect();
    assert_eq!(why, [("nobody_named", 1), ("no_birth_date", 2)]);
    assert_eq!((page.total, page.due), (3, 2));
    let words: Vec<_> = page.records.iter().filter_map(|one| one.why_undated.clone()).collect();
    assert_eq!(words[0], "no pupil is named");
    archive.school().erase(std::slice::from_ref(&archive.leaver), "request").unwrap();
    let page = archive.page(RetentionShow::Undated);
    assert!(page.undated.iter().any(|one| one.why == "pupil_not_here" && one.count == 1));
    assert_eq!(
        archive.refused(&[&archive.old]),
        "record ID has no day on which it is due: a pupil who is named has no record here"
    );
}

#[test]
fn pages_follow_each_other_and_kinds_are_told_apart() {
    let archive = Archive::new();
    for day in 1..=5 {
        let at = format!("1998-03-0{day}T10:15");
        archive.inner.add(Kind::Incident, incident(&[&archive.leaver], &at));
    }
    let whole = archive.due();
    let page = |offset, limit| {
        let query = RetentionQuery { offset, limit, ..all(RetentionShow::Due) };
        let page = archive.school().retention(&query).unwrap();
        assert_eq!(page.total, 7);
        page.records.into_iter().map(|one| one.id).collect::<Vec<_>>()
    };
    assert_eq!([page(0, 3), page(3, 3), page(6, 3)].concat(), whole);
    let pupils = RetentionQuery { kind: Some(Kind::Pupil), ..all(RetentionShow::Due) };
    assert_eq!(archive.school().retention(&pupils).unwrap().total, 1);
}

#[test]
fn a_decision_lies_beside_its_record_and_a_rule_in_the_space_of_all() {
    let archive = Archive::new();
    let school = archive.school();
    let guarded = incident(&[&archive.leaver], "1999-03-01T10:15");
    let guarded = school.add(Kind::Incident, Some("safeguarding"), &guarded).unwrap().id;
    let kept =
        school.keep_records(std::slice::from_ref(&guarded), date(2030, 1, 1), "Inquiry").unwrap();
    assert_eq!(school.show(&kept.decisions[0]).unwrap().space, "safeguarding");
    let decision = json!({ "record": guarded, "keep_until": "2030-01-01", "reason": "Inquiry" });
    let error = school.add(Kind::RetentionDecision, None, &decision).unwrap_err().to_string();
    assert!(error.contains("write it in `safeguarding`"), "{error}");
    let rule = json!({
        "applies_to": "incident", "period": "none", "valid_from": "2026-09-01", "source": "Policy",
    });
    let error = school.add(Kind::RetentionRule, Some("safeguarding"), &rule).unwrap_err();
    assert!(error.to_string().contains("write it in `pastoral`"), "{error}");
}

#[test]
fn a_day_to_keep_is_a_day_that_somebody_will_see() {
    let archive = Archive::new();
    let keep = |day, reason: &str| {
        let id = std::slice::from_ref(&archive.old);
        archive.school().keep_records(id, day, reason).unwrap_err().to_string()
    };
    assert_eq!(keep(TODAY, "Claim"), "2026-11-20 is not to come; say a later day");
    let far = "2147-01-01 is more than 120 years away; say a day that somebody will see";
    assert_eq!(keep(date(2147, 1, 1), "Claim"), far);
    let empty = keep(date(2027, 1, 1), " ");
    assert!(empty.starts_with("retention_decision.reason: is empty"), "{empty}");
}

/// A mentor is refused by their own device; what a modified build of theirs writes is no rule and
/// no decision.
#[test]
fn a_mentor_sets_no_rule_and_keeps_nothing() {
    let dir = tempfile::TempDir::new().unwrap();
    let options = DemoOptions { pupils: 3, years: 1, seed: 1, devices: 3, plain: true };
    demo_school(dir.path(), &options, &|_| {}).unwrap();
    let day = date(2060, 1, 1);
    let open = |name: &str| School::open(&dir.path().join(name), None, Clock::as_of(day)).unwrap();
    let mentor = open("3");
    let not_allowed = "not allowed: reviewing retention is for leads and above";
    let list = mentor.retention(&all(RetentionShow::Due)).unwrap_err();
    assert_eq!(list.to_string(), not_allowed);
    let set = mentor.set_retention(&six_years(&[Kind::Incident])).unwrap_err();
    assert_eq!(set.to_string(), not_allowed);
    let rule = json!({
        "applies_to": "incident", "period": "none", "valid_from": "2026-09-01", "source": "Mine",
    });
    let add = mentor.add(Kind::RetentionRule, None, &rule).unwrap_err();
    assert_eq!(add.to_string(), not_allowed);

    let fields = sheaf_records::parse_record(Kind::RetentionRule, &rule).unwrap();
    let id = RecordId::from_bytes([9; 16]);
    let forged = Record { id, kind: Kind::RetentionRule, fields };
    let pastoral = mentor.space_for(Kind::RetentionRule, None).unwrap();
    mentor.core.save(&mentor.clock, pastoral, &[Write::Create(forged)]).unwrap();
    let rules = mentor.retention_rules().unwrap().rules;
    let shown = rules.iter().find(|rule| rule.id == id.to_string()).unwrap();
    assert!(shown.in_force_for.is_empty());
    let why = shown.why_not.clone().unwrap();
    assert!(why.ends_with("is not one of those who review retention"), "{why}");

    let pupil = mentor.pupils().unwrap()[0].id;
    let mut decision = Record {
        id: RecordId::from_bytes([8; 16]),
        kind: Kind::RetentionDecision,
        fields: Fields::new(),
    };
    decision.set("record", pupil);
    decision.set("keep_until", date(2090, 1, 1));
    decision.set("reason", "Because");
    mentor.core.save(&mentor.clock, pastoral, &[Write::Create(decision)]).unwrap();
    let standing = mentor
        .core
        .store
        .read(|snapshot| super::decisions::standing(snapshot, &mentor.core.control()));
    assert!(standing.unwrap().is_empty());
}
