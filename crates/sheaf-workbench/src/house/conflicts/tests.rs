//! Conflicts come up one after the other.

use super::state::place;
use super::{Edit, State};
use crate::tests::desk;

#[test]
fn what_is_put_off_lets_the_next_come_up_and_can_be_looked_at_again() {
    let all = desk::conflicts(3);
    let mut state = State::default();
    let first = place(&all.lines[0]);
    assert_eq!(state.up(&all).map(place), Some(first.clone()));
    for line in &all.lines {
        state.apply(Edit::Later(place(line)));
    }
    assert_eq!(state.up(&all), None);
    assert_eq!(state.waiting(&all).count(), 3);
    state.apply(Edit::Again);
    assert_eq!(state.up(&all).map(place), Some(first));
}

#[test]
fn what_is_on_its_way_is_out_of_sight_and_back_if_it_was_refused() {
    let all = desk::conflicts(2);
    let mut state = State::default();
    let (first, second) = (place(&all.lines[0]), place(&all.lines[1]));
    state.settles(first.clone());
    assert_eq!(state.up(&all).map(place), Some(second.clone()));
    state.lands();
    assert_eq!((state.up(&all).map(place), state.settled), (Some(first.clone()), 0));
    state.apply(Edit::Now(second.clone()));
    assert_eq!(state.up(&all).map(place), Some(second.clone()), "chosen from the list");
    state.settles(second);
    state.has_settled();
    assert_eq!((state.up(&all).map(place), state.settled), (Some(first), 1));
}
