//! Who is in and what is gone: what is asked, and what comes of it.

use std::collections::BTreeSet;

use sheaf_records::RecordId;
use sheaf_school::desk::{Request, TrustReply, TrustRequest};

use super::{Overlay, Workbench};
use crate::desk::Purpose;
use crate::house::trust::{Ask, Edit, Errand, What, wipe};
use crate::toast::Mood;

impl Workbench {
    pub(super) fn ask_trust(&mut self, errand: Errand, request: TrustRequest) {
        self.desk.ask(Purpose::Trust(errand), Request::Trust(request));
    }

    pub(super) fn edit_trust(&mut self, edit: Edit) {
        match edit {
            Edit::Manage(person) => {
                let is_open = self.trust.managed.as_ref() == Some(&person);
                self.trust.managed = (!is_open).then_some(person);
            }
            Edit::Pick(records) => {
                for record in records {
                    if !self.trust.chosen.remove(&record) {
                        self.trust.chosen.insert(record);
                    }
                }
            }
            Edit::Ask(what) => self.ask_before(*what),
            Edit::Send => {
                let Overlay::Ask(ask) = &mut self.overlay else { return };
                if let Some(act) = ask.send() {
                    self.ask_trust(Errand::Act, TrustRequest::Act(act));
                }
            }
            Edit::Wipe(edit) => self.edit_wipe(edit),
            edit => {
                if let Overlay::Ask(ask) = &mut self.overlay {
                    ask.apply(edit);
                }
            }
        }
    }

    fn edit_wipe(&mut self, edit: wipe::Edit) {
        if edit == wipe::Edit::Begin {
            self.overlay = Overlay::Wipe(wipe::Wipe::default());
        }
        let Overlay::Wipe(state) = &mut self.overlay else { return };
        if state.apply(edit) {
            self.ask_trust(Errand::Wipe, TrustRequest::Wipe);
        }
    }

    /// Asks before something is done.
    fn ask_before(&mut self, what: What) {
        let ask = Ask::new(what);
        if let Some(request) = ask.wants() {
            self.ask_trust(Errand::Preview, request);
        }
        self.overlay = Overlay::Ask(Box::new(ask));
    }

    pub(super) fn take_trust(&mut self, reply: TrustReply) {
        let known = &mut self.model.trust;
        match reply {
            TrustReply::Removals(page) => known.removals.fill(page),
            TrustReply::Held(page) => known.held.fill(page),
            TrustReply::Erasures(page) => known.erasures.fill(page),
            TrustReply::Retention(page) => {
                let lines = page.groups.iter().flat_map(|group| &group.lines);
                let here: BTreeSet<RecordId> = lines.map(|line| line.record).collect();
                self.trust.chosen.retain(|record| here.contains(record));
                known.retention.fill(page);
            }
            TrustReply::Preview(preview) => {
                if let Overlay::Ask(ask) = &mut self.overlay {
                    ask.preview = Some(preview);
                }
            }
            TrustReply::Wiped => self.has_left = true,
            TrustReply::Done(words) => {
                if matches!(self.overlay, Overlay::Ask(_)) {
                    self.overlay = Overlay::None;
                }
                self.toasts.say(self.now, Mood::Done, words);
                self.model.reload();
            }
        }
    }

    pub(super) fn trust_refused(&mut self, errand: &Errand, why: String) {
        let known = &mut self.model.trust;
        match errand {
            Errand::Removals => known.removals.refuse(why),
            Errand::Held => known.held.refuse(why),
            Errand::Erasures => known.erasures.refuse(why),
            Errand::Retention => known.retention.refuse(why),
            Errand::Wipe => match &mut self.overlay {
                Overlay::Wipe(wipe) => wipe.refuse(why),
                _ => self.toasts.say(self.now, Mood::Fault, why),
            },
            Errand::Preview | Errand::Act => match &mut self.overlay {
                Overlay::Ask(ask) => ask.refuse(why),
                _ => self.toasts.say(self.now, Mood::Fault, why),
            },
        }
    }
}
