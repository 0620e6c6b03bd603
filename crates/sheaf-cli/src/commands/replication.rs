//! Replicating once, or for as long as the process runs.

use std::time::Duration;

use anyhow::{Result, bail};
use sheaf_school::{Network, SessionShape};

use crate::args::{ServeArgs, SyncArgs};
use crate::output::{self, json_line};
use crate::session::{Session, listen, note_port};

/// `sheaf serve`.
pub fn serve(session: &Session, args: &ServeArgs) -> Result<()> {
    let school = session.open()?;
    Session::runtime()?.block_on(async {
        let network = Network::start(&school, listen(args.loopback, args.port)).await?;
        note_port(&network);
        let mut events = network.events();
        for address in &args.with {
            network.stay_in_touch(*address);
        }
        if !args.events {
            let addresses: Vec<String> =
                network.addresses().iter().map(ToString::to_string).collect();
            output::note(&format!("Listening on {}; Ctrl+C ends it", addresses.join(", ")));
        }
        loop {
            tokio::select! {
                event = events.recv() => match event {
                    Some(event) if args.events => json_line(&event)?,
                    Some(event) => output::note(&event.to_string()),
                    None => break,
                },
                stopped = tokio::signal::ctrl_c() => {
                    stopped?;
                    break;
                }
            }
        }
        network.stop().await;
        Ok(())
    })
}

/// `sheaf sync`.
pub fn sync(session: &Session, args: &SyncArgs) -> Result<()> {
    let school = session.open()?;
    let limit = Duration::from_secs(u64::from(args.timeout_s));
    let synced = Session::runtime()?.block_on(async {
        let network = Network::dialling(&school, args.loopback.into()).await?;
        let synced = network.sync(&args.with, limit).await;
        network.stop().await;
        synced
    })?;
    session.out.rows(&synced, &["with", "sent", "received", "outcome", "seconds"], |synced| {
        synced.sessions.iter().map(session_row).collect()
    })?;
    let failed: Vec<String> =
        synced.unreachable.iter().map(|one| format!("{}: {}", one.peer, one.why)).collect();
    if synced.sessions.is_empty() {
        bail!(match failed.as_slice() {
            [] => "no device has been met yet; give an address with --with".to_owned(),
            failed => format!("no device was reached: {}", failed.join("; ")),
        });
    }
    for line in &failed {
        output::note(line);
    }
    if let Some(one) = synced.sessions.iter().find(|one| one.outcome == "different") {
        bail!("this device and {}'s still differ; run `sheaf verify`", one.person);
    }
    Ok(())
}

fn session_row(session: &SessionShape) -> Vec<String> {
    vec![
        session.person.clone(),
        session.sent.to_string(),
        session.received.to_string(),
        session.outcome.clone(),
        format!("{:.2}", session.seconds),
    ]
}
