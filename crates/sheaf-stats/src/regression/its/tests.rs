//! Series without noise, whose parts must come back.

use super::*;

/// Forty points: 10 + t, from the 21st on 5 lower and rising by half as much again.
fn straight() -> Vec<f64> {
    (1..=40)
        .map(|t| {
            let t = f64::from(t);
            10.0 + t + if t >= 21.0 { -5.0 + 0.5 * (t - 21.0) } else { 0.0 }
        })
        .collect()
}

fn normal<'a>() -> ItsOptions<'a> {
    ItsOptions { at: 21, family: Family::Normal, ..ItsOptions::default() }
}

#[test]
fn the_parts_of_a_broken_line() {
    let found = its(&straight(), &normal()).unwrap();
    assert!((found.level.estimate + 5.0).abs() < 1e-9);
    assert!((found.slope_before.estimate - 1.0).abs() < 1e-9);
    assert!((found.slope_change.unwrap().estimate - 0.5).abs() < 1e-9);
}

#[test]
fn a_season_is_taken_out_either_way() {
    let season: Vec<u32> = (0..40).map(|at| at % 4).collect();
    let wave = |at: usize| 3.0 * (std::f64::consts::TAU * (at + 1) as f64 / 4.0).sin();
    let y: Vec<f64> = straight().iter().enumerate().map(|(at, y)| y + wave(at)).collect();
    for options in [
        ItsOptions { season: Some(&season), ..normal() },
        ItsOptions { harmonics: 1, period: 4.0, ..normal() },
    ] {
        let found = its(&y, &options).unwrap();
        assert!((found.level.estimate + 5.0).abs() < 1e-8);
    }
}

#[test]
fn counts_by_exposure_are_told_as_log_ratios() {
    let y = vec![200.0; 40];
    let exposure: Vec<f64> = (1..=40).map(|t| if t < 21 { 10.0 } else { 20.0 }).collect();
    let options = ItsOptions { family: Family::Poisson, exposure: Some(&exposure), ..normal() };
    let found = its(&y, &options).unwrap();
    assert!((found.level.estimate + 2.0_f64.ln()).abs() < 1e-9);
}

#[test]
fn short_sides_and_no_place_are_refused() {
    let refused = |options: &ItsOptions<'_>| its(&straight(), options).unwrap_err().to_string();
    assert_eq!(
        refused(&ItsOptions { at: 8, ..normal() }),
        "its: only 7 points before; 8 are needed"
    );
    assert_eq!(
        refused(&ItsOptions { at: 34, ..normal() }),
        "its: only 7 points after; 8 are needed"
    );
    assert_eq!(
        refused(&ItsOptions { at: 0, ..normal() }),
        "its: `at` is 0; the first point after the change is needed"
    );
    let none = its(&[0.0; 40], &ItsOptions { family: Family::Poisson, ..normal() });
    assert_eq!(none.unwrap_err().to_string(), "its: there are no events in this selection");
    let level = its(&[4.0; 40], &normal()).unwrap_err().to_string();
    assert_eq!(level, "its: all values are equal, so there is nothing to explain");
}
