//! The entries of this home inside one transaction, as intake sees them.

use std::collections::{HashMap, HashSet};

use sheaf_charter::{DocumentId, Entry, EntryId, Header, Lane, LogId, Part, SpaceId};
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
    /// What was filled in of entries that were here before, to be applied.
    filled: Vec<ArrivedSpan>,
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
        let (standing, filled) = (Vec::new(), Vec::new());
        let (log, known) = (OwnLog::Alone, Known::default());
        Self { core, txn, now_ms, standing, filled, log, known }
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

    fn is_erased(&mut self, space: SpaceId, document: DocumentId) -> Result<bool, SchoolError> {
        Ok(self.core.control().is_erased(space, document))
    }

    fn fill(&mut self, entry: &Entry) -> Result<usize, SchoolError> {
        let header = entry.header();
        let mut filled = Vec::new();
        for at in self.txn.absent_in(entry.id())? {
            let index = usize::from(at.index);
            let (row, section) = (header.table.get(index), entry.sections().get(index));
            let (Some(row), Some(Some(sealed))) = (row, section) else { continue };
            if !self.is_erased(header.lane.space, row.document)? {
                self.txn.put_section(at, sealed)?;
                filled.push(at);
            }
        }
        self.note_filled(entry.id(), &filled)?;
        Ok(filled.len())
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
    /// Gives what is to be applied.
    pub(crate) fn finish(&mut self) -> Result<Vec<ArrivedSpan>, SchoolError> {
        if self.log == OwnLog::Shared {
            turns::turn(self.txn, &self.core.identity, Why::Copied, self.now_ms)?;
        }
        let mut spans = std::mem::take(&mut self.filled);
        spans.extend(self.note_arrived()?);
        Ok(spans)
    }

    /// What was filled in is applied by itself, unless its entry has joined in this transaction:
    /// then with that, of which the whole is at hand from now on.
    fn note_filled(&mut self, entry: EntryId, filled: &[SectionRef]) -> Result<(), SchoolError> {
        let mut standing = self.standing.iter_mut().filter(|_| !filled.is_empty());
        if let Some(joined) = standing.find(|one| one.id() == entry) {
            if let Some(whole) = self.txn.entry(entry)? {
                *joined = whole;
            }
            return Ok(());
        }
        for at in filled {
            self.filled.push(self.txn.note_arrived(*at, *at)?);
        }
        Ok(())
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
