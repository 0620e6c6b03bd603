//! Contradictions in marks of attendance.

use super::Check;
use crate::attendance::{Session, attendance_class, is_late};
use crate::problem::FieldError;
use crate::value::Value;

impl Check<'_> {
    /// Each mark is one that the DfE knows and that its session can have, and minutes stand only
    /// beside a mark for being late.
    pub(super) fn attendance(&mut self) {
        for (day, row) in self.record.rows("marks") {
            for session in Session::ALL {
                let code = row.get(session.column()).and_then(Value::as_text);
                let path = |column: &str| format!("marks.{day}.{column}");
                if let Some(code) = code
                    && self.lists.get(crate::codes::ListId::AttendanceCode, code).is_ok()
                    && let Some(error) = unfit(code, session)
                {
                    self.refuse(path(session.column()), error);
                }
                let late = session.late_column();
                if row.contains_key(late) && !code.is_some_and(is_late) {
                    self.refuse(path(late), FieldError::OnlyWhenLate);
                }
            }
        }
    }
}

/// Why a session cannot have a mark.
fn unfit(code: &str, session: Session) -> Option<FieldError> {
    let other = Session::ALL.into_iter().find(|other| *other != session && other.present() == code);
    if other.is_some() {
        return Some(FieldError::OtherSession { right: session.present() });
    }
    match attendance_class(code) {
        None => Some(FieldError::NotCounted),
        Some(_) => None,
    }
}
