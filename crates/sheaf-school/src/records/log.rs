//! The fast one: an incident in one line.

use jiff::civil::{DateTime, Time};
use sheaf_records::{Kind, ListId, Record, RecordId};

use crate::entropy;
use crate::error::{Result, SchoolError};
use crate::school::School;
use crate::shape::RecordShape;

/// An incident as it is told in one line.
#[derive(Clone, Debug, Default)]
pub struct LogLine {
    /// The pupil: an id, a UPN, or a name or the beginnings of one.
    pub who: String,
    /// The category: a code, its title, or the beginning of one.
    pub what: String,
    /// The place, likewise.
    pub place: Option<String>,
    /// When: `2026-11-20T10:15`, or `10:15` for today; now if left out.
    pub at: Option<String>,
    /// From 1 to 5.
    pub severity: Option<u8>,
    /// What happened.
    pub note: Option<String>,
    /// Other pupils with their roles.
    pub with: Vec<(String, String)>,
    /// The space; that of incidents if left out.
    pub space: Option<String>,
}

impl School {
    /// Logs an incident. Time, period and reporter are filled in.
    pub fn log(&self, line: &LogLine) -> Result<RecordShape> {
        let at = match &line.at {
            Some(text) => self.parse_time(text)?,
            None => self.clock.now(),
        };
        let mut pupils = vec![(self.find_pupil(&line.who)?, DEFAULT_ROLE.to_owned())];
        for (name, role) in &line.with {
            let role = self.code_meant(ListId::IncidentRole, role, at)?;
            pupils.push((self.find_pupil(name)?, role));
        }
        let mut record = self.incident(at, &pupils)?;
        record.set("category", self.code_meant(ListId::IncidentCategory, &line.what, at)?);
        if let Some(place) = &line.place {
            record.set("location", self.code_meant(ListId::Location, place, at)?);
        }
        if let Some(severity) = line.severity {
            record.set("severity", i64::from(severity));
        }
        if let Some(note) = &line.note {
            record.set("narrative", note.as_str());
        }
        self.save_new(record, line.space.as_deref())
    }

    /// A new incident with what follows from the time and from who uses this device.
    pub(crate) fn incident(&self, at: DateTime, pupils: &[(RecordId, String)]) -> Result<Record> {
        let id = RecordId::from_bytes(entropy::bytes());
        let mut record = Record { id, kind: Kind::Incident, fields: Default::default() };
        record.set("occurred_at", at);
        let lists = self.core.lists();
        if let Some(period) = lists.calendar.as_ref().and_then(|days| days.period_at(at)) {
            record.set("period", period.code.as_str());
        }
        if let Some(reporter) = self.own_staff_record()? {
            record.set("reporter", reporter);
        }
        for (pupil, role) in pupils {
            record.set_row("participants", &pupil.to_string(), "role", role.as_str());
        }
        Ok(record)
    }

    /// The staff record of whoever uses this device, if the school keeps one.
    pub(crate) fn own_staff_record(&self) -> Result<Option<RecordId>> {
        let person = self.person().to_string();
        let staff = self
            .core
            .store
            .read(|snapshot| snapshot.list(&sheaf_store::Query::of_kind(Kind::Staff.name())))?;
        for row in staff.records {
            let found = crate::indexed::Found::from_row(row)?;
            if found.record.text("person") == Some(&person) {
                return Ok(Some(found.record.id));
            }
        }
        Ok(None)
    }

    pub(super) fn code_meant(&self, list: ListId, text: &str, at: DateTime) -> Result<String> {
        let lists = self.core.lists();
        let entry = lists.codes.meant(list, text, at.date());
        entry.map(|entry| entry.code.clone()).map_err(|e| SchoolError::Refused(e.to_string()))
    }

    pub(super) fn parse_time(&self, text: &str) -> Result<DateTime> {
        if let Ok(at) = text.parse::<DateTime>() {
            return Ok(at);
        }
        let time: Time = text.parse().map_err(|_| {
            SchoolError::Refused(format!(
                "`{text}` is not a time: write 2026-11-20T10:15, or 10:15 for today"
            ))
        })?;
        Ok(self.clock.today().to_datetime(time))
    }
}

/// Whoever is named first did it, unless told otherwise.
pub(crate) const DEFAULT_ROLE: &str = "aggressor";
