//! From a save here to the record on another device that is connected.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use sheaf_school::{Event, Network, Networks, School, SchoolError};
use tokio::sync::mpsc::UnboundedReceiver;

use crate::device;
use crate::material::Material;
use crate::replication::Pair;
use crate::row::{Aim, Row, Unit};
use crate::suite::Suite;

/// What has not arrived by then will not.
const LIMIT: Duration = Duration::from_secs(30);

/// From the moment at which a save returns on one device to the record being readable on another.
pub fn visible(suite: &Suite<'_>, material: &Material, pair: &Pair) -> Result<Row> {
    suite.tell("Saving here, reading there…");
    let network = suite.runtime.block_on(Network::dialling(&pair.other, Networks::Loopback))?;
    let mut watch = Watch { suite, events: network.events() };
    network.stay_in_touch(pair.address);
    while !matches!(watch.next()?, Event::Equal { .. }) {}
    let mut figures = Vec::new();
    for number in 0..suite.sizes.live {
        let saved = pair.head.log(&device::line(material, number)?)?;
        let since = Instant::now();
        while !is_here(&pair.other, &saved.id)? {
            watch.next()?;
        }
        figures.push(since.elapsed().as_secs_f64());
    }
    suite.runtime.block_on(network.stop());
    Ok(Row {
        what: "Saved here, readable there, over an open connection".to_owned(),
        unit: Unit::Seconds,
        figures,
        aim: Some(Aim::Under(0.03)),
    })
}

/// What happens on the other device: it is asked again after each event, so that asking takes no
/// time from arriving.
struct Watch<'a> {
    suite: &'a Suite<'a>,
    events: UnboundedReceiver<Event>,
}

impl Watch<'_> {
    fn next(&mut self) -> Result<Event> {
        let next = async { tokio::time::timeout(LIMIT, self.events.recv()).await };
        let event = self.suite.runtime.block_on(next);
        let event = event.context("nothing arrives on the other device")?;
        match event.context("the other device has left the network")? {
            Event::Failed { reason } => bail!("the connection failed: {reason}"),
            event => Ok(event),
        }
    }
}

fn is_here(school: &School, id: &str) -> Result<bool> {
    match school.show(id) {
        Ok(_) => Ok(true),
        Err(SchoolError::NotFound { .. }) => Ok(false),
        Err(error) => Err(error.into()),
    }
}
