//! The keys and what they do, from the table of commands.

use eframe::egui::{Align, Context, Layout, ScrollArea, Ui};

use crate::action::{Action, Actions};
use crate::command::{COMMANDS, Command, CommandId, Group};
use crate::theme::text;
use crate::widgets::overlay::Overlay;
use crate::widgets::{Icon, bits, buttons};

const WIDTH: f32 = 820.0;

/// The groups stand in two columns where there is so much room.
const ROOM_FOR_TWO: f32 = 700.0;

/// Draws the list over everything else.
pub fn show(ctx: &Context, actions: &mut Actions) {
    let height = ctx.content_rect().height();
    let height = (height - 160.0).max(height * 0.84);
    let list = Overlay::new("help", "Keys and what they do", WIDTH).height(height);
    list.show(ctx, actions, |ui, actions| {
        ui.horizontal(|ui| {
            ui.label(text::title(ui, "Keys and what they do"));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if buttons::icon(ui, Icon::Cross, "Close the list of keys").clicked() {
                    actions.push(Action::Command(CommandId::Close));
                }
            });
        });
        ui.add_space(12.0);
        ScrollArea::vertical().max_height(height - 60.0).show(ui, columns);
    });
}

fn columns(ui: &mut Ui) {
    if ui.available_width() < ROOM_FOR_TWO {
        ui.set_width(ui.available_width());
        Group::ALL.iter().for_each(|name| group(ui, *name));
        return;
    }
    ui.spacing_mut().item_spacing.x = 40.0;
    ui.columns_const(|[left, right]| {
        let (first, rest) = Group::ALL.split_at(2);
        first.iter().for_each(|name| group(left, *name));
        rest.iter().for_each(|name| group(right, *name));
    });
}

fn group(ui: &mut Ui, group: Group) {
    ui.spacing_mut().item_spacing.x = 8.0;
    bits::section(ui, group.title());
    ui.add_space(2.0);
    for command in COMMANDS.iter().filter(|command| command.group == group) {
        line(ui, command);
    }
    ui.add_space(16.0);
}

fn line(ui: &mut Ui, command: &Command) {
    ui.horizontal(|ui| {
        ui.set_min_height(28.0);
        ui.label(text::body(ui, command.name)).on_hover_text(command.help);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 5.0;
            for keys in command.keys.iter().rev() {
                buttons::keycap(ui, &keys.words(ui.ctx()));
            }
        });
    });
}
