//! The shape of the command line.

mod carry;
mod concern;
mod exchange;
mod govern;
mod metrics;
mod people;
mod records;
mod register;
mod replication;
mod retention;

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
use jiff::civil::Date;
use sheaf_records::Kind;

pub use carry::{BundleCommand, BundleWriteArgs, FolderCommand};
pub use concern::{ConcernAddArgs, ConcernCommand, ConcernDecideArgs};
pub use exchange::{ExportCommand, ImportArgs, ImportFormat, LakeDates};
pub use govern::{
    EraseArgs, EraseCommand, HeldCommand, HoldArgs, MemberCommand, RecoverArgs, SpaceCommand,
};
pub use metrics::{MetricCommand, MetricId, MetricName, Opened, WorkbenchArgs};
pub use people::{DemoArgs, InitArgs, InviteArgs, JoinArgs};
pub use records::{LogArgs, RecordCommand, RecordListArgs};
pub use register::{RegisterCommand, RegisterMarkArgs, RegisterTakeArgs};
pub use replication::{DoctorArgs, ServeArgs, SyncArgs};
pub use retention::{RetentionCommand, RetentionListArgs, RetentionSetArgs, RunsFrom};

/// A local-first record of pastoral and behaviour work in a school.
#[derive(Parser, Debug)]
#[command(name = "sheaf", version, max_term_width = 100, arg_required_else_help = true)]
pub struct Args {
    /// The folder of this device's school
    #[arg(long, env = "SHEAF_HOME", global = true, value_name = "DIR")]
    pub home: Option<PathBuf>,

    /// How to print: text for people, json for programs, csv where rows make sense
    #[arg(long, global = true, value_enum, default_value_t = Format::Text)]
    pub format: Format,

    /// Take this day as today
    #[arg(long, global = true, value_name = "DATE", value_parser = parse_date)]
    pub as_of: Option<Date>,

    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// How results are printed.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// For people.
    Text,
    /// For programs: one value on standard output.
    Json,
    /// Rows with a header line.
    Csv,
}

/// What can be done.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Found a school on this device
    Init(InitArgs),
    /// Make an invented school, in one home for each device
    Demo(DemoArgs),
    /// Let a colleague's device join, or a further one of somebody; waits for it while it runs
    Invite(InviteArgs),
    /// Join a school with a ticket or a spoken code
    Join(JoinArgs),
    /// Who is in, with which devices
    Members,
    /// Set roles, remove people and devices, stand behind a removal
    #[command(subcommand)]
    Member(MemberCommand),
    /// Create spaces, let people in and out
    #[command(subcommand)]
    Space(SpaceCommand),
    /// Use the printed recovery key: make somebody head, remove, replace the key
    Recover(RecoverArgs),
    /// What is kept and does not stand, and why
    Held {
        /// What to do with it
        #[command(subcommand)]
        command: Option<HeldCommand>,
    },
    /// Propose to erase records for good, second it, or withdraw it
    Erase(EraseArgs),
    /// The erasures, and which devices have confirmed them
    Erasures,
    /// Put records under a legal hold, which keeps them from being erased
    Hold(HoldArgs),
    /// How long records are kept, and what is past its period
    #[command(subcommand)]
    Retention(RetentionCommand),
    /// Delete this device's copy of the school for ever
    Wipe {
        /// Really
        #[arg(long)]
        yes: bool,
    },
    /// What this device holds, and whom it has met
    Status,
    /// Change the passphrase of this device
    ///
    /// Scripts set the old one as SHEAF_PASSPHRASE and the new one as SHEAF_NEW_PASSPHRASE.
    Passphrase,
    /// Write this device's school into one sealed file
    ///
    /// Windows may be open. Scripts set the file's passphrase as SHEAF_BACKUP_PASSPHRASE; without
    /// it the file takes the passphrase of the device.
    Backup {
        /// The file; an older backup of that name is replaced
        file: PathBuf,
    },
    /// Make this device's school again out of a backup, in a new folder
    ///
    /// Scripts set the backup's passphrase as SHEAF_BACKUP_PASSPHRASE and the new one for this
    /// device as SHEAF_PASSPHRASE; one may serve for both.
    Restore {
        /// A file that `sheaf backup` has written
        file: PathBuf,
    },
    /// Stay up and replicate with every device met
    Serve(ServeArgs),
    /// Replicate once
    Sync(SyncArgs),
    /// Carry entries on a stick: one sealed file for named colleagues
    #[command(subcommand)]
    Bundle(BundleCommand),
    /// Exchange entries by a mapped drive or a synchronised folder, whenever this device is on
    #[command(subcommand)]
    Folder(FolderCommand),
    /// What of the network works from here, what blocks the rest, and what to do
    Doctor(DoctorArgs),
    /// Check every chain, signature, right and document against the log
    Verify {
        /// Throw the index away and build it again from the log
        #[arg(long)]
        rebuild: bool,
    },
    /// Log an incident in one line
    Log(LogArgs),
    /// Write a safeguarding concern down, see what became of it, receive and decide
    #[command(subcommand)]
    Concern(ConcernCommand),
    /// Add, change, show and list records
    #[command(subcommand)]
    Record(RecordCommand),
    /// Take the register, mark pupils, and show what their marks come to
    #[command(subcommand)]
    Register(RegisterCommand),
    /// Look for words in every record that this device holds
    Search {
        /// The words; the last may be the beginning of one
        text: String,
        /// At most so many hits
        #[arg(long, default_value_t = 20)]
        limit: u32,
    },
    /// The kinds of record with their fields
    Kinds,
    /// One kind of record with its fields
    #[command(subcommand)]
    Kind(KindCommand),
    /// A code list with its source and dates
    Codes {
        /// The list; without one, all are named
        list: Option<String>,
    },
    /// Bring a pupil list or a register in, or say row by row what it would do
    Import(ImportArgs),
    /// Write a file for other programs
    #[command(subcommand)]
    Export(ExportCommand),
    /// Run, write, check, share and review metrics
    #[command(subcommand)]
    Metric(MetricCommand),
    /// Every table and column that a metric can read
    Tables,
    /// Open the window, or draw it into a picture
    Workbench(WorkbenchArgs),
    /// Print completions for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
}

/// What can be asked of a kind.
#[derive(Subcommand, Debug)]
pub enum KindCommand {
    /// Its fields with types and code lists
    Show {
        /// The kind
        kind: Kind,
    },
}

/// A date that exists, or a message that says what is wrong with it.
pub fn parse_date(text: &str) -> Result<Date, String> {
    text.parse::<Date>().map_err(|_| format!("`{text}` is not a date: write YYYY-MM-DD"))
}
