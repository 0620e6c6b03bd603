//! This week's incidents beside the last week's, day by day.

use eframe::egui::{Painter, Rect, Role, Sense, Stroke, Ui, Vec2, WidgetInfo, pos2};
use sheaf_school::desk::DayCount;

use crate::format;
use crate::model::Model;
use crate::theme::{Rank, Tokens, text, tokens_of};
use crate::widgets::bits;
use crate::widgets::paint::{self, Run};

const HEIGHT: f32 = 150.0;
const BAR: f32 = 15.0;

/// Room for the number above a bar and the letter below it.
const ABOVE: f32 = 18.0;
const BELOW: f32 = 22.0;

pub(super) fn card(ui: &mut Ui, model: &Model) {
    let Some(agenda) = model.day.agenda.get() else { return };
    let week = agenda.week.as_slice();
    let frame = bits::card(ui);
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = 3.0;
        ui.label(text::strong(ui, "Incidents this week"));
        ui.label(text::small(ui, sum(week, |day| day.count, "so far")));
        ui.add_space(6.0);
        picture(ui, week);
        ui.add_space(6.0);
        ui.label(text::small(ui, sum(week, |day| day.before, "last week")));
    });
}

/// `123 in 4 school days so far`: a sum says over how many days it runs.
fn sum(week: &[DayCount], count: impl Fn(&DayCount) -> Option<u64>, when: &str) -> String {
    let counts: Vec<u64> = week.iter().filter_map(count).collect();
    if counts.is_empty() {
        return format!("No school day {when}");
    }
    let days = format::count(counts.len() as u64, "school day", "school days");
    format!("{} in {days} {when}", format::grouped(counts.iter().sum()))
}

fn picture(ui: &mut Ui, week: &[DayCount]) {
    let size = Vec2::new(ui.available_width(), HEIGHT);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, spoken(week)));
    let tokens = tokens_of(ui);
    let most = week.iter().flat_map(|day| [day.count, day.before]).flatten().max();
    let scale = (HEIGHT - ABOVE - BELOW) / most.unwrap_or(1).max(1) as f32;
    let part = rect.width() / week.len().max(1) as f32;
    let base = rect.bottom() - BELOW;
    let painter = ui.painter();
    painter.hline(rect.x_range(), base, Stroke::new(1.0, tokens.line_strong));
    for (place, day) in week.iter().enumerate() {
        let middle = rect.left() + part * (place as f32 + 0.5);
        if let Some(before) = day.before {
            let bar = bar(middle - BAR - 1.0, base, before as f32 * scale);
            painter.rect_filled(bar, 3.0, tokens.line_strong);
        }
        if let Some(count) = day.count {
            let bar = bar(middle + 1.0, base, count as f32 * scale);
            painter.rect_filled(bar, 3.0, tokens.accent);
            let at = pos2(bar.center().x, bar.top() - 9.0);
            centered(painter, at, &format::grouped(count), tokens.text);
        }
        let name = day.date.strftime("%a").to_string();
        centered(painter, pos2(middle, rect.bottom() - 8.0), &name, ink(day, tokens));
    }
}

const fn ink(day: &DayCount, tokens: &Tokens) -> eframe::egui::Color32 {
    if day.count.is_some() { tokens.soft } else { tokens.faint }
}

fn bar(left: f32, base: f32, height: f32) -> Rect {
    Rect::from_min_max(pos2(left, base - height.max(1.0)), pos2(left + BAR, base))
}

fn centered(painter: &Painter, at: eframe::egui::Pos2, words: &str, color: eframe::egui::Color32) {
    let galley = paint::line(painter, [Run::new(words, Rank::Label, color)], 60.0);
    painter.galley(at - galley.size() / 2.0, galley, color);
}

/// The picture in words.
fn spoken(week: &[DayCount]) -> String {
    let words = |count: Option<u64>| count.map_or("none".to_owned(), |count| count.to_string());
    let days = week.iter().map(|day| {
        let name = day.date.strftime("%A");
        format!("{name} {}, the week before {}", words(day.count), words(day.before))
    });
    format!("Incidents this week: {}", days.collect::<Vec<_>>().join("; "))
}
