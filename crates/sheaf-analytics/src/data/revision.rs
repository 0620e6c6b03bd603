//! Whether what was read is still the same: a mark that is replaced with each change.

use std::sync::Arc;

use crate::data::snapshot::Scope;
use crate::tables::{Source, table};

/// The state of something at one time. Two are equal only where nothing was changed between them,
/// whatever was changed back.
#[derive(Clone, Debug, Default)]
pub struct Revision(Arc<()>);

impl PartialEq for Revision {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Revision {}

/// The state of all that some tables are made of: equal where every row, fact and day is the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revisions {
    pub(crate) tables: Vec<(&'static str, Revision)>,
    pub(crate) shared: Shared,
}

impl Revisions {
    /// Whether this is still how it is in a scope.
    pub fn hold_in(&self, scope: &Scope) -> bool {
        let names = self.tables.iter().map(|(name, _)| *name);
        scope.revisions(names).as_ref() == Some(self)
    }
}

/// The state of what all tables share.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shared {
    /// What is known of pupils by day.
    pub facts: Revision,
    /// The school calendar.
    pub calendar: Revision,
}

/// The tables whose rows a table is made of.
pub fn made_of(name: &str) -> Vec<&str> {
    let Ok(spec) = table(name) else { return vec![name] };
    let has_sessions = spec.columns.iter().any(|one| matches!(one.source, Source::Sessions(_)));
    match spec.name {
        "clocks" => vec![name, "suspensions"],
        _ if has_sessions => vec![name, "intervention_sessions"],
        _ => vec![name],
    }
}
