//! A pupil's school weeks as a picture: incidents stand up from the line, what went well hangs
//! down from it, so that each reads without its colour. The arrow keys walk the weeks.

use eframe::egui::{
    EventFilter, Key, Modifiers, Painter, Rect, Response, Role, Sense, Stroke, Ui, WidgetInfo,
    pos2, vec2,
};
use jiff::ToSpan as _;
use jiff::civil::Date;
use sheaf_records::RecordId;
use sheaf_school::desk::WeekMarks;

use super::state::{Edit, State};
use crate::action::{Action, Actions};
use crate::format;
use crate::theme::{RADIUS, Rank, Tokens, tokens_of};
use crate::widgets::keys;
use crate::widgets::paint::{self, Run};

/// The height of the picture with the months below.
pub const HEIGHT: f32 = 108.0;

/// The room of the months.
const MONTHS: f32 = 18.0;

/// The scale has room for so many events in a week, unless one has more.
const USUAL_MOST: u32 = 3;

/// How many of each there were, in words.
pub fn count_words(weeks: &[WeekMarks]) -> String {
    let incidents: u32 = weeks.iter().map(|week| week.incidents).sum();
    let positives: u32 = weeks.iter().map(|week| week.positives).sum();
    let incidents = format::count(u64::from(incidents), "incident", "incidents");
    let positives = format::count(u64::from(positives), "positive event", "positive events");
    format!("{incidents}, {positives}")
}

/// Draws the picture; a click or Enter shows the records of a week.
pub fn show(
    ui: &mut Ui,
    pupil: RecordId,
    weeks: &[WeekMarks],
    state: State,
    actions: &mut Actions,
) {
    let size = vec2(ui.available_width(), HEIGHT);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let walked = state.week.filter(|_| response.has_focus());
    describe(ui, &response, weeks, walked);
    if weeks.is_empty() {
        return;
    }
    let scale = Scale::new(rect, weeks);
    let pointed = response.hover_pos().map(|pos| scale.week_at(pos.x));
    if response.has_focus() {
        walk(ui, &response, pupil, weeks, state, actions);
    }
    let tokens = tokens_of(ui);
    scale.paint(ui.painter(), weeks, tokens, pointed.or(walked));
    paint::focus_ring(ui, &response, RADIUS);
    let chosen = pointed.or(walked).and_then(|place| weeks.get(place));
    if response.clicked()
        && let Some(week) = chosen
    {
        actions.push(Action::Pupil(pupil, Edit::Period(Some(days_of(week.monday)))));
    }
    if let Some(week) = pointed.and_then(|place| weeks.get(place)) {
        response.on_hover_text_at_pointer(words(week));
    }
}

fn days_of(monday: Date) -> (Date, Date) {
    (monday, monday.checked_add(6.days()).unwrap_or(monday))
}

fn words(week: &WeekMarks) -> String {
    let counted = count_words(std::slice::from_ref(week));
    format!("Week of {}: {counted}", week.monday.strftime("%-d %B"))
}

fn describe(ui: &Ui, response: &Response, weeks: &[WeekMarks], walked: Option<usize>) {
    let label = format!(
        "Incidents by week: {} in {}",
        count_words(weeks),
        format::count(weeks.len() as u64, "school week", "school weeks"),
    );
    response.widget_info(|| WidgetInfo::labeled(Role::Figure, true, &label));
    let value = match walked.and_then(|place| weeks.get(place)) {
        Some(week) => words(week),
        None => "Arrow keys walk the weeks, Enter shows the records of one".to_owned(),
    };
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_description(value));
}

fn walk(
    ui: &Ui,
    response: &Response,
    pupil: RecordId,
    weeks: &[WeekMarks],
    state: State,
    actions: &mut Actions,
) {
    let filter = EventFilter { horizontal_arrows: true, ..EventFilter::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
    let last = weeks.len().saturating_sub(1);
    let at = state.week.unwrap_or(last);
    for (key, to) in [(Key::ArrowLeft, at.saturating_sub(1)), (Key::ArrowRight, at + 1)] {
        if keys::take(ui, Modifiers::NONE, key) {
            let to = if state.week.is_none() { last } else { to.min(last) };
            actions.push(Action::Pupil(pupil, Edit::Week(to)));
        }
    }
}

/// Where things stand in the picture.
struct Scale {
    rect: Rect,
    line: f32,
    unit: f32,
    step: f32,
    count: usize,
}

impl Scale {
    fn new(rect: Rect, weeks: &[WeekMarks]) -> Self {
        let most = |of: fn(&WeekMarks) -> u32| weeks.iter().map(of).max().unwrap_or(0);
        let up = most(|week| week.incidents).max(USUAL_MOST) as f32;
        let down = most(|week| week.positives).max(1) as f32;
        let room = rect.height() - MONTHS - 4.0;
        let unit = room / (up + down);
        let step = rect.width() / weeks.len().max(1) as f32;
        Self { rect, line: rect.top() + unit * up, unit, step, count: weeks.len() }
    }

    fn week_at(&self, x: f32) -> usize {
        let place = ((x - self.rect.left()) / self.step).floor().max(0.0) as usize;
        place.min(self.count.saturating_sub(1))
    }

    fn paint(&self, painter: &Painter, weeks: &[WeekMarks], t: &Tokens, chosen: Option<usize>) {
        let line = Stroke::new(1.0, t.line_strong);
        let (mut month, mut free) = (None, self.rect.left());
        for (place, week) in weeks.iter().enumerate() {
            let left = self.rect.left() + place as f32 * self.step;
            let bottom = self.rect.bottom() - MONTHS;
            if chosen == Some(place) {
                let top = pos2(left, self.rect.top());
                let ground = Rect::from_min_max(top, pos2(left + self.step, bottom));
                painter.rect_filled(ground, 4.0, t.hover);
            }
            let bar = (self.step * 0.6).clamp(2.0, 16.0);
            let x = left + (self.step - bar) / 2.0;
            let up = week.incidents as f32 * self.unit;
            let above = Rect::from_min_max(pos2(x, self.line - up), pos2(x + bar, self.line));
            painter.rect_filled(above, 1.5, t.severity[2]);
            let down = week.positives as f32 * self.unit;
            let below = Rect::from_min_max(pos2(x, self.line), pos2(x + bar, self.line + down));
            painter.rect_filled(below, 1.5, t.good.ink);
            if month != Some(week.monday.month()) {
                month = Some(week.monday.month());
                free = self.month(painter, left.max(free), week.monday, t);
            }
        }
        painter.hline(self.rect.x_range(), self.line, line);
    }

    /// Writes a month from a point on; gives where the next may begin.
    fn month(&self, painter: &Painter, left: f32, monday: Date, tokens: &Tokens) -> f32 {
        let words = monday.strftime("%b").to_string();
        let galley = paint::line(painter, [Run::new(words, Rank::Label, tokens.faint)], 40.0);
        let right = left + galley.size().x;
        if right <= self.rect.right() {
            paint::line_at(painter, left, self.rect.bottom() - MONTHS / 2.0, galley);
        }
        right + 8.0
    }
}
