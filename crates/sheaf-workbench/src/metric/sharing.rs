//! The metrics that ask for something, as a list, and what can be done with what is shared.

use eframe::egui::{Id, Ui};
use sheaf_records::RecordId;
use sheaf_school::MetricState;
use sheaf_school::desk::{MetricDraft, SharedMetric, SharedMetrics};

use super::withdraw;
use crate::action::{Action, Actions};
use crate::model::Model;
use crate::theme::{Tone, tokens_of};
use crate::widgets::line::Line;
use crate::widgets::walk::Walk;
use crate::widgets::{Icon, bits};

/// A change in what is shared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Look at a version that was shared.
    Open(RecordId),
    /// Look at it anew.
    Again,
    /// Look at it no longer.
    Close,
    /// What the lead writes to the author.
    Reason(String),
    /// Everybody may run it.
    Approve,
    /// Nobody else may run it.
    Refuse,
    /// The author takes back what is looked at.
    TakeBack,
    /// A change in the dialog that asks why a version is withdrawn.
    Withdraw(withdraw::Edit),
    /// The keys are where they belong.
    Focused,
}

/// What a request about shared metrics was for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Errand {
    /// List those that ask for something.
    Shared,
    /// Show one beside the version that runs.
    Review,
    /// Decide on it.
    Decide,
    /// Take one back.
    Withdraw,
    /// Undo what was done last.
    Undo,
    /// Read a draft.
    Draft,
    /// Begin a draft.
    Begin,
    /// Save a file of a draft.
    Save,
    /// Share a draft.
    Share,
}

/// How many metrics ask whoever uses this device for something.
pub fn asking(model: &Model) -> usize {
    model.shared.get().map_or(0, |shared| shared.asking().count())
}

/// Draws what asks for something, where the day begins.
pub fn queue(ui: &mut Ui, model: &Model, walk: &mut Walk, actions: &mut Actions) {
    let Some(shared) = model.shared.get() else { return };
    let waiting = shared.asking().filter(|line| line.state == MetricState::Waiting);
    part(ui, ("Metrics to review", "Review"), waiting, None, walk, actions);
    let refused = shared.asking().filter(|line| line.state != MetricState::Waiting);
    let words = ("Metrics of yours that were refused", "Refused");
    part(ui, words, refused, None, walk, actions);
}

/// Draws all that waits or was refused, own ones that wait for others too; one of them may be open.
pub fn list(ui: &mut Ui, shared: &SharedMetrics, open: Option<RecordId>, actions: &mut Actions) {
    let mut walk = Walk::default();
    let heading = if shared.may_decide { "To review" } else { "Waiting for a lead" };
    let is_waiting = |line: &&SharedMetric| line.state == MetricState::Waiting;
    let waiting = shared.lines.iter().filter(is_waiting);
    part(ui, (heading, ""), waiting, open, &mut walk, actions);
    let refused = shared.lines.iter().filter(|line| !is_waiting(line));
    part(ui, ("Refused", ""), refused, open, &mut walk, actions);
    walk.follow_within(ui);
}

fn part<'a>(
    ui: &mut Ui,
    (heading, pill): (&str, &str),
    lines: impl Iterator<Item = &'a SharedMetric>,
    open: Option<RecordId>,
    walk: &mut Walk,
    actions: &mut Actions,
) {
    let lines: Vec<&SharedMetric> = lines.collect();
    if lines.is_empty() {
        return;
    }
    ui.spacing_mut().item_spacing.y = 2.0;
    bits::counted(ui, heading, lines.len());
    for one in lines {
        let line = Line {
            id: Id::unique(("shared metric", one.record.to_bytes())),
            icon: Icon::Chart,
            ticks: None,
            head: &format!("{} {}", one.name, one.version),
            below: &one.says,
            pill,
            tone: tone_of(ui, one.state),
            is_open: open == Some(one.record),
        };
        if line.show(ui, walk).is_some() {
            actions.push(Action::Sharing(Edit::Open(one.record)));
        }
    }
    ui.add_space(18.0);
}

/// Draws a draft that is in no other list; true if it is to be opened.
pub fn draft_line(ui: &mut Ui, draft: &MetricDraft, is_open: bool) -> bool {
    let line = Line {
        id: Id::unique(("draft metric", &draft.folder)),
        icon: Icon::Chart,
        ticks: None,
        head: &draft.name,
        below: &draft.says,
        pill: "",
        tone: tokens_of(ui).none,
        is_open,
    };
    let mut walk = Walk::default();
    let opened = line.show(ui, &mut walk).is_some();
    walk.follow_within(ui);
    opened
}

fn tone_of(ui: &Ui, state: MetricState) -> Tone {
    let tokens = tokens_of(ui);
    if state == MetricState::Refused { tokens.act } else { tokens.watch }
}
