//! Joining a school with a spoken code.

use std::time::Duration;

use sheaf_charter::{CodeJoin, Entry, Grant, Identity, JoinAnswer, SpokenCode};
use sheaf_net::{Node, Protocol, SlotClaim, SlotSearch};

use super::Listen;
use super::join::{Joining, perhaps_in, read_answer};
use crate::entropy;
use crate::error::{Result, SchoolError};

/// How long a device that answers to the slot is looked for.
const SEARCH: Duration = Duration::from_secs(10);
/// How long another one is, once one has answered and did not know the words.
const SEARCH_FURTHER: Duration = Duration::from_secs(2);

/// Asks each device that answers to the slot, until one lets this one in.
pub(super) async fn join(
    node: &Node,
    joining: &Joining,
    identity: &Identity,
    code: &SpokenCode,
    listen: Listen,
) -> Result<(Identity, Vec<Entry>)> {
    let (slot, typed) = (code.slot(), joining.addresses.as_slice());
    let nonce = entropy::bytes();
    let mut search = SlotSearch::start(node, slot, typed, listen.0, nonce).await?;
    let mut refused = None;
    loop {
        let patience = if refused.is_some() { SEARCH_FURTHER } else { SEARCH };
        let Ok(Some(claim)) = tokio::time::timeout(patience, search.next()).await else { break };
        match ask(node, joining, identity, code, &claim).await {
            Ok(admitted) => return Ok(admitted),
            // Whoever has let it in knew the words: nobody else does.
            Err(error @ SchoolError::PerhapsIn { .. }) => return Err(error),
            Err(error) => refused = Some(error),
        }
    }
    Err(refused.unwrap_or_else(|| SchoolError::NoAnswer { slot: slot.to_owned() }))
}

async fn ask(
    node: &Node,
    joining: &Joining,
    identity: &Identity,
    code: &SpokenCode,
    claim: &SlotClaim,
) -> Result<(Identity, Vec<Entry>)> {
    let mut link = node.connect(&claim.key, &claim.addresses, Protocol::JoinByCode).await?;
    let exporter = link.exporter()?;
    let (join, hello) = CodeJoin::begin(code, &mut entropy::rng())?;
    link.send(&hello).await?;
    let reply = link.receive().await?.ok_or_else(gone)?;
    let (asked, words) = join.met(&reply, &exporter)?;
    link.send(&words).await?;
    let offer = link.receive().await?.ok_or_else(gone)?;
    let offered = asked.offered(&offer, &claim.key)?;
    // The node's keys are those of the device that joins, whoever's it is to be.
    let identity = identity.for_person(match offered.offer().grant {
        Grant::Person { .. } => identity.person(),
        Grant::Device { person } => person,
    });
    let (claimed, frame) = offered.claim(&identity, &joining.person, &joining.device)?;
    link.send(&frame).await?;
    let answer = read_answer(&mut link).await.map_err(perhaps_in)?;
    let answer = JoinAnswer::from_bytes(&answer)?;
    link.finish().await;
    let (_, entries) = claimed.accept(answer, &identity)?;
    Ok((identity, entries))
}

fn gone() -> SchoolError {
    SchoolError::Refused("the other device ended the conversation; ask for a new code".to_owned())
}
