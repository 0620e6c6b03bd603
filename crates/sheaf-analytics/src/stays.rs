//! Who was on the roll when, in stretches over which the facts that matter do not change.

use std::collections::BTreeSet;

use arrow::array::{Int32Array, Int64Array};

use crate::data::calendar::Days;
use crate::data::column::{Column, ColumnType};
use crate::data::days::day_number;
use crate::data::facts::FACTS;
use crate::data::snapshot::Scope;
use crate::error::AnalyticsError;
use crate::narrowing::Narrowing;
use crate::period::Period;
use crate::plan::budget::Budget;
use crate::plan::eval::{Rows, condition};

/// One stretch of days of one pupil on the roll; days are day numbers, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stay {
    /// The code of the pupil.
    pub pupil: i32,
    /// The first day.
    pub from: i64,
    /// The last day.
    pub to: i64,
}

/// The stays of a period, in order of pupil and day.
pub struct Stays {
    scope: Scope,
    /// The stays.
    pub list: Vec<Stay>,
}

impl Stays {
    /// The stays of a period of the pupils whom the conditions keep, cut wherever one of the named
    /// facts or one that a condition names changes.
    ///
    /// # Errors
    /// A condition cannot be worked out, or the budget is used up.
    pub fn new(
        scope: &Scope,
        period: Period,
        by: &[String],
        narrowing: &Narrowing,
        budget: &Budget,
    ) -> Result<Self, AnalyticsError> {
        let mut names: BTreeSet<&str> = by.iter().map(String::as_str).collect();
        names.extend(narrowing.pupil.iter().flat_map(|condition| condition.columns()));
        let facts: Vec<usize> = (0..FACTS.len())
            .filter(|fact| names.contains(FACTS.get(*fact).unwrap_or(&"")))
            .collect();
        let (first, last) = (day_number(period.from), day_number(period.to));
        let mut list = Vec::new();
        let mut cuts = Vec::new();
        let known = scope.snapshot().facts();
        for (at, one) in known.pupils.iter().enumerate() {
            budget.tick(at)?;
            let (Some(one), Ok(pupil)) = (one, i32::try_from(at)) else { continue };
            for (from, to) in known.stays(pupil) {
                let (from, to) = (from.max(first), to.min(last));
                if from > to {
                    continue;
                }
                cuts.clear();
                cuts.push(from);
                facts.iter().for_each(|fact| one.changes(*fact, from, to, &mut cuts));
                cuts.sort_unstable();
                cuts.dedup();
                let ends = cuts.iter().skip(1).map(|next| next - 1).chain([to]);
                list.extend(cuts.iter().zip(ends).map(|(from, to)| Stay {
                    pupil,
                    from: *from,
                    to,
                }));
            }
        }
        budget.allow_bytes(list.len().saturating_mul(size_of::<Stay>()))?;
        let mut stays = Self { scope: scope.clone(), list };
        for one in &narrowing.pupil {
            let kept = condition(one, &stays)?;
            let mut answers = kept.iter();
            stays.list.retain(|_| answers.next().flatten() == Some(true));
        }
        Ok(stays)
    }

    /// A fact of each stay; none where there is no such fact.
    pub fn fact(&self, name: &str) -> Option<Column> {
        let fact = FACTS.iter().position(|known| *known == name)?;
        let facts = self.scope.snapshot().facts();
        let value = |stay: &Stay| facts.of(stay.pupil)?.on(fact, stay.from);
        let labels = facts.labels.get(fact).cloned().unwrap_or_default();
        let codes: Int32Array = self.list.iter().map(value).collect();
        Some(Column::codes(ColumnType::Text, codes, labels))
    }
}

impl Rows for Stays {
    fn len(&self) -> usize {
        self.list.len()
    }

    fn column(&self, name: &str) -> Result<Column, AnalyticsError> {
        self.fact(name).ok_or_else(|| AnalyticsError::unknown_column("pupil-days", name, FACTS))
    }

    fn days(&self) -> &Days {
        self.scope.snapshot().days()
    }
}

/// The school days of a period that conditions on the day keep, by number: whether each counts.
pub struct OpenDays {
    /// The number of the first.
    pub first: i64,
    /// Whether each school day from the first on counts.
    pub counts: Vec<bool>,
    dates: Int64Array,
}

impl OpenDays {
    /// The school days of a period.
    ///
    /// # Errors
    /// A condition cannot be worked out.
    pub fn new(
        scope: &Scope,
        period: Period,
        narrowing: &Narrowing,
    ) -> Result<Self, AnalyticsError> {
        let calendar = scope.calendar();
        let from = calendar.days_before(period.from);
        let to = calendar.days_before(period.to) + u32::from(calendar.is_open(period.to));
        let days = calendar.days().get(from as usize..to.max(from) as usize).unwrap_or_default();
        let numbers: Int64Array = days.iter().map(|day| Some(day_number(*day))).collect();
        let dates = Dates { scope, dates: numbers.clone() };
        let mut counts = vec![true; days.len()];
        for one in &narrowing.day {
            let kept = condition(one, &dates)?;
            counts.iter_mut().zip(kept.iter()).for_each(|(counts, kept)| {
                *counts &= kept == Some(true);
            });
        }
        Ok(Self { first: i64::from(from), counts, dates: numbers })
    }

    /// The days by day number, in order.
    pub fn dates(&self) -> impl Iterator<Item = i64> + '_ {
        self.dates.iter().flatten()
    }

    /// What the calendar says of each of the days.
    ///
    /// # Errors
    /// There is no such part of the calendar.
    pub fn part(&self, scope: &Scope, name: &str) -> Result<Column, AnalyticsError> {
        Dates { scope, dates: self.dates.clone() }.column(name)
    }
}

/// School days as rows over which conditions are worked out.
struct Dates<'a> {
    scope: &'a Scope,
    dates: Int64Array,
}

impl Rows for Dates<'_> {
    fn len(&self) -> usize {
        self.dates.len()
    }

    fn column(&self, name: &str) -> Result<Column, AnalyticsError> {
        let parts = crate::plan::expr::CalendarPart::ALL;
        match parts.into_iter().find(|part| part.name() == name) {
            Some(part) => Ok(self.days().part(part, &self.dates)),
            None if name == "date" => Ok(Column::whole(ColumnType::Date, self.dates.clone())),
            None => {
                let known = parts.iter().map(|part| part.name()).chain(["date"]);
                Err(AnalyticsError::unknown_column("school days", name, known))
            }
        }
    }

    fn days(&self) -> &Days {
        self.scope.snapshot().days()
    }
}
