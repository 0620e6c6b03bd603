//! The window, or a picture of it.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use sheaf_school::desk::{Desk, DeskBusy};
use sheaf_school::{Listen, Network, NetworkSlot, School};
use sheaf_workbench::{Busy, Link, Picture, Settings, Wake};
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;

use crate::args::WorkbenchArgs;
use crate::output;
use crate::session::Session;

/// How long a picture waits for a metric on a slow machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// `sheaf workbench`.
pub fn workbench(session: &Session, args: &WorkbenchArgs) -> Result<()> {
    let school = session.open()?;
    let settings = settings(args)?;
    if let Some(file) = &args.screenshot {
        let picture = picture(args)?;
        let desk = move |wake: Wake| link(&school, &NetworkSlot::default(), wake);
        let png = sheaf_workbench::screenshot(settings, picture, connect(desk))?;
        sheaf_school::write_file(file, &png)?;
        output::note(&format!("Drew {}", file.display()));
        return Ok(());
    }
    let runtime = Session::runtime()?;
    let network = NetworkSlot::default();
    let waiting = go_online(&runtime, &school, &network, args)?;
    let at_the_end = network.clone();
    let desk = move |wake: Wake| link(&school, &network, wake);
    let closed = sheaf_workbench::run(settings, connect(desk));
    if let Some(waiting) = waiting {
        waiting.abort();
    }
    if let Some(network) = at_the_end.get() {
        runtime.block_on(network.stop());
    }
    Ok(closed?)
}

fn settings(args: &WorkbenchArgs) -> Result<Settings> {
    let mut settings = Settings { theme: args.theme.parse()?, ..Settings::default() };
    settings.exports = exports();
    if let Some(view) = &args.view {
        settings.opening = view.parse()?;
    }
    Ok(settings)
}

/// Where people look for what they have exported.
fn exports() -> PathBuf {
    let home = std::env::home_dir().unwrap_or_else(|| PathBuf::from("."));
    let documents = home.join("Documents");
    if documents.is_dir() { documents } else { home }
}

fn picture(args: &WorkbenchArgs) -> Result<Picture> {
    let size = args.size.split_once('x');
    let parsed = size.and_then(|(width, height)| {
        Some((width.parse::<u16>().ok()?, height.parse::<u16>().ok()?))
    });
    let (width, height) =
        parsed.with_context(|| format!("--size {}: write it as 1400x900", args.size))?;
    if !(0.5..=4.0).contains(&args.scale) {
        bail!("--scale {}: between 0.5 and 4", args.scale);
    }
    Ok(Picture {
        width: f32::from(width),
        height: f32::from(height),
        pixels_per_point: args.scale,
        patience: PATIENCE,
    })
}

/// One process of a home holds the network; a window beside it waits and takes over from it.
fn go_online(
    runtime: &Runtime,
    school: &School,
    slot: &NetworkSlot,
    args: &WorkbenchArgs,
) -> Result<Option<JoinHandle<()>>> {
    let listen = Listen::new(args.loopback.into(), args.port);
    if let Some(network) = runtime.block_on(Network::try_start(school, listen))? {
        connect_to(network, slot, &args.peers);
        return Ok(None);
    }
    output::note("Another process of this home is on the network; this one takes over after it");
    let (school, slot, peers) = (school.clone(), slot.clone(), args.peers.clone());
    Ok(Some(runtime.spawn(async move {
        match Network::take_over(&school, listen).await {
            Ok(network) => connect_to(network, &slot, &peers),
            Err(error) => output::note(&format!("sheaf: the network could not be taken: {error}")),
        }
    })))
}

fn connect_to(network: Network, slot: &NetworkSlot, peers: &[SocketAddr]) {
    for peer in peers {
        network.stay_in_touch(*peer);
    }
    slot.fill(network);
}

/// Opens the desk; a window whose desk cannot be opened says so in its place.
fn link(
    school: &School,
    network: &NetworkSlot,
    wake: Wake,
) -> Result<Link, sheaf_school::SchoolError> {
    let (sender, receive) = Desk::open(school, network, wake)?.into_parts();
    let send = Box::new(move |id, request| sender.send(id, request).map_err(|DeskBusy| Busy));
    Ok(Link { send, receive })
}

/// The desk needs two threads; a machine that has none left gets a link that is closed.
fn connect(
    desk: impl FnOnce(Wake) -> Result<Link, sheaf_school::SchoolError>,
) -> impl FnOnce(Wake) -> Link {
    move |wake| {
        desk(wake).unwrap_or_else(|error| {
            output::note(&format!("sheaf: {error}"));
            let (_, receive) = std::sync::mpsc::channel();
            Link { send: Box::new(|_, _| Err(Busy)), receive }
        })
    }
}
