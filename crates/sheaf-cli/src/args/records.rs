//! Arguments of the commands about records.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use jiff::civil::Date;
use sheaf_records::Kind;

use super::parse_date;

/// Log an incident.
#[derive(Args, Debug)]
pub struct LogArgs {
    /// The pupil: a name, a UPN or an id
    pub who: String,
    /// The category: a code or the beginning of its title
    pub what: String,
    /// The place: a code or the beginning of its title
    #[arg(long = "where", value_name = "PLACE")]
    pub place: Option<String>,
    /// When, such as 2026-11-20T10:15 or 10:15; now if left out
    #[arg(long, value_name = "TIME")]
    pub at: Option<String>,
    /// From 1, minor, to 5
    #[arg(long, value_parser = clap::value_parser!(u8).range(1..=5))]
    pub severity: Option<u8>,
    /// What happened
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
    /// Another pupil and their role; may be repeated
    #[arg(long = "with", value_name = "NAME:ROLE")]
    pub with: Vec<String>,
    /// The space: pastoral if left out
    #[arg(long, value_name = "NAME")]
    pub space: Option<String>,
}

/// What can be done with records.
#[derive(Subcommand, Debug)]
pub enum RecordCommand {
    /// Add a record from JSON
    Add {
        /// What kind it is; `sheaf kinds` lists them
        kind: Kind,
        /// The space: that of the kind if left out
        #[arg(long, value_name = "NAME")]
        space: Option<String>,
        /// The fields as a JSON object; `-` reads standard input
        #[arg(long, value_name = "-|TEXT", default_value = "-")]
        json: String,
    },
    /// Change fields of a record
    Edit {
        /// The record
        id: String,
        /// A field and its new value; nothing after `=` clears it; may be repeated
        #[arg(long = "set", value_name = "FIELD=VALUE", required = true)]
        set: Vec<String>,
        /// Why, for the history of the record
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
    },
    /// Show one record in full
    Show {
        /// The record
        id: String,
        /// As it was then: the `entry` of a step of its history, or how that begins
        #[arg(long, value_name = "VERSION")]
        at: Option<String>,
    },
    /// List records of one kind, newest first
    List(RecordListArgs),
    /// Who changed what, when and why: withdrawals, conflicts and choices too
    ///
    /// As JSON each step says `by` with `person_id`, `device` with `device_id`, the time `at` that
    /// the author's clock claimed, the `entry` that carries it, the state of its `signature`, which
    /// is checked again from what is stored (`valid`, `erased`, or `held:`, `not here:` or
    /// `not valid:` and why), its `act` (created, changed, settled, withdrawn, restored, or unread
    /// where its content is not here), its `reason` and what `changed`: the field with its value
    /// before and after. A field that had several values at once names those of which one was
    /// chosen as `settled`; one that others wrote at the same time names what they wrote as
    /// `at_once`.
    History {
        /// The record
        id: String,
    },
    /// Withdraw a record: it stays in its history, and leaves lists, tables and counts
    Withdraw {
        /// The record
        id: String,
        /// Why
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Take a pupil out of an incident with several: written again, and the old one erased
    Redact {
        /// The record
        id: String,
        /// The pupil, by id, UPN or name
        #[arg(long)]
        pupil: String,
        /// What happened, told without them
        #[arg(long, value_name = "TEXT")]
        narrative: Option<String>,
        /// Why
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Move a record to another space: written again there, and the old one erased
    Move {
        /// The record
        id: String,
        /// The space
        #[arg(long, value_name = "NAME")]
        space: String,
        /// Why
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Make a withdrawn record count again
    Restore {
        /// The record
        id: String,
        /// Why, for the history of the record
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
    },
    /// Write a file that proves who wrote a record, and when, to somebody without Sheaf
    ///
    /// Whoever has the file can read this record as it is and as it was, and no other. It also
    /// tells, by ids and not by name, who was in the school and in the space at that time.
    /// `record check-proof` checks it, and so does a short script: docs/proof.md.
    Prove {
        /// The record
        id: String,
        /// The file; a new one
        file: PathBuf,
    },
    /// Check a proof against a school's id; needs no home
    CheckProof {
        /// The file
        file: PathBuf,
        /// The school's id, as `sheaf status` of one of its devices tells it
        #[arg(long, value_name = "ID")]
        school: String,
    },
    /// Choose one of the values that a field has at once
    Resolve {
        /// The record
        id: String,
        /// The field
        field: String,
        /// The value that shall hold; empty for none
        value: String,
    },
}

/// Which records to list.
#[derive(Args, Debug)]
pub struct RecordListArgs {
    /// What kind; `sheaf kinds` lists them
    pub kind: Kind,
    /// Only those that name this pupil: a name, a UPN or an id
    #[arg(long)]
    pub pupil: Option<String>,
    /// Only those from this day on
    #[arg(long, value_parser = parse_date)]
    pub from: Option<Date>,
    /// Only those up to and including this day
    #[arg(long, value_parser = parse_date)]
    pub to: Option<Date>,
    /// Only those for which this holds, such as 'severity >= 3 & location == "corridor"'
    #[arg(long = "where", value_name = "EXPR")]
    pub filter: Option<String>,
    /// Withdrawn ones too
    #[arg(long, conflicts_with = "filter")]
    pub withdrawn: bool,
    /// At most so many
    #[arg(long, default_value_t = 50)]
    pub limit: u32,
}
