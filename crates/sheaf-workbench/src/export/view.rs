//! Draws the dialog over everything else.

use eframe::egui::{Align, Context, Key, Layout, Modifiers, Role, Ui, WidgetInfo};
use sheaf_charts::ChartSpec;
use sheaf_school::desk::Place;

use super::state::{Edit, Format, State};
use crate::action::{Action, Actions};
use crate::command::CommandId;
use crate::theme::{text, tokens_of};
use crate::widgets::buttons::Chosen;
use crate::widgets::field::{Field, Shows};
use crate::widgets::overlay::Overlay;
use crate::widgets::{Icon, bits, buttons, keys};

const WIDTH: f32 = 560.0;

/// Draws the dialog; Enter writes, Esc closes.
pub fn show(ctx: &Context, state: &State, actions: &mut Actions) {
    Overlay::new("export", "Export a chart", WIDTH).show(ctx, actions, |ui, actions| {
        if keys::take(ui, Modifiers::NONE, Key::Enter) {
            actions.push(Action::Export(Edit::Write));
        }
        head(ui, actions);
        ui.add_space(10.0);
        which(ui, state, actions);
        formats(ui, state, actions);
        place(ui, state, actions);
        if let Some(spec) = state.spec() {
            preview(ui, spec, state.format);
        }
        ui.add_space(16.0);
        foot(ui, state, actions);
    });
}

fn head(ui: &mut Ui, actions: &mut Actions) {
    ui.horizontal(|ui| {
        ui.label(text::title(ui, "Export a chart"));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if buttons::icon(ui, Icon::Cross, "Close without exporting").clicked() {
                actions.push(Action::Command(CommandId::Close));
            }
        });
    });
}

/// Which chart, where there are several.
fn which(ui: &mut Ui, state: &State, actions: &mut Actions) {
    if state.charts.len() < 2 {
        return;
    }
    let label = ui.label(text::label(ui, "Chart"));
    let title = |spec: &ChartSpec| spec.title.clone();
    let shown = state.spec().map(|spec| title(spec)).unwrap_or_default();
    let combo = buttons::combo("export chart", &shown, ui.available_width());
    let combo = combo.show_ui(ui, |ui| {
        for (place, spec) in state.charts.iter().enumerate() {
            if ui.selectable_label(place == state.chart, title(spec)).clicked() {
                actions.push(Action::Export(Edit::Chart(place)));
            }
        }
    });
    combo.response.labelled_by(label.id);
    ui.add_space(10.0);
}

fn formats(ui: &mut Ui, state: &State, actions: &mut Actions) {
    ui.label(text::label(ui, "Format"));
    ui.horizontal(|ui| {
        for format in Format::ALL {
            let is_it = format == state.format;
            let button = buttons::choice(ui, format.title(), Chosen::from(is_it));
            button.widget_info(|| {
                WidgetInfo::selected(Role::RadioButton, true, is_it, format.title())
            });
            if button.clicked() {
                actions.push(Action::Export(Edit::Format(format)));
            }
        }
    });
    ui.add_space(10.0);
}

/// The folder and the name, and what is found there.
fn place(ui: &mut Ui, state: &State, actions: &mut Actions) {
    let folder = Field {
        label: "Folder",
        hint: "Such as C:\\Users\\me\\Documents",
        typed: &state.folder,
        shows: Shows::Line,
        error: match &state.place {
            Some(Place::Bad(why)) => Some(why.as_str()),
            _ => None,
        },
    };
    if let Some(folder) = folder.show(ui).text {
        actions.push(Action::Export(Edit::Folder(folder)));
    }
    ui.add_space(8.0);
    let label = format!("Name, before .{}", state.format.ending());
    let name = Field {
        label: &label,
        hint: "",
        typed: &state.name,
        shows: Shows::Line,
        error: state.name_error(),
    };
    if let Some(name) = name.show(ui).text {
        actions.push(Action::Export(Edit::Name(name)));
    }
    if state.place == Some(Place::Taken) {
        let ink = tokens_of(ui).watch.ink;
        let words = "A file of this name is there and will be replaced";
        ui.label(text::small(ui, words).color(ink));
    }
    ui.add_space(10.0);
}

/// The words that are written with it.
fn preview(ui: &mut Ui, spec: &ChartSpec, format: Format) {
    ui.label(text::label(
        ui,
        match format {
            Format::Svg | Format::Png => "Written under the chart",
            Format::Csv => "Written above the numbers, each line after a #",
            Format::Xlsx => "Written on a sheet of its own",
        },
    ));
    bits::wash(tokens_of(ui).none).show(ui, |ui| {
        ui.set_width(ui.available_width());
        let color = tokens_of(ui).text;
        for words in [spec.counted().unwrap_or_default(), spec.provenance.notice.clone()] {
            if !words.is_empty() {
                ui.label(text::body(ui, words).color(color));
            }
        }
    });
}

fn foot(ui: &mut Ui, state: &State, actions: &mut Actions) {
    if let Some(why) = &state.refused {
        let ink = tokens_of(ui).act.ink;
        let line = ui.label(text::body(ui, format!("Not written: {why}")).color(ink));
        line.widget_info(|| WidgetInfo::labeled(Role::Alert, true, format!("Not written: {why}")));
        ui.add_space(6.0);
    }
    ui.horizontal(|ui| {
        let write = ui.add_enabled_ui(state.is_ready(), |ui| buttons::primary(ui, "Export"));
        if write.inner.clicked() {
            actions.push(Action::Export(Edit::Write));
        }
        buttons::keycap(ui, "Enter");
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if let Some(spec) = state.spec()
                && buttons::quiet(ui, "Copy the numbers").clicked()
            {
                let what = "The table of numbers";
                actions.push(Action::Copy { text: spec.to_csv(), what });
                actions.push(Action::Command(CommandId::Close));
            }
        });
    });
}
