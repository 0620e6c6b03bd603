//! A pupil's register, and what it comes to.

use jiff::civil::Date;
use serde::Serialize;
use sheaf_records::{Attendance, AttendanceMark, Kind, Record, Session, marks, pupil_name};
use sheaf_store::Query;

use crate::error::Result;
use crate::indexed::{Found, document_id};
use crate::school::School;

/// A pupil's register between two days.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct RegisterShape {
    /// The pupil's record.
    pub pupil: String,
    /// The pupil's name.
    pub name: String,
    /// The first day that has a mark.
    pub from: Option<String>,
    /// The last.
    pub to: Option<String>,
    /// Sessions that count.
    pub possible: u32,
    /// Attended, approved educational activity included.
    pub attended: u32,
    /// Missed.
    pub absent: u32,
    /// Missed with leave.
    pub authorised: u32,
    /// Missed without leave.
    pub unauthorised: u32,
    /// Attended, but late.
    pub late: u32,
    /// Whether a tenth or more of what counts was missed.
    pub persistently_absent: bool,
    /// Whether half or more was.
    pub severely_absent: bool,
    /// The marks, day by day.
    pub days: Vec<RegisterDay>,
}

/// The marks of one day.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct RegisterDay {
    /// The day.
    pub date: String,
    /// The mark of the morning.
    pub am: Option<String>,
    /// The mark of the afternoon.
    pub pm: Option<String>,
    /// Minutes late in the morning.
    pub am_late: Option<i64>,
    /// Minutes late in the afternoon.
    pub pm_late: Option<i64>,
}

impl School {
    /// The register of a pupil, between two days where they are given.
    ///
    /// # Errors
    /// There is no such pupil.
    pub fn register_of(
        &self,
        who: &str,
        from: Option<Date>,
        to: Option<Date>,
    ) -> Result<RegisterShape> {
        self.core.refresh()?;
        let pupil = self.find_pupil(who)?;
        let name = pupil_name(&self.get(pupil)?.record);
        let query =
            Query { related: Some(document_id(pupil)), ..Query::of_kind(Kind::Attendance.name()) };
        let listing = self.core.store.read(|snapshot| snapshot.list(&query))?;
        let records = listing.records.into_iter().map(|row| Ok(Found::from_row(row)?.record));
        let records: Vec<Record> = records.collect::<Result<_>>()?;
        let (from, to) = (from.unwrap_or(Date::MIN), to.unwrap_or(Date::MAX));
        let asked = |mark: &AttendanceMark<'_>| (from..=to).contains(&mark.day);
        let mut all: Vec<AttendanceMark<'_>> =
            records.iter().flat_map(marks).filter(asked).collect();
        all.sort_unstable_by_key(|mark| (mark.day, mark.session));
        let sum = Attendance::of(all.iter().copied());
        let day = |mark: Option<&AttendanceMark<'_>>| mark.map(|mark| mark.day.to_string());
        Ok(RegisterShape {
            pupil: pupil.to_string(),
            name,
            from: day(all.first()),
            to: day(all.last()),
            possible: sum.possible,
            attended: sum.attended,
            absent: sum.absent(),
            authorised: sum.authorised,
            unauthorised: sum.unauthorised,
            late: sum.late,
            persistently_absent: sum.is_persistently_absent(),
            severely_absent: sum.is_severely_absent(),
            days: days(&all),
        })
    }
}

fn days(marks: &[AttendanceMark<'_>]) -> Vec<RegisterDay> {
    let of_day = |marks: &[AttendanceMark<'_>]| {
        let of = |session| marks.iter().find(|mark| mark.session == session);
        let code = |session| of(session).map(|mark| mark.code.to_owned());
        let late = |session| of(session).and_then(|mark| mark.late);
        let date = marks.first()?.day.to_string();
        Some(RegisterDay {
            date,
            am: code(Session::Am),
            pm: code(Session::Pm),
            am_late: late(Session::Am),
            pm_late: late(Session::Pm),
        })
    };
    marks.chunk_by(|one, next| one.day == next.day).filter_map(of_day).collect()
}

/// Registers are about children: a log line shows how long one is.
impl std::fmt::Debug for RegisterShape {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RegisterShape({} days)", self.days.len())
    }
}

impl std::fmt::Debug for RegisterDay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RegisterDay({})", self.date)
    }
}
