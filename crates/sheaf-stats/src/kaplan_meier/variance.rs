//! Standard errors of a survival curve.

use std::collections::BTreeMap;

use super::Step;
use crate::pace::Work;
use crate::refusal::Refusal;

/// The work of finding a pupil among many.
const LOOK_UP: usize = 20;

/// A sum of squares that rounding makes.
const NO_SPREAD: f64 = 1e-15;

/// Greenwood: `S · sqrt(Σ d / (n (n - d)))`; NaN once survival is 0.
pub fn greenwood(steps: &[Step]) -> Vec<f64> {
    let mut sum = 0.0;
    steps
        .iter()
        .map(|step| {
            let (n, d) = (step.at_risk as f64, step.events as f64);
            sum += d / (n * (n - d));
            if step.at_risk == step.events { f64::NAN } else { step.survival * sum.sqrt() }
        })
        .collect()
}

/// What the rows of one pupil have added up to so far.
#[derive(Clone, Copy, Default)]
struct Cluster {
    /// Settled influence of rows that have left.
    settled: f64,
    /// Rows still at risk.
    at_risk: f64,
}

/// Sums over pupils that give `Σ (settled - hazard · at_risk)²` without visiting each one.
#[derive(Default)]
struct Sums {
    settled_squared: f64,
    settled_at_risk: f64,
    at_risk_squared: f64,
}

impl Sums {
    fn add(&mut self, one: Cluster, sign: f64) {
        self.settled_squared += sign * one.settled * one.settled;
        self.settled_at_risk += sign * one.settled * one.at_risk;
        self.at_risk_squared += sign * one.at_risk * one.at_risk;
    }

    fn squares(&self, hazard: f64) -> f64 {
        self.settled_squared - 2.0 * hazard * self.settled_at_risk
            + hazard * hazard * self.at_risk_squared
    }
}

/// The infinitesimal jackknife over pupils, and how many there are.
///
/// The influence of row i on `S(t)` is
/// `-S(t) · Σ_{t_j <= t} (dN_ij - Y_ij d_j / n_j) / (n_j - d_j)`; it is summed within a pupil,
/// squared and summed over pupils. With one row a pupil this is Greenwood's formula exactly; with
/// one pupil, or pupils who are all alike, there is no error, NaN.
pub fn jackknife(
    steps: &[Step],
    (time, event): (&[f64], &[bool]),
    cluster: &[u32],
    work: &mut Work<'_>,
) -> Result<(Vec<f64>, usize), Refusal> {
    let mut rows: Vec<(f64, bool, u32)> = time
        .iter()
        .zip(event)
        .zip(cluster)
        .map(|((time, event), cluster)| (*time, *event, *cluster))
        .collect();
    rows.sort_by(|a, b| a.0.total_cmp(&b.0));
    work.look()?;
    let mut clusters: BTreeMap<u32, Cluster> = BTreeMap::new();
    for row in &rows {
        work.take(LOOK_UP)?;
        clusters.entry(row.2).or_default().at_risk += 1.0;
    }
    let mut sums = Sums::default();
    clusters.values().for_each(|one| sums.add(*one, 1.0));
    let (mut hazard, mut next) = (0.0, 0);
    let mut errors = Vec::with_capacity(steps.len());
    for step in steps {
        work.take(LOOK_UP * step.events)?;
        next = leave(&rows, next, |time| time < step.time, hazard, 0.0, &mut clusters, &mut sums);
        if step.at_risk == step.events {
            errors.push(f64::NAN);
            continue;
        }
        let (n, d) = (step.at_risk as f64, step.events as f64);
        hazard += d / (n * (n - d));
        let jump = 1.0 / (n - d);
        next = leave(&rows, next, |time| time <= step.time, hazard, jump, &mut clusters, &mut sums);
        let squares = sums.squares(hazard);
        // One pupil, or pupils who are all alike, say nothing of how pupils differ.
        let root = if squares <= NO_SPREAD { f64::NAN } else { squares.sqrt() };
        errors.push(step.survival * root);
    }
    Ok((errors, clusters.len()))
}

/// Settles the rows that leave at the times given, and returns the first that stays.
fn leave(
    rows: &[(f64, bool, u32)],
    from: usize,
    leaves: impl Fn(f64) -> bool,
    hazard: f64,
    jump: f64,
    clusters: &mut BTreeMap<u32, Cluster>,
    sums: &mut Sums,
) -> usize {
    let mut next = from;
    while let Some((_, event, code)) = rows.get(next).filter(|row| leaves(row.0)) {
        if let Some(one) = clusters.get_mut(code) {
            sums.add(*one, -1.0);
            one.at_risk -= 1.0;
            one.settled += if *event { jump - hazard } else { -hazard };
            sums.add(*one, 1.0);
        }
        next += 1;
    }
    next
}
