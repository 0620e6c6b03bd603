//! From the button to the file, and what stands in the way.

use eframe::egui::{Key, Modifiers};
use sheaf_school::desk::Place;

use crate::tests::drive::Window;

fn open() -> Window {
    let mut window = Window::open();
    window.press_with(Modifiers::COMMAND, Key::Num2);
    window.press_with(Modifiers::COMMAND, Key::Enter);
    window
}

#[test]
fn a_chart_is_exported_with_the_sentence_that_says_what_is_counted() {
    let mut window = open();
    window.click("Export “Time to the next referral”");
    assert!(window.sees("Counted: Referrals of this school year, all year groups"));
    window.click("PNG, for slides");
    window.keep("export-dialog");
    window.press(Key::Enter);
    let asked = window.asked();
    assert!(asked.contains(&"export “Time to the next referral” ./repeat-referrals-1.png".into()));
    assert!(window.sees("Chart written to ./repeat-referrals-1.png"));
    assert!(!window.sees("Written under the chart"), "the dialog has closed");
}

#[test]
fn another_chart_and_another_name_can_be_chosen() {
    let mut window = open();
    window.press_with(Modifiers::COMMAND | Modifiers::SHIFT, Key::E);
    window.click("CSV, the numbers");
    assert!(window.sees("Written above the numbers"));
    window.focus_containing("Name, before .csv");
    window.type_words("-october");
    window.click("Export");
    let asked = window.asked();
    assert!(asked.iter().any(|one| one.ends_with("./repeat-referrals-1-october.csv")), "{asked:?}");
}

#[test]
fn what_cannot_be_written_is_said_beside_the_folder() {
    let mut window = open();
    let why = "there is no folder /nowhere".to_owned();
    window.far.far.borrow_mut().place = Some(Place::Bad(why));
    window.press_with(Modifiers::COMMAND | Modifiers::SHIFT, Key::E);
    assert!(window.sees("there is no folder /nowhere"));
    window.keep("export-bad-folder");
    window.press(Key::Enter);
    assert!(!window.asked().iter().any(|one| one.starts_with("export ")), "nothing is written");
    window.far.far.borrow_mut().place = Some(Place::Taken);
    window.focus_containing("Folder");
    window.type_words("x");
    assert!(window.sees("will be replaced"));
    window.far.far.borrow_mut().refuses = Some("the disk is full".to_owned());
    window.press(Key::Enter);
    assert!(window.sees("Not written: the disk is full"), "the dialog stays and says so");
}
