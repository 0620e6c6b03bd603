//! Checking everything from the log up, and building the index again from the log.

mod documents;
mod entries;
mod problems;
mod rebuild;
#[cfg(test)]
mod tests;

use sheaf_charter::Lane;
use sheaf_store::{Snapshot, StoreError};

use crate::buckets;
use crate::control::Control;
use crate::error::Result;
use crate::project::Projector;
use crate::school::School;
use crate::shape::Verified;
use problems::Problems;

/// How to verify.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verify {
    /// Check, and change nothing.
    Check,
    /// Throw the index away, build it again from the log, then check.
    Rebuild,
}

/// How far a check has got.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Verifying {
    /// What is being checked.
    pub what: &'static str,
    /// How many of them are done.
    pub done: u64,
    /// How many there are.
    pub of: u64,
}

/// Told after so many entries or documents.
const TELL_EVERY: usize = 64;

impl School {
    /// Re-checks every header chain, signature, right, section, document and index row against the
    /// log, and tells how far it has got. Takes nothing that was read before for granted.
    pub fn verify(&self, how: Verify, tell: &dyn Fn(Verifying)) -> Result<Verified> {
        if how == Verify::Rebuild {
            self.rebuild()?;
        }
        let mut problems = Problems::default();
        for line in self.core.store.integrity()?.problems {
            problems.file(line);
        }
        if let Err(error) = self.core.reload_lists() {
            problems.index(&"the calendar and the code lists", &error);
        }
        let (entries, documents) = self.core.store.read(|snapshot| {
            let control = self.control_of_log(snapshot, &mut problems)?;
            self.check(snapshot, &control, &mut problems, tell)
        })?;
        let problems = problems.into_lines();
        Ok(Verified { entries, documents, ok: problems.is_empty(), problems })
    }

    fn rebuild(&self) -> Result<()> {
        // Lines are made with the code lists, which are records too: where the index that gave them
        // was damaged, its successor is made twice.
        let known = self.core.reload_lists().is_ok();
        let before = self.core.lists().codes.clone();
        self.core.store.write(|txn| rebuild::rebuild(&self.core, txn))?;
        self.core.reload_lists()?;
        if !known || self.core.lists().codes != before {
            self.core.store.write(|txn| rebuild::rebuild(&self.core, txn))?;
        }
        buckets::freshen(&self.core)
    }

    fn check(
        &self,
        snapshot: &Snapshot<'_>,
        control: &Control,
        problems: &mut Problems,
        tell: &dyn Fn(Verifying),
    ) -> Result<(u64, u64)> {
        let lists = self.core.lists();
        let projector = Projector::new(control, &lists.codes);
        let entries = snapshot.all_entry_ids()?;
        let mut checked = entries::Checked::default();
        for (done, id) in entries.iter().enumerate() {
            tell_of("entries", done, entries.len(), tell);
            entries::check(snapshot, &projector, *id, &mut checked, problems)?;
        }
        entries::check_logs(snapshot, &checked, problems)?;
        let documents = documents::named(snapshot, &checked, problems)?;
        for (done, (document, space)) in documents.iter().enumerate() {
            tell_of("documents", done, documents.len(), tell);
            match documents::check(snapshot, &projector, *document, *space) {
                Ok(None) => {}
                Ok(Some(what)) => problems.index(document, &what),
                Err(error) => problems.index(document, &error),
            }
        }
        for space in snapshot.spaces()? {
            for bucket in 0..=u8::MAX {
                if !buckets::fits(snapshot, space, bucket)? {
                    let place = format!("bucket {bucket} of the digest of {space}");
                    problems.index(&place, &"it is not that of its documents");
                }
            }
        }
        Ok((entries.len() as u64, documents.len() as u64))
    }

    /// The control parts as they follow from the log alone, read from the first entry on.
    fn control_of_log(&self, snapshot: &Snapshot<'_>, problems: &mut Problems) -> Result<Control> {
        let (school, identity) = (self.core.school_id(), &self.core.identity);
        let mut control = Control::new(school);
        let mut entries = Vec::new();
        for space in snapshot.spaces()? {
            for id in snapshot.entry_ids(Lane::control(space))? {
                match snapshot.entry(id) {
                    Ok(entry) => entries.extend(entry),
                    // What is wrong with it is told when its turn comes.
                    Err(StoreError::DamagedEntry(_) | StoreError::DamagedHeader(_)) => {}
                    Err(error) => return Err(error.into()),
                }
            }
        }
        control.take(&entries, school, identity);
        if control.trust.school().is_none() {
            let founding = format!("entry {school}, which founds the school");
            problems.log(&founding, &"it is not here, so no right can be checked");
        }
        Ok(control)
    }
}

fn tell_of(what: &'static str, done: usize, of: usize, tell: &dyn Fn(Verifying)) {
    if done.is_multiple_of(TELL_EVERY) {
        tell(Verifying { what, done: done as u64, of: of as u64 });
    }
}
