//! The table: how often intervals hold the truth, how often nothing is called something, and how
//! often a steady year is called a change.

use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;

use sheaf_analytics::{Budget, Scope};
use sheaf_metrics::{EstimateView, Host, Level, Options, Package, Report, RunContext};

use super::school::School;

type Fallible<T> = Result<T, Box<dyn Error>>;

/// What help does in the two worlds: nothing, and three incidents in ten spared.
pub const EFFECTS: [f64; 2] = [1.0, 0.7];

/// One way to tell the effect.
#[derive(Clone, Debug, Default)]
pub struct Line {
    /// What it is called.
    pub name: String,
    /// The true effect.
    pub effect: f64,
    /// Schools with an answer.
    pub answered: usize,
    /// Answers whose interval holds the truth.
    pub covered: usize,
    /// Answers whose interval leaves out 1.
    pub called: usize,
    log_sum: f64,
}

impl Line {
    fn add(&mut self, estimate: &EstimateView) {
        let (Some(value), Some(lower), Some(upper)) =
            (estimate.value, estimate.lower, estimate.upper)
        else {
            return;
        };
        self.answered += 1;
        self.covered += usize::from(lower <= self.effect && self.effect <= upper);
        self.called += usize::from(upper < 1.0 || lower > 1.0);
        self.log_sum += value.max(0.01).ln();
    }

    /// The geometric mean of the answers.
    pub fn mean(&self) -> f64 {
        (self.log_sum / self.answered.max(1) as f64).exp()
    }
}

/// How often a steady year is called one that changes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Steady {
    /// Years that were looked at.
    pub years: usize,
    /// Those with one sign.
    pub watch: usize,
    /// Those with two and more.
    pub signal: usize,
}

/// What came of all schools.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// The ways to tell the effect, by world.
    pub lines: Vec<Line>,
    /// Steady years.
    pub steady: Steady,
}

/// Runs the metrics.
pub struct Runner {
    host: Host,
    impact: Package,
    trends: Package,
}

impl Runner {
    /// The bundled metrics.
    pub fn new() -> Fallible<Self> {
        let plugins = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plugins");
        Ok(Self {
            host: Host::new(),
            impact: Package::load(&plugins.join("intervention-impact"))?,
            trends: Package::load(&plugins.join("behaviour-trends"))?,
        })
    }

    fn run(&self, package: &Package, scope: &Scope, given: &[(&str, &str)]) -> Fallible<Report> {
        let given: Vec<(String, String)> =
            given.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let options = Options::resolve(&package.manifest, &given)?;
        let context = RunContext::new(scope.clone(), Budget::default());
        Ok(self.host.run(package, &options, &context)?)
    }

    /// Adds one school to the table.
    pub fn add(&self, table: &mut Table, seed: u64, pupils: u32) -> Fallible<()> {
        let school = School::new(seed, pupils)?;
        for effect in EFFECTS {
            let scope = school.helped(effect)?;
            for (compare, name) in
                [("none", "expected"), ("waiting_list", "waiting list"), ("matched", "matched")]
            {
                let report = self.run(&self.impact, &scope, &[("compare", compare)])?;
                if compare == "none" {
                    line(table, "raw", effect).add(&raw(&report)?);
                }
                let headline = report.findings.first().and_then(|one| one.estimate.clone());
                // Where there is nobody to compare with, the headline falls back to the history.
                let is_compared =
                    |one: &EstimateView| one.method.starts_with("ratio of rate ratios");
                let headline = headline.filter(|one| compare == "none" || is_compared(one));
                if let Some(estimate) = headline {
                    line(table, name, effect).add(&estimate);
                }
            }
        }
        let window = ("window", "2024-09-01..2025-07-31");
        let report = self.run(&self.trends, &school.steady()?, &[window])?;
        let level = report.findings.first().map(|one| one.level);
        table.steady.years += 1;
        table.steady.watch += usize::from(level == Some(Level::Watch));
        table.steady.signal += usize::from(level == Some(Level::Act));
        Ok(())
    }
}

fn line<'a>(table: &'a mut Table, name: &str, effect: f64) -> &'a mut Line {
    let is_it = |line: &Line| line.name == name && line.effect.to_bits() == effect.to_bits();
    let at = table.lines.iter().position(is_it).unwrap_or_else(|| {
        table.lines.push(Line { name: name.to_owned(), effect, ..Line::default() });
        table.lines.len() - 1
    });
    let last = table.lines.len() - 1;
    #[expect(clippy::indexing_slicing, reason = "the place was just found or made")]
    &mut table.lines[at.min(last)]
}

/// The raw before and after, from the table of the report.
fn raw(report: &Report) -> Fallible<EstimateView> {
    let row = report.tables.first().and_then(|table| table.rows.first());
    let row = row.ok_or("the report has no table of estimates")?;
    let number = |at: usize| row.get(at).and_then(serde_json::Value::as_f64);
    let mut view = report.findings.first().and_then(|one| one.estimate.clone());
    let view = view.as_mut().ok_or("the report has no estimate")?;
    (view.value, view.lower, view.upper) = (number(1), number(2), number(3));
    Ok(view.clone())
}

impl Table {
    /// The table in Markdown.
    pub fn to_markdown(&self) -> String {
        let mut out = String::from(
            "| true effect | told by | schools | mean | interval holds the truth | called a \
             difference |\n|---|---|---|---|---|---|\n",
        );
        let mut lines = self.lines.clone();
        lines.sort_by(|a, b| b.effect.total_cmp(&a.effect));
        for line in &lines {
            let share = |part: usize| 100.0 * part as f64 / line.answered.max(1) as f64;
            let _ = writeln!(
                out,
                "| {:.2} | {} | {} | {:.2} | {:.0} % | {:.0} % |",
                line.effect,
                line.name,
                line.answered,
                line.mean(),
                share(line.covered),
                share(line.called)
            );
        }
        let share = |part: usize| 100.0 * part as f64 / self.steady.years.max(1) as f64;
        let _ = writeln!(
            out,
            "\nOf {} steady years, {:.0} % are told as something to watch and {:.0} % as a signal.",
            self.steady.years,
            share(self.steady.watch),
            share(self.steady.signal)
        );
        out
    }
}
