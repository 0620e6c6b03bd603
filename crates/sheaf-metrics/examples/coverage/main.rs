//! Invented schools by the hundred: prints how often the intervals of the bundled metrics hold the
//! truth, how often no effect is called one, and how often a steady year is called a change.

mod page;
mod random;
mod rooms;
mod runner;
mod school;
mod tally;

use std::error::Error;
use std::io::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};

use tally::Tally;

/// Schools where no number is given.
const SCHOOLS: u64 = 500;
/// Pupils of each.
const PUPILS: u32 = 400;

fn main() -> Result<(), Box<dyn Error>> {
    let schools = match std::env::args().nth(1) {
        Some(count) => count.parse::<u64>()?,
        None => SCHOOLS,
    };
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let next = AtomicU64::new(1);
    let mut parts: Vec<(u64, Tally)> = std::thread::scope(|scope| {
        let handles: Vec<_> = (0..workers).map(|_| scope.spawn(|| work(&next, schools))).collect();
        let joined =
            handles.into_iter().map(|one| one.join().unwrap_or(Err("a worker died".into())));
        joined.collect::<Result<Vec<_>, String>>()
    })?
    .into_iter()
    .flatten()
    .collect();
    // Whoever worked on which school, the page is the same.
    parts.sort_by_key(|(seed, _)| *seed);
    let mut found = Tally::default();
    parts.into_iter().for_each(|(_, part)| found.join(part));
    writeln!(std::io::stderr().lock())?;
    write!(std::io::stdout().lock(), "{}", page::page(&found, PUPILS))?;
    Ok(())
}

/// Takes school after school until all are taken.
fn work(next: &AtomicU64, schools: u64) -> Result<Vec<(u64, Tally)>, String> {
    let told = |error: Box<dyn Error>| error.to_string();
    let runner = runner::Runner::new().map_err(told)?;
    let mut parts = Vec::new();
    loop {
        let seed = next.fetch_add(1, Ordering::Relaxed);
        if seed > schools {
            return Ok(parts);
        }
        let mut part = Tally::default();
        runner.add(&mut part, seed, PUPILS).map_err(|error| format!("school {seed}: {error}"))?;
        parts.push((seed, part));
        let mut progress = std::io::stderr().lock();
        write!(progress, "\r{seed} of {schools} schools").map_err(|error| error.to_string())?;
    }
}
