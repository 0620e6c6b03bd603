//! The options of a metric: what a form asks for, and the values of one run.

mod known;

use std::collections::BTreeMap;
use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sheaf_analytics::{FilterExpr, PeriodSpec, TableSpec};
use sheaf_records::nearest;

use crate::api::origin::is_id;
use crate::error::MetricError;
use crate::manifest::Manifest;
use crate::words::capitalised;

/// The longest text that an option takes, in bytes.
pub(crate) const MAX_TEXT: usize = 1_000;
/// The most items of a list.
pub(crate) const MAX_ITEMS: usize = 20;

/// The type of an option with its limits and its default, as the manifest writes it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum OptionKind {
    /// A span of days: `this_year`, `last_20_school_days`, `2026-09-01..2026-12-18`.
    Period {
        /// Used if nothing is given.
        default: String,
    },
    /// A whole number.
    Integer {
        /// Used if nothing is given.
        default: i64,
        /// The least.
        min: i64,
        /// The greatest.
        max: i64,
        /// What it counts.
        #[serde(default)]
        unit: String,
    },
    /// Any number.
    Number {
        /// Used if nothing is given.
        default: f64,
        /// The least.
        min: f64,
        /// The greatest.
        max: f64,
        /// What it measures.
        #[serde(default)]
        unit: String,
    },
    /// Several whole numbers, written with commas.
    Integers {
        /// Used if nothing is given.
        default: Vec<i64>,
        /// The least of each.
        min: i64,
        /// The greatest of each.
        max: i64,
        /// What they count.
        #[serde(default)]
        unit: String,
    },
    /// One of several words.
    Choice {
        /// Used if nothing is given.
        default: String,
        /// The words.
        values: Vec<String>,
    },
    /// Words.
    Text {
        /// Used if nothing is given.
        #[serde(default)]
        default: String,
    },
    /// Yes or no.
    Boolean {
        /// Used if nothing is given.
        default: bool,
    },
    /// A value that a column has.
    ValueOf {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// Used if nothing is given; must be given if there is none.
        #[serde(default)]
        default: Option<String>,
    },
    /// A condition over the columns of a table.
    Filter {
        /// The table.
        table: String,
        /// Used if nothing is given; every row if empty.
        #[serde(default)]
        default: String,
    },
    /// Columns of a table by which to split, written with commas.
    Dimensions {
        /// The table.
        table: String,
        /// Used if nothing is given.
        #[serde(default)]
        default: Vec<String>,
    },
}

impl OptionKind {
    /// The name of the type.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Period { .. } => "period",
            Self::Integer { .. } => "integer",
            Self::Number { .. } => "number",
            Self::Integers { .. } => "integers",
            Self::Choice { .. } => "choice",
            Self::Text { .. } => "text",
            Self::Boolean { .. } => "boolean",
            Self::ValueOf { .. } => "value_of",
            Self::Filter { .. } => "filter",
            Self::Dimensions { .. } => "dimensions",
        }
    }

    /// The unit of a number; empty for none.
    pub fn unit(&self) -> &str {
        match self {
            Self::Integer { unit, .. }
            | Self::Number { unit, .. }
            | Self::Integers { unit, .. } => unit,
            _ => "",
        }
    }

    /// The default as it would be given; none if a value must be given.
    pub fn default_text(&self) -> Option<String> {
        Some(match self {
            Self::Period { default } | Self::Choice { default, .. } => default.clone(),
            Self::Text { default } | Self::Filter { default, .. } => default.clone(),
            Self::Integer { default, .. } => default.to_string(),
            Self::Number { default, .. } => default.to_string(),
            Self::Integers { default, .. } => {
                default.iter().map(i64::to_string).collect::<Vec<_>>().join(",")
            }
            Self::Boolean { default } => default.to_string(),
            Self::ValueOf { default, .. } => return default.clone(),
            Self::Dimensions { default, .. } => default.join(","),
        })
    }

    /// What it takes, in words.
    pub fn help(&self) -> String {
        match self {
            Self::Period { .. } => {
                "this_year, last_half_term, last_20_school_days or 2026-09-01..2026-12-18"
                    .to_owned()
            }
            Self::Integer { min, max, .. } => format!("a whole number from {min} to {max}"),
            Self::Number { min, max, .. } => format!("a number from {min} to {max}"),
            Self::Integers { min, max, .. } => {
                format!("whole numbers from {min} to {max} with commas")
            }
            Self::Choice { values, .. } => format!("one of {}", values.join(", ")),
            Self::Text { .. } => format!("words, at most {MAX_TEXT} bytes"),
            Self::Boolean { .. } => "true or false".to_owned(),
            Self::ValueOf { table, column, .. } => format!("a value of `{column}` of `{table}`"),
            Self::Filter { table, .. } => {
                format!("a condition over `{table}`, as in `year_group == \"9\"`")
            }
            Self::Dimensions { table, .. } => format!("columns of `{table}` with commas"),
        }
    }
}

/// One option as a form shows it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OptionSpec {
    /// Its name.
    pub name: String,
    /// Its title.
    pub title: String,
    /// Type, limits and default.
    #[serde(flatten)]
    pub kind: OptionKind,
}

/// One value of an option.
#[derive(Clone, Debug, PartialEq)]
pub enum OptionValue {
    /// A span of days, not yet on a calendar.
    Period(PeriodSpec),
    /// A whole number.
    Integer(i64),
    /// Any number.
    Number(f64),
    /// Whole numbers.
    Integers(Vec<i64>),
    /// A word or words.
    Text(String),
    /// Yes or no.
    Boolean(bool),
    /// A condition; every row if empty.
    Filter(FilterExpr),
    /// Names of columns.
    Dimensions(Vec<String>),
}

impl OptionValue {
    /// The value as JSON.
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Self::Integer(number) => (*number).into(),
            Self::Number(number) => (*number).into(),
            Self::Integers(numbers) => numbers.clone().into(),
            Self::Boolean(answer) => (*answer).into(),
            Self::Dimensions(names) => names.clone().into(),
            Self::Period(_) | Self::Text(_) | Self::Filter(_) => self.to_string().into(),
        }
    }
}

impl fmt::Display for OptionValue {
    /// The value as it is given on the command line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Period(period) => write!(f, "{period}"),
            Self::Integer(number) => write!(f, "{number}"),
            Self::Number(number) => write!(f, "{number}"),
            Self::Integers(numbers) => {
                f.write_str(&numbers.iter().map(i64::to_string).collect::<Vec<_>>().join(","))
            }
            Self::Text(text) => f.write_str(text),
            Self::Boolean(answer) => write!(f, "{answer}"),
            Self::Filter(filter) => write!(f, "{filter}"),
            Self::Dimensions(names) => f.write_str(&names.join(",")),
        }
    }
}

/// The values of all options for one run.
#[derive(Clone, Debug, PartialEq)]
pub struct Options(BTreeMap<String, OptionValue>);

impl Options {
    /// The values that are given, and defaults for the rest.
    ///
    /// # Errors
    /// Refuses an unknown option, with the nearest name, one given twice, and a value that the
    /// option does not take.
    pub fn resolve(manifest: &Manifest, given: &[(String, String)]) -> Result<Self, MetricError> {
        for (place, (name, _)) in given.iter().enumerate() {
            if !manifest.options.iter().any(|spec| spec.name == *name) {
                return Err(unknown(manifest, name));
            }
            if given.iter().skip(place + 1).any(|(other, _)| other == name) {
                let why = "given twice".to_owned();
                return Err(MetricError::OptionValue { name: name.clone(), why });
            }
        }
        let mut values = BTreeMap::new();
        for spec in &manifest.options {
            let fail = |why| MetricError::OptionValue { name: spec.name.clone(), why };
            let text =
                given.iter().find(|(name, _)| *name == spec.name).map(|(_, text)| text.clone());
            let text = text
                .or_else(|| spec.kind.default_text())
                .ok_or_else(|| fail(format!("must be given: {}", spec.kind.help())))?;
            values.insert(spec.name.clone(), read(&spec.kind, &text).map_err(fail)?);
        }
        Ok(Self(values))
    }

    /// The value of an option.
    pub fn get(&self, name: &str) -> Option<&OptionValue> {
        self.0.get(name)
    }

    /// Names and values in order of name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &OptionValue)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }
}

fn unknown(manifest: &Manifest, name: &str) -> MetricError {
    let known: Vec<String> = manifest.options.iter().map(|spec| spec.name.clone()).collect();
    MetricError::UnknownOption {
        metric: manifest.id.clone(),
        name: name.to_owned(),
        nearest: nearest(name, known.iter().map(String::as_str)).map(str::to_owned),
        known,
    }
}

/// An option of the manifest, its limits and its default checked.
pub(crate) fn spec(name: String, kind: OptionKind) -> Result<OptionSpec, String> {
    let allowed =
        |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
    if !name.starts_with(|letter: char| letter.is_ascii_lowercase()) || !name.chars().all(allowed) {
        return Err(format!("`{name}` cannot name an option: small letters, digits and `_` can"));
    }
    check_limits(&kind)?;
    if let Some(default) = kind.default_text() {
        read(&kind, &default).map_err(|why| format!("the default of `{name}`: {why}"))?;
    }
    Ok(OptionSpec { title: title(&name), name, kind })
}

/// `window_days` as `Window days`.
fn title(name: &str) -> String {
    capitalised(&name.replace('_', " "))
}

fn check_limits(kind: &OptionKind) -> Result<(), String> {
    match kind {
        OptionKind::Integer { min, max, .. } | OptionKind::Integers { min, max, .. }
            if min > max =>
        {
            Err(format!("`min` is {min}, above `max`, which is {max}"))
        }
        OptionKind::Number { min, max, .. }
            if !(min <= max && min.is_finite() && max.is_finite()) =>
        {
            Err(format!("`min` is {min} and `max` is {max}: two finite numbers, the lower first"))
        }
        OptionKind::Choice { values, .. } if values.is_empty() => {
            Err("`values` lists no word to choose from".to_owned())
        }
        OptionKind::Filter { table, .. } | OptionKind::Dimensions { table, .. } => {
            check_table(table)
        }
        OptionKind::ValueOf { table, column, .. } => check_column(table, column),
        _ => Ok(()),
    }
}

/// Whether a table exists.
pub(crate) fn check_table(table: &str) -> Result<(), String> {
    sheaf_analytics::table(table).map(|_| ()).map_err(|error| error.to_string())
}

/// Whether a table has a column by which pupils can be told apart in groups.
fn check_dimension(table: &str, column: &str) -> Result<(), String> {
    check_column(table, column)?;
    match is_id(column) {
        true => Err(format!("`{column}` is an id, and no group of pupils")),
        false => Ok(()),
    }
}

/// Whether a table has a column.
pub(crate) fn check_column(table: &str, column: &str) -> Result<(), String> {
    let table: &TableSpec = sheaf_analytics::table(table).map_err(|error| error.to_string())?;
    table.column(column).map(|_| ()).map_err(|error| error.to_string())
}

/// A value from its text.
fn read(kind: &OptionKind, text: &str) -> Result<OptionValue, String> {
    let text = text.trim();
    match kind {
        OptionKind::Period { .. } => period(text).map(OptionValue::Period),
        OptionKind::Integer { min, max, .. } => {
            integer(text, *min, *max, kind).map(OptionValue::Integer)
        }
        OptionKind::Number { min, max, .. } => match text.parse::<f64>() {
            Ok(number) if (*min..=*max).contains(&number) => Ok(OptionValue::Number(number)),
            _ => Err(refused(text, kind)),
        },
        OptionKind::Integers { min, max, .. } => list(text)?
            .into_iter()
            .map(|item| integer(item, *min, *max, kind))
            .collect::<Result<_, _>>()
            .map(OptionValue::Integers),
        OptionKind::Choice { values, .. } => match values.iter().find(|value| *value == text) {
            Some(value) => Ok(OptionValue::Text(value.clone())),
            None => Err(with_nearest(refused(text, kind), text, values.iter().map(String::as_str))),
        },
        OptionKind::Text { .. } | OptionKind::ValueOf { .. } if text.len() > MAX_TEXT => {
            Err(format!("{} bytes are more than {MAX_TEXT}", text.len()))
        }
        OptionKind::Text { .. } | OptionKind::ValueOf { .. } => {
            Ok(OptionValue::Text(text.to_owned()))
        }
        OptionKind::Boolean { .. } => match text {
            "true" | "yes" => Ok(OptionValue::Boolean(true)),
            "false" | "no" => Ok(OptionValue::Boolean(false)),
            _ => Err(refused(text, kind)),
        },
        OptionKind::Filter { table, .. } => filter(table, text).map(OptionValue::Filter),
        OptionKind::Dimensions { table, .. } => {
            let names: Vec<String> = list(text)?.into_iter().map(str::to_owned).collect();
            names.iter().try_for_each(|name| check_dimension(table, name))?;
            let is_again =
                |(at, name): &(usize, &String)| names.iter().take(*at).any(|one| one == *name);
            if let Some((_, name)) = names.iter().enumerate().find(is_again) {
                return Err(format!("`{name}` is named twice; once is enough"));
            }
            Ok(OptionValue::Dimensions(names))
        }
    }
}

fn period(text: &str) -> Result<PeriodSpec, String> {
    let day = |text: &str| text.trim().parse::<Date>().ok();
    let days = text.split_once("..").and_then(|(from, to)| day(from).zip(day(to)));
    match days.filter(|(from, to)| from > to) {
        Some((from, to)) => Err(format!("`{text}` ends before it begins; write {to}..{from}")),
        None => text.parse::<PeriodSpec>().map_err(|error| one_line(&error)),
    }
}

fn filter(table: &str, text: &str) -> Result<FilterExpr, String> {
    let filter = FilterExpr::parse(text).map_err(|error| one_line(&error))?;
    let table = sheaf_analytics::table(table).map_err(|error| one_line(&error))?;
    filter.check(table).map_err(|error| one_line(&error))?;
    Ok(filter)
}

fn one_line(error: &impl fmt::Display) -> String {
    error.to_string().replace('\n', " ")
}

fn integer(text: &str, min: i64, max: i64, kind: &OptionKind) -> Result<i64, String> {
    match text.parse::<i64>() {
        Ok(number) if (min..=max).contains(&number) => Ok(number),
        _ => Err(refused(text, kind)),
    }
}

fn list(text: &str) -> Result<Vec<&str>, String> {
    let items: Vec<&str> = text.split(',').map(str::trim).filter(|item| !item.is_empty()).collect();
    match items.len() {
        count if count > MAX_ITEMS => Err(format!("{count} items are more than {MAX_ITEMS}")),
        _ => Ok(items),
    }
}

fn refused(text: &str, kind: &OptionKind) -> String {
    let unit = match kind.unit() {
        "" => String::new(),
        unit => format!(" ({unit})"),
    };
    let shown: String = text.chars().take(40).collect();
    format!("`{shown}` is not {}{unit}", kind.help())
}

fn with_nearest<'a>(why: String, text: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    match nearest(text, known) {
        Some(name) => format!("{why}; did you mean `{name}`?"),
        None => why,
    }
}

#[cfg(test)]
mod tests;
