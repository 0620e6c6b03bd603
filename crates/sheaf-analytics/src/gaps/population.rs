//! Who could have had an event, and when.

use std::collections::BTreeMap;

use sheaf_stats::AtRisk;

use super::{Gaps, Index};
use crate::data::column::Cell;
use crate::data::days::day_number;
use crate::data::facts::FACTS;
use crate::frame::Frame;
use crate::period::Period;

/// The days on the roll in the window of each pupil, those without days but with events included.
pub fn of(frame: &Frame, window: Period, events: &[Index]) -> BTreeMap<i32, Vec<(i64, i64)>> {
    let (first, last) = (day_number(window.from), day_number(window.to));
    let mut found = BTreeMap::new();
    for (code, facts) in (0i32..).zip(frame.scope.snapshot().facts().pupils.iter()) {
        let Some(facts) = facts else { continue };
        let inside = facts.on_roll.iter().map(|(from, to)| (*from.max(&first), *to.min(&last)));
        let inside: Vec<(i64, i64)> = inside.filter(|(from, to)| from <= to).collect();
        if !inside.is_empty() {
            found.insert(code, inside);
        }
    }
    events.iter().for_each(|event| {
        found.entry(event.pupil).or_default();
    });
    found
}

impl Gaps {
    /// When each pupil was there, in the days of [`Gaps::day`], for a mean cumulative function with
    /// exposure `on_roll`. Who has an event was there, whatever the roll says.
    pub fn exposure(&self) -> Vec<AtRisk> {
        let mut spells = Vec::new();
        for (pupil, stays) in self.population.iter() {
            for (from, to) in stays {
                let start = self.axis(*pupil, from - 1);
                // An event on a closed day before the first school day stands at 0.
                let start = if start == 0 { -0.5 } else { start as f64 };
                let stop = self.axis(*pupil, *to) as f64;
                spells.push(AtRisk { id: pupil.unsigned_abs(), start, stop });
            }
        }
        let known = |event: &&Index| {
            let stays = self.population.get(&event.pupil).into_iter().flatten();
            stays.into_iter().any(|(from, to)| (*from..=*to).contains(&event.day))
        };
        for event in self.events.iter().filter(|event| !known(event)) {
            let stop = self.axis(event.pupil, event.day) as f64;
            spells.push(AtRisk { id: event.pupil.unsigned_abs(), start: stop - 0.5, stop });
        }
        spells
    }

    /// How many pupils could have had an event: on the roll in the window, or with one.
    pub fn pupils(&self) -> usize {
        self.population.len()
    }

    /// The part of the population of which a pupil's fact is true; all of it for other columns.
    pub(super) fn population_of(
        &self,
        column: &str,
        key: &Cell,
        events: &[Index],
    ) -> BTreeMap<i32, Vec<(i64, i64)>> {
        let Some(fact) = FACTS.iter().position(|name| *name == column) else {
            return self.population.as_ref().clone();
        };
        let facts = self.frame.scope.snapshot().facts();
        let labels = facts.labels.get(fact).cloned().unwrap_or_default();
        let wanted = match key {
            Cell::Null => None,
            known => labels.code(&known.to_string()),
        };
        let holds = |pupil: i32, stays: &[(i64, i64)]| {
            let last = stays.last().map(|stay| stay.1);
            last.is_some_and(|day| facts.of(pupil).and_then(|one| one.on(fact, day)) == wanted)
        };
        let own: std::collections::BTreeSet<i32> = events.iter().map(|event| event.pupil).collect();
        let inside = self
            .population
            .iter()
            .filter(|(pupil, stays)| own.contains(*pupil) || holds(**pupil, stays));
        inside.map(|(pupil, stays)| (*pupil, stays.clone())).collect()
    }
}
