//! Draws the concerns and where each stands.

use eframe::egui::{Align, Layout, Role, Ui, WidgetInfo};
use jiff::civil::{Date, DateTime};
use sheaf_school::desk::{ConcernShape, ConcernStage, ConcernsPage, ReceiptShape};

use super::Edit;
use crate::action::{Action, Actions};
use crate::command::CommandId;
use crate::format;
use crate::model::Model;
use crate::settings::Names;
use crate::theme::{Tone, text, tokens_of};
use crate::widgets::{Icon, bits, buttons};

const WIDEST: f32 = 880.0;

/// What the view shows.
#[derive(Clone, Copy, Debug)]
pub struct Sight<'a> {
    /// What is known.
    pub model: &'a Model,
    /// Whether names are shown.
    pub names: Names,
}

/// Draws the view.
pub fn show(ui: &mut Ui, sight: Sight<'_>, actions: &mut Actions) {
    bits::page(ui, WIDEST, |ui| {
        if sight.names == Names::Initials {
            let why = "What children have said is not shown while others can see the screen";
            let title = "Concerns are hidden";
            bits::Empty { icon: Icon::Lock, title, why, button: None }.show(ui);
            return;
        }
        let slot = &sight.model.concerns;
        match (slot.get(), slot.refused()) {
            (Some(page), _) => concerns(ui, page, sight.model.today(), actions),
            (None, Some(why)) => {
                let (title, button) = ("Concerns cannot be shown", Some("Try again"));
                if (bits::Empty { icon: Icon::Lock, title, why, button }).show(ui) {
                    actions.push(Action::Command(CommandId::Reload));
                }
            }
            (None, None) => bits::waiting(ui, "Looking up the concerns…"),
        }
    });
}

fn concerns(ui: &mut Ui, page: &ConcernsPage, today: Option<Date>, actions: &mut Actions) {
    ui.horizontal(|ui| {
        ui.label(text::display(ui, "Concerns"));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if page.may_write && buttons::primary(ui, "Write a concern…").clicked() {
                actions.push(Action::Command(CommandId::WriteConcern));
            }
        });
    });
    let about = match page.receives {
        true => {
            "What colleagues hand over to you and the others who receive concerns. Receive \
                 what you answer for: its writer is told by whom, and when"
        }
        false => "What you have handed over. Only you and those who receive concerns can read it",
    };
    ui.label(text::soft(ui, about));
    ui.add_space(16.0);
    for concern in &page.all.concerns {
        card(ui, concern, page, today, actions);
        ui.add_space(12.0);
    }
    if page.all.concerns.is_empty() {
        let empty = bits::Empty {
            icon: Icon::Check,
            title: "No concerns",
            why: "A concern that is written down appears here with where it stands",
            button: None,
        };
        empty.show(ui);
    }
}

/// The tone of where a concern stands: what asks whoever reads it for something stands out.
fn tone(ui: &Ui, concern: &ConcernShape, page: &ConcernsPage) -> Tone {
    let tokens = tokens_of(ui);
    match concern.stage {
        ConcernStage::NotHandedOver => tokens.act,
        ConcernStage::HandedOver if page.receives => tokens.act,
        ConcernStage::HandedOver => tokens.watch,
        ConcernStage::Received | ConcernStage::Dealing => tokens.info,
        ConcernStage::Closed => tokens.good,
    }
}

/// Where a concern stands, in a few words.
pub(super) fn stage_words(concern: &ConcernShape, page: &ConcernsPage) -> String {
    match concern.stage {
        ConcernStage::NotHandedOver => "Not yet handed over".to_owned(),
        ConcernStage::HandedOver if page.receives => "New".to_owned(),
        ConcernStage::HandedOver => "Handed over, not received yet".to_owned(),
        ConcernStage::Received | ConcernStage::Dealing | ConcernStage::Closed => {
            capital(&concern.says)
        }
    }
}

/// Why a concern is not handed over, and when it will be.
pub(super) fn why_not(concern: &ConcernShape) -> &str {
    concern.says.split_once(": ").map_or(concern.says.as_str(), |cut| cut.1)
}

/// A sentence as it begins a line.
fn capital(words: &str) -> String {
    let mut rest = words.chars();
    let first = rest.next().map(|letter| letter.to_uppercase().to_string());
    first.unwrap_or_default() + rest.as_str()
}

fn moment(at: &str, today: Option<Date>) -> String {
    let parsed: Option<DateTime> = at.parse().ok();
    parsed.map_or_else(|| at.to_owned(), |at| format::moment(at, today))
}

fn card(
    ui: &mut Ui,
    concern: &ConcernShape,
    page: &ConcernsPage,
    today: Option<Date>,
    actions: &mut Actions,
) {
    bits::card(ui).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.horizontal_wrapped(|ui| {
            ui.label(text::strong(ui, &concern.pupil_name));
            let tone = tone(ui, concern, page);
            bits::chip(ui, &stage_words(concern, page), tone);
            if concern.is_urgent() {
                bits::chip(ui, "In danger now", tokens_of(ui).act);
            }
        });
        ui.label(text::small(ui, beneath(concern, page, today)));
        ui.add_space(4.0);
        ui.label(text::body(ui, concern.text("words")));
        if concern.stage == ConcernStage::NotHandedOver {
            ui.label(text::body(ui, capital(why_not(concern))).color(tokens_of(ui).act.ink));
        }
        came_back(ui, &concern.receipts, today);
        decisions(ui, concern, page, today);
        if page.receives && concern.stage != ConcernStage::Closed {
            ui.add_space(6.0);
            receiving(ui, concern, actions);
        }
    });
}

fn title_of(choices: &[sheaf_school::desk::Choice], code: &str) -> String {
    Model::title_of(choices, code).to_owned()
}

fn beneath(concern: &ConcernShape, page: &ConcernsPage, today: Option<Date>) -> String {
    let mut parts = vec![
        title_of(&page.categories, concern.text("category")),
        format!("seen {}", moment(concern.text("seen_at"), today)),
        format!(
            "written {} by {}",
            moment(concern.text("written_at"), today),
            concern.record.created.by
        ),
    ];
    if !concern.text("told").is_empty() {
        parts.push(format!("told {}", concern.text("told")));
    }
    parts.retain(|part| !part.is_empty());
    parts.join("  ·  ")
}

/// What came back before the last of it, which stands at the head.
fn came_back(ui: &mut Ui, receipts: &[ReceiptShape], today: Option<Date>) {
    let Some((_, earlier)) = receipts.split_last() else { return };
    for receipt in earlier {
        let what = match receipt.state.as_str() {
            "closed" => "Closed",
            "dealing" => "Being dealt with",
            _ => "Received",
        };
        let words = format!("{what} by {}, {}", receipt.by, moment(&receipt.at, today));
        ui.horizontal(|ui| {
            Icon::Check.show(ui, 12.0, tokens_of(ui).good.ink);
            ui.label(text::small(ui, words));
        });
    }
}

fn decisions(ui: &mut Ui, concern: &ConcernShape, page: &ConcernsPage, today: Option<Date>) {
    for decision in &concern.decisions {
        let field = |name: &str| {
            let value = decision.fields.get(name).and_then(|value| value.as_str());
            value.unwrap_or_default().to_owned()
        };
        ui.add_space(4.0);
        bits::wash(tokens_of(ui).none).show(ui, |ui| {
            ui.set_width(ui.available_width());
            let mut head = title_of(&page.decisions, &field("decision"));
            for part in [title_of(&page.services, &field("referred_to")), field("referred_whom")] {
                if !part.is_empty() {
                    head.push_str(": ");
                    head.push_str(&part);
                }
            }
            let at = moment(&field("decided_at"), today);
            ui.label(text::strong(ui, head));
            ui.label(text::small(ui, format!("{at} by {}", decision.created.by)));
            ui.label(text::body(ui, field("rationale")));
            if !field("outcome").is_empty() {
                ui.label(text::body(ui, format!("Outcome: {}", field("outcome"))));
            }
        });
    }
}

fn receiving(ui: &mut Ui, concern: &ConcernShape, actions: &mut Actions) {
    let name = &concern.pupil_name;
    ui.horizontal(|ui| {
        if concern.stage < ConcernStage::Received {
            let button = buttons::primary(ui, "I have received it");
            let spoken = format!("Receive the concern about {name}");
            button.widget_info(|| WidgetInfo::labeled(Role::Button, true, &spoken));
            if button.clicked() {
                actions.push(Action::Concern(Edit::Receive(concern.record.id.clone())));
            }
        }
        let button = buttons::plain(ui, "Decide…");
        let spoken = format!("Decide on the concern about {name}…");
        button.widget_info(|| WidgetInfo::labeled(Role::Button, true, &spoken));
        if button.clicked() {
            actions.push(Action::Concern(Edit::Ask(Box::new(concern.clone()))));
        }
        if !concern.decisions.is_empty() {
            let button = buttons::plain(ui, "Close it");
            let spoken = format!("Close the concern about {name}");
            button.widget_info(|| WidgetInfo::labeled(Role::Button, true, &spoken));
            if button.clicked() {
                actions.push(Action::Concern(Edit::Close(concern.record.id.clone())));
            }
        }
    });
}
