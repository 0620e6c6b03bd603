//! Looks after the shared folders that this home uses, for as long as it has the network.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::task::{AbortHandle, JoinSet};

use super::{Network, Shared, lock};
use crate::carry::{FolderStands, keep};

/// How soon it shows that a folder was chosen or stopped, by whichever process of this home.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// Runs until the network stops.
pub(super) async fn look_after_folders(shared: Arc<Shared>) {
    let mut tasks = JoinSet::new();
    let mut under_way: BTreeMap<PathBuf, AbortHandle> = BTreeMap::new();
    loop {
        let school = shared.school.clone();
        let folders = tokio::task::spawn_blocking(move || school.folders()).await;
        // A store that cannot be read now is read at the next turn.
        if let Ok(Ok(folders)) = folders {
            under_way.retain(|folder, task| {
                let stays = folders.contains(folder);
                if !stays {
                    task.abort();
                    lock(&shared.folders).remove(folder);
                }
                stays
            });
            for folder in folders {
                let begin =
                    |folder: &PathBuf| tasks.spawn(keep(Arc::clone(&shared), folder.clone()));
                under_way.entry(folder).or_insert_with_key(begin);
            }
        }
        while tasks.try_join_next().is_some() {}
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

impl Network {
    /// How it stands with a folder.
    pub(crate) fn folder_stands(&self, folder: &Path) -> FolderStands {
        lock(&self.shared.folders).get(folder).cloned().unwrap_or(FolderStands::Unknown)
    }
}
