//! A deputy head's half hour.

use eframe::egui::{Key, Modifiers};
use jiff::civil::date;

use super::homes;
use super::meeting::after_a_disagreement;
use super::visitor::Visitor;

#[test]
fn a_deputy_head_has_half_an_hour() {
    let now = date(2026, 11, 20).at(16, 5, 0, 0);
    let (school, network, disputed) = after_a_disagreement(now);
    let mut deputy = Visitor::visit("deputy", school.clone(), network);
    deputy.until("Incidents this week: Monday ");
    assert!(deputy.sees("5 school days last week"), "a sum says over how many days it runs");
    deputy.until("Conflicts to settle");
    deputy.step("the-week");
    is_it_changing(&mut deputy);
    who_is_behind_it(&mut deputy);
    settle(&mut deputy);
    let settled = school.show(&disputed).unwrap();
    assert_eq!(settled.conflicts.len(), 0, "one value is left");
    invite(&mut deputy);
    export(&mut deputy);
}

/// The question of the half hour, for the school and then year by year.
fn is_it_changing(deputy: &mut Visitor) {
    deputy.press_with(Modifiers::COMMAND, Key::Num2);
    deputy.press_with(Modifiers::COMMAND, Key::Enter);
    deputy.until("Chart: ");
    deputy.bring_in_sight("Chart: ");
    deputy.step("is-behaviour-changing");
    deputy.click_containing("Break “");
    deputy.click("By year group");
    deputy.until("Year 9");
    deputy.bring_in_sight("Chart: Incidents by half-term and year group");
    deputy.step("year-by-year");
}

/// From the week that stands out to the incidents, and on to one pupil.
fn who_is_behind_it(deputy: &mut Visitor) {
    deputy.focus_containing("Chart: ");
    deputy.press(Key::ArrowRight);
    deputy.press(Key::ArrowRight);
    deputy.step("the-odd-week");
    deputy.press(Key::Enter);
    deputy.until("Close the side panel");
    deputy.until(" records");
    deputy.step("the-incidents-behind-it");
    deputy.click_containing("Disruption, ");
    deputy.until("Back to the list");
    deputy.until("Written down by ");
    deputy.step("one-incident");
    let role = deputy.name_of(": Role");
    deputy.click(role.trim_start_matches("Edit ").trim_end_matches(": Role"));
    deputy.until("Week by week");
    deputy.step("one-pupil");
}

/// Two people said how serious it was at once.
fn settle(deputy: &mut Visitor) {
    deputy.press(Key::Escape);
    deputy.press_with(Modifiers::COMMAND, Key::Num8);
    deputy.until("Two people set the same field at once");
    deputy.step("two-values-for-one-field");
    deputy.press(Key::Num2);
    deputy.until("Settled here; other devices follow");
    deputy.step("settled");
}

fn invite(deputy: &mut Visitor) {
    deputy.press_with(Modifiers::COMMAND, Key::Num9);
    deputy.click("Invite a colleague");
    deputy.step("whom-to-invite");
    deputy.click("Invite");
    deputy.until("Copy the ticket");
    deputy.step("a-ticket-to-show");
    deputy.click("Cancel the invitation");
}

fn export(deputy: &mut Visitor) {
    deputy.press_with(Modifiers::COMMAND, Key::Num2);
    deputy.click_containing("Export “");
    deputy.step("how-to-export");
    deputy.click("PNG, for slides");
    deputy.click("Export");
    deputy.until("Chart written to ");
    deputy.step("exported");
    let file = homes().path().join("behaviour-trends-1.png");
    assert!(file.metadata().unwrap().len() > 10_000, "a picture for the meeting");
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
