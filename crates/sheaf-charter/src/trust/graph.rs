//! One lane's control entries and who knows of whom.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::bits::Bits;
use super::effect::Judgement;
use super::removal::Removal;
use crate::act::Act;
use crate::ids::{DeviceId, EntryId, EpochId, LogId, PersonId};

/// The sealed part of a control entry, as it travelled.
#[derive(Clone, Debug)]
pub(super) struct SealedNames {
    pub(super) epoch: EpochId,
    pub(super) header_prefix: Vec<u8>,
    pub(super) section: Vec<u8>,
}

/// Who signed a control entry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Author {
    Device(DeviceId),
    /// The recovery key with this signing half.
    Recovery([u8; 32]),
}

impl Author {
    /// The key that signs.
    pub(super) const fn key(&self) -> &[u8; 32] {
        match self {
            Self::Device(device) => device.as_bytes(),
            Self::Recovery(signing) => signing,
        }
    }

    /// The device; none for the recovery key.
    pub(super) const fn device(self) -> Option<DeviceId> {
        match self {
            Self::Device(device) => Some(device),
            Self::Recovery(_) => None,
        }
    }
}

/// One control entry, judged by what its author knew.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) id: EntryId,
    pub(super) log: LogId,
    pub(super) seq: u64,
    pub(super) author: Author,
    /// The author's person as the author knew it; none where the device was not trusted.
    pub(super) person: Option<PersonId>,
    /// Every entry of this lane that its author knew.
    pub(super) past: Arc<Bits>,
    /// Every entry of the charter that its author knew; empty in the charter itself.
    pub(super) charter_past: Arc<Bits>,
    pub(super) acts: Arc<[Act]>,
    /// What the acts do by what the author knew. Never changes.
    pub(super) at_heads: Arc<Judgement>,
    /// Whether something that the author knew stood otherwise when it was first judged.
    pub(super) tainted: bool,
    /// The acts that take a right away, where the author might.
    pub(super) removals: Vec<Removal>,
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

    /// The entries of a set with their indices.
    pub(super) fn among(&self, set: &Bits) -> impl Iterator<Item = (usize, &Node)> {
        set.iter().filter_map(|index| Some((index, self.nodes.get(index)?)))
    }

    pub(super) fn get(&self, id: EntryId) -> Option<&Node> {
        self.nodes.get(*self.by_id.get(&id)?)
    }

    pub(super) fn index(&self, id: EntryId) -> Option<usize> {
        self.by_id.get(&id).copied()
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
            self.add_closure(*index, &mut closure);
        }
        closure
    }

    /// Adds an entry and all that it knows of.
    pub(super) fn add_closure(&self, index: usize, to: &mut Bits) {
        if let Some(node) = self.nodes.get(index) {
            to.union(&node.past);
            to.insert(index);
        }
    }

    /// Whether an entry is another one or lies before it.
    pub(super) fn leads_to(&self, index: usize, to: EntryId) -> bool {
        self.index(to).is_some_and(|to| {
            to == index || self.nodes.get(to).is_some_and(|node| node.past.contains(index))
        })
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
