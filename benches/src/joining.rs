//! A new device joins a large school: how soon it can be worked on, and how it feels meanwhile.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use sheaf_records::{Kind, to_json};
use sheaf_school::{Network, Networks, School};
use tokio::runtime::{Builder, Runtime};

use crate::device;
use crate::machine::Machine;
use crate::material::{Material, Wanted};
use crate::row::{Aim, Row, Unit};
use crate::sizes::Sizes;
use crate::table::Table;

/// How often somebody tries to log an incident until the first pupil is there.
const TRIES: Duration = Duration::from_millis(10);
/// The pause between two incidents of somebody who logs while the rest arrives.
const PAUSE: Duration = Duration::from_millis(100);

/// Founds a school of so many incidents, lets a device join, and gives the table.
pub fn joining(dir: &Path, incidents: usize, tell: &dyn Fn(&str)) -> Result<String> {
    let runtime = Builder::new_multi_thread().enable_all().build()?;
    tell(&format!("Inventing {incidents} incidents…"));
    let material = Material::invent(&Wanted::incidents(incidents))?;
    tell("Writing them down…");
    let head = device::found(&dir.join("head"), &material)?;
    // An entry each, as people write them.
    for record in &material.incidents {
        head.add(Kind::Incident, None, &to_json(record).into())?;
    }
    let (network, address) = device::listen(&runtime, &head)?;
    tell("A new device joins…");
    let began = Instant::now();
    let other = device::empty(&runtime, &network, &head, dir.join("other"))?;
    let joined = began.elapsed().as_secs_f64();
    let felt = replicate(&runtime, &material, &other, address)?;
    runtime.block_on(network.stop());
    let whole = format!("{incidents} incidents of {} pupils", material.pupils.len());
    let row = |what: &str, figures, aim| Row {
        what: format!("A new device joins a school of {whole}: {what}"),
        unit: Unit::Seconds,
        figures,
        aim,
    };
    let rows = vec![
        row("until it is admitted", vec![joined], None),
        row("from then until an incident can be logged", vec![felt.first], Some(Aim::Under(1.0))),
        row("a save while the rest arrives", felt.saves, None),
        row("until it holds everything", vec![felt.all], None),
    ];
    let table = Table { machine: Machine::of_this(dir), sizes: Sizes::FULL, rows };
    Ok(table.to_string())
}

/// What somebody at the new device notices, in seconds.
struct Felt {
    /// Until the first incident is saved.
    first: f64,
    /// Each save after it, while the rest arrives.
    saves: Vec<f64>,
    /// Until everything is there.
    all: f64,
}

fn replicate(
    runtime: &Runtime,
    material: &Material,
    other: &School,
    with: SocketAddr,
) -> Result<Felt> {
    let network = runtime.block_on(Network::dialling(other, Networks::Loopback))?;
    let is_level = AtomicBool::new(false);
    let started = Instant::now();
    let felt = thread::scope(|threads| {
        let person = threads.spawn(|| work(material, other, started, &is_level));
        let synced = device::sync(runtime, &network, with);
        let all = started.elapsed().as_secs_f64();
        is_level.store(true, Ordering::Relaxed);
        let worked = person.join().map_err(|_| anyhow::anyhow!("who logs has panicked"))?;
        synced?;
        let (first, saves) = worked?;
        anyhow::Ok(Felt { first, saves, all })
    });
    runtime.block_on(network.stop());
    felt
}

/// Logs an incident as soon as that is possible, and others until the device is level.
fn work(
    material: &Material,
    other: &School,
    started: Instant,
    is_level: &AtomicBool,
) -> Result<(f64, Vec<f64>)> {
    let (mut first, mut saves) = (None, Vec::new());
    for number in 0.. {
        let line = device::line(material, number)?;
        let begun = Instant::now();
        match (other.log(&line), first) {
            (Ok(_), None) => first = Some(started.elapsed().as_secs_f64()),
            (Ok(_), Some(_)) => saves.push(begun.elapsed().as_secs_f64()),
            // The pupil is not there yet.
            (Err(_), None) => thread::sleep(TRIES),
            (Err(error), Some(_)) => return Err(error.into()),
        }
        if is_level.load(Ordering::Relaxed) {
            break;
        }
        if first.is_some() {
            thread::sleep(PAUSE);
        }
    }
    Ok((first.context("no incident could be logged before all was there")?, saves))
}
