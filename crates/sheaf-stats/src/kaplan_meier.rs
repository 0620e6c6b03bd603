//! Time to an event where not everybody has been followed to it.

use serde::Serialize;

use crate::check;
use crate::distributions::normal_multiplier;
use crate::estimate::{Estimate, Scale};
use crate::pace::{Pace, Work};
use crate::proportion::wilson_bounds;
use crate::refusal::Refusal;

mod variance;

const WHAT: &str = "kaplan_meier";

/// Below this many at risk a curve is no longer drawn (a house rule).
pub const MIN_AT_RISK: usize = 10;

/// On which scale the interval of a survival curve is symmetric.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum CurveInterval {
    /// `log(-log S)`: always between 0 and 1.
    #[default]
    LogLog,
    /// `log S`.
    Log,
    /// `S` itself, cut at 0 and 1.
    Plain,
}

impl CurveInterval {
    /// The name that scripts use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::LogLog => "log_log",
            Self::Log => "log",
            Self::Plain => "plain",
        }
    }

    /// The interval that a script names.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::LogLog, Self::Log, Self::Plain].into_iter().find(|one| one.name() == name)
    }
}

/// Settings of [`kaplan_meier`].
#[derive(Clone, Copy, Debug)]
pub struct KaplanMeierOptions<'a> {
    /// The scale of the interval.
    pub interval: CurveInterval,
    /// The level of the interval.
    pub level: f64,
    /// The code of the pupil of each row: standard errors then are the infinitesimal jackknife
    /// over pupils, because one pupil gives many gaps. Without it they are Greenwood's.
    pub cluster: Option<&'a [u32]>,
    /// Whether the curve may go on.
    pub pace: Pace<'a>,
}

impl Default for KaplanMeierOptions<'_> {
    fn default() -> Self {
        let (interval, cluster, pace) = Default::default();
        Self { interval, level: crate::DEFAULT_LEVEL, cluster, pace }
    }
}

/// The curve at each time with an event. All columns have one value a time; where survival has
/// reached 0, or all rows are of one pupil or of pupils who are all alike, the standard error and
/// the interval are undefined and hold NaN.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct KaplanMeier {
    /// Times with at least one event, ascending.
    pub time: Vec<f64>,
    /// Still at risk just before each time.
    pub at_risk: Vec<usize>,
    /// Events at each time.
    pub events: Vec<usize>,
    /// The share without an event after each time.
    pub survival: Vec<f64>,
    /// Its standard error.
    pub std_error: Vec<f64>,
    /// The lower end for survival.
    pub lower: Vec<f64>,
    /// The upper end for survival.
    pub upper: Vec<f64>,
    /// `1 - survival`.
    pub failure: Vec<f64>,
    /// The lower end for failure.
    pub failure_lower: Vec<f64>,
    /// The upper end for failure.
    pub failure_upper: Vec<f64>,
    /// The first time at which survival is a half or less, where it gets there.
    pub median: Option<f64>,
    /// The lower end of the median's interval (Brookmeyer-Crowley).
    pub median_lower: Option<f64>,
    /// The upper end of the median's interval, where it gets there.
    pub median_upper: Option<f64>,
    /// All rows.
    pub n: usize,
    /// Rows that end without an event.
    pub censored: usize,
    /// Pupils, where rows were clustered.
    pub clusters: Option<usize>,
    /// The level of the intervals.
    pub level: f64,
    /// The method by its usual name.
    pub method: &'static str,
    /// The last time at which at least ten are at risk; a curve is not drawn beyond it.
    pub drawn_to: f64,
    #[serde(skip)]
    exits: Vec<f64>,
}

/// The product-limit estimate of Kaplan and Meier (1958), `S(t) = Π (1 - d/n)`, with Greenwood's
/// error (1926) or that of the infinitesimal jackknife. Any number of rows will do: where none has
/// an event the curve is empty.
///
/// A row that is censored at the time of an event counts as at risk at that time.
///
/// # Errors
/// Refuses empty columns, columns of different lengths, and times that are negative or not finite;
/// stops where its pace says so.
pub fn kaplan_meier(
    time: &[f64],
    event: &[bool],
    options: &KaplanMeierOptions<'_>,
) -> Result<KaplanMeier, Refusal> {
    check::level(WHAT, options.level)?;
    check::lengths(WHAT, ("time", time.len()), ("event", event.len()))?;
    check::not_negative(WHAT, "time", time)?;
    if let Some(cluster) = options.cluster {
        check::lengths(WHAT, ("time", time.len()), ("cluster", cluster.len()))?;
    }
    if time.is_empty() {
        return Err(Refusal::Empty { what: WHAT });
    }
    let mut work = options.pace.work(WHAT);
    let steps = steps(time, event, &mut work)?;
    let (std_error, clusters) = match options.cluster {
        None => (variance::greenwood(&steps), None),
        Some(cluster) => {
            let (error, clusters) = variance::jackknife(&steps, (time, event), cluster, &mut work)?;
            (error, Some(clusters))
        }
    };
    Ok(assemble(steps, std_error, clusters, time, event, options))
}

/// One time with events.
pub(super) struct Step {
    time: f64,
    at_risk: usize,
    events: usize,
    survival: f64,
}

fn steps(time: &[f64], event: &[bool], work: &mut Work<'_>) -> Result<Vec<Step>, Refusal> {
    let mut rows: Vec<(f64, bool)> = time.iter().copied().zip(event.iter().copied()).collect();
    rows.sort_by(|a, b| a.0.total_cmp(&b.0));
    work.look()?;
    let mut survival = 1.0;
    let mut gone = 0;
    let mut steps = Vec::new();
    for tied in rows.chunk_by(|a, b| a.0 == b.0) {
        let at_risk = rows.len() - gone;
        let events = tied.iter().filter(|row| row.1).count();
        if let (Some(first), true) = (tied.first(), events > 0) {
            survival *= 1.0 - events as f64 / at_risk as f64;
            steps.push(Step { time: first.0, at_risk, events, survival });
        }
        gone += tied.len();
        work.take(tied.len())?;
    }
    Ok(steps)
}

fn assemble(
    steps: Vec<Step>,
    std_error: Vec<f64>,
    clusters: Option<usize>,
    time: &[f64],
    event: &[bool],
    options: &KaplanMeierOptions<'_>,
) -> KaplanMeier {
    let z = normal_multiplier(options.level);
    let bounds: Vec<(f64, f64)> = steps
        .iter()
        .zip(&std_error)
        .map(|(step, error)| curve_bounds(step.survival, *error, z, options.interval))
        .collect();
    let first_at_half = |mut curve: Box<dyn Iterator<Item = f64> + '_>| {
        // A half that is reached exactly must not be missed by rounding.
        let at = curve.position(|share| share <= 0.5 + 1e-12)?;
        steps.get(at).map(|step| step.time)
    };
    let mut exits = time.to_vec();
    exits.sort_by(f64::total_cmp);
    KaplanMeier {
        median: first_at_half(Box::new(steps.iter().map(|step| step.survival))),
        median_lower: first_at_half(Box::new(bounds.iter().map(|bound| bound.0))),
        median_upper: first_at_half(Box::new(bounds.iter().map(|bound| bound.1))),
        time: steps.iter().map(|step| step.time).collect(),
        at_risk: steps.iter().map(|step| step.at_risk).collect(),
        events: steps.iter().map(|step| step.events).collect(),
        survival: steps.iter().map(|step| step.survival).collect(),
        failure: steps.iter().map(|step| 1.0 - step.survival).collect(),
        failure_lower: bounds.iter().map(|bound| 1.0 - bound.1).collect(),
        failure_upper: bounds.iter().map(|bound| 1.0 - bound.0).collect(),
        lower: bounds.iter().map(|bound| bound.0).collect(),
        upper: bounds.iter().map(|bound| bound.1).collect(),
        std_error,
        n: time.len(),
        censored: event.iter().filter(|event| !**event).count(),
        clusters,
        level: options.level,
        method: if clusters.is_some() {
            "Kaplan-Meier, clustered by pupil (infinitesimal jackknife)"
        } else {
            "Kaplan-Meier, Greenwood"
        },
        drawn_to: exits
            .len()
            .checked_sub(MIN_AT_RISK)
            .and_then(|at| exits.get(at))
            .copied()
            .unwrap_or_default(),
        exits,
    }
}

/// The ends of the interval of one survival share.
fn curve_bounds(survival: f64, error: f64, z: f64, interval: CurveInterval) -> (f64, f64) {
    if survival <= 0.0 || !error.is_finite() {
        return (f64::NAN, f64::NAN);
    }
    match interval {
        CurveInterval::Plain => ((survival - z * error).max(0.0), (survival + z * error).min(1.0)),
        CurveInterval::Log => {
            let half = z * error / survival;
            (survival * (-half).exp(), (survival * half.exp()).min(1.0))
        }
        CurveInterval::LogLog => {
            let half = z * error / (survival * survival.ln().abs());
            (survival.powf(half.exp()), survival.powf((-half).exp()))
        }
    }
}

impl KaplanMeier {
    /// The share with an event within `at`, with its interval: `1 - S(at)` of Kaplan and Meier
    /// (1958).
    ///
    /// Before the first event the share is 0 and its upper end is Wilson's for none of those at
    /// risk at `at` (of the pupils, where there are fewer): a curve that has not moved is not
    /// proof that nothing can happen.
    ///
    /// Where a row was censored before `at` nobody knows what became of it, and events of all rows
    /// are not the share: its words are a percentage then, however few the rows.
    ///
    /// # Errors
    /// Refuses a time beyond the longest follow-up, unless everybody had the event before.
    pub fn failure_at(&self, at: f64) -> Result<Estimate, Refusal> {
        let longest = self.exits.last().copied().unwrap_or_default();
        let done = self.survival.last().is_some_and(|share| *share <= 0.0);
        if !at.is_finite() || at < 0.0 || (at > longest && !done) {
            return Err(Refusal::NotFollowed { asked: at, longest });
        }
        let at_risk = self.n - self.exits.partition_point(|exit| *exit < at);
        let step = self.time.partition_point(|time| *time <= at).checked_sub(1);
        let events: usize = self.events.iter().take(step.map_or(0, |step| step + 1)).sum();
        let estimate = match step {
            None => self.none_yet(at_risk),
            Some(step) => self.at_step(step),
        };
        let mut estimate = estimate
            .counted(events as u64, self.n as u64)
            .assuming(&["those who leave are like those who stay"]);
        if self.is_censored_before(at) {
            estimate = estimate.beyond_counts();
        }
        if at_risk < MIN_AT_RISK {
            estimate = estimate.warn(format!("only {at_risk} were followed that long"));
        }
        if self.clusters.is_some_and(|clusters| clusters < 10) {
            estimate = estimate.warn("fewer than 10 pupils: the interval may be too narrow");
        }
        Ok(estimate)
    }

    /// Whether a row ended without an event before a time.
    fn is_censored_before(&self, at: f64) -> bool {
        let ended = self.exits.partition_point(|exit| *exit < at);
        let times = self.time.partition_point(|time| *time < at);
        ended > self.events.iter().take(times).sum::<usize>()
    }

    fn none_yet(&self, at_risk: usize) -> Estimate {
        let independent = at_risk.min(self.clusters.unwrap_or(at_risk)).max(1);
        let upper = wilson_bounds(0, independent as f64, self.level).1;
        Estimate::interval(Scale::Share, self.method, 0.0, (0.0, upper), self.level)
            .warn("no event so soon")
    }

    fn at_step(&self, step: usize) -> Estimate {
        let read = |column: &[f64]| column.get(step).copied().unwrap_or(f64::NAN);
        let (lower, upper) = (read(&self.failure_lower), read(&self.failure_upper));
        let value = read(&self.failure);
        let mut estimate =
            Estimate::interval(Scale::Share, self.method, value, (lower, upper), self.level);
        if lower.is_nan() {
            estimate.lower = None;
            estimate.upper = None;
            let why = match value < 1.0 {
                true => "one pupil, or pupils who are all alike: no interval is defined",
                false => "everybody followed had the event: no interval is defined",
            };
            return estimate.warn(why);
        }
        estimate
    }
}

#[cfg(test)]
mod tests;
