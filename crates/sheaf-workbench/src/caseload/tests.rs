//! The caseload under the keys.

use eframe::egui::{Key, Modifiers, Theme};
use egui_kittest::kittest::Queryable as _;

use crate::tests::drive::Window;
use crate::tests::responder::Responder;

fn open(pupils: &[u8]) -> Window {
    let (far, link) = Responder::new();
    far.far.borrow_mut().caseload = Some(pupils.iter().copied().collect());
    let mut window = Window::over(far, link, crate::Settings::default(), Theme::Light);
    window.press_with(Modifiers::COMMAND, Key::Num5);
    window
}

#[test]
fn pupils_stand_with_review_weeks_and_last_record() {
    let window = open(&[0, 3, 9]);
    let first = "Amira Okafor; Year 7  ·  7KB  ·  Targeted; Overdue since 6 Jul; \
                 6 incidents in the last 4 school weeks; \
                 last record 13 July: Defiance, classroom, P2";
    window.get_by_label(first);
}

#[test]
fn a_pupil_is_found_and_added_by_keys_alone() {
    let mut window = open(&[0]);
    window.press_with(Modifiers::COMMAND, Key::K);
    window.type_words("add a pupil");
    window.press(Key::Enter);
    window.type_words("zo");
    window.keep("caseload-adding");
    window.press(Key::Enter);
    assert!(window.asked().contains(&"add to caseload".to_owned()), "{:?}", window.asked());
    assert!(window.sees("Zoë van der Berg is on your caseload"));
    assert!(window.sees("Take Zoë van der Berg off the caseload"));
}

#[test]
fn those_on_it_are_not_offered_again_and_escape_ends_the_search() {
    let mut window = open(&[0]);
    window.click("Add a pupil…");
    window.type_words("amira");
    assert!(!window.sees("Add Amira Okafor"));
    window.press(Key::Escape);
    assert!(!window.sees("Pupil to add"));
}

#[test]
fn a_pupil_is_taken_off() {
    let mut window = open(&[0, 3]);
    window.click("Take Amira Okafor off the caseload");
    assert!(window.sees("Amira Okafor is off your caseload"));
    assert!(!window.sees("Take Amira Okafor off the caseload"));
}

#[test]
fn a_row_opens_the_pupil() {
    let mut window = open(&[0, 3]);
    window.click_containing("Amira Okafor; Year 7");
    assert!(window.sees("Close Amira Okafor"), "the timeline is open in a tab");
}

#[test]
fn three_empty_caseloads_say_three_things_and_offer_what_helps() {
    let mut window = open(&[]);
    assert!(window.sees("Nobody is on your caseload yet"));
    window.keep("caseload-none");
    window.click("Add a pupil");
    assert!(window.sees("Pupil to add"));

    let mut window = open(&[5]);
    window.click("Review overdue  0");
    assert!(window.sees("No review is overdue"));
    window.click("Show everyone");
    assert!(window.sees("Femi Adeyemi;"));

    let (far, link) = Responder::new();
    far.far.borrow_mut().refuses = Some("only mentors may read this".to_owned());
    let mut window = Window::over(far, link, crate::Settings::default(), Theme::Light);
    window.press_with(Modifiers::COMMAND, Key::Num5);
    assert!(window.sees("only mentors may read this"));
    window.far.far.borrow_mut().refuses = None;
    window.click("Try again");
    assert!(window.sees("Take Amira Okafor off the caseload"));
}
