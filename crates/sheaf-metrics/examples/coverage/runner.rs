//! Runs the bundled metrics over invented schools.

use std::path::Path;

use sheaf_analytics::{Budget, Scope};
use sheaf_charts::ChartSpec;
use sheaf_metrics::{EstimateView, Finding, Host, Options, Package, Report, RunContext};

use super::rooms::{Rooms, SEEN};
use super::school::{Fallible, LAST_YEAR, School, THIS_YEAR};
use super::tally::{Answer, Tally};

/// What help does in the two worlds: nothing, and three incidents in ten spared.
pub const EFFECTS: [f64; 2] = [1.0, 0.7];

/// By what factor this year differs from the last: not at all, and a quarter more.
pub const YEARS: [f64; 2] = [1.0, 1.25];

/// The names of the ways to tell what help does.
pub const POOLED: &str = "naive before and after, events pooled";
pub const CLUSTERED: &str = "naive before and after, over pupils";
pub const RAW: &str = "raw: baseline before the choice, nothing to compare with";
pub const EXPECTED: &str = "expected from history (regression to the mean)";
pub const WAITING: &str = "compared with the waiting list";
pub const MATCHED: &str = "compared with matched pupils";

/// The names of the other statistics.
pub const RATE: &str = "incidents per 100 pupils per school day";
pub const SAME_DAYS: &str = "rate on the same school days, over last year's";
pub const TREND: &str = "factor from one half-term to the next, two years";
pub const RETURNS: &str = "returns within 20 school days (Kaplan-Meier)";
pub const FOLLOWED: &str = "the same of those followed for all of it (Wilson, over pupils)";
pub const SO_FAR: &str = "referrals a pupil so far (mean cumulative function)";
pub const TOP: &str = "share of the top 5 % of pupils (Lorenz curve)";

/// The bundled metrics.
pub struct Runner {
    host: Host,
    impact: Package,
    trends: Package,
    returns: Package,
}

impl Runner {
    /// The bundled metrics.
    pub fn new() -> Fallible<Self> {
        let plugins = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plugins");
        let load = |id: &str| Package::load(&plugins.join(id));
        Ok(Self {
            host: Host::new(),
            impact: load("intervention-impact")?,
            trends: load("behaviour-trends")?,
            returns: load("repeat-referrals")?,
        })
    }

    fn run(&self, package: &Package, scope: &Scope, given: &[(&str, &str)]) -> Fallible<Report> {
        let given: Vec<(String, String)> =
            given.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let options = Options::resolve(&package.manifest, &given)?;
        let context = RunContext::new(scope.clone(), Budget::default());
        Ok(self.host.run(package, &options, &context)?)
    }

    /// Adds one school.
    pub fn add(&self, tally: &mut Tally, seed: u64, pupils: u32) -> Fallible<()> {
        for effect in EFFECTS {
            let school = School::new(seed, pupils, effect)?;
            self.help(tally, &school)?;
            if effect == 1.0 {
                self.steady_year(tally, &school)?;
                for ratio in YEARS {
                    self.two_years(tally, &school, ratio)?;
                }
            }
        }
        self.rooms(tally, &Rooms::new(seed, pupils)?)
    }

    fn help(&self, tally: &mut Tally, school: &School) -> Fallible<()> {
        let effect = school.effect;
        let naive = school.naive()?;
        tally.known(POOLED, effect, Answer::of_estimate(&naive.pooled));
        tally.known(CLUSTERED, effect, Answer::of_estimate(&naive.clustered));
        let scope = school.scope()?;
        for (compare, name) in [("none", EXPECTED), ("waiting_list", WAITING), ("matched", MATCHED)]
        {
            let report = self.run(&self.impact, &scope, &[("compare", compare)])?;
            if compare == "none" {
                tally.known(RAW, effect, raw(&report)?);
            }
            let headline = report.findings.first().and_then(|one| one.estimate.as_ref());
            // Where there is nobody to compare with, the headline falls back to the history.
            let compared = |one: &&EstimateView| one.method.starts_with("ratio of rate ratios");
            let headline = headline.filter(|one| compare == "none" || compared(one));
            tally.known(name, effect, headline.and_then(Answer::of));
        }
        Ok(())
    }

    fn steady_year(&self, tally: &mut Tally, school: &School) -> Fallible<()> {
        let window = format!("{}..{}", THIS_YEAR.from, THIS_YEAR.to);
        let report = self.run(&self.trends, &school.steady()?, &[("window", &window)])?;
        let signs = signs(&report).ok_or("the report does not say how many signs there are")?;
        tally.steady.watch.add(signs >= 1);
        tally.steady.signal.add(signs >= 2);
        let (one, more) =
            stated(&report).ok_or("the report does not say what chance alone does")?;
        tally.steady.stated.0 += one + more;
        tally.steady.stated.1 += more;
        tally.steady.level.add(finding(&report, "The level changed").is_some());
        if let Some(rate) = report.findings.first().and_then(|one| one.estimate.as_ref()) {
            let (events, value) = (rate.events.unwrap_or_default() as f64, rate.value);
            let exposure = value.map_or(0.0, |value| events / value);
            tally.pooled(RATE, (events, exposure), Answer::of(rate));
        }
        Ok(())
    }

    fn two_years(&self, tally: &mut Tally, school: &School, ratio: f64) -> Fallible<()> {
        let scope = school.turned(ratio)?;
        let window = format!("{}..{}", THIS_YEAR.from, THIS_YEAR.to);
        let report = self.run(&self.trends, &scope, &[("window", &window)])?;
        let same = finding(&report, "Rate on the same").and_then(|one| one.estimate.as_ref());
        tally.known(SAME_DAYS, ratio, same.and_then(Answer::of));
        if ratio == 1.0 {
            let window = format!("{}..{}", LAST_YEAR.from, THIS_YEAR.to);
            let report = self.run(&self.trends, &scope, &[("window", &window)])?;
            let trend = finding(&report, "Rate from one").and_then(|one| one.estimate.as_ref());
            tally.known(TREND, ratio, trend.and_then(Answer::of));
        }
        Ok(())
    }

    fn rooms(&self, tally: &mut Tally, rooms: &Rooms) -> Fallible<()> {
        let window = format!("{}..{}", SEEN.from, SEEN.to);
        let report = self.run(&self.returns, &rooms.scope, &[("window", &window)])?;
        let first = report.findings.first();
        let share = first.and_then(|one| one.estimate.as_ref());
        tally.pooled(RETURNS, rooms.truth(), share.and_then(Answer::of));
        let check = first.and_then(|one| one.check.as_ref());
        tally.pooled(FOLLOWED, rooms.truth(), check.and_then(Answer::of));
        let top = report.findings.get(1).and_then(|one| one.estimate.as_ref());
        if let Some(value) = top.and_then(|top| top.value) {
            tally.pooled(TOP, (value, 1.0), top.and_then(Answer::of));
        }
        if let Some((value, ends)) = report.charts.get(1).and_then(last) {
            tally.pooled(SO_FAR, (value, 1.0), Some(Answer::new(value, ends)));
        }
        tally.steady.halves.add(rooms.halves()? < 0.05);
        Ok(())
    }
}

/// The shares of steady charts that a report says show one sign, and two or more.
fn stated(report: &Report) -> Option<(f64, f64)> {
    let caveats = report.findings.first()?.caveats.iter();
    let text = caveats.filter_map(|text| text.strip_prefix("By chance alone, ")).next()?;
    let (one, rest) = text.split_once(" % of steady charts")?;
    let (_, more) = rest.split_once("sign of change and ")?;
    let number = |words: &str| match words.strip_prefix("under ") {
        Some(most) => most.parse::<f64>().ok().map(|most| most / 2.0),
        None => words.parse().ok(),
    };
    Some((number(one)?, number(more.split_once(" %")?.0)?))
}

/// How many rules were met, wherever their points lie: a fall by chance is a false alarm too.
fn signs(report: &Report) -> Option<u32> {
    let (before, _) = report.findings.first()?.text.split_once(" sign")?;
    match before.rsplit(' ').next()? {
        "no" => Some(0),
        "one" => Some(1),
        several => several.parse().ok(),
    }
}

fn finding<'a>(report: &'a Report, begins: &str) -> Option<&'a Finding> {
    report.findings.iter().find(|finding| finding.text.starts_with(begins))
}

/// The last value of a curve with its interval.
fn last(chart: &ChartSpec) -> Option<(f64, (f64, f64))> {
    let marks = || chart.layers.iter().flat_map(|layer| &layer.marks);
    let value = marks().filter_map(|mark| Some((mark.x, mark.y?)));
    let ends = marks().filter_map(|mark| Some((mark.x, mark.interval?)));
    let value = value.max_by(|one, other| one.0.total_cmp(&other.0))?;
    let ends = ends.max_by(|one, other| one.0.total_cmp(&other.0))?;
    (value.0 == ends.0).then_some((value.1, ends.1))
}

/// The raw before and after, from the table of the report.
fn raw(report: &Report) -> Fallible<Option<Answer>> {
    // Too few pupils with whole windows: the report refuses and has no table.
    let Some(table) = report.tables.first() else { return Ok(None) };
    let row = table.rows.first().ok_or("the report has no row of the raw ratio")?;
    let number = |at: usize| row.get(at).and_then(serde_json::Value::as_f64);
    let ends = number(2).zip(number(3));
    Ok(number(1).zip(ends).map(|(value, ends)| Answer::new(value, ends)))
}
