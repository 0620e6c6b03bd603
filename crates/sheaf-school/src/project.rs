//! From entries to documents and index: opens sections, checks whose changes they hold, applies
//! them, and writes what follows. Runs inside one transaction of the store.

mod first;
mod trial;
mod twins;

use std::collections::{HashMap, HashSet};

use sheaf_charter::{ActorId, DocumentId, Entry, Header, SectionPlace, SpaceId, open_section};
use sheaf_documents::{
    Applied, ChangeHash, Document, DocumentError, Limits, scan_change, split_changes,
};
use sheaf_records::CodeLists;
use sheaf_store::{Cause, DocumentState, Held, Pending, SectionRef, Snapshot, Txn};

use crate::buckets::Touched;
use crate::control::Control;
use crate::error::{Result, SchoolError};
use crate::index_row::{IndexRow, Origins, index_view, put_index};
use crate::indexed::record_id;
use crate::stamp::Stamp;

pub(crate) use first::{First, Firsts, read_firsts};
pub(crate) use trial::{Trial, Would};

/// Why a section is held though its entry stands.
const UNREADABLE: &str = "it cannot be read";
const FOREIGN_ACTOR: &str = "it holds changes of another author";
const FOREIGN_SPACE: &str = "its document belongs to another space";

/// What a section waits for.
pub(crate) const NO_KEY: &str = "its key has not arrived";
pub(crate) const NO_CHANGE: &str = "an earlier change has not arrived";

/// What a projection needs to know beside the store.
pub(crate) struct Projector<'a> {
    /// Who wrote which log, and the keys.
    pub control: &'a Control,
    /// For headlines.
    pub lists: &'a CodeLists,
    touched: Touched,
    /// Sections whose turn has come, whatever the store still says of them.
    taken: HashSet<SectionRef>,
    /// Sections whose turn is yet to come.
    ahead: HashSet<SectionRef>,
    /// Sections that are never tried.
    barred: HashSet<SectionRef>,
    /// The document that is built anew in an order in which no change comes before its better twin.
    settled: Option<DocumentId>,
}

/// An opened section: its changes, each with its hash.
struct Section {
    bytes: Vec<u8>,
}

impl<'a> Projector<'a> {
    /// One for one transaction; [`Projector::finish`] ends it.
    pub(crate) fn new(control: &'a Control, lists: &'a CodeLists) -> Self {
        let (touched, taken, ahead) = (Touched::default(), HashSet::new(), HashSet::new());
        let (barred, settled) = (HashSet::new(), None);
        Self { control, lists, touched, taken, ahead, barred, settled }
    }

    /// Until its turn comes each of these sections waits: a document is read from those that do
    /// not, and the first change would bring those with it that do not stand.
    pub(crate) fn expect(&mut self, sections: impl IntoIterator<Item = SectionRef>) {
        self.ahead.extend(sections);
    }

    /// None of these sections is taken in when its turn comes.
    pub(crate) fn bar(&mut self, sections: impl IntoIterator<Item = SectionRef>) {
        self.barred.extend(sections);
    }

    /// Takes in every section of a data entry that stands.
    pub(crate) fn take_entry(&mut self, txn: &mut Txn<'_>, entry: &Entry) -> Result<()> {
        for index in 0..entry.header().table.len() {
            let index = u16::try_from(index).unwrap_or(u16::MAX);
            self.take_section(txn, entry, index)?;
        }
        Ok(())
    }

    /// Notes every section of an entry as held, for one reason, by the verdict on the entry.
    pub(crate) fn hold_entry(txn: &mut Txn<'_>, entry: &Entry, reason: &str) -> Result<()> {
        for (index, row) in (0..).zip(&entry.header().table) {
            let section = SectionRef { entry: entry.id(), index };
            let (reason, cause) = (reason.to_owned(), Cause::Verdict);
            txn.put_held(&Held { section, document: row.document, reason, cause })?;
        }
        Ok(())
    }

    /// Takes in one section: applies it, or notes what it waits for or why it is held.
    pub(crate) fn take_section(
        &mut self,
        txn: &mut Txn<'_>,
        entry: &Entry,
        index: u16,
    ) -> Result<()> {
        let applied = self.take_one(txn, entry, index)?;
        self.take_pending(txn, applied)
    }

    /// Takes in one section that was read before.
    pub(crate) fn take_first(
        &mut self,
        txn: &mut Txn<'_>,
        entry: &Entry,
        index: u16,
        first: First,
    ) -> Result<()> {
        // Another change may have come before it, and be another first one.
        if txn.document(first.row.row.record)?.is_some() {
            return self.take_section(txn, entry, index);
        }
        let section = SectionRef { entry: entry.id(), index };
        self.ahead.remove(&section);
        self.taken.insert(section);
        let hash = self.put_first(txn, &first)?;
        self.take_pending(txn, vec![hash])
    }

    /// Takes in what waited for these changes.
    fn take_pending(&mut self, txn: &mut Txn<'_>, mut applied: Vec<ChangeHash>) -> Result<()> {
        while let Some(change) = applied.pop() {
            for one in txn.pending_on(&change)? {
                txn.clear_pending(one.section)?;
                if let Some(entry) = txn.entry(one.section.entry)? {
                    applied.extend(self.take_one(txn, &entry, one.section.index)?);
                }
            }
        }
        Ok(())
    }

    /// Builds a document and its index anew from those of its sections that may stand: what is held
    /// for its content alone is tried again, since that may have depended on what stood beside it.
    pub(crate) fn build_anew(
        &mut self,
        txn: &mut Txn<'_>,
        space: SpaceId,
        document: DocumentId,
    ) -> Result<()> {
        let home = txn.document(document)?.map_or(space, |state| state.space);
        let sections = self.sections_to_take(txn, home, document)?;
        self.take_anew(txn, space, document, &sections)
    }

    /// The sections of a document that may stand and have had their turn, in the order of arrival.
    fn sections_to_take(
        &self,
        txn: &Snapshot<'_>,
        space: SpaceId,
        document: DocumentId,
    ) -> Result<Vec<SectionRef>> {
        let mut sections = Vec::new();
        for section in txn.sections_of(document)?.into_iter().map(|one| one.section) {
            let may_stand = match txn.held_at(section)?.map(|held| held.cause) {
                None => true,
                Some(Cause::Verdict | Cause::EndsProcesses) => false,
                // What was held because the document is in another space does not take it there.
                Some(Cause::Content) => {
                    txn.header(section.entry)?.is_some_and(|header| header.lane.space == space)
                }
            };
            if may_stand && !self.is_to_come(txn, section)? {
                sections.push(section);
            }
        }
        Ok(sections)
    }

    /// Takes a document in anew, from these sections in this order.
    fn take_anew(
        &mut self,
        txn: &mut Txn<'_>,
        space: SpaceId,
        document: DocumentId,
        sections: &[SectionRef],
    ) -> Result<()> {
        self.expect(sections.iter().copied());
        txn.drop_document(document)?;
        txn.drop_record(document)?;
        self.touched.note(space, document);
        // None of them comes before its turn because another brings what it waits for.
        for section in sections {
            txn.clear_pending(*section)?;
            txn.clear_held(*section)?;
        }
        for section in sections {
            if let Some(entry) = txn.entry(section.entry)? {
                self.take_section(txn, &entry, section.index)?;
            }
        }
        Ok(())
    }

    /// Whether a section that does stand is no part of its document yet.
    fn waits(&self, txn: &Snapshot<'_>, section: SectionRef) -> Result<bool> {
        Ok(txn.is_pending(section)? || self.is_to_come(txn, section)?)
    }

    /// Whether the turn of a section is yet to come.
    fn is_to_come(&self, txn: &Snapshot<'_>, section: SectionRef) -> Result<bool> {
        if self.ahead.contains(&section) {
            return Ok(true);
        }
        Ok(!self.taken.contains(&section) && txn.has_arrived(section)?)
    }

    /// Gives the hashes of the changes that are in their document now.
    fn take_one(
        &mut self,
        txn: &mut Txn<'_>,
        entry: &Entry,
        index: u16,
    ) -> Result<Vec<ChangeHash>> {
        let header = entry.header();
        let section = SectionRef { entry: entry.id(), index };
        // A locker keeps sections sealed: none of them waits for a key.
        if self.control.is_locker || self.barred.contains(&section) {
            return Ok(Vec::new());
        }
        self.ahead.remove(&section);
        self.taken.insert(section);
        let Some(row) = header.table.get(usize::from(index)) else { return Ok(Vec::new()) };
        let document = row.document;
        let hold = |txn: &mut Txn<'_>, reason: &str| -> Result<Vec<ChangeHash>> {
            let (reason, cause) = (reason.to_owned(), Cause::Content);
            txn.put_held(&Held { section, document, reason, cause })?;
            Ok(Vec::new())
        };
        let Some(Some(sealed)) = entry.sections().get(usize::from(index)) else {
            return Ok(Vec::new());
        };
        let Some(key) = self.control.keys.key(header.lane.space, header.epoch) else {
            let needs = header.epoch.as_bytes().to_vec();
            let reason = NO_KEY.to_owned();
            txn.put_pending(&Pending { section, document, needs, reason })?;
            return Ok(Vec::new());
        };
        let Ok(opened) = open(key, header, index, document, sealed) else {
            return hold(txn, UNREADABLE);
        };
        if !by_its_author(header, &opened) {
            return hold(txn, FOREIGN_ACTOR);
        }
        let state = txn.document(document)?;
        if state.as_ref().is_some_and(|state| state.space != header.lane.space) {
            return hold(txn, FOREIGN_SPACE);
        }
        match self.apply(txn, state, header, entry, document, &opened) {
            Ok(Outcome::Applied(hashes)) => Ok(hashes),
            Ok(Outcome::Missing(hash)) => {
                let reason = NO_CHANGE.to_owned();
                txn.put_pending(&Pending { section, document, needs: hash.to_vec(), reason })?;
                Ok(Vec::new())
            }
            Err(SchoolError::Document(error)) => {
                if self.settles(txn, &error, document, header.lane.space, section)? {
                    return Ok(Vec::new());
                }
                hold(txn, &error.to_string())
            }
            Err(other) => Err(other),
        }
    }

    fn apply(
        &mut self,
        txn: &mut Txn<'_>,
        state: Option<DocumentState>,
        header: &Header,
        entry: &Entry,
        id: DocumentId,
        opened: &OpenedSection,
    ) -> Result<Outcome> {
        let chunks = split_changes(&opened.section.bytes, &Limits::STANDARD)?;
        let space = header.lane.space;
        if let (None, [only]) = (&state, chunks.as_slice()) {
            let facts = scan_change(only, &Limits::STANDARD)?;
            if facts.deps.is_empty() {
                let change = (*only, facts.hash);
                let first = First::read(self.control, self.lists, entry, id, change)?;
                return Ok(Outcome::Applied(vec![self.put_first(txn, &first)?]));
            }
        }
        let document = match state {
            None => match Document::from_changes(record_id(id), chunks.iter().copied()) {
                Ok(document) => document,
                Err(DocumentError::MissingChanges(missing)) => return missing_one(missing),
                Err(error) => return Err(error.into()),
            },
            Some(state) => {
                let mut document = match self.load(txn, &state) {
                    Err(SchoolError::Document(DocumentError::MissingChanges(missing))) => {
                        return missing_one(missing);
                    }
                    loaded => loaded?,
                };
                if let Applied::Missing(missing) = document.apply(&chunks)? {
                    return missing_one(missing);
                }
                document
            }
        };
        let origins = self.origins(txn, id, Some(entry))?;
        self.put(txn, space, &document, &origins)?;
        chunks
            .iter()
            .map(|chunk| Ok(scan_change(chunk, &Limits::STANDARD)?.hash))
            .collect::<Result<_>>()
            .map(Outcome::Applied)
    }

    /// Keeps what the first and only change of a document comes to. Gives the change.
    fn put_first(&mut self, txn: &mut Txn<'_>, first: &First) -> Result<ChangeHash> {
        let IndexRow { row, links, conflicts } = &first.row;
        self.put_state(txn, row.space, record_id(row.record), &[first.hash], 1, None)?;
        txn.put_record(row, links, conflicts)?;
        Ok(first.hash)
    }

    /// The document as it stands: from its stored form, or from the sections in the log.
    pub(crate) fn load(&self, txn: &Snapshot<'_>, state: &DocumentState) -> Result<Document> {
        match &state.stored {
            Some(stored) => Ok(Document::load(record_id(state.document), stored)?),
            None => self.replayed(txn, state.document),
        }
    }

    /// The document as the log has it.
    pub(crate) fn replayed(&self, txn: &Snapshot<'_>, document: DocumentId) -> Result<Document> {
        replay(document, &self.sections(txn, document)?)
    }

    /// The same, with where its changes come from.
    pub(crate) fn replayed_whole(
        &self,
        txn: &Snapshot<'_>,
        document: DocumentId,
    ) -> Result<(Document, Origins)> {
        let sections = self.sections(txn, document)?;
        Ok((replay(document, &sections)?, self.origins_in(&sections, None)?))
    }

    /// Whether a stored section opens and holds changes of nobody but its author; `None` where its
    /// key is not here.
    pub(crate) fn is_sound(
        &self,
        header: &Header,
        index: u16,
        document: DocumentId,
        sealed: &[u8],
    ) -> Option<Result<(), &'static str>> {
        let key = self.control.keys.key(header.lane.space, header.epoch)?;
        Some(match open(key, header, index, document, sealed) {
            Err(_) => Err(UNREADABLE),
            Ok(opened) if by_its_author(header, &opened) => Ok(()),
            Ok(_) => Err(FOREIGN_ACTOR),
        })
    }

    /// The opened sections of a document that stand, with their stamps.
    fn sections(&self, txn: &Snapshot<'_>, document: DocumentId) -> Result<Vec<(Section, Stamp)>> {
        let mut sections = Vec::new();
        for stored in txn.sections_of(document)? {
            if txn.held_reason(stored.section)?.is_some() || self.waits(txn, stored.section)? {
                continue;
            }
            // The header alone: the other sections of an import's entry are of other documents.
            let id = stored.section.entry;
            let missing = || SchoolError::Index("an entry is missing".to_owned());
            let header = txn.header(id)?.ok_or_else(missing)?;
            let index = stored.section.index;
            let row = header.table.get(usize::from(index));
            if !row.is_some_and(|row| row.matches(&stored.sealed)) {
                return Err(SchoolError::Index("a section of an entry".to_owned()));
            }
            let Some(key) = self.control.keys.key(header.lane.space, header.epoch) else {
                continue;
            };
            if let Ok(opened) = open(key, &header, index, document, &stored.sealed) {
                sections.push((opened.section, self.control.stamp_of(id, &header)));
            }
        }
        Ok(sections)
    }

    /// Where each change of a document comes from.
    pub(crate) fn origins(
        &self,
        txn: &Snapshot<'_>,
        document: DocumentId,
        arriving: Option<&Entry>,
    ) -> Result<Origins> {
        self.origins_in(&self.sections(txn, document)?, arriving)
    }

    fn origins_in(
        &self,
        sections: &[(Section, Stamp)],
        arriving: Option<&Entry>,
    ) -> Result<Origins> {
        let mut by_change = HashMap::new();
        let mut first: Option<(u64, Stamp)> = None;
        let mut changed: Option<Stamp> = None;
        for (section, stamp) in sections {
            for chunk in split_changes(&section.bytes, &Limits::STANDARD)? {
                let facts = scan_change(chunk, &Limits::STANDARD)?;
                if first.as_ref().is_none_or(|(start, _)| facts.start_op < *start) {
                    first = Some((facts.start_op, stamp.clone()));
                }
                if changed.as_ref().is_none_or(|last| last.at_ms <= stamp.at_ms) {
                    changed = Some(stamp.clone());
                }
                by_change.insert(facts.hash, stamp.clone());
            }
        }
        let fallback = || arriving.map(|entry| self.control.stamp(entry));
        let missing = || SchoolError::Index("a document has no change".to_owned());
        let created = first.map(|(_, stamp)| stamp).or_else(fallback).ok_or_else(missing)?;
        let changed = changed.unwrap_or_else(|| created.clone());
        Ok(Origins { by_change, created, changed })
    }

    /// Keeps a document and its index.
    pub(crate) fn put(
        &mut self,
        txn: &mut Txn<'_>,
        space: SpaceId,
        document: &Document,
        origins: &Origins,
    ) -> Result<()> {
        let view = document.view()?;
        let indexed = index_view(&view, origins);
        let heads = document.heads()?;
        let changes = document.change_count()?;
        // A document of one change is rebuilt from its section faster than it is stored twice.
        let stored = if changes > 1 { Some(document.save()?) } else { None };
        self.put_state(txn, space, document.id(), &heads, changes, stored)?;
        put_index(txn, space, &view.record, &indexed, self.lists)
    }

    /// Keeps the heads of a document.
    pub(crate) fn put_state(
        &mut self,
        txn: &mut Txn<'_>,
        space: SpaceId,
        record: sheaf_records::RecordId,
        heads: &[ChangeHash],
        changes: usize,
        stored: Option<Vec<u8>>,
    ) -> Result<()> {
        let document = crate::indexed::document_id(record);
        self.touched.note(space, document);
        Ok(txn.put_document(&DocumentState {
            document,
            space,
            changes: changes as u64,
            heads: heads.concat(),
            stored,
        })?)
    }

    /// Sees to the digests of what was touched. The last step of a transaction.
    pub(crate) fn finish(self, txn: &mut Txn<'_>) -> Result<()> {
        self.touched.finish(txn)
    }
}

struct OpenedSection {
    nonce: [u8; 16],
    section: Section,
}

enum Outcome {
    Applied(Vec<ChangeHash>),
    Missing(ChangeHash),
}

fn open(
    key: &sheaf_charter::EpochKey,
    header: &Header,
    index: u16,
    document: DocumentId,
    sealed: &[u8],
) -> Result<OpenedSection> {
    let prefix = header.prefix_bytes();
    let place = SectionPlace { header_prefix: &prefix, index: index.into(), document };
    let opened = open_section(key, &place, sealed)?;
    Ok(OpenedSection { nonce: opened.nonce, section: Section { bytes: opened.changes } })
}

fn replay(document: DocumentId, sections: &[(Section, Stamp)]) -> Result<Document> {
    let mut chunks = Vec::new();
    for (section, _) in sections {
        chunks.extend(split_changes(&section.bytes, &Limits::STANDARD)?);
    }
    Ok(Document::from_changes(record_id(document), chunks)?)
}

fn missing_one(missing: Vec<ChangeHash>) -> Result<Outcome> {
    let first = missing.first().copied();
    first
        .map(Outcome::Missing)
        .ok_or_else(|| SchoolError::Index("a missing change has no name".to_owned()))
}

/// Whether every change of a section is of the actor that its log and nonce give.
fn by_its_author(header: &Header, opened: &OpenedSection) -> bool {
    let actor = ActorId::derive(header.log, opened.nonce).to_bytes();
    split_changes(&opened.section.bytes, &Limits::STANDARD).is_ok_and(|chunks| {
        chunks.iter().all(|chunk| {
            scan_change(chunk, &Limits::STANDARD).is_ok_and(|facts| facts.actor == actor)
        })
    })
}
