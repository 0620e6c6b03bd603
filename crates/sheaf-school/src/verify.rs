//! Checking everything from the log up, and building the index again from the log.

use std::collections::BTreeSet;

use sheaf_charter::{DocumentId, Entry, Lane, Part, SpaceId};
use sheaf_replica::Verdict;
use sheaf_store::{Snapshot, Txn};

use crate::buckets;
use crate::core::Core;
use crate::error::{Result, SchoolError};
use crate::index_row::index_view;
use crate::indexed::{Found, record_id};
use crate::project::Projector;
use crate::replicate::verdict;
use crate::school::School;
use crate::shape::Verified;

/// How to verify.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verify {
    /// Check, and change nothing.
    Check,
    /// Throw the index away, build it again from the log, then check.
    Rebuild,
}

/// More problems than this say nothing more.
const MAX_PROBLEMS: usize = 100;

impl School {
    /// Re-checks every header chain, signature, right, document and index row against the log.
    pub fn verify(&self, how: Verify) -> Result<Verified> {
        self.core.refresh()?;
        if how == Verify::Rebuild {
            self.core.store.write(|txn| rebuild(&self.core, txn))?;
            buckets::freshen(&self.core)?;
            self.core.reload_lists()?;
        }
        let mut verified = Verified { entries: 0, documents: 0, ok: true, problems: Vec::new() };
        verified.problems.extend(self.core.store.integrity()?.problems);
        self.core.store.read(|snapshot| {
            for space in snapshot.spaces()? {
                for lane in [Lane::control(space), Lane::data(space)] {
                    self.check_lane(snapshot, lane, &mut verified)?;
                }
                self.check_documents(snapshot, space, &mut verified)?;
                check_buckets(snapshot, space, &mut verified)?;
            }
            Ok::<_, SchoolError>(())
        })?;
        verified.problems.truncate(MAX_PROBLEMS);
        verified.ok = verified.problems.is_empty();
        Ok(verified)
    }

    fn check_lane(
        &self,
        snapshot: &Snapshot<'_>,
        lane: Lane,
        verified: &mut Verified,
    ) -> Result<()> {
        let control = self.core.control();
        for id in snapshot.entry_ids(lane)? {
            verified.entries += 1;
            let Some(entry) = snapshot.entry(id)? else {
                verified.problems.push(format!("entry {id} is gone"));
                continue;
            };
            let header = entry.header();
            let previous = if header.seq == 0 { None } else { snapshot.header(header.previous)? };
            if header.seq > 0 && previous.is_none() {
                verified.problems.push(format!("entry {id}: the entry before it is missing"));
            }
            match verdict(&control.trust, &entry, previous.as_ref()) {
                Verdict::Stands | Verdict::Held(_) => {}
                Verdict::Waits(_) => {
                    verified.problems.push(format!("entry {id}: what it names is missing"));
                }
                Verdict::Refused(reason) => {
                    verified.problems.push(format!("entry {id}: {reason}"));
                }
            }
        }
        Ok(())
    }

    fn check_documents(
        &self,
        snapshot: &Snapshot<'_>,
        space: SpaceId,
        verified: &mut Verified,
    ) -> Result<()> {
        let (control, lists) = (self.core.control(), self.core.lists());
        let projector = Projector::new(&control, &lists.codes);
        for document in snapshot.document_ids(space)? {
            verified.documents += 1;
            match check_document(&projector, snapshot, document) {
                Ok(None) => {}
                Ok(Some(problem)) => verified.problems.push(format!("{document}: {problem}")),
                Err(error) => verified.problems.push(format!("{document}: {error}")),
            }
        }
        Ok(())
    }
}

fn check_document(
    projector: &Projector<'_>,
    snapshot: &Snapshot<'_>,
    document: DocumentId,
) -> Result<Option<&'static str>> {
    let Some(state) = snapshot.document(document)? else { return Ok(Some("it is gone")) };
    let rebuilt = projector.replayed(snapshot, document)?;
    if rebuilt.heads()?.concat() != state.heads {
        return Ok(Some("its heads are not those of the log"));
    }
    if state.stored.is_some() && projector.load(snapshot, &state)?.view()? != rebuilt.view()? {
        return Ok(Some("its stored form is not that of the log"));
    }
    let Some(row) = snapshot.record(document)? else { return Ok(Some("it is not in the index")) };
    let found = Found::from_row(row)?;
    let origins = projector.origins(snapshot, document, None)?;
    let expected = index_view(&rebuilt.view()?, &origins);
    if found.record.id != record_id(document) || found.indexed != expected {
        return Ok(Some("its index is not that of the log"));
    }
    Ok(None)
}

fn check_buckets(snapshot: &Snapshot<'_>, space: SpaceId, verified: &mut Verified) -> Result<()> {
    for bucket in 0..=u8::MAX {
        if !buckets::fits(snapshot, space, bucket)? {
            verified.problems.push(format!("the digest of bucket {bucket} is wrong"));
        }
    }
    Ok(())
}

/// Makes the index anew, in the order in which the entries arrived.
fn rebuild(core: &Core, txn: &mut Txn<'_>) -> Result<()> {
    core.refresh_from(txn)?;
    txn.clear_index()?;
    let (control, lists) = (core.control(), core.lists());
    let mut projector = Projector::new(&control, &lists.codes);
    let spaces: BTreeSet<SpaceId> = txn.spaces()?.into_iter().collect();
    for space in spaces {
        for id in txn.entry_ids(Lane { space, part: Part::Data })? {
            let Some(entry) = txn.entry(id)? else { continue };
            take(&mut projector, txn, &control.trust, &entry)?;
        }
    }
    projector.finish(txn)
}

fn take(
    projector: &mut Projector<'_>,
    txn: &mut Txn<'_>,
    trust: &sheaf_charter::Trust,
    entry: &Entry,
) -> Result<()> {
    let header = entry.header();
    let previous = if header.seq == 0 { None } else { txn.header(header.previous)? };
    match verdict(trust, entry, previous.as_ref()) {
        Verdict::Stands => projector.take_entry(txn, entry),
        Verdict::Held(reason) => Projector::hold_entry(txn, entry, reason.words()),
        Verdict::Waits(_) | Verdict::Refused(_) => Ok(()),
    }
}
