//! The school's own views: conflicts, members, settings; what hides and what is remembered.

use std::sync::Arc;

use eframe::egui::{Key, Modifiers, Role};
use egui_kittest::kittest::Queryable as _;
use sheaf_school::desk::{InviteNews, Notice};

use super::drive::Window;
use super::school;
use crate::{Kept, Names, Settings};

#[test]
fn conflicts_are_settled_one_after_the_other_by_digits() {
    let mut window = Window::open();
    window.press_with(Modifiers::COMMAND, Key::Num8);
    assert!(window.sees("Severity was set twice at once"));
    assert!(window.sees("Use 2 as severity, by Ms Hall, 13 July, 12:15"), "who and when");
    window.keep("story-settle");
    window.press(Key::Num2);
    assert!(window.asked().contains(&"settle severity 4".to_owned()), "{:?}", window.asked());
    assert!(window.sees("Place was set twice at once"), "the next one comes up");
    window.press(Key::L);
    assert!(window.sees("Action taken was set twice at once"), "later lets the next come up");
    window.press(Key::Num1);
    assert!(window.sees("All that is left was put off"), "filtered out");
    window.click("Look at them again");
    window.press(Key::Num1);
    assert!(window.sees("Nothing to settle"), "no data");
    window.keep("story-settled");
}

#[test]
fn whoever_may_only_read_sees_both_values_and_whom_to_ask() {
    let mut window = Window::open();
    window.far.far.borrow_mut().conflicts.may_settle = false;
    window.press_with(Modifiers::COMMAND, Key::Num8);
    window.press(Key::Num1);
    assert!(!window.asked().iter().any(|asked| asked.starts_with("settle")), "no permission");
    assert!(window.sees("Your role reads; a mentor or a lead chooses"));
    window.click("See who can");
    assert!(window.sees("Safeguarding lead"));
}

#[test]
fn a_copied_device_is_told_of_in_the_status_line_and_among_the_people() {
    let mut window = Window::open();
    assert!(!window.sees("1 device notice"));
    let says = "Two copies of Jo Marsh's device (tablet) have written in pastoral at the same \
                time. All of it is kept; ask Jo Marsh whether the folder was copied, and remove \
                the device if it was not";
    let mut status = school::status();
    status.notices = vec![says.to_owned()];
    window.far.say(Notice::Status(Arc::new(status)));
    window.run_steps(3);
    assert!(window.sees("1 device notice"));
    assert!(!window.sees(says), "the line is short");
    window.click("1 device notice");
    assert!(window.sees(says));
    window.keep("story-copied-device");
}

#[test]
fn a_colleague_is_invited_waited_for_and_has_joined() {
    let mut window = Window::open();
    window.press_with(Modifiers::COMMAND, Key::Num9);
    assert!(window.sees("Jo's tablet") && window.sees("Away, last met 3 July, 08:40"));
    window.click("Invite a colleague");
    window.keep("story-invite");
    window.click("Invite");
    assert!(window.asked().contains(&"invite mentor for 10".to_owned()));
    assert!(window.sees("The code tulip canister giraffe yogurt"));
    assert!(window.sees("The ticket as a QR code") && window.sees("Time left 10:00"));
    assert!(window.sees("3 wrong guesses end it") && window.sees("10.4.7.22:47821"));
    window.keep("story-invite-waits");
    window.far.say(Notice::Invite(InviteNews::Guessed { attempts_left: 1 }));
    window.run_steps(3);
    assert!(window.sees("Somebody has typed a wrong code: one more ends it"));
    window.keep("story-invite-guessed");
    window.click("Copy the ticket");
    assert!(window.sees("The ticket is on the clipboard"));
    window.far.say(Notice::Invite(InviteNews::Joined { person: "Priya Nair".to_owned() }));
    window.run_steps(3);
    assert!(window.sees("Priya Nair has joined"));
    window.keep("story-invite-joined");
}

#[test]
fn a_further_device_is_invited_for_somebody_who_is_in() {
    let mut window = Window::open();
    window.press_with(Modifiers::COMMAND, Key::Num9);
    window.click("Manage Anna Reid");
    window.click("Add a device…");
    assert!(window.sees("Add a device for Anna Reid") && !window.sees("Invite as mentor"));
    window.keep("story-invite-device");
    window.click("Invite");
    assert!(window.sees("They come in as a further device of Anna Reid"));
}

#[test]
fn an_invitation_can_be_cancelled_and_says_when_it_is_over() {
    let mut window = Window::open();
    window.press_with(Modifiers::COMMAND, Key::Num9);
    window.click("Invite a colleague");
    window.click("Invite");
    window.click("Cancel the invitation");
    assert!(window.asked().contains(&"end invite".to_owned()));
    assert!(!window.sees("Time left"));
    let why = "the time is over and nobody has joined".to_owned();
    window.far.say(Notice::Invite(InviteNews::Over(why)));
    window.run();
    assert!(window.sees("The invitation has ended: the time is over and nobody has joined"));
    window.far.far.borrow_mut().refuses = Some("not allowed: your role may not invite".to_owned());
    window.click("Invite again");
    window.click("Invite");
    assert!(window.sees("not allowed: your role may not invite"), "the form says so in its place");
}

#[test]
fn the_screen_is_blanked_by_a_key_and_nothing_else_is_drawn() {
    let mut window = Window::open();
    assert!(window.sees("Amira Okafor"));
    window.press_with(Modifiers::COMMAND, Key::B);
    assert!(!window.sees("Amira Okafor") && !window.sees("Today"));
    window.press(Key::N);
    window.press(Key::Escape);
    assert!(window.sees("Amira Okafor") && !window.sees("How serious"));
}

#[test]
fn initials_take_the_place_of_names_everywhere_and_go_again() {
    let mut window = Window::open();
    window.press_with(Modifiers::COMMAND | Modifiers::SHIFT, Key::I);
    window.run();
    let seen = |window: &Window| {
        let roster = school::roster();
        roster.pupils.iter().any(|pupil| window.sees(&pupil.name))
    };
    assert!(!seen(&window), "a name is in sight");
    assert!(window.sees("AO"));
    window.press_with(Modifiers::COMMAND, Key::K);
    window.type_words("log an");
    assert!(window.sees("Names are hidden: show them first"));
    window.press(Key::Escape);
    window.keep("story-initials");
    window.press_with(Modifiers::COMMAND | Modifiers::SHIFT, Key::I);
    window.run();
    assert!(seen(&window));
}

#[test]
fn a_window_that_was_kept_with_initials_never_shows_a_name() {
    let settings = Settings { names: Names::Initials, ..Settings::default() };
    let window = Window::with(settings, eframe::egui::Theme::Light);
    assert!(window.sees("AO") && !window.sees("Amira Okafor"));
}

#[test]
fn settings_are_kept_when_they_change_and_not_before() {
    let mut window = Window::open();
    let kept = |window: &Window| {
        let asked = window.asked();
        let last = asked.iter().rev().find_map(|asked| asked.strip_prefix("keep "))?;
        Some(Kept::read(last).unwrap())
    };
    assert_eq!(kept(&window), None);
    window.press_with(Modifiers::COMMAND, Key::T);
    assert_eq!(kept(&window).unwrap().theme, crate::ThemeName::Dark);
    window.press_with(Modifiers::COMMAND, Key::Comma);
    window.keep("story-settings");
    window.click("Size 150 %");
    assert_eq!(kept(&window).unwrap().zoom, 1.5);
    window.click("Size 100 %");
}

#[test]
fn a_layout_is_kept_under_a_name_and_found_by_the_palette() {
    let mut window = Window::open();
    window.press_with(Modifiers::COMMAND, Key::Comma);
    window.focus_containing("Keep the views as they stand now under a name");
    window.type_words("Monday");
    window.click("Keep the layout");
    assert!(window.sees("Layout kept: Monday"));
    window.press_with(Modifiers::COMMAND, Key::W);
    assert!(!window.sees("Blank the screen now"));
    window.press_with(Modifiers::COMMAND, Key::K);
    window.type_words("monday");
    window.press(Key::Enter);
    assert!(window.sees("Blank the screen now"), "the settings are open as they were");
    window.click("Forget the layout Monday");
    assert!(!window.sees("Use the layout Monday"));
}

#[test]
fn f6_goes_from_part_to_part_and_tab_into_them() {
    let mut window = Window::open();
    let focus =
        |window: &Window| window.ctx.memory(|memory| memory.focused()).map(|id| format!("{id:?}"));
    window.press(Key::F6);
    let first = focus(&window);
    window.press(Key::F6);
    let second = focus(&window);
    assert!(first.is_some() && second.is_some() && first != second);
    window.press(Key::F6);
    assert_eq!(focus(&window), first, "round and round");
    window.press(Key::Tab);
    assert_ne!(focus(&window), first);
    window.press(Key::F6);
    assert_eq!(focus(&window), second, "from inside the sidebar on to the view");
    window.press_with(Modifiers::SHIFT, Key::F6);
    assert_eq!(focus(&window), first);
}

#[test]
fn a_chart_is_broken_out_and_its_numbers_copied() {
    let mut window = Window::open();
    window.press_with(Modifiers::COMMAND, Key::Num2);
    window.press_with(Modifiers::COMMAND, Key::Enter);
    window.click("Break “Time to the next referral” out by …");
    window.keep("story-break-out");
    window.click("By SEN support");
    let runs = window.asked().iter().filter(|asked| asked.starts_with("run ")).count();
    assert_eq!(runs, 2, "it has run again");
    assert_eq!(split(&window).as_deref(), Some("year_group,sen"), "by two at once");
    window.keep("story-break-out-two");
    window.click("By free school meals");
    assert_eq!(split(&window).as_deref(), Some("year_group,sen"), "a third is not offered");
    window.get_by_role_and_label(Role::CheckBox, "By year group").click();
    window.run();
    assert_eq!(split(&window).as_deref(), Some("sen"), "off again by the same box");
    window.click("Not broken out");
    assert_eq!(split(&window).as_deref(), Some(""));
    window.click("Export “Time to the next referral”");
    window.click("Copy the numbers");
    assert!(window.sees("The table of numbers is on the clipboard"));
    assert!(!window.sees("Export a chart"), "the dialog has closed");
}

#[test]
fn a_mark_is_selected_seen_elsewhere_opened_and_let_go() {
    let mut window = Window::open();
    window.press_with(Modifiers::COMMAND, Key::Num2);
    window.press_with(Modifiers::COMMAND, Key::Enter);
    window.focus_containing("Chart: Time to the next referral");
    window.press(Key::ArrowRight);
    window.press(Key::Space);
    assert!(window.sees("12 records selected"));
    assert!(!window.asked().iter().any(|asked| asked.starts_with("behind")), "not opened yet");
    window.keep("story-selection");
    window.click("Show the records");
    assert!(window.asked().contains(&"behind 12".to_owned()));
    window.press(Key::Escape);
    assert!(window.sees("12 records selected"), "the side panel goes first");
    window.press(Key::Escape);
    assert!(!window.sees("records selected"));
}

/// By what the last run was split.
fn split(window: &Window) -> Option<String> {
    let far = window.far.far.borrow();
    let options = far.runs.last()?;
    options.iter().find(|(name, _)| name == "split").map(|(_, text)| text.clone())
}

#[test]
fn the_views_of_the_school_are_at_rest_when_nothing_happens() {
    let mut window = Window::open();
    for key in [Key::Num8, Key::Num9, Key::Comma] {
        window.press_with(Modifiers::COMMAND, key);
        window.step();
        window.step();
        let causes = window.ctx.repaint_causes();
        assert!(!window.ctx.has_requested_repaint(), "{key:?}: {causes:?}");
    }
}
