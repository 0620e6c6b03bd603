//! Events by pupil: how many each has, and who has most.

use std::collections::BTreeMap;

use jiff::civil::Date;
use sheaf_records::RecordId;

use super::{Gaps, Index};
use crate::data::ids::IdSet;

/// Whether pupils without an event are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zeros {
    /// Everybody on the roll in the window.
    Include,
    /// Pupils with at least one event.
    Exclude,
}

/// A pupil with many events.
#[derive(Clone, Debug, PartialEq)]
pub struct TopPupil {
    /// Who.
    pub pupil: RecordId,
    /// How many events.
    pub count: usize,
    /// The day of the last.
    pub last: Date,
    /// The middle of the gaps between events; none with a single event.
    pub median_gap: Option<f64>,
    /// The records behind the events.
    pub ids: IdSet,
}

impl Gaps {
    /// How many events each pupil has, in no order that names anyone.
    pub fn count_per_pupil(&self, zeros: Zeros) -> Vec<f64> {
        let mut counts: BTreeMap<i32, usize> = match zeros {
            Zeros::Include => self.population.keys().map(|pupil| (*pupil, 0)).collect(),
            Zeros::Exclude => BTreeMap::new(),
        };
        for event in &self.events {
            *counts.entry(event.pupil).or_default() += 1;
        }
        let mut counts: Vec<f64> = counts.into_values().map(|count| count as f64).collect();
        counts.sort_by(f64::total_cmp);
        counts
    }

    /// The pupils with most events; of equals those with the latest event, then by id.
    pub fn top_pupils(&self, n: usize) -> Vec<TopPupil> {
        let by_pupil = self.events.chunk_by(|a, b| a.pupil == b.pupil);
        let mut most: Vec<(RecordId, &[Index])> =
            by_pupil.filter_map(|events| Some((self.id_of(events)?, events))).collect();
        let last = |events: &[Index]| events.last().map(|event| event.day);
        most.sort_by(|(a, own), (b, other)| {
            let count = other.len().cmp(&own.len());
            count.then(last(other).cmp(&last(own))).then(a.cmp(b))
        });
        most.truncate(n);
        most.into_iter().filter_map(|(pupil, events)| self.top(pupil, events)).collect()
    }

    fn id_of(&self, events: &[Index]) -> Option<RecordId> {
        let labels = self.frame.scope.snapshot().pupil_labels();
        labels.get(events.first()?.pupil)?.parse().ok()
    }

    fn top(&self, pupil: RecordId, events: &[Index]) -> Option<TopPupil> {
        let last = events.last()?.date()?;
        let mut gaps: Vec<i64> =
            events.iter().filter(|event| event.repeated).map(|event| event.gap).collect();
        gaps.sort_unstable();
        let middle = gaps.get(gaps.len() / 2).zip(gaps.get(gaps.len().saturating_sub(1) / 2));
        let median_gap = middle.map(|(one, other)| (*one + *other) as f64 / 2.0);
        let ids = self.frame.ids_of(events.iter().map(|event| event.row as usize));
        Some(TopPupil { pupil, count: events.len(), last, median_gap, ids })
    }
}
