//! The window from the start: the door, and the school behind it once it is open.

mod door;
mod idle;
mod lock;
#[cfg(test)]
mod lock_tests;
mod state;
#[cfg(test)]
mod tests;
mod view;

use std::time::Duration;

use eframe::egui::{Context, Event, Ui};

pub use door::{Behind, Connect, Door, DoorField, DoorNotice, DoorRequest, JoinForm, RestoreForm};
use idle::{Idle, Moment};
pub use lock::LockAfter;
use lock::Locked;
use state::State;

use crate::app::{Left, Workbench};
use crate::desk::Desk;
use crate::house::preferences::Kept;
use crate::link::{Link, Wake};
use crate::settings::Settings;
use crate::theme;

/// Opens a door again: where the school was locked, or there is none behind the window any more.
pub type Again = Box<dyn FnMut(Wake) -> Door>;

/// How soon a desk that had no room is offered what it was asked last.
const OFFER_AGAIN: Duration = Duration::from_millis(50);

/// The window from the start.
pub struct Front {
    stage: Stage,
    settings: Settings,
    wake: Wake,
    again: Option<Again>,
    clock: Box<dyn Fn() -> Moment>,
    idle: Idle,
    /// Where whoever locked the window was.
    left: Option<Left>,
    /// The desk of a school that was locked, while it has no room for what it was asked last.
    leaving: Option<Desk>,
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
        Self::on(stage, settings, wake)
    }

    /// A window into a school that is open.
    pub fn inside(ctx: &Context, link: Link, settings: Settings, wake: Wake) -> Self {
        let workbench = Workbench::new(ctx, link, settings.clone());
        Self::on(Stage::School(Box::new(workbench)), settings, wake)
    }

    fn on(stage: Stage, settings: Settings, wake: Wake) -> Self {
        let idle = Idle::at(Moment::now());
        let clock = Box::new(Moment::now);
        Self { stage, settings, wake, again: None, clock, idle, left: None, leaving: None }
    }

    /// The same window, which goes back to a door once it is locked or its device is wiped.
    #[must_use]
    pub fn with_door(self, again: Again) -> Self {
        Self { again: Some(again), ..self }
    }

    /// The same window by another clock.
    #[cfg(test)]
    fn with_clock(self, clock: impl Fn() -> Moment + 'static) -> Self {
        let idle = Idle::at(clock());
        Self { clock: Box::new(clock), idle, ..self }
    }

    /// Takes what has been said since the last frame; goes in once the school is open.
    pub fn receive(&mut self, ctx: &Context) {
        self.let_go(ctx);
        let porch = match &mut self.stage {
            Stage::School(workbench) => {
                workbench.receive(ctx);
                if workbench.has_left() {
                    self.go_out(ctx);
                } else {
                    self.watch(ctx);
                }
                return;
            }
            Stage::Door(porch) => porch,
        };
        if let Some((connect, kept)) = porch.take() {
            forget_typing(ctx);
            let settings = porch.inside(kept.as_deref());
            let link = connect(porch.wake.clone());
            let mut workbench = Workbench::new(ctx, link, settings);
            if let Some(left) = self.left.take() {
                workbench.come_back(left);
            }
            workbench.receive(ctx);
            self.stage = Stage::School(Box::new(workbench));
            self.idle = Idle::at((self.clock)());
        }
    }

    /// How long until the window locks if nobody touches it; none where it does not.
    fn locks_in(&self) -> Option<Duration> {
        let Stage::School(workbench) = &self.stage else { return None };
        let locks = self.again.is_some() && workbench.can_lock();
        let idle = self.idle.lasts((self.clock)());
        locks.then(|| workbench.lock_after().time().saturating_sub(idle))
    }

    /// Locks if it is time, or looks again when it is.
    fn watch(&mut self, ctx: &Context) {
        let Some(left) = self.locks_in() else { return };
        let Stage::School(workbench) = &self.stage else { return };
        if workbench.is_to_lock() {
            self.lock(ctx, Locked::Asked);
        } else if left.is_zero() {
            let after = workbench.lock_after();
            self.lock(ctx, Locked::Idle(after));
        } else {
            ctx.request_repaint_after(
                left.saturating_sub(lock::WARNING).max(Duration::from_secs(1)),
            );
        }
    }

    /// Back to the door: nothing of the school and none of its keys stay behind the window.
    fn lock(&mut self, ctx: &Context, why: Locked) {
        let Some(again) = &mut self.again else { return };
        let door = again(self.wake.clone());
        let mut stage = Stage::before(door, self.settings.clone(), self.wake.clone());
        if let Stage::Door(porch) = &mut stage {
            porch.state.note = Some(why.to_string());
        }
        if let Stage::School(workbench) = std::mem::replace(&mut self.stage, stage) {
            let (left, desk) = workbench.leave();
            (self.left, self.leaving) = (Some(left), Some(desk));
        }
        self.let_go(ctx);
        forget_typing(ctx);
        ctx.request_repaint();
    }

    /// Lets go of the desk of a school that was locked, once it has taken what it was asked last.
    fn let_go(&mut self, ctx: &Context) {
        let Some(desk) = &mut self.leaving else { return };
        desk.take();
        if desk.is_lost() || !desk.flush() {
            self.leaving = None;
        } else {
            ctx.request_repaint_after(OFFER_AGAIN);
        }
    }

    /// Back to a door: what the window knew of the school is dropped.
    fn go_out(&mut self, ctx: &Context) {
        let Some(again) = &mut self.again else { return };
        let door = again(self.wake.clone());
        self.stage = Stage::before(door, self.settings.clone(), self.wake.clone());
        forget_typing(ctx);
        ctx.request_repaint();
    }

    /// Draws the door, or the school.
    pub fn draw(&mut self, ui: &mut Ui) {
        if ui.input(|input| input.raw.events.iter().any(is_touch)) {
            self.idle = Idle::at((self.clock)());
        }
        match &mut self.stage {
            Stage::School(workbench) => workbench.draw(ui),
            Stage::Door(porch) => porch.draw(ui),
        }
        if let Some(left) = self.locks_in().filter(|left| *left <= lock::WARNING) {
            lock::warn(ui.ctx(), left);
        }
    }
}

/// Whether this comes of somebody who sits at the window.
const fn is_touch(event: &Event) -> bool {
    !matches!(event, Event::WindowFocused(_) | Event::PointerGone)
}

/// The boxes remember what was typed into them, to undo it.
fn forget_typing(ctx: &Context) {
    ctx.memory_mut(|memory| memory.data.clear());
}

impl Porch {
    fn take(&mut self) -> Option<(Connect, Option<String>)> {
        while let Ok(notice) = self.door.receive.try_recv() {
            match notice {
                DoorNotice::Progress(words) => self.state.progress = Some(words),
                DoorNotice::Founded { recovery_key } => self.state.founded(recovery_key),
                DoorNotice::Restored(words) => self.state.restored(words),
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
        let dropped = ui.input(|input| {
            let file = input.raw.dropped_files.first();
            file.map(|file| file.path().display().to_string())
        });
        if let Some(file) = dropped {
            self.state.dropped(file);
        }
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
