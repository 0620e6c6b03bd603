//! The page: how often intervals hold the truth, and how often nothing is called something.

use std::fmt::Write as _;

use super::runner::{
    CLUSTERED, EFFECTS, EXPECTED, FOLLOWED, MATCHED, POOLED, RATE, RAW, RETURNS, SAME_DAYS, SO_FAR,
    TOP, TREND, WAITING, YEARS,
};
use super::tally::{Line, Share, Tally, Truth};

/// The rate at which the intervals say that they hold the truth.
const STATED: f64 = 0.95;

/// A rate further than this from what is stated, in simulation errors, is no chance: one in a
/// hundred lies beyond by chance alone.
const FAR: f64 = 2.58;

/// The page in Markdown.
pub fn page(tally: &Tally, pupils: u32) -> String {
    let schools = tally.steady.watch.of;
    let mut out = format!(
        "# What the statistics promise and keep\n\n\
         Written by `scripts/coverage`: {schools} invented schools of {pupils} pupils, of each of \
         which the truth is known.\n\
         The bundled metrics run over them as they run in a school; nothing here is worked out for \
         this page alone but the naive before and after.\n\
         The simulation error is that of 95 %: two of three rates lie within half of it of their \
         true value, and 19 of 20 within all of it.\n\
         The verdict calls a rate off where it lies more than {FAR} standard errors away.\n\n"
    );
    intervals(&mut out, tally);
    alarms(&mut out, tally);
    naive(&mut out, tally);
    out
}

fn intervals(out: &mut String, tally: &Tally) {
    out.push_str(
        "## Intervals\n\n| statistic | truth | schools | middle answer | stated | observed | \
         simulation error | verdict |\n|---|---|---|---|---|---|---|---|\n",
    );
    let known = |name: &str, truths: &[f64]| -> Vec<&Line> {
        truths.iter().filter_map(|truth| tally.line(name, *truth)).collect()
    };
    let pooled = |name: &str| -> Vec<&Line> {
        let is_it = |line: &&Line| line.name == name && matches!(line.truth, Truth::Pooled { .. });
        tally.lines.iter().filter(is_it).collect()
    };
    let rows = [EXPECTED, WAITING, MATCHED].map(|name| known(name, &EFFECTS));
    let rows =
        rows.into_iter().chain([pooled(RATE), known(SAME_DAYS, &YEARS), known(TREND, &[1.0])]);
    let rows = rows.chain([RETURNS, FOLLOWED, SO_FAR, TOP].map(pooled));
    for line in rows.flatten() {
        let share = Share { said: line.covered(), of: line.answered() };
        let (observed, error) = (percent(share), 196.0 * error(STATED, share.of));
        let _ = writeln!(
            out,
            "| {} | {:.3} | {} | {:.3} | 95 % | {observed:.1} % | ± {error:.1} % | {} |",
            line.name,
            line.truth.value(),
            line.answered(),
            line.median(),
            verdict(share, STATED),
        );
    }
    out.push_str(
        "\nThe truth is what the invented school says of itself for what help does, the factor by \
         which a year was made to differ for the two years, and otherwise the figure of all \
         schools together.\n\
         What is expected from history is learned from pupils who had help too, told as they would \
         have been without it; the interval allows for what of an error comes back by that.\n\
         The trend allows for weeks of one half-term that go together, and for pupils whose whole \
         year was another.\n\
         The three intervals of a comparison allow for groups in which a few pupils account for \
         most of what happens, and are wider than they need be where many do.\n\n",
    );
}

/// What is stated of a steady year, and what was seen.
fn alarms(out: &mut String, tally: &Tally) {
    let steady = &tally.steady;
    let stated = |sum: f64| sum / 100.0 / steady.watch.of.max(1) as f64;
    let (any, more) = (stated(steady.stated.0), stated(steady.stated.1));
    out.push_str(
        "## False alarms where nothing changes\n\n| what is said | of | stated | observed | \
         simulation error | verdict |\n|---|---|---|---|---|---|\n",
    );
    let rows = [
        ("a watch or more (one of three rules and more)", steady.watch, Some(any)),
        ("a signal (two rules together)", steady.signal, Some(more)),
        ("a lasting change of level", steady.level, None),
        ("halves of the pupils return differently (log-rank, p < 0.05)", steady.halves, Some(0.05)),
    ];
    for (what, share, stated) in rows {
        let (said, verdict) = match stated {
            Some(stated) => (format!("{:.1} %", 100.0 * stated), alarm_verdict(share, stated)),
            None => ("–".to_owned(), "–"),
        };
        let error = 196.0 * error(stated.unwrap_or_else(|| percent(share) / 100.0), share.of);
        let _ = writeln!(
            out,
            "| {what} | {} | {said} | {:.1} % | ± {error:.1} % | {verdict} |",
            share.of,
            percent(share),
        );
    }
    out.push_str(
        "\nThe first two are stated by each report for its own weeks, and averaged here; for the \
         same rules the design states 22 to 25 % and 4 to 5 %.\n\
         The weeks of these years differ by a fifth, as a usual year's do, and incidents fall in \
         them by chance.\n\n",
    );
}

/// How often help that does nothing is said to do something.
fn naive(out: &mut String, tally: &Tally) {
    out.push_str(
        "## Help that does nothing, told in six ways\n\n| told by | schools | middle answer | \
         called a difference | in truth 0.7: middle answer | called |\n|---|---|---|---|---|---|\n",
    );
    for name in [POOLED, CLUSTERED, RAW, EXPECTED, WAITING, MATCHED] {
        let [Some(none), Some(some)] = EFFECTS.map(|effect| tally.line(name, effect)) else {
            continue;
        };
        let called = |line: &Line| percent(Share { said: line.called(), of: line.answered() });
        let _ = writeln!(
            out,
            "| {name} | {} | {:.2} | {:.1} % | {:.2} | {:.1} % |",
            none.answered(),
            none.median(),
            called(none),
            some.median(),
            called(some),
        );
    }
    out.push_str(
        "\nPupils are chosen at their worst, so their next weeks are better by themselves. Whoever \
         compares the weeks before help with those after sees a fall that help had no part in; \
         what a report puts first does not.\n",
    );
}

fn percent(share: Share) -> f64 {
    100.0 * share.said as f64 / share.of.max(1) as f64
}

/// The standard error of a rate over so many schools.
fn error(rate: f64, schools: usize) -> f64 {
    (rate * (1.0 - rate) / schools.max(1) as f64).sqrt()
}

fn distance(share: Share, stated: f64) -> f64 {
    (percent(share) / 100.0 - stated) / error(stated, share.of)
}

fn verdict(share: Share, stated: f64) -> &'static str {
    match distance(share, stated) {
        far if far < -FAR => "too narrow",
        far if far > FAR => "wider than needed",
        _ => "as stated",
    }
}

fn alarm_verdict(share: Share, stated: f64) -> &'static str {
    match distance(share, stated) {
        far if far > FAR => "more than stated",
        far if far < -FAR => "fewer than stated",
        _ => "as stated",
    }
}
