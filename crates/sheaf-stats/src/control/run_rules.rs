//! Signs of change on a control chart.

use std::fmt::Write as _;

use serde::Serialize;

use crate::check;
use crate::distributions::coin_quantile;
use crate::refusal::Refusal;

const WHAT: &str = "run_rules";

/// The most points, five years of school days: on longer charts a steady process shows every sign.
const MOST_POINTS: usize = 1_000;

/// The fewest points off the centre line for Anhøj's rules.
const MIN_ANHOEJ: usize = 10;

/// The chance that a steady point lies beyond three standard errors.
const BEYOND: f64 = 0.0027;

/// A rule; in the order of [`RULES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Rule {
    /// Beyond three standard errors.
    BeyondLimits,
    /// Eight in a row on one side of the centre.
    EightOneSide,
    /// A longest run that is too long or crossings that are too few (Anhøj and Olesen 2014).
    Anhoej,
    /// Nine in a row on one side.
    NineOneSide,
    /// Six in a row that rise, or fall.
    SixTrend,
    /// Fourteen in a row that go up and down by turns.
    FourteenAlternate,
    /// Two of three beyond two standard errors on one side.
    TwoOfThree,
    /// Four of five beyond one standard error on one side.
    FourOfFive,
    /// Fifteen in a row within one standard error.
    FifteenWithin,
    /// Eight in a row beyond one standard error, on either side.
    EightBeyond,
}

/// The rules that are recommended: one of them is a watch, two together are a signal.
pub const RULES: [Rule; 3] = [Rule::BeyondLimits, Rule::EightOneSide, Rule::Anhoej];

impl Rule {
    const NAMES: [(Self, &'static str, &'static str); 10] = [
        (Self::BeyondLimits, "beyond_limits", "nelson1"),
        (Self::EightOneSide, "eight_one_side", "we4"),
        (Self::Anhoej, "anhoej", "anhoej"),
        (Self::NineOneSide, "nine_one_side", "nelson2"),
        (Self::SixTrend, "six_trend", "nelson3"),
        (Self::FourteenAlternate, "fourteen_alternate", "nelson4"),
        (Self::TwoOfThree, "two_of_three", "nelson5"),
        (Self::FourOfFive, "four_of_five", "nelson6"),
        (Self::FifteenWithin, "fifteen_within", "nelson7"),
        (Self::EightBeyond, "eight_beyond", "nelson8"),
    ];

    /// All names of rules.
    pub fn names() -> impl Iterator<Item = &'static str> {
        Self::NAMES.iter().map(|(_, name, _)| *name)
    }

    /// The name that scripts use.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(rule, ..)| *rule == self).map_or("", |(_, name, _)| name)
    }

    /// The rule that a script names, by our name or by that of Nelson (1984) and Western Electric.
    pub fn from_name(name: &str) -> Option<Self> {
        let named = |(_, ours, theirs): &&(Self, &str, &str)| *ours == name || *theirs == name;
        Self::NAMES.iter().find(named).map(|(rule, ..)| *rule)
    }

    const fn words(self) -> &'static str {
        match self {
            Self::BeyondLimits => "beyond the limits",
            Self::EightOneSide => "eight in a row on one side",
            Self::Anhoej => "long runs or few crossings",
            Self::NineOneSide => "nine in a row on one side",
            Self::SixTrend => "six in a row that rise or fall",
            Self::FourteenAlternate => "fourteen in a row up and down",
            Self::TwoOfThree => "two of three near a limit",
            Self::FourOfFive => "four of five away from the centre",
            Self::FifteenWithin => "fifteen in a row near the centre",
            Self::EightBeyond => "eight in a row away from the centre",
        }
    }
}

/// The last point of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Sign {
    /// The point, from 1.
    pub index: usize,
    /// The rule that it completes.
    pub rule: Rule,
}

/// What the rules say of a chart.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RunRules {
    /// Whether any rule was met.
    pub any: bool,
    /// The last point of each pattern, by point.
    pub points: Vec<Sign>,
    /// The rules that were met, each once.
    pub met: Vec<Rule>,
    /// How many rules were asked.
    pub asked: usize,
    /// The longest run on one side; points on the centre line are passed over.
    pub longest_run: usize,
    /// The longest run that is usual.
    pub longest_run_limit: Option<usize>,
    /// How often the line crosses the centre.
    pub crossings: usize,
    /// The fewest crossings that are usual.
    pub crossings_limit: Option<usize>,
    /// How many points beyond the limits chance alone gives on a steady chart of this length.
    pub expected_beyond: f64,
}

/// Looks for signs of change in values in units of their limits (`z` of a chart; beyond the limits
/// is beyond 3).
///
/// A point is told by the last of its pattern. A point on the centre line breaks a run on one side;
/// Anhøj's rules pass over it: with `n` points left, a longest run above `round(log2 n + 3)` or
/// fewer crossings than the 5 % quantile of `n-1` throws of a coin (both for `n >= 10`). The other
/// rules are those of Western Electric (1956) and Nelson (1984).
///
/// # Errors
/// Refuses values that are not finite, a chart without points and one of more than 1,000.
pub fn run_rules(z: &[f64], rules: &[Rule]) -> Result<RunRules, Refusal> {
    check::finite(WHAT, "z", z)?;
    if z.is_empty() {
        return Err(Refusal::Empty { what: WHAT });
    }
    check::at_most(WHAT, "points", z.len(), MOST_POINTS)?;
    let runs = Runs::of(z);
    let mut points: Vec<Sign> = rules.iter().flat_map(|rule| signs(z, *rule, &runs)).collect();
    points.sort_unstable();
    points.dedup();
    let mut met: Vec<Rule> = points.iter().map(|sign| sign.rule).collect();
    met.sort_unstable();
    met.dedup();
    Ok(RunRules {
        any: !points.is_empty(),
        points,
        met,
        asked: rules.len(),
        longest_run: runs.longest,
        longest_run_limit: runs.longest_limit(),
        crossings: runs.crossings,
        crossings_limit: runs.crossings_limit(),
        expected_beyond: BEYOND * z.len() as f64,
    })
}

impl RunRules {
    /// The signs as a phrase.
    pub fn words(&self) -> String {
        if self.met.is_empty() {
            return "no sign of change".to_owned();
        }
        let mut words = match self.met.len() {
            1 => "one sign of change".to_owned(),
            several => format!("{several} signs of change"),
        };
        for (at, rule) in self.met.iter().enumerate() {
            let _ = write!(words, "{} {}", if at == 0 { ":" } else { ";" }, rule.words());
            if *rule == Rule::BeyondLimits {
                let count = self.points.iter().filter(|sign| sign.rule == *rule).count();
                let _ = write!(words, " ({count} of the points)");
            }
        }
        words
    }
}

fn signs(z: &[f64], rule: Rule, runs: &Runs) -> Vec<Sign> {
    let sign = |index: usize| Sign { index, rule };
    if rule == Rule::Anhoej {
        return runs.signs().into_iter().map(sign).collect();
    }
    let (size, holds): (usize, fn(&[f64]) -> bool) = match rule {
        Rule::EightOneSide => (8, one_side),
        Rule::NineOneSide => (9, one_side),
        Rule::SixTrend => (6, trend),
        Rule::FourteenAlternate => (14, alternate),
        Rule::TwoOfThree => (3, |window| side_beyond(window, 2.0, 2)),
        Rule::FourOfFive => (5, |window| side_beyond(window, 1.0, 4)),
        Rule::FifteenWithin => (15, |window| window.iter().all(|z| z.abs() < 1.0)),
        Rule::EightBeyond => (8, |window| window.iter().all(|z| z.abs() > 1.0)),
        Rule::BeyondLimits | Rule::Anhoej => (1, |window| window.iter().all(|z| z.abs() > 3.0)),
    };
    let windows = z.windows(size).enumerate();
    windows.filter(|(_, window)| holds(window)).map(|(at, _)| sign(at + size)).collect()
}

fn one_side(window: &[f64]) -> bool {
    window.iter().all(|z| *z > 0.0) || window.iter().all(|z| *z < 0.0)
}

fn steps(window: &[f64]) -> impl Iterator<Item = f64> + Clone + '_ {
    window.iter().zip(window.iter().skip(1)).map(|(one, next)| next - one)
}

fn trend(window: &[f64]) -> bool {
    steps(window).all(|step| step > 0.0) || steps(window).all(|step| step < 0.0)
}

fn alternate(window: &[f64]) -> bool {
    let next = steps(window).skip(1);
    steps(window).zip(next).all(|(one, next)| one * next < 0.0)
}

/// So many of the window beyond a distance on the side of its last point, which is one of them.
fn side_beyond(window: &[f64], distance: f64, need: usize) -> bool {
    let Some(last) = window.last() else { return false };
    let beyond = |z: &&f64| **z * last.signum() > distance;
    beyond(&last) && window.iter().filter(beyond).count() >= need
}

/// Runs on one side of the centre, over the points that are not on it.
struct Runs {
    useful: usize,
    longest: usize,
    /// The last point of the longest run, from 1.
    longest_end: usize,
    crossings: usize,
    last: usize,
}

impl Runs {
    fn of(z: &[f64]) -> Self {
        let mut runs = Self { useful: 0, longest: 0, longest_end: 0, crossings: 0, last: z.len() };
        let (mut side, mut length) = (0.0, 0);
        for (at, value) in z.iter().enumerate().filter(|(_, value)| **value != 0.0) {
            runs.useful += 1;
            if value.signum() == side {
                length += 1;
            } else {
                runs.crossings += usize::from(side != 0.0);
                (side, length) = (value.signum(), 1);
            }
            if length > runs.longest {
                (runs.longest, runs.longest_end) = (length, at + 1);
            }
        }
        runs
    }

    fn longest_limit(&self) -> Option<usize> {
        let limit = ((self.useful as f64).log2() + 3.0).round();
        (self.useful >= MIN_ANHOEJ).then_some(limit as usize)
    }

    fn crossings_limit(&self) -> Option<usize> {
        let limit = || coin_quantile(0.05, self.useful as u64 - 1) as usize;
        (self.useful >= MIN_ANHOEJ).then(limit)
    }

    fn signs(&self) -> Vec<usize> {
        let long = self.longest_limit().is_some_and(|limit| self.longest > limit);
        let few = self.crossings_limit().is_some_and(|limit| self.crossings < limit);
        [(long, self.longest_end), (few, self.last)]
            .into_iter()
            .filter_map(|(met, at)| met.then_some(at))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made for these rules: each pattern of Nelson (1984), Journal of Quality Technology 16:237.
    const MADE: [f64; 52] = [
        0.2, 0.5, 0.1, 0.9, 0.4, 0.3, 0.6, 0.7, 0.2, -0.4, 3.2, -0.1, 2.2, 0.3, 2.4, -0.5, -0.2,
        0.1, 0.4, 0.8, 1.1, 0.2, -0.3, 1.2, 1.4, 0.2, 1.3, 1.6, 0.0, -0.5, 0.5, -0.4, 0.6, -0.3,
        0.7, -0.6, 0.4, -0.2, 0.5, -0.7, 0.6, -0.1, 0.3, -1.2, 1.3, -1.4, -1.1, 1.5, 1.2, -1.6,
        1.3, 0.0,
    ];

    #[test]
    fn each_pattern_is_told_by_its_last_point() {
        let cases: [(&str, &[usize]); 9] = [
            ("nelson1", &[11]),
            ("nelson2", &[9]),
            ("we4", &[8, 9]),
            ("nelson3", &[21]),
            ("nelson4", &[42, 43, 44, 45, 46, 47]),
            ("nelson5", &[13, 15]),
            ("nelson6", &[28]),
            ("nelson7", &[43]),
            ("nelson8", &[51]),
        ];
        for (name, expected) in cases {
            let rule = Rule::from_name(name).unwrap();
            let found = run_rules(&MADE, &[rule]).unwrap();
            let points: Vec<usize> = found.points.iter().map(|sign| sign.index).collect();
            assert_eq!(points, expected, "{name}");
            assert_eq!(Rule::from_name(rule.name()), Some(rule));
        }
    }

    /// Anhøj and Olesen (2014), PLoS ONE 9:e113825.
    #[test]
    fn limits_of_runs_and_crossings() {
        for (useful, longest, crossings) in [
            (10, 6, 2),
            (12, 7, 3),
            (15, 7, 4),
            (20, 7, 6),
            (24, 8, 8),
            (30, 8, 10),
            (40, 8, 14),
            (50, 9, 19),
            (60, 9, 23),
            (80, 9, 32),
            (100, 10, 41),
        ] {
            let runs = Runs { useful, longest: 0, longest_end: 0, crossings: 0, last: useful };
            assert_eq!(runs.longest_limit(), Some(longest), "{useful}");
            assert_eq!(runs.crossings_limit(), Some(crossings), "{useful}");
        }
    }

    #[test]
    fn a_shift_meets_two_rules_and_a_steady_chart_none() {
        let steady: Vec<f64> = (0..24).map(|at| f64::from([1, -1, -1, 1, 1][at % 5])).collect();
        let found = run_rules(&steady, &RULES).unwrap();
        assert_eq!((found.any, found.words().as_str()), (false, "no sign of change"));
        let shift: Vec<f64> = (0..24).map(|at| if at < 12 { -0.8 } else { 0.8 }).collect();
        let found = run_rules(&shift, &RULES).unwrap();
        assert_eq!(found.met, [Rule::EightOneSide, Rule::Anhoej]);
        assert_eq!((found.longest_run, found.crossings), (12, 1));
        let words = "2 signs of change: eight in a row on one side; long runs or few crossings";
        assert_eq!(found.words(), words);
    }

    #[test]
    fn points_on_the_centre_break_a_run_but_not_anhoejs() {
        let mut z = [0.5; 12];
        z[5] = 0.0;
        let found = run_rules(&z, &[Rule::EightOneSide, Rule::Anhoej]).unwrap();
        assert_eq!(found.met, [Rule::Anhoej]);
        assert_eq!(found.longest_run, 11);
        assert!(!run_rules(&[0.0; 30], &RULES).unwrap().any);
    }

    #[test]
    fn nothing_and_what_is_no_number_are_refused() {
        assert_eq!(run_rules(&[], &RULES), Err(Refusal::Empty { what: "run_rules" }));
        assert!(run_rules(&[1.0, f64::NAN], &RULES).is_err());
    }
}
