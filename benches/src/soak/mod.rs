//! Many devices through a working week, faster than it would pass: does anything grow?
//!
//! Each device is a process of the command `sheaf serve`, all on the loopback device of a network
//! namespace of their own. This process is the hands at them all: it writes in each home what a
//! school writes in that hour, as a window would beside the service, and watches from outside how
//! much memory and how many files each service holds, and how long a record takes to all others.

mod fleet;
mod lag;
mod options;
mod picture;
mod report;
mod sample;
mod trend;
mod week;

#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use sheaf_school::School;

use crate::compare::bring_up;
use fleet::Fleet;
use lag::{GIVE_UP, LOOK_AGAIN, Watcher};
use report::Report;
use sample::Sampler;
use week::{Act, Week};

pub use options::SoakArgs;

/// The hours of a school day in which something is written.
const HOURS_A_DAY: f64 = 8.0;
/// After the last write all have this long to come to hold the same.
const LEVEL_WITHIN: Duration = Duration::from_secs(10 * 60);
/// Progress is told after so many writes.
const TELL_EVERY: usize = 100;

/// What it takes to turn seconds of this run into hours of the school's week.
#[derive(Clone, Copy, Debug)]
struct Pace {
    began: Instant,
    speed: f64,
}

impl Pace {
    /// Hours of the school's week that have passed.
    fn hours(self) -> f64 {
        self.began.elapsed().as_secs_f64() * self.speed / 3_600.0
    }

    /// Waits for an hour of the week; gives by how many seconds it was missed.
    fn wait_for(self, hour: f64) -> f64 {
        let due = Duration::from_secs_f64(hour * 3_600.0 / self.speed);
        let passed = self.began.elapsed();
        std::thread::sleep(due.saturating_sub(passed));
        passed.saturating_sub(due).as_secs_f64()
    }
}

/// Runs the week, and leaves what was measured and its pictures in a folder.
pub fn soak(dir: &Path, args: &SoakArgs, tell: &dyn Fn(&str)) -> Result<String> {
    bring_up()?;
    std::fs::create_dir_all(&args.out).context("no folder for what was measured")?;
    let week = Week::invent(args.pupils, args.devices, args.days)?;
    tell(&format!("{} devices join a school of {} pupils…", args.devices, args.pupils));
    let (hear, heard) = channel();
    let fleet = Fleet::gather(dir, &week, args, &hear, tell)?;
    tell(&format!("{} writes at {} times speed…", week.writes.len(), args.speed));
    let pace = Pace { began: Instant::now(), speed: args.speed };
    let sampler = Sampler::start(fleet.places(), pace, args.every());
    let watcher = Watcher::start(fleet.schools(), heard);
    let behind_s = write(&fleet, &week, pace, &watcher, tell)?;
    let lags = watcher.end();
    let samples = sampler.end()?;
    tell("Waiting until all hold the same…");
    let level_s = fleet.until_level(LEVEL_WITHIN)?;
    let report = Report { args, week: &week, samples, lags, behind_s, level_s };
    report.keep(&args.out)?;
    report.to_markdown(dir)
}

/// Waits for a record that a colleague has written some hours before.
fn until_here(fleet: &Fleet, school: &School, id: &str) -> Result<()> {
    let begun = Instant::now();
    loop {
        fleet.check()?;
        match school.show(id) {
            Ok(_) => return Ok(()),
            Err(error) if begun.elapsed() > GIVE_UP => {
                return Err(error).context("it has not arrived");
            }
            Err(_) => std::thread::sleep(LOOK_AGAIN),
        }
    }
}

/// Writes the week down as it passes; gives by how many seconds it was late at most.
fn write(
    fleet: &Fleet,
    week: &Week,
    pace: Pace,
    watcher: &Watcher,
    tell: &dyn Fn(&str),
) -> Result<f64> {
    let mut behind_s = 0.0_f64;
    for (number, one) in week.writes.iter().enumerate() {
        behind_s = behind_s.max(pace.wait_for(one.hour));
        let school = fleet.school(one.device)?;
        match &one.act {
            Act::Add(record) => {
                school.add_all(vec![(**record).clone()], None)?;
                watcher.written(one.device, &record.id.to_string(), pace.hours());
            }
            Act::Edit { id, field, text } => {
                until_here(fleet, school, id).with_context(|| {
                    format!("device {} waits for a record, hour {:.2}", one.device + 1, one.hour)
                })?;
                school.edit(id, &[((*field).to_owned(), Some(text.clone()))])?;
            }
        }
        if number % TELL_EVERY == 0 {
            let day = one.hour / HOURS_A_DAY + 1.0;
            tell(&format!("{number} of {} written, day {day:.1}", week.writes.len()));
        }
    }
    pace.wait_for(week.hours());
    fleet.check()?;
    Ok(behind_s)
}
