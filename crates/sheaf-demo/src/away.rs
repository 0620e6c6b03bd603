//! Who is out of school by a suspension, and when.

use std::collections::BTreeMap;

use jiff::civil::Date;
use sheaf_records::{Record, RecordId, Value};

/// The days on which pupils are suspended.
pub(crate) struct Away(BTreeMap<RecordId, Vec<(Date, Date)>>);

impl Away {
    /// Reads suspensions; lunchtimes alone keep nobody out of lessons.
    pub(crate) fn new(suspensions: &[Record]) -> Self {
        let mut spans = BTreeMap::<RecordId, Vec<(Date, Date)>>::new();
        for one in suspensions.iter().filter(|one| one.text("type") != Some("LNCH")) {
            let day = |field: &str| one.one(field).and_then(Value::as_date);
            let pupil = one.one("pupil").and_then(Value::as_record);
            if let Some((pupil, from)) = pupil.zip(day("start")) {
                spans.entry(pupil).or_default().push((from, day("end").unwrap_or(Date::MAX)));
            }
        }
        Self(spans)
    }

    /// Whether a pupil is suspended on a day.
    pub(crate) fn is_out(&self, pupil: RecordId, day: Date) -> bool {
        let spans = self.0.get(&pupil).into_iter().flatten();
        spans.into_iter().any(|(from, to)| (*from..=*to).contains(&day))
    }
}
