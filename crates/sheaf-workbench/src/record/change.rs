//! A change that is being written: a value, a withdrawal, a return.

use std::sync::Arc;

use sheaf_records::{FieldPath, RecordId};
use sheaf_school::desk::{EditForm, Request};

/// What is to change.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// One value.
    Value {
        /// Where it stands.
        path: FieldPath,
        /// How to ask for it; none until it comes.
        form: Option<Arc<EditForm>>,
        /// What was written or chosen.
        typed: String,
    },
    /// The record counts no longer.
    Withdraw,
    /// It counts again.
    Restore,
}

/// A change of one record, with the reason for it.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The record.
    pub record: RecordId,
    /// What is to change.
    pub what: What,
    /// Why.
    pub reason: String,
    /// Whether it is on its way to the disk.
    pub saving: bool,
    /// Why it was refused.
    pub refused: Option<String>,
    /// Whether the keys are still to be sent to the first box.
    pub takes_focus: bool,
}

impl Change {
    /// A change that nothing has been written of yet.
    pub const fn begin(record: RecordId, what: What) -> Self {
        let reason = String::new();
        Self { record, what, reason, saving: false, refused: None, takes_focus: true }
    }

    /// The form came.
    pub fn fill(&mut self, came: Arc<EditForm>) {
        if let What::Value { path, form, typed } = &mut self.what
            && came.record == self.record
            && came.path == *path
        {
            came.now.clone_into(typed);
            *form = Some(came);
            self.takes_focus = true;
        }
    }

    /// What to ask of the school, or what is missing.
    pub fn request(&self) -> Result<Request, &'static str> {
        let record = self.record;
        let reason = self.reason.trim();
        let optional = Some(reason.to_owned()).filter(|reason| !reason.is_empty());
        match &self.what {
            What::Value { form: None, .. } => Err("The value is still on its way"),
            What::Value { path, form: Some(form), typed } => {
                let typed = typed.trim();
                if typed == form.now.trim() {
                    return Err("Nothing has changed yet");
                }
                let value = Some(typed.to_owned()).filter(|typed| !typed.is_empty());
                Ok(Request::Edit {
                    record,
                    changes: vec![(path.to_string(), value)],
                    reason: optional,
                })
            }
            What::Withdraw if reason.is_empty() => Err("Say why, for those who look for it later"),
            What::Withdraw => Ok(Request::Withdraw { record, reason: reason.to_owned() }),
            What::Restore => Ok(Request::Restore { record, reason: optional }),
        }
    }

    /// What to say when it is done.
    pub const fn done(&self) -> &'static str {
        match self.what {
            What::Value { .. } => "Changed here; the value before stays in the history",
            What::Withdraw => "Withdrawn: it counts no longer and stays in its history",
            What::Restore => "Restored: it counts again",
        }
    }
}

#[cfg(test)]
mod tests {
    use sheaf_school::desk::EditKind;

    use super::*;
    use crate::tests::school;

    fn value(typed: &str) -> Change {
        let path = FieldPath::One("severity".to_owned());
        let record = school::record(1);
        let what = What::Value { path: path.clone(), form: None, typed: String::new() };
        let mut change = Change::begin(record, what);
        assert!(change.request().is_err(), "the value is not here yet");
        let kind = EditKind::Line { example: "" };
        let form = EditForm { record, path, help: String::new(), now: "2".to_owned(), kind };
        change.fill(Arc::new(form));
        if let What::Value { typed: now, .. } = &mut change.what {
            typed.clone_into(now);
        }
        change
    }

    #[test]
    fn a_value_is_changed_cleared_or_left() {
        let asked = |typed: &str| match value(typed).request() {
            Ok(Request::Edit { changes, .. }) => Ok(changes),
            Ok(other) => panic!("{other:?}"),
            Err(why) => Err(why),
        };
        assert_eq!(asked(" 2 "), Err("Nothing has changed yet"));
        assert_eq!(asked("4"), Ok(vec![("severity".to_owned(), Some("4".to_owned()))]));
        assert_eq!(asked(" "), Ok(vec![("severity".to_owned(), None)]));
    }

    #[test]
    fn a_withdrawal_needs_a_reason_and_a_return_does_not() {
        let mut change = Change::begin(school::record(1), What::Withdraw);
        assert!(change.request().is_err());
        "written twice".clone_into(&mut change.reason);
        assert!(matches!(change.request(), Ok(Request::Withdraw { reason, .. })
            if reason == "written twice"));
        let change = Change::begin(school::record(1), What::Restore);
        assert!(matches!(change.request(), Ok(Request::Restore { reason: None, .. })));
    }
}
