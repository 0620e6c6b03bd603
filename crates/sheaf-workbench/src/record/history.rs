//! The history of a record: who, when, on which device, what differed and why, the newest first.

use eframe::egui::{Frame, Margin, Stroke, Ui, Vec2, pos2};
use sheaf_school::desk::{Act, ChangeLine, HistoryLine, Signed};

use crate::format;
use crate::model::Model;
use crate::slot::Slot;
use crate::theme::{text, tokens_of};
use crate::widgets::bits;

use std::sync::Arc;

/// The room left of a step, in which the line runs.
const RAIL: f32 = 22.0;

/// Draws the history, or that it is on its way.
pub fn show(ui: &mut Ui, slot: Option<&Slot<Arc<[HistoryLine]>>>, model: &Model) {
    ui.add_space(14.0);
    bits::section(ui, "History");
    let lines = slot.and_then(|slot| slot.get());
    match (lines, slot.and_then(|slot| slot.refused())) {
        (Some(lines), _) => {
            for (place, line) in lines.iter().rev().enumerate() {
                step(ui, line, place + 1 == lines.len(), model);
            }
        }
        (None, Some(why)) => {
            ui.label(text::soft(ui, why));
        }
        (None, None) => bits::waiting(ui, "Reading the history…"),
    }
}

fn step(ui: &mut Ui, line: &HistoryLine, is_first: bool, model: &Model) {
    let tokens = tokens_of(ui);
    let begin = ui.cursor().left_top();
    let margin = Margin { left: RAIL as i8, right: 0, top: 2, bottom: 12 };
    let shown = Frame::new().inner_margin(margin).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = 2.0;
        ui.label(text::strong(ui, format!("{} {}", line.by, did(line))));
        let at = format::moment(line.at, model.today());
        let place = if line.device.is_empty() { at } else { format!("{at}  ·  {}", line.device) };
        ui.label(text::small(ui, place));
        if line.signed != Signed::Valid {
            ui.label(text::body(ui, mark(&line.signed)).color(tokens.act.ink));
        }
        // What a record began with stands above already.
        if line.act != Act::Created {
            line.changes.iter().for_each(|change| differed(ui, change));
        }
        if !line.reason.is_empty() {
            ui.label(text::soft(ui, format!("“{}”", line.reason)));
        }
    });
    let rail = Stroke::new(1.0, tokens.line_strong);
    let x = begin.x + 6.0;
    let dot = pos2(x, begin.y + 12.0);
    if !is_first {
        ui.painter().vline(x, dot.y + 8.0..=shown.response.rect.bottom() + 6.0, rail);
    }
    let color = match line.act {
        _ if line.signed != Signed::Valid => tokens.act.ink,
        Act::Created => tokens.accent,
        Act::Withdrawn => tokens.act.ink,
        Act::Settled => tokens.watch.ink,
        Act::Changed | Act::Restored | Act::Unread => tokens.soft,
    };
    ui.painter().circle_filled(dot + Vec2::ZERO, 4.5, color);
}

fn did(line: &HistoryLine) -> String {
    match (line.act, line.changes.as_slice()) {
        (Act::Created, _) => "wrote it down".to_owned(),
        (Act::Withdrawn, _) => "withdrew it".to_owned(),
        (Act::Restored, _) => "restored it".to_owned(),
        (Act::Unread, _) => "did something that cannot be read here".to_owned(),
        (Act::Settled, [one]) => format!("chose {}", one.title.to_lowercase()),
        (Act::Settled, _) => "chose between values".to_owned(),
        (Act::Changed, [one]) => format!("changed {}", one.title.to_lowercase()),
        (Act::Changed, many) => format!("changed {} values", many.len()),
    }
}

/// A step that does not stand says so, and why.
fn mark(signed: &Signed) -> String {
    match signed {
        Signed::Held(why) => format!("Held, without effect: {why}"),
        Signed::Wrong(why) => format!("Not verified: {why}"),
        Signed::Erased => "Its content was erased".to_owned(),
        Signed::Absent => "Its content has yet to arrive".to_owned(),
        Signed::Valid => "Verified".to_owned(),
    }
}

fn differed(ui: &mut Ui, change: &ChangeLine) {
    let words = if change.settled.is_empty() {
        format!("{}: {} → {}", change.title, change.before, change.after)
    } else {
        format!("{}: {}, of {}", change.title, change.after, change.settled.join(" and "))
    };
    ui.label(text::body(ui, words));
    for other in &change.at_once {
        let words = format!("{} wrote {} at the same time", other.by, other.words);
        ui.label(text::small(ui, words));
    }
}
