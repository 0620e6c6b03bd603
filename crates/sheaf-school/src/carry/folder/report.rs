//! What one look at a folder came to.

use std::collections::BTreeMap;

use sheaf_charter::{EntryId, Lane, Part};

use super::SharedFolder;
use super::inspect::What;
use crate::carry::take::{Taker, Tally};
use crate::error::{Result, SchoolError};

/// What one look at a folder came to.
pub(crate) struct Pass {
    /// The folder.
    pub place: String,
    /// Entries that went into files.
    pub sent: u64,
    /// Bytes written.
    pub bytes_out: u64,
    /// Bytes read to take entries in.
    pub bytes_in: u64,
    /// What became of what was read.
    tally: Tally,
    /// Entries that wait for others.
    pub waiting: u64,
    /// Files that are not whole and may still be on their way.
    pub unfinished: usize,
    /// Why not everything that lies there was read, if that will stay so.
    pub unread: Option<String>,
    /// Why nothing could be written there, if so.
    pub unwritten: Option<String>,
    /// What is to be told of files, once.
    pub notes: Vec<String>,
}

impl Pass {
    pub(super) fn new(place: String) -> Self {
        Self {
            place,
            sent: 0,
            bytes_out: 0,
            bytes_in: 0,
            tally: Tally::default(),
            waiting: 0,
            unfinished: 0,
            unread: None,
            unwritten: None,
            notes: Vec::new(),
        }
    }

    pub(super) fn took(&mut self, taker: Taker) {
        self.waiting = taker.waiting();
        self.tally = taker.tally;
    }

    /// Notes that something could not be written, where something was taken in before: that is told
    /// first, and the next look fails.
    pub(super) fn wrote(&mut self, written: Result<()>) -> Result<()> {
        match written {
            Err(SchoolError::Net(error)) if self.received() > 0 => {
                self.unwritten = Some(error.to_string());
                Ok(())
            }
            written => written,
        }
    }

    /// Entries that were not here yet.
    pub(crate) const fn received(&self) -> u64 {
        self.tally.new
    }

    /// Whether everything that lies there is here, and nothing waits.
    pub(crate) const fn is_level(&self) -> bool {
        let is_whole = self.waiting == 0 && self.unfinished == 0 && self.unread.is_none();
        is_whole && self.unwritten.is_none()
    }

    /// What joined.
    pub(crate) fn joined(&self) -> &[(Lane, EntryId)] {
        &self.tally.joined
    }

    /// How many data entries joined, by space.
    pub(crate) fn by_space(&self) -> BTreeMap<sheaf_charter::SpaceId, u64> {
        let mut spaces = BTreeMap::new();
        for (lane, _) in self.tally.joined.iter().filter(|(lane, _)| lane.part == Part::Data) {
            *spaces.entry(lane.space).or_default() += 1;
        }
        spaces
    }
}

/// At most so many files are named at once; of more it is told how many.
pub(super) const MAX_NAMED: usize = 5;

impl SharedFolder {
    /// Counts the files that are not whole, and names those that stay so.
    pub(super) fn count(&mut self, pass: &mut Pass) -> Result<()> {
        let not_whole = self.not_whole()?;
        for (name, says) in not_whole.left {
            self.tell_once(pass, &name, &says);
        }
        let more = pass.notes.len().saturating_sub(MAX_NAMED);
        if more > 0 {
            pass.notes.truncate(MAX_NAMED);
            pass.notes.push(format!("and {more} more files in {} that are of no use", pass.place));
        }
        pass.unfinished = not_whole.on_their_way;
        if pass.unfinished > 0 && pass.notes.is_empty() {
            let verb = if pass.unfinished == 1 { "is" } else { "are" };
            let count = files(pass.unfinished);
            pass.notes.push(format!("{count} in {} {verb} not whole yet", pass.place));
        }
        let closed = self.files.values().filter(|seen| matches!(seen.what, What::Closed(_)));
        let closed = closed.count();
        pass.unread = (closed > 0).then(|| {
            let count = files(closed);
            format!("{}: this user may not read {count} there; see to the permissions", pass.place)
        });
        Ok(())
    }
}

fn files(count: usize) -> String {
    if count == 1 { "1 file".to_owned() } else { format!("{count} files") }
}
