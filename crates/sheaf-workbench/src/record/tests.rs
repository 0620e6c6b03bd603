//! A record's history, and changing, withdrawing and restoring it.

use eframe::egui::{Key, Modifiers};

use crate::tests::drive::Window;

fn open() -> Window {
    let mut window = Window::open();
    window.press_with(Modifiers::COMMAND, Key::K);
    window.type_words("amira");
    window.press(Key::Enter);
    window.click_containing("Reflection room, periods 3 and 4");
    window
}

#[test]
fn the_history_says_who_when_where_what_and_why() {
    let mut window = open();
    assert!(!window.asked().contains(&"history".to_owned()), "only when it is wanted");
    window.click("History");
    for words in [
        "Anna Reid changed severity",
        "3 July, 10:20  ·  Anna Reid's laptop",
        "Severity: 2 → 3",
        "“The other pupil was hurt”",
        "Tom Baker changed 2 values",
        "Ms Hall wrote it down",
        "Held, without effect: the author's device is not trusted",
    ] {
        assert!(window.sees(words), "{words} is missing");
    }
    window.keep("record-history");
    window.click("Hide the history");
    assert!(!window.sees("Ms Hall wrote it down"));
}

#[test]
fn a_value_is_changed_in_place_with_a_reason() {
    let mut window = open();
    window.click("Edit Severity");
    assert!(window.sees("From 1, slight, to 5, grave"));
    window.keep("record-edit");
    window.click("Save the change");
    assert!(window.sees("Nothing has changed yet"));
    window.click("New value of Severity");
    window.click("5");
    window.focus_containing("Reason, if there is one to tell");
    window.type_words("worse");
    window.click("Save the change");
    assert!(window.asked().contains(&"edit severity 5 worse".to_owned()), "{:?}", window.asked());
    assert!(window.sees("Changed here; the value before stays in the history"));
    assert!(!window.sees("Save the change"));
}

#[test]
fn escape_leaves_a_value_as_it_is() {
    let mut window = open();
    window.click("Edit Severity");
    window.press(Key::Escape);
    assert!(!window.sees("Save the change"));
    assert!(window.sees("Close the side panel"), "the record stays open");
}

#[test]
fn a_record_is_withdrawn_with_a_reason_and_restored() {
    let mut window = open();
    window.click("Withdraw…");
    window.click("Withdraw the record");
    assert!(window.sees("Say why"), "a reason is needed");
    window.type_words("twice");
    window.keep("record-withdraw");
    window.press_with(Modifiers::COMMAND, Key::Enter);
    assert!(window.asked().contains(&"withdraw twice".to_owned()), "{:?}", window.asked());
    assert!(window.sees("it counts nowhere"));
    assert!(!window.sees("Edit Severity"), "nothing is changed meanwhile");
    window.keep("record-withdrawn");
    window.click("Restore…");
    window.click("Restore the record");
    assert!(window.asked().contains(&"restore".to_owned()));
    assert!(!window.sees("it counts nowhere"));
}
