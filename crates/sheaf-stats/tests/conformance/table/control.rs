//! Control charts.

use sheaf_stats::{
    ChartOptions, CusumOptions, EwmaOptions, Laney, Pace, RateChart, Rule, cusum as sums,
    ewma as means, funnel as limits_of, g_chart, p_chart, run_rules, t_chart,
    u_chart as rate_chart, xmr,
};

use super::csv::{numbers, values};
use super::{Folder, Sheet};

const fn options(laney: Laney) -> ChartOptions {
    ChartOptions { laney, baseline: None }
}

fn limits(sheet: &mut Sheet, found: &RateChart, lower: &str, upper: &str) {
    let expected = sheet.expected.clone();
    sheet.all(lower, &found.lower, &expected[lower]);
    sheet.all(upper, &found.upper, &expected[upper]);
}

pub fn individuals(folder: &Folder, sheet: &mut Sheet) {
    let found = xmr(&numbers(&folder.text("m09_xmr.csv"), "x")).unwrap();
    let expected = sheet.expected.clone();
    sheet.one("centre", found.centre, &expected["mean"]);
    sheet.one("mean_moving_range", found.mean_moving_range, &expected["mr_bar"]);
    sheet.one("lower", found.lower.unwrap(), &expected["lcl"]);
    sheet.one("upper", found.upper.unwrap(), &expected["ucl"]);
    sheet.one("mr_upper", found.mr_upper.unwrap(), &expected["mr_ucl"]);
}

pub fn u_chart(folder: &Folder, sheet: &mut Sheet) {
    let csv = folder.text("m10_u_chart.csv");
    let (x, size) = (numbers(&csv, "x"), numbers(&csv, "size"));
    let expected = sheet.expected.clone();
    let plain = rate_chart(&x, &size, &options(Laney::Never)).unwrap();
    sheet.one("centre", plain.centre, &expected["u_bar"]);
    limits(sheet, &plain, "lcl", "ucl");
    let laney = rate_chart(&x, &size, &options(Laney::Auto)).unwrap();
    sheet.one("sigma_z", laney.sigma_z, &expected["sigma_z"]);
    limits(sheet, &laney, "laney_lcl", "laney_ucl");
}

pub fn laney(folder: &Folder, sheet: &mut Sheet) {
    let csv = folder.text("m11_laney.csv");
    let (x, n) = (numbers(&csv, "r"), numbers(&csv, "n"));
    let expected = sheet.expected.clone();
    let plain = p_chart(&x, &n, &options(Laney::Never)).unwrap();
    sheet.one("centre", plain.centre, &expected["p_bar"]);
    limits(sheet, &plain, "lcl", "ucl");
    let beyond = |chart: &RateChart| chart.z.iter().filter(|z| z.abs() > 3.0).count();
    sheet.places("points beyond", &[beyond(&plain)], &expected["n_out"]);
    let laney = p_chart(&x, &n, &options(Laney::Auto)).unwrap();
    sheet.one("sigma_z", laney.sigma_z, &expected["sigma_z"]);
    limits(sheet, &laney, "laney_lcl", "laney_ucl");
    assert_eq!(beyond(&laney), values(&expected["laney_out"]).len());
}

pub fn gaps(folder: &Folder, sheet: &mut Sheet) {
    let gaps = numbers(&folder.text("m12_g_t_chart.csv"), "gap_days");
    let (g, t) = (g_chart(&gaps).unwrap(), t_chart(&gaps).unwrap());
    let expected = sheet.expected.clone();
    for (name, found, centre) in [("g", g, "mean"), ("t", t, "cl")] {
        let expected = &expected[name];
        sheet.one(&format!("{name}-chart centre"), found.centre, &expected[centre]);
        sheet.one(&format!("{name}-chart lower"), found.lower, &expected["lcl"]);
        sheet.one(&format!("{name}-chart upper"), found.upper, &expected["ucl"]);
    }
}

/// A line that does not cross the centre tells by its limits what is too long and too few.
pub fn runs(_: &Folder, sheet: &mut Sheet) {
    let expected = sheet.expected.clone();
    let found: Vec<(usize, usize)> = values(&sheet.input["n"])
        .iter()
        .map(|n| {
            let found = run_rules(&vec![1.0; *n as usize], &[Rule::Anhoej]).unwrap();
            (found.longest_run_limit.unwrap(), found.crossings_limit.unwrap())
        })
        .collect();
    let (runs, crossings): (Vec<usize>, Vec<usize>) = found.into_iter().unzip();
    sheet.places("longest run", &runs, &expected["longest_run_upper"]);
    sheet.places("fewest crossings", &crossings, &expected["crossings_lower"]);
}

pub fn cusum(folder: &Folder, sheet: &mut Sheet) {
    let x = numbers(&folder.text("m14_cusum.csv"), "x");
    let setting = |name: &str| sheet.input[name].as_f64().unwrap();
    let (target, k, h) = (setting("target"), setting("k"), setting("h"));
    let found = sums(&x, &CusumOptions { target, k, h, ..Default::default() }).unwrap();
    let expected = sheet.expected.clone();
    sheet.all("upper", &found.upper, &expected["c_plus"]);
    sheet.all("lower", &found.lower, &expected["c_minus"]);
    sheet.places("signals up", &found.signal_up, &expected["signal_up"]);
    sheet.places("signals down", &found.signal_down, &expected["signal_down"]);
}

pub fn ewma(folder: &Folder, sheet: &mut Sheet) {
    let x = numbers(&folder.text("m15_ewma.csv"), "x");
    let setting = |name: &str| sheet.input[name].as_f64().unwrap();
    let (target, sd, lambda) = (setting("target"), setting("sigma"), setting("lambda"));
    let found = means(&x, &EwmaOptions { target, sd, lambda, l: 3.0 }).unwrap();
    let expected = sheet.expected.clone();
    sheet.all("value", &found.value, &expected["ewma"]);
    sheet.all("upper", &found.upper, &expected["ucl_exact"]);
}

const NAMES: [(&str, &str); 9] = [
    ("nelson1", "nelson1"),
    ("nelson2", "nelson2_9same"),
    ("we4", "we4_8same"),
    ("nelson3", "nelson3_6trend"),
    ("nelson4", "nelson4_14alt"),
    ("nelson5", "nelson5_2of3_2s"),
    ("nelson6", "nelson6_4of5_1s"),
    ("nelson7", "nelson7_15within1s"),
    ("nelson8", "nelson8_8beyond1s"),
];

pub fn rules(folder: &Folder, sheet: &mut Sheet) {
    let z = numbers(&folder.text("m16_run_rules.csv"), "z");
    let expected = sheet.expected.clone();
    for (name, theirs) in NAMES {
        let rule = Rule::from_name(name).unwrap();
        let found = run_rules(&z, &[rule]).unwrap();
        let points: Vec<usize> = found.points.iter().map(|sign| sign.index).collect();
        sheet.places(&format!("last points of {}", rule.name()), &points, &expected[theirs]);
    }
}

pub fn funnel(_: &Folder, sheet: &mut Sheet) {
    let expected = sheet.expected.clone();
    let counts = values(&sheet.input["E"]);
    for (level, lower, upper) in [(0.95, "lo95", "hi95"), (0.998, "lo998", "hi998")] {
        let found = limits_of(&counts, level, Pace::default()).unwrap();
        sheet.all(&format!("lower at {level}"), &found.lower, &expected[lower]);
        sheet.all(&format!("upper at {level}"), &found.upper, &expected[upper]);
    }
}
