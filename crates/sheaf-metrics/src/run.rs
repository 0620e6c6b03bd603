//! What all values of one run share: the data, the limits, what may be read and shown.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rhai::{Dynamic, EvalAltResult, Position};
use sheaf_analytics::{AnalyticsError, Budget, Plan, Scope};
use sheaf_records::{CodeLists, RecordId};

use crate::error::MetricError;
use crate::fault::fault;
use crate::kept::Kept;
use crate::limits::DEADLINE;
use crate::registry::Answer;
use crate::sandbox::Stop;

/// Who will see the result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Audience {
    /// People who may see numbers but no names.
    #[default]
    Numbers,
    /// The pastoral team, who may see the names of the pupils in their spaces.
    Pastoral,
}

/// Gives the name of a pupil to a permitted audience.
pub type Names = Arc<dyn Fn(RecordId) -> Option<String> + Send + Sync>;

/// The data and the limits of one run.
#[derive(Clone)]
pub struct RunContext {
    /// The columns of the school and today.
    pub scope: Scope,
    /// Who will see the result.
    pub audience: Audience,
    /// The switch, the deadline and the sizes; a deadline is set if it has none.
    pub budget: Budget,
    /// The names of pupils.
    pub names: Names,
    /// How long the script may run.
    pub patience: Duration,
    /// Reports from before, for the same person and school.
    pub kept: Option<Arc<Kept>>,
    /// The codes that the school has added to the lists, where it is one school.
    pub own_codes: Option<Arc<CodeLists>>,
}

impl RunContext {
    /// A run for people who may see numbers alone.
    pub fn new(scope: Scope, budget: Budget) -> Self {
        let (audience, patience) = (Audience::Numbers, DEADLINE);
        let (kept, own_codes) = Default::default();
        Self { scope, audience, budget, names: Arc::new(|_| None), patience, kept, own_codes }
    }

    /// The same with more or less time.
    #[must_use]
    pub fn within(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// The same with reports kept from one run to the next.
    #[must_use]
    pub fn keeping(self, kept: Arc<Kept>) -> Self {
        Self { kept: Some(kept), ..self }
    }

    /// The same in a school whose code lists are these.
    #[must_use]
    pub fn with_codes(self, codes: CodeLists) -> Self {
        Self { own_codes: Some(Arc::new(codes)), ..self }
    }

    /// The code lists of the school, or the built-in ones where it was not told of any.
    pub fn codes(&self) -> &CodeLists {
        self.own_codes.as_deref().unwrap_or(CodeLists::built_in())
    }

    /// The same for the pastoral team, with the names of pupils.
    #[must_use]
    pub fn for_pastoral(self, names: Names) -> Self {
        Self { audience: Audience::Pastoral, names, ..self }
    }
}

/// What the values of a run share.
pub struct Run {
    /// The data and today.
    pub scope: Scope,
    /// The limits.
    pub budget: Budget,
    /// What the metric says that it reads.
    pub reads: Vec<String>,
    rows_read: AtomicU64,
    conflicts: AtomicU64,
    notes: Mutex<BTreeSet<String>>,
}

impl Run {
    /// The shared part of a run.
    pub fn new(scope: Scope, budget: Budget, reads: Vec<String>) -> Self {
        let (rows_read, conflicts, notes) = Default::default();
        Self { scope, budget, reads, rows_read, conflicts, notes }
    }

    /// How many rows were read so far.
    pub fn rows_read(&self) -> u64 {
        self.rows_read.load(Ordering::Relaxed)
    }

    /// How many of the rows used hold a value that two people wrote at once.
    pub fn conflicts(&self) -> u64 {
        self.conflicts.load(Ordering::Relaxed)
    }

    /// Notes that rows were used, so many of which are in conflict.
    pub fn note_conflicts(&self, rows: usize) {
        self.conflicts.fetch_max(rows as u64, Ordering::Relaxed);
    }

    /// Notes what a reader of the report must know of how it was counted; once, however often.
    pub fn note(&self, words: String) {
        if let Ok(mut notes) = self.notes.lock() {
            notes.insert(words);
        }
    }

    /// What was noted, in order of letters.
    pub fn notes(&self) -> Vec<String> {
        self.notes.lock().map(|notes| notes.iter().cloned().collect()).unwrap_or_default()
    }

    /// Runs a plan, if the metric says that it reads those columns.
    pub fn collect(&self, plan: &Plan) -> Answer<sheaf_analytics::Frame> {
        self.permit(plan)?;
        let scope = &self.scope;
        let rows = scope.snapshot().rows(plan.table(), scope.as_of()).map_err(raised)?;
        self.rows_read.fetch_add(rows as u64, Ordering::Relaxed);
        let frame = plan.run(&self.scope, &self.budget).map_err(raised)?;
        self.note_conflicts(frame.rows_in_conflict());
        Ok(frame)
    }

    /// Refuses columns that `reads` does not list.
    pub fn permit(&self, plan: &Plan) -> Answer<()> {
        let table = plan.table();
        if self.reads.iter().any(|read| read == table) {
            return Ok(());
        }
        let columns = plan.reads().map_err(raised)?;
        for column in columns {
            if !self.reads.iter().any(|read| *read == format!("{table}.{column}")) {
                return Err(fault(format!(
                    "`{table}.{column}` is not in `reads` of plugin.toml; add it there"
                )));
            }
        }
        Ok(())
    }
}

/// An error of the data as an error of the script; its place is added by the engine.
pub fn raised(error: AnalyticsError) -> Box<EvalAltResult> {
    let value = match error {
        AnalyticsError::Cancelled => Dynamic::from(Stop::Cancelled),
        AnalyticsError::Deadline => Dynamic::from(Stop::Deadline),
        other => Dynamic::from(MetricError::Analytics(other)),
    };
    EvalAltResult::ErrorRuntime(value, Position::NONE).into()
}
