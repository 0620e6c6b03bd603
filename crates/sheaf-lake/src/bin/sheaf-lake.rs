//! What goes with lakes and is no command of a school: invented ones, the nodes of a cluster, and
//! the time that plans take.

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use clap::{Parser, Subcommand};
use sheaf_analytics::{
    Aggregate, Budget, Engine, Frame, Plan, Scope, SortKey, Step, WindowFunction, col,
};
use sheaf_lake::{
    Cluster, DemoLake, ExecutorOptions, Lake, LakeEngine, LakeError, Result, run_executor,
    run_scheduler, write_demo,
};

/// The stack of a thread: plans of many files nest deeper than the usual one allows.
const STACK_BYTES: usize = 32 << 20;

#[derive(Parser)]
#[command(about = "Invented lakes, the nodes of a cluster, and the time that plans take")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Write invented schools into a lake
    Demo {
        /// The lake
        dir: PathBuf,
        /// How many schools
        #[arg(long, default_value_t = 50)]
        schools: u32,
        /// How many pupils each has, past and present together
        #[arg(long, default_value_t = 1_000)]
        pupils: u32,
        /// How many years back records reach
        #[arg(long, default_value_t = 2)]
        years: u32,
        /// From which every random draw follows
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Run the scheduler of a cluster
    Scheduler {
        /// Where it listens
        listen: SocketAddr,
    },
    /// Run an executor of a cluster
    Executor {
        /// Where it listens; the port after it is taken too
        listen: SocketAddr,
        /// Where its scheduler listens
        #[arg(long)]
        scheduler: SocketAddr,
        /// How many tasks it works on at a time
        #[arg(long, default_value_t = 1)]
        tasks: usize,
        /// Where it keeps what it hands on
        #[arg(long)]
        folder: PathBuf,
    },
    /// Run the same plans over a lake and print how long each takes and a hash of its answer
    Time {
        /// The lake
        dir: PathBuf,
        /// The scheduler of a cluster; in this process without it
        #[arg(long, value_name = "HOST:PORT")]
        ballista: Option<String>,
    },
}

fn main() -> std::process::ExitCode {
    match run(Arguments::parse().command) {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            // Nothing is left to do where standard error is closed too.
            let _ = writeln!(std::io::stderr(), "error: {error}");
            std::process::ExitCode::FAILURE
        }
    }
}

fn say(text: &str) -> Result<()> {
    let place = PathBuf::from("standard output");
    writeln!(std::io::stdout(), "{text}").map_err(|source| LakeError::File { path: place, source })
}

fn run(command: Command) -> Result<()> {
    let failed = |source| LakeError::File { path: PathBuf::from("threads"), source };
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime = builder.enable_all().thread_stack_size(STACK_BYTES).build().map_err(failed)?;
    match command {
        Command::Demo { dir, schools, pupils, years, seed } => {
            let wanted = DemoLake { schools, pupils, years, seed };
            let started = Instant::now();
            let written = write_demo(&dir, &wanted, &mut |so_far| {
                // Progress that nobody reads is no reason to stop.
                let _ = writeln!(std::io::stderr(), "{} of {schools} schools", so_far.schools);
            })?;
            say(&format!(
                "{} schools, {} incidents in {} rows, {} marks, {} MB, {:.0} s",
                written.schools,
                written.incidents,
                written.incident_rows,
                written.attendance_marks,
                written.bytes / 1_000_000,
                started.elapsed().as_secs_f64()
            ))
        }
        Command::Scheduler { listen } => runtime.block_on(run_scheduler(listen)),
        Command::Executor { listen, scheduler, tasks, folder } => {
            let folder = folder.display().to_string();
            runtime.block_on(run_executor(&ExecutorOptions { scheduler, listen, tasks, folder }))
        }
        Command::Time { dir, ballista } => {
            let cluster = ballista.map_or(Cluster::Embedded, Cluster::Ballista);
            time(dir, &cluster, runtime.handle())
        }
    }
}

/// Plans of the kind that metrics make, over what is largest.
fn plans() -> Vec<(&'static str, Plan)> {
    let marks = || Plan::scan("attendance");
    let incidents = || Plan::scan("incidents");
    let own = || col("role").is_in(["aggressor", "participant"]);
    let order = vec![SortKey::parse("date")];
    let running = WindowFunction::RunningSum(1.into());
    let running =
        Step::Window { name: "k".into(), function: running, over: vec!["pupil".into()], order };
    vec![
        (
            "marks by school, half-term and class",
            marks().group(["school", "half_term", "class"], [("n", Aggregate::Sum(1.into()))]),
        ),
        (
            "pupils with a mark by year group and code",
            marks().group(["year_group", "code"], [("n", Aggregate::NUnique(col("pupil")))]),
        ),
        (
            "incidents by week and category",
            incidents()
                .filter(own())
                .group(["week", "category"], [("n", Aggregate::Count)])
                .order([SortKey::parse("-n")]),
        ),
        (
            "incidents by school and year group, of severity 3 and more",
            incidents().filter(col("severity").at_least(3)).group(
                ["school", "year_group"],
                [("n", Aggregate::Count), ("pupils", Aggregate::NUnique(col("pupil")))],
            ),
        ),
        (
            "each pupil's incidents so far, at most by school",
            incidents()
                .filter(own())
                .step(running)
                .group(["school"], [("most", Aggregate::Max(col("k")))]),
        ),
    ]
}

fn time(dir: PathBuf, cluster: &Cluster, runtime: &tokio::runtime::Handle) -> Result<()> {
    let started = Instant::now();
    let lake = Arc::new(Lake::open(&[dir])?);
    let opened = started.elapsed().as_secs_f64();
    say(&format!("{opened:8.2} s  checked {} schools", lake.schools().len()))?;
    let as_of = lake.as_of().unwrap_or_default();
    let scope = Scope::new(lake.snapshot()?, as_of);
    let engine = LakeEngine::new(Arc::clone(&lake), cluster, runtime.clone())?;
    for (name, plan) in plans() {
        let started = Instant::now();
        let frame = engine.run(&plan, &scope, &Budget::default())?;
        let seconds = started.elapsed().as_secs_f64();
        let hash = hash(&frame)?;
        say(&format!("{seconds:8.2} s  {name}: {} rows, {hash}", frame.len()))?;
    }
    Ok(())
}

/// A hash of every cell of a frame, in order.
fn hash(frame: &Frame) -> Result<String> {
    let mut hasher = blake3::Hasher::new();
    for name in frame.names() {
        hasher.update(name.as_bytes());
        for cell in frame.column(name)?.cells() {
            hasher.update(&[0]);
            hasher.update(cell.to_string().as_bytes());
        }
    }
    Ok(hasher.finalize().to_hex().chars().take(16).collect())
}
