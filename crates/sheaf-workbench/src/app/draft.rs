//! A metric that is being written: what is asked, and what comes of it.

use sheaf_school::desk::{MetricDraftPage, MetricRequest};

use super::{Overlay, Workbench};
use crate::dock::View;
use crate::metric::SharingErrand as Errand;
use crate::metric::draft::{Begin, Edit};
use crate::toast::Mood;

impl Workbench {
    pub(super) fn edit_draft(&mut self, edit: Edit) {
        match edit {
            Edit::Open(folder) => {
                self.overlay = Overlay::None;
                self.dock.open(View::Metrics);
                self.metric.open_draft(folder.clone());
                self.ask_metric(Errand::Draft, MetricRequest::Draft(folder));
            }
            Edit::Close => self.metric.close_draft(),
            Edit::Ask => self.overlay = Overlay::NewMetric(Begin::default()),
            Edit::Called(_) | Edit::Begin | Edit::Focused => self.edit_begin(edit),
            Edit::Save => self.save_draft(),
            Edit::Share => {
                let request = self.metric.draft.as_mut().and_then(|draft| draft.share());
                if let Some(request) = request {
                    self.ask_metric(Errand::Share, request);
                }
            }
            Edit::File(_) | Edit::Type(_) | Edit::Words(_) | Edit::Discard | Edit::Note(_) => {
                let Some(draft) = &mut self.metric.draft else { return };
                match edit {
                    Edit::File(file) => draft.file = file,
                    Edit::Type(text) => draft.write(text),
                    Edit::Words(shown) => draft.words.now(shown),
                    Edit::Note(words) => draft.note = words,
                    _ => draft.discard(),
                }
            }
        }
    }

    /// Sends the words away that hang below what is being typed in the draft in sight, if there are
    /// any.
    pub(super) fn send_words_away(&mut self) -> bool {
        let is_in_sight = self.dock.front() == Some(View::Metrics);
        let draft = self.metric.draft.as_mut().filter(|_| is_in_sight);
        draft.is_some_and(|draft| draft.words.send_away())
    }

    /// Saves the file in sight; its examples run.
    pub(super) fn save_draft(&mut self) {
        let request = self.metric.draft.as_mut().and_then(|draft| draft.save());
        if let Some(request) = request {
            self.ask_metric(Errand::Save, request);
        }
    }

    fn edit_begin(&mut self, edit: Edit) {
        let Overlay::NewMetric(begin) = &mut self.overlay else { return };
        match edit {
            Edit::Called(words) => {
                begin.called = words;
                begin.refused = None;
            }
            Edit::Focused => begin.takes_focus = false,
            _ => {
                let called = begin.called.trim().to_owned();
                if !called.is_empty() && !begin.is_sent {
                    begin.is_sent = true;
                    self.ask_metric(Errand::Begin, MetricRequest::BeginDraft(called));
                }
            }
        }
    }

    pub(super) fn take_draft_page(
        &mut self,
        errand: Errand,
        page: std::sync::Arc<MetricDraftPage>,
    ) {
        if errand == Errand::Begin {
            if matches!(self.overlay, Overlay::NewMetric(_)) {
                self.overlay = Overlay::None;
            }
            self.dock.open(View::Metrics);
            self.metric.open_draft(page.folder.clone());
        }
        // Its name, its version and what it reads may be others now.
        if errand != Errand::Draft {
            self.model.shared.expire();
            self.model.metrics.expire();
        }
        if let Some(draft) = &mut self.metric.draft {
            draft.fill(page);
        }
    }

    pub(super) fn draft_refused(&mut self, errand: Errand, why: String) {
        match (errand, &mut self.overlay, &mut self.metric.draft) {
            (Errand::Begin, Overlay::NewMetric(begin), _) => {
                begin.is_sent = false;
                begin.refused = Some(why);
            }
            (Errand::Draft | Errand::Save | Errand::Share, _, Some(draft)) => draft.refuse(why),
            _ => self.toasts.say(self.now, Mood::Fault, why),
        }
    }
}
