//! What Sheaf costs: one command prints the table, with the machine on which it was measured.
//!
//! `cargo run --release -p sheaf-benches`. Schools are founded, filled and replicated through
//! `sheaf_school` alone, as a face would, on a real disk and over real sockets. Nothing here is
//! ever asserted about a wall clock: a table is read by people.

mod apart;
mod bundled;
mod columns;
mod compare;
mod device;
mod joining;
mod live;
mod machine;
mod material;
mod metric;
mod opening;
mod picture;
mod replication;
mod row;
mod save;
mod scaling;
mod sizes;
mod soak;
mod suite;
mod table;
#[cfg(test)]
mod tests;
mod window;

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use clap::Parser;

use crate::apart::{Cost, Errand};
use crate::machine::Machine;
use crate::sizes::Sizes;
use crate::table::Table;

/// As in the `sheaf` command.
#[cfg(not(target_env = "msvc"))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Measures what Sheaf costs on this machine and prints a Markdown table
#[derive(Parser)]
struct Args {
    /// A tenth of the sizes, to try it in a development build
    #[arg(long)]
    quick: bool,
    /// The folder in which the schools are made; choose a disk, not memory
    #[arg(long, value_name = "DIR", default_value = "out")]
    dir: PathBuf,

    /// Compare with other systems that keep and replicate records instead; all of them, or those
    /// that are named
    #[arg(long, value_name = "SYSTEM", num_args = 0.., requires = "peers")]
    compare: Option<Vec<String>>,
    /// The folder in which the other systems are installed
    #[arg(long, value_name = "DIR")]
    peers: Option<PathBuf>,

    /// Let a new device join a school of so many incidents instead, and log while it replicates
    #[arg(long, value_name = "INCIDENTS", num_args = 0..=1, default_missing_value = "200000")]
    joining: Option<usize>,

    #[command(flatten)]
    soak: soak::SoakArgs,
    #[command(flatten)]
    scaling: scaling::ScalingArgs,
    #[command(flatten)]
    columns: columns::ColumnsArgs,
    #[command(flatten)]
    bundled: bundled::BundledArgs,

    /// Keep records in this folder and take orders on standard input, as one side of a comparison
    #[arg(long, value_name = "DIR", hide = true)]
    side: Option<PathBuf>,
    /// Do this errand, which is JSON, and print what it cost as JSON
    #[arg(long, value_name = "ERRAND", hide = true)]
    errand: Option<String>,
}

fn main() -> Result<()> {
    let args = Args::parse();
    if let Some(errand) = &args.errand {
        let cost = apart::run(&serde_json::from_str(errand)?)?;
        return writeln!(io::stdout(), "{}", serde_json::to_string(&cost)?).map_err(Into::into);
    }
    if let Some(folder) = &args.side {
        return compare::serve_orders(folder);
    }
    let sizes = if args.quick { Sizes::FULL.divided_by(10) } else { Sizes::FULL };
    let not_made = || format!("{}: no folder for the schools there", args.dir.display());
    std::fs::create_dir_all(&args.dir).with_context(not_made)?;
    // Removed when done.
    let dir = tempfile::tempdir_in(&args.dir).with_context(not_made)?;
    if let (Some(only), Some(peers)) = (&args.compare, &args.peers) {
        let dir = dir.path();
        let comparing = compare::Comparing { dir, divisor: sizes.divisor, peers, only };
        return write!(io::stdout(), "{}", compare::compare(&comparing, &tell)?)
            .map_err(Into::into);
    }
    if let Some(incidents) = args.joining {
        let table = joining::joining(dir.path(), incidents, &tell)?;
        return write!(io::stdout(), "{table}").map_err(Into::into);
    }
    if args.soak.soak {
        let table = soak::soak(dir.path(), &args.soak, &tell)?;
        return write!(io::stdout(), "{table}").map_err(Into::into);
    }
    if args.scaling.scaling {
        let table = scaling::scaling(dir.path(), &args.scaling, &tell)?;
        return write!(io::stdout(), "{table}").map_err(Into::into);
    }
    if let Some(python) = &args.columns.columns {
        let table = columns::columns(dir.path(), python, sizes.divisor, &tell)?;
        return write!(io::stdout(), "{table}").map_err(Into::into);
    }
    let machine = Machine::of_this(dir.path());
    let rows = match args.bundled.bundled {
        Some(incidents) => bundled::bundled(incidents, args.bundled.metric.as_deref(), &tell)?,
        None => suite::run(dir.path(), &sizes, &send, &tell)?,
    };
    let table = Table { machine, sizes, rows };
    write!(io::stdout(), "{table}").context("the table could not be written")
}

/// Sends a process of this program on an errand.
fn send(errand: &Errand) -> Result<Cost> {
    let mut command = Command::new(std::env::current_exe()?);
    let output = command.arg("--errand").arg(serde_json::to_string(errand)?).output()?;
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{errand:?} failed: {errors}");
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// Says on standard error what is being done.
fn tell(what: &str) {
    // Progress that nobody can read is no reason to stop.
    writeln!(io::stderr(), "{what}").ok();
}
