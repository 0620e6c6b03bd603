//! A network that grows: what one record takes to reach all who are connected, each with each.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use sheaf_records::{Kind, to_json};
use sheaf_school::{Event, Listen, Network, Networks, School};
use tokio::runtime::Runtime;
use tokio::sync::mpsc::UnboundedReceiver;

use super::{Against, Curve, median, tell_last};
use crate::compare::Traffic;
use crate::device;
use crate::material::{Material, Wanted};

/// Records that are written one after the other.
const RECORDS: usize = 9;
const PUPILS_RECORDS: usize = 1_200;
/// Whoever has not got a record by then gets none.
const LIMIT: Duration = Duration::from_secs(60);
const LOOK: Duration = Duration::from_micros(500);
/// What goes over the wire is counted for so long from when a record is written: many connections
/// that are kept open are never silent together.
const WINDOW: Duration = Duration::from_secs(3);
const STEPS: [usize; 7] = [2, 5, 10, 20, 30, 45, 60];

struct Online {
    school: School,
    network: Network,
}

pub fn measure(dir: &Path, most: usize, tell: &dyn Fn(&str)) -> Result<Vec<Curve>> {
    let material = Material::invent(&Wanted::incidents(PUPILS_RECORDS))?;
    let head = device::found(&dir.join("crowded"), &material)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let (network, _) = device::listen(&runtime, &head)?;
    let mut online = vec![Online { school: head, network }];
    let against = Against::Devices;
    let curve = |name, what, unit| Curve { name, what, unit, against, points: vec![] };
    let mut time = curve("one-record-time", "One record: until all have it", "ms");
    let mut bytes = curve("one-record-bytes", "One record: wire, for each other device", "bytes");
    let mut records = material.incidents.iter();
    for step in STEPS.into_iter().filter(|step| *step <= most) {
        tell(&format!("{step} devices…"));
        while online.len() < step {
            join(&runtime, &mut online, dir)?;
        }
        let quiet = quiet_bytes_a_second()?;
        let (mut times, mut sizes) = (Vec::new(), Vec::new());
        for record in records.by_ref().take(RECORDS) {
            let before = Traffic::now()?;
            let begun = Instant::now();
            let [first, others @ ..] = online.as_slice() else { continue };
            let made = first.school.add(Kind::Incident, None, &to_json(record).into())?;
            for other in others {
                until_there(&other.school, &made.id, begun)?;
            }
            times.push(begun.elapsed().as_secs_f64() * 1e3);
            let (bytes, seconds) = window(begun, before)?;
            sizes.push((bytes - quiet * seconds) / others.len() as f64);
        }
        time.points.push((step as f64, median(times)?));
        bytes.points.push((step as f64, median(sizes)?));
        tell_last([&time, &bytes], tell);
    }
    for one in &online {
        runtime.block_on(one.network.stop());
    }
    Ok(vec![time, bytes])
}

/// What goes over the wire while nothing is written.
fn quiet_bytes_a_second() -> Result<f64> {
    let quiet = || -> Result<f64> {
        let (bytes, seconds) = window(Instant::now(), Traffic::now()?)?;
        Ok(bytes / seconds)
    };
    median((0..RECORDS).map(|_| quiet()).collect::<Result<_>>()?)
}

/// What has gone over the wire since then, once a window is over, and how long that was.
fn window(begun: Instant, before: Traffic) -> Result<(f64, f64)> {
    std::thread::sleep(WINDOW.saturating_sub(begun.elapsed()));
    Ok((Traffic::now()?.since(before).bytes as f64, begun.elapsed().as_secs_f64()))
}

/// One more device, connected with all that are there, and level with them.
fn join(runtime: &Runtime, online: &mut Vec<Online>, dir: &Path) -> Result<()> {
    let [head, ..] = online.as_slice() else { return Ok(()) };
    let home = dir.join(format!("crowd-{}", online.len()));
    let school = device::empty(runtime, &head.network, &head.school, home)?;
    let listen = Listen::new(Networks::Loopback, 0);
    let network = runtime.block_on(Network::start(&school, listen))?;
    let mut events = network.events();
    for one in online.iter() {
        for address in one.network.addresses() {
            network.stay_in_touch(address);
        }
    }
    runtime.block_on(until_level(&mut events, online.len()))?;
    online.push(Online { school, network });
    Ok(())
}

/// Waits until a device holds the same as so many others, with each of which it is connected.
async fn until_level(events: &mut UnboundedReceiver<Event>, others: usize) -> Result<()> {
    let mut level = BTreeSet::new();
    while level.len() < others {
        let event = tokio::time::timeout(LIMIT, events.recv()).await;
        let event = event.with_context(|| format!("level with {} of {others}", level.len()))?;
        if let Event::Equal { device, .. } = event.context("the network has stopped")? {
            level.insert(device);
        }
    }
    Ok(())
}

fn until_there(school: &School, record: &str, begun: Instant) -> Result<()> {
    while school.show(record).is_err() {
        ensure!(begun.elapsed() < LIMIT, "a record does not arrive");
        std::thread::sleep(LOOK);
    }
    Ok(())
}
