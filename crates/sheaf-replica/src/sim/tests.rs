//! What the simulator proves.

use super::plan::Plan;
use super::runner::{AfterFailure, Results, kind, run, run_all};
use super::shrink::shrink;
use super::story::Story;

/// How many seeds run in one test.
const SEEDS: u64 = 2_000;

/// What goes wrong at least once in so many seeds, or the simulator has lost it.
const FAULTS: [&str; 35] = [
    "backups restored",
    "connections broken",
    "devices that joined",
    "documents erased",
    "files read from a folder",
    "files written to a folder",
    "floods of credit",
    "floods of huge",
    "floods of manyorphans",
    "floods of noise",
    "floods of offers",
    "floods of orphans",
    "floods of repeats",
    "floods of strangers",
    "floods of wants",
    "folders that covered all",
    "frames lost",
    "lockers",
    "members removed",
    "parcels copied in part",
    "parcels in another order",
    "parcels read",
    "parcels read that were out of date",
    "parcels with a byte changed",
    "parcels with entries lost",
    "parcels with everything twice",
    "partitions",
    "power cuts after a transaction",
    "power cuts in a transaction",
    "restarts",
    "second connections",
    "sections lost",
    "stalls",
    "devices",
    "frames held up",
];

/// What `SHEAF_SEED` asks for: one plan as a failure prints it, or all seeds from one up to another
/// (`400..1100`).
fn asked() -> Option<Results> {
    let asked = std::env::var("SHEAF_SEED").ok()?;
    let number = |text: &str| text.parse().expect("SHEAF_SEED is a plan or a range of seeds");
    if let Some((from, to)) = asked.split_once("..") {
        let seeds: Vec<u64> = (number(from)..number(to)).collect();
        return Some(run_all(&seeds, AfterFailure::Stop));
    }
    let plan: Plan = asked.parse().unwrap();
    Some(match run(&plan) {
        Ok(faults) => Results { faults, ..Results::default() },
        Err(broken) => Results { failed: vec![(plan.seed, broken)], ..Results::default() },
    })
}

#[test]
fn two_thousand_seeds_of_delay_breaks_and_accidents_converge() {
    let asked = asked();
    let usual = asked.is_none();
    let results =
        asked.unwrap_or_else(|| run_all(&(0..SEEDS).collect::<Vec<_>>(), AfterFailure::GoOn));
    eprintln!("what went wrong: {:#?}", results.faults);
    results.explain();
    assert!(results.failed.is_empty(), "{} seeds failed", results.failed.len());
    let never = FAULTS.iter().find(|fault| !results.faults.contains_key(**fault));
    assert!(!usual || never.is_none(), "never happened: {never:?}");
}

#[test]
fn a_seed_replays_exactly() {
    for seed in [3, 10] {
        let run = || {
            let network = Story::run(&Plan::of(seed)).unwrap();
            (network.frames, network.bytes, network.faults)
        };
        assert_eq!(run(), run());
    }
}

#[test]
fn a_plan_is_read_as_it_was_printed() {
    let whole = Plan::of(7);
    let smaller = whole.without(2..100).with_devices(3).in_calm();
    for plan in [whole, smaller] {
        assert_eq!(plan.to_string().parse(), Ok(plan));
    }
    assert!("7 steps=x".parse::<Plan>().is_err());
    assert!("7 luck".parse::<Plan>().is_err());
}

/// A failure that takes two steps out of 140 and two devices.
#[test]
fn what_fails_is_made_as_small_as_it_can_be() {
    let fails = |plan: &Plan| {
        let has = |number| plan.steps.iter().any(|step| step.number == number);
        plan.devices >= 2 && has(17) && has(90)
    };
    let least = shrink(&Plan::of(7), fails);
    assert_eq!(least.to_string(), "7 devices=2 calm steps=17,90");
}

#[test]
fn failures_of_one_kind_differ_only_in_names_and_numbers() {
    assert_eq!(kind("bounds: 3 entries on 1"), kind("bounds: 17 entries on 2"));
    assert_ne!(kind("bounds: 3 entries on 1"), kind("quiet: 3 entries on 1"));
}
