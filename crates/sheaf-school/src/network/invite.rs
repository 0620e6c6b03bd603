//! An invitation: whom it is for, that it waits, how it ends.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use serde::Serialize;
use sheaf_charter::{
    CharterError, CodeInvite, CodeOffer, Grant, JoinRefusal, MAX_INVITED_SPACES, MAX_JOIN_ATTEMPTS,
    PendingInvite, PersonId, Role, SpaceId, SpokenCode, Ticket,
};
use sheaf_net::SlotBeacon;
use tokio::sync::oneshot;
use zeroize::Zeroizing;

use super::{Network, Shared, lock};
use crate::entropy;
use crate::error::{Result, SchoolError};

const MS_A_MINUTE: i64 = 60_000;

/// Whom to let in.
#[derive(Clone, Debug)]
pub struct Invitation {
    /// Who is invited.
    pub invitee: Invitee,
    /// For how long.
    pub expires_minutes: u32,
}

/// Who is invited.
#[derive(Clone, Debug)]
pub enum Invitee {
    /// Somebody who is not in the school yet.
    Colleague {
        /// Their role.
        role: Role,
        /// Spaces that they come into, beside `pastoral`.
        spaces: Vec<String>,
    },
    /// A further device of somebody who is: their id or name.
    DeviceOf(String),
}

/// A device that has joined.
#[derive(Clone, Debug, Serialize)]
pub struct JoinedDevice {
    /// What its person is called.
    pub person: String,
    /// Its id.
    pub device_id: String,
}

/// An invitation that waits: for whoever has the ticket, or knows the code.
#[derive(Debug)]
pub struct WaitingInvite {
    ticket: Zeroizing<String>,
    code: Zeroizing<String>,
    addresses: Vec<SocketAddr>,
    attempts_left: Arc<AtomicU8>,
    joined: oneshot::Receiver<JoinedDevice>,
    minutes: u32,
}

/// The inviting side of an invitation that waits. One joiner uses it up, by either way.
pub(crate) struct OpenInvite {
    pub ticket: PendingInvite,
    pub code: CodeInvite,
    attempts_left: Arc<AtomicU8>,
    tell: Option<oneshot::Sender<JoinedDevice>>,
    _beacon: SlotBeacon,
}

impl OpenInvite {
    /// After a guess: whoever waits sees how many are left, and hears when there is none.
    pub(super) fn note_attempts(&mut self) {
        let left = self.ticket.attempts_left().min(self.code.attempts_left());
        self.attempts_left.store(left, Ordering::Relaxed);
        if left == 0 {
            self.tell = None;
        }
    }

    /// Somebody is in; whoever invited may have stopped waiting.
    pub(super) fn end(self, joined: JoinedDevice) {
        if let Some(tell) = self.tell {
            tell.send(joined).ok();
        }
    }
}

impl WaitingInvite {
    /// The ticket to hand over. Whoever has it can join.
    pub fn ticket(&self) -> &str {
        &self.ticket
    }

    /// The words to read out. Whoever knows them can join.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// Where this device answers to the code, for whoever does not find it by itself.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// How many wrong guesses are left.
    pub fn attempts_left(&self) -> u8 {
        self.attempts_left.load(Ordering::Relaxed)
    }

    /// Whoever has joined by now; an error once nobody can join any more.
    pub fn poll(&mut self) -> Result<Option<JoinedDevice>> {
        match self.joined.try_recv() {
            Ok(joined) => Ok(Some(joined)),
            Err(oneshot::error::TryRecvError::Empty) => Ok(None),
            Err(oneshot::error::TryRecvError::Closed) => Err(guessed()),
        }
    }

    /// Waits for the joiner, or for the end of the time.
    pub async fn joined(self) -> Result<JoinedDevice> {
        let limit = Duration::from_secs(u64::from(self.minutes) * 60);
        match tokio::time::timeout(limit, self.joined).await {
            Ok(Ok(joined)) => Ok(joined),
            Ok(Err(_)) => Err(guessed()),
            Err(_) => Err(SchoolError::Refused(
                "nobody has joined in time; make a new invitation".to_owned(),
            )),
        }
    }
}

fn guessed() -> SchoolError {
    CharterError::JoinRefused(JoinRefusal::TooManyAttempts).into()
}

impl Network {
    /// Opens an invitation; an earlier one ends.
    pub fn invite(&self, invitation: &Invitation) -> Result<WaitingInvite> {
        let shared = &self.shared;
        let school = &shared.school;
        school.core.refresh()?;
        let grant = shared.grant(&invitation.invitee)?;
        let minutes = invitation.expires_minutes;
        let expires_ms = school.clock.now_ms() + i64::from(minutes) * MS_A_MINUTE;
        let ticket = Ticket {
            school: school.core.school_id(),
            inviter: school.core.device(),
            endpoint: shared.node.key(),
            addresses: self.addresses(),
            secret: Zeroizing::new(entropy::bytes()),
            expires_ms,
            person: match &grant {
                Grant::Person { .. } => None,
                Grant::Device { person } => Some(*person),
            },
        };
        let code = SpokenCode::generate(&mut entropy::rng());
        let beacon = {
            let _on_the_network = shared.runtime.enter();
            SlotBeacon::start(&shared.node, code.slot(), shared.listen.0)?
        };
        let offer = CodeOffer {
            school: ticket.school,
            inviter: school.core.identity.certificate(),
            grant: grant.clone(),
        };
        let attempts_left = Arc::new(AtomicU8::new(MAX_JOIN_ATTEMPTS));
        let (tell, joined) = oneshot::channel();
        let waiting = WaitingInvite {
            ticket: ticket.to_text(),
            code: code.to_text(),
            addresses: beacon.addresses().to_vec(),
            attempts_left: Arc::clone(&attempts_left),
            joined,
            minutes,
        };
        *lock(&shared.invite) = Some(OpenInvite {
            ticket: PendingInvite::new(&ticket, grant),
            code: CodeInvite::new(code, offer, expires_ms),
            attempts_left,
            tell: Some(tell),
            _beacon: beacon,
        });
        Ok(waiting)
    }

    /// Ends the open invitation: nobody joins by it any more.
    pub fn end_invite(&self) {
        *lock(&self.shared.invite) = None;
    }
}

impl Shared {
    /// What an invitee comes in as, if this person may grant it.
    fn grant(&self, invitee: &Invitee) -> Result<Grant> {
        let control = self.school.core.control();
        let own = control.trust.role(self.school.person());
        match invitee {
            Invitee::Colleague { role, spaces } => {
                if !own.is_some_and(|own| own.may_invite(*role)) {
                    let words = format!("your role may not invite a {role}");
                    return Err(SchoolError::NotAllowed(words));
                }
                if *role == Role::Locker && !spaces.is_empty() {
                    let words = "a locker is in no space: it keeps all of them, sealed";
                    return Err(SchoolError::Refused(words.to_owned()));
                }
                Ok(Grant::Person { role: *role, spaces: self.managed(spaces)? })
            }
            Invitee::DeviceOf(whom) => {
                let person = control.person_named(whom)?;
                let role = control.trust.role(person);
                let may = |own: Role| role.is_some_and(|role| own.may_invite(role));
                if !own.is_some_and(may) {
                    let words = "your role may not add a device of theirs; a higher one may";
                    return Err(SchoolError::NotAllowed(words.to_owned()));
                }
                Ok(Grant::Device { person })
            }
        }
    }

    fn managed(&self, names: &[String]) -> Result<Vec<SpaceId>> {
        if names.len() > MAX_INVITED_SPACES {
            let words = format!("too many spaces; {MAX_INVITED_SPACES} are the most");
            return Err(SchoolError::Refused(words));
        }
        let control = self.school.core.control();
        let person: PersonId = self.school.person();
        let mut spaces = Vec::new();
        for name in names {
            let space = control.space_named(person, name)?;
            if !control.trust.manages(person, space) {
                return Err(SchoolError::NotAllowed(format!("you do not manage `{name}`")));
            }
            spaces.push(space);
        }
        Ok(spaces)
    }
}
