//! Joining a school, with a ticket or a spoken code.

use std::net::SocketAddr;
use std::path::PathBuf;

use sheaf_charter::{Entry, Identity, JoinAnswer, JoinPass, JoinRequest, Ticket};
use sheaf_net::{Link, Node, Protocol};

use super::admit::CHUNK_BYTES;
use super::{Listen, join_code};
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
    /// The ticket, or the words that were read out.
    pub pass: JoinPass,
    /// The joiner's name.
    pub person: String,
    /// What this device is called.
    pub device: String,
    /// Addresses to try, beside those in a ticket.
    pub addresses: Vec<SocketAddr>,
    /// How the new home is protected.
    pub protection: Protection,
}

/// Joins a school: nothing is made on this device unless the other one has admitted it.
pub async fn join(joining: &Joining, listen: Listen, clock: Clock) -> Result<(School, Joined)> {
    let identity = match &joining.pass {
        JoinPass::Ticket(ticket) => {
            ticket.check_time(clock.now_ms())?;
            let rng = &mut entropy::rng();
            match ticket.person {
                Some(person) => Identity::generate_device(person, rng),
                None => Identity::generate(rng),
            }
        }
        JoinPass::Code(_) => Identity::generate(&mut entropy::rng()),
    };
    let node = Node::bind(&identity.endpoint_secret(), listen.0).await?;
    let admitted = match &joining.pass {
        JoinPass::Ticket(ticket) => by_ticket(&node, joining, ticket, identity).await,
        JoinPass::Code(code) => join_code::join(&node, joining, &identity, code, listen).await,
    };
    node.close().await;
    let (identity, entries) = admitted?;
    let (home, store) = make_home(&joining.home, &joining.protection, &identity)?;
    let core = Core::begin(home, store, identity, clock.now_ms(), &entries)?;
    let school = School::of(core, clock);
    school.core.settle_down(&school.clock)?;
    let card = school.card()?;
    let control = school.core.control();
    let joined = Joined {
        school: card.school,
        device_id: school.core.device().to_string(),
        role: card.role,
        spaces: control.space_names(school.person()),
    };
    Ok((school, joined))
}

async fn by_ticket(
    node: &Node,
    joining: &Joining,
    ticket: &Ticket,
    identity: Identity,
) -> Result<(Identity, Vec<Entry>)> {
    let mut addresses = ticket.addresses.clone();
    addresses.extend(&joining.addresses);
    let mut link = node.connect(&ticket.endpoint, &addresses, Protocol::Join).await?;
    let exporter = link.exporter()?;
    let request = JoinRequest::new(&identity, ticket, &exporter, &joining.person, &joining.device)?;
    link.send(&request.to_bytes()).await?;
    let answer = read_answer(&mut link).await?;
    link.finish().await;
    let (_, entries) = JoinAnswer::from_bytes(&answer)?.accept(&identity, ticket, &exporter)?;
    Ok((identity, entries))
}

/// Reads an answer, which comes in pieces.
pub(super) async fn read_answer(link: &mut Link) -> Result<Vec<u8>> {
    let mut answer = Vec::new();
    while let Some(chunk) = link.receive().await? {
        if chunk.len() > CHUNK_BYTES || answer.len() + chunk.len() > MAX_ANSWER_BYTES {
            return Err(SchoolError::Refused("the answer of the other device is too long".into()));
        }
        answer.extend(chunk);
    }
    Ok(answer)
}
