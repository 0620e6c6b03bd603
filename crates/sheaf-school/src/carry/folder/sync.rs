//! One exchange with a folder, for `sheaf sync`.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use super::SharedFolder;
use super::report::Pass;
use crate::carry::came::came;
use crate::error::{Result, SchoolError};
use crate::school::School;
use crate::shape::{FolderSynced, SessionShape};

impl School {
    /// Exchanges entries with a shared folder once.
    pub fn sync_folder(&self, dir: &Path) -> Result<FolderSynced> {
        let started = Instant::now();
        let pass = SharedFolder::on_disk(self, dir).pass()?;
        let session = self.folder_session(&pass, started)?;
        let came = came(&self.core, pass.joined())?;
        let Pass { notes, unread, unwritten, .. } = pass;
        Ok(FolderSynced { session, came, notes, unread, unwritten })
    }

    fn folder_session(&self, pass: &Pass, started: Instant) -> Result<SessionShape> {
        let spaces = self.core.control().trust.spaces_of_person(self.person());
        let held = self.core.store.read(|snapshot| {
            let mut held = BTreeMap::new();
            for space in spaces {
                for (reason, count) in snapshot.held_counts(space)? {
                    *held.entry(reason).or_default() += count;
                }
            }
            Ok::<_, SchoolError>(held)
        })?;
        let outcome = match (pass.is_level(), held.is_empty()) {
            (false, _) => "different",
            (true, false) => "equal_with_held",
            (true, true) => "equal",
        };
        Ok(SessionShape {
            peer: pass.place.clone(),
            person: String::new(),
            carrier: "folder".to_owned(),
            sent: pass.sent,
            received: pass.received(),
            bytes_out: pass.bytes_out,
            bytes_in: pass.bytes_in,
            round_trips: 0,
            outcome: outcome.to_owned(),
            held,
            seconds: started.elapsed().as_secs_f64(),
        })
    }
}
