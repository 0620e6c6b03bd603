//! Real hosts: several `sheaf` processes with network addresses of their own, found by multicast or
//! by a typed address, with cables cut and datagrams lost. Run one after the other; where the
//! machine gives no network namespaces, each says by its name that it was not run.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test stops at the first surprise, in its helpers too, and this is its runner"
)]

mod firewalls;
mod kept_apart;
#[path = "../stories/keys.rs"]
mod keys;
mod lab;
mod machine;
mod scenarios;
mod sleeping;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::time::Instant;

use scenarios::SCENARIOS;

/// What other test binaries take too; the scenarios run one by one and hide no output anyway.
const OPTIONS: [&str; 4] = ["--list", "--nocapture", "--quiet", "--test-threads=1"];

fn main() -> ExitCode {
    // As other test binaries do, this one runs what is named, and lists what there is.
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (options, wanted): (Vec<&String>, Vec<&String>) =
        arguments.iter().partition(|one| one.starts_with('-'));
    if let Some(unknown) = options.iter().find(|one| !OPTIONS.contains(&one.as_str())) {
        println!("hosts: `{unknown}` is not understood here: there are {}", OPTIONS.join(", "));
        return ExitCode::from(2);
    }
    let is_wanted = |name: &str| wanted.is_empty() || wanted.iter().any(|one| name.contains(*one));
    let chosen: Vec<_> = SCENARIOS.iter().filter(|(name, ..)| is_wanted(name)).collect();
    if arguments.iter().any(|one| one == "--list") {
        chosen.iter().for_each(|(name, ..)| println!("{name}: test"));
        return ExitCode::SUCCESS;
    }
    println!("\nrunning {} tests", chosen.len());
    let (mut passed, mut failed, mut not_run) = (0, 0, 0);
    for (name, lab, scenario) in &chosen {
        let Some(lab) = lab() else {
            println!("test hosts::{name} ... not run here: {}", lab::refusal());
            not_run += 1;
            continue;
        };
        let started = Instant::now();
        if catch_unwind(AssertUnwindSafe(|| scenario(lab))).is_ok() {
            println!("test hosts::{name} ... ok ({:.0} s)", started.elapsed().as_secs_f64());
            passed += 1;
        } else {
            println!("test hosts::{name} ... FAILED");
            failed += 1;
        }
    }
    let outcome = if failed == 0 { "ok" } else { "FAILED" };
    println!("\ntest result: {outcome}. {passed} passed; {failed} failed; {not_run} not run here");
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
