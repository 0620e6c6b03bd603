//! Expressions over the columns of one row.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::period::Period;

/// How two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say all")]
pub enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Comparison {
    /// The sign that scripts and filters use.
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }
}

/// What is done with two whole numbers. There is no division: a ratio keeps its two parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Arithmetic {
    /// The sum.
    Add,
    /// The difference.
    Subtract,
    /// The product.
    Multiply,
    /// The remainder; null where divided by zero.
    Remainder,
}

impl Arithmetic {
    /// The sign that scripts and filters use.
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Remainder => "%",
        }
    }
}

/// What the school calendar says of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CalendarPart {
    /// The number of the school day over all years; null on other days.
    DayIndex,
    /// The number of the school week over all years; null where no pupil comes in.
    Week,
    /// The half-term, as `2026/27 autumn_1`; null in holidays.
    HalfTerm,
    /// The term, as `2026/27 autumn`; null in holidays.
    Term,
    /// The school year, as `2026/27`.
    Year,
    /// 1 for Monday to 7 for Sunday.
    Weekday,
    /// Whether it is a school day.
    IsOpen,
}

impl CalendarPart {
    /// Every part.
    pub const ALL: [Self; 7] = [
        Self::DayIndex,
        Self::Week,
        Self::HalfTerm,
        Self::Term,
        Self::Year,
        Self::Weekday,
        Self::IsOpen,
    ];

    /// The name of the part's column.
    pub const fn name(self) -> &'static str {
        match self {
            Self::DayIndex => "day_index",
            Self::Week => "week",
            Self::HalfTerm => "half_term",
            Self::Term => "term",
            Self::Year => "year",
            Self::Weekday => "weekday",
            Self::IsOpen => "is_open",
        }
    }
}

/// An expression. Nulls spread, as in SQL: a comparison with null is null, `&` and `|` follow
/// Kleene, and a filter keeps a row only where its condition is true.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Expr {
    /// The value of a column.
    Column(String),
    /// A text; compared with a date it is one, as `2026-11-22`.
    Text(String),
    /// A whole number.
    Int(i64),
    /// Yes or no.
    Bool(bool),
    /// A comparison of two values.
    Compare(Comparison, Box<Expr>, Box<Expr>),
    /// Both.
    And(Box<Expr>, Box<Expr>),
    /// Either.
    Or(Box<Expr>, Box<Expr>),
    /// The opposite.
    Not(Box<Expr>),
    /// Whether nothing was recorded.
    IsNull(Box<Expr>),
    /// Whether a value is one of a list of literals.
    In(Box<Expr>, Vec<Expr>),
    /// Arithmetic on whole numbers and days.
    Arithmetic(Arithmetic, Box<Expr>, Box<Expr>),
    /// `when(..).then(..).otherwise(..)`.
    When(Box<Expr>, Box<Expr>, Box<Expr>),
    /// The number of bounds at or below a value: 0 below the first.
    Cut(Box<Expr>, Vec<i64>),
    /// What the calendar says of a day.
    Calendar(CalendarPart, Box<Expr>),
    /// School days from one day to another: what a clock of school days shows, 0 for the same day.
    SchoolDays(Box<Expr>, Box<Expr>),
    /// The school day so many after a day, or before it; the day itself for 0, null beyond the
    /// calendar.
    AddSchoolDays(Box<Expr>, i32),
    /// School days of a spell that lie in a period, the first and the last day included. A spell
    /// without a last day goes on to the end of the period.
    Overlap(Box<Expr>, Box<Expr>, Period),
    /// Which lesson of the day a period is, by its code, from 1; null where no lesson is taught.
    LessonPeriod(Box<Expr>),
}

/// The column of this name.
pub fn col(name: impl Into<String>) -> Expr {
    Expr::Column(name.into())
}

impl Expr {
    /// A comparison.
    pub fn compare(self, comparison: Comparison, other: impl Into<Self>) -> Self {
        Self::Compare(comparison, Box::new(self), Box::new(other.into()))
    }

    /// `==`
    pub fn equals(self, other: impl Into<Self>) -> Self {
        self.compare(Comparison::Equal, other)
    }

    /// `>=`
    pub fn at_least(self, other: impl Into<Self>) -> Self {
        self.compare(Comparison::GreaterOrEqual, other)
    }

    /// `<=`
    pub fn at_most(self, other: impl Into<Self>) -> Self {
        self.compare(Comparison::LessOrEqual, other)
    }

    /// `low <= self & self <= high`
    pub fn between(self, low: impl Into<Self>, high: impl Into<Self>) -> Self {
        self.clone().at_least(low).and(self.at_most(high))
    }

    /// `&`
    pub fn and(self, other: impl Into<Self>) -> Self {
        Self::And(Box::new(self), Box::new(other.into()))
    }

    /// `|`
    pub fn or(self, other: impl Into<Self>) -> Self {
        Self::Or(Box::new(self), Box::new(other.into()))
    }

    /// Whether nothing was recorded.
    pub fn is_null(self) -> Self {
        Self::IsNull(Box::new(self))
    }

    /// Whether the value is one of these literals.
    pub fn is_in<T: Into<Self>>(self, list: impl IntoIterator<Item = T>) -> Self {
        Self::In(Box::new(self), list.into_iter().map(Into::into).collect())
    }

    /// Arithmetic.
    pub fn arithmetic(self, operation: Arithmetic, other: impl Into<Self>) -> Self {
        Self::Arithmetic(operation, Box::new(self), Box::new(other.into()))
    }

    /// The columns that it reads, in the order in which it names them.
    pub fn columns(&self) -> Vec<&str> {
        let mut names = Vec::new();
        self.collect(&mut names);
        names
    }

    fn collect<'a>(&'a self, names: &mut Vec<&'a str>) {
        if let Self::Column(name) = self
            && !names.contains(&name.as_str())
        {
            names.push(name);
        }
        self.each_child(&mut |child| child.collect(names));
    }

    /// The same with some columns replaced by expressions.
    #[must_use]
    pub fn with_columns(&self, made: &BTreeMap<String, Self>) -> Self {
        let one = |inner: &Self| Box::new(inner.with_columns(made));
        match self {
            Self::Column(name) => made.get(name).unwrap_or(self).clone(),
            Self::Text(_) | Self::Int(_) | Self::Bool(_) => self.clone(),
            Self::Compare(sign, a, b) => Self::Compare(*sign, one(a), one(b)),
            Self::And(a, b) => Self::And(one(a), one(b)),
            Self::Or(a, b) => Self::Or(one(a), one(b)),
            Self::Not(inner) => Self::Not(one(inner)),
            Self::IsNull(inner) => Self::IsNull(one(inner)),
            Self::In(inner, list) => {
                Self::In(one(inner), list.iter().map(|item| item.with_columns(made)).collect())
            }
            Self::Arithmetic(operation, a, b) => Self::Arithmetic(*operation, one(a), one(b)),
            Self::When(a, b, c) => Self::When(one(a), one(b), one(c)),
            Self::Cut(inner, bounds) => Self::Cut(one(inner), bounds.clone()),
            Self::Calendar(part, inner) => Self::Calendar(*part, one(inner)),
            Self::SchoolDays(a, b) => Self::SchoolDays(one(a), one(b)),
            Self::AddSchoolDays(inner, days) => Self::AddSchoolDays(one(inner), *days),
            Self::Overlap(a, b, period) => Self::Overlap(one(a), one(b), *period),
            Self::LessonPeriod(inner) => Self::LessonPeriod(one(inner)),
        }
    }

    /// Sees what it is made of, from left to right.
    pub fn each_child<'a>(&'a self, see: &mut dyn FnMut(&'a Self)) {
        match self {
            Self::Column(_) | Self::Text(_) | Self::Int(_) | Self::Bool(_) => {}
            Self::Not(one)
            | Self::IsNull(one)
            | Self::Cut(one, _)
            | Self::Calendar(_, one)
            | Self::AddSchoolDays(one, _)
            | Self::LessonPeriod(one) => see(one),
            Self::In(one, list) => {
                see(one);
                list.iter().for_each(see);
            }
            Self::Compare(_, left, right)
            | Self::And(left, right)
            | Self::Or(left, right)
            | Self::Arithmetic(_, left, right)
            | Self::SchoolDays(left, right)
            | Self::Overlap(left, right, _) => {
                see(left);
                see(right);
            }
            Self::When(condition, then, otherwise) => {
                see(condition);
                see(then);
                see(otherwise);
            }
        }
    }
}

impl std::ops::Not for Expr {
    type Output = Self;

    fn not(self) -> Self {
        Self::Not(Box::new(self))
    }
}

impl From<i64> for Expr {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<&str> for Expr {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<bool> for Expr {
    fn from(answer: bool) -> Self {
        Self::Bool(answer)
    }
}

impl From<jiff::civil::Date> for Expr {
    fn from(date: jiff::civil::Date) -> Self {
        Self::Text(date.to_string())
    }
}
