//! Of two changes that carry one actor and number, which one stands.

use std::collections::{BTreeSet, HashMap};

use crate::graph::Graph;
use crate::scan::{Scanned, scan};
use crate::{ChangeFacts, ChangeHash, DocumentError, Limits};

/// The groups of changes that do not stand, because another stands with the same actor and number
/// or because they do not fit, by their places in `groups`.
///
/// `groups` are all that may stand of one document. Each is taken in whole or not at all, and of
/// two with the same actor and number the earlier one stands, unless it was written on top of the
/// later. What comes of it depends on nothing else, so that all who have the same groups in the
/// same order agree.
///
/// A group that cannot be read, does not fit or builds on what does not stand goes before nobody;
/// the first and the last of these are not among those that are given.
pub fn not_standing(groups: &[Vec<&[u8]>]) -> BTreeSet<usize> {
    let mut settling = Settling::new(groups);
    loop {
        if let Some(places) = settling.settle() {
            return places;
        }
    }
}

/// Changes that are taken in together.
struct Group<'a> {
    /// The lower goes first.
    place: usize,
    changes: Vec<Scanned<'a>>,
}

struct Settling<'a> {
    /// In such an order that most changes follow those that they build on.
    groups: Vec<Group<'a>>,
    /// Those that stood until one came that goes before them.
    ousted: BTreeSet<usize>,
    /// Those that do not fit whatever else stands.
    misfits: BTreeSet<usize>,
}

impl<'a> Settling<'a> {
    fn new(groups: &[Vec<&'a [u8]>]) -> Self {
        let mut read: Vec<Group<'a>> = Vec::new();
        for (place, changes) in groups.iter().enumerate() {
            let changes = changes.iter().map(|change| scan(change, &Limits::STANDARD));
            if let Ok(mut changes) = changes.collect::<Result<Vec<_>, _>>() {
                changes.sort_by_key(|scanned| (scanned.facts.start_op, scanned.facts.hash));
                read.push(Group { place, changes });
            }
        }
        read.sort_by_key(|group| {
            let last = group.changes.last();
            (last.map(|scanned| (scanned.facts.start_op, scanned.facts.hash)), group.place)
        });
        Self { groups: read, ousted: BTreeSet::new(), misfits: BTreeSet::new() }
    }

    /// Lets all stand one after the other that may. Gives those that may not; nothing where it must
    /// begin again, knowing more.
    fn settle(&mut self) -> Option<BTreeSet<usize>> {
        let mut standing = Standing::default();
        let mut out: BTreeSet<usize> = self.ousted.union(&self.misfits).copied().collect();
        let mut left: Vec<&Group<'a>> =
            self.groups.iter().filter(|group| !out.contains(&group.place)).collect();
        loop {
            let before = left.len();
            let mut waiting = Vec::new();
            for group in left {
                match standing.take(group) {
                    Fit::Stands => {}
                    Fit::Waits => waiting.push(group),
                    Fit::Behind => {
                        out.insert(group.place);
                    }
                    Fit::Before(twin) => {
                        self.ousted.insert(twin);
                        return None;
                    }
                    Fit::Not => {
                        out.insert(group.place);
                        self.misfits.insert(group.place);
                        // It may have ousted one of them, and should not have.
                        if !self.ousted.is_empty() {
                            self.ousted.clear();
                            return None;
                        }
                    }
                }
            }
            if waiting.len() == before {
                return Some(out);
            }
            left = waiting;
        }
    }
}

/// How a group goes with those that stand.
enum Fit {
    Stands,
    /// What it builds on does not stand yet.
    Waits,
    /// A twin of it stands that goes first.
    Behind,
    /// It goes before a twin that stands.
    Before(usize),
    /// Not at all.
    Not,
}

/// What stands.
#[derive(Default)]
struct Standing {
    graph: Graph,
    /// With which group each change came.
    places: HashMap<ChangeHash, usize>,
}

impl Standing {
    /// Lets a group stand if it may.
    fn take(&mut self, group: &Group<'_>) -> Fit {
        // Almost always there is one change, and nothing to take back.
        let before = (group.changes.len() > 1).then(|| self.graph.clone());
        for change in &group.changes {
            match self.fit(change, group.place) {
                Fit::Stands if self.graph.contains(&change.facts.hash) => {}
                Fit::Stands => self.graph.add_checked(change),
                other => {
                    if let Some(before) = before {
                        self.graph = before;
                    }
                    return other;
                }
            }
        }
        for change in &group.changes {
            self.places.entry(change.facts.hash).or_insert(group.place);
        }
        Fit::Stands
    }

    fn fit(&self, change: &Scanned<'_>, place: usize) -> Fit {
        let facts = &change.facts;
        if self.graph.contains(&facts.hash) {
            return Fit::Stands;
        }
        if !facts.deps.iter().all(|dep| self.graph.contains(dep)) {
            return Fit::Waits;
        }
        match self.graph.check(change) {
            Ok(()) => Fit::Stands,
            Err(DocumentError::DuplicateSequence { .. }) => self.beside_twin(facts, place),
            Err(_) => Fit::Not,
        }
    }

    fn beside_twin(&self, facts: &ChangeFacts, place: usize) -> Fit {
        // Its own group may have two; those are in no place.
        let Some(twin) = self.graph.numbered(&facts.actor, facts.seq) else { return Fit::Not };
        match self.places.get(&twin) {
            Some(other) if place < *other && !self.graph.builds_on(&facts.deps, &twin) => {
                Fit::Before(*other)
            }
            Some(_) => Fit::Behind,
            None => Fit::Not,
        }
    }
}
