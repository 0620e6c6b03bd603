//! What is measured by a process of its own, which has held nothing before.

use std::path::PathBuf;

use anyhow::{Context, Result};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::metric::Question;
use crate::{metric, opening};

/// One thing to be done on a home that nobody has opened yet.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Errand {
    /// The home.
    pub home: PathBuf,
    /// The school's today.
    pub today: Date,
    /// What is done.
    pub task: Task,
}

/// What is done on a home.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Task {
    /// Opening it, until a window has what it shows first.
    Open,
    /// Running a metric, once the home is open.
    Run(Question),
}

/// What it cost.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Cost {
    /// How long it took.
    pub seconds: f64,
    /// The most memory that the process has held, in KiB.
    pub peak_kib: u64,
}

/// Sends a process on an errand.
pub type Sender<'a> = &'a dyn Fn(&Errand) -> Result<Cost>;

/// Does it in this process.
pub fn run(errand: &Errand) -> Result<Cost> {
    let seconds = match &errand.task {
        Task::Open => opening::open(&errand.home, errand.today)?,
        Task::Run(question) => metric::cold(&errand.home, errand.today, question)?,
    };
    Ok(Cost { seconds, peak_kib: peak_kib()? })
}

/// The most memory that this process has held, in KiB.
pub fn peak_kib() -> Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status").context("the memory in use")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.split_whitespace().next());
    kib.and_then(|kib| kib.parse().ok()).context("the memory in use")
}
