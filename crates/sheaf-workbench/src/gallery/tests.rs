//! Finding a metric, walking among cards, and what a card says before and after a run.

use eframe::egui::{Key, Modifiers};

use super::{Edit, State};
use crate::tests::drive::Window;
use crate::tests::school;

#[test]
fn metrics_are_found_by_name_question_and_what_they_read() {
    let cards = school::metrics();
    let mut state = State::default();
    let names = |state: &State| -> Vec<String> {
        state.fitting(&cards).iter().map(|card| card.name.clone()).collect()
    };
    assert_eq!(names(&state).len(), 3);
    for (words, first) in [
        ("hot", "Hot spots"),
        ("support began", "Impact of support"),
        ("return", "Repeat referrals"),
    ] {
        state.apply(Edit::Search(words.to_owned()));
        assert_eq!(names(&state).first().map(String::as_str), Some(first), "{words}");
    }
    state.apply(Edit::Search("zzzz".to_owned()));
    assert!(names(&state).is_empty());
    state.apply(Edit::Clear);
    assert_eq!(names(&state).len(), 3);
}

#[test]
fn arrow_keys_walk_the_cards_and_enter_opens_one() {
    let mut window = Window::open();
    window.press_with(Modifiers::COMMAND, Key::Num6);
    assert!(window.sees("What would you like to know?"));
    assert!(window.sees("Repeat referrals; How soon"), "a card says its question");
    assert!(window.sees("Reads room referrals, roll, calendar; Not run yet"));
    window.press(Key::ArrowDown);
    window.press(Key::ArrowRight);
    window.keep("gallery-walk");
    window.press(Key::Enter);
    assert!(window.sees("Where and when do incidents cluster?"));
    assert!(window.sees("Run with these options"), "the second metric is open and waits");
}

#[test]
fn a_card_says_what_its_metric_said_last() {
    let mut window = Window::open();
    window.press_with(Modifiers::COMMAND, Key::Num2);
    window.press_with(Modifiers::COMMAND, Key::Enter);
    window.press_with(Modifiers::COMMAND, Key::Num6);
    window.keep("gallery-after-a-run");
    assert!(window.sees("Run today at 14:05: 31 % of referrals are followed by another"));
    window.click_containing("Hot spots; ");
    window.press_with(Modifiers::COMMAND, Key::Enter);
    window.press_with(Modifiers::COMMAND, Key::Num6);
    window.click_containing("Repeat referrals; ");
    assert!(window.sees("31 % of referrals"), "the answer of the first metric is kept");
}

#[test]
fn what_fits_nothing_is_said_and_undone_by_a_button() {
    let mut window = Window::open();
    window.press_with(Modifiers::COMMAND, Key::Num6);
    window.focus_containing("Look for a metric");
    window.type_words("zzzz");
    assert!(window.sees("Nothing fits “zzzz”"));
    window.keep("gallery-empty");
    window.click("Show all metrics");
    assert!(window.sees("Hot spots; "));
}

#[test]
fn enter_in_the_box_opens_what_fits_best() {
    let mut window = Window::open();
    window.press_with(Modifiers::COMMAND, Key::Num6);
    window.focus_containing("Look for a metric");
    window.type_words("hot");
    window.press(Key::Enter);
    assert!(window.sees("Run with these options"));
}
