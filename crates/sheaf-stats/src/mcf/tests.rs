//! The mean cumulative function held to hand-worked cases and to its definition.

use super::*;

fn run(rows: &[(u32, f64, f64)], exposure: Option<&[AtRisk]>) -> Result<MeanCumulative, Refusal> {
    let id: Vec<u32> = rows.iter().map(|row| row.0).collect();
    let time: Vec<f64> = rows.iter().map(|row| row.1).collect();
    let events: Vec<f64> = rows.iter().map(|row| row.2).collect();
    mcf(&id, &time, &events, &MeanCumulativeOptions { exposure, ..Default::default() })
}

#[test]
fn the_leaver_at_the_time_of_an_event_counts_as_at_risk() {
    // Pupil 2 leaves at 5, when pupil 1 has an event: two were at risk, and one at 8.
    let found = run(&[(1, 5.0, 1.0), (1, 8.0, 1.0), (1, 9.0, 0.0), (2, 5.0, 0.0)], None).unwrap();
    assert_eq!(found.time, [5.0, 8.0]);
    assert_eq!(found.at_risk, [2, 1]);
    assert_eq!(found.value, [0.5, 1.5]);
    // At 5: (1/2·(1 - 1/2))² + (1/2·(0 - 1/2))² = 1/8.
    assert!((found.std_error[0] - 0.125f64.sqrt()).abs() < 1e-15);
}

#[test]
fn events_at_one_time_and_several_of_one_pupil_add_up() {
    let found =
        run(&[(1, 3.0, 2.0), (2, 3.0, 1.0), (1, 9.0, 0.0), (2, 9.0, 0.0), (3, 9.0, 0.0)], None);
    let found = found.unwrap();
    assert_eq!((found.value[0], found.events[0]), (1.0, 3.0));
    // (2 - 1)² + 0 + (0 - 1)² over 3².
    assert!((found.std_error[0] - (2.0f64 / 9.0).sqrt()).abs() < 1e-15);
}

/// The formula of Lawless and Nadeau, written out.
fn error_by_definition(rows: &[(u32, f64, f64)], exposure: &[AtRisk], at: f64) -> f64 {
    let mut times: Vec<f64> = rows.iter().filter(|r| r.2 > 0.0).map(|r| r.1).collect();
    times.sort_by(f64::total_cmp);
    times.dedup();
    let observed = |id: u32, t: f64| {
        exposure.iter().any(|spell| spell.id == id && spell.start < t && t <= spell.stop)
    };
    let mut ids: Vec<u32> = exposure.iter().map(|spell| spell.id).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut total = 0.0;
    for id in &ids {
        let mut sum = 0.0;
        for t in times.iter().copied().filter(|t| *t <= at && observed(*id, *t)) {
            let n = ids.iter().filter(|other| observed(**other, t)).count() as f64;
            let all: f64 = rows.iter().filter(|r| r.1 == t).map(|r| r.2).sum();
            let own: f64 = rows.iter().filter(|r| r.1 == t && r.0 == *id).map(|r| r.2).sum();
            sum += (own - all / n) / n;
        }
        total += sum * sum;
    }
    total.sqrt()
}

#[test]
fn joiners_and_a_pupil_who_returns_are_at_risk_only_while_on_roll() {
    let spell = |id, start, stop| AtRisk { id, start, stop };
    let exposure = [
        spell(1, 0.0, 40.0),
        spell(2, 10.0, 40.0),
        spell(3, 0.0, 8.0),
        spell(3, 20.0, 30.0),
        spell(4, 0.0, 40.0),
        spell(5, 5.0, 5.0),
    ];
    let rows = [
        (1, 5.0, 1.0),
        (3, 8.0, 1.0),
        (2, 11.0, 1.0),
        (1, 11.0, 1.0),
        (3, 25.0, 2.0),
        (2, 33.0, 1.0),
    ];
    let found = run(&rows, Some(&exposure)).unwrap();
    assert_eq!(found.at_risk, [3, 3, 3, 4, 3]);
    for (at, error) in found.time.iter().zip(&found.std_error) {
        let expected = error_by_definition(&rows, &exposure, *at);
        assert!((error - expected).abs() < 1e-12, "at {at}: {error} is not {expected}");
    }
    assert!(found.lower.iter().zip(&found.upper).all(|(lower, upper)| lower < upper));
}

#[test]
fn overlapping_spells_of_a_pupil_count_once() {
    let exposure = [
        AtRisk { id: 1, start: 0.0, stop: 9.0 },
        AtRisk { id: 1, start: 4.0, stop: 12.0 },
        AtRisk { id: 2, start: 0.0, stop: 12.0 },
    ];
    assert_eq!(run(&[(1, 5.0, 1.0)], Some(&exposure)).unwrap().at_risk, [2]);
}

#[test]
fn one_pupil_has_no_interval() {
    let found = run(&[(1, 5.0, 1.0), (1, 8.0, 1.0), (1, 9.0, 0.0)], None).unwrap();
    assert_eq!(found.value, [1.0, 2.0]);
    assert!(found.std_error.iter().chain(&found.lower).all(|one| one.is_nan()));
    let alike = [(1, 5.0, 1.0), (2, 5.0, 1.0), (1, 8.0, 1.0), (2, 9.0, 0.0)];
    let found = run(&alike, None).unwrap();
    assert!(found.std_error[0].is_nan() && found.std_error[1] > 0.0, "{found:?}");
}

#[test]
fn an_event_of_a_pupil_who_is_not_observed_is_refused() {
    let exposure = [AtRisk { id: 1, start: 0.0, stop: 9.0 }];
    let refused = run(&[(1, 5.0, 1.0), (1, 10.0, 1.0)], Some(&exposure)).unwrap_err();
    assert!(matches!(refused, Refusal::Value { row: 2, .. }));
    assert!(matches!(run(&[], None), Err(Refusal::Empty { .. })));
    assert!(matches!(run(&[(1, 5.0, 0.0)], None), Err(Refusal::NoEvents { .. })));
}
