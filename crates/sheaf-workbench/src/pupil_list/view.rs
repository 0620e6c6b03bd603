//! Draws the import of a pupil list.

use eframe::egui::{Align, Key, Layout, Modifiers, Spinner, Ui, vec2};
use sheaf_school::ImportOutcome;
use sheaf_school::desk::{ListSheet, RowState};

use super::cells::{COLUMNS, Cells, words};
use super::intro;
use super::state::{Edit, Part, State, Work};
use crate::action::{Action, Actions};
use crate::format;
use crate::theme::{Tone, text, tokens_of};
use crate::widgets::field::{Field, Shows};
use crate::widgets::grid::{Event, Grid, ROW};
use crate::widgets::{Icon, bits, buttons, keys};

/// What the view shows.
#[derive(Clone, Copy, Debug)]
pub struct Sight<'a> {
    /// The list.
    pub state: &'a State,
}

const WIDEST: f32 = 1080.0;

/// The height of what stands around the table, and of the table at least.
const AROUND: f32 = 440.0;
const LEAST_TABLE: f32 = 240.0;

/// At most so many pupils who are not in the list are named.
const MOST_NAMED: usize = 12;

/// Draws the view.
pub fn show(ui: &mut Ui, sight: Sight<'_>, actions: &mut Actions) {
    let state = sight.state;
    bits::page(ui, WIDEST, |ui| {
        ui.label(text::display(ui, "Import pupils"));
        ui.label(text::soft(ui, "From the list that the school's management system exports"));
        ui.add_space(14.0);
        file(ui, state, actions);
        ui.add_space(14.0);
        if let Some(why) = &state.refused {
            intro::refusal(ui, why);
            ui.add_space(12.0);
        }
        match (&state.asks, &state.sheet) {
            (Some(asks), _) => intro::question(ui, asks, actions),
            (None, Some(sheet)) => list(ui, state, sheet, actions),
            (None, None) => intro::show(ui),
        }
    });
}

/// The box for the place of the file, and the button that reads it.
fn file(ui: &mut Ui, state: &State, actions: &mut Actions) {
    let field = Field {
        label: "The file",
        hint: "Drop it onto this window, or type its place, such as ~/Downloads/pupils.csv",
        typed: &state.typed,
        shows: Shows::Line,
        error: None,
    };
    let typed = field.show(ui);
    if state.sends_keys == Some(Part::File) {
        typed.response.request_focus();
        actions.push(Action::PupilList(Edit::Settled));
    }
    let entered = typed.response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    if let Some(text) = typed.text {
        actions.push(Action::PupilList(Edit::Path(text)));
    }
    ui.add_space(4.0);
    ui.horizontal(|ui| {
        let pressed = ui.add_enabled_ui(!state.typed.trim().is_empty(), |ui| match state.sheet {
            Some(_) => buttons::plain(ui, "Read it again").clicked(),
            None => buttons::primary(ui, "Read the list").clicked(),
        });
        if (pressed.inner || entered) && state.work.is_none() {
            actions.push(Action::PupilList(Edit::Read));
        }
        match state.work {
            Some(Work::Reading) => at_work(ui, "Reading the list; nothing is written"),
            Some(Work::Writing(0)) => at_work(ui, "Looking at what is here by now…"),
            Some(Work::Writing(count)) => {
                let pupils = format::count(count as u64, "pupil", "pupils");
                at_work(ui, &format!("Writing: {pupils} so far"));
            }
            None => {}
        }
    });
}

fn at_work(ui: &mut Ui, words: &str) {
    ui.add(Spinner::new().size(16.0));
    ui.label(text::small(ui, words));
}

fn list(ui: &mut Ui, state: &State, sheet: &ListSheet, actions: &mut Actions) {
    outcome(ui, state, sheet, actions);
    ui.add_space(12.0);
    filters(ui, state, sheet, actions);
    ui.add_space(6.0);
    table(ui, state, actions);
    ui.add_space(10.0);
    about(ui, sheet);
}

/// What the list would do or has done, with the button that does it.
fn outcome(ui: &mut Ui, state: &State, sheet: &ListSheet, actions: &mut Actions) {
    let tokens = tokens_of(ui);
    let refused = state.count(RowState::Refused);
    let parts = counted(state);
    let rows = format::count(refused as u64, "row is", "rows are");
    let (title, tone) = match sheet.outcome {
        ImportOutcome::Imported => (format!("Imported: {parts}"), tokens.good),
        ImportOutcome::NothingNew => ("Everything in the list is known".to_owned(), tokens.good),
        ImportOutcome::Refused => {
            let words = format!("Nothing was written: by now {rows} refused. Read the list again");
            (words, tokens.act)
        }
        _ if state.writes() == 0 && refused == 0 => {
            ("Everything in the list is known: there is nothing to import".to_owned(), tokens.good)
        }
        _ => (format!("Nothing is written yet: {parts}"), tokens.info),
    };
    let about = match (sheet.outcome, refused) {
        (ImportOutcome::Imported, 0) => {
            "What changed stands below; the history of each pupil says that a list brought it"
                .to_owned()
        }
        (ImportOutcome::Imported, _) => {
            format!("{rows} refused and left out; correct the file and import it again")
        }
        (_, 0) => "No row is refused".to_owned(),
        (_, 1) => "1 row is refused: correct it in the file, or leave it out".to_owned(),
        (_, _) => format!("{rows} refused: correct them in the file, or leave them out"),
    };
    said(ui, (&title, &about), tone, |ui| {
        if state.can_import() && state.work.is_none() {
            let pupils = format::count(state.writes() as u64, "pupil", "pupils");
            if buttons::primary(ui, &format!("Import {pupils}")).clicked()
                || keys::take(ui, Modifiers::COMMAND, Key::Enter)
            {
                actions.push(Action::PupilList(Edit::Import));
            }
        } else if sheet.outcome == ImportOutcome::Imported
            && buttons::plain(ui, "Import another list").clicked()
        {
            actions.push(Action::PupilList(Edit::Another));
        }
    });
}

/// How many pupils are new, change or stay, as far as there are any.
fn counted(state: &State) -> String {
    let kept = state.count(RowState::Same) + state.count(RowState::Repeated);
    let new = state.count(RowState::New);
    let words = if new == 1 { "new pupil" } else { "new pupils" };
    let all = [(new, words), (state.count(RowState::Changed), "changed"), (kept, "as they are")];
    let told = all.into_iter().filter(|(count, _)| *count > 0);
    let told = told.map(|(count, words)| format!("{} {words}", format::grouped(count as u64)));
    let told: Vec<String> = told.collect();
    if told.is_empty() { "no row can be taken in".to_owned() } else { told.join(", ") }
}

fn said(ui: &mut Ui, (title, about): (&str, &str), tone: Tone, button: impl FnOnce(&mut Ui)) {
    bits::wash(tone).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.horizontal(|ui| {
            ui.vertical(|ui| {
                ui.set_width((ui.available_width() - 190.0).max(160.0));
                ui.label(text::strong(ui, title).color(tone.ink));
                ui.label(text::small(ui, about).color(tone.ink));
            });
            ui.with_layout(Layout::right_to_left(Align::Center), button);
        });
    });
}

fn filters(ui: &mut Ui, state: &State, sheet: &ListSheet, actions: &mut Actions) {
    let all = [RowState::Refused, RowState::New, RowState::Changed, RowState::Same];
    let all = all.into_iter().chain([RowState::Repeated]);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        let rows = format!("All rows  {}", format::grouped(sheet.rows.len() as u64));
        if buttons::choice(ui, &rows, state.filter.is_none().into()).clicked() {
            actions.push(Action::PupilList(Edit::Filter(None)));
        }
        for one in all.filter(|one| state.count(*one) > 0) {
            let words = format!("{}  {}", words(one), format::grouped(state.count(one) as u64));
            let is_chosen = state.filter == Some(one);
            if buttons::choice(ui, &words, is_chosen.into()).clicked() {
                actions.push(Action::PupilList(Edit::Filter(Some(one))));
            }
        }
    });
}

fn table(ui: &mut Ui, state: &State, actions: &mut Actions) {
    let rows = state.shown();
    let cells = Cells { rows: &rows, tokens: tokens_of(ui) };
    let room = (ui.ctx().content_rect().height() - AROUND).max(LEAST_TABLE);
    let size = vec2(ui.available_width(), room.min((rows.len() as f32 + 1.0) * ROW));
    let grid = Grid {
        name: "The list, row by row",
        columns: &COLUMNS,
        rows: rows.len(),
        cursor: state.cursor,
        takes_focus: state.sends_keys == Some(Part::Rows),
    };
    let events = ui.allocate_ui_with_layout(size, Layout::top_down(Align::Min), |ui| {
        ui.set_height(size.y);
        grid.show(ui, &cells)
    });
    for event in events.inner {
        match event {
            Event::Walk(step) => actions.push(Action::PupilList(Edit::Walk(step))),
            Event::Settled => actions.push(Action::PupilList(Edit::Settled)),
            Event::Open(row) => {
                let pupil = rows.get(row).and_then(|row| row.record);
                actions.extend(pupil.map(Action::OpenPupil));
            }
            Event::Sort(_) | Event::ChooseAll | Event::Copy => {}
        }
    }
    let chosen = state.cursor.at.and_then(|at| rows.get(at)).filter(|row| !row.says.is_empty());
    if let Some(row) = chosen {
        ui.add_space(6.0);
        ui.label(text::strong(ui, format!("Line {}: {}", row.line, row.pupil)));
        ui.label(text::body(ui, &row.says));
    }
}

/// How the file was read, who is not in it, what else is to be known.
fn about(ui: &mut Ui, sheet: &ListSheet) {
    let columns = sheet.columns.iter().map(|(field, column)| match field == column {
        true => field.clone(),
        false => format!("{field} from “{column}”"),
    });
    fact(
        ui,
        Icon::Info,
        &format!("{}. Read: {}", sheet.source, columns.collect::<Vec<_>>().join(", ")),
    );
    for note in &sheet.notes {
        fact(ui, Icon::Info, note);
    }
    let count = sheet.missing.len();
    if count > 0 {
        let are = format::count(count as u64, "pupil is", "pupils are");
        let named: Vec<&str> = sheet.missing.iter().take(MOST_NAMED).map(String::as_str).collect();
        let rest = if count > MOST_NAMED { " and others" } else { "" };
        let words = format!(
            "{are} on the roll here and not in the list, and nothing is changed about them: {}{rest}",
            named.join(", ")
        );
        fact(ui, Icon::People, &words);
    }
}

fn fact(ui: &mut Ui, sign: Icon, words: &str) {
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 8.0;
        sign.show(ui, 14.0, tokens_of(ui).faint);
        ui.vertical(|ui| {
            ui.set_width(ui.available_width());
            ui.label(text::small(ui, words));
        });
    });
}
