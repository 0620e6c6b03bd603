//! One function a command: call the service, print what it says.

mod checks;
mod metrics;
mod people;
mod records;
mod replication;
mod schema;
mod workbench;

use anyhow::Result;
use clap::CommandFactory;

use crate::args::{Args, Command};
use crate::session::Session;

/// Runs the command of these arguments.
pub fn run(args: Args) -> Result<()> {
    let session = Session::new(args.home, args.as_of, args.format);
    match args.command {
        Command::Init(init) => people::init(&session, &init),
        Command::Demo(demo) => people::demo(&session, &demo),
        Command::Invite(invite) => people::invite(&session, &invite),
        Command::Join(join) => people::join(&session, &join),
        Command::Members => people::members(&session),
        Command::Status => people::status(&session),
        Command::Serve(serve) => replication::serve(&session, &serve),
        Command::Sync(sync) => replication::sync(&session, &sync),
        Command::Verify { rebuild } => checks::verify(&session, rebuild),
        Command::Log(log) => records::log(&session, log),
        Command::Record(record) => records::record(&session, record),
        Command::Search { text, limit } => records::search(&session, &text, limit),
        Command::Kinds => schema::kinds(&session),
        Command::Kind(crate::args::KindCommand::Show { kind }) => schema::kind(&session, &kind),
        Command::Codes { list } => schema::codes(&session, list.as_deref()),
        Command::Metric(metric) => metrics::metric(&session, metric),
        Command::Tables => metrics::tables(&session),
        Command::Workbench(arguments) => workbench::workbench(&session, &arguments),
        Command::Completions { shell } => {
            let mut command = Args::command();
            clap_complete::generate(shell, &mut command, "sheaf", &mut std::io::stdout());
            Ok(())
        }
        Command::Man => Ok(clap_mangen::Man::new(Args::command()).render(&mut std::io::stdout())?),
    }
}
