//! Notices what changes, here or elsewhere, and tells the face.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use sheaf_store::Changes;

use super::answer::status_line;
use super::carry::folders;
use super::invites::Invites;
use super::reply::Notice;
use super::runner::Teller;
use crate::error::Result;
use crate::indexed::{Found, record_id};
use crate::network::NetworkSlot;
use crate::school::School;

/// How soon a change shows. A look at the revision costs some microseconds.
const TURN: Duration = Duration::from_millis(15);
/// Every so many turns the devices are looked at as well.
const TURNS_A_STATUS: u32 = 66;

/// What is looked after.
pub(super) struct Watched {
    /// The school.
    pub school: School,
    /// Its network, if this window has it.
    pub network: NetworkSlot,
    /// The invitation that may be open.
    pub invites: Invites,
}

/// Runs until the face is gone.
pub(super) fn watch(watched: &Watched, teller: &Teller, stopped: &Arc<AtomicBool>) {
    let (school, network) = (&watched.school, &watched.network);
    let mut revision = school.core.store.revision().unwrap_or_default();
    let mut status = None;
    let mut turn = 0_u32;
    while !stopped.load(Ordering::Relaxed) {
        thread::sleep(TURN);
        // A store that cannot be read now is read at the next turn; requests say what is wrong.
        let changed = changes(school, &mut revision).unwrap_or_default();
        let is_changed = changed.is_some();
        if changed.is_some_and(|notice| !teller.tell(notice)) {
            return;
        }
        if let Some(news) = watched.invites.poll(network.get())
            && !teller.tell(Notice::Invite(news))
        {
            return;
        }
        turn = turn.wrapping_add(1);
        if is_changed || turn.is_multiple_of(TURNS_A_STATUS) {
            let now = status_line(school, network).ok();
            // How it stands with shared folders is shown beside the devices.
            let now = now.map(|line| (line, folders(school, network.get()).unwrap_or_default()));
            if now != status
                && let Some((line, _)) = now.clone()
                && !teller.tell(Notice::Status(Arc::new(line)))
            {
                return;
            }
            status = now;
        }
    }
}

fn changes(school: &School, revision: &mut u64) -> Result<Option<Notice>> {
    let store = &school.core.store;
    if store.revision()? == *revision {
        return Ok(None);
    }
    let own = school.core.device().to_string();
    let mut from_elsewhere = 0;
    let mut records = Vec::new();
    let now = store.read(|snapshot| {
        if let Changes::Records(changed) = snapshot.changed_since(*revision)? {
            for id in changed {
                records.push(record_id(id));
                if let Some(row) = snapshot.record(id)? {
                    let found = Found::from_row(row)?;
                    from_elsewhere += usize::from(found.indexed.changed.device != own);
                }
            }
        }
        Ok::<_, crate::error::SchoolError>(snapshot.revision()?)
    })?;
    *revision = now;
    if records.is_empty() {
        return Ok(None);
    }
    Ok(Some(Notice::Changed { records: records.into(), from_elsewhere }))
}
