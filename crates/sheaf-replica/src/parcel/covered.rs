//! How much of a lane several parcels hold together.

use std::collections::BTreeMap;

use sheaf_charter::{EntryId, LogId};

use super::manifest::Stretch;
use crate::vector::{Reached, Vector};

/// How far the logs of one lane get in these stretches together, without a gap: what of it is here
/// is told by `holds`. Nothing is counted that ends in entries which are not here.
///
/// Stretches may come in any order, twice, and overlap. In a log that never forked the answer is
/// exact; in a forked one it may say too little.
pub fn covered<'a, E>(
    stretches: impl IntoIterator<Item = &'a Stretch>,
    mut holds: impl FnMut(EntryId) -> Result<bool, E>,
) -> Result<Vector, E> {
    let mut logs: BTreeMap<LogId, Vec<(Option<&Reached>, &Reached)>> = BTreeMap::new();
    for stretch in stretches {
        for (log, reach) in stretch.reach.iter() {
            let mut here = true;
            for tip in reach.tips() {
                here &= holds(tip.last)?;
            }
            if here {
                logs.entry(log).or_default().push((stretch.base.get(log), reach));
            }
        }
    }
    let mut covered = Vector::new();
    for (log, mut steps) in logs {
        steps.sort_by_key(|(base, reach)| (base.map_or(0, Reached::next), reach.next()));
        let mut at: Option<&Reached> = None;
        // One that needs what another brings may come before it where a log forked.
        for _ in 0..steps.len() {
            let next = steps.iter().find(|(base, reach)| follows(*base, at) && extends(reach, at));
            let Some((_, reach)) = next else { break };
            at = Some(*reach);
        }
        if let Some(reach) = at {
            covered.set_reached(log, reach.clone());
        }
    }
    Ok(covered)
}

/// Whether what begins after `base` joins on to what is covered.
fn follows(base: Option<&Reached>, at: Option<&Reached>) -> bool {
    match (base, at) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(base), Some(at)) => {
            let straight = base.forked_at().is_none() && at.forked_at().is_none();
            (straight && base.next() <= at.next()) || base.is_within(at)
        }
    }
}

/// Whether it gets further: on a branch, or to one more.
fn extends(reach: &Reached, at: Option<&Reached>) -> bool {
    let measure = |reached: &Reached| (reached.tips().len(), reached.next());
    at.is_none_or(|at| {
        let (tips, next) = measure(reach);
        let (tips_before, next_before) = measure(at);
        (tips > tips_before && next >= next_before) || (tips >= tips_before && next > next_before)
    })
}
