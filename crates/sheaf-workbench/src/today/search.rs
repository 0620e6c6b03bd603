//! The search box and what it finds.

use eframe::egui::{Id, Margin, Response, Role, Sense, TextEdit, Ui, Vec2, WidgetInfo};
use sheaf_records::Kind;
use sheaf_school::desk::{Hit, PupilLine};

use super::state::{Edit, State};
use super::view::Sight;
use crate::action::{Action, Actions};
use crate::theme::{RADIUS, Rank, tokens_of};
use crate::widgets::paint::{self, Run};
use crate::widgets::walk::Walk;
use crate::widgets::{Icon, bits, icon};

pub(super) fn search(ui: &mut Ui, state: &State, actions: &mut Actions) {
    let mut typed = state.search.clone();
    let edit = TextEdit::singleline(&mut typed)
        .id(Id::unique("search"))
        .hint_text("Search records and pupils")
        .font(Rank::Body.font())
        .margin(Margin { left: 38, right: 12, top: 10, bottom: 10 })
        .desired_width(f32::INFINITY);
    let response = ui.add(edit);
    let tokens = tokens_of(ui);
    let place = response.rect.left_center();
    Icon::Search.paint(ui.painter(), icon::square(place.x + 20.0, place.y, 15.0), tokens.faint);
    if state.takes_focus {
        response.request_focus();
        actions.push(Action::Today(Edit::Focused));
    }
    if response.changed() {
        actions.push(Action::Today(Edit::Search(typed)));
    }
}

pub(super) fn found(ui: &mut Ui, sight: Sight<'_>, walk: &mut Walk, actions: &mut Actions) {
    ui.spacing_mut().item_spacing.y = 2.0;
    let pupils = sight.state.pupils.iter().filter_map(|id| sight.model.pupil(*id));
    let mut any = false;
    for pupil in pupils {
        if !any {
            bits::section(ui, "Pupils");
        }
        any = true;
        let row = pupil_row(ui, pupil);
        walk.note(ui, &row);
        if row.clicked() {
            actions.push(Action::OpenPupil(pupil.id));
        }
    }
    let Some(hits) = &sight.model.hits else {
        bits::waiting(ui, "Searching…");
        return;
    };
    if !hits.is_empty() {
        ui.add_space(if any { 14.0 } else { 0.0 });
        bits::section(ui, "Records");
    }
    for hit in hits.iter() {
        let row = hit_row(ui, hit);
        walk.note(ui, &row);
        if row.clicked() {
            actions.push(match hit.kind {
                Kind::Pupil => Action::OpenPupil(hit.record),
                _ => Action::OpenRecord(hit.record),
            });
        }
    }
    if hits.is_empty() && !any && nothing_fits(ui, sight.state) {
        actions.push(Action::Today(Edit::Search(String::new())));
    }
}

fn nothing_fits(ui: &mut Ui, state: &State) -> bool {
    let title = format!("Nothing fits “{}”", state.search.trim());
    bits::Empty {
        icon: Icon::Search,
        title: &title,
        why: "Only records in the spaces that this device is in are searched",
        button: Some("Clear the search"),
    }
    .show(ui)
}

fn pupil_row(ui: &mut Ui, pupil: &PupilLine) -> Response {
    let class = if pupil.on_roll { &*pupil.reg_group } else { "has left" };
    two_lines(ui, Icon::Person, &pupil.name, &format!("{}  {class}", pupil.year_group))
}

fn hit_row(ui: &mut Ui, hit: &Hit) -> Response {
    two_lines(ui, Icon::of(hit.kind), &hit.headline, &hit.excerpt)
}

fn two_lines(ui: &mut Ui, sign: Icon, head: &str, below: &str) -> Response {
    let tokens = tokens_of(ui);
    let size = Vec2::new(ui.available_width(), 52.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("{head}; {below}")));
    let painter = ui.painter();
    if response.hovered() {
        painter.rect_filled(rect, f32::from(RADIUS), tokens.hover);
    }
    let center = rect.left_center() + Vec2::new(26.0, 0.0);
    painter.circle_filled(center, 15.0, tokens.none.wash);
    sign.paint(painter, icon::square(center.x, center.y, 15.0), tokens.soft);
    let room = rect.width() - 72.0;
    let head = paint::line(painter, [Run::new(head, Rank::Strong, tokens.text)], room);
    paint::line_at(painter, rect.left() + 56.0, rect.center().y - 10.0, head);
    let below = paint::line(painter, [Run::new(below, Rank::Small, tokens.soft)], room);
    paint::line_at(painter, rect.left() + 56.0, rect.center().y + 10.0, below);
    paint::focus_ring(ui, &response, RADIUS);
    response
}
