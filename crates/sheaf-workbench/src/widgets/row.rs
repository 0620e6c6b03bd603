//! One record on one row: when, what kind, what, who, how bad.

use eframe::egui::{Painter, Rect, Response, Role, Sense, Ui, Vec2, WidgetInfo, pos2};
use sheaf_records::Kind;
use sheaf_school::desk::TimelineItem;

use super::icon::{Icon, square};
use super::paint::{self, Run};
use crate::format;
use crate::theme::{RADIUS, Rank, Tokens, Tone, tokens_of};

const HEIGHT: f32 = 60.0;
const WHEN_WIDTH: f32 = 58.0;

/// A narrower row shows only what must be seen.
const ROOM_FOR_LABELS: f32 = 480.0;

/// How a row stands out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mark {
    /// It does not.
    #[default]
    None,
    /// It is open in the side panel.
    Open,
    /// It just came from another device.
    Arrived,
}

/// What stands at the left of a row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct When(pub String);

impl When {
    /// The time of day.
    pub fn time(item: &TimelineItem) -> Self {
        Self(item.at.map(format::clock).unwrap_or_default())
    }

    /// The day of the month with its weekday.
    pub fn day(item: &TimelineItem) -> Self {
        Self(item.at.map(|at| at.strftime("%a %-d").to_string()).unwrap_or_default())
    }

    /// Day and month.
    pub fn date(item: &TimelineItem) -> Self {
        Self(item.at.map(|at| at.strftime("%-d %b").to_string()).unwrap_or_default())
    }
}

/// Draws a record; clicking or Enter opens it.
pub fn record(ui: &mut Ui, item: &TimelineItem, when: When, mark: Mark) -> Response {
    let tokens = tokens_of(ui);
    let size = Vec2::new(ui.available_width(), HEIGHT);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, spoken(item, &when, mark)));
    if ui.is_rect_visible(rect) {
        ground(ui.painter(), rect, &response, mark, tokens);
        let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
        let right = right_side(&painter, rect, item, mark, tokens);
        left_side(&painter, rect, item, &when.0, tokens);
        words(&painter, rect, right, item, tokens);
        paint::focus_ring(ui, &response, RADIUS);
    }
    response
}

/// The row in words, for those who hear it.
fn spoken(item: &TimelineItem, when: &When, mark: Mark) -> String {
    let mut words = vec![item.headline.clone(), when.0.clone()];
    words.extend(item.pupils.iter().map(|(_, name, role)| format!("{name}, {role}")));
    words.extend(item.severity.map(|level| format!("severity {level} of 5")));
    words.extend(item.labels.iter().cloned());
    if item.conflicts > 0 {
        words.push("values in conflict".to_owned());
    }
    if mark == Mark::Arrived {
        words.push("just arrived from another device".to_owned());
    }
    words.retain(|word| !word.is_empty());
    words.join("; ")
}

fn ground(painter: &Painter, rect: Rect, response: &Response, mark: Mark, tokens: &Tokens) {
    let fill = match mark {
        Mark::Open => Some(tokens.accent_wash),
        _ if response.hovered() => Some(tokens.hover),
        Mark::Arrived => Some(tokens.arrived),
        Mark::None => None,
    };
    if let Some(fill) = fill {
        painter.rect_filled(rect, f32::from(RADIUS), fill);
    }
    if mark == Mark::Arrived {
        let bar =
            Rect::from_min_size(rect.min + Vec2::new(0.0, 10.0), Vec2::new(3.0, HEIGHT - 20.0));
        painter.rect_filled(bar, 1.5, tokens.info.ink);
    }
}

fn left_side(painter: &Painter, rect: Rect, item: &TimelineItem, when: &str, tokens: &Tokens) {
    let run = Run::new(when, Rank::Small, tokens.faint);
    let galley = paint::line(painter, [run], WHEN_WIDTH);
    paint::line_at(painter, rect.left() + 12.0, rect.center().y, galley);
    let center = pos2(rect.left() + 12.0 + WHEN_WIDTH + 14.0, rect.center().y);
    painter.circle_filled(center, 15.0, tokens.none.wash);
    let color = match (item.kind, item.severity) {
        (Kind::PositiveEvent, _) => tokens.good.ink,
        (_, Some(level)) => tokens.of_severity(level).0,
        (_, None) => tokens.soft,
    };
    Icon::of(item.kind).paint(painter, square(center.x, center.y, 15.0), color);
}

/// Paints what stands at the right; gives where it begins.
fn right_side(painter: &Painter, rect: Rect, item: &TimelineItem, mark: Mark, t: &Tokens) -> f32 {
    let middle = rect.center().y;
    let mut right = rect.right() - 14.0 - paint::SEVERITY_WIDTH;
    if let Some(level) = item.severity {
        paint::severity(painter, pos2(right, middle), level, t);
    }
    let mut pill = |words: &str, tone| {
        right = paint::pill_before(painter, pos2(right - 8.0, middle), words, tone);
    };
    if item.conflicts > 0 {
        pill("Conflict", t.watch);
    }
    if item.space == "safeguarding" {
        pill("Safeguarding", t.act);
    }
    if rect.width() >= ROOM_FOR_LABELS {
        item.labels.iter().take(2).for_each(|label| pill(label, t.none));
        if mark == Mark::Arrived {
            pill("Just arrived", Tone { ink: t.info.ink, wash: t.raised });
        }
    }
    let is_bare = item.severity.is_none() && right + paint::SEVERITY_WIDTH >= rect.right() - 14.0;
    if is_bare { rect.right() - 14.0 } else { right }
}

fn words(painter: &Painter, rect: Rect, right: f32, item: &TimelineItem, tokens: &Tokens) {
    let left = rect.left() + 12.0 + WHEN_WIDTH + 44.0;
    let width = right - left - 16.0;
    let head = Run::new(&item.headline, Rank::Strong, tokens.text);
    let head = paint::line(painter, [head], width);
    paint::line_at(painter, left, rect.center().y - 10.5, head);
    let names: Vec<&str> = item.pupils.iter().map(|(_, name, _)| name.as_str()).collect();
    let mut runs = vec![Run::new(names.join(", "), Rank::Small, tokens.soft)];
    if !item.text.is_empty() {
        let gap = if names.is_empty() { "" } else { "   " };
        runs.push(Run::new(format!("{gap}{}", item.text), Rank::Small, tokens.faint));
    }
    paint::line_at(painter, left, rect.center().y + 10.5, paint::line(painter, runs, width));
}
