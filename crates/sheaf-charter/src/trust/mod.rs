//! Trust: who is in, and who may do what, as a pure function of the set of control entries.
//!
//! - Every entry names heads; an author knew these entries and all that they name. Whether an act
//!   had authority is judged by what its author knew, which never changes, and by what of that
//!   still stands ([`settle`]).
//! - A removal voids what the removed device did past its cut without knowing of it. Of two
//!   removals that void each other the stronger holds: the recovery key's, then that with more
//!   distinct persons behind it, then that of higher rank, then the lower entry id.
//! - A state is the sum of the effects in a closure. Of two effects on one subject the one that
//!   knew of the other holds; of concurrent ones that of the author of higher rank, then of the
//!   lower entry id; leaving a space is stronger than joining it.
//! - A device acts for its person only while its admission covers the person's role.
//!
//! Arrival order enters nowhere: an entry goes in only after all entries that it names.

mod authority;
mod bits;
mod charter_state;
mod effect;
mod form;
mod graph;
mod hand_off;
mod hold;
mod insert;
mod judge;
mod naming;
mod parting;
mod query;
mod removal;
mod removals;
mod settle;
mod shape;
mod space_state;
mod standing;
#[cfg(test)]
mod tests;
mod verdict;
mod world;

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use crate::header::Header;
use crate::ids::{DeviceId, EntryId, LogId, SchoolId, SpaceId};
use charter_state::CharterState;
use graph::Graph;
use settle::Settled;
use space_state::SpaceState;
use world::World;

pub use effect::HeldAct;
pub use insert::Inserted;
pub use parting::Parting;
pub use query::{Member, PersonState, SpaceView, State};
pub use removal::Target;
pub use removals::RemovalView;
pub use space_state::{EpochState, ErasureState};
pub use standing::LogStanding;
pub use verdict::{HeldReason, Refusal, Verdict};

/// At most this many remembered answers to "what did an author with these heads know": a bulk
/// import names the same few over and over.
const MAX_REMEMBERED: usize = 512;

type Heads = (SpaceId, Vec<EntryId>, Vec<EntryId>);

/// Everything known of the charter and of the spaces that this device is in.
#[derive(Default)]
pub struct Trust {
    expected: Option<SchoolId>,
    school: Option<SchoolId>,
    lanes: BTreeMap<SpaceId, Graph>,
    logs: HashMap<LogId, DeviceId>,
    recovery_logs: HashMap<LogId, [u8; 32]>,
    now: BTreeMap<SpaceId, Settled>,
    charter: CharterState,
    spaces: BTreeMap<SpaceId, SpaceState>,
    remembered: Mutex<HashMap<Heads, Arc<World>>>,
}

impl Trust {
    /// Knows nothing; the first founding entry decides the school.
    pub fn new() -> Self {
        Self::default()
    }

    /// Knows nothing, and takes in the founding of that school only.
    pub fn expecting(school: SchoolId) -> Self {
        Self { expected: Some(school), ..Self::default() }
    }

    /// The school, once its founding entry is here.
    pub const fn school(&self) -> Option<SchoolId> {
        self.school
    }

    /// Whether the heads that `now` names cover those that `previous` named: heads never go
    /// backwards along a log. Both entries' control entries must be here.
    pub fn heads_advance(&self, previous: &Header, now: &Header) -> bool {
        let covers = |space, before: &[EntryId], after: &[EntryId]| {
            self.lanes.get(&space).is_none_or(|graph: &Graph| {
                graph.closure(after).is_superset(&graph.closure(before))
            })
        };
        covers(SpaceId::CHARTER, &previous.charter_heads, &now.charter_heads)
            && covers(now.lane.space, &previous.control_heads, &now.control_heads)
    }

    /// What an author with these heads knew. All of them must be here.
    fn world(&self, space: SpaceId, charter: &[EntryId], control: &[EntryId]) -> Arc<World> {
        let key = (space, charter.to_vec(), control.to_vec());
        let mut remembered = self.remembered.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(world) = remembered.get(&key) {
            return world.clone();
        }
        let world = Arc::new(self.build_world(space, charter, control));
        if remembered.len() >= MAX_REMEMBERED {
            remembered.clear();
        }
        remembered.insert(key, world.clone());
        world
    }

    fn build_world(&self, space: SpaceId, charter: &[EntryId], control: &[EntryId]) -> World {
        if self.names_all_heads(SpaceId::CHARTER, charter)
            && (space == SpaceId::CHARTER || self.names_all_heads(space, control))
        {
            let state = self.spaces.get(&space).cloned().unwrap_or_default();
            let tainted = [SpaceId::CHARTER, space]
                .iter()
                .any(|space| self.now.get(space).is_some_and(|settled| !settled.shaken.is_empty()));
            return World {
                charter: self.charter.clone(),
                space: state,
                tainted,
                ..World::new(space)
            };
        }
        self.settled_world(space, charter, control)
    }

    /// Whether these heads cover everything that is here: then what is known now is the answer.
    fn names_all_heads(&self, space: SpaceId, heads: &[EntryId]) -> bool {
        self.lanes.get(&space).is_none_or(|lane| lane.heads().iter().eq(heads))
    }

    fn settled_world(&self, space: SpaceId, charter: &[EntryId], control: &[EntryId]) -> World {
        let mut world = World::new(space);
        let Some(graph) = self.lanes.get(&SpaceId::CHARTER) else { return world };
        let known = graph.closure(charter);
        let settled = self.settle(SpaceId::CHARTER, &known, None);
        for effect in settled.effects(&known) {
            world.charter.apply(effect);
            if space == SpaceId::CHARTER {
                world.space.apply(effect);
            }
        }
        world.tainted = !settled.shaken.is_empty();
        let Some(lane) = self.lanes.get(&space).filter(|_| space != SpaceId::CHARTER) else {
            return world;
        };
        let inside = lane.closure(control);
        world.covers = lane.among(&inside).all(|(_, node)| known.is_superset(&node.charter_past));
        let inner = self.settle(space, &inside, Some(&settled));
        inner.effects(&inside).for_each(|effect| world.space.apply(effect));
        world.tainted |= !inner.shaken.is_empty();
        world
    }
}

impl Clone for Trust {
    fn clone(&self) -> Self {
        Self {
            expected: self.expected,
            school: self.school,
            lanes: self.lanes.clone(),
            logs: self.logs.clone(),
            recovery_logs: self.recovery_logs.clone(),
            now: self.now.clone(),
            charter: self.charter.clone(),
            spaces: self.spaces.clone(),
            remembered: Mutex::default(),
        }
    }
}

impl fmt::Debug for Trust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trust")
            .field("school", &self.school)
            .field("spaces", &self.spaces.len())
            .finish_non_exhaustive()
    }
}
