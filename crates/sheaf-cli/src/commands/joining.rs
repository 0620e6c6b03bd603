//! Inviting and joining, by a ticket or a spoken code.

use anyhow::{Context, Result};
use sheaf_school::{Invitation, Invitee, Joining, Listen, Network, Protection, WaitingInvite};

use crate::args::{InviteArgs, JoinArgs};
use crate::output::{self, json_line};
use crate::passphrase;
use crate::qr;
use crate::session::{Session, listen};

/// `sheaf invite`.
pub fn invite(session: &Session, args: &InviteArgs) -> Result<()> {
    let school = session.open()?;
    let invitation = Invitation { invitee: invitee(args)?, expires_minutes: args.expires_minutes };
    Session::runtime()?.block_on(async {
        let network = match Network::try_start(&school, listen(args.loopback, args.port)).await? {
            Some(network) => network,
            // The ticket says where this one listens.
            None => Network::beside(&school, args.loopback.into()).await?,
        };
        let waiting = network.invite(&invitation)?;
        if args.code {
            tell_code(session, args, &waiting)
        } else {
            tell_ticket(session, &waiting)
        }?;
        let joined = waiting.joined().await?;
        if session.out.is_json() {
            json_line(&serde_json::json!({ "joined": joined }))?;
        } else {
            output::print(&format!("{} has joined", joined.person))?;
        }
        network.stop().await;
        Ok(())
    })
}

fn invitee(args: &InviteArgs) -> Result<Invitee> {
    if let Some(person) = &args.device_of {
        return Ok(Invitee::DeviceOf(person.clone()));
    }
    let role = args.role.context("in which role? Give --role")?;
    Ok(Invitee::Colleague { role, spaces: args.spaces.clone() })
}

fn tell_code(session: &Session, args: &InviteArgs, waiting: &WaitingInvite) -> Result<()> {
    if session.out.is_json() {
        let addresses = waiting.addresses();
        return json_line(&serde_json::json!({ "code": waiting.code(), "addresses": addresses }));
    }
    output::print(waiting.code())?;
    let minutes = output::counted(args.expires_minutes.into(), "minute", "minutes");
    output::note(&format!(
        "Read these four words out. On the other device: sheaf join FOUR WORDS --person NAME\n\
         They are good for {minutes} and one device; three wrong guesses end them"
    ));
    if let Some(address) = waiting.addresses().first() {
        output::note(&format!("If that device does not find this one: --address {address}"));
    }
    Ok(())
}

fn tell_ticket(session: &Session, waiting: &WaitingInvite) -> Result<()> {
    if session.out.is_json() {
        return json_line(&serde_json::json!({ "ticket": waiting.ticket() }));
    }
    if output::is_terminal()
        && let Some(picture) = qr::picture(waiting.ticket())
    {
        output::print(&picture)?;
    }
    output::print(waiting.ticket())?;
    output::note("Waiting for the other device: sheaf join TICKET --person NAME");
    Ok(())
}

/// `sheaf join`.
pub fn join(session: &Session, args: &JoinArgs) -> Result<()> {
    let mut joining = Joining {
        home: session.home()?.to_owned(),
        pass: args.pass.join(" ").parse()?,
        person: args.person.clone(),
        device: args.device.clone(),
        addresses: Vec::new(),
        protection: Protection::Passphrase(passphrase::to_protect()?),
    };
    Session::runtime()?.block_on(async {
        for address in &args.addresses {
            joining.addresses.extend(address.resolve().await?);
        }
        let listen = Listen::new(args.loopback.into(), 0);
        let (_, joined) = sheaf_school::join(&joining, listen, session.clock()).await?;
        session.out.value(&joined, |joined| {
            if joined.role == "locker" {
                return "Joined as a locker. Start it with `sheaf serve --locker`: it keeps the \
                        school's records sealed, can open none of them, and hands them on\n"
                    .to_owned();
            }
            format!("Joined {}; it has these spaces: {}\n", joined.school, joined.spaces.join(", "))
        })
    })
}
