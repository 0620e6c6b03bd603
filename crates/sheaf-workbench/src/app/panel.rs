//! What the side panel asks for.

use super::Workbench;
use crate::desk::Purpose;
use crate::record::{Ask, Edit};
use crate::toast::Mood;

impl Workbench {
    pub(super) fn edit_record(&mut self, edit: Edit) {
        match self.panel.apply(edit) {
            Some(Ask::Form(request)) => self.desk.ask(Purpose::EditForm, request),
            Some(Ask::Save(request)) => self.desk.ask(Purpose::Change, request),
            None => return,
        };
    }

    /// The record stands as it was asked for.
    pub(super) fn changed(&mut self, purpose: &Purpose) {
        if *purpose != Purpose::Change {
            return;
        }
        if let Some(change) = self.panel.change.take() {
            self.toasts.say(self.now, Mood::Done, change.done());
            self.model.expire(&[change.record]);
        }
    }
}
