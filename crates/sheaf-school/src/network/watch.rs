//! Notices what this device has written, in this process or another, and tells the sessions.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use sheaf_charter::{Entry, Lane, LogId};

use super::{News, Shared};
use crate::error::Result;
use crate::journal;

/// How soon what another process of this home has written is noticed.
const POLL: Duration = Duration::from_millis(200);
/// At most so many bytes of news at once; what is beyond comes with the next.
const MAX_NEWS_BYTES: usize = 4 * 1024 * 1024;

/// Runs until the network stops.
pub(super) async fn watch_own_entries(shared: Arc<Shared>) {
    let mut saved = shared.school.core.saves();
    let mut told = match look(&shared, None).await {
        Ok((told, _)) => told,
        Err(_) => Told::default(),
    };
    loop {
        tokio::select! {
            changed = saved.changed() => if changed.is_err() { return },
            () = tokio::time::sleep(POLL) => {}
        }
        // A store that cannot be read now is read at the next turn; saves say what is wrong.
        if let Ok((now, entries)) = look(&shared, Some(told.clone())).await {
            told = now;
            if !entries.is_empty() {
                // Without a session there is nobody to tell.
                shared.news.send(News::Written(entries.into())).ok();
            }
        }
    }
}

#[derive(Clone, Default)]
struct Told {
    revision: u64,
    /// The log whose entries were told; this home may have turned to another.
    log: Option<LogId>,
    next: BTreeMap<Lane, u64>,
}

async fn look(shared: &Arc<Shared>, told: Option<Told>) -> Result<(Told, Vec<Arc<Entry>>)> {
    let shared = Arc::clone(shared);
    let task = tokio::task::spawn_blocking(move || read(&shared, told));
    task.await.unwrap_or_else(|_| Ok((Told::default(), Vec::new())))
}

fn read(shared: &Shared, told: Option<Told>) -> Result<(Told, Vec<Arc<Entry>>)> {
    let core = &shared.school.core;
    let first = told.is_none();
    let mut told = told.unwrap_or_default();
    let revision = core.store.revision()?;
    if !first && revision == told.revision {
        return Ok((told, Vec::new()));
    }
    core.refresh()?;
    let log = core.identity.log();
    if told.log != Some(log) {
        told.next.clear();
    }
    core.store.read(|snapshot| {
        let mut now =
            Told { revision: snapshot.revision()?, log: Some(log), next: told.next.clone() };
        let mut entries = Vec::new();
        for space in snapshot.spaces()? {
            for lane in [Lane::control(space), Lane::data(space)] {
                let Some(tip) = journal::tip(snapshot, lane, log)? else { continue };
                let from = told.next.get(&lane).copied().unwrap_or(0);
                if !first && tip.next > from {
                    let page =
                        snapshot.entries_after(lane, &[(log, from)], None, MAX_NEWS_BYTES)?;
                    entries.extend(page.entries.into_iter().map(Arc::new));
                }
                now.next.insert(lane, tip.next);
            }
        }
        Ok((now, entries))
    })
}
