//! The layers of a spec as items of egui_plot; ticks and their words come from the spec.

use std::ops::RangeInclusive;

use eframe::egui::{Align2, Color32, Id, RichText, Stroke, Ui};
use egui_plot::{
    AxisHints, Bar, BarChart, FilledArea, GridInput, GridMark, HLine, Line, LineStyle, MarkerShape,
    Plot, PlotPoint, PlotPoints, PlotResponse, PlotUi, Points, Polygon, Text, VLine,
};
use sheaf_charts::{
    Axis, ChartSpec, Dash, Heat, Layer, Mark, Marker, Rgb, Shape, Status, Theme, Token, X_TICKS,
    Y_TICKS,
};

use crate::theme::{self, Rank};

/// The height of a chart in points.
pub const HEIGHT: f32 = 300.0;

/// Draws the picture.
pub fn show(ui: &mut Ui, id: Id, spec: &ChartSpec) -> PlotResponse<()> {
    let ground = ground_of(ui);
    let (x, y) = (padded(spec.x.domain, 0.015, 0.015), padded(spec.y.domain, 0.0, 0.04));
    Plot::new(id)
        .id(id)
        .height(HEIGHT)
        .show_background(false)
        .show_crosshair(false)
        .allow_scroll(false)
        .allow_drag(false)
        .allow_axis_zoom_drag(false)
        .default_x_bounds(x.0, x.1)
        .default_y_bounds(y.0, y.1)
        .label_formatter(|_| None)
        .grid_color(color(Token::Grid, ground))
        .grid_fade(0.0)
        .show_grid([false, !spec.is_heat()])
        .x_grid_spacer(|input| grid(&spec.x, x, &input, X_TICKS))
        .y_grid_spacer(|input| grid(&spec.y, y, &input, Y_TICKS))
        .custom_x_axes(vec![hints(ui, AxisHints::new_x(), &spec.x, X_TICKS)])
        .custom_y_axes(vec![hints(ui, AxisHints::new_y(), &spec.y, Y_TICKS).min_thickness(44.0)])
        .show(ui, |plot| {
            let decimals = spec.cell_decimals();
            for layer in &spec.layers {
                draw(plot, spec, layer, (ground, decimals));
            }
        })
}

/// The colour of a token on this ground.
pub fn color(token: Token, ground: Theme) -> Color32 {
    let Rgb(r, g, b) = token.colour(ground);
    Color32::from_rgb(r, g, b)
}

/// The ground on which charts stand in the theme of a view.
pub fn ground_of(ui: &Ui) -> Theme {
    theme::name_of(ui).ground()
}

fn padded(domain: (f64, f64), before: f64, after: f64) -> (f64, f64) {
    let width = (domain.1 - domain.0).abs().max(f64::MIN_POSITIVE);
    (domain.0 - width * before, domain.1 + width * after)
}

/// The spec's own ticks as long as the whole is in sight; for a part, those the layout chooses.
fn grid(axis: &Axis, whole: (f64, f64), input: &GridInput, most: usize) -> Vec<GridMark> {
    let step_size = (input.bounds.1 - input.bounds.0).abs().max(f64::MIN_POSITIVE);
    let mark = |value| GridMark { value, step_size };
    if is_whole(whole, input.bounds) {
        return axis.ticks.iter().map(|tick| mark(tick.value)).collect();
    }
    axis.ticks_for(input.bounds, most).into_iter().map(|tick| mark(tick.value)).collect()
}

fn is_whole(whole: (f64, f64), seen: (f64, f64)) -> bool {
    let slack = (whole.1 - whole.0).abs() * 1e-6;
    (whole.0 - seen.0).abs() <= slack && (whole.1 - seen.1).abs() <= slack
}

/// The words of a tick, as the spec has them or as the layout chooses them for a part.
pub fn tick_words(axis: &Axis, value: f64, seen: (f64, f64), most: usize) -> String {
    let near = |tick: &&sheaf_charts::Tick| (tick.value - value).abs() < 1e-9;
    if let Some(tick) = axis.ticks.iter().find(near) {
        return tick.label.clone();
    }
    let part = axis.ticks_for(seen, most);
    part.iter().find(near).map(|tick| tick.label.clone()).unwrap_or_default()
}

fn hints<'a>(ui: &Ui, hints: AxisHints<'a>, axis: &'a Axis, most: usize) -> AxisHints<'a> {
    let muted = color(Token::Muted, ground_of(ui));
    let caption = RichText::new(axis.caption()).font(Rank::Small.font()).color(muted);
    hints.label(caption).tick_label_font(Rank::Small.font()).tick_label_color(muted).formatter(
        move |mark: GridMark, seen: &RangeInclusive<f64>| {
            tick_words(axis, mark.value, (*seen.start(), *seen.end()), most)
        },
    )
}

/// Draws a layer on a ground; the cells of a heat chart have so many decimals.
fn draw(
    plot: &mut PlotUi<'_>,
    spec: &ChartSpec,
    layer: &Layer,
    (ground, decimals): (Theme, usize),
) {
    let ink = color(layer.token, ground);
    match layer.shape {
        Shape::Line => lines(plot, layer, ink, |run| run.iter().map(|(x, y)| [*x, *y]).collect()),
        Shape::Step => lines(plot, layer, ink, staircase),
        Shape::Points => points(plot, layer, ink),
        Shape::Bars { offset, width } => bars(plot, layer, ink, (offset, width)),
        Shape::Band => band(plot, layer, ink, |run| run.to_vec()),
        Shape::StepBand => band(plot, layer, ink, step_ends),
        Shape::RuleX => rules_x(plot, spec, layer, ink),
        Shape::RuleY => rules_y(plot, spec, layer, ink),
        Shape::Note => notes(plot, layer, ink),
        Shape::Heat { row } => {
            cells(plot, layer, (f64::from(row), decimals), ground);
            return;
        }
    }
    hidden(plot, spec, layer, color(Token::Muted, ground));
}

/// Runs of marks that have a value; a mark without one breaks the line.
fn runs(layer: &Layer) -> Vec<Vec<(f64, f64)>> {
    let parts = layer.marks.split(|mark| mark.y.is_none());
    let parts = parts.map(|run| run.iter().filter_map(|mark| Some((mark.x, mark.y?))).collect());
    parts.filter(|run: &Vec<(f64, f64)>| !run.is_empty()).collect()
}

/// Each value holds until the next.
fn staircase(run: &[(f64, f64)]) -> Vec<[f64; 2]> {
    let mut points = Vec::with_capacity(run.len() * 2);
    for (place, (x, y)) in run.iter().enumerate() {
        if let Some((_, before)) = place.checked_sub(1).and_then(|place| run.get(place)) {
            points.push([*x, *before]);
        }
        points.push([*x, *y]);
    }
    points
}

fn lines(
    plot: &mut PlotUi<'_>,
    layer: &Layer,
    ink: Color32,
    way: impl Fn(&[(f64, f64)]) -> Vec<[f64; 2]>,
) {
    for (place, run) in runs(layer).iter().enumerate() {
        let line = Line::new(layer.name.clone(), PlotPoints::from(way(run)))
            .id((&layer.name, "line", place))
            .color(ink)
            .width(2.2)
            .style(style(layer.dash))
            .allow_band(false)
            .allow_hover(false);
        plot.line(line);
    }
}

const fn style(dash: Dash) -> LineStyle {
    match dash {
        Dash::Solid => LineStyle::Solid,
        Dash::Dashed => LineStyle::Dashed { length: 8.0 },
        Dash::Dotted => LineStyle::Dotted { spacing: 5.0 },
        Dash::DashDot => LineStyle::Dashed { length: 4.0 },
    }
}

const fn marker(marker: Marker) -> MarkerShape {
    match marker {
        Marker::Circle => MarkerShape::Circle,
        Marker::Square => MarkerShape::Square,
        Marker::Triangle => MarkerShape::Up,
        Marker::Diamond => MarkerShape::Diamond,
    }
}

fn points(plot: &mut PlotUi<'_>, layer: &Layer, ink: Color32) {
    for (place, mark) in layer.marks.iter().enumerate() {
        if let (Some((lower, upper)), Some(_)) = (mark.interval, mark.y) {
            let whisker = PlotPoints::from(vec![[mark.x, lower], [mark.x, upper]]);
            let whisker = Line::new(String::new(), whisker).id((&layer.name, "whisker", place));
            plot.line(whisker.color(ink).width(1.4).allow_hover(false));
        }
    }
    let places: Vec<[f64; 2]> =
        layer.marks.iter().filter_map(|mark| Some([mark.x, mark.y?])).collect();
    let points = Points::new(layer.name.clone(), PlotPoints::from(places))
        .id((&layer.name, "points"))
        .shape(marker(layer.marker))
        .radius(4.5)
        .color(ink)
        .allow_hover(false);
    plot.points(points);
}

fn bars(plot: &mut PlotUi<'_>, layer: &Layer, ink: Color32, (offset, width): (f64, f64)) {
    let bar = |mark: &Mark| {
        let bar = Bar::new(mark.x + offset, mark.y?).width(width).fill(ink.gamma_multiply(0.9));
        Some(bar.stroke(Stroke::NONE))
    };
    let bars: Vec<Bar> = layer.marks.iter().filter_map(bar).collect();
    let chart = BarChart::new(layer.name.clone(), bars).id((&layer.name, "bars"));
    plot.bar_chart(chart.allow_hover(false));
}

type Ends = (f64, f64, f64);

fn band(plot: &mut PlotUi<'_>, layer: &Layer, ink: Color32, way: impl Fn(&[Ends]) -> Vec<Ends>) {
    let parts = layer.marks.split(|mark| mark.interval.is_none());
    for (place, part) in parts.filter(|part| part.len() > 1).enumerate() {
        let ends = |mark: &Mark| mark.interval.map(|(lower, upper)| (mark.x, lower, upper));
        let ends = way(&part.iter().filter_map(ends).collect::<Vec<Ends>>());
        let xs: Vec<f64> = ends.iter().map(|end| end.0).collect();
        let lower: Vec<f64> = ends.iter().map(|end| end.1).collect();
        let upper: Vec<f64> = ends.iter().map(|end| end.2).collect();
        let area = FilledArea::new(layer.name.clone(), &xs, &lower, &upper)
            .id((&layer.name, "band", place))
            .fill_color(ink.gamma_multiply(0.16))
            .allow_hover(false);
        plot.add(area);
    }
}

fn step_ends(run: &[Ends]) -> Vec<Ends> {
    let mut ends = Vec::with_capacity(run.len() * 2);
    for (place, end) in run.iter().enumerate() {
        if let Some(before) = place.checked_sub(1).and_then(|place| run.get(place)) {
            ends.push((end.0, before.1, before.2));
        }
        ends.push(*end);
    }
    ends
}

fn rules_x(plot: &mut PlotUi<'_>, spec: &ChartSpec, layer: &Layer, ink: Color32) {
    for (place, mark) in layer.marks.iter().enumerate() {
        let rule = VLine::new(mark.label.clone(), mark.x).id((&layer.name, "rule x", place));
        let rule = rule.color(ink).width(1.2).style(style(layer.dash)).allow_hover(false);
        plot.vline(rule);
        let words = if mark.label.is_empty() { &layer.name } else { &mark.label };
        words_at(plot, (mark.x, spec.y.domain.1), words, ink, Align2::LEFT_TOP);
    }
}

fn rules_y(plot: &mut PlotUi<'_>, spec: &ChartSpec, layer: &Layer, ink: Color32) {
    for (place, mark) in layer.marks.iter().enumerate() {
        let Some(y) = mark.y else { continue };
        let rule = HLine::new(mark.label.clone(), y).id((&layer.name, "rule y", place));
        let rule = rule.color(ink).width(1.2).style(style(layer.dash)).allow_hover(false);
        plot.hline(rule);
        let words = if mark.label.is_empty() { &layer.name } else { &mark.label };
        words_at(plot, (spec.x.domain.1, y), words, ink, Align2::RIGHT_BOTTOM);
    }
}

fn notes(plot: &mut PlotUi<'_>, layer: &Layer, ink: Color32) {
    for mark in &layer.marks {
        if let Some(y) = mark.y {
            words_at(plot, (mark.x, y), &mark.label, ink, Align2::CENTER_BOTTOM);
        }
    }
}

/// A row of coloured cells, each with its value; a star where it may not be shown.
fn cells(plot: &mut PlotUi<'_>, layer: &Layer, (row, decimals): (f64, usize), ground: Theme) {
    const HALF: f64 = 0.47;
    let ink = color(Token::Ink, ground);
    for (place, mark) in layer.marks.iter().enumerate() {
        let (left, right) = (mark.x - HALF, mark.x + HALF);
        let Some(value) = mark.y else {
            if mark.status == Status::Suppressed {
                words_at(
                    plot,
                    (mark.x, row),
                    "*",
                    color(Token::Muted, ground),
                    Align2::CENTER_CENTER,
                );
            }
            continue;
        };
        let heat = mark.heat.unwrap_or(Heat { shade: 0.0, is_marked: false });
        let (token, alpha) = heat.ink();
        let (low, high) = (row - HALF, row + HALF);
        let corners = vec![[left, low], [right, low], [right, high], [left, high]];
        let outline = match heat.is_marked {
            true => Stroke::new(2.0, ink),
            false => Stroke::NONE,
        };
        let cell = Polygon::new(layer.name.clone(), PlotPoints::from(corners))
            .id((&layer.name, "cell", place))
            .fill_color(color(token, ground).gamma_multiply(alpha as f32))
            .stroke(outline)
            .allow_hover(false);
        plot.polygon(cell);
        let words = sheaf_charts::decimal(value, decimals);
        words_at(plot, (mark.x, row), &words, ink, Align2::CENTER_CENTER);
    }
}

/// A value that may not be shown leaves a star where it would stand.
fn hidden(plot: &mut PlotUi<'_>, spec: &ChartSpec, layer: &Layer, ink: Color32) {
    for mark in layer.marks.iter().filter(|mark| mark.status == Status::Suppressed) {
        words_at(plot, (mark.x, spec.y.domain.0), "*", ink, Align2::CENTER_BOTTOM);
    }
}

fn words_at(plot: &mut PlotUi<'_>, at: (f64, f64), words: &str, ink: Color32, anchor: Align2) {
    if words.is_empty() {
        return;
    }
    let pad =
        if anchor == Align2::LEFT_TOP { format!("\u{2002}{words}") } else { words.to_owned() };
    let text = RichText::new(pad).font(Rank::Small.font()).color(ink);
    let text = Text::new(words.to_owned(), PlotPoint::new(at.0, at.1), text);
    plot.text(text.anchor(anchor).allow_hover(false));
}
