//! The invitation that a face has open: made, looked after, ended.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use sheaf_charter::Role;

use super::people::{InviteForm, InviteLine, InviteNews, role_words};
use crate::error::{Result, SchoolError};
use crate::network::{Invitation, Invitee, Network, WaitingInvite, lock};

/// An invitation that is good for longer is a key under the mat.
const MOST_MINUTES: u32 = 24 * 60;

/// Shared by the thread that opens an invitation and the one that sees somebody join.
#[derive(Clone, Default)]
pub(super) struct Invites(Arc<Mutex<Option<Open>>>);

struct Open {
    waiting: WaitingInvite,
    who: String,
    is_for_locker: bool,
    ends: Instant,
    /// How many guesses were left when that was told last.
    told_left: u8,
}

impl Open {
    fn line(&self) -> InviteLine {
        let left = self.ends.saturating_duration_since(Instant::now());
        InviteLine {
            code: self.waiting.code().to_owned(),
            ticket: self.waiting.ticket().to_owned(),
            address: self.waiting.addresses().first().map(ToString::to_string),
            attempts_left: self.waiting.attempts_left(),
            who: self.who.clone(),
            is_for_locker: self.is_for_locker,
            seconds: u32::try_from(left.as_secs()).unwrap_or(u32::MAX),
        }
    }
}

impl Invites {
    /// Opens an invitation; an earlier one ends.
    pub(super) fn open(&self, network: Option<&Network>, form: &InviteForm) -> Result<InviteLine> {
        let network = network.ok_or_else(offline)?;
        if !(1..=MOST_MINUTES).contains(&form.minutes) {
            let words = format!("an invitation lasts from 1 to {MOST_MINUTES} minutes");
            return Err(SchoolError::Refused(words));
        }
        let is_for_locker = form.device_of.is_none() && form.role == Role::Locker.name();
        let (invitee, who) = match &form.device_of {
            Some((id, name)) => {
                (Invitee::DeviceOf(id.clone()), format!("a further device of {name}"))
            }
            None => {
                let role: Role = form
                    .role
                    .parse()
                    .map_err(|error| SchoolError::Refused(format!("`{}` is {error}", form.role)))?;
                let who = role_words(role).to_lowercase();
                (Invitee::Colleague { role, spaces: form.spaces.clone() }, who)
            }
        };
        let invitation = Invitation { invitee, expires_minutes: form.minutes };
        let waiting = network.invite(&invitation)?;
        let ends = Instant::now() + Duration::from_secs(u64::from(form.minutes) * 60);
        let told_left = waiting.attempts_left();
        let open = Open { waiting, who, is_for_locker, ends, told_left };
        let line = open.line();
        *lock(&self.0) = Some(open);
        Ok(line)
    }

    /// The open invitation with the time that it has left.
    pub(super) fn line(&self) -> Option<InviteLine> {
        lock(&self.0).as_ref().map(Open::line)
    }

    /// Ends the open invitation.
    pub(super) fn cancel(&self, network: Option<&Network>) {
        if lock(&self.0).take().is_some()
            && let Some(network) = network
        {
            network.end_invite();
        }
    }

    /// Looks whether somebody has joined or the time is over; says so once; or whether
    /// somebody has guessed wrong.
    pub(super) fn poll(&self, network: Option<&Network>) -> Option<InviteNews> {
        let mut slot = lock(&self.0);
        let open = slot.as_mut()?;
        let news = match open.waiting.poll() {
            Ok(Some(joined)) => InviteNews::Joined { person: joined.person },
            Err(error) => InviteNews::Over(error.to_string()),
            Ok(None) if Instant::now() < open.ends => {
                let left = open.waiting.attempts_left();
                let before = std::mem::replace(&mut open.told_left, left);
                return (left != before).then_some(InviteNews::Guessed { attempts_left: left });
            }
            Ok(None) => {
                if let Some(network) = network {
                    network.end_invite();
                }
                InviteNews::Over("the time is over and nobody has joined".to_owned())
            }
        };
        *slot = None;
        Some(news)
    }
}

fn offline() -> SchoolError {
    SchoolError::Refused(
        "this window is not on the network: another Sheaf of this home is; invite there".to_owned(),
    )
}
