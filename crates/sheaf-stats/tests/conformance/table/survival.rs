//! Time to an event, and events so far.

use sheaf_stats::{
    CurveInterval, KaplanMeierOptions, MeanCumulativeOptions, kaplan_meier as curve,
    logrank as test, mcf,
};

use super::csv::{codes, numbers, texts};
use super::{Folder, Sheet};

/// The maintained group alone.
fn maintained(csv: &str) -> (Vec<f64>, Vec<bool>) {
    let groups = texts(csv, "x");
    let rows = numbers(csv, "time").into_iter().zip(numbers(csv, "status")).zip(groups);
    rows.filter(|(_, group)| group == "Maintained")
        .map(|((time, one), _)| (time, one == 1.0))
        .unzip()
}

pub fn kaplan_meier(folder: &Folder, sheet: &mut Sheet) {
    let (time, event) = maintained(&folder.text("m04_kaplan_meier.csv"));
    let expected = sheet.expected.clone();
    for (interval, name) in [
        (CurveInterval::LogLog, "loglog"),
        (CurveInterval::Log, "log"),
        (CurveInterval::Plain, "plain"),
    ] {
        let options = KaplanMeierOptions { interval, ..Default::default() };
        let found = curve(&time, &event, &options).unwrap();
        if interval == CurveInterval::LogLog {
            sheet.all("time", &found.time, &expected["time"]);
            sheet.places("at risk", &found.at_risk, &expected["n_risk"]);
            sheet.places("events", &found.events, &expected["n_event"]);
            sheet.all("survival", &found.survival, &expected["surv"]);
            sheet.all("std_error", &found.std_error, &expected["greenwood_se"]);
            sheet.one("median", found.median.unwrap(), &expected["median"]);
        }
        let title = interval.name();
        sheet.all(&format!("lower {title}"), &found.lower, &expected[format!("{name}_lower")]);
        sheet.all(&format!("upper {title}"), &found.upper, &expected[format!("{name}_upper")]);
        let ends = &expected[format!("median_ci_{name}")];
        if interval != CurveInterval::Plain {
            let lower = found.median_lower.unwrap();
            sheet.one(&format!("median lower {title}"), lower, &ends[0]);
            assert!(found.median_upper.is_none() && ends[1].is_null());
        }
    }
}

pub fn logrank(folder: &Folder, sheet: &mut Sheet) {
    let expected = sheet.expected.clone();
    for (name, file, group, event) in
        [("aml", "m04_kaplan_meier", "x", 1.0), ("lung_by_sex", "m04b_logrank", "sex", 2.0)]
    {
        let csv = folder.text(&format!("{file}.csv"));
        let events: Vec<bool> = numbers(&csv, "status").iter().map(|one| *one == event).collect();
        let time = numbers(&csv, "time");
        let found = test(&time, &events, &codes(&csv, group), &Default::default()).unwrap();
        let expected = &expected[name];
        sheet.one(&format!("chi_squared {name}"), found.chi_squared, &expected["chisq"]);
        sheet.one(&format!("p {name}"), found.p, &expected["p"]);
        let seen: Vec<f64> = found.groups.iter().map(|group| group.observed).collect();
        let due: Vec<f64> = found.groups.iter().map(|group| group.expected).collect();
        sheet.all(&format!("observed {name}"), &seen, &expected["observed"]);
        sheet.all(&format!("expected {name}"), &due, &expected["expected"]);
    }
}

pub fn mean_cumulative(folder: &Folder, sheet: &mut Sheet) {
    let csv = folder.text("m05_mean_cumulative_function.csv");
    let (id, time) = (codes(&csv, "ID"), numbers(&csv, "Days"));
    let events = numbers(&csv, "No.");
    let found = mcf(&id, &time, &events, &MeanCumulativeOptions::default()).unwrap();
    let expected = sheet.expected.clone();
    sheet.all("time", &found.time, &expected["time"]);
    sheet.places("at risk", &found.at_risk, &expected["n_risk"]);
    sheet.all("value", &found.value, &expected["mcf"]);
    sheet.all("std_error", &found.std_error, &expected["se_lawless_nadeau"]);
    sheet.all("lower", &found.lower, &expected["ci_log_lower"]);
    sheet.all("upper", &found.upper, &expected["ci_log_upper"]);
}
