//! When a colleague's device believes that this one was removed, and is perhaps wrong: a thief with
//! a manager's laptop may have written it, and the rest of the school may have answered. This
//! device hands over the charter as it knows it, every entry signed by its author; the colleague's
//! device judges for itself and says nothing of what it knows.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use sheaf_charter::{DeviceId, Entry, EntryId, Lane};
use sheaf_net::{Arriving, Link};
use sheaf_replica::{Batch, Host};

use super::Shared;
use crate::error::{Result, SchoolError};
use crate::replicate::PeerHost;

/// More charter entries than a school with 60 devices writes in ten years.
const MAX_ENTRIES: usize = 4_096;
/// More bytes than such a charter has.
const MAX_BYTES: usize = 8 * 1024 * 1024;
/// Entries taken in by one transaction, so that saves go first.
const SLICE: usize = 32;
/// An appeal is over after this long.
const LIMIT: Duration = Duration::from_secs(20);

/// Hands the charter over, once for each state of it. Says whether it did.
pub(super) async fn appeal(
    shared: &Arc<Shared>,
    device: DeviceId,
    connect: impl Future<Output = Result<Link>>,
) -> Result<bool> {
    let heads = shared.school.core.control().trust.heads(Lane::CHARTER);
    if !shared.appeals(device, heads) {
        return Ok(false);
    }
    let entries = shared.school.core.store.read(|snapshot| {
        Ok::<_, SchoolError>(snapshot.control_entries(sheaf_charter::SpaceId::CHARTER)?)
    })?;
    let (mut sender, mut receiver, closer) = connect.await?.split();
    for entry in entries.iter().take(MAX_ENTRIES) {
        sender.send(&entry.to_bytes()).await?;
    }
    sender.finish().await;
    // The other side answers nothing; it is done when it closes.
    let weighed = tokio::time::timeout(LIMIT, receiver.receive()).await;
    closer.close("done");
    Ok(weighed.is_ok())
}

/// Hears an appeal: takes in what joins the charter, and answers nothing.
pub(super) async fn hear(shared: &Arc<Shared>, arriving: Arriving) -> Result<()> {
    let Some(peer) = shared.removed_device(&arriving.key()) else {
        arriving.refuse("only a device that was removed from the school appeals");
        return Ok(());
    };
    // One at a time: whoever was removed may come from many sides.
    let Ok(_alone) = shared.hearing.try_lock() else {
        arriving.refuse("another appeal is being heard");
        return Ok(());
    };
    let reading = tokio::time::timeout(LIMIT, read(arriving)).await;
    let late = || SchoolError::Refused("an appeal took too long and was not heard".to_owned());
    let (link, entries) = reading.map_err(|_| late())??;
    let mut host = PeerHost {
        core: Arc::clone(&shared.school.core),
        clock: shared.school.clock.clone(),
        peer,
        intake: Arc::clone(&shared.intake),
        acts: 0,
        surveyed_ms: 0,
    };
    let task = tokio::task::spawn_blocking(move || {
        entries
            .chunks(SLICE)
            .try_for_each(|slice| host.ingest(Batch::Entries(slice.to_vec())).map(drop))
    });
    let stopped = || SchoolError::Refused("an appeal could not be heard".to_owned());
    let heard = task.await.map_err(|_| stopped());
    link.finish().await;
    heard?
}

async fn read(arriving: Arriving) -> Result<(Link, Vec<Entry>)> {
    let mut link = arriving.take().await?;
    let mut entries = Vec::new();
    let mut bytes = 0;
    while let Some(frame) = link.receive().await? {
        let entry = Entry::from_bytes(&frame).map_err(|error| {
            SchoolError::Refused(format!("an appeal was not understood: {error}"))
        })?;
        bytes += frame.len();
        let too_much = entries.len() == MAX_ENTRIES || bytes > MAX_BYTES;
        if entry.header().lane != Lane::CHARTER || too_much {
            return Err(SchoolError::Refused(
                "an appeal held more than the charter, and was not heard".to_owned(),
            ));
        }
        entries.push(entry);
    }
    Ok((link, entries))
}

impl Shared {
    /// Whether it is worth appealing to a device: not if it has heard the same before.
    fn appeals(&self, device: DeviceId, heads: Vec<EntryId>) -> bool {
        let mut appealed = self.appealed.lock().unwrap_or_else(PoisonError::into_inner);
        appealed.insert(device, heads.clone()) != Some(heads)
    }
}
