//! The bootstrap over pupils, worked out in full: in a small group every way to draw the pupils
//! again can be listed, so nothing is left to chance.

use super::{Pupil, Sums};

/// The percentile interval of the ratio over all draws of as many pupils with replacement; none
/// where it has no upper end. For groups of up to nine pupils: they have 24,310 draws.
pub fn interval(pupils: &[Pupil], level: f64) -> Option<(f64, f64)> {
    let mut draws = Draws { pupils, found: Vec::new() };
    draws.take(0, pupils.len(), Sums::default(), 1.0);
    let mut found = draws.found;
    found.sort_by(|a, b| a.0.total_cmp(&b.0));
    let total: f64 = found.iter().map(|(_, chance)| chance).sum();
    let at = |share: f64| {
        let mut sum = 0.0;
        found.iter().find(|(_, chance)| {
            sum += chance;
            sum >= share * total
        })
    };
    let half = (1.0 - level) / 2.0;
    let (lower, upper) = (at(half)?.0, at(1.0 - half)?.0);
    upper.is_finite().then_some((lower, upper))
}

struct Draws<'a> {
    pupils: &'a [Pupil],
    found: Vec<(f64, f64)>,
}

impl Draws<'_> {
    /// Draws the pupils from `at` on, `left` more draws to go; `chance` is 1 over the product of
    /// the factorials so far, which is the chance up to a constant.
    fn take(&mut self, at: usize, left: usize, sums: Sums, chance: f64) {
        let Some(pupil) = self.pupils.get(at) else { return };
        if at + 1 == self.pupils.len() {
            let sums = sums.plus(pupil, left as f64);
            let chance = (1..=left).fold(chance, |chance, k| chance / k as f64);
            return self.keep(&sums, chance);
        }
        let mut chance = chance;
        for times in 0..=left {
            chance /= times.max(1) as f64;
            self.take(at + 1, left - times, sums.plus(pupil, times as f64), chance);
        }
    }

    fn keep(&mut self, sums: &Sums, chance: f64) {
        let ratio = (sums.n1 / sums.e1) / (sums.n0 / sums.e0);
        if !ratio.is_nan() {
            self.found.push((ratio, chance));
        }
    }
}
