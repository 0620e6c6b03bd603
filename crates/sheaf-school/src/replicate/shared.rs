//! A lane that two devices share, whole or in part.

use std::sync::Arc;

use sheaf_charter::{Entry, Lane, LogId, Part, Parting, Trust};
use sheaf_replica::{Sharing, Vector};
use sheaf_store::Snapshot;

use crate::error::Result;
use crate::journal;

/// A lane of which something is passed on to a peer.
pub(super) struct SharedLane {
    /// The lane.
    pub lane: Lane,
    /// What alone is passed on of it, where one of the two has left the space.
    pub parting: Option<Arc<Parting>>,
}

impl SharedLane {
    /// All of a lane.
    pub(super) const fn whole(lane: Lane) -> Self {
        Self { lane, parting: None }
    }

    /// The lanes of a space that one of the two has left.
    pub(super) fn of_parting(parting: Parting) -> impl Iterator<Item = Self> {
        let parting = Arc::new(parting);
        let data = parting.device.map(|_| Lane::data(parting.space));
        let lanes = std::iter::once(Lane::control(parting.space)).chain(data);
        lanes.map(move |lane| Self { lane, parting: Some(Arc::clone(&parting)) })
    }

    /// How much of it is shared.
    pub(super) const fn sharing(&self) -> Sharing {
        if self.parting.is_some() { Sharing::Parting } else { Sharing::Whole }
    }

    /// How far what is passed on gets here.
    pub(super) fn vector(&self, snapshot: &Snapshot<'_>, trust: &Trust) -> Result<Vector> {
        match &self.parting {
            Some(parting) if self.lane.part == Part::Control => {
                journal::vector_among(snapshot, self.lane, &parting.control)
            }
            Some(parting) => {
                let all = journal::vector(snapshot, self.lane)?;
                let logs = all.iter().map(|(log, _)| log);
                let own: Vec<LogId> =
                    logs.filter(|log| is_of_leaver(parting, *log, trust)).collect();
                Ok(all.of_logs(own))
            }
            None => journal::vector(snapshot, self.lane),
        }
    }

    /// Whether an entry of the lane is passed on.
    pub(super) fn passes_on(&self, entry: &Entry, trust: &Trust) -> bool {
        self.parting.as_ref().is_none_or(|parting| match self.lane.part {
            Part::Control => parting.control.contains(&entry.id()),
            Part::Data => is_of_leaver(parting, entry.header().log, trust),
        })
    }
}

fn is_of_leaver(parting: &Parting, log: LogId, trust: &Trust) -> bool {
    parting.device.is_some_and(|device| trust.device_of_log(log) == Some(device))
}
