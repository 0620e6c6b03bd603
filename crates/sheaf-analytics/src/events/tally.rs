//! Groups of pupils by something that is known of each, with how many of them have an event.

use crate::data::column::Cell;
use crate::data::days::day_number;
use crate::data::facts::FACTS;
use crate::error::AnalyticsError;
use crate::events::{PupilEvents, Roll};
use crate::period::Period;
use crate::plan::budget::Budget;

/// One pupil on the roll in a period.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TallyRow {
    /// The code of the pupil.
    pub pupil: i32,
    /// The place of the pupil's group.
    pub group: usize,
    /// School days on the roll.
    pub days: f64,
    /// Events.
    pub events: f64,
}

/// The pupils on the roll in a period, each in one group: that to which they belonged on the last
/// of their days there.
#[derive(Clone, Debug)]
pub struct Tally {
    /// The value of each group, in order; null where nothing was recorded.
    pub groups: Vec<Cell>,
    /// The pupils.
    pub rows: Vec<TallyRow>,
    /// How many school days the period has.
    pub school_days: u32,
}

/// What a group comes to.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct GroupTotals {
    /// Pupils on the roll on an average school day.
    pub roll: f64,
    /// Pupils on the roll at any time.
    pub pupils: usize,
    /// Pupils with an event.
    pub with_event: usize,
    /// Events.
    pub events: f64,
}

impl Tally {
    /// The groups by one of the facts of a pupil, such as `sex`.
    ///
    /// # Errors
    /// There is no such fact, or the budget is used up.
    pub fn new(
        events: &PupilEvents,
        roll: &Roll,
        by: &str,
        period: Period,
        budget: &Budget,
    ) -> Result<Self, AnalyticsError> {
        let fact = FACTS
            .iter()
            .position(|known| *known == by)
            .ok_or_else(|| AnalyticsError::unknown_column("what is known of a pupil", by, FACTS))?;
        let scope = events.scope();
        let to = period.to.min(scope.as_of());
        let (first, last) = (day_number(period.from), day_number(to));
        let facts = scope.snapshot().facts();
        let mut found: Vec<(Option<i32>, TallyRow)> = Vec::new();
        for (at, pupil) in roll.pupils().enumerate() {
            budget.tick(at)?;
            let days = roll.days(pupil, first, last);
            if days == 0 {
                continue;
            }
            let own = facts.of(pupil);
            let stays = own.map(|own| own.on_roll.as_slice()).unwrap_or_default();
            let ends = stays.iter().filter(|(from, to)| *from <= last && *to >= first);
            let end = ends.map(|(_, to)| *to).max().unwrap_or(last).min(last);
            let code = own.and_then(|own| own.on(fact, end));
            let events = events.count(pupil, first, last) as f64;
            found.push((code, TallyRow { pupil, group: 0, days: days as f64, events }));
        }
        let label = |code: Option<i32>| match code {
            Some(code) => facts.labels.get(fact).and_then(|labels| labels.get(code)),
            None => None,
        };
        let mut keys: Vec<Option<&str>> = found.iter().map(|(code, _)| label(*code)).collect();
        let of_row = keys.clone();
        keys.sort_unstable_by_key(|key| (key.is_none(), *key));
        keys.dedup();
        let place = |key: &Option<&str>| keys.iter().position(|known| known == key);
        let rows = found.into_iter().zip(&of_row);
        Ok(Self {
            rows: rows
                .filter_map(|((_, row), key)| Some(TallyRow { group: place(key)?, ..row }))
                .collect(),
            groups: keys
                .iter()
                .map(|key| key.map_or(Cell::Null, |key| Cell::Text(key.into())))
                .collect(),
            school_days: scope.calendar().school_days(period.from, to),
        })
    }

    /// What the pupils of whom this holds come to.
    pub fn totals(&self, keep: impl Fn(&TallyRow) -> bool) -> GroupTotals {
        let mut totals = GroupTotals::default();
        let school_days = f64::from(self.school_days.max(1));
        for row in self.rows.iter().filter(|row| keep(row)) {
            totals.roll += row.days / school_days;
            totals.pupils += 1;
            totals.with_event += usize::from(row.events > 0.0);
            totals.events += row.events;
        }
        totals
    }
}

#[cfg(test)]
mod tests;
