//! Where everything goes: title, axes, plot, legend, notes.

use super::font::{Fit, Fonts, Weight};
use super::layers;
use super::scene::{Align, Drawing, Group, Point, Scene};
use super::{ChartError, Size};
use crate::axis::{Axis, Scale};
use crate::spec::{ChartSpec, LegendEntry, Shape};
use crate::token::Token;

const MARGIN: f64 = 28.0;
const TITLE_PX: f64 = 19.0;
/// Size of the labels of axes and legend.
pub const LABEL_PX: f64 = 12.0;
/// Labels along an axis stand at least so far apart.
const LABEL_GAP: f64 = 6.0;
const NOTE_PX: f64 = 11.0;
const LINE: f64 = 1.4;
/// Direct labels take at most this share of the width.
const DIRECT_SHARE: f64 = 0.28;

/// The area of the marks and the scales of both axes.
#[derive(Clone, Copy, Debug)]
pub struct Plot {
    /// Left, top, right and bottom edge.
    pub left: f64,
    /// Top edge.
    pub top: f64,
    /// Right edge.
    pub right: f64,
    /// Bottom edge.
    pub bottom: f64,
    x: (f64, f64),
    y: (f64, f64),
}

impl Plot {
    /// Where a value of x is.
    pub fn x(&self, value: f64) -> f64 {
        let share = (value - self.x.0) / (self.x.1 - self.x.0);
        self.left + share * (self.right - self.left)
    }

    /// Where a value of y is; values outside are drawn at the edge.
    pub fn y(&self, value: f64) -> f64 {
        let share = ((value - self.y.0) / (self.y.1 - self.y.0)).clamp(0.0, 1.0);
        self.bottom - share * (self.bottom - self.top)
    }

    /// Where both are.
    pub fn at(&self, x: f64, y: f64) -> Point {
        (self.x(x), self.y(y))
    }

    /// Whether a value of x is inside.
    pub fn holds(&self, x: f64) -> bool {
        let slack = (self.x.1 - self.x.0) * 1e-9;
        x >= self.x.0 - slack && x <= self.x.1 + slack
    }
}

/// The whole drawing.
pub fn compose(spec: &ChartSpec, size: Size) -> Result<Scene, ChartError> {
    let fonts = Fonts::bundled()?;
    let (width, height) = (f64::from(size.width()), f64::from(size.height()));
    let mut groups = vec![ground(width, height)];
    let (heading, under_heading) = heading(spec, &fonts, width);
    let (footer, over_footer) = footer(spec, &fonts, width, height);
    let direct = has_direct_labels(spec);
    let mut top = under_heading + 16.0;
    groups.push(heading);
    if !spec.legend.is_empty() && !direct {
        let (legend, under) = legend_rows(&spec.legend, &fonts, width, top);
        groups.push(legend);
        top = under + 12.0;
    }
    let plot = place_plot(spec, &fonts, Room { width, top, bottom: over_footer, direct });
    groups.push(grid(spec, &plot));
    groups.push(axis_y(&spec.y, &plot));
    groups.push(axis_x(&spec.x, &fonts, &plot));
    groups.extend(layers::draw(spec, &fonts, &plot));
    if direct && !spec.legend.is_empty() {
        groups.push(direct_labels(spec, &fonts, &plot, width));
    }
    groups.push(footer);
    Ok(Scene { groups })
}

struct Room {
    width: f64,
    top: f64,
    bottom: f64,
    direct: bool,
}

fn place_plot(spec: &ChartSpec, fonts: &Fonts, room: Room) -> Plot {
    let widest = |labels: &mut dyn Iterator<Item = &str>| {
        labels.map(|label| fonts.width(label, LABEL_PX, Weight::Regular)).fold(0.0, f64::max)
    };
    let y_labels = widest(&mut spec.y.ticks.iter().map(|tick| tick.label.as_str()));
    let names = widest(&mut spec.legend.iter().map(|entry| entry.label.as_str()));
    let right = match room.direct && !spec.legend.is_empty() {
        true => (names + 16.0).min(room.width * DIRECT_SHARE),
        false => 8.0,
    };
    let lines = if matches!(spec.x.scale, Scale::Category { .. }) { 2.0 } else { 1.0 };
    let captions = if spec.x.caption().is_empty() { 0.0 } else { 22.0 };
    let left = MARGIN + y_labels.min(room.width * 0.3) + 10.0;
    let top = room.top + 30.0;
    Plot {
        left,
        top,
        right: (room.width - MARGIN - right).max(left + 40.0),
        bottom: (room.bottom - captions - lines * LABEL_PX * LINE - 14.0).max(top + 40.0),
        x: spec.x.domain,
        y: spec.y.domain,
    }
}

fn ground(width: f64, height: f64) -> Group {
    let mut group = Group::new("ground");
    let corners = vec![(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)];
    group.draw(Token::Ground, Drawing::Area(corners));
    group
}

fn text(at: Point, text: impl Into<String>, size: f64, align: Align) -> Drawing {
    Drawing::Text { at, text: text.into(), size, weight: Weight::Regular, align }
}

fn heading(spec: &ChartSpec, fonts: &Fonts, width: f64) -> (Group, f64) {
    let mut group = Group::new("heading");
    let fit = Fit { room: width - 2.0 * MARGIN, lines: 2 };
    let mut baseline = MARGIN - 4.0;
    for line in fonts.wrap(&spec.title, TITLE_PX, Weight::Semibold, fit) {
        baseline += TITLE_PX * 1.25;
        let title = Drawing::Text {
            at: (MARGIN, baseline - 4.0),
            text: line,
            size: TITLE_PX,
            weight: Weight::Semibold,
            align: Align::Start,
        };
        group.draw(Token::Ink, title);
    }
    (group, baseline)
}

fn footer(spec: &ChartSpec, fonts: &Fonts, width: f64, height: f64) -> (Group, f64) {
    let mut group = Group::new("footer");
    let fit = Fit { room: width - 2.0 * MARGIN, lines: 3 };
    let mut texts: Vec<String> = Vec::new();
    texts.extend(spec.counted());
    texts.extend(spec.notes.iter().cloned());
    texts.push(provenance(spec));
    texts.push(spec.provenance.notice.clone());
    texts.retain(|text| !text.is_empty());
    let lines: Vec<String> =
        texts.iter().flat_map(|note| fonts.wrap(note, NOTE_PX, Weight::Regular, fit)).collect();
    let top = height - 20.0 - (lines.len() as f64 - 1.0) * NOTE_PX * LINE;
    for (place, line) in lines.into_iter().enumerate() {
        let at = (MARGIN, top + place as f64 * NOTE_PX * LINE);
        group.draw(Token::Muted, text(at, line, NOTE_PX, Align::Start));
    }
    (group, top - NOTE_PX - 8.0)
}

fn provenance(spec: &ChartSpec) -> String {
    let from = &spec.provenance;
    let mut parts = Vec::new();
    if from.n > 0 {
        parts.push(format!("n = {}", crate::format::decimal(from.n as f64, 0)));
    }
    parts.push(format!("as of {}", from.as_of.strftime("%-d %b %Y")));
    if !from.source.is_empty() {
        parts.push(from.source.clone());
    }
    if let Some(hash) = from.script_hash.get(..8) {
        parts.push(format!("script {hash}"));
    }
    parts.join("  ·  ")
}

fn grid(spec: &ChartSpec, plot: &Plot) -> Group {
    let mut group = Group::new("grid");
    if spec.is_heat() {
        // Cells stand for themselves: a line through a row would strike out what is hidden.
        return group;
    }
    for tick in &spec.y.ticks {
        let y = plot.y(tick.value);
        let points = vec![(plot.left, y), (plot.right, y)];
        group.draw(Token::Grid, Drawing::Path { points, width: 1.0 });
    }
    let foot = plot.y(spec.y.domain.0.max(0.0).min(spec.y.domain.1));
    let points = vec![(plot.left, foot), (plot.right, foot)];
    group.draw(Token::Muted, Drawing::Path { points, width: 1.0 });
    group
}

fn axis_y(axis: &Axis, plot: &Plot) -> Group {
    let mut group = Group::new("axis").with("data-axis", "y");
    let caption = text((MARGIN, plot.top - 16.0), axis.caption(), LABEL_PX, Align::Start);
    group.draw(Token::Muted, caption);
    for tick in &axis.ticks {
        let mut of = Group::new("tick").with("data-label", tick.label.clone());
        let at = (plot.left - 10.0, plot.y(tick.value) + LABEL_PX * 0.36);
        of.draw(Token::Muted, text(at, tick.label.clone(), LABEL_PX, Align::End));
        group.groups.push(of);
    }
    group
}

fn axis_x(axis: &Axis, fonts: &Fonts, plot: &Plot) -> Group {
    let mut group = Group::new("axis").with("data-axis", "x");
    let named = matches!(axis.scale, Scale::Category { .. });
    let room = (plot.right - plot.left) / axis.ticks.len().max(1) as f64 - 8.0;
    let fit = Fit { room: if named { room } else { f64::INFINITY }, lines: 2 };
    let mut lowest = plot.bottom;
    let mut taken = f64::NEG_INFINITY;
    for tick in &axis.ticks {
        let mut of = Group::new("tick").with("data-label", tick.label.clone());
        let x = plot.x(tick.value);
        if !named {
            let points = vec![(x, plot.bottom), (x, plot.bottom + 5.0)];
            of.draw(Token::Muted, Drawing::Path { points, width: 1.0 });
        }
        let half = fonts.width(&tick.label, LABEL_PX, Weight::Regular) / 2.0;
        if !named && x - half < taken + LABEL_GAP {
            // Half-terms are of uneven length: a label that would touch the one before is left out.
            group.groups.push(of);
            continue;
        }
        taken = x + half;
        let mut baseline = plot.bottom + 7.0;
        for line in fonts.wrap(&tick.label, LABEL_PX, Weight::Regular, fit) {
            baseline += LABEL_PX * 1.25;
            of.draw(Token::Muted, text((x, baseline - 2.0), line, LABEL_PX, Align::Middle));
        }
        lowest = lowest.max(baseline);
        group.groups.push(of);
    }
    let at = (f64::midpoint(plot.left, plot.right), lowest + 20.0);
    group.draw(Token::Muted, text(at, axis.caption(), LABEL_PX, Align::Middle));
    group
}

/// Lines are named at their end; points and bars in a legend above.
fn has_direct_labels(spec: &ChartSpec) -> bool {
    let mut series = spec.layers.iter().filter(|layer| layer.shape.is_series());
    series.all(|layer| matches!(layer.shape, Shape::Line | Shape::Step))
}

fn legend_group() -> Group {
    Group::new("legend")
}

fn entry_group(entry: &LegendEntry) -> Group {
    Group::new("entry")
        .with("data-label", entry.label.clone())
        .with("data-token", entry.token.name())
}

fn legend_rows(entries: &[LegendEntry], fonts: &Fonts, width: f64, top: f64) -> (Group, f64) {
    let mut group = legend_group();
    let (mut x, mut y) = (MARGIN, top + 12.0);
    for entry in entries {
        let label = fonts.width(&entry.label, LABEL_PX, Weight::Regular);
        if x > MARGIN && x + 34.0 + label > width - MARGIN {
            (x, y) = (MARGIN, y + 20.0);
        }
        let mut of = entry_group(entry);
        swatch(&mut of, entry, (x, y - 4.0));
        let fit = Fit { room: width - 2.0 * MARGIN - 26.0, lines: 1 };
        for line in fonts.wrap(&entry.label, LABEL_PX, Weight::Regular, fit) {
            of.draw(Token::Ink, text((x + 26.0, y), line, LABEL_PX, Align::Start));
        }
        group.groups.push(of);
        x += 46.0 + label;
    }
    (group, y)
}

fn swatch(group: &mut Group, entry: &LegendEntry, at: Point) {
    let token = entry.token;
    match entry.shape.as_str() {
        "bars" => {
            let (x, y) = at;
            let corners = vec![
                (x + 4.0, y - 6.0),
                (x + 18.0, y - 6.0),
                (x + 18.0, y + 5.0),
                (x + 4.0, y + 5.0),
            ];
            group.draw(token, Drawing::Area(corners));
        }
        "points" => group.draw(token, layers::marker(entry.marker, (at.0 + 11.0, at.1), 4.5)),
        _ => {
            let line = [at, (at.0 + 20.0, at.1)];
            for points in layers::dashed(&line, entry.dash) {
                group.draw(token, Drawing::Path { points, width: 2.0 });
            }
        }
    }
}

/// The name of each line where it ends, moved apart where ends are close.
fn direct_labels(spec: &ChartSpec, fonts: &Fonts, plot: &Plot, width: f64) -> Group {
    let mut group = legend_group();
    let ends: Vec<f64> = spec.legend.iter().map(|entry| line_end(spec, entry, plot)).collect();
    let fit = Fit { room: width - MARGIN - plot.right - 8.0, lines: 1 };
    for (entry, y) in spec.legend.iter().zip(apart(&ends, LABEL_PX * 1.3)) {
        let mut of = entry_group(entry);
        for line in fonts.wrap(&entry.label, LABEL_PX, Weight::Semibold, fit) {
            let label = Drawing::Text {
                at: (plot.right + 8.0, y + LABEL_PX * 0.36),
                text: line,
                size: LABEL_PX,
                weight: Weight::Semibold,
                align: Align::Start,
            };
            of.draw(entry.token, label);
        }
        group.groups.push(of);
    }
    group
}

fn line_end(spec: &ChartSpec, entry: &LegendEntry, plot: &Plot) -> f64 {
    let layer = spec.layers.iter().find(|l| l.shape.is_series() && l.name == entry.label);
    let last = layer.and_then(|layer| layer.marks.iter().rev().find_map(|mark| mark.y));
    last.map_or(plot.bottom, |y| plot.y(y))
}

/// Places as near as may be to those asked for and at least `distance` from each other.
fn apart(asked: &[f64], distance: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..asked.len()).collect();
    let at = |place: usize| asked.get(place).copied().unwrap_or_default();
    order.sort_by(|&a, &b| at(b).total_cmp(&at(a)));
    let mut out = asked.to_vec();
    let mut limit = f64::INFINITY;
    for place in order {
        let y = at(place).min(limit - distance);
        if let Some(slot) = out.get_mut(place) {
            *slot = y;
        }
        limit = y;
    }
    out
}
