//! Draws what is past its period, for a person to decide about: to keep it, or to propose that it
//! is erased.

use std::collections::BTreeSet;

use eframe::egui::{Align, Layout, Role, Ui, WidgetInfo};
use jiff::ToSpan as _;
use jiff::civil::Date;
use sheaf_records::RecordId;
use sheaf_school::desk::{Certainty, DueGroup, DueLine, DuePage};

use super::frame::Page;
use super::{Edit, What, rules};
use crate::action::{Action, Actions};
use crate::command::CommandId;
use crate::format;
use crate::model::Model;
use crate::theme::{Rank, Tone, text, tokens_of};
use crate::widgets::walk::Walk;
use crate::widgets::{Icon, bits, buttons};

/// What the view shows.
#[derive(Clone, Copy, Debug)]
pub struct Sight<'a> {
    /// What is known.
    pub model: &'a Model,
    /// The records that were chosen.
    pub chosen: &'a BTreeSet<RecordId>,
}

/// The room of the chips and the button at the right of a line.
const RIGHT: f32 = 190.0;

/// Draws the view.
pub fn show(ui: &mut Ui, sight: Sight<'_>, actions: &mut Actions) {
    let page = Page {
        title: "Retention",
        about: "Records past the time that they may be kept. Nothing is deleted by itself: you \
                decide about each, and an erasure takes two persons",
        slot: &sight.model.trust.retention,
    };
    page.show(ui, actions, |ui, page, actions| {
        if !page.may_review {
            not_for_you(ui);
            rules::show(ui, page, None, actions);
            return;
        }
        counts(ui, page, actions);
        if page.groups.is_empty() {
            nothing(ui);
        } else {
            bar(ui, sight, page, actions);
        }
        let mut walk = Walk::default();
        for group in &page.groups {
            ui.add_space(12.0);
            self::group(ui, sight, group, &mut walk, actions);
        }
        walk.follow(ui);
        foot(ui, page, actions);
        rules::show(ui, page, sight.model.today(), actions);
    });
}

fn not_for_you(ui: &mut Ui) {
    let empty = bits::Empty {
        icon: Icon::Lock,
        title: "Leads review retention",
        why: "Whoever has the role of lead or above decides what is kept beyond its period",
        button: None,
    };
    empty.show(ui);
}

fn nothing(ui: &mut Ui) {
    let empty = bits::Empty {
        icon: Icon::Check,
        title: "Nothing is past its period",
        why: "Records come here when the rule for their kind says that they may be kept no longer",
        button: None,
    };
    empty.show(ui);
}

/// How many there are, and what has become of others.
fn counts(ui: &mut Ui, page: &DuePage, actions: &mut Actions) {
    ui.horizontal_wrapped(|ui| {
        let tokens = tokens_of(ui);
        if page.due > 0 {
            let due = format::count(page.due, "record is due", "records are due");
            bits::chip(ui, &due, tokens.watch);
        }
        if page.on_hold > 0 {
            let held = format::count(page.on_hold, "legal hold", "legal holds");
            bits::chip(ui, &held, tokens.info);
        }
        if page.kept > 0 {
            let kept = format!("{} kept by a decision", format::grouped(page.kept));
            bits::chip(ui, &kept, tokens.none);
        }
        if page.waiting > 0 {
            let one = "waits for a second signature";
            let waiting = format::count(page.waiting, one, "wait for a second signature");
            if buttons::quiet(ui, &waiting).clicked() {
                actions.push(Action::Command(CommandId::GoErasures));
            }
        }
    });
}

/// What can be done with what is chosen.
fn bar(ui: &mut Ui, sight: Sight<'_>, page: &DuePage, actions: &mut Actions) {
    let lines = page.groups.iter().flat_map(|group| &group.lines);
    let chosen: Vec<&DueLine> = lines.filter(|line| sight.chosen.contains(&line.record)).collect();
    let records: Vec<RecordId> = chosen.iter().map(|line| line.record).collect();
    let held = chosen.iter().any(|line| line.is_on_hold);
    ui.add_space(10.0);
    ui.horizontal_wrapped(|ui| {
        ui.add_enabled_ui(!records.is_empty(), |ui| {
            if buttons::plain(ui, "Keep until…").clicked() {
                let until = sight.model.today().and_then(|day| day.checked_add(1.year()).ok());
                let until = until.unwrap_or_default();
                let what = What::Keep { records: records.clone(), until };
                actions.push(Action::Trust(Edit::Ask(Box::new(what))));
            }
        });
        ui.add_enabled_ui(!records.is_empty() && !held, |ui| {
            if buttons::plain(ui, "Propose erasure…").clicked() {
                let alone = chosen.iter().any(|line| line.signs_alone);
                let what = What::EraseDue { records: records.clone(), alone };
                actions.push(Action::Trust(Edit::Ask(Box::new(what))));
            }
        });
        if records.is_empty() {
            ui.label(text::small(ui, "Choose records below; Space chooses, arrow keys walk"));
            return;
        }
        let words = format!("{} chosen", format::grouped(records.len() as u64));
        ui.label(text::strong(ui, words));
        if buttons::quiet(ui, "Choose none").clicked() {
            actions.push(Action::Trust(Edit::Pick(records)));
        }
        if held {
            ui.label(text::small(ui, "One of them is under a legal hold: it cannot be erased"));
        }
    });
}

pub(super) fn certainty(ui: &Ui, certainty: Certainty) -> (&'static str, Tone) {
    let tokens = tokens_of(ui);
    match certainty {
        Certainty::Verified => ("Advice that was checked, not law", tokens.good),
        Certainty::Uncertain => ("Uncertain: check before you rely on it", tokens.watch),
        Certainty::School => ("The school's own", tokens.info),
    }
}

/// The records that are due by one rule.
fn group(ui: &mut Ui, sight: Sight<'_>, group: &DueGroup, walk: &mut Walk, actions: &mut Actions) {
    let today = sight.model.today();
    bits::card(ui).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.horizontal_wrapped(|ui| {
            ui.label(text::strong(ui, &group.title));
            bits::chip(ui, &format::grouped(group.count), tokens_of(ui).none);
            let (words, tone) = certainty(ui, group.certainty);
            bits::chip(ui, words, tone);
        });
        ui.label(text::body(ui, sentence(&group.says)));
        ui.label(text::small(ui, &group.source));
        if !group.note.is_empty() {
            ui.label(text::small(ui, &group.note));
        }
        let open: Vec<RecordId> = group
            .lines
            .iter()
            .map(|line| line.record)
            .filter(|record| !sight.chosen.contains(record))
            .collect();
        if !open.is_empty() {
            let all = format::count(group.lines.len() as u64, "record", "records");
            let button = buttons::quiet(ui, "Choose all");
            let spoken = format!("Choose all {all} of {}", group.title);
            button.widget_info(|| WidgetInfo::labeled(Role::Button, true, &spoken));
            if button.clicked() {
                actions.push(Action::Trust(Edit::Pick(open)));
            }
        }
        for line in &group.lines {
            ui.add_space(4.0);
            row(ui, line, (sight.chosen.contains(&line.record), today), walk, actions);
        }
    });
}

pub(super) fn sentence(words: &str) -> String {
    let mut words = words.to_owned();
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    words
}

fn row(
    ui: &mut Ui,
    line: &DueLine,
    (is_chosen, today): (bool, Option<Date>),
    walk: &mut Walk,
    actions: &mut Actions,
) {
    let tokens = tokens_of(ui);
    ui.horizontal(|ui| {
        let mut on = is_chosen;
        let tick = ui.checkbox(&mut on, "");
        let spoken = spoken(line, today);
        tick.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, on, &spoken));
        walk.note(ui, &tick);
        if tick.changed() {
            actions.push(Action::Trust(Edit::Pick(vec![line.record])));
        }
        Icon::of(line.kind).show(ui, 15.0, tokens.soft);
        ui.vertical(|ui| {
            ui.set_width((ui.available_width() - RIGHT).max(120.0));
            ui.spacing_mut().item_spacing.y = 0.0;
            bits::one_line(ui, &heading(line, today), Rank::Strong, tokens.text);
            bits::one_line(ui, &below(line, today), Rank::Small, tokens.soft);
        });
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if buttons::icon(ui, Icon::Search, &format!("Open {}", line.title)).clicked() {
                actions.push(Action::OpenRecord(line.record));
            }
            if line.space == "safeguarding" {
                bits::chip(ui, "Safeguarding", tokens.act);
            }
            if line.is_on_hold {
                bits::chip(ui, "Legal hold", tokens.info);
            }
        });
    });
}

/// What it is, about whom, of which day.
fn heading(line: &DueLine, today: Option<Date>) -> String {
    let mut words = vec![line.title.clone()];
    words.extend(line.pupils.iter().cloned());
    words.extend(line.day.map(|day| format::day(day, today)));
    words.join(", ")
}

/// Since when it is due, and what has to be known before something is decided.
fn below(line: &DueLine, today: Option<Date>) -> String {
    let mut words = Vec::new();
    words.extend(line.since.map(|day| format!("Due since {}", format::day(day, today))));
    if line.named_by > 0 {
        let names = "other record names this pupil";
        words.push(format::count(line.named_by, names, "other records name this pupil"));
    }
    if let Some((until, by, because)) = &line.kept {
        let until = format::day(*until, today);
        words.push(format!("Was kept until {until} by {by}: {because}"));
    }
    words.join("  ·  ")
}

fn spoken(line: &DueLine, today: Option<Date>) -> String {
    let mut words = vec![heading(line, today), below(line, today)];
    if line.is_on_hold {
        words.push("under a legal hold".to_owned());
    }
    words.join("; ")
}

/// What is not shown, and what has no day.
fn foot(ui: &mut Ui, page: &DuePage, actions: &mut Actions) {
    if page.shown < page.due {
        let (shown, due) = (format::grouped(page.shown), format::grouped(page.due));
        ui.add_space(12.0);
        let words = format!("The first {shown} of {due}; the others come as these are decided");
        ui.label(text::small(ui, words));
    }
    if page.undated.is_empty() {
        return;
    }
    ui.add_space(16.0);
    bits::section(ui, "Never due, because a date is missing");
    for undated in &page.undated {
        let records = format::count(undated.count, "record", "records");
        let words = format!("{records}: {}", undated.says);
        if buttons::quiet(ui, &words).clicked() {
            let records = undated.records.clone();
            actions.push(Action::Behind { title: sentence(&undated.says), records });
        }
    }
}
