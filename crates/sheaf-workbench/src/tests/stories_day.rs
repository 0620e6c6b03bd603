//! A day with the quick log and the start view, from the first key to what is seen.

use eframe::egui::{Key, Modifiers, Theme};
use egui_kittest::kittest::Queryable as _;
use sheaf_school::desk::{Agenda, Notice, Reply};

use super::drive::Window;
use super::far_day::{self, FarDay};
use super::responder::Responder;
use super::school;
use crate::Settings;

fn with_day(day: FarDay) -> Window {
    let (far, link) = Responder::new();
    far.far.borrow_mut().day = day;
    Window::over(far, link, Settings::default(), Theme::Light)
}

fn draft_of(window: &Window) -> Option<sheaf_school::desk::Draft> {
    window.far.far.borrow().day.draft.clone()
}

#[test]
fn what_is_typed_is_kept_and_let_go_when_it_is_saved() {
    let mut window = Window::open();
    window.press(Key::N);
    assert_eq!(draft_of(&window), None);
    window.type_words("amir");
    window.press(Key::Enter);
    window.type_words("def");
    let kept = draft_of(&window).expect("a draft is kept while typing");
    assert_eq!(kept.pupils[0].name, "Amira Okafor");
    window.press(Key::Enter);
    assert_eq!(draft_of(&window).unwrap().category, "defiance");
    window.press_with(Modifiers::COMMAND, Key::Enter);
    window.press(Key::Escape);
    let asked = window.asked();
    let last_log = asked.iter().rposition(|asked| asked == "log").unwrap();
    let kept_later = asked[last_log..].iter().filter(|asked| *asked == "keep the draft");
    assert_eq!(kept_later.count(), 1, "what and where for the next pupil, once: {asked:?}");
}

#[test]
fn a_draft_is_thrown_away_by_its_button() {
    let mut window = Window::open();
    window.press(Key::N);
    window.type_words("amir");
    window.press(Key::Enter);
    assert!(draft_of(&window).is_some());
    window.click("Discard");
    assert_eq!(draft_of(&window), None);
    assert!(!window.sees("Role of Amira Okafor"));
    assert!(window.sees("How serious"), "the dialog stays");
}

#[test]
fn a_draft_that_a_crash_left_behind_is_continued_from_the_start_view() {
    let mut window = with_day(FarDay { left: vec![far_day::left_draft()], ..FarDay::default() });
    assert!(window.sees("Continue your draft; Leon Martins, Phone out"));
    window.keep("day-draft");
    window.press(Key::ArrowDown);
    window.press(Key::Enter);
    assert!(window.sees("Role of Leon Martins"));
    window.press_with(Modifiers::COMMAND, Key::Enter);
    let far = window.far.far.borrow();
    assert_eq!(far.logged[0].narrative, "Behind the sports hall");
    assert_eq!(far.logged[0].pupils, [(school::pupil(11), "instigator".to_owned())]);
}

#[test]
fn a_draft_that_was_left_behind_is_offered_in_the_quick_log_and_can_be_let_go() {
    let mut window = with_day(FarDay { left: vec![far_day::left_draft()], ..FarDay::default() });
    window.press(Key::N);
    assert!(window.sees("Your draft of 11:42: Leon Martins"));
    window.keep("day-draft-in-log");
    window.click("Discard");
    assert!(!window.sees("Your draft of 11:42"));
    assert!(window.far.far.borrow().day.left.is_empty());
}

#[test]
fn a_likely_duplicate_is_shown_and_asked_about_before_it_is_saved() {
    let mut day = FarDay::default();
    day.lately.now = school::TODAY.at(13, 41, 0, 0);
    let mut window = with_day(day);
    window.press(Key::N);
    window.type_words("amir");
    window.press(Key::Enter);
    assert!(window.sees("This looks like one that is already written down"));
    window.keep("day-twin");
    window.type_words("phone");
    window.press(Key::Enter);
    window.press_with(Modifiers::COMMAND, Key::Enter);
    assert!(window.sees("Not saved yet: is it one of these?"));
    window.keep("day-twin-asked");
    assert!(window.far.far.borrow().logged.is_empty());
    window.press(Key::Enter);
    assert_eq!(window.far.far.borrow().logged.len(), 1, "Enter answers that it is another one");
    assert!(window.sees("How serious"), "and the form waits for the next pupil, as was asked");
}

#[test]
fn a_likely_duplicate_is_opened_instead_and_the_draft_stays() {
    let mut day = FarDay::default();
    day.lately.now = school::TODAY.at(13, 41, 0, 0);
    let mut window = with_day(day);
    window.press(Key::N);
    window.type_words("amir");
    window.press(Key::Enter);
    window.click_containing("Open it: ");
    assert!(window.sees("Home was told"), "the record is open");
    assert!(draft_of(&window).is_some());
}

#[test]
fn several_pupils_get_their_roles_by_keys_alone() {
    let mut window = Window::open();
    window.press(Key::N);
    for letters in ["amir", "dani"] {
        window.type_words(letters);
        window.press_with(Modifiers::SHIFT, Key::Enter);
    }
    window.press_with(Modifiers::COMMAND, Key::R);
    window.press_with(Modifiers::COMMAND, Key::R);
    window.keep("day-roles");
    window.press(Key::Enter);
    window.type_words("phys");
    window.press(Key::Enter);
    window.press_with(Modifiers::COMMAND, Key::Enter);
    let far = window.far.far.borrow();
    let roles: Vec<&str> = far.logged[0].pupils.iter().map(|(_, role)| role.as_str()).collect();
    assert_eq!(roles, ["involved", "target"]);
}

#[test]
fn a_follow_up_is_written_by_keys_alone() {
    let mut window = Window::open();
    window.press(Key::N);
    window.type_words("amir");
    window.press(Key::Enter);
    window.type_words("phone");
    window.press(Key::Enter);
    window.press(Key::Tab);
    window.press(Key::Num2);
    window.press(Key::Tab);
    window.type_words("Call home");
    window.press(Key::Enter);
    window.type_words("fri");
    assert!(window.sees("By Fri 17 July"), "the day is said as it is understood");
    window.press(Key::Enter);
    window.type_words("bola");
    window.press(Key::Enter);
    window.keep("day-follow-up");
    window.press(Key::Enter);
    let far = window.far.far.borrow();
    let follow_up = far.logged[0].follow_up.clone().unwrap();
    assert_eq!(follow_up.what, "Call home");
    assert_eq!(follow_up.due.unwrap().to_string(), "2026-07-17");
    assert_eq!(follow_up.owner, Some(school::record(202)));
}

#[test]
fn whether_home_was_told_is_chosen_by_arrow_keys() {
    let mut window = Window::open();
    window.press(Key::N);
    window.type_words("amir");
    window.press(Key::Enter);
    window.type_words("phone");
    window.press(Key::Enter);
    window.focus_containing("Home: not said");
    window.press(Key::ArrowRight);
    assert!(window.sees("How home was told: not said"));
    window.focus_containing("How home was told: not said");
    window.press(Key::ArrowRight);
    window.keep("day-home");
    window.press_with(Modifiers::COMMAND, Key::Enter);
    let far = window.far.far.borrow();
    assert_eq!(far.logged[0].home_told.as_deref(), Some("told"));
    assert_eq!(far.logged[0].home_told_how.as_deref(), Some("phone"));
}

#[test]
fn arrow_keys_walk_through_what_needs_somebody_and_space_ticks_it_off() {
    let mut window = Window::open();
    window.keep("day-today");
    window.press(Key::ArrowDown);
    window.press(Key::ArrowDown);
    window.press(Key::ArrowUp);
    window.press(Key::Space);
    assert!(window.asked().contains(&"tick row-5 true".to_owned()), "{:?}", window.asked());
    assert!(!window.sees("Call home about the phone; "), "it is gone from the list");
    assert!(window.sees("Done: Call home about the phone"), "a message says so");
    window.keep("day-ticked");
    window.press_with(Modifiers::COMMAND, Key::Z);
    assert!(window.sees("Call home about the phone; "), "and it can be taken back");
    window.press(Key::ArrowDown);
    window.press(Key::ArrowDown);
    window.press(Key::Enter);
    assert!(window.sees("Record"), "Enter opens the incident in the side panel");
    assert!(window.asked().contains(&"open".to_owned()));
}

#[test]
fn a_review_leads_to_the_pupil() {
    let mut window = Window::open();
    for _ in 0..4 {
        window.press(Key::ArrowDown);
    }
    window.press(Key::Enter);
    assert!(window.sees("Close Chloé Dubois"), "the pupil is open in a tab");
}

#[test]
fn what_is_opened_is_read_and_the_rest_can_be_marked() {
    let mut window = Window::open();
    assert!(window.sees("New about your pupils"));
    window.open_the_first_that_is_new();
    assert!(window.asked().contains(&"read 1".to_owned()));
    window.click("Mark all as read");
    assert!(!window.sees("New about your pupils"));
}

impl Window {
    /// Opens the first record that is new.
    fn open_the_first_that_is_new(&mut self) {
        for _ in 0..7 {
            self.press(Key::ArrowDown);
        }
        self.press(Key::Enter);
    }
}

#[test]
fn nothing_to_do_is_said_in_so_many_words() {
    let agenda = Agenda { week: far_day::agenda().week, ..Agenda::default() };
    let mut window = with_day(FarDay { agenda, ..FarDay::default() });
    assert!(window.sees("Nothing needs you now"));
    window.keep("day-nothing");
}

#[test]
fn long_lists_begin_folded() {
    let mut day = FarDay::default();
    let line = day.agenda.follow_ups[0].clone();
    for number in 0..9 {
        let mut more = line.clone();
        more.row = format!("more-{number}");
        more.what = format!("Follow-up number {number}");
        day.agenda.follow_ups.push(more);
    }
    let mut window = with_day(day);
    assert!(!window.sees("Follow-up number 8; "));
    window.click("Show all 12");
    assert!(window.sees("Follow-up number 8; "));
    window.click("Show fewer");
    assert!(!window.sees("Follow-up number 8; "));
}

#[test]
fn the_week_is_read_aloud() {
    let window = Window::open();
    assert!(window.sees("Incidents this week: Monday 14, the week before 11; Tuesday 4"));
    assert!(window.sees("18 in 2 school days so far"));
    assert!(window.sees("52 in 4 school days last week"));
}

#[test]
fn what_changes_elsewhere_is_asked_for_again() {
    let mut window = Window::open();
    let agendas =
        |window: &Window| window.asked().iter().filter(|asked| *asked == "agenda").count();
    let before = agendas(&window);
    let records = std::sync::Arc::from([school::record(1)]);
    window.far.say(Notice::Changed { records, from_elsewhere: 1 });
    window.step();
    window.step();
    assert_eq!(agendas(&window), before + 1);
}

#[test]
fn a_draft_that_cannot_be_kept_is_said_so() {
    let mut window = Window::open();
    window.press(Key::N);
    window.far.far.borrow_mut().refuses = Some("the disk is full".to_owned());
    window.type_words("a");
    assert!(window.sees("What you type is not kept: the disk is full"));
    let late = sheaf_school::desk::RequestId(u64::MAX);
    window.far.say(Notice::Reply(late, Reply::Refused("too late".to_owned())));
    window.run();
}

#[test]
fn a_save_is_undone_within_ten_seconds_and_can_be_mended() {
    let mut window = Window::open();
    window.press(Key::N);
    window.type_words("amir");
    window.press(Key::Enter);
    window.type_words("phone");
    window.press(Key::Enter);
    window.press_with(Modifiers::COMMAND, Key::Enter);
    window.press(Key::Escape);
    window.press_with(Modifiers::COMMAND, Key::Z);
    assert!(window.asked().contains(&"withdraw undone".to_owned()), "{:?}", window.asked());
    assert!(window.sees("Role of Amira Okafor"), "it is in the form again");
    assert!(window.sees("Undone; mend it"));
    window.keep("day-undone");
}

#[test]
fn a_save_is_undone_by_its_message_while_the_next_pupil_is_typed() {
    let mut window = Window::open();
    window.press(Key::N);
    window.type_words("amir");
    window.press(Key::Enter);
    window.type_words("phone");
    window.press(Key::Enter);
    window.press_with(Modifiers::COMMAND, Key::Enter);
    window.type_words("noah");
    window.press(Key::Enter);
    window.keep("day-undo-offered");
    window.get_by_label("Undo").click_accesskit();
    window.run();
    assert!(window.asked().contains(&"withdraw undone".to_owned()));
    assert!(window.sees("Undone; the record is withdrawn"));
    assert!(window.sees("Role of Noah Patel"), "what is typed stays");
    assert!(!window.sees("Role of Amira Okafor"));
}
