//! A trend where bins go together: by the stretch of time in which they lie, and by the pupils who
//! bring what happens in them.

use std::collections::BTreeMap;

use super::trend_rate::{TrendRate, WHAT, told};
use crate::check;
use crate::refusal::Refusal;
use crate::regression::{Family, Fit, Spread};

/// What each pupil brought to each stretch: one row a pupil and stretch in which they were there,
/// with or without events.
#[derive(Clone, Copy, Debug)]
pub struct PupilStretches<'a> {
    /// The code of the pupil of each row.
    pub pupil: &'a [u32],
    /// The code of the stretch of each row, one of those of the bins.
    pub stretch: &'a [u32],
    /// Events.
    pub n: &'a [f64],
    /// Exposure, in any unit.
    pub e: &'a [f64],
}

/// The bins of one stretch together.
#[derive(Clone, Copy, Default)]
struct Stretch {
    /// Events beyond those that are due.
    beyond: f64,
    /// Events that are due.
    due: f64,
    /// By how much the slope changes with one event more, on average.
    pull: f64,
    /// Exposure of all pupils.
    exposure: f64,
}

/// A part of the variance of the slope, with the degrees of freedom that it is known by.
#[derive(Clone, Copy)]
struct Part {
    variance: f64,
    df: f64,
}

impl Part {
    /// Both parts, on Satterthwaite's degrees of freedom.
    fn with(self, other: Self) -> Self {
        let squares = [self, other].map(|one| one.variance.powi(2) / one.df);
        let variance = self.variance + other.variance;
        Self { variance, df: variance.powi(2) / squares.iter().sum::<f64>() }
    }
}

/// The trend where bins of a stretch go together, and stretches of a pupil.
pub fn clustered(
    n: &[f64],
    (poisson, rows): (&Fit<'_>, &[Vec<f64>]),
    codes: &[u32],
    pupils: Option<&PupilStretches<'_>>,
    level: f64,
) -> Result<TrendRate, Refusal> {
    check::lengths(WHAT, ("n", n.len()), ("cluster", codes.len()))?;
    let mut stretches = stretches(n, (poisson, rows), codes);
    let parameters = poisson.coefficients.len();
    check::at_least(WHAT, "stretches of `cluster`", stretches.len(), parameters + 2)?;
    let df = (stretches.len() - parameters) as f64;
    let squares: f64 = stretches.values().map(|one| one.beyond.powi(2) / one.due).sum();
    let dispersion = (squares / df).max(poisson.dispersion).max(1.0);
    let slope = poisson.coefficients.get(1).copied().unwrap_or(f64::NAN);
    let roots = poisson.covariance(Family::Poisson, Spread::Model)?.diagonal_roots();
    let model = roots.get(1).copied().unwrap_or(f64::NAN);
    let mut all = Part { variance: dispersion * model.powi(2), df };
    let mut method = "quasi-Poisson trend over stretches";
    if let Some(pupils) = pupils {
        let events: f64 = n.iter().sum();
        if let Some(lasting) = lasting(events, &mut stretches, pupils)? {
            all = all.with(lasting);
        }
        method = "quasi-Poisson trend over stretches and pupils";
    }
    let per_unit = told(n, method, (slope, all.variance.sqrt()), all.df, level);
    Ok(TrendRate { per_unit, family: Family::QuasiPoisson, dispersion, theta: None, hac_lag: None })
}

/// The bins, stretch by stretch.
fn stretches(
    n: &[f64],
    (poisson, rows): (&Fit<'_>, &[Vec<f64>]),
    codes: &[u32],
) -> BTreeMap<u32, Stretch> {
    let mut stretches: BTreeMap<u32, Stretch> = BTreeMap::new();
    let bins = n.iter().zip(&poisson.means).zip(rows);
    for (code, ((n, due), row)) in codes.iter().zip(bins) {
        let pull = row.iter().enumerate().map(|(column, x)| poisson.bread.at(1, column) * x);
        let one = stretches.entry(*code).or_default();
        one.beyond += n - due;
        one.due += due;
        one.pull += due * pull.sum::<f64>();
    }
    stretches.values_mut().for_each(|one| one.pull /= one.due);
    stretches
}

/// What pupils add to the variance of the slope whose stretches go together: all that they bring
/// to it, less what each of their stretches would bring by itself. None where that is nothing.
///
/// With `d` the events of a pupil in a stretch beyond those due to an average one and `ψ` the pull
/// of the stretch, all is `Σ_pupils (Σ ψ d)²`, over pupils less one. By themselves they bring
/// `Σ ψ² d²` with `d` from the pupil's own level, for which each pupil's stretches count one less.
fn lasting(
    events: f64,
    stretches: &mut BTreeMap<u32, Stretch>,
    pupils: &PupilStretches<'_>,
) -> Result<Option<Part>, Refusal> {
    let cells = cells(events, stretches, pupils)?;
    let (mut count, mut squares, mut fourths, mut alone) = (0.0, 0.0, 0.0, 0.0);
    for own in cells.chunk_by(|one, next| one.pupil == next.pupil) {
        let level = own.iter().map(|cell| cell.n).sum::<f64>()
            / own.iter().map(|cell| cell.due).sum::<f64>();
        let pulled: f64 = own.iter().map(|cell| cell.pull * (cell.n - cell.due)).sum();
        count += 1.0;
        squares += pulled.powi(2);
        fourths += pulled.powi(4);
        if own.len() > 1 {
            let by_itself = |cell: &Cell| (cell.pull * (cell.n - level * cell.due)).powi(2);
            let free = own.len() as f64 / (own.len() as f64 - 1.0);
            alone += free * own.iter().map(by_itself).sum::<f64>();
        }
    }
    check::at_least(WHAT, "pupils", count as usize, 2)?;
    let variance = squares * count / (count - 1.0) - alone;
    let df = squares.powi(2) / fourths;
    Ok((variance > 0.0).then_some(Part { variance, df }))
}

/// One pupil in one stretch.
#[derive(Clone, Copy)]
struct Cell {
    pupil: u32,
    /// Events, of those that several pupils bring together a share.
    n: f64,
    /// Events that are due to an average pupil.
    due: f64,
    /// That of the stretch.
    pull: f64,
}

/// The rows with exposure, those of a pupil together.
fn cells(
    events: f64,
    stretches: &mut BTreeMap<u32, Stretch>,
    pupils: &PupilStretches<'_>,
) -> Result<Vec<Cell>, Refusal> {
    let rows = pupils.n.len();
    check::lengths(WHAT, ("n of pupils", rows), ("pupil", pupils.pupil.len()))?;
    check::lengths(WHAT, ("n of pupils", rows), ("stretch", pupils.stretch.len()))?;
    check::lengths(WHAT, ("n of pupils", rows), ("e of pupils", pupils.e.len()))?;
    check::not_negative(WHAT, "n of pupils", pupils.n)?;
    check::not_negative(WHAT, "e of pupils", pupils.e)?;
    let keys = pupils.pupil.iter().zip(pupils.stretch);
    let all = || keys.clone().zip(pupils.n.iter().zip(pupils.e)).filter(|(_, (_, e))| **e > 0.0);
    let mut seen = 0.0;
    for ((_, stretch), (n, e)) in all() {
        if let Some(of) = stretches.get_mut(stretch) {
            of.exposure += e;
            seen += n;
        }
    }
    if seen <= 0.0 {
        return Err(Refusal::NoEvents { what: WHAT });
    }
    // What two pupils bring together is one event.
    let share = events / seen;
    let cell = |((pupil, stretch), (n, e)): ((&u32, &u32), (&f64, &f64))| {
        let of = stretches.get(stretch)?;
        let due = of.due * e / of.exposure;
        Some(Cell { pupil: *pupil, n: share * n, due, pull: of.pull })
    };
    let mut cells: Vec<Cell> = all().filter_map(cell).collect();
    cells.sort_by_key(|cell| cell.pupil);
    Ok(cells)
}

#[cfg(test)]
mod tests;
