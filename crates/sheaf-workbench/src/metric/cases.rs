//! Pupils one by one: a small picture of each one's own course, with what was reckoned of it.

use eframe::egui::{Response, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, vec2};
use sheaf_school::desk::CaseLine;

use super::state::Edit;
use crate::action::{Action, Actions};
use crate::chart;
use crate::format;
use crate::theme::{RADIUS, Rank, text, tokens_of};
use crate::widgets::paint::{self, Run};
use crate::widgets::{bits, buttons};

const HEIGHT: f32 = 128.0;
const LEAST: f32 = 210.0;
const GAP: f32 = 10.0;
const PAD: f32 = 12.0;

/// So many are shown until somebody asks for all.
const MOST: usize = 12;

/// Whether only the first are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Folded {
    /// They are.
    #[default]
    Yes,
    /// All are.
    No,
}

/// Draws them all; a click or Enter opens the pupil.
pub fn show(ui: &mut Ui, cases: &[CaseLine], folded: Folded, actions: &mut Actions) {
    bits::card(ui).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.label(text::title(ui, "Pupil by pupil"));
        let count = format::count(cases.len() as u64, "pupil has", "pupils have");
        let why = format!("{count} enough weeks on both sides for a view of their own");
        ui.label(text::small(ui, why));
        ui.add_space(8.0);
        let room = ui.available_width();
        let columns = (((room + GAP) / (LEAST + GAP)).floor() as usize).max(1);
        let width = (room - GAP * (columns - 1) as f32) / columns as f32;
        ui.spacing_mut().item_spacing = vec2(GAP, GAP);
        let shown = match folded {
            Folded::Yes => cases.get(..MOST).unwrap_or(cases),
            Folded::No => cases,
        };
        for row in shown.chunks(columns) {
            ui.horizontal_top(|ui| {
                for case in row {
                    if one(ui, case, width).clicked() {
                        actions.push(Action::OpenPupil(case.id));
                    }
                }
            });
        }
        let all = format!("Show all {} pupils", cases.len());
        if shown.len() < cases.len() && buttons::quiet(ui, &all).clicked() {
            actions.push(Action::Metric(Edit::UnfoldCases));
        }
    });
}

fn one(ui: &mut Ui, case: &CaseLine, width: f32) -> Response {
    let tokens = tokens_of(ui);
    let (rect, response) = ui.allocate_exact_size(Vec2::new(width, HEIGHT), Sense::click());
    let estimates: Vec<String> =
        case.estimates.iter().map(|(what, words)| format!("{what} {words}")).collect();
    let course = case.chart.as_ref().map(|chart| chart.summary.clone()).unwrap_or_default();
    let spoken = format!("{}; {}; {course}", case.name, estimates.join(", "));
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &spoken));
    if response.gained_focus() {
        response.scroll_to_me(None);
    }
    if !ui.is_rect_visible(rect) {
        return response;
    }
    let edge = if response.hovered() { tokens.accent } else { tokens.line };
    let painter = ui.painter().with_clip_rect(rect.expand(1.0).intersect(ui.clip_rect()));
    let stroke = Stroke::new(1.0, edge);
    painter.rect(rect, f32::from(RADIUS), tokens.raised, stroke, StrokeKind::Inside);
    let (left, inner) = (rect.left() + PAD, width - 2.0 * PAD);
    let name = paint::line(&painter, [Run::new(&case.name, Rank::Strong, tokens.text)], inner);
    paint::line_at(&painter, left, rect.top() + 18.0, name);
    let estimates = [Run::new(estimates.join(", "), Rank::Small, tokens.soft)];
    let estimates = paint::line(&painter, estimates, inner);
    paint::line_at(&painter, left, rect.top() + 38.0, estimates);
    if let Some(spec) = &case.chart {
        let mut place = rect.shrink(PAD);
        place.set_top(rect.top() + 54.0);
        chart::paint_thumb(&painter, place, spec, chart::ground_of(ui));
    }
    paint::focus_ring(ui, &response, RADIUS);
    response.on_hover_text(course)
}
