//! Which metric is chosen, its options as they stand, and whether it runs.

use std::collections::BTreeMap;

use sheaf_records::RecordId;
use sheaf_school::desk::{Against, Choice, FormField, FormKind, MetricCard};

use super::cases::Folded;
use super::draft::Draft;
use super::review::Review;
use crate::chart;

/// A change in the metric view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Another metric is chosen.
    Choose(String),
    /// An option is set to this text.
    Set(String, String),
    /// Every option gets its default.
    Reset,
    /// A change in the view of one chart.
    Chart(usize, chart::Edit),
    /// The records behind a mark are selected, in place of others.
    Select(Selection),
    /// Nothing is selected any more.
    Unselect,
    /// Pictures become tables, or tables pictures.
    TurnCharts,
    /// All pupils are shown one by one, not only the first.
    UnfoldCases,
}

/// Records that were chosen on a chart; the other charts and the lists follow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    /// What they are behind of.
    pub title: String,
    /// The records, in order.
    pub ids: Vec<RecordId>,
}

impl Selection {
    /// Whether any of these records is in it.
    pub fn meets(&self, records: &[RecordId]) -> bool {
        records.iter().any(|record| self.ids.binary_search(record).is_ok())
    }
}

/// A run that has not ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Run {
    /// When it began, in seconds since the window opened.
    pub since: f64,
}

/// What is kept of the view while the school is locked away: which version was looked at, what was
/// written of those that are not decided on yet, and drafts that are not saved.
#[derive(Clone, Default)]
pub struct Left {
    review: Option<RecordId>,
    reasons: BTreeMap<RecordId, String>,
    drafts: BTreeMap<String, Draft>,
}

/// The metric view.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// The id of the chosen metric.
    pub chosen: Option<String>,
    options: BTreeMap<(String, String), String>,
    /// The run that has not ended.
    pub run: Option<Run>,
    /// Why the last run gave nothing.
    pub refused: Option<String>,
    /// What runs are compared with.
    pub against: Against,
    /// Whether only the first pupils are shown one by one.
    pub cases: Folded,
    charts: BTreeMap<usize, chart::State>,
    /// What is selected.
    pub selection: Option<Selection>,
    /// The version that is looked at before it is approved.
    pub review: Option<Review>,
    /// The draft that is being written.
    pub draft: Option<Draft>,
    /// Others in which something was typed and not saved.
    drafts: BTreeMap<String, Draft>,
    /// What was written to the authors of versions that are not decided on yet.
    reasons: BTreeMap<RecordId, String>,
}

impl State {
    /// Applies one change.
    pub fn apply(&mut self, edit: Edit) {
        match edit {
            Edit::Choose(id) => {
                self.close_review();
                self.close_draft();
                if self.chosen.as_ref() != Some(&id) {
                    self.chosen = Some(id);
                    self.refused = None;
                    self.forget_marks();
                }
            }
            Edit::Set(name, text) => {
                if let Some(metric) = &self.chosen {
                    self.options.insert((metric.clone(), name), text);
                }
            }
            Edit::Reset => {
                let chosen = self.chosen.clone();
                self.options.retain(|(metric, _), _| Some(metric) != chosen.as_ref());
            }
            Edit::Chart(place, edit) => self.charts.entry(place).or_default().apply(edit),
            Edit::Select(selection) => self.selection = Some(selection),
            Edit::Unselect => self.selection = None,
            Edit::TurnCharts => self.turn_charts(),
            Edit::UnfoldCases => self.cases = Folded::No,
        }
    }

    fn turn_charts(&mut self) {
        let to_table = !self.charts.values().any(|chart| chart.is_table);
        for place in 0..MOST_CHARTS {
            self.charts.entry(place).or_default().is_table = to_table;
        }
    }

    /// Looks at a version that was shared, with what was written of it before.
    pub fn open_review(&mut self, record: RecordId) {
        self.close_review();
        self.close_draft();
        let reason = self.reasons.remove(&record).unwrap_or_default();
        self.review = Some(Review::new(record, reason));
    }

    /// Looks at it no longer; what was written stays.
    pub fn close_review(&mut self) {
        if let Some(review) = self.review.take()
            && !review.reason.is_empty()
        {
            self.reasons.insert(review.record, review.reason);
        }
    }

    /// Opens a draft, with what was typed in it before.
    pub fn open_draft(&mut self, folder: String) {
        self.close_review();
        self.close_draft();
        let kept = self.drafts.remove(&folder);
        self.draft = Some(kept.unwrap_or_else(|| Draft::new(folder)));
    }

    /// Looks at it no longer; what was typed and not saved stays.
    pub fn close_draft(&mut self) {
        if let Some(draft) = self.draft.take().filter(Draft::is_worth_keeping) {
            self.drafts.insert(draft.folder.clone(), draft);
        }
    }

    /// Whether the file in sight has changed since it was saved.
    pub fn can_save(&self) -> bool {
        self.draft.as_ref().is_some_and(|draft| draft.is_changed(&draft.file))
    }

    /// What is kept while the school is locked away.
    pub fn leave(&mut self) -> Left {
        let review = self.review.as_ref().map(|review| review.record);
        self.close_review();
        self.close_draft();
        let reasons = std::mem::take(&mut self.reasons);
        Left { review, reasons, drafts: std::mem::take(&mut self.drafts) }
    }

    /// Takes up what was kept; gives the version that is to be looked at again.
    pub fn come_back(&mut self, left: Left) -> Option<RecordId> {
        self.reasons = left.reasons;
        self.drafts = left.drafts;
        if let Some(record) = left.review {
            self.open_review(record);
        }
        left.review
    }

    /// It is decided on.
    pub fn end_review(&mut self) {
        self.review = None;
    }

    /// Beside the period before, or by itself again.
    pub const fn turn_against(&mut self) {
        self.against = match self.against {
            Against::Nothing => Against::PeriodBefore,
            Against::PeriodBefore => Against::Nothing,
        };
    }

    /// The view of one chart.
    pub fn chart(&self, place: usize) -> chart::State {
        self.charts.get(&place).copied().unwrap_or_default()
    }

    /// Another result: marks of the old one mean nothing now.
    pub fn forget_marks(&mut self) {
        self.selection = None;
        for chart in self.charts.values_mut() {
            chart.at = None;
        }
    }

    /// What an option is set to, or its default.
    pub fn option<'a>(&'a self, metric: &str, name: &str, default: &'a str) -> &'a str {
        let set = self.options.get(&(metric.to_owned(), name.to_owned()));
        set.map_or(default, String::as_str)
    }

    /// Whether any option differs from its default.
    pub fn is_changed(&self, card: &MetricCard) -> bool {
        card.form
            .iter()
            .any(|field| self.option(&card.id, &field.name, &field.default) != field.default)
    }

    /// Breaks a metric out by columns, or no longer by any if there is none.
    pub fn break_out(&mut self, card: &MetricCard, columns: String) {
        if let Some((field, _)) = dimensions(card) {
            self.options.insert((card.id.clone(), field.name.clone()), columns);
        }
    }

    /// By what a metric can be broken out, and by what it is; none if it has no option for that.
    pub fn break_outs<'a>(&'a self, card: &'a MetricCard) -> Option<chart::BreakOut<'a>> {
        let (field, choices) = dimensions(card)?;
        let chosen = self.option(&card.id, &field.name, &field.default);
        Some(chart::BreakOut { choices, chosen })
    }

    /// Every option as it stands, for a run.
    pub fn options(&self, card: &MetricCard) -> Vec<(String, String)> {
        let text = |name: &str, default| self.option(&card.id, name, default).trim().to_owned();
        card.form
            .iter()
            .map(|field| (field.name.clone(), text(&field.name, &field.default)))
            .collect()
    }
}

/// Whether a metric looks at a period, so that there is one before it.
pub fn has_period(card: &MetricCard) -> bool {
    card.form.iter().any(|field| matches!(field.kind, FormKind::Period(_)))
}

/// The option by which a metric is broken out, and what it offers.
fn dimensions(card: &MetricCard) -> Option<(&FormField, &[Choice])> {
    card.form.iter().find_map(|field| match &field.kind {
        FormKind::Several(choices) => Some((field, choices.as_slice())),
        _ => None,
    })
}

/// No result has more charts than this.
const MOST_CHARTS: usize = 60;
