//! The entries of this home inside one transaction, as intake sees them.

use std::collections::{HashMap, HashSet};

use sheaf_charter::{Entry, EntryId, Header, Lane, LogId, Part};
use sheaf_replica::{LogTips, Shelf, Standing, Verdict};
use sheaf_store::{ArrivedSpan, SectionRef, Txn};

use crate::core::Core;
use crate::error::SchoolError;
use crate::journal;
use crate::project::Projector;
use crate::replicate::standing::{verdict, verdict_built_on};
use crate::turns::{self, Why};

/// One transaction of the store.
pub(crate) struct TxnShelf<'a, 'b> {
    /// The home.
    pub core: &'a Core,
    /// The transaction.
    pub txn: &'a mut Txn<'b>,
    /// When this is.
    pub now_ms: i64,
    /// The data entries that stand, to be applied.
    pub standing: Vec<Entry>,
    /// What is known of the log that this home writes.
    log: OwnLog,
    known: Known,
}

/// What this transaction has found out already of entries and logs, of which none is forgotten: a
/// batch asks for the same control entries again and again, and for what it has just appended.
#[derive(Default)]
struct Known {
    here: HashSet<EntryId>,
    logs: HashMap<(Lane, LogId), Log>,
}

/// How far a log has got, and what was appended last.
struct Log {
    tips: LogTips,
    last: (EntryId, Header),
}

/// What is known of the log that this home writes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum OwnLog {
    /// It alone writes it.
    Alone,
    /// Another copy of this home has written it too.
    Shared,
}

impl<'a, 'b> TxnShelf<'a, 'b> {
    /// One for one transaction; [`TxnShelf::finish`] ends it.
    pub(crate) fn new(core: &'a Core, txn: &'a mut Txn<'b>, now_ms: i64) -> Self {
        let (standing, log, known) = (Vec::new(), OwnLog::Alone, Known::default());
        Self { core, txn, now_ms, standing, log, known }
    }
}

impl Shelf for TxnShelf<'_, '_> {
    type Error = SchoolError;

    fn verdict(
        &mut self,
        entry: &Entry,
        previous: Option<&Header>,
    ) -> Result<Verdict, SchoolError> {
        verdict(self.txn, &self.core.control().trust, entry, previous)
    }

    fn verdict_built_on(
        &mut self,
        entry: &Entry,
        previous: Option<&Header>,
    ) -> Result<Verdict, SchoolError> {
        verdict_built_on(self.txn, &self.core.control().trust, entry, previous)
    }

    fn vouches(&mut self, entry: &Entry) -> Result<bool, SchoolError> {
        Ok(self.core.control().trust.vouches(entry))
    }

    fn holds(&mut self, id: EntryId) -> Result<bool, SchoolError> {
        if self.known.here.contains(&id) {
            return Ok(true);
        }
        let is_here = self.txn.holds(id)?;
        if is_here {
            self.known.here.insert(id);
        }
        Ok(is_here)
    }

    fn header(&mut self, id: EntryId) -> Result<Option<Header>, SchoolError> {
        if let Some(log) = self.known.logs.values().find(|log| log.last.0 == id) {
            return Ok(Some(log.last.1.clone()));
        }
        Ok(self.txn.header(id)?)
    }

    fn tips(&mut self, lane: Lane, log: LogId) -> Result<Option<LogTips>, SchoolError> {
        if let Some(log) = self.known.logs.get(&(lane, log)) {
            return Ok(Some(log.tips.clone()));
        }
        journal::tips(self.txn, lane, log)
    }

    fn append(
        &mut self,
        entry: Entry,
        tips: &LogTips,
        standing: Standing,
    ) -> Result<(), SchoolError> {
        self.txn.append(&entry, &tips.to_bytes(), self.now_ms)?;
        let header = entry.header();
        let last = (entry.id(), header.clone());
        self.known.logs.insert((header.lane, header.log), Log { tips: tips.clone(), last });
        self.look_for_copies(entry.header());
        match (entry.header().lane.part, standing) {
            (Part::Control, _) => {
                self.core.take_control(entry);
                Ok(())
            }
            (Part::Data, Standing::Held(reason)) => {
                self.forget_erased(&entry)?;
                Projector::hold_entry(self.txn, &entry, reason.words())?;
                self.free_attested(entry)
            }
            (Part::Data, Standing::Stands) => {
                self.forget_erased(&entry)?;
                self.standing.push(entry);
                Ok(())
            }
        }
    }
}

impl TxnShelf<'_, '_> {
    /// An entry of this home's own log that was not here was written by another copy of it.
    fn look_for_copies(&mut self, header: &Header) {
        if header.log == self.core.identity.log() {
            self.log = OwnLog::Shared;
        }
    }

    /// Once all is in: turns to another log, if another copy writes this one, and notes what
    /// stands. Not earlier, because what comes in tells which logs the other copy writes now.
    pub(crate) fn finish(&mut self) -> Result<Option<ArrivedSpan>, SchoolError> {
        if self.log == OwnLog::Shared {
            turns::turn(self.txn, &self.core.identity, Why::Copied, self.now_ms)?;
        }
        self.note_arrived()
    }

    /// What somebody has vouched for before it arrived stands like any other.
    fn free_attested(&mut self, entry: Entry) -> Result<(), SchoolError> {
        let space = entry.header().lane.space;
        let attested = self.core.control().trust.attested(space, entry.id());
        for index in &attested {
            self.txn.clear_held(SectionRef { entry: entry.id(), index: *index })?;
        }
        if !attested.is_empty() {
            self.standing.push(entry);
        }
        Ok(())
    }

    /// Notes what stands as not yet applied: it was stored in one run, and what lies between is
    /// held or of a control part.
    fn note_arrived(&mut self) -> Result<Option<ArrivedSpan>, SchoolError> {
        let (Some(first), Some(last)) = (self.standing.first(), self.standing.last()) else {
            return Ok(None);
        };
        let end = last.header().table.len().saturating_sub(1);
        let end = u16::try_from(end).unwrap_or(u16::MAX);
        let first = SectionRef { entry: first.id(), index: 0 };
        let last = SectionRef { entry: last.id(), index: end };
        Ok(Some(self.txn.note_arrived(first, last)?))
    }

    /// Of an entry that touches an erased document that section is dropped, and nothing else.
    fn forget_erased(&mut self, entry: &Entry) -> Result<(), SchoolError> {
        let header = entry.header();
        let control = self.core.control();
        for row in &header.table {
            if control.is_erased(header.lane.space, row.document) {
                self.txn.erase(header.lane.space, row.document)?;
            }
        }
        Ok(())
    }
}
