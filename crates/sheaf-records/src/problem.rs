//! What can be wrong with a field, and where; what is merely odd.

use std::fmt;

use jiff::civil::Date;

use crate::codes::ListId;
use crate::kind::Kind;
use crate::retention::kept_kinds;
use crate::suspension::{MAX_DAYS_A_YEAR, MAX_SESSIONS_A_YEAR};
use crate::upn::UpnError;

/// What is wrong with the value of a field. No message repeats a name or a narrative: a value is
/// shown only where it is a number, a date or the code of a list.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FieldError {
    /// The kind has no such field, or the row no such column.
    #[error("there is no such field{}; `sheaf kind show {kind}` lists them", suggest(.nearest))]
    UnknownField {
        /// The kind of record.
        kind: Kind,
        /// The nearest name there is.
        nearest: Option<&'static str>,
    },
    /// A record without this field is not complete.
    #[error("is missing; give {expected}")]
    Missing {
        /// What belongs there.
        expected: &'static str,
    },
    /// The value is of another type.
    #[error("{}give {expected}", shown(.value))]
    WrongType {
        /// What belongs there.
        expected: &'static str,
        /// The offending value where it may be shown, else empty.
        value: String,
    },
    /// One value was given where rows belong.
    #[error("holds rows; give them by key")]
    RowsNeeded,
    /// Rows were given where one value belongs.
    #[error("holds one value, not rows")]
    RowsNotExpected,
    /// The field is computed from dated spells.
    #[error("is kept as dated spells; say from which day the new value holds")]
    Virtual,
    /// The number is too small or too great.
    #[error("{value} is out of range; give a number from {min} to {max}")]
    OutOfRange {
        /// The number.
        value: i64,
        /// The least.
        min: i64,
        /// The greatest.
        max: i64,
    },
    /// The text is too long.
    #[error("is too long, at {length} characters; shorten it to {max}")]
    TooLong {
        /// Its length in characters.
        length: usize,
        /// The most characters.
        max: usize,
    },
    /// The text is empty or blank.
    #[error("is empty; give {expected}, or leave the field out")]
    Empty {
        /// What belongs there.
        expected: &'static str,
    },
    /// The text holds a character that cannot be shown.
    #[error("holds a control character; remove it")]
    ControlCharacter,
    /// The code is not in its list.
    #[error(
        "{} is not in the list `{list}`{}; `sheaf codes {list}` shows it",
        named(.code),
        suggest(.nearest)
    )]
    UnknownCode {
        /// The list.
        list: ListId,
        /// The code where it looks like one, else empty.
        code: String,
        /// The nearest code there is.
        nearest: Option<String>,
    },
    /// The code is in its list, but did not count on the day of the record.
    #[error("`{code}` of the list `{list}` did not count on {on}; it counts {}", span(.from, .to))]
    CodeNotValid {
        /// The list.
        list: ListId,
        /// The code.
        code: String,
        /// The day of the record.
        on: Date,
        /// The first day on which it counts.
        from: Option<Date>,
        /// The last day on which it counts.
        to: Option<Date>,
    },
    /// There is no code list of that name.
    #[error("there is no code list of that name{}; `sheaf codes` names them", suggest(.nearest))]
    UnknownList {
        /// The nearest name there is.
        nearest: Option<&'static str>,
    },
    /// The key of a row is not what it should be.
    #[error("the key of a row is malformed; give {expected}")]
    MalformedKey {
        /// What a key is.
        expected: &'static str,
    },
    /// There are too many rows.
    #[error("has {count} rows; at most {max} fit in one record")]
    TooManyRows {
        /// How many.
        count: usize,
        /// How many fit.
        max: usize,
    },
    /// There is no kind of record of that name for which a period can be set.
    #[error(
        "no period can be set for that{}; give a kind of record that is about pupils: {}",
        suggest(.nearest),
        kept_kinds()
    )]
    NotKept {
        /// The nearest name there is.
        nearest: Option<&'static str>,
    },
    /// The value belongs to a period of years, and the period is none.
    #[error("is only for a period of years; clear it, or change the period")]
    OnlyWithYears,
    /// Records of the kind have no day of their own from which a period could run.
    #[error("a {kind} has no day of its own; let the period run from birth or leaving")]
    NoDay {
        /// The kind.
        kind: Kind,
    },
    /// One date or time comes before another that it should follow.
    #[error("is before `{earlier}`; one of the two is wrong")]
    Order {
        /// The field that should come first.
        earlier: &'static str,
    },
    /// A permanent exclusion was given an end or a length.
    #[error("is not for a permanent exclusion, which has no end; clear it, or change the type")]
    EndOfPermanent,
    /// A detention that was served says why it was not.
    #[error("is only for a detention that was not attended; clear it, or change the status")]
    OnlyWhenMissed,
    /// A mark for one half of the day stands in the other.
    #[error("is the mark of the other half of the day; here it is `{right}`")]
    OtherSession {
        /// The mark that belongs there.
        right: &'static str,
    },
    /// A mark that the DfE does not know.
    #[error("is no mark that is counted in England; give one of the DfE's codes")]
    NotCounted,
    /// Minutes beside a mark that says nothing of being late.
    #[error("is only for `L` and `U`; clear it, or change the mark")]
    OnlyWhenLate,
    /// A total of a scale that the measure does not have.
    #[error("is no scale of this measure; give one that it has")]
    NoSuchScale,
    /// A suspension is longer than the law allows.
    #[error(
        "{sessions} sessions are more than the {MAX_DAYS_A_YEAR} school days \
         ({MAX_SESSIONS_A_YEAR} sessions) for which a pupil may be suspended in a school year"
    )]
    SuspendedTooLong {
        /// Its sessions.
        sessions: i64,
    },
    /// A suspension takes the pupil's school year over what the law allows.
    #[error(
        "with {before} sessions already in {year} this makes {}, more than the {MAX_DAYS_A_YEAR} \
         school days ({MAX_SESSIONS_A_YEAR} sessions) for which a pupil may be suspended in a \
         school year",
        .before + .sessions
    )]
    YearSuspendedTooLong {
        /// The sessions of this suspension.
        sessions: i64,
        /// Those of the pupil's others in the school year.
        before: i64,
        /// The school year.
        year: String,
    },
    /// A suspension has too many reasons.
    #[error("has {count} reasons; give {max} at most, the main ones")]
    TooManyReasons {
        /// How many.
        count: usize,
        /// How many fit.
        max: usize,
    },
    /// Two half-terms share a day.
    #[error("shares days with `{other}`; half-terms follow one another")]
    Overlap {
        /// The other row.
        other: String,
    },
    /// The UPN is not one.
    #[error("{0}")]
    Upn(UpnError),
    /// The JSON is not an object of fields.
    #[error("give a JSON object of fields, or of rows by key")]
    NotAnObject,
}

impl FieldError {
    /// A value of another type. It is shown only if it has the look of a date, a time or a number.
    pub(crate) fn wrong_type(expected: &'static str, text: &str) -> Self {
        let harmless = text.len() <= 20
            && text.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | ':' | '/' | '.' | 'T'));
        let value = if harmless { text.to_owned() } else { String::new() };
        Self::WrongType { expected, value }
    }
}

fn shown(value: &str) -> String {
    if value.is_empty() { String::new() } else { format!("`{value}` will not do here; ") }
}

fn named(code: &str) -> String {
    if code.is_empty() { "the code".to_owned() } else { format!("`{code}`") }
}

fn suggest(nearest: &Option<impl fmt::Display>) -> String {
    nearest.as_ref().map(|name| format!(" (did you mean `{name}`?)")).unwrap_or_default()
}

fn span(from: &Option<Date>, to: &Option<Date>) -> String {
    match (from, to) {
        (Some(from), Some(to)) => format!("from {from} to {to}"),
        (Some(from), None) => format!("from {from}"),
        (None, Some(to)) => format!("until {to}"),
        (None, None) => "always".to_owned(),
    }
}

/// One thing that is wrong with a record, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind}{}{path}: {error}", if path.is_empty() { "" } else { "." })]
pub struct Problem {
    /// The kind of the record.
    pub kind: Kind,
    /// The field, as `name` or `name.key.column`; empty for the record as a whole.
    pub path: String,
    /// What is wrong.
    #[source]
    pub error: FieldError,
}

/// One thing about a record that is allowed and odd.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// The kind of the record.
    pub kind: Kind,
    /// The field, as `name` or `name.key.column`.
    pub path: String,
    /// What is odd.
    pub oddity: Oddity,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}: {}", self.kind, self.path, self.oddity)
    }
}

/// What is odd about a value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Oddity {
    /// A follow-up is due before the incident happened.
    #[error("is due before the incident happened")]
    DueBeforeIncident,
    /// Nobody is named in an incident.
    #[error("no pupil is named")]
    NobodyNamed,
    /// The UPN is a temporary one.
    #[error("is a temporary UPN")]
    TemporaryUpn,
    /// The school has retired the code.
    #[error("`{0}` is a retired code")]
    RetiredCode(String),
    /// Two spells of one fact share a day.
    #[error("two spells of `{0}` share a day; the later one counts")]
    SpellsOverlap(String),
    /// The school is closed on that day.
    #[error("{0} is not a school day")]
    ClosedDay(Date),
    /// A suspension takes more sessions than there are between its days.
    #[error("more sessions than the {room} from its first to its last day")]
    MoreSessionsThanDays {
        /// The sessions that there are.
        room: i64,
    },
    /// A mark is of a day outside its half-term.
    #[error("{0} is not in that half-term")]
    OtherHalfTerm(Date),
    /// Something of a plan comes before it.
    #[error("is before the plan starts")]
    BeforePlan,
    /// A plan that has ended is to be reviewed.
    #[error("is after the plan ends")]
    AfterPlan,
    /// None or several reasons of a suspension are the main one.
    #[error("{0} reasons are marked as the main one (rank 1)")]
    MainReasons(usize),
    /// A pupil's part in an intervention lies outside it.
    #[error("is outside the days of the intervention")]
    OutsideRun,
    /// A pupil who never started has an outcome.
    #[error("has an outcome without a start")]
    NeverStarted,
    /// A pupil attended a session that was not held.
    #[error("attended a session that was not held")]
    NotHeld,
    /// A session names a pupil who was not in its intervention then.
    #[error("was not in the intervention on that day")]
    NotEnrolled,
    /// A pupil was sent home without a suspension.
    #[error("a pupil who is sent home without a suspension may be excluded unlawfully")]
    SentHome,
    /// Home was told before the incident happened.
    #[error("is before the incident happened")]
    BeforeIncident,
}
