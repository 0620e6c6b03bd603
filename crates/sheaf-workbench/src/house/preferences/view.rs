//! Draws the settings.

use eframe::egui::{Align, Layout, Role, Ui, WidgetInfo};
use sheaf_school::desk::HomeLine;

use super::state::{Edit, State};
use crate::action::{Action, Actions};
use crate::command::{self, CommandId};
use crate::house::front::LockAfter;
use crate::model::Model;
use crate::settings::{Names, Settings};
use crate::theme::{ThemeName, text};
use crate::widgets::buttons::Chosen;
use crate::widgets::field::{Field, Shows};
use crate::widgets::{Icon, bits, buttons};

/// What the view shows.
#[derive(Clone, Copy, Debug)]
pub struct Sight<'a> {
    /// What is known.
    pub model: &'a Model,
    /// What is being typed.
    pub state: &'a State,
    /// How things are set.
    pub settings: &'a Settings,
}

const WIDEST: f32 = 760.0;

/// The sizes that are offered; the keys reach those between.
const SIZES: [f32; 7] = [0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0];

/// Draws the view.
pub fn show(ui: &mut Ui, sight: Sight<'_>, actions: &mut Actions) {
    bits::page(ui, WIDEST, |ui| {
        ui.label(text::display(ui, "Settings"));
        ui.label(text::soft(ui, "For this device; colleagues have their own"));
        ui.add_space(14.0);
        card(ui, "How it looks", |ui| looks(ui, sight.settings, actions));
        card(ui, "Layouts", |ui| layouts(ui, sight, actions));
        card(ui, "Privacy", |ui| privacy(ui, sight.settings, actions));
        card(ui, "Lock", |ui| lock(ui, sight, actions));
        card(ui, "Exports", |ui| exports(ui, sight.settings, actions));
        card(ui, "Your data", |ui| data(ui, sight.model, actions));
    });
}

fn card(ui: &mut Ui, title: &str, add: impl FnOnce(&mut Ui)) {
    bits::card(ui).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.label(text::title(ui, title));
        ui.add_space(6.0);
        add(ui);
    });
    ui.add_space(12.0);
}

const fn prefer(edit: Edit) -> Action {
    Action::Preferences(edit)
}

fn one_of(ui: &mut Ui, words: &str, spoken: &str, chosen: bool) -> bool {
    let button = buttons::choice(ui, words, Chosen::from(chosen));
    button.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, chosen, spoken));
    button.clicked()
}

fn looks(ui: &mut Ui, settings: &Settings, actions: &mut Actions) {
    ui.label(text::label(ui, "Theme"));
    ui.horizontal(|ui| {
        for (words, theme) in [("Light", ThemeName::Light), ("Dark", ThemeName::Dark)] {
            if one_of(ui, words, &format!("{words} theme"), settings.theme == theme) {
                actions.push(prefer(Edit::Theme(theme)));
            }
        }
    });
    ui.add_space(8.0);
    let percent = |zoom: f32| format!("{:.0} %", zoom * 100.0);
    let is_offered = SIZES.iter().any(|size| (size - settings.zoom).abs() < 0.01);
    let now = if is_offered { String::new() } else { format!("  {}", percent(settings.zoom)) };
    ui.label(text::label(ui, format!("Size{now}")));
    ui.horizontal_wrapped(|ui| {
        for size in SIZES {
            let chosen = (settings.zoom - size).abs() < 0.01;
            if one_of(ui, &percent(size), &format!("Size {}", percent(size)), chosen) {
                actions.push(prefer(Edit::Zoom(size)));
            }
        }
    });
    ui.horizontal(|ui| {
        for (id, words) in [(CommandId::ZoomIn, "larger"), (CommandId::ZoomOut, "smaller")] {
            hint(ui, id, words);
            ui.add_space(8.0);
        }
    });
}

fn hint(ui: &mut Ui, id: CommandId, words: &str) {
    if let Some(command) = command::find(id) {
        let keys = command.keys_in_words(ui.ctx());
        buttons::hint(ui, &keys, words);
    }
}

fn layouts(ui: &mut Ui, sight: Sight<'_>, actions: &mut Actions) {
    for name in sight.settings.layouts.keys() {
        ui.horizontal(|ui| {
            Icon::List.show(ui, 14.0, crate::theme::tokens_of(ui).soft);
            ui.label(text::body(ui, name));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let forget = buttons::quiet(ui, "Forget");
                let spoken = format!("Forget the layout {name}");
                forget.widget_info(|| WidgetInfo::labeled(Role::Button, true, &spoken));
                if forget.clicked() {
                    actions.push(prefer(Edit::Forget(name.clone())));
                }
                let button = buttons::plain(ui, "Use");
                let spoken = format!("Use the layout {name}");
                button.widget_info(|| WidgetInfo::labeled(Role::Button, true, &spoken));
                if button.clicked() {
                    actions.push(prefer(Edit::Use(name.clone())));
                }
            });
        });
    }
    let field = Field {
        label: "Keep the views as they stand now under a name",
        hint: "Monday meeting",
        typed: &sight.state.name,
        shows: Shows::Line,
        error: None,
    };
    if let Some(typed) = field.show(ui).text {
        actions.push(prefer(Edit::Name(typed)));
    }
    ui.add_space(2.0);
    ui.horizontal(|ui| {
        ui.add_enabled_ui(!sight.state.name.trim().is_empty(), |ui| {
            if buttons::plain(ui, "Keep the layout").clicked() {
                actions.push(prefer(Edit::KeepLayout));
            }
        });
        if buttons::quiet(ui, "Put the views back").clicked() {
            actions.push(Action::Command(CommandId::ResetLayout));
        }
    });
    ui.label(text::small(
        ui,
        "Open pupils are not kept: nothing of a pupil lies outside the school",
    ));
}

fn privacy(ui: &mut Ui, settings: &Settings, actions: &mut Actions) {
    let mut hidden = settings.names == Names::Initials;
    ui.horizontal(|ui| {
        if ui.checkbox(&mut hidden, "Initials instead of pupils' names").changed() {
            actions.push(prefer(Edit::TurnNames));
        }
        keycap(ui, CommandId::Present);
    });
    let words = "For a screen that others see: names become initials everywhere, and free text is \
                 hidden";
    ui.label(text::small(ui, words));
    ui.add_space(6.0);
    ui.horizontal(|ui| {
        if buttons::plain(ui, "Blank the screen now").clicked() {
            actions.push(Action::Command(CommandId::Blank));
        }
        keycap(ui, CommandId::Blank);
    });
}

fn lock(ui: &mut Ui, sight: Sight<'_>, actions: &mut Actions) {
    if sight.model.is_invented() {
        ui.label(text::soft(ui, "An invented school has no passphrase, so it does not lock"));
        return;
    }
    ui.label(text::label(ui, "When nobody has touched the window for"));
    ui.horizontal_wrapped(|ui| {
        for after in LockAfter::OFFERED {
            let spoken = format!("Lock after {after}");
            let chosen = sight.settings.lock_after == after;
            if one_of(ui, &after.to_string(), &spoken, chosen) {
                actions.push(prefer(Edit::LockAfter(after)));
            }
        }
    });
    let words = "Locked, this device asks for its passphrase, holds no keys and replicates with \
                 nobody";
    ui.label(text::small(ui, words));
    ui.add_space(6.0);
    ui.horizontal(|ui| {
        if buttons::plain(ui, "Lock now").clicked() {
            actions.push(Action::Command(CommandId::Lock));
        }
        keycap(ui, CommandId::Lock);
    });
}

fn keycap(ui: &mut Ui, id: CommandId) {
    if let Some(command) = command::find(id) {
        let keys = command.keys_in_words(ui.ctx());
        buttons::keycap(ui, &keys);
    }
}

fn exports(ui: &mut Ui, settings: &Settings, actions: &mut Actions) {
    let folder = settings.exports.display().to_string();
    let field = Field {
        label: "The folder for exported charts",
        hint: "Documents",
        typed: &folder,
        shows: Shows::Line,
        error: None,
    };
    if let Some(typed) = field.show(ui).text {
        actions.push(prefer(Edit::Exports(typed)));
    }
}

fn data(ui: &mut Ui, model: &Model, actions: &mut Actions) {
    match (model.home.get(), model.home.refused()) {
        (Some(home), _) => folder(ui, home, actions),
        (None, Some(why)) => {
            ui.label(text::soft(ui, why));
        }
        (None, None) => {
            ui.label(text::small(ui, "Looking…"));
        }
    }
}

fn folder(ui: &mut Ui, home: &HomeLine, actions: &mut Actions) {
    let folder = home.folder.display().to_string();
    ui.label(text::body(ui, &folder));
    let locked = if home.is_protected {
        "encrypted under your passphrase"
    } else {
        "an invented school, so without a passphrase"
    };
    ui.label(text::small(ui, format!("{}, {locked}", size_words(home.bytes))));
    ui.add_space(4.0);
    ui.horizontal_wrapped(|ui| {
        for (words, id) in [
            ("Change the passphrase…", CommandId::ChangePassphrase),
            ("Back up…", CommandId::BackUp),
        ] {
            let is_for_this = home.is_protected || id != CommandId::ChangePassphrase;
            if is_for_this && buttons::plain(ui, words).clicked() {
                actions.push(Action::Command(id));
            }
        }
        if buttons::quiet(ui, "Copy the path").clicked() {
            actions.push(Action::Copy { text: folder, what: "The path" });
        }
    });
    ui.add_space(4.0);
    let words = "A full copy of what you may see lies here, and on each colleague's device what \
                 they may see. There is no server";
    ui.label(text::soft(ui, words));
}

/// `34.2 MB`, in powers of ten as disks are sold.
fn size_words(bytes: u64) -> String {
    let megabytes = bytes as f64 / 1e6;
    if megabytes < 0.1 {
        format!("{} kB", bytes.div_ceil(1000))
    } else {
        format!("{megabytes:.1} MB")
    }
}

#[cfg(test)]
mod tests {
    use super::size_words;

    #[test]
    fn a_size_is_read_in_megabytes() {
        assert_eq!(size_words(34_200_000), "34.2 MB");
        assert_eq!(size_words(4_100), "5 kB");
    }
}
