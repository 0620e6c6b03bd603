//! A network that may come later, because another process of this home has it now.

use std::sync::{Arc, Mutex, OnceLock};

use tokio::task::AbortHandle;

use super::{Listen, Network, lock};
use crate::error::Result;
use crate::school::School;

/// Holds the network once this process has it. Clones share it.
#[derive(Clone, Default)]
pub struct NetworkSlot(Arc<Place>);

#[derive(Default)]
struct Place {
    network: OnceLock<Network>,
    /// Waits until another process gives the network up.
    waits: Mutex<Option<AbortHandle>>,
}

impl NetworkSlot {
    /// The network, if this process has it.
    pub fn get(&self) -> Option<&Network> {
        self.0.network.get()
    }

    /// Puts the network in; a slot is filled once, and what it holds stays.
    pub fn fill(&self, network: Network) {
        // A second network cannot be: the first holds the home's lock.
        self.0.network.set(network).ok();
    }

    /// Takes the network over once no other process of this home has it, and tells; ends with
    /// [`NetworkSlot::stop`].
    pub fn fill_later(
        &self,
        school: &School,
        listen: Listen,
        told: impl FnOnce(Result<&Network>) + Send + 'static,
    ) {
        let (slot, school) = (self.clone(), school.clone());
        let waiting = tokio::spawn(async move {
            match Network::take_over(&school, listen).await {
                Ok(network) => {
                    slot.fill(network.clone());
                    told(Ok(&network));
                }
                Err(error) => told(Err(error)),
            }
        });
        *lock(&self.0.waits) = Some(waiting.abort_handle());
    }

    /// Ends the network, or the wait for it.
    pub async fn stop(&self) {
        if let Some(waits) = lock(&self.0.waits).take() {
            waits.abort();
        }
        if let Some(network) = self.get() {
            network.stop().await;
        }
    }
}
