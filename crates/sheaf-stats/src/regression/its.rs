//! A series before and after something changed for everybody.

use std::collections::BTreeSet;

use serde::Serialize;

use super::coefficient::{Coefficient, Law};
use super::fit::{Family, Model, fit};
use super::robust::Spread;
use crate::check;
use crate::pace::Pace;
use crate::refusal::Refusal;

const WHAT: &str = "its";

/// The fewest points on each side (a house rule).
const MIN_SIDE: usize = 8;

/// The most points, a hundred years of school days, and the most columns of season.
const MOST_POINTS: usize = 20_000;
const MOST_SEASONS: usize = 60;

/// What may change at the moment of change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Change {
    /// The level and the slope.
    #[default]
    LevelAndSlope,
    /// The level alone; fix this beforehand.
    Level,
}

/// Settings of [`its`].
#[derive(Clone, Copy, Debug)]
pub struct ItsOptions<'a> {
    /// The first point after the change, from 1.
    pub at: usize,
    /// How points scatter.
    pub family: Family,
    /// The exposure of each point, with counts.
    pub exposure: Option<&'a [f64]>,
    /// The code of the season of each point, such as its half-term of the year.
    pub season: Option<&'a [u32]>,
    /// So many pairs of sine and cosine over `period` points in place of `season`.
    pub harmonics: usize,
    /// The points of a year, for `harmonics`.
    pub period: f64,
    /// The last lag of Newey and West's errors.
    pub hac_lag: Option<usize>,
    /// What may change.
    pub change: Change,
    /// The level of the intervals.
    pub level: f64,
    /// Whether the fit may go on.
    pub pace: Pace<'a>,
}

impl Default for ItsOptions<'_> {
    fn default() -> Self {
        Self {
            at: 0,
            family: Family::QuasiPoisson,
            exposure: None,
            season: None,
            harmonics: 0,
            period: 12.0,
            hac_lag: None,
            change: Change::LevelAndSlope,
            level: crate::DEFAULT_LEVEL,
            pace: Pace::default(),
        }
    }
}

/// The parts of an interrupted series; with counts on the log scale.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct InterruptedSeries {
    /// The jump at the first point after.
    pub level: Coefficient,
    /// The slope before, for one point.
    pub slope_before: Coefficient,
    /// The slope after less the slope before; none if only the level may change.
    pub slope_change: Option<Coefficient>,
    /// Pearson's χ² over its degrees of freedom; the residual variance with `Normal`.
    pub dispersion: f64,
    /// θ, with a negative binomial.
    pub theta: Option<f64>,
    /// The family that was fitted.
    pub family: Family,
}

/// Segmented regression: `η = β₀ + β₁ t + β₂ X + β₃ (t - T₀) X` with season, where `X` is 1 from
/// the point `T₀` on (Lopez Bernal, Cummins and Gasparrini 2017, International Journal of
/// Epidemiology 46:348). Points are those of school time: a holiday is no gap in `t`.
///
/// A change of level is that at `T₀` itself. At least eight points on each side, and two years for
/// a season.
///
/// # Errors
/// Refuses columns of different lengths, values that the family cannot take, fewer than eight
/// points on a side, columns that depend on each other, no events at all or in a season, and with
/// `Normal` values that are all equal; also more than 20,000 points or 60 seasons. Stops where its
/// pace says so.
pub fn its(y: &[f64], options: &ItsOptions<'_>) -> Result<InterruptedSeries, Refusal> {
    check_series(y, options)?;
    let rows: Vec<Vec<f64>> = rows(y.len(), options);
    let (exposure, family, pace) = (options.exposure, options.family, options.pace);
    let found = fit(&Model { what: WHAT, y, rows: &rows, exposure, family, pace })?;
    let (spread, law) = match options.hac_lag {
        Some(lag) => (Spread::Hac { lag, small_sample: false }, Law::Normal),
        None if family == Family::Normal => (Spread::Model, Law::T(found.df)),
        None => (Spread::Model, Law::Normal),
    };
    let names = ["(Intercept)", "slope_before", "level", "slope_change"];
    let mut parts =
        Coefficient::all(&names, &found, (family, spread), law, options.level)?.into_iter().skip(1);
    let (Some(slope_before), Some(level)) = (parts.next(), parts.next()) else {
        return Err(Refusal::NoFit { what: WHAT });
    };
    let slope_change = parts.next().filter(|_| options.change == Change::LevelAndSlope);
    let theta = found.shape.map(|shape| shape.theta);
    let dispersion = found.dispersion;
    Ok(InterruptedSeries { level, slope_before, slope_change, dispersion, theta, family })
}

/// How many columns of season there are.
fn seasons(options: &ItsOptions<'_>) -> usize {
    let codes = options.season.unwrap_or_default();
    codes.iter().collect::<BTreeSet<_>>().len().max(options.harmonics.saturating_mul(2))
}

fn check_series(y: &[f64], options: &ItsOptions<'_>) -> Result<(), Refusal> {
    check::level(WHAT, options.level)?;
    match options.family {
        Family::Normal => check::finite(WHAT, "y", y)?,
        _ => check::not_negative(WHAT, "y", y)?,
    }
    if options.family != Family::Normal && y.iter().all(|y| *y == 0.0) {
        return Err(Refusal::NoEvents { what: WHAT });
    }
    let setting = |option, found, need| Err(Refusal::Setting { what: WHAT, option, found, need });
    if options.at == 0 || options.at > y.len() {
        return setting("at", options.at as f64, "the first point after the change is needed");
    }
    check::at_most(WHAT, "points", y.len(), MOST_POINTS)?;
    check::at_most(WHAT, "seasons", seasons(options), MOST_SEASONS)?;
    check::at_least(WHAT, "points before", options.at - 1, MIN_SIDE)?;
    check::at_least(WHAT, "points after", y.len() + 1 - options.at, MIN_SIDE)?;
    if let Some(exposure) = options.exposure {
        check::lengths(WHAT, ("y", y.len()), ("exposure", exposure.len()))?;
        check::positive(WHAT, "exposure", exposure, "leave out points without exposure")?;
    }
    if let Some(season) = options.season {
        check::lengths(WHAT, ("y", y.len()), ("season", season.len()))?;
        if options.harmonics > 0 {
            let found = options.harmonics as f64;
            return setting("harmonics", found, "it cannot be used together with `season`");
        }
    }
    if options.harmonics > 0 && !(options.period.is_finite() && options.period > 1.0) {
        return setting("period", options.period, "the points of a year are needed");
    }
    match options.hac_lag {
        Some(lag) if lag >= y.len() => {
            setting("hac_lag", lag as f64, "fewer than the number of points are possible")
        }
        _ => Ok(()),
    }
}

fn rows(points: usize, options: &ItsOptions<'_>) -> Vec<Vec<f64>> {
    let season = options.season.unwrap_or_default();
    let codes: BTreeSet<u32> = season.iter().copied().collect();
    let codes: Vec<u32> = codes.into_iter().skip(1).collect();
    let row = |point: usize| {
        let t = point as f64;
        let after = f64::from(u8::from(point >= options.at));
        let mut row = vec![1.0, t, after];
        if options.change == Change::LevelAndSlope {
            row.push(after * (t - options.at as f64));
        }
        let own = season.get(point - 1);
        row.extend(codes.iter().map(|code| f64::from(u8::from(own == Some(code)))));
        for k in 1..=options.harmonics {
            let angle = std::f64::consts::TAU * k as f64 * t / options.period;
            row.extend([angle.sin(), angle.cos()]);
        }
        row
    };
    (1..=points).map(row).collect()
}

#[cfg(test)]
mod tests;
