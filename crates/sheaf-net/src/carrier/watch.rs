//! Being told that something in a folder has changed, where the system can.

use std::fmt;
use std::path::Path;

use notify::{RecommendedWatcher, RecursiveMode, Watcher};

/// Watches a folder until it is dropped. A mapped drive often tells of nothing that others do
/// there: whoever watches looks from time to time as well.
pub struct FolderWatch {
    _watcher: RecommendedWatcher,
}

impl FolderWatch {
    /// Calls `wake` whenever something changes there; none where the system cannot watch it.
    pub fn begin(dir: &Path, wake: impl Fn() + Send + 'static) -> Option<Self> {
        let told = move |event: notify::Result<notify::Event>| {
            // Being read, by this device too, is no change.
            if event.is_ok_and(|event| !event.kind.is_access()) {
                wake();
            }
        };
        let mut watcher = notify::recommended_watcher(told).ok()?;
        watcher.watch(dir, RecursiveMode::NonRecursive).ok()?;
        Some(Self { _watcher: watcher })
    }
}

impl fmt::Debug for FolderWatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FolderWatch")
    }
}
