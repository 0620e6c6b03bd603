//! Since when a file of a shared folder is not whole, as this device has seen it: a service that
//! copies a folder around may give a file its old time before it has all of its bytes.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};

use serde::{Deserialize, Serialize};
use sheaf_net::Listed;

use super::SharedFolder;
use super::inspect::What;
use super::report::MAX_NAMED;
use crate::error::{Result, SchoolError};

pub(super) const PREFIX: &str = "folder/unfinished/";
/// A file that has not changed for so long is not being copied any more: an hour.
const COPIED_MS: i64 = 60 * 60 * 1_000;
/// The times of so many are kept; of others it is not known that they are old.
const MAX_KEPT: usize = 1_000;

/// A file that is not whole.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
struct Since {
    bytes: u64,
    first_ms: i64,
}

impl Since {
    const fn is_on_its_way(self, now_ms: i64) -> bool {
        now_ms - self.first_ms < COPIED_MS
    }
}

/// Those of one folder, by name.
type Unfinished = BTreeMap<String, Since>;

/// Files that are not whole.
#[derive(Default)]
pub(super) struct NotWhole {
    /// How many may still be on their way.
    pub on_their_way: usize,
    /// The others, with what is wrong with each.
    pub left: Vec<(OsString, String)>,
}

impl SharedFolder {
    /// Tells the files that may still become whole from those that have not changed for an hour.
    pub(super) fn not_whole(&self) -> Result<NotWhole> {
        let now_ms = self.school.clock.now_ms();
        let (before, mut now) = (self.seen_unfinished()?, Unfinished::new());
        let mut found = NotWhole::default();
        for (name, seen) in &self.files {
            let What::Faulty { says, .. } = &seen.what else { continue };
            let text = text(name);
            let known = before.get(&text).filter(|since| since.bytes == seen.bytes);
            // A clock that was set back does not make it newer than it is.
            let first_ms = known.map_or(now_ms, |since| since.first_ms.min(now_ms));
            let since = Since { bytes: seen.bytes, first_ms };
            if since.is_on_its_way(now_ms) {
                found.on_their_way += 1;
            } else {
                found.left.push((name.clone(), says.clone()));
            }
            if now.len() < MAX_KEPT {
                now.insert(text, since);
            }
        }
        if now != before {
            self.keep_setting(PREFIX, &now)?;
        }
        Ok(found)
    }

    /// Of a listing, what the last look found not whole: how many may still be on their way, and
    /// the names of the first of the others.
    pub(super) fn not_whole_among(&self, listed: &[Listed]) -> Result<(usize, Vec<String>)> {
        let (now_ms, seen) = (self.school.clock.now_ms(), self.seen_unfinished()?);
        let same = listed.iter().filter_map(|file| {
            let name = text(&file.name);
            let since = seen.get(&name).filter(|since| since.bytes == file.bytes)?;
            Some((name, *since))
        });
        let (coming, left): (Vec<_>, Vec<_>) =
            same.partition(|(_, since)| since.is_on_its_way(now_ms));
        Ok((coming.len(), left.into_iter().map(|(name, _)| name).take(MAX_NAMED).collect()))
    }

    fn seen_unfinished(&self) -> Result<Unfinished> {
        let kept = self.kept_setting(PREFIX)?;
        let read = |bytes: Vec<u8>| serde_json::from_slice(&bytes);
        let kept = kept.map(read).transpose();
        Ok(kept.map_err(|_| SchoolError::Index("a shared folder".to_owned()))?.unwrap_or_default())
    }
}

fn text(name: &OsStr) -> String {
    name.to_string_lossy().into_owned()
}
