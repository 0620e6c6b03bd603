//! A pupil's view under the keys.

use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use crate::tests::drive::Window;

fn open() -> Window {
    let mut window = Window::open();
    window.press_with(Modifiers::COMMAND, Key::K);
    window.type_words("amira");
    window.press(Key::Enter);
    window
}

#[test]
fn facts_weeks_and_support_stand_above_the_chronology() {
    let window = open();
    for words in ["SEN support", "Sam Okoro", "In it", "Waiting", "12 school days"] {
        assert!(window.sees(words), "{words} is missing");
    }
    assert!(window.sees("6 of 10 sessions, 3 h 30 min"));
    assert!(window.sees("This year: 3 room stays, 1 suspension (4 half-days)"));
}

#[test]
fn the_keys_walk_the_weeks_and_enter_shows_the_records_of_one() {
    let mut window = open();
    window.focus_containing("Incidents by week:");
    let told = |window: &Window| {
        let picture = window.get_by_role(Role::Figure);
        picture.accesskit_node().data().description().unwrap_or_default().to_owned()
    };
    assert_eq!(told(&window), "Arrow keys walk the weeks, Enter shows the records of one");
    window.press(Key::ArrowLeft);
    assert!(told(&window).starts_with("Week of 13 July: "), "{}", told(&window));
    window.press(Key::ArrowLeft);
    assert!(told(&window).starts_with("Week of 6 July: "), "{}", told(&window));
    window.press(Key::Enter);
    assert!(window.sees("6 July to 12 July"), "the filter says which week");
    window.keep("pupil-week");
}

#[test]
fn a_period_and_a_kind_filter_together_and_go_together() {
    let mut window = open();
    assert!(window.sees("Reflection room, periods 3 and 4"));
    window.click("This half-term");
    window.click_containing("Incidents  ");
    window.focus_containing("Incidents by week:");
    for _ in 0..12 {
        window.press(Key::ArrowLeft);
    }
    window.press(Key::Enter);
    assert!(window.sees("Nothing fits the filters"));
    window.click("Show everything");
    assert!(window.sees("Reflection room, periods 3 and 4"));
}
