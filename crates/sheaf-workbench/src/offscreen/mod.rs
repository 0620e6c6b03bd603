//! A picture of the window without a display: the same frames, drawn into memory.

mod canvas;
mod rehearsal;

use std::time::{Duration, Instant};

use eframe::egui::{Context, Event, FullOutput, Pos2, RawInput, Rect, Ui, Vec2, ViewportId};

use crate::app::Workbench;
use crate::error::WorkbenchError;
use crate::house::front::{Door, Front};
use crate::link::{Link, Wake};
use crate::run::wake;
use crate::settings::Settings;
use canvas::Canvas;

pub use rehearsal::{Hand, Rehearsal};

/// How far the clock of the window goes on between two frames, so that fades come to their end.
const FRAME_SECONDS: f64 = 0.25;

/// A window that never comes to rest is drawn as it is after so many frames.
const MOST_FRAMES: u32 = 400;

/// How long is waited for a notice before the next frame.
const PAUSE: Duration = Duration::from_millis(50);

/// How large a picture is and how long the school may take to answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Picture {
    /// Width in points.
    pub width: f32,
    /// Height in points.
    pub height: f32,
    /// Pixels for each point: 1.0 for a usual screen, 2.0 for a fine one.
    pub pixels_per_point: f32,
    /// How long the school may take to answer everything.
    pub patience: Duration,
}

impl Default for Picture {
    fn default() -> Self {
        let patience = Duration::from_secs(60);
        Self { width: 1400.0, height: 900.0, pixels_per_point: 1.0, patience }
    }
}

/// Draws the window as it is once the school has answered everything; gives a PNG file.
///
/// Needs a graphics driver, of which one in software will do, and no display.
///
/// # Errors
///
/// [`WorkbenchError`] where nothing can draw, the picture is too large, or the school is silent.
pub fn screenshot(
    settings: Settings,
    picture: Picture,
    connect: impl FnOnce(Wake) -> Link,
) -> Result<Vec<u8>, WorkbenchError> {
    let ctx = Context::default();
    let mut canvas = Canvas::new(pixels(picture))?;
    let zoom = settings.zoom;
    let mut workbench = Workbench::new(&ctx, connect(wake(&ctx)), settings);
    let mut film = Film { ctx, picture, zoom, frames: 0, events: Vec::new() };
    let output = film.settle(&mut workbench, &mut |output| canvas.take_textures(output))?;
    canvas.draw(&film.ctx, output)
}

/// Draws the window at a door, as it is before a school is open; gives a PNG file.
///
/// # Errors
///
/// [`WorkbenchError`] where nothing can draw, or the picture is too large.
pub fn screenshot_at_door(
    settings: Settings,
    picture: Picture,
    door: Door,
) -> Result<Vec<u8>, WorkbenchError> {
    let ctx = Context::default();
    let mut canvas = Canvas::new(pixels(picture))?;
    let zoom = settings.zoom;
    let mut front = Front::at(&ctx, door, settings, wake(&ctx));
    let mut film = Film { ctx, picture, zoom, frames: 0, events: Vec::new() };
    let output = film.settle(&mut front, &mut |output| canvas.take_textures(output))?;
    canvas.draw(&film.ctx, output)
}

/// What is filmed.
trait Subject {
    /// Takes what came in.
    fn receive(&mut self, ctx: &Context);
    /// Draws a frame.
    fn draw(&mut self, ui: &mut Ui);
    /// Whether something is still to come.
    fn is_waiting(&self) -> bool;
    /// How many requests have no answer yet.
    fn unanswered(&self) -> usize;
    /// Waits for the next notice.
    fn wait(&mut self);
}

impl Subject for Workbench {
    fn receive(&mut self, ctx: &Context) {
        Self::receive(self, ctx);
    }

    fn draw(&mut self, ui: &mut Ui) {
        Self::draw(self, ui);
    }

    fn is_waiting(&self) -> bool {
        Self::unanswered(self) > 0 || self.is_opening()
    }

    fn unanswered(&self) -> usize {
        Self::unanswered(self)
    }

    fn wait(&mut self) {
        Self::wait(self, PAUSE);
    }
}

impl Subject for Front {
    fn receive(&mut self, ctx: &Context) {
        Self::receive(self, ctx);
    }

    fn draw(&mut self, ui: &mut Ui) {
        Self::draw(self, ui);
    }

    fn is_waiting(&self) -> bool {
        false
    }

    fn unanswered(&self) -> usize {
        0
    }

    fn wait(&mut self) {}
}

fn pixels(picture: Picture) -> [u32; 2] {
    let pixels = |points: f32| (points * picture.pixels_per_point).round().max(1.0) as u32;
    [pixels(picture.width), pixels(picture.height)]
}

/// The frames of a window that nobody sees.
struct Film {
    ctx: Context,
    picture: Picture,
    zoom: f32,
    frames: u32,
    /// What hands do in the next frame.
    events: Vec<Event>,
}

impl Film {
    /// Draws frames until nothing is asked for, on its way, or moving.
    fn settle(
        &mut self,
        workbench: &mut impl Subject,
        each: &mut dyn FnMut(&mut FullOutput),
    ) -> Result<FullOutput, WorkbenchError> {
        let begun = Instant::now();
        let before = self.frames;
        loop {
            let mut output = self.frame(workbench);
            each(&mut output);
            let drawn = self.frames - before;
            let is_waiting = workbench.is_waiting();
            let is_still = !is_waiting && drawn > 2 && !wants_next(&output);
            if is_still || drawn > MOST_FRAMES && !is_waiting {
                return Ok(output);
            }
            if is_waiting && begun.elapsed() > self.picture.patience {
                let seconds = self.picture.patience.as_secs();
                return Err(WorkbenchError::NoAnswer { waiting: workbench.unanswered(), seconds });
            }
            if is_waiting {
                workbench.wait();
            }
        }
    }

    fn frame(&mut self, workbench: &mut impl Subject) -> FullOutput {
        let input = self.input();
        self.frames += 1;
        self.ctx.run_ui(input, |ui| {
            workbench.receive(&ui.ctx().clone());
            workbench.draw(ui);
        })
    }

    fn input(&mut self) -> RawInput {
        let size = Vec2::new(self.picture.width, self.picture.height) / self.zoom;
        let mut input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, size)),
            time: Some(f64::from(self.frames) * FRAME_SECONDS),
            focused: true,
            events: std::mem::take(&mut self.events),
            ..RawInput::default()
        };
        let viewport = input.viewports.entry(ViewportId::ROOT).or_default();
        viewport.native_pixels_per_point = Some(self.picture.pixels_per_point);
        input
    }
}

/// Whether the window asks for another frame at once.
fn wants_next(output: &FullOutput) -> bool {
    let delays = output.viewport_output.values().map(|viewport| viewport.repaint_delay);
    delays.min().is_some_and(|delay| delay < Duration::from_millis(200))
}
