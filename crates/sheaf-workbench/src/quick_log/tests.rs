//! The form by itself.

use std::sync::Arc;

use super::state::{Field, Then};
use super::{After, Edit, State};
use crate::tests::{far_day, school};

fn state() -> State {
    State::new(Arc::new(school::roster()), None)
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
    state.apply(Edit::NextRoleOf(1));
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
    let mut state = State::new(Arc::new(roster), None);
    state.apply(Edit::Safeguarding(true));
    assert!(!state.safeguarding);
}

/// With what happened of late: Tuesday, 14:20, period 5.
fn informed() -> State {
    State::new(Arc::new(school::roster()), Some(Arc::new(far_day::lately())))
}

fn names(state: &State) -> Vec<&str> {
    let name = |place: &usize| state.roster.pupils[*place].name.as_str();
    state.matches.iter().map(name).collect()
}

fn add(state: &mut State, letters: &str) {
    state.apply(Edit::Type(Field::Who, letters.to_owned()));
    state.apply(Edit::PickHighlighted(Then::Stay));
}

#[test]
fn who_is_likely_now_is_offered_before_a_letter_is_typed() {
    let mut state = informed();
    let expected = ["Chloé Dubois", "Isla MacLeod", "Olivia Brown", "Amira Okafor", "Daniel Lewis"];
    assert_eq!(names(&state), expected, "own pupils, then those of this lesson, then of today");
    assert_eq!(state.why_likely(school::pupil(2)), "Your caseload");
    assert_eq!(state.why_likely(school::pupil(8)), "Logged by you lately");
    assert_eq!(state.highlighted, None, "no pupil is chosen by a key meant for the next field");
    state.apply(Edit::PickHighlighted(Then::Advance));
    assert!(state.pupils.is_empty());
    state.apply(Edit::Focus(Field::Who));
    state.apply(Edit::Move(1));
    state.apply(Edit::PickHighlighted(Then::Advance));
    assert_eq!(state.pupils[0].id, school::pupil(2));
}

#[test]
fn letters_decide_before_habits() {
    let mut state = informed();
    state.apply(Edit::Type(Field::Who, "lew".to_owned()));
    assert_eq!(names(&state)[..2], ["Daniel Lewis", "Ruby Lewis"], "Daniel was in one today");
    state.apply(Edit::Type(Field::Who, "ruby lew".to_owned()));
    assert_eq!(names(&state)[0], "Ruby Lewis");
    state.apply(Edit::Type(Field::What, String::new()));
    let first = &state.roster.categories[state.matches[0]];
    assert_eq!(first.code, "defiance", "what happens in this lesson comes first");
}

#[test]
fn what_is_likely_in_a_place_is_known_once_the_place_is() {
    let mut state = informed();
    state.apply(Edit::Type(Field::Where, "cant".to_owned()));
    state.apply(Edit::PickHighlighted(Then::Advance));
    state.apply(Edit::Focus(Field::What));
    let first = &state.roster.categories[state.matches[0]];
    assert_eq!(first.code, "phone");
}

#[test]
fn tab_passes_an_empty_field_and_enter_takes_the_likeliest() {
    let mut state = informed();
    state.apply(Edit::Focus(Field::Where));
    state.apply(Edit::Pass);
    assert_eq!((state.location, state.field), (None, Field::Severity));
    state.apply(Edit::Focus(Field::Where));
    state.apply(Edit::PickHighlighted(Then::Advance));
    assert!(state.location.is_some());
}

#[test]
fn roles_are_changed_and_pupils_taken_out_by_keys() {
    let mut state = informed();
    for letters in ["amir", "daniel", "ruby"] {
        add(&mut state, letters);
    }
    state.apply(Edit::NextRole);
    state.apply(Edit::MovePupil(-1));
    state.apply(Edit::NextRole);
    state.apply(Edit::NextRole);
    let roles: Vec<usize> = state.pupils.iter().map(|pupil| pupil.role).collect();
    assert_eq!(roles, [0, 2, 1]);
    state.apply(Edit::MovePupil(-5));
    state.apply(Edit::RemovePupil);
    assert_eq!(state.pupils[0].name, "Daniel Lewis");
    state.apply(Edit::MovePupil(9));
    assert_eq!(state.pupil, 1, "the last stays the last");
}

#[test]
fn likely_duplicates_are_found_while_typing() {
    let twins = |state: &State| -> Vec<_> { state.twin_lines().map(|past| past.record).collect() };
    let mut state = informed();
    add(&mut state, "amir");
    assert_eq!(twins(&state), [], "45 minutes ago, in another period");
    state.apply(Edit::When("13:40".to_owned()));
    assert_eq!(twins(&state), [school::record(1)], "within ten minutes");
    state.apply(Edit::When("13:50".to_owned()));
    assert_eq!(twins(&state), []);
    state.apply(Edit::When("P4".to_owned()));
    assert_eq!(twins(&state), [], "the same period is not enough");
    state.apply(Edit::Type(Field::What, "def".to_owned()));
    state.apply(Edit::PickHighlighted(Then::Advance));
    assert_eq!(twins(&state), [school::record(1)], "the same category in the same period is");
    assert!(state.ask_about_twins(After::Close));
    state.apply(Edit::NoTwin);
    assert_eq!(twins(&state), [], "the user has looked");
    assert!(!state.ask_about_twins(After::Close));
}

#[test]
fn a_draft_brings_back_what_was_typed() {
    let mut state = informed();
    assert_eq!(state.draft_to_keep(), None, "nothing was typed");
    add(&mut state, "amir");
    state.apply(Edit::NextRole);
    state.apply(Edit::Type(Field::What, "def".to_owned()));
    state.apply(Edit::PickHighlighted(Then::Advance));
    state.apply(Edit::Severity(4));
    for edit in [
        Edit::When("13:05".to_owned()),
        Edit::Note("Walked out".to_owned()),
        Edit::ActionTaken(Some(1)),
        Edit::Home(Some(0)),
        Edit::HomeHow(Some(2)),
        Edit::FollowUp("Call home".to_owned()),
        Edit::Due("fri".to_owned()),
        Edit::Type(Field::Owner, "bola".to_owned()),
        Edit::PickHighlighted(Then::Advance),
        Edit::Safeguarding(true),
    ] {
        state.apply(edit);
    }
    let draft = state.draft_to_keep().unwrap().unwrap();
    assert_eq!(state.draft_to_keep(), None, "kept once");
    let again = informed().of_draft(&draft);
    assert_eq!(again.form(), state.form());
    assert_eq!(again.draft(), Some(draft));
    let form = again.form().unwrap();
    assert_eq!(form.occurred_at, Some(school::TODAY.at(13, 5, 0, 0)));
    assert_eq!(form.home_told_how.as_deref(), Some("text"));
    let follow_up = form.follow_up.unwrap();
    assert_eq!(follow_up.owner, Some(school::record(202)));
    assert_eq!(follow_up.due.unwrap().to_string(), "2026-07-17");
}

#[test]
fn what_a_draft_names_and_is_no_longer_there_is_left_out() {
    let (_, mut draft) = far_day::left_draft();
    draft.category = "unknown".to_owned();
    draft.severity = Some(9);
    draft.pupils[0].id = "no id".to_owned();
    let state = informed().of_draft(&draft);
    assert_eq!((state.category, state.severity, state.pupils.len()), (None, None, 0));
    assert_eq!(state.note, "Behind the sports hall");
    assert_eq!(state.field, Field::Who, "the keys go to what is missing");
}

#[test]
fn next_keeps_when_and_forgets_what_was_of_the_pupil() {
    let mut state = informed();
    fill(&mut state);
    state.apply(Edit::When("13:05".to_owned()));
    state.apply(Edit::FollowUp("Call home".to_owned()));
    state.apply(Edit::Home(Some(0)));
    state.clear_for_next();
    assert_eq!(state.when, "13:05");
    assert_eq!((state.follow_up.as_str(), state.home), ("", None));
    assert!(state.is_fresh() && !state.is_empty());
}

#[test]
fn what_is_wrong_with_time_and_follow_up_is_said_in_its_place() {
    let mut state = informed();
    fill(&mut state);
    for (edit, field, back) in [
        (Edit::When("soon".to_owned()), Field::When, Edit::When(String::new())),
        (Edit::When("15:00".to_owned()), Field::When, Edit::When(String::new())),
        (Edit::Due("fri".to_owned()), Field::FollowUp, Edit::FollowUp("Call".to_owned())),
        (Edit::Due("never".to_owned()), Field::Due, Edit::Due(String::new())),
        (
            Edit::Type(Field::Owner, "nobody".to_owned()),
            Field::Owner,
            Edit::Type(Field::Owner, String::new()),
        ),
    ] {
        state.apply(edit.clone());
        assert_eq!(state.form().map_err(|(field, _)| field), Err(field), "{edit:?}");
        state.apply(back);
    }
    assert!(state.form().is_ok());
}

#[test]
fn how_home_was_told_is_forgotten_when_it_was_not() {
    let mut state = informed();
    state.apply(Edit::Home(Some(0)));
    state.apply(Edit::HomeHow(Some(1)));
    assert!(state.is_home_told());
    state.apply(Edit::Home(Some(1)));
    assert_eq!(state.home_how, None);
}
