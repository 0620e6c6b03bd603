//! Draws the caseload.

use eframe::egui::{
    Align, Layout, Painter, Rect, Response, Role, Sense, Ui, Vec2, WidgetInfo, pos2, vec2,
};
use jiff::civil::Date;
use sheaf_school::desk::{Caseload, CaseloadLine};

use super::adding;
use super::state::{Edit, Filter, State};
use crate::action::{Action, Actions};
use crate::format;
use crate::model::Model;
use crate::theme::{RADIUS, Rank, Tokens, text, tokens_of};
use crate::widgets::paint::{self, Run};
use crate::widgets::{Icon, bits, buttons, icon, spark};

/// What the view shows.
#[derive(Clone, Copy, Debug)]
pub struct Sight<'a> {
    /// What is known.
    pub model: &'a Model,
    /// Which pupils are shown, and who is being added.
    pub state: &'a State,
}

const WIDEST: f32 = 1080.0;

/// The height of a pupil's row.
const ROW: f32 = 68.0;

/// The room of the last record and of the review, where there is any.
const LAST: f32 = 250.0;
const REVIEW: f32 = 170.0;

/// The room of the weeks with their number, and of the button that takes a pupil off.
const WEEKS: f32 = 104.0;
const OFF: f32 = 40.0;

/// A narrower row goes without the last record.
const ROOM_FOR_LAST: f32 = 860.0;

/// Draws the view.
pub fn show(ui: &mut Ui, sight: Sight<'_>, actions: &mut Actions) {
    bits::page(ui, WIDEST, |ui| {
        let slot = &sight.model.caseload;
        heading(ui, sight, slot.get().map(|caseload| &**caseload), actions);
        ui.add_space(14.0);
        if let Some(adding) = &sight.state.adding {
            adding::show(ui, sight.model, adding, actions);
            ui.add_space(14.0);
        }
        match (slot.get(), slot.refused()) {
            (Some(caseload), _) => pupils(ui, sight, caseload, actions),
            (None, Some(why)) => refusal(ui, why, actions),
            (None, None) => bits::waiting(ui, "Reading the caseload…"),
        }
    });
}

fn heading(ui: &mut Ui, sight: Sight<'_>, caseload: Option<&Caseload>, actions: &mut Actions) {
    ui.horizontal(|ui| {
        ui.label(text::display(ui, "My caseload"));
        let Some(caseload) = caseload.filter(|one| !one.lines.is_empty()) else { return };
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if caseload.may_change && buttons::primary(ui, "Add a pupil…").clicked() {
                actions.push(Action::Caseload(Edit::Begin));
            }
        });
    });
    let Some(caseload) = caseload.filter(|one| !one.lines.is_empty()) else { return };
    ui.add_space(6.0);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        for (filter, words) in Filter::OFFERED {
            let today = sight.model.today();
            let count = caseload.lines.iter().filter(|line| filter.shows(line, today)).count();
            let words = format!("{words}  {}", format::grouped(count as u64));
            if buttons::choice(ui, &words, (sight.state.filter == filter).into()).clicked() {
                actions.push(Action::Caseload(Edit::Filter(filter)));
            }
        }
    });
}

fn pupils(ui: &mut Ui, sight: Sight<'_>, caseload: &Caseload, actions: &mut Actions) {
    let today = sight.model.today();
    let filter = sight.state.filter;
    let shown: Vec<&CaseloadLine> =
        caseload.lines.iter().filter(|line| filter.shows(line, today)).collect();
    if caseload.lines.is_empty() {
        nobody_yet(ui, sight, caseload, actions);
        return;
    }
    if shown.is_empty() {
        filtered_out(ui, filter, actions);
        return;
    }
    heads(ui, caseload.weeks.len());
    ui.spacing_mut().item_spacing.y = 2.0;
    for line in shown {
        row(ui, line, today, caseload.may_change, actions);
    }
}

/// Where the parts of a row stand, counted from its right edge.
struct Places {
    review: f32,
    weeks: f32,
    last: Option<f32>,
}

impl Places {
    const fn of(width: f32) -> Self {
        let review = width - OFF - REVIEW;
        let weeks = review - WEEKS;
        let last = if width >= ROOM_FOR_LAST { Some(weeks - LAST) } else { None };
        Self { review, weeks, last }
    }

    fn name_ends(&self) -> f32 {
        self.last.unwrap_or(self.weeks)
    }
}

fn heads(ui: &mut Ui, weeks: usize) {
    let tokens = tokens_of(ui);
    let size = vec2(ui.available_width(), 24.0);
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    let places = Places::of(rect.width());
    let head = |left: f32, words: String| {
        let words = Run::new(words, Rank::Label, tokens.faint);
        let galley = paint::line(ui.painter(), [words], 240.0);
        paint::line_at(ui.painter(), rect.left() + left, rect.center().y, galley);
    };
    head(12.0, "Pupil".to_owned());
    if let Some(last) = places.last {
        head(last, "Last record".to_owned());
    }
    head(places.weeks, format::count(weeks as u64, "week", "weeks"));
    head(places.review, "Next review".to_owned());
}

fn row(
    ui: &mut Ui,
    line: &CaseloadLine,
    today: Option<Date>,
    may_change: bool,
    actions: &mut Actions,
) {
    let tokens = tokens_of(ui);
    let size = vec2(ui.available_width(), ROW);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, spoken(line, today)));
    let painter = ui.painter();
    if response.hovered() {
        painter.rect_filled(rect, f32::from(RADIUS), tokens.hover);
    }
    let places = Places::of(rect.width());
    who(ui, rect, places.name_ends(), line, tokens);
    if let Some(left) = places.last {
        last(painter, rect, left, line, today, tokens);
    }
    weeks(painter, rect, places.weeks, line, tokens);
    review(painter, rect, places.review, line, today, tokens);
    paint::focus_ring(ui, &response, RADIUS);
    if response.clicked() {
        actions.push(Action::OpenPupil(line.pupil));
    }
    if may_change && off(ui, rect, line).clicked() {
        let (caseload, pupil) = (line.caseload, line.pupil);
        actions.push(Action::TakeOffCaseload { caseload, pupil });
    }
}

fn spoken(line: &CaseloadLine, today: Option<Date>) -> String {
    let mut words = vec![line.name.clone(), class(line)];
    words.push(review_words(line, today).0);
    let incidents: u32 = line.weeks.iter().sum();
    let counted = format::count(u64::from(incidents), "incident", "incidents");
    words.push(format!("{counted} in the last {} school weeks", line.weeks.len()));
    if let Some((day, what)) = &line.last {
        words.push(format!("last record {}: {what}", format::day(*day, today)));
    }
    words.retain(|part| !part.is_empty());
    words.join("; ")
}

fn class(line: &CaseloadLine) -> String {
    let parts = [line.year_group.as_str(), line.reg_group.as_str(), line.tier.as_str()];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join("  ·  ")
}

fn who(ui: &Ui, rect: Rect, ends: f32, line: &CaseloadLine, tokens: &Tokens) {
    let painter = ui.painter();
    let center = pos2(rect.left() + 32.0, rect.center().y);
    painter.circle_filled(center, 20.0, tokens.accent_wash);
    let initials = crate::format::initials(&line.name);
    let initials = painter.layout_no_wrap(initials, Rank::Strong.font(), tokens.accent);
    painter.galley(center - initials.size() / 2.0, initials, tokens.accent);
    let left = rect.left() + 64.0;
    let room = rect.left() + ends - left - 16.0;
    let name = paint::line(painter, [Run::new(&line.name, Rank::Strong, tokens.text)], room);
    paint::line_at(painter, left, rect.center().y - 10.5, name);
    let below = paint::line(painter, [Run::new(class(line), Rank::Small, tokens.soft)], room);
    paint::line_at(painter, left, rect.center().y + 10.5, below);
}

fn last(
    painter: &Painter,
    rect: Rect,
    left: f32,
    line: &CaseloadLine,
    today: Option<Date>,
    tokens: &Tokens,
) {
    let left = rect.left() + left;
    let room = LAST - 20.0;
    let Some((day, what)) = &line.last else {
        let none = Run::new("Nothing yet", Rank::Small, tokens.faint);
        paint::line_at(painter, left, rect.center().y, paint::line(painter, [none], room));
        return;
    };
    let what = paint::line(painter, [Run::new(what, Rank::Body, tokens.text)], room);
    paint::line_at(painter, left, rect.center().y - 10.5, what);
    let day = Run::new(format::day(*day, today), Rank::Small, tokens.faint);
    let day = paint::line(painter, [day], room);
    paint::line_at(painter, left, rect.center().y + 10.5, day);
}

fn weeks(painter: &Painter, rect: Rect, left: f32, line: &CaseloadLine, tokens: &Tokens) {
    let left = rect.left() + left;
    let size = vec2(spark::width(line.weeks.len()), 26.0);
    let bars = Rect::from_min_size(pos2(left, rect.center().y - 13.0), size);
    spark::paint(painter, bars, &line.weeks, tokens);
    let sum: u32 = line.weeks.iter().sum();
    let (rank, color) =
        if sum > 0 { (Rank::Strong, tokens.text) } else { (Rank::Small, tokens.faint) };
    let sum = paint::line(painter, [Run::new(sum.to_string(), rank, color)], 40.0);
    paint::line_at(painter, bars.right() + 12.0, rect.center().y, sum);
}

/// When the work is looked at again, in words; whether that is overdue.
fn review_words(line: &CaseloadLine, today: Option<Date>) -> (String, bool) {
    match line.next_review {
        Some(review) if today.is_some_and(|today| review < today) => {
            (format!("Overdue since {}", short(review, today)), true)
        }
        Some(review) => (format!("Review {}", short(review, today)), false),
        None => ("No review planned".to_owned(), false),
    }
}

fn short(date: Date, today: Option<Date>) -> String {
    match today {
        Some(today) if today == date => "today".to_owned(),
        Some(today) if today.year() == date.year() => date.strftime("%-d %b").to_string(),
        _ => date.strftime("%-d %b %Y").to_string(),
    }
}

fn review(
    painter: &Painter,
    rect: Rect,
    left: f32,
    line: &CaseloadLine,
    today: Option<Date>,
    tokens: &Tokens,
) {
    let (words, overdue) = review_words(line, today);
    let left = rect.left() + left;
    let middle = rect.center().y;
    let color = if overdue { tokens.act.ink } else { tokens.soft };
    let rank = if overdue { Rank::Label } else { Rank::Small };
    let galley = paint::line(painter, [Run::new(words, rank, color)], REVIEW - 16.0);
    if overdue {
        let size = Vec2::new(galley.size().x + 16.0, 22.0);
        let pill = Rect::from_min_size(pos2(left - 8.0, middle - 11.0), size);
        painter.rect_filled(pill, 11.0, tokens.act.wash);
    }
    paint::line_at(painter, left, middle, galley);
}

/// The button that takes a pupil off the caseload.
fn off(ui: &Ui, row: Rect, line: &CaseloadLine) -> Response {
    let tokens = tokens_of(ui);
    let rect = icon::square(row.right() - 22.0, row.center().y, 28.0);
    let id = ui.scope_id().with(("off", line.caseload, line.pupil));
    let response = ui.interact(rect, id, Sense::click());
    let name = format!("Take {} off the caseload", line.name);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
    if response.hovered() {
        ui.painter().rect_filled(rect, f32::from(RADIUS), tokens.line);
    }
    let ink = if response.hovered() { tokens.text } else { tokens.faint };
    Icon::Cross.paint(ui.painter(), icon::square(rect.center().x, rect.center().y, 12.0), ink);
    paint::focus_ring(ui, &response, RADIUS);
    response.on_hover_text("Take off the caseload")
}

fn nobody_yet(ui: &mut Ui, sight: Sight<'_>, caseload: &Caseload, actions: &mut Actions) {
    if sight.state.adding.is_some() {
        return;
    }
    let (icon, title, why, button, edit) = if caseload.may_change {
        let why =
            "Add those whom you look after: their records, reviews and quiet weeks stand here";
        (Icon::People, "Nobody is on your caseload yet", why, "Add a pupil", Edit::Begin)
    } else {
        let why = "Observers read along; a lead can make you a mentor, and then pupils stand here";
        (Icon::Lock, "Your role keeps no caseload", why, "Look again", Edit::Again)
    };
    if (bits::Empty { icon, title, why, button: Some(button) }).show(ui) {
        actions.push(Action::Caseload(edit));
    }
}

fn filtered_out(ui: &mut Ui, filter: Filter, actions: &mut Actions) {
    let title = match filter {
        Filter::Overdue => "No review is overdue",
        Filter::Restless => "No incident in the last school weeks",
        Filter::All => "Nobody fits",
    };
    let empty = bits::Empty {
        icon: Icon::Check,
        title,
        why: "The others on your caseload are hidden by the filter",
        button: Some("Show everyone"),
    };
    if empty.show(ui) {
        actions.push(Action::Caseload(Edit::Filter(Filter::All)));
    }
}

fn refusal(ui: &mut Ui, why: &str, actions: &mut Actions) {
    let title = "The caseload cannot be shown";
    let empty = bits::Empty { icon: Icon::Stop, title, why, button: Some("Try again") };
    if empty.show(ui) {
        actions.push(Action::Caseload(Edit::Again));
    }
}
