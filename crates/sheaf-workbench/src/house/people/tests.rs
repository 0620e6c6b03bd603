//! An invitation by itself.

use std::sync::Arc;

use sheaf_school::desk::{InviteForm, InviteLine, InviteNews};

use super::{Edit, Invite, State};
use crate::tests::desk;

#[test]
fn an_invitation_begins_with_the_role_of_a_mentor_and_is_sent_once() {
    let page = desk::people();
    let mut state = State::default();
    state.apply(Edit::Begin, Some(&page));
    state.apply(Edit::Space("safeguarding".to_owned()), Some(&page));
    state.apply(Edit::Space("safeguarding".to_owned()), Some(&page));
    state.apply(Edit::Minutes(30), Some(&page));
    let form = state.send().expect("the form is complete");
    assert_eq!((form.role.as_str(), form.minutes), ("mentor", 30));
    assert!(form.spaces.is_empty(), "taken and given back");
    assert_eq!(state.send(), None, "it is on its way");
    state.refuse("not allowed: your role may not invite a mentor".to_owned());
    assert!(state.send().is_some(), "after a refusal it can be sent again");
}

#[test]
fn a_ticket_waits_until_somebody_joins_and_is_in_no_log() {
    let mut state = State::default();
    let ticket = "sheaf1secret".to_owned();
    let form = InviteForm { minutes: 30, ..InviteForm::default() };
    let line = InviteLine { ticket, code: "secret words".to_owned(), ..desk::invite(&form) };
    state.waits(Arc::new(line), 5.0);
    assert!(matches!(state.invite, Invite::Waits { ends, .. } if ends == 1_805.0));
    assert!(!format!("{state:?}").contains("secret"));
    state.hears(InviteNews::Guessed { attempts_left: 2 });
    let left = |state: &State| match &state.invite {
        Invite::Waits { line, .. } => line.attempts_left,
        _ => 0,
    };
    assert_eq!(left(&state), 2);
    state.hears(InviteNews::Joined { person: "Jo Marsh".to_owned() });
    assert_eq!(state.invite, Invite::Joined("Jo Marsh".to_owned()));
    state.apply(Edit::Leave, None);
    assert_eq!(state.invite, Invite::None);
}
