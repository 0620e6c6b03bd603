//! The pupils who are in, each with their role.

use eframe::egui::{Frame, Margin, Role, Stroke, Ui, WidgetInfo};

use super::state::{Edit, Field, State};
use crate::theme::{text, tokens_of};
use crate::widgets::{Icon, bits, buttons};

pub(super) fn chips(ui: &mut Ui, state: &State, edits: &mut Vec<Edit>) {
    if state.pupils.is_empty() {
        return;
    }
    ui.add_space(6.0);
    ui.horizontal_wrapped(|ui| {
        for place in 0..state.pupils.len() {
            chip(ui, state, place, edits);
        }
    });
}

fn chip(ui: &mut Ui, state: &State, place: usize, edits: &mut Vec<Edit>) {
    let Some(pupil) = state.pupils.get(place) else { return };
    let (name, tokens) = (&pupil.name, tokens_of(ui));
    let role = state.roster.roles.get(pupil.role).map_or("", |role| role.title.as_str());
    let has_keys = state.field == Field::Who && state.pupil == place && state.pupils.len() > 1;
    let line = if has_keys { tokens.accent } else { tokens.none.wash };
    let margin = Margin { left: 5, right: 4, top: 3, bottom: 3 };
    let frame = Frame::new()
        .fill(tokens.none.wash)
        .stroke(Stroke::new(1.5, line))
        .corner_radius(18)
        .inner_margin(margin);
    frame.show(ui, |ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        ui.horizontal(|ui| {
            bits::avatar(ui, name, 26.0);
            ui.label(text::strong(ui, name));
            let change = buttons::quiet(ui, &role.to_lowercase());
            let spoken = format!("Role of {name}: {role}; press to change it");
            change.widget_info(|| WidgetInfo::labeled(Role::Button, true, &spoken));
            if change.on_hover_text("Change the role").clicked() {
                edits.push(Edit::NextRoleOf(place));
            }
            if buttons::icon(ui, Icon::Cross, &format!("Take {name} out")).clicked() {
                edits.push(Edit::Remove(place));
            }
        });
    });
}
