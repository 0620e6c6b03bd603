//! Devices of a school: the head's, with records, and those that join with none.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use sheaf_charter::Role;
use sheaf_school::{
    Clock, Founding, Invitation, Invitee, Joining, Listen, LogLine, Network, Networks, Protection,
    School, SessionShape, join,
};
use tokio::runtime::Runtime;

use crate::material::Material;

/// Long enough for everything on a slow machine; who waits longer waits for nothing.
const LIMIT: Duration = Duration::from_secs(30 * 60);

/// Founds a school with lists, staff and pupils.
pub fn found(home: &Path, material: &Material) -> Result<School> {
    let founding = Founding {
        home: home.to_owned(),
        school: material.name.clone(),
        person: "The head".to_owned(),
        device: "The head's laptop".to_owned(),
        role: Role::Head,
        protection: Protection::Demo,
    };
    let (school, _) = School::found(&founding, Clock::as_of(material.days.1))?;
    school.add_all(material.lists.clone(), None)?;
    school.add_all(material.staff.clone(), None)?;
    school.add_all(material.pupils.clone(), None)?;
    Ok(school)
}

/// A device on the loopback network, and where it can be dialled.
pub fn listen(runtime: &Runtime, school: &School) -> Result<(Network, SocketAddr)> {
    let network = runtime.block_on(Network::start(school, Listen::new(Networks::Loopback, 0)))?;
    let address = network.addresses().first().copied().context("the device has no address")?;
    Ok((network, address))
}

/// A mentor's new device, that has joined and holds no record yet.
pub fn empty(runtime: &Runtime, host: &Network, school: &School, home: PathBuf) -> Result<School> {
    let waiting = host.invite(&invitation(Role::Mentor))?;
    let joined = joined(runtime, waiting.ticket(), home, school.clock().clone())?;
    runtime.block_on(waiting.joined())?;
    Ok(joined)
}

/// An invitation of one colleague.
pub fn invitation(role: Role) -> Invitation {
    let invitee = Invitee::Colleague { role, spaces: Vec::new() };
    Invitation { invitee, expires_minutes: 10 }
}

/// A new device that has joined with a ticket.
pub fn joined(runtime: &Runtime, ticket: &str, home: PathBuf, clock: Clock) -> Result<School> {
    let joining = Joining {
        home,
        pass: ticket.parse()?,
        person: "A colleague".to_owned(),
        device: "A colleague's laptop".to_owned(),
        addresses: Vec::new(),
        protection: Protection::Demo,
    };
    let listen = Listen::new(Networks::Loopback, 0);
    Ok(runtime.block_on(join(&joining, listen, clock))?.0)
}

/// Replicates once with the device at that address.
pub fn sync(runtime: &Runtime, network: &Network, with: SocketAddr) -> Result<SessionShape> {
    let mut synced = runtime.block_on(network.sync(&[with.to_string()], LIMIT))?;
    let failed = format!("no session: {:?}", synced.unreachable);
    let session = synced.sessions.pop().context(failed)?;
    ensure!(session.outcome == "equal", "the two devices are {}", session.outcome);
    Ok(session)
}

/// How many entries a device holds in all spaces.
pub fn entries(school: &School) -> Result<u64> {
    Ok(school.status()?.spaces.iter().map(|space| space.entries).sum())
}

/// An incident, as somebody would log it in a corridor.
pub fn line(material: &Material, number: usize) -> Result<LogLine> {
    let pupils = &material.pupils;
    let pupil = pupils.get(number % pupils.len().max(1)).context("there are no pupils")?;
    Ok(LogLine {
        who: pupil.id.to_string(),
        what: "disruption".to_owned(),
        place: Some("corridor".to_owned()),
        severity: Some(2),
        note: Some("Shouting after the bell, and again when asked to move on.".to_owned()),
        ..LogLine::default()
    })
}
