//! What the service has told of who is in and what is gone.

use std::sync::Arc;

use sheaf_school::desk::{DuePage, ErasuresPage, HeldPage, RemovalsPage};

use crate::slot::Slot;

/// What is known.
#[derive(Debug, Default)]
pub struct Known {
    /// The removals that were written.
    pub removals: Slot<Arc<RemovalsPage>>,
    /// What is held.
    pub held: Slot<Arc<HeldPage>>,
    /// The erasures.
    pub erasures: Slot<Arc<ErasuresPage>>,
    /// What is past its period.
    pub retention: Slot<Arc<DuePage>>,
}

impl Known {
    /// Something has changed.
    pub const fn expire(&mut self) {
        self.removals.expire();
        self.held.expire();
        self.erasures.expire();
        self.retention.expire();
    }
}

/// What a request was for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Errand {
    /// Say what a removal means.
    Preview,
    /// Fill the removals.
    Removals,
    /// Fill what is held.
    Held,
    /// Fill the erasures.
    Erasures,
    /// Fill what is past its period.
    Retention,
    /// Do what was asked for.
    Act,
    /// Wipe this device.
    Wipe,
}
