//! What people do, from the first key to what they see.

use std::sync::Arc;

use eframe::egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;
use sheaf_school::desk::{Notice, Reply};

use super::drive::Window;
use super::school;

#[test]
fn an_incident_is_logged_with_at_most_twenty_keys() {
    let mut window = Window::open();
    window.press(Key::N);
    window.type_words("amir");
    window.press(Key::Enter);
    window.type_words("def");
    window.keep("story-quick-log-what");
    window.press(Key::Enter);
    window.type_words("cor");
    window.press(Key::Enter);
    window.press(Key::Num3);
    window.keep("story-quick-log-note");
    window.press(Key::Enter);
    window.keep("story-saved");
    assert!(window.keys <= 20, "{} keys", window.keys);
    let far = window.far.far.borrow();
    let form = far.logged.first().expect("an incident was saved");
    assert_eq!(form.pupils, [(school::pupil(0), "involved".to_owned())]);
    assert_eq!(form.category, "defiance");
    assert_eq!(form.location.as_deref(), Some("corridor"));
    assert_eq!(form.severity, Some(3));
    drop(far);
    assert!(window.sees("Saved: Defiance, corridor"), "a message confirms it");
    assert!(!window.sees("How serious"), "the quick log has closed");
}

#[test]
fn ctrl_enter_saves_and_goes_on_to_the_next_pupil() {
    let mut window = Window::open();
    window.press_with(Modifiers::COMMAND, Key::N);
    window.type_words("ruby");
    window.press(Key::Tab);
    window.type_words("pho");
    window.press(Key::Tab);
    window.press_with(Modifiers::COMMAND, Key::Enter);
    window.type_words("noah");
    window.press(Key::Enter);
    window.press_with(Modifiers::COMMAND, Key::Enter);
    let far = window.far.far.borrow();
    let categories: Vec<&str> = far.logged.iter().map(|form| form.category.as_str()).collect();
    assert_eq!(categories, ["phone", "phone"]);
    assert_ne!(far.logged[0].pupils, far.logged[1].pupils);
}

#[test]
fn a_form_that_lacks_something_says_what() {
    let mut window = Window::open();
    window.press(Key::N);
    window.press_with(Modifiers::COMMAND, Key::Enter);
    window.keep("story-quick-log-error");
    assert!(window.sees("Who was it?"));
    assert!(window.far.far.borrow().logged.is_empty());
}

#[test]
fn what_was_typed_survives_escape() {
    let mut window = Window::open();
    window.press(Key::N);
    window.type_words("amir");
    window.press(Key::Enter);
    window.press(Key::Escape);
    assert!(!window.sees("How serious"));
    window.press(Key::N);
    assert!(window.sees("Role of Amira Okafor"), "the pupil is still there");
}

#[test]
fn a_pupil_is_found_by_the_palette_and_a_record_opened() {
    let mut window = Window::open();
    window.press_with(Modifiers::COMMAND, Key::K);
    window.type_words("amira");
    window.press(Key::Enter);
    assert!(window.sees("July 2026"));
    window.click_containing("Reflection room, periods 3 and 4");
    assert!(window.sees("Home was told"), "the side panel shows every value");
    window.press(Key::Escape);
    assert!(!window.sees("Home was told"), "Escape closes it");
}

#[test]
fn a_conflict_is_shown_and_settled() {
    let mut window = Window::open();
    window.press_with(Modifiers::COMMAND, Key::K);
    window.type_words("amira");
    window.press(Key::Enter);
    window.click_containing("values in conflict");
    assert!(window.sees("Severity was set twice at once"));
    window.keep("story-conflict");
    window.click("Use 4 as severity");
    assert!(window.asked().contains(&"settle severity 4".to_owned()));
    assert!(!window.sees("Severity was set twice at once"), "the conflict is gone");
}

#[test]
fn a_metric_is_run_with_options_and_drilled_into() {
    let mut window = Window::open();
    window.press_with(Modifiers::COMMAND, Key::Num2);
    window.press_with(Modifiers::COMMAND, Key::Enter);
    assert!(window.sees("31 % of referrals are followed by another"));
    window.focus_containing("Chart: Time to the next referral");
    window.press(Key::ArrowRight);
    window.press(Key::ArrowRight);
    window.keep("story-chart-walk");
    window.press(Key::Enter);
    window.keep("story-behind");
    assert!(window.asked().contains(&"behind 12".to_owned()), "{:?}", window.asked());
    assert!(window.sees("10 records"), "the records behind the mark are listed");
}

#[test]
fn a_metric_stands_beside_the_period_before_and_by_itself_again() {
    let mut window = Window::open();
    window.press_with(Modifiers::COMMAND, Key::Num2);
    window.press_with(Modifiers::COMMAND, Key::Enter);
    assert!(!window.sees("compared with"), "it is off by itself");
    window.click("Compare with the period before");
    window.keep("story-compared");
    assert!(window.asked().contains(&"compare repeat-referrals".to_owned()));
    assert!(window.sees("(187 school days) compared with 1 Sep 2024"), "it says which days");
    assert!(window.sees("25 % (95 % interval 20 to 31 %)"));
    assert!(window.sees("a difference cannot be told"), "no more is claimed than can be");
    assert!(window.sees("Period before"), "the earlier curve is in the legend");
    assert!(window.sees("Chart: Referrals by year group, the period before"));
    window.press_with(Modifiers::COMMAND, Key::Enter);
    let asked = window.asked().iter().filter(|asked| *asked == "compare repeat-referrals").count();
    assert_eq!(asked, 2, "it stays on when the metric runs again");
    window.press_with(Modifiers::COMMAND | Modifiers::SHIFT, Key::B);
    assert!(!window.sees("compared with 1 Sep 2024"));
}

#[test]
fn a_filter_is_written_with_few_letters() {
    let mut window = Window::open();
    window.press_with(Modifiers::COMMAND, Key::Num2);
    window.get_by_role_and_label(eframe::egui::Role::TextInput, "Only where").focus();
    window.run();
    window.type_words("ca");
    window.press(Key::Enter);
    window.keep("story-completion");
    window.type_words("ph");
    window.press(Key::Enter);
    window.press_with(Modifiers::COMMAND, Key::Enter);
    let far = window.far.far.borrow();
    let only = far.runs.last().unwrap().iter().find(|(name, _)| name == "only").unwrap();
    assert_eq!(only.1, "category == \"phone\"");
}

#[test]
fn pupils_are_shown_one_by_one_and_lead_to_their_timeline() {
    let mut window = Window::open();
    window.press_with(Modifiers::COMMAND, Key::Num6);
    window.click_containing("Impact of support; ");
    window.press_with(Modifiers::COMMAND, Key::Enter);
    assert!(window.sees("14 pupils have enough weeks on both sides"));
    window.get_all_by_label_contains("Ben Carter; NAP").next().unwrap().focus();
    window.run();
    window.keep("story-cases");
    assert!(!window.sees("Noah Patel; NAP"), "the first twelve");
    window.get_by_label("Show all 14 pupils").click_accesskit();
    window.run();
    assert!(window.sees("Noah Patel; NAP"));
    let first = window.get_all_by_label_contains("Ben Carter; NAP 0.81 (95 %").next().unwrap();
    first.click_accesskit();
    window.run();
    assert!(window.sees("Close Ben Carter"), "the timeline is open in a tab");
}

#[test]
fn a_listed_pupil_leads_to_their_records_and_their_timeline() {
    let mut window = Window::open();
    window.press_with(Modifiers::COMMAND, Key::Num2);
    window.press_with(Modifiers::COMMAND, Key::Enter);
    window.get_by_label("Records behind Jakub Nowak").click_accesskit();
    window.run();
    assert!(window.asked().contains(&"behind 2".to_owned()));
    window
        .get_by_label("Jakub Nowak; 5 referrals, last 3 July, median gap 9 school days")
        .click_accesskit();
    window.run();
    assert!(window.sees("Close Jakub Nowak"), "the timeline is open in a tab");
}

#[test]
fn a_service_that_stops_is_said_so() {
    let (far, _) = super::responder::Responder::new();
    let (_, receive) = std::sync::mpsc::channel();
    let link = crate::Link { send: Box::new(|_, _| Err(crate::Busy)), receive };
    let settings = crate::Settings::default();
    let window = Window::over(far, link, settings, eframe::egui::Theme::Light);
    assert!(window.sees("The school service has stopped"));
}

#[test]
fn a_chart_turns_into_a_table_and_back() {
    let mut window = Window::open();
    window.press_with(Modifiers::COMMAND, Key::Num2);
    window.press_with(Modifiers::COMMAND, Key::Enter);
    window.click("Show “Time to the next referral” as a table");
    assert!(window.sees("Series All pupils; "), "rows are read with their heads");
    window.keep("story-chart-table");
    window.click("Show “Time to the next referral” as a picture");
    assert!(!window.sees("Series All pupils; "));
}

#[test]
fn a_long_run_can_be_stopped_and_the_result_before_stays() {
    let mut window = Window::open();
    window.press_with(Modifiers::COMMAND, Key::Num2);
    window.press_with(Modifiers::COMMAND, Key::Enter);
    window.far.far.borrow_mut().holds_runs = true;
    window.key_press_modifiers(Modifiers::COMMAND, Key::Enter);
    window.run_steps(12);
    assert!(window.sees("Running…"));
    window.keep("story-running");
    assert!(window.sees("31 % of referrals"), "the result before stays");
    window.key_press_modifiers(Modifiers::COMMAND, Key::Period);
    window.run_steps(3);
    assert!(!window.sees("Running…"));
    window.run();
    let late = window.far.far.borrow().held_runs[0];
    window.far.say(Notice::Reply(late, Reply::Refused("too late".to_owned())));
    window.run();
}

#[test]
fn what_another_device_wrote_is_marked_when_it_arrives() {
    let mut window = Window::open();
    assert!(!window.sees("just arrived"));
    let records = Arc::from([school::record(1)]);
    window.far.say(Notice::Changed { records, from_elsewhere: 1 });
    window.step();
    window.step();
    assert!(window.sees("just arrived from another device"));
    window.keep("story-arrived");
    let asked = window.asked();
    assert_eq!(asked.iter().filter(|asked| *asked == "recent").count(), 2, "asked for again");
}

#[test]
fn a_search_offers_pupils_and_records() {
    let mut window = Window::open();
    window.press_with(Modifiers::COMMAND, Key::F);
    window.type_words("home");
    assert!(window.asked().contains(&"search home".to_owned()));
    assert!(window.sees("No homework for the third time"));
    window.keep("story-search");
    window.press(Key::Escape);
    assert!(!window.sees("Records behind"));
}

#[test]
fn the_help_lists_every_command() {
    let mut window = Window::open();
    window.press(Key::F1);
    for command in crate::command::COMMANDS {
        assert!(window.sees(command.name), "{} is missing", command.name);
    }
}

#[test]
fn three_empty_views_say_three_different_things() {
    let mut window = Window::open();
    window.press_with(Modifiers::COMMAND, Key::K);
    window.type_words("priya");
    window.press(Key::Enter);
    assert!(window.sees("Nothing is known yet"), "no data");
    window.keep("story-empty");
    window.press_with(Modifiers::COMMAND, Key::F);
    window.type_words("qqqq");
    assert!(window.sees("Nothing fits “qqqq”"), "filtered out");
    window.press(Key::Escape);
    window.far.far.borrow_mut().refuses = Some("only mentors may read this".to_owned());
    window.press_with(Modifiers::COMMAND, Key::K);
    window.type_words("quinn");
    window.press(Key::Enter);
    assert!(window.sees("only mentors may read this"), "not allowed");
}

#[test]
fn a_full_channel_loses_nothing() {
    let (far, link) = super::responder::Responder::new();
    far.far.borrow_mut().is_busy = true;
    let settings = crate::Settings::default();
    let mut window = Window::over(far.clone(), link, settings, eframe::egui::Theme::Light);
    assert!(window.asked().is_empty());
    far.far.borrow_mut().is_busy = false;
    window.step();
    window.run();
    assert!(window.asked().contains(&"recent".to_owned()));
}

#[test]
fn an_idle_window_asks_for_no_frame() {
    let mut window = Window::open();
    window.step();
    window.step();
    assert!(!window.ctx.has_requested_repaint(), "{:?}", window.ctx.repaint_causes());
}

#[test]
fn keys_change_theme_and_zoom() {
    let mut window = Window::open();
    let before = window.ctx.theme();
    window.press_with(Modifiers::COMMAND, Key::T);
    assert_ne!(window.ctx.theme(), before);
    window.press_with(Modifiers::COMMAND, Key::Plus);
    assert!((window.ctx.zoom_factor() - 1.1).abs() < 1e-6);
    window.press_with(Modifiers::COMMAND, Key::Num0);
    assert!((window.ctx.zoom_factor() - 1.0).abs() < 1e-6);
}
