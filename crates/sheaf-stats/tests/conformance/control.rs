//! Control charts.

use sheaf_stats::{ChartOptions, Laney, RateChart, p_chart, u_chart};

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
