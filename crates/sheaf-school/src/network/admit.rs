//! Answering a device that has come to join, and admitting it.

use std::sync::Arc;
use std::time::Duration;

use sheaf_charter::{
    Certificate, CharterError, CodeClaim, CodeInvite, Grant, JoinAnswer, JoinRefusal, JoinRequest,
    NewDevice, NewPerson, admit_device, admit_person,
};
use sheaf_net::{Arriving, Link, NetError};

use super::invite::JoinedDevice;
use super::{Event, Shared, lock};
use crate::entropy;
use crate::error::{Result, SchoolError};
use crate::journal;

/// How an answer that is longer than a frame is cut.
pub(super) const CHUNK_BYTES: usize = 512 * 1024;

/// Anybody may knock to join: whoever says nothing is not waited for.
const ASKING_TIMEOUT: Duration = Duration::from_secs(20);

/// A device that may be admitted.
struct Passed {
    certificate: Certificate,
    person_name: String,
    device_name: String,
    grant: Grant,
    proof: [u8; 32],
}

/// Answers a device that comes with a ticket.
pub(super) async fn by_ticket(shared: &Arc<Shared>, arriving: Arriving) -> Result<()> {
    let endpoint = arriving.key();
    let asked = tokio::time::timeout(ASKING_TIMEOUT, async {
        let mut link = arriving.take().await?;
        let request = link.receive().await?;
        Ok::<_, NetError>((link, request))
    });
    let (link, Some(request)) = asked.await.map_err(silent)?? else { return Ok(()) };
    let exporter = link.exporter()?;
    let request = JoinRequest::from_bytes(&request)?;
    let now_ms = shared.school.clock.now_ms();
    let taken = {
        let mut open = lock(&shared.invite);
        open.as_mut().ok_or(JoinRefusal::NoInvitation).and_then(|open| {
            let proof = open.ticket.take(&request, &exporter, &endpoint, now_ms);
            open.note_attempts();
            proof.map(|proof| (proof, open.ticket.grant.clone()))
        })
    };
    let passed = taken.map(|(proof, grant)| Passed {
        certificate: request.certificate,
        person_name: request.person_name,
        device_name: request.device_name,
        grant,
        proof,
    });
    answer(shared, link, passed).await
}

/// Answers a device that comes with a spoken code.
pub(super) async fn by_code(shared: &Arc<Shared>, arriving: Arriving) -> Result<()> {
    let outcome = hear_and_answer(shared, arriving).await;
    // Not before the answer is out: whoever waits for this may end the process.
    if let Some(open) = lock(&shared.invite).as_mut() {
        open.note_attempts();
    }
    outcome
}

async fn hear_and_answer(shared: &Arc<Shared>, arriving: Arriving) -> Result<()> {
    let endpoint = arriving.key();
    let asked = tokio::time::timeout(ASKING_TIMEOUT, async {
        let mut link = arriving.take().await?;
        let claimed = hear(shared, &mut link, &endpoint).await;
        Ok::<_, NetError>((link, claimed))
    });
    let (link, claimed) = asked.await.map_err(silent)??;
    let passed = match claimed {
        Ok((claim, proof, grant)) => Ok(Passed {
            certificate: claim.certificate,
            person_name: claim.person_name,
            device_name: claim.device_name,
            grant,
            proof,
        }),
        Err(SchoolError::Charter(CharterError::JoinRefused(reason))) => Err(reason),
        Err(error) => return Err(error),
    };
    answer(shared, link, passed).await
}

/// The exchange up to the joiner's claim.
async fn hear(
    shared: &Arc<Shared>,
    link: &mut Link,
    endpoint: &[u8; 32],
) -> Result<(CodeClaim, [u8; 32], Grant)> {
    let exporter = link.exporter()?;
    let hello = next(link).await?;
    let (meeting, reply) =
        step(shared, |code, now| code.meet(&hello, &exporter, now, &mut entropy::rng()))?;
    link.send(&reply).await?;
    let words = next(link).await?;
    let (met, offer) = step(shared, |code, now| code.hear(meeting, &words, now))?;
    link.send(&offer).await?;
    let claim = next(link).await?;
    step(shared, |code, now| {
        let (claim, proof) = code.take(met, &claim, endpoint, now)?;
        Ok((claim, proof, code.grant().clone()))
    })
}

async fn next(link: &mut Link) -> Result<Vec<u8>> {
    let gone = || SchoolError::Refused("a device that came to join went away".to_owned());
    link.receive().await?.ok_or_else(gone)
}

/// One step of the exchange, on the invitation that is open now.
fn step<T>(
    shared: &Shared,
    work: impl FnOnce(&mut CodeInvite, i64) -> Result<T, CharterError>,
) -> Result<T> {
    let now_ms = shared.school.clock.now_ms();
    let mut open = lock(&shared.invite);
    let open = open.as_mut().ok_or(CharterError::JoinRefused(JoinRefusal::NoInvitation))?;
    Ok(work(&mut open.code, now_ms)?)
}

fn silent(_: tokio::time::error::Elapsed) -> SchoolError {
    SchoolError::Refused("a device that came to join said nothing".to_owned())
}

/// Admits whoever passed, and sends the answer.
async fn answer(
    shared: &Arc<Shared>,
    mut link: Link,
    passed: Result<Passed, JoinRefusal>,
) -> Result<()> {
    let passed = match passed {
        Ok(passed) => passed,
        Err(reason) => {
            send(&mut link, &JoinAnswer::Refused(reason)).await?;
            link.finish().await;
            return Ok(());
        }
    };
    let worker = Arc::clone(shared);
    let task = tokio::task::spawn_blocking(move || {
        let admitted = admit(&worker, &passed);
        (passed, admitted)
    });
    let failed = || SchoolError::Refused("the admission stopped unexpectedly".to_owned());
    let (passed, admitted) = task.await.map_err(|_| failed())?;
    let (answer, error) = match admitted {
        Ok(answer) => (answer, None),
        Err(error) => (JoinAnswer::Refused(JoinRefusal::Failed), Some(error)),
    };
    send(&mut link, &answer).await?;
    link.finish().await;
    match error {
        Some(error) => Err(error),
        None => {
            tell(shared, &passed);
            Ok(())
        }
    }
}

async fn send(link: &mut Link, answer: &JoinAnswer) -> Result<()> {
    for chunk in answer.to_bytes().chunks(CHUNK_BYTES) {
        link.send(chunk).await?;
    }
    Ok(())
}

fn tell(shared: &Shared, passed: &Passed) {
    let device_id = passed.certificate.device.to_string();
    // A further device is of somebody whose name is known; what the joiner calls them is not used.
    let person = shared.person_of(passed.certificate.device);
    shared.events.send(Event::Joined { device: device_id.clone(), person: person.clone() });
    if let Some(open) = lock(&shared.invite).take() {
        open.end(JoinedDevice { person, device_id });
    }
}

fn admit(shared: &Shared, passed: &Passed) -> Result<JoinAnswer> {
    let core = &shared.school.core;
    let now_ms = shared.school.clock.now_ms();
    let (certificate, rng) = (passed.certificate, &mut entropy::rng());
    core.store.write(|txn| {
        core.refresh_from(txn)?;
        let entries = {
            let control = core.control();
            let (identity, trust, keys) = (&core.identity, &control.trust, &control.keys);
            match &passed.grant {
                // It was let in before, and the answer did not reach it.
                _ if trust.certificate(certificate.device) == Some(&certificate) => Vec::new(),
                Grant::Person { role, spaces } => {
                    let new = NewPerson {
                        certificate,
                        role: *role,
                        name: &passed.person_name,
                        device_name: &passed.device_name,
                        spaces,
                    };
                    admit_person(identity, trust, keys, new, now_ms, rng)?
                }
                Grant::Device { .. } => {
                    let new = NewDevice { certificate, name: &passed.device_name };
                    admit_device(identity, trust, keys, new, now_ms, rng)?
                }
            }
        };
        entries.iter().try_for_each(|entry| journal::append(txn, entry, now_ms))
    })?;
    core.refresh()?;
    core.note_save();
    // They are in by now: what this device owes besides must not keep them out.
    if let Err(error) = core.settle_down(&shared.school.clock) {
        shared.events.send(Event::Failed { reason: error.to_string() });
    }
    let entries = shared.school.control_entries_for(certificate.device)?;
    Ok(JoinAnswer::Admitted { proof: passed.proof, entries })
}
