//! Draws the dialog in which a concern is written down.

use eframe::egui::{Context, Id, Key, Margin, Modifiers, Role, ScrollArea, TextEdit};
use eframe::egui::{Ui, WidgetInfo};
use sheaf_school::desk::{Choice, Danger};

use super::Edit;
use super::form::{Form, FormEdit};
use crate::action::{Action, Actions};
use crate::command::CommandId;
use crate::model::Model;
use crate::theme::{Rank, text, tokens_of};
use crate::widgets::buttons::Chosen;
use crate::widgets::field::{Field, Shows};
use crate::widgets::overlay::Overlay;
use crate::widgets::{bits, buttons, keys};

const WIDTH: f32 = 620.0;

/// What the dialog keeps free of the window's height.
const MARGINS: f32 = 190.0;

/// What is said to whoever writes of a child in danger.
const DANGER: &str = "Tell the safeguarding lead in person now, or call 999: do not wait for a \
                      receipt. This is saved as well";

/// Draws the dialog; Esc puts it away and keeps what was typed.
pub fn show(ctx: &Context, form: &Form, model: &Model, actions: &mut Actions) {
    Overlay::new("concern dialog", "Write a safeguarding concern", WIDTH).show(
        ctx,
        actions,
        |ui, actions| {
            if keys::take(ui, Modifiers::COMMAND, Key::Enter) {
                actions.push(Action::Concern(Edit::Save));
            }
            ui.label(text::title(ui, "Safeguarding concern"));
            ui.label(text::soft(ui, who_reads(model)));
            ui.add_space(8.0);
            let room = (ui.ctx().content_rect().height() - MARGINS).max(120.0);
            ScrollArea::vertical().max_height(room).show(ui, |ui| {
                pupil(ui, form, model, actions);
                ui.add_space(8.0);
                words(ui, form, actions);
                ui.add_space(8.0);
                danger(ui, form, actions);
                ui.add_space(8.0);
                more(ui, form, model, actions);
            });
            ui.add_space(12.0);
            foot(ui, form, actions);
        },
    );
}

fn who_reads(model: &Model) -> &'static str {
    match model.concerns.get().is_some_and(|page| page.receives) {
        true => "Only those who are in safeguarding can read it",
        false => {
            "Only you and those who receive concerns can read it: head, safeguarding lead, \
                  deputies. You will see here who has received it, and when"
        }
    }
}

fn push(actions: &mut Actions, edit: FormEdit) {
    actions.push(Action::Concern(Edit::Form(edit)));
}

fn pupil(ui: &mut Ui, form: &Form, model: &Model, actions: &mut Actions) {
    if let Some(line) = form.pupil.and_then(|pupil| model.pupil(pupil)) {
        ui.label(text::label(ui, "About"));
        ui.horizontal(|ui| {
            ui.label(text::strong(ui, &line.name));
            ui.label(text::small(ui, format!("{}  {}", line.year_group, line.reg_group)));
            if buttons::quiet(ui, "Somebody else").clicked() {
                push(actions, FormEdit::Leave);
            }
        });
        return;
    }
    let first = form.offered.first().copied();
    let field = Field {
        label: "About",
        hint: "Whose name?",
        typed: &form.typed,
        shows: Shows::Line,
        error: None,
    };
    let typed = field.show(ui);
    if form.takes_focus {
        typed.response.request_focus();
        push(actions, FormEdit::Focused);
    }
    let entered = typed.response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    if let Some(pupil) = first.filter(|_| entered) {
        push(actions, FormEdit::Take(pupil));
    }
    if let Some(text) = typed.text {
        push(actions, FormEdit::Type(text));
    }
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        for (place, id) in form.offered.iter().enumerate() {
            let Some(line) = model.pupil(*id) else { continue };
            let words = format!("{}  {}", line.name, line.reg_group);
            if buttons::choice(ui, &words, Chosen::from(place == 0)).clicked() {
                push(actions, FormEdit::Take(*id));
            }
        }
    });
}

fn words(ui: &mut Ui, form: &Form, actions: &mut Actions) {
    let label = ui.label(text::label(ui, "In the child's own words, or what you saw"));
    let mut typed = form.words.clone();
    let edit = TextEdit::multiline(&mut typed)
        .id(Id::unique("concern words"))
        .hint_text("Word for word; facts, not guesses; no leading questions")
        .font(Rank::Body.font())
        .margin(Margin::symmetric(10, 8))
        .desired_rows(6)
        .desired_width(f32::INFINITY);
    let response = ui.add(edit).labelled_by(label.id);
    if form.takes_focus && form.pupil.is_some() {
        response.request_focus();
        push(actions, FormEdit::Focused);
    }
    if response.changed() {
        push(actions, FormEdit::Words(typed));
    }
}

fn danger(ui: &mut Ui, form: &Form, actions: &mut Actions) {
    let mut on = form.danger == Danger::Now;
    if ui.checkbox(&mut on, "The child is in danger now").changed() {
        push(actions, FormEdit::Danger(if on { Danger::Now } else { Danger::Unsaid }));
    }
    if form.danger == Danger::Now {
        let tone = tokens_of(ui).act;
        bits::wash(tone).show(ui, |ui| {
            ui.set_width(ui.available_width());
            let line = ui.label(text::strong(ui, DANGER).color(tone.ink));
            line.widget_info(|| WidgetInfo::labeled(Role::Alert, true, DANGER));
        });
    }
}

fn more(ui: &mut Ui, form: &Form, model: &Model, actions: &mut Actions) {
    let categories = model.concerns.get().map(|page| page.categories.as_slice());
    ui.label(text::label(ui, "What it may be about; leave it open if in doubt"));
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        for Choice { code, title } in categories.unwrap_or_default() {
            let is_it = *code == form.category;
            if buttons::choice(ui, title, Chosen::from(is_it)).clicked() {
                push(actions, FormEdit::Category(code.clone()));
            }
        }
    });
    ui.add_space(8.0);
    for (label, hint, typed, edit) in [
        (
            "Seen or heard",
            "Now; or 10:15, or 2026-11-20T10:15",
            &form.seen,
            FormEdit::Seen as fn(String) -> FormEdit,
        ),
        ("Told in person", "Nobody yet", &form.told, FormEdit::Told),
    ] {
        let field = Field { label, hint, typed, shows: Shows::Line, error: None };
        if let Some(text) = field.show(ui).text {
            push(actions, edit(text));
        }
        ui.add_space(4.0);
    }
}

fn foot(ui: &mut Ui, form: &Form, actions: &mut Actions) {
    if let Some(why) = &form.refused {
        let line = ui.label(text::body(ui, why).color(tokens_of(ui).act.ink));
        line.widget_info(|| WidgetInfo::labeled(Role::Alert, true, why));
        ui.add_space(4.0);
    }
    let missing = form.line().err();
    ui.horizontal(|ui| {
        ui.add_enabled_ui(missing.is_none() && !form.is_sent, |ui| {
            if buttons::primary(ui, "Save and hand over").clicked() {
                actions.push(Action::Concern(Edit::Save));
            }
        });
        if buttons::plain(ui, "Later").on_hover_text("Keeps what was typed").clicked() {
            actions.push(Action::Command(CommandId::Close));
        }
        if !form.is_empty() && buttons::quiet(ui, "Throw it away").clicked() {
            actions.push(Action::Concern(Edit::Discard));
        }
        match missing {
            Some(missing) => ui.label(text::small(ui, missing)),
            None => ui.label(text::small(ui, "Ctrl+Enter saves")),
        };
    });
}
