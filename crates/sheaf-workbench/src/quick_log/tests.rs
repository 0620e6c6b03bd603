//! The form by itself.

use std::sync::Arc;

use super::state::{Field, Then};
use super::{Edit, State};
use crate::tests::school;

fn state() -> State {
    State::new(Arc::new(school::roster()))
}

fn fill(state: &mut State) {
    state.apply(Edit::Type(Field::Who, "okaf".to_owned()));
    state.apply(Edit::PickHighlighted(Then::Advance));
    state.apply(Edit::Type(Field::What, "def".to_owned()));
    state.apply(Edit::PickHighlighted(Then::Advance));
}

#[test]
fn typing_and_enter_fill_the_form() {
    let mut state = state();
    fill(&mut state);
    assert_eq!(state.field, Field::Where);
    state.apply(Edit::PickHighlighted(Then::Advance));
    state.apply(Edit::Severity(3));
    state.apply(Edit::Note("  Refused to move seat  ".to_owned()));
    let form = state.form().unwrap();
    assert_eq!(form.pupils.len(), 1);
    assert_eq!(form.category, "defiance");
    assert_eq!(form.location.as_deref(), Some("corridor"), "the most used place is first");
    assert_eq!(form.severity, Some(3));
    assert_eq!(form.narrative, "Refused to move seat");
    assert!(!form.safeguarding);
}

#[test]
fn what_is_missing_is_said_where_it_is_missing() {
    let mut state = state();
    assert_eq!(state.form().unwrap_err().0, Field::Who);
    state.apply(Edit::Type(Field::Who, "okaf".to_owned()));
    state.apply(Edit::PickHighlighted(Then::Advance));
    assert_eq!(state.form().unwrap_err().0, Field::What);
    state.apply(Edit::Type(Field::What, "zzzz".to_owned()));
    state.apply(Edit::PickHighlighted(Then::Advance));
    assert_eq!(state.error.as_deref(), Some("Nothing fits “zzzz”"));
    assert_eq!(state.field, Field::What, "the keys stay where the fault is");
}

#[test]
fn several_pupils_with_roles_and_none_twice() {
    let mut state = state();
    state.apply(Edit::Type(Field::Who, "okaf".to_owned()));
    state.apply(Edit::PickHighlighted(Then::Stay));
    assert_eq!(state.field, Field::Who);
    state.apply(Edit::Type(Field::Who, "okaf".to_owned()));
    assert!(
        !state.matches.iter().any(|place| state.roster.pupils[*place].id == state.pupils[0].id),
        "a chosen pupil is not offered again"
    );
    state.apply(Edit::Type(Field::Who, "lewis".to_owned()));
    state.apply(Edit::PickHighlighted(Then::Advance));
    state.apply(Edit::NextRole(1));
    assert_eq!((state.pupils[0].role, state.pupils[1].role), (0, 1));
    state.apply(Edit::Remove(0));
    assert_eq!(state.pupils.len(), 1);
}

#[test]
fn changing_the_words_takes_the_choice_back() {
    let mut state = state();
    fill(&mut state);
    assert!(state.category.is_some());
    state.apply(Edit::Type(Field::What, "defianc".to_owned()));
    assert!(state.category.is_none());
}

#[test]
fn next_keeps_what_and_where() {
    let mut state = state();
    fill(&mut state);
    state.apply(Edit::PickHighlighted(Then::Advance));
    state.clear_for_next();
    assert!(state.pupils.is_empty());
    assert!(state.category.is_some() && state.location.is_some());
    assert_eq!(state.field, Field::Who);
}

#[test]
fn safeguarding_needs_the_right_to_write_there() {
    let mut roster = school::roster();
    roster.safeguarding = false;
    let mut state = State::new(Arc::new(roster));
    state.apply(Edit::Safeguarding(true));
    assert!(!state.safeguarding);
}
