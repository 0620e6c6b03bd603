//! The table of incidents under the keys, with as many rows as a large school has.

use eframe::egui::accesskit::Role;
use eframe::egui::{Event, Key, Modifiers, OutputCommand};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use crate::tests::drive::Window;
use crate::tests::incidents;
use crate::tests::responder::Responder;

/// A window on so many incidents.
fn open(count: u32) -> Window {
    let (far, link) = Responder::new();
    far.far.borrow_mut().incidents = Some(count);
    let settings = crate::Settings::default();
    let mut window = Window::over(far, link, settings, eframe::egui::Theme::Light);
    window.press_with(Modifiers::COMMAND, Key::Num4);
    window
}

fn rows(window: &Window) -> Vec<String> {
    window
        .query_all_by_role(Role::Row)
        .map(|node| node.accesskit_node().label().unwrap_or_default())
        .collect()
}

/// The row that is told to those who hear the window.
fn told(window: &Window) -> Option<(usize, String)> {
    let grid = window.get_by_role(Role::Grid);
    let grid = grid.accesskit_node();
    let row = grid.active_descendant()?;
    let place = row.row_index_text()?;
    let (number, _) = place.split_once(" of ")?;
    Some((number.parse::<usize>().ok()? - 1, row.label()?))
}

#[test]
fn of_a_hundred_thousand_rows_only_those_in_sight_are_drawn() {
    let mut window = open(100_000);
    let drawn = rows(&window).len();
    assert!((15..=30).contains(&drawn), "{drawn} rows");
    window.press(Key::End);
    let drawn = rows(&window);
    assert!((15..=30).contains(&drawn.len()), "{} rows", drawn.len());
    let (at, words) = told(&window).unwrap();
    assert_eq!(at, 99_999);
    assert_eq!(drawn.last(), Some(&words), "the last row is in sight");
    window.keep("incidents-end");
    window.step();
    window.step();
    assert!(!window.ctx.has_requested_repaint(), "{:?}", window.ctx.repaint_causes());
}

#[test]
fn the_keys_walk_and_the_row_is_told() {
    let mut window = open(400);
    assert_eq!(told(&window).map(|(at, _)| at), Some(0), "the keys are on the rows at once");
    for (key, at) in [
        (Key::ArrowDown, 1),
        (Key::ArrowDown, 2),
        (Key::ArrowUp, 1),
        (Key::End, 399),
        (Key::ArrowDown, 399),
        (Key::Home, 0),
        (Key::ArrowUp, 0),
    ] {
        window.press(key);
        assert_eq!(told(&window).map(|(at, _)| at), Some(at), "after {key:?}");
    }
    window.press(Key::PageDown);
    let (page, words) = told(&window).unwrap();
    assert!((10..30).contains(&page), "{page}");
    assert!(rows(&window).contains(&words), "it is in sight");
    window.press(Key::PageUp);
    assert_eq!(told(&window).map(|(at, _)| at), Some(0));
}

#[test]
fn enter_opens_a_row_and_escape_closes_it() {
    let mut window = open(400);
    window.press(Key::ArrowDown);
    window.press(Key::Enter);
    assert!(window.sees("Close the side panel"));
    window.keep("incidents-open");
    window.press(Key::Escape);
    assert!(!window.sees("Close the side panel"));
}

#[test]
fn a_head_sorts_and_sorts_the_other_way_round() {
    let mut window = open(400);
    window.click("Sort by severity");
    assert_eq!(window.asked().last().unwrap(), "incidents Severity Falling");
    window.click("Sort by severity");
    assert_eq!(window.asked().last().unwrap(), "incidents Severity Rising");
    window.click("Sort by pupils");
    assert_eq!(window.asked().last().unwrap(), "incidents Pupils Rising");
}

#[test]
fn the_keys_stay_on_their_incident_when_the_order_changes() {
    let mut window = open(400);
    window.press(Key::ArrowDown);
    let (_, before) = told(&window).unwrap();
    window.click("Sort by when");
    let (at, words) = told(&window).unwrap();
    assert_eq!((at, words), (398, before));
}

#[test]
fn chosen_rows_or_all_are_copied_as_csv() {
    let mut window = open(400);
    window.press(Key::ArrowDown);
    window.press_with(Modifiers::SHIFT, Key::ArrowDown);
    window.press_with(Modifiers::SHIFT, Key::ArrowDown);
    assert!(window.sees("Copy 3 as CSV"));
    window.keep("incidents-chosen");
    window.event(Event::Copy);
    let mut copied = Vec::new();
    for _ in 0..4 {
        window.step();
        copied.extend(window.output().platform_output.commands.clone());
    }
    assert_eq!(window.asked().last().unwrap(), "csv 1..4");
    let text = OutputCommand::CopyText("When,Pupils\r\n".to_owned());
    assert!(copied.contains(&text), "{copied:?}");
    assert!(window.sees("3 rows are on the clipboard"));
    window.press_with(Modifiers::COMMAND, Key::A);
    window.click("Copy 400 as CSV");
    assert_eq!(window.asked().last().unwrap(), "csv 0..400");
}

#[test]
fn a_filter_is_typed_chosen_and_cleared() {
    let mut window = open(400);
    window.get_by_label("Filter by the columns of incidents").focus();
    window.run();
    window.type_words("severity >= 4");
    assert!(window.asked().contains(&"incidents When Falling severity >= 4".to_owned()));
    let kept = incidents::table(
        sheaf_school::desk::IncidentQuery {
            filter: "severity >= 4".to_owned(),
            ..Default::default()
        },
        400,
    );
    assert!(window.sees(&format!("{} of 400 incidents", kept.len())));
    assert!(window.sees("where severity >= 4"), "the filter is told in words");
    window.click("Category: any");
    window.keep("incidents-category");
    window.click("Bullying");
    assert_eq!(window.asked().last().unwrap(), "incidents When Falling severity >= 4 bullying");
    assert!(window.sees("Category: Bullying"));
    window.keep("incidents-filtered");
    window.click("Clear");
    assert!(window.sees("400 incidents"));
}

#[test]
fn a_filter_that_cannot_be_read_says_where_and_the_rows_stay() {
    let mut window = open(400);
    window.get_by_label("Filter by the columns of incidents").focus();
    window.run();
    window.type_words("severity = 4");
    assert!(window.sees("line 1, column 10: write `==` to compare"));
    assert!(!rows(&window).is_empty());
    window.keep("incidents-refused");
}

#[test]
fn three_empty_tables_say_three_things_and_offer_what_helps() {
    let mut window = open(0);
    assert!(window.sees("No incident has been written down yet"));
    window.keep("incidents-none");
    window.click("Log the first incident");
    assert!(window.sees("How serious"), "the quick log opens");

    let mut window = open(400);
    window.get_by_label("Filter by the columns of incidents").focus();
    window.run();
    window.type_words("severity >= 9");
    assert!(window.sees("No incident fits the filter"));
    window.keep("incidents-hidden");
    window.click("Clear the filter");
    assert!(!rows(&window).is_empty());

    let (far, link) = Responder::new();
    far.far.borrow_mut().refuses = Some("only mentors may read this".to_owned());
    let settings = crate::Settings::default();
    let mut window = Window::over(far, link, settings, eframe::egui::Theme::Light);
    window.press_with(Modifiers::COMMAND, Key::Num4);
    assert!(window.sees("only mentors may read this"));
    window.far.far.borrow_mut().refuses = None;
    window.click("Try again");
    assert!(!rows(&window).is_empty());
}
