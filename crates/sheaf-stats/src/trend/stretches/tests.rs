//! Pupils whose whole year is another, and one variance worked out in another way.

use super::super::trend_rate::{TrendOptions, trend_rate};
use super::*;
use crate::draws::Draws;

const STRETCHES: u32 = 8;
const BINS: u32 = 4;

/// What pupils did in eight half-terms of four weeks.
#[derive(Default)]
struct Invented {
    pupil: Vec<u32>,
    stretch: Vec<u32>,
    n: Vec<f64>,
    e: Vec<f64>,
    weeks: Vec<f64>,
}

impl Invented {
    fn push(&mut self, pupil: u32, stretch: u32, weeks: &[f64]) {
        self.weeks.resize((STRETCHES * BINS) as usize, 0.0);
        self.pupil.push(pupil);
        self.stretch.push(stretch);
        self.n.push(weeks.iter().sum());
        self.e.push(weeks.len() as f64);
        let all = self.weeks.iter_mut().skip((stretch * BINS) as usize);
        all.zip(weeks).for_each(|(sum, n)| *sum += n);
    }

    /// The trend from one half-term to the next.
    fn trend(&self, with_pupils: bool) -> TrendRate {
        let exposure = |bin: u32| {
            let rows = self.stretch.iter().zip(&self.e).filter(|(code, _)| **code == bin / BINS);
            rows.map(|(_, e)| e / f64::from(BINS)).sum::<f64>()
        };
        let exposure: Vec<f64> = (0..STRETCHES * BINS).map(exposure).collect();
        let cluster: Vec<u32> = (0..STRETCHES * BINS).map(|bin| bin / BINS).collect();
        let t: Vec<f64> = cluster.iter().map(|code| f64::from(*code)).collect();
        let pupils =
            PupilStretches { pupil: &self.pupil, stretch: &self.stretch, n: &self.n, e: &self.e };
        let pupils = with_pupils.then_some(pupils);
        let options = TrendOptions { cluster: Some(&cluster), pupils, ..Default::default() };
        trend_rate(&self.weeks, &exposure, &t, &options).unwrap()
    }
}

/// A hundred pupils whose level is drawn anew for each so many half-terms.
fn school(seed: u64, together: u32) -> Invented {
    let mut draws = Draws(seed);
    let mut school = Invented::default();
    for pupil in 0..100 {
        let mut level = 0.0;
        for stretch in 0..STRETCHES {
            if stretch % together == 0 {
                level = draws.exponential();
            }
            let weeks = [0; BINS as usize].map(|_| draws.poisson(level));
            school.push(pupil, stretch, &weeks);
        }
    }
    school
}

fn covered(together: u32, with_pupils: bool) -> usize {
    let holds = |seed: &u64| {
        let found = school(*seed, together).trend(with_pupils).per_unit;
        found.lower.unwrap() <= 1.0 && found.upper.unwrap() >= 1.0
    };
    (1..=300).filter(holds).count()
}

/// Of 300, 285 are due, and 19 of 20 such counts lie within 7 of it.
#[test]
fn pupils_whose_year_is_another_widen_the_interval_by_what_that_brings() {
    assert!(covered(4, false) < 230, "stretches alone do not see it: {}", covered(4, false));
    let with = covered(4, true);
    assert!((270..=295).contains(&with), "a year of four half-terms: {with}");
}

#[test]
fn pupils_whose_half_terms_are_their_own_or_all_alike_widen_it_by_little() {
    for together in [1, STRETCHES] {
        let (without, with) = (covered(together, false), covered(together, true));
        assert!(without >= 275, "{together}, stretches alone: {without}");
        assert!((without..without + 8).contains(&with), "{together}: {without}, {with}");
    }
}

/// Pupils who are there for one half-term each: what they add is then the variance of the slope
/// when pupils are drawn anew, which the jackknife works out by leaving out one after another.
#[test]
fn the_part_of_pupils_is_that_of_the_jackknife() {
    let mut draws = Draws(11);
    let (mut all, mut rows) = (Invented::default(), Vec::new());
    for pupil in 0..160 {
        let level = 2.0 * draws.exponential();
        let weeks = [0; BINS as usize].map(|_| draws.poisson(level));
        all.push(pupil, pupil % STRETCHES, &weeks);
        rows.push(weeks);
    }
    let without = |left_out: u32| {
        let mut some = Invented::default();
        let kept = (0..160).zip(&rows).filter(|(pupil, _)| *pupil != left_out);
        kept.for_each(|(pupil, weeks)| some.push(pupil, pupil % STRETCHES, weeks));
        some.trend(false).per_unit.value.ln()
    };
    let slopes: Vec<f64> = (0..160).map(without).collect();
    let mean = slopes.iter().sum::<f64>() / 160.0;
    let jackknife = slopes.iter().map(|one| (one - mean).powi(2)).sum::<f64>() * 159.0 / 160.0;
    let error = |with| all.trend(with).per_unit.log_std_error.unwrap();
    let added = error(true).powi(2) - error(false).powi(2);
    assert!((added / jackknife - 1.0).abs() < 0.1, "{added} {jackknife}");
}

/// Two pupils in each of whose incidents both took part: half of what was written of pupils.
#[test]
fn what_two_pupils_bring_together_is_one_event() {
    let school = school(3, 4);
    let mut twice = Invented { weeks: school.weeks.clone(), ..Invented::default() };
    twice.pupil.clone_from(&school.pupil);
    twice.stretch.clone_from(&school.stretch);
    twice.e.clone_from(&school.e);
    twice.n = school.n.iter().map(|n| 2.0 * n).collect();
    let error = |one: &Invented| one.trend(true).per_unit.log_std_error.unwrap();
    assert!((error(&school) - error(&twice)).abs() < 1e-12);
}

#[test]
fn pupils_without_events_or_alone_are_refused() {
    let school = school(3, 4);
    let why = |n: &[f64], pupil: &[u32]| {
        let cluster: Vec<u32> = (0..STRETCHES * BINS).map(|bin| bin / BINS).collect();
        let t: Vec<f64> = cluster.iter().map(|code| f64::from(*code)).collect();
        let pupils = PupilStretches { pupil, stretch: &school.stretch, n, e: &school.e };
        let (cluster, pupils) = (Some(&cluster[..]), Some(pupils));
        let options = TrendOptions { cluster, pupils, ..Default::default() };
        trend_rate(&school.weeks, &[5.0; 32], &t, &options).unwrap_err().to_string()
    };
    let none = vec![0.0; school.n.len()];
    assert_eq!(why(&none, &school.pupil), "trend_rate: there are no events in this selection");
    let one = vec![7; school.n.len()];
    assert_eq!(why(&school.n, &one), "trend_rate: only 1 pupil; 2 are needed");
    let text = "trend_rate: `n of pupils` has 800 values but `pupil` has 1";
    assert_eq!(why(&school.n, &one[..1]), text);
}
