//! Power that goes at any write: before it, between two of one transaction, or after the last, when
//! all is durable and nobody has been told.

use sheaf_charter::{DocumentId, Entry, EntryId, Header, Lane, LogId, SpaceId};

use super::Disk;
use crate::{LogTips, Shelf, Standing, Verdict};

/// The power is gone.
#[derive(Debug)]
pub(super) struct PowerCut;

/// A disk whose power goes after so many writes.
pub(super) struct Failing<'a> {
    pub disk: &'a mut Disk,
    pub writes_left: u64,
}

impl Failing<'_> {
    pub(super) fn spend(&mut self) -> Result<(), PowerCut> {
        self.writes_left = self.writes_left.checked_sub(1).ok_or(PowerCut)?;
        Ok(())
    }
}

impl Shelf for Failing<'_> {
    type Error = PowerCut;

    fn verdict(&mut self, entry: &Entry, _: Option<&Header>) -> Result<Verdict, PowerCut> {
        Ok(self.disk.judge(entry))
    }

    fn verdict_built_on(&mut self, entry: &Entry, _: Option<&Header>) -> Result<Verdict, PowerCut> {
        Ok(self.disk.judge(entry))
    }

    fn vouches(&mut self, _: &Entry) -> Result<bool, PowerCut> {
        Ok(false)
    }

    fn holds(&mut self, id: EntryId) -> Result<bool, PowerCut> {
        Ok(self.disk.entries.contains_key(&id))
    }

    fn header(&mut self, id: EntryId) -> Result<Option<Header>, PowerCut> {
        Ok(self.disk.entries.get(&id).map(|entry| entry.header().clone()))
    }

    fn tips(&mut self, lane: Lane, log: LogId) -> Result<Option<LogTips>, PowerCut> {
        Ok(self.disk.tips_of(lane, log).cloned())
    }

    fn is_erased(&mut self, space: SpaceId, document: DocumentId) -> Result<bool, PowerCut> {
        let Ok(is_erased) = self.disk.is_erased(space, document);
        Ok(is_erased)
    }

    fn fill(&mut self, entry: &Entry) -> Result<usize, PowerCut> {
        let Ok(filled) = self.disk.fill(entry);
        (0..filled).try_for_each(|_| self.spend())?;
        Ok(filled)
    }

    fn append(&mut self, entry: Entry, tips: &LogTips, on: Standing) -> Result<(), PowerCut> {
        self.spend()?;
        let Ok(()) = self.disk.append(entry, tips, on);
        Ok(())
    }
}
