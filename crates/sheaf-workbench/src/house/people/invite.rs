//! Draws the invitation: what it will say, the code and the ticket while it waits, how it ended.

use eframe::egui::{Align, Label, Layout, RichText, Role, Ui, WidgetInfo};
use sheaf_school::desk::{InviteForm, InviteLine, PeoplePage};

use super::qr;
use super::state::{Edit, Invite, LOCKER, MAX_GUESSES, MINUTES};
use super::view::Sight;
use crate::action::{Action, Actions};
use crate::theme::text::Rank;
use crate::theme::{Tone, text, tokens_of};
use crate::widgets::buttons::Chosen;
use crate::widgets::{Icon, bits, buttons};

const QR_SIZE: f32 = 284.0;
/// The size of the words that are read out.
const CODE_POINTS: f32 = 30.0;

/// Draws the card of the invitation.
pub fn show(ui: &mut Ui, sight: Sight<'_>, page: &PeoplePage, actions: &mut Actions) {
    match &sight.state.invite {
        Invite::None => {}
        Invite::Form { form, is_sent, refused } => {
            bits::card(ui)
                .show(ui, |ui| {
                    ui.set_width(ui.available_width());
                    self::form(ui, form, page, actions);
                    if let Some(why) = refused {
                        ui.label(text::small(ui, why).color(tokens_of(ui).act.ink));
                    }
                    ui.add_space(6.0);
                    send(ui, *is_sent, actions);
                })
                .inner
        }
        Invite::Waits { line, ends } => waits(ui, line, ends - sight.now, actions),
        Invite::Joined(person) => {
            let words = format!("{person} has joined");
            let tone = tokens_of(ui).good;
            ended(ui, (Icon::Check, tone), &words, "Invite another", actions);
        }
        Invite::Over(why) => {
            let words = format!("The invitation has ended: {why}");
            let tone = tokens_of(ui).watch;
            ended(ui, (Icon::Info, tone), &words, "Invite again", actions);
        }
    }
}

fn form(ui: &mut Ui, form: &InviteForm, page: &PeoplePage, actions: &mut Actions) {
    match &form.device_of {
        None if form.role == LOCKER => {
            ui.label(text::title(ui, "Add an always-on device"));
            let words = "A small PC in the office, by cable: it takes what one laptop has written \
                         and hands it to the next. It keeps everything sealed and can read nothing";
            ui.label(text::soft(ui, words));
            ui.add_space(2.0);
        }
        None => {
            ui.label(text::title(ui, "Invite a colleague"));
            let words =
                "You read four words out, or they scan a code, while this window stays open";
            ui.label(text::soft(ui, words));
            ui.add_space(8.0);
            rights(ui, form, page, actions);
        }
        Some((_, name)) => {
            ui.label(text::title(ui, format!("Add a device for {name}")));
            let words = "It holds what their other devices hold, under their name. It joins by four \
                         words, or it scans a code, while this window stays open";
            ui.label(text::soft(ui, words));
            ui.add_space(2.0);
        }
    }
    ui.add_space(6.0);
    ui.label(text::label(ui, "The invitation is good for"));
    ui.horizontal(|ui| {
        for minutes in MINUTES {
            let words = format!("{minutes} minutes");
            let chosen = Chosen::from(form.minutes == minutes);
            if buttons::choice(ui, &words, chosen).clicked() {
                actions.push(Action::People(Edit::Minutes(minutes)));
            }
        }
    });
}

fn rights(ui: &mut Ui, form: &InviteForm, page: &PeoplePage, actions: &mut Actions) {
    ui.label(text::label(ui, "As"));
    ui.horizontal_wrapped(|ui| {
        for role in &page.roles {
            let chosen = Chosen::from(role.code == form.role);
            let button = buttons::choice(ui, &role.title, chosen);
            let is_chosen = chosen == Chosen::Yes;
            button.widget_info(|| {
                let name = format!("Invite as {}", role.title.to_lowercase());
                WidgetInfo::selected(Role::RadioButton, true, is_chosen, name)
            });
            if button.clicked() {
                actions.push(Action::People(Edit::Role(role.code.clone())));
            }
        }
    });
    if page.spaces.is_empty() {
        return;
    }
    ui.add_space(6.0);
    ui.label(text::label(ui, "Also into"));
    for space in &page.spaces {
        let mut on = form.spaces.contains(space);
        if ui.checkbox(&mut on, space).changed() {
            actions.push(Action::People(Edit::Space(space.clone())));
        }
    }
}

fn send(ui: &mut Ui, is_sent: bool, actions: &mut Actions) {
    ui.horizontal(|ui| {
        ui.add_enabled_ui(!is_sent, |ui| {
            if buttons::primary(ui, "Invite").clicked() {
                actions.push(Action::Invite);
            }
        });
        if buttons::quiet(ui, "Not now").clicked() {
            actions.push(Action::People(Edit::Leave));
        }
    });
}

/// `9:41`.
fn countdown(seconds: f64) -> String {
    let left = seconds.max(0.0).ceil() as u64;
    format!("{}:{:02}", left / 60, left % 60)
}

fn waits(ui: &mut Ui, line: &InviteLine, left: f64, actions: &mut Actions) {
    // The next frame comes when the next second does.
    ui.ctx().request_repaint_after_secs((left.fract().abs() as f32).max(0.05));
    bits::card(ui).show(ui, |ui| {
        ui.set_width(ui.available_width());
        let is_narrow = ui.available_width() < bits::NARROW;
        if is_narrow {
            spoken(ui, line, left, actions);
            ui.add_space(14.0);
            ui.vertical_centered(|ui| scanned(ui, line, actions));
        } else {
            ui.horizontal_top(|ui| {
                let rest = ui.available_width() - QR_SIZE - 20.0;
                ui.vertical(|ui| {
                    ui.set_width(rest);
                    spoken(ui, line, left, actions);
                });
                ui.add_space(8.0);
                ui.vertical(|ui| scanned(ui, line, actions));
            });
        }
    });
}

/// The words to read out: what people do in a corridor.
fn spoken(ui: &mut Ui, line: &InviteLine, left: f64, actions: &mut Actions) {
    ui.horizontal(|ui| {
        let words = match line.is_for_locker {
            true => "Type these four words on that PC",
            false => "Read these four words out",
        };
        ui.label(text::title(ui, words));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let words = countdown(left);
            let label = ui.label(text::title(ui, &words));
            let spoken = format!("Time left {words}");
            label.widget_info(|| WidgetInfo::labeled(Role::Label, true, &spoken));
        });
    });
    ui.add_space(6.0);
    let tokens = tokens_of(ui);
    bits::wash(Tone { ink: tokens.text, wash: tokens.sunken }).show(ui, |ui| {
        ui.set_width(ui.available_width());
        let font = Rank::Display.face().1.font(CODE_POINTS);
        let words = RichText::new(&line.code).font(font).color(tokens.text);
        let label = ui.add(Label::new(words).wrap().selectable(true));
        let spoken = format!("The code {}", line.code);
        label.widget_info(|| WidgetInfo::labeled(Role::Label, true, &spoken));
    });
    ui.add_space(6.0);
    ui.label(text::soft(ui, where_to(line)));
    ui.add_space(4.0);
    guesses(ui, line.attempts_left);
    if let Some(address) = &line.address {
        let words =
            format!("If their device does not find this one, they add the address {address}");
        ui.label(text::small(ui, words));
    }
    ui.add_space(8.0);
    if buttons::plain(ui, "Cancel the invitation").clicked() {
        actions.push(Action::EndInvite);
    }
}

/// Where the words are typed.
fn where_to(line: &InviteLine) -> String {
    const TELL_NOBODY: &str = "Whoever has the words can join, once: tell nobody else";
    if line.is_for_locker {
        return format!(
            "On that PC type: sheaf join \"{}\" --person \"The office\"; then let sheaf serve \
             --locker start with it. It is let into no space. {TELL_NOBODY}",
            line.code
        );
    }
    let who = &line.who;
    format!(
        "On their device they choose “Join a colleague” and type the words. They come in as \
         {who}. {TELL_NOBODY}"
    )
}

fn guesses(ui: &mut Ui, left: u8) {
    let tokens = tokens_of(ui);
    if left >= MAX_GUESSES {
        ui.label(text::small(ui, format!("{left} wrong guesses end it")));
        return;
    }
    let last = if left == 1 { "one more ends it" } else { "two more end it" };
    let words = format!("Somebody has typed a wrong code: {last}");
    ui.horizontal(|ui| {
        Icon::Info.show(ui, 14.0, tokens.watch.ink);
        ui.label(text::small(ui, words).color(tokens.watch.ink));
    });
}

/// The ticket, as a picture and for the clipboard.
fn scanned(ui: &mut Ui, line: &InviteLine, actions: &mut Actions) {
    match qr::modules(&line.ticket) {
        Some(modules) => qr::show(ui, &modules, "The ticket as a QR code", QR_SIZE),
        None => {
            ui.label(text::small(ui, "This ticket is too long for a QR code"));
        }
    }
    ui.add_space(4.0);
    ui.label(text::small(ui, "Or they scan this, or paste it as text"));
    let tokens = tokens_of(ui);
    bits::wash(Tone { ink: tokens.text, wash: tokens.sunken }).show(ui, |ui| {
        ui.set_width(QR_SIZE - 20.0);
        let ticket = text::small(ui, &line.ticket).monospace().color(tokens.text);
        let label = ui.add(Label::new(ticket).truncate().selectable(true));
        label.widget_info(|| WidgetInfo::labeled(Role::Label, true, "The ticket as text"));
    });
    ui.add_space(4.0);
    if buttons::plain(ui, "Copy the ticket").clicked() {
        actions.push(Action::Copy { text: line.ticket.clone(), what: "The ticket" });
    }
}

fn ended(ui: &mut Ui, (icon, tone): (Icon, Tone), words: &str, again: &str, actions: &mut Actions) {
    bits::wash(tone).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.horizontal(|ui| {
            icon.show(ui, 16.0, tone.ink);
            ui.label(text::strong(ui, words).color(tone.ink));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if buttons::icon(ui, Icon::Cross, "Put the message away").clicked() {
                    actions.push(Action::People(Edit::Leave));
                }
                if buttons::plain(ui, again).clicked() {
                    actions.push(Action::People(Edit::Begin));
                }
            });
        });
    });
}

#[cfg(test)]
mod tests {
    use super::countdown;

    #[test]
    fn the_time_left_is_read_in_minutes_and_seconds() {
        let read = [600.0, 599.2, 61.0, 59.9, 0.4, -3.0].map(countdown);
        assert_eq!(read, ["10:00", "10:00", "1:01", "1:00", "0:01", "0:00"]);
    }
}
