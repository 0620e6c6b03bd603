//! A metric beside the same metric over the period before.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use sheaf_analytics::{Period, PeriodSpec};
use sheaf_charts::{ChartSpec, on_one_scale, overlaid};
use sheaf_metrics::{EstimateView, Finding, Level, OptionValue, Options, Package, Report};

use super::CancelSwitch;
use super::view::result_of;
use crate::desk::{Against, BeforeLine, Compared, MetricResult};
use crate::error::Result;
use crate::school::School;

/// The name of a group in front of a finding is no longer than this; more is a sentence.
const MOST_OF_A_GROUP: usize = 40;

/// Runs a metric and, where that is asked for, the same over the period before.
pub(crate) fn run_against(
    school: &School,
    package: &Package,
    given: &[(String, String)],
    against: Against,
    cancel: CancelSwitch,
) -> Result<MetricResult> {
    let now = school.run_metric(package, given, Arc::clone(&cancel))?;
    let ran_at = school.clock.now();
    if against == Against::Nothing {
        return Ok(result_of(now, ran_at));
    }
    let before = earlier(school, package, given).and_then(|earlier| {
        let report = school.run_metric(package, &earlier.given, Arc::clone(&cancel))?;
        Ok((earlier, report))
    });
    match before {
        Ok((earlier, before)) => Ok(side_by_side(now, before, earlier.words, ran_at)),
        // The whole run was stopped, not only its second half.
        Err(error) if cancel.load(Ordering::Relaxed) => Err(error),
        Err(error) => {
            let refused = Compared { refused: error.to_string(), ..Compared::default() };
            Ok(MetricResult { compared: Some(refused), ..result_of(now, ran_at) })
        }
    }
}

/// The options of the run over the period before, and which days are compared.
struct Earlier {
    given: Vec<(String, String)>,
    words: String,
}

fn earlier(school: &School, package: &Package, given: &[(String, String)]) -> Result<Earlier> {
    let options = Options::resolve(&package.manifest, given)?;
    let period = options.iter().find_map(|(name, value)| match value {
        OptionValue::Period(period) => Some((name, *period)),
        _ => None,
    });
    let none = || {
        let why = "this metric has no period, so there is none before it";
        crate::error::SchoolError::Refused(why.to_owned())
    };
    let (name, spec): (&str, PeriodSpec) = period.ok_or_else(none)?;
    let snapshot = school.core.columns.snapshot(&school.core)?;
    let (calendar, today) = (snapshot.calendar(), school.clock.today());
    let refused = |error: sheaf_analytics::AnalyticsError| {
        crate::error::SchoolError::Refused(error.to_string())
    };
    let this = spec.resolve(calendar, today).map_err(refused)?;
    let before = spec.before(calendar, today).map_err(refused)?;
    let days = |period: Period| {
        let count = calendar.school_days(period.from, period.to);
        let plural = if count == 1 { "" } else { "s" };
        let day = |date: jiff::civil::Date| date.strftime("%-d %b %Y").to_string();
        format!("{} to {} ({count} school day{plural})", day(period.from), day(period.to))
    };
    let mut given: Vec<(String, String)> =
        given.iter().filter(|(option, _)| option != name).cloned().collect();
    given.push((name.to_owned(), before.to_string()));
    Ok(Earlier { given, words: format!("{} compared with {}", days(this), days(before)) })
}

/// What is said of both periods: findings by their sentence, charts by their title.
fn side_by_side(
    now: Report,
    before: Report,
    words: String,
    ran_at: jiff::civil::DateTime,
) -> MetricResult {
    if says_nothing(&before) {
        let refused = format!("too little was recorded then to say anything ({words})");
        let compared = Compared { refused, ..Compared::default() };
        return MetricResult { compared: Some(compared), ..result_of(now, ran_at) };
    }
    let pairs = pairs(&now.findings, &before.findings);
    let lines: Vec<Option<BeforeLine>> = now
        .findings
        .iter()
        .zip(&pairs)
        .map(|(finding, place)| before_line(finding, before.findings.get((*place)?)?))
        .collect();
    let alone = before.findings.iter().enumerate();
    let alone = alone.filter(|(place, one)| !pairs.contains(&Some(*place)) && says(one));
    let only_before = alone.map(|(_, finding)| finding.text.clone()).collect();
    let mut result = result_of(now, ran_at);
    for (finding, line) in result.findings.iter_mut().zip(lines) {
        finding.before = line;
    }
    let mut beneath = Vec::new();
    for chart in &mut result.charts {
        let earlier = before.charts.iter().find(|earlier| earlier.title == chart.title);
        beneath.push(earlier.and_then(|earlier| lay(chart, earlier)));
    }
    result.rows_read += before.rows_read;
    result.seconds += before.seconds.unwrap_or_default();
    let refused = String::new();
    result.compared = Some(Compared { words, refused, beneath, only_before });
    result
}

/// Whether a finding has an answer.
fn says(finding: &Finding) -> bool {
    finding.level != Level::Refused
        && finding.estimate.as_ref().is_none_or(|estimate| estimate.value.is_some())
}

fn says_nothing(report: &Report) -> bool {
    !report.findings.iter().any(says)
}

/// Lays the earlier chart under the later one; where they do not fit, gives it by itself with both
/// on one scale.
fn lay(chart: &mut Arc<ChartSpec>, earlier: &ChartSpec) -> Option<Arc<ChartSpec>> {
    if let Some(both) = overlaid(chart, earlier) {
        *chart = Arc::new(both);
        return None;
    }
    let (now, before) = on_one_scale(chart, earlier)?;
    *chart = Arc::new(now);
    Some(Arc::new(before))
}

/// For each finding the place of the one that says the same of the other period. Where a sentence
/// occurs more often on one side than on the other, nobody knows which is which.
pub(super) fn pairs(now: &[Finding], before: &[Finding]) -> Vec<Option<usize>> {
    let keys = |findings: &[Finding]| -> Vec<String> { findings.iter().map(key).collect() };
    let (now, before) = (keys(now), keys(before));
    let count = |keys: &[String], key: &String| keys.iter().filter(|one| *one == key).count();
    let place = |(at, key): (usize, &String)| {
        if count(&now, key) != count(&before, key) {
            return None;
        }
        let nth = now.iter().take(at).filter(|one| *one == key).count();
        let same = before.iter().enumerate().filter(|(_, one)| *one == key);
        same.map(|(place, _)| place).nth(nth)
    };
    now.iter().enumerate().map(place).collect()
}

/// What a finding is about, whatever its numbers: its group or its first words, and its method.
fn key(finding: &Finding) -> String {
    let named = finding.text.split_once(": ").filter(|(group, _)| group.len() <= MOST_OF_A_GROUP);
    let head = match named {
        Some((group, _)) => group,
        None => finding.text.split(|letter: char| letter.is_ascii_digit()).next().unwrap_or(""),
    };
    let method = finding.estimate.as_ref().map(|one| one.method.as_str()).unwrap_or_default();
    format!("{head}|{method}")
}

fn before_line(now: &Finding, before: &Finding) -> Option<BeforeLine> {
    let (one, other) = (now.estimate.as_ref()?, before.estimate.as_ref()?);
    Some(BeforeLine { estimate: other.words.clone(), verdict: verdict(one, other) })
}

/// What two intervals tell: where they overlap, no difference is claimed.
fn verdict(now: &EstimateView, before: &EstimateView) -> String {
    let ends = |one: &EstimateView| one.lower.zip(one.upper);
    let words = match (ends(now), ends(before)) {
        (Some(now), Some(before)) if now.0 > before.1 => {
            "Higher now: the two intervals do not overlap"
        }
        (Some(now), Some(before)) if now.1 < before.0 => {
            "Lower now: the two intervals do not overlap"
        }
        (Some(_), Some(_)) => "The two intervals overlap, so a difference cannot be told",
        _ => "Without an interval on both sides a difference cannot be told",
    };
    words.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(text: &str, ends: Option<(f64, f64)>) -> Finding {
        let estimate = EstimateView {
            value: ends.map(|ends| f64::midpoint(ends.0, ends.1)),
            lower: ends.map(|ends| ends.0),
            upper: ends.map(|ends| ends.1),
            level: 0.95,
            p: None,
            p_adjusted: None,
            log_std_error: None,
            df: None,
            n: None,
            events: None,
            method: "wilson".to_owned(),
            assumptions: Vec::new(),
            warnings: Vec::new(),
            words: text.to_owned(),
        };
        Finding {
            level: Level::Info,
            text: text.to_owned(),
            estimate: Some(estimate),
            check: None,
            why: String::new(),
            caveats: Vec::new(),
        }
    }

    #[test]
    fn a_group_is_never_paired_with_another() {
        let now = [finding("Year 7: 3", None), finding("Year 9: 4", None), finding("On 5", None)];
        let before =
            [finding("On 6", None), finding("Year 9: 1", None), finding("Year 10: 2", None)];
        assert_eq!(pairs(&now, &before), [None, Some(1), Some(0)]);
        let twice = [finding("On 1", None), finding("On 2", None)];
        assert_eq!(pairs(&now, &twice), [None; 3], "nobody knows which is which");
    }

    #[test]
    fn a_difference_is_claimed_only_where_the_intervals_lie_apart() {
        let verdict =
            |now, before| before_line(&finding("a", now), &finding("a", before)).unwrap().verdict;
        assert!(verdict(Some((0.5, 0.6)), Some((0.1, 0.2))).starts_with("Higher now"));
        assert!(verdict(Some((0.1, 0.2)), Some((0.5, 0.6))).starts_with("Lower now"));
        for before in [Some((0.1, 0.5)), Some((0.55, 0.9)), Some((0.0, 1.0))] {
            assert!(verdict(Some((0.5, 0.6)), before).contains("cannot be told"), "{before:?}");
        }
        assert!(verdict(Some((0.5, 0.6)), None).starts_with("Without an interval"));
    }
}
