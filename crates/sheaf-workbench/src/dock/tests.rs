//! Layouts survive the way through the library and the way to disk.

use super::layout::{Layout, Split, View};
use super::{Dock, tiles};
use crate::tests::school;

fn example() -> Layout {
    let pupil = View::Pupil(school::pupil(3));
    Layout::of(Split::Row(vec![
        (1.0, Split::Tabs { views: vec![View::Today, pupil], front: 1 }),
        (0.5, Split::Tabs { views: vec![View::Metrics], front: 0 }),
    ]))
}

#[test]
fn a_layout_survives_the_library() {
    for layout in [Layout::default(), example()] {
        assert_eq!(Dock::new(&layout).layout(), layout);
    }
}

#[test]
fn a_layout_survives_as_json_and_a_newer_one_is_left_alone() {
    let text = serde_json::to_string(&example()).unwrap();
    let back: Layout = serde_json::from_str(&text).unwrap();
    assert_eq!(back, example());
    let newer = Layout { version: 99, ..example() };
    assert_eq!(tiles::layout(&tiles::tree(&newer)), Layout::default());
}

#[test]
fn views_open_once_and_close() {
    let mut dock = Dock::new(&Layout::default());
    let pupil = View::Pupil(school::pupil(0));
    dock.open(pupil);
    dock.open(View::Today);
    dock.open(pupil);
    assert_eq!(dock.front(), Some(pupil));
    assert_eq!(dock.views().len(), 3);
    assert_eq!(dock.pupils(), [school::pupil(0)]);
    dock.close(pupil);
    assert_eq!(dock.views().len(), 2);
}

#[test]
fn a_view_opens_even_in_an_empty_window() {
    let empty = Layout::of(Split::Tabs { views: vec![], front: 0 });
    let mut dock = Dock::new(&empty);
    dock.open(View::Today);
    assert_eq!(dock.front(), Some(View::Today));
}
