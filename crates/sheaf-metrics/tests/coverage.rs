//! A few invented schools of which the truth is known; `scripts/coverage` runs five hundred.

#[path = "../examples/coverage/page.rs"]
mod page;
#[path = "../examples/coverage/random.rs"]
mod random;
#[path = "../examples/coverage/rooms.rs"]
mod rooms;
#[path = "../examples/coverage/runner.rs"]
mod runner;
#[path = "../examples/coverage/school.rs"]
mod school;
#[path = "../examples/coverage/tally.rs"]
mod tally;

use runner::{CLUSTERED, EXPECTED, POOLED, Runner, WAITING};
use tally::Tally;

/// Few, so that a test run stays short: what is asked of them holds by a wide margin.
const SCHOOLS: u64 = 4;

#[test]
fn intervals_hold_the_truth_and_choosing_the_worst_alone_does_not_look_like_help() {
    let runner = Runner::new().unwrap();
    let mut found = Tally::default();
    for seed in 1..=SCHOOLS {
        let mut one = Tally::default();
        runner.add(&mut one, seed, 300).unwrap();
        found.join(one);
    }
    let told = page::page(&found, 300);
    // Few pupils of so small a school can be matched.
    let left_out = [POOLED, CLUSTERED, runner::RAW, runner::MATCHED];
    for line in found.lines.iter().filter(|line| !left_out.contains(&line.name.as_str())) {
        assert_eq!(line.answered(), SCHOOLS as usize, "{}: {told}", line.name);
        assert!(line.covered() * 2 >= line.answered(), "{}: {told}", line.name);
        assert!((line.median() / line.truth.value() - 1.0).abs() < 0.45, "{}: {told}", line.name);
    }
    for name in [POOLED, CLUSTERED] {
        assert!(found.line(name, 1.0).unwrap().median() < 0.8, "no fall by itself: {told}");
    }
    let called = |name: &str| found.line(name, 1.0).unwrap().called();
    assert!(called(POOLED) > called(WAITING) + called(EXPECTED), "{told}");
    let [nothing, help] = runner::EFFECTS.map(|effect| found.line(WAITING, effect).unwrap());
    assert!(help.median() < nothing.median(), "{told}");
    assert!(found.steady.signal.said <= 1, "{told}");
    assert!(told.contains("| a signal (two rules together) | 4 | "), "{told}");
}
