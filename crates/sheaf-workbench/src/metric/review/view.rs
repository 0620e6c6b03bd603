//! Draws the review.

use eframe::egui::{Align, Frame, Layout, Margin, Panel, Role, TextEdit, Ui, WidgetInfo};
use sheaf_school::desk::SharedMetrics;
use sheaf_school::{MetricReview, ReviewSide};

use super::said::Names;
use super::state::{Review, Standing};
use super::{files, said};
use crate::action::{Action, Actions};
use crate::metric::notes::{self, line};
use crate::metric::sharing::Edit;
use crate::theme::{Rank, text, tokens_of};
use crate::widgets::{Icon, bits, buttons};

const WIDEST: f32 = 1_040.0;

/// Draws the review: what it says, and below it what can be done.
pub fn show(ui: &mut Ui, review: &Review, shared: &SharedMetrics, actions: &mut Actions) {
    let Some(page) = &review.page else {
        bits::page(ui, WIDEST, |ui| match &review.refused {
            Some(why) => {
                let (title, button) = ("This version cannot be looked at", Some("Close"));
                if (bits::Empty { icon: Icon::Warning, title, why, button }).show(ui) {
                    actions.push(Action::Sharing(Edit::Close));
                }
            }
            None => bits::waiting(ui, "Running both versions over this school…"),
        });
        return;
    };
    let frame = Frame::new().fill(tokens_of(ui).side).inner_margin(Margin::symmetric(24, 12));
    Panel::bottom("decide on metric").frame(frame).show(ui, |ui| {
        foot(ui, review, shared, actions);
    });
    bits::page(ui, WIDEST, |ui| body(ui, page));
}

fn body(ui: &mut Ui, page: &MetricReview) {
    head(ui, page);
    examples(ui, page);
    warnings(ui, page);
    ui.add_space(12.0);
    said::show(ui, page, &names(page));
    bits::section(ui, if page.old.is_some() { "What has changed" } else { "Its files" });
    if page.files.is_empty() {
        ui.label(text::soft(ui, "No file has changed"));
    }
    files::show(ui, &page.files);
}

fn names(page: &MetricReview) -> Names {
    let version = |side: &ReviewSide| side.shape.version().to_owned();
    Names {
        old: page.old.as_ref().map(|old| format!("Runs now ({})", version(old))),
        new: format!("New ({})", version(&page.new)),
    }
}

fn head(ui: &mut Ui, page: &MetricReview) {
    let manifest = page.new.shape.manifest.as_ref();
    let name = manifest.map(|one| one.name.as_str()).unwrap_or_default();
    let version = page.new.shape.version();
    ui.label(text::display(ui, format!("{name} {version}")));
    if let Some(manifest) = manifest {
        ui.label(text::soft(ui, &manifest.question));
    }
    let shared = page.new.shape.shared.as_ref();
    let by = shared.map(|shared| format!("Shared by {}", shared.by));
    let signed = page.new.shape.signature.as_ref().map(|one| one.says.clone());
    let old = match &page.old {
        Some(old) => format!("{} runs now", old.shape.version()),
        None => "no version runs yet".to_owned(),
    };
    let parts = [by, signed, Some(old)].into_iter().flatten();
    ui.label(text::small(ui, parts.collect::<Vec<_>>().join("  ·  ")));
    if let Some(note) = &page.new.shape.note {
        ui.add_space(8.0);
        bits::card(ui).show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.label(text::body(ui, format!("“{note}”")));
        });
    }
    ui.add_space(12.0);
}

/// Which of its examples give what they say.
fn examples(ui: &mut Ui, page: &MetricReview) {
    let failed = page.failed.iter().map(|one| (one.file.as_str(), one.why.as_str()));
    let problems = page.problems.iter().map(|one| notes::Problem {
        file: &one.file,
        line: one.line,
        column: one.column,
        message: &one.message,
    });
    let (failed, problems) = (failed.collect::<Vec<_>>(), problems.collect::<Vec<_>>());
    notes::examples(ui, &page.passed, &failed, &problems);
}

/// What a lead should see before anything else.
fn warnings(ui: &mut Ui, page: &MetricReview) {
    let tokens = tokens_of(ui);
    if page.names_pupils {
        let words = "It may name pupils, to those who see names";
        line(ui, tokens.watch, Icon::Person, words);
    }
    if !page.reads_more.is_empty() {
        let (more, words) = match page.old {
            Some(_) => (tokens.watch, "It reads more than before"),
            None => (tokens.none, "It reads"),
        };
        line(ui, more, Icon::Search, &format!("{words}: {}", page.reads_more.join(", ")));
    }
    if let Some(why) = &page.new.refused {
        line(ui, tokens.act, Icon::Warning, &format!("It does not run here: {why}"));
    }
    if let Some(why) = page.old.as_ref().and_then(|old| old.refused.as_ref()) {
        line(ui, tokens.watch, Icon::Info, &format!("The one that runs now says nothing: {why}"));
    }
    if page.old.is_some() && page.is_same() {
        line(ui, tokens.none, Icon::Check, "It says the same of this school, to the last digit");
    }
}

fn foot(ui: &mut Ui, review: &Review, shared: &SharedMetrics, actions: &mut Actions) {
    if let Some(why) = &review.refused {
        let label = ui.label(text::body(ui, why).color(tokens_of(ui).act.ink));
        label.widget_info(|| WidgetInfo::labeled(Role::Alert, true, why));
        ui.add_space(4.0);
    }
    ui.horizontal(|ui| {
        let close = buttons::plain(ui, "Close");
        if review.takes_focus {
            close.request_focus();
            actions.push(Action::Sharing(Edit::Focused));
        }
        if close.clicked() {
            actions.push(Action::Sharing(Edit::Close));
        }
        let is_own = shared.line(review.record).is_some_and(|line| line.is_own);
        let standing = review.standing(shared);
        if is_own && matches!(standing, Standing::Waits | Standing::Refused) {
            take_back(ui, review, actions);
        }
        match standing {
            Standing::Waits if shared.may_decide => {
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    ui.add_enabled_ui(!review.is_sent, |ui| decide(ui, review, actions));
                });
            }
            Standing::Waits => {
                let words = "A lead decides: everybody may run it once it is approved";
                ui.label(text::soft(ui, words));
            }
            Standing::Changed => changed(ui, actions),
            Standing::Refused => {
                let says = shared.line(review.record).map(|line| line.says.as_str());
                ui.label(text::soft(ui, says.unwrap_or_default()));
            }
            Standing::Settled => {
                let words = "It waits no longer: somebody has decided, or its author took it back";
                ui.label(text::soft(ui, words));
            }
        }
    });
}

fn take_back(ui: &mut Ui, review: &Review, actions: &mut Actions) {
    ui.add_enabled_ui(!review.is_sent, |ui| {
        if buttons::plain(ui, "Withdraw it").clicked() {
            actions.push(Action::Sharing(Edit::TakeBack));
        }
    });
}

/// What is in sight is not what waits: it is looked at anew before anything is decided.
fn changed(ui: &mut Ui, actions: &mut Actions) {
    let words = "Its files have changed since you opened it";
    ui.label(text::body(ui, words).color(tokens_of(ui).act.ink));
    if buttons::primary(ui, "Look again").clicked() {
        actions.push(Action::Sharing(Edit::Again));
    }
}

fn decide(ui: &mut Ui, review: &Review, actions: &mut Actions) {
    if buttons::primary(ui, "Approve for everybody").clicked() {
        actions.push(Action::Sharing(Edit::Approve));
    }
    ui.add_enabled_ui(!review.reason.trim().is_empty(), |ui| {
        let refuse = buttons::danger(ui, "Refuse");
        if refuse.on_disabled_hover_text("Say first what the author has to change").clicked() {
            actions.push(Action::Sharing(Edit::Refuse));
        }
    });
    let mut typed = review.reason.clone();
    let edit = TextEdit::singleline(&mut typed)
        .hint_text("To refuse it, say what has to change")
        .font(Rank::Body.font())
        .margin(Margin::symmetric(10, 8))
        .desired_width((ui.available_width() - 8.0).clamp(80.0, 460.0));
    if ui.add(edit).accessible_name("What has to change").changed() {
        actions.push(Action::Sharing(Edit::Reason(typed)));
    }
}
