//! The effect over several pupils whose phases alternate, in units of how pupils differ.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::check;
use crate::distributions::{t_multiplier, t_two_sided};
use crate::estimate::{Estimate, Scale};
use crate::refusal::Refusal;

const WHAT: &str = "bc_smd";

/// The fewest pupils (a house rule): how pupils differ cannot be learned from two.
const MIN_CASES: usize = 3;

/// The most values: work grows with their square.
const MOST_VALUES: usize = 1_000;

/// Below this many degrees of freedom an estimate has no variance; Hedges, Pustejovsky and Shadish
/// reckon it here instead.
const LEAST_DF: f64 = 2.001;

/// Below this many degrees of freedom hardly anything is known of how pupils differ.
const FEW_DF: f64 = 5.0;

/// One row a value: phases without and with help, a pair of them or several pairs in turn.
#[derive(Clone, Copy, Debug)]
pub struct CaseSeries<'a> {
    /// The code of the pupil of each row.
    pub case: &'a [u32],
    /// The code of the pair of phases of each row, the same one for all where there is one pair.
    pub pair: &'a [u32],
    /// Whether the phase of the row is one with help.
    pub treated: &'a [bool],
    /// The occasion of each row, a whole number such as the school week.
    pub time: &'a [f64],
    /// The value.
    pub y: &'a [f64],
}

/// The effect between pupils.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BetweenCase {
    /// The standardised mean difference, corrected for few pupils, with a t interval.
    pub g: Estimate,
    /// The same before the correction.
    pub unadjusted: f64,
    /// The variance of `g`.
    pub variance: f64,
    /// How much a value goes with the one before: the first autocorrelation.
    pub phi: f64,
    /// The part of the variance that lies between pupils.
    pub rho: f64,
    /// The degrees of freedom of the variance by which the difference is divided.
    pub df: f64,
    /// Pupils.
    pub cases: usize,
}

/// The standardised mean difference of Hedges, Pustejovsky and Shadish (2012), Research Synthesis
/// Methods 3:224, for phases that alternate: comparable with the effect size of a trial with two
/// groups.
///
/// `g = J(ν) D̄/S`, with `D̄` the mean over pupils and pairs of phases of the mean with help less
/// the mean without, and `S²` the variance across pupils at occasions that all of them have,
/// counted within each phase. Values follow `ρ + (1-ρ) φ^|t-s|` within a pupil; `φ` and `ρ` come
/// from the residuals about the phase means, corrected for the means being estimated. `ν` is
/// Satterthwaite's, `J(ν) = 1 - 3/(4ν-1)`, and the interval is t. It assumes that values scatter
/// normally about means that do not drift within a phase, equally in both. At least three pupils.
///
/// # Errors
/// Refuses columns of different lengths, values that are not finite, times that are not whole or
/// come twice for a pupil, more than 1,000 values, fewer than three pupils with both phases of a
/// pair, no occasion that all pupils have, and values that do not vary.
pub fn bc_smd(rows: &CaseSeries<'_>, level: f64) -> Result<BetweenCase, Refusal> {
    check::level(WHAT, level)?;
    let cells = cells(rows)?;
    let pairs = Pairs::of(&cells);
    check::at_least(WHAT, "pupils with both phases", pairs.cases.len(), MIN_CASES)?;
    let cases: BTreeSet<u32> = cells.iter().map(|cell| cell.case).collect();
    let shared = Shared::of(&cells, &cases);
    check::at_least(WHAT, "occasions that all pupils have", shared.occasions, 1)?;
    let between = shared.variance();
    let phi = autocorrelation(&cells);
    if between <= 0.0 || !phi.is_finite() {
        let need = "values that vary within phases and between pupils are needed";
        let found = rows.y.first().copied().unwrap_or_default();
        return Err(Refusal::Value { what: WHAT, column: "y", row: 1, found, need });
    }
    if phi.abs() >= 1.0 {
        return Err(Refusal::NoFit { what: WHAT });
    }
    let rho = (1.0 - within(&cells, phi) / between).max(0.0);
    let law = Law { phi, rho };
    let df = shared.degrees_of_freedom(law);
    let few = 1.0 - 3.0 / (4.0 * df - 1.0);
    let unadjusted = pairs.difference / between.sqrt();
    let g = few * unadjusted;
    let theta = pairs.variance(&cells, law);
    let long = df.max(LEAST_DF) / (df.max(LEAST_DF) - 2.0);
    let variance = few.powi(2) * (theta * long + g.powi(2) * (long - few.powi(-2)));
    let error = variance.sqrt();
    let half = t_multiplier(level, df) * error;
    let method = "between-case standardised mean difference";
    let mut estimate = Estimate::interval(Scale::Number, method, g, (g - half, g + half), level)
        .counted(rows.y.len() as u64, cases.len() as u64)
        .assuming(&["no drift within a phase", "values scatter alike in all phases"]);
    estimate.p = Some(t_two_sided(g / error, df));
    estimate.df = Some(df);
    if df < FEW_DF {
        estimate = estimate.warn("hardly anything is known of how pupils differ");
    }
    Ok(BetweenCase { g: estimate, unadjusted, variance, phi, rho, df, cases: cases.len() })
}

/// The values of one phase of one pupil, in the order of time.
struct Cell {
    case: u32,
    pair: u32,
    treated: bool,
    points: Vec<(f64, f64)>,
}

impl Cell {
    fn mean(&self) -> f64 {
        self.points.iter().map(|(_, y)| y).sum::<f64>() / self.points.len() as f64
    }
}

fn cells(rows: &CaseSeries<'_>) -> Result<Vec<Cell>, Refusal> {
    let len = rows.y.len();
    for (name, other) in [
        ("case", rows.case.len()),
        ("pair", rows.pair.len()),
        ("treated", rows.treated.len()),
        ("time", rows.time.len()),
    ] {
        check::lengths(WHAT, ("y", len), (name, other))?;
    }
    check::at_most(WHAT, "values", len, MOST_VALUES)?;
    check::finite(WHAT, "y", rows.y)?;
    check::finite(WHAT, "time", rows.time)?;
    let odd = |row: usize, need| {
        let found = rows.time.get(row).copied().unwrap_or_default();
        Err(Refusal::Value { what: WHAT, column: "time", row: row + 1, found, need })
    };
    let mut seen = BTreeSet::new();
    let mut cells: BTreeMap<(u32, u32, bool), Vec<(f64, f64)>> = BTreeMap::new();
    let keys = rows.case.iter().zip(rows.pair).zip(rows.treated);
    for (row, ((key, time), y)) in keys.zip(rows.time).zip(rows.y).enumerate() {
        if time.fract() != 0.0 {
            return odd(row, "a whole number is needed");
        }
        let ((case, pair), treated) = key;
        if !seen.insert((*case, time.to_bits())) {
            return odd(row, "each time once a pupil is needed");
        }
        cells.entry((*case, *pair, *treated)).or_default().push((*time, *y));
    }
    let cell = |((case, pair, treated), mut points): ((u32, u32, bool), Vec<(f64, f64)>)| {
        points.sort_by(|one, other| one.0.total_cmp(&other.0));
        Cell { case, pair, treated, points }
    };
    Ok(cells.into_iter().map(cell).collect())
}

/// How values of one pupil go together.
#[derive(Clone, Copy)]
struct Law {
    phi: f64,
    rho: f64,
}

impl Law {
    fn at(self, one: f64, other: f64) -> f64 {
        // Times are whole; beyond this distance the power is none or nearly so.
        let apart = (one - other).abs().min(f64::from(i32::MAX)) as i32;
        self.rho + (1.0 - self.rho) * self.phi.powi(apart)
    }
}

/// The first autocorrelation about the phase means, with its correction for their being estimated.
fn autocorrelation(cells: &[Cell]) -> f64 {
    let (mut squares, mut products, mut correction, mut free) = (0.0, 0.0, 0.0, 0.0);
    for cell in cells {
        let mean = cell.mean();
        let rest: Vec<f64> = cell.points.iter().map(|(_, y)| y - mean).collect();
        squares += rest.iter().map(|e| e * e).sum::<f64>();
        products += rest.iter().zip(rest.iter().skip(1)).map(|(one, next)| one * next).sum::<f64>();
        let n = rest.len() as f64;
        correction += 1.0 - 1.0 / n;
        free += n - 1.0;
    }
    products / squares + correction / free
}

/// The variance about the phase means, corrected for their being estimated.
fn within(cells: &[Cell], phi: f64) -> f64 {
    let law = Law { phi, rho: 0.0 };
    let (mut squares, mut free) = (0.0, 0.0);
    for cell in cells {
        let mean = cell.mean();
        squares += cell.points.iter().map(|(_, y)| (y - mean).powi(2)).sum::<f64>();
        // Here the places within the phase are what lies apart, as in the published method.
        let places = || (0..cell.points.len()).map(|place| place as f64);
        let together: f64 =
            places().map(|one| places().map(|other| law.at(one, other)).sum::<f64>()).sum();
        free += cell.points.len() as f64 - together / cell.points.len() as f64;
    }
    squares / free
}

/// The pairs of phases of which a pupil has both.
struct Pairs {
    keys: BTreeSet<(u32, u32)>,
    cases: BTreeSet<u32>,
    difference: f64,
}

impl Pairs {
    fn of(cells: &[Cell]) -> Self {
        let mut means: BTreeMap<(u32, u32), [Option<f64>; 2]> = BTreeMap::new();
        for cell in cells {
            let [without, with] = means.entry((cell.case, cell.pair)).or_default();
            *(if cell.treated { with } else { without }) = Some(cell.mean());
        }
        let whole = |(key, [without, with]): (_, [Option<f64>; 2])| Some((key, with? - without?));
        let found: Vec<((u32, u32), f64)> = means.into_iter().filter_map(whole).collect();
        Self {
            difference: found.iter().map(|(_, one)| one).sum::<f64>() / found.len() as f64,
            keys: found.iter().map(|(key, _)| *key).collect(),
            cases: found.iter().map(|((case, _), _)| *case).collect(),
        }
    }

    /// The variance of the mean difference in units of that of a value.
    fn variance(&self, cells: &[Cell], law: Law) -> f64 {
        let mut weights: BTreeMap<u32, Vec<(f64, f64)>> = BTreeMap::new();
        for cell in cells.iter().filter(|cell| self.keys.contains(&(cell.case, cell.pair))) {
            let sign = if cell.treated { 1.0 } else { -1.0 };
            let weight = sign / (cell.points.len() * self.keys.len()) as f64;
            let own = weights.entry(cell.case).or_default();
            own.extend(cell.points.iter().map(|(time, _)| (*time, weight)));
        }
        let of = |own: &Vec<(f64, f64)>| -> f64 {
            let row = |(time, weight): &(f64, f64)| {
                own.iter().map(|(t, w)| weight * w * law.at(*time, *t)).sum::<f64>()
            };
            own.iter().map(row).sum()
        };
        weights.values().map(of).sum()
    }
}

/// The occasions that all pupils have, each by its place within its phase.
struct Shared {
    /// A row a pupil, a time and a value an occasion.
    rows: Vec<Vec<(f64, f64)>>,
    occasions: usize,
}

impl Shared {
    fn of(cells: &[Cell], cases: &BTreeSet<u32>) -> Self {
        let mut shortest: BTreeMap<(u32, bool), (usize, usize)> = BTreeMap::new();
        for cell in cells {
            let entry = shortest.entry((cell.pair, cell.treated)).or_insert((0, usize::MAX));
            *entry = (entry.0 + 1, entry.1.min(cell.points.len()));
        }
        let taken = |cell: &Cell| match shortest.get(&(cell.pair, cell.treated)) {
            Some((have, points)) if *have == cases.len() => *points,
            _ => 0,
        };
        let row = |case: &u32| -> Vec<(f64, f64)> {
            let own = cells.iter().filter(|cell| cell.case == *case);
            own.flat_map(|cell| cell.points.iter().take(taken(cell)).copied()).collect()
        };
        let rows: Vec<_> = cases.iter().map(row).collect();
        let occasions = rows.first().map_or(0, Vec::len);
        Self { rows, occasions }
    }

    /// The variance across pupils, pooled over occasions.
    fn variance(&self) -> f64 {
        let m = self.rows.len() as f64;
        let at = |occasion: usize| {
            let values = || self.rows.iter().filter_map(|row| row.get(occasion)).map(|(_, y)| y);
            let mean = values().sum::<f64>() / m;
            values().map(|y| (y - mean).powi(2)).sum::<f64>()
        };
        (0..self.occasions).map(at).sum::<f64>() / (self.occasions as f64 * (m - 1.0))
    }

    /// `(M (m-1))² / Σ_ij a_ij² tr(V_i V_j)`, with `a` the matrix that centres across pupils.
    fn degrees_of_freedom(&self, law: Law) -> f64 {
        let m = self.rows.len() as f64;
        let mut trace = 0.0;
        for (i, one) in self.rows.iter().enumerate() {
            for (j, other) in self.rows.iter().enumerate() {
                let centre = f64::from(u8::from(i == j)) - 1.0 / m;
                trace += centre.powi(2) * product_trace(one, other, law);
            }
        }
        (self.occasions as f64 * (m - 1.0)).powi(2) / trace
    }
}

/// `tr(V_i V_j)` of two pupils over the shared occasions.
fn product_trace(one: &[(f64, f64)], other: &[(f64, f64)], law: Law) -> f64 {
    let times: Vec<(f64, f64)> = one.iter().zip(other).map(|(a, b)| (a.0, b.0)).collect();
    let row = |(a, b): &(f64, f64)| {
        times.iter().map(|(s, t)| law.at(*a, *s) * law.at(*b, *t)).sum::<f64>()
    };
    times.iter().map(row).sum()
}

#[cfg(test)]
mod tests;
