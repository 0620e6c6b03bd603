//! The picker by which a chart is broken out: one or two columns, or none.

use eframe::egui::containers::menu::{MenuButton, MenuConfig};
use eframe::egui::{Button, Checkbox, PopupCloseBehavior, Role, Ui, WidgetInfo};
use sheaf_school::desk::Choice;

use crate::action::{Action, Actions};
use crate::theme::{text, tokens_of};
use crate::widgets::buttons;

/// More would not be read.
const MOST: usize = 2;

/// By what a chart can be broken out, and by what it is.
#[derive(Clone, Copy, Debug, Default)]
pub struct BreakOut<'a> {
    /// What is offered.
    pub choices: &'a [Choice],
    /// The codes that are chosen, with commas.
    pub chosen: &'a str,
}

impl BreakOut<'_> {
    fn is_on(&self, choice: &Choice) -> bool {
        self.chosen.split(',').any(|code| code.trim() == choice.code)
    }

    fn on(&self) -> impl Iterator<Item = &Choice> {
        self.choices.iter().filter(|choice| self.is_on(choice))
    }

    /// The codes once this one is turned on or off.
    fn turned(&self, turned: &Choice) -> String {
        let is_on = |choice: &&Choice| self.is_on(choice) != (choice.code == turned.code);
        let codes = self.choices.iter().filter(is_on).map(|choice| choice.code.as_str());
        codes.collect::<Vec<&str>>().join(",")
    }

    /// What the button says.
    fn words(&self) -> String {
        let names: Vec<String> = self.on().map(|choice| inside(&choice.title)).collect();
        if names.is_empty() { "Break out".to_owned() } else { format!("By {}", names.join(", ")) }
    }

    /// Draws the button; each choice runs the metric again, and the list stays open for a second.
    pub fn show(self, ui: &mut Ui, title: &str, actions: &mut Actions) {
        let mut words = buttons::quiet_words(ui, &self.words());
        if self.on().next().is_some() {
            words = words.color(tokens_of(ui).accent);
        }
        let button = Button::new(words).frame_when_inactive(false);
        let stays = MenuConfig::new().close_behavior(PopupCloseBehavior::CloseOnClickOutside);
        let menu = MenuButton::from_button(button).config(stays);
        let (response, _) = menu.ui(ui, |ui| self.list(ui, actions));
        let spoken = format!("Break “{title}” out by …");
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &spoken));
    }

    fn list(self, ui: &mut Ui, actions: &mut Actions) {
        ui.label(text::small(ui, "The same question for each, by one or two"));
        let is_full = self.on().count() >= MOST;
        for choice in self.choices {
            let mut is_on = self.is_on(choice);
            let can_turn = is_on || !is_full;
            let spoken = format!("By {}", inside(&choice.title));
            let response = ui.add_enabled(can_turn, Checkbox::new(&mut is_on, &choice.title));
            response.widget_info(|| WidgetInfo::selected(Role::CheckBox, can_turn, is_on, &spoken));
            if response.changed() {
                actions.push(Action::BreakOut(self.turned(choice)));
            }
        }
        if self.on().next().is_some() && ui.button("Not broken out").clicked() {
            actions.push(Action::BreakOut(String::new()));
            ui.close();
        }
    }
}

/// A title as it stands inside a sentence; what is written in capitals stays so.
fn inside(title: &str) -> String {
    let mut letters = title.chars();
    let first = letters.next().map(|letter| letter.to_lowercase().to_string());
    match letters.clone().next().is_some_and(char::is_uppercase) {
        true => title.to_owned(),
        false => first.unwrap_or_default() + letters.as_str(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turning_keeps_the_order_of_the_list_and_turns_off_again() {
        let choice = |code: &str| Choice { code: code.to_owned(), title: code.to_owned() };
        let choices = [choice("year_group"), choice("sen"), choice("sex")];
        let of = |chosen| BreakOut { choices: &choices, chosen };
        assert_eq!(of("sex").turned(&choices[0]), "year_group,sex");
        assert_eq!(of("year_group,sex").turned(&choices[0]), "sex");
        assert_eq!(of("sex").turned(&choices[2]), "");
        assert_eq!(of("").words(), "Break out");
        assert_eq!(of("sex, sen").words(), "By sen, sex");
    }
}
