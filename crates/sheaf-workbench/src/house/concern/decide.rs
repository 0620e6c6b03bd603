//! What was decided on a concern, and the dialog that asks it.

use eframe::egui::{Context, Id, Margin, Role, ScrollArea, TextEdit, Ui, WidgetInfo};
use sheaf_school::desk::{Choice, ConcernShape, ConcernsPage, Deciding, Then};

use crate::action::{Action, Actions};
use crate::command::CommandId;
use crate::theme::{Rank, text, tokens_of};
use crate::widgets::buttons;
use crate::widgets::buttons::Chosen;
use crate::widgets::field::{Field, Shows};
use crate::widgets::overlay::Overlay;

const WIDTH: f32 = 620.0;

/// What the dialog keeps free of the window's height.
const MARGINS: f32 = 190.0;

/// The code of a decision that names a service.
const REFER: &str = "refer";

/// A change in what was decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// The code of the decision.
    Decision(String),
    /// Why.
    Rationale(String),
    /// The code of the service.
    Service(String),
    /// Whom there.
    Whom(String),
    /// What came of it.
    Outcome(String),
    /// What becomes of the concern.
    Then(Then),
    /// The keys are where they belong.
    Focused,
}

/// What is being decided.
#[derive(Clone, Debug, PartialEq)]
pub struct Decide {
    /// The concern.
    pub concern: ConcernShape,
    /// What is decided so far.
    pub deciding: Deciding,
    /// Whether the keys are still to be sent to the rationale.
    pub takes_focus: bool,
    /// Whether it is on its way.
    pub is_sent: bool,
    /// Why it was refused.
    pub refused: Option<String>,
}

impl Decide {
    /// Nothing yet.
    pub fn new(concern: ConcernShape) -> Self {
        let deciding = Deciding::default();
        Self { concern, deciding, takes_focus: true, is_sent: false, refused: None }
    }

    /// Applies one change.
    pub fn apply(&mut self, edit: Edit) {
        self.refused = None;
        let given = |text: String| Some(text).filter(|text| !text.is_empty());
        match edit {
            Edit::Decision(code) => self.deciding.decision = code,
            Edit::Rationale(words) => self.deciding.rationale = words,
            Edit::Service(code) => self.deciding.referred_to = given(code),
            Edit::Whom(words) => self.deciding.referred_whom = given(words),
            Edit::Outcome(words) => self.deciding.outcome = given(words),
            Edit::Then(then) => self.deciding.then = then,
            Edit::Focused => self.takes_focus = false,
        }
    }

    /// What is missing.
    pub fn missing(&self) -> Option<&'static str> {
        let Deciding { decision, rationale, referred_to, .. } = &self.deciding;
        if decision.is_empty() {
            return Some("Say what was decided");
        }
        if decision == REFER && referred_to.is_none() {
            return Some("Say to which service");
        }
        rationale.trim().is_empty().then_some("Say why; where nothing was referred, why not")
    }

    /// What is to be kept; a service only of what was referred.
    pub fn kept(&self) -> Deciding {
        let mut kept = self.deciding.clone();
        if kept.decision != REFER {
            (kept.referred_to, kept.referred_whom) = (None, None);
        }
        kept
    }
}

/// Draws the dialog; Esc closes it.
pub fn show(ctx: &Context, decide: &Decide, page: &ConcernsPage, actions: &mut Actions) {
    Overlay::new("decide dialog", "Decide on a concern", WIDTH).show(ctx, actions, |ui, actions| {
        ui.label(text::title(ui, format!("Decide: {}", decide.concern.pupil_name)));
        let writer = &decide.concern.record.created.by;
        let words = format!(
            "Kept in safeguarding only. {writer} is told that you deal with it, not what you decide"
        );
        ui.label(text::soft(ui, words));
        ui.add_space(8.0);
        let room = (ui.ctx().content_rect().height() - MARGINS).max(120.0);
        ScrollArea::vertical().max_height(room).show(ui, |ui| body(ui, decide, page, actions));
        ui.add_space(12.0);
        foot(ui, decide, actions);
    });
}

fn push(actions: &mut Actions, edit: Edit) {
    actions.push(Action::Concern(super::Edit::Decide(edit)));
}

fn body(ui: &mut Ui, decide: &Decide, page: &ConcernsPage, actions: &mut Actions) {
    let deciding = &decide.deciding;
    let decision = (page.decisions.as_slice(), deciding.decision.as_str());
    choices(ui, "Decision", decision, Edit::Decision, actions);
    if deciding.decision == REFER {
        ui.add_space(8.0);
        let service = deciding.referred_to.as_deref().unwrap_or_default();
        choices(ui, "Referred to", (page.services.as_slice(), service), Edit::Service, actions);
        let whom = deciding.referred_whom.as_deref().unwrap_or_default();
        line(ui, ("Whom there", "Name and team"), whom, Edit::Whom, actions);
    }
    ui.add_space(8.0);
    rationale(ui, decide, actions);
    ui.add_space(8.0);
    let outcome = deciding.outcome.as_deref().unwrap_or_default();
    line(ui, ("Outcome", "What came of it, once it is known"), outcome, Edit::Outcome, actions);
    ui.add_space(8.0);
    let mut on = deciding.then == Then::Closes;
    if ui.checkbox(&mut on, "Close it: nothing more is to be done").changed() {
        push(actions, Edit::Then(if on { Then::Closes } else { Then::GoesOn }));
    }
}

fn choices(
    ui: &mut Ui,
    name: &str,
    (all, chosen): (&[Choice], &str),
    edit: fn(String) -> Edit,
    actions: &mut Actions,
) {
    ui.label(text::label(ui, name));
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        for one in all {
            let is_it = one.code == chosen;
            let button = buttons::choice(ui, &one.title, Chosen::from(is_it));
            let spoken = format!("{name}: {}", one.title);
            button.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, is_it, &spoken));
            if button.clicked() {
                push(actions, edit(one.code.clone()));
            }
        }
    });
}

fn line(
    ui: &mut Ui,
    (label, hint): (&str, &str),
    typed: &str,
    edit: fn(String) -> Edit,
    actions: &mut Actions,
) {
    ui.add_space(4.0);
    let field = Field { label, hint, typed, shows: Shows::Line, error: None };
    if let Some(text) = field.show(ui).text {
        push(actions, edit(text));
    }
}

fn rationale(ui: &mut Ui, decide: &Decide, actions: &mut Actions) {
    let label = ui.label(text::label(ui, "Rationale"));
    let mut typed = decide.deciding.rationale.clone();
    let edit = TextEdit::multiline(&mut typed)
        .id(Id::unique("concern rationale"))
        .hint_text("Why; where nothing was referred, why not")
        .font(Rank::Body.font())
        .margin(Margin::symmetric(10, 8))
        .desired_rows(5)
        .desired_width(f32::INFINITY);
    let response = ui.add(edit).labelled_by(label.id);
    if decide.takes_focus {
        response.request_focus();
        push(actions, Edit::Focused);
    }
    if response.changed() {
        push(actions, Edit::Rationale(typed));
    }
}

fn foot(ui: &mut Ui, decide: &Decide, actions: &mut Actions) {
    if let Some(why) = &decide.refused {
        let line = ui.label(text::body(ui, why).color(tokens_of(ui).act.ink));
        line.widget_info(|| WidgetInfo::labeled(Role::Alert, true, why));
        ui.add_space(4.0);
    }
    let missing = decide.missing();
    ui.horizontal(|ui| {
        ui.add_enabled_ui(missing.is_none() && !decide.is_sent, |ui| {
            if buttons::primary(ui, "Keep the decision").clicked() {
                actions.push(Action::Concern(super::Edit::Keep));
            }
        });
        if buttons::plain(ui, "Cancel").clicked() {
            actions.push(Action::Command(CommandId::Close));
        }
        if let Some(missing) = missing {
            ui.label(text::small(ui, missing));
        }
    });
}
