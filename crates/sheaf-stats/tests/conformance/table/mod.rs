//! Published cases beside what this crate gives: one table for the tests and for the page.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde_json::Value;

mod compare;
mod control;
mod csv;
mod regression;
mod sheet;
mod single_case;
mod survival;
mod trend;

use sheet::{Figure, Sheet};

/// A published case and how it is worked out here.
struct Case {
    id: &'static str,
    /// Whether its figures may be printed and committed; others are read where they are present.
    open: bool,
    check: fn(&Folder, &mut Sheet),
}

const fn open(id: &'static str, check: fn(&Folder, &mut Sheet)) -> Case {
    Case { id, open: true, check }
}

const fn kept_out(id: &'static str, check: fn(&Folder, &mut Sheet)) -> Case {
    Case { id, open: false, check }
}

/// Every case that asks something of a statistic; the others ask about calendars and registers.
const CASES: [Case; 37] = [
    open("m01_poisson_rate_ci", compare::rates),
    open("m02_rate_ratio_exact", compare::rate_ratios),
    open("m03_wilson_ci", compare::shares),
    open("m04_kaplan_meier", survival::kaplan_meier),
    open("m04b_logrank", survival::logrank),
    kept_out("m05_mean_cumulative_function", survival::mean_cumulative),
    open("m06_recurrent_regression", regression::recurrent),
    kept_out("m07_mann_kendall_sen", trend::mann_kendall),
    open("m07b_seasonal_mann_kendall", trend::seasonal),
    kept_out("m08_pettitt", trend::pettitt),
    open("m08b_breakpoints", trend::breakpoints),
    kept_out("m08c_pelt", trend::pelt),
    open("m09_xmr", control::individuals),
    kept_out("m10_u_chart", control::u_chart),
    kept_out("m11_laney", control::laney),
    open("m12_g_t_chart", control::gaps),
    open("m13_runs_rules_anhoej", control::runs),
    open("m14_cusum", control::cusum),
    open("m15_ewma", control::ewma),
    open("m16_run_rules", control::rules),
    open("m17_count_regression", regression::counts),
    kept_out("m18_its_poisson", regression::interrupted),
    open("m18b_newey_west", regression::newey_west),
    open("m19_multiple_comparisons", compare::families),
    open("m20_difference_in_differences", regression::differences),
    open("m21_heatmap_expected", compare::two_way),
    kept_out("m22_empirical_bayes_rates", compare::shrunk_rates),
    open("m23_concentration", compare::concentration),
    open("m24_risk_ratio", compare::risks),
    open("m25_single_case_nonoverlap", single_case::overlap),
    kept_out("m26_bc_smd", single_case::between),
    open("m27_reliable_change", single_case::reliable_change),
    open("m29_rates_and_groups", compare::months_and_groups),
    open("m32_regression_to_mean_eb", compare::next_counts),
    open("m33_clustered_rate_ratio_did", compare::clustered),
    open("m34_funnel_limits", control::funnel),
    open("m35_weekday_exposure_and_clustered_change", compare::weekdays),
];

/// The folder of the published cases.
pub struct Folder(PathBuf);

impl Folder {
    /// The folder that `SHEAF_CONFORMANCE` names, or `shared/conformance` beside the repository;
    /// none where it is not present.
    pub fn find() -> Option<Self> {
        let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/conformance");
        let named = std::env::var_os("SHEAF_CONFORMANCE").map(PathBuf::from);
        // The repository itself may be a copy that lies elsewhere beside the same folder.
        let further = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/conformance");
        let folders = [named.clone().unwrap_or(beside), named.unwrap_or(further)];
        folders.into_iter().find(|folder| folder.join("index.json").is_file()).map(Self)
    }

    fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    fn json(&self, name: &str) -> Value {
        serde_json::from_str(&self.text(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }
}

/// The figures of every case.
pub struct Table(Vec<(Sheet, bool)>);

impl Table {
    /// Works every case out.
    pub fn of(folder: &Folder) -> Self {
        let sheet = |case: &Case| {
            let mut sheet = Sheet::of(case.id, &folder.json(&format!("{}.json", case.id)));
            (case.check)(folder, &mut sheet);
            (sheet, case.open)
        };
        Self(CASES.iter().map(sheet).collect())
    }

    /// How many cases there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Every figure that is not what it should be, and every case without figures.
    pub fn failures(&self) -> Vec<String> {
        let of = |(sheet, _): &(Sheet, bool)| -> Vec<String> {
            let wrong = sheet.figures.iter().filter(|figure| !figure.is_met());
            let mut lines: Vec<String> =
                wrong.map(|one| format!("{}: {one:?}", sheet.id)).collect();
            if sheet.figures.is_empty() {
                lines.push(format!("{}: nothing was compared", sheet.id));
            }
            lines
        };
        self.0.iter().flat_map(of).collect()
    }

    /// The page in Markdown.
    pub fn page(&self) -> String {
        let figures: usize =
            self.0.iter().flat_map(|(sheet, _)| &sheet.figures).map(|f| f.of).sum();
        let mut out = format!(
            "# The statistics beside published results\n\n\
             Written by `scripts/conformance` from the same cases and the same code that the tests \
             of `sheaf-stats` run: {} cases, {figures} figures.\n\
             Of several values of a kind the one furthest from what it should be is shown.\n\
             A tolerance holds for the difference, and in proportion where the figure is larger \
             than 1.\n\
             Figures of cases whose licence keeps them out of this repository are compared and not \
             printed.\n\
             Three further cases ask about calendars and registers, and are held by tests of the \
             layers above: `m28_school_calendar` by `sheaf-records` (`school_calendar::tests`), \
             `m30_repeat_referrals` by `sheaf-analytics` (`gaps::tests`), `m31_attendance` by \
             `sheaf-analytics` (`data::dataset::tests::attendance`).\n\n\
             | method | case | figure | expected | got | tolerance | source |\n\
             |---|---|---|---|---|---|---|\n",
            self.len()
        );
        for (sheet, open) in &self.0 {
            for figure in &sheet.figures {
                line(&mut out, sheet, figure, *open);
            }
        }
        out
    }
}

fn line(out: &mut String, sheet: &Sheet, figure: &Figure, open: bool) {
    let (expected, found) = match (open, figure.is_met()) {
        (true, _) => (digits(figure.expected), digits(figure.found)),
        (false, true) => ("kept out".to_owned(), "agrees".to_owned()),
        (false, false) => ("kept out".to_owned(), "differs".to_owned()),
    };
    let what = match figure.of {
        1 => figure.what.clone(),
        several => format!("{}, {several} values", figure.what),
    };
    let _ = writeln!(
        out,
        "| {} | {} | {what} | {expected} | {found} | {:e} | {} |",
        sheet.method, sheet.id, figure.tolerance, sheet.source
    );
}

/// Seven digits, so that the page is the same wherever it is written.
fn digits(value: f64) -> String {
    let size = value.abs();
    // What is nothing but rounding is nothing.
    if size < 1e-10 {
        return "0".to_owned();
    }
    let text = match size {
        0.001..1e7 => {
            let whole = size.log10().floor() as i32 + 1;
            format!("{value:.*}", usize::try_from((7 - whole).max(0)).unwrap_or_default())
        }
        _ => return format!("{value:.6e}"),
    };
    if !text.contains('.') {
        return text;
    }
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
