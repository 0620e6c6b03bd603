//! The invitation: what it will say, that it waits, how it ended.

use std::sync::Arc;

use sheaf_school::desk::{InviteForm, InviteLine, InviteNews, PeoplePage};

/// For how long an invitation can last, in minutes.
pub const MINUTES: [u32; 3] = [10, 30, 60];

/// The role of an always-on device.
pub const LOCKER: &str = "locker";

/// So many wrong guesses at a code end an invitation.
pub const MAX_GUESSES: u8 = 3;

/// A change in the view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Begin an invitation.
    Begin,
    /// Begin one for a further device of this person: their id and name.
    BeginDevice(String, String),
    /// Begin one for an always-on device.
    BeginLocker,
    /// The role of whoever comes.
    Role(String),
    /// Into this space, or not.
    Space(String),
    /// For so many minutes.
    Minutes(u32),
    /// Leave the invitation, or what it came to.
    Leave,
}

/// Where the invitation stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Invite {
    /// There is none.
    #[default]
    None,
    /// It is being written.
    Form {
        /// What it will say.
        form: InviteForm,
        /// Whether it was sent off.
        is_sent: bool,
        /// Why it was refused.
        refused: Option<String>,
    },
    /// It waits for somebody to join.
    Waits {
        /// The code and the ticket.
        line: Arc<InviteLine>,
        /// When it ends, in seconds since the window opened.
        ends: f64,
    },
    /// Somebody has joined.
    Joined(String),
    /// Nobody can join any more.
    Over(String),
}

/// The view.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    /// Where the invitation stands.
    pub invite: Invite,
}

impl State {
    /// Applies one change.
    pub fn apply(&mut self, edit: Edit, page: Option<&PeoplePage>) {
        match (edit, &mut self.invite) {
            (Edit::Begin, _) => self.begin(page),
            (Edit::BeginDevice(id, name), _) => {
                let minutes = MINUTES[0];
                let form =
                    InviteForm { minutes, device_of: Some((id, name)), ..InviteForm::default() };
                self.invite = Invite::Form { form, is_sent: false, refused: None };
            }
            (Edit::BeginLocker, _) => {
                let (role, minutes) = (LOCKER.to_owned(), MINUTES[1]);
                let form = InviteForm { role, minutes, ..InviteForm::default() };
                self.invite = Invite::Form { form, is_sent: false, refused: None };
            }
            (Edit::Leave, _) => self.invite = Invite::None,
            (Edit::Role(role), Invite::Form { form, .. }) => form.role = role,
            (Edit::Minutes(minutes), Invite::Form { form, .. }) => form.minutes = minutes,
            (Edit::Space(space), Invite::Form { form, .. }) => {
                if form.spaces.contains(&space) {
                    form.spaces.retain(|known| *known != space);
                } else {
                    form.spaces.push(space);
                }
            }
            _ => {}
        }
    }

    /// The lowest role that writes is offered first: nobody is let in with too much by haste.
    fn begin(&mut self, page: Option<&PeoplePage>) {
        let roles = page.map(|page| page.roles.as_slice()).unwrap_or_default();
        let usual = roles.iter().find(|role| role.code == "mentor").or_else(|| roles.last());
        let role = usual.map(|role| role.code.clone()).unwrap_or_default();
        let form = InviteForm { role, minutes: MINUTES[0], ..InviteForm::default() };
        self.invite = Invite::Form { form, is_sent: false, refused: None };
    }

    /// Sends the form off; gives what to ask for.
    pub fn send(&mut self) -> Option<InviteForm> {
        match &mut self.invite {
            Invite::Form { form, is_sent, refused } if !*is_sent => {
                (*is_sent, *refused) = (true, None);
                Some(form.clone())
            }
            _ => None,
        }
    }

    /// The invitation waits from now on.
    pub fn waits(&mut self, line: Arc<InviteLine>, now: f64) {
        let ends = now + f64::from(line.seconds);
        self.invite = Invite::Waits { line, ends };
    }

    /// It was refused.
    pub fn refuse(&mut self, why: String) {
        if let Invite::Form { is_sent, refused, .. } = &mut self.invite {
            (*is_sent, *refused) = (false, Some(why));
        }
    }

    /// Something has become of it.
    pub fn hears(&mut self, news: InviteNews) {
        match news {
            InviteNews::Joined { person } => self.invite = Invite::Joined(person),
            InviteNews::Over(why) => self.invite = Invite::Over(why),
            InviteNews::Guessed { attempts_left } => {
                if let Invite::Waits { line, .. } = &mut self.invite {
                    Arc::make_mut(line).attempts_left = attempts_left;
                }
            }
        }
    }
}
