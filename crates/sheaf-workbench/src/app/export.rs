//! What exporting a chart asks for.

use std::path::Path;

use sheaf_school::desk::{Place, Request};

use super::{Overlay, Workbench};
use crate::desk::Purpose;
use crate::export::{Ask, Edit, State};
use crate::toast::Mood;

impl Workbench {
    pub(super) fn open_export(&mut self, chart: usize) {
        let Some(result) = self.model.result_of(self.metric.chosen.as_deref()) else { return };
        let beneath = result.compared.iter().flat_map(|compared| &compared.beneath);
        let charts: Vec<_> = result.charts.iter().chain(beneath.flatten()).cloned().collect();
        // By its own self: charts of the period before are counted on from those of this.
        let at = result.chart(chart);
        let Some(at) = at.and_then(|at| charts.iter().position(|one| one == at)) else { return };
        let state = State::new(&result.metric, charts, at, &self.settings.exports);
        let look = state.look();
        self.overlay = Overlay::Export(state);
        self.ask_export(look);
    }

    pub(super) fn edit_export(&mut self, edit: Edit) {
        let Overlay::Export(state) = &mut self.overlay else { return };
        let ask = state.apply(edit);
        self.ask_export(ask);
    }

    fn ask_export(&mut self, ask: Option<Ask>) {
        match ask {
            Some(Ask::Look(path)) => self.desk.ask(Purpose::Look, Request::LookAt(path)),
            Some(Ask::Write(chart, path)) => {
                self.desk.ask(Purpose::Export, Request::ExportChart { chart, path })
            }
            None => return,
        };
    }

    pub(super) fn take_place(&mut self, place: Place) {
        if let Overlay::Export(state) = &mut self.overlay {
            state.place = Some(place);
        }
    }

    pub(super) fn exported(&mut self, path: &Path) {
        if matches!(self.overlay, Overlay::Export(_)) {
            self.overlay = Overlay::None;
        }
        let words = format!("Chart written to {}", path.display());
        self.toasts.say(self.now, Mood::Done, words);
    }

    /// The dialog stays, so that another folder can be tried.
    pub(super) fn export_refused(&mut self, why: String) {
        match &mut self.overlay {
            Overlay::Export(state) => state.refused = Some(why),
            _ => self.toasts.say(self.now, Mood::Fault, why),
        }
    }
}
