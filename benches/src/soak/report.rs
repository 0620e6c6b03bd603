//! What came of the week: files of figures, pictures, and a table with a verdict.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context, Result};

use super::lag::Lag;
use super::options::SoakArgs;
use super::picture;
use super::sample::Sample;
use super::trend::{Series, quantile};
use super::week::{Act, Week};
use crate::machine::Machine;

const KIB_A_MIB: f64 = 1_024.0;
const BYTES_A_MIB: f64 = 1_048_576.0;
const TICKS_A_SECOND: f64 = 100.0;

/// What was measured.
pub struct Report<'a> {
    /// How it was run.
    pub args: &'a SoakArgs,
    /// What was written.
    pub week: &'a Week,
    /// What the devices held.
    pub samples: Vec<Sample>,
    /// How long records took.
    pub lags: Vec<Lag>,
    /// By how many seconds a write was late at most.
    pub behind_s: f64,
    /// How long after the end of the week all held the same.
    pub level_s: f64,
}

impl Report<'_> {
    /// Everything that may grow.
    fn series(&self) -> Vec<Series> {
        let of =
            |what, unit, value: fn(&Sample) -> f64| Series::of(what, unit, &self.samples, value);
        vec![
            of("Memory", "MiB", |one| one.memory_kib as f64 / KIB_A_MIB),
            of("Own memory", "MiB", |one| one.own_kib as f64 / KIB_A_MIB),
            of("Open files", "", |one| one.files as f64),
            of("Sockets", "", |one| one.sockets as f64),
            of("Write-ahead log", "MiB", |one| one.wal_bytes as f64 / BYTES_A_MIB),
            of("Database", "MiB", |one| one.home_bytes as f64 / BYTES_A_MIB),
            Series::of_lags("Lag", &self.lags),
        ]
    }

    /// Writes the figures and the pictures into a folder.
    pub fn keep(&self, folder: &Path) -> Result<()> {
        let mut file = std::fs::File::create(folder.join("devices.csv"))?;
        writeln!(file, "hour,device,memory_kib,own_kib,files,sockets,home_bytes,wal_bytes,ticks")?;
        for one in &self.samples {
            writeln!(
                file,
                "{:.4},{},{},{},{},{},{},{},{}",
                one.hour,
                one.device + 1,
                one.memory_kib,
                one.own_kib,
                one.files,
                one.sockets,
                one.home_bytes,
                one.wal_bytes,
                one.ticks
            )?;
        }
        let mut file = std::fs::File::create(folder.join("lag.csv"))?;
        writeln!(file, "hour,median_s,p95_s,worst_s,missing")?;
        for one in &self.lags {
            let [median, late, worst] = [0.5, 0.95, 1.0].map(|part| quantile(&one.lags_s, part));
            let (hour, missing) = (one.hour, one.missing);
            writeln!(file, "{hour:.4},{median:.4},{late:.4},{worst:.4},{missing}")?;
        }
        let how = format!(
            "{} devices, {} school days at {} times speed",
            self.args.devices, self.week.days, self.args.speed
        );
        for series in self.series() {
            picture::keep(&series, &how, self.week.today, folder)
                .with_context(|| format!("the picture of {}", series.what))?;
        }
        Ok(())
    }

    /// The table, with the machine and how the week was run.
    pub fn to_markdown(&self, dir: &Path) -> Result<String> {
        let machine = Machine::of_this(dir);
        let edits =
            self.week.writes.iter().filter(|one| matches!(one.act, Act::Edit { .. })).count();
        let mut out = format!("{machine}");
        writeln!(
            out,
            "- {} devices, each a process of `sheaf serve`; a school of {} pupils",
            self.args.devices, self.args.pupils
        )?;
        writeln!(
            out,
            "- {} school days at {} times speed: {} records and {edits} changes; a write was late \
             by {:.1} s at most",
            self.week.days,
            self.args.speed,
            self.week.writes.len() - edits,
            self.behind_s
        )?;
        writeln!(out, "- After the last write all held the same within {:.1} s\n", self.level_s)?;
        writeln!(out, "| for one device | after the first day | highest | a school day | |")?;
        writeln!(out, "|---|---|---|---|---|")?;
        for series in self.series() {
            let most = series.spreads.iter().map(|one| one.most).fold(0.0, f64::max);
            let (what, unit) = (series.what, series.unit);
            match series.trend()? {
                Some(trend) => writeln!(
                    out,
                    "| {what} | {:.2} {unit} | {most:.2} {unit} | {:+.3} {unit} | {trend} |",
                    trend.level, trend.a_day
                )?,
                None => writeln!(out, "| {what} | | {most:.2} {unit} | | too short to tell |")?,
            }
        }
        self.lag_lines(&mut out)?;
        Ok(out)
    }

    fn lag_lines(&self, out: &mut String) -> Result<()> {
        let mut all: Vec<f64> = self.lags.iter().flat_map(|one| one.lags_s.clone()).collect();
        all.sort_by(f64::total_cmp);
        let missing: usize = self.lags.iter().map(|one| one.missing).sum();
        let [median, late, worst] = [0.5, 0.95, 1.0].map(|part| quantile(&all, part));
        writeln!(
            out,
            "\nFrom a save on one device to readable on another, {} records on all others: median \
             {median:.2} s, 95 % within {late:.2} s, worst {worst:.2} s; not in time: {missing}.",
            self.lags.len()
        )?;
        let last = self.samples.iter().rev().take(usize::from(self.args.devices));
        let used_s: f64 = last.map(|one| one.ticks as f64 / TICKS_A_SECOND).sum();
        writeln!(
            out,
            "All devices together have used {used_s:.0} s of the processor since they began."
        )?;
        Ok(())
    }
}
