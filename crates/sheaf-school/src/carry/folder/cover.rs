//! What of a lane the files in the folder hold, and what is missing there.

use std::collections::BTreeSet;
use std::sync::Arc;

use sheaf_charter::{DeviceId, Lane, LogId, ParcelId};
use sheaf_replica::{Stretch, Use, covered};
use sheaf_store::Snapshot;

use super::report::Pass;
use super::{Carried, SharedFolder};
use crate::carry::pack::Load;
use crate::error::{Result, SchoolError};
use crate::journal;

/// What a colleague who uses the folder has written is theirs to put there; after so long somebody
/// else does.
const CARRY_AFTER_MS: i64 = 10 * 60 * 1_000;

impl SharedFolder {
    /// What is to be written of a lane: what this device's files (those that `stay`) lack of its
    /// own logs, and what all files lack of the others'.
    pub(super) fn missing(
        &mut self,
        lane: Lane,
        stay: &BTreeSet<ParcelId>,
        pass: &mut Pass,
    ) -> Result<Load> {
        self.verify_others(lane, pass)?;
        let own: Vec<Stretch> = self
            .own_parcels()
            .filter(|one| stay.contains(&one.id))
            .flat_map(|one| one.manifest.stretches.clone())
            .collect();
        let others: Vec<Stretch> = self
            .of_others(lane)
            .flat_map(|(_, one)| one.manifest.stretches.iter().map(|part| self.believed(one, part)))
            .collect();
        let core = self.school.core.clone();
        let writers = self.writers(lane);
        let now_ms = self.school.clock.now_ms();
        core.store.read(|snapshot| {
            let holds = |id| Ok::<_, SchoolError>(snapshot.holds(id)?);
            let (of_own, of_all) =
                (covered(&own, holds)?, covered(own.iter().chain(&others), holds)?);
            let here = journal::vector(snapshot, lane)?;
            let is_own = |log: LogId| self.writer_of(log) == Some(core.device());
            let (mine, theirs): (Vec<_>, Vec<_>) =
                here.iter().map(|(log, _)| log).partition(|log| is_own(*log));
            let mut known = of_own.of_logs(mine);
            known.advance(&of_all.of_logs(theirs));
            let mut load = Load::after(snapshot, lane, &known)?;
            let owner_is_here =
                |log| self.writer_of(log).is_some_and(|device| writers.contains(&device));
            load.retain(|log, seq| {
                if is_own(log) || !owner_is_here(log) {
                    return Ok(true);
                }
                let since_ms = arrived_ms(snapshot, lane, log, seq)?;
                Ok(since_ms.is_none_or(|at_ms| now_ms.saturating_sub(at_ms) > CARRY_AFTER_MS))
            })?;
            Ok::<_, SchoolError>(load)
        })
    }

    fn writer_of(&self, log: LogId) -> Option<DeviceId> {
        self.school.core.control().trust.device_of_log(log)
    }

    /// The data files of a lane that colleagues have written who are in.
    fn of_others(&self, lane: Lane) -> impl Iterator<Item = (&std::ffi::OsString, &Arc<Carried>)> {
        let own = self.school.core.device();
        let data = self.parcels().filter(move |(_, one)| one.is(Use::Data, lane));
        data.filter(move |(_, one)| one.manifest.writer != own && self.counts(one.manifest.writer))
    }

    /// The devices whose files for a space are there.
    fn writers(&self, lane: Lane) -> BTreeSet<DeviceId> {
        let control = Lane::control(lane.space);
        let files = self.parcels().filter(|(_, one)| one.is(Use::Control, control));
        let writers = files.map(|(_, one)| one.manifest.writer);
        writers.filter(|device| self.counts(*device)).collect()
    }

    /// Of what somebody's file says, what counts: of their own logs their word, of those of others
    /// only what was seen in it.
    fn believed(&self, carried: &Carried, stretch: &Stretch) -> Stretch {
        if self.verified.contains(&carried.id) {
            return stretch.clone();
        }
        let writer = carried.manifest.writer;
        let logs = stretch.reach.iter().map(|(log, _)| log);
        let own: Vec<LogId> = logs.filter(|log| self.writer_of(*log) == Some(writer)).collect();
        let (base, reach) = (stretch.base.clone(), stretch.reach.of_logs(own));
        Stretch { lane: stretch.lane, base, reach }
    }

    /// Reads the files of colleagues that say that they carry the logs of others, once.
    fn verify_others(&mut self, lane: Lane, pass: &mut Pass) -> Result<()> {
        let unread: Vec<_> = self
            .of_others(lane)
            .filter(|(_, one)| !self.verified.contains(&one.id) && self.carries_others(one))
            .map(|(name, one)| (name.clone(), Arc::clone(one)))
            .collect();
        for (name, carried) in unread {
            match self.read(&name, &carried, pass) {
                Ok(_) => {}
                Err(SchoolError::Net(error)) => self.is_faulty(&name, error, pass),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn carries_others(&self, carried: &Carried) -> bool {
        let writer = carried.manifest.writer;
        let stretches = carried.manifest.stretches.iter();
        stretches
            .flat_map(|stretch| stretch.reach.iter())
            .any(|(log, _)| self.writer_of(log) != Some(writer))
    }
}

/// When the entry at a place of a log arrived here.
fn arrived_ms(snapshot: &Snapshot<'_>, lane: Lane, log: LogId, seq: u64) -> Result<Option<i64>> {
    let first = snapshot.entries_at(lane, log, seq)?.first().copied();
    Ok(first.map(|id| snapshot.arrived_ms(id)).transpose()?.flatten())
}
