//! What each device's process holds, seen from outside.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};

use super::Pace;

/// Where a device is looked at.
#[derive(Clone, Debug)]
pub struct Place {
    /// Its home.
    pub home: PathBuf,
    /// The id of its process.
    pub process: u32,
}

/// What one device held at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sample {
    /// School hours since the beginning.
    pub hour: f64,
    /// Which device.
    pub device: usize,
    /// Resident memory, the program itself included, which all devices here share.
    pub memory_kib: u64,
    /// Of it, what the process has for itself alone.
    pub own_kib: u64,
    /// Open files, sockets among them.
    pub files: u64,
    /// Open sockets.
    pub sockets: u64,
    /// What the home takes on disk, without the write-ahead log.
    pub home_bytes: u64,
    /// The write-ahead log.
    pub wal_bytes: u64,
    /// What the process has used of the processor, in hundredths of a second.
    pub ticks: u64,
}

/// Looks at all devices again and again.
pub struct Sampler {
    stop: Sender<()>,
    thread: JoinHandle<Result<Vec<Sample>>>,
}

impl Sampler {
    /// Begins.
    pub fn start(places: Vec<Place>, pace: Pace, every: Duration) -> Self {
        let (stop, stopped) = channel();
        let thread = std::thread::spawn(move || {
            let mut samples = Vec::new();
            loop {
                // One look at all has one time, however long it takes.
                let hour = pace.hours();
                for (device, place) in places.iter().enumerate() {
                    samples.push(Sample { hour, device, ..look(place)? });
                }
                if stopped.recv_timeout(every) != Err(RecvTimeoutError::Timeout) {
                    return Ok(samples);
                }
            }
        });
        Self { stop, thread }
    }

    /// Ends; gives all that was seen.
    pub fn end(self) -> Result<Vec<Sample>> {
        // The thread may have ended by itself: a device is gone.
        self.stop.send(()).unwrap_or_default();
        self.thread.join().map_err(|_| anyhow!("the look at the devices stopped"))?
    }
}

fn look(place: &Place) -> Result<Sample> {
    let process = PathBuf::from(format!("/proc/{}", place.process));
    let gone = || format!("the process of {} has ended", place.home.display());
    let status = std::fs::read_to_string(process.join("status")).with_context(gone)?;
    let stat = std::fs::read_to_string(process.join("stat")).with_context(gone)?;
    let (files, sockets) = open_files(&process.join("fd")).with_context(gone)?;
    let (home_bytes, wal_bytes) = on_disk(&place.home)?;
    Ok(Sample {
        memory_kib: kib(&status, "VmRSS:").context("no memory in use")?,
        own_kib: kib(&status, "RssAnon:").context("no memory in use")?,
        files,
        sockets,
        home_bytes,
        wal_bytes,
        ticks: ticks(&stat).context("no time used")?,
        ..Sample::default()
    })
}

/// One of the kinds of memory in `/proc/…/status`, in KiB.
pub fn kib(status: &str, kind: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(kind))?;
    line.split_whitespace().next()?.parse().ok()
}

/// What `/proc/…/stat` says was used of the processor: in the program and for it.
pub fn ticks(stat: &str) -> Option<u64> {
    // The name of the program, in brackets, may hold anything.
    let (_, after) = stat.rsplit_once(") ")?;
    let mut fields = after.split_whitespace().skip(11);
    Some(fields.next()?.parse::<u64>().ok()? + fields.next()?.parse::<u64>().ok()?)
}

fn open_files(folder: &Path) -> std::io::Result<(u64, u64)> {
    let (mut files, mut sockets) = (0, 0);
    for entry in std::fs::read_dir(folder)? {
        files += 1;
        // A file may be closed in the moment in which it is looked at.
        let target = std::fs::read_link(entry?.path()).unwrap_or_default();
        sockets += u64::from(target.to_string_lossy().starts_with("socket:"));
    }
    Ok((files, sockets))
}

fn on_disk(home: &Path) -> Result<(u64, u64)> {
    let (mut rest, mut wal) = (0, 0);
    for entry in std::fs::read_dir(home)? {
        let entry = entry?;
        let Ok(about) = entry.metadata() else { continue };
        let is_wal = entry.file_name().to_string_lossy().ends_with("-wal");
        *(if is_wal { &mut wal } else { &mut rest }) += about.len();
    }
    Ok((rest, wal))
}
