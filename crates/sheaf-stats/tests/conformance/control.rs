//! Control charts.

use sheaf_stats::{
    ChartOptions, CusumOptions, EwmaOptions, Laney, RateChart, cusum, ewma, g_chart, p_chart,
    t_chart, u_chart,
};

use super::{close, column, expected, near, numbers};

const fn options(laney: Laney) -> ChartOptions {
    ChartOptions { laney, baseline: None }
}

#[track_caller]
fn limits(found: &RateChart, expected: &serde_json::Value, lower: &str, upper: &str) {
    close(lower, &found.lower, &numbers(&expected[lower]));
    close(upper, &found.upper, &numbers(&expected[upper]));
}

#[test]
fn m10_u_chart() {
    let Some((expected, csv)) = expected("m10_u_chart") else { return };
    let (x, size) = (column(&csv, "x"), column(&csv, "size"));
    let plain = u_chart(&x, &size, &options(Laney::Never)).unwrap();
    near("centre", plain.centre, &expected["u_bar"], 1e-12);
    limits(&plain, &expected, "lcl", "ucl");
    let laney = u_chart(&x, &size, &options(Laney::Auto)).unwrap();
    near("sigma_z", laney.sigma_z, &expected["sigma_z"], 1e-10);
    limits(&laney, &expected, "laney_lcl", "laney_ucl");
}

#[test]
fn m11_laney() {
    let Some((expected, csv)) = expected("m11_laney") else { return };
    let (x, n) = (column(&csv, "r"), column(&csv, "n"));
    let plain = p_chart(&x, &n, &options(Laney::Never)).unwrap();
    near("centre", plain.centre, &expected["p_bar"], 1e-12);
    limits(&plain, &expected, "lcl", "ucl");
    near("out", plain.z.iter().filter(|z| z.abs() > 3.0).count() as f64, &expected["n_out"], 0.0);
    let laney = p_chart(&x, &n, &options(Laney::Auto)).unwrap();
    near("sigma_z", laney.sigma_z, &expected["sigma_z"], 1e-9);
    limits(&laney, &expected, "laney_lcl", "laney_ucl");
    assert!(laney.z.iter().all(|z| z.abs() <= 3.0));
}

#[test]
fn m12_g_and_t_charts() {
    let Some((expected, csv)) = expected("m12_g_t_chart") else { return };
    let gaps = column(&csv, "gap_days");
    let (g, t) = (g_chart(&gaps).unwrap(), t_chart(&gaps).unwrap());
    for (found, expected, centre) in [(g, &expected["g"], "mean"), (t, &expected["t"], "cl")] {
        near("centre", found.centre, &expected[centre], 1e-9);
        near("lower", found.lower, &expected["lcl"], 1e-9);
        near("upper", found.upper, &expected["ucl"], 1e-9);
    }
}

#[test]
fn m14_cusum() {
    let Some((expected, csv)) = expected("m14_cusum") else { return };
    let options = CusumOptions { target: 325.0, k: 0.3175, h: 4.1959, ..Default::default() };
    let found = cusum(&column(&csv, "x"), &options).unwrap();
    close("upper", &found.upper, &numbers(&expected["c_plus"]));
    close("lower", &found.lower, &numbers(&expected["c_minus"]));
    let signals: Vec<f64> = found.signal_up.iter().map(|at| *at as f64).collect();
    close("signals", &signals, &numbers(&expected["signal_up"]));
    assert!(found.signal_down.is_empty());
}

#[test]
fn m15_ewma() {
    let Some((expected, csv)) = expected("m15_ewma") else { return };
    let options = EwmaOptions { target: 50.0, sd: 2.0539, lambda: 0.3, l: 3.0 };
    let found = ewma(&column(&csv, "x"), &options).unwrap();
    close("mean", &found.value, &numbers(&expected["ewma"]));
    close("upper", &found.upper, &numbers(&expected["ucl_exact"]));
}
