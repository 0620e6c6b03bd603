//! Draws the door: three ways in, a form for each, the recovery key, the passphrase.

use std::path::Path;

use eframe::egui::{
    CentralPanel, Frame, Key, Label, Margin, Modifiers, Response, Role, ScrollArea, Sense, Spinner,
    Stroke, StrokeKind, Ui, Vec2, WidgetInfo,
};

use super::door::{Behind, DoorField};
use super::state::{Edit, Into, Page, RecoveryKey, SIZES, State};
use crate::theme::{Rank, Tone, text, tokens_of};
use crate::widgets::buttons::Chosen;
use crate::widgets::field::{Field, Shows};
use crate::widgets::paint::{self, Run};
use crate::widgets::{Icon, bits, buttons, icon, keys};

const WIDTH: f32 = 560.0;
const WAYS_WIDTH: f32 = 620.0;

/// Draws the page in sight.
pub fn show(ui: &mut Ui, state: &State, behind: &Behind, edits: &mut Vec<Edit>) {
    CentralPanel::no_frame().show(ui, |ui| {
        ui.painter().rect_filled(ui.max_rect(), 0.0, tokens_of(ui).side);
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            let widest = if state.page == Page::Ways { WAYS_WIDTH } else { WIDTH };
            let width = widest.min(ui.available_width() - 40.0);
            let side = (ui.available_width() - width) / 2.0;
            ui.horizontal_top(|ui| {
                ui.add_space(side);
                ui.vertical(|ui| {
                    ui.set_width(width);
                    ui.add_space((ui.ctx().content_rect().height() * 0.09).min(84.0));
                    page(ui, state, behind, edits);
                    ui.add_space(32.0);
                });
            });
        });
    });
}

fn page(ui: &mut Ui, state: &State, behind: &Behind, edits: &mut Vec<Edit>) {
    match (state.page, behind) {
        (Page::Ways, Behind::Nothing(folder) | Behind::Locked(folder)) => ways(ui, folder, edits),
        (Page::Invent, _) => card(ui, |ui| invent(ui, state, edits)),
        (Page::Found, _) => card(ui, |ui| found(ui, state, edits)),
        (Page::Join, _) => card(ui, |ui| join(ui, state, edits)),
        (Page::Restore, _) => card(ui, |ui| restore(ui, state, edits)),
        (Page::Restored, _) => card(ui, |ui| restored(ui, state, edits)),
        (Page::Key, _) => card(ui, |ui| recovery_key(ui, state, edits)),
        (Page::Locked, Behind::Nothing(folder) | Behind::Locked(folder)) => {
            card(ui, |ui| locked(ui, state, folder, edits));
        }
    }
}

fn card(ui: &mut Ui, add: impl FnOnce(&mut Ui)) {
    let tokens = tokens_of(ui);
    Frame::new()
        .fill(tokens.raised)
        .stroke(Stroke::new(1.0, tokens.line))
        .corner_radius(16)
        .inner_margin(Margin::same(30))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            add(ui);
        });
}

fn ways(ui: &mut Ui, folder: &Path, edits: &mut Vec<Edit>) {
    ui.vertical_centered(|ui| {
        bits::sheaf(ui, 52.0);
        ui.add_space(10.0);
        ui.label(text::display(ui, "Welcome to Sheaf"));
        ui.label(text::soft(ui, "The record of a pastoral team, kept on your own devices"));
    });
    ui.add_space(26.0);
    for (sign, name, about, page) in [
        (
            Icon::Sun,
            "Try with an invented school",
            "Look around; nothing in it is real",
            Page::Invent,
        ),
        (
            Icon::Plus,
            "Set up my school",
            "You become its head and invite your colleagues",
            Page::Found,
        ),
        (
            Icon::People,
            "Join a colleague",
            "With the four words or the ticket that they give you, on the same network",
            Page::Join,
        ),
        (
            Icon::Back,
            "Restore a backup",
            "This device goes on where the backup was made",
            Page::Restore,
        ),
    ] {
        if way(ui, sign, name, about).clicked() {
            edits.push(Edit::Go(page));
        }
        ui.add_space(4.0);
    }
    ui.add_space(14.0);
    ui.vertical_centered(|ui| {
        let words = format!("Everything will lie in {}", folder.display());
        ui.label(text::small(ui, words));
    });
}

fn way(ui: &mut Ui, sign: Icon, name: &str, about: &str) -> Response {
    let tokens = tokens_of(ui);
    let size = Vec2::new(ui.available_width(), 88.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let spoken = format!("{name}: {about}");
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &spoken));
    let is_up = response.hovered() || response.has_focus();
    let (fill, edge) =
        if is_up { (tokens.hover, tokens.accent) } else { (tokens.raised, tokens.line) };
    let painter = ui.painter();
    painter.rect(rect, 14.0, fill, Stroke::new(1.0, edge), StrokeKind::Inside);
    let center = rect.left_center() + Vec2::new(46.0, 0.0);
    painter.circle_filled(center, 22.0, tokens.accent_wash);
    sign.paint(painter, icon::square(center.x, center.y, 20.0), tokens.accent);
    let (left, room) = (rect.left() + 88.0, rect.width() - 108.0);
    let name = paint::line(painter, [Run::new(name, Rank::Title, tokens.text)], room);
    paint::line_at(painter, left, rect.center().y - 12.0, name);
    let about = paint::line(painter, [Run::new(about, Rank::Body, tokens.soft)], room);
    paint::line_at(painter, left, rect.center().y + 13.0, about);
    paint::focus_ring(ui, &response, 14);
    response
}

fn head(ui: &mut Ui, title: &str, about: &str) {
    ui.label(text::display(ui, title));
    ui.label(text::soft(ui, about));
    ui.add_space(14.0);
}

/// A field of a form.
struct Row<'a> {
    into: Into,
    label: &'a str,
    hint: &'a str,
    typed: &'a str,
    shows: Shows,
    field: DoorField,
}

impl Row<'_> {
    fn show(&self, ui: &mut Ui, state: &State, edits: &mut Vec<Edit>) {
        let error = state.error(self.field);
        let (label, hint, typed, shows) = (self.label, self.hint, self.typed, self.shows);
        let shown = Field { label, hint, typed, shows, error }.show(ui);
        let takes = state.takes_focus && state.target() == self.field;
        if takes && state.progress.is_none() {
            shown.response.request_focus();
            edits.push(Edit::Focused);
        }
        if let Some(text) = shown.text {
            edits.push(Edit::Type(self.into, text));
        }
        ui.add_space(6.0);
    }
}

fn line<'a>(into: Into, label: &'a str, hint: &'a str, typed: &'a str, at: DoorField) -> Row<'a> {
    Row { into, label, hint, typed, shows: Shows::Line, field: at }
}

fn found(ui: &mut Ui, state: &State, edits: &mut Vec<Edit>) {
    head(ui, "Set up my school", "It begins on this device; colleagues join you here");
    let typed = &state.typed;
    line(Into::School, "The school's name", "Ashgrove Academy", &typed.school, DoorField::School)
        .show(ui, state, edits);
    line(Into::Person, "Your name", "Sam Okoro", &typed.person, DoorField::Person)
        .show(ui, state, edits);
    device_and_passphrase(ui, state, edits);
    feet(ui, state, "Set up the school", edits);
}

fn device_and_passphrase(ui: &mut Ui, state: &State, edits: &mut Vec<Edit>) {
    let typed = &state.typed;
    line(Into::Device, "What this device is called", "", &typed.device, DoorField::Device)
        .show(ui, state, edits);
    passphrase_twice(ui, state, edits);
}

fn passphrase_twice(ui: &mut Ui, state: &State, edits: &mut Vec<Edit>) {
    let typed = &state.typed;
    Row {
        into: Into::Passphrase,
        label: "A passphrase for this device",
        hint: "Four words or more",
        typed: &typed.passphrase,
        shows: Shows::Dots,
        field: DoorField::Passphrase,
    }
    .show(ui, state, edits);
    Row {
        into: Into::Again,
        label: "The same passphrase again",
        hint: "",
        typed: &typed.again,
        shows: Shows::Dots,
        field: DoorField::Again,
    }
    .show(ui, state, edits);
    let words = "It opens Sheaf on this device, and nobody can look it up for you";
    ui.label(text::small(ui, words));
}

fn join(ui: &mut Ui, state: &State, edits: &mut Vec<Edit>) {
    head(ui, "Join a colleague", "They choose “Invite a colleague” and read you four words");
    let typed = &state.typed;
    Row {
        into: Into::Ticket,
        label: "The four words, or the ticket",
        hint: "four words as they are read out, or sheaf1…",
        typed: &typed.ticket,
        shows: Shows::Block,
        field: DoorField::Ticket,
    }
    .show(ui, state, edits);
    if state.asks_address {
        let label = "The address that the other device shows";
        line(Into::Address, label, "10.4.7.22:47821", &typed.address, DoorField::Address)
            .show(ui, state, edits);
    }
    line(Into::Person, "Your name", "Jo Marsh", &typed.person, DoorField::Person)
        .show(ui, state, edits);
    device_and_passphrase(ui, state, edits);
    feet(ui, state, "Join the school", edits);
}

fn restore(ui: &mut Ui, state: &State, edits: &mut Vec<Edit>) {
    head(
        ui,
        "Restore a backup",
        "What was written after it was made comes back from colleagues. If the old folder is still \
         in use somewhere, stop using it",
    );
    let typed = &state.typed;
    let label = "The backup; it can be dropped here";
    line(Into::File, label, "E:\\sheaf.backup", &typed.file, DoorField::File)
        .show(ui, state, edits);
    Row {
        into: Into::Opens,
        label: "The passphrase of the backup",
        hint: "",
        typed: &typed.opens,
        shows: Shows::Dots,
        field: DoorField::Opens,
    }
    .show(ui, state, edits);
    passphrase_twice(ui, state, edits);
    feet(ui, state, "Restore it", edits);
}

/// What was restored, before going in.
fn restored(ui: &mut Ui, state: &State, edits: &mut Vec<Edit>) {
    head(ui, "Restored", state.note.as_deref().unwrap_or_default());
    feet(ui, state, "Open the school", edits);
}

fn invent(ui: &mut Ui, state: &State, edits: &mut Vec<Edit>) {
    head(
        ui,
        "Try with an invented school",
        "Two years of pupils, incidents and support, made up on this device. It is marked as \
         invented and never mixes with a real school",
    );
    ui.label(text::label(ui, "How large"));
    for (pupils, words) in SIZES {
        ui.horizontal(|ui| {
            let label = format!("{pupils} pupils");
            let chosen = state.pupils == pupils;
            let button = buttons::choice(ui, &label, Chosen::from(chosen));
            button.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, chosen, &label));
            if button.clicked() {
                edits.push(Edit::Pupils(pupils));
            }
            ui.label(text::small(ui, words));
        });
    }
    feet(ui, state, "Invent it", edits);
}

fn locked(ui: &mut Ui, state: &State, folder: &Path, edits: &mut Vec<Edit>) {
    bits::sheaf(ui, 44.0);
    ui.add_space(12.0);
    let folder = folder.display().to_string();
    head(ui, "Unlock Sheaf", state.note.as_deref().unwrap_or(&folder));
    Row {
        into: Into::Passphrase,
        label: "The passphrase of this device",
        hint: "",
        typed: &state.typed.passphrase,
        shows: Shows::Dots,
        field: DoorField::Passphrase,
    }
    .show(ui, state, edits);
    feet(ui, state, "Unlock", edits);
}

/// What is wrong as a whole, what is being done, and the buttons.
fn feet(ui: &mut Ui, state: &State, does: &str, edits: &mut Vec<Edit>) {
    if let Some(why) = state.error(DoorField::Whole) {
        ui.add_space(8.0);
        let tone = tokens_of(ui).act;
        bits::wash(tone).show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.label(text::body(ui, why).color(tone.ink));
        });
    }
    ui.add_space(14.0);
    if let Some(progress) = &state.progress {
        busy(ui, progress);
        return;
    }
    let enter = state.page != Page::Join && keys::take(ui, Modifiers::NONE, Key::Enter);
    let leads_back = !matches!(state.page, Page::Locked | Page::Restored);
    let escape = leads_back && keys::take(ui, Modifiers::NONE, Key::Escape);
    ui.horizontal(|ui| {
        if buttons::primary(ui, does).clicked() || enter {
            edits.push(Edit::Submit);
        }
        if (leads_back && buttons::quiet(ui, "Back").clicked()) || escape {
            edits.push(Edit::Go(Page::Ways));
        }
    });
}

fn busy(ui: &mut Ui, words: &str) {
    ui.horizontal(|ui| {
        ui.set_min_height(32.0);
        let color = tokens_of(ui).accent;
        ui.add(Spinner::new().size(16.0).color(color));
        ui.label(text::body(ui, words));
    });
}

fn recovery_key(ui: &mut Ui, state: &State, edits: &mut Vec<Edit>) {
    head(
        ui,
        "Print the recovery key",
        "It is shown this once. If every head loses their device, it lets the school go on; \
         whoever has it can read everything. It belongs on paper, in the school's safe",
    );
    let tokens = tokens_of(ui);
    if let Some(RecoveryKey(key)) = &state.key {
        bits::wash(Tone { ink: tokens.text, wash: tokens.sunken }).show(ui, |ui| {
            ui.set_width(ui.available_width());
            let words = text::body(ui, key).monospace();
            ui.add(Label::new(words).wrap().selectable(true));
        });
        ui.add_space(4.0);
        if buttons::plain(ui, "Copy it, to print it").clicked() {
            ui.ctx().copy_text(key.clone());
        }
    }
    ui.add_space(10.0);
    let mut kept = state.is_kept;
    if ui.checkbox(&mut kept, "It is on paper, and no device has a copy").changed() {
        edits.push(Edit::Kept(kept));
    }
    ui.add_space(14.0);
    if let Some(progress) = &state.progress {
        busy(ui, progress);
        return;
    }
    ui.horizontal(|ui| {
        ui.add_enabled_ui(state.is_kept, |ui| {
            if buttons::primary(ui, "Open the school").clicked() {
                edits.push(Edit::Submit);
            }
        });
    });
}
