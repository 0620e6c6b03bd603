//! One pupil's own course: events by bin before and after.

use jiff::civil::Date;

use super::{PupilCounts, PupilWindow};
use crate::bins::{Bins, Grain};
use crate::data::days::{date_of, day_number};
use crate::period::Period;

/// On which side of the start a bin lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// In the window before.
    Before,
    /// In the window after.
    After,
}

/// One bin of a pupil.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SeriesPoint {
    /// The first school day of the bin.
    pub from: Date,
    /// Its side.
    pub phase: Phase,
    /// Events.
    pub n: f64,
    /// School days on the roll.
    pub e: f64,
}

/// The bins of a pupil in order; those on which the pupil was not on the roll are absent.
#[derive(Clone, Debug, PartialEq)]
pub struct PupilSeries {
    /// The bins.
    pub points: Vec<SeriesPoint>,
    /// The day of the start.
    pub start: Date,
}

impl PupilCounts {
    /// The course of a pupil by code; none where the pupil has no row with windows.
    pub fn series(&self, pupil: i32, grain: Grain) -> Option<PupilSeries> {
        let window = self.spans.iter().find(|window| window.pupil == pupil)?;
        let mut points = Vec::new();
        for (phase, span) in [(Phase::Before, window.before), (Phase::After, window.after)] {
            points.extend(self.points(window, phase, span, grain)?);
        }
        Some(PupilSeries { points, start: date_of(window.start)? })
    }

    fn points(
        &self,
        window: &PupilWindow,
        phase: Phase,
        span: (i64, i64),
        grain: Grain,
    ) -> Option<Vec<SeriesPoint>> {
        let period = Period { from: date_of(span.0)?, to: date_of(span.1)? };
        let bins = Bins::new(self.events.scope().calendar(), period, grain);
        let point = |bin: &crate::bins::Bin| {
            let (from, to) = (day_number(bin.from), day_number(bin.to));
            let days = self.roll.days(window.pupil, from, to);
            (days > 0).then(|| SeriesPoint {
                from: bin.from,
                phase,
                n: self.events.count(window.pupil, from, to) as f64,
                e: days as f64,
            })
        };
        Some(bins.list.iter().filter_map(point).collect())
    }

    /// The codes of the pupils with at least so many bins before and after.
    pub fn pupils_with(&self, before: usize, after: usize, grain: Grain) -> Vec<i32> {
        let enough = |pupil: &i32| {
            let Some(series) = self.series(*pupil, grain) else { return false };
            let count = |phase| series.points.iter().filter(|point| point.phase == phase).count();
            count(Phase::Before) >= before && count(Phase::After) >= after
        };
        self.rows.iter().map(|row| row.pupil).filter(enough).collect()
    }
}
