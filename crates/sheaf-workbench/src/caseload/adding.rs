//! The box in which a pupil is looked for, to be added.

use eframe::egui::{
    Id, Key, Margin, Modifiers, Response, Role, Sense, TextEdit, Ui, Vec2, WidgetInfo,
};
use sheaf_school::desk::PupilLine;

use super::state::{Adding, Edit};
use crate::action::{Action, Actions};
use crate::model::Model;
use crate::theme::{RADIUS, Rank, text, tokens_of};
use crate::widgets::paint::{self, Run};
use crate::widgets::{Icon, bits, buttons, icon, keys};

/// Draws the box and who fits.
pub fn show(ui: &mut Ui, model: &Model, adding: &Adding, actions: &mut Actions) {
    bits::card(ui).show(ui, |ui| {
        ui.set_width(ui.available_width());
        steer(ui, adding, actions);
        ui.horizontal(|ui| {
            field(ui, adding, actions);
            if buttons::quiet(ui, "Cancel").clicked() {
                actions.push(Action::Caseload(Edit::End));
            }
        });
        ui.spacing_mut().item_spacing.y = 2.0;
        for (place, id) in adding.offered.iter().enumerate() {
            let Some(pupil) = model.pupil(*id) else { continue };
            if offered(ui, pupil, place == adding.chosen).clicked() {
                actions.push(Action::AddToCaseload(pupil.id));
            }
        }
        if adding.offered.is_empty() {
            ui.label(text::small(ui, "No pupil on roll has this name and is not here already"));
        }
    });
}

/// The keys that choose come before the box, which would use them up.
fn steer(ui: &Ui, adding: &Adding, actions: &mut Actions) {
    if !ui.memory(|memory| memory.has_focus(field_id())) {
        return;
    }
    if keys::take(ui, Modifiers::NONE, Key::ArrowDown) {
        actions.push(Action::Caseload(Edit::Choose(adding.chosen.saturating_add(1))));
    }
    if keys::take(ui, Modifiers::NONE, Key::ArrowUp) {
        actions.push(Action::Caseload(Edit::Choose(adding.chosen.saturating_sub(1))));
    }
    if let Some(pupil) = adding.offered.get(adding.chosen)
        && keys::take(ui, Modifiers::NONE, Key::Enter)
    {
        actions.push(Action::AddToCaseload(*pupil));
    }
}

fn field_id() -> Id {
    Id::unique("caseload add")
}

fn field(ui: &mut Ui, adding: &Adding, actions: &mut Actions) {
    let mut typed = adding.typed.clone();
    let edit = TextEdit::singleline(&mut typed)
        .id(field_id())
        .hint_text("Whose name?")
        .font(Rank::Body.font())
        .margin(Margin { left: 34, right: 10, top: 8, bottom: 8 })
        .desired_width((ui.available_width() - 90.0).max(160.0));
    let response = ui.add(edit).accessible_name("Pupil to add");
    let place = response.rect.left_center();
    let tokens = tokens_of(ui);
    Icon::Search.paint(ui.painter(), icon::square(place.x + 18.0, place.y, 14.0), tokens.faint);
    if adding.takes_focus {
        response.request_focus();
        actions.push(Action::Caseload(Edit::Focused));
    }
    if response.changed() {
        actions.push(Action::Caseload(Edit::Type(typed)));
    }
}

fn offered(ui: &mut Ui, pupil: &PupilLine, is_chosen: bool) -> Response {
    let tokens = tokens_of(ui);
    let size = Vec2::new(ui.available_width(), 34.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let class = format!("{}  {}", pupil.year_group, pupil.reg_group);
    let spoken = format!("Add {}, {class}", pupil.name);
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, is_chosen, &spoken));
    let painter = ui.painter();
    if is_chosen || response.hovered() {
        let fill = if is_chosen { tokens.accent_wash } else { tokens.hover };
        painter.rect_filled(rect, f32::from(RADIUS), fill);
    }
    let runs = [
        Run::new(&pupil.name, Rank::Strong, tokens.text),
        Run::new(format!("   {class}"), Rank::Small, tokens.faint),
    ];
    let words = paint::line(painter, runs, rect.width() - 24.0);
    paint::line_at(painter, rect.left() + 12.0, rect.center().y, words);
    paint::focus_ring(ui, &response, RADIUS);
    response
}
