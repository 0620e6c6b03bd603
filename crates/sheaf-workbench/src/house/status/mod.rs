//! The status line: spaces, devices, what is in conflict, what is held.

use eframe::egui::{Align, Color32, Label, Layout, Role, Sense, Stroke, Ui, Vec2, WidgetInfo};
use jiff::civil::Date;
use sheaf_school::desk::{PeerLine, PeerState, StatusLine};

use crate::action::{Action, Actions};
use crate::command::CommandId;
use crate::format;
use crate::model::Model;
use crate::theme::{text, tokens_of};
use crate::widgets::{Icon, paint};

/// How high the status line is.
pub const HEIGHT: f32 = 34.0;

/// More devices than this are summed up.
const MOST_DEVICES: usize = 4;

/// A narrower line shows devices and troubles alone.
const ROOM_FOR_SPACES: f32 = 1000.0;

/// Draws the status line; `lost` says that the service is gone.
pub fn show(ui: &mut Ui, model: &Model, lost: Lost, actions: &mut Actions) {
    ui.horizontal_centered(|ui| {
        ui.add_space(16.0);
        if lost == Lost::Yes {
            let tokens = tokens_of(ui);
            Icon::Warning.show(ui, 14.0, tokens.act.ink);
            let words = "The school service has stopped; close the window and open it again";
            ui.label(text::small(ui, words).color(tokens.act.ink));
            return;
        }
        let Some(status) = model.status.get() else {
            ui.label(text::small(ui, "Opening the school…"));
            return;
        };
        ui.spacing_mut().item_spacing.x = 6.0;
        let is_wide = ui.available_width() >= ROOM_FOR_SPACES;
        if is_wide {
            spaces(ui, status);
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.add_space(16.0);
            if is_wide {
                devices(ui, status);
                trouble(ui, status, actions);
            } else {
                // Where not all of it fits, what is at the left goes out of sight.
                trouble(ui, status, actions);
                devices(ui, status);
            }
        });
    });
}

/// Whether the service behind the window is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lost {
    /// It is.
    Yes,
    /// It is there.
    No,
}

fn spaces(ui: &mut Ui, status: &StatusLine) {
    for (place, space) in status.spaces.iter().enumerate() {
        if place > 0 {
            ui.add_space(8.0);
        }
        let icon = if space.name == "safeguarding" { Icon::Lock } else { Icon::List };
        icon.show(ui, 13.0, tokens_of(ui).faint);
        let records = format::count(space.documents, "record", "records");
        ui.label(text::small(ui, format!("{}  {records}", space.name)));
    }
}

fn devices(ui: &mut Ui, status: &StatusLine) {
    if status.peers.is_empty() {
        ui.label(text::small(ui, "No other device yet"));
        return;
    }
    let hidden = status.peers.len().saturating_sub(MOST_DEVICES);
    if hidden > 0 {
        ui.label(text::small(ui, format!("and {hidden} more")));
    }
    for peer in status.peers.iter().take(MOST_DEVICES).rev() {
        device(ui, peer, status.card.today);
        ui.add_space(10.0);
    }
}

/// How a device stands: a word, and a dot that is full, half or empty.
fn device(ui: &mut Ui, peer: &PeerLine, today: Date) {
    let words = state_words(peer, today);
    let named = format!("{}, {}: {words}", peer.person, peer.device);
    let label = ui.label(text::small(ui, format!("{}  {words}", peer.person)));
    label.widget_info(|| WidgetInfo::labeled(Role::Label, true, &named));
    label.on_hover_text(&named);
    let tokens = tokens_of(ui);
    let (rect, _) = ui.allocate_exact_size(Vec2::splat(10.0), Sense::hover());
    let painter = ui.painter();
    let ring = |color: Color32| Stroke::new(1.5, color);
    match peer.state {
        PeerState::Level => {
            painter.circle_filled(rect.center(), 4.0, tokens.good.ink);
        }
        PeerState::Catching { .. } => {
            painter.circle_stroke(rect.center(), 3.6, ring(tokens.watch.ink));
            painter.circle_filled(rect.center(), 1.8, tokens.watch.ink);
        }
        PeerState::Away => {
            painter.circle_stroke(rect.center(), 3.6, ring(tokens.faint));
        }
    }
}

fn state_words(peer: &PeerLine, today: Date) -> String {
    match (peer.state, peer.last_met) {
        (PeerState::Level, _) => "level".to_owned(),
        (PeerState::Catching { to_come: 0 }, _) => "catching up".to_owned(),
        (PeerState::Catching { to_come }, _) => {
            format!("catching up, {} to come", format::grouped(to_come))
        }
        (PeerState::Away, None) => "not met yet".to_owned(),
        (PeerState::Away, Some(met)) if met.date() == today => {
            format!("away since {}", format::clock(met))
        }
        (PeerState::Away, Some(met)) => {
            format!("away since {}", format::day(met.date(), Some(today)))
        }
    }
}

fn trouble(ui: &mut Ui, status: &StatusLine, actions: &mut Actions) {
    if status.concerns.new > 0 {
        let words = format::count(status.concerns.new as u64, "new concern", "new concerns");
        let about = "Somebody has to receive it";
        let line = Trouble { icon: Icon::Warning, words: &words, about };
        line.show(ui, CommandId::GoConcerns, actions);
    }
    if status.concerns.not_handed_over > 0 {
        let count = status.concerns.not_handed_over as u64;
        let words = format::count(count, "concern not handed over", "concerns not handed over");
        let about =
            "It goes over by itself once the device of somebody who receives concerns was met";
        let line = Trouble { icon: Icon::Warning, words: &words, about };
        line.show(ui, CommandId::GoConcerns, actions);
    }
    let held: u64 = status.held.iter().map(|(_, count)| count).sum();
    if held > 0 {
        let words = format!("{} held", format::grouped(held));
        let reasons: Vec<&str> = status.held.iter().map(|(why, _)| why.as_str()).collect();
        let line = Trouble { icon: Icon::Info, words: &words, about: &reasons.join("; ") };
        line.show(ui, CommandId::GoHeld, actions);
    }
    if status.erasures > 0 {
        let words = format::count(status.erasures, "erasure waits", "erasures wait");
        let about = "Somebody has to sign as the second";
        let line = Trouble { icon: Icon::Warning, words: &words, about };
        line.show(ui, CommandId::GoErasures, actions);
    }
    if status.conflicts > 0 {
        let words = format::count(status.conflicts, "conflict", "conflicts");
        let about = "Fields that two people set at once";
        let line = Trouble { icon: Icon::Fork, words: &words, about };
        line.show(ui, CommandId::GoConflicts, actions);
    }
    if !status.notices.is_empty() {
        let words = format::count(status.notices.len() as u64, "device notice", "device notices");
        let about = status.notices.join("\n\n");
        let line = Trouble { icon: Icon::Warning, words: &words, about: &about };
        line.show(ui, CommandId::GoPeople, actions);
    }
}

/// Something that needs somebody; a click leads there.
struct Trouble<'a> {
    icon: Icon,
    words: &'a str,
    about: &'a str,
}

impl Trouble<'_> {
    fn show(self, ui: &mut Ui, leads: CommandId, actions: &mut Actions) {
        let ink = tokens_of(ui).watch.ink;
        let label = Label::new(text::small(ui, self.words).color(ink)).sense(Sense::click());
        let response = ui.add(label);
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, self.words));
        paint::focus_ring(ui, &response, 4);
        if response.on_hover_text(self.about).clicked() {
            actions.push(Action::Command(leads));
        }
        self.icon.show(ui, 13.0, ink);
        ui.add_space(10.0);
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_device_is_described_in_words() {
        let today = date(2026, 5, 14);
        let peer = |state, last_met| PeerLine {
            person: "Anna".to_owned(),
            device: "laptop".to_owned(),
            state,
            last_met,
        };
        let words = |state, met| state_words(&peer(state, met), today);
        assert_eq!(words(PeerState::Level, None), "level");
        assert_eq!(words(PeerState::Catching { to_come: 0 }, None), "catching up");
        let behind = PeerState::Catching { to_come: 12_450 };
        assert_eq!(words(behind, None), "catching up, 12\u{202f}450 to come");
        assert_eq!(words(PeerState::Away, None), "not met yet");
        let before = Some(date(2026, 5, 12).at(8, 0, 0, 0));
        assert_eq!(words(PeerState::Away, before), "away since 12 May");
        let now = Some(today.at(8, 5, 0, 0));
        assert_eq!(words(PeerState::Away, now), "away since 08:05");
    }
}
