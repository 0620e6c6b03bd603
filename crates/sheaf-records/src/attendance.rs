//! Marks of attendance: sessions, how each code is counted, and what a run of marks comes to.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;

use crate::record::Record;
use crate::value::Value;

/// Half of a school day.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Session {
    /// The morning.
    Am,
    /// The afternoon.
    Pm,
}

impl Session {
    /// Both, in order.
    pub const ALL: [Self; 2] = [Self::Am, Self::Pm];

    /// The code of the list `session`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Am => "AM",
            Self::Pm => "PM",
        }
    }

    /// The column of a mark.
    pub const fn column(self) -> &'static str {
        match self {
            Self::Am => "am",
            Self::Pm => "pm",
        }
    }

    /// The column of the minutes by which somebody was late.
    pub const fn late_column(self) -> &'static str {
        match self {
            Self::Am => "am_late",
            Self::Pm => "pm_late",
        }
    }

    /// The code of somebody who is simply there.
    pub const fn present(self) -> &'static str {
        match self {
            Self::Am => "/",
            Self::Pm => "\\",
        }
    }
}

impl fmt::Display for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// The text names no session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is no session; write AM or PM")]
pub struct UnknownSession;

impl FromStr for Session {
    type Err = UnknownSession;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.trim().to_ascii_lowercase().as_str() {
            "am" | "a" | "morning" | "1" => Ok(Self::Am),
            "pm" | "p" | "afternoon" | "2" => Ok(Self::Pm),
            _ => Err(UnknownSession),
        }
    }
}

/// How a mark is counted in the attendance figures that the DfE publishes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum AttendanceClass {
    /// In school.
    Present,
    /// At an approved educational activity: counted as attending.
    EducationalActivity,
    /// Away with leave.
    Authorised,
    /// Away without leave.
    Unauthorised,
    /// The session does not count at all.
    NotPossible,
}

impl AttendanceClass {
    /// The code of the list `attendance_class`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Present => "present",
            Self::EducationalActivity => "educational_activity",
            Self::Authorised => "authorised",
            Self::Unauthorised => "unauthorised",
            Self::NotPossible => "not_possible",
        }
    }

    /// Whether it counts as missed.
    pub const fn is_absence(self) -> bool {
        matches!(self, Self::Authorised | Self::Unauthorised)
    }

    /// Whether it counts at all.
    pub const fn is_possible(self) -> bool {
        !matches!(self, Self::NotPossible)
    }
}

/// How a code is counted; none of one that the DfE does not know.
///
/// Source: the attendance and absence columns of the DfE's published attendance data of 2025/26.
/// Codes in none of them are not possible sessions: filing these under authorised absence, as some
/// systems do, overstates absence.
pub fn attendance_class(code: &str) -> Option<AttendanceClass> {
    use AttendanceClass::{Authorised, EducationalActivity, NotPossible, Present, Unauthorised};
    Some(match code {
        "/" | "\\" | "L" => Present,
        "B" | "K" | "P" | "V" | "W" | "J" => EducationalActivity,
        "C" | "C1" | "C2" | "E" | "I" | "J1" | "M" | "R" | "S" | "T" | "H" => Authorised,
        "G" | "N" | "O" | "U" => Unauthorised,
        "D" | "X" | "Q" | "Y" | "Y1" | "Y2" | "Y3" | "Y4" | "Y5" | "Y6" | "Y7" | "Z" | "#" => {
            NotPossible
        }
        _ => return None,
    })
}

/// Whether a code says that somebody came late, so that minutes may stand beside it.
pub(crate) fn is_late(code: &str) -> bool {
    matches!(code, "L" | "U")
}

/// Whether a code is one of a day on which the school is closed to pupils as planned.
pub(crate) fn is_closure(code: &str) -> bool {
    code == "#"
}

/// One mark.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AttendanceMark<'a> {
    /// The day.
    pub day: Date,
    /// The half of it.
    pub session: Session,
    /// The code.
    pub code: &'a str,
    /// By how many minutes somebody was late.
    pub late: Option<i64>,
}

/// The marks of a record of attendance, in order.
pub fn marks(attendance: &Record) -> impl Iterator<Item = AttendanceMark<'_>> {
    attendance.rows("marks").filter_map(|(day, row)| Some((day.parse().ok()?, row))).flat_map(
        |(day, row)| {
            Session::ALL.into_iter().filter_map(move |session| {
                let code = row.get(session.column())?.as_text()?;
                let late = row.get(session.late_column()).and_then(Value::as_int);
                Some(AttendanceMark { day, session, code, late })
            })
        },
    )
}

/// What marks come to, in sessions.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Attendance {
    /// Sessions that count.
    pub possible: u32,
    /// In school or at an approved educational activity.
    pub attended: u32,
    /// Missed with leave.
    pub authorised: u32,
    /// Missed without leave.
    pub unauthorised: u32,
    /// Attended, but late.
    pub late: u32,
}

impl Attendance {
    /// Adds marks up; a code that is not known counts nowhere.
    pub fn of<'a>(marks: impl IntoIterator<Item = AttendanceMark<'a>>) -> Self {
        let mut sum = Self::default();
        for mark in marks {
            let Some(class) = attendance_class(mark.code) else { continue };
            sum.possible += u32::from(class.is_possible());
            match class {
                AttendanceClass::Authorised => sum.authorised += 1,
                AttendanceClass::Unauthorised => sum.unauthorised += 1,
                AttendanceClass::NotPossible => {}
                AttendanceClass::Present | AttendanceClass::EducationalActivity => {
                    sum.attended += 1;
                }
            }
            sum.late += u32::from(mark.code == "L");
        }
        sum
    }

    /// Sessions that were missed.
    pub const fn absent(&self) -> u32 {
        self.authorised + self.unauthorised
    }

    /// Whether a tenth or more of the sessions that count were missed.
    pub const fn is_persistently_absent(&self) -> bool {
        self.possible > 0 && self.absent() * 10 >= self.possible
    }

    /// Whether half or more of them were.
    pub const fn is_severely_absent(&self) -> bool {
        self.possible > 0 && self.absent() * 2 >= self.possible
    }
}

#[cfg(test)]
mod tests;
