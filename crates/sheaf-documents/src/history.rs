//! What each change of a document changed, first to last.

mod lineage;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use automerge::{Automerge, ChangeHash as EngineHash};
use sheaf_records::{FieldPath, Kind, Value};

use crate::cells::Cells;
use crate::layout;
use crate::scan::{Action, Op, OpId, Scanned, Stored, scan};
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
    /// Why, if its author said so.
    pub because: Option<String>,
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
    /// The values that stood there at once and that this one settled; none without a conflict.
    pub settled: Vec<Option<Value>>,
    /// The changes that wrote another value there and knew as little of this one as it of them.
    pub at_once: Vec<ChangeHash>,
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
            let steps = scanned.iter().map(|change| step(automerge, kind, change, &maps));
            let mut steps = steps.collect::<Result<Vec<_>, _>>()?;
            lineage::tell_at_once(&scanned, &mut steps);
            Ok(steps)
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
    let values = |cells: &Cells, path: &FieldPath| -> Vec<Option<Value>> {
        let cells = cells.fields.get(path).map(Vec::as_slice).unwrap_or_default();
        cells.iter().map(|cell| schema::typed(kind, path, &cell.value).0).collect()
    };
    let changed = touched.into_iter().map(|path| {
        let before = values(&before, &path);
        let differ = before.iter().any(|value| Some(value) != before.first());
        ChangedField {
            after: values(&after, &path).into_iter().next().flatten(),
            before: before.first().cloned().flatten(),
            settled: if differ { before } else { Vec::new() },
            at_once: Vec::new(),
            path,
        }
    });
    let (change, actor, time_ms) = (facts.hash, facts.actor, facts.time_ms);
    let because = ops.iter().rev().find_map(reason);
    Ok(HistoryStep { change, actor, time_ms, because, changed: changed.collect() })
}

/// The reason that an operation of a change gives for it.
fn reason(op: &Op<'_>) -> Option<String> {
    match (&op.object, op.key, op.action) {
        (None, layout::BECAUSE, Action::Put(Stored::Str(words))) => Some(words.to_owned()),
        _ => None,
    }
}
