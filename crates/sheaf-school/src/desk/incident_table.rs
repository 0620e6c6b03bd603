//! The table of incidents as a face shows it: every row once, and the order in which to show them.

use std::fmt;
use std::sync::Arc;

use jiff::civil::DateTime;
use sheaf_records::RecordId;

use super::model::Choice;

/// A column of the table of incidents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IncidentColumn {
    /// When it happened.
    #[default]
    When,
    /// The pupils in it.
    Pupils,
    /// What it was.
    Category,
    /// Where it was.
    Place,
    /// How grave it was.
    Severity,
    /// What was done at once.
    Action,
    /// Who wrote it down.
    By,
    /// Conflicts, safeguarding, open follow-ups.
    Labels,
}

impl IncidentColumn {
    /// Every column in its usual order.
    pub const ALL: [Self; 8] = [
        Self::When,
        Self::Pupils,
        Self::Category,
        Self::Place,
        Self::Severity,
        Self::Action,
        Self::By,
        Self::Labels,
    ];

    /// What stands at its head, on screen and in files.
    pub const fn title(self) -> &'static str {
        match self {
            Self::When => "When",
            Self::Pupils => "Pupils",
            Self::Category => "Category",
            Self::Place => "Place",
            Self::Severity => "Severity",
            Self::Action => "Action",
            Self::By => "Written by",
            Self::Labels => "Labels",
        }
    }
}

/// Which end of a column comes first; what is empty comes last either way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sense {
    /// The earliest, the least, A.
    Rising,
    /// The latest, the greatest, Z.
    #[default]
    Falling,
}

/// By what the table is sorted; what is equal stands newest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IncidentOrder {
    /// The column.
    pub column: IncidentColumn,
    /// Which end comes first.
    pub sense: Sense,
}

/// Which incidents to show, and in which order.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct IncidentQuery {
    /// A filter over the columns that metrics read, as `sheaf record list --where` takes it.
    pub filter: String,
    /// Only those with a pupil who was in this year group on that day, by its code.
    pub year_group: Option<String>,
    /// Only those of this category, by its code.
    pub category: Option<String>,
    /// Only those at this place, by its code.
    pub place: Option<String>,
    /// Only those in this period: `this_half_term`, `last_20_school_days` or two days written as
    /// `2026-09-01..2026-12-18`.
    pub period: Option<String>,
    /// The order.
    pub order: IncidentOrder,
}

impl IncidentQuery {
    /// Whether every incident is shown.
    pub fn shows_all(&self) -> bool {
        let chips = [&self.year_group, &self.category, &self.place, &self.period];
        self.filter.trim().is_empty() && chips.into_iter().all(Option::is_none)
    }
}

/// Says nothing of what was typed, which may name a pupil.
impl fmt::Debug for IncidentQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IncidentQuery").field("order", &self.order).finish_non_exhaustive()
    }
}

/// One incident in words.
#[derive(Clone, PartialEq, Eq)]
pub struct IncidentRow {
    /// The record.
    pub record: RecordId,
    /// When it happened.
    pub at: Option<DateTime>,
    /// The names of the pupils in it.
    pub pupils: String,
    /// What it was.
    pub category: Option<Arc<Choice>>,
    /// Where it was.
    pub place: Option<Arc<Choice>>,
    /// From 1 to 5.
    pub severity: Option<u8>,
    /// What was done at once.
    pub action: Option<Arc<Choice>>,
    /// Who wrote it down.
    pub by: Arc<str>,
    /// How many of its fields are in conflict.
    pub conflicts: u32,
    /// Whether it is in the safeguarding space.
    pub guarded: bool,
    /// How many follow-ups are open.
    pub open_follow_ups: u32,
}

impl IncidentRow {
    /// The title of a code, or nothing.
    pub fn title(choice: Option<&Arc<Choice>>) -> &str {
        choice.map_or("", |choice| choice.title.as_str())
    }

    /// What stands out, in words.
    pub fn labels(&self) -> Vec<String> {
        let mut labels = Vec::new();
        if self.conflicts > 0 {
            labels.push("Conflict".to_owned());
        }
        if self.guarded {
            labels.push("Safeguarding".to_owned());
        }
        match self.open_follow_ups {
            0 => {}
            1 => labels.push("1 follow-up open".to_owned()),
            many => labels.push(format!("{many} follow-ups open")),
        }
        labels
    }

    /// The words of one column.
    pub fn words(&self, column: IncidentColumn) -> String {
        match column {
            IncidentColumn::When => {
                self.at.map(|at| at.strftime("%Y-%m-%d %H:%M").to_string()).unwrap_or_default()
            }
            IncidentColumn::Pupils => self.pupils.clone(),
            IncidentColumn::Category => Self::title(self.category.as_ref()).to_owned(),
            IncidentColumn::Place => Self::title(self.place.as_ref()).to_owned(),
            IncidentColumn::Severity => {
                self.severity.map(|level| level.to_string()).unwrap_or_default()
            }
            IncidentColumn::Action => Self::title(self.action.as_ref()).to_owned(),
            IncidentColumn::By => self.by.to_string(),
            IncidentColumn::Labels => self.labels().join(", "),
        }
    }
}

/// Says nothing of the pupils.
impl fmt::Debug for IncidentRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IncidentRow").field("record", &self.record).finish_non_exhaustive()
    }
}

/// What the quick filters offer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IncidentChoices {
    /// Year groups that pupils are in.
    pub year_groups: Vec<Choice>,
    /// Categories that occur.
    pub categories: Vec<Choice>,
    /// Places that occur.
    pub places: Vec<Choice>,
    /// Periods of the calendar.
    pub periods: Vec<Choice>,
    /// Columns that a written filter may name, with what they mean.
    pub columns: Vec<Choice>,
}

/// Incidents, filtered and sorted: cheap to clone, never changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncidentTable {
    /// What was asked for.
    pub query: IncidentQuery,
    /// Every incident that this device may read, in no order.
    pub rows: Arc<[Arc<IncidentRow>]>,
    /// Which of them are shown, as places in `rows`, the first first.
    pub order: Arc<[u32]>,
    /// The filter in words.
    pub sentence: String,
    /// What the quick filters offer.
    pub choices: Arc<IncidentChoices>,
    /// The spaces in which incidents are read here; none where this device is in no space.
    pub spaces: Vec<String>,
}

impl IncidentTable {
    /// How many are shown.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether none is shown.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// The incident shown at a place from 0.
    pub fn row(&self, place: usize) -> Option<&IncidentRow> {
        let row = usize::try_from(*self.order.get(place)?).ok()?;
        self.rows.get(row).map(|row| &**row)
    }
}
