//! The bundled metrics on a large school.

use std::path::Path;
use std::time::Instant;

use anyhow::{Result, ensure};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sheaf_school::{CancelSwitch, Clock, School};

use crate::apart::{Errand, Task};
use crate::device;
use crate::material::{Material, Wanted};
use crate::opening::opening;
use crate::row::{Aim, Row, Unit};
use crate::suite::Suite;

/// How long a metric may take on columns that are there, in seconds.
const AIM: f64 = 0.15;

/// What is asked of a metric.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Question {
    metric: String,
    options: Vec<(String, String)>,
    /// Rows that it cannot do without.
    rows: usize,
    /// How long it may take on columns that are there, in seconds.
    aim: f64,
}

/// Runs `repeat-referrals` over as many referrals as there are incidents.
pub fn referrals(suite: &Suite<'_>) -> Result<Vec<Row>> {
    let rows = suite.sizes.metric_rows;
    suite.tell(&format!("Inventing {rows} incidents and as many referrals…"));
    let material = Material::invent(&Wanted::rows(rows))?;
    let home = suite.dir.join("referrals");
    let school = device::found(&home, &material)?;
    suite.tell("Writing them down…");
    school.add_all(material.incidents.clone(), None)?;
    let records = rows + material.pupils.len() + material.staff.len() + material.lists.len();
    let mut all = opening(suite, &home, material.days.1, records)?;
    school.add_all(material.referrals.clone(), None)?;
    drop(school);
    let question = Question::over_all_days("repeat-referrals", &material, rows, 0.3);
    all.extend(cold_and_warm(suite, &home, &material, &question)?);
    Ok(all)
}

/// Runs the three metrics on a school as they are: on one that has just been opened, then on the
/// columns that are there; and one of them again after each of a few new incidents.
pub fn metrics(suite: &Suite<'_>) -> Result<Vec<Row>> {
    let incidents = suite.sizes.metric_rows;
    suite.tell(&format!("Inventing a school of {incidents} incidents…"));
    let material = Material::invent(&Wanted::school(incidents))?;
    let home = suite.dir.join("metrics");
    let school = device::found(&home, &material)?;
    suite.tell("Writing it down…");
    for records in [&material.incidents, &material.referrals, &material.interventions] {
        school.add_all(records.clone(), None)?;
    }
    drop(school);
    let referrals = material.referrals.len();
    let trends = Question::over_all_days("behaviour-trends", &material, incidents, AIM);
    let repeats = Question::over_all_days("repeat-referrals", &material, referrals, AIM);
    let impact = Question {
        metric: "intervention-impact".to_owned(),
        options: Vec::new(),
        rows: incidents,
        aim: AIM,
    };
    let mut all = Vec::new();
    for question in [&repeats, &trends, &impact] {
        all.extend(cold_and_warm(suite, &home, &material, question)?);
    }
    all.push(fresh(suite, &home, &material, &trends)?);
    Ok(all)
}

impl Question {
    fn over_all_days(metric: &str, material: &Material, rows: usize, aim: f64) -> Self {
        let window = format!("{}..{}", material.days.0, material.days.1);
        Self { metric: metric.to_owned(), options: vec![("window".to_owned(), window)], rows, aim }
    }
}

fn cold_and_warm(
    suite: &Suite<'_>,
    home: &Path,
    material: &Material,
    question: &Question,
) -> Result<[Row; 2]> {
    suite.tell(&format!("Running {}…", question.metric));
    let today = material.days.1;
    let task = Task::Run(question.clone());
    let cold = suite.apart(&Errand { home: home.to_owned(), today, task })?;
    let school = School::open(home, None, Clock::as_of(today))?;
    run(&school, question)?;
    let warm: Result<Vec<f64>> =
        (0..suite.sizes.warm_runs).map(|_| run(&school, question)).collect();
    let row = |how: &str, figures, aim| Row {
        what: format!(
            "Metric {} with {} incidents and {} referrals of {} pupils, {how}",
            question.metric,
            material.incidents.len(),
            material.referrals.len(),
            material.pupils.len()
        ),
        unit: Unit::Seconds,
        figures,
        aim,
    };
    let seconds = cold.iter().map(|cost| cost.seconds).collect();
    let aim = Some(Aim::Under(question.aim));
    Ok([row("cold: the columns are built first", seconds, None), row("warm", warm?, aim)])
}

/// From the save of an incident to the report that counts it, where the columns are there.
fn fresh(suite: &Suite<'_>, home: &Path, material: &Material, question: &Question) -> Result<Row> {
    suite.tell("Saving incidents before an open chart…");
    let school = School::open(home, None, Clock::as_of(material.days.1))?;
    run(&school, question)?;
    let mut figures = Vec::new();
    for number in 0..suite.sizes.warm_runs {
        let line = device::line(material, number)?;
        let started = Instant::now();
        school.log(&line)?;
        run(&school, question)?;
        figures.push(started.elapsed().as_secs_f64());
    }
    Ok(Row {
        what: format!("One new incident until {} has counted it again", question.metric),
        unit: Unit::Seconds,
        figures,
        aim: Some(Aim::Under(0.03)),
    })
}

/// Opens a home and runs a metric on it; gives the seconds of the run.
pub fn cold(home: &Path, today: Date, question: &Question) -> Result<f64> {
    run(&School::open(home, None, Clock::as_of(today))?, question)
}

fn run(school: &School, question: &Question) -> Result<f64> {
    let package = school.metric(&question.metric)?;
    let started = Instant::now();
    let report = school.run_metric(&package, &question.options, CancelSwitch::default())?;
    let seconds = started.elapsed().as_secs_f64();
    let read = report.rows_read;
    ensure!(read >= question.rows as u64, "{} read only {read} rows", question.metric);
    ensure!(!report.charts.is_empty(), "{} gave no chart", question.metric);
    Ok(seconds)
}
