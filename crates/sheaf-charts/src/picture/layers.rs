//! The marks of each layer as shapes.

use super::compose::{LABEL_PX, Plot};
use super::font::{Fonts, Weight};
use super::scene::{Align, Drawing, Drawn, Group, Point};
use crate::spec::{ChartSpec, Heat, Layer, Mark, Shape, Status};
use crate::token::{Dash, Marker, Token};

const LINE_PX: f64 = 2.2;
const BAND_ALPHA: f64 = 0.16;
const POINT_PX: f64 = 4.5;
/// Lines with more marks than this are drawn without a dot at each.
const DOTTED_LINE_MARKS: usize = 40;

/// One group for each layer, in order.
pub fn draw(spec: &ChartSpec, fonts: &Fonts, plot: &Plot) -> Vec<Group> {
    let decimals = spec.cell_decimals();
    spec.layers.iter().map(|layer| group(spec, layer, fonts, plot, decimals)).collect()
}

/// A layer; of a heat chart its numbers have so many decimals.
fn group(spec: &ChartSpec, layer: &Layer, fonts: &Fonts, plot: &Plot, decimals: usize) -> Group {
    let shown = layer.marks.iter().filter(|mark| mark.status == Status::Shown).count();
    let mut group = Group::new("layer")
        .with("data-name", layer.name.clone())
        .with("data-shape", layer.shape.name())
        .with("data-token", layer.token.name())
        .with("data-marks", shown.to_string());
    match layer.shape {
        Shape::Line => line(&mut group, layer, plot, straight),
        Shape::Step => line(&mut group, layer, plot, staircase),
        Shape::Band => band(&mut group, layer, plot, straight),
        Shape::StepBand => band(&mut group, layer, plot, staircase),
        Shape::RuleX | Shape::RuleY => rules(&mut group, layer, fonts, plot),
        Shape::Points | Shape::Bars { .. } | Shape::Note | Shape::Heat { .. } => {}
    }
    if layer.shape.is_series() || layer.shape == Shape::Note {
        for mark in layer.marks.iter().filter(|mark| plot.holds(mark.x)) {
            group.groups.push(mark_group(spec, layer, mark, plot, decimals));
        }
    }
    group
}

/// A mark; of a heat chart its number has so many decimals.
fn mark_group(spec: &ChartSpec, layer: &Layer, mark: &Mark, plot: &Plot, decimals: usize) -> Group {
    let Some(y) = mark.y.filter(|_| mark.status == Status::Shown) else {
        return absent(layer, mark, plot);
    };
    let mut group =
        Group::new("mark").with("data-x", mark.x.to_string()).with("data-y", y.to_string());
    group.tooltip = tooltip(spec, layer, mark, y);
    let token = layer.token;
    let at = plot.at(mark.x, y);
    match layer.shape {
        Shape::Bars { offset, width } => {
            let (left, right) =
                (plot.x(mark.x + offset - width * 0.47), plot.x(mark.x + offset + width * 0.47));
            let foot = plot.y(0.0);
            let corners = vec![(left, at.1), (right, at.1), (right, foot), (left, foot)];
            group.draw(token, Drawing::Area(corners));
            whisker(&mut group, Token::Ink, mark, plot, (left + right) / 2.0);
        }
        Shape::Points => {
            whisker(&mut group, token, mark, plot, at.0);
            group.draw(token, marker(layer.marker, at, POINT_PX));
        }
        Shape::Line if layer.marks.len() <= DOTTED_LINE_MARKS => {
            group.draw(token, marker(layer.marker, at, 3.2));
        }
        Shape::Note => group.draw(Token::Ink, note(mark, at)),
        Shape::Heat { row } => {
            let number = crate::format::decimal(y, decimals);
            cell(&mut group, mark, (row, number), plot);
        }
        _ => {}
    }
    group
}

/// A star on the foot of the chart where a value is hidden; nothing where there was none.
fn absent(layer: &Layer, mark: &Mark, plot: &Plot) -> Group {
    let mut group =
        Group::new(if mark.status == Status::Suppressed { "hidden" } else { "no-data" });
    if mark.status == Status::Suppressed {
        let at = match layer.shape {
            Shape::Bars { offset, .. } => (plot.x(mark.x + offset), plot.bottom - 4.0),
            Shape::Heat { row } => (plot.x(mark.x), plot.y(f64::from(row)) + 9.0),
            _ => (plot.x(mark.x), plot.bottom - 4.0),
        };
        let star = Drawing::Text {
            at,
            text: "*".to_owned(),
            size: 15.0,
            weight: Weight::Semibold,
            align: Align::Middle,
        };
        group.draw(Token::Muted, star);
    }
    group
}

/// A coloured cell with its value, outlined where it stands out.
fn cell(group: &mut Group, mark: &Mark, (row, number): (u32, String), plot: &Plot) {
    const HALF: f64 = 0.47;
    let row = f64::from(row);
    let (left, right) = (plot.x(mark.x - HALF), plot.x(mark.x + HALF));
    let (top, foot) = (plot.y(row + HALF), plot.y(row - HALF));
    let corners = vec![(left, top), (right, top), (right, foot), (left, foot)];
    let heat = mark.heat.unwrap_or(Heat { shade: 0.0, is_marked: false });
    let (token, alpha) = heat.ink();
    group.draw(Token::Ground, Drawing::Area(corners.clone()));
    group.shapes.push(Drawn { token, alpha, shape: Drawing::Area(corners.clone()) });
    if heat.is_marked {
        let points = corners.iter().copied().chain(corners.first().copied()).collect();
        group.draw(Token::Ink, Drawing::Path { points, width: 2.0 });
    }
    let number = Drawing::Text {
        at: (plot.x(mark.x), plot.y(row) + LABEL_PX * 0.36),
        text: number,
        size: LABEL_PX,
        weight: if heat.is_marked { Weight::Semibold } else { Weight::Regular },
        align: Align::Middle,
    };
    group.draw(Token::Ink, number);
}

fn note(mark: &Mark, at: Point) -> Drawing {
    Drawing::Text {
        at: (at.0 + 7.0, at.1 - 7.0),
        text: mark.label.clone(),
        size: LABEL_PX,
        weight: Weight::Regular,
        align: Align::Start,
    }
}

fn tooltip(spec: &ChartSpec, layer: &Layer, mark: &Mark, y: f64) -> String {
    let mut out = format!("{}: {}", spec.x.format(mark.x), spec.format(layer, y));
    if let Some((lower, upper)) = mark.interval {
        out.push_str(&format!(" ({} to {})", spec.y.format(lower), spec.y.format(upper)));
    }
    if !layer.name.is_empty() {
        out = format!("{}, {out}", layer.name);
    }
    if mark.n > 0 {
        out.push_str(&format!(", n = {}", mark.n));
    }
    out
}

fn whisker(group: &mut Group, token: Token, mark: &Mark, plot: &Plot, x: f64) {
    if let Some((lower, upper)) = mark.interval {
        let points = vec![(x, plot.y(lower)), (x, plot.y(upper))];
        group.draw(token, Drawing::Path { points, width: 1.6 });
    }
}

type Joined = fn(&[Point]) -> Vec<Point>;

fn straight(points: &[Point]) -> Vec<Point> {
    points.to_vec()
}

/// Each value holds until the next.
fn staircase(points: &[Point]) -> Vec<Point> {
    let mut out: Vec<Point> = Vec::with_capacity(points.len() * 2);
    for &(x, y) in points {
        if let Some(&(_, before)) = out.last() {
            out.push((x, before));
        }
        out.push((x, y));
    }
    out
}

/// The runs of marks with a value; one without breaks the line.
fn runs<'a>(layer: &'a Layer, plot: &'a Plot) -> impl Iterator<Item = Vec<&'a Mark>> {
    layer
        .marks
        .split(|mark| mark.y.is_none())
        .map(|run| run.iter().filter(|mark| plot.holds(mark.x)).collect::<Vec<_>>())
        .filter(|run| !run.is_empty())
}

fn line(group: &mut Group, layer: &Layer, plot: &Plot, joined: Joined) {
    let token = layer.token;
    for run in runs(layer, plot) {
        let points: Vec<Point> =
            run.iter().filter_map(|mark| Some(plot.at(mark.x, mark.y?))).collect();
        if let &[centre] = points.as_slice() {
            // A value between two gaps: a line through one point would not be seen.
            group.draw(token, Drawing::Disc { centre, radius: LINE_PX });
            continue;
        }
        for points in dashed(&joined(&points), layer.dash) {
            group.draw(token, Drawing::Path { points, width: LINE_PX });
        }
    }
}

fn band(group: &mut Group, layer: &Layer, plot: &Plot, joined: Joined) {
    for run in runs(layer, plot) {
        let ends = |pick: fn((f64, f64)) -> f64| -> Vec<Point> {
            let at = |mark: &&Mark| Some(plot.at(mark.x, pick(mark.interval?)));
            run.iter().filter_map(at).collect()
        };
        let (upper, mut lower) = (ends(|interval| interval.1), ends(|interval| interval.0));
        let shape = if let (&[top], &[foot]) = (upper.as_slice(), lower.as_slice()) {
            Drawing::Path { points: vec![top, foot], width: 2.0 * LINE_PX }
        } else {
            let mut outline = joined(&upper);
            lower = joined(&lower);
            lower.reverse();
            outline.extend(lower);
            Drawing::Area(outline)
        };
        group.shapes.push(Drawn { token: layer.token, alpha: BAND_ALPHA, shape });
    }
}

fn rules(group: &mut Group, layer: &Layer, fonts: &Fonts, plot: &Plot) {
    for mark in &layer.marks {
        let wide = fonts.width(&mark.label, LABEL_PX, Weight::Regular);
        let (line, left, baseline) = if layer.shape == Shape::RuleX {
            if !plot.holds(mark.x) {
                continue;
            }
            let x = plot.x(mark.x);
            let left = if x + wide + 10.0 <= plot.right { x + 7.0 } else { x - 7.0 - wide };
            ([(x, plot.top - 14.0), (x, plot.bottom)], left, plot.top - 5.0)
        } else {
            let Some(y) = mark.y.map(|y| plot.y(y)) else { continue };
            ([(plot.left, y), (plot.right, y)], plot.right - wide, y - 6.0)
        };
        for points in dashed(&line, layer.dash) {
            group.draw(layer.token, Drawing::Path { points, width: 1.2 });
        }
        rule_label(group, &mark.label, (left, baseline), wide);
    }
}

/// Words on a patch of ground, so that no grid line runs through them.
fn rule_label(group: &mut Group, label: &str, (left, baseline): Point, wide: f64) {
    if label.is_empty() {
        return;
    }
    let (top, foot) = (baseline - LABEL_PX, baseline + 4.0);
    let (from, to) = (left - 3.0, left + wide + 3.0);
    let patch = vec![(from, top), (to, top), (to, foot), (from, foot)];
    group.draw(Token::Ground, Drawing::Area(patch));
    let label = Drawing::Text {
        at: (left, baseline),
        text: label.to_owned(),
        size: LABEL_PX,
        weight: Weight::Regular,
        align: Align::Start,
    };
    group.draw(Token::Ink, label);
}

/// A point of a series.
pub fn marker(marker: Marker, (x, y): Point, radius: f64) -> Drawing {
    match marker {
        Marker::Circle => Drawing::Disc { centre: (x, y), radius },
        Marker::Square => {
            let r = radius * 0.9;
            Drawing::Area(vec![(x - r, y - r), (x + r, y - r), (x + r, y + r), (x - r, y + r)])
        }
        Marker::Triangle => {
            let r = radius * 1.2;
            Drawing::Area(vec![(x, y - r), (x + r, y + r * 0.8), (x - r, y + r * 0.8)])
        }
        Marker::Diamond => {
            let r = radius * 1.3;
            Drawing::Area(vec![(x, y - r), (x + r, y), (x, y + r), (x - r, y)])
        }
    }
}

/// The strokes of a line.
pub fn dashed(points: &[Point], dash: Dash) -> Vec<Vec<Point>> {
    let pattern = dash.pattern();
    if pattern.is_empty() {
        return vec![points.to_vec()];
    }
    let mut strokes: Vec<Vec<Point>> = Vec::new();
    let mut lengths = pattern.iter().copied().cycle();
    let mut left = lengths.next().unwrap_or(1.0);
    let mut on = true;
    let mut stroke: Vec<Point> = points.first().copied().into_iter().collect();
    for (from, to) in points.iter().zip(points.iter().skip(1)) {
        let whole = (to.0 - from.0).hypot(to.1 - from.1);
        let mut done = 0.0;
        while whole - done > left {
            done += left;
            let share = done / whole;
            let at = (from.0 + share * (to.0 - from.0), from.1 + share * (to.1 - from.1));
            if on {
                stroke.push(at);
                strokes.push(std::mem::take(&mut stroke));
            } else {
                stroke = vec![at];
            }
            on = !on;
            left = lengths.next().unwrap_or(1.0);
        }
        left -= whole - done;
        if on {
            stroke.push(*to);
        }
    }
    if on && stroke.len() > 1 {
        strokes.push(stroke);
    }
    strokes
}
