//! One metric as a card: a picture, its question, what it reads, what it said last.

use eframe::egui::{
    Painter, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo,
};
use jiff::civil::Date;
use sheaf_school::MetricState;
use sheaf_school::desk::{MetricCard, MetricResult};

use crate::chart;
use crate::format;
use crate::metric::level;
use crate::theme::{Rank, Tokens, tokens_of};
use crate::widgets::icon;
use crate::widgets::paint::{self, Run};

/// How high a card is, and the picture at its head.
pub const HEIGHT: f32 = 300.0;
const PICTURE: f32 = 116.0;

const PAD: f32 = 16.0;
const RADIUS: u8 = 12;

/// What a card shows.
#[derive(Clone, Copy, Debug)]
pub struct Sight<'a> {
    /// The metric.
    pub card: &'a MetricCard,
    /// What it said last in this window.
    pub result: Option<&'a MetricResult>,
    /// The day taken as today.
    pub today: Option<Date>,
}

/// Draws the card; clicking or Enter opens the metric.
pub fn show(ui: &mut Ui, sight: Sight<'_>, width: f32) -> Response {
    let tokens = tokens_of(ui);
    let (rect, response) = ui.allocate_exact_size(Vec2::new(width, HEIGHT), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, sight.spoken()));
    if ui.is_rect_visible(rect) {
        let edge = if response.hovered() { tokens.accent } else { tokens.line };
        let painter = ui.painter().with_clip_rect(rect.expand(1.0).intersect(ui.clip_rect()));
        let stroke = Stroke::new(1.0, edge);
        painter.rect(rect, f32::from(RADIUS), tokens.raised, stroke, StrokeKind::Inside);
        sight.picture(ui, &painter, rect, tokens);
        sight.words(&painter, rect, tokens);
        sight.said(&painter, rect, tokens);
        paint::focus_ring(ui, &response, RADIUS);
    }
    response
}

impl Sight<'_> {
    /// The card in words, for those who hear it.
    fn spoken(&self) -> String {
        let said = match (self.result, self.finding()) {
            (Some(result), Some((_, text))) => format!("{}: {text}", self.when(result)),
            (Some(result), None) => self.when(result),
            (None, _) => "Not run yet".to_owned(),
        };
        format!("{}; {}; {}; {said}", self.card.name, self.card.question, self.reads())
    }

    fn reads(&self) -> String {
        let reads = format!("Reads {}", self.card.reads.join(", "));
        match self.card.state {
            MetricState::Bundled => reads,
            _ => format!("{}  ·  {reads}", self.card.origin),
        }
    }

    fn when(&self, result: &MetricResult) -> String {
        if self.today == Some(result.ran_at.date()) {
            return format!("Run today at {}", format::clock(result.ran_at));
        }
        format!("Run {}", format::moment(result.ran_at, self.today))
    }

    /// The level and the sentence of the first finding.
    fn finding(&self) -> Option<(&str, &str)> {
        let first = self.result?.findings.first()?;
        Some((&first.level, &first.text))
    }

    fn picture(&self, ui: &Ui, painter: &Painter, rect: Rect, tokens: &Tokens) {
        let ground = Rect::from_min_size(rect.min, Vec2::new(rect.width(), PICTURE)).shrink(1.0);
        painter.rect_filled(ground, f32::from(RADIUS) - 1.0, tokens.ground);
        let place = ground.shrink2(Vec2::new(PAD + 4.0, 18.0));
        match self.result.and_then(|result| result.charts.first()) {
            Some(spec) => chart::paint_thumb(painter, place, spec, chart::ground_of(ui)),
            None => chart::paint_sketch(painter, place, self.card.sketch, tokens),
        }
        painter.hline(rect.x_range(), rect.top() + PICTURE, Stroke::new(1.0, tokens.line));
    }

    fn words(&self, painter: &Painter, rect: Rect, tokens: &Tokens) {
        let (left, room) = (rect.left() + PAD, rect.width() - 2.0 * PAD);
        let top = rect.top() + PICTURE;
        let name = [Run::new(&self.card.name, Rank::Title, tokens.text)];
        paint::line_at(painter, left, top + 25.0, paint::line(painter, name, room));
        let asks = [Run::new(&self.card.question, Rank::Body, tokens.soft)];
        let asks = paint::lines(painter, asks, room, 2);
        let under = top + 40.0 + asks.size().y;
        painter.galley(eframe::egui::pos2(left, top + 40.0), asks, tokens.soft);
        let reads = [Run::new(self.reads(), Rank::Small, tokens.faint)];
        paint::line_at(painter, left, under + 13.0, paint::line(painter, reads, room));
    }

    /// What it said last, at the foot.
    fn said(&self, painter: &Painter, rect: Rect, tokens: &Tokens) {
        let (left, room) = (rect.left() + PAD, rect.width() - 2.0 * PAD);
        let top = rect.bottom() - 76.0;
        painter.hline(left..=rect.right() - PAD, top, Stroke::new(1.0, tokens.line));
        let Some(result) = self.result else {
            let none = [Run::new("Not run yet", Rank::Small, tokens.faint)];
            paint::line_at(painter, left, top + 22.0, paint::line(painter, none, room));
            return;
        };
        let when = [Run::new(self.when(result), Rank::Small, tokens.faint)];
        paint::line_at(painter, left, top + 17.0, paint::line(painter, when, room));
        let Some((name, text)) = self.finding() else { return };
        let (sign, _, tone) = level(name, tokens);
        sign.paint(painter, icon::square(left + 7.0, top + 38.0, 14.0), tone.ink);
        let text = [Run::new(text, Rank::Small, tokens.text)];
        let text = paint::lines(painter, text, room - 22.0, 2);
        painter.galley(eframe::egui::pos2(left + 22.0, top + 29.0), text, tokens.text);
    }
}
