//! The lock: after how long the window locks, what it says before, and why it has.

use std::fmt;
use std::time::Duration;

use eframe::egui::{Align2, Area, Context, Frame, Id, Margin, Order, Vec2};
use serde::{Deserialize, Serialize};

use crate::theme::{self, text};

/// So long before it locks, the window says so.
pub const WARNING: Duration = Duration::from_secs(30);

/// After how many minutes without a touch the window locks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "u16", into = "u16")]
pub struct LockAfter(u16);

impl LockAfter {
    /// What is offered.
    pub const OFFERED: [Self; 5] = [Self(1), Self(5), Self(10), Self(30), Self(60)];

    /// In minutes.
    pub const fn minutes(self) -> u16 {
        self.0
    }

    /// As a length of time.
    pub fn time(self) -> Duration {
        Duration::from_secs(u64::from(self.0) * 60)
    }
}

impl Default for LockAfter {
    fn default() -> Self {
        Self(10)
    }
}

/// Whatever lies in the settings, a window does not stay open for longer than is offered.
impl From<u16> for LockAfter {
    fn from(minutes: u16) -> Self {
        Self(minutes.clamp(1, 60))
    }
}

impl From<LockAfter> for u16 {
    fn from(after: LockAfter) -> Self {
        after.0
    }
}

impl fmt::Display for LockAfter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            1 => f.write_str("1 minute"),
            minutes => write!(f, "{minutes} minutes"),
        }
    }
}

/// Why the window is locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Locked {
    /// Somebody asked for it.
    Asked,
    /// Nobody has touched it for so long.
    Idle(LockAfter),
}

impl fmt::Display for Locked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Asked => f.write_str("Locked")?,
            Self::Idle(after) => write!(f, "Locked after {after} without a touch")?,
        }
        f.write_str(". What you had begun is there when you unlock")
    }
}

/// Says that the window locks soon; whatever touches it stops that.
pub fn warn(ctx: &Context, left: Duration) {
    let tokens = theme::of(&ctx.global_style().visuals).tokens();
    let area = Area::new(Id::unique("lock warning")).order(Order::Foreground).interactable(false);
    area.anchor(Align2::CENTER_TOP, Vec2::new(0.0, 18.0)).show(ctx, |ui| {
        let frame = Frame::popup(ui.style()).fill(tokens.watch.wash);
        frame.inner_margin(Margin::symmetric(18, 12)).show(ui, |ui| {
            let seconds = left.as_secs().max(1);
            let unit = if seconds == 1 { "second" } else { "seconds" };
            let words = format!("Sheaf locks in {seconds} {unit}. Move the mouse to stay");
            ui.label(text::strong(ui, words).color(tokens.watch.ink));
        });
    });
}
