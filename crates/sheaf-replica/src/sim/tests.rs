//! What the simulator proves.

use std::panic::catch_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::accidents::Story;

/// How many seeds run in one test.
const SEEDS: u64 = 2_000;

/// Runs a seed and gives how many frames and bytes were sent.
fn run(seed: u64) -> Result<(u64, u64), String> {
    let mut story = Story::new(seed);
    story.run(seed).map(|()| (story.network.frames, story.network.bytes))
}

/// One seed, or all from one up to another: `7` or `400..1100`; the usual if none is asked for.
fn seeds() -> Vec<u64> {
    let number = |text: &str| text.parse().expect("SHEAF_SEED is a number or a range");
    match std::env::var("SHEAF_SEED") {
        Err(_) => (0..SEEDS).collect(),
        Ok(seeds) => match seeds.split_once("..") {
            Some((from, to)) => (number(from)..number(to)).collect(),
            None => vec![number(&seeds)],
        },
    }
}

/// Runs seeds on every core, and gives those that failed and how.
fn run_all(seeds: &[u64]) -> Vec<(u64, String)> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut failed = Vec::new();
        while let Some(seed) = seeds.get(next.fetch_add(1, Ordering::Relaxed)) {
            match catch_unwind(|| run(*seed)) {
                Ok(Ok(_)) => {}
                Ok(Err(broken)) => failed.push((*seed, broken)),
                Err(_) => failed.push((*seed, "it panics".to_owned())),
            }
        }
        failed
    };
    let cores = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let workers: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    })
}

#[test]
fn two_thousand_seeds_of_delay_breaks_and_accidents_converge() {
    let failed = run_all(&seeds());
    for (seed, broken) in &failed {
        eprintln!("seed {seed}: {broken}");
        eprintln!("replay with: SHEAF_SEED={seed} cargo test -p sheaf-replica two_thousand");
    }
    assert!(failed.is_empty(), "{} seeds failed", failed.len());
}

#[test]
fn a_seed_replays_exactly() {
    for seed in [3, 10] {
        assert_eq!(run(seed), run(seed));
    }
}
