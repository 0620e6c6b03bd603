//! What was written down last, day by day.

use eframe::egui::Ui;
use jiff::civil::Date;
use sheaf_records::RecordId;
use sheaf_school::desk::TimelineItem;

use super::view::Sight;
use crate::action::{Action, Actions};
use crate::command::CommandId;
use crate::format;
use crate::widgets::row::{self, Mark, When};
use crate::widgets::walk::Walk;
use crate::widgets::{Icon, bits};

pub(super) fn recent(ui: &mut Ui, sight: Sight<'_>, walk: &mut Walk, actions: &mut Actions) {
    let slot = &sight.model.recent;
    match (slot.get(), slot.refused()) {
        (Some(items), _) if items.is_empty() => match sight.model.roster.get() {
            Some(roster) if roster.pupils.is_empty() => nobody_yet(ui, actions),
            _ => nothing_yet(ui, actions),
        },
        (Some(items), _) => days(ui, sight, items, walk, actions),
        (None, Some(why)) => {
            let title = "Nothing can be shown";
            bits::Empty { icon: Icon::Lock, title, why, button: None }.show(ui);
        }
        (None, None) => bits::waiting(ui, "Opening the school…"),
    }
}

/// A school that was just set up has no pupils yet.
fn nobody_yet(ui: &mut Ui, actions: &mut Actions) {
    let empty = bits::Empty {
        icon: Icon::People,
        title: "No pupil is here yet",
        why: "Bring in the list that SIMS, Arbor or Bromcom exports, or drop it onto this window",
        button: Some("Import a pupil list"),
    };
    if empty.show(ui) {
        actions.push(Action::Command(CommandId::ImportPupils));
    }
}

fn nothing_yet(ui: &mut Ui, actions: &mut Actions) {
    let empty = bits::Empty {
        icon: Icon::Incident,
        title: "Nothing has been written down yet",
        why: "Incidents and stays in the reflection room appear here, from this device and others",
        button: Some("Log the first incident"),
    };
    if empty.show(ui) {
        actions.push(Action::Command(CommandId::QuickLog));
    }
}

pub(super) fn day_of(item: &TimelineItem) -> Option<Date> {
    item.at.map(|at| at.date())
}

fn days(
    ui: &mut Ui,
    sight: Sight<'_>,
    items: &[TimelineItem],
    walk: &mut Walk,
    actions: &mut Actions,
) {
    let today = sight.model.today();
    ui.spacing_mut().item_spacing.y = 2.0;
    let mut first = true;
    for day in items.chunk_by(|one, other| day_of(one) == day_of(other)) {
        if !first {
            ui.add_space(14.0);
        }
        first = false;
        let date = day.first().and_then(day_of);
        let words =
            date.map_or_else(|| "No date".to_owned(), |date| format::day_heading(date, today));
        bits::section(ui, &words);
        ui.add_space(2.0);
        for item in day {
            let mark = mark(sight, item.record);
            let row = row::record(ui, item, When::time(item), mark);
            walk.note(ui, &row);
            if row.clicked() {
                actions.push(Action::OpenRecord(item.record));
            }
        }
    }
}

pub(super) fn mark(sight: Sight<'_>, record: RecordId) -> Mark {
    if sight.open == Some(record) {
        Mark::Open
    } else if sight.model.has_arrived(record) {
        Mark::Arrived
    } else {
        Mark::None
    }
}
