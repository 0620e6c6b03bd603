//! Concerns: what is asked, and what comes of it.

use std::sync::Arc;

use sheaf_school::desk::{ConcernReply, ConcernRequest, ConcernStage, Request};

use super::{Overlay, Workbench};
use crate::desk::Purpose;
use crate::dock::View;
use crate::house::concern::{Decide, Edit, Errand, Form};
use crate::settings::Names;
use crate::toast::Mood;

impl Workbench {
    pub(super) fn ask_concern(&mut self, errand: Errand, request: ConcernRequest) {
        self.desk.ask(Purpose::Concern(errand), Request::Concern(request));
    }

    /// Opens what was begun, or a new one; about the pupil in front, if there is one.
    pub(super) fn write_concern(&mut self) {
        if self.settings.names == Names::Initials {
            return;
        }
        let pupil = match self.dock.front() {
            Some(View::Pupil(pupil)) => Some(pupil),
            _ => None,
        };
        match &mut self.concern {
            Some(form) if !form.is_empty() => form.takes_focus = true,
            concern => *concern = Some(Form::new(pupil)),
        }
        self.overlay = Overlay::Concern;
    }

    pub(super) fn edit_concern(&mut self, edit: Edit) {
        match edit {
            Edit::Form(edit) => {
                if let Some(form) = &mut self.concern {
                    form.apply(edit, self.model.roster.get().map(|roster| &**roster));
                }
            }
            Edit::Discard => {
                self.concern = None;
                self.overlay = Overlay::None;
            }
            Edit::Save => {
                let Some(form) = self.concern.as_mut().filter(|form| !form.is_sent) else { return };
                match form.line() {
                    Ok(line) => {
                        form.is_sent = true;
                        self.ask_concern(Errand::Add, ConcernRequest::Add(Box::new(line)));
                    }
                    Err(missing) => form.refused = Some(missing.to_owned()),
                }
            }
            Edit::Receive(concern) => {
                self.ask_concern(Errand::Act, ConcernRequest::Receive(concern));
            }
            Edit::Close(concern) => self.ask_concern(Errand::Act, ConcernRequest::Close(concern)),
            Edit::Ask(concern) => self.overlay = Overlay::Decide(Box::new(Decide::new(*concern))),
            Edit::Decide(edit) => {
                if let Overlay::Decide(decide) = &mut self.overlay {
                    decide.apply(edit);
                }
            }
            Edit::Keep => self.keep_decision(),
        }
    }

    fn keep_decision(&mut self) {
        let Overlay::Decide(decide) = &mut self.overlay else { return };
        if decide.missing().is_some() || decide.is_sent {
            return;
        }
        decide.is_sent = true;
        let (concern, deciding) = (decide.concern.record.id.clone(), Box::new(decide.kept()));
        self.ask_concern(Errand::Decide, ConcernRequest::Decide { concern, deciding });
    }

    pub(super) fn take_concern(&mut self, errand: &Errand, reply: ConcernReply) {
        match reply {
            ConcernReply::Page(page) => self.model.concerns.fill(page),
            ConcernReply::Done(concern) => {
                match errand {
                    Errand::Add => {
                        self.concern = None;
                        if matches!(self.overlay, Overlay::Concern) {
                            self.overlay = Overlay::None;
                        }
                    }
                    Errand::Decide if matches!(self.overlay, Overlay::Decide(_)) => {
                        self.overlay = Overlay::None;
                    }
                    Errand::Decide | Errand::Act | Errand::Page => {}
                }
                self.say_of(errand, &concern);
                self.model.expire(&[]);
            }
        }
    }

    fn say_of(&mut self, errand: &Errand, concern: &Arc<sheaf_school::desk::ConcernShape>) {
        let waits = concern.stage == ConcernStage::NotHandedOver;
        let words = match errand {
            Errand::Add if waits => format!("The concern is saved, {}", concern.says),
            Errand::Add => "The concern is saved, for those who are in safeguarding".to_owned(),
            _ => {
                let by = &concern.record.created.by;
                format!("The concern is {}; {by} is told", concern.says)
            }
        };
        self.toasts.say(self.now, if waits { Mood::News } else { Mood::Done }, words);
    }

    pub(super) fn concern_refused(&mut self, errand: &Errand, why: String) {
        match (errand, &mut self.overlay, &mut self.concern) {
            (Errand::Page, _, _) => self.model.concerns.lose(why),
            (Errand::Add, _, Some(form)) => {
                form.is_sent = false;
                form.refused = Some(why);
            }
            (Errand::Decide, Overlay::Decide(decide), _) => {
                decide.is_sent = false;
                decide.refused = Some(why);
            }
            _ => self.toasts.say(self.now, Mood::Fault, why),
        }
    }
}
