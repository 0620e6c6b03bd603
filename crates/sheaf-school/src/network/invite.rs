//! Letting a colleague's device join.

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use sheaf_charter::{
    CharterError, JoinAnswer, JoinRefusal, JoinRequest, NewPerson, PendingInvite, Role, SpaceId,
    Ticket, admit_person,
};
use sheaf_net::{Arriving, Link, NetError};
use tokio::sync::oneshot;
use zeroize::Zeroizing;

use super::{Event, Network, Shared, lock};
use crate::entropy;
use crate::error::{Result, SchoolError};
use crate::journal;

const MS_A_MINUTE: i64 = 60_000;
/// How an answer that is longer than a frame is cut.
pub(super) const CHUNK_BYTES: usize = 512 * 1024;

/// Anybody may knock to join: whoever says nothing is not waited for.
const ASKING_TIMEOUT: Duration = Duration::from_secs(20);

/// Whom to let in.
#[derive(Clone, Debug)]
pub struct Invitation {
    /// Their role.
    pub role: Role,
    /// Spaces that they come into, beside `pastoral`.
    pub spaces: Vec<String>,
    /// For how long.
    pub expires_minutes: u32,
}

/// A device that has joined.
#[derive(Clone, Debug, Serialize)]
pub struct JoinedDevice {
    /// What its person is called.
    pub person: String,
    /// Its id.
    pub device_id: String,
}

/// An invitation that waits.
#[derive(Debug)]
pub struct WaitingInvite {
    ticket: Zeroizing<String>,
    joined: oneshot::Receiver<JoinedDevice>,
    minutes: u32,
}

/// The inviting side of an invitation that waits.
pub(crate) struct OpenInvite {
    pending: PendingInvite,
    secret_ends: Option<oneshot::Sender<JoinedDevice>>,
}

impl WaitingInvite {
    /// The ticket to hand over. Whoever has it can join.
    pub fn ticket(&self) -> &str {
        &self.ticket
    }

    /// Whoever has joined by now; an error once nobody can join with this ticket any more.
    pub fn poll(&mut self) -> Result<Option<JoinedDevice>> {
        match self.joined.try_recv() {
            Ok(joined) => Ok(Some(joined)),
            Err(oneshot::error::TryRecvError::Empty) => Ok(None),
            Err(oneshot::error::TryRecvError::Closed) => {
                Err(CharterError::JoinRefused(JoinRefusal::TooManyAttempts).into())
            }
        }
    }

    /// Waits for the joiner, or for the end of the time.
    pub async fn joined(self) -> Result<JoinedDevice> {
        let limit = Duration::from_secs(u64::from(self.minutes) * 60);
        match tokio::time::timeout(limit, self.joined).await {
            Ok(Ok(joined)) => Ok(joined),
            Ok(Err(_)) => Err(CharterError::JoinRefused(JoinRefusal::TooManyAttempts).into()),
            Err(_) => Err(SchoolError::Refused("nobody has joined; the ticket is over".into())),
        }
    }
}

impl Network {
    /// Opens an invitation; an earlier one ends.
    pub fn invite(&self, invitation: &Invitation) -> Result<WaitingInvite> {
        let school = &self.shared.school;
        school.core.refresh()?;
        let spaces = self.shared.check(invitation)?;
        let minutes = invitation.expires_minutes;
        let ticket = Ticket {
            school: school.core.school_id(),
            inviter: school.core.device(),
            endpoint: self.shared.node.key(),
            addresses: self.addresses(),
            secret: Zeroizing::new(entropy::bytes()),
            expires_ms: school.clock.now_ms() + i64::from(minutes) * MS_A_MINUTE,
        };
        let pending = PendingInvite::new(&ticket, invitation.role, spaces);
        let (tell, joined) = oneshot::channel();
        *lock(&self.shared.invite) = Some(OpenInvite { pending, secret_ends: Some(tell) });
        Ok(WaitingInvite { ticket: ticket.to_text(), joined, minutes })
    }

    /// Ends the open invitation: nobody joins with its ticket any more.
    pub fn end_invite(&self) {
        *lock(&self.shared.invite) = None;
    }
}

impl Shared {
    fn check(&self, invitation: &Invitation) -> Result<Vec<SpaceId>> {
        let control = self.school.core.control();
        let person = self.school.person();
        let own = control.trust.role(person);
        if !own.is_some_and(|own| own.may_invite(invitation.role)) {
            return Err(SchoolError::NotAllowed(format!(
                "your role may not invite a {}",
                invitation.role
            )));
        }
        let mut spaces = Vec::new();
        for name in &invitation.spaces {
            let space = control.space_named(person, name)?;
            if !control.trust.manages(person, space) {
                return Err(SchoolError::NotAllowed(format!("you do not manage `{name}`")));
            }
            spaces.push(space);
        }
        Ok(spaces)
    }
}

/// Answers a device that wants to join.
pub(super) async fn answer(shared: &Arc<Shared>, arriving: Arriving) -> Result<()> {
    let endpoint = arriving.key();
    let asked = tokio::time::timeout(ASKING_TIMEOUT, async {
        let mut link = arriving.take().await?;
        let request = link.receive().await?;
        Ok::<_, NetError>((link, request))
    });
    let silent = |_| SchoolError::Refused("a device that came to join said nothing".to_owned());
    let (mut link, Some(request)) = asked.await.map_err(silent)?? else { return Ok(()) };
    let exporter = link.exporter()?;
    let request = JoinRequest::from_bytes(&request)?;
    let worker = Arc::clone(shared);
    let task = tokio::task::spawn_blocking(move || {
        let admitted = admit(&worker, &request, &exporter, &endpoint);
        (request, admitted)
    });
    let failed = || SchoolError::Refused("the admission stopped unexpectedly".to_owned());
    let (request, admitted) = task.await.map_err(|_| failed())?;
    let (answer, error) = match admitted {
        Ok(answer) => (answer, None),
        Err(Stop::Refused(reason)) => (JoinAnswer::Refused(reason), None),
        Err(Stop::Failed(error)) => (JoinAnswer::Refused(JoinRefusal::Failed), Some(error)),
    };
    let is_in = matches!(answer, JoinAnswer::Admitted { .. });
    send_answer(&mut link, &answer).await?;
    link.finish().await;
    if is_in {
        tell(shared, &request);
    }
    error.map_or(Ok(()), Err)
}

fn tell(shared: &Shared, request: &JoinRequest) {
    let device = request.certificate.device.to_string();
    let person = request.person_name.clone();
    shared.events.send(Event::Joined { device: device.clone(), person: person.clone() });
    let waiting = lock(&shared.invite).take().and_then(|open| open.secret_ends);
    if let Some(waiting) = waiting {
        // Whoever invited may have stopped waiting; the device is in all the same.
        waiting.send(JoinedDevice { person, device_id: device }).ok();
    }
}

async fn send_answer(link: &mut Link, answer: &JoinAnswer) -> Result<()> {
    for chunk in answer.to_bytes().chunks(CHUNK_BYTES) {
        link.send(chunk).await?;
    }
    Ok(())
}

enum Stop {
    Refused(JoinRefusal),
    Failed(SchoolError),
}

impl From<SchoolError> for Stop {
    fn from(error: SchoolError) -> Self {
        Self::Failed(error)
    }
}

fn admit(
    shared: &Shared,
    request: &JoinRequest,
    exporter: &[u8; 32],
    endpoint: &[u8; 32],
) -> Result<JoinAnswer, Stop> {
    let core = &shared.school.core;
    let now_ms = shared.school.clock.now_ms();
    let (proof, role, spaces) = {
        let mut open = lock(&shared.invite);
        let open = open.as_mut().ok_or(Stop::Refused(JoinRefusal::NoInvitation))?;
        let proof =
            open.pending.take(request, exporter, endpoint, now_ms).map_err(Stop::Refused)?;
        (proof, open.pending.role, open.pending.spaces.clone())
    };
    let new = NewPerson {
        certificate: request.certificate,
        role,
        name: &request.person_name,
        device_name: &request.device_name,
        spaces: &spaces,
    };
    core.store
        .write(|txn| {
            core.refresh_from(txn)?;
            let entries = {
                let control = core.control();
                let (trust, keys) = (&control.trust, &control.keys);
                admit_person(&core.identity, trust, keys, new, now_ms, &mut entropy::rng())?
            };
            entries.iter().try_for_each(|entry| journal::append(txn, entry, now_ms))
        })
        .map_err(Stop::Failed)?;
    core.refresh()?;
    core.note_save();
    let person = request.certificate.person;
    let entries = shared.school.control_entries_for(person)?;
    Ok(JoinAnswer::Admitted { proof, entries })
}
