//! When who is in has changed: judges again what was taken in, builds the documents anew of which
//! less stands than before, and applies what stands from now on.

use std::collections::{BTreeMap, BTreeSet};

use sheaf_charter::{DocumentId, Lane, LogId, SpaceId};
use sheaf_replica::Verdict;
use sheaf_store::{ArrivedSpan, Cause, Held, SectionRef, Snapshot, Txn};

use super::apply::apply;
use super::standing::verdict_again;
use crate::core::Core;
use crate::error::{Result, SchoolError};
use crate::project::Projector;

/// A log whose entries may stand otherwise than when they were judged last.
struct Moved {
    space: SpaceId,
    log: LogId,
    digest: [u8; 32],
}

/// What changes in one log.
#[derive(Default)]
struct Changes {
    /// Sections that stand no more, and why.
    held: Vec<(SectionRef, DocumentId, String)>,
    /// Sections that stand from now on.
    freed: Vec<SectionRef>,
}

impl Changes {
    fn is_empty(&self) -> bool {
        self.held.is_empty() && self.freed.is_empty()
    }
}

/// Judges again the logs on which control entries weigh otherwise than before. Says whether
/// anything that is shown has changed.
pub(crate) fn restand(core: &Core) -> Result<bool> {
    let moved = core.store.read(|snapshot| moved(core, snapshot))?;
    let mut changed = false;
    for log in moved {
        // Usually nothing changes, and a long log takes a while to judge: saves go first.
        let any = !core.store.read(|snapshot| judge_again(core, snapshot, &log))?.is_empty();
        let at_work = core.home.applying_lock()?;
        let freed = core.store.write(|txn| {
            let mut freed = Vec::new();
            if any {
                core.refresh_from(txn)?;
                let changes = judge_again(core, txn, &log)?;
                freed = carry_out(core, txn, log.space, changes)?;
            }
            txn.put_setting(&name(log.space, log.log), &log.digest)?;
            Ok::<_, SchoolError>(freed)
        })?;
        apply(core, &at_work, freed, &[], &mut || {})?;
        changed |= any;
    }
    if changed {
        core.renew_nonce();
        core.note_save();
    }
    Ok(changed)
}

fn name(space: SpaceId, log: LogId) -> String {
    format!("standing/{space}/{log}")
}

fn moved(core: &Core, snapshot: &Snapshot<'_>) -> Result<Vec<Moved>> {
    let control = core.control();
    let untouched = sheaf_charter::LogStanding::default().digest(|_| false);
    let mut moved = Vec::new();
    for space in snapshot.spaces()? {
        for (log, _) in snapshot.vector(Lane::data(space))? {
            let standing = control.trust.standing_of_log(space, log);
            let mut here = BTreeMap::new();
            for tip in &standing.tips {
                here.insert(*tip, snapshot.holds(*tip)?);
            }
            let digest = standing.digest(|tip| here.get(&tip).copied().unwrap_or_default());
            let kept = snapshot.setting(&name(space, log))?;
            if kept.as_deref().unwrap_or(&untouched) != digest {
                moved.push(Moved { space, log, digest });
            }
        }
    }
    Ok(moved)
}

fn judge_again(core: &Core, snapshot: &Snapshot<'_>, log: &Moved) -> Result<Changes> {
    let control = core.control();
    let mut changes = Changes::default();
    for id in snapshot.entries_of_log(Lane::data(log.space), log.log)? {
        let Some(header) = snapshot.header(id)? else { continue };
        let verdict = verdict_again(snapshot, &control.trust, &header, id)?;
        let attested = control.trust.attested(log.space, id);
        for (index, row) in (0..).zip(&header.table) {
            let section = SectionRef { entry: id, index };
            let reason = match &verdict {
                Verdict::Held(reason) | Verdict::Refused(reason) if !attested.contains(&index) => {
                    Some(reason.words())
                }
                _ => None,
            };
            let before = snapshot.held_at(section)?;
            let cause = before.as_ref().map(|held| held.cause);
            let known = before.as_ref().filter(|held| held.cause == Cause::Verdict);
            let known = known.map(|held| held.reason.as_str());
            match (reason, cause) {
                // No verdict makes it safe to apply.
                (_, Some(Cause::EndsProcesses)) => {}
                (Some(reason), _) if known != Some(reason) => {
                    changes.held.push((section, row.document, reason.to_owned()));
                }
                (None, Some(Cause::Verdict)) => changes.freed.push(section),
                _ => {}
            }
        }
    }
    Ok(changes)
}

/// Gives what stands from now on, noted as arrived: it was never applied perhaps, and may end the
/// process like anything else.
fn carry_out(
    core: &Core,
    txn: &mut Txn<'_>,
    space: SpaceId,
    changes: Changes,
) -> Result<Vec<ArrivedSpan>> {
    let (control, lists) = (core.control(), core.lists());
    let mut projector = Projector::new(&control, &lists.codes);
    let mut documents = BTreeSet::new();
    for (section, document, reason) in changes.held {
        txn.clear_pending(section)?;
        txn.put_held(&Held { section, document, reason, cause: Cause::Verdict })?;
        documents.insert(document);
    }
    let mut freed = Vec::new();
    for section in changes.freed {
        txn.clear_held(section)?;
        freed.push(txn.note_arrived(section, section)?);
    }
    for document in documents {
        projector.build_anew(txn, space, document)?;
    }
    projector.finish(txn)?;
    Ok(freed)
}
