//! A deputy head's half hour.

use eframe::egui::{Key, Modifiers};
use jiff::civil::date;

use super::visitor::Visitor;

#[test]
fn a_deputy_head_goes_from_the_week_to_the_records_behind_a_chart() {
    let mut deputy = Visitor::enter("deputy", "1", date(2026, 11, 20).at(16, 5, 0, 0));
    deputy.until("Incidents this week: Monday ");
    assert!(deputy.sees("5 school days last week"), "a sum says over how many days it runs");
    deputy.step("the-week");

    deputy.press_with(Modifiers::COMMAND, Key::Num4);
    deputy.rest();
    deputy.press(Key::ArrowDown);
    deputy.press(Key::Enter);
    deputy.until("Close the side panel");
    deputy.step("the-newest-incident-of-the-table");
    deputy.press(Key::Escape);
    assert!(!deputy.sees("Close the side panel"));

    deputy.press_with(Modifiers::COMMAND, Key::Num2);
    deputy.press_with(Modifiers::COMMAND, Key::Enter);
    deputy.until("Chart: ");
    deputy.step("a-question-answered");
    deputy.focus_containing("Chart: ");
    deputy.press(Key::ArrowRight);
    deputy.press(Key::ArrowRight);
    deputy.step("mark-by-mark");
    deputy.press(Key::Enter);
    deputy.until("Close the side panel");
    deputy.step("the-records-behind-it");
}

#[test]
fn a_deputy_head_looks_through_the_gallery_and_finds_no_year_before() {
    let mut deputy = Visitor::enter("gallery", "1", date(2026, 11, 20).at(16, 5, 0, 0));
    deputy.press_with(Modifiers::COMMAND, Key::Num6);
    deputy.until("What would you like to know?");
    deputy.step("the-gallery");
    deputy.click_containing("Repeat referrals; ");
    deputy.press_with(Modifiers::COMMAND, Key::Enter);
    deputy.until("Chart: Time to the next referral");
    deputy.press_with(Modifiers::COMMAND | Modifiers::SHIFT, Key::B);
    deputy.until("too little was recorded then to say anything (1 Sep 2026 to 20 Nov 2026");
    deputy.step("no-year-before");
    deputy.press_with(Modifiers::COMMAND, Key::Num6);
    deputy.until("Run today at 16:05");
    deputy.step("what-was-said-last");
}
