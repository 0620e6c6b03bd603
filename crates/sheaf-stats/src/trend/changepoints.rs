//! When the level of a series changed.

use serde::Serialize;

use crate::check;
use crate::pace::{Pace, Work};
use crate::refusal::Refusal;

const WHAT: &str = "changepoints";

/// The fewest bins, and the shortest segment where none is asked for (house rules).
const MIN_BINS: usize = 24;
const MIN_SEGMENT: usize = 6;

/// Beyond this the search would take too long.
const MOST_BINS: usize = 20_000;

/// What a segment costs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cost {
    /// Squares about the mean over a known variance.
    NormalMean,
    /// Twice the Poisson log likelihood about one rate for one unit of exposure.
    #[default]
    Poisson,
}

impl Cost {
    /// The name that scripts use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NormalMean => "normal_mean",
            Self::Poisson => "poisson",
        }
    }

    /// The cost that a script names.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::NormalMean, Self::Poisson].into_iter().find(|one| one.name() == name)
    }
}

/// What a further segment costs.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Penalty {
    /// `2 log n`: one level and one date more, each at `log n`.
    #[default]
    Sic,
    /// Zhang and Siegmund (2007): `3 log n`, and short segments cost more.
    Mbic,
    /// A number.
    Value(f64),
}

/// Settings of [`changepoints`].
#[derive(Clone, Copy, Debug)]
pub struct ChangeOptions<'a> {
    /// What a segment costs.
    pub cost: Cost,
    /// What a further segment costs.
    pub penalty: Penalty,
    /// The fewest bins of a segment.
    pub min_segment: usize,
    /// The exposure of each bin, with `Poisson`; without it all are 1.
    pub exposure: Option<&'a [f64]>,
    /// The standard deviation of a bin with `NormalMean`; the dispersion by which variance exceeds
    /// chance with `Poisson`, such as the square of a chart's `sigma_z`. Otherwise 1.
    pub spread: f64,
    /// Whether the search may go on.
    pub pace: Pace<'a>,
}

impl Default for ChangeOptions<'_> {
    fn default() -> Self {
        Self {
            cost: Cost::Poisson,
            penalty: Penalty::Sic,
            min_segment: MIN_SEGMENT,
            exposure: None,
            spread: 1.0,
            pace: Pace::default(),
        }
    }
}

/// A stretch on one level.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Segment {
    /// Its first bin, from 1.
    pub from: usize,
    /// Its last bin.
    pub to: usize,
    /// Its mean, or its rate for one unit of exposure.
    pub mean: f64,
}

/// The changes of a series.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Changes {
    /// The last bin before each change, from 1.
    pub at: Vec<usize>,
    /// The stretches between them.
    pub segments: Vec<Segment>,
    /// What a further segment cost.
    pub penalty: f64,
    /// The method by its usual name.
    pub method: &'static str,
}

/// The segments with the least total cost, by PELT (Killick, Fearnhead and Eckley 2012): exact, and
/// quick because starts that can no longer win are dropped.
///
/// Give bins in the order of school time, so that a holiday is not a change. Weeks that differ by
/// more than chance look like changes under the plain Poisson cost: give `spread`.
/// At least 24 bins, unless `min_segment` is given, when two segments must fit.
///
/// # Errors
/// Refuses too few bins, more than 20,000, values that are not finite, with `Poisson` negative
/// counts or a bin without exposure, and settings out of range; stops where its pace says so.
pub fn changepoints(x: &[f64], options: &ChangeOptions<'_>) -> Result<Changes, Refusal> {
    check_settings(x.len(), options)?;
    match options.cost {
        Cost::NormalMean => check::finite(WHAT, "x", x)?,
        Cost::Poisson => check::not_negative(WHAT, "x", x)?,
    }
    let ones = vec![1.0; x.len()];
    let exposure = match (options.cost, options.exposure) {
        (Cost::Poisson, Some(exposure)) => exposure,
        _ => &ones,
    };
    check::lengths(WHAT, ("x", x.len()), ("exposure", exposure.len()))?;
    check::positive(WHAT, "exposure", exposure, "leave out bins without exposure")?;
    let log_n = (x.len() as f64).ln();
    let penalty = match options.penalty {
        Penalty::Sic => 2.0 * log_n,
        Penalty::Mbic => 3.0 * log_n,
        Penalty::Value(penalty) => penalty,
    };
    let sums = Sums::of(x, exposure, options);
    let at = search(&sums, penalty, options.min_segment, options.pace.work(WHAT))?;
    let starts = std::iter::once(0).chain(at.iter().copied());
    let ends = at.iter().copied().chain([x.len()]);
    let segment = |(from, to)| Segment { from: from + 1, to, mean: sums.mean(from, to) };
    let segments = starts.zip(ends).map(segment).collect();
    let method = match options.cost {
        Cost::NormalMean => "PELT, normal mean",
        Cost::Poisson => "PELT, Poisson rate",
    };
    Ok(Changes { at, segments, penalty, method })
}

fn check_settings(bins: usize, options: &ChangeOptions<'_>) -> Result<(), Refusal> {
    let setting = |option, found, need| Err(Refusal::Setting { what: WHAT, option, found, need });
    if options.min_segment == 0 {
        return setting("min_segment", 0.0, "1 or more is needed");
    }
    if let Penalty::Value(penalty) = options.penalty
        && !(penalty.is_finite() && penalty >= 0.0)
    {
        return setting("penalty", penalty, "zero or more is needed");
    }
    if !(options.spread.is_finite() && options.spread > 0.0) {
        return setting("spread", options.spread, "a number above zero is needed");
    }
    let need = if options.min_segment == MIN_SEGMENT { MIN_BINS } else { 2 * options.min_segment };
    check::at_least(WHAT, "bins", bins, need)?;
    check::at_most(WHAT, "bins", bins, MOST_BINS)
}

/// Running sums, from which the cost of any segment follows at once.
struct Sums {
    cost: Cost,
    is_mbic: bool,
    scale: f64,
    /// `(Σ exposure, Σ x, Σ x²)` of the bins before each, the values taken less their mean.
    rows: Vec<(f64, f64, f64)>,
    centre: f64,
}

impl Sums {
    fn of(x: &[f64], exposure: &[f64], options: &ChangeOptions<'_>) -> Self {
        let centre = match options.cost {
            Cost::NormalMean => x.iter().sum::<f64>() / x.len() as f64,
            Cost::Poisson => 0.0,
        };
        let mut sum = (0.0, 0.0, 0.0);
        let mut rows = vec![sum];
        for (value, e) in x.iter().map(|value| value - centre).zip(exposure) {
            sum = (sum.0 + e, sum.1 + value, sum.2 + value * value);
            rows.push(sum);
        }
        let scale = match options.cost {
            Cost::NormalMean => options.spread * options.spread,
            Cost::Poisson => options.spread,
        };
        let is_mbic = options.penalty == Penalty::Mbic;
        Self { cost: options.cost, is_mbic, scale, rows, centre }
    }

    fn between(&self, from: usize, to: usize) -> (f64, f64, f64) {
        let at = |place: usize| self.rows.get(place).copied().unwrap_or_default();
        let (low, high) = (at(from), at(to));
        (high.0 - low.0, high.1 - low.1, high.2 - low.2)
    }

    fn mean(&self, from: usize, to: usize) -> f64 {
        let (e, n, _) = self.between(from, to);
        n / e + self.centre
    }

    fn cost(&self, from: usize, to: usize) -> f64 {
        let (e, n, squares) = self.between(from, to);
        let plain = match self.cost {
            Cost::NormalMean => squares - n * n / e,
            Cost::Poisson if n > 0.0 => 2.0 * (n - n * (n / e).ln()),
            Cost::Poisson => 0.0,
        };
        let length = if self.is_mbic { ((to - from) as f64).ln() } else { 0.0 };
        plain / self.scale + length
    }

    /// What splitting a segment may add at most, besides the penalty.
    fn slack(&self) -> f64 {
        if self.is_mbic { (self.rows.len() as f64).ln() } else { 0.0 }
    }
}

fn search(
    sums: &Sums,
    penalty: f64,
    min_segment: usize,
    mut work: Work<'_>,
) -> Result<Vec<usize>, Refusal> {
    let n = sums.rows.len() - 1;
    let mut best = vec![f64::INFINITY; n + 1];
    let mut before = vec![0; n + 1];
    if let Some(first) = best.first_mut() {
        *first = -penalty;
    }
    // Each start with the end from which on it can no longer win.
    let mut starts: Vec<(usize, usize)> = vec![(0, usize::MAX)];
    for end in min_segment..=n {
        work.take(4 * starts.len())?;
        let at = |start: usize| best.get(start).copied().unwrap_or(f64::INFINITY);
        let total = |start: usize| at(start) + sums.cost(start, end) + penalty;
        let Some((value, start)) = starts
            .iter()
            .map(|(start, _)| (total(*start), *start))
            .min_by(|a, b| a.0.total_cmp(&b.0))
        else {
            continue;
        };
        for (start, dropped) in &mut starts {
            if total(*start) - penalty - sums.slack() > value {
                *dropped = (*dropped).min(end + min_segment);
            }
        }
        starts.retain(|(_, dropped)| *dropped > end + 1);
        if let (Some(slot), Some(link)) = (best.get_mut(end), before.get_mut(end)) {
            (*slot, *link) = (value, start);
        }
        let next = end + 1 - min_segment;
        if next >= min_segment {
            starts.push((next, usize::MAX));
        }
    }
    let mut at = Vec::new();
    let mut end = n;
    while let Some(start) = before.get(end).copied().filter(|start| *start > 0) {
        at.push(start);
        end = start;
    }
    at.reverse();
    Ok(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Thirty weeks at two a day, then ten at six, with a little up and down.
    fn weeks() -> Vec<f64> {
        let wobble = [0.0, 1.0, -1.0, 2.0, -2.0];
        (0..40).map(|at| if at < 30 { 10.0 } else { 30.0 } + wobble[at % 5]).collect()
    }

    #[test]
    fn a_jump_is_found_at_its_place() {
        let exposure = vec![5.0; 40];
        let options = ChangeOptions { exposure: Some(&exposure), ..Default::default() };
        let found = changepoints(&weeks(), &options).unwrap();
        assert_eq!(found.at, [30]);
        let expected = [(1, 30, 2.0), (31, 40, 6.0)];
        let segments: Vec<(usize, usize, f64)> =
            found.segments.iter().map(|one| (one.from, one.to, one.mean)).collect();
        assert_eq!(segments, expected);
        assert!((found.penalty - 2.0 * 40.0_f64.ln()).abs() < 1e-12);
    }

    #[test]
    fn more_events_in_more_exposure_are_no_change() {
        let exposure: Vec<f64> = (0..40).map(|at| if at < 30 { 5.0 } else { 15.0 }).collect();
        let options = ChangeOptions { exposure: Some(&exposure), ..Default::default() };
        assert!(changepoints(&weeks(), &options).unwrap().at.is_empty());
    }

    #[test]
    fn it_finds_what_trying_everything_finds() {
        let mut state = 9_u64;
        let mut draw = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) as f64 / f64::from(1_u32 << 31)
        };
        for round in 0..40 {
            let level = |at: usize| if at < 6 { 4.0 } else { 9.0 };
            let x: Vec<f64> = (0..12).map(|at| (level(at) * 2.0 * draw()).floor()).collect();
            let min_segment = 1 + round % 4;
            for cost in [Cost::NormalMean, Cost::Poisson] {
                for penalty in [Penalty::Value(3.0), Penalty::Mbic] {
                    let options =
                        ChangeOptions { cost, penalty, min_segment, ..Default::default() };
                    let sums = Sums::of(&x, &[1.0; 12], &options);
                    let found = changepoints(&x, &options).unwrap();
                    let total = |cuts: &[usize]| {
                        let starts = std::iter::once(0).chain(cuts.iter().copied());
                        let ends = cuts.iter().copied().chain([12]);
                        starts.zip(ends).map(|(a, b)| sums.cost(a, b)).sum::<f64>()
                            + found.penalty * cuts.len() as f64
                    };
                    let least = every(12, min_segment)
                        .iter()
                        .map(|cuts| total(cuts))
                        .fold(f64::INFINITY, f64::min);
                    assert!((total(&found.at) - least).abs() < 1e-9, "{x:?} {options:?}");
                }
            }
        }
    }

    /// Every way to cut so many bins into segments of a least length.
    fn every(bins: usize, least: usize) -> Vec<Vec<usize>> {
        let mut all = vec![vec![]];
        for end in least..=bins.saturating_sub(least) {
            for mut cuts in every(end, least) {
                cuts.push(end);
                all.push(cuts);
            }
        }
        all
    }

    #[test]
    fn zeros_are_one_level() {
        let found = changepoints(&[0.0; 30], &ChangeOptions::default()).unwrap();
        assert!(found.at.is_empty());
        assert_eq!(found.segments[0].mean, 0.0);
    }

    #[test]
    fn what_is_too_short_or_odd_is_refused() {
        let refused = |x: &[f64], options: &ChangeOptions<'_>| {
            changepoints(x, options).unwrap_err().to_string()
        };
        let usual = ChangeOptions::default();
        assert_eq!(refused(&[1.0; 23], &usual), "changepoints: only 23 bins; 24 are needed");
        let text = "changepoints: `min_segment` is 0; 1 or more is needed";
        assert_eq!(refused(&[1.0; 30], &ChangeOptions { min_segment: 0, ..usual }), text);
        let text = "changepoints: value 1 of `x` is -1; a finite number of zero or more is needed";
        assert_eq!(refused(&[-1.0; 30], &usual), text);
    }
}
