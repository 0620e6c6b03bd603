//! Legal holds of one document: who has put it under one, and who has signed that it be lifted.

use std::collections::BTreeSet;

use super::effect::Stamp;
use crate::ids::PersonId;

/// So many persons lift a hold, as many as erase.
const SIGNERS: usize = 2;

/// The holds of a document.
#[derive(Clone, Debug, Default)]
pub(super) struct Holds {
    placed: Vec<Stamp>,
    lifts: Vec<Lift>,
}

/// Somebody signed that the holds which they knew of be lifted.
#[derive(Clone, Debug)]
struct Lift {
    stamp: Stamp,
    /// Whether nobody else in the space could sign too.
    alone: bool,
}

impl Holds {
    /// Adds a hold. Effects come in an order in which none comes before one that it knew of; who
    /// knows the later of two holds knows the earlier.
    pub(super) fn place(&mut self, stamp: Stamp) {
        self.placed.retain(|earlier| !stamp.knows(earlier));
        self.placed.push(stamp);
    }

    /// Adds a signature under lifting it.
    pub(super) fn lift(&mut self, stamp: Stamp, alone: bool) {
        self.lifts.push(Lift { stamp, alone });
    }

    /// Whether a hold is in force: one that was not lifted by two persons who knew of it, or by
    /// one who signs alone (`is_alone`, by what is known now).
    pub(super) fn in_force(&self, is_alone: impl Fn(&Stamp) -> bool) -> bool {
        self.placed.iter().any(|hold| {
            let mut lifts = self.lifts.iter().filter(|lift| lift.stamp.knows(hold));
            let signed: BTreeSet<PersonId> = lifts.clone().map(|lift| lift.stamp.author).collect();
            signed.len() < SIGNERS && !lifts.any(|lift| lift.alone && is_alone(&lift.stamp))
        })
    }

    /// Who has signed that every hold be lifted.
    pub(super) fn lifted_by(&self) -> BTreeSet<PersonId> {
        let knows_all = |lift: &&Lift| self.placed.iter().all(|hold| lift.stamp.knows(hold));
        self.lifts.iter().filter(knows_all).map(|lift| lift.stamp.author).collect()
    }
}
