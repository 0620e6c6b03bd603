//! The command line: every command of Sheaf, for people, scripts and tests.
//!
//! It parses arguments, calls `sheaf_school` and prints. Results go to standard output, everything
//! else to standard error. It is the only crate of the product that starts a runtime.

mod args;
mod commands;
mod output;
mod passphrase;
mod qr;
mod refusal;
mod session;

use std::process::ExitCode;

use clap::Parser;

/// Wrong usage; 1 is for what was understood and refused.
const WRONG_USAGE: u8 = 2;

/// Runs the command that the process was started with.
///
/// 0: done; 1: refused or failed, with one line on standard error; 2: wrong usage.
pub fn main() -> ExitCode {
    let args = match args::Args::try_parse() {
        Ok(args) => args,
        Err(usage) => return wrong_usage(&usage),
    };
    match commands::run(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if output::is_unread(&error) => ExitCode::SUCCESS,
        Err(error) => {
            output::note(&refusal::of_error(&error));
            ExitCode::FAILURE
        }
    }
}

/// Help that was asked for goes out as it is; a mistake is one line.
fn wrong_usage(usage: &clap::Error) -> ExitCode {
    let Some(line) = refusal::of_usage(usage) else { usage.exit() };
    output::note(&line);
    ExitCode::from(WRONG_USAGE)
}
