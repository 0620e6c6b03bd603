//! What each change of a document changed, first to last.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use automerge::{Automerge, ChangeHash as EngineHash};
use sheaf_records::{FieldPath, Kind, Value};

use crate::cells::Cells;
use crate::layout;
use crate::scan::{OpId, Scanned, scan};
use crate::view::kind_and_schema;
use crate::{ActorBytes, ChangeHash, Document, DocumentError, Limits, schema};

/// One change of a document.
#[derive(Clone, PartialEq, Eq)]
pub struct HistoryStep {
    /// The change.
    pub change: ChangeHash,
    /// Who wrote it.
    pub actor: ActorBytes,
    /// When, as its author claims, in milliseconds since 1970 (UTC).
    pub time_ms: i64,
    /// The fields that it wrote, in the order of their paths.
    pub changed: Vec<ChangedField>,
}

/// One field that a change wrote.
#[derive(Clone, PartialEq, Eq)]
pub struct ChangedField {
    /// Where.
    pub path: FieldPath,
    /// What its author saw there.
    pub before: Option<Value>,
    /// What they wrote; `None` if they cleared it.
    pub after: Option<Value>,
}

impl fmt::Debug for HistoryStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HistoryStep")
            .field("time_ms", &self.time_ms)
            .field("changed", &self.changed.len())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for ChangedField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChangedField").finish_non_exhaustive()
    }
}

impl Document {
    /// Every change with what it changed, each after those it depends on and otherwise in an order
    /// that is the same on every device.
    ///
    /// # Errors
    /// If the document is poisoned, or does not say what kind of record it is.
    pub fn history(&self) -> Result<Vec<HistoryStep>, DocumentError> {
        self.engine.read(|automerge| {
            let (kind, _) = kind_and_schema(&Cells::read(automerge, None)?)?;
            let changes = automerge.get_changes(&[]);
            let mut scanned = changes
                .iter()
                .map(|change| scan(change.raw_bytes(), &Limits::STANDARD))
                .collect::<Result<Vec<_>, _>>()?;
            scanned.sort_by_key(|change| (change.facts.start_op, change.facts.hash));
            let maps = map_names(&scanned);
            scanned.iter().map(|change| step(automerge, kind, change, &maps)).collect()
        })
    }
}

/// The fields of rows by the operation that made their map.
fn map_names<'a>(changes: &'a [Scanned<'_>]) -> BTreeMap<OpId, &'a str> {
    let mut names = BTreeMap::new();
    for Scanned { facts, ops } in changes {
        for (counter, op) in (facts.start_op..).zip(ops) {
            if op.makes_map() {
                names.insert(OpId { counter, actor: facts.actor }, op.key);
            }
        }
    }
    names
}

fn step(
    automerge: &Automerge,
    kind: Kind,
    Scanned { facts, ops }: &Scanned<'_>,
    maps: &BTreeMap<OpId, &str>,
) -> Result<HistoryStep, DocumentError> {
    let touched: BTreeSet<FieldPath> = ops
        .iter()
        .filter(|op| !op.makes_map())
        .filter_map(|op| match &op.object {
            None => layout::path_in_root(op.key),
            Some(object) => layout::path_in_rows(maps.get(object)?, op.key),
        })
        .collect();
    let deps: Vec<EngineHash> = facts.deps.iter().map(|dep| EngineHash(*dep)).collect();
    let before = match deps.as_slice() {
        [] => Cells::default(),
        deps => Cells::read(automerge, Some(deps))?,
    };
    let after = Cells::read(automerge, Some(&[EngineHash(facts.hash)]))?;
    let value = |cells: &Cells, path: &FieldPath| {
        let winner = cells.fields.get(path)?.first()?;
        schema::typed(kind, path, &winner.value).0
    };
    let changed = touched
        .into_iter()
        .map(|path| ChangedField {
            before: value(&before, &path),
            after: value(&after, &path),
            path,
        })
        .collect();
    Ok(HistoryStep { change: facts.hash, actor: facts.actor, time_ms: facts.time_ms, changed })
}
