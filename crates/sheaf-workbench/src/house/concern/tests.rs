//! What a concern and a decision lack before they can be kept.

use sheaf_school::desk::ConcernStage;

use super::{Decide, Form, FormEdit, decide};
use crate::tests::{concern, school};

#[test]
fn a_concern_needs_a_pupil_and_words() {
    let roster = school::roster();
    let mut form = Form::new(None);
    assert_eq!(form.line(), Err("Say whom it is about"));
    form.apply(FormEdit::Type("ben".to_owned()), Some(&roster));
    assert_eq!(form.offered.first(), Some(&school::pupil(1)));
    form.apply(FormEdit::Take(school::pupil(1)), Some(&roster));
    assert!(form.offered.is_empty() && form.is_empty());
    assert_eq!(form.line(), Err("Write what the child said, or what you saw"));
    form.apply(FormEdit::Words("He cried".to_owned()), None);
    form.apply(FormEdit::Category("neglect".to_owned()), None);
    assert_eq!(form.line().unwrap().category.as_deref(), Some("neglect"));
    form.apply(FormEdit::Category("neglect".to_owned()), None);
    assert_eq!(form.line().unwrap().category, None, "a second press takes it back");
    assert!(!form.is_empty());
}

#[test]
fn a_service_is_kept_only_of_what_was_referred() {
    let mut decide = Decide::new(concern::concern(1, "", ConcernStage::HandedOver));
    assert_eq!(decide.missing(), Some("Say what was decided"));
    decide.apply(decide::Edit::Decision("refer".to_owned()));
    assert_eq!(decide.missing(), Some("Say to which service"));
    decide.apply(decide::Edit::Service("police".to_owned()));
    assert!(decide.missing().is_some_and(|words| words.starts_with("Say why")));
    decide.apply(decide::Edit::Rationale("A pattern".to_owned()));
    assert_eq!(decide.missing(), None);
    assert_eq!(decide.kept().referred_to.as_deref(), Some("police"));
    decide.apply(decide::Edit::Decision("monitor".to_owned()));
    assert_eq!((decide.missing(), decide.kept().referred_to), (None, None));
}
