//! A pupil list is looked at, row by row, and taken in.

use std::path::PathBuf;
use std::sync::Arc;

use eframe::egui::{HoveredFile, Key, Modifiers};

use crate::tests::drive::{Dropped, Window};

fn open() -> Window {
    let mut window = Window::open();
    window.press_with(Modifiers::COMMAND, Key::Num7);
    window
}

fn lists(window: &Window) -> Vec<String> {
    window.asked().into_iter().filter(|asked| asked.starts_with("list ")).collect()
}

#[test]
fn a_list_is_looked_at_before_it_is_taken_in_by_keys_alone() {
    let mut window = open();
    assert!(window.sees("Look before anything is written"));
    window.type_words("\"/tmp/new pupils.csv\"");
    window.press(Key::Enter);
    assert_eq!(lists(&window), ["list /tmp/new pupils.csv DryRun"]);
    assert!(window.sees("Nothing is written yet: 1 new pupil, 1 changed"));
    assert!(window.sees("1 row is refused"));
    assert!(window.sees("Line 7; Refused; Jory Pellamounter; UPN"), "what is refused comes first");
    assert!(!window.sees("Line 4; New"), "and nothing else");
    window.keep("list-refused");
    window.click("All rows  5");
    assert!(window.sees("Line 5; Changed; Amira Okafor; Year group: Year 7 → Year 8"));
    assert!(window.sees("Forename from “Legal Forename”"));
    assert!(window.sees("1 pupil is on the roll here and not in the list"));
    window.keep("list-read");
    window.press_with(Modifiers::COMMAND, Key::Enter);
    assert_eq!(lists(&window).last().unwrap(), "list /tmp/new pupils.csv KeepGood");
    assert!(window.sees("Imported: 1 new pupil, 1 changed"));
    assert!(window.sees("refused and left out"));
    assert!(!window.sees("Import 2 pupils"));
    window.keep("list-imported");
    window.click_containing("Line 5; Changed");
    assert!(window.sees("Close Amira Okafor"), "a row opens its pupil");
}

#[test]
fn a_file_is_dropped_onto_any_view() {
    let mut window = Window::open();
    let held = HoveredFile { path: Some(PathBuf::from("/tmp/list.csv")), ..Default::default() };
    window.input_mut().hovered_files = vec![held];
    window.step();
    window.keep("list-held");
    window.input_mut().hovered_files.clear();
    window.input_mut().dropped_files = vec![Arc::new(Dropped("/tmp/list.csv"))];
    window.step();
    window.input_mut().dropped_files.clear();
    window.run();
    assert_eq!(lists(&window), ["list /tmp/list.csv DryRun"]);
    assert!(window.sees("Nothing is written yet"));
}

#[test]
fn a_column_that_is_not_understood_is_chosen() {
    let mut window = open();
    window.far.far.borrow_mut().list_asks = true;
    window.type_words("/tmp/list.csv");
    window.click("Read the list");
    assert!(window.sees("No column says the surname: choose the one that does"));
    window.keep("list-asks");
    window.click("Tribe");
    assert_eq!(lists(&window).last().unwrap(), "list /tmp/list.csv DryRun surname=Tribe");
    assert!(window.sees("Nothing is written yet"));
}

#[test]
fn what_is_no_list_is_told_beside_its_place() {
    let mut window = open();
    window.type_words("/tmp/list.xlsx");
    window.press(Key::Enter);
    assert!(window.sees("this is a ZIP archive, not a CSV file"));
    window.keep("list-no-list");
    assert!(!window.sees("Nothing is written yet"));
}

#[test]
fn nothing_is_looked_at_while_names_are_hidden() {
    let mut window = Window::open();
    window.press_with(Modifiers::COMMAND.plus(Modifiers::SHIFT), Key::I);
    window.press_with(Modifiers::COMMAND, Key::Num7);
    assert!(!window.sees("Close Import pupils"));
    window.input_mut().dropped_files = vec![Arc::new(Dropped("/tmp/list.csv"))];
    window.run();
    assert_eq!(lists(&window), [""; 0]);
}
