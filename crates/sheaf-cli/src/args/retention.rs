//! Arguments of the commands about how long records are kept.

use clap::{ArgGroup, Args, Subcommand, ValueEnum};
use jiff::civil::Date;
use sheaf_records::Kind;

use super::parse_date;

/// What can be done about records past the time that they may be kept.
#[derive(Subcommand, Debug)]
pub enum RetentionCommand {
    /// Every rule: how long, from what day, whose advice it is and how sure
    Rules,
    /// Set the school's own period for kinds of record; for leads and above
    ///
    /// It takes the place of the built-in rule from its day on. A rule that begins on the same day
    /// is changed; `sheaf record withdraw` takes one back.
    Set(RetentionSetArgs),
    /// The records that are past their period and wait for a person to decide; for leads and above
    List(RetentionListArgs),
    /// Keep records until a day, that day included, and say why; for leads and above
    Keep {
        /// The records, by id
        #[arg(value_name = "RECORD", required = true)]
        records: Vec<String>,
        /// The last day on which they are kept
        #[arg(long, value_name = "DATE", value_parser = parse_date)]
        until: Date,
        /// Why; whoever can read the record can read it
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Propose to erase records that are due; takes a second person: `sheaf erase second`
    Erase {
        /// The records, by id
        #[arg(value_name = "RECORD", required = true)]
        records: Vec<String>,
    },
}

/// The school's own period.
#[derive(Args, Debug)]
#[command(group = ArgGroup::new("period").required(true))]
pub struct RetentionSetArgs {
    /// The kinds of record: pupil, incident, caseload, room_stay, intervention,
    /// intervention_session, suspension, positive_event, detention, call_out, attendance,
    /// score, plan, concern or concern_decision
    #[arg(value_name = "KIND", required = true)]
    pub kinds: Vec<Kind>,
    /// So many years
    #[arg(long, group = "period", requires = "from",
        value_parser = clap::value_parser!(u8).range(1..=i64::from(sheaf_records::MAX_YEARS)))]
    pub years: Option<u8>,
    /// From what day the years run
    #[arg(long = "runs-from", value_enum, id = "from", value_name = "DAY", requires = "years")]
    pub runs_from: Option<RunsFrom>,
    /// Until the pupil has left: transfer with the pupil, then destroy the copy
    #[arg(long, group = "period")]
    pub transfer: bool,
    /// No period: never due by itself
    #[arg(long, group = "period")]
    pub no_period: bool,
    /// For records of the safeguarding space, instead of all others
    #[arg(long)]
    pub safeguarding: bool,
    /// The first day on which it counts; today unless another is given
    #[arg(long, value_name = "DATE", value_parser = parse_date)]
    pub valid_from: Option<Date>,
    /// The last day on which it counts
    #[arg(long, value_name = "DATE", value_parser = parse_date)]
    pub valid_to: Option<Date>,
    /// Where the period comes from: a policy, advice, who agreed
    #[arg(long, value_name = "TEXT")]
    pub source: String,
}

/// From what day a number of years runs.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum RunsFrom {
    /// The pupil's date of birth
    Birth,
    /// The day of what is recorded
    Event,
    /// The day on which the pupil left
    Leaving,
}

/// Which records to list.
#[derive(Args, Debug)]
pub struct RetentionListArgs {
    /// Only of this kind
    #[arg(long)]
    pub kind: Option<Kind>,
    /// What waits for a second signature instead
    #[arg(long, conflicts_with = "undated")]
    pub waiting: bool,
    /// What has no day instead, because a date is missing
    #[arg(long)]
    pub undated: bool,
    /// At most so many
    #[arg(long, default_value_t = 50)]
    pub limit: u32,
    /// Without so many at the start
    #[arg(long, default_value_t = 0)]
    pub offset: u32,
}
