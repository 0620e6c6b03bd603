//! What a filter on events says of the pupil-days over which they are counted.
//!
//! A condition on what a pupil-day has as well (the pupil's year group, the weekday) narrows both,
//! and so does one on the period where lessons or minutes are counted over; any other narrows the
//! events only, and a finding says so.

use std::collections::BTreeSet;

use crate::data::facts::FACTS;
use crate::exposure::Exposure;
use crate::period::Period;
use crate::plan::Step;
use crate::plan::expr::{CalendarPart, Expr};

/// The conditions of a table, sorted by what they narrow.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Narrowing {
    /// Conditions on the pupil alone.
    pub(crate) pupil: Vec<Expr>,
    /// Conditions on the day alone.
    pub(crate) day: Vec<Expr>,
    /// Conditions on the period of the day alone.
    pub(crate) period: Vec<Expr>,
    /// Columns that a condition names and that pupil-days do not have.
    events: BTreeSet<String>,
    /// Every column that a condition names.
    named: BTreeSet<String>,
    /// Columns that a step has made or replaced.
    made: BTreeSet<String>,
    window: Option<Period>,
}

impl Narrowing {
    /// Takes in one more step of the table.
    pub fn add(&mut self, step: &Step) {
        match step {
            Step::Filter(condition) => self.filter(condition),
            Step::Within(period) => {
                self.window = Some(self.window.map_or(*period, |before| before.and(*period)));
            }
            Step::Derive(name, _) | Step::Window { name, .. } => {
                self.made.insert(name.clone());
            }
            _ => {}
        }
    }

    fn filter(&mut self, condition: &Expr) {
        if let Expr::And(left, right) = condition {
            self.filter(left);
            self.filter(right);
            return;
        }
        let columns = condition.columns();
        self.named.extend(columns.iter().map(|&name| name.to_owned()));
        let all = |shared: fn(&str) -> bool| {
            columns.iter().all(|name| shared(name) && !self.made.contains(*name))
        };
        if columns.is_empty() {
        } else if all(is_of_pupil) {
            self.pupil.push(condition.clone());
        } else if all(is_of_day) {
            self.day.push(condition.clone());
        } else if all(is_of_period) {
            self.period.push(condition.clone());
        } else {
            let own = columns.iter().filter(|name| !is_of_pupil(name) && !is_of_day(name));
            let own: Vec<String> = own.map(|&name| name.to_owned()).collect();
            match own.is_empty() {
                true => self.events.extend(columns.iter().map(|&name| name.to_owned())),
                false => self.events.extend(own),
            }
        }
    }

    /// Whether a condition names a column.
    pub fn names(&self, column: &str) -> bool {
        self.named.contains(column)
    }

    /// The columns whose conditions narrow the events but not what they are counted over.
    pub fn events_only(&self, exposure: Exposure) -> impl Iterator<Item = &str> {
        let is_shared = exposure.has_periods();
        let of_period = self.period.iter().filter(move |_| !is_shared).flat_map(Expr::columns);
        let columns: BTreeSet<&str> =
            self.events.iter().map(String::as_str).chain(of_period).collect();
        columns.into_iter()
    }

    /// Whether a condition keeps some periods of the day and not others.
    pub fn is_of_periods(&self) -> bool {
        !self.period.is_empty()
    }

    /// A period, narrowed to the days that the table was narrowed to.
    pub fn within(&self, period: Period) -> Period {
        self.window.map_or(period, |window| window.and(period))
    }
}

/// Whether pupil-days have this column because it says something of the pupil.
pub fn is_of_pupil(column: &str) -> bool {
    FACTS.contains(&column)
}

/// Whether pupil-days have this column because it says something of the day.
pub fn is_of_day(column: &str) -> bool {
    column == "date" || CalendarPart::ALL.iter().any(|part| part.name() == column)
}

/// Whether lessons and minutes have this column because it says something of the period.
pub fn is_of_period(column: &str) -> bool {
    column == "period"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::expr::col;

    fn narrowing(steps: &[Step]) -> Narrowing {
        let mut narrowing = Narrowing::default();
        steps.iter().for_each(|step| narrowing.add(step));
        narrowing
    }

    #[test]
    fn conditions_go_where_their_columns_are() {
        let year = col("year_group").equals("9");
        let monday = col("weekday").equals(1);
        let grave = col("severity").at_least(3);
        let found = narrowing(&[Step::Filter(year.clone().and(monday.clone()).and(grave))]);
        assert_eq!((found.pupil.as_slice(), found.day.as_slice()), (&[year][..], &[monday][..]));
        assert_eq!(found.events_only(Exposure::EnrolledDays).collect::<Vec<_>>(), ["severity"]);
        assert!(found.names("weekday") && !found.names("role"));
    }

    #[test]
    fn a_condition_on_the_period_narrows_lessons_and_no_pupil_days() {
        let first = col("period").equals("P1");
        let mixed = col("period").equals("P1").or(col("weekday").equals(1));
        let found = narrowing(&[Step::Filter(first.clone())]);
        assert_eq!(found.period, [first]);
        assert_eq!(found.events_only(Exposure::PresentDays).collect::<Vec<_>>(), ["period"]);
        assert_eq!(found.events_only(Exposure::Lessons).count(), 0);
        let found = narrowing(&[Step::Filter(mixed)]);
        assert_eq!(found.events_only(Exposure::Lessons).collect::<Vec<_>>(), ["period"]);
    }

    #[test]
    fn a_mixed_or_a_replaced_column_narrows_the_events_only() {
        let either = col("year_group").equals("9").or(col("severity").at_least(3));
        let made = Step::Derive("year_group".to_owned(), Expr::Text("9".to_owned()));
        let found = narrowing(&[Step::Filter(either)]);
        assert_eq!(found.events_only(Exposure::EnrolledDays).collect::<Vec<_>>(), ["severity"]);
        let found = narrowing(&[made, Step::Filter(col("year_group").equals("9"))]);
        assert!(found.pupil.is_empty());
        assert_eq!(found.events_only(Exposure::EnrolledDays).collect::<Vec<_>>(), ["year_group"]);
    }
}
