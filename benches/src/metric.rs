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

/// Runs the metrics over all days: on a school that has just been opened, then on the columns that
/// are there; and one of them again after each of a few new incidents.
pub fn metrics(suite: &Suite<'_>) -> Result<Vec<Row>> {
    let rows = suite.sizes.metric_rows;
    suite.tell(&format!("Inventing {rows} incidents and as many referrals…"));
    let material = Material::invent(&Wanted::rows(rows))?;
    suite.tell("Writing them down…");
    let home = suite.dir.join("metric");
    let school = device::found(&home, &material)?;
    school.add_all(material.incidents.clone(), None)?;
    let records = rows + material.pupils.len() + material.staff.len() + material.lists.len();
    let mut all = opening(suite, &home, material.days.1, records)?;
    school.add_all(material.referrals.clone(), None)?;
    school.add_all(material.interventions.clone(), None)?;
    drop(school);
    let questions = questions(&material, rows);
    for question in &questions {
        suite.tell(&format!("Running {}…", question.metric));
        all.extend(cold_and_warm(suite, &home, &material, question)?);
    }
    if let Some(trends) = questions.iter().find(|one| one.metric == "behaviour-trends") {
        all.push(fresh(suite, &home, &material, trends)?);
    }
    Ok(all)
}

fn questions(material: &Material, rows: usize) -> Vec<Question> {
    let window = format!("{}..{}", material.days.0, material.days.1);
    let over = vec![("window".to_owned(), window)];
    let named = str::to_owned;
    let trends =
        Question { metric: named("behaviour-trends"), options: over.clone(), rows, aim: 0.15 };
    let repeats = Question { metric: named("repeat-referrals"), options: over, rows, aim: 0.15 };
    let impact =
        Question { metric: named("intervention-impact"), options: Vec::new(), rows, aim: 0.15 };
    vec![repeats, trends, impact]
}

fn cold_and_warm(
    suite: &Suite<'_>,
    home: &Path,
    material: &Material,
    question: &Question,
) -> Result<[Row; 2]> {
    let today = material.days.1;
    let task = Task::Run(question.clone());
    let cold = suite.apart(&Errand { home: home.to_owned(), today, task })?;
    let school = School::open(home, None, Clock::as_of(today))?;
    run(&school, question)?;
    let warm: Result<Vec<f64>> =
        (0..suite.sizes.warm_runs).map(|_| run(&school, question)).collect();
    let row = |how: &str, figures, aim| Row {
        what: format!(
            "Metric {} with {} incidents and as many referrals of {} pupils, {how}",
            question.metric,
            question.rows,
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
