//! Which entries of a set stand, once everything in the set is known.
//!
//! What an author might do by what the author knew never changes. What becomes of it does: a
//! removal that somebody wrote at the same time voids what the removed device did past the cut,
//! and whatever was built on that is judged again without it. Where removals void each other the
//! stronger one holds.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Trust;
use super::bits::Bits;
use super::effect::{Change, Effect, Judgement};
use super::graph::{Graph, Node};
use super::removal::{Removal, Strength};
use super::verdict::HeldReason;
use super::world::World;
use crate::ids::SpaceId;

/// What follows from a set of one lane's entries.
#[derive(Clone, Default, Debug)]
pub(super) struct Settled {
    /// By the entry's index; none outside the set.
    judged: Vec<Option<Arc<Judgement>>>,
    /// The entries of which something stands otherwise than their authors knew.
    pub(super) shaken: Bits,
}

impl Settled {
    /// What became of an entry.
    pub(super) fn judgement(&self, index: usize) -> Option<&Arc<Judgement>> {
        self.judged.get(index)?.as_ref()
    }

    /// What the entries of a set change.
    pub(super) fn effects<'a>(&'a self, set: &'a Bits) -> impl Iterator<Item = &'a Effect> {
        let judged = set.iter().filter_map(|index| self.judgement(index));
        judged.flat_map(|judgement| &judgement.effects)
    }

    /// All judgements, in the order of arrival.
    pub(super) fn all(&self) -> impl Iterator<Item = &Arc<Judgement>> {
        self.judged.iter().flatten()
    }

    /// Adds one entry on which nothing weighs.
    pub(super) fn push(&mut self, judgement: Arc<Judgement>, shaken: bool) {
        if shaken {
            self.shaken.insert(self.judged.len());
        }
        self.judged.push(Some(judgement));
    }

    fn stands(&self, candidate: &Candidate<'_>) -> bool {
        self.judgement(candidate.at)
            .is_some_and(|judgement| judgement.reason(candidate.removal.act).is_none())
    }
}

#[derive(Clone, Copy)]
struct Candidate<'a> {
    at: usize,
    removal: &'a Removal,
    strength: Strength,
}

/// An act, by its entry's index and its place.
type Place = (usize, usize);

/// One lane's entries of which is asked what stands.
struct Settling<'a> {
    trust: &'a Trust,
    space: SpaceId,
    graph: &'a Graph,
    set: &'a Bits,
    charter: Option<&'a Settled>,
}

impl Trust {
    /// What stands of a set of a lane's entries that holds all that its entries know of. Beside a
    /// space's entries the charter's are given.
    pub(super) fn settle(&self, space: SpaceId, set: &Bits, charter: Option<&Settled>) -> Settled {
        let Some(graph) = self.lanes.get(&space) else { return Settled::default() };
        Settling { trust: self, space, graph, set, charter }.run()
    }

    /// What becomes of the last entry of a lane, on which nothing weighs that was not there, and
    /// which weighs on nothing; and whether that is otherwise than its author knew.
    pub(super) fn settle_last(&self, space: SpaceId, now: &Settled) -> (Arc<Judgement>, bool) {
        let nothing = Graph::default();
        let graph = self.lanes.get(&space).unwrap_or(&nothing);
        let Some((index, node)) = graph.nodes().iter().enumerate().next_back() else {
            return (Arc::default(), false);
        };
        let charter = self.now.get(&SpaceId::CHARTER).filter(|_| space != SpaceId::CHARTER);
        let set = Bits::default();
        let settling = Settling { trust: self, space, graph, set: &set, charter };
        let denied = BTreeSet::new();
        if settling.is_shaken(index, node, &now.shaken, &denied) {
            (Arc::new(settling.judge_again(index, node, now, &denied)), true)
        } else {
            (node.at_heads.clone(), false)
        }
    }
}

impl<'a> Settling<'a> {
    fn run(&self) -> Settled {
        let candidates = self.candidates();
        let mut denied = BTreeSet::new();
        // Each round denies at least one more candidate.
        for _ in 0..=candidates.len() {
            let (accepted, settled) = self.accept(&candidates, &denied);
            let fallen = accepted.iter().find(|candidate| !settled.stands(candidate));
            match fallen {
                None => return settled,
                Some(fallen) => denied.insert((fallen.at, fallen.removal.act)),
            };
        }
        self.judge_all(&Bits::default(), &denied)
    }

    /// The removals of the set, the strongest first.
    fn candidates(&self) -> Vec<Candidate<'a>> {
        let nodes = self.graph.among(self.set);
        let mut candidates: Vec<_> = nodes
            .flat_map(|(at, node)| node.removals.iter().map(move |removal| (at, removal)))
            .filter_map(|(at, removal)| {
                let strength = removal.strength(at, self.graph, self.set)?;
                Some(Candidate { at, removal, strength })
            })
            .collect();
        candidates.sort_by_key(|candidate| std::cmp::Reverse(candidate.strength));
        candidates
    }

    /// Accepts one candidate after the other that stands beside those before it. The rest has no
    /// effect.
    fn accept(
        &self,
        candidates: &[Candidate<'a>],
        denied: &BTreeSet<Place>,
    ) -> (Vec<Candidate<'a>>, Settled) {
        let mut accepted = Vec::new();
        let mut void = Bits::default();
        let mut settled = self.judge_all(&void, denied);
        let mut rejected = denied.clone();
        for candidate in candidates {
            let place = (candidate.at, candidate.removal.act);
            if denied.contains(&place) || !settled.stands(candidate) {
                rejected.insert(place);
                continue;
            }
            accepted.push(*candidate);
            let mut more = void.clone();
            more.union(&candidate.removal.voids(candidate.at, self.graph, self.set));
            if !more.same(&void) {
                void = more;
                settled = self.judge_all(&void, denied);
            }
        }
        if rejected != *denied {
            settled = self.judge_all(&void, &rejected);
        }
        (accepted, settled)
    }

    /// What becomes of the entries of the set beside removals that void these, without the acts
    /// that are denied.
    fn judge_all(&self, void: &Bits, denied: &BTreeSet<Place>) -> Settled {
        let mut settled =
            Settled { judged: vec![None; self.graph.next_index()], shaken: Bits::default() };
        for (index, node) in self.graph.among(self.set) {
            let judgement = if void.contains(index) {
                Some(Judgement::held(node.id, node.acts.len(), HeldReason::PastTheCut))
            } else if self.is_shaken(index, node, &settled.shaken, denied) {
                Some(self.judge_again(index, node, &settled, denied))
            } else {
                None
            };
            if judgement.is_some() {
                settled.shaken.insert(index);
            }
            let judgement = judgement.map_or_else(|| node.at_heads.clone(), Arc::new);
            if let Some(slot) = settled.judged.get_mut(index) {
                *slot = Some(judgement);
            }
        }
        settled
    }

    /// Whether something that the author knew stands otherwise, or an act of the entry is denied.
    fn is_shaken(
        &self,
        index: usize,
        node: &Node,
        shaken: &Bits,
        denied: &BTreeSet<Place>,
    ) -> bool {
        node.tainted
            || node.past.intersects(shaken)
            || self.charter.is_some_and(|charter| node.charter_past.intersects(&charter.shaken))
            || denied.range((index, 0)..=(index, usize::MAX)).next().is_some()
    }

    fn judge_again(
        &self,
        index: usize,
        node: &Node,
        settled: &Settled,
        denied: &BTreeSet<Place>,
    ) -> Judgement {
        let mut world = World::new(self.space);
        if let Some(charter) = self.charter {
            let effects = charter.effects(&node.charter_past);
            effects.for_each(|effect| world.charter.apply(effect));
        }
        settled.effects(&node.past).for_each(|effect| world.apply(effect));
        let barred = |act| {
            let overruled = denied.contains(&(index, act)) || is_groundless(node, act, &world);
            node.at_heads.reason(act).or(overruled.then_some(HeldReason::Overruled))
        };
        self.trust.judge_acts(self.graph, &node.script(index), &world, &barred).1
    }
}

/// Whether an act cuts logs because a device was removed which is not: devices write such cuts by
/// themselves, and they fall with the removal.
fn is_groundless(node: &Node, act: usize, world: &World) -> bool {
    node.at_heads.effects.iter().filter(|effect| effect.stamp.act == act).any(|effect| {
        let Change::Cut { removed, .. } = &effect.change else { return false };
        removed.iter().any(|device| !world.charter.is_removed(*device))
    })
}
