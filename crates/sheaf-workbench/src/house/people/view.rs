//! Draws the members of the school with their devices.

use eframe::egui::{Align, Label, Layout, Role, Sense, Stroke, Ui, Vec2, WidgetInfo};
use jiff::civil::Date;
use sheaf_school::desk::{Choice, DeviceLine, DeviceStanding, PeerState, PeoplePage, PersonLine};

use super::state::{Edit, Invite, State};
use super::{former, invite, network};
use crate::action::{Action, Actions};
use crate::command::CommandId;
use crate::format;
use crate::house::{carry, trust};
use crate::model::Model;
use crate::theme::{text, tokens_of};
use crate::widgets::{Icon, bits, buttons};

/// What the view shows.
#[derive(Clone, Copy, Debug)]
pub struct Sight<'a> {
    /// What is known.
    pub model: &'a Model,
    /// The invitation.
    pub state: &'a State,
    /// About whom something may be done.
    pub trust: &'a trust::State,
    /// Seconds since the window opened.
    pub now: f64,
}

const WIDEST: f32 = 880.0;

/// Draws the view.
pub fn show(ui: &mut Ui, sight: Sight<'_>, actions: &mut Actions) {
    bits::page(ui, WIDEST, |ui| {
        let slot = &sight.model.people;
        match (slot.get(), slot.refused()) {
            (Some(page), _) => whole(ui, sight, page, actions),
            (None, Some(why)) => {
                let title = "The members cannot be shown";
                let button = Some("Try again");
                if (bits::Empty { icon: Icon::Lock, title, why, button }).show(ui) {
                    actions.push(Action::Command(CommandId::Reload));
                }
            }
            (None, None) => bits::waiting(ui, "Looking who is in…"),
        }
    });
}

fn whole(ui: &mut Ui, sight: Sight<'_>, page: &PeoplePage, actions: &mut Actions) {
    heading(ui, sight.state, page, actions);
    ui.add_space(16.0);
    if sight.state.invite == Invite::None {
        obstacle(ui, page);
    } else {
        invite::show(ui, sight, page, actions);
        ui.add_space(18.0);
    }
    notices(ui, sight.model);
    if network::is_in_the_way(page) {
        network::show(ui, page, actions);
        carry::show_card(ui, page, actions);
    }
    let today = sight.model.today();
    for person in &page.people {
        self::person(ui, sight.trust, person, today, actions);
        ui.add_space(10.0);
    }
    former::show(ui, page, today);
    if !network::is_in_the_way(page) {
        network::show(ui, page, actions);
        carry::show_card(ui, page, actions);
    }
    if page.people.len() == 1 && sight.state.invite == Invite::None {
        alone(ui, page, actions);
    }
}

/// What should be known of devices that were copied or restored.
fn notices(ui: &mut Ui, model: &Model) {
    let tone = tokens_of(ui).watch;
    for says in model.status.get().iter().flat_map(|status| &status.notices) {
        bits::wash(tone).show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.horizontal_top(|ui| {
                Icon::Warning.show(ui, 15.0, tone.ink);
                ui.add(Label::new(text::body(ui, says).color(tone.ink)).wrap());
            });
        });
        ui.add_space(10.0);
    }
}

fn heading(ui: &mut Ui, state: &State, page: &PeoplePage, actions: &mut Actions) {
    ui.horizontal(|ui| {
        ui.label(text::display(ui, "Devices and people"));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let may = may_invite(page) && state.invite == Invite::None;
            if may && buttons::primary(ui, "Invite a colleague").clicked() {
                actions.push(Action::People(Edit::Begin));
            }
            if buttons::quiet(ui, "Import pupils…").clicked() {
                actions.push(Action::Command(CommandId::ImportPupils));
            }
        });
    });
    let devices = page.people.iter().flat_map(|person| &person.devices);
    let devices = devices.filter(|device| device.standing == DeviceStanding::In).count();
    let people = format::count(page.people.len() as u64, "person", "people");
    let devices = format::count(devices as u64, "device", "devices");
    ui.label(text::soft(ui, format!("{people} with {devices}, each with a copy of its own")));
    ui.horizontal_wrapped(|ui| {
        new_space(ui, page, actions);
        for (words, leads) in [
            ("Removals", CommandId::GoRemovals),
            ("Erasures", CommandId::GoErasures),
            ("Retention", CommandId::GoRetention),
        ] {
            if buttons::quiet(ui, words).clicked() {
                actions.push(Action::Command(leads));
            }
        }
        if buttons::quiet(ui, "Recovery key…").clicked() {
            actions.push(Action::Command(CommandId::Recover));
        }
    });
}

fn new_space(ui: &mut Ui, page: &PeoplePage, actions: &mut Actions) {
    if page.may_create_spaces {
        let choices = page.people.iter().filter(|person| !person.is_self);
        let choice = |one: &PersonLine| Choice { code: one.id.clone(), title: one.name.clone() };
        if buttons::plain(ui, "New space…").clicked() {
            let what = trust::What::NewSpace(choices.map(choice).collect());
            actions.push(Action::Trust(trust::Edit::Ask(Box::new(what))));
        }
    }
}

const fn may_invite(page: &PeoplePage) -> bool {
    !page.roles.is_empty() && page.is_online
}

/// Why nobody can be invited from here, if so.
fn obstacle(ui: &mut Ui, page: &PeoplePage) {
    let words = if page.roles.is_empty() {
        "Your role invites nobody; a lead or the head does"
    } else if !page.is_online {
        "This window is not on the network, so nobody can join through it"
    } else {
        return;
    };
    let tokens = tokens_of(ui);
    bits::wash(tokens.info).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.horizontal_wrapped(|ui| {
            Icon::Info.show(ui, 15.0, tokens.info.ink);
            ui.label(text::body(ui, words).color(tokens.info.ink));
        });
    });
    ui.add_space(12.0);
}

fn alone(ui: &mut Ui, page: &PeoplePage, actions: &mut Actions) {
    let empty = bits::Empty {
        icon: Icon::People,
        title: "Nobody else is in yet",
        why: "Invite a colleague: each keeps a full copy of what they may see on their own device",
        button: may_invite(page).then_some("Invite the first colleague"),
    };
    if empty.show(ui) {
        actions.push(Action::People(Edit::Begin));
    }
}

fn person(
    ui: &mut Ui,
    state: &trust::State,
    person: &PersonLine,
    today: Option<Date>,
    actions: &mut Actions,
) {
    bits::card(ui).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 12.0;
            bits::avatar(ui, &person.name, 38.0);
            ui.vertical(|ui| {
                ui.spacing_mut().item_spacing.y = 1.0;
                let you = if person.is_self { "  (you)" } else { "" };
                ui.label(text::strong(ui, format!("{}{you}", person.name)));
                ui.label(text::small(ui, &person.role));
            });
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.spacing_mut().item_spacing.x = 6.0;
                trust::person(ui, state, person, actions);
                let tokens = tokens_of(ui);
                for space in person.spaces.iter().rev() {
                    let guarded = space == "safeguarding";
                    bits::chip(ui, space, if guarded { tokens.act } else { tokens.none });
                }
            });
        });
        for device in &person.devices {
            line(ui);
            self::device(ui, device, today);
        }
        trust::devices(ui, state, person, actions);
    });
}

pub(super) fn line(ui: &mut Ui) {
    ui.add_space(8.0);
    let at = ui.available_rect_before_wrap();
    let stroke = Stroke::new(1.0, tokens_of(ui).line);
    ui.painter().hline(at.x_range(), at.top(), stroke);
    ui.add_space(6.0);
}

pub(super) fn device(ui: &mut Ui, device: &DeviceLine, today: Option<Date>) {
    let tokens = tokens_of(ui);
    ui.horizontal(|ui| {
        ui.add_space(11.0);
        Icon::Laptop.show(ui, 16.0, tokens.soft);
        ui.add_space(8.0);
        ui.label(text::body(ui, &device.name));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let words = state_words(device, today);
            ui.label(text::small(ui, words));
            if !device.is_this && device.standing == DeviceStanding::In {
                dot(ui, device.state);
            }
        });
    });
}

/// Full, half or empty, so that it reads without colour; the words beside it say the same.
fn dot(ui: &mut Ui, state: PeerState) {
    let tokens = tokens_of(ui);
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(10.0), Sense::hover());
    let words = match state {
        PeerState::Level => "Level",
        PeerState::Catching { .. } => "Catching up",
        PeerState::Away => "Away",
    };
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, words));
    let (painter, center) = (ui.painter(), rect.center());
    match state {
        PeerState::Level => {
            painter.circle_filled(center, 4.0, tokens.good.ink);
        }
        PeerState::Catching { .. } => {
            painter.circle_stroke(center, 3.6, Stroke::new(1.5, tokens.watch.ink));
            painter.circle_filled(center, 1.8, tokens.watch.ink);
        }
        PeerState::Away => {
            painter.circle_stroke(center, 3.6, Stroke::new(1.5, tokens.faint));
        }
    }
}

fn state_words(device: &DeviceLine, today: Option<Date>) -> String {
    let met = device.last_met.map(|met| format!(", last met {}", format::moment(met, today)));
    let met = met.unwrap_or_default();
    match (device.state, device.last_met) {
        _ if device.standing == DeviceStanding::Removed => format!("Removed{met}"),
        _ if device.standing == DeviceStanding::Suspended => {
            format!("Suspended until its admission is signed again{met}")
        }
        _ if device.is_this => "This device".to_owned(),
        (PeerState::Level, _) => "Level".to_owned(),
        (PeerState::Catching { .. }, _) => "Catching up".to_owned(),
        (PeerState::Away, None) => "Not met yet".to_owned(),
        (PeerState::Away, Some(_)) => format!("Away{met}"),
    }
}
