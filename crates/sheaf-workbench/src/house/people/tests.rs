//! An invitation by itself.

use std::sync::Arc;

use sheaf_school::desk::{InviteLine, InviteNews};

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
    let line = InviteLine { ticket, role: "Mentor".to_owned(), seconds: 600 };
    state.waits(Arc::new(line), 5.0);
    assert!(matches!(state.invite, Invite::Waits { ends, .. } if ends == 605.0));
    assert!(!format!("{state:?}").contains("secret"));
    state.ended(InviteNews::Joined { person: "Jo Marsh".to_owned() });
    assert_eq!(state.invite, Invite::Joined("Jo Marsh".to_owned()));
    state.apply(Edit::Leave, None);
    assert_eq!(state.invite, Invite::None);
}
