//! Marks by themselves; and what is on screen is what the spec says.

use super::marks::{self, Step};
use super::plot::tick_words;
use super::state::At;
use super::{Edit, State};
use crate::tests::school;

#[test]
fn keys_walk_the_marks_and_stop_at_the_ends() {
    let spec = school::chart();
    let first = marks::walk(&spec, None, Step::On).unwrap();
    assert_eq!(marks::walk(&spec, Some(first), Step::Back), Some(first));
    let second = marks::walk(&spec, Some(first), Step::On).unwrap();
    assert!(second.mark > first.mark && second.layer == first.layer);
    assert_eq!(marks::walk(&spec, Some(second), Step::Back), Some(first));
    let mut last = first;
    for _ in 0..1000 {
        last = marks::walk(&spec, Some(last), Step::On).unwrap();
    }
    assert_eq!(marks::walk(&spec, Some(last), Step::On), Some(last));
}

#[test]
fn a_mark_says_where_how_much_how_sure_and_out_of_how_many() {
    let spec = school::chart();
    let (at, mark) = marks::shown(&spec).find(|(_, mark)| mark.n > 0).unwrap();
    let (layer, _) = marks::at(&spec, at).unwrap();
    let words = marks::words(&spec, layer, mark).join("\n");
    for part in ["%", "Interval", "Out of"] {
        assert!(words.contains(part), "{part:?} is missing in {words:?}");
    }
}

#[test]
fn ticks_say_what_the_spec_says() {
    let spec = school::chart();
    for axis in [&spec.x, &spec.y] {
        for tick in &axis.ticks {
            assert_eq!(tick_words(axis, tick.value, axis.domain, 9), tick.label);
        }
    }
}

#[test]
fn a_hidden_mark_can_be_neither_walked_nor_read() {
    let spec = school::bars();
    let hidden = spec.layers.iter().flat_map(|layer| &layer.marks).filter(|mark| mark.y.is_none());
    assert!(hidden.count() > 0, "the example has a hidden mark");
    assert!(marks::shown(&spec).all(|(_, mark)| mark.y.is_some()));
}

#[test]
fn the_view_turns_and_walks() {
    let mut state = State::default();
    state.apply(Edit::Turn);
    assert!(state.is_table);
    let at = At { layer: 1, mark: 2 };
    state.apply(Edit::Walk(at));
    assert_eq!(state.at, Some(at));
}
