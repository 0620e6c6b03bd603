//! One lane's control entries and who knows of whom.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::bits::Bits;
use super::effect::{Effect, HeldAct, Stamp};
use crate::ids::{EntryId, EpochId, LogId};

/// The sealed part of a control entry, as it travelled.
#[derive(Clone, Debug)]
pub(super) struct SealedNames {
    pub(super) epoch: EpochId,
    pub(super) header_prefix: Vec<u8>,
    pub(super) section: Vec<u8>,
}

/// One control entry, judged.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) id: EntryId,
    pub(super) log: LogId,
    pub(super) seq: u64,
    /// Every entry of this lane that its author knew.
    pub(super) past: Arc<Bits>,
    /// Every entry of the charter that its author knew; empty in the charter itself.
    pub(super) charter_past: Arc<Bits>,
    pub(super) effects: Vec<Effect>,
    pub(super) held: Vec<HeldAct>,
    /// That of the first act that has effect.
    pub(super) stamp: Option<Stamp>,
    pub(super) names: Option<SealedNames>,
}

/// The entries of one lane in the order of their arrival, which never puts one before another
/// that it names.
#[derive(Clone, Default, Debug)]
pub(super) struct Graph {
    nodes: Vec<Node>,
    by_id: HashMap<EntryId, usize>,
    heads: BTreeSet<EntryId>,
}

impl Graph {
    pub(super) fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    pub(super) fn get(&self, id: EntryId) -> Option<&Node> {
        self.nodes.get(*self.by_id.get(&id)?)
    }

    pub(super) fn contains(&self, id: EntryId) -> bool {
        self.by_id.contains_key(&id)
    }

    pub(super) fn next_index(&self) -> usize {
        self.nodes.len()
    }

    pub(super) fn heads(&self) -> &BTreeSet<EntryId> {
        &self.heads
    }

    /// These entries and all that they know of. Entries that are not here are passed over.
    pub(super) fn closure(&self, heads: &[EntryId]) -> Bits {
        let mut closure = Bits::default();
        for index in heads.iter().filter_map(|head| self.by_id.get(head)) {
            if let Some(node) = self.nodes.get(*index) {
                closure.union(&node.past);
            }
            closure.insert(*index);
        }
        closure
    }

    pub(super) fn push(&mut self, node: Node, parents: &[EntryId]) {
        for parent in parents {
            self.heads.remove(parent);
        }
        self.heads.insert(node.id);
        self.by_id.insert(node.id, self.nodes.len());
        self.nodes.push(node);
    }
}
