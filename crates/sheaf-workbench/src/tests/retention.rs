//! What is past its period: looked through, kept and proposed for erasure, by hand and by keys.

use eframe::egui::{Key, Modifiers, Role};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use jiff::civil::date;
use sheaf_records::{Basis, Kind, RetentionPeriod, Setting};
use sheaf_school::NewRetentionRule;
use sheaf_school::desk::{Certainty, DueGroup, DueLine, DuePage, KeepingRule, TrustAct, Undated};

use super::drive::Window;
use super::school::record;

fn line(number: u8, kind: Kind, title: &str) -> DueLine {
    DueLine {
        record: record(number),
        kind,
        title: title.to_owned(),
        day: Some(date(1999, 3, 1)),
        pupils: vec!["Amira Okafor".to_owned()],
        since: Some(date(2009, 5, 2)),
        space: "pastoral".to_owned(),
        is_on_hold: false,
        named_by: 0,
        kept: None,
        signs_alone: false,
    }
}

fn rules() -> Vec<KeepingRule> {
    let rule = KeepingRule {
        title: "Behaviour log at another school".to_owned(),
        says: "transfer with the pupil, then destroy the copy".to_owned(),
        source: "From memory of common practice".to_owned(),
        note: String::new(),
        certainty: Certainty::Uncertain,
        why_not: Some("counts only where the school sets it".to_owned()),
        kinds: vec![Kind::Incident, Kind::RoomStay],
        setting: Setting::General,
        period: RetentionPeriod::Transfer,
    };
    let file = KeepingRule {
        title: "Pupil file".to_owned(),
        says: "25 years from the pupil's date of birth".to_owned(),
        source: "From memory of the IRMS toolkit".to_owned(),
        note: String::new(),
        certainty: Certainty::Uncertain,
        why_not: None,
        kinds: vec![Kind::Pupil, Kind::Incident],
        setting: Setting::General,
        period: RetentionPeriod::Years { years: 25, from: Basis::Birth },
    };
    vec![rule, file]
}

fn page() -> DuePage {
    let pupil = DueLine {
        day: None,
        pupils: Vec::new(),
        named_by: 2,
        ..line(1, Kind::Pupil, "Amira Okafor")
    };
    let back = (date(2026, 7, 10), "Anna Reid".to_owned(), "A claim was open".to_owned());
    let back = DueLine { kept: Some(back), ..line(2, Kind::Incident, "Disruption, corridor, P3") };
    let held = DueLine { is_on_hold: true, ..line(3, Kind::Incident, "Fighting, canteen, lunch") };
    let guarded = line(4, Kind::Incident, "Bullying, online");
    let guarded = DueLine { space: "safeguarding".to_owned(), ..guarded };
    let group = |rule: &str, title: &str, certainty, lines: Vec<DueLine>| DueGroup {
        rule: rule.to_owned(),
        title: title.to_owned(),
        says: "25 years from the pupil's date of birth".to_owned(),
        source: match certainty {
            Certainty::Verified => "Advice of a council".to_owned(),
            _ => "From memory of the IRMS toolkit".to_owned(),
        },
        note: "For special educational needs some say 31 or 35 years".to_owned(),
        certainty,
        count: lines.len() as u64,
        lines,
    };
    DuePage {
        may_review: true,
        groups: vec![
            group("a", "Safeguarding file", Certainty::Verified, vec![guarded]),
            group("b", "Pupil file", Certainty::Uncertain, vec![pupil, back, held]),
        ],
        due: 4,
        shown: 4,
        on_hold: 1,
        waiting: 2,
        kept: 1,
        undated: vec![Undated {
            says: "a pupil has no date of birth".to_owned(),
            count: 3,
            records: vec![record(5)],
        }],
        rules: rules(),
    }
}

fn at_retention(page: DuePage) -> Window {
    let mut window = Window::open();
    window.far.far.borrow_mut().trust.due = page;
    window.press_with(Modifiers::COMMAND, Key::Num9);
    window.click("Retention");
    window
}

fn acts(window: &Window) -> Vec<TrustAct> {
    window.far.far.borrow().trust.acts.clone()
}

#[track_caller]
fn tick(window: &mut Window, part: &str) {
    let name = |node: &egui_kittest::Node<'_>| node.accesskit_node().label();
    let all = window.get_all_by_role(Role::CheckBox);
    let found = all.into_iter().find(|node| name(node).is_some_and(|name| name.contains(part)));
    found.unwrap_or_else(|| panic!("no line is called `{part}`")).click();
    window.run();
}

#[test]
fn what_is_due_is_told_with_its_rule_and_how_sure_that_is() {
    let mut window = at_retention(page());
    window.keep("retention");
    for words in [
        "4 records are due",
        "Uncertain: check before you rely on it",
        "25 years from the pupil's date of birth",
        "From memory of the IRMS toolkit",
        "For special educational needs",
        "Due since 2 May 2009",
        "2 other records name this pupil",
        "Was kept until 10 July by Anna Reid: A claim was open",
        "Legal hold",
        "3 records: a pupil has no date of birth",
        "1 kept by a decision",
        "Transfer with the pupil, then destroy the copy",
        "Not in force: counts only where the school sets it",
    ] {
        assert!(window.sees(words), "{words}");
    }
    window.click("3 records: a pupil has no date of birth");
    assert!(window.sees("A pupil has no date of birth"), "the records stand in the side panel");
    window.click("2 wait for a second signature");
    assert!(window.sees("Nothing was ever erased"), "to the erasures");
}

#[test]
fn several_are_kept_for_a_year_unless_another_day_is_given() {
    let mut window = at_retention(page());
    window.click("Keep until…");
    assert!(!window.sees("Reason, which everybody"), "nothing is chosen yet");
    tick(&mut window, "Disruption");
    tick(&mut window, "Bullying");
    assert!(window.sees("2 chosen"));
    window.click("Keep until…");
    assert!(window.sees("Keep 2 records") && window.sees("who can read the one"));
    window.keep("retention-keep");
    window.click("Keep");
    assert!(acts(&window).is_empty() && window.sees("Say why, for those who ask later"));
    window.focus_containing("Reason, which everybody");
    window.type_words("claim");
    window.click("Keep");
    let TrustAct::Keep { records, until, reason } = acts(&window).remove(0) else {
        panic!("nothing was kept")
    };
    assert_eq!((records.len(), reason.as_str()), (2, "claim"));
    let today = super::school::status().card.today;
    assert_eq!(until, date(today.year() + 1, today.month(), today.day()));
    assert!(window.sees("It is done"));
}

#[test]
fn an_erasure_of_several_says_how_many_and_that_it_takes_two() {
    let mut window = at_retention(page());
    tick(&mut window, "Disruption");
    tick(&mut window, "Fighting");
    assert!(window.sees("under a legal hold: it cannot be erased"));
    window.click("Propose erasure…");
    assert!(!window.sees("It takes two:"), "not with one on hold");
    tick(&mut window, "Fighting");
    tick(&mut window, "Amira Okafor; Due");
    window.click("Propose erasure…");
    assert!(window.sees("Propose to erase 2 records") && window.sees("It takes two:"));
    window.keep("retention-erase");
    window.press(Key::Enter);
    assert!(acts(&window).is_empty(), "Enter takes the default, which is Cancel");
    window.click("Propose erasure…");
    window.click("Propose the erasure");
    let TrustAct::EraseDue(records) = acts(&window).remove(0) else { panic!("no erasure") };
    assert_eq!(records.len(), 2);
}

#[test]
fn one_who_signs_alone_has_to_tick_for_what_is_due_too() {
    let mut page = page();
    page.groups[1].lines[1].signs_alone = true;
    let mut window = at_retention(page);
    tick(&mut window, "Disruption");
    window.click("Propose erasure…");
    window.click("Propose the erasure");
    assert!(acts(&window).is_empty() && window.sees("takes effect at once"));
    window.click("I know that there is no way back");
    window.click("Propose the erasure");
    assert_eq!(acts(&window).len(), 1);
}

#[test]
fn arrow_keys_walk_and_the_space_bar_chooses() {
    let mut window = at_retention(page());
    window.focus_containing("Bullying, online, Amira");
    window.press(Key::Space);
    window.press(Key::ArrowDown);
    window.press(Key::ArrowDown);
    window.press(Key::Space);
    assert!(window.sees("2 chosen"));
    window.click("Choose all 3 records of Pupil file");
    assert!(window.sees("4 chosen"));
    window.click("Choose none");
    assert!(!window.sees("chosen") && window.sees("Choose records below"));
}

#[test]
fn what_is_gone_is_chosen_no_more() {
    let mut window = at_retention(page());
    tick(&mut window, "Disruption");
    window.far.far.borrow_mut().trust.due.groups[1].lines.remove(1);
    window.press(Key::F5);
    window.run();
    assert!(!window.sees("1 chosen"));
}

#[test]
fn an_empty_queue_and_a_mentor_are_told_so_in_words() {
    let empty = DuePage { may_review: true, ..DuePage::default() };
    let mut window = at_retention(empty);
    assert!(window.sees("Nothing is past its period"));
    window.keep("retention-empty");
    let mut window = at_retention(DuePage { rules: rules(), ..DuePage::default() });
    assert!(window.sees("Behaviour log at another school"), "the rules are for everybody");
    assert!(window.sees("Leads review retention"));
    window.keep("retention-mentor");
}

#[test]
fn while_names_are_hidden_the_queue_shows_initials() {
    let settings = crate::Settings { names: crate::Names::Initials, ..crate::Settings::default() };
    let mut window = Window::with(settings, eframe::egui::Theme::Dark);
    window.far.far.borrow_mut().trust.due = page();
    window.press_with(Modifiers::COMMAND, Key::Num9);
    window.click("Retention");
    window.keep("retention-hidden");
    assert!(window.sees("Disruption, corridor, P3, AO") && !window.sees("Amira"));
    assert!(!window.sees("A claim was open"));
}

#[test]
fn a_lead_sets_the_school_s_own_rule() {
    let empty = DuePage { may_review: true, rules: rules(), ..DuePage::default() };
    let mut window = at_retention(empty);
    window.keep("retention-rules");
    window.click("Change how long: Pupil file…");
    assert!(window.sees("Now: 25 years from the pupil's date of birth"));
    assert!(!window.sees("Years from the day of the record"), "a pupil's record has no day");
    window.keep("retention-rule");
    window.click("Set the rule");
    assert!(acts(&window).is_empty());
    assert!(window.sees("Say where it comes from, for those who ask later"));
    window.focus_containing("Where it comes from: a policy");
    window.type_words("Governors, minute 4");
    window.focus_containing("How many years");
    window.press_with(Modifiers::COMMAND, Key::A);
    window.type_words("121");
    assert!(window.sees("Write the years as a whole number from 1 to 120"));
    window.press_with(Modifiers::COMMAND, Key::A);
    window.type_words("31");
    window.focus_containing("Counts from");
    window.press_with(Modifiers::COMMAND, Key::A);
    window.type_words("soon");
    window.click("Set the rule");
    assert!(acts(&window).is_empty() && window.sees("Write the first day as 2027-09-01"));
    window.focus_containing("Counts from");
    window.press_with(Modifiers::COMMAND, Key::A);
    window.type_words("2027-09-01");
    window.click("Set the rule");
    let expected = NewRetentionRule {
        kinds: vec![Kind::Pupil, Kind::Incident],
        setting: Setting::General,
        period: RetentionPeriod::Years { years: 31, from: Basis::Birth },
        valid_from: Some(date(2027, 9, 1)),
        valid_to: None,
        source: "Governors, minute 4".to_owned(),
    };
    assert_eq!(acts(&window), [TrustAct::SetRule(expected)]);
}

#[test]
fn a_mentor_reads_the_rules_and_changes_none() {
    let window = at_retention(DuePage { rules: rules(), ..DuePage::default() });
    assert!(window.sees("Pupil file") && window.sees("Uncertain: check before you rely on it"));
    assert!(!window.sees("Change…"));
    assert!(window.sees("Whoever has the role of lead or above can change them"));
}
