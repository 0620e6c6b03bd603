//! What a school writes down: record kinds, code lists with dates, validation, school calendar.
//!
//! This crate does no IO, reads no clock and draws no randomness: time and ids come in as
//! parameters. It knows nothing of documents, devices or disks.
//!
//! ```
//! use sheaf_records::{CodeLists, Kind, Record, RecordId, parse_record, validate};
//!
//! let json = serde_json::json!({ "occurred_at": "2026-11-20T10:15", "category": "disruptoin" });
//! let fields = parse_record(Kind::Incident, &json).map_err(|problems| problems[0].clone())?;
//! let record = Record { id: RecordId::from_bytes([7; 16]), kind: Kind::Incident, fields };
//! let problems = validate(&record, &CodeLists::default()).unwrap_err();
//! assert!(problems[0].to_string().contains("did you mean `disruption`?"));
//! # Ok::<(), sheaf_records::Problem>(())
//! ```

mod attendance;
mod codes;
mod describe;
mod field_type;
mod id;
mod instrument;
mod json;
mod kind;
mod nearest;
mod problem;
mod record;
mod retention;
mod schema;
mod school_calendar;
mod score;
mod spells;
mod suspension;
mod upn;
mod validate;
mod value;

pub use attendance::*;
pub use codes::{Code, CodeEntry, CodeList, CodeLists, ListId};
pub use describe::{full_name, headline, occurred, pupil_name, referenced_pupils, search_text};
pub use field_type::FieldType;
pub use id::{InvalidRecordId, RecordId};
pub use instrument::{Cited, CutOffs, Instrument, InstrumentScale, instrument, instruments};
pub use json::{parse_record, to_json, to_json_on, value_json};
pub use kind::{Kind, UnknownKind};
pub use nearest::nearest;
pub use problem::{FieldError, Oddity, Problem, Warning};
pub use record::{Edit, Field, FieldPath, Fields, InvalidFieldPath, Record, Rows};
pub use retention::{
    Basis, Due, KEPT_KINDS, MAX_YEARS, Mark, Period as RetentionPeriod, PupilDates, RecordDates,
    RetentionRule, RetentionRules, Roll, Setting, Standing, Undue, due, event_day, has_day,
};
pub use schema::*;
pub use school_calendar::{CalendarError, HalfTerm, Period, SchoolCalendar, WeekLetter, monday_of};
pub use score::{Better, NoSuchScale, ScoreRange, score_range};
pub use spells::{PupilOn, PupilView, Spell, expand_virtual, virtual_edit};
pub use suspension::*;
pub use upn::{UpnError, UpnKind, check_letter, check_upn};
pub use validate::{check_days, check_enrolled, validate, validate_edit, validate_edits};
pub use value::Value;
