//! When a colleague's device believes that this one was removed, and is perhaps wrong: a thief with
//! a manager's laptop may have written it, and the rest of the school may have answered. This
//! device hands over the charter as it knows it, every entry signed by its author; the colleague's
//! device judges for itself and says nothing of what it knows.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use sheaf_charter::{DeviceId, Lane, SpaceId};
use sheaf_net::{Arriving, Link};
use sheaf_replica::limits::MAX_APPEAL_ENTRIES;
use sheaf_replica::{Hearing, Host};

use super::{News, Shared};
use crate::error::{Result, SchoolError};
use crate::replicate::PeerHost;

/// An appeal is over after this long.
const LIMIT: Duration = Duration::from_secs(20);

/// Hands the charter over, once for each state of it. Says whether it did.
pub(super) async fn appeal(
    shared: &Arc<Shared>,
    device: DeviceId,
    connect: impl Future<Output = Result<Link>>,
) -> Result<bool> {
    let heads = shared.school.core.control().trust.heads(Lane::CHARTER);
    let is_new = {
        let mut appeals = shared.appeals.lock().unwrap_or_else(PoisonError::into_inner);
        appeals.is_new(device, heads)
    };
    if !is_new {
        return Ok(false);
    }
    let entries = shared
        .school
        .core
        .store
        .read(|snapshot| Ok::<_, SchoolError>(snapshot.control_entries(SpaceId::CHARTER)?))?;
    let (mut sender, mut receiver, closer) = connect.await?.split();
    for entry in entries.iter().take(MAX_APPEAL_ENTRIES) {
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
    let (link, hearing) = reading.map_err(|_| late())??;
    let mut host = PeerHost::new(&shared.school, peer, Arc::clone(&shared.intake));
    let news = shared.news.clone();
    let task = tokio::task::spawn_blocking(move || {
        hearing.into_batches().into_iter().try_for_each(|batch| {
            let joined = host.ingest(batch, &mut || {})?.joined;
            if !joined.is_empty() {
                let arrived = joined.iter().map(|one| (one.lane, one.id)).collect();
                // Without a session there is nobody to tell.
                news.send(News::Arrived(peer, arrived)).ok();
            }
            Ok::<_, SchoolError>(())
        })
    });
    let stopped = || SchoolError::Refused("an appeal could not be heard".to_owned());
    let heard = task.await.map_err(|_| stopped());
    link.finish().await;
    heard?
}

async fn read(arriving: Arriving) -> Result<(Link, Hearing)> {
    let mut link = arriving.take().await?;
    let mut hearing = Hearing::default();
    while let Some(frame) = link.receive().await? {
        hearing
            .hear(&frame)
            .map_err(|error| SchoolError::Refused(format!("an appeal was not heard: {error}")))?;
    }
    Ok((link, hearing))
}
