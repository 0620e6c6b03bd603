//! How often the rules see a change where there is none.

use std::f64::consts::TAU;

use super::rate_chart::RateChart;
use super::run_rules::{Rule, run_rules};
use crate::refusal::Refusal;

/// Invented charts: a share of one in eight is then known to within three of a hundred.
const CHARTS: u32 = 500;

/// The mean moving range of two normal values, in standard deviations.
const D2: f64 = 1.128;

/// The shares of steady charts that meet rules all the same.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FalseAlarms {
    /// Those that meet exactly one.
    pub one: f64,
    /// Those that meet two or more.
    pub more: f64,
    /// The points of each chart.
    pub points: usize,
}

/// How often a steady chart of so many equal points meets these rules by chance, found by drawing
/// 500 of them: normal values, with centre and spread estimated as those of a u'-chart are (Laney
/// 2002). The draws are the same on every run. At least two points.
///
/// # Errors
/// Refuses a chart of fewer than two points and one of more than 1,000.
pub fn false_alarms(points: usize, rules: &[Rule]) -> Result<FalseAlarms, Refusal> {
    drawn(&Weeks { spread: &vec![1.0; points], shared: 0.0, least: 0.0 }, rules)
}

/// The same for the bins of this chart: a steady school whose bins differ by chance and, where
/// `sigma_z` is above 1, by ups and downs that are as large in a short week as in a long one. Such
/// weeks are told too seldom by limits that widen for short ones, and the others too often. The
/// chart is that of Laney (2002, Quality Engineering 14:531).
///
/// # Errors
/// As [`false_alarms`].
pub fn false_alarms_of(chart: &RateChart, rules: &[Rule]) -> Result<FalseAlarms, Refusal> {
    let weights: f64 = chart.spread.iter().map(|spread| spread.powi(-2)).sum();
    let beyond = (chart.sigma_z.powi(2) - 1.0).max(0.0);
    let shared = beyond * chart.spread.len() as f64 / weights;
    drawn(&Weeks { spread: &chart.spread, shared, least: 1.0 }, rules)
}

/// What the bins of a steady chart are drawn from.
struct Weeks<'a> {
    /// The chance spread of each bin.
    spread: &'a [f64],
    /// The variance of what comes on top, the same for every bin.
    shared: f64,
    /// The least factor of the limits.
    least: f64,
}

impl Weeks<'_> {
    /// One chart in units of its own limits.
    fn draw(&self, draws: &mut Draws) -> Vec<f64> {
        let one = |spread: &f64| (spread.powi(2) + self.shared).sqrt() * draws.normal();
        let values: Vec<f64> = self.spread.iter().map(one).collect();
        let weights = || self.spread.iter().map(|spread| spread.powi(-2));
        let sum: f64 = values.iter().zip(weights()).map(|(value, weight)| value * weight).sum();
        let centre = sum / weights().sum::<f64>();
        let plain = values.iter().zip(self.spread).map(|(value, spread)| (value - centre) / spread);
        let plain: Vec<f64> = plain.collect();
        let ranges = plain.iter().zip(plain.iter().skip(1)).map(|(one, next)| (next - one).abs());
        let factor = ranges.sum::<f64>() / (plain.len() - 1) as f64 / D2;
        plain.into_iter().map(|z| z / factor.max(self.least)).collect()
    }
}

fn drawn(weeks: &Weeks<'_>, rules: &[Rule]) -> Result<FalseAlarms, Refusal> {
    let points = weeks.spread.len();
    crate::check::at_least("false_alarms", "points", points, 2)?;
    let mut draws = Draws(0x5eed_0fc4_a27e_d001);
    let (mut one, mut more) = (0_u32, 0_u32);
    for _ in 0..CHARTS {
        match run_rules(&weeks.draw(&mut draws), rules)?.met.len() {
            0 => {}
            1 => one += 1,
            _ => more += 1,
        }
    }
    let share = |count: u32| f64::from(count) / f64::from(CHARTS);
    Ok(FalseAlarms { one: share(one), more: share(more), points })
}

impl FalseAlarms {
    /// The shares as a sentence.
    pub fn words(&self) -> String {
        let percent = |share: f64| match 100.0 * share {
            share if share < 1.0 => "under 1 %".to_owned(),
            share => format!("{share:.0} %"),
        };
        format!(
            "By chance alone, {} of steady charts of {} points show one sign of change and {} two \
             or more",
            percent(self.one),
            self.points,
            percent(self.more)
        )
    }
}

/// A seeded stream of normal numbers (SplitMix64; Box and Muller 1958).
struct Draws(u64);

impl Draws {
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (((z ^ (z >> 31)) >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    fn normal(&mut self) -> f64 {
        let radius = (-2.0 * self.unit().ln()).sqrt();
        radius * (TAU * self.unit()).cos()
    }
}

#[cfg(test)]
mod tests {
    use super::super::rate_chart::u_chart;
    use super::super::run_rules::RULES;
    use super::*;

    /// Other draws of 4,000 charts by another program gave 12 and 5 % for a year of weeks, 3 and
    /// under 1 % for twelve, and 44 and 24 % for a year of days.
    #[test]
    fn longer_charts_give_more_false_alarms() {
        let near = |points: usize, one: f64, more: f64| {
            let found = false_alarms(points, &RULES).unwrap();
            let is_near = (found.one - one).abs() < 0.05 && (found.more - more).abs() < 0.05;
            assert!(is_near, "{found:?}");
        };
        near(12, 0.03, 0.005);
        near(39, 0.12, 0.05);
        near(190, 0.44, 0.24);
    }

    /// Weeks of equal length are those of the plain question; a school with short weeks between
    /// long ones, whose ups and downs are as large in both, has more false alarms than it says.
    #[test]
    fn short_weeks_between_long_ones_give_more_false_alarms() {
        let of = |short: f64| {
            let exposure: Vec<f64> =
                (0..39).map(|w| if w % 3 == 0 { short } else { 5.0 }).collect();
            let n: Vec<f64> =
                exposure.iter().zip(0..).map(|(e, w)| e * [28.0, 44.0][w % 2]).collect();
            let chart = u_chart(&n, &exposure, &Default::default()).unwrap();
            assert!(chart.sigma_z > 2.0);
            let found = false_alarms_of(&chart, &RULES).unwrap();
            found.one + found.more
        };
        let plain = false_alarms(39, &RULES).unwrap();
        assert!((of(5.0) - plain.one - plain.more).abs() < 0.02);
        assert!(of(1.0) > of(5.0) + 0.05, "{} {}", of(1.0), of(5.0));
    }

    /// A point beyond three standard errors: 0.27 % of points, so 10 % of charts of 39.
    #[test]
    fn one_rule_alone_is_met_as_often_as_is_known() {
        let found = false_alarms(39, &[Rule::BeyondLimits]).unwrap();
        assert_eq!(found.more, 0.0);
        assert!((0.06..0.16).contains(&found.one), "{found:?}");
    }

    #[test]
    fn the_same_question_has_the_same_answer_in_words() {
        let found = FalseAlarms { one: 0.122, more: 0.005, points: 39 };
        let words = "By chance alone, 12 % of steady charts of 39 points show one sign of change \
                     and under 1 % two or more";
        assert_eq!(found.words(), words);
        assert_eq!(false_alarms(20, &RULES), false_alarms(20, &RULES));
        assert!(false_alarms(1, &RULES).is_err());
    }
}
