//! How many bytes and packets have gone over the loopback device, and when it fell silent.

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

/// After so long without a packet nothing more is coming.
const SILENCE: Duration = Duration::from_secs(2);
/// Packets of no more than this say nothing: they keep a connection open, or acknowledge another.
const EMPTY_PACKET: u64 = 80;
/// Whoever goes on for so long does not fall silent.
const TOO_LONG: Duration = Duration::from_secs(10 * 60);
/// How often the counters are looked at.
const LOOK: Duration = Duration::from_millis(1);

/// What has gone over the loopback device since the namespace began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Bytes, with all headers.
    pub bytes: u64,
    /// Packets.
    pub packets: u64,
}

impl Traffic {
    /// Up to now.
    pub fn now() -> Result<Self> {
        let devices = std::fs::read_to_string("/proc/net/dev").context("no network")?;
        read(&devices).context("no loopback device")
    }

    /// Since an earlier moment.
    pub fn since(self, before: Self) -> Self {
        Self { bytes: self.bytes - before.bytes, packets: self.packets - before.packets }
    }
}

/// The loopback device's line: what it has sent, all of which it has received too.
pub fn read(devices: &str) -> Option<Traffic> {
    let line = devices.lines().find_map(|line| line.trim().strip_prefix("lo:"))?;
    let mut figures = line.split_whitespace().map(str::parse);
    let bytes = figures.next()?.ok()?;
    Some(Traffic { bytes, packets: figures.next()?.ok()? })
}

/// Brings up the loopback device of a network namespace in which nobody else is.
pub fn bring_up() -> Result<()> {
    let devices = std::fs::read_to_string("/proc/net/dev").context("no network")?;
    let others = devices.lines().skip(2).filter(|line| !line.trim_start().starts_with("lo:"));
    let alone = "run this by its script, in a network of its own: all traffic is counted";
    ensure!(others.count() == 0, alone);
    let up = Command::new("ip").args(["link", "set", "lo", "up"]).status();
    ensure!(up.is_ok_and(|status| status.success()), "`ip` is missing: install iproute2");
    Ok(())
}

/// Waits until nothing goes over the wire; how long it was until the last packet, and how much
/// went by.
pub fn until_silent(started: Instant, before: Traffic) -> Result<(Duration, Traffic)> {
    let (mut last, mut seen) = (started.elapsed(), before);
    loop {
        let now = Traffic::now()?;
        let new = now.since(seen);
        if new.bytes > new.packets * EMPTY_PACKET {
            last = started.elapsed();
        }
        seen = now;
        ensure!(last < TOO_LONG, "the two sides go on talking without end");
        if started.elapsed() > last + SILENCE {
            return Ok((last, seen.since(before)));
        }
        std::thread::sleep(LOOK);
    }
}
