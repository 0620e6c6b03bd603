//! The window, or a picture of it.

use std::cell::RefCell;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Duration;

use anyhow::Result;
use sheaf_school::desk::{Desk, DeskBusy};
use sheaf_school::{Listen, Network, NetworkSlot, School};
use sheaf_workbench::{Behind, Busy, Connect, Door, Kept, Link, Picture, Settings, Wake};
use tokio::runtime::{Handle, Runtime};

use super::door::{self, Doorman};
use crate::args::{Opened, WorkbenchArgs};
use crate::session::{Session, listen, note_port};
use crate::{output, passphrase};

/// How long a picture waits for a metric on a slow machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// `sheaf workbench`.
pub fn workbench(session: &Session, args: &WorkbenchArgs) -> Result<()> {
    if let Some(file) = &args.screenshot {
        let png = draw(session, args)?;
        sheaf_school::write_file(file, &png)?;
        output::note(&format!("Drew {}", file.display()));
        return Ok(());
    }
    let home = session.home()?;
    let runtime = Session::runtime()?;
    let slot = Slot::default();
    let opened = match behind(home)? {
        Some(_) => at_the_door(session, args, &runtime, &slot),
        None => inside(session, args, &runtime, &slot),
    };
    runtime.block_on(slot.borrow().stop());
    opened
}

/// The network of the school behind the window: another one after each lock, and after a wipe.
type Slot = Rc<RefCell<NetworkSlot>>;

/// The window as a picture.
fn draw(session: &Session, args: &WorkbenchArgs) -> Result<Vec<u8>> {
    let picture = picture(args);
    let behind = match args.view {
        Some(Opened::Welcome) => Some(Behind::Nothing(session.home()?.to_owned())),
        Some(Opened::Unlock) => Some(Behind::Locked(session.home()?.to_owned())),
        _ => None,
    };
    if let Some(behind) = behind {
        let (theme, zoom) = (args.theme.unwrap_or_default(), args.zoom.unwrap_or(1.0));
        let settings = Settings { theme, zoom, ..Settings::default() };
        let (_, receive) = std::sync::mpsc::channel();
        let door = Door { behind, send: Box::new(|_| {}), receive };
        return Ok(sheaf_workbench::screenshot_at_door(settings, picture, door)?);
    }
    let settings = settings(args);
    let school = session.open()?;
    let desk = move |wake: Wake| link(&school, &NetworkSlot::default(), wake);
    Ok(sheaf_workbench::screenshot(settings, picture, connect(desk))?)
}

/// What keeps the window out of the school, if something does.
fn behind(home: &Path) -> Result<Option<Behind>> {
    if !School::is_home(home)? {
        return Ok(Some(Behind::Nothing(home.to_owned())));
    }
    let is_locked = School::is_protected(home)? && passphrase::from_environment()?.is_none();
    Ok(is_locked.then(|| Behind::Locked(home.to_owned())))
}

/// A window into a school that is open.
fn inside(session: &Session, args: &WorkbenchArgs, runtime: &Runtime, slot: &Slot) -> Result<()> {
    let school = session.open()?;
    let settings = as_kept(settings(args), session.home()?, args);
    let online = slot.borrow().clone();
    go_online(runtime.handle(), &school, &online, args)?;
    let desk = move |wake: Wake| link(&school, &online, wake);
    let doors = doors(session, args, runtime, slot)?;
    Ok(sheaf_workbench::run_inside(settings, connect(desk), doors)?)
}

/// A window that makes, joins or unlocks a school first.
fn at_the_door(
    session: &Session,
    args: &WorkbenchArgs,
    runtime: &Runtime,
    slot: &Slot,
) -> Result<()> {
    let settings = as_kept(settings(args), session.home()?, args);
    Ok(sheaf_workbench::run_at_door(settings, doors(session, args, runtime, slot)?)?)
}

/// Opens doors onto the home as it then is.
fn doors(
    session: &Session,
    args: &WorkbenchArgs,
    runtime: &Runtime,
    slot: &Slot,
) -> Result<impl FnMut(Wake) -> Door + 'static> {
    let (home, as_of) = (session.home()?.to_owned(), session.as_of());
    let (handle, args, slot) = (runtime.handle().clone(), args.clone(), Rc::clone(slot));
    Ok(move |wake: Wake| {
        let behind = match behind(&home) {
            Ok(behind) => behind.unwrap_or_else(|| Behind::Locked(home.clone())),
            Err(error) => {
                output::note(&format!("sheaf: {error}"));
                Behind::Locked(home.clone())
            }
        };
        let online = fresh(&slot, &handle);
        let (network, listen) = ((handle.clone(), args.clone()), args.loopback.into());
        let opens = move |school: School| {
            go_online(&network.0, &school, &online, &network.1)?;
            let desk = move |wake: Wake| link(&school, &online, wake);
            Ok(Box::new(connect(desk)) as Connect)
        };
        let doorman = Doorman {
            home: home.clone(),
            as_of,
            runtime: handle.clone(),
            listen: Listen::new(listen, 0),
            opens: Box::new(opens),
        };
        let shut = behind.clone();
        door::open(doorman, behind, wake).unwrap_or_else(|error| {
            output::note(&format!("sheaf: {error}"));
            let (_, receive) = std::sync::mpsc::channel();
            Door { behind: shut, send: Box::new(|_| {}), receive }
        })
    })
}

/// Room for the network of another school; that of the one before ends, and nobody waits for it.
fn fresh(slot: &Slot, handle: &Handle) -> NetworkSlot {
    let new = NetworkSlot::default();
    let before = slot.replace(new.clone());
    handle.spawn(async move { before.stop().await });
    new
}

/// Settings as this device has kept them; what the command line says goes before.
fn as_kept(settings: Settings, home: &Path, args: &WorkbenchArgs) -> Settings {
    let Ok(Some(text)) = School::kept_face(home) else { return settings };
    match Kept::read(&text) {
        Ok(kept) => {
            let named = args.theme.is_some().then_some(settings.theme);
            let sized = args.zoom.is_some().then_some(settings.zoom);
            let kept = kept.over(settings);
            let theme = named.unwrap_or(kept.theme);
            Settings { theme, zoom: sized.unwrap_or(kept.zoom), ..kept }
        }
        Err(error) => {
            output::note(&format!("sheaf: {error}"));
            settings
        }
    }
}

fn settings(args: &WorkbenchArgs) -> Settings {
    let (theme, zoom) = (args.theme.unwrap_or_default(), args.zoom.unwrap_or(1.0));
    let usual = Settings::default();
    let opening = match args.view {
        Some(Opened::View(opening)) => opening,
        _ => usual.opening,
    };
    Settings { theme, zoom, opening, exports: exports(), ..usual }
}

/// Where people look for what they have exported.
fn exports() -> PathBuf {
    let home = std::env::home_dir().unwrap_or_else(|| PathBuf::from("."));
    let documents = home.join("Documents");
    if documents.is_dir() { documents } else { home }
}

fn picture(args: &WorkbenchArgs) -> Picture {
    let (width, height) = args.size;
    Picture {
        width: f32::from(width),
        height: f32::from(height),
        pixels_per_point: args.scale,
        patience: PATIENCE,
    }
}

/// One process of a home holds the network; a window beside it waits and takes over from it. The
/// wait ends with the runtime.
fn go_online(
    runtime: &Handle,
    school: &School,
    slot: &NetworkSlot,
    args: &WorkbenchArgs,
) -> Result<()> {
    let listen = listen(args.loopback, args.port);
    if let Some(network) = runtime.block_on(Network::try_start(school, listen))? {
        note_port(&network);
        stay_in_touch(&network, &args.peers);
        slot.fill(network);
        return Ok(());
    }
    output::note("Another process of this home is on the network; this one takes over after it");
    let _on = runtime.enter();
    let peers = args.peers.clone();
    slot.fill_later(school, listen, move |network| match network {
        Ok(network) => stay_in_touch(network, &peers),
        Err(error) => output::note(&format!("sheaf: the network could not be taken: {error}")),
    });
    Ok(())
}

fn stay_in_touch(network: &Network, peers: &[SocketAddr]) {
    for peer in peers {
        network.stay_in_touch(*peer);
    }
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
