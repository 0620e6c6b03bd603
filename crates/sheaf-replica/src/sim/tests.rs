//! What the simulator proves.

use super::accidents::Story;

/// How many seeds run in one test.
const SEEDS: u64 = 500;

/// Says how to run a seed again if it panics.
struct Replay(u64);

impl Drop for Replay {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("replay with: SHEAF_SEED={} cargo test -p sheaf-replica seeds", self.0);
        }
    }
}

/// Runs a seed and gives how many frames and bytes were sent.
fn run(seed: u64) -> (u64, u64) {
    let replay = Replay(seed);
    let mut story = Story::new(seed);
    if let Err(broken) = story.run(seed) {
        panic!("seed {seed}: {broken}");
    }
    drop(replay);
    (story.network.frames, story.network.bytes)
}

fn seeds() -> Vec<u64> {
    match std::env::var("SHEAF_SEED") {
        Ok(seed) => vec![seed.parse().expect("SHEAF_SEED is a number")],
        Err(_) => (0..SEEDS).collect(),
    }
}

#[test]
fn five_hundred_seeds_of_delay_breaks_and_accidents_converge() {
    seeds().into_iter().for_each(|seed| {
        run(seed);
    });
}

#[test]
fn a_seed_replays_exactly() {
    for seed in [3, 10] {
        assert_eq!(run(seed), run(seed));
    }
}
