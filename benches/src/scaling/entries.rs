//! One school that grows: what a new device takes, and what two take that hold the same.

use std::path::Path;
use std::time::Instant;

use anyhow::Result;
use sheaf_records::{Kind, to_json};
use sheaf_school::{Network, Networks};

use super::{Against, Curve, median, steps, tell_last};
use crate::device;
use crate::material::{Material, Wanted};

const FIRST: usize = 1_000;
/// So often two that hold the same meet.
const MEETINGS: usize = 9;

pub fn measure(dir: &Path, most: usize, tell: &dyn Fn(&str)) -> Result<Vec<Curve>> {
    let material = Material::invent(&Wanted::incidents(most))?;
    let head = device::found(&dir.join("growing"), &material)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let (network, address) = device::listen(&runtime, &head)?;
    let against = Against::Entries;
    let curve = |name, what, unit| Curve { name, what, unit, against, points: vec![] };
    let mut first = curve("first", "First replication", "s");
    let mut time = curve("nothing-new-time", "Nothing new: time", "ms");
    let mut bytes = curve("nothing-new-bytes", "Nothing new: frames", "bytes");
    let mut trips = curve("nothing-new-round-trips", "Nothing new: round trips", "");
    let mut written = 0;
    for step in steps(FIRST, most) {
        tell(&format!("{step} entries…"));
        for record in material.incidents.iter().take(step).skip(written) {
            head.add(Kind::Incident, None, &to_json(record).into())?;
        }
        written = step;
        let entries = device::entries(&head)? as f64;
        let other = device::empty(&runtime, &network, &head, dir.join(format!("joined-{step}")))?;
        let dialling = runtime.block_on(Network::dialling(&other, Networks::Loopback))?;
        let begun = Instant::now();
        device::sync(&runtime, &dialling, address)?;
        first.points.push((entries, begun.elapsed().as_secs_f64()));
        let (mut times, mut sizes, mut rounds) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..MEETINGS {
            let begun = Instant::now();
            let session = device::sync(&runtime, &dialling, address)?;
            times.push(begun.elapsed().as_secs_f64() * 1e3);
            sizes.push((session.bytes_in + session.bytes_out) as f64);
            rounds.push(session.round_trips as f64);
        }
        runtime.block_on(dialling.stop());
        time.points.push((entries, median(times)?));
        bytes.points.push((entries, median(sizes)?));
        trips.points.push((entries, median(rounds)?));
        tell_last([&first, &time, &bytes, &trips], tell);
    }
    runtime.block_on(network.stop());
    Ok(vec![first, time, bytes, trips])
}
