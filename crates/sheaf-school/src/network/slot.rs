//! A network that may come later, because another process of this home has it now.

use std::sync::{Arc, OnceLock};

use super::Network;

/// Holds the network once this process has it. Clones share it.
#[derive(Clone, Default)]
pub struct NetworkSlot(Arc<OnceLock<Network>>);

impl NetworkSlot {
    /// The network, if this process has it.
    pub fn get(&self) -> Option<&Network> {
        self.0.get()
    }

    /// Puts the network in; a slot is filled once, and what it holds stays.
    pub fn fill(&self, network: Network) {
        // A second network cannot be: the first holds the home's lock.
        self.0.set(network).ok();
    }
}
