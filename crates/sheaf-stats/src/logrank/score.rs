//! Observed and expected events by group, and the variance of their difference.
#![allow(
    clippy::indexing_slicing,
    reason = "group codes are dense below `groups`, pupils below `clusters`, by construction"
)]

use std::collections::BTreeMap;

use crate::pace::Work;
use crate::refusal::Refusal;

/// What the quadratic form is made of.
pub struct Scored {
    /// Rows by group.
    pub rows: Vec<usize>,
    /// Events by group.
    pub observed: Vec<f64>,
    /// Expected events by group.
    pub expected: Vec<f64>,
    /// The variance of observed less expected.
    pub variance: Vec<Vec<f64>>,
    /// Independent units: pupils, or rows where none are named.
    pub clusters: usize,
}

struct Row {
    time: f64,
    event: bool,
    group: usize,
    cluster: usize,
}

/// Scores all rows; `group` is dense below `groups`.
pub fn score(
    time: &[f64],
    event: &[bool],
    (group, groups): (&[usize], usize),
    cluster: Option<&[u32]>,
    mut work: Work<'_>,
) -> Result<Scored, Refusal> {
    let (places, clusters) = places(cluster, time.len());
    let mut rows: Vec<Row> = (0..time.len())
        .map(|i| Row { time: time[i], event: event[i], group: group[i], cluster: places[i] })
        .collect();
    rows.sort_by(|a, b| a.time.total_cmp(&b.time));
    work.look()?;
    let mut scored = Scored {
        rows: vec![0; groups],
        observed: vec![0.0; groups],
        expected: vec![0.0; groups],
        variance: vec![vec![0.0; groups]; groups],
        clusters,
    };
    rows.iter().for_each(|row| scored.rows[row.group] += 1);
    if cluster.is_some() {
        robust(&rows, clusters, &mut scored, &mut work)?;
    } else {
        hypergeometric(&rows, &mut scored, &mut work)?;
    }
    Ok(scored)
}

fn places(cluster: Option<&[u32]>, rows: usize) -> (Vec<usize>, usize) {
    let Some(cluster) = cluster else { return ((0..rows).collect(), rows) };
    let mut seen = BTreeMap::new();
    let places = cluster
        .iter()
        .map(|code| {
            let next = seen.len();
            *seen.entry(*code).or_insert(next)
        })
        .collect();
    (places, seen.len())
}

fn hypergeometric(rows: &[Row], scored: &mut Scored, work: &mut Work<'_>) -> Result<(), Refusal> {
    let mut at_risk: Vec<f64> = scored.rows.iter().map(|n| *n as f64).collect();
    for tied in rows.chunk_by(|a, b| a.time == b.time) {
        work.take(tied.len() + at_risk.len() * at_risk.len() / 4)?;
        let n: f64 = at_risk.iter().sum();
        let d = tied.iter().filter(|row| row.event).count() as f64;
        if d > 0.0 {
            expect(&at_risk, d, n, scored);
            let spread = if n > 1.0 { d * (n - d) / (n - 1.0) } else { 0.0 };
            for (g, line) in scored.variance.iter_mut().enumerate() {
                for (h, cell) in line.iter_mut().enumerate() {
                    let same = if g == h { 1.0 } else { 0.0 };
                    *cell += spread * at_risk[g] / n * (same - at_risk[h] / n);
                }
            }
        }
        for row in tied {
            scored.observed[row.group] += f64::from(u8::from(row.event));
            at_risk[row.group] -= 1.0;
        }
    }
    Ok(())
}

fn expect(at_risk: &[f64], d: f64, n: f64, scored: &mut Scored) {
    for (expected, risk) in scored.expected.iter_mut().zip(at_risk) {
        *expected += d * risk / n;
    }
}

/// Each row's score is `event·(Z - share) - Z·H + A` with running sums `H = Σ d/n` and
/// `A_g = Σ share_g d/n` up to its own time, so one pass is enough.
fn robust(
    rows: &[Row],
    clusters: usize,
    scored: &mut Scored,
    work: &mut Work<'_>,
) -> Result<(), Refusal> {
    let groups = scored.rows.len();
    let mut at_risk: Vec<f64> = scored.rows.iter().map(|n| *n as f64).collect();
    let mut sums = vec![vec![0.0; groups]; clusters];
    let (mut hazard, mut shared) = (0.0, vec![0.0; groups]);
    for tied in rows.chunk_by(|a, b| a.time == b.time) {
        work.take(groups * (1 + tied.len()))?;
        let n: f64 = at_risk.iter().sum();
        let share: Vec<f64> = at_risk.iter().map(|risk| risk / n).collect();
        let d = tied.iter().filter(|row| row.event).count() as f64;
        if d > 0.0 {
            expect(&at_risk, d, n, scored);
            hazard += d / n;
            shared.iter_mut().zip(&share).for_each(|(sum, share)| *sum += share * d / n);
        }
        for row in tied {
            let happened = f64::from(u8::from(row.event));
            for (g, sum) in sums[row.cluster].iter_mut().enumerate() {
                let own = if g == row.group { 1.0 } else { 0.0 };
                *sum += happened * (own - share[g]) - own * hazard + shared[g];
            }
            scored.observed[row.group] += happened;
        }
        tied.iter().for_each(|row| at_risk[row.group] -= 1.0);
    }
    for sum in &sums {
        work.take(1 + groups * groups / 4)?;
        for (g, line) in scored.variance.iter_mut().enumerate() {
            line.iter_mut().zip(sum).for_each(|(cell, other)| *cell += sum[g] * other);
        }
    }
    Ok(())
}
