//! Joining a school with a ticket.

use std::net::SocketAddr;
use std::path::PathBuf;

use sheaf_charter::{Identity, JoinAnswer, JoinRequest, Ticket};
use sheaf_net::{Link, Node, Protocol};

use super::Listen;
use super::invite::CHUNK_BYTES;
use crate::clock::Clock;
use crate::core::Core;
use crate::entropy;
use crate::error::{Result, SchoolError};
use crate::founding::make_home;
use crate::protection::Protection;
use crate::school::School;
use crate::shape::Joined;

/// The longest answer that is read: control entries of a school over many years.
const MAX_ANSWER_BYTES: usize = 64 * 1024 * 1024;

/// What is needed to join.
#[derive(Clone, Debug)]
pub struct Joining {
    /// The folder of the new home: new or empty.
    pub home: PathBuf,
    /// The ticket.
    pub ticket: Ticket,
    /// The joiner's name.
    pub person: String,
    /// What this device is called.
    pub device: String,
    /// Further addresses to try.
    pub addresses: Vec<SocketAddr>,
    /// How the new home is protected.
    pub protection: Protection,
}

/// Joins a school: nothing is made on this device unless the other one has admitted it.
pub async fn join(joining: &Joining, listen: Listen, clock: Clock) -> Result<(School, Joined)> {
    joining.ticket.check_time(clock.now_ms())?;
    let identity = Identity::generate(&mut entropy::rng());
    let secret = identity.endpoint_secret();
    let node = Node::bind(&secret, listen.0).await?;
    let exchanged = exchange(&node, joining, &identity).await;
    node.close().await;
    let (answer, exporter) = exchanged?;
    let (_, entries) = answer.accept(&identity, &joining.ticket, &exporter)?;
    let (home, store) = make_home(&joining.home, &joining.protection, &identity)?;
    let core = Core::begin(home, store, identity, clock.now_ms(), &entries)?;
    let school = School::of(core, clock);
    school.core.settle_down(&school.clock)?;
    let card = school.card()?;
    let control = school.core.control();
    let joined = Joined {
        school: card.school,
        device_id: school.core.device().to_string(),
        spaces: control.space_names(school.person()),
    };
    drop(control);
    Ok((school, joined))
}

async fn exchange(
    node: &Node,
    joining: &Joining,
    identity: &Identity,
) -> Result<(JoinAnswer, [u8; 32])> {
    let ticket = &joining.ticket;
    let mut addresses = ticket.addresses.clone();
    addresses.extend(&joining.addresses);
    let mut link = node.connect(&ticket.endpoint, &addresses, Protocol::Join).await?;
    let exporter = link.exporter()?;
    let request = JoinRequest::new(identity, ticket, &exporter, &joining.person, &joining.device)?;
    link.send(&request.to_bytes()).await?;
    let answer = read_answer(&mut link).await?;
    link.finish().await;
    Ok((JoinAnswer::from_bytes(&answer)?, exporter))
}

async fn read_answer(link: &mut Link) -> Result<Vec<u8>> {
    let mut answer = Vec::new();
    while let Some(chunk) = link.receive().await? {
        if chunk.len() > CHUNK_BYTES || answer.len() + chunk.len() > MAX_ANSWER_BYTES {
            return Err(SchoolError::Refused("the answer of the other device is too long".into()));
        }
        answer.extend(chunk);
    }
    Ok(answer)
}
