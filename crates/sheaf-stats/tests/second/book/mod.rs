//! The inventory of the statistics: what each rests on, who else gives its figures, and what it
//! answers at the edges. One table for the tests and for the page.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value;

mod compare;
mod control;
mod given;
mod rates;
mod regression;
mod row;
mod single_case;
mod survival;
mod trend;

use given::{Found, Given};
pub use row::Row;

/// How a statistic works a case out.
type Work = fn(&Given<'_>) -> Found;

/// The figures of one family with the code that works them out.
type Family = (&'static str, &'static [(&'static str, Work)]);

const FAMILIES: [Family; 7] = [
    (include_str!("../rates.json"), rates::WORK),
    (include_str!("../compare.json"), compare::WORK),
    (include_str!("../survival.json"), survival::WORK),
    (include_str!("../trend.json"), trend::WORK),
    (include_str!("../control.json"), control::WORK),
    (include_str!("../regression.json"), regression::WORK),
    (include_str!("../single_case.json"), single_case::WORK),
];

/// One case worked out.
struct Case {
    statistic: String,
    source: String,
    tolerance: f64,
    figures: usize,
    /// The largest difference in units of the tolerance, and where.
    furthest: (f64, String),
}

/// All cases.
pub struct Book(Vec<Case>);

impl Book {
    /// The rows of all families.
    pub fn rows() -> impl Iterator<Item = &'static Row> {
        let families = [
            rates::ROWS,
            compare::ROWS,
            survival::ROWS,
            trend::ROWS,
            control::ROWS,
            regression::ROWS,
            single_case::ROWS,
        ];
        families.into_iter().flatten()
    }

    /// Works every case out.
    pub fn read() -> Self {
        let family = |(text, work): &Family| -> Vec<Case> {
            let cases: Vec<Value> = serde_json::from_str(text).unwrap();
            cases.iter().map(|case| worked_out(case, work)).collect()
        };
        Self(FAMILIES.iter().flat_map(family).collect())
    }

    /// Every case that is further away than it may be, and every statistic without one.
    pub fn failures(&self) -> Vec<String> {
        let far = self.0.iter().filter(|case| case.furthest.0 > 1.0 || case.figures == 0);
        let far =
            far.map(|case| format!("{}: {}: {}", case.statistic, case.source, case.furthest.1));
        let without = Self::rows().filter(|row| self.of(row.name).next().is_none());
        let without = without.map(|row| format!("{}: no figures of another source", row.name));
        far.chain(without).collect()
    }

    /// The figures and the tolerance of each source of a statistic.
    fn sources<'a>(&'a self, name: &'a str) -> BTreeMap<&'a str, (usize, f64)> {
        let mut sources = BTreeMap::new();
        for case in self.of(name) {
            let (figures, tolerance) = sources.entry(case.source.as_str()).or_insert((0, 0.0));
            *figures += case.figures;
            *tolerance = case.tolerance.max(*tolerance);
        }
        sources
    }

    fn of<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Case> {
        self.0.iter().filter(move |case| case.statistic == name)
    }

    /// The page in Markdown.
    pub fn page(&self) -> String {
        let figures: usize = self.0.iter().map(|case| case.figures).sum();
        let (rows, cases) = (Self::rows().count(), self.0.len());
        let mut out = format!(
            "# The inventory of the statistics\n\n\
             Written by `scripts/statistics` from the same rows and the same code that the tests \
             of `sheaf-stats` run: {rows} statistics, {cases} cases of other programs and of \
             textbooks, {figures} figures.\n\
             A public statistic without a row, or a row whose answer has changed, fails a test.\n\n\
             ## What each rests on\n\n\
             The formula, its assumptions and its refusals stand above each function.\n\
             A case of [published data](conformance.md) is named by its number.\n\n\
             | statistic | source of the formula | least data | published case |\n\
             |---|---|---|---|\n"
        );
        for row in Self::rows() {
            let name = row.name;
            let _ = writeln!(out, "| `{name}` | {} | {} | {} |", row.source, row.least, row.case);
        }
        out.push_str(
            "\n## Who else gives its figures\n\n\
             These are apart from the published cases: other data, or another program.\n\
             A tolerance holds for the difference, and in proportion where the figure is larger \
             than 1.\n\n\
             | statistic | other source | figures | tolerance |\n|---|---|---|---|\n",
        );
        for row in Self::rows() {
            for (source, (figures, tolerance)) in self.sources(row.name) {
                let source = source.replace('|', "\\|");
                let _ = writeln!(out, "| `{}` | {source} | {figures} | {tolerance:e} |", row.name);
            }
        }
        out.push_str(&edges());
        out
    }
}

fn edges() -> String {
    let mut out = "\n## What each answers at the edges\n\n\
                   Each answer is what comes out today; a dash says that the case cannot arise.\n\n\
                   | statistic | no events | no exposure | one group or pupil | all censored, or \
                   all alike | ties, or what else may go wrong |\n|---|---|---|---|---|---|\n"
        .to_owned();
    for row in Book::rows() {
        let cells: Vec<String> = row.answers().map(|answer| answer.replace('|', "\\|")).collect();
        let _ = writeln!(out, "| `{}` | {} |", row.name, cells.join(" | "));
    }
    out
}

fn worked_out(case: &Value, work: &[(&str, Work)]) -> Case {
    let text = |name: &str| case[name].as_str().unwrap().to_owned();
    let (statistic, tolerance) = (text("statistic"), case["tolerance"].as_f64().unwrap());
    let (_, work) = work
        .iter()
        .find(|(name, _)| *name == statistic)
        .unwrap_or_else(|| panic!("nothing works `{statistic}` out"));
    let found = work(&Given(&case["input"]));
    let (mut figures, mut furthest) = (0, (0.0, "nothing was compared".to_owned()));
    for (name, expected) in case["expected"].as_object().unwrap() {
        let expected = match expected {
            Value::Array(list) => list.iter().map(|one| one.as_f64().unwrap()).collect(),
            one => vec![one.as_f64().unwrap()],
        };
        let Some((_, found)) = found.iter().find(|(one, _)| one == name) else {
            panic!("{statistic}: `{name}` is not worked out");
        };
        let lengths = format!("{name}: {} values, {} expected", found.len(), expected.len());
        assert_eq!(found.len(), expected.len(), "{statistic}: {lengths}");
        for (one, other) in found.iter().zip(&expected) {
            let far = (one - other).abs() / (tolerance * other.abs().max(1.0));
            // What is no number at all is as far away as can be.
            let far = if far.is_nan() { f64::INFINITY } else { far };
            if far >= furthest.0 {
                furthest = (far, format!("{name} is {one}, {other} is expected"));
            }
            figures += 1;
        }
    }
    Case { statistic, source: text("source"), tolerance, figures, furthest }
}
