//! What two states say about each other.

use std::collections::BTreeSet;

use sheaf_charter::{Lane, Part, SpaceId};

use crate::digest::Digest;
use crate::frame::State;

/// Two states, lane by lane. Both sides come to the same one, with mine and theirs swapped.
#[derive(Default)]
pub(super) struct Comparison {
    /// Lanes that both mention.
    pub common: BTreeSet<Lane>,
    /// Those of them whose vectors differ.
    pub mismatched: BTreeSet<Lane>,
    /// Those whose vectors agree and whose contents do not.
    pub content: BTreeSet<Lane>,
    /// Lanes that one side alone mentions.
    pub alone: Vec<Alone>,
    /// Whether a section is missing on either side.
    pub lacking: bool,
}

/// A control part that one side alone mentions. The other is not in the space, or does not know
/// yet that they both are, and the control part may tell it so.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Alone {
    pub side: Side,
    pub lane: Lane,
    pub vector: Digest,
}

/// Who mentions it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Side {
    Mine,
    Theirs,
}

impl Comparison {
    pub(super) fn new(mine: &State, theirs: &State) -> Self {
        let lacking = mine.lacking > 0 || theirs.lacking > 0;
        let mut comparison = Self { lacking, ..Self::default() };
        for here in &mine.lanes {
            let Some(there) = theirs.get(here.lane) else { continue };
            comparison.common.insert(here.lane);
            if here.vector != there.vector {
                comparison.mismatched.insert(here.lane);
            } else if differ(here.content, there.content) {
                comparison.content.insert(here.lane);
            }
        }
        comparison.add_alone(Side::Mine, mine, theirs);
        comparison.add_alone(Side::Theirs, theirs, mine);
        comparison
    }

    fn add_alone(&mut self, side: Side, one: &State, other: &State) {
        let alone = one
            .lanes
            .iter()
            .filter(|state| state.lane.part == Part::Control && other.get(state.lane).is_none());
        self.alone.extend(alone.map(|state| Alone {
            side,
            lane: state.lane,
            vector: state.vector,
        }));
    }

    /// The spaces that the other side did not mention.
    pub(super) fn unanswered(&self) -> Vec<SpaceId> {
        let mine = self.alone.iter().filter(|alone| alone.side == Side::Mine);
        mine.map(|alone| alone.lane.space).collect()
    }
}

fn differ(here: Option<Digest>, there: Option<Digest>) -> bool {
    matches!((here, there), (Some(here), Some(there)) if here != there)
}
