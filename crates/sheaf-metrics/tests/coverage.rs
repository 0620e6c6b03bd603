//! A few invented schools of which the truth is known; `scripts/coverage` runs two hundred.

#[path = "../examples/coverage/school.rs"]
mod school;
#[path = "../examples/coverage/table.rs"]
mod table;

/// Few, so that a test run stays short: what is asked of them holds by a wide margin.
const SCHOOLS: u64 = 4;

#[test]
fn intervals_hold_the_truth_and_choosing_the_worst_alone_does_not_look_like_help() {
    let runner = table::Runner::new().unwrap();
    let mut found = table::Table::default();
    for seed in 1..=SCHOOLS {
        runner.add(&mut found, seed, 300).unwrap();
    }
    let told = found.to_markdown();
    for line in found.lines.iter().filter(|line| line.name != "raw") {
        if line.answered >= 3 {
            assert!(line.covered * 2 >= line.answered, "{told}");
            assert!((line.mean() / line.effect - 1.0).abs() < 0.45, "{told}");
        }
    }
    let compared = |line: &&table::Line| line.name == "waiting list";
    let lines: Vec<&table::Line> = found.lines.iter().filter(compared).collect();
    assert_eq!(lines.len(), table::EFFECTS.len(), "{told}");
    assert!(lines.iter().all(|line| line.answered == SCHOOLS as usize), "{told}");
    assert!(lines[1].mean() < lines[0].mean(), "{told}");
    assert_eq!(found.steady.years, SCHOOLS as usize, "{told}");
    assert!(found.steady.signal <= 1, "{told}");
}
