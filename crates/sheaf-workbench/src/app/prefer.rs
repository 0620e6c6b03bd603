//! Settings: what changes them, what keeps them, and the veil over names.

use eframe::egui::Context;
use sheaf_school::desk::{Reply, Request};

use super::Workbench;
use crate::desk::Purpose;
use crate::dock::{Dock, Layout};
use crate::house::preferences::Edit;
use crate::house::preferences::Kept;
use crate::house::preferences::Veil;
use crate::settings::Names;
use crate::toast::Mood;

impl Workbench {
    pub(super) fn prefer(&mut self, ctx: &Context, edit: Edit) {
        match edit {
            Edit::Theme(theme) => {
                self.settings.theme = theme;
                ctx.set_theme(theme.egui());
            }
            Edit::Zoom(zoom) => self.zoom(ctx, zoom),
            Edit::Name(name) => self.preferences.name = name,
            Edit::KeepLayout => self.keep_layout(),
            Edit::Use(name) => {
                if let Some(layout) = self.settings.layouts.get(&name) {
                    self.dock = Dock::new(layout);
                    self.overlay = super::Overlay::None;
                    self.toasts.say(self.now, Mood::News, format!("Layout: {name}"));
                }
            }
            Edit::Forget(name) => {
                self.settings.layouts.remove(&name);
            }
            Edit::Exports(folder) => self.settings.exports = folder.into(),
            Edit::LockAfter(after) => self.settings.lock_after = after,
            Edit::TurnNames => self.turn_names(),
        }
    }

    fn keep_layout(&mut self) {
        let name = std::mem::take(&mut self.preferences.name).trim().to_owned();
        if name.is_empty() {
            return;
        }
        let words = format!("Layout kept: {name}");
        self.settings.layouts.insert(name, self.dock.layout().without_pupils());
        self.toasts.say(self.now, Mood::Done, words);
    }

    /// Everything that is known is forgotten and asked for again, so that no name stays behind.
    fn turn_names(&mut self) {
        let (names, words) = match self.settings.names {
            Names::Shown => (Names::Initials, "Pupils are shown by their initials"),
            Names::Initials => (Names::Shown, "Pupils are shown by their names"),
        };
        if names == Names::Initials
            && let Some(roster) = self.model.roster.get()
        {
            self.veil = Veil::of(roster);
        }
        self.settings.names = names;
        self.form = None;
        self.forget();
        self.toasts = crate::toast::State::default();
        self.toasts.say(self.now, Mood::News, words);
    }

    fn forget(&mut self) {
        let kept = std::mem::take(&mut self.model);
        self.model.status = kept.status;
        self.model.metrics = kept.metrics;
        self.today = crate::today::State::default();
        self.metric.close_review();
        self.panel.close();
    }

    /// A reply as this window may show it.
    pub(super) fn veiled(&mut self, reply: Reply) -> Reply {
        if self.settings.names == Names::Shown {
            return reply;
        }
        if let Reply::Roster(roster) = &reply {
            let was_empty = self.veil.is_empty();
            self.veil = Veil::of(roster);
            if was_empty {
                // What came before the names were known is asked for again.
                self.model.reload();
            }
        }
        self.veil.reply(reply)
    }

    /// Has the settings kept once they have changed, and nothing is being dragged.
    pub(super) fn keep(&mut self, ctx: &Context) {
        if self.desk.is_lost() || ctx.input(|input| input.pointer.any_down()) {
            return;
        }
        self.settings.layout = Some(self.dock.layout()).filter(|at| *at != Layout::default());
        // A value of numbers and names can be written as text.
        let Ok(text) = Kept::of(&self.settings).to_text() else { return };
        let before = self.kept.replace(text.clone());
        if before.is_some_and(|before| before != text) {
            self.desk.ask(Purpose::Keep, Request::Keep(text));
        }
    }
}
