//! Funnel plots: rates against what they are counted over, within the limits of chance.
//!
//! Limits, average and spread are reckoned of the points that are shown alone, and a hidden point
//! has no place on the axis: its exposure would tell how many pupils are in it.

use sheaf_charts::{ChartData, LayerData, Mark, ShapeData, decimal};
use sheaf_stats::{Funnel, Pace};

use super::{Chart, series_names};
use crate::fault::fault;
use crate::registry::Answer;

/// The levels of the limits (Spiegelhalter 2005).
const LEVELS: [f64; 2] = [0.95, 0.998];
/// The points of a limit.
const POINTS: u32 = 60;
/// Fewer points have no limits: their average is mostly themselves.
const MIN_POINTS: usize = 3;
/// How far a count may be from a whole number: rates are numbers with fractions.
const CLOSE: f64 = 0.01;

impl Chart {
    /// A point for each group, the average of all, and the limits between which chance would have
    /// them, wider where they differ by more than chance.
    pub(super) fn funnel(&self, as_of: jiff::civil::Date) -> Answer<ChartData> {
        let (mut data, marks, x, _) = self.values(as_of)?;
        let hidden_x = x.marks.as_ref().map(|marks| marks()).unwrap_or_default();
        // The exposure of a measure is called after its rate.
        data.x.title = self.x_title.clone().unwrap_or_else(|| "Counted over".to_owned());
        let names = self.series.as_ref().map(series_names).unwrap_or_default();
        let all = marks.len();
        let named = marks.into_iter().enumerate().map(|(at, mark)| {
            let name = names.get(at).cloned().unwrap_or_default();
            let is_hidden = hidden_x.get(at).is_some_and(|backing| backing.is_hidden);
            (name, mark, is_hidden)
        });
        let shown: Vec<(String, Mark)> = named
            .filter(|(_, mark, is_hidden)| mark.y.is_some() && mark.x > 0.0 && !is_hidden)
            .map(|(name, mark, _)| (name, mark))
            .collect();
        if shown.len() < all {
            data.notes.push("Groups with nothing to show are left out".to_owned());
        }
        let points = shown.iter().map(|(_, mark)| mark.clone()).collect();
        if shown.len() < MIN_POINTS {
            data.notes.push(format!("No limits: {MIN_POINTS} groups that are shown are needed"));
            data.layers.push(LayerData::new("Groups", ShapeData::Points, points));
            return Ok(data);
        }
        let limits = Limits::of(&shown)?;
        data.notes.push(limits.words());
        for level in LEVELS {
            let name =
                format!("{} % limits", decimal(100.0 * level, if level > 0.99 { 1 } else { 0 }));
            for side in limits.lines(level)? {
                data.layers.push(LayerData::new(name.clone(), ShapeData::Line, side));
            }
        }
        data.layers.push(LayerData::new("Groups", ShapeData::Points, points));
        data.layers.push(limits.average());
        let beyond = limits.beyond(&shown)?;
        if !beyond.is_empty() {
            data.layers.push(LayerData::new("", ShapeData::Note, beyond));
        }
        Ok(self.with_words(self.with_rules(data, &[])))
    }
}

/// What the shown points come to.
struct Limits {
    average: f64,
    dispersion: f64,
    from: f64,
    to: f64,
}

impl Limits {
    fn of(shown: &[(String, Mark)]) -> Answer<Self> {
        let pairs: Vec<(f64, f64)> =
            shown.iter().map(|(_, mark)| (mark.x, mark.x * mark.y.unwrap_or_default())).collect();
        if pairs.iter().any(|(_, n)| (n - n.round()).abs() > CLOSE) {
            return Err(fault(
                "`y` of a funnel is a rate for one of `x`: `x` times `y` must be a count, as of \
                 `exposure` and `rate` of a measure",
            ));
        }
        let (exposure, n) =
            pairs.iter().fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
        let average = n / exposure;
        let counts: Vec<f64> = pairs.iter().map(|one| one.1).collect();
        let expected: Vec<f64> = pairs.iter().map(|one| one.0 * average).collect();
        let ends = pairs
            .iter()
            .map(|one| one.0)
            .fold((f64::INFINITY, 0.0), |(low, high), x| (f64::min(low, x), f64::max(high, x)));
        let dispersion = Funnel::dispersion(&counts, &expected);
        Ok(Self { average, dispersion, from: ends.0, to: ends.1 })
    }

    /// The two limits of a rate over so much.
    fn at(&self, exposures: &[f64], level: f64) -> Answer<Vec<(f64, f64)>> {
        let expected: Vec<f64> = exposures.iter().map(|one| one * self.average).collect();
        let found = sheaf_stats::funnel(&expected, level, Pace::default())
            .map_err(|why| fault(why.to_string()))?;
        let wider = |limit: f64, exposure: f64| {
            self.average + self.dispersion.sqrt() * (limit / exposure - self.average)
        };
        let limits = found.lower.iter().zip(&found.upper).zip(exposures);
        Ok(limits.map(|((low, high), e)| (wider(*low, *e).max(0.0), wider(*high, *e))).collect())
    }

    /// The lower and the upper limit as lines, somewhat beyond the points.
    fn lines(&self, level: f64) -> Answer<[Vec<Mark>; 2]> {
        let (from, to) = (self.from * 0.9, self.to * 1.1);
        let place = |at: u32| from + (to - from) * f64::from(at) / f64::from(POINTS);
        let places: Vec<f64> = (0..=POINTS).map(place).collect();
        let limits = self.at(&places, level)?;
        let side = |of: fn(&(f64, f64)) -> f64| {
            places.iter().zip(&limits).map(|(x, one)| Mark::shown(*x, of(one))).collect()
        };
        Ok([side(|one| one.0), side(|one| one.1)])
    }

    fn average(&self) -> LayerData {
        let label = format!("average {}", decimal(self.average, 2));
        LayerData::new("", ShapeData::RuleY, vec![Mark::labelled(0.0, self.average, label)])
    }

    /// The names of the points beyond the outer limits.
    fn beyond(&self, shown: &[(String, Mark)]) -> Answer<Vec<Mark>> {
        let exposures: Vec<f64> = shown.iter().map(|(_, mark)| mark.x).collect();
        let [_, outer] = LEVELS;
        let limits = self.at(&exposures, outer)?;
        let is_beyond = |y: f64, (low, high): (f64, f64)| y < low || y > high;
        let beyond = shown.iter().zip(limits).filter_map(|((name, mark), limits)| {
            let y = mark.y.filter(|y| is_beyond(*y, limits))?;
            (!name.is_empty()).then(|| Mark::labelled(mark.x, y, name.clone()))
        });
        Ok(beyond.collect())
    }

    fn words(&self) -> String {
        let limits =
            "Lines: within which chance would have a group, 19 times in 20 and 998 in 1,000";
        match self.dispersion > 1.0 {
            true => format!(
                "{limits}, {} times as wide because groups differ by more than chance",
                decimal(self.dispersion.sqrt(), 1)
            ),
            false => limits.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests;
