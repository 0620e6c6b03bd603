//! Events that come again, explained by columns.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::linear::Square;
use crate::check;
use crate::distributions::{normal_multiplier, normal_two_sided};
use crate::pace::Pace;
use crate::refusal::Refusal;

mod likelihood;

const WHAT: &str = "recurrent_regression";

/// The fewest events for each column (a house rule).
const EVENTS_A_COLUMN: usize = 10;

/// Beyond these the sums over risk sets would take too long.
const MOST_ROWS: usize = 20_000;
const MOST_COLUMNS: usize = 12;

const MOST_ROUNDS: usize = 30;

/// A coefficient beyond this many logs for one standard deviation has run away.
const RUN_AWAY: f64 = 15.0;

/// What a further event of the same pupil is compared with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum RecurrentModel {
    /// All events are alike, on the clock since the start (Andersen and Gill 1982).
    #[default]
    AndersenGill,
    /// Each event with those of the same number, on the clock since the start (Prentice, Williams
    /// and Peterson 1981).
    PwpTotal,
    /// The same on the clock since the last event.
    PwpGap,
}

impl RecurrentModel {
    /// The name that scripts use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AndersenGill => "andersen_gill",
            Self::PwpTotal => "pwp_total",
            Self::PwpGap => "pwp_gap",
        }
    }

    /// The model that a script names.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::AndersenGill, Self::PwpTotal, Self::PwpGap].into_iter().find(|m| m.name() == name)
    }
}

/// Spells at risk: one row from `start` (left out) to `stop`, which may end in an event.
#[derive(Clone, Copy, Debug)]
pub struct Spells<'a> {
    /// The code of the pupil of each row.
    pub id: &'a [u32],
    /// When the spell begins.
    pub start: &'a [f64],
    /// When it ends.
    pub stop: &'a [f64],
    /// Whether it ends in an event.
    pub event: &'a [bool],
}

/// One coefficient, the log of a ratio of hazards.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HazardCoefficient {
    /// The column.
    pub name: String,
    /// The estimate.
    pub estimate: f64,
    /// Its standard error if all rows were independent.
    pub std_error: f64,
    /// Its standard error over pupils.
    pub robust_std_error: f64,
    /// Two-sided, from the robust error.
    pub p: f64,
    /// The lower end, from the robust error.
    pub lower: f64,
    /// The upper end, from the robust error.
    pub upper: f64,
}

/// A fitted model.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RecurrentRegression {
    /// One a column.
    pub coefficients: Vec<HazardCoefficient>,
    /// The log partial likelihood without the columns.
    pub log_likelihood_null: f64,
    /// The log partial likelihood with them.
    pub log_likelihood: f64,
    /// Events.
    pub events: usize,
    /// Pupils.
    pub pupils: usize,
}

/// A proportional-hazards model of recurrent events with Efron's ties and errors over pupils
/// (Therneau and Grambsch 2000, ch. 8). The number of an event is one more than the events of the
/// same pupil in earlier rows. At least ten events for each column, and more pupils than columns.
///
/// # Errors
/// Refuses columns of different lengths, values that are not finite, a spell that does not end
/// after it begins, too few events or pupils, and columns that depend on each other or whose
/// coefficient has no finite estimate; stops where its pace says so.
pub fn recurrent_regression(
    spells: &Spells<'_>,
    covariates: &[super::Covariate<'_>],
    model: RecurrentModel,
    level: f64,
    pace: Pace<'_>,
) -> Result<RecurrentRegression, Refusal> {
    check_spells(spells, covariates, level)?;
    let rows = rows(spells, covariates, model);
    let sums = likelihood::Strata::of(rows, covariates.len(), pace.work(WHAT));
    let zero = vec![0.0; covariates.len()];
    let null = sums.at(&zero)?;
    let (coefficients, found) = climb(&sums, zero)?;
    let bread = invert(&found.information)?;
    let robust = bread.times(&meat(&sums, &coefficients, covariates.len())?).times(&bread);
    let z = normal_multiplier(level);
    let errors = bread.diagonal_roots().into_iter().zip(robust.diagonal_roots());
    let coefficients = covariates.iter().zip(coefficients).zip(errors);
    Ok(RecurrentRegression {
        coefficients: coefficients
            .map(|((one, estimate), (std_error, robust))| HazardCoefficient {
                name: one.name.to_owned(),
                estimate,
                std_error,
                robust_std_error: robust,
                p: normal_two_sided(estimate / robust),
                lower: estimate - z * robust,
                upper: estimate + z * robust,
            })
            .collect(),
        log_likelihood_null: null.log_likelihood,
        log_likelihood: found.log_likelihood,
        events: spells.event.iter().filter(|event| **event).count(),
        pupils: spells.id.iter().collect::<BTreeSet<_>>().len(),
    })
}

fn check_spells(
    spells: &Spells<'_>,
    covariates: &[super::Covariate<'_>],
    level: f64,
) -> Result<(), Refusal> {
    check::level(WHAT, level)?;
    let rows = spells.id.len();
    check::lengths(WHAT, ("id", rows), ("start", spells.start.len()))?;
    check::lengths(WHAT, ("id", rows), ("stop", spells.stop.len()))?;
    check::lengths(WHAT, ("id", rows), ("event", spells.event.len()))?;
    check::finite(WHAT, "start", spells.start)?;
    check::finite(WHAT, "stop", spells.stop)?;
    check::at_most(WHAT, "rows", rows, MOST_ROWS)?;
    check::at_most(WHAT, "columns", covariates.len(), MOST_COLUMNS)?;
    check::at_least(WHAT, "columns", covariates.len(), 1)?;
    for one in covariates {
        check::lengths(WHAT, ("id", rows), ("covariates", one.values.len()))?;
        check::finite(WHAT, "covariates", one.values)?;
    }
    let pairs = spells.start.iter().zip(spells.stop);
    if let Some(at) = pairs.clone().position(|(start, stop)| start >= stop) {
        let found = spells.stop.get(at).copied().unwrap_or(f64::NAN);
        let need = "a spell ends after it begins";
        return Err(Refusal::Value { what: WHAT, column: "stop", row: at + 1, found, need });
    }
    let events = spells.event.iter().filter(|event| **event).count();
    check::at_least(WHAT, "events", events, EVENTS_A_COLUMN * covariates.len())?;
    // The errors over no more pupils than columns would be none.
    let pupils: BTreeSet<&u32> = spells.id.iter().collect();
    check::at_least(WHAT, "pupils", pupils.len(), covariates.len() + 1)
}

/// The rows of the model on their clock, in their strata; columns less their means.
fn rows(
    spells: &Spells<'_>,
    covariates: &[super::Covariate<'_>],
    model: RecurrentModel,
) -> Vec<likelihood::Row> {
    let n = spells.id.len() as f64;
    let means: Vec<f64> = covariates.iter().map(|one| one.values.iter().sum::<f64>() / n).collect();
    let value = |at: usize| {
        let columns = covariates.iter().zip(&means);
        columns.map(|(one, mean)| one.values.get(at).copied().unwrap_or_default() - mean).collect()
    };
    let mut rows: Vec<likelihood::Row> = spells
        .id
        .iter()
        .zip(spells.start)
        .zip(spells.stop.iter().zip(spells.event))
        .enumerate()
        .map(|(at, ((id, start), (stop, event)))| likelihood::Row {
            id: *id,
            start: *start,
            stop: *stop,
            event: *event,
            stratum: 0,
            x: value(at),
        })
        .collect();
    if model == RecurrentModel::AndersenGill {
        return rows;
    }
    rows.sort_by(|a, b| a.id.cmp(&b.id).then(a.start.total_cmp(&b.start)));
    let mut seen: BTreeMap<u32, u32> = BTreeMap::new();
    for row in &mut rows {
        let before = seen.entry(row.id).or_default();
        row.stratum = *before;
        *before += u32::from(row.event);
        if model == RecurrentModel::PwpGap {
            (row.start, row.stop) = (0.0, row.stop - row.start);
        }
    }
    rows
}

/// Newton's steps, halved where they go too far.
fn climb(
    sums: &likelihood::Strata<'_>,
    mut place: Vec<f64>,
) -> Result<(Vec<f64>, likelihood::At), Refusal> {
    let mut now = sums.at(&place)?;
    for _ in 0..MOST_ROUNDS {
        let step = invert(&now.information)?.apply(&now.score);
        let mut part = 1.0;
        let (next, at) = loop {
            let next: Vec<f64> = place.iter().zip(&step).map(|(b, s)| b + part * s).collect();
            let at = sums.at(&next)?;
            if at.log_likelihood >= now.log_likelihood - 1e-9 || part < 1e-6 {
                break (next, at);
            }
            part /= 2.0;
        };
        let gain = (at.log_likelihood - now.log_likelihood).abs();
        (place, now) = (next, at);
        if gain <= 1e-12 * now.log_likelihood.abs().max(1.0) {
            let away = |(b, sd): (&f64, &f64)| (b * sd).abs() > RUN_AWAY;
            let ran = place.iter().zip(&sums.spread()).any(away);
            return if ran { Err(Refusal::NoFit { what: WHAT }) } else { Ok((place, now)) };
        }
    }
    Err(Refusal::NoFit { what: WHAT })
}

fn invert(information: &Square) -> Result<Square, Refusal> {
    let dependent = |column| Refusal::Dependent { what: WHAT, column: column + 1 };
    information.inverse().map_err(dependent)
}

/// `Σ_i L_i L_i'` over pupils.
fn meat(sums: &likelihood::Strata<'_>, place: &[f64], columns: usize) -> Result<Square, Refusal> {
    let mut pupils: BTreeMap<u32, Vec<f64>> = BTreeMap::new();
    for (id, residual) in sums.residuals(place)? {
        let sum = pupils.entry(id).or_insert_with(|| vec![0.0; columns]);
        sum.iter_mut().zip(residual).for_each(|(sum, part)| *sum += part);
    }
    let mut meat = Square::zero(columns);
    pupils.values().for_each(|sum| meat.add_outer(1.0, sum, sum));
    Ok(meat)
}

#[cfg(test)]
mod tests;
