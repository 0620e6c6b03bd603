//! The command line: every command of Sheaf, for people, scripts and tests.
//!
//! It parses arguments, calls `sheaf_school` and prints. Results go to standard output, everything
//! else to standard error. It is the only crate of the product that starts a runtime.

mod args;
mod commands;
mod output;
mod passphrase;
mod session;

use std::process::ExitCode;

use clap::Parser;

/// Runs the command that the process was started with.
///
/// 0: done; 1: refused or failed, with one line on standard error; 2: wrong usage.
pub fn main() -> ExitCode {
    let args = args::Args::parse();
    match commands::run(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::note(&format!("sheaf: {error:#}"));
            ExitCode::FAILURE
        }
    }
}
