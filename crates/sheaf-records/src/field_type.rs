//! What a field holds, and how text becomes a value of it.

use jiff::civil::{Date, DateTime, Time};

use crate::codes::ListId;
use crate::id::RecordId;
use crate::kind::Kind;
use crate::problem::FieldError;
use crate::retention::kept_kind;
use crate::schema::{MAX_NARRATIVE, MAX_PACKAGE, RowSpec};
use crate::upn::check_upn;
use crate::value::Value;

/// What a field holds.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum FieldType {
    /// One line of text of at most so many characters.
    Text {
        /// The most characters.
        max: usize,
    },
    /// Text of several lines, of at most [`MAX_NARRATIVE`] characters.
    Narrative,
    /// The files of a metric as one line of text, of at most [`MAX_PACKAGE`] bytes.
    Package,
    /// A whole number from `min` to `max`.
    Int {
        /// The least.
        min: i64,
        /// The greatest.
        max: i64,
    },
    /// Yes or no.
    Bool,
    /// A day.
    Date,
    /// A local date and time, to the minute.
    DateTime,
    /// A time of day as `08:40`, kept as text.
    Time,
    /// A unique pupil number, kept as text.
    Upn,
    /// A school year as `2026/27`, kept as text.
    SchoolYear,
    /// The name of a code list, kept as text.
    List,
    /// A code of this list, kept as text.
    Code(ListId),
    /// The name of a kind of record that is about pupils, kept as text.
    Kind,
    /// A reference to a record of this kind.
    Record(Kind),
    /// A reference to a record of any kind.
    AnyRecord,
    /// Rows by key.
    Rows(&'static RowSpec),
}

impl FieldType {
    /// The name of the type, as `sheaf kinds` prints it.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Text { .. } => "text",
            Self::Narrative => "narrative",
            Self::Package => "package",
            Self::Int { .. } => "integer",
            Self::Bool => "boolean",
            Self::Date => "date",
            Self::DateTime => "date_time",
            Self::Time => "time",
            Self::Upn => "upn",
            Self::SchoolYear => "school_year",
            Self::List => "list",
            Self::Code(_) => "code",
            Self::Kind => "kind",
            Self::Record(_) | Self::AnyRecord => "record",
            Self::Rows(_) => "rows",
        }
    }

    /// The code list from which a code is taken.
    pub const fn list(&self) -> Option<ListId> {
        match self {
            Self::Code(list) => Some(*list),
            _ => None,
        }
    }

    /// The value that this text, in the stored form of [`Value`], stands for. Blanks at both ends
    /// are dropped. Whether a code is in its list is not looked at here.
    ///
    /// # Errors
    /// The text is no value of this type.
    pub fn parse(&self, text: &str) -> Result<Value, FieldError> {
        let text = text.trim();
        let value = match self {
            Self::Bool => Value::Bool(parse_bool(text)?),
            Self::Int { .. } => Value::Int(
                text.parse().map_err(|_| FieldError::wrong_type("a whole number", text))?,
            ),
            Self::Date => Value::Date(parse_date(text)?),
            Self::DateTime => Value::DateTime(parse_date_time(text)?),
            Self::Record(_) | Self::AnyRecord => {
                Value::Record(text.parse::<RecordId>().map_err(|_| {
                    FieldError::wrong_type("a record id of 32 hexadecimal digits", "")
                })?)
            }
            Self::Rows(_) => return Err(FieldError::RowsNeeded),
            Self::Upn => Value::Text(text.to_ascii_uppercase()),
            _ => Value::from(text),
        };
        self.check(&value)?;
        Ok(value)
    }

    /// Whether a value is one of this type and within its bounds. Whether a code is in its list is
    /// not looked at here.
    ///
    /// # Errors
    /// The value is not one of this type.
    pub fn check(&self, value: &Value) -> Result<(), FieldError> {
        match (self, value) {
            (Self::Text { max }, Value::Text(text)) => check_line(text, *max),
            (Self::Narrative, Value::Text(text)) => check_narrative(text),
            (Self::Package, Value::Text(text)) => check_package(text),
            (Self::Int { min, max }, Value::Int(number)) => {
                if (min..=max).contains(&number) {
                    Ok(())
                } else {
                    Err(FieldError::OutOfRange { value: *number, min: *min, max: *max })
                }
            }
            (Self::Bool, Value::Bool(_))
            | (Self::Date, Value::Date(_))
            | (Self::DateTime, Value::DateTime(_))
            | (Self::Record(_) | Self::AnyRecord, Value::Record(_)) => Ok(()),
            (Self::Time, Value::Text(text)) => parse_time(text).map(drop),
            (Self::Upn, Value::Text(text)) => check_upn(text).map(drop).map_err(FieldError::Upn),
            (Self::SchoolYear, Value::Text(text)) => check_school_year(text),
            (Self::List, Value::Text(text)) => ListId::named(text).map(drop),
            (Self::Kind, Value::Text(text)) => kept_kind(text).map(drop),
            (Self::Code(list), Value::Text(code)) => check_code(*list, code),
            (Self::Rows(_), _) => Err(FieldError::RowsNeeded),
            _ => Err(FieldError::wrong_type(self.expected(), "")),
        }
    }

    /// What a value of this type is, in words.
    pub(crate) const fn expected(&self) -> &'static str {
        match self {
            Self::Text { .. } | Self::Narrative | Self::Package => "text",
            Self::Int { .. } => "a whole number",
            Self::Bool => "true or false",
            Self::Date => "a date as 2026-11-22",
            Self::DateTime => "a date and time as 2026-11-22T10:15",
            Self::Time => "a time as 08:40",
            Self::Upn => "a UPN",
            Self::SchoolYear => "a school year as 2026/27",
            Self::List => "the name of a code list",
            Self::Code(_) => "a code",
            Self::Kind => "a kind of record that is about pupils",
            Self::Record(_) | Self::AnyRecord => "a record id",
            Self::Rows(_) => "rows by key",
        }
    }
}

fn parse_bool(text: &str) -> Result<bool, FieldError> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "y" | "1" => Ok(true),
        "false" | "no" | "n" | "0" => Ok(false),
        _ => Err(FieldError::wrong_type("true or false", "")),
    }
}

/// The years in which a date of a school record can lie; anything else is a slip of the keys.
const YEARS: std::ops::RangeInclusive<i16> = 1900..=2199;

/// A date as `2026-11-22`.
pub(crate) fn parse_date(text: &str) -> Result<Date, FieldError> {
    let error = || FieldError::wrong_type("a date that exists, as 2026-11-22", text);
    if text.len() != 10 {
        return Err(error());
    }
    let date: Date = text.parse().map_err(|_| error())?;
    if YEARS.contains(&date.year()) { Ok(date) } else { Err(error()) }
}

/// A local date and time as `2026-11-22T10:15` or with a blank; seconds are cut off.
fn parse_date_time(text: &str) -> Result<DateTime, FieldError> {
    let error = || FieldError::wrong_type("a date and time that exist, as 2026-11-22T10:15", text);
    let (date, time) = text.split_once(['T', ' ']).ok_or_else(error)?;
    let date = parse_date(date).map_err(|_| error())?;
    let time = match time.len() {
        5 => parse_time(time).map_err(|_| error())?,
        8 => time.parse::<Time>().map_err(|_| error())?,
        _ => return Err(error()),
    };
    Ok(date.at(time.hour(), time.minute(), 0, 0))
}

/// A time of day as `08:40`.
pub(crate) fn parse_time(text: &str) -> Result<Time, FieldError> {
    let error = || FieldError::wrong_type("a time as 08:40", text);
    let (hour, minute) = text.split_once(':').ok_or_else(error)?;
    let number = |text| digits(text, 2).and_then(|number| i8::try_from(number).ok());
    let (hour, minute) = number(hour).zip(number(minute)).ok_or_else(error)?;
    Time::new(hour, minute, 0, 0).map_err(|_| error())
}

fn check_school_year(text: &str) -> Result<(), FieldError> {
    let error = || FieldError::wrong_type("a school year as 2026/27", text);
    let (first, second) = text.split_once('/').ok_or_else(error)?;
    let (first, second) = digits(first, 4).zip(digits(second, 2)).ok_or_else(error)?;
    if (first + 1) % 100 == second { Ok(()) } else { Err(error()) }
}

/// The number that a text of exactly so many digits stands for.
fn digits(text: &str, count: usize) -> Option<u16> {
    let all = text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    if all { text.parse().ok() } else { None }
}

fn check_line(text: &str, max: usize) -> Result<(), FieldError> {
    if text.chars().any(char::is_control) {
        return Err(FieldError::ControlCharacter);
    }
    check_length(text, max)
}

fn check_narrative(text: &str) -> Result<(), FieldError> {
    if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        return Err(FieldError::ControlCharacter);
    }
    check_length(text, MAX_NARRATIVE)
}

fn check_package(text: &str) -> Result<(), FieldError> {
    // Its bound is one of bytes, because a section has one.
    if text.len() > MAX_PACKAGE {
        return Err(FieldError::TooLong { length: text.len(), max: MAX_PACKAGE });
    }
    check_line(text, MAX_PACKAGE)
}

fn check_length(text: &str, max: usize) -> Result<(), FieldError> {
    // A text of no more bytes than that has no more characters: the count is seldom needed.
    if text.len() <= max {
        return Ok(());
    }
    let length = text.chars().count();
    if length <= max { Ok(()) } else { Err(FieldError::TooLong { length, max }) }
}

/// The longest code, so that a key in a document stays short.
const MAX_CODE: usize = 40;

/// A code or a key of the school's own: letters, digits, `-` and `_`. Nothing else, because keys
/// are joined by `.` in commands and by `/` in documents.
pub(crate) fn check_code_form(code: &str) -> Result<(), FieldError> {
    let fits = !code.is_empty()
        && code.len() <= MAX_CODE
        && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if fits {
        Ok(())
    } else {
        Err(FieldError::wrong_type("a code of letters, digits, `-` and `_`", ""))
    }
}

/// The signs among the marks of attendance: they are values alone and never keys.
const SIGNS: [&str; 3] = ["/", "\\", "#"];

/// A code as a list may have it.
pub(crate) fn check_code(list: ListId, code: &str) -> Result<(), FieldError> {
    if list == ListId::AttendanceCode && SIGNS.contains(&code) {
        return Ok(());
    }
    check_code_form(code)
}

#[cfg(test)]
mod tests;
