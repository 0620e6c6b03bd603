//! The first replication to an empty device, and reconnecting with nothing new.

use std::net::SocketAddr;
use std::time::Instant;

use anyhow::Result;
use sheaf_records::{Kind, Record, to_json};
use sheaf_school::{Network, Networks, School};

use crate::device;
use crate::material::Material;
use crate::row::{Aim, Row, Unit};
use crate::suite::Suite;

/// How the incidents were written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writing {
    /// As few entries as possible, as an import writes them.
    Bulk,
    /// One entry each, as people write them.
    Single,
}

/// The head's device on the network, and one that is level with it.
pub struct Pair {
    /// The head's device.
    pub head: School,
    /// It listens.
    pub network: Network,
    /// Here.
    pub address: SocketAddr,
    /// The other one.
    pub other: School,
}

/// Replicates to empty devices, one after the other; the last one stays.
pub fn first(suite: &Suite<'_>, material: &Material, writing: Writing) -> Result<(Row, Pair)> {
    let name = match writing {
        Writing::Bulk => "bulk",
        Writing::Single => "single",
    };
    suite.tell(&format!("Writing down {} incidents ({name})…", material.incidents.len()));
    let head = device::found(&suite.dir.join(name), material)?;
    let before = device::entries(&head)?;
    write(&head, &material.incidents, writing)?;
    let entries = device::entries(&head)? - before;
    let (network, address) = device::listen(&suite.runtime, &head)?;
    let mut figures = Vec::new();
    let mut last = None;
    for run in 1..=suite.sizes.replications {
        suite.tell(&format!("Replicating to an empty device ({name}, run {run})…"));
        let home = suite.dir.join(format!("{name}-{run}"));
        let other = device::empty(&suite.runtime, &network, &head, home)?;
        figures.push(replicate(suite, &other, address)?);
        last = Some(other);
    }
    let other = last.ok_or_else(|| anyhow::anyhow!("at least one run is needed"))?;
    let (incidents, pupils) = (material.incidents.len(), material.pupils.len());
    let row = Row {
        what: format!(
            "First replication over QUIC on loopback to an empty device: {incidents} incidents in \
             {entries} entries, and {pupils} pupils"
        ),
        unit: Unit::Seconds,
        figures,
        aim: Some(Aim::AtMost(match writing {
            Writing::Bulk => 4.0,
            Writing::Single => 8.0,
        })),
    };
    Ok((row, Pair { head, network, address, other }))
}

fn write(head: &School, incidents: &[Record], writing: Writing) -> Result<()> {
    match writing {
        Writing::Bulk => head.add_all(incidents.to_vec(), None)?,
        Writing::Single => {
            for record in incidents {
                head.add(Kind::Incident, None, &to_json(record).into())?;
            }
        }
    }
    Ok(())
}

/// From dialling to both devices knowing that they hold the same.
fn replicate(suite: &Suite<'_>, other: &School, with: SocketAddr) -> Result<f64> {
    let network = suite.runtime.block_on(Network::dialling(other, Networks::Loopback))?;
    let started = Instant::now();
    device::sync(&suite.runtime, &network, with)?;
    let seconds = started.elapsed().as_secs_f64();
    suite.runtime.block_on(network.stop());
    Ok(seconds)
}

/// Two devices that hold the same meet again, on a new connection each time.
pub fn reconnect(suite: &Suite<'_>, pair: &Pair) -> Result<Vec<Row>> {
    suite.tell("Reconnecting with nothing new…");
    let network = suite.runtime.block_on(Network::dialling(&pair.other, Networks::Loopback))?;
    let (mut seconds, mut trips, mut bytes) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..suite.sizes.reconnects {
        let started = Instant::now();
        let session = device::sync(&suite.runtime, &network, pair.address)?;
        seconds.push(started.elapsed().as_secs_f64());
        trips.push(session.round_trips as f64);
        bytes.push((session.bytes_out + session.bytes_in) as f64);
    }
    suite.runtime.block_on(network.stop());
    let row = |what: &str, unit, figures, aim| Row {
        what: format!("Reconnect with nothing new: {what}"),
        unit,
        figures,
        aim,
    };
    Ok(vec![
        row("time, with dialling", Unit::Seconds, seconds, None),
        row("round trips", Unit::Count, trips, Some(Aim::AtMost(1.0))),
        row("bytes of frames, both ways", Unit::Bytes, bytes, Some(Aim::Under(8_000.0))),
    ])
}
