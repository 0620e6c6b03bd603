//! How far a parcel gets while entries are put into it.

use std::collections::BTreeMap;

use sheaf_charter::{EntryId, Header, LogId};

use crate::vector::{LogTips, Reached, Vector};

/// The vector of the entries that were added so far, on top of a base.
#[derive(Clone, Debug, Default)]
pub struct Growing(BTreeMap<LogId, LogTips>);

impl Growing {
    /// Begins after this vector; no log of it has forked.
    pub fn after(base: &Vector) -> Self {
        let straight = |reached: &Reached| reached.tips().first().copied().map(LogTips::at);
        Self(base.iter().filter_map(|(log, at)| Some((log, straight(at)?))).collect())
    }

    /// Adds an entry; its predecessor was added before, or is the tip that the base names.
    pub fn add(&mut self, header: &Header, id: EntryId) {
        match self.0.get_mut(&header.log) {
            Some(tips) => {
                tips.join(header.seq, header.previous, id);
            }
            None => {
                self.0.insert(header.log, LogTips::first(id));
            }
        }
    }

    /// How far it has got.
    pub fn reach(&self) -> Vector {
        let mut vector = Vector::new();
        for (log, tips) in &self.0 {
            vector.set(*log, tips);
        }
        vector
    }
}
