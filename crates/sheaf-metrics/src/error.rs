//! What can go wrong with a metric, each with its place.

use std::fmt;

use sheaf_analytics::AnalyticsError;
use sheaf_charts::ChartError;

use crate::package::SCRIPT;

/// Why a metric could not be loaded, set up or run.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum MetricError {
    /// A file of the package is missing, too large or unreadable.
    #[error("`{file}` of the metric: {why}")]
    Package {
        /// The file.
        file: String,
        /// What is wrong and what to do.
        why: String,
    },
    /// The manifest cannot be used.
    #[error("plugin.toml, line {line}, column {column}: {why}")]
    Manifest {
        /// The line, from 1.
        line: usize,
        /// The column, from 1, in characters.
        column: usize,
        /// What is wrong and what to do.
        why: String,
    },
    /// No option of the metric has this name.
    #[error("`{metric}` has no option `{name}`{}", known_options(.nearest, .known))]
    UnknownOption {
        /// The metric.
        metric: String,
        /// What was given.
        name: String,
        /// The nearest name there is.
        nearest: Option<String>,
        /// All names.
        known: Vec<String>,
    },
    /// A value that an option does not take.
    #[error("option `{name}`: {why}")]
    OptionValue {
        /// The option.
        name: String,
        /// What is wrong and what to do.
        why: String,
    },
    /// The script has an error.
    #[error("{0}")]
    Script(Problem),
    /// The script went past a limit.
    #[error("{0}")]
    Limit(Problem),
    /// The run was cancelled.
    #[error("cancelled")]
    Cancelled,
    /// The data could not be read as asked.
    #[error(transparent)]
    Analytics(#[from] AnalyticsError),
    /// A chart could not be laid out.
    #[error(transparent)]
    Chart(#[from] ChartError),
}

impl MetricError {
    /// The same with the names of the files in which somebody keeps the script and the tables, each
    /// of these by the name that the script has for it.
    #[must_use]
    pub fn in_files(mut self, script: &str, tables: &[(String, String)]) -> Self {
        if let Self::Script(problem) | Self::Limit(problem) = &mut self {
            let is_it = |(name, _): &&(String, String)| problem.file == table_file(name);
            let named = match problem.file == SCRIPT {
                true => Some(script),
                false => tables.iter().find(is_it).map(|(_, file)| file.as_str()),
            };
            if let Some(named) = named {
                named.clone_into(&mut problem.file);
            }
        }
        self
    }
}

/// What errors call the file of a table of which only the name is known.
pub fn table_file(name: &str) -> String {
    format!("{name}.csv")
}

fn known_options(nearest: &Option<String>, known: &[String]) -> String {
    match nearest {
        Some(name) => format!("; did you mean `{name}`?"),
        None if known.is_empty() => "; it has none".to_owned(),
        None => format!("; it has {}", known.join(", ")),
    }
}

/// Something wrong in a file of a metric, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file.
    pub file: String,
    /// The line, from 1; 0 if the place is not known.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
    /// What is wrong and what to do.
    pub message: String,
    /// The words that stand there.
    pub words: String,
}

impl Problem {
    /// A problem of a file as a whole.
    pub fn of_file(file: &str, message: impl Into<String>) -> Self {
        Self {
            file: file.to_owned(),
            line: 0,
            column: 0,
            message: message.into(),
            words: String::new(),
        }
    }

    /// A problem at a place of a source.
    pub fn at(file: &str, source: &str, place: (usize, usize), message: impl Into<String>) -> Self {
        let words = words_at(source, place);
        Self {
            file: file.to_owned(),
            line: place.0,
            column: place.1,
            message: message.into(),
            words,
        }
    }
}

/// The most letters of a source that an error repeats.
const MAX_WORDS: usize = 48;

/// The rest of the line from a place on, as far as it helps to find it.
fn words_at(source: &str, (line, column): (usize, usize)) -> String {
    let text = line.checked_sub(1).and_then(|line| source.lines().nth(line)).unwrap_or_default();
    let rest: String = text.chars().skip(column.saturating_sub(1)).collect();
    let rest = rest.trim();
    if rest.chars().count() <= MAX_WORDS {
        return rest.to_owned();
    }
    let cut: String = rest.chars().take(MAX_WORDS).collect();
    format!("{}…", cut.trim_end())
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if self.line > 0 {
            write!(f, ", line {}, column {}", self.line, self.column)?;
        }
        write!(f, ": {}", self.message)?;
        if !self.words.is_empty() {
            write!(f, " (at `{}`)", self.words)?;
        }
        Ok(())
    }
}

/// Line and column, from 1, of a byte of a text.
pub fn place_of(source: &str, byte: usize) -> (usize, usize) {
    let before = source.get(..byte.min(source.len())).unwrap_or(source);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (line, column)
}
