//! Whether something grows once the first day is over.

use std::collections::BTreeMap;
use std::fmt;

use anyhow::Result;
use sheaf_stats::mann_kendall;

use super::HOURS_A_DAY;
use super::lag::Lag;
use super::sample::Sample;

/// Values of one stretch are put together: a quarter of a school hour.
const STRETCH_HOURS: f64 = 0.25;
/// What changes by no more than this part of its level in a school day is called flat: a fiftieth
/// in a week is within what a kernel gives and takes.
const FLAT_SHARE_A_DAY: f64 = 0.01;
/// Caches fill on the first day.
const FIRST_DAY_ENDS: f64 = HOURS_A_DAY;

/// What values are of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// Of each device.
    Devices,
    /// Of records, on each device that they went to.
    Records,
}

/// The lowest, the middle and the highest of all values in one stretch of the week.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// The middle of the stretch, in school days since the beginning.
    pub day: f64,
    /// The lowest.
    pub least: f64,
    /// The middle one.
    pub median: f64,
    /// Nineteen of twenty are no higher.
    pub late: f64,
    /// The highest.
    pub most: f64,
}

/// A quantity over the week.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// What it is.
    pub what: &'static str,
    /// In which unit.
    pub unit: &'static str,
    /// What the values are of.
    pub of: Of,
    /// Stretch by stretch.
    pub spreads: Vec<Spread>,
}

/// How it goes on after the first day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trend {
    /// The median over the days after the first.
    pub level: f64,
    /// The median slope (Theil and Sen), for one school day.
    pub a_day: f64,
}

impl Trend {
    /// Whether it grows or falls by next to nothing.
    pub fn is_flat(self) -> bool {
        self.a_day.abs() <= self.level.abs() * FLAT_SHARE_A_DAY
    }
}

impl fmt::Display for Trend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_flat() {
            f.write_str("flat")
        } else if self.a_day > 0.0 {
            write!(f, "grows by {:.2} a day", self.a_day)
        } else {
            write!(f, "falls by {:.2} a day", -self.a_day)
        }
    }
}

impl Series {
    /// One of the quantities that are sampled on each device.
    pub fn of(
        what: &'static str,
        unit: &'static str,
        samples: &[Sample],
        value: impl Fn(&Sample) -> f64,
    ) -> Self {
        let mut stretches: BTreeMap<u64, Vec<f64>> = BTreeMap::new();
        for sample in samples {
            stretches.entry(stretch(sample.hour)).or_default().push(value(sample));
        }
        Self { what, unit, of: Of::Devices, spreads: spreads(stretches) }
    }

    /// How long records took to all other devices.
    pub fn of_lags(what: &'static str, lags: &[Lag]) -> Self {
        let mut stretches: BTreeMap<u64, Vec<f64>> = BTreeMap::new();
        for lag in lags {
            stretches.entry(stretch(lag.hour)).or_default().extend(&lag.lags_s);
        }
        Self { what, unit: "s", of: Of::Records, spreads: spreads(stretches) }
    }

    /// How it goes on after the first day; none if there is too little after it.
    pub fn trend(&self) -> Result<Option<Trend>> {
        let later = self.spreads.iter().filter(|one| one.day * HOURS_A_DAY > FIRST_DAY_ENDS);
        let medians = medians(later);
        if medians.len() < 8 {
            return Ok(None);
        }
        let a_stretch = mann_kendall(&medians, 0.95)?.slope;
        let a_day = a_stretch * HOURS_A_DAY / STRETCH_HOURS;
        Ok(Some(Trend { level: quantile(&sorted(medians), 0.5), a_day }))
    }
}

fn stretch(hour: f64) -> u64 {
    (hour / STRETCH_HOURS) as u64
}

fn spreads(stretches: BTreeMap<u64, Vec<f64>>) -> Vec<Spread> {
    let spread = |(number, values): (u64, Vec<f64>)| {
        let values = sorted(values);
        let [least, median, late, most] = [0.0, 0.5, 0.95, 1.0].map(|part| quantile(&values, part));
        let day = (number as f64 + 0.5) * STRETCH_HOURS / HOURS_A_DAY;
        Spread { day, least, median, late, most }
    };
    stretches.into_iter().map(spread).collect()
}

/// The medians, stretch after stretch without a gap: one in which nobody looked is as the one
/// before was.
fn medians<'a>(spreads: impl Iterator<Item = &'a Spread>) -> Vec<f64> {
    let mut medians: Vec<f64> = Vec::new();
    let mut next: Option<(u64, f64)> = None;
    for one in spreads {
        let number = stretch(one.day * HOURS_A_DAY);
        if let Some((from, before)) = next {
            medians.extend((from..number).map(|_| before));
        }
        medians.push(one.median);
        next = Some((number + 1, one.median));
    }
    medians
}

fn sorted(mut values: Vec<f64>) -> Vec<f64> {
    values.sort_by(f64::total_cmp);
    values
}

/// The value below which that part of sorted values lies, the nearest that there is.
pub fn quantile(sorted: &[f64], part: f64) -> f64 {
    let last = sorted.len().saturating_sub(1) as f64;
    sorted.get((last * part).round() as usize).copied().unwrap_or(0.0)
}
