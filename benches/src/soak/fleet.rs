//! The devices: a home each, and a process of the command that serves it.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use sheaf_charter::Role;
use sheaf_school::{Clock, Founding, Protection, School};
use tokio::runtime::Runtime;

use super::lag::Heard;
use super::options::SoakArgs;
use super::sample::Place;
use super::week::Week;
use crate::device;

/// How long the devices may take to find each other and to come to hold the same at the start.
const READY_WITHIN: Duration = Duration::from_secs(30 * 60);
const LOOK_AGAIN: Duration = Duration::from_millis(500);
/// So many lines are told of what a process said last.
const COMPLAINT_LINES: usize = 40;

/// All devices, each served by a process.
pub struct Fleet {
    devices: Vec<Device>,
}

struct Device {
    home: PathBuf,
    school: School,
    serving: Serving,
}

/// A process of `sheaf serve`; ended when it is dropped.
struct Serving {
    process: Mutex<Child>,
    /// Its number.
    id: u32,
    /// What it says when something goes wrong.
    complaints: PathBuf,
}

impl Serving {
    /// An error once it has ended, with what it said last.
    fn check(&self) -> Result<()> {
        let ended = self.process.lock().unwrap_or_else(PoisonError::into_inner).try_wait()?;
        let Some(status) = ended else { return Ok(()) };
        let said = std::fs::read_to_string(&self.complaints).unwrap_or_default();
        let said: Vec<&str> = said.lines().collect();
        let said = said.get(said.len().saturating_sub(COMPLAINT_LINES)..).unwrap_or_default();
        bail!("its process has ended ({status}): {}", said.join("\n"))
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let process = self.process.get_mut().unwrap_or_else(PoisonError::into_inner);
        // Either fails only for a process that has ended.
        process.kill().ok();
        process.wait().ok();
    }
}

impl Fleet {
    /// Founds the school, lets everybody in, starts the processes, and waits until all hold the
    /// same.
    pub fn gather(
        dir: &Path,
        week: &Week,
        args: &SoakArgs,
        hear: &Sender<Heard>,
        tell: &dyn Fn(&str),
    ) -> Result<Self> {
        let homes: Vec<PathBuf> =
            (1..=args.devices).map(|number| dir.join(number.to_string())).collect();
        let schools = let_in(&homes, week)?;
        let command = args.sheaf.as_deref().context("which `sheaf`? --sheaf FILE")?;
        let mut devices = Vec::new();
        let mut first: Option<SocketAddr> = None;
        for (number, (home, school)) in homes.into_iter().zip(schools).enumerate() {
            let (serving, address) = serve(command, &home, first, (number, hear))?;
            first = first.or(Some(address));
            devices.push(Device { home, school, serving });
        }
        let fleet = Self { devices };
        tell("They find each other, and fill…");
        let took = fleet.until_level(READY_WITHIN)?;
        tell(&format!("All hold the same after {took:.0} s"));
        Ok(fleet)
    }

    /// The home of a device, for this process to write in.
    pub fn school(&self, number: usize) -> Result<&School> {
        Ok(&self.devices.get(number).context("no such device")?.school)
    }

    /// An error that names a device whose process has ended: nobody has told it to.
    pub fn check(&self) -> Result<()> {
        (1..).zip(&self.devices).try_for_each(|(number, device)| {
            device.serving.check().with_context(|| format!("device {number}"))
        })
    }

    /// All of them.
    pub fn schools(&self) -> Vec<School> {
        self.devices.iter().map(|device| device.school.clone()).collect()
    }

    /// Where to look at each.
    pub fn places(&self) -> Vec<Place> {
        let place = |one: &Device| Place { home: one.home.clone(), process: one.serving.id };
        self.devices.iter().map(place).collect()
    }

    /// Waits until all hold the same; gives how many seconds that took.
    pub fn until_level(&self, limit: Duration) -> Result<f64> {
        let started = Instant::now();
        loop {
            self.check()?;
            let all =
                self.devices.iter().map(|one| held(&one.school)).collect::<Result<Vec<_>>>()?;
            let Some(first) = all.first() else { bail!("there are no devices") };
            ensure!(first.0 > 0, "the first device holds nothing");
            if all.iter().all(|one| one == first) {
                return Ok(started.elapsed().as_secs_f64());
            }
            let differ = all.iter().filter(|one| *one != first).count();
            ensure!(started.elapsed() < limit, "{differ} devices still differ from the first");
            std::thread::sleep(LOOK_AGAIN);
        }
    }
}

/// What a device holds of the space that everybody is in: how many entries, and their digest.
fn held(school: &School) -> Result<(u64, String)> {
    let mut spaces = school.status()?.spaces.into_iter();
    let shared = spaces.find(|space| space.name == "pastoral");
    let shared = shared.context("a device that is not in the space of all")?;
    Ok((shared.entries, shared.digest))
}

/// The head's home with what was before the week, and one for each colleague, who has joined.
fn let_in(homes: &[PathBuf], week: &Week) -> Result<Vec<School>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let (first, others) = homes.split_first().context("there are no devices")?;
    let head = found(first, week)?;
    let (network, _) = device::listen(&runtime, &head)?;
    let mut schools = vec![head.clone()];
    for home in others {
        schools.push(join(&runtime, &network, &head, home.clone())?);
    }
    runtime.block_on(network.stop());
    Ok(schools)
}

fn found(home: &Path, week: &Week) -> Result<School> {
    let founding = Founding {
        home: home.to_owned(),
        school: week.name.clone(),
        person: "The head".to_owned(),
        device: "The head's laptop".to_owned(),
        role: Role::Head,
        protection: Protection::Demo,
    };
    let (school, _) = School::found(&founding, Clock::as_of(week.today))?;
    week.before.iter().try_for_each(|records| school.add_all(records.clone(), None))?;
    Ok(school)
}

/// A lead, so that they may work on what colleagues have written.
fn join(
    runtime: &Runtime,
    network: &sheaf_school::Network,
    head: &School,
    home: PathBuf,
) -> Result<School> {
    let waiting = network.invite(&device::invitation(Role::Lead))?;
    let joined = device::joined(runtime, waiting.ticket(), home, head.clock().clone())?;
    runtime.block_on(waiting.joined())?;
    Ok(joined)
}

/// One line of what `sheaf serve --events` prints.
#[derive(Deserialize)]
struct Line {
    event: String,
    #[serde(default)]
    addresses: Vec<SocketAddr>,
}

/// Starts the process of a device, which dials the first; gives where it listens.
fn serve(
    command: &Path,
    home: &Path,
    with: Option<SocketAddr>,
    (number, hear): (usize, &Sender<Heard>),
) -> Result<(Serving, SocketAddr)> {
    let mut serve = Command::new(command);
    serve.arg("--home").arg(home).args(["serve", "--loopback", "--events"]);
    if let Some(address) = with {
        serve.args(["--with", &address.to_string()]);
    }
    let complaints = home.with_extension("stderr");
    let stderr = File::create(&complaints).context("no file for what a process says")?;
    serve.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(stderr);
    let not_started = || format!("{}: it does not start", command.display());
    let mut child = serve.spawn().with_context(not_started)?;
    let out = child.stdout.take().context("a process without output")?;
    let serving = Serving { id: child.id(), process: Mutex::new(child), complaints };
    let (listens, listening) = channel();
    let hear = hear.clone();
    std::thread::spawn(move || {
        for line in BufReader::new(out).lines().map_while(Result::ok) {
            let Ok(line) = serde_json::from_str::<Line>(&line) else { continue };
            match line.event.as_str() {
                "listening" => listens.send(line.addresses).unwrap_or_default(),
                // Who has not begun to watch yet, or watches no more, misses nothing.
                "received" => hear.send(Heard { device: number }).unwrap_or_default(),
                _ => {}
            }
        }
    });
    let addresses = listening.recv_timeout(Duration::from_secs(60)).with_context(not_started)?;
    Ok((serving, addresses.first().copied().context("a device without an address")?))
}
