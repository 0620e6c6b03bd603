//! Joining a school, with a ticket or a spoken code.

use std::net::SocketAddr;
use std::path::PathBuf;

use sheaf_charter::{Entry, Identity, JoinAnswer, JoinPass, JoinRequest, PersonId, Ticket};
use sheaf_net::{Link, Node, Protocol};
use sheaf_store::{Home, Store};

use super::admit::CHUNK_BYTES;
use super::{Listen, join_code};
use crate::clock::Clock;
use crate::core::Core;
use crate::entropy;
use crate::error::{Result, SchoolError};
use crate::founding::{make_home, unfinished_home};
use crate::protection::{Protection, derive};
use crate::school::School;
use crate::shape::Joined;

/// The longest answer that is read: control entries of a school over many years.
const MAX_ANSWER_BYTES: usize = 64 * 1024 * 1024;

/// What is needed to join.
#[derive(Clone, Debug)]
pub struct Joining {
    /// The folder of the new home: new or empty, or one in which joining was broken off.
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

/// Joins a school. The home and its keys are made before anybody is asked, so that whoever is let
/// in has where to be; they go again where the other device says no or is not reached. Where it may
/// have said yes they stay, and whoever joins in the same folder goes on with the same keys.
pub async fn join(joining: &Joining, listen: Listen, clock: Clock) -> Result<(School, Joined)> {
    if let JoinPass::Ticket(ticket) = &joining.pass {
        ticket.check_time(clock.now_ms())?;
    }
    let ready = Ready::make(joining)?;
    let admitted = ask(&ready.identity, joining, listen).await;
    let (identity, entries) = match admitted {
        Ok(admitted) => admitted,
        Err(error) => return Err(ready.give_up(error)),
    };
    let core = ready.begin(joining, identity, clock.now_ms(), &entries).map_err(perhaps_in)?;
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

/// A home with keys, in which a school is to be.
struct Ready {
    home: Home,
    store: Store,
    identity: Identity,
    origin: Origin,
}

/// Where a home that is ready comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// It was made for this.
    Made,
    /// Joining was broken off there before.
    Found,
}

impl Ready {
    /// Makes the home, or takes that whose joining was broken off.
    fn make(joining: &Joining) -> Result<Self> {
        let (dir, protection) = (&joining.home, &joining.protection);
        if let Some((home, store, identity)) = unfinished_home(dir, protection)? {
            return Ok(Self { home, store, identity, origin: Origin::Found });
        }
        let person = match &joining.pass {
            JoinPass::Ticket(ticket) => ticket.person,
            JoinPass::Code(_) => None,
        };
        let rng = &mut entropy::rng();
        let identity = match person {
            Some(person) => Identity::generate_device(person, rng),
            None => Identity::generate(rng),
        };
        let (home, store) = make_home(dir, protection, &identity)?;
        Ok(Self { home, store, identity, origin: Origin::Made })
    }

    /// What becomes of it where nobody has let this device in, as far as is known.
    fn give_up(self, error: SchoolError) -> SchoolError {
        let Self { home, store, identity: _, origin } = self;
        drop(store);
        match (origin, error) {
            (_, error @ SchoolError::PerhapsIn { .. }) => error,
            (Origin::Found, error) => perhaps_in(error),
            (Origin::Made, error) => {
                // The first error is the one to report.
                home.wipe().ok();
                error
            }
        }
    }

    /// Keeps what the school has answered. With a code it is known only now whose device it is.
    fn begin(
        self,
        joining: &Joining,
        identity: Identity,
        now_ms: i64,
        entries: &[Entry],
    ) -> Result<Core> {
        if identity.person() != self.identity.person() {
            let keys = derive(self.home.file(), &joining.protection.passphrase())?;
            let sealed = identity.to_sealed(&keys.identity, &mut entropy::rng())?;
            self.home.write_identity(&sealed)?;
        }
        Core::begin(self.home, self.store, identity, now_ms, entries)
    }
}

/// The other device has been asked, and it is not known what it said.
pub(super) fn perhaps_in(error: SchoolError) -> SchoolError {
    SchoolError::PerhapsIn { why: Box::new(error) }
}

/// Asks to be let in; gives whose device this is then, and what the school consists of.
async fn ask(
    identity: &Identity,
    joining: &Joining,
    listen: Listen,
) -> Result<(Identity, Vec<Entry>)> {
    let first = identity.for_person(PersonId::of_first_device(identity.device()));
    let node = Node::bind(&identity.endpoint_secret(), listen.0).await?;
    let admitted = match &joining.pass {
        JoinPass::Ticket(ticket) => {
            let identity = ticket.person.map_or(first, |person| identity.for_person(person));
            by_ticket(&node, joining, ticket, identity).await
        }
        JoinPass::Code(code) => join_code::join(&node, joining, &first, code, listen).await,
    };
    node.close().await;
    admitted
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
    let answer = read_answer(&mut link).await.map_err(perhaps_in)?;
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
