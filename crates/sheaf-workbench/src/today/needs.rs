//! What needs the user: a draft, follow-ups, reviews, conflicts, what others wrote.

use eframe::egui::{Align, Id, Layout, Ui};
use jiff::civil::Date;
use sheaf_records::RecordId;
use sheaf_school::desk::{Agenda, DraftLine, FollowUpLine, ReviewLine, TimelineItem};

use super::state::{Edit, Section, State};
use super::view::Sight;
use crate::action::{Action, Actions};
use crate::format;
use crate::house::concern;
use crate::metric;
use crate::model::Model;
use crate::theme::{Tone, text, tokens_of};
use crate::widgets::line::{Done, Line};
use crate::widgets::walk::Walk;
use crate::widgets::{Icon, bits, buttons};

/// So many lines of each kind are shown until the rest is asked for.
const FIRST: usize = 5;

pub(super) fn show(ui: &mut Ui, sight: Sight<'_>, walk: &mut Walk, actions: &mut Actions) {
    concern::queue(ui, sight.model, walk, actions);
    metric::queue(ui, sight.model, walk, actions);
    let slot = &sight.model.day.agenda;
    let drafts = sight.model.day.drafts();
    let Some(agenda) = slot.get() else {
        match slot.refused() {
            Some(why) => {
                ui.label(text::soft(ui, format!("What needs you cannot be shown: {why}")));
                ui.add_space(20.0);
            }
            None => bits::waiting(ui, "Looking for what needs you…"),
        }
        return;
    };
    let Some(today) = sight.model.today() else { return };
    ui.spacing_mut().item_spacing.y = 2.0;
    left_behind(ui, drafts, walk, actions);
    follow_ups(ui, &agenda.follow_ups, (today, sight), walk, actions);
    reviews(ui, &agenda.reviews, (today, sight), walk, actions);
    conflicts(ui, agenda, sight, walk, actions);
    unread(ui, agenda, (today, sight), walk, actions);
    if count(sight.model, agenda) == 0 {
        nothing(ui);
    }
}

/// How many things need the user.
pub(super) fn count(model: &Model, agenda: &Agenda) -> usize {
    let Agenda { follow_ups, reviews, conflicts, unread, .. } = agenda;
    let daily = follow_ups.len() + reviews.len() + conflicts.len() + unread.len();
    daily + model.day.drafts().len() + concern::waiting(model) + metric::asking(model)
}

fn nothing(ui: &mut Ui) {
    let tokens = tokens_of(ui);
    bits::wash(tokens.good).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 10.0;
            Icon::Check.show(ui, 16.0, tokens.good.ink);
            ui.label(text::strong(ui, "Nothing needs you now").color(tokens.good.ink));
            let words = "Follow-ups, reviews, conflicts and what others write come up here";
            ui.label(text::small(ui, words));
        });
    });
    ui.add_space(22.0);
}

/// The heading of a section, with a button at its end where there is something for all its lines.
fn heading(ui: &mut Ui, words: &str, count: usize, button: Option<&str>) -> bool {
    let mut pressed = false;
    ui.horizontal(|ui| {
        ui.set_height(26.0);
        bits::counted(ui, words, count);
        if let Some(button) = button {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                pressed = buttons::quiet(ui, button).clicked();
            });
        }
    });
    pressed
}

/// How many lines of a section are shown, and the words that show the rest.
struct Fold {
    shown: usize,
    button: Option<String>,
}

/// A section of more than a few lines begins folded.
fn fold(state: &State, section: Section, count: usize) -> Fold {
    match (count > FIRST, state.unfolded.contains(&section)) {
        (false, _) => Fold { shown: count, button: None },
        (true, true) => Fold { shown: count, button: Some("Show fewer".to_owned()) },
        (true, false) => Fold { shown: FIRST, button: Some(format!("Show all {count}")) },
    }
}

fn turn(section: Section, actions: &mut Actions) {
    actions.push(Action::Today(Edit::Turn(section)));
}

fn left_behind(ui: &mut Ui, drafts: &[DraftLine], walk: &mut Walk, actions: &mut Actions) {
    if drafts.is_empty() {
        return;
    }
    heading(ui, "Begun and not saved", drafts.len(), None);
    for draft in drafts {
        let line = Line {
            id: Id::unique(("draft", draft.face.to_bytes())),
            icon: Icon::Plus,
            ticks: None,
            head: "Continue your draft",
            below: &draft.words,
            pill: &format!("Left at {}", format::clock(draft.at)),
            tone: tokens_of(ui).info,
            is_open: false,
        };
        if line.show(ui, walk).is_some() {
            actions.push(Action::TakeDraft(draft.face));
        }
    }
    ui.add_space(18.0);
}

/// By when something is due, in words and with how pressing that is.
fn due(ui: &Ui, due: Option<Date>, today: Date) -> (String, Tone) {
    let tokens = tokens_of(ui);
    let words = |due| format::weekday(due, Some(today));
    match due {
        None => ("No date".to_owned(), tokens.none),
        Some(due) if due < today => (format!("Overdue, {}", words(due)), tokens.act),
        Some(due) if due == today => ("Today".to_owned(), tokens.watch),
        Some(due) => (words(due), tokens.none),
    }
}

fn follow_ups(
    ui: &mut Ui,
    lines: &[FollowUpLine],
    (today, sight): (Date, Sight<'_>),
    walk: &mut Walk,
    actions: &mut Actions,
) {
    if lines.is_empty() {
        return;
    }
    let fold = fold(sight.state, Section::FollowUps, lines.len());
    if heading(ui, "Follow-ups", lines.len(), fold.button.as_deref()) {
        turn(Section::FollowUps, actions);
    }
    for one in lines.iter().take(fold.shown) {
        let (pill, tone) = due(ui, one.due, today);
        let line = Line {
            id: Id::unique(("follow-up", one.record.to_bytes(), &one.row)),
            icon: Icon::Check,
            ticks: Some(&format!("Done: {}", one.what)),
            head: &one.what,
            below: &format!("{}  ·  {}", one.pupils.join(", "), one.headline),
            pill: &pill,
            tone,
            is_open: sight.open == Some(one.record),
        };
        match line.show(ui, walk) {
            Some(Done::Opened) => actions.push(Action::OpenRecord(one.record)),
            Some(Done::Ticked) => {
                actions.push(Action::Tick { record: one.record, row: one.row.clone() });
            }
            None => {}
        }
    }
    ui.add_space(18.0);
}

fn reviews(
    ui: &mut Ui,
    lines: &[ReviewLine],
    (today, sight): (Date, Sight<'_>),
    walk: &mut Walk,
    actions: &mut Actions,
) {
    if lines.is_empty() {
        return;
    }
    let fold = fold(sight.state, Section::Reviews, lines.len());
    if heading(ui, "Reviews of your caseload", lines.len(), fold.button.as_deref()) {
        turn(Section::Reviews, actions);
    }
    for one in lines.iter().take(fold.shown) {
        let (pill, tone) = due(ui, Some(one.due), today);
        let words = [one.tier.as_str(), one.note.as_str()];
        let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
        let line = Line {
            id: Id::unique(("review", one.pupil.to_bytes())),
            icon: Icon::Person,
            ticks: None,
            head: &one.name,
            below: &words.join("  ·  "),
            pill: &pill,
            tone,
            is_open: sight.open == Some(one.pupil),
        };
        if line.show(ui, walk).is_some() {
            actions.push(Action::OpenPupil(one.pupil));
        }
    }
    ui.add_space(18.0);
}

/// Who and what, for a line about a record.
fn below(item: &TimelineItem) -> String {
    let names: Vec<&str> = item.pupils.iter().map(|(_, name, _)| name.as_str()).collect();
    format!("{}  ·  {}", names.join(", "), item.by)
}

fn conflicts(
    ui: &mut Ui,
    agenda: &Agenda,
    sight: Sight<'_>,
    walk: &mut Walk,
    actions: &mut Actions,
) {
    let items = &agenda.conflicts;
    if items.is_empty() {
        return;
    }
    let fold = fold(sight.state, Section::Conflicts, items.len());
    if heading(ui, "Conflicts to settle", items.len(), fold.button.as_deref()) {
        turn(Section::Conflicts, actions);
    }
    for item in items.iter().take(fold.shown) {
        let fields = format::count(item.conflicts as u64, "field", "fields");
        let line = Line {
            id: Id::unique(("conflict", item.record.to_bytes())),
            icon: Icon::Fork,
            ticks: None,
            head: &item.headline,
            below: &below(item),
            pill: &fields,
            tone: tokens_of(ui).watch,
            is_open: sight.open == Some(item.record),
        };
        if line.show(ui, walk).is_some() {
            actions.push(Action::OpenRecord(item.record));
        }
    }
    ui.add_space(18.0);
}

fn unread(
    ui: &mut Ui,
    agenda: &Agenda,
    (today, sight): (Date, Sight<'_>),
    walk: &mut Walk,
    actions: &mut Actions,
) {
    let items = &agenda.unread;
    if items.is_empty() {
        return;
    }
    let fold = fold(sight.state, Section::Unread, items.len());
    if heading(ui, "New about your pupils", items.len(), Some("Mark all as read")) {
        let all: Vec<RecordId> = items.iter().map(|item| item.record).collect();
        actions.push(Action::Read(all));
    }
    for item in items.iter().take(fold.shown) {
        let when = item.at.map(|at| format::moment(at, Some(today))).unwrap_or_default();
        let line = Line {
            id: Id::unique(("unread", item.record.to_bytes())),
            icon: Icon::of(item.kind),
            ticks: Some(&format!("Mark as read: {}", item.headline)),
            head: &item.headline,
            below: &below(item),
            pill: &when,
            tone: tokens_of(ui).info,
            is_open: sight.open == Some(item.record),
        };
        match line.show(ui, walk) {
            Some(Done::Opened) => actions.push(Action::OpenRecord(item.record)),
            Some(Done::Ticked) => actions.push(Action::Read(vec![item.record])),
            None => {}
        }
    }
    if let Some(button) = fold.button
        && buttons::quiet(ui, &button).clicked()
    {
        turn(Section::Unread, actions);
    }
    ui.add_space(18.0);
}
