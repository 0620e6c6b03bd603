//! The quick filters and the box for a written one.

use eframe::egui::{Id, Margin, Response, Role, TextEdit, Ui, WidgetInfo};
use sheaf_school::desk::{Choice, IncidentChoices, IncidentQuery};

use super::state::{Chip, Edit};
use crate::action::{Action, Actions};
use crate::model::Model;
use crate::theme::{Rank, text, tokens_of};
use crate::widgets::{Icon, buttons, icon};

/// How wide a quick filter is.
const CHIP: f32 = 132.0;

/// How high its list is at most.
const LIST: f32 = 460.0;

/// The box stands beside the quick filters where it is at least so wide.
const LEAST_BOX: f32 = 240.0;

/// Draws the filters.
pub fn show(
    ui: &mut Ui,
    query: &IncidentQuery,
    choices: Option<&IncidentChoices>,
    refused: Option<&str>,
    actions: &mut Actions,
) {
    ui.horizontal_wrapped(|ui| {
        for chip in Chip::ALL {
            quick(ui, chip, query, choices.map(|choices| offered(chip, choices)), actions);
        }
        if !query.shows_all() && buttons::quiet(ui, "Clear").clicked() {
            actions.push(Action::Incidents(Edit::Clear));
        }
        if ui.available_size_before_wrap().x < LEAST_BOX {
            ui.end_row();
        }
        written(ui, query, actions);
    });
    if let Some(why) = refused {
        let ink = tokens_of(ui).act.ink;
        let line = ui.label(text::small(ui, why).color(ink));
        line.widget_info(|| WidgetInfo::labeled(Role::Alert, true, why));
    }
}

fn offered(chip: Chip, choices: &IncidentChoices) -> &[Choice] {
    match chip {
        Chip::YearGroup => &choices.year_groups,
        Chip::Category => &choices.categories,
        Chip::Place => &choices.places,
        Chip::Period => &choices.periods,
    }
}

fn quick(
    ui: &mut Ui,
    chip: Chip,
    query: &IncidentQuery,
    choices: Option<&[Choice]>,
    actions: &mut Actions,
) {
    let chosen = chip.chosen(query);
    let choices = choices.unwrap_or_default();
    let shown = chosen.map_or(chip.title(), |code| Model::title_of(choices, code));
    let mut picked = None;
    let combo = ui.scope(|ui| {
        if chosen.is_some() {
            let wash = tokens_of(ui).accent_wash;
            let widgets = &mut ui.visuals_mut().widgets;
            widgets.inactive.weak_bg_fill = wash;
            widgets.hovered.weak_bg_fill = wash;
        }
        let combo = buttons::combo(("incidents", chip.title()), shown, CHIP).height(LIST);
        combo.show_ui(ui, |ui| {
            let all = format!("Any {}", chip.title().to_lowercase());
            if ui.selectable_label(chosen.is_none(), all).clicked() {
                picked = Some(None);
            }
            for choice in choices {
                let is_it = chosen == Some(&choice.code);
                if ui.selectable_label(is_it, &choice.title).clicked() {
                    picked = Some(Some(choice.code.clone()));
                }
            }
        })
    });
    name(&combo.inner.response, chip, shown, chosen.is_some());
    if let Some(code) = picked {
        actions.push(Action::Incidents(Edit::Choose(chip, code)));
    }
}

fn name(response: &Response, chip: Chip, shown: &str, is_set: bool) {
    let value = if is_set { shown } else { "any" };
    let words = format!("{}: {value}", chip.title());
    response.widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, &words));
}

fn written(ui: &mut Ui, query: &IncidentQuery, actions: &mut Actions) {
    let mut typed = query.filter.clone();
    let edit = TextEdit::singleline(&mut typed)
        .id(Id::unique("incidents filter"))
        .hint_text("Filter, such as severity >= 3")
        .font(Rank::Body.font())
        .margin(Margin { left: 32, right: 10, top: 6, bottom: 6 })
        .desired_width(ui.available_size_before_wrap().x.max(LEAST_BOX));
    let response = ui.add(edit).accessible_name("Filter by the columns of incidents");
    let place = response.rect.left_center();
    let tokens = tokens_of(ui);
    Icon::Search.paint(ui.painter(), icon::square(place.x + 17.0, place.y, 14.0), tokens.faint);
    if response.changed() {
        actions.push(Action::Incidents(Edit::Filter(typed)));
    }
}
