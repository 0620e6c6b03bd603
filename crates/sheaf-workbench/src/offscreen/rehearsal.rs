//! A window that nobody sees and nothing draws: for what a frame costs, and a key.

use std::time::{Duration, Instant};

use eframe::egui::{Context, Event, FullOutput, Key, Modifiers};

use super::{Film, Picture};
use crate::app::Workbench;
use crate::error::WorkbenchError;
use crate::link::{Link, Wake};
use crate::run::wake;
use crate::settings::Settings;

/// Something that hands do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hand {
    /// Rests.
    Rest,
    /// Types a letter.
    Letter(char),
    /// Takes the last letter back.
    Backspace,
    /// One row down.
    Down,
    /// To the last row.
    End,
    /// Opens the quick log.
    QuickLog,
}

impl Hand {
    fn events(self) -> Vec<Event> {
        let press = |key: Key, modifiers: Modifiers| Event::Key {
            key,
            physical_key: None,
            pressed: true,
            repeat: false,
            modifiers,
        };
        match self {
            Self::Rest => Vec::new(),
            Self::Letter(letter) => vec![Event::Text(letter.to_string())],
            Self::Backspace => vec![press(Key::Backspace, Modifiers::NONE)],
            Self::Down => vec![press(Key::ArrowDown, Modifiers::NONE)],
            Self::End => vec![press(Key::End, Modifiers::NONE)],
            Self::QuickLog => vec![press(Key::N, Modifiers::COMMAND)],
        }
    }
}

/// A window without a screen.
pub struct Rehearsal {
    film: Film,
    workbench: Workbench,
}

impl std::fmt::Debug for Rehearsal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Rehearsal")
    }
}

impl Rehearsal {
    /// A window of this size that has come to rest.
    ///
    /// # Errors
    ///
    /// [`WorkbenchError::NoAnswer`] where the school is silent.
    pub fn new(
        settings: Settings,
        picture: Picture,
        connect: impl FnOnce(Wake) -> Link,
    ) -> Result<Self, WorkbenchError> {
        let ctx = Context::default();
        let zoom = settings.zoom;
        let workbench = Workbench::new(&ctx, connect(wake(&ctx)), settings);
        let film = Film { ctx, picture, zoom, frames: 0, events: Vec::new() };
        let mut this = Self { film, workbench };
        this.rest()?;
        Ok(this)
    }

    /// Draws frames until the school has answered everything and nothing moves.
    ///
    /// # Errors
    ///
    /// [`WorkbenchError::NoAnswer`] where the school is silent.
    pub fn rest(&mut self) -> Result<(), WorkbenchError> {
        // Nothing is drawn: glyphs that were made for a graphics card go nowhere.
        let drop_textures = &mut |output: &mut FullOutput| output.textures_delta.clear();
        self.film.settle(&mut self.workbench, drop_textures).map(drop)
    }

    /// One frame after a hand did something: how long it took to lay out and to turn into
    /// triangles, which is all that the processor does of it.
    pub fn frame(&mut self, hand: Hand) -> Duration {
        self.film.events = hand.events();
        let begun = Instant::now();
        let mut output = self.film.frame(&mut self.workbench);
        output.textures_delta.clear();
        let _triangles = self.film.ctx.tessellate(output.shapes, output.pixels_per_point);
        begun.elapsed()
    }
}
