//! A chart as a small picture without words: for a card that leads to it.

use eframe::egui::{Color32, Painter, Pos2, Rect, Shape, Stroke, pos2, vec2};
use sheaf_charts::{ChartSpec, Layer, Mark, Shape as ChartShape, Theme, Token};
use sheaf_school::desk::Sketch;

use super::plot;
use crate::theme::Tokens;

/// The width of a line, in points.
const LINE: f32 = 1.8;

/// From values to points on the screen.
#[derive(Clone, Copy)]
struct Frame {
    rect: Rect,
    x: (f64, f64),
    y: (f64, f64),
}

impl Frame {
    fn at(&self, x: f64, y: f64) -> Pos2 {
        let share = |value: f64, (from, to): (f64, f64)| {
            (((value - from) / (to - from).max(f64::MIN_POSITIVE)) as f32).clamp(0.0, 1.0)
        };
        pos2(
            self.rect.left() + share(x, self.x) * self.rect.width(),
            self.rect.bottom() - share(y, self.y) * self.rect.height(),
        )
    }
}

/// Paints the layers of a chart into a rectangle, as its own colours have them.
pub fn paint(painter: &Painter, rect: Rect, spec: &ChartSpec, ground: Theme) {
    let frame = Frame { rect, x: spec.x.domain, y: spec.y.domain };
    let foot = Stroke::new(1.0, plot::color(Token::Grid, ground));
    painter.hline(rect.x_range(), rect.bottom(), foot);
    for layer in &spec.layers {
        let ink = plot::color(layer.token, ground);
        match layer.shape {
            ChartShape::Line => lines(painter, &frame, layer, ink, Corners::Straight),
            ChartShape::Step => lines(painter, &frame, layer, ink, Corners::Steps),
            ChartShape::Points => points(painter, &frame, layer, ink),
            ChartShape::Bars { offset, width } => bars(painter, &frame, layer, ink, offset, width),
            ChartShape::Band | ChartShape::StepBand => band(painter, &frame, layer, ink),
            ChartShape::RuleX => {
                for mark in &layer.marks {
                    let x = frame.at(mark.x, 0.0).x;
                    painter.vline(x, rect.y_range(), Stroke::new(1.0, ink.gamma_multiply(0.6)));
                }
            }
            ChartShape::RuleY => {
                for y in layer.marks.iter().filter_map(|mark| mark.y) {
                    let y = frame.at(frame.x.0, y).y;
                    painter.hline(rect.x_range(), y, Stroke::new(1.0, ink.gamma_multiply(0.6)));
                }
            }
            ChartShape::Heat { row } => cells(painter, &frame, layer, f64::from(row), ground),
            ChartShape::Note => {}
        }
    }
}

/// Whether values are joined straight, or each holds until the next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Corners {
    Straight,
    Steps,
}

fn lines(painter: &Painter, frame: &Frame, layer: &Layer, ink: Color32, corners: Corners) {
    for run in layer.marks.split(|mark| mark.y.is_none()) {
        let mut way: Vec<Pos2> = Vec::with_capacity(run.len() * 2);
        for (mark, y) in run.iter().filter_map(|mark| Some((mark, mark.y?))) {
            let at = frame.at(mark.x, y);
            if let (Corners::Steps, Some(last)) = (corners, way.last()) {
                way.push(pos2(at.x, last.y));
            }
            way.push(at);
        }
        match way.as_slice() {
            [] => {}
            [only] => {
                painter.circle_filled(*only, LINE, ink);
            }
            _ => {
                painter.line(way, Stroke::new(LINE, ink));
            }
        }
    }
}

fn points(painter: &Painter, frame: &Frame, layer: &Layer, ink: Color32) {
    for (mark, y) in layer.marks.iter().filter_map(|mark| Some((mark, mark.y?))) {
        if let Some((lower, upper)) = mark.interval {
            let ends = [frame.at(mark.x, lower), frame.at(mark.x, upper)];
            painter.line_segment(ends, Stroke::new(1.2, ink));
        }
        painter.circle_filled(frame.at(mark.x, y), 3.2, ink);
    }
}

fn bars(painter: &Painter, frame: &Frame, layer: &Layer, ink: Color32, offset: f64, width: f64) {
    let bar = |mark: &Mark| {
        let (middle, y) = (mark.x + offset, mark.y?);
        let low = frame.at(middle - width / 2.0, 0.0);
        let high = frame.at(middle + width / 2.0, y);
        Some(Rect::from_two_pos(low, high))
    };
    for rect in layer.marks.iter().filter_map(bar) {
        painter.rect_filled(rect, 1.0, ink);
    }
}

fn cells(painter: &Painter, frame: &Frame, layer: &Layer, row: f64, ground: Theme) {
    for mark in layer.marks.iter().filter(|mark| mark.y.is_some()) {
        let Some(heat) = mark.heat else { continue };
        let low = frame.at(mark.x - 0.46, row - 0.46);
        let high = frame.at(mark.x + 0.46, row + 0.46);
        let (token, alpha) = heat.ink();
        let ink = plot::color(token, ground).gamma_multiply(alpha as f32);
        painter.rect_filled(Rect::from_two_pos(low, high), 1.0, ink);
    }
}

fn band(painter: &Painter, frame: &Frame, layer: &Layer, ink: Color32) {
    let ends = |mark: &Mark| mark.interval.map(|(lower, upper)| (mark.x, lower, upper));
    for run in layer.marks.split(|mark| mark.interval.is_none()) {
        let ends: Vec<(f64, f64, f64)> = run.iter().filter_map(ends).collect();
        for (one, next) in ends.iter().zip(ends.iter().skip(1)) {
            let corners = vec![
                frame.at(one.0, one.1),
                frame.at(next.0, next.1),
                frame.at(next.0, next.2),
                frame.at(one.0, one.2),
            ];
            painter.add(Shape::convex_polygon(corners, ink.gamma_multiply(0.16), Stroke::NONE));
        }
    }
}

/// Heights of a sketch from left to right: a shape, no numbers.
const COURSE: [f32; 9] = [0.42, 0.5, 0.38, 0.55, 0.47, 0.62, 0.52, 0.7, 0.6];
const CURVE: [f32; 7] = [0.08, 0.32, 0.48, 0.58, 0.65, 0.7, 0.73];
const HEIGHTS: [f32; 5] = [0.42, 0.6, 0.9, 0.7, 0.34];

/// Paints what kind of chart a metric draws that has not run yet, in grey: no numbers are meant.
pub fn sketch(painter: &Painter, rect: Rect, kind: Sketch, tokens: &Tokens) {
    let pen = Stroke::new(LINE, tokens.line_strong);
    let at =
        |x: f32, y: f32| pos2(rect.left() + x * rect.width(), rect.bottom() - y * rect.height());
    let along = |place: usize, count: usize| place as f32 / (count - 1) as f32;
    let course = |from: &[f32]| -> Vec<Pos2> {
        let places = from.iter().enumerate();
        places.map(|(place, height)| at(along(place, from.len()), *height)).collect()
    };
    painter.hline(rect.x_range(), rect.bottom(), Stroke::new(1.0, tokens.line));
    match kind {
        Sketch::Line => {
            painter.line(course(&COURSE), pen);
        }
        Sketch::Step => {
            let mut way: Vec<Pos2> = Vec::new();
            for point in course(&CURVE) {
                way.extend(way.last().map(|last| pos2(point.x, last.y)));
                way.push(point);
            }
            painter.line(way, pen);
        }
        Sketch::Bars => {
            for (place, height) in HEIGHTS.iter().enumerate() {
                let middle = (place as f32 + 0.5) / HEIGHTS.len() as f32;
                let bar = Rect::from_two_pos(at(middle - 0.065, 0.0), at(middle + 0.065, *height));
                painter.rect_filled(bar, 2.0, tokens.line_strong);
            }
        }
        Sketch::Forest => {
            painter.hline(rect.x_range(), at(0.0, 0.62).y, Stroke::new(1.0, tokens.line));
            for (x, y, half) in [(0.2, 0.4, 0.16), (0.5, 0.5, 0.2), (0.8, 0.52, 0.28)] {
                painter.line_segment([at(x, y - half), at(x, y + half)], pen);
                painter.circle_filled(at(x, y), 3.6, tokens.line_strong);
            }
        }
        Sketch::Control => {
            let band = Rect::from_two_pos(at(0.0, 0.3), at(1.0, 0.78));
            painter.rect_filled(band, 2.0, tokens.sunken);
            painter.line(course(&COURSE), pen);
        }
        Sketch::Heat => {
            for (place, height) in COURSE.iter().chain(CURVE.iter().take(3)).enumerate() {
                let (column, row) = ((place % 4) as f32, (place / 4) as f32);
                let low = at(column / 4.0 + 0.01, row / 3.0 + 0.015);
                let high = at((column + 1.0) / 4.0 - 0.01, (row + 1.0) / 3.0 - 0.015);
                let ink = tokens.line_strong.gamma_multiply(*height);
                painter.rect_filled(Rect::from_two_pos(low, high), 2.0, ink);
            }
        }
        Sketch::Phase => {
            painter.vline(at(0.5, 0.0).x, rect.y_range(), Stroke::new(1.0, tokens.line));
            let (before, after) = COURSE.split_at(4);
            let shift = vec2(0.0, rect.height() * 0.18);
            let half = |from: &[f32], left: f32| -> Vec<Pos2> {
                let places = from.iter().enumerate();
                places.map(|(place, h)| at(left + 0.42 * along(place, from.len()), *h)).collect()
            };
            painter.line(half(before, 0.02).iter().map(|point| *point - shift).collect(), pen);
            painter.line(half(after, 0.56).iter().map(|point| *point + shift).collect(), pen);
        }
    }
}
