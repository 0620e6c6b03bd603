//! Draws a chart as a card: title, picture or table, legend, what to keep in mind.

use eframe::egui::accesskit::Role;
use eframe::egui::{
    Align, Color32, EventFilter, Id, Key, Layout, Modifiers, Pos2, Rect, Response, Sense, Shape,
    Stroke, StrokeKind, Ui, Vec2, WidgetInfo, pos2,
};
use egui_plot::{PlotPoint, PlotTransform};
use sheaf_charts::{ChartSpec, LegendEntry, Marker, Shape as ChartShape, Status};

use super::break_out::BreakOut;
use super::marks::{self, Step};
use super::plot;
use super::state::{At, Edit, State};
use crate::action::{Action, Actions};
use crate::metric::{self, Selection};
use crate::theme::{RADIUS, Rank, text, tokens_of};
use crate::widgets::table::Table;
use crate::widgets::{bits, buttons, keys, paint};

/// A mark answers to the pointer within this distance, in points.
const REACH: f32 = 48.0;

/// A chart of a result.
#[derive(Clone, Copy, Debug)]
pub struct Sight<'a> {
    /// Its place in the result, from 0.
    pub place: usize,
    /// The chart.
    pub spec: &'a ChartSpec,
    /// Which mark has the keys, and whether it is a table.
    pub state: State,
    /// By what it can be broken out, and by what it is.
    pub break_out: BreakOut<'a>,
    /// The records that are selected, on this chart or another.
    pub selection: Option<&'a Selection>,
}

/// Draws the chart.
pub fn show(ui: &mut Ui, sight: Sight<'_>, actions: &mut Actions) {
    let Sight { spec, state, .. } = sight;
    bits::card(ui).show(ui, |ui| {
        ui.set_width(ui.available_width());
        head(ui, sight, actions);
        ui.add_space(6.0);
        if state.is_table {
            table(ui, spec);
        } else {
            legend(ui, spec);
            picture(ui, sight, actions);
        }
        foot(ui, spec);
    });
}

fn head(ui: &mut Ui, sight: Sight<'_>, actions: &mut Actions) {
    let Sight { place, spec, state, break_out, .. } = sight;
    let buttons = if break_out.choices.is_empty() { 190.0 } else { 340.0 };
    ui.horizontal_top(|ui| {
        ui.vertical(|ui| {
            ui.set_max_width((ui.available_width() - buttons).max(160.0));
            ui.label(text::title(ui, &spec.title));
            if !spec.subtitle.is_empty() {
                ui.label(text::small(ui, &spec.subtitle));
            }
        });
        ui.with_layout(Layout::right_to_left(Align::Min), |ui| {
            ui.spacing_mut().item_spacing.x = 4.0;
            export(ui, place, spec, actions);
            let words = if state.is_table { "Picture" } else { "Table" };
            let button = buttons::quiet(ui, words);
            let spoken = format!("Show “{}” as a {}", spec.title, words.to_lowercase());
            button.widget_info(|| WidgetInfo::labeled(Role::Button, true, &spoken));
            if button.clicked() {
                actions.push(chart_edit(place, Edit::Turn));
            }
            if !break_out.choices.is_empty() {
                break_out.show(ui, &spec.title, actions);
            }
        });
    });
}

const fn chart_edit(place: usize, edit: Edit) -> Action {
    Action::Metric(metric::Edit::Chart(place, edit))
}

fn export(ui: &mut Ui, place: usize, spec: &ChartSpec, actions: &mut Actions) {
    let button = buttons::quiet(ui, "Export…");
    let spoken = format!("Export “{}”", spec.title);
    button.widget_info(|| WidgetInfo::labeled(Role::Button, true, &spoken));
    if button.clicked() {
        actions.push(Action::OpenExport(place));
    }
}

fn foot(ui: &mut Ui, spec: &ChartSpec) {
    ui.add_space(4.0);
    ui.label(text::small(ui, &spec.summary));
    for note in &spec.notes {
        ui.label(text::small(ui, note));
    }
}

fn table(ui: &mut Ui, spec: &ChartSpec) {
    let rows = spec.rows();
    let is_heat = spec.is_heat();
    let interval = |lower: Option<f64>, upper: Option<f64>| match (lower, upper) {
        (Some(lower), Some(upper)) => {
            format!("{} to {}", spec.y.format(lower), spec.y.format(upper))
        }
        _ => String::new(),
    };
    let cells: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            let value = match row.y {
                Some(value) if is_heat => value.to_string(),
                Some(value) => spec.y.format(value),
                None if row.status == Status::NoData => String::new(),
                None => "hidden".to_owned(),
            };
            let n = row.n.map(|n| n.to_string()).unwrap_or_default();
            vec![row.series.clone(), row.x.clone(), value, interval(row.lower, row.upper), n]
        })
        .collect();
    let columns = ["Series", &spec.x.caption(), &spec.y.caption(), "Interval", "Out of"];
    let columns = columns.map(str::to_owned);
    let name = format!("Numbers of {}", spec.title);
    Table { name: &name, columns: &columns, rows: &cells }.show(ui, plot::HEIGHT);
}

fn legend(ui: &mut Ui, spec: &ChartSpec) {
    if spec.legend.is_empty() {
        return;
    }
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        for entry in &spec.legend {
            sample(ui, entry);
            ui.label(text::label(ui, &entry.label));
            ui.add_space(10.0);
        }
    });
}

/// The colour, dash and marker of a series.
fn sample(ui: &mut Ui, entry: &LegendEntry) {
    let ink = plot::color(entry.token, plot::ground_of(ui));
    let (rect, _) = ui.allocate_exact_size(Vec2::new(26.0, 14.0), Sense::hover());
    let painter = ui.painter();
    let (left, right) = (rect.left_center(), rect.right_center());
    match entry.shape.as_str() {
        "bars" => {
            painter.rect_filled(rect.shrink2(Vec2::new(6.0, 1.0)), 2.0, ink);
        }
        "points" => marker(painter, rect.center(), entry.marker, ink),
        _ => {
            let stroke = Stroke::new(2.2, ink);
            let pattern: Vec<f32> = entry.dash.pattern().iter().map(|part| *part as f32).collect();
            match pattern.as_slice() {
                [dash, gap, ..] => {
                    painter.extend(Shape::dashed_line(&[left, right], stroke, *dash, *gap));
                }
                _ => {
                    painter.line_segment([left, right], stroke);
                }
            }
        }
    }
}

fn marker(painter: &eframe::egui::Painter, at: Pos2, shape: Marker, ink: Color32) {
    let corner = |x: f32, y: f32| at + Vec2::new(x, y) * 5.0;
    let points = match shape {
        Marker::Circle => {
            painter.circle_filled(at, 4.5, ink);
            return;
        }
        Marker::Square => {
            vec![corner(-0.9, -0.9), corner(0.9, -0.9), corner(0.9, 0.9), corner(-0.9, 0.9)]
        }
        Marker::Triangle => vec![corner(0.0, -1.1), corner(1.0, 0.8), corner(-1.0, 0.8)],
        Marker::Diamond => {
            vec![corner(0.0, -1.2), corner(1.2, 0.0), corner(0.0, 1.2), corner(-1.2, 0.0)]
        }
    };
    painter.add(Shape::convex_polygon(points, ink, Stroke::NONE));
}

fn picture(ui: &mut Ui, sight: Sight<'_>, actions: &mut Actions) {
    let Sight { place, spec, state, selection, .. } = sight;
    let shown = plot::show(ui, Id::unique(("chart", place)), spec);
    let response = shown.response;
    let pointed = response.hover_pos().and_then(|pos| nearest(spec, &shown.transform, pos));
    let walked = state.at.filter(|_| response.has_focus());
    describe(ui, &response, spec, walked);
    if response.has_focus() {
        walk(ui, place, &response, spec, state, actions);
    }
    if let Some(selection) = selection {
        ring_selected(ui, spec, &shown.transform, selection);
    }
    let pressed = |key| response.has_focus() && ui.input(|input| input.key_pressed(key));
    let (enter, space) = (pressed(Key::Enter), pressed(Key::Space));
    // A key means the mark that has the keys, wherever the pointer was left.
    let chosen = if enter || space { walked.or(pointed) } else { pointed.or(walked) };
    if let Some(at) = chosen {
        point_out(ui, &response, spec, &shown.transform, at);
    }
    if response.clicked()
        && let Some((_, mark)) = chosen.and_then(|at| marks::at(spec, at))
    {
        let (title, ids) = (where_words(spec, chosen), mark.ids.as_slice().to_vec());
        if enter {
            actions.push(Action::Behind { title, records: ids });
        } else if !ids.is_empty() {
            actions.push(Action::Metric(metric::Edit::Select(Selection { title, ids })));
        }
    }
    paint::focus_ring(ui, &response, RADIUS);
}

/// Marks behind which a selected record stands, on whichever chart it was selected.
fn ring_selected(ui: &Ui, spec: &ChartSpec, transform: &PlotTransform, selection: &Selection) {
    let painter = ui.painter_at(transform.frame().expand(8.0));
    let stroke = Stroke::new(2.0, tokens_of(ui).accent);
    let selected = marks::shown(spec).filter(|(_, mark)| selection.meets(mark.ids.as_slice()));
    for place in selected.filter_map(|(at, _)| on_screen(spec, transform, at)) {
        painter.circle_stroke(place, 7.5, stroke);
    }
}

fn where_words(spec: &ChartSpec, at: Option<At>) -> String {
    let found = at.and_then(|at| marks::at(spec, at));
    let Some((layer, mark)) = found else { return String::new() };
    let words: Vec<String> = marks::words(spec, layer, mark).into_iter().take(2).collect();
    // A number and its unit stay together where the line breaks.
    words.join(", ").replace(" %", "\u{a0}%")
}

/// The chart as one node that says its summary, and the mark that has the keys.
fn describe(ui: &Ui, response: &Response, spec: &ChartSpec, walked: Option<At>) {
    let label = format!("Chart: {}. {}", spec.title, spec.summary);
    response.widget_info(|| WidgetInfo::labeled(Role::Figure, true, &label));
    let found = walked.and_then(|at| marks::at(spec, at));
    let value = match found {
        Some((layer, mark)) => marks::words(spec, layer, mark).join(", "),
        None => "Arrow keys walk the marks, Space selects one, Enter lists the records behind it"
            .to_owned(),
    };
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_description(value));
}

fn walk(
    ui: &Ui,
    place: usize,
    response: &Response,
    spec: &ChartSpec,
    state: State,
    actions: &mut Actions,
) {
    let filter =
        EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
    for (key, step) in [
        (Key::ArrowRight, Step::On),
        (Key::ArrowLeft, Step::Back),
        (Key::ArrowUp, Step::Up),
        (Key::ArrowDown, Step::Down),
    ] {
        if keys::take(ui, Modifiers::NONE, key)
            && let Some(at) = marks::walk(spec, state.at, step)
        {
            actions.push(chart_edit(place, Edit::Walk(at)));
        }
    }
}

fn on_screen(spec: &ChartSpec, transform: &PlotTransform, at: At) -> Option<Pos2> {
    let (layer, mark) = marks::at(spec, at)?;
    let offset = match layer.shape {
        ChartShape::Bars { offset, .. } => offset,
        _ => 0.0,
    };
    let y = match layer.shape {
        ChartShape::Heat { row } => f64::from(row),
        _ => mark.y?,
    };
    Some(transform.position_from_point(&PlotPoint::new(mark.x + offset, y)))
}

/// The mark under the pointer: the nearest sideways, and of those the nearest in height.
fn nearest(spec: &ChartSpec, transform: &PlotTransform, pointer: Pos2) -> Option<At> {
    let distance = |at: At| {
        let place = on_screen(spec, transform, at)?;
        let away = (place - pointer).abs();
        (away.x <= REACH).then_some(away.x * 4.0 + away.y)
    };
    let within = marks::shown(spec).filter_map(|(at, _)| Some((distance(at)?, at)));
    within.min_by(|(one, _), (other, _)| one.total_cmp(other)).map(|(_, at)| at)
}

/// Rings the mark and says its value beside it.
fn point_out(ui: &Ui, response: &Response, spec: &ChartSpec, transform: &PlotTransform, at: At) {
    let Some((layer, mark)) = marks::at(spec, at) else { return };
    let Some(place) = on_screen(spec, transform, at) else { return };
    let tokens = tokens_of(ui);
    let ink = plot::color(layer.token, plot::ground_of(ui));
    let painter = ui.painter_at(transform.frame().expand(8.0));
    let guide = Stroke::new(1.0, tokens.line_strong);
    painter.vline(place.x, transform.frame().y_range(), guide);
    painter.circle(place, 5.5, tokens.raised, Stroke::new(2.5, ink));
    let mut lines = marks::words(spec, layer, mark);
    if !mark.ids.is_empty() {
        lines.push("Click selects them, Enter lists them".to_owned());
    }
    bubble(ui, response.rect, place, &lines);
}

fn bubble(ui: &Ui, within: Rect, beside: Pos2, lines: &[String]) {
    let tokens = tokens_of(ui);
    let painter = ui.painter();
    let galleys: Vec<_> = lines
        .iter()
        .enumerate()
        .map(|(row, line)| {
            let (rank, color) =
                if row == 1 { (Rank::Strong, tokens.text) } else { (Rank::Small, tokens.soft) };
            painter.layout_no_wrap(line.clone(), rank.font(), color)
        })
        .collect();
    let width = galleys.iter().map(|galley| galley.size().x).fold(0.0, f32::max);
    let height: f32 = galleys.iter().map(|galley| galley.size().y + 3.0).sum();
    let size = Vec2::new(width + 24.0, height + 15.0);
    let left = if beside.x + 16.0 + size.x > within.right() {
        beside.x - 16.0 - size.x
    } else {
        beside.x + 16.0
    };
    let top =
        (beside.y - size.y / 2.0).clamp(within.top(), (within.bottom() - size.y).max(within.top()));
    let rect = Rect::from_min_size(pos2(left, top), size);
    painter.add(ui.visuals().popup_shadow.as_shape(rect, 10.0));
    let outline = Stroke::new(1.0, tokens.line);
    painter.rect(rect, 10.0, tokens.raised, outline, StrokeKind::Inside);
    let mut at = rect.min + Vec2::new(12.0, 9.0);
    for galley in galleys {
        let step = galley.size().y + 3.0;
        painter.galley(at, galley, tokens.text);
        at.y += step;
    }
}
