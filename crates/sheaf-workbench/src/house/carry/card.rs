//! Draws the ways by which records reach colleagues where the network is not enough.

use eframe::egui::{Align, Label, Layout, Role, Ui, WidgetInfo};
use sheaf_school::FolderStands;
use sheaf_school::desk::{CarryRequest, FolderLine, PeoplePage};

use crate::action::{Action, Actions};
use crate::command::CommandId;
use crate::house::people;
use crate::theme::{text, tokens_of};
use crate::widgets::{Icon, bits, buttons};

/// Draws the card.
pub fn show(ui: &mut Ui, page: &PeoplePage, actions: &mut Actions) {
    bits::card(ui).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.label(text::title(ui, "Where the network is not enough"));
        let words =
            "Sealed as everything is: whoever keeps a folder or finds a stick reads nothing";
        ui.label(text::soft(ui, words));
        ui.add_space(6.0);
        page.folders.iter().for_each(|line| folder(ui, line, actions));
        ui.horizontal_wrapped(|ui| {
            for (words, command) in [
                ("Use a shared folder…", CommandId::UseFolder),
                ("Write a bundle for…", CommandId::WriteBundle),
                ("Read a bundle…", CommandId::ReadBundle),
                ("Connect to an address…", CommandId::Connect),
            ] {
                if buttons::plain(ui, words).clicked() {
                    actions.push(Action::Command(command));
                }
            }
            let may = page.may_invite_locker && page.is_online;
            if may && buttons::plain(ui, "Add an always-on device…").clicked() {
                actions.push(Action::People(people::Edit::BeginLocker));
            }
        });
    });
    ui.add_space(10.0);
}

fn folder(ui: &mut Ui, line: &FolderLine, actions: &mut Actions) {
    let tokens = tokens_of(ui);
    let (icon, tone, says) = match &line.stands {
        FolderStands::Level => (Icon::Check, tokens.good, "Everything that lies there is here"),
        FolderStands::Unfinished => {
            (Icon::Info, tokens.info, "Not all that lies there is whole yet; it is looked at again")
        }
        FolderStands::Away(why) => (Icon::Warning, tokens.watch, why.as_str()),
        FolderStands::Unknown => (Icon::Info, tokens.none, "Not looked at yet from this window"),
    };
    ui.horizontal_top(|ui| {
        icon.show(ui, 15.0, tone.ink);
        ui.add_space(4.0);
        ui.with_layout(Layout::right_to_left(Align::TOP), |ui| {
            let button = buttons::quiet(ui, "Stop");
            let spoken = format!("Stop using {}", line.folder.display());
            button.widget_info(|| WidgetInfo::labeled(Role::Button, true, &spoken));
            if button.clicked() {
                actions.push(Action::Carry(CarryRequest::StopFolder(line.folder.clone())));
            }
            ui.with_layout(Layout::top_down(Align::Min), |ui| {
                ui.spacing_mut().item_spacing.y = 1.0;
                let name = text::strong(ui, line.folder.display().to_string());
                ui.add(Label::new(name).wrap());
                ui.add(Label::new(text::small(ui, says)).wrap());
            });
        });
    });
    ui.add_space(6.0);
}
