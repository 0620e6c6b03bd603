//! Keeps the write-ahead log short: what lies in it is moved into the file in a moment in which
//! nothing is written, before it fills.

use std::sync::Arc;
use std::time::Duration;

use super::Shared;
use crate::core::Core;
use crate::error::Result;

/// Nothing has been written for so long.
const AT_REST: Duration = Duration::from_secs(1);
/// So many transactions are worth the sync that it takes: a save is two or three.
const WORTH: u64 = 64;

/// Runs until the network stops.
pub(super) async fn fold_at_rest(shared: Arc<Shared>) {
    let mut seen = Seen::default();
    loop {
        tokio::time::sleep(AT_REST).await;
        let core = Arc::clone(&shared.school.core);
        let task = tokio::task::spawn_blocking(move || look(&core, seen));
        // A store that cannot be read now is looked at again; saves say what is wrong.
        if let Ok(Ok(now)) = task.await {
            seen = now;
        }
    }
}

/// How many transactions there were.
#[derive(Clone, Copy, Default)]
struct Seen {
    /// At the last look.
    last: u64,
    /// When the log was folded in.
    folded: u64,
}

fn look(core: &Core, seen: Seen) -> Result<Seen> {
    let now = core.store.revision()?;
    if now != seen.last || now - seen.folded < WORTH {
        return Ok(Seen { last: now, ..seen });
    }
    core.store.fold()?;
    Ok(Seen { last: now, folded: now })
}
