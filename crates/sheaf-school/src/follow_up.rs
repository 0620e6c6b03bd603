//! What is still to be done about an incident, and by whom.

use jiff::civil::Date;
use sheaf_records::{Record, RecordId, Value};

/// The field in which follow-ups stand.
pub(crate) const FOLLOW_UPS: &str = "follow_ups";

/// A follow-up that is not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FollowUp {
    /// The key of its row.
    pub row: String,
    /// What is to be done.
    pub what: String,
    /// Who does it: the owner, or whoever reported the incident where none is named.
    pub owner: Option<RecordId>,
    /// By which day.
    pub due: Option<Date>,
}

/// The follow-ups of a record that are not done.
pub(crate) fn open_follow_ups(record: &Record) -> impl Iterator<Item = FollowUp> {
    let reporter = record.one("reporter").and_then(Value::as_record);
    let is_open = |row: &&std::collections::BTreeMap<String, Value>| {
        row.get("done").and_then(Value::as_bool) != Some(true)
    };
    record.rows(FOLLOW_UPS).filter(move |(_, row)| is_open(row)).map(move |(key, row)| FollowUp {
        row: key.to_owned(),
        what: row.get("what").and_then(Value::as_text).unwrap_or_default().to_owned(),
        owner: row.get("owner").and_then(Value::as_record).or(reporter),
        due: match row.get("due") {
            Some(Value::Date(due)) => Some(*due),
            _ => None,
        },
    })
}
