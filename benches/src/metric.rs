//! The metric `repeat-referrals` on a large school.

use std::time::Instant;

use anyhow::{Result, ensure};
use sheaf_school::{CancelSwitch, Clock, School};

use crate::device;
use crate::material::{Material, Wanted};
use crate::opening::opening;
use crate::row::{Aim, Row, Unit};
use crate::suite::Suite;

const METRIC: &str = "repeat-referrals";

/// Runs the metric over all days: on a school that has just been opened, then on the columns that
/// are there.
pub fn repeat_referrals(suite: &Suite<'_>) -> Result<Vec<Row>> {
    let rows = suite.sizes.metric_rows;
    suite.tell(&format!("Inventing {rows} incidents and as many referrals…"));
    let material = Material::invent(&Wanted::rows(rows))?;
    suite.tell("Writing them down…");
    let home = suite.dir.join("metric");
    let mut school = device::found(&home, &material)?;
    school.add_all(material.incidents.clone(), None)?;
    let records = rows + material.pupils.len() + material.staff.len() + material.lists.len();
    let opened = opening(suite, &home, material.days.1, records)?;
    school.add_all(material.referrals.clone(), None)?;
    let window = format!("{}..{}", material.days.0, material.days.1);
    suite.tell("Running the metric…");
    let mut cold = Vec::new();
    for _ in 0..suite.sizes.cold_runs {
        drop(school);
        school = School::open(&home, None, Clock::as_of(material.days.1))?;
        cold.push(run(&school, &window, rows)?);
    }
    let mut warm = Vec::new();
    for _ in 0..suite.sizes.warm_runs {
        warm.push(run(&school, &window, rows)?);
    }
    let pupils = material.pupils.len();
    let row = |how: &str, figures, aim| Row {
        what: format!(
            "Metric {METRIC} over {rows} referrals, beside {rows} incidents of {pupils} pupils, \
             {how}"
        ),
        unit: Unit::Seconds,
        figures,
        aim,
    };
    let mut all = opened;
    all.extend([
        row("cold: the columns are built first", cold, None),
        row("warm", warm, Some(Aim::Under(0.3))),
    ]);
    Ok(all)
}

fn run(school: &School, window: &str, rows: usize) -> Result<f64> {
    let package = school.metric(METRIC)?;
    let options = [("window".to_owned(), window.to_owned())];
    let started = Instant::now();
    let report = school.run_metric(&package, &options, CancelSwitch::default())?;
    let seconds = started.elapsed().as_secs_f64();
    ensure!(report.rows_read >= rows as u64, "it read only {} rows", report.rows_read);
    ensure!(!report.charts.is_empty(), "it gave no chart");
    Ok(seconds)
}
