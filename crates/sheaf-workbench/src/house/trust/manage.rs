//! What may be done about a person, beneath their devices.

use eframe::egui::{Role, Ui, WidgetInfo};
use sheaf_school::desk::{DeviceLine, DeviceStanding, PersonLine};

use super::{Edit, State, What, Whom};
use crate::action::{Action, Actions};
use crate::house::people;
use crate::widgets::buttons;

/// The button that shows what may be done about a person, where there is anything.
pub fn person(ui: &mut Ui, state: &State, person: &PersonLine, actions: &mut Actions) {
    let has_devices = person.devices.iter().any(|device| may_remove(person, device));
    let rights = &person.rights;
    let has_more = rights.remove
        || rights.add_device
        || !rights.roles.is_empty()
        || !rights.let_into.is_empty();
    if !has_devices && !has_more && rights.take_out_of.is_empty() {
        return;
    }
    let is_open = state.managed.as_deref() == Some(&person.id);
    let button = buttons::quiet(ui, if is_open { "Done" } else { "Manage" });
    let spoken = format!("Manage {}", person.name);
    button.widget_info(|| WidgetInfo::selected(Role::Button, true, is_open, &spoken));
    if button.clicked() {
        actions.push(Action::Trust(Edit::Manage(person.id.clone())));
    }
}

/// The buttons beneath a person's devices.
pub fn devices(ui: &mut Ui, state: &State, person: &PersonLine, actions: &mut Actions) {
    if state.managed.as_deref() != Some(&person.id) {
        return;
    }
    ui.add_space(10.0);
    let rights = &person.rights;
    ui.horizontal_wrapped(|ui| {
        if rights.add_device && buttons::plain(ui, "Add a device…").clicked() {
            let edit = people::Edit::BeginDevice(person.id.clone(), person.name.clone());
            actions.push(Action::People(edit));
        }
        let mut offer = |ui: &mut Ui, words: &str, what: &dyn Fn() -> What| {
            if buttons::plain(ui, words).clicked() {
                actions.push(Action::Trust(Edit::Ask(Box::new(what()))));
            }
        };
        if !rights.roles.is_empty() {
            offer(ui, "Change the role…", &|| What::SetRole(Box::new(person.clone())));
        }
        if !rights.let_into.is_empty() {
            let words = of_spaces("Let into", &rights.let_into);
            offer(ui, &words, &|| What::LetInto(Box::new(person.clone())));
        }
        if !rights.take_out_of.is_empty() {
            let words = of_spaces("Take out of", &rights.take_out_of);
            offer(ui, &words, &|| What::TakeOut(Box::new(person.clone())));
        }
        for device in person.devices.iter().filter(|device| may_remove(person, device)) {
            let words = format!("Remove {} as lost…", device.name);
            offer(ui, &words, &|| What::Remove {
                whom: Whom::Device,
                id: device.id.clone(),
                name: device.name.clone(),
            });
        }
        if rights.remove {
            let words = format!("Remove {}…", person.name);
            offer(ui, &words, &|| What::Remove {
                whom: Whom::Person,
                id: person.id.clone(),
                name: person.name.clone(),
            });
        }
    });
}

fn of_spaces(words: &str, spaces: &[String]) -> String {
    match spaces {
        [only] => format!("{words} {only}…"),
        _ => format!("{words} a space…"),
    }
}

fn may_remove(person: &PersonLine, device: &DeviceLine) -> bool {
    person.rights.remove_devices && !device.is_this && device.standing == DeviceStanding::In
}
