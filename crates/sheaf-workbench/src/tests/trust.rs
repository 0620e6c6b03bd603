//! Who may be removed, let in and taken out: the far end, and what people do.

use std::sync::Arc;

use eframe::egui::{Key, Modifiers, Role, vec2};
use egui_kittest::kittest::Queryable as _;
use jiff::civil::date;
use sheaf_school::desk::{
    Choice, DeviceStanding, DuePage, ErasureLine, ErasureStage, ErasuresPage, FolderLine, HeldLine,
    HeldPage, LostDevice, Notice, PeerState, PeoplePage, RecordKeeping, RemovalLine,
    RemovalPreview, RemovalsPage, Reply, Rights, TrustAct, TrustReply, TrustRequest, WaitingDevice,
    WaitingRecord, WouldLine,
};
use sheaf_school::{LeftInBundle, LeftInFolder};

use super::desk;
use super::drive::Window;
use crate::house::trust::Whom;

/// What the far end remembers of who is in and what is gone.
#[derive(Debug, Default)]
pub struct FarTrust {
    /// What was done.
    pub acts: Vec<TrustAct>,
    /// Whether whoever uses this device may do nothing about anybody.
    pub may_nothing: bool,
    /// The removals that were written.
    pub removals: RemovalsPage,
    /// What may become of records, if not what may become of them usually.
    pub keeping: Option<RecordKeeping>,
    /// What is held.
    pub held: HeldPage,
    /// The erasures.
    pub erasures: ErasuresPage,
    /// The shared folders in use.
    pub folders: Vec<FolderLine>,
    /// What is past its period.
    pub due: DuePage,
    /// What an act is refused with, if it is.
    pub refuses: Option<String>,
    /// Whether the network passes no announcements on.
    pub is_apart: bool,
}

impl FarTrust {
    /// The members, seen by a head unless they may do nothing.
    pub fn people(&self) -> PeoplePage {
        let mut page = desk::people();
        page.folders = self.folders.clone();
        page.network = desk::network(!self.is_apart);
        if self.may_nothing {
            return page;
        }
        page.may_create_spaces = true;
        let roles = page.roles.clone();
        for person in &mut page.people {
            let others = |role: &&Choice| role.title != person.role;
            let both = person.spaces.len() == 2;
            let space = || vec!["safeguarding".to_owned()];
            person.rights = Rights { add_device: true, remove_devices: true, ..Rights::default() };
            if !person.is_self {
                person.rights.remove = true;
                person.rights.roles = roles.iter().filter(others).cloned().collect();
                let list =
                    if both { &mut person.rights.take_out_of } else { &mut person.rights.let_into };
                *list = space();
            }
        }
        if let Some(mut gone) = page.people.pop() {
            gone.rights = Rights::default();
            gone.devices[0].standing = DeviceStanding::Removed;
            gone.devices[0].state = PeerState::Away;
            gone.devices[0].last_met = Some(date(2026, 6, 30).at(15, 20, 0, 0));
            page.former.push(gone);
        }
        page
    }

    /// Answers; nothing while a preview is held back.
    pub fn answer(&mut self, request: TrustRequest) -> Option<Reply> {
        Some(Reply::Trust(match request {
            TrustRequest::Preview(id) => {
                let whom = if id.starts_with("device") { Whom::Device } else { Whom::Person };
                TrustReply::Preview(Arc::new(preview("Jo Marsh", whom)))
            }
            TrustRequest::Removals => TrustReply::Removals(Arc::new(self.removals.clone())),
            TrustRequest::Held => TrustReply::Held(Arc::new(self.held.clone())),
            TrustRequest::Erasures => TrustReply::Erasures(Arc::new(self.erasures.clone())),
            TrustRequest::Retention => TrustReply::Retention(Arc::new(self.due.clone())),
            TrustRequest::Wipe => TrustReply::Wiped,
            TrustRequest::Act(act) => {
                if let Some(why) = &self.refuses {
                    return Some(Reply::Refused(why.clone()));
                }
                let words = match act {
                    TrustAct::Remove { .. } => "Jo Marsh is removed",
                    _ => "It is done",
                };
                self.acts.push(act);
                TrustReply::Done(words.to_owned())
            }
        }))
    }
}

/// What a request asks for, in words.
pub fn name(request: &TrustRequest) -> String {
    match request {
        TrustRequest::Preview(id) => format!("preview {id}"),
        TrustRequest::Removals => "removals".to_owned(),
        TrustRequest::Held => "held".to_owned(),
        TrustRequest::Erasures => "erasures".to_owned(),
        TrustRequest::Retention => "retention".to_owned(),
        TrustRequest::Act(_) => "act".to_owned(),
        TrustRequest::Wipe => "wipe".to_owned(),
    }
}

/// What the removal of somebody means.
pub fn preview(name: &str, whom: Whom) -> RemovalPreview {
    RemovalPreview {
        name: name.to_owned(),
        is_person: whom == Whom::Person,
        devices: vec![LostDevice {
            device_id: "device of Jo's tablet".to_owned(),
            name: "Jo's tablet".to_owned(),
            last_met: Some("2026-07-03T08:40:00".to_owned()),
        }],
        spaces: vec!["pastoral".to_owned()],
        says: "What it holds of these spaces stays on it, encrypted under its passphrase; nothing \
               written from now on can be read there, and nothing it writes is taken in"
            .to_owned(),
    }
}

fn at_people() -> Window {
    let mut window = Window::open();
    window.press_with(Modifiers::COMMAND, Key::Num9);
    window
}

/// What is wrong with the network stands above the people, and comes with what to do.
#[test]
fn what_is_in_the_way_of_the_network_is_told_first() {
    let mut window = Window::open();
    window.far.far.borrow_mut().trust.is_apart = true;
    window.press_with(Modifiers::COMMAND, Key::Num9);
    assert!(window.sees("How this device reaches the others"));
    assert!(window.sees("does not pass announcements on") && window.sees("Type its address once"));
    assert!(window.sees("The address of this device as a QR code"));
    assert!(window.sees("Connected now, by an address that was typed at 10.4.7.9:47820"));
    window.keep("people-apart");
    window.click("Copy the address");
    assert!(window.sees("The address is on the clipboard"));
}

fn acts(window: &Window) -> Vec<TrustAct> {
    window.far.far.borrow().trust.acts.clone()
}

#[test]
fn a_person_is_removed_only_with_a_reason_and_their_name() {
    let mut window = at_people();
    window.click("Manage Jo Marsh");
    window.keep("trust-manage");
    window.click("Remove Jo Marsh…");
    assert!(window.asked().contains(&"preview id of Jo Marsh".to_owned()));
    assert!(window.sees("There is no way back") && window.sees("Jo's tablet, last met 3 July"));
    assert!(window.sees("encrypted under its passphrase"));
    window.click("Remove for ever");
    assert!(acts(&window).is_empty(), "nothing was confirmed yet");
    window.focus_containing("Reason, which everybody");
    window.type_words("left the school");
    window.click("Remove for ever");
    assert!(acts(&window).is_empty() && window.sees("Type the name as it stands above"));
    window.focus_containing("To confirm, type Jo Marsh");
    window.type_words("jo marsh");
    window.keep("trust-remove");
    window.click("Remove for ever");
    let reason = "left the school".to_owned();
    assert_eq!(acts(&window), [TrustAct::Remove { whom: "id of Jo Marsh".to_owned(), reason }]);
    assert!(window.sees("Jo Marsh is removed") && !window.sees("There is no way back"));
}

#[test]
fn a_removal_begins_on_cancel_and_escape_leaves_it() {
    let mut window = at_people();
    window.click("Manage Jo Marsh");
    window.click("Remove Jo's tablet as lost…");
    assert!(window.asked().contains(&"preview device of Jo's tablet".to_owned()));
    assert!(window.sees("its person and their role stay"));
    window.press(Key::Enter);
    assert!(!window.sees("There is no way back"), "Enter takes the default, which is Cancel");
    window.click("Remove Jo's tablet as lost…");
    window.press(Key::Escape);
    assert!(!window.sees("There is no way back"));
    assert!(acts(&window).is_empty());
}

/// A small window, as it is where everything is twice as large.
#[test]
fn the_buttons_of_a_removal_stay_in_sight_in_a_small_window() {
    let mut window = Window::with(crate::Settings::default(), eframe::egui::Theme::Dark);
    window.press_with(Modifiers::COMMAND, Key::Num9);
    window.set_size(vec2(640.0, 340.0));
    window.run();
    for name in ["Manage Jo Marsh", "Remove Jo Marsh…"] {
        window.get_by_label(name).click_accesskit();
        window.run();
    }
    window.keep("trust-remove-small");
    let screen = window.ctx.content_rect();
    for name in ["Cancel", "Remove for ever"] {
        let place = window.get_by_label(name).rect();
        assert!(screen.contains_rect(place), "{name} at {place}, the window is {screen}");
    }
}

#[test]
fn one_s_own_other_devices_can_be_lost_and_no_more_is_offered_about_oneself() {
    let mut window = at_people();
    window.click("Manage Sam Okoro");
    assert!(window.sees("Remove Office desktop as lost…"));
    assert!(!window.sees("Remove Sam"), "neither this device nor its person");
    assert!(!window.sees("Change the role…"));
}

#[test]
fn a_refusal_stands_in_the_dialog_in_words() {
    let mut window = at_people();
    let why = "not possible: the author's role does not allow it";
    window.far.far.borrow_mut().trust.refuses = Some(why.to_owned());
    window.click("Manage Anna Reid");
    window.click("Take out of safeguarding…");
    window.focus_containing("Reason, which everybody");
    window.type_words("changed schools");
    window.keep("trust-take-out");
    window.click("Take out");
    assert!(window.sees(why) && window.sees("Take Anna Reid out of a space"), "it stays open");
    window.keep("trust-refused");
}

#[test]
fn roles_and_spaces_are_changed() {
    let mut window = at_people();
    window.click("Manage Jo Marsh");
    window.click("Change the role…");
    window.press(Key::Tab);
    window.focus_containing("New role: Lead");
    window.press(Key::Enter);
    window.keep("trust-role");
    window.focus_containing("Reason, which everybody");
    window.type_words("new year");
    window.click("Change the role");
    window.click("Let into safeguarding…");
    assert!(window.sees("its whole past included"));
    window.click("Let in");
    window.click("New space…");
    window.type_words("Year 11 support");
    window.get_by_role_and_label(Role::CheckBox, "Jo Marsh").click();
    window.run();
    window.keep("trust-space");
    window.click("Make the space");
    let (person, space) = ("id of Jo Marsh".to_owned(), "safeguarding".to_owned());
    let (role, reason) = ("lead".to_owned(), "new year".to_owned());
    let name = "Year 11 support".to_owned();
    assert_eq!(
        acts(&window),
        [
            TrustAct::SetRole { person: person.clone(), role, reason },
            TrustAct::LetInto { space, person: person.clone() },
            TrustAct::NewSpace { name, people: vec![person] },
        ]
    );
}

#[test]
fn nothing_is_offered_to_whoever_may_do_nothing() {
    let mut window = Window::open();
    window.far.far.borrow_mut().trust.may_nothing = true;
    window.press_with(Modifiers::COMMAND, Key::Num9);
    assert!(window.sees("Jo Marsh") && !window.sees("Manage") && !window.sees("New space"));
}

#[test]
fn those_who_are_no_longer_in_stand_apart() {
    let window = at_people();
    assert!(window.sees("No longer in") && window.sees("Removed, last met 30 June, 15:20"));
    assert!(window.sees("Removed; was mentor. What they wrote stays"));
}

/// A removal by a colleague, and one that a stronger act overrules.
fn removals() -> RemovalsPage {
    let line = |who: &str, why_not: Option<&str>| RemovalLine {
        entry: format!("removal of {who}"),
        who: who.to_owned(),
        by: "Anna Reid".to_owned(),
        at: Some(date(2026, 7, 3).at(10, 15, 0, 0)),
        endorsed_by: Vec::new(),
        reason: "left on the bus".to_owned(),
        why_not: why_not.map(str::to_owned),
        uncut_in: vec!["safeguarding".to_owned()],
        held: 2,
        may_endorse: why_not.is_none(),
    };
    let overruled = line("Tom Baker", Some("a stronger act overrules it"));
    RemovalsPage { removals: vec![line("Jo's tablet", None), overruled] }
}

#[test]
fn a_manager_stands_behind_a_removal_and_goes_on_to_what_is_held() {
    let mut window = at_people();
    window.far.far.borrow_mut().trust.removals = removals();
    window.click("Removals");
    assert!(window.sees("Removed by Anna Reid, 3 July, 10:15") && window.sees("left on the bus"));
    assert!(window.sees("Not in effect: a stronger act overrules it"));
    window.keep("trust-removals");
    assert!(!window.sees("Stand behind the removal of Tom Baker"), "only what may be done");
    window.click("Stand behind the removal of Jo's tablet…");
    window.press(Key::Escape);
    assert!(acts(&window).is_empty());
    window.click("Stand behind the removal of Jo's tablet…");
    window.keep("trust-endorse");
    window.click("Stand behind it");
    assert_eq!(acts(&window), [TrustAct::Endorse("removal of Jo's tablet".to_owned())]);
    let asked = window.asked().iter().filter(|asked| *asked == "removals").count();
    assert_eq!(asked, 2, "what has changed is asked for again");
    window.click_containing("2 entries of theirs held");
    assert!(window.sees("Nothing is held"), "an empty state");
}

fn held() -> HeldPage {
    let line = |by: &str, may_attest| HeldLine {
        entry: format!("entry of {by}"),
        space: "pastoral".to_owned(),
        by: by.to_owned(),
        is_own: by == "Sam Okoro",
        device: "Jo's tablet".to_owned(),
        at: Some(date(2026, 7, 4).at(9, 30, 0, 0)),
        changes: 3,
        why: "the author's device was removed".to_owned(),
        may_attest,
        builds_on: false,
        would: vec![WouldLine {
            title: "New incident".to_owned(),
            record: None,
            values: vec![
                ("Category".to_owned(), "Disruption".to_owned()),
                ("Narrative".to_owned(), format!("As {by} saw it")),
            ],
        }],
    };
    let acts = vec![("a stronger act overrules it".to_owned(), 1)];
    HeldPage { lines: vec![line("Jo Marsh", true), line("Sam Okoro", false)], others: 4, acts }
}

#[test]
fn the_status_line_leads_to_what_is_held_and_a_manager_vouches() {
    let mut window = Window::open();
    window.far.far.borrow_mut().trust.held = held();
    let mut status = super::school::status();
    status.held = vec![("the author's device was removed".to_owned(), 3)];
    window.far.say(Notice::Status(Arc::new(status)));
    window.run();
    window.click("3 held");
    window.keep("trust-held");
    assert!(window.sees("3 changes  ·  4 July, 09:30  ·  Jo's tablet"));
    assert!(window.sees("Held because the author's device was removed"));
    assert!(window.sees("4 entries of colleagues held") && window.sees("1 act: a stronger act"));
    assert!(window.sees("A manager of this space can vouch for it"), "not for the other");
    assert!(window.sees("Narrative: As Jo Marsh saw it") && window.sees("2 more changes"));
    window.click("Vouch for 3 changes by Jo Marsh, 4 July, 09:30…");
    window.keep("trust-attest");
    assert!(window.sees("Narrative: As Jo Marsh saw it"), "what is vouched for is in sight");
    window.click("Vouch for it");
    assert_eq!(acts(&window), [TrustAct::Attest("entry of Jo Marsh".to_owned())]);
}

fn erasures() -> ErasuresPage {
    let line = |id: &str, stage| ErasureLine {
        id: id.to_owned(),
        space: "pastoral".to_owned(),
        count: 1,
        here: Vec::new(),
        reason: "Written in error or about another pupil".to_owned(),
        at: Some(date(2026, 5, 2).at(8, 0, 0, 0)),
        signed_by: vec!["Anna Reid".to_owned()],
        stage,
        on_hold: 0,
        confirmed: 0,
        outstanding: Vec::new(),
        is_signed: false,
        may_second: false,
        may_withdraw: false,
        in_folders: Vec::new(),
        in_bundles: Vec::new(),
    };
    let here = vec![WaitingRecord {
        record: super::school::record(1),
        title: "Defiance, corridor, Amira Okafor, 2 May 2026".to_owned(),
    }];
    let open = WaitingDevice {
        person: "Kiran Shah".to_owned(),
        device: "K. Shah's laptop".to_owned(),
        last_met: Some(date(2026, 5, 12).at(8, 0, 0, 0)),
    };
    let waits = line("one", ErasureStage::Waits);
    let waits = ErasureLine { here: here.clone(), may_second: true, ..waits };
    let own = line("two", ErasureStage::Waits);
    let own = ErasureLine { here, is_signed: true, may_withdraw: true, ..own };
    let own = ErasureLine { signed_by: vec!["Sam Okoro".to_owned()], ..own };
    let kept = ErasureLine { on_hold: 1, ..line("three", ErasureStage::Kept) };
    let running = line("four", ErasureStage::InEffect);
    let running = ErasureLine { confirmed: 11, outstanding: vec![open], ..running };
    let in_bundles = vec![LeftInBundle {
        file: "E:\\sheaf.bundle".to_owned(),
        people: vec!["Jo Marsh".to_owned(), "Tom Baker".to_owned()],
        written_at: "2026-05-01T15:40".to_owned(),
    }];
    let in_folders = vec![LeftInFolder {
        folder: "S:\\Pastoral".to_owned(),
        person: "Kiran Shah".to_owned(),
        device: "K. Shah's laptop".to_owned(),
        seen_at: "2026-05-12T08:00".to_owned(),
    }];
    let running = ErasureLine { in_folders, ..running };
    let done = line("five", ErasureStage::Confirmed);
    let done = ErasureLine { confirmed: 12, in_bundles, ..done };
    let back = line("six", ErasureStage::Withdrawn);
    ErasuresPage { erasures: vec![waits, own, kept, running, done, back] }
}

/// The erasures, reached by what the line at the bottom says of them.
fn at_the_erasures() -> Window {
    let mut window = Window::open();
    window.far.far.borrow_mut().trust.erasures = erasures();
    let status = super::school::status();
    let status = sheaf_school::desk::StatusLine { erasures: 1, ..status };
    window.far.say(Notice::Status(Arc::new(status)));
    window.run();
    window.click("1 erasure waits");
    window
}

#[test]
fn an_erasure_is_seconded_by_somebody_else_with_a_tick() {
    let mut window = at_the_erasures();
    window.keep("trust-erasures");
    let words = "11 of 12 devices have confirmed; K. Shah's laptop, last met 12 May, has not";
    assert!(window.sees(words) && window.sees("12 of 12 devices have confirmed"));
    assert!(window.sees("Files of K. Shah's laptop in S:\\Pastoral still hold it"));
    assert!(window.sees("The bundle E:\\sheaf.bundle, written on 2026-05-01 for Jo Marsh and Tom"));
    assert!(window.sees("Nothing can confirm that a stick is empty"));
    assert!(window.sees("whoever proposes cannot"), "the one who proposed is told");
    assert!(window.sees("A legal hold keeps 1 record of it"));
    window.click("Second the erasure of 1 record…");
    assert!(window.sees("Anna Reid proposed it"));
    window.click("Second it, erase now");
    assert!(acts(&window).is_empty(), "not without the tick");
    window.click("I know that there is no way back");
    window.keep("trust-second");
    window.click("Second it, erase now");
    assert_eq!(acts(&window), [TrustAct::Second("one".to_owned())]);
}

#[test]
fn who_proposed_an_erasure_withdraws_it_in_the_window() {
    let mut window = at_the_erasures();
    assert!(window.sees("Whoever proposed it took it back; nothing is deleted"));
    window.click("Withdraw the erasure of 1 record…");
    assert!(window.sees("Sam Okoro proposed it"));
    window.keep("trust-withdraw");
    window.click("Withdraw it");
    assert_eq!(acts(&window), [TrustAct::Withdraw("two".to_owned())]);
}

/// A window with the first record open, of which this may become.
fn with_record(keeping: RecordKeeping) -> Window {
    let mut window = Window::open();
    window.far.far.borrow_mut().trust.keeping = Some(keeping);
    window.press_with(Modifiers::COMMAND, Key::K);
    window.type_words("amira");
    window.press(Key::Enter);
    window.click_containing("Reflection room, periods 3 and 4");
    window
}

#[test]
fn a_record_is_proposed_to_be_erased_with_a_reason() {
    let may = RecordKeeping { may_erase: true, ..RecordKeeping::default() };
    let mut window = with_record(may);
    window.click("Erase…");
    assert!(window.sees("It takes two"));
    window.click("Propose the erasure");
    assert!(acts(&window).is_empty() && window.sees("Choose the reason"));
    window.click("Reason: Written in error or about another pupil");
    window.keep("trust-erase");
    window.click("Propose the erasure");
    let TrustAct::Erase { records, reason } = acts(&window).remove(0) else { panic!("no erasure") };
    assert_eq!((records.len(), reason.as_str()), (1, "written-in-error"));
    window.click("Legal hold…");
    window.click("Put it on hold");
    assert!(matches!(acts(&window)[1], TrustAct::Hold(_)));
}

#[test]
fn a_record_on_hold_cannot_be_erased_and_the_hold_is_lifted() {
    let held = RecordKeeping {
        may_erase: true,
        is_on_hold: true,
        may_lift: true,
        lifted_by: vec!["Anna Reid".to_owned()],
        ..RecordKeeping::default()
    };
    let signed = RecordKeeping { may_lift: false, ..held.clone() };
    assert!(!with_record(signed).sees("Lift the hold…"), "it takes another person");
    let mut window = with_record(held);
    assert!(window.sees("Anna Reid signed that it be lifted; a second person must too"));
    assert!(window.sees("A legal hold keeps this record") && !window.sees("Erase…"));
    window.keep("trust-hold");
    window.click("Lift the hold…");
    assert!(window.sees("It takes two"));
    window.click("Lift the hold");
    assert!(matches!(acts(&window)[0], TrustAct::Lift(_)));
    let nothing = RecordKeeping { is_proposed: true, ..RecordKeeping::default() };
    let window = with_record(nothing);
    assert!(window.sees("waits for a second signature"));
    assert!(!window.sees("Legal hold…") && !window.sees("Erase…"), "a mentor is offered neither");
}

#[test]
fn one_who_signs_alone_has_to_tick_that_it_goes_at_once() {
    let alone = RecordKeeping { may_erase: true, signs_alone: true, ..RecordKeeping::default() };
    let mut window = with_record(alone);
    window.click("Erase…");
    window.click("Reason: Another reason");
    window.click("Erase it now");
    assert!(acts(&window).is_empty() && window.sees("it takes effect at once"));
    window.click("I know that there is no way back");
    window.click("Erase it now");
    assert_eq!(acts(&window).len(), 1);
}

#[test]
fn while_names_are_hidden_an_erasure_shows_initials() {
    let settings = crate::Settings { names: crate::Names::Initials, ..crate::Settings::default() };
    let mut window = Window::with(settings, eframe::egui::Theme::Light);
    window.far.far.borrow_mut().trust.erasures = erasures();
    window.press_with(Modifiers::COMMAND, Key::Num9);
    window.click("Erasures");
    assert!(window.sees("Defiance, corridor, AO") && !window.sees("Amira Okafor"));
}

#[test]
fn what_is_erased_is_in_sight_no_more() {
    let mut window = with_record(RecordKeeping::default());
    assert!(window.sees("Written down by"));
    window.far.far.borrow_mut().refuses = Some("there is no record `x` here".to_owned());
    window.press(Key::F5);
    window.run();
    assert!(!window.sees("Written down by") && window.sees("This record cannot be shown"));
}
