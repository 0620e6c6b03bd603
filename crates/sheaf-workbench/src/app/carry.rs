//! Carriers that a person chooses: what is asked, and what comes of it.

use std::path::Path;

use sheaf_school::desk::{CarryReply, CarryRequest, Request};

use super::{Overlay, Workbench};
use crate::desk::Purpose;
use crate::house::carry::{Edit, State, What, stopped};
use crate::toast::Mood;

impl Workbench {
    pub(super) fn open_carry(&mut self, what: What) {
        if what == What::Write && self.model.people.is_wanted() {
            self.model.people.ask(self.desk.ask(Purpose::People, Request::People));
        }
        let state = State::new(what, &self.settings.exports, self.model.today());
        self.overlay = Overlay::Carry(Box::new(state));
    }

    pub(super) fn edit_carry(&mut self, edit: Edit) {
        let Overlay::Carry(state) = &mut self.overlay else { return };
        if let Some(request) = state.apply(edit) {
            self.carry(request);
        }
    }

    pub(super) fn carry(&mut self, request: CarryRequest) {
        self.desk.ask(Purpose::Carry, Request::Carry(request));
    }

    /// How far it has come.
    pub(super) fn carrying(&mut self, words: String) {
        if let Overlay::Carry(state) = &mut self.overlay {
            state.hears(words);
        }
    }

    pub(super) fn take_carried(&mut self, reply: &CarryReply) {
        self.model.reload();
        match (reply, &mut self.overlay) {
            (CarryReply::Stopped(folder), _) => {
                self.toasts.say(self.now, Mood::Done, stopped(folder));
            }
            (_, Overlay::Carry(state)) => state.has_done(reply),
            // The dialog was closed meanwhile; what was done is said all the same.
            _ => {
                let words = crate::house::carry::said(reply);
                self.toasts.say(self.now, Mood::Done, words);
            }
        }
    }

    pub(super) fn carry_refused(&mut self, why: String) {
        match &mut self.overlay {
            Overlay::Carry(state) if state.at_work.is_some() => state.refuse(why),
            _ => self.toasts.say(self.now, Mood::Fault, why),
        }
    }

    /// A file or folder that is dropped onto a dialog that asks for one.
    pub(super) fn drop_on_carry(&mut self, path: &Path) {
        self.edit_carry(Edit::Type(path.display().to_string()));
    }

    pub(super) const fn carry_takes_files(&self) -> bool {
        let Overlay::Carry(state) = &self.overlay else { return false };
        matches!(state.what, What::Folder | What::Read)
    }
}
