//! Whole devices in which everything goes wrong: real keys, SQLite and automerge in one process,
//! without sockets.
//!
//! The simulator of replication runs thousands of small devices with opaque payloads. This one runs
//! few whole ones: it finds what only the store, the documents and the index get wrong together. A
//! seed decides what people do and what goes wrong; ids, keys and times are drawn anew.

mod check;
mod device;
mod meeting;
mod story;

use std::collections::BTreeMap;

use story::Story;

/// How often each fault and each act occurred.
type Counts = BTreeMap<&'static str, u64>;

/// How many seeds run in one test.
const SEEDS: u64 = 12;

/// Further seeds that once failed.
const FOUND: [u64; 1] = [144];

/// What happens at least once in so many seeds, or the simulator has lost it.
const HAPPENED: [&str; 16] = [
    "backups put back",
    "bundles",
    "colleagues removed",
    "connections broken",
    "devices killed",
    "edits",
    "edits of one field at once",
    "erasures",
    "exchanges with a folder",
    "incidents",
    "meetings at once",
    "power cuts while saving",
    "power cuts while taking in",
    "safeguarding notes",
    "saves that a power cut undid",
    "withdrawals",
];

/// `SHEAF_WHOLE_SEED`: one seed, or all from one up to another (`400..500`).
fn seeds() -> Option<std::ops::Range<u64>> {
    let asked = std::env::var("SHEAF_WHOLE_SEED").ok()?;
    let number = |text: &str| text.parse().expect("SHEAF_WHOLE_SEED is a seed or a range");
    Some(match asked.split_once("..") {
        Some((from, to)) => number(from)..number(to),
        None => number(&asked)..number(&asked) + 1,
    })
}

#[test]
fn whole_devices_agree_in_the_end_whatever_goes_wrong() {
    let asked = seeds();
    let usual = asked.is_none();
    let seeds: Vec<u64> =
        asked.map_or_else(|| (0..SEEDS).chain(FOUND).collect(), Iterator::collect);
    let mut counts = Counts::new();
    for seed in seeds {
        eprintln!("seed {seed}");
        for (what, count) in Story::run(seed) {
            *counts.entry(what).or_default() += count;
        }
    }
    eprintln!("what happened: {counts:#?}");
    let never = HAPPENED.iter().find(|what| !counts.contains_key(**what));
    assert!(!usual || never.is_none(), "never happened: {never:?}");
}
