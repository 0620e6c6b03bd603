//! Taking in changes that come from elsewhere, and rebuilding a document from all of them.

use std::collections::{BTreeMap, BTreeSet};

use automerge::ReadDoc;
use sheaf_records::RecordId;

use crate::engine::Engine;
use crate::graph::Graph;
use crate::scan::{Scanned, scan};
use crate::{Applied, ChangeHash, Document, DocumentError, Limits};

impl Document {
    /// Takes in changes, in any order, all of them or none.
    ///
    /// Each is read within [`Limits::STANDARD`] and checked against those it depends on before the
    /// engine sees it. Changes that are here already count as taken in.
    ///
    /// # Errors
    /// If a change is over a limit, malformed, or does not fit: the document is as it was. If the
    /// engine fails it is poisoned.
    pub fn apply(&mut self, changes: &[&[u8]]) -> Result<Applied, DocumentError> {
        self.engine.check()?;
        // On the way out by an error there is no graph: the next call reads it from the engine.
        let mut graph = self.take_graph()?;
        let batch = match read_batch(&graph, changes) {
            Ok(batch) => batch,
            Err(error) => {
                self.graph = Some(graph);
                return Err(error);
            }
        };
        let missing = missing(&graph, &batch);
        let applied = if missing.is_empty() {
            let ordered = order(batch);
            ordered.iter().try_for_each(|(scanned, _)| graph.add(scanned))?;
            self.hand_over(&ordered)?;
            Applied::Done { new: ordered.len() }
        } else {
            Applied::Missing(missing)
        };
        self.graph = Some(graph);
        Ok(applied)
    }

    /// The document of these changes, in whatever order they are given.
    ///
    /// # Errors
    /// As [`Document::apply`], and if changes are missing.
    pub fn from_changes<'a>(
        id: RecordId,
        changes: impl IntoIterator<Item = &'a [u8]>,
    ) -> Result<Self, DocumentError> {
        let mut document = Self { id, engine: Engine::new(), graph: Some(Graph::default()) };
        let changes: Vec<&[u8]> = changes.into_iter().collect();
        match document.apply(&changes)? {
            Applied::Done { .. } => Ok(document),
            Applied::Missing(missing) => Err(DocumentError::MissingChanges(missing)),
        }
    }

    fn hand_over(&mut self, ordered: &[(Scanned<'_>, &[u8])]) -> Result<(), DocumentError> {
        if ordered.is_empty() {
            return Ok(());
        }
        self.engine.change(|automerge| {
            let changes = ordered
                .iter()
                .map(|(_, bytes)| automerge::Change::try_from(*bytes))
                .collect::<Result<Vec<_>, _>>()
                .map_err(|_| DocumentError::Poisoned)?;
            let expected = automerge.stats().num_changes + ordered.len() as u64;
            automerge.apply_changes(changes).map_err(|_| DocumentError::Poisoned)?;
            // Fewer means that some of them wait in the engine's own queue.
            if automerge.stats().num_changes == expected {
                Ok(())
            } else {
                Err(DocumentError::Poisoned)
            }
        })
    }

    /// The graph, built from the engine's changes after a load.
    fn take_graph(&mut self) -> Result<Graph, DocumentError> {
        if let Some(graph) = self.graph.take() {
            return Ok(graph);
        }
        let changes = self.engine.read(|automerge| Ok(automerge.get_changes(&[])))?;
        let mut batch = changes
            .iter()
            .map(|change| scan(change.raw_bytes(), &Limits::STANDARD))
            .collect::<Result<Vec<_>, _>>()?;
        batch.sort_by_key(|scanned| (scanned.facts.start_op, scanned.facts.hash));
        let mut graph = Graph::default();
        for scanned in &batch {
            graph.add(scanned)?;
        }
        Ok(graph)
    }
}

type Batch<'a> = BTreeMap<ChangeHash, (Scanned<'a>, &'a [u8])>;

/// The changes that are not here yet, each once.
fn read_batch<'a>(graph: &Graph, changes: &[&'a [u8]]) -> Result<Batch<'a>, DocumentError> {
    let mut batch = Batch::new();
    for bytes in changes {
        let scanned = scan(bytes, &Limits::STANDARD)?;
        if !graph.contains(&scanned.facts.hash) {
            batch.insert(scanned.facts.hash, (scanned, bytes));
        }
    }
    Ok(batch)
}

fn missing(graph: &Graph, batch: &Batch<'_>) -> Vec<ChangeHash> {
    let deps = batch.values().flat_map(|(scanned, _)| &scanned.facts.deps);
    let missing: BTreeSet<ChangeHash> =
        deps.filter(|dep| !graph.contains(dep) && !batch.contains_key(*dep)).copied().collect();
    missing.into_iter().collect()
}

/// Dependencies first: operations are numbered on from those of the dependencies, so that the
/// number of the first one gives such an order; where it does not, the graph refuses the change.
fn order(batch: Batch<'_>) -> Vec<(Scanned<'_>, &[u8])> {
    let mut ordered: Vec<_> = batch.into_values().collect();
    ordered.sort_by_key(|(scanned, _)| (scanned.facts.start_op, scanned.facts.hash));
    ordered
}
