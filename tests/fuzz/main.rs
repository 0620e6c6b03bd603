//! Hostile bytes: every decoder is fed what it must refuse, thousands of times, and may neither
//! panic nor make more room than its bound, nor read what nobody would write.
//!
//! A corpus of what was found once lies in `tests/corpus`, by decoder. `scripts/fuzz MINUTES` runs
//! this for longer with seeds of its own.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise, in its helpers too"
)]

mod backups;
mod codes;
mod decoders;
mod files;
mod mutate;
mod parcels;
mod plugins;
mod seeds;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use peak_alloc::PeakAlloc;

use decoders::Decoder;
use mutate::Mutator;

#[global_allocator]
static ALLOCATED: PeakAlloc = PeakAlloc;

/// Changed inputs for most decoders in one round: some seconds in all.
const CASES_A_ROUND: usize = 1_500;

/// One test alone, as what the process allocates is counted.
#[test]
fn no_decoder_is_brought_down_by_hostile_bytes() {
    let minutes: u64 = setting("SHEAF_FUZZ_MINUTES", 0);
    let mut seed: u64 = setting("SHEAF_FUZZ_SEED", 1);
    let until = Instant::now() + Duration::from_secs(60 * minutes);
    let only = std::env::var("SHEAF_FUZZ_ONLY").unwrap_or_default();
    let mut decoders = decoders::all();
    decoders.retain(|decoder| decoder.name.contains(&only));
    assert!(!decoders.is_empty(), "no decoder is called `{only}`");
    let mut cases = 0;
    for decoder in &decoders {
        assert!(!decoder.seeds.is_empty(), "{} has no seeds", decoder.name);
        for good in &decoder.seeds {
            assert!(feed(decoder, good), "{} does not read what was written", decoder.name);
        }
        for found in corpus(decoder.name) {
            feed(decoder, &std::fs::read(found).unwrap());
            cases += 1;
        }
    }
    loop {
        for decoder in &decoders {
            let mut mutator = Mutator::new(seed);
            for _ in 0..decoder.cases_a_round {
                feed(decoder, &mutator.change(&decoder.seeds));
                cases += 1;
            }
        }
        if Instant::now() >= until {
            break;
        }
        seed += 1;
    }
    let a_round: usize = decoders.iter().map(|decoder| decoder.cases_a_round).sum();
    assert!(cases >= a_round);
    // Shown with `--nocapture`, for the longer runs.
    let told = format!("{cases} cases, {} decoders, seeds up to {seed}\n", decoders.len());
    std::io::Write::write_all(&mut std::io::stdout(), told.as_bytes()).unwrap();
}

/// Gives bytes to a decoder, under its bound; says whether it read them.
fn feed(decoder: &Decoder, bytes: &[u8]) -> bool {
    let before = ALLOCATED.current_usage();
    ALLOCATED.reset_peak_usage();
    let read = catch_unwind(AssertUnwindSafe(|| (decoder.read)(bytes)));
    let peak = ALLOCATED.peak_usage().saturating_sub(before);
    let bound = decoder.bound_bytes + decoder.bound_times * bytes.len();
    let wrong = match &read {
        Err(_) => Some("it panicked, or read what nobody writes".to_owned()),
        Ok(_) if peak > bound => Some(format!("{peak} bytes were allocated, {bound} are the most")),
        Ok(_) => None,
    };
    if let Some(wrong) = wrong {
        let kept = keep(decoder.name, bytes);
        panic!("{}: {wrong}; the case is kept in {}", decoder.name, kept.display());
    }
    read.unwrap_or_default()
}

fn folder(decoder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(decoder)
}

/// The cases that were found once.
fn corpus(decoder: &str) -> Vec<PathBuf> {
    let Ok(files) = std::fs::read_dir(folder(decoder)) else { return Vec::new() };
    let mut files: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
    files.sort();
    files
}

/// Every find stays as a case.
fn keep(decoder: &str, bytes: &[u8]) -> PathBuf {
    std::fs::create_dir_all(folder(decoder)).unwrap();
    let name = blake3::hash(bytes).to_hex();
    let path = folder(decoder).join(format!("{}.bin", &name[..16]));
    std::fs::write(&path, bytes).unwrap();
    path
}

fn setting(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |text| text.parse().unwrap())
}
