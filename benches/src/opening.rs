//! Opening a large school: how long until the window has what it shows first, and in how much
//! memory. Looked at by a process of its own, which has held nothing before.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sheaf_school::desk::{Desk, Notice, Reply, Request, RequestId};
use sheaf_school::{Clock, NetworkSlot, School};

use crate::row::{Aim, Row, Unit};
use crate::suite::Suite;

/// What has not been answered by then will not be.
const LIMIT: Duration = Duration::from_secs(120);
/// As many as the start view asks for.
const RECENT: usize = 40;

/// What one look at a home cost.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Look {
    /// From nothing to pupils, codes, the newest records and the state of the devices.
    pub seconds: f64,
    /// The most memory that the process has held, in KiB.
    pub peak_kib: u64,
}

/// Looks at the home in a folder; `today` is the school's.
pub type Looker<'a> = &'a dyn Fn(&Path, Date) -> Result<Look>;

/// Opens a home, asks what a window asks first, and measures it.
pub fn look(home: &Path, today: Date) -> Result<Look> {
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
    Ok(Look { seconds: started.elapsed().as_secs_f64(), peak_kib: peak_kib()? })
}

fn peak_kib() -> Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status").context("the memory in use")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.split_whitespace().next());
    kib.and_then(|kib| kib.parse().ok()).context("the memory in use")
}

/// Looks at a home several times.
pub fn opening(suite: &Suite<'_>, home: &Path, today: Date, records: usize) -> Result<Vec<Row>> {
    suite.tell("Opening it…");
    let looks: Result<Vec<Look>> =
        (0..suite.sizes.cold_runs).map(|_| (suite.looker)(home, today)).collect();
    let looks = looks?;
    let what = format!("Open a home of {records} records");
    Ok(vec![
        Row {
            what: format!("{what}: until a window has what it shows first"),
            unit: Unit::Seconds,
            figures: looks.iter().map(|look| look.seconds).collect(),
            aim: Some(Aim::AtMost(1.2)),
        },
        Row {
            what: format!("{what}: memory at most"),
            unit: Unit::Memory,
            figures: looks.iter().map(|look| look.peak_kib as f64 * 1024.0).collect(),
            aim: Some(Aim::AtMost(300e6)),
        },
    ])
}
