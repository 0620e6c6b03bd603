//! The window from the start: the door, and the school behind it once it is open.

mod door;
mod state;
#[cfg(test)]
mod tests;
mod view;

use eframe::egui::{Context, Ui};

pub use door::{Behind, Connect, Door, DoorField, DoorNotice, DoorRequest, JoinForm};
use state::State;

use crate::app::Workbench;
use crate::house::preferences::Kept;
use crate::link::{Link, Wake};
use crate::settings::Settings;
use crate::theme;

/// Opens a door where there is no school behind the window any more.
pub type Again = Box<dyn FnMut(Wake) -> Door>;

/// The window from the start.
pub struct Front {
    stage: Stage,
    settings: Settings,
    wake: Wake,
    again: Option<Again>,
}

impl std::fmt::Debug for Front {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Front").field("stage", &self.stage).finish_non_exhaustive()
    }
}

#[derive(Debug)]
enum Stage {
    /// At the door.
    Door(Box<Porch>),
    /// Inside.
    School(Box<Workbench>),
}

impl Stage {
    fn before(door: Door, settings: Settings, wake: Wake) -> Self {
        let state = State::new(&door.behind);
        Self::Door(Box::new(Porch { door, state, settings, wake }))
    }
}

/// What stands before the door.
struct Porch {
    door: Door,
    state: State,
    settings: Settings,
    wake: Wake,
}

impl std::fmt::Debug for Porch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Porch").field("door", &self.door).field("state", &self.state).finish()
    }
}

impl Front {
    /// A window at a door.
    pub fn at(ctx: &Context, door: Door, settings: Settings, wake: Wake) -> Self {
        theme::install(ctx);
        ctx.set_theme(settings.theme.egui());
        ctx.set_zoom_factor(settings.zoom);
        ctx.options_mut(|options| options.zoom_with_keyboard = false);
        let stage = Stage::before(door, settings.clone(), wake.clone());
        Self { stage, settings, wake, again: None }
    }

    /// A window into a school that is open.
    pub fn inside(ctx: &Context, link: Link, settings: Settings, wake: Wake) -> Self {
        let workbench = Workbench::new(ctx, link, settings.clone());
        Self { stage: Stage::School(Box::new(workbench)), settings, wake, again: None }
    }

    /// The same window, which goes back to a door once its device is wiped.
    #[must_use]
    pub fn with_door(self, again: Again) -> Self {
        Self { again: Some(again), ..self }
    }

    /// Takes what has been said since the last frame; goes in once the school is open.
    pub fn receive(&mut self, ctx: &Context) {
        let porch = match &mut self.stage {
            Stage::School(workbench) => {
                workbench.receive(ctx);
                if workbench.has_left() {
                    self.go_out(ctx);
                }
                return;
            }
            Stage::Door(porch) => porch,
        };
        if let Some((connect, kept)) = porch.take() {
            let settings = porch.inside(kept.as_deref());
            let link = connect(porch.wake.clone());
            let mut workbench = Workbench::new(ctx, link, settings);
            workbench.receive(ctx);
            self.stage = Stage::School(Box::new(workbench));
        }
    }

    /// Back to a door: what the window knew of the school is dropped.
    fn go_out(&mut self, ctx: &Context) {
        let Some(again) = &mut self.again else { return };
        let door = again(self.wake.clone());
        self.stage = Stage::before(door, self.settings.clone(), self.wake.clone());
        ctx.request_repaint();
    }

    /// Draws the door, or the school.
    pub fn draw(&mut self, ui: &mut Ui) {
        match &mut self.stage {
            Stage::School(workbench) => workbench.draw(ui),
            Stage::Door(porch) => porch.draw(ui),
        }
    }
}

impl Porch {
    fn take(&mut self) -> Option<(Connect, Option<String>)> {
        while let Ok(notice) = self.door.receive.try_recv() {
            match notice {
                DoorNotice::Progress(words) => self.state.progress = Some(words),
                DoorNotice::Founded { recovery_key } => self.state.founded(recovery_key),
                DoorNotice::Refused { field, why } => self.state.refuse(field, why),
                DoorNotice::Open { connect, kept } => return Some((connect, kept)),
            }
        }
        None
    }

    /// The settings for the window inside, as they were kept.
    fn inside(&self, kept: Option<&str>) -> Settings {
        let kept = kept.and_then(|text| Kept::read(text).ok());
        kept.map_or_else(|| self.settings.clone(), |kept| kept.over(self.settings.clone()))
    }

    fn draw(&mut self, ui: &mut Ui) {
        let mut edits = Vec::new();
        view::show(ui, &self.state, &self.door.behind, &mut edits);
        if !edits.is_empty() {
            ui.ctx().request_repaint();
        }
        for edit in edits {
            if let Some(request) = self.state.apply(edit) {
                (self.door.send)(request);
            }
        }
    }
}

impl eframe::App for Front {
    fn logic(&mut self, ctx: &Context, _frame: &mut eframe::Frame) {
        self.receive(ctx);
    }

    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        self.draw(ui);
    }

    fn clear_color(&self, visuals: &eframe::egui::Visuals) -> [f32; 4] {
        visuals.panel_fill.to_normalized_gamma_f32()
    }
}
