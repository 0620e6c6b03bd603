//! Replicating once, or for as long as the process runs.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Result, bail};
use sheaf_school::{Event, Network, SessionShape, Synced, Unreached};

use crate::args::{ServeArgs, SyncArgs};
use crate::output::{self, json_line};
use crate::session::{Session, listen, note_port};

/// Whoever hears nothing of the end notices by themselves; where nobody has answered there is
/// nobody to tell.
const FAREWELL: Duration = Duration::from_millis(500);

/// `sheaf serve`.
pub fn serve(session: &Session, args: &ServeArgs) -> Result<()> {
    let school = session.open_any()?;
    if args.locker {
        school.check_is_locker()?;
        no_folder(&args.folders)?;
    } else {
        school.check_reads()?;
    }
    Session::runtime()?.block_on(async {
        let mut with = Vec::new();
        for address in &args.with {
            with.extend(address.resolve().await?);
        }
        let network = Network::start(&school, listen(args.loopback, args.port)).await?;
        note_port(&network);
        let mut events = network.events();
        if args.relay {
            network.relay().await?;
        }
        for address in with {
            network.stay_in_touch(address);
        }
        for folder in &args.folders {
            network.carry(folder.clone());
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
    let school = session.open_any()?;
    if school.check_reads().is_err() {
        no_folder(&args.folders)?;
    }
    let limit = Duration::from_secs(u64::from(args.timeout_s));
    let mut synced = if args.folders.is_empty() || !args.with.is_empty() {
        Session::runtime()?.block_on(async {
            let network = Network::dialling(&school, args.loopback.into()).await?;
            let synced = sync_and_tell(&network, &args.with, limit).await;
            tokio::time::timeout(FAREWELL, network.stop()).await.ok();
            synced
        })?
    } else {
        Synced { sessions: Vec::new(), unreachable: Vec::new() }
    };
    let (mut notes, mut in_the_way) = (Vec::new(), Vec::new());
    for folder in &args.folders {
        match school.sync_folder(folder) {
            Ok(done) => {
                synced.sessions.push(done.session);
                notes.extend(done.notes);
                in_the_way.extend(done.unwritten.or(done.unread));
            }
            Err(error) => {
                let (peer, why) = (folder.display().to_string(), error.to_string());
                synced.unreachable.push(Unreached { peer, why });
            }
        }
    }
    session.out.rows(&synced, &["with", "sent", "received", "outcome", "seconds"], |synced| {
        synced.sessions.iter().map(session_row).collect()
    })?;
    notes.iter().for_each(|note| output::note(note));
    settle(&synced, args, &in_the_way)
}

/// Replicates once, and tells meanwhile how much has arrived.
async fn sync_and_tell(network: &Network, with: &[String], limit: Duration) -> Result<Synced> {
    let mut events = network.events();
    let mut syncing = std::pin::pin!(network.sync(with, limit));
    let mut arrived = 0;
    let synced = loop {
        tokio::select! {
            synced = &mut syncing => break synced,
            Some(Event::Received { entries, .. }) = events.recv() => {
                arrived += entries;
                let entries = output::counted(arrived, "entry", "entries");
                output::progress(&format!("Arrived so far: {entries}…"));
            }
        }
    };
    output::progress_done();
    Ok(synced?)
}

/// What lies in a folder is sealed to members: a locker could not tell what it is.
fn no_folder(folders: &[PathBuf]) -> Result<()> {
    if folders.is_empty() {
        return Ok(());
    }
    bail!("a locker cannot use a shared folder, whose files it cannot open; leave --folder out")
}

/// Whether all went well, as the one line that scripts read. Of shared folders it is told besides
/// what is in the way of the rest.
fn settle(synced: &Synced, args: &SyncArgs, in_the_way: &[String]) -> Result<()> {
    let failed: Vec<String> = synced.unreachable.iter().map(unreached).collect();
    if synced.sessions.is_empty() {
        bail!(match failed.as_slice() {
            [] => "no address of any device is known; give one with --with".to_owned(),
            failed if args.folders.is_empty() => {
                format!("no device was reached: {}", failed.join("; "))
            }
            failed => failed.join("; "),
        });
    }
    for line in &failed {
        output::note(line);
    }
    if !in_the_way.is_empty() {
        bail!(in_the_way.join("; "));
    }
    let Some(one) = synced.sessions.iter().find(|one| one.outcome == "different") else {
        return Ok(());
    };
    if one.carrier == "folder" {
        bail!("not all that lies in {} is whole yet; try again in a while", one.peer);
    }
    bail!("this device and {}'s still differ; run `sheaf verify`", one.person)
}

/// A folder is named in what is wrong with it.
fn unreached(one: &Unreached) -> String {
    if one.why.starts_with(&one.peer) {
        one.why.clone()
    } else {
        format!("{}: {}", one.peer, one.why)
    }
}

fn session_row(session: &SessionShape) -> Vec<String> {
    vec![
        if session.carrier == "folder" { session.peer.clone() } else { session.person.clone() },
        session.sent.to_string(),
        session.received.to_string(),
        session.outcome.clone(),
        format!("{:.2}", session.seconds),
    ]
}
