//! The rows of attendance.

use sheaf_records::{AttendanceClass, AttendanceMark, Record, attendance_class, marks};

use super::{Raw, Row, field};

/// A row for each session that has a mark.
pub(super) fn sessions(record: &Record) -> Vec<Row<'_>> {
    let pupil = field(record, "pupil");
    marks(record).map(|mark| session(record, pupil, mark)).collect()
}

fn session<'a>(record: &Record, pupil: Raw<'a>, mark: AttendanceMark<'a>) -> Row<'a> {
    let class = attendance_class(mark.code);
    let count = |holds: fn(AttendanceClass) -> bool| {
        class.map_or(Raw::Null, |class| Raw::Int(i64::from(holds(class))))
    };
    Row::new(
        "attendance",
        [
            ("attendance_id", Raw::Id(record.id)),
            ("pupil", pupil),
            ("date", Raw::Date(mark.day)),
            ("session", Raw::Text(mark.session.code())),
            ("code", Raw::Text(mark.code)),
            ("class", class.map_or(Raw::Null, |class| Raw::Text(class.code()))),
            ("possible", count(AttendanceClass::is_possible)),
            ("absent", count(AttendanceClass::is_absence)),
            ("late_minutes", mark.late.map_or(Raw::Null, Raw::Int)),
        ],
    )
}
