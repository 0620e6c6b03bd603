//! What the caseload asks for.

use std::sync::Arc;

use sheaf_records::RecordId;
use sheaf_school::desk::{Caseload, Request};

use super::Workbench;
use crate::caseload::Edit;
use crate::desk::Purpose;
use crate::dock::View;
use crate::toast::Mood;

impl Workbench {
    pub(super) fn begin_adding(&mut self) {
        self.go(View::Caseload);
        self.edit_caseload(Edit::Begin);
    }

    /// Puts the box away in which a pupil is looked for; false if there is none.
    pub(super) fn stop_adding(&mut self) -> bool {
        self.caseload.adding.take().is_some()
    }

    pub(super) fn edit_caseload(&mut self, edit: Edit) {
        let roster = self.model.roster.get().map(|roster| &**roster);
        let now = self.model.caseload.get().map(|caseload| &**caseload);
        if self.caseload.apply(edit, roster, now) {
            self.model.caseload.expire();
        }
    }

    pub(super) fn add_to_caseload(&mut self, pupil: RecordId) {
        self.caseload.adding = None;
        let said = format!("{} is on your caseload", self.name_of(pupil));
        self.desk.ask(Purpose::ChangeCaseload(said), Request::AddToCaseload(pupil));
    }

    pub(super) fn take_off_caseload(&mut self, caseload: RecordId, pupil: RecordId) {
        let said = format!("{} is off your caseload", self.name_of(pupil));
        let request = Request::TakeOffCaseload { caseload, pupil };
        self.desk.ask(Purpose::ChangeCaseload(said), request);
    }

    pub(super) fn take_caseload(&mut self, purpose: &Purpose, caseload: Arc<Caseload>) {
        if let Purpose::ChangeCaseload(said) = purpose {
            self.toasts.say(self.now, Mood::Done, said.as_str());
        }
        self.model.caseload.fill(caseload);
    }

    fn name_of(&self, pupil: RecordId) -> String {
        self.model.pupil(pupil).map_or_else(|| "The pupil".to_owned(), |line| line.name.clone())
    }
}
