//! Tests of the arithmetic, and of the week that is written.

use std::collections::BTreeSet;

use super::HOURS_A_DAY;
use super::lag::Lag;
use super::sample::{Sample, kib, ticks};
use super::trend::{Series, Trend, quantile};
use super::week::{Act, Week};

/// Two devices that hold this much by the hour.
fn samples(memory_kib: impl Fn(f64) -> f64) -> Vec<Sample> {
    let looks = (0..400).map(|look| f64::from(look) / 10.0);
    let both = |hour: f64| [(0, 0.0), (1, 10.0)].map(|(device, more)| (hour, device, more));
    let sample = |(hour, device, more)| Sample {
        hour,
        device,
        memory_kib: (memory_kib(hour) + more) as u64,
        ..Sample::default()
    };
    looks.flat_map(both).map(sample).collect()
}

fn trend(memory_kib: impl Fn(f64) -> f64) -> Trend {
    let series = Series::of("Memory", "KiB", &samples(memory_kib), |one| one.memory_kib as f64);
    series.trend().unwrap().unwrap()
}

#[test]
fn what_grows_is_told_by_how_much() {
    let grows = trend(|hour| 10_000.0 + 200.0 * hour);
    assert!((grows.a_day - 200.0 * HOURS_A_DAY).abs() < 20.0, "{grows:?}");
    assert!(!grows.is_flat());
    assert!(grows.to_string().starts_with("grows by 1"), "{grows}");
}

#[test]
fn what_fills_on_the_first_day_and_swings_afterwards_is_flat() {
    let flat = trend(|hour| 10_000.0 * (hour / HOURS_A_DAY).min(1.0) + 100.0 * (hour * 9.0).sin());
    assert!(flat.is_flat(), "{flat:?}");
    assert_eq!(flat.to_string(), "flat");
}

#[test]
fn whoever_looks_seldom_sees_the_same_trend() {
    let seldom: Vec<Sample> =
        samples(|hour| 10_000.0 + 200.0 * hour).into_iter().step_by(14).collect();
    let series = Series::of("Memory", "KiB", &seldom, |one| one.memory_kib as f64);
    let a_day = series.trend().unwrap().unwrap().a_day;
    assert!((a_day - 200.0 * HOURS_A_DAY).abs() < 100.0, "{a_day}");
}

#[test]
fn a_day_is_too_short_for_a_trend() {
    let samples: Vec<Sample> =
        samples(|_| 1.0).into_iter().filter(|one| one.hour < HOURS_A_DAY).collect();
    let series = Series::of("Memory", "KiB", &samples, |one| one.memory_kib as f64);
    assert_eq!(series.trend().unwrap(), None);
}

#[test]
fn a_stretch_has_the_lowest_the_middle_and_the_highest() {
    let lags = [Lag { hour: 0.1, lags_s: vec![0.1, 0.2, 0.9], missing: 0 }];
    let series = Series::of_lags("Lag", &lags);
    let [spread] = series.spreads.as_slice() else { panic!("one stretch") };
    assert_eq!((spread.least, spread.median, spread.most), (0.1, 0.2, 0.9));
    assert_eq!(quantile(&[1.0, 2.0, 3.0, 4.0, 5.0], 0.95), 5.0);
}

#[test]
fn the_kernel_is_read_right() {
    assert_eq!(kib("VmPeak:\t  900 kB\nVmRSS:\t  512 kB\n", "VmRSS:"), Some(512));
    assert_eq!(kib("VmPeak:\t  900 kB\n", "RssAnon:"), None);
    let stat = "42 (sheaf) x) S 1 1 1 0 -1 4194560 1 2 3 4 250 50 6 7 20 0 9 0 100 1 2";
    assert_eq!(ticks(stat), Some(300));
    assert_eq!(ticks("42"), None);
}

#[test]
fn a_week_is_written_in_order_by_everybody_and_changes_what_is_there() {
    check_written(30, 5, 5);
}

#[test]
fn so_are_three_weeks_without_their_weekends() {
    // On one day of them this school is shut.
    check_written(8, 15, 14);
}

#[track_caller]
fn check_written(devices: u16, days: u8, open_days: usize) {
    let week = Week::invent(200, devices, days).unwrap();
    let hours: Vec<f64> = week.writes.iter().map(|one| one.hour).collect();
    assert!(hours.is_sorted());
    assert!(hours.iter().all(|hour| (0.0..week.hours()).contains(hour)));
    let writers: BTreeSet<usize> = week.writes.iter().map(|one| one.device).collect();
    assert_eq!(writers.len(), usize::from(devices));
    let written_days: BTreeSet<u64> =
        hours.iter().map(|hour| (hour / HOURS_A_DAY) as u64).collect();
    assert_eq!(written_days.len(), open_days);
    assert_eq!(written_days.last(), Some(&u64::from(days - 1)));
    let (mut here, mut edits) = (BTreeSet::new(), 0);
    for one in &week.writes {
        match &one.act {
            Act::Add(record) => assert!(here.insert(record.id.to_string())),
            Act::Edit { id, .. } => {
                assert!(here.contains(id), "changed before it was written");
                edits += 1;
            }
        }
    }
    assert!(edits > 0);
}
