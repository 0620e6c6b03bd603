//! Suppression: which numbers are too small to be shown, and what must hide with them.

mod table;

use serde::Serialize;

pub use table::{OneWay, Table, TwoWay, protect_one_way, protect_two_way};

use crate::tables::Sensitivity;

/// Inside the school, from so many pupils on a number is shown (METRICS.md, rule 7).
pub const INSIDE_MINIMUM: u32 = 5;

/// For outside the school, from so many pupils on a number is shown.
pub const OUTSIDE_MINIMUM: u32 = 10;

/// For whom a number is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Audience {
    /// Staff of the school.
    #[default]
    Inside,
    /// Governors, the trust, anybody else.
    Outside,
}

/// The pupils behind a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pupils {
    /// Distinct pupils of whom the number speaks; none where it is no share and no rate.
    pub denominator: Option<u32>,
    /// Distinct pupils with an event.
    pub numerator: Option<u32>,
    /// Whether it is split by a listed characteristic.
    pub split: Sensitivity,
}

/// A value that has passed suppression, or the fact that it has not. There is no way to the value
/// of a hidden one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Shown<T> {
    /// It may be shown.
    Value(T),
    /// It is hidden.
    Suppressed,
}

impl<T> Shown<T> {
    /// The value where it may be shown.
    pub fn value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Suppressed => None,
        }
    }

    /// Whether it is hidden.
    pub const fn is_suppressed(&self) -> bool {
        matches!(self, Self::Suppressed)
    }

    /// The same with its value changed, hidden where it was hidden.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Shown<U> {
        match self {
            Self::Value(value) => Shown::Value(change(value)),
            Self::Suppressed => Shown::Suppressed,
        }
    }
}

impl Pupils {
    /// A plain count or rate over so many pupils.
    pub const fn of(denominator: u32) -> Self {
        Self { denominator: Some(denominator), numerator: None, split: Sensitivity::Plain }
    }

    /// Whether a number with these pupils behind it is hidden by itself. Zero is shown: nobody is
    /// recognised by what nobody did.
    pub fn hidden(&self, audience: Audience) -> bool {
        let few = |pupils: Option<u32>, minimum| pupils.is_some_and(|n| n > 0 && n < minimum);
        if self.numerator == Some(0) {
            return false;
        }
        match audience {
            Audience::Outside => {
                few(self.denominator, OUTSIDE_MINIMUM) || few(self.numerator, OUTSIDE_MINIMUM)
            }
            Audience::Inside => {
                let listed = self.split == Sensitivity::Listed;
                few(self.denominator, INSIDE_MINIMUM)
                    || (listed && few(self.numerator, INSIDE_MINIMUM))
            }
        }
    }

    /// A value behind which these pupils stand, where it may be shown.
    pub fn show<T>(&self, value: T, audience: Audience) -> Shown<T> {
        if self.hidden(audience) { Shown::Suppressed } else { Shown::Value(value) }
    }
}

#[cfg(test)]
mod tests;
