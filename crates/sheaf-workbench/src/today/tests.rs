//! The search by itself.

use super::{Edit, State};
use crate::tests::school;

#[test]
fn two_letters_begin_a_search_and_offer_pupils() {
    let roster = school::roster();
    let mut state = State::default();
    assert!(!state.apply(Edit::Search("a".to_owned()), Some(&roster)));
    assert!(state.apply(Edit::Search("amira".to_owned()), Some(&roster)));
    assert_eq!(state.pupils.first(), Some(&school::pupil(0)));
    assert!(!state.apply(Edit::Search(String::new()), Some(&roster)));
    assert!(state.pupils.is_empty());
}
