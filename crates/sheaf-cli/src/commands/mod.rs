//! One function a command: call the service, print what it says.

mod carry;
mod checks;
mod concerns;
mod doctor;
mod door;
mod exchange;
mod govern;
mod joining;
#[cfg(feature = "lake")]
mod lake;
#[cfg(not(feature = "lake"))]
#[path = "no_lake.rs"]
mod lake;
mod metrics;
mod people;
mod proof;
mod records;
mod register;
mod replication;
mod rest;
mod retention;
mod schema;
mod workbench;

use anyhow::Result;
use clap::CommandFactory;

use crate::args::{Args, Command};
use crate::output;
use crate::session::Session;

/// Runs the command of these arguments.
pub fn run(args: Args) -> Result<()> {
    let session = Session::new(args.home, args.as_of, args.format);
    answer(&session, args.command)?;
    if let Some(told) = session.wrote_in_vain() {
        output::note(&people::out_words(&told));
    }
    Ok(())
}

fn answer(session: &Session, command: Command) -> Result<()> {
    match command {
        Command::Init(init) => people::init(session, &init),
        Command::Demo(demo) => people::demo(session, &demo),
        Command::Invite(invite) => joining::invite(session, &invite),
        Command::Join(join) => joining::join(session, &join),
        Command::Members => people::members(session),
        Command::Member(command) => govern::member(session, &command),
        Command::Space(command) => govern::space(session, &command),
        Command::Recover(recover) => govern::recover(session, &recover),
        Command::Held { command } => govern::held(session, command.as_ref()),
        Command::Erase(erase) => govern::erase(session, &erase),
        Command::Erasures => govern::erasures(session),
        Command::Hold(hold) => govern::hold(session, &hold),
        Command::Retention(command) => retention::retention(session, &command),
        Command::Wipe { yes } => govern::wipe(session, yes),
        Command::Status => people::status(session),
        Command::Passphrase => rest::change_passphrase(session),
        Command::Backup { file } => rest::backup(session, &file),
        Command::Restore { file } => rest::restore(session, &file),
        Command::Serve(serve) => replication::serve(session, &serve),
        Command::Sync(sync) => replication::sync(session, &sync),
        Command::Bundle(command) => carry::bundle(session, &command),
        Command::Folder(command) => carry::folder(session, &command),
        Command::Doctor(args) => doctor::doctor(session, &args),
        Command::Verify { rebuild } => checks::verify(session, rebuild),
        Command::Log(log) => records::log(session, log),
        Command::Concern(command) => concerns::concern(session, command),
        Command::Record(record) => records::record(session, record),
        Command::Register(command) => register::register(session, command),
        Command::Search { text, limit } => records::search(session, &text, limit),
        Command::Kinds => schema::kinds(session),
        Command::Kind(crate::args::KindCommand::Show { kind }) => schema::kind(session, kind),
        Command::Codes { list } => schema::codes(session, list.as_deref()),
        Command::Import(import) => exchange::import(session, &import),
        Command::Export(export) => exchange::export(session, &export),
        Command::Metric(metric) => metrics::metric(session, metric),
        Command::Tables => metrics::tables(session),
        Command::Workbench(arguments) => workbench::workbench(session, &arguments),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Args::command(), "sheaf", &mut script);
            output::print(&String::from_utf8(script)?)
        }
        Command::Man => {
            let mut page = Vec::new();
            clap_mangen::Man::new(Args::command()).render(&mut page)?;
            output::print(&String::from_utf8(page)?)
        }
    }
}
