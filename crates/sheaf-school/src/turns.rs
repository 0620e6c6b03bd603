//! Which log this device writes. It begins another when its home turns out to be a copy or to come
//! from a backup, so that no place of a log is written twice.

mod notices;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use sheaf_charter::{Identity, Lane, LogId, Turn};
use sheaf_store::{Snapshot, Txn};

use crate::entropy;
use crate::error::{Result, SchoolError};

/// The setting that tells every turn, the first one first.
const TURNS: &str = "log/turns";

/// Why a device has begun another log.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Why {
    /// Its home was restored from a backup that was made then, in milliseconds since 1970.
    Restored {
        /// When the backup was made.
        made_ms: i64,
    },
    /// A colleague holds what this device has written and has not: another copy wrote it.
    Copied,
}

/// One turn to another log.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Turned {
    incarnation: u8,
    /// Why.
    pub why: Why,
    /// When, in milliseconds since 1970.
    pub at_ms: i64,
}

/// Every turn of this home, the first one first.
pub(crate) fn all(snapshot: &Snapshot<'_>) -> Result<Vec<Turned>> {
    let Some(bytes) = snapshot.setting(TURNS)? else { return Ok(Vec::new()) };
    serde_json::from_slice(&bytes).map_err(|_| SchoolError::Index("the turns of the log".into()))
}

/// Writes the log from now on that this home writes: another process may have turned.
pub(crate) fn follow(snapshot: &Snapshot<'_>, identity: &Identity) -> Result<()> {
    let turns = all(snapshot)?;
    let count = u8::try_from(turns.len()).unwrap_or(u8::MAX);
    if let Some(turn) = turns.last().and_then(|last| Turn::new(count, last.incarnation)) {
        identity.turn_to(turn);
    }
    Ok(())
}

/// Turns this home to a log that nobody is known to have written. It is followed when the
/// transaction is durable. A device that has no log left stays with the one it has: what forks
/// there is kept all the same.
pub(crate) fn turn(txn: &mut Txn<'_>, identity: &Identity, why: Why, at_ms: i64) -> Result<()> {
    follow(txn, identity)?;
    let mut lanes = Vec::new();
    for space in txn.spaces()? {
        lanes.extend([Lane::control(space), Lane::data(space)]);
    }
    let is_written = |log: LogId| -> Result<bool> {
        for lane in &lanes {
            if txn.tips(*lane, log)?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    };
    let next = identity.next_turn(&mut entropy::rng(), is_written)?;
    let Some(next) = next else { return Ok(()) };
    let mut turns = all(txn)?;
    turns.push(Turned { incarnation: next.incarnation(), why, at_ms });
    let text = serde_json::to_vec(&turns)
        .map_err(|_| SchoolError::Index("the turns of the log".into()))?;
    Ok(txn.put_setting(TURNS, &text)?)
}
