//! Polars and DuckDB, asked by a script of Python.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use super::{Answer, Question};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/peers/python/columns.py");

#[derive(Deserialize)]
struct Line {
    engine: String,
    version: String,
    question: String,
    seconds: f64,
    from_files: Option<f64>,
    total: [u64; 2],
}

/// Asks both about the tables in a folder, so many times each.
pub fn ask(python: &Path, folder: &Path, runs: usize) -> Result<Vec<Answer>> {
    let mut command = Command::new(python);
    let output = command.arg(SCRIPT).arg(folder).arg(runs.to_string()).output();
    let output = output.with_context(|| python.display().to_string())?;
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{}: {errors}", python.display());
    String::from_utf8(output.stdout)?.lines().map(answer).collect()
}

/// One line of the script's.
pub fn answer(line: &str) -> Result<Answer> {
    let line: Line = serde_json::from_str(line).with_context(|| line.to_owned())?;
    let question = Question::ALL.into_iter().find(|one| one.name() == line.question);
    Ok(Answer {
        engine: format!("{} {}", line.engine, line.version),
        question: question.with_context(|| format!("nobody asked {}", line.question))?,
        seconds: line.seconds,
        from_files: line.from_files,
        total: line.total,
    })
}
