//! The entries of this home inside one transaction, as intake sees them.

use sheaf_charter::{DocumentId, Entry, EntryId, Header, Lane, LogId, Part, TableRow};
use sheaf_replica::{LogTips, Shelf, Standing, Verdict};
use sheaf_store::{Pending, SectionRef, Txn};

use crate::core::Core;
use crate::error::SchoolError;
use crate::journal;
use crate::project::Projector;
use crate::replicate::standing::{verdict, verdict_built_on};
use crate::turns::{self, Why};

/// The reason of a section that has just arrived: it is durable and will be applied.
pub(crate) const ARRIVED: &str = "it has not been applied yet";

/// One transaction of the store.
pub(crate) struct TxnShelf<'a, 'b> {
    /// The home.
    pub core: &'a Core,
    /// The transaction.
    pub txn: &'a mut Txn<'b>,
    /// When this is.
    pub now_ms: i64,
    /// The data entries that stand, to be applied.
    pub standing: Vec<EntryId>,
    /// Whether this home writes its old log or has been found to be a copy.
    pub log: OwnLog,
}

/// What is known of the log that this home writes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum OwnLog {
    /// It alone writes it.
    Alone,
    /// Another copy of this home has written it too: this one has turned to another.
    Turned,
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
        Ok(self.txn.holds(id)?)
    }

    fn header(&mut self, id: EntryId) -> Result<Option<Header>, SchoolError> {
        Ok(self.txn.header(id)?)
    }

    fn tips(&mut self, lane: Lane, log: LogId) -> Result<Option<LogTips>, SchoolError> {
        journal::tips(self.txn, lane, log)
    }

    fn append(
        &mut self,
        entry: Entry,
        tips: &LogTips,
        standing: Standing,
    ) -> Result<(), SchoolError> {
        self.txn.append(&entry, &tips.to_bytes(), self.now_ms)?;
        self.look_for_copies(entry.header())?;
        match (entry.header().lane.part, standing) {
            (Part::Control, _) => {
                let core = self.core;
                core.control_mut().take(&[entry], core.school_id(), &core.identity);
                Ok(())
            }
            (Part::Data, Standing::Held(reason)) => {
                self.forget_erased(&entry)?;
                Projector::hold_entry(self.txn, &entry, reason.words())?;
                self.free_attested(&entry)
            }
            (Part::Data, Standing::Stands) => {
                self.standing.push(entry.id());
                note_arrived(self.txn, entry.id(), &entry.header().table)?;
                self.forget_erased(&entry)
            }
        }
    }
}

impl TxnShelf<'_, '_> {
    /// An entry of this home's own log that was not here was written by another copy of it.
    fn look_for_copies(&mut self, header: &Header) -> Result<(), SchoolError> {
        let identity = &self.core.identity;
        if self.log == OwnLog::Turned || header.log != identity.log() {
            return Ok(());
        }
        self.log = OwnLog::Turned;
        turns::turn(self.txn, identity, Why::Copied, self.now_ms)
    }

    /// What somebody has vouched for before it arrived stands like any other.
    fn free_attested(&mut self, entry: &Entry) -> Result<(), SchoolError> {
        let space = entry.header().lane.space;
        let attested = self.core.control().trust.attested(space, entry.id());
        for index in &attested {
            let section = SectionRef { entry: entry.id(), index: *index };
            let Some(row) = entry.header().table.get(usize::from(*index)) else { continue };
            self.txn.clear_held(section)?;
            note_waiting(self.txn, section, row.document)?;
        }
        if !attested.is_empty() {
            self.standing.push(entry.id());
        }
        Ok(())
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

/// Notes the sections of an entry as not yet applied: a crash before they are loses nothing.
pub(crate) fn note_arrived<'a>(
    txn: &mut Txn<'_>,
    entry: EntryId,
    table: impl IntoIterator<Item = &'a TableRow>,
) -> Result<(), SchoolError> {
    for (index, row) in (0..).zip(table) {
        note_waiting(txn, SectionRef { entry, index }, row.document)?;
    }
    Ok(())
}

/// Notes one section as not yet applied.
pub(crate) fn note_waiting(
    txn: &mut Txn<'_>,
    section: SectionRef,
    document: DocumentId,
) -> Result<(), SchoolError> {
    let needs = section.entry.as_bytes().to_vec();
    Ok(txn.put_pending(&Pending { section, document, needs, reason: ARRIVED.to_owned() })?)
}
