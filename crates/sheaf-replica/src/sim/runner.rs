//! Runs seeds on every core, says how far it is, and makes what fails smaller.

use std::any::Any;
use std::collections::BTreeMap;
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::plan::Plan;
use super::shrink::shrink;
use super::story::Story;

/// After so many seeds one line says how far it is.
const PROGRESS: usize = 5_000;
/// So many failures are made smaller: the rest is likely the same.
const MAX_SHRUNK: usize = 5;

/// What becomes of the seeds after one that fails.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum AfterFailure {
    /// They run, so that it shows how many fail.
    GoOn,
    /// They do not: of a million nobody waits for the last to see the first failure.
    Stop,
}

/// How often what went wrong, over all seeds, and the seeds that broke a promise.
#[derive(Default)]
pub(super) struct Results {
    pub faults: BTreeMap<String, u64>,
    pub failed: Vec<(u64, String)>,
    /// The first seed that has not run.
    pub rest: Option<u64>,
}

/// Why a plan fails, if it does; how often what went wrong otherwise.
pub(super) fn run(plan: &Plan) -> Result<BTreeMap<String, u64>, String> {
    let mut faults = catch_unwind(AssertUnwindSafe(|| Story::run(plan)))
        .unwrap_or_else(|panic| Err(format!("panic: {}", words(&*panic))))
        .map(|network| network.faults)?;
    *faults.entry("devices".to_owned()).or_default() += plan.devices as u64;
    Ok(faults)
}

/// Runs plans on every core.
pub(super) fn run_all(seeds: &[u64], after: AfterFailure) -> Results {
    let (next, failures) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let work = || {
        let mut results = Results::default();
        loop {
            if after == AfterFailure::Stop && failures.load(Ordering::Relaxed) > 0 {
                return results;
            }
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(seed) = seeds.get(at) else { return results };
            match run(&Plan::of(*seed)) {
                Ok(faults) => results.add(faults),
                Err(broken) => {
                    failures.fetch_add(1, Ordering::Relaxed);
                    eprintln!("seed {seed} fails: {broken}");
                    results.failed.push((*seed, broken));
                }
            }
            if (at + 1) % PROGRESS == 0 {
                let failures = failures.load(Ordering::Relaxed);
                // The other cores may still be at the few before.
                let done = seeds.get((at + 1).saturating_sub(cores)).copied().unwrap_or(*seed);
                let count = at + 1;
                let of = seeds.len();
                eprintln!("{count} of {of} seeds, {failures} failed, all below {done} done");
            }
        }
    };
    let results: Vec<Results> = thread::scope(|scope| {
        let workers: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).collect()
    });
    let rest = seeds.get(next.load(Ordering::Relaxed)).copied();
    let all = results.into_iter().fold(Results::default(), Results::with);
    Results { rest, ..all }
}

impl Results {
    fn add(&mut self, faults: BTreeMap<String, u64>) {
        faults.into_iter().for_each(|(fault, n)| *self.faults.entry(fault).or_default() += n);
    }

    fn with(mut self, other: Self) -> Self {
        self.add(other.faults);
        self.failed.extend(other.failed);
        self
    }

    /// Says of each failure what the least is that brings it about, and how to see it again.
    pub(super) fn explain(&self) {
        // What panics does so in hundreds of runs: once was enough.
        let hook = panic::take_hook();
        panic::set_hook(Box::new(|_| {}));
        for (seed, broken) in self.failed.iter().take(MAX_SHRUNK) {
            eprintln!("\n{}", explained(&Plan::of(*seed), broken));
        }
        panic::set_hook(hook);
        let seeds: Vec<_> = self.failed.iter().map(|(seed, _)| seed.to_string()).collect();
        if !seeds.is_empty() {
            eprintln!("\nfailed: {}", seeds.join(" "));
        }
        if let Some(rest) = self.rest {
            eprintln!("the seeds from {rest} on have not run");
        }
    }
}

fn explained(plan: &Plan, broken: &str) -> String {
    let least = shrink(plan, |plan| run(plan).is_err_and(|other| kind(&other) == kind(broken)));
    let steps: Vec<_> = least.steps.iter().map(|step| format!("{:?}", step.what)).collect();
    let broken = run(&least).err().unwrap_or_default();
    format!(
        "seed {} needs {} devices and {} steps ({}):\n{broken}\n\
         replay with: SHEAF_SEED=\"{least}\" cargo test -p sheaf-replica --lib two_thousand",
        plan.seed,
        least.devices,
        steps.len(),
        steps.join(", "),
    )
}

/// A failure without the names and numbers in it.
pub(super) fn kind(broken: &str) -> String {
    let words = broken.split_whitespace().filter(|word| !word.chars().any(char::is_numeric));
    words.collect::<Vec<_>>().join(" ")
}

fn words(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default()
}
