//! Plain values: what one field of a record can hold.

use std::fmt;

use jiff::civil::{Date, DateTime};

use crate::id::RecordId;

/// One scalar value. School time is civil local time, stored without an offset.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Text, or the code of a code list.
    Text(String),
    /// A day of the school's calendar.
    Date(Date),
    /// A local date and time, to the minute.
    DateTime(DateTime),
    /// A reference to another record.
    Record(RecordId),
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Values are about children: a log line shows the type alone.
        f.write_str(match self {
            Self::Bool(_) => "Bool(..)",
            Self::Int(_) => "Int(..)",
            Self::Text(_) => "Text(..)",
            Self::Date(_) => "Date(..)",
            Self::DateTime(_) => "DateTime(..)",
            Self::Record(_) => "Record(..)",
        })
    }
}

impl fmt::Display for Value {
    /// The stored form: ISO 8601 for dates (`2026-11-22`, `2026-11-22T10:15`), hexadecimal for ids.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(value) => write!(f, "{value}"),
            Self::Int(value) => write!(f, "{value}"),
            Self::Text(value) => f.write_str(value),
            Self::Date(value) => write!(f, "{value}"),
            Self::DateTime(value) => write!(f, "{}", value.strftime("%Y-%m-%dT%H:%M")),
            Self::Record(value) => write!(f, "{value}"),
        }
    }
}

impl Value {
    /// The text of a text value.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The number of a whole-number value.
    pub fn as_int(&self) -> Option<i64> {
        match self {
            Self::Int(number) => Some(*number),
            _ => None,
        }
    }

    /// The answer of a yes-or-no value.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(answer) => Some(*answer),
            _ => None,
        }
    }

    /// The day of a date or of a date and time.
    pub fn as_date(&self) -> Option<Date> {
        match self {
            Self::Date(date) => Some(*date),
            Self::DateTime(time) => Some(time.date()),
            _ => None,
        }
    }

    /// The local time of a date-and-time value.
    pub fn as_date_time(&self) -> Option<DateTime> {
        match self {
            Self::DateTime(time) => Some(*time),
            _ => None,
        }
    }

    /// The record that a reference names.
    pub fn as_record(&self) -> Option<RecordId> {
        match self {
            Self::Record(id) => Some(*id),
            _ => None,
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<bool> for Value {
    fn from(answer: bool) -> Self {
        Self::Bool(answer)
    }
}

impl From<Date> for Value {
    fn from(date: Date) -> Self {
        Self::Date(date)
    }
}

impl From<DateTime> for Value {
    fn from(time: DateTime) -> Self {
        Self::DateTime(time)
    }
}

impl From<RecordId> for Value {
    fn from(id: RecordId) -> Self {
        Self::Record(id)
    }
}
