//! Draws the question over everything else. Where there is no way back, the keys begin on Cancel.

use eframe::egui::{Context, Role, ScrollArea, Ui, WidgetInfo};
use jiff::civil::Date;
use sheaf_records::RecordId;
use sheaf_school::desk::{Choice, HeldLine, LostDevice, RemovalLine, RemovalPreview};

use super::ask::{Ask, Confirm, What, Whom};
use super::{Edit, erasing, held, rules};
use crate::action::{Action, Actions};
use crate::command::CommandId;
use crate::format;
use crate::theme::{text, tokens_of};
use crate::widgets::buttons::Chosen;
use crate::widgets::field::{Field, Shows};
use crate::widgets::overlay::Overlay;
use crate::widgets::{Icon, bits, buttons};

const WIDTH: f32 = 560.0;

/// What the dialog keeps free of the window's height.
const MARGINS: f32 = 190.0;

/// Draws the dialog; Esc closes it.
pub fn show(ctx: &Context, ask: &Ask, today: Option<Date>, actions: &mut Actions) {
    let title = title(&ask.what);
    Overlay::new("trust dialog", &title, WIDTH).show(ctx, actions, |ui, actions| {
        ui.label(text::title(ui, &title));
        ui.add_space(8.0);
        let room = (ui.ctx().content_rect().height() - MARGINS).max(120.0);
        ScrollArea::vertical().max_height(room).show(ui, |ui| {
            body(ui, ask, today, actions);
        });
        ui.add_space(14.0);
        foot(ui, ask, actions);
    });
}

fn title(what: &What) -> String {
    match what {
        What::Remove { name, whom: Whom::Person, .. } => format!("Remove {name}"),
        What::Remove { name, whom: Whom::Device, .. } => format!("Remove {name} as lost"),
        What::SetRole(person) => format!("Change the role of {}", person.name),
        What::LetInto(person) => format!("Let {} into a space", person.name),
        What::TakeOut(person) => format!("Take {} out of a space", person.name),
        What::NewSpace(_) => "Make a space".to_owned(),
        What::Endorse(removal) => format!("Stand behind the removal of {}", removal.who),
        What::Attest(_) => "Vouch for what is held".to_owned(),
        What::Erase { .. } => "Erase this record".to_owned(),
        What::Keep { records, .. } => format!("Keep {}", records_of(records)),
        What::SetRule { rule, .. } => format!("Change how long: {}", rule.title),
        What::EraseDue { records, .. } => format!("Propose to erase {}", records_of(records)),
        What::Second(_) => "Second this erasure".to_owned(),
        What::Withdraw(_) => "Withdraw this erasure".to_owned(),
        What::Hold { .. } => "Put this record under a legal hold".to_owned(),
        What::Lift { .. } => "Lift the legal hold".to_owned(),
    }
}

/// The words of the button that does it.
fn does(what: &What) -> &'static str {
    match what {
        What::Remove { .. } => "Remove for ever",
        What::SetRole(_) => "Change the role",
        What::LetInto(_) => "Let in",
        What::TakeOut(_) => "Take out",
        What::NewSpace(_) => "Make the space",
        What::Endorse(_) => "Stand behind it",
        What::Attest(_) => "Vouch for it",
        What::Erase { alone: true, .. } => "Erase it now",
        What::Erase { .. } | What::EraseDue { .. } => "Propose the erasure",
        What::Keep { .. } => "Keep",
        What::SetRule { .. } => "Set the rule",
        What::Second(_) => "Second it, erase now",
        What::Withdraw(_) => "Withdraw it",
        What::Hold { .. } => "Put it on hold",
        What::Lift { .. } => "Lift the hold",
    }
}

/// Whether something is lost by it.
const fn is_grave(what: &What) -> bool {
    match what {
        What::Remove { .. } | What::TakeOut(_) => true,
        What::Erase { .. } | What::EraseDue { .. } | What::Second(_) => true,
        What::SetRole(_)
        | What::LetInto(_)
        | What::NewSpace(_)
        | What::Endorse(_)
        | What::Attest(_)
        | What::Keep { .. }
        | What::SetRule { .. }
        | What::Withdraw(_)
        | What::Hold { .. }
        | What::Lift { .. } => false,
    }
}

fn body(ui: &mut Ui, ask: &Ask, today: Option<Date>, actions: &mut Actions) {
    match &ask.what {
        What::Remove { .. } => match &ask.preview {
            Some(preview) => removal(ui, ask, preview, today, actions),
            None if ask.refused.is_none() => {
                ui.label(text::small(ui, "Looking what they hold…"));
            }
            None => {}
        },
        What::SetRole(person) => {
            let words = format!("{} is {} now", person.name, person.role.to_lowercase());
            ui.label(text::soft(ui, words));
            ui.add_space(6.0);
            choices(ui, "New role", &person.rights.roles, &ask.chosen, actions);
            reason(ui, ask, "Reason, which everybody in the school can read", actions);
        }
        What::LetInto(person) => {
            let words = "They get everything in it, its whole past included, and cannot be made \
                         to forget it";
            ui.label(text::soft(ui, words));
            ui.add_space(6.0);
            choices(ui, "Space", &as_choices(&person.rights.let_into), &ask.chosen, actions);
        }
        What::TakeOut(person) => {
            let words = "What their devices hold of it already stays on them; nothing that is \
                         written from now on can be read there";
            ui.label(text::soft(ui, words));
            ui.add_space(6.0);
            choices(ui, "Space", &as_choices(&person.rights.take_out_of), &ask.chosen, actions);
            reason(ui, ask, "Reason, which everybody in the space can read", actions);
        }
        What::NewSpace(people) => space(ui, ask, people, actions),
        What::Endorse(removal) => endorse(ui, removal),
        What::Attest(line) => attest(ui, line, today, actions),
        What::Erase { title, alone, .. } => {
            ui.label(text::strong(ui, title));
            erasing::meaning(ui, *alone);
            ui.add_space(8.0);
            let reasons = sheaf_school::desk::erasure_reasons();
            choices(ui, "Reason", &reasons, &ask.chosen, actions);
        }
        What::Keep { .. } => keep(ui, ask, actions),
        What::SetRule { rule, .. } => rules::ask(ui, ask, rule, actions),
        What::EraseDue { records, alone } => erasing::due(ui, records.len(), *alone),
        What::Second(erasure) => erasing::second(ui, erasure, today),
        What::Withdraw(erasure) => erasing::withdraw(ui, erasure, today),
        What::Hold { title, .. } => {
            ui.label(text::strong(ui, title));
            ui.label(text::soft(ui, "While it is on hold nobody can erase it, on any device"));
        }
        What::Lift { title, alone, .. } => {
            ui.label(text::strong(ui, title));
            if !alone {
                let words = "It takes two: the hold stays until a second person of lead rank or \
                             above has signed too";
                ui.label(text::soft(ui, words));
            }
            let words = "Once it is lifted the record can be erased again; an erasure that was \
                         signed meanwhile takes effect";
            ui.label(text::soft(ui, words));
        }
    }
    confirmation(ui, ask, actions);
}

fn records_of(records: &[RecordId]) -> String {
    format::count(records.len() as u64, "record", "records")
}

fn keep(ui: &mut Ui, ask: &Ask, actions: &mut Actions) {
    let words = "They leave the queue and come back on the day after. The decision lies beside \
                 each record: who can read the one can read the other, with your name";
    ui.label(text::soft(ui, words));
    ui.add_space(8.0);
    let (typed, shows) = (ask.until.as_str(), Shows::Line);
    let (label, hint) = ("Keep until, that day included", "2027-07-31");
    let field = Field { label, hint, typed, shows, error: None };
    if let Some(until) = field.show(ui).text {
        actions.push(Action::Trust(Edit::Until(until)));
    }
    reason(ui, ask, "Reason, which everybody who can read the record can read", actions);
}

fn endorse(ui: &mut Ui, removal: &RemovalLine) {
    let words = format!(
        "{} removed {}. Where two removals contradict each other, the one with more people behind \
         it holds. Your name stands beside it for good",
        removal.by, removal.who
    );
    ui.label(text::body(ui, words));
    if !removal.reason.is_empty() {
        ui.label(text::soft(ui, format!("“{}”", removal.reason)));
    }
}

fn attest(ui: &mut Ui, line: &HeldLine, today: Option<Date>, actions: &mut Actions) {
    let changes = format::count(line.changes, "change", "changes");
    let at = line.at.map(|at| format::moment(at, today)).unwrap_or_default();
    let (by, device) = (&line.by, &line.device);
    ui.label(text::body(ui, format!("{changes} by {by} on {device}, {at}")));
    ui.label(text::soft(ui, format!("Held because {}", line.why)));
    ScrollArea::vertical().max_height(320.0).show(ui, |ui| held::would(ui, line, actions));
    ui.add_space(6.0);
    let words = "Vouch only if you know that they wrote it. It counts from then on, on every \
                 device, and your name stands beside theirs";
    ui.label(text::body(ui, words));
}

fn removal(
    ui: &mut Ui,
    ask: &Ask,
    preview: &RemovalPreview,
    today: Option<Date>,
    actions: &mut Actions,
) {
    let tokens = tokens_of(ui);
    bits::wash(tokens.act).show(ui, |ui| {
        ui.set_width(ui.available_width());
        let words = if preview.is_person {
            "There is no way back: a person who is removed can only be invited anew, on devices \
             that are set up anew"
        } else {
            "There is no way back: this device can never be used for the school again; its person \
             and their role stay"
        };
        ui.label(text::strong(ui, words).color(tokens.act.ink));
    });
    ui.add_space(8.0);
    ui.label(text::label(ui, "What is lost"));
    for device in &preview.devices {
        lost(ui, device, today);
    }
    if preview.devices.is_empty() {
        ui.label(text::body(ui, "They have no device that is in"));
    }
    if !preview.spaces.is_empty() {
        let whose = if preview.is_person { "Their devices hold" } else { "It holds" };
        let words = format!("{whose} a copy of {}", super::words::all_of(&preview.spaces));
        ui.label(text::body(ui, words));
    }
    ui.add_space(2.0);
    ui.label(text::soft(ui, &preview.says));
    reason(ui, ask, "Reason, which everybody in the school can read", actions);
}

fn lost(ui: &mut Ui, device: &LostDevice, today: Option<Date>) {
    let met = device.last_met.as_deref().and_then(|at| at.parse().ok());
    let met = met.map_or_else(
        || "not met yet".to_owned(),
        |at| format!("last met {}", format::moment(at, today)),
    );
    ui.horizontal(|ui| {
        Icon::Laptop.show(ui, 15.0, tokens_of(ui).soft);
        ui.label(text::body(ui, format!("{}, {met}", device.name)));
    });
}

fn as_choices(spaces: &[String]) -> Vec<Choice> {
    let choice = |space: &String| Choice { code: space.clone(), title: space.clone() };
    spaces.iter().map(choice).collect()
}

pub(super) fn choices(
    ui: &mut Ui,
    name: &str,
    all: &[Choice],
    chosen: &str,
    actions: &mut Actions,
) {
    ui.label(text::label(ui, name));
    ui.horizontal_wrapped(|ui| {
        for one in all {
            let is_it = one.code == chosen;
            let button = buttons::choice(ui, &one.title, Chosen::from(is_it));
            let spoken = format!("{name}: {}", one.title);
            button.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, is_it, &spoken));
            if button.clicked() {
                actions.push(Action::Trust(Edit::Choose(one.code.clone())));
            }
        }
    });
}

pub(super) fn reason(ui: &mut Ui, ask: &Ask, label: &str, actions: &mut Actions) {
    ui.add_space(8.0);
    let (typed, shows) = (ask.reason.as_str(), Shows::Line);
    let field = Field { label, hint: "", typed, shows, error: None };
    if let Some(reason) = field.show(ui).text {
        actions.push(Action::Trust(Edit::Reason(reason)));
    }
}

fn space(ui: &mut Ui, ask: &Ask, people: &[Choice], actions: &mut Actions) {
    let words = "Only those who are in a space can read what is in it, or know that it exists. \
                 You are in it";
    ui.label(text::soft(ui, words));
    ui.add_space(8.0);
    let (typed, shows) = (ask.name.as_str(), Shows::Line);
    let (label, hint) = ("What it is called", "Year 11 support");
    let typed = Field { label, hint, typed, shows, error: None }.show(ui);
    if ask.takes_focus {
        typed.response.request_focus();
        actions.push(Action::Trust(Edit::Focused));
    }
    if let Some(name) = typed.text {
        actions.push(Action::Trust(Edit::Name(name)));
    }
    if people.is_empty() {
        return;
    }
    ui.add_space(8.0);
    ui.label(text::label(ui, "Who else is in it"));
    for person in people {
        let mut on = ask.people.contains(&person.code);
        if ui.checkbox(&mut on, &person.title).changed() {
            actions.push(Action::Trust(Edit::Turn(person.code.clone())));
        }
    }
}

fn confirmation(ui: &mut Ui, ask: &Ask, actions: &mut Actions) {
    match ask.confirm() {
        Confirm::Type(name) if ask.preview.is_some() => {
            ui.add_space(8.0);
            let label = format!("To confirm, type {name}");
            let (typed, shows) = (ask.typed.as_str(), Shows::Line);
            let field = Field { label: &label, hint: "", typed, shows, error: None };
            if let Some(typed) = field.show(ui).text {
                actions.push(Action::Trust(Edit::Type(typed)));
            }
        }
        Confirm::Tick => {
            ui.add_space(8.0);
            let mut on = ask.is_ticked;
            if ui.checkbox(&mut on, "I know that there is no way back").changed() {
                actions.push(Action::Trust(Edit::Tick(on)));
            }
        }
        Confirm::Type(_) | Confirm::None => {}
    }
}

fn foot(ui: &mut Ui, ask: &Ask, actions: &mut Actions) {
    let tokens = tokens_of(ui);
    if let Some(why) = &ask.refused {
        let line = ui.label(text::body(ui, why).color(tokens.act.ink));
        line.widget_info(|| WidgetInfo::labeled(Role::Alert, true, why));
        ui.add_space(4.0);
    }
    let missing = ask.act().err();
    ui.horizontal(|ui| {
        let is_grave = is_grave(&ask.what);
        let cancel = match is_grave {
            true => buttons::primary(ui, "Cancel"),
            false => buttons::plain(ui, "Cancel"),
        };
        if ask.takes_focus && !matches!(ask.what, What::NewSpace(_)) {
            cancel.request_focus();
            actions.push(Action::Trust(Edit::Focused));
        }
        if cancel.clicked() {
            actions.push(Action::Command(CommandId::Close));
        }
        ui.add_enabled_ui(missing.is_none() && !ask.is_sent, |ui| {
            let button = match is_grave {
                true => buttons::danger(ui, does(&ask.what)),
                false => buttons::primary(ui, does(&ask.what)),
            };
            if button.clicked() {
                actions.push(Action::Trust(Edit::Send));
            }
        });
        if let Some(missing) = missing {
            ui.label(text::small(ui, missing));
        }
    });
}
