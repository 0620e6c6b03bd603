//! The passphrase, a backup, the recovery key: what is asked, and what comes of it.

use sheaf_school::desk::{Request, SafeReply};

use super::{Overlay, Workbench};
use crate::desk::Purpose;
use crate::house::safe::{Edit, State, What};
use crate::toast::Mood;

impl Workbench {
    pub(super) fn edit_safe(&mut self, edit: Edit) {
        let Overlay::Safe(state) = &mut self.overlay else { return };
        if let Some(request) = state.apply(edit) {
            self.desk.ask(Purpose::Safe, Request::Safe(request));
        }
    }

    pub(super) fn open_safe(&mut self, what: What) {
        let is_protected = !self.model.is_invented();
        let state = State::new(what, is_protected, &self.settings.exports, self.model.today());
        if what == What::Recover && self.model.people.is_wanted() {
            self.model.people.ask(self.desk.ask(Purpose::People, Request::People));
        }
        self.overlay = Overlay::Safe(Box::new(state));
    }

    pub(super) fn take_safe(&mut self, reply: SafeReply) {
        if !matches!(self.overlay, Overlay::Safe(_)) {
            // The dialog was closed meanwhile; what was done is said all the same, and a new key
            // shown.
            self.open_safe(match reply {
                SafeReply::PassphraseChanged => What::ChangePassphrase,
                SafeReply::BackedUp(_) => What::BackUp,
                SafeReply::Recovered { .. } => What::Recover,
            });
        }
        if let Overlay::Safe(state) = &mut self.overlay {
            state.has_done(reply);
        }
        self.model.reload();
    }

    pub(super) fn safe_refused(&mut self, why: String) {
        match &mut self.overlay {
            Overlay::Safe(state) => state.refused(why),
            _ => self.toasts.say(self.now, Mood::Fault, why),
        }
    }
}
