//! Wiping this device, in two steps: what it means, and a word that nobody types by chance.

use eframe::egui::{Context, Role, Ui, WidgetInfo};

use crate::action::{Action, Actions};
use crate::command::CommandId;
use crate::theme::{text, tokens_of};
use crate::widgets::field::{Field, Shows};
use crate::widgets::overlay::Overlay;
use crate::widgets::{bits, buttons};

const WIDTH: f32 = 520.0;

/// What has to be typed.
const WORD: &str = "wipe";

/// A change in the dialog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Ask whether to wipe.
    Begin,
    /// On to the second step.
    Next,
    /// The word was typed.
    Type(String),
    /// The keys are where they belong.
    Focused,
    /// Do it.
    Send,
}

/// How far somebody has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Step {
    /// What it means.
    #[default]
    Meaning,
    /// The word.
    Word,
}

/// The dialog.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wipe {
    step: Step,
    typed: String,
    is_sent: bool,
    is_focused: bool,
    refused: Option<String>,
}

impl Wipe {
    /// Applies one change; true if the device is to be wiped now.
    pub fn apply(&mut self, edit: Edit) -> bool {
        match edit {
            Edit::Begin => *self = Self::default(),
            Edit::Next => (self.step, self.is_focused) = (Step::Word, false),
            Edit::Type(typed) => self.typed = typed,
            Edit::Focused => self.is_focused = true,
            Edit::Send => {
                let sends = self.is_ready();
                self.is_sent |= sends;
                return sends;
            }
        }
        false
    }

    fn is_ready(&self) -> bool {
        let is_typed = self.typed.trim().eq_ignore_ascii_case(WORD);
        self.step == Step::Word && is_typed && !self.is_sent
    }

    /// It could not be done.
    pub fn refuse(&mut self, why: String) {
        (self.is_sent, self.refused) = (false, Some(why));
    }
}

/// Draws the dialog; Esc closes it.
pub fn show(ctx: &Context, wipe: &Wipe, actions: &mut Actions) {
    Overlay::new("wipe dialog", "Wipe this device", WIDTH).show(ctx, actions, |ui, actions| {
        ui.label(text::title(ui, "Wipe this device"));
        ui.add_space(8.0);
        match wipe.step {
            Step::Meaning => meaning(ui),
            Step::Word => word(ui, wipe, actions),
        }
        ui.add_space(14.0);
        foot(ui, wipe, actions);
    });
}

fn meaning(ui: &mut Ui) {
    let words = "Everything that Sheaf keeps on this device is deleted, its keys first. What \
                 colleagues hold is untouched";
    ui.label(text::body(ui, words));
    ui.add_space(6.0);
    let tone = tokens_of(ui).act;
    bits::wash(tone).show(ui, |ui| {
        ui.set_width(ui.available_width());
        let words = "What was written here and never reached a colleague is lost. If it matters, \
                     ask a manager first";
        ui.label(text::body(ui, words).color(tone.ink));
    });
}

fn word(ui: &mut Ui, wipe: &Wipe, actions: &mut Actions) {
    ui.label(text::body(ui, "There is no way back"));
    ui.add_space(6.0);
    let (typed, shows) = (wipe.typed.as_str(), Shows::Line);
    let label = format!("To confirm, type {WORD}");
    let typed = Field { label: &label, hint: "", typed, shows, error: None }.show(ui);
    if let Some(typed) = typed.text {
        actions.push(Action::Trust(super::Edit::Wipe(Edit::Type(typed))));
    }
    if let Some(why) = &wipe.refused {
        let line = ui.label(text::body(ui, why).color(tokens_of(ui).act.ink));
        line.widget_info(|| WidgetInfo::labeled(Role::Alert, true, why));
    }
}

fn foot(ui: &mut Ui, wipe: &Wipe, actions: &mut Actions) {
    ui.horizontal(|ui| {
        let cancel = buttons::primary(ui, "Cancel");
        if !wipe.is_focused {
            cancel.request_focus();
            actions.push(Action::Trust(super::Edit::Wipe(Edit::Focused)));
        }
        if cancel.clicked() {
            actions.push(Action::Command(CommandId::Close));
        }
        match wipe.step {
            Step::Meaning => {
                if buttons::danger(ui, "Go on…").clicked() {
                    actions.push(Action::Trust(super::Edit::Wipe(Edit::Next)));
                }
            }
            Step::Word => {
                let ready = ui.add_enabled_ui(wipe.is_ready(), |ui| {
                    buttons::danger(ui, "Wipe it now").clicked()
                });
                if ready.inner {
                    actions.push(Action::Trust(super::Edit::Wipe(Edit::Send)));
                }
            }
        }
    });
}
