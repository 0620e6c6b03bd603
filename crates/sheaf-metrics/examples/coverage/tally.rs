//! What is kept of each school, and what it comes to over all of them.

use sheaf_metrics::EstimateView;

/// What an interval ought to hold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Truth {
    /// A number known beforehand.
    Known(f64),
    /// A share or a rate over all schools together: so many of so much.
    Pooled {
        /// The events.
        of: f64,
        /// What they are counted against.
        all: f64,
    },
}

impl Truth {
    /// The number.
    pub fn value(self) -> f64 {
        match self {
            Self::Known(value) => value,
            Self::Pooled { of, all } => of / all,
        }
    }
}

/// One value with its interval.
#[derive(Clone, Copy, Debug)]
pub struct Answer {
    value: f64,
    lower: f64,
    upper: f64,
}

impl Answer {
    /// The answer of a report; none where it was refused.
    pub fn of(view: &EstimateView) -> Option<Self> {
        Some(Self { value: view.value?, lower: view.lower?, upper: view.upper? })
    }

    /// The answer of an estimate.
    pub fn of_estimate(estimate: &sheaf_stats::Estimate) -> Option<Self> {
        Some(Self { value: estimate.value, lower: estimate.lower?, upper: estimate.upper? })
    }

    /// A value with its ends.
    pub fn new(value: f64, (lower, upper): (f64, f64)) -> Self {
        Self { value, lower, upper }
    }
}

/// One statistic in one world.
#[derive(Clone, Debug)]
pub struct Line {
    /// What it is called.
    pub name: String,
    /// What its interval ought to hold.
    pub truth: Truth,
    answers: Vec<Answer>,
}

impl Line {
    /// Schools with an answer.
    pub fn answered(&self) -> usize {
        self.answers.len()
    }

    /// Answers whose interval holds the truth.
    pub fn covered(&self) -> usize {
        let truth = self.truth.value();
        self.answers.iter().filter(|one| one.lower <= truth && truth <= one.upper).count()
    }

    /// Answers whose interval leaves out 1.
    pub fn called(&self) -> usize {
        self.answers.iter().filter(|one| one.upper < 1.0 || one.lower > 1.0).count()
    }

    /// The middle of the answers.
    pub fn median(&self) -> f64 {
        let mut values: Vec<f64> = self.answers.iter().map(|one| one.value).collect();
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
    }
}

/// How often something was said.
#[derive(Clone, Copy, Debug, Default)]
pub struct Share {
    /// How often.
    pub said: usize,
    /// Of how many.
    pub of: usize,
}

impl Share {
    /// Adds one school.
    pub fn add(&mut self, said: bool) {
        self.said += usize::from(said);
        self.of += 1;
    }

    fn join(&mut self, other: Self) {
        self.said += other.said;
        self.of += other.of;
    }
}

/// How often a steady year is called one that changes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Steady {
    /// One sign and more: a watch at least.
    pub watch: Share,
    /// Two and more: a signal.
    pub signal: Share,
    /// What the reports themselves said of both, in per cent and summed over schools.
    pub stated: (f64, f64),
    /// A lasting change of level.
    pub level: Share,
    /// Two halves of the pupils, drawn by lot, called different in their returns.
    pub halves: Share,
}

/// What came of all schools.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// The statistics, by world.
    pub lines: Vec<Line>,
    /// Steady years.
    pub steady: Steady,
}

impl Tally {
    /// Adds an answer, if there is one, of a statistic whose truth is known.
    pub fn known(&mut self, name: &str, truth: f64, answer: Option<Answer>) {
        self.add(name, Truth::Known(truth), answer);
    }

    /// The same of one whose truth is that of all schools together, to which this school adds.
    pub fn pooled(&mut self, name: &str, (of, all): (f64, f64), answer: Option<Answer>) {
        self.add(name, Truth::Pooled { of, all }, answer);
    }

    fn add(&mut self, name: &str, truth: Truth, answer: Option<Answer>) {
        let answers = answer.into_iter().collect();
        self.join_line(Line { name: name.to_owned(), truth, answers });
    }

    fn join_line(&mut self, other: Line) {
        let is_same = |line: &&mut Line| {
            let same_truth = match (line.truth, other.truth) {
                (Truth::Known(one), Truth::Known(other)) => one.to_bits() == other.to_bits(),
                (one, other) => {
                    matches!((one, other), (Truth::Pooled { .. }, Truth::Pooled { .. }))
                }
            };
            line.name == other.name && same_truth
        };
        let Some(line) = self.lines.iter_mut().find(is_same) else {
            self.lines.push(other);
            return;
        };
        if let (Truth::Pooled { of, all }, Truth::Pooled { of: more, all: more_of }) =
            (&mut line.truth, other.truth)
        {
            *of += more;
            *all += more_of;
        }
        line.answers.extend(other.answers);
    }

    /// Adds what came of other schools.
    pub fn join(&mut self, other: Self) {
        other.lines.into_iter().for_each(|line| self.join_line(line));
        self.steady.watch.join(other.steady.watch);
        self.steady.signal.join(other.steady.signal);
        self.steady.stated.0 += other.steady.stated.0;
        self.steady.stated.1 += other.steady.stated.1;
        self.steady.level.join(other.steady.level);
        self.steady.halves.join(other.steady.halves);
    }

    /// A line by name and truth.
    pub fn line(&self, name: &str, truth: f64) -> Option<&Line> {
        self.lines.iter().find(|line| line.name == name && line.truth == Truth::Known(truth))
    }
}
