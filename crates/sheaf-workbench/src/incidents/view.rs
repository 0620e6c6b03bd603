//! Draws the table of incidents.

use eframe::egui::{Align, Frame, Layout, Margin, Ui};
use sheaf_school::desk::{IncidentColumn, IncidentTable};

use super::cells::{self, Cells};
use super::filters;
use super::state::{Edit, State};
use crate::action::{Action, Actions};
use crate::command::CommandId;
use crate::format;
use crate::model::Model;
use crate::theme::{GUTTER, text, tokens_of};
use crate::widgets::grid::{Event, Grid};
use crate::widgets::{Icon, bits, buttons};

/// What the view shows.
#[derive(Clone, Copy, Debug)]
pub struct Sight<'a> {
    /// What is known.
    pub model: &'a Model,
    /// What is asked for, and where the keys are.
    pub state: &'a State,
}

/// Draws the view.
pub fn show(ui: &mut Ui, sight: Sight<'_>, actions: &mut Actions) {
    let side = if ui.available_width() < bits::NARROW { GUTTER / 2.0 } else { GUTTER } as i8;
    let margin = Margin { left: side, right: side, top: 22, bottom: 0 };
    Frame::new().inner_margin(margin).show(ui, |ui| {
        let slot = &sight.model.incidents;
        let table = slot.get().map(|table| &**table);
        heading(ui, sight, table, actions);
        ui.add_space(10.0);
        let is_empty = table.is_some_and(|table| table.rows.is_empty());
        let refused = slot.refused().filter(|_| table.is_some());
        if table.is_some() && !is_empty {
            let choices = table.map(|table| &*table.choices);
            filters::show(ui, &sight.state.query, choices, refused, actions);
            ui.add_space(4.0);
        }
        match (table, slot.refused()) {
            (Some(table), _) => rows(ui, sight, table, actions),
            (None, Some(why)) => refusal(ui, why, actions),
            (None, None) => bits::waiting(ui, "Reading the incidents…"),
        }
    });
}

fn heading(ui: &mut Ui, sight: Sight<'_>, table: Option<&IncidentTable>, actions: &mut Actions) {
    ui.horizontal(|ui| {
        ui.label(text::display(ui, "Incidents"));
        let Some(table) = table.filter(|table| !table.rows.is_empty()) else { return };
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            copy(ui, sight.state, table, actions);
            ui.add_space(6.0);
            ui.label(text::small(ui, count(table)));
        });
    });
    if let Some(table) = table.filter(|table| !table.rows.is_empty()) {
        ui.label(text::small(ui, &table.sentence));
    }
}

fn count(table: &IncidentTable) -> String {
    let (shown, all) = (table.len() as u64, table.rows.len() as u64);
    if shown == all {
        format::count(all, "incident", "incidents")
    } else {
        format!("{} of {}", format::grouped(shown), format::count(all, "incident", "incidents"))
    }
}

fn copy(ui: &mut Ui, state: &State, table: &IncidentTable, actions: &mut Actions) {
    if table.is_empty() {
        return;
    }
    let chosen = state.cursor.chosen();
    let (words, rows) = if chosen.len() > 1 {
        (format!("Copy {} as CSV", format::grouped(chosen.len() as u64)), chosen)
    } else {
        ("Copy all as CSV".to_owned(), 0..table.len())
    };
    if buttons::plain(ui, &words).clicked() {
        actions.push(Action::CopyIncidents(rows));
    }
}

fn rows(ui: &mut Ui, sight: Sight<'_>, table: &IncidentTable, actions: &mut Actions) {
    if table.spaces.is_empty() {
        no_space(ui, actions);
    } else if table.rows.is_empty() {
        nothing_yet(ui, actions);
    } else if table.is_empty() {
        filtered_out(ui, table, actions);
    } else {
        grid(ui, sight, table, actions);
    }
}

fn grid(ui: &mut Ui, sight: Sight<'_>, table: &IncidentTable, actions: &mut Actions) {
    let columns = cells::columns(table);
    let state = sight.state;
    let grid = Grid {
        name: "Incidents, row by row",
        columns: &columns,
        rows: table.len(),
        cursor: state.cursor,
        takes_focus: state.takes_focus,
    };
    let cells = Cells { table, today: sight.model.today(), tokens: tokens_of(ui) };
    for event in grid.show(ui, &cells) {
        actions.extend(action(event, state, table));
    }
}

fn action(event: Event, state: &State, table: &IncidentTable) -> Option<Action> {
    Some(match event {
        Event::Sort(column) => Action::Incidents(Edit::Sort(*IncidentColumn::ALL.get(column)?)),
        Event::Walk(step) => Action::Incidents(Edit::Walk(step)),
        Event::ChooseAll => Action::Incidents(Edit::ChooseAll),
        Event::Settled => Action::Incidents(Edit::Settled),
        Event::Open(row) => Action::OpenRecord(table.row(row)?.record),
        Event::Copy => Action::CopyIncidents(state.cursor.chosen()),
    })
}

fn no_space(ui: &mut Ui, actions: &mut Actions) {
    let empty = bits::Empty {
        icon: Icon::Lock,
        title: "This device may not read incidents yet",
        why: "Incidents are in spaces, and you are in none: ask your head or a lead to admit you",
        button: Some("Look again"),
    };
    if empty.show(ui) {
        actions.push(Action::Incidents(Edit::Again));
    }
}

fn nothing_yet(ui: &mut Ui, actions: &mut Actions) {
    let empty = bits::Empty {
        icon: Icon::Incident,
        title: "No incident has been written down yet",
        why: "What is logged here or on a colleague's device stands in this table at once",
        button: Some("Log the first incident"),
    };
    if empty.show(ui) {
        actions.push(Action::Command(CommandId::QuickLog));
    }
}

fn filtered_out(ui: &mut Ui, table: &IncidentTable, actions: &mut Actions) {
    let all = format::count(table.rows.len() as u64, "incident is", "incidents are");
    let why = format!("{all} here, and the filter hides every one");
    let empty = bits::Empty {
        icon: Icon::Search,
        title: "No incident fits the filter",
        why: &why,
        button: Some("Clear the filter"),
    };
    if empty.show(ui) {
        actions.push(Action::Incidents(Edit::Clear));
    }
}

fn refusal(ui: &mut Ui, why: &str, actions: &mut Actions) {
    let title = "The incidents cannot be shown";
    let empty = bits::Empty { icon: Icon::Stop, title, why, button: Some("Try again") };
    if empty.show(ui) {
        actions.push(Action::Incidents(Edit::Again));
    }
}
