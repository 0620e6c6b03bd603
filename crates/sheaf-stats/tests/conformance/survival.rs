//! Time to an event, and events so far.

use sheaf_stats::{MeanCumulativeOptions, logrank, mcf};

use super::{case, close, numbers, rows};

#[test]
fn m05_mean_cumulative_function() {
    let (Some(json), Some(csv)) =
        (case("m05_mean_cumulative_function.json"), case("m05_mean_cumulative_function.csv"))
    else {
        return;
    };
    let expected = &serde_json::from_str::<serde_json::Value>(&json).unwrap()["expected"];
    let rows = rows(&csv);
    let id: Vec<u32> = rows.iter().map(|row| row[0].parse().unwrap()).collect();
    let time: Vec<f64> = rows.iter().map(|row| row[1].parse().unwrap()).collect();
    let events: Vec<f64> = rows.iter().map(|row| row[2].parse().unwrap()).collect();
    let found = mcf(&id, &time, &events, &MeanCumulativeOptions::default()).unwrap();
    close("time", &found.time, &numbers(&expected["time"]));
    let at_risk: Vec<f64> = found.at_risk.iter().map(|n| *n as f64).collect();
    close("n_risk", &at_risk, &numbers(&expected["n_risk"]));
    close("mcf", &found.value, &numbers(&expected["mcf"]));
    close("se", &found.std_error, &numbers(&expected["se_lawless_nadeau"]));
    close("lower", &found.lower, &numbers(&expected["ci_log_lower"]));
    close("upper", &found.upper, &numbers(&expected["ci_log_upper"]));
}

#[test]
fn m04b_logrank_of_lung_by_sex() {
    let Some(csv) = case("m04b_logrank.csv") else { return };
    let rows = rows(&csv);
    let time: Vec<f64> = rows.iter().map(|row| row[0].parse().unwrap()).collect();
    let event: Vec<bool> = rows.iter().map(|row| row[1] == "2").collect();
    let group: Vec<u32> = rows.iter().map(|row| row[2].parse().unwrap()).collect();
    let found = logrank(&time, &event, &group, &Default::default()).unwrap();
    close(
        "chi_squared",
        &[found.chi_squared, found.p],
        &[10.326_741_954_886, 0.001_311_164_520_356],
    );
}
