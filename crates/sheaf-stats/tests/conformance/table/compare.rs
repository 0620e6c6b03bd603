//! Rates and shares, alone and compared.

use serde_json::Value;
use sheaf_stats::{
    Adjustment, BeforeAfter, DidInterval, Estimate, Events, Pace, Part, Prior, RatioMethod,
    RiskMethod, adjust, clustered_rate_ratio, concentration as share_out, did_rate_ratio,
    empirical_bayes, expected_table, hotspots, rate, rate_ratio, risk_ratio, shrunk_by, wilson,
};

use super::csv::{numbers, texts, values};
use super::{Folder, Sheet};

fn ends(sheet: &mut Sheet, title: &str, found: &Estimate, expected: [&Value; 2]) {
    sheet.one(&format!("{title} lower"), found.lower.unwrap(), expected[0]);
    sheet.one(&format!("{title} upper"), found.upper.unwrap(), expected[1]);
}

fn list(value: &Value) -> Vec<Value> {
    value.as_array().unwrap().clone()
}

pub fn rates(_: &Folder, sheet: &mut Sheet) {
    let cases = list(&sheet.input["cases"]).into_iter().zip(list(&sheet.expected));
    for (case, expected) in cases {
        let (events, exposure) = (&case["events"], case["exposure"].as_f64().unwrap());
        let level = case["conf"].as_f64().unwrap();
        let found = rate(events.as_u64().unwrap(), exposure, level).unwrap();
        let title = format!("{events} events:");
        sheet.one(&format!("{title} rate"), found.value, &expected["rate"]);
        ends(sheet, &title, &found, [&expected["lower"], &expected["upper"]]);
    }
}

pub fn rate_ratios(_: &Folder, sheet: &mut Sheet) {
    let cases = list(&sheet.input["cases"]).into_iter().zip(list(&sheet.expected));
    for (case, expected) in cases {
        let side = |x: &str, t: &str| Events {
            count: case[x].as_u64().unwrap(),
            exposure: case[t].as_f64().unwrap(),
        };
        let (one, other) = (side("x1", "t1"), side("x0", "t0"));
        for (method, name, p) in [
            (RatioMethod::Exact, "exact", "p_central"),
            (RatioMethod::MidP, "midp", "p_midp_central"),
        ] {
            let found = rate_ratio(one, other, method, 0.95).unwrap();
            let title = format!("{} against {}, {}:", one.count, other.count, method.name());
            let [lower, upper] = ["lower", "upper"].map(|end| format!("{name}_{end}"));
            sheet.one(&format!("{title} ratio"), found.value, &expected["rate_ratio"]);
            ends(sheet, &title, &found, [&expected[&lower], &expected[&upper]]);
            sheet.one(&format!("{title} p"), found.p.unwrap(), &expected[p]);
        }
    }
}

pub fn shares(_: &Folder, sheet: &mut Sheet) {
    for expected in list(&sheet.expected) {
        let (x, n) = (expected["x"].as_u64().unwrap(), expected["n"].as_u64().unwrap());
        let found = wilson(x, n, 0.95).unwrap();
        let title = format!("{x} of {n}:");
        ends(sheet, &title, &found, [&expected["wilson_lower"], &expected["wilson_upper"]]);
    }
}

pub fn families(_: &Folder, sheet: &mut Sheet) {
    let (p, expected) = (values(&sheet.input["p"]), sheet.expected.clone());
    for (adjustment, name) in [(Adjustment::BenjaminiHochberg, "BH"), (Adjustment::Holm, "holm")] {
        sheet.all(adjustment.name(), &adjust(&p, adjustment).unwrap(), &expected[name]);
    }
    let found = adjust(&p, Adjustment::BenjaminiHochberg).unwrap();
    let stands = (1..).zip(&found).filter(|(_, p)| **p <= 0.05);
    let stands: Vec<usize> = stands.map(|(place, _)| place).collect();
    sheet.places("what stands at 0.05", &stands, &expected["rejected_BH_at_0.05"]);
}

pub fn weekdays(_: &Folder, sheet: &mut Sheet) {
    let expected = sheet.expected.clone();
    let column = |name: &str| values(&expected[name]);
    let found = hotspots(&column("weekday_observed"), &column("weekday_pupil_days")).unwrap();
    sheet.all("expected", &found.expected, &expected["weekday_expected"]);
    sheet.all("ratio", &found.ratio, &expected["ratio"]);
    sheet.all("p", &found.p, &expected["p_midp"]);
    let adjusted = adjust(&found.p, Adjustment::BenjaminiHochberg).unwrap();
    sheet.all("p adjusted", &adjusted, &expected["p_bh"]);
}

pub fn two_way(folder: &Folder, sheet: &mut Sheet) {
    let csv = folder.text("m21_heatmap_expected.csv");
    let (genders, counts) = (texts(&csv, "gender"), numbers(&csv, "Freq"));
    let row = |gender: &str| -> Vec<f64> {
        let own = genders.iter().zip(&counts).filter(|(one, _)| *one == gender);
        own.map(|(_, count)| *count).collect()
    };
    let found = expected_table(&[row("F"), row("M")]).unwrap();
    let expected = sheet.expected.clone();
    sheet.one("chi_squared", found.chi_squared, &expected["chisq"]);
    sheet.one("df", found.df as f64, &expected["df"]);
    // So small a p is held to its own size.
    let p = expected["p"].as_f64().unwrap();
    sheet.one("p, of the one expected", found.p / p, &Value::from(1.0));
    for (what, found, name) in [
        ("expected", &found.expected, "expected"),
        ("residuals", &found.residuals, "pearson"),
        ("adjusted_residuals", &found.adjusted_residuals, "adjusted"),
    ] {
        for (row, (found, gender)) in found.iter().zip(["F", "M"]).enumerate() {
            sheet.all(&format!("{what} {gender}"), found, &expected[name][row]);
        }
    }
}

pub fn shrunk_rates(folder: &Folder, sheet: &mut Sheet) {
    let csv = folder.text("m22_empirical_bayes_rates.csv");
    let (n, births) = (numbers(&csv, "SID74"), numbers(&csv, "BIR74"));
    let found = empirical_bayes(&n, &births, Prior::Marshall, 0.95, Pace::default()).unwrap();
    let expected = sheet.expected.clone();
    // Rates of two in a thousand are held to their own size.
    let one = Value::from(1.0);
    let of = |found: f64, name: &str| found / expected[name].as_f64().unwrap();
    sheet.one("mean, of the one expected", of(found.mean, "b"), &one);
    let variance = found.mean * found.mean / found.shape;
    sheet.one("variance, of the one expected", of(variance, "a"), &one);
    let theirs = values(&expected["est"]);
    let parts: Vec<f64> =
        found.shrunk.iter().zip(&theirs).map(|(one, other)| one / other).collect();
    let ones = vec![1.0; theirs.len()];
    sheet.all("shrunk, of the ones expected", &parts, &Value::from(ones));
}

pub fn concentration(_: &Folder, sheet: &mut Sheet) {
    let found = share_out(&values(&sheet.input["x"])).unwrap();
    let expected = sheet.expected.clone();
    sheet.one("gini", found.gini, &expected["gini"]);
    let (pupils, events): (Vec<f64>, Vec<f64>) =
        found.lorenz.iter().map(|point| (point.pupils, point.events)).unzip();
    sheet.all("lorenz pupils", &pupils, &expected["lorenz_p"]);
    sheet.all("lorenz events", &events, &expected["lorenz_L"]);
    for (share, name) in [(0.1, "top1_share"), (0.3, "top3_share")] {
        let found = found.top_share(share).unwrap().value;
        sheet.one(&format!("top_share({share})"), found, &expected[name]);
    }
}

pub fn risks(_: &Folder, sheet: &mut Sheet) {
    let count = |name: &str| sheet.input[name].as_u64().unwrap();
    let one = Part { with: count("a"), of: count("n1") };
    let other = Part { with: count("c"), of: count("n0") };
    let expected = sheet.expected.clone();
    let katz = risk_ratio(one, other, RiskMethod::Katz, 0.95).unwrap();
    sheet.one("ratio", katz.ratio.value, &expected["risk_ratio"]);
    sheet.one("difference", katz.difference, &expected["risk_difference"]);
    ends(sheet, "katz", &katz.ratio, [&expected["katz_lower"], &expected["katz_upper"]]);
    let koopman = risk_ratio(one, other, RiskMethod::Koopman, 0.95).unwrap();
    ends(sheet, "koopman", &koopman.ratio, [&expected["koopman"][0], &expected["koopman"][1]]);
}

/// Rates a month by exposure that was counted day by day, and two groups' shares.
pub fn months_and_groups(_: &Folder, sheet: &mut Sheet) {
    let expected = sheet.expected.clone();
    for month in list(&expected["monthly"]) {
        let days = month["pupil_days"].as_f64().unwrap() / 100.0;
        let found = rate(month["incidents"].as_u64().unwrap(), days, 0.95).unwrap();
        let title = month["month"].as_str().unwrap().to_owned();
        sheet.one(&title, found.value, &month["per_100_pupils_per_school_day"]);
        ends(sheet, &title, &found, [&month["ci_lower"], &month["ci_upper"]]);
    }
    let part = |name: &str| Part {
        with: expected["groups"][name]["pupils_with_incident"].as_u64().unwrap(),
        of: expected["groups"][name]["pupils"].as_u64().unwrap(),
    };
    let found = risk_ratio(part("FSM"), part("nonFSM"), RiskMethod::Katz, 0.95).unwrap();
    sheet.one("risk ratio", found.ratio.value, &expected["risk_ratio_FSM"]);
}

pub fn next_counts(folder: &Folder, sheet: &mut Sheet) {
    let days = numbers(&folder.text("m17_count_regression.csv"), "Days");
    let ones = vec![1.0; days.len()];
    let found =
        empirical_bayes(&days, &ones, Prior::NegativeBinomial, 0.95, Pace::default()).unwrap();
    let expected = sheet.expected.clone();
    sheet.one("mean", found.mean, &expected["mu"]);
    sheet.one("shape", found.shape, &expected["theta"]);
    let y = values(&expected["y"]);
    let next = shrunk_by(found.mean, found.shape, &y, &vec![1.0; y.len()], 0.95).unwrap();
    sheet.all("shrunk", &next.shrunk, &expected["eb_posterior_mean"]);
    sheet.all("lower", &next.lower, &expected["eb_lower"]);
    sheet.all("upper", &next.upper, &expected["eb_upper"]);
    sheet.one("weight of the mean", 1.0 - next.weight[0], &expected["weight_on_prior"]);
}

/// The columns of one arm; in a variant one patient is left out.
fn arm(csv: &str, arm: &str, without: Option<f64>) -> [Vec<f64>; 4] {
    let of = texts(csv, "trt").into_iter().zip(numbers(csv, "id"));
    let keep: Vec<bool> = of.map(|(trt, id)| trt == arm && Some(id) != without).collect();
    ["n0", "e0", "n1", "e1"].map(|name| {
        let kept = numbers(csv, name).into_iter().zip(&keep).filter(|(_, keep)| **keep);
        kept.map(|(value, _)| value).collect()
    })
}

fn pairs(columns: &[Vec<f64>; 4]) -> BeforeAfter<'_> {
    let [n0, e0, n1, e1] = columns;
    BeforeAfter { n0, e0, n1, e1 }
}

pub fn clustered(folder: &Folder, sheet: &mut Sheet) {
    let csv = folder.text("m33_clustered_rate_ratio_did.csv");
    for (variant, without) in [("all", None), ("without_49", Some(49.0))] {
        let expected = sheet.expected[variant].clone();
        let (treated, control) = (arm(&csv, "progabide", without), arm(&csv, "placebo", without));
        for (name, columns) in [("treated", &treated), ("control", &control)] {
            let (expected, title) = (&expected[name], format!("{variant}, {name}:"));
            let found = clustered_rate_ratio(&pairs(columns), 0.95).unwrap();
            sheet.one(&format!("{title} value"), found.value, &expected["rate_ratio"]);
            ends(sheet, &title, &found, [&expected["t_lower"], &expected["t_upper"]]);
            sheet.one(&format!("{title} p"), found.p.unwrap(), &expected["p_t"]);
            let error = found.log_std_error.unwrap();
            sheet.one(&format!("{title} log_std_error"), error, &expected["small_sample_se"]);
            sheet.one(&format!("{title} pupils"), found.n as f64, &expected["n_pupils"]);
        }
        let (treated, control) = (pairs(&treated), pairs(&control));
        let found = did_rate_ratio(&treated, &control, DidInterval::Normal, 0.95).unwrap();
        let title = format!("{variant}, compared:");
        sheet.one(&format!("{title} value"), found.value, &expected["ratio_of_ratios"]);
        ends(sheet, &title, &found, [&expected["lower"], &expected["upper"]]);
        let error = found.log_std_error.unwrap();
        sheet.one(&format!("{title} log_std_error"), error, &expected["did_robust_se"]);
    }
}
