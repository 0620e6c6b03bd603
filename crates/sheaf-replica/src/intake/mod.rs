//! Intake: whether an arriving entry joins its log, and what it sets free when it does.

mod report;
mod shelf;
mod waiting;

use std::collections::{BTreeSet, VecDeque};

use sheaf_charter::{Entry, EntryId, Header, Lane, Part, SchoolId};

use crate::vector::{Joint, LogTips};
use waiting::Waiting;

pub use report::{Joined, Refusal, Report};
pub use shelf::{Reason, Shelf, Standing, Verdict};

/// Another school's entry.
pub const OTHER_SCHOOL: Reason = Reason::new("it belongs to another school");
/// The entry names a predecessor that is not the one before it in its chain.
pub const BROKEN_CHAIN: Reason = Reason::new("it does not continue the log that it names");

/// Takes arriving entries into their logs, and keeps for a while those that cannot join yet.
///
/// What waits is volatile and uncounted: no vector shows it, so a later session sends it again.
pub struct Intake {
    school: SchoolId,
    waiting: Waiting,
}

enum Decision {
    Duplicate,
    Joins { tips: LogTips, joint: Joint, standing: Standing },
    Waits(Vec<EntryId>),
    Refused(Reason),
}

impl Intake {
    /// An intake of this school with nothing waiting.
    pub fn new(school: SchoolId) -> Self {
        Self { school, waiting: Waiting::default() }
    }

    /// How many entries wait outside.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Takes in a batch in one transaction of the shelf: appends what joins, in order, each
    /// followed by what it sets free; keeps what waits; of what is here already takes the sections
    /// that were missing.
    ///
    /// # Errors
    /// Those of the shelf. The caller rolls its transaction back; entries that were waiting may
    /// be forgotten then, and come again in a later session.
    pub fn take_in<S: Shelf>(
        &mut self,
        entries: Vec<Entry>,
        shelf: &mut S,
    ) -> Result<Report, S::Error> {
        let mut report = Report::default();
        let batch: Vec<EntryId> = entries.iter().map(Entry::id).collect();
        let brought: BTreeSet<EntryId> = batch.iter().copied().collect();
        let mut queue = VecDeque::from(entries);
        while let Some(entry) = queue.pop_front() {
            // What it waits for may have come by another way: this device's own acts, or another
            // process.
            let (entry, again) = match self.waiting.take(entry.id()) {
                Some(waiting) => (fuller(entry, waiting), true),
                None => (entry, false),
            };
            match self.decide(&entry, shelf)? {
                Decision::Duplicate => {
                    report.duplicates += 1;
                    report.sections += shelf.fill(&entry)?;
                }
                // What had waited may have come from somebody else than what sets it free.
                Decision::Refused(_) if !brought.contains(&entry.id()) => {}
                Decision::Refused(reason) => {
                    report.refused.push(Refusal { id: entry.id(), reason });
                }
                Decision::Waits(missing) => {
                    report.duplicates += usize::from(again);
                    let vouches = !missing.is_empty()
                        && decides_membership(entry.header().lane)
                        && shelf.vouches(&entry)?;
                    let id = entry.id();
                    report.dropped += self.waiting.insert(entry, missing, vouches);
                    if vouches {
                        let below = self.waiting.take_below(id);
                        below.into_iter().for_each(|entry| queue.push_front(entry));
                    }
                }
                Decision::Joins { tips, joint, standing } => {
                    let joined = Joined::new(&entry, joint, standing.clone());
                    report.lacking += usize::from(lacks(&entry, shelf)?);
                    shelf.append(entry, &tips, standing)?;
                    let freed = self.waiting.free(joined.id, joined.lane);
                    freed.into_iter().rev().for_each(|entry| queue.push_front(entry));
                    report.joined.push(joined);
                }
            }
        }
        report.waiting = batch.iter().filter(|id| self.waiting.contains(**id)).count();
        Ok(report)
    }

    fn decide<S: Shelf>(&self, entry: &Entry, shelf: &mut S) -> Result<Decision, S::Error> {
        let header = entry.header();
        if shelf.holds(entry.id())? {
            return Ok(Decision::Duplicate);
        }
        if !self.belongs(entry) {
            return Ok(Decision::Refused(OTHER_SCHOOL));
        }
        let mut missing = Vec::new();
        let previous = if header.seq == 0 { None } else { shelf.header(header.previous)? };
        match &previous {
            None if header.seq > 0 => missing.push(header.previous),
            Some(previous) if !continues(header, previous) => {
                return Ok(Decision::Refused(BROKEN_CHAIN));
            }
            _ => {}
        }
        for head in header.charter_heads.iter().chain(&header.control_heads) {
            if !shelf.holds(*head)? {
                missing.push(*head);
            }
        }
        if !missing.is_empty() {
            return Ok(Decision::Waits(missing));
        }
        let (tips, joint) = placed(entry, shelf)?;
        let mut verdict = shelf.verdict(entry, previous.as_ref())?;
        if verdict == Verdict::Waits(Vec::new()) && self.waiting.is_vouched_for(entry.id()) {
            verdict = shelf.verdict_built_on(entry, previous.as_ref())?;
        }
        Ok(match verdict {
            Verdict::Stands => Decision::Joins { tips, joint, standing: Standing::Stands },
            Verdict::Held(reason) => {
                Decision::Joins { tips, joint, standing: Standing::Held(reason) }
            }
            Verdict::Waits(missing) => Decision::Waits(missing),
            Verdict::Refused(reason) => Decision::Refused(reason),
        })
    }

    fn belongs(&self, entry: &Entry) -> bool {
        let header = entry.header();
        let founding = header.school == SchoolId::ZERO && header.lane == Lane::CHARTER;
        header.school == self.school
            || (founding && header.seq == 0 && SchoolId::from_founding(entry.id()) == self.school)
    }
}

fn continues(header: &Header, previous: &Header) -> bool {
    header.lane == previous.lane
        && header.log == previous.log
        && previous.seq.checked_add(1) == Some(header.seq)
}

fn placed<S: Shelf>(entry: &Entry, shelf: &mut S) -> Result<(LogTips, Joint), S::Error> {
    let header = entry.header();
    Ok(match shelf.tips(header.lane, header.log)? {
        None => (LogTips::first(entry.id()), Joint::Extends),
        Some(mut tips) => {
            let joint = tips.join(header.seq, header.previous, entry.id());
            (tips, joint)
        }
    })
}

/// Of two copies of an entry the one with more of its sections: anybody may have left some out.
fn fuller(entry: Entry, other: Entry) -> Entry {
    let sections = |copy: &Entry| copy.sections().iter().flatten().count();
    if sections(&other) > sections(&entry) { other } else { entry }
}

/// Whether an entry of data comes without a section that is not erased.
fn lacks<S: Shelf>(entry: &Entry, shelf: &mut S) -> Result<bool, S::Error> {
    let header = entry.header();
    for (row, section) in header.table.iter().zip(entry.sections()) {
        let is_left_out = section.is_none() && header.lane.part == Part::Data;
        if is_left_out && !shelf.is_erased(header.lane.space, row.document)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether entries of this lane can settle who may write.
fn decides_membership(lane: Lane) -> bool {
    lane.part == Part::Control
}

#[cfg(test)]
mod tests;
