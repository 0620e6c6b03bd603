//! What replication costs against the number of entries that there are, and of devices that are
//! connected: how it grows, as pictures and as tables.

mod devices;
mod entries;
mod picture;
mod table;
#[cfg(test)]
mod tests;

use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;
use sheaf_school::Clock;

use crate::compare::bring_up;
use crate::machine::Machine;
use table::Table;

/// How far it goes.
#[derive(Args, Clone, Debug)]
pub struct ScalingArgs {
    /// Measure what replication costs against entries and devices instead
    #[arg(long)]
    pub scaling: bool,
    /// The most entries; each is written by itself, so that a million takes an hour
    #[arg(long, default_value_t = 100_000, requires = "scaling")]
    pub most_entries: usize,
    /// The most devices
    #[arg(long, default_value_t = 60, requires = "scaling")]
    pub most_devices: usize,
    /// The folder for the pictures
    #[arg(long, value_name = "DIR", default_value = "out/scaling", requires = "scaling")]
    pub pictures: PathBuf,
}

/// A quantity against a number of things.
#[derive(Clone, Debug)]
pub struct Curve {
    /// What the picture's file is called.
    pub name: &'static str,
    /// What is measured.
    pub what: &'static str,
    /// In what.
    pub unit: &'static str,
    /// Against what.
    pub against: Against,
    /// The numbers, each with what was measured.
    pub points: Vec<(f64, f64)>,
}

/// What there is more and more of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Against {
    /// Entries that a school has, each number about three times the one before.
    Entries,
    /// Devices that are connected, each with each.
    Devices,
}

impl fmt::Display for Against {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Entries => "Entries",
            Self::Devices => "Devices",
        })
    }
}

/// Measures both, and leaves the pictures in a folder.
pub fn scaling(dir: &Path, args: &ScalingArgs, tell: &dyn Fn(&str)) -> Result<String> {
    bring_up()?;
    std::fs::create_dir_all(&args.pictures).context("no folder for the pictures")?;
    let today = Clock::system().today();
    let keep = |curves: &[Curve]| {
        curves.iter().try_for_each(|curve| picture::keep(curve, today, &args.pictures))
    };
    let mut curves = entries::measure(dir, args.most_entries, tell)?;
    keep(&curves)?;
    let others = devices::measure(dir, args.most_devices, tell)?;
    keep(&others)?;
    curves.extend(others);
    Ok(Table { machine: Machine::of_this(dir), curves }.to_string())
}

/// Says what the last step gave.
fn tell_last<'a>(curves: impl IntoIterator<Item = &'a Curve>, tell: &dyn Fn(&str)) {
    for curve in curves {
        let last = curve.points.last().map_or(0.0, |(_, value)| *value);
        tell(&format!("  {}: {last:.2} {}", curve.what, curve.unit));
    }
}

/// One, three, ten, thirty … up to a number, which is the last.
fn steps(first: usize, most: usize) -> Vec<usize> {
    let powers = std::iter::successors(Some(first), |step| step.checked_mul(10));
    let steps = powers.flat_map(|step| [step, step.saturating_mul(3)]);
    let mut steps: Vec<usize> = steps.take_while(|step| *step < most).collect();
    steps.push(most);
    steps
}

/// The middle of some figures.
fn median(figures: Vec<f64>) -> Result<f64> {
    crate::row::median(&figures).context("nothing was measured")
}
