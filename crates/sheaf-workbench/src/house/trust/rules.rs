//! How long records are kept: the rules with their sources, and setting the school's own.

use eframe::egui::{Role, Ui, WidgetInfo};
use jiff::civil::Date;
use sheaf_records::{Basis, MAX_YEARS, RetentionPeriod, has_day};
use sheaf_school::NewRetentionRule;
use sheaf_school::desk::{Choice, DuePage, KeepingRule, TrustAct};

use super::ask::Ask;
use super::dialog::{choices, reason};
use super::retention::{certainty, sentence};
use super::{Edit, What};
use crate::action::{Action, Actions};
use crate::theme::{text, tokens_of};
use crate::widgets::field::{Field, Shows};
use crate::widgets::{bits, buttons};

/// Draws the rules; with a button to change each where there is a day from which on.
pub fn show(ui: &mut Ui, page: &DuePage, from: Option<Date>, actions: &mut Actions) {
    if page.rules.is_empty() {
        return;
    }
    ui.add_space(16.0);
    bits::section(ui, "How long records are kept");
    for rule in &page.rules {
        ui.add_space(6.0);
        ui.horizontal_wrapped(|ui| {
            ui.label(text::strong(ui, &rule.title));
            let (words, tone) = certainty(ui, rule.certainty);
            bits::chip(ui, words, tone);
            if let Some(from) = from {
                change(ui, rule, from, actions);
            }
        });
        ui.label(text::body(ui, sentence(&rule.says)));
        for words in [&rule.source, &rule.note] {
            if !words.is_empty() {
                ui.label(text::small(ui, words));
            }
        }
        if let Some(why) = &rule.why_not {
            ui.label(text::small(ui, format!("Not in force: {why}")));
        }
    }
    if from.is_none() {
        ui.add_space(8.0);
        ui.label(text::small(ui, "Whoever has the role of lead or above can change them"));
    }
}

fn change(ui: &mut Ui, rule: &KeepingRule, from: Date, actions: &mut Actions) {
    let button = buttons::quiet(ui, "Change…");
    let spoken = format!("Change how long: {}…", rule.title);
    button.widget_info(|| WidgetInfo::labeled(Role::Button, true, &spoken));
    if button.clicked() {
        let what = What::SetRule { rule: Box::new(rule.clone()), from };
        actions.push(Action::Trust(Edit::Ask(Box::new(what))));
    }
}

/// Asks for the school's own period.
pub fn ask(ui: &mut Ui, ask: &Ask, rule: &KeepingRule, actions: &mut Actions) {
    ui.label(text::strong(ui, format!("Now: {}", rule.says)));
    ui.label(text::small(ui, &rule.source));
    let words = "The school’s own rule takes its place from its day on. Nothing is deleted by it: \
                 it says when somebody looks whether a record is still needed";
    ui.label(text::soft(ui, words));
    ui.add_space(8.0);
    choices(ui, "How long", &lengths(rule), &ask.chosen, actions);
    if Basis::of_code(&ask.chosen).is_some() {
        ui.add_space(8.0);
        let (typed, shows) = (ask.name.as_str(), Shows::Line);
        let field = Field { label: "How many years", hint: "25", typed, shows, error: None };
        if let Some(years) = field.show(ui).text {
            actions.push(Action::Trust(Edit::Name(years)));
        }
    }
    ui.add_space(8.0);
    let (typed, shows) = (ask.until.as_str(), Shows::Line);
    let (label, hint) = ("Counts from, that day included", "2027-09-01");
    let field = Field { label, hint, typed, shows, error: None };
    if let Some(from) = field.show(ui).text {
        actions.push(Action::Trust(Edit::Until(from)));
    }
    reason(ui, ask, "Where it comes from: a policy, advice, who agreed", actions);
    let tone = tokens_of(ui).info;
    ui.add_space(8.0);
    bits::wash(tone).show(ui, |ui| {
        ui.set_width(ui.available_width());
        let words = "Everybody in the school can read the rule, with your name";
        ui.label(text::body(ui, words).color(tone.ink));
    });
}

/// What may be chosen. Some kinds have no day from which years could run.
fn lengths(rule: &KeepingRule) -> Vec<Choice> {
    let all = [
        ("birth", "Years of age"),
        ("event", "Years from the day of the record"),
        ("leaving", "Years from leaving"),
        ("transfer", "Until the pupil moves on"),
        ("none", "No period"),
    ];
    let days = rule.kinds.iter().all(|kind| has_day(*kind));
    let fits = all.into_iter().filter(|(code, _)| days || *code != Basis::Event.code());
    fits.map(|(code, title)| Choice { code: code.to_owned(), title: title.to_owned() }).collect()
}

/// The code of a length.
pub const fn length_of(period: RetentionPeriod) -> &'static str {
    match period {
        RetentionPeriod::Years { from, .. } => from.code(),
        RetentionPeriod::Transfer => "transfer",
        RetentionPeriod::None => "none",
    }
}

/// The years of a period, as they are typed.
pub fn years_of(period: RetentionPeriod) -> String {
    match period {
        RetentionPeriod::Years { years, .. } => years.to_string(),
        RetentionPeriod::Transfer | RetentionPeriod::None => String::new(),
    }
}

/// What to do, or what is missing.
pub fn act(ask: &Ask, rule: &KeepingRule) -> Result<TrustAct, &'static str> {
    let period = match (ask.chosen.as_str(), Basis::of_code(&ask.chosen)) {
        (_, Some(from)) => {
            let years: Option<u8> = ask.name.trim().parse().ok();
            let years = years.filter(|years| (1..=MAX_YEARS).contains(years));
            let years = years.ok_or("Write the years as a whole number from 1 to 120")?;
            RetentionPeriod::Years { years, from }
        }
        ("transfer", _) => RetentionPeriod::Transfer,
        _ => RetentionPeriod::None,
    };
    let from: Date = ask.until.trim().parse().map_err(|_| "Write the first day as 2027-09-01")?;
    let source = ask.reason.trim().to_owned();
    if source.is_empty() {
        return Err("Say where it comes from, for those who ask later");
    }
    Ok(TrustAct::SetRule(NewRetentionRule {
        kinds: rule.kinds.clone(),
        setting: rule.setting,
        period,
        valid_from: Some(from),
        valid_to: None,
        source,
    }))
}
