//! The first hour of a school: nobody is here, and the list of its pupils comes in.

use std::path::Path;

use eframe::egui::{Key, Modifiers};
use jiff::civil::date;
use sheaf_school::{Clock, Founding, NetworkSlot, Protection, School};

use super::visitor::Visitor;

/// A list with the faults that lists have.
const LIST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../sheaf-exchange/testdata/2-arbor.csv");

fn found(folder: &Path) -> School {
    let founding = Founding {
        home: folder.join("home"),
        school: "Bramble Vale Academy (invented)".to_owned(),
        person: "Anna Head".to_owned(),
        device: "Anna's laptop".to_owned(),
        role: "head".parse().unwrap(),
        protection: Protection::Demo,
    };
    let now = date(2026, 9, 3).at(8, 30, 0, 0);
    School::found(&founding, Clock::standing(now)).unwrap().0
}

#[test]
fn a_new_school_takes_in_the_list_of_its_pupils() {
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("pupils.csv");
    std::fs::copy(LIST, &list).unwrap();
    let list = list.to_str().unwrap();
    let mut head = Visitor::visit("first", found(folder.path()), NetworkSlot::default());
    assert!(head.sees("No pupil is here yet"));
    head.step("an-empty-school");
    head.click("Import a pupil list");
    assert!(head.sees("Look before anything is written"));
    head.step("how-to-come-by-a-list");

    head.type_words("/nowhere/pupils.csv");
    head.press(Key::Enter);
    head.until("there is no file /nowhere/pupils.csv");
    head.step("no-such-file");
    head.press_with(Modifiers::COMMAND, Key::A);
    head.type_words(list);
    head.press(Key::Enter);
    head.until("Nothing is written yet: 3 new pupils");
    assert!(head.sees("Line 6; Refused; Dele Okonjo; Date of birth “soon”: is no date"));
    head.step("what-is-refused-and-why");
    head.click_containing("All rows");
    assert!(head.sees("Line 4; New; Käthe Müllerby"));
    assert!(head.sees("Surname from “Last name”"));
    head.step("every-row");

    head.click("Import 3 pupils");
    head.until("Imported: 3 new pupils");
    assert!(head.sees("4 rows are refused and left out"));
    head.step("imported");
    head.click_containing("Line 4; New");
    head.until("Close Käthe Müllerby");
    head.until("Nothing is known yet");
    head.step("a-pupil-who-was-in-the-list");

    head.press_with(Modifiers::COMMAND, Key::Num7);
    head.click("Import another list");
    head.type_words(list);
    head.press(Key::Enter);
    head.until("Line 6; Refused");
    assert!(!head.sees("Import 3 pupils"), "who is here is not taken in again");
    head.step("the-same-list-again");
}
