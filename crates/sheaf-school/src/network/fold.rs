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
    let mut seen = None;
    loop {
        let core = Arc::clone(&shared.school.core);
        let task = tokio::task::spawn_blocking(move || look(&core, seen));
        // A store that cannot be read now is looked at again; saves say what is wrong.
        if let Ok(Ok(now)) = task.await {
            seen = Some(now);
        }
        tokio::time::sleep(AT_REST).await;
    }
}

/// How many transactions there were.
#[derive(Clone, Copy)]
struct Seen {
    /// At the last look.
    last: u64,
    /// When the log was folded in.
    folded: u64,
}

fn look(core: &Core, seen: Option<Seen>) -> Result<Seen> {
    let now = core.store.revision()?;
    let Some(Seen { last, folded }) = seen else { return Ok(Seen { last: now, folded: now }) };
    let is_worth_it = now == last && now.saturating_sub(folded) >= WORTH;
    let is_folded = is_worth_it && core.store.fold()?;
    Ok(Seen { last: now, folded: if is_folded { now } else { folded } })
}
