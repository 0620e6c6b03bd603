//! Staying at a folder for as long as the network runs: woken by what is written here and, where
//! the system tells, there; looking from time to time in any case.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sheaf_net::FolderWatch;
use tokio::sync::mpsc;

use super::SharedFolder;
use super::kept::FolderStands;
use super::report::Pass;
use crate::error::{Result, SchoolError};
use crate::network::{Event, News, Shared, lock};

/// How often a folder is looked at when nothing was heard: mapped drives tell of nothing.
const POLL: Duration = Duration::from_secs(10);
/// What happens within so long is done in one look: a copying service writes piece by piece.
const SETTLE: Duration = Duration::from_millis(400);

/// Runs until the network stops.
pub(crate) async fn keep(shared: Arc<Shared>, dir: PathBuf) {
    let mut news = shared.news.subscribe();
    let (wake, mut woken) = mpsc::channel(1);
    let mut watch = None;
    let mut at = Some(SharedFolder::on_disk(&shared.school, &dir));
    let mut state = State::default();
    loop {
        let Some(folder) = at.take() else { return };
        let task = tokio::task::spawn_blocking(move || {
            let mut folder = folder;
            let pass = folder.pass();
            (folder, pass)
        });
        let Ok((folder, pass)) = task.await else {
            let reason = "the look at the shared folder stopped unexpectedly".to_owned();
            shared.events.send(Event::Failed { reason });
            return;
        };
        at = Some(folder);
        // A drive that was taken out and put in again is another one to the system.
        if pass.is_err() {
            watch = None;
        } else if watch.is_none() {
            let wake = wake.clone();
            // One call that waits is enough.
            watch = FolderWatch::begin(&dir, move || wake.try_send(()).unwrap_or_default());
        }
        state.tell(&shared, &dir, pass);
        tokio::select! {
            _ = woken.recv() => {}
            _ = news.recv() => {}
            () = tokio::time::sleep(POLL) => continue,
        }
        tokio::time::sleep(SETTLE).await;
        while woken.try_recv().is_ok() {}
        while news.try_recv().is_ok() {}
    }
}

/// What was told last.
#[derive(Default)]
struct State {
    level: Option<bool>,
    failed: Option<String>,
}

impl State {
    fn tell(&mut self, shared: &Shared, dir: &Path, pass: Result<Pass>) {
        let stands = match &pass {
            Ok(pass) if pass.is_level() => FolderStands::Level,
            Ok(_) => FolderStands::Unfinished,
            Err(error) => FolderStands::Away(error.to_string()),
        };
        lock(&shared.folders).insert(dir.to_owned(), stands);
        match pass {
            Ok(pass) => self.tell_pass(shared, &pass),
            Err(error) => self.tell_error(shared, &error),
        }
    }

    fn tell_pass(&mut self, shared: &Shared, pass: &Pass) {
        self.failed = None;
        if !pass.joined().is_empty() {
            // Without a session there is nobody to tell.
            let arrived = pass.joined().to_vec().into();
            shared.news.send(News::Arrived(shared.school.core.device(), arrived)).ok();
        }
        for (space, entries) in pass.by_space() {
            let space = shared.school.core.control().space_name(space);
            shared.events.send(Event::Received { device: pass.place.clone(), space, entries });
        }
        for note in &pass.notes {
            shared.events.send(Event::Failed { reason: note.clone() });
        }
        let (level, moved) = (pass.is_level(), pass.sent + pass.received() > 0);
        if moved || self.level != Some(level) {
            self.level = Some(level);
            shared.events.send(Event::Folder {
                folder: pass.place.clone(),
                sent: pass.sent,
                received: pass.received(),
                level,
            });
        }
    }

    /// A folder that is away is told once, and looked for again.
    fn tell_error(&mut self, shared: &Shared, error: &SchoolError) {
        let reason = error.to_string();
        if self.failed.as_ref() != Some(&reason) {
            self.failed = Some(reason.clone());
            self.level = None;
            shared.events.send(Event::Failed { reason });
        }
    }
}
