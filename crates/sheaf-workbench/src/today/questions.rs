//! The questions that can be asked of the school.

use eframe::egui::{Response, Role, Sense, Ui, Vec2, WidgetInfo};
use sheaf_school::desk::MetricCard;

use crate::action::{Action, Actions};
use crate::model::Model;
use crate::theme::{Rank, tokens_of};
use crate::widgets::paint::{self, Run};
use crate::widgets::{Icon, bits, icon};

/// More would push what needs the user out of sight.
const MOST: usize = 6;

/// One under the other, beside what needs the user.
pub(super) fn questions(ui: &mut Ui, model: &Model, actions: &mut Actions) {
    let Some(cards) = model.metrics.get().filter(|cards| !cards.is_empty()) else { return };
    bits::section(ui, "Questions");
    ui.add_space(2.0);
    let width = ui.available_width();
    ui.spacing_mut().item_spacing.y = 8.0;
    for card in cards.iter().take(MOST) {
        if question(ui, card, width).clicked() {
            actions.push(Action::OpenMetric(card.id.clone()));
        }
    }
}

fn question(ui: &mut Ui, card: &MetricCard, width: f32) -> Response {
    let tokens = tokens_of(ui);
    let (rect, response) = ui.allocate_exact_size(Vec2::new(width, 66.0), Sense::click());
    response.widget_info(|| {
        WidgetInfo::labeled(Role::Button, true, format!("{}: {}", card.name, card.question))
    });
    let fill = if response.hovered() { tokens.hover } else { tokens.side };
    let painter = ui.painter();
    painter.rect_filled(rect, 12.0, fill);
    let center = rect.left_center() + Vec2::new(33.0, 0.0);
    painter.circle_filled(center, 18.0, tokens.accent_wash);
    Icon::Chart.paint(painter, icon::square(center.x, center.y, 17.0), tokens.accent);
    let room = width - 80.0;
    let name = paint::line(painter, [Run::new(&card.name, Rank::Strong, tokens.text)], room);
    paint::line_at(painter, rect.left() + 64.0, rect.center().y - 10.5, name);
    let asks = paint::line(painter, [Run::new(&card.question, Rank::Small, tokens.soft)], room);
    paint::line_at(painter, rect.left() + 64.0, rect.center().y + 10.5, asks);
    paint::focus_ring(ui, &response, 12);
    response
}
