//! Notices what comes into this home and no session has told of, and tells the sessions: what this
//! device has written, in this process or another, and what was brought by a bundle, by a shared
//! folder or by the sessions of another process.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use sheaf_charter::{Entry, EntryId, Lane, LogId};
use sheaf_store::Snapshot;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::TryRecvError;

use super::{News, Shared};
use crate::error::{Result, SchoolError};
use crate::journal;

/// How soon what another process of this home has written is noticed.
const POLL: Duration = Duration::from_millis(200);
/// At most so many bytes of news at once; what is beyond comes with the next.
const MAX_NEWS_BYTES: usize = 4 * 1024 * 1024;
/// A session tells of what it has taken in once that is applied. Of what nobody has told after so
/// long it came by another way; to tell of it twice costs an offer.
const BY_ANOTHER_WAY: Duration = Duration::from_secs(5);
/// Entries looked up at once.
const LOOK_AHEAD: u32 = 4_096;

/// Runs until the network stops.
pub(super) async fn watch_entries(shared: Arc<Shared>) {
    let mut saved = shared.school.core.saves();
    let mut news = shared.news.subscribe();
    let mut told = look(&shared, None).await.map(|found| found.now).ok();
    let mut untold = Untold::default();
    loop {
        tokio::select! {
            changed = saved.changed() => if changed.is_err() { return },
            () = tokio::time::sleep(POLL) => {}
        }
        untold.hear(&mut news);
        // A store that cannot be read now is read at the next turn; saves say what is wrong.
        if let Ok(found) = look(&shared, told.clone()).await {
            told = Some(found.now);
            untold.note(found.arrived, Instant::now());
            if !found.written.is_empty() {
                // Without a session there is nobody to tell.
                shared.news.send(News::Written(found.written.into())).ok();
            }
        }
        let due = untold.take_due(Instant::now());
        if !due.is_empty() {
            let device = shared.school.core.device();
            // Without a session there is nobody to tell.
            shared.news.send(News::Arrived(device, due.into())).ok();
        }
    }
}

/// Entries that have arrived and of which nobody has told yet.
#[derive(Default)]
struct Untold {
    since: BTreeMap<EntryId, (Lane, Instant)>,
    /// What was told of since the last look: it is here, and may not have been seen yet.
    heard: HashSet<EntryId>,
}

impl Untold {
    /// Hears what was told meanwhile.
    fn hear(&mut self, news: &mut broadcast::Receiver<News>) {
        loop {
            match news.try_recv() {
                Ok(News::Arrived(_, entries)) => {
                    for (_, id) in entries.iter() {
                        self.since.remove(id);
                        self.heard.insert(*id);
                    }
                }
                // What was missed is told of once more.
                Ok(_) | Err(TryRecvError::Lagged(_)) => {}
                Err(TryRecvError::Empty | TryRecvError::Closed) => return,
            }
        }
    }

    /// These have arrived, among them all that was told of before.
    fn note(&mut self, arrived: Vec<(Lane, EntryId)>, now: Instant) {
        let heard = std::mem::take(&mut self.heard);
        let untold = arrived.into_iter().filter(|(_, id)| !heard.contains(id));
        self.since.extend(untold.map(|(lane, id)| (id, (lane, now))));
    }

    /// Those of which nobody has told for so long that nobody will.
    fn take_due(&mut self, now: Instant) -> Vec<(Lane, EntryId)> {
        let mut due = Vec::new();
        self.since.retain(|id, (lane, since)| {
            let waits = now.saturating_duration_since(*since) < BY_ANOTHER_WAY;
            if !waits {
                due.push((*lane, *id));
            }
            waits
        });
        due
    }
}

/// Up to where things were told.
#[derive(Clone, Default)]
struct Told {
    revision: u64,
    /// The log whose entries were told; this home may have turned to another.
    log: Option<LogId>,
    next: BTreeMap<Lane, u64>,
    /// The place in the order of arrival.
    arrival: u64,
}

/// What is new at a look.
struct Found {
    now: Told,
    /// Entries of this home's own log.
    written: Vec<Arc<Entry>>,
    /// All others.
    arrived: Vec<(Lane, EntryId)>,
}

async fn look(shared: &Arc<Shared>, told: Option<Told>) -> Result<Found> {
    let shared = Arc::clone(shared);
    let task = tokio::task::spawn_blocking(move || read(&shared, told));
    let stopped = |_| SchoolError::Refused("the look at what is new was stopped".to_owned());
    task.await.map_err(stopped)?
}

fn read(shared: &Shared, told: Option<Told>) -> Result<Found> {
    let core = &shared.school.core;
    let first = told.is_none();
    let mut told = told.unwrap_or_default();
    let revision = core.store.revision()?;
    if !first && revision == told.revision {
        return Ok(Found { now: told, written: Vec::new(), arrived: Vec::new() });
    }
    core.refresh()?;
    let log = core.identity.log();
    if told.log != Some(log) {
        told.next.clear();
    }
    core.store.read(|snapshot| {
        let mut now = Told {
            revision: snapshot.revision()?,
            log: Some(log),
            next: told.next.clone(),
            arrival: snapshot.last_arrival()?,
        };
        let mut written = Vec::new();
        for space in snapshot.spaces()? {
            for lane in [Lane::control(space), Lane::data(space)] {
                let Some(tip) = journal::tip(snapshot, lane, log)? else { continue };
                let from = told.next.get(&lane).copied().unwrap_or(0);
                if !first && tip.next > from {
                    let page =
                        snapshot.entries_after(lane, &[(log, from)], None, MAX_NEWS_BYTES)?;
                    written.extend(page.entries.into_iter().map(Arc::new));
                }
                now.next.insert(lane, tip.next);
            }
        }
        let since = if first { now.arrival } else { told.arrival };
        let arrived = arrived(snapshot, log, since)?;
        Ok(Found { now, written, arrived })
    })
}

/// What has arrived since and is not of this home's own log.
fn arrived(snapshot: &Snapshot<'_>, own: LogId, mut place: u64) -> Result<Vec<(Lane, EntryId)>> {
    let mut arrived = Vec::new();
    loop {
        let some = snapshot.arrivals_after(place, LOOK_AHEAD)?;
        let Some(last) = some.last() else { return Ok(arrived) };
        place = last.place;
        let others = some.iter().filter(|one| one.log != own);
        arrived.extend(others.map(|one| (one.lane, one.entry)));
    }
}

#[cfg(test)]
mod tests;
