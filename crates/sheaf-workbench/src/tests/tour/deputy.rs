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
