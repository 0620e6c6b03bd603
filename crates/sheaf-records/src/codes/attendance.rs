//! Code lists about attendance.

use jiff::civil::{Date, date};

use super::{Code, CodeList, ListId, code, from, until};

pub(super) static SESSION: CodeList = CodeList {
    id: ListId::Session,
    title: "Half of a school day",
    source: "The two sessions of a school day in England",
    codes: &[code("AM", "Morning"), code("PM", "Afternoon")],
};

pub(super) static CLASS: CodeList = CodeList {
    id: ListId::AttendanceClass,
    title: "How a mark is counted",
    source: "The attendance and absence columns that the DfE publishes",
    codes: &[
        code("present", "Present"),
        code("educational_activity", "Approved educational activity"),
        code("authorised", "Authorised absence"),
        code("unauthorised", "Unauthorised absence"),
        code("not_possible", "Not a possible session"),
    ],
};

/// The first day of the codes of 2024.
const RENEWED: Date = date(2024, 8, 19);

/// The last day of the codes before them.
const BEFORE: Date = date(2024, 8, 18);

pub(super) static CODE: CodeList = CodeList {
    id: ListId::AttendanceCode,
    title: "Attendance marks",
    source: "DfE attendance codes from 19 August 2024, and those that they replaced",
    codes: CODES,
};

const CODES: &[Code] = &[
    code("/", "Present in the morning"),
    code("\\", "Present in the afternoon"),
    code("L", "Late, before the register closed"),
    code("B", "Educated off site"),
    from(RENEWED, "K", "Education arranged by the local authority"),
    code("P", "Sporting activity"),
    code("V", "Educational visit or trip"),
    code("W", "Work experience"),
    code("C", "Exceptional circumstances"),
    from(RENEWED, "C1", "Regulated performance or employment abroad"),
    from(RENEWED, "C2", "Part-time timetable"),
    code("E", "Suspended or excluded, no other provision"),
    code("I", "Illness"),
    from(RENEWED, "J1", "Interview"),
    code("M", "Medical or dental appointment"),
    code("R", "Religious observance"),
    code("S", "Study leave"),
    code("T", "Parent travelling for work"),
    code("G", "Holiday not agreed"),
    code("N", "Reason not yet established"),
    code("O", "Absent without authorisation"),
    code("U", "Late, after the register closed"),
    code("D", "Dual registered, at the other school"),
    code("X", "Not of compulsory school age, not required"),
    from(RENEWED, "Q", "No access arrangements"),
    from(RENEWED, "Y1", "Transport not available"),
    from(RENEWED, "Y2", "Widespread disruption to travel"),
    from(RENEWED, "Y3", "Part of the premises closed"),
    from(RENEWED, "Y4", "Whole site closed unexpectedly"),
    from(RENEWED, "Y5", "In criminal justice detention"),
    from(RENEWED, "Y6", "Public health guidance or law"),
    from(RENEWED, "Y7", "Other unavoidable cause"),
    code("Z", "Prospective pupil, not on the roll"),
    code("#", "Planned closure"),
    until(BEFORE, "H", "Holiday that was agreed"),
    until(BEFORE, "J", "Interview"),
    until(BEFORE, "Y", "Exceptional circumstances: could not attend"),
];
