//! Who is in and what is gone: removing, roles, spaces, recovery, erasures, vouching for what is
//! held. Each act is durable here when the call returns, and goes out with the next session.

mod erasures;
mod held;
mod members;
mod out;
mod recovery;
mod retention;
mod rewrite;
mod spaces;
mod whom;

use sheaf_charter::{
    CharterError, Entry, Heard, KeyRing, Lane, LogId, SpaceId, Tip, Trust, tend_hand_offs,
    tend_keys,
};
use sheaf_store::Snapshot;

use crate::clock::Clock;
use crate::core::Core;
use crate::entropy;
use crate::error::{Result, SchoolError};
use crate::journal;
use crate::replicate::restand;
use crate::shape::Governed;

pub(crate) use erasures::{carry_out, confirm};
pub use out::wipe;
pub use recovery::RecoveryPlan;
pub(crate) use retention::role_of;
pub use retention::{NewRetentionRule, RetentionQuery, RetentionShow};

/// What an act is made from.
pub(crate) struct Desk<'a> {
    pub core: &'a Core,
    pub trust: &'a Trust,
    pub keys: &'a KeyRing,
    pub heard: Heard<'a>,
    pub now_ms: i64,
}

impl Core {
    /// Writes control entries, and all that follows from them here: what stands, what is erased,
    /// which keys are owed.
    pub(crate) fn govern(
        &self,
        clock: &Clock,
        make: impl FnOnce(&Desk<'_>) -> Result<Vec<Entry>>,
    ) -> Result<Vec<Entry>> {
        let entries = self.write_control(clock, make)?;
        self.settle_down(clock)?;
        Ok(entries)
    }

    /// Writes control entries in one transaction, in which they are made.
    fn write_control(
        &self,
        clock: &Clock,
        make: impl FnOnce(&Desk<'_>) -> Result<Vec<Entry>>,
    ) -> Result<Vec<Entry>> {
        let now_ms = clock.now_ms();
        let entries = self.store.write(|txn| {
            self.refresh_from(txn)?;
            let entries = {
                let control = self.control();
                let (trust, keys) = (&control.trust, &control.keys);
                let last = |space, log| last_data(txn, space, log);
                let arrived_ms = |entry| txn.arrived_ms(entry).ok().flatten();
                let heard = Heard { last: &last, arrived_ms: &arrived_ms };
                make(&Desk { core: self, trust, keys, heard, now_ms })?
            };
            entries.iter().try_for_each(|entry| journal::append(txn, entry, now_ms))?;
            Ok::<_, SchoolError>(entries)
        })?;
        if !entries.is_empty() {
            self.refresh()?;
            self.note_save();
        }
        Ok(entries)
    }

    /// What follows here after who is in has changed, by own acts or by those of others.
    pub(crate) fn settle_down(&self, clock: &Clock) -> Result<()> {
        self.tend(clock)?;
        self.hand_over_waiting(clock)?;
        restand(self)?;
        carry_out(self)?;
        confirm(self, clock)
    }

    /// What this device owes its spaces: a key for a device that lacks one, a new key where the
    /// old one is no longer fit to write under, the cut of a removed device.
    fn tend(&self, clock: &Clock) -> Result<()> {
        self.write_control(clock, |desk| {
            let (trust, keys, mut rng) = (desk.trust, desk.keys, entropy::rng());
            let identity = &desk.core.identity;
            Ok(tend_keys(identity, trust, keys, desk.heard, desk.now_ms, &mut rng)?)
        })?;
        self.tend_hand_offs(clock)
    }

    /// The spaces through which concerns are handed over: made and kept by those who receive them.
    fn tend_hand_offs(&self, clock: &Clock) -> Result<()> {
        if self.control().trust.safeguarding().is_none() {
            return Ok(());
        }
        self.write_control(clock, |desk| {
            let (trust, keys, mut rng) = (desk.trust, desk.keys, entropy::rng());
            let identity = &desk.core.identity;
            Ok(tend_hand_offs(identity, trust, keys, desk.heard.last, desk.now_ms, &mut rng)?)
        })
        .map(drop)
    }
}

/// The last data entry of a log that is here. Where it cannot be read the log is cut off whole:
/// what is held too much can be vouched for.
fn last_data(snapshot: &Snapshot<'_>, space: SpaceId, log: LogId) -> Option<Tip> {
    let tip = journal::tip(snapshot, Lane::data(space), log).ok().flatten()?;
    Some(Tip { seq: tip.next.checked_sub(1)?, entry: tip.last })
}

fn governed(entries: &[Entry], effect: String) -> Result<Governed> {
    let first = entries.first().ok_or(CharterError::Unknown("what was to be written"))?;
    Ok(Governed {
        entry: first.id().to_string(),
        entries: entries.iter().map(|entry| entry.id().to_string()).collect(),
        effect,
    })
}
