//! Arguments of the commands about the register.

use clap::{Args, Subcommand};
use jiff::civil::Date;
use sheaf_records::Session;

use super::parse_date;

/// What can be done with the register.
#[derive(Subcommand, Debug)]
pub enum RegisterCommand {
    /// Take the register of a registration group: everybody is there but those who are named
    Take(RegisterTakeArgs),
    /// Mark one pupil, for a session, a day or several days
    Mark(RegisterMarkArgs),
    /// The marks of a pupil, and what they come to
    Show {
        /// The pupil: a name, a UPN or an id
        who: String,
        /// Only from this day on
        #[arg(long, value_parser = parse_date)]
        from: Option<Date>,
        /// Only up to and including this day
        #[arg(long, value_parser = parse_date)]
        to: Option<Date>,
    },
}

/// Whose register, of when.
#[derive(Args, Debug)]
pub struct RegisterTakeArgs {
    /// The registration group, such as 9B
    pub group: String,
    /// AM or PM
    #[arg(long, value_parser = parse_session)]
    pub session: Session,
    /// The day; today if left out
    #[arg(long, value_name = "DATE", value_parser = parse_date)]
    pub date: Option<Date>,
    /// A pupil who is not simply there, and the mark: a code or the beginning of what it is
    /// called, such as "Noor Khan:I" or "Noor Khan:illness"; may be repeated
    #[arg(long = "except", value_name = "NAME:CODE")]
    pub except: Vec<String>,
    /// Why marks that stand already are amended
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
}

/// Which mark, for whom and when.
#[derive(Args, Debug)]
pub struct RegisterMarkArgs {
    /// The pupil: a name, a UPN or an id
    pub who: String,
    /// The mark: present, a code, or the beginning of what it is called; `sheaf codes
    /// attendance_code` lists them
    pub code: String,
    /// AM or PM; the whole day if left out
    #[arg(long, value_parser = parse_session)]
    pub session: Option<Session>,
    /// The first or only day; today if left out
    #[arg(long, value_name = "DATE", value_parser = parse_date)]
    pub date: Option<Date>,
    /// The last of several days; those on which the school is closed are passed over
    #[arg(long, value_name = "DATE", value_parser = parse_date)]
    pub to: Option<Date>,
    /// By how many minutes the pupil was late
    #[arg(long, value_name = "N", requires = "session")]
    pub minutes_late: Option<i64>,
    /// Why marks that stand already are amended
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
}

fn parse_session(text: &str) -> Result<Session, String> {
    text.parse().map_err(|error| format!("`{text}` {error}"))
}
