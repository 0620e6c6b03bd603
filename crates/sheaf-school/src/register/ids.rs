//! Which document holds a pupil's attendance in a half-term.

use sheaf_charter::{CharterError, DocumentId, SpaceId, single_document};
use sheaf_records::{Kind, Record, RecordId, Value};

use crate::core::Core;
use crate::error::{Result, SchoolError};
use crate::indexed::{document_id, record_id};
use crate::school::School;

/// How often the attendance of one pupil and half-term may be erased and written anew.
const MOST_TURNS: u8 = 16;

/// A pupil's attendance in a half-term.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct HalfTermOf {
    /// The pupil.
    pub pupil: RecordId,
    /// The school year.
    pub year: String,
    /// The code of the half-term.
    pub half_term: String,
}

impl HalfTermOf {
    /// That of a record of attendance.
    pub(crate) fn of(attendance: &Record) -> Option<Self> {
        Some(Self {
            pupil: attendance.one("pupil").and_then(Value::as_record)?,
            year: attendance.text("year")?.to_owned(),
            half_term: attendance.text("half_term")?.to_owned(),
        })
    }

    /// A record of it without marks.
    pub(crate) fn record(&self, id: RecordId) -> Record {
        let mut record = Record { id, kind: Kind::Attendance, fields: Default::default() };
        record.set("pupil", self.pupil);
        record.set("year", self.year.as_str());
        record.set("half_term", self.half_term.as_str());
        record
    }

    /// What it is called where its id is made: kind, pupil, year, half-term and turn, apart.
    fn name(&self, turn: u8) -> Vec<u8> {
        let kind = Kind::Attendance.name();
        let pupil = self.pupil.to_bytes();
        let parts: [&[u8]; 5] =
            [kind.as_bytes(), &pupil, self.year.as_bytes(), self.half_term.as_bytes(), &[turn]];
        // Only the pupil may hold a zero, and is as long as every other.
        parts.join(&0)
    }
}

impl School {
    /// The id for new attendance of a pupil and half-term.
    ///
    /// # Errors
    /// It is here already.
    pub(crate) fn free_place(&self, space: SpaceId, place: &HalfTermOf) -> Result<RecordId> {
        let id = self.core.attendance_id(space, place)?;
        if self.core.store.read(|snapshot| snapshot.document(document_id(id)))?.is_some() {
            return Err(SchoolError::Refused(format!(
                "the attendance of this pupil and half-term is here already, as record {id}: add \
                 marks to that, or use `sheaf register`"
            )));
        }
        Ok(id)
    }
}

impl Core {
    /// The id of the one document of a space that holds a pupil's attendance in a half-term, so
    /// that two devices that mark apart write into the same. One that was erased is not written
    /// again: the next takes its turn.
    ///
    /// # Errors
    /// The first key of the space is not here, or it was erased too often.
    pub(crate) fn attendance_id(&self, space: SpaceId, place: &HalfTermOf) -> Result<RecordId> {
        let control = self.control();
        let first = control.keys.first_key(space, &control.trust);
        let first = first.ok_or(CharterError::NoEpochKey)?;
        let id = |turn| single_document(first, &place.name(turn));
        let stands = |id: &DocumentId| !control.is_erased(space, *id);
        (0..MOST_TURNS).map(id).find(stands).map(record_id).ok_or_else(|| {
            SchoolError::Refused(format!(
                "the attendance of {} was erased too often to be written again",
                place.year
            ))
        })
    }
}
