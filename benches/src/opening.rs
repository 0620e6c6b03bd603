//! Opening a large school: how long until the window has what it shows first, and in how much
//! memory. Looked at by a process of its own, which has held nothing before.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use jiff::civil::Date;
use sheaf_school::desk::{Desk, Notice, Reply, Request, RequestId};
use sheaf_school::{Clock, NetworkSlot, School};

use crate::apart::{Errand, Task};
use crate::row::{Aim, Row, Unit};
use crate::suite::Suite;

/// What has not been answered by then will not be.
const LIMIT: Duration = Duration::from_secs(120);
/// As many as the start view asks for.
const RECENT: usize = 40;

/// Opens a home and asks what a window asks first; gives the seconds.
pub fn open(home: &Path, today: Date) -> Result<f64> {
    let started = Instant::now();
    let school = School::open(home, None, Clock::as_of(today))?;
    let desk = Desk::open(&school, &NetworkSlot::default(), Arc::new(|| {}))?;
    let requests = [Request::Roster, Request::Recent { limit: RECENT }, Request::Status];
    let mut missing = requests.len();
    for (id, request) in (1..).zip(requests) {
        desk.sender().send(RequestId(id), request).ok().context("the desk is busy")?;
    }
    while missing > 0 {
        match desk.notices.recv_timeout(LIMIT).context("the desk does not answer")? {
            Notice::Reply(_, Reply::Refused(why)) => bail!("refused: {why}"),
            Notice::Reply(..) => missing -= 1,
            _ => {}
        }
    }
    Ok(started.elapsed().as_secs_f64())
}

/// Opens a home several times.
pub fn opening(suite: &Suite<'_>, home: &Path, today: Date, records: usize) -> Result<Vec<Row>> {
    suite.tell("Opening it…");
    let costs = suite.apart(&Errand { home: home.to_owned(), today, task: Task::Open })?;
    let what = format!("Open a home of {records} records");
    Ok(vec![
        Row {
            what: format!("{what}: until a window has what it shows first"),
            unit: Unit::Seconds,
            figures: costs.iter().map(|cost| cost.seconds).collect(),
            aim: Some(Aim::AtMost(1.2)),
        },
        Row {
            what: format!("{what}: memory at most"),
            unit: Unit::Memory,
            figures: costs.iter().map(|cost| cost.peak_kib as f64 * 1024.0).collect(),
            aim: Some(Aim::AtMost(300e6)),
        },
    ])
}
