//! The concerns that ask for something, where the day begins.

use eframe::egui::{Id, Ui};
use sheaf_school::desk::{ConcernShape, ConcernStage, ConcernsPage};

use super::list::{stage_words, why_not};
use crate::action::{Action, Actions};
use crate::command::CommandId;
use crate::model::Model;
use crate::theme::{Tone, text, tokens_of};
use crate::widgets::line::Line;
use crate::widgets::walk::Walk;
use crate::widgets::{Icon, bits};

/// How many concerns ask whoever uses this device for something.
pub fn waiting(model: &Model) -> usize {
    model.concerns.get().map_or(0, |page| asking(page).count())
}

fn asking(page: &ConcernsPage) -> impl Iterator<Item = &ConcernShape> {
    page.all.concerns.iter().filter(|one| match one.stage {
        ConcernStage::NotHandedOver => true,
        ConcernStage::HandedOver => page.receives,
        ConcernStage::Received | ConcernStage::Dealing | ConcernStage::Closed => false,
    })
}

/// Draws those that ask for something before all else.
pub fn queue(ui: &mut Ui, model: &Model, walk: &mut Walk, actions: &mut Actions) {
    let Some(page) = model.concerns.get().filter(|page| asking(page).next().is_some()) else {
        return;
    };
    let alarm = tokens_of(ui).act;
    bits::wash(alarm).show(ui, |ui| {
        ui.set_width(ui.available_width());
        let count = asking(page).count();
        let words = match (page.receives, count) {
            (true, 1) => "1 new concern: nobody has received it yet".to_owned(),
            (true, many) => format!("{many} new concerns: nobody has received them yet"),
            (false, 1) => "1 concern of yours is not yet handed over".to_owned(),
            (false, many) => format!("{many} concerns of yours are not yet handed over"),
        };
        ui.label(text::strong(ui, words).color(alarm.ink));
        ui.spacing_mut().item_spacing.y = 2.0;
        for concern in asking(page) {
            let pill = match concern.is_urgent() {
                true => "In danger now".to_owned(),
                false => stage_words(concern, page),
            };
            let written = concern.text("written_at").replace('T', " ");
            let below = match page.receives {
                true => format!("{written}  ·  from {}", concern.record.created.by),
                false => format!("{written}  ·  {}", why_not(concern)),
            };
            let line = Line {
                id: Id::unique(("concern", &concern.record.id)),
                icon: Icon::Lock,
                ticks: None,
                head: &concern.pupil_name,
                below: &below,
                pill: &pill,
                tone: Tone { ink: alarm.ink, wash: tokens_of(ui).raised },
                is_open: false,
            };
            if line.show(ui, walk).is_some() {
                actions.push(Action::Command(CommandId::GoConcerns));
            }
        }
    });
    ui.add_space(18.0);
}
