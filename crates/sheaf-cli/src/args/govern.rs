//! Arguments of the commands that say who is in and what is gone.

use clap::{Args, Subcommand};
use sheaf_school::Role;

/// What can be done with members.
#[derive(Subcommand, Debug)]
pub enum MemberCommand {
    /// Set a person's role
    SetRole {
        /// The person, by name or id
        person: String,
        /// head, dsl, deputy-dsl, lead, mentor or observer
        role: Role,
        /// Why; only people of the school can read it
        #[arg(long)]
        reason: String,
    },
    /// Remove a person with all devices, or one device that is lost; there is no way back
    Remove {
        /// The person or the device, by name or id
        who: String,
        /// Why; only people of the school can read it
        #[arg(long)]
        reason: String,
        /// Say what would be lost, and do nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// The removals that were written, and who stands behind each
    Removals,
    /// Stand behind a removal that a colleague has written
    Endorse {
        /// Its entry, as `member removals` shows it
        entry: String,
    },
}

/// What can be done with spaces.
#[derive(Subcommand, Debug)]
pub enum SpaceCommand {
    /// Create a space
    Create {
        /// What it is called
        name: String,
        /// Who is in, beside you; may be repeated
        #[arg(long = "member", value_name = "PERSON")]
        members: Vec<String>,
    },
    /// Let a person into a space that you manage; they get its whole past
    Admit {
        /// The space
        space: String,
        /// The person, by name or id
        person: String,
    },
    /// Leave a space, or take somebody else out of it
    Leave {
        /// The space
        space: String,
        /// Somebody else, by name or id
        #[arg(long, requires = "reason")]
        person: Option<String>,
        /// Why they are taken out
        #[arg(long)]
        reason: Option<String>,
    },
}

/// What can be done with what is held.
#[derive(Subcommand, Debug)]
pub enum HeldCommand {
    /// Vouch for the changes of a held entry, which stand from then on
    Attest {
        /// The entry, as `held` shows it
        entry: String,
    },
}

/// Use the printed recovery key.
#[derive(Args, Debug)]
pub struct RecoverArgs {
    /// Who becomes head, by name or id
    #[arg(long, value_name = "PERSON")]
    pub head: Option<String>,
    /// Whom to remove, by name or id; may be repeated
    #[arg(long, value_name = "PERSON_OR_DEVICE")]
    pub remove: Vec<String>,
    /// Print a new recovery key; this one is worth nothing afterwards
    #[arg(long)]
    pub replace: bool,
    /// Why; only people of the school can read it
    #[arg(long)]
    pub reason: String,
}

/// Erase records, second an erasure or withdraw it.
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true)]
pub struct EraseArgs {
    /// The records, by id, all of one space
    #[arg(value_name = "RECORD", required = true)]
    pub records: Vec<String>,
    /// retention-ended, written-in-error, request, moved, redacted or other
    #[arg(long, value_name = "CODE", required = true)]
    pub reason: Option<String>,
    /// What else can be done
    #[command(subcommand)]
    pub command: Option<EraseCommand>,
}

/// What can be done with an erasure.
#[derive(Subcommand, Debug)]
pub enum EraseCommand {
    /// Second an erasure that a colleague has proposed
    Second {
        /// Its id, as `erasures` shows it
        id: String,
    },
    /// Take an erasure back that you proposed, until somebody has seconded it
    Withdraw {
        /// Its id, as `erasures` shows it
        id: String,
    },
}

/// Keep records from being erased.
#[derive(Args, Debug)]
pub struct HoldArgs {
    /// The records, by id, all of one space
    #[arg(value_name = "RECORD", required = true)]
    pub records: Vec<String>,
    /// Lift the hold
    #[arg(long)]
    pub lift: bool,
}
