//! What stands above a pupil's chronology: facts, the weeks as a picture, support.

use eframe::egui::{Align, Label, Layout, Ui};
use jiff::civil::Date;
use sheaf_records::MAX_SESSIONS_A_YEAR;
use sheaf_school::desk::{Fact, PupilCard, SupportLine, SupportState, Suspended};

use super::state::State;
use super::weeks;
use crate::action::{Action, Actions};
use crate::format;
use crate::theme::{Tone, text, tokens_of};
use crate::widgets::{bits, buttons};

/// The picture and the support stand beside each other where there is so much room.
const ROOM_FOR_TWO: f32 = 920.0;

/// How high a card is at least that stands beside another.
const LEAST: f32 = weeks::HEIGHT + 36.0;

/// At most so many interventions are listed; the chronology has all.
const MOST_LINES: usize = 4;

/// Draws the facts: what each is in small words, what it is today below.
pub fn facts(ui: &mut Ui, facts: &[Fact]) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 30.0;
        for fact in facts {
            ui.vertical(|ui| {
                ui.spacing_mut().item_spacing.y = 1.0;
                ui.label(text::small(ui, &fact.title));
                ui.label(text::strong(ui, &fact.value));
            });
        }
    });
}

/// Draws the picture of the weeks and the support.
pub fn cards(
    ui: &mut Ui,
    card: &PupilCard,
    state: State,
    today: Option<Date>,
    actions: &mut Actions,
) {
    if ui.available_width() < ROOM_FOR_TWO {
        by_week(ui, card, state, actions);
        ui.add_space(10.0);
        support(ui, card, (today, 0.0), actions);
        return;
    }
    let gap = 14.0;
    let width = (ui.available_width() - gap) / 2.0;
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = gap;
        ui.vertical(|ui| {
            ui.set_width(width);
            by_week(ui, card, state, actions);
        });
        ui.vertical(|ui| {
            ui.set_width(width);
            support(ui, card, (today, LEAST), actions);
        });
    });
}

/// The head of a card with a figure at its end, cut where the card is narrow.
fn head(ui: &mut Ui, title: &str, figure: String) {
    ui.horizontal(|ui| {
        ui.label(text::strong(ui, title));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.add(Label::new(text::small(ui, figure)).truncate());
        });
    });
}

fn by_week(ui: &mut Ui, card: &PupilCard, state: State, actions: &mut Actions) {
    bits::card(ui).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.set_min_height(LEAST);
        head(ui, "Week by week", weeks::count_words(&card.weeks));
        weeks::show(ui, card.pupil, &card.weeks, state, actions);
    });
}

fn support(
    ui: &mut Ui,
    card: &PupilCard,
    (today, least): (Option<Date>, f32),
    actions: &mut Actions,
) {
    bits::card(ui).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.set_min_height(least);
        head(ui, "Support", this_year(card));
        if let Some(words) = too_long(card.suspended) {
            let tone = tokens_of(ui).act;
            bits::wash(tone).show(ui, |ui| {
                ui.set_width(ui.available_width());
                ui.label(text::small(ui, words).color(tone.ink));
            });
        }
        if card.support.is_empty() {
            ui.label(text::soft(ui, "No intervention so far"));
        }
        ui.spacing_mut().item_spacing.y = 4.0;
        for line in card.support.iter().take(MOST_LINES) {
            if part(ui, line, today) {
                actions.push(Action::OpenRecord(line.record));
            }
        }
        let more = card.support.len().saturating_sub(MOST_LINES);
        if more > 0 {
            ui.label(text::small(ui, format!("and {more} more in the chronology")));
        }
    });
}

/// Stays and suspensions of this school year, in words.
fn this_year(card: &PupilCard) -> String {
    let stays = format::count(u64::from(card.stays), "room stay", "room stays");
    let suspended = card.suspended;
    let times = format::count(u64::from(suspended.times), "suspension", "suspensions");
    if suspended.times == 0 {
        return format!("This year: {stays}, {times}");
    }
    let lost = format::count(u64::from(suspended.sessions), "half-day", "half-days");
    format!("This year: {stays}, {times} ({lost})")
}

/// A pupil who is suspended for longer than the law allows: suspensions that two devices wrote
/// down at the same time may come to that together.
fn too_long(suspended: Suspended) -> Option<String> {
    let sessions = i64::from(suspended.sessions);
    (sessions > MAX_SESSIONS_A_YEAR).then(|| {
        format!(
            "Suspended for {sessions} half-days this school year: the law allows \
             {MAX_SESSIONS_A_YEAR}, which are 45 days"
        )
    })
}

/// One intervention; true if it is to be opened.
fn part(ui: &mut Ui, line: &SupportLine, today: Option<Date>) -> bool {
    let mut opens = false;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        let (words, tone) = state_of(ui, line);
        bits::chip(ui, words, tone);
        let button = buttons::quiet(ui, &line.title);
        opens = button.on_hover_text("Open the record").clicked();
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.add(Label::new(text::small(ui, dose(line, today))).truncate());
        });
    });
    opens
}

fn state_of(ui: &Ui, line: &SupportLine) -> (&'static str, Tone) {
    let tokens = tokens_of(ui);
    match line.state {
        SupportState::Running => ("In it", tokens.good),
        SupportState::Waiting => ("Waiting", tokens.watch),
        SupportState::Ended => ("Ended", tokens.none),
    }
}

/// How much they had of it, or how long they have waited.
fn dose(line: &SupportLine, today: Option<Date>) -> String {
    let mut parts = Vec::new();
    match (line.state, line.waited_days) {
        (SupportState::Waiting, Some(days)) => {
            parts.push(format::count(u64::from(days), "school day", "school days"));
        }
        (SupportState::Waiting, None) => {
            parts.extend(line.since.map(|day| format!("since {}", format::day(day, today))));
        }
        _ => parts.push(sessions(line)),
    }
    if line.state == SupportState::Ended && !line.outcome.is_empty() {
        parts.push(line.outcome.to_lowercase());
    }
    parts.retain(|part| !part.is_empty());
    parts.join(", ")
}

fn sessions(line: &SupportLine) -> String {
    let of = line.planned.unwrap_or(line.offered);
    if of == 0 {
        return String::new();
    }
    let had =
        format!("{} of {}", line.attended, format::count(u64::from(of), "session", "sessions"));
    match (line.minutes / 60, line.minutes % 60) {
        (0, 0) => had,
        (0, minutes) => format!("{had}, {minutes} min"),
        (hours, 0) => format!("{had}, {hours} h"),
        (hours, minutes) => format!("{had}, {hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_suspension_than_the_law_allows_is_told() {
        assert_eq!(too_long(Suspended { times: 3, sessions: 90 }), None);
        let words = too_long(Suspended { times: 3, sessions: 91 }).unwrap();
        assert!(words.starts_with("Suspended for 91 half-days this school year"), "{words}");
    }
}
