//! The partial likelihood of spells at risk, by strata, with Efron's ties.

use std::collections::BTreeMap;

use crate::pace::Work;
use crate::refusal::Refusal;
use crate::regression::linear::Square;

/// A spell at risk.
#[derive(Clone, Debug)]
pub struct Row {
    pub id: u32,
    pub start: f64,
    pub stop: f64,
    pub event: bool,
    pub stratum: u32,
    pub x: Vec<f64>,
}

/// The likelihood at one place, with its slope and its bend.
pub struct At {
    pub log_likelihood: f64,
    pub score: Vec<f64>,
    pub information: Square,
}

/// All spells by stratum.
pub struct Strata<'a> {
    strata: Vec<Vec<Row>>,
    columns: usize,
    work: Work<'a>,
}

/// The sums over those at risk, and over those with an event, at one time.
struct RiskSet<'a> {
    time: f64,
    /// The place of each row, the row, and its weight.
    at_risk: Vec<(usize, &'a Row, f64)>,
    deaths: f64,
    /// For each of Efron's parts: the sum of the weights, and the means of the columns and of
    /// their products.
    parts: Vec<(f64, Vec<f64>, Square)>,
}

impl<'p> Strata<'p> {
    pub fn of(rows: Vec<Row>, columns: usize, work: Work<'p>) -> Self {
        let mut strata: BTreeMap<u32, Vec<Row>> = BTreeMap::new();
        for row in rows {
            strata.entry(row.stratum).or_default().push(row);
        }
        Self { strata: strata.into_values().collect(), columns, work }
    }

    /// The standard deviation of each column.
    pub fn spread(&self) -> Vec<f64> {
        let rows = || self.strata.iter().flatten();
        let n = rows().count() as f64;
        let mut squares = vec![0.0; self.columns];
        for row in rows() {
            squares.iter_mut().zip(&row.x).for_each(|(sum, x)| *sum += x * x / n);
        }
        squares.into_iter().map(f64::sqrt).collect()
    }

    pub fn at(&self, place: &[f64]) -> Result<At, Refusal> {
        let mut at = At {
            log_likelihood: 0.0,
            score: vec![0.0; self.columns],
            information: Square::zero(self.columns),
        };
        for rows in &self.strata {
            for set in self.risk_sets(rows, place) {
                let set = set?;
                for (_, row, weight) in set.at_risk.iter().filter(|one| set.is_death(one.1)) {
                    at.log_likelihood += weight.ln();
                    at.score.iter_mut().zip(&row.x).for_each(|(sum, x)| *sum += x);
                }
                for (weights, mean, squares) in &set.parts {
                    at.log_likelihood -= weights.ln();
                    at.score.iter_mut().zip(mean).for_each(|(sum, x)| *sum -= x);
                    at.information.add(squares);
                    at.information.add_outer(-1.0, mean, mean);
                }
            }
        }
        Ok(at)
    }

    /// What each spell adds to the score, given the baseline: with the code of its pupil.
    pub fn residuals(&self, place: &[f64]) -> Result<Vec<(u32, Vec<f64>)>, Refusal> {
        let (mut all, mut work) = (Vec::new(), self.work.clone());
        for rows in &self.strata {
            let mut residuals = vec![vec![0.0; self.columns]; rows.len()];
            for set in self.risk_sets(rows, place) {
                let set = set?;
                for (at, row, weight) in &set.at_risk {
                    work.take(set.parts.len() * self.columns)?;
                    let is_death = set.is_death(row);
                    let Some(residual) = residuals.get_mut(*at) else { continue };
                    for (part, (weights, mean, _)) in set.parts.iter().enumerate() {
                        let own = if is_death { 1.0 / set.deaths } else { 0.0 };
                        let left = if is_death { 1.0 - part as f64 / set.deaths } else { 1.0 };
                        let factor = own - left * weight / weights;
                        let pairs = residual.iter_mut().zip(row.x.iter().zip(mean));
                        pairs.for_each(|(sum, (x, mean))| *sum += factor * (x - mean));
                    }
                }
            }
            all.extend(rows.iter().map(|row| row.id).zip(residuals));
        }
        Ok(all)
    }

    /// One at a time: all of them together would hold each row once for each time with an event.
    fn risk_sets<'a>(
        &self,
        rows: &'a [Row],
        place: &[f64],
    ) -> impl Iterator<Item = Result<RiskSet<'a>, Refusal>> {
        let mut times: Vec<f64> = rows.iter().filter(|row| row.event).map(|row| row.stop).collect();
        times.sort_by(f64::total_cmp);
        times.dedup();
        let mut work = self.work.clone();
        times.into_iter().map(move |time| RiskSet::at(rows, time, place, &mut work))
    }
}

impl<'a> RiskSet<'a> {
    fn at(rows: &'a [Row], time: f64, place: &[f64], work: &mut Work<'_>) -> Result<Self, Refusal> {
        work.take(rows.len())?;
        let weight = |row: &Row| row.x.iter().zip(place).map(|(x, b)| x * b).sum::<f64>().exp();
        let at_risk: Vec<(usize, &Row, f64)> = rows
            .iter()
            .enumerate()
            .filter(|(_, row)| row.start < time && time <= row.stop)
            .map(|(at, row)| (at, row, weight(row)))
            .collect();
        let is_death = |row: &Row| row.event && row.stop == time;
        let deaths = at_risk.iter().filter(|one| is_death(one.1)).count();
        let columns = place.len();
        let sums = |part: usize| {
            work.take(at_risk.len() * (1 + columns * columns / 4))?;
            let (mut weights, mut mean, mut squares) =
                (0.0, vec![0.0; columns], Square::zero(columns));
            for (_, row, weight) in &at_risk {
                let left = if is_death(row) { 1.0 - part as f64 / deaths as f64 } else { 1.0 };
                let weight = weight * left;
                weights += weight;
                mean.iter_mut().zip(&row.x).for_each(|(sum, x)| *sum += weight * x);
                squares.add_outer(weight, &row.x, &row.x);
            }
            mean.iter_mut().for_each(|sum| *sum /= weights);
            Ok((weights, mean, squares.scaled(1.0 / weights)))
        };
        let parts = (0..deaths).map(sums).collect::<Result<_, Refusal>>()?;
        Ok(Self { deaths: deaths as f64, parts, at_risk, time })
    }

    fn is_death(&self, row: &Row) -> bool {
        row.event && row.stop == self.time
    }
}
