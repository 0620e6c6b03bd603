//! The comparison held to R's `survdiff` and to the definition of its scores.

use super::*;

/// Acute myelogenous leukaemia: Embury et al. (1977), in Miller (1981); `survival::aml` in R.
/// Maintained is group 0; the second value is 1 for relapse.
const AML: [(f64, bool, u32); 23] = [
    (9., true, 0),
    (13., true, 0),
    (13., false, 0),
    (18., true, 0),
    (23., true, 0),
    (28., false, 0),
    (31., true, 0),
    (34., true, 0),
    (45., false, 0),
    (48., true, 0),
    (161., false, 0),
    (5., true, 1),
    (5., true, 1),
    (8., true, 1),
    (8., true, 1),
    (12., true, 1),
    (16., false, 1),
    (23., true, 1),
    (27., true, 1),
    (30., true, 1),
    (33., true, 1),
    (43., true, 1),
    (45., true, 1),
];

type Columns = (Vec<f64>, Vec<bool>, Vec<u32>);

fn aml() -> Columns {
    let time = AML.iter().map(|row| row.0).collect();
    (time, AML.iter().map(|row| row.1).collect(), AML.iter().map(|row| row.2).collect())
}

fn repeated() -> (Columns, Vec<u32>) {
    let time = (0..90u32).map(|i| f64::from((i * 7) % 23 + 1)).collect();
    let event = (0..90u32).map(|i| i % 4 != 0).collect();
    let group = (0..90u32).map(|i| (i * i) % 3 + 10).collect();
    ((time, event, group), (0..90u32).map(|i| (i * 5) % 31).collect())
}

#[test]
fn aml_is_as_survdiff_prints_it() {
    let (time, event, group) = aml();
    let found = logrank(&time, &event, &group, &Default::default()).unwrap();
    assert!((found.chi_squared - 3.396_388_698_978).abs() < 1e-10);
    assert!((found.p - 0.065_339_322_040_51).abs() < 1e-10);
    assert!((found.groups[0].expected - 10.689_335_992_301).abs() < 1e-10);
    assert_eq!((found.groups[0].observed, found.groups[1].observed), (7.0, 11.0));
    assert_eq!(found.df, 1);
    assert_eq!(found.words(), "cannot tell yet (p 0.065 before adjustment)");
}

/// `W_ig` term by term, summed within pupils.
fn robust_by_definition((time, event, group): &Columns, cluster: &[u32]) -> f64 {
    let rows = time.len();
    let score = |i: usize, g: u32| -> f64 {
        let mut sum = 0.0;
        let times: std::collections::BTreeSet<u64> =
            (0..rows).filter(|j| event[*j]).map(|j| time[j] as u64).collect();
        for t in times.into_iter().map(|t| t as f64).filter(|t| *t <= time[i]) {
            let at_risk: Vec<usize> = (0..rows).filter(|j| time[*j] >= t).collect();
            let n = at_risk.len() as f64;
            let of_group = at_risk.iter().filter(|j| group[**j] == g).count() as f64;
            let d = at_risk.iter().filter(|j| event[**j] && time[**j] == t).count() as f64;
            let own = f64::from(u8::from(group[i] == g));
            let happened = f64::from(u8::from(event[i] && time[i] == t));
            sum += (own - of_group / n) * (happened - d / n);
        }
        sum
    };
    let mut sums = std::collections::BTreeMap::<u32, [f64; 2]>::new();
    for (i, code) in cluster.iter().enumerate() {
        let sum = sums.entry(*code).or_default();
        *sum = [sum[0] + score(i, 10), sum[1] + score(i, 11)];
    }
    let total = |f: fn(&[f64; 2]) -> f64| sums.values().map(f).sum::<f64>();
    let (u, v) = (total(|s| s[0]), total(|s| s[1]));
    let (a, b, c) = (total(|s| s[0] * s[0]), total(|s| s[0] * s[1]), total(|s| s[1] * s[1]));
    (c * u * u - 2.0 * b * u * v + a * v * v) / (a * c - b * b)
}

#[test]
fn the_clustered_form_follows_its_definition() {
    let (columns, cluster) = repeated();
    let (time, event, group) = &columns;
    let options = LogRankOptions { cluster: Some(&cluster), ..Default::default() };
    let found = logrank(time, event, group, &options).unwrap();
    // Groups i² mod 3 are 0 and 1 only, so two groups carry one degree of freedom.
    assert_eq!(found.df, 1);
    let by_two = robust_by_definition_one(&columns, &cluster);
    assert!((found.chi_squared - by_two).abs() < 1e-9, "{} is not {by_two}", found.chi_squared);
    let three: Vec<u32> = (0..90u32).map(|i| (i * 5) % 7 % 3 + 10).collect();
    let columns = (time.clone(), event.clone(), three);
    let found = logrank(time, event, &columns.2, &options).unwrap();
    let expected = robust_by_definition(&columns, &cluster);
    assert_eq!(found.df, 2);
    assert!((found.chi_squared - expected).abs() < 1e-9, "{} {expected}", found.chi_squared);
}

fn robust_by_definition_one((time, event, group): &Columns, cluster: &[u32]) -> f64 {
    // With two groups the second score is the first with the other sign: use one alone.
    let rows = time.len();
    let mut sums = std::collections::BTreeMap::<u32, f64>::new();
    for i in 0..rows {
        for j in (0..rows).filter(|j| event[*j] && time[*j] <= time[i]) {
            let n = (0..rows).filter(|k| time[*k] >= time[j]).count() as f64;
            let g = (0..rows).filter(|k| time[*k] >= time[j] && group[*k] == 10).count() as f64;
            let own = f64::from(u8::from(group[i] == 10));
            let happened = f64::from(u8::from(i == j));
            *sums.entry(cluster[i]).or_default() += (own - g / n) * (happened - 1.0 / n);
        }
    }
    sums.values().sum::<f64>().powi(2) / sums.values().map(|sum| sum * sum).sum::<f64>()
}

#[test]
fn more_groups_have_more_degrees_and_order_does_not_matter() {
    let ((time, event, _), _) = repeated();
    let group: Vec<u32> = (0..90u32).map(|i| i % 4).collect();
    let found = logrank(&time, &event, &group, &Default::default()).unwrap();
    assert_eq!((found.df, found.groups.len()), (3, 4));
    let renamed: Vec<u32> = group.iter().map(|code| 9 - code).collect();
    let again = logrank(&time, &event, &renamed, &Default::default()).unwrap();
    assert!((found.chi_squared - again.chi_squared).abs() < 1e-9);
}

#[test]
fn a_group_that_was_never_at_risk_does_not_count() {
    let found = logrank(
        &[5.0, 6.0, 7.0, 8.0, 1.0],
        &[true, true, true, true, false],
        &[0, 1, 0, 1, 2],
        &Default::default(),
    );
    assert_eq!(found.unwrap().df, 1);
}

#[test]
fn what_cannot_be_compared_is_refused() {
    let run = |time: &[f64], event: &[bool], group: &[u32]| {
        logrank(time, event, group, &Default::default()).unwrap_err()
    };
    let one = run(&[1.0, 2.0], &[true, true], &[4, 4]);
    assert_eq!(one.to_string(), "logrank: only 1 group; 2 are needed");
    assert!(matches!(run(&[1.0, 2.0], &[false, false], &[0, 1]), Refusal::NoEvents { .. }));
    assert!(matches!(run(&[1.0, 2.0], &[true, true], &[0]), Refusal::Lengths { .. }));
    let options = LogRankOptions { cluster: Some(&[3, 3, 3, 3]), ..Default::default() };
    let all_one = logrank(&[1.0, 2.0, 3.0, 4.0], &[true; 4], &[0, 1, 0, 1], &options);
    assert!(all_one.is_err() || all_one.unwrap().chi_squared <= 1.0 + 1e-9);
}
