//! The options by themselves.

use super::{Edit, State};
use crate::tests::school;

#[test]
fn options_stand_at_their_defaults_until_set_and_are_kept_for_each_metric() {
    let cards = school::metrics();
    let card = &cards[0];
    let mut state = State::default();
    state.apply(Edit::Choose(card.id.clone()));
    assert!(!state.is_changed(card));
    assert_eq!(state.options(card).len(), card.form.len());
    state.apply(Edit::Set("horizon".to_owned(), " 15 ".to_owned()));
    assert!(state.is_changed(card));
    assert!(state.options(card).contains(&("horizon".to_owned(), "15".to_owned())));
    state.apply(Edit::Choose("another".to_owned()));
    state.apply(Edit::Choose(card.id.clone()));
    assert!(state.is_changed(card), "the options are kept");
    state.apply(Edit::Reset);
    assert!(!state.is_changed(card));
}

#[test]
fn all_charts_turn_together() {
    let mut state = State::default();
    state.apply(Edit::TurnCharts);
    assert!(state.chart(0).is_table && state.chart(1).is_table);
    state.apply(Edit::TurnCharts);
    assert!(!state.chart(0).is_table);
}
