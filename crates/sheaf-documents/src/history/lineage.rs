//! Which changes knew of which: two that knew nothing of each other were made at once.

use std::collections::{BTreeMap, BTreeSet};

use sheaf_records::FieldPath;

use super::HistoryStep;
use crate::ChangeHash;
use crate::scan::Scanned;

/// Tells each step which others wrote another value to the same field at once. Changes and steps
/// are in one order, each after those that it depends on.
pub(super) fn tell_at_once(changes: &[Scanned<'_>], steps: &mut [HistoryStep]) {
    if !has_branches(changes) {
        return;
    }
    let known = known(changes);
    let mut writers: BTreeMap<&FieldPath, Vec<(usize, usize)>> = BTreeMap::new();
    for (step, one) in steps.iter().enumerate() {
        for (place, field) in one.changed.iter().enumerate() {
            writers.entry(&field.path).or_default().push((step, place));
        }
    }
    let mut found = Vec::new();
    for places in writers.values() {
        for one in places {
            for other in places {
                let apart = !known.get(one.0).is_some_and(|known| known.contains(&other.0))
                    && !known.get(other.0).is_some_and(|known| known.contains(&one.0));
                let after = |(step, place): (usize, usize)| {
                    steps.get(step)?.changed.get(place).map(|field| &field.after)
                };
                if one != other && apart && after(*one) != after(*other) {
                    found.push((*one, other.0));
                }
            }
        }
    }
    for ((step, place), other) in found {
        let Some(change) = steps.get(other).map(|step| step.change) else { continue };
        if let Some(field) = steps.get_mut(step).and_then(|step| step.changed.get_mut(place)) {
            field.at_once.push(change);
        }
    }
}

/// Whether not every change follows the one before it.
fn has_branches(changes: &[Scanned<'_>]) -> bool {
    let follows = |pair: &[Scanned<'_>]| match pair {
        [before, next] => next.facts.deps == [before.facts.hash],
        _ => true,
    };
    !changes.windows(2).all(follows)
}

/// For each change the places of those that its author knew, itself left out.
fn known(changes: &[Scanned<'_>]) -> Vec<BTreeSet<usize>> {
    let places: BTreeMap<ChangeHash, usize> =
        changes.iter().enumerate().map(|(place, change)| (change.facts.hash, place)).collect();
    let mut known: Vec<BTreeSet<usize>> = Vec::with_capacity(changes.len());
    for change in changes {
        let mut all = BTreeSet::new();
        for dep in change.facts.deps.iter().filter_map(|dep| places.get(dep)) {
            all.insert(*dep);
            all.extend(known.get(*dep).into_iter().flatten());
        }
        known.push(all);
    }
    known
}
