//! Draws what is held, and why.

use eframe::egui::{Role, Ui, WidgetInfo};
use jiff::civil::Date;
use sheaf_school::desk::{HeldLine, HeldPage};

use super::frame::Page;
use super::{Edit, What};
use crate::action::{Action, Actions};
use crate::format;
use crate::model::Model;
use crate::theme::{text, tokens_of};
use crate::widgets::{Icon, bits, buttons};

/// Draws the view.
pub fn show(ui: &mut Ui, model: &Model, actions: &mut Actions) {
    let today = model.today();
    let page = Page {
        title: "What is held",
        about: "Changes that are kept here and do not count, because something about their author \
                or their key does not fit. Nothing of them is lost",
        slot: &model.trust.held,
    };
    page.show(ui, actions, |ui, page, actions| {
        for line in &page.lines {
            entry(ui, line, today, actions);
            ui.add_space(10.0);
        }
        rest(ui, page);
    });
}

fn entry(ui: &mut Ui, line: &HeldLine, today: Option<Date>, actions: &mut Actions) {
    let tokens = tokens_of(ui);
    bits::card(ui).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.horizontal_wrapped(|ui| {
            let you = if line.is_own { "  (you)" } else { "" };
            let by = if line.by.is_empty() { "Somebody unknown here" } else { &line.by };
            ui.label(text::strong(ui, format!("{by}{you}")));
            let guarded = line.space == "safeguarding";
            bits::chip(ui, &line.space, if guarded { tokens.act } else { tokens.none });
        });
        let changes = format::count(line.changes, "change", "changes");
        let at = line.at.map(|at| format::moment(at, today)).unwrap_or_default();
        ui.label(text::small(ui, format!("{changes}  ·  {at}  ·  {}", line.device)));
        ui.label(text::body(ui, format!("Held because {}", line.why)).color(tokens.watch.ink));
        would(ui, line, actions);
        if line.builds_on {
            let words = "It counts by itself as soon as that change does";
            ui.label(text::small(ui, words));
        } else if line.may_attest {
            ui.add_space(6.0);
            let button = buttons::plain(ui, "Vouch for it…");
            let spoken = format!("Vouch for {changes} by {}, {at}…", line.by);
            button.widget_info(|| WidgetInfo::labeled(Role::Button, true, &spoken));
            if button.clicked() {
                let what = Box::new(What::Attest(Box::new(line.clone())));
                actions.push(Action::Trust(Edit::Ask(what)));
            }
        } else {
            ui.label(text::small(ui, "A manager of this space can vouch for it"));
        }
    });
}

/// What its changes would do, so that nobody vouches for what they have not seen.
pub(super) fn would(ui: &mut Ui, line: &HeldLine, actions: &mut Actions) {
    let unread = line.changes.saturating_sub(line.would.len() as u64);
    for one in &line.would {
        ui.add_space(4.0);
        bits::wash(tokens_of(ui).none).show(ui, |ui| {
            ui.set_width(ui.available_width());
            match one.record {
                Some(record) => {
                    if ui.link(text::strong(ui, &one.title)).clicked() {
                        actions.push(Action::OpenRecord(record));
                    }
                }
                None => {
                    ui.label(text::strong(ui, &one.title));
                }
            }
            for (title, words) in &one.values {
                ui.label(text::body(ui, format!("{title}: {words}")));
            }
        });
    }
    if unread > 0 && !line.would.is_empty() {
        let changes = format::count(unread, "more change", "more changes");
        ui.label(text::small(ui, format!("{changes} that cannot be read here")));
    } else if unread > 0 {
        ui.label(text::small(ui, "What it would do cannot be read here"));
    }
}

/// What is not shown in full, or that there is nothing.
fn rest(ui: &mut Ui, page: &HeldPage) {
    if page.others > 0 {
        let entries = format::count(page.others, "entry", "entries");
        let words = format!("{entries} of colleagues held: they and the managers see them");
        ui.label(text::soft(ui, words));
        ui.add_space(10.0);
    }
    if !page.acts.is_empty() {
        bits::section(ui, "Acts about who is in that have no effect");
        ui.add_space(2.0);
        for (why, count) in &page.acts {
            let acts = format::count(*count, "act", "acts");
            ui.label(text::body(ui, format!("{acts}: {why}")));
        }
    }
    if page.lines.is_empty() && page.others == 0 && page.acts.is_empty() {
        let empty = bits::Empty {
            icon: Icon::Check,
            title: "Nothing is held",
            why: "Everything that arrived here was written by somebody who may write it, and counts",
            button: None,
        };
        empty.show(ui);
    }
}
