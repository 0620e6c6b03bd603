//! A school of three persons, from the head's desk, the safeguarding lead's and a mentor's.

use std::path::Path;

use jiff::civil::date;
use sheaf_charter::SpaceId;
use sheaf_records::{Basis, Kind, RetentionPeriod};
use tempfile::TempDir;

use super::{Certainty, DueLine, DuePage, ErasureStage, TrustAct, TrustReply, TrustRequest};
use crate::desk::answer::Answerer;
use crate::desk::invites::Invites;
use crate::desk::people::{DeviceStanding, PeoplePage, PersonLine, people_page};
use crate::desk::{Reply, Request};
use crate::metrics::CancelSwitch;
use crate::network::NetworkSlot;
use crate::{Clock, DemoOptions, NewRetentionRule, School, demo_school, journal};

/// The head, the safeguarding lead and a mentor, each with a device.
struct Team {
    head: Answerer,
    dsl: Answerer,
    mentor: Answerer,
    _dir: TempDir,
}

impl Team {
    fn new() -> Self {
        let dir = TempDir::new().unwrap();
        let options = DemoOptions { pupils: 3, years: 1, seed: 1, devices: 3, plain: true };
        demo_school(dir.path(), &options, &|_| {}).unwrap();
        let desk = |number: &str| open(&dir.path().join(number));
        Self { head: desk("1"), dsl: desk("2"), mentor: desk("3"), _dir: dir }
    }
}

fn open(home: &Path) -> Answerer {
    let school = School::open(home, None, Clock::as_of(date(2026, 7, 17))).unwrap();
    Answerer::new(school, NetworkSlot::default(), Invites::default())
}

/// Carries the control entries of one desk to another, as a session would.
#[track_caller]
fn carry(from: &Answerer, to: &Answerer) {
    let mut spaces = to.school.core.control().trust.spaces_of_person(to.school.person());
    spaces.push(SpaceId::CHARTER);
    let entries = from.school.core.store.read(|snapshot| {
        let mut all = Vec::new();
        for space in spaces {
            all.extend(snapshot.control_entries(space)?);
        }
        Ok::<_, crate::SchoolError>(all)
    });
    for entry in entries.unwrap() {
        to.school
            .core
            .store
            .write(|txn| match txn.header(entry.id())? {
                Some(_) => Ok(()),
                None => journal::append(txn, &entry, 0).map(drop),
            })
            .unwrap();
    }
    to.school.core.refresh().unwrap();
    to.school.core.settle_down(&to.school.clock).unwrap();
}

#[track_caller]
fn act(desk: &mut Answerer, act: TrustAct) -> String {
    match desk.trust(TrustRequest::Act(act)).unwrap() {
        TrustReply::Done(words) => words,
        other => panic!("{other:?}"),
    }
}

fn people(desk: &Answerer) -> PeoplePage {
    people_page(&desk.school, None).unwrap()
}

#[track_caller]
fn of_role<'a>(page: &'a PeoplePage, role: &str) -> &'a PersonLine {
    page.people.iter().find(|person| person.role == role).unwrap()
}

fn codes(person: &PersonLine) -> Vec<&str> {
    person.rights.roles.iter().map(|role| role.code.as_str()).collect()
}

/// DESIGN §7: nobody acts on a rank at or above their own, except that a head may; any manager may
/// remove a device; spaces are managed by those who are in them.
#[test]
fn only_what_the_role_allows_is_offered() {
    let team = Team::new();
    let head = people(&team.head);
    let mentor = of_role(&head, "Mentor");
    assert!(mentor.rights.remove && mentor.rights.remove_devices);
    assert_eq!(codes(mentor), ["head", "dsl", "deputy-dsl", "lead", "observer"]);
    assert_eq!(mentor.rights.let_into, ["safeguarding"]);
    let own = of_role(&head, "Head");
    assert!(!own.rights.remove && own.rights.roles.is_empty(), "not about oneself");
    assert_eq!(of_role(&head, "Safeguarding lead").rights.take_out_of, ["safeguarding"]);
    assert!(head.may_create_spaces);

    let dsl = people(&team.dsl);
    let above = &of_role(&dsl, "Head").rights;
    assert!(!above.remove && above.roles.is_empty() && above.take_out_of.is_empty());
    assert!(above.remove_devices, "a device as lost, whoever's it is");
    assert_eq!(codes(of_role(&dsl, "Mentor")), ["deputy-dsl", "lead", "observer"]);

    let mentor = people(&team.mentor);
    assert!(mentor.people.iter().all(|person| person.rights.is_empty()));
    assert!(!mentor.may_create_spaces);
}

/// What is offered is done, and what is not would be refused in words.
#[test]
fn what_is_offered_goes_through_and_what_is_not_is_refused() {
    let mut team = Team::new();
    let page = people(&team.dsl);
    let (head, mentor) = (of_role(&page, "Head").clone(), of_role(&page, "Mentor").clone());
    for role in codes(&mentor) {
        let mut team = Team::new();
        let page = people(&team.dsl);
        let person = of_role(&page, "Mentor").id.clone();
        let reason = "a new term".to_owned();
        act(&mut team.dsl, TrustAct::SetRole { person, role: role.to_owned(), reason });
    }
    let refused =
        |desk: &mut Answerer, what| desk.trust(TrustRequest::Act(what)).unwrap_err().to_string();
    let remove = TrustAct::Remove { whom: head.id, reason: "x".to_owned() };
    let why = refused(&mut team.dsl, remove);
    assert!(why.contains("not allowed") || why.contains("does not allow it"), "{why}");
    let reason = "left the school".to_owned();
    let words = act(&mut team.dsl, TrustAct::Remove { whom: mentor.id, reason });
    assert_eq!(words, format!("{} is removed", mentor.name));
    let page = people(&team.dsl);
    let former = page.former.iter().find(|person| person.name == mentor.name).unwrap();
    assert_eq!(former.devices[0].standing, DeviceStanding::Removed);
    assert!(page.people.iter().all(|person| person.name != mentor.name));
}

#[test]
fn a_device_is_wiped_and_nothing_of_its_home_is_left() {
    let mut team = Team::new();
    let home = team.mentor.school.core.dir().to_owned();
    assert!(home.join("school.db").exists());
    assert!(matches!(team.mentor.trust(TrustRequest::Wipe), Ok(TrustReply::Wiped)));
    assert!(!home.exists());
    assert!(team.mentor.trust(TrustRequest::Wipe).is_err(), "there is nothing to wipe any more");
}

#[test]
fn a_removal_is_listed_with_its_author_and_whoever_stands_behind_it() {
    let mut team = Team::new();
    let whom = of_role(&people(&team.head), "Mentor").devices[0].id.clone();
    let TrustReply::Preview(preview) =
        team.head.trust(TrustRequest::Preview(whom.clone())).unwrap()
    else {
        panic!("no preview")
    };
    assert!(!preview.is_person && preview.devices.len() == 1);
    act(&mut team.head, TrustAct::Remove { whom, reason: "left on the bus".to_owned() });
    let removals = |desk: &mut Answerer| match desk.trust(TrustRequest::Removals).unwrap() {
        TrustReply::Removals(page) => page.removals.clone(),
        other => panic!("{other:?}"),
    };
    let own = removals(&mut team.head);
    assert_eq!((own.len(), own[0].reason.as_str()), (1, "left on the bus"));
    assert!(!own[0].may_endorse && own[0].why_not.is_none() && own[0].at.is_some());
    carry(&team.head, &team.dsl);
    let seen = removals(&mut team.dsl);
    assert!(seen[0].may_endorse && seen[0].endorsed_by.is_empty());
    act(&mut team.dsl, TrustAct::Endorse(seen[0].entry.clone()));
    let after = removals(&mut team.dsl);
    assert!(!after[0].may_endorse && after[0].endorsed_by.len() == 1);
}

/// Two persons sign: whoever proposed cannot second, and is not counted as somebody who could.
#[test]
fn an_erasure_waits_for_somebody_else_and_is_then_confirmed() {
    let mut team = Team::new();
    let Reply::Recent(newest) = team.head.answer(Request::Recent { limit: 1 }).unwrap() else {
        panic!("no newest record")
    };
    let (record, pupil) = (newest[0].record, newest[0].pupils[0].1.clone());
    let keeping = |desk: &mut Answerer| match desk.answer(Request::Open(record)) {
        Ok(Reply::Detail(detail)) => Some(detail.keeping.clone()),
        _ => None,
    };
    let erasures = |desk: &mut Answerer| match desk.trust(TrustRequest::Erasures).unwrap() {
        TrustReply::Erasures(page) => page.erasures.clone(),
        other => panic!("{other:?}"),
    };
    let before = keeping(&mut team.head).unwrap();
    assert!(before.may_erase && !before.is_proposed && !before.is_on_hold);
    assert!(!before.signs_alone, "the safeguarding lead could second");
    let single = crate::records::test_school::TestSchool::new();
    let incident = single.incident().parse().unwrap();
    assert!(super::keeping(&single.school, incident).unwrap().signs_alone);
    assert!(!keeping(&mut team.mentor).unwrap().may_erase);
    let records = vec![record.to_string()];
    act(&mut team.head, TrustAct::Erase { records, reason: "written-in-error".to_owned() });
    assert!(keeping(&mut team.head).unwrap().is_proposed);
    let own = erasures(&mut team.head);
    assert_eq!(
        (own[0].stage, own[0].may_second, own[0].is_signed),
        (ErasureStage::Waits, false, true)
    );
    assert_eq!(own[0].reason, "Written in error or about another pupil");
    assert_eq!(super::waiting_for_me(&team.head.school), 0);

    carry(&team.head, &team.dsl);
    carry(&team.head, &team.mentor);
    assert_eq!(super::waiting_for_me(&team.dsl.school), 1);
    assert_eq!(super::waiting_for_me(&team.mentor.school), 0, "a mentor signs nothing");
    let seen = erasures(&mut team.dsl);
    assert!(seen[0].may_second && seen[0].here.len() == 1, "what it is about can be looked at");
    assert!(seen[0].here[0].title.contains(&pupil), "{}", seen[0].here[0].title);
    act(&mut team.dsl, TrustAct::Hold(record.to_string()));
    assert_eq!(erasures(&mut team.dsl)[0].stage, ErasureStage::Kept);
    act(&mut team.dsl, TrustAct::Lift(record.to_string()));
    carry(&team.dsl, &team.head);
    let (own, theirs) = (keeping(&mut team.dsl).unwrap(), keeping(&mut team.head).unwrap());
    assert!(own.is_on_hold && !own.may_lift && theirs.may_lift, "it takes two");
    assert_eq!(own.lifted_by, theirs.lifted_by);
    act(&mut team.head, TrustAct::Lift(record.to_string()));
    carry(&team.head, &team.dsl);
    let school = team.dsl.school.clone();
    let trends = school.metric("behaviour-trends").unwrap();
    let window = ("window".to_owned(), "this_year".to_owned());
    school.run_metric(&trends, &[window], CancelSwitch::default()).unwrap();
    assert_eq!(school.core.reports.len(), 1);
    act(&mut team.dsl, TrustAct::Second(seen[0].id.clone()));
    assert!(school.core.reports.is_empty(), "nor is it in what was worked out of it");
    let after = erasures(&mut team.dsl);
    assert_eq!((after[0].stage, after[0].confirmed), (ErasureStage::InEffect, 1));
    assert_eq!(after[0].outstanding.len(), 2);
    assert!(after[0].here.is_empty() && keeping(&mut team.dsl).is_none(), "gone from here");
    carry(&team.dsl, &team.head);
    carry(&team.dsl, &team.mentor);
    carry(&team.mentor, &team.head);
    assert_eq!(erasures(&mut team.head)[0].stage, ErasureStage::Confirmed);
}

/// Proposed by mistake, and taken back by whoever proposed it: nobody is asked to second it then.
#[test]
fn an_erasure_is_withdrawn_by_whoever_proposed_it() {
    let mut team = Team::new();
    let Reply::Recent(newest) = team.head.answer(Request::Recent { limit: 1 }).unwrap() else {
        panic!("no newest record")
    };
    let record = newest[0].record;
    let erasures = |desk: &mut Answerer| match desk.trust(TrustRequest::Erasures).unwrap() {
        TrustReply::Erasures(page) => page.erasures.clone(),
        other => panic!("{other:?}"),
    };
    let propose = || {
        let records = vec![record.to_string()];
        TrustAct::Erase { records, reason: "written-in-error".to_owned() }
    };
    act(&mut team.head, propose());
    carry(&team.head, &team.dsl);
    let own = erasures(&mut team.head).remove(0);
    assert!(own.may_withdraw && !erasures(&mut team.dsl)[0].may_withdraw);
    let by_another = team.dsl.school.withdraw_erasure(&own.id).unwrap_err().to_string();
    assert!(by_another.contains("only whoever proposed an erasure"), "{by_another}");
    act(&mut team.head, TrustAct::Withdraw(own.id.clone()));
    carry(&team.head, &team.dsl);
    assert_eq!(super::waiting_for_me(&team.dsl.school), 0);
    let back = erasures(&mut team.dsl).remove(0);
    assert_eq!((back.stage, back.may_second), (ErasureStage::Withdrawn, false));
    assert!(!super::keeping(&team.head.school, record).unwrap().is_proposed);
    let twice = team.head.school.withdraw_erasure(&own.id).unwrap_err().to_string();
    assert!(twice.contains("withdrawn already"), "{twice}");
    act(&mut team.head, propose());
    assert!(super::keeping(&team.head.school, record).unwrap().is_proposed);
}

/// The desk of somebody in the year 2060, when everybody in the school is past every period.
fn in_2060(desk: &Answerer) -> Answerer {
    let school = desk.school.with_clock(Clock::as_of(date(2060, 1, 1)));
    Answerer::new(school, NetworkSlot::default(), Invites::default())
}

#[track_caller]
fn due(desk: &mut Answerer) -> DuePage {
    match desk.trust(TrustRequest::Retention).unwrap() {
        TrustReply::Retention(page) => page.as_ref().clone(),
        other => panic!("{other:?}"),
    }
}

/// A lead sees what is due with its rule, keeps it or proposes its erasure; a mentor the rules.
#[test]
fn what_is_past_its_period_is_for_leads_and_leaves_their_queue() {
    let team = Team::new();
    let (mut head, mut dsl) = (in_2060(&team.head), in_2060(&team.dsl));
    let told = due(&mut in_2060(&team.mentor));
    assert!(!told.may_review && told.groups.is_empty() && !told.rules.is_empty());

    let page = due(&mut head);
    let is_incident = |line: &&DueLine| line.kind == Kind::Incident;
    let mut groups = page.groups.iter();
    let group = groups.find(|group| group.lines.iter().any(|line| is_incident(&line))).unwrap();
    assert_eq!((group.certainty, page.shown), (Certainty::Uncertain, page.due));
    let mut incidents = group.lines.iter().filter(is_incident);
    let (kept, gone) = (incidents.next().unwrap(), incidents.next().unwrap());
    assert!(!kept.pupils.is_empty() && kept.day.is_some() && !kept.signs_alone);
    let (records, until) = (vec![kept.record.to_string()], date(2061, 1, 1));
    let keep = TrustAct::Keep { records, until, reason: "a claim".to_owned() };
    assert_eq!(act(&mut head, keep), "1 record is kept until 2061-01-01");
    let words = act(&mut head, TrustAct::EraseDue(vec![gone.record.to_string()]));
    assert!(words.starts_with("The erasure of 1 record waits"), "{words}");

    let after = due(&mut head);
    assert_eq!((after.due + 2, after.kept, after.waiting), (page.due, 1, 1));
    carry(&head, &dsl);
    let (seen, all) = (due(&mut dsl), page.due);
    assert_eq!((seen.due + 1, seen.waiting), (all, 1), "the proposal has arrived, the rest later");
}

/// A lead sets how long incidents are kept; a mentor sets nothing.
#[test]
fn a_rule_is_set_by_a_lead_and_by_no_mentor() {
    let mut team = Team::new();
    let rules = due(&mut team.head).rules;
    let log = rules.iter().find(|rule| rule.period == RetentionPeriod::Transfer).unwrap();
    assert!(log.kinds.contains(&Kind::Incident) && log.why_not.is_some());
    let period = RetentionPeriod::Years { years: 6, from: Basis::Event };
    let rule = NewRetentionRule {
        kinds: vec![Kind::Incident],
        setting: log.setting,
        period,
        valid_from: Some(date(2026, 1, 1)),
        valid_to: None,
        source: "Governors, minute 4".to_owned(),
    };
    let refused = team.mentor.trust(TrustRequest::Act(TrustAct::SetRule(rule.clone())));
    assert!(refused.unwrap_err().to_string().contains("for leads and above"));
    act(&mut team.head, TrustAct::SetRule(rule));
    let rules = due(&mut team.head).rules;
    let own = rules.iter().find(|rule| rule.certainty == Certainty::School).unwrap();
    assert_eq!((own.period, own.why_not.as_deref()), (period, None));
    assert_eq!(
        (own.source.as_str(), &own.kinds[..]),
        ("Governors, minute 4", &[Kind::Incident][..])
    );
}
