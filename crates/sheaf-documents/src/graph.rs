//! The changes of a document and what they write, to check that a new one fits.
//!
//! The engine believes what a change says of earlier operations, and shows different things on
//! different devices, or panics, where that is false. The rules here depend on a change and its
//! ancestors alone, so that every device comes to the same verdict in whatever order changes come.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::scan::{Op, OpId, Scanned};
use crate::{ActorBytes, ChangeFacts, ChangeHash, DocumentError};

/// The changes of a document by hash.
#[derive(Clone, Default)]
pub(crate) struct Graph {
    nodes: HashMap<ChangeHash, Node>,
    by_actor: HashMap<ActorBytes, Vec<ChangeHash>>,
    heads: BTreeSet<ChangeHash>,
}

#[derive(Clone)]
struct Node {
    start_op: u64,
    deps: Vec<ChangeHash>,
    writes: Vec<Write>,
}

/// What one operation writes to.
#[derive(Clone)]
struct Write {
    object: Option<OpId>,
    key: Box<str>,
    makes_map: bool,
}

impl Node {
    fn max_op(&self) -> u64 {
        self.start_op + self.writes.len() as u64 - 1
    }
}

impl Graph {
    pub(crate) fn contains(&self, hash: &ChangeHash) -> bool {
        self.nodes.contains_key(hash)
    }

    /// Takes in a change whose dependencies are all here, if it fits.
    pub(crate) fn add(&mut self, scanned: &Scanned<'_>) -> Result<(), DocumentError> {
        self.check(scanned)?;
        self.add_checked(scanned);
        Ok(())
    }

    /// Takes in a change that this document made or checked before.
    pub(crate) fn add_checked(&mut self, Scanned { facts, ops }: &Scanned<'_>) {
        let writes = ops.iter().map(Write::of).collect();
        let node = Node { start_op: facts.start_op, deps: facts.deps.clone(), writes };
        self.nodes.insert(facts.hash, node);
        self.by_actor.entry(facts.actor).or_default().push(facts.hash);
        for dep in &facts.deps {
            self.heads.remove(dep);
        }
        self.heads.insert(facts.hash);
    }

    /// The change of this actor that carries this number.
    pub(crate) fn numbered(&self, actor: &ActorBytes, seq: u64) -> Option<ChangeHash> {
        let place = usize::try_from(seq).ok()?.checked_sub(1)?;
        self.by_actor.get(actor)?.get(place).copied()
    }

    /// Whether what is written on top of these changes is written on top of this one.
    pub(crate) fn builds_on(&self, deps: &[ChangeHash], change: &ChangeHash) -> bool {
        ancestors(self, deps).contains(change)
    }

    /// Whether a change fits whose dependencies are all here.
    pub(crate) fn check(&self, scanned: &Scanned<'_>) -> Result<(), DocumentError> {
        let Scanned { facts, ops } = scanned;
        self.check_sequence(facts)?;
        let newest = facts.deps.iter().filter_map(|dep| self.nodes.get(dep)).map(Node::max_op);
        if facts.start_op != newest.max().unwrap_or(0) + 1 {
            return misfit(facts, "its operations are not numbered on from its dependencies");
        }
        let mut ancestors = Ancestors { graph: self, facts, known: None };
        for (index, op) in ops.iter().enumerate() {
            let (earlier, _) = ops.split_at(index);
            ancestors.check_op(op, earlier)?;
        }
        Ok(())
    }

    fn check_sequence(&self, facts: &ChangeFacts) -> Result<(), DocumentError> {
        let own = self.by_actor.get(&facts.actor).map_or(&[][..], Vec::as_slice);
        let expected = own.len() as u64 + 1;
        if facts.seq < expected {
            return Err(DocumentError::DuplicateSequence { actor: facts.actor, seq: facts.seq });
        }
        let follows = own.last().is_none_or(|last| facts.deps.contains(last));
        if facts.seq > expected || !follows {
            return misfit(facts, "it does not follow the change before it of the same actor");
        }
        Ok(())
    }

    /// The change in which an actor wrote an operation.
    fn change_of(&self, id: &OpId) -> Option<(ChangeHash, &Node)> {
        let own = self.by_actor.get(&id.actor)?;
        let starts_after =
            |hash: &ChangeHash| self.nodes.get(hash).is_some_and(|node| node.start_op > id.counter);
        let index = own.partition_point(|hash| !starts_after(hash)).checked_sub(1)?;
        let hash = own.get(index)?;
        Some((*hash, self.nodes.get(hash)?))
    }
}

impl Write {
    fn of(op: &Op<'_>) -> Self {
        Self { object: op.object, key: op.key.into(), makes_map: op.makes_map() }
    }
}

fn misfit<T>(facts: &ChangeFacts, reason: &'static str) -> Result<T, DocumentError> {
    Err(DocumentError::Inconsistent { change: facts.hash, reason })
}

/// The operations that a change may refer to: those of the changes below it, and its own.
struct Ancestors<'a> {
    graph: &'a Graph,
    facts: &'a ChangeFacts,
    known: Option<HashSet<ChangeHash>>,
}

impl Ancestors<'_> {
    fn check_op(&mut self, op: &Op<'_>, earlier: &[Op<'_>]) -> Result<(), DocumentError> {
        if let Some(object) = &op.object {
            let write = self.find(object, earlier);
            if !write.is_some_and(|write| write.makes_map) {
                return misfit(self.facts, "it writes into a map that is not there");
            }
        }
        for predecessor in &op.predecessors {
            let write = self.find(predecessor, earlier);
            let same = |write: &Write| write.object == op.object && &*write.key == op.key;
            if !write.is_some_and(|write| same(&write)) {
                return misfit(self.facts, "it replaces a value that is not there");
            }
        }
        Ok(())
    }

    fn find(&mut self, id: &OpId, earlier: &[Op<'_>]) -> Option<Write> {
        if id.actor == self.facts.actor && id.counter >= self.facts.start_op {
            let index = usize::try_from(id.counter - self.facts.start_op).ok()?;
            return earlier.get(index).map(Write::of);
        }
        let (change, node) = self.graph.change_of(id)?;
        let index = usize::try_from(id.counter.checked_sub(node.start_op)?).ok()?;
        let write = node.writes.get(index)?.clone();
        self.is_ancestor(&change).then_some(write)
    }

    fn is_ancestor(&mut self, change: &ChangeHash) -> bool {
        // Almost always a change is written on top of all that there is.
        if self.graph.heads.iter().all(|head| self.facts.deps.contains(head)) {
            return true;
        }
        let graph = self.graph;
        let deps = &self.facts.deps;
        self.known.get_or_insert_with(|| ancestors(graph, deps)).contains(change)
    }
}

fn ancestors(graph: &Graph, from: &[ChangeHash]) -> HashSet<ChangeHash> {
    let mut known: HashSet<ChangeHash> = from.iter().copied().collect();
    let mut pending = from.to_vec();
    while let Some(hash) = pending.pop() {
        for dep in graph.nodes.get(&hash).into_iter().flat_map(|node| &node.deps) {
            if known.insert(*dep) {
                pending.push(*dep);
            }
        }
    }
    known
}
