//! A mentor's day.

use eframe::egui::{Key, Modifiers};
use jiff::civil::date;

use super::visitor::Visitor;

/// The first words of a name that is in sight, up to the first `;`.
fn first_words(spoken: &str) -> String {
    spoken.split(';').next().unwrap_or_default().to_owned()
}

#[test]
fn a_mentor_reads_logs_follows_up_and_comes_to_rest() {
    let mut mentor = Visitor::enter("mentor", "3", date(2026, 11, 20).at(11, 10, 0, 0));
    assert!(mentor.sees("Friday 20 November"));
    assert!(mentor.sees("Reviews of your caseload"), "what needs the mentor comes first");
    mentor.step("what-needs-me");

    let review = mentor.name_of("; Targeted");
    mentor.focus_containing("; Targeted");
    mentor.press(Key::Enter);
    assert!(mentor.sees(&format!("Close {}", first_words(&review))), "a pupil of the caseload");
    mentor.step("a-pupil-of-my-caseload");

    mentor.keys = 0;
    mentor.press(Key::N);
    mentor.step("log-begins-with-the-pupil");
    mentor.type_words("def");
    mentor.step("what-happened");
    mentor.press(Key::Enter);
    mentor.type_words("cor");
    mentor.press(Key::Enter);
    mentor.press(Key::Num2);
    mentor.step("how-serious");
    mentor.press(Key::Enter);
    mentor.until("Saved: Defiance, Corridor");
    assert!(mentor.keys <= 20, "{} keys", mentor.keys);
    mentor.step("saved");

    mentor.press_with(Modifiers::COMMAND, Key::Z);
    mentor.until("Undone; mend it");
    mentor.step("undone-to-mend-it");
    mentor.press(Key::Enter);
    mentor.until("Saved: Defiance, Corridor");

    mentor.press(Key::N);
    mentor.type_words("def");
    mentor.press(Key::Enter);
    assert!(mentor.sees("already written down"), "the same pupil a moment ago");
    mentor.step("a-likely-duplicate");
    mentor.click("Discard");
    mentor.press(Key::Escape);

    mentor.press_with(Modifiers::COMMAND, Key::Num1);
    mentor.until("Defiance, Corridor");
    mentor.step("the-day-so-far");
    if mentor.sees("Mark all as read") {
        mentor.click("Mark all as read");
        assert!(!mentor.sees("New about your pupils"));
        mentor.step("read");
    }
}

#[test]
fn a_follow_up_is_written_found_again_and_ticked_off() {
    let mut mentor = Visitor::enter("follow-up", "3", date(2026, 11, 20).at(14, 5, 0, 0));
    mentor.press(Key::N);
    mentor.press(Key::ArrowDown);
    mentor.step("own-pupils-first");
    mentor.press(Key::Enter);
    mentor.type_words("unif");
    mentor.press(Key::Enter);
    mentor.press(Key::Tab);
    mentor.press(Key::Num1);
    mentor.press(Key::Tab);
    mentor.type_words("Lend a tie");
    mentor.press(Key::Enter);
    mentor.type_words("today");
    mentor.step("what-is-to-follow");
    mentor.press(Key::Enter);
    mentor.press(Key::Enter);
    mentor.until("Saved: Uniform");
    if mentor.sees("Show all ") {
        mentor.click_containing("Show all ");
    }
    mentor.until("Lend a tie; ");
    mentor.step("it-is-mine-to-do");
    mentor.focus_containing("Lend a tie; ");
    mentor.press(Key::Space);
    mentor.until("Done: Lend a tie");
    assert!(!mentor.sees("Lend a tie; "));
    mentor.step("done");
    mentor.press_with(Modifiers::COMMAND, Key::Z);
    mentor.until("Lend a tie; ");
}

#[test]
fn a_draft_is_there_again_after_the_window_is_gone() {
    let now = date(2026, 11, 20).at(15, 20, 0, 0);
    let mut before = Visitor::enter("draft", "1", now);
    before.press(Key::N);
    before.press(Key::ArrowDown);
    before.press(Key::Enter);
    before.type_words("def");
    before.press(Key::Enter);
    before.step("begun");
    drop(before);
    let mut after = Visitor::enter("draft", "1", now);
    // The desk of the first window may take a moment to end.
    while !after.sees("Continue your draft; ") {
        after.press_with(Modifiers::COMMAND, Key::Num1);
    }
    after.step("continue-your-draft");
    after.press(Key::ArrowDown);
    after.press(Key::Enter);
    after.until("Role of ");
    after.step("as-it-was");
    after.click("Discard");
    after.press(Key::Escape);
    assert!(!after.sees("Continue your draft"));
}
