//! Invented schools by the hundred: prints how often the intervals of the bundled metrics hold the
//! truth, how often no effect is called one, and how often a steady year is called a change.

mod school;
mod table;

use std::error::Error;
use std::io::Write as _;

/// Schools where no number is given.
const SCHOOLS: u64 = 200;
/// Pupils of each.
const PUPILS: u32 = 400;

fn main() -> Result<(), Box<dyn Error>> {
    let schools = match std::env::args().nth(1) {
        Some(count) => count.parse::<u64>()?,
        None => SCHOOLS,
    };
    let runner = table::Runner::new()?;
    let mut found = table::Table::default();
    for seed in 1..=schools {
        runner.add(&mut found, seed, PUPILS)?;
        let mut progress = std::io::stderr().lock();
        write!(progress, "\r{seed} of {schools} schools")?;
    }
    writeln!(std::io::stderr().lock())?;
    write!(std::io::stdout().lock(), "{}", found.to_markdown())?;
    Ok(())
}
