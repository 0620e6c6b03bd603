//! The curve held to Miller (1981) and to what its formulas imply.

use super::*;

/// Acute myelogenous leukaemia, maintained group: Embury et al. (1977), in Miller (1981),
/// Survival Analysis, p. 49; `survival::aml` in R.
const TIME: [f64; 11] = [9., 13., 13., 18., 23., 28., 31., 34., 45., 48., 161.];
const EVENT: [bool; 11] = [true, true, false, true, true, false, true, true, false, true, false];

#[track_caller]
fn close(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    for (one, other) in found.iter().zip(expected) {
        assert!((one - other).abs() < 1e-10, "{one} is not {other}");
    }
}

fn miller(interval: CurveInterval) -> KaplanMeier {
    let options = KaplanMeierOptions { interval, ..Default::default() };
    kaplan_meier(&TIME, &EVENT, &options).unwrap()
}

#[test]
fn survival_and_greenwood_are_those_of_miller() {
    let km = miller(CurveInterval::LogLog);
    assert_eq!(km.time, [9., 13., 18., 23., 31., 34., 48.]);
    assert_eq!(km.at_risk, [11, 10, 8, 7, 5, 4, 2]);
    assert_eq!(km.events, [1; 7]);
    close(
        &km.survival,
        &[
            0.909_090_909_090_9,
            0.818_181_818_181_8,
            0.715_909_090_909_1,
            0.613_636_363_636_4,
            0.490_909_090_909_1,
            0.368_181_818_181_8,
            0.184_090_909_090_9,
        ],
    );
    close(
        &km.std_error,
        &[
            0.086_678_417_204_14,
            0.116_291_299_830_3,
            0.139_664_970_557_2,
            0.152_632_331_027_3,
            0.164_193_267_221_1,
            0.162_668_885_827_1,
            0.153_492_745_786_3,
        ],
    );
    assert_eq!((km.median, km.median_lower, km.median_upper), (Some(31.), Some(13.), None));
    assert_eq!((km.n, km.censored, km.drawn_to), (11, 4, 13.0));
}

#[test]
fn the_three_intervals_are_those_of_survfit() {
    let log_log = miller(CurveInterval::LogLog);
    close(&log_log.lower[..2], &[0.508_080_205_769_9, 0.447_428_614_682_2]);
    close(&log_log.upper[5..], &[0.657_040_832_398_2, 0.525_014_842_726_6]);
    let log = miller(CurveInterval::Log);
    close(&log.lower[..2], &[0.754_133_845_081_5, 0.619_248_987_399_4]);
    close(&log.upper[2..4], &[1.0, 0.999_157_600_228_5]);
    assert_eq!(log.median_lower, Some(18.));
    let plain = miller(CurveInterval::Plain);
    close(&plain.lower[5..], &[0.049_356_660_555_45, 0.0]);
    close(&plain.upper[1..3], &[1.0, 0.989_647_403_103_1]);
}

#[test]
fn with_one_row_a_pupil_the_jackknife_is_greenwood() {
    let cluster: Vec<u32> = (0..11).collect();
    let options = KaplanMeierOptions { cluster: Some(&cluster), ..Default::default() };
    let robust = kaplan_meier(&TIME, &EVENT, &options).unwrap();
    close(&robust.std_error, &miller(CurveInterval::LogLog).std_error);
    assert_eq!(robust.clusters, Some(11));
}

/// The influence of each row by its definition, pupil by pupil.
fn jackknife_by_definition(time: &[f64], event: &[bool], cluster: &[u32], at: f64) -> f64 {
    let times: std::collections::BTreeSet<u64> =
        (0..time.len()).filter(|i| event[*i] && time[*i] <= at).map(|i| time[i] as u64).collect();
    let mut survival = 1.0;
    let mut influence = std::collections::BTreeMap::<u32, f64>::new();
    for t in times.into_iter().map(|t| t as f64) {
        let n = time.iter().filter(|x| **x >= t).count() as f64;
        let d = (0..time.len()).filter(|i| event[*i] && time[*i] == t).count() as f64;
        survival *= 1.0 - d / n;
        for i in (0..time.len()).filter(|i| time[*i] >= t) {
            let own = f64::from(u8::from(event[i] && time[i] == t));
            *influence.entry(cluster[i]).or_default() += (own - d / n) / (n - d);
        }
    }
    survival * influence.values().map(|sum| sum * sum).sum::<f64>().sqrt()
}

#[test]
fn with_repeated_pupils_the_jackknife_follows_its_definition() {
    let time: Vec<f64> = (0..60).map(|i| f64::from((i * 7) % 13 + 1)).collect();
    let event: Vec<bool> = (0..60).map(|i| i % 3 != 0).collect();
    let cluster: Vec<u32> = (0..60).map(|i| (i * i) % 17).collect();
    let options = KaplanMeierOptions { cluster: Some(&cluster), ..Default::default() };
    let km = kaplan_meier(&time, &event, &options).unwrap();
    for (at, found) in km.time.iter().zip(&km.std_error) {
        if found.is_nan() {
            continue;
        }
        let expected = jackknife_by_definition(&time, &event, &cluster, *at);
        assert!((found - expected).abs() < 1e-12, "at {at}: {found} is not {expected}");
    }
}

#[test]
fn failure_is_read_between_events_and_refused_beyond_the_data() {
    let km = miller(CurveInterval::LogLog);
    let at = km.failure_at(20.0).unwrap();
    assert_eq!(at.value, km.failure[2]);
    assert_eq!((at.events, at.n), (3, 11));
    // One of the eleven was no longer followed after 13.
    assert_eq!(at.words(), "about 28 % (10 to 65 %)");
    assert!(matches!(km.failure_at(162.0), Err(Refusal::NotFollowed { .. })));
    assert!(km.failure_at(-1.0).is_err());
}

#[test]
fn counts_are_told_only_where_everybody_was_followed_so_long() {
    let words = |time: &[f64; 12], at: f64| {
        let event: Vec<bool> = (0..12).map(|row| row % 4 == 0).collect();
        let km = kaplan_meier(time, &event, &Default::default()).unwrap();
        km.failure_at(at).unwrap().words()
    };
    // Three of twelve had the event on day 5; the others were followed for 20, one for 4 alone.
    let mut time = [20.0; 12];
    [0, 4, 8].into_iter().for_each(|row| time[row] = 5.0);
    assert_eq!(words(&time, 10.0), "3 of 12");
    assert_eq!(words(&time, 20.0), "3 of 12");
    time[1] = 4.0;
    assert_eq!(words(&time, 4.0), "0 of 12");
    assert!(words(&time, 10.0).starts_with("about 27 % ("), "{}", words(&time, 10.0));
    assert!(words(&time, 4.5).starts_with("about 0 % (0 to "), "{}", words(&time, 4.5));
}

#[test]
fn before_any_event_the_upper_end_is_not_zero() {
    let early = miller(CurveInterval::LogLog).failure_at(5.0).unwrap();
    assert_eq!((early.value, early.lower), (0.0, Some(0.0)));
    assert!(early.upper.unwrap() > 0.2);
    let censored = kaplan_meier(&[4.0; 30], &[false; 30], &Default::default()).unwrap();
    assert!(censored.time.is_empty() && censored.median.is_none());
    assert!(censored.failure_at(4.0).unwrap().upper.unwrap() > 0.1);
}

#[test]
fn once_all_have_had_the_event_the_interval_is_undefined() {
    let km = kaplan_meier(&[1.0, 2.0], &[true, true], &Default::default()).unwrap();
    assert_eq!(km.survival, [0.5, 0.0]);
    assert!(km.std_error[1].is_nan() && km.upper[1].is_nan());
    let at = km.failure_at(9.0).unwrap();
    assert_eq!((at.value, at.lower), (1.0, None));
    assert_eq!(km.median, Some(1.0));
}

#[test]
fn rows_of_one_pupil_have_no_interval() {
    let options = KaplanMeierOptions { cluster: Some(&[5; 11]), ..Default::default() };
    let km = kaplan_meier(&TIME, &EVENT, &options).unwrap();
    assert!(km.std_error.iter().chain(&km.lower).all(|one| one.is_nan()));
    let at = km.failure_at(20.0).unwrap();
    assert_eq!((at.value, at.lower), (miller(CurveInterval::LogLog).failure[2], None));
    assert!(at.warnings.iter().any(|one| one.starts_with("one pupil, or pupils who")));
}

#[test]
fn bad_columns_are_refused() {
    let refuse = |time: &[f64], event: &[bool]| kaplan_meier(time, event, &Default::default());
    assert!(matches!(refuse(&[], &[]), Err(Refusal::Empty { .. })));
    assert!(matches!(refuse(&[1.0], &[]), Err(Refusal::Lengths { .. })));
    assert!(matches!(refuse(&[1.0, -2.0], &[true, true]), Err(Refusal::Value { row: 2, .. })));
    assert!(matches!(refuse(&[f64::NAN], &[true]), Err(Refusal::Value { row: 1, .. })));
}
