//! What sections that do not stand would do, were they to stand.

use sheaf_charter::{DocumentId, EpochId};
use sheaf_documents::{
    ChangeHash, Document, DocumentError, HistoryStep, Limits, scan_change, split_changes,
};
use sheaf_records::Kind;
use sheaf_store::{SectionRef, Snapshot};

use super::{FOREIGN_ACTOR, FOREIGN_SPACE, Projector, Section, UNREADABLE, by_its_author, open};
use crate::error::{Result, SchoolError};
use crate::indexed::record_id;

const NOT_HERE: &str = "it is not here";

/// What comes of a section that does not stand, were it to be applied now.
pub(crate) enum Trial {
    /// It would do this.
    Fits(Would),
    /// The key of that epoch is not here.
    NoKey(EpochId),
    /// These changes are not here.
    Missing(Vec<ChangeHash>),
    /// It would be held, for this reason.
    Held(String),
}

/// What a section would do to its record.
pub(crate) struct Would {
    /// What kind of record it is.
    pub kind: Kind,
    /// Whether the record begins with it.
    pub begins: bool,
    /// The steps.
    pub steps: Vec<HistoryStep>,
}

/// A section that was opened, or what came of the attempt.
enum Opened {
    Section(Section),
    Not(Trial),
}

impl Projector<'_> {
    /// What a section that does not stand would do to its document, or why it cannot.
    pub(crate) fn try_section(
        &self,
        txn: &Snapshot<'_>,
        document: DocumentId,
        section: SectionRef,
    ) -> Result<Trial> {
        match self.open_at(txn, document, section)? {
            Opened::Section(opened) => self.try_changes(txn, document, &opened, &[]),
            Opened::Not(trial) => Ok(trial),
        }
    }

    /// What a section that does not stand would do, if whatever it builds on stood too; nothing
    /// where that cannot be told here.
    pub(crate) fn would_do(
        &self,
        txn: &Snapshot<'_>,
        document: DocumentId,
        section: SectionRef,
    ) -> Result<Option<Would>> {
        let Opened::Section(opened) = self.open_at(txn, document, section)? else {
            return Ok(None);
        };
        if let Trial::Fits(would) = self.try_changes(txn, document, &opened, &[])? {
            return Ok(Some(would));
        }
        let held = txn.held_of(document)?.into_iter().map(|one| one.section);
        let pending = txn.pending_of(document)?.into_iter().map(|one| one.section);
        let arrived = txn.arrived_of(document)?;
        let mut beside = Vec::new();
        for other in held.chain(pending).chain(arrived).filter(|other| *other != section) {
            if let Opened::Section(opened) = self.open_at(txn, document, other)? {
                beside.push(opened);
            }
        }
        Ok(match self.try_changes(txn, document, &opened, &beside)? {
            Trial::Fits(would) => Some(would),
            _ => None,
        })
    }

    fn open_at(
        &self,
        txn: &Snapshot<'_>,
        document: DocumentId,
        section: SectionRef,
    ) -> Result<Opened> {
        let missing = || SchoolError::Index("an entry is missing".to_owned());
        let header = txn.header(section.entry)?.ok_or_else(missing)?;
        let held = |why: &str| Ok(Opened::Not(Trial::Held(why.to_owned())));
        let Some(sealed) = txn.section(section)? else { return held(NOT_HERE) };
        let Some(key) = self.control.keys.key(header.lane.space, header.epoch) else {
            return Ok(Opened::Not(Trial::NoKey(header.epoch)));
        };
        let Ok(opened) = open(key, &header, section.index, document, &sealed) else {
            return held(UNREADABLE);
        };
        if !by_its_author(&header, &opened) {
            return held(FOREIGN_ACTOR);
        }
        let space = txn.document(document)?.map(|state| state.space);
        if space.is_some_and(|space| space != header.lane.space) {
            return held(FOREIGN_SPACE);
        }
        Ok(Opened::Section(opened.section))
    }

    fn try_changes(
        &self,
        txn: &Snapshot<'_>,
        document: DocumentId,
        section: &Section,
        beside: &[Section],
    ) -> Result<Trial> {
        match self.trial(txn, document, section, beside) {
            Ok(would) => Ok(Trial::Fits(would)),
            Err(SchoolError::Document(DocumentError::MissingChanges(needs))) => {
                Ok(Trial::Missing(needs))
            }
            Err(SchoolError::Document(error)) => Ok(Trial::Held(error.to_string())),
            Err(error) => Err(error),
        }
    }

    fn trial(
        &self,
        txn: &Snapshot<'_>,
        document: DocumentId,
        section: &Section,
        beside: &[Section],
    ) -> Result<Would> {
        let own = split_changes(&section.bytes, &Limits::STANDARD)?;
        let hashes = own.iter().map(|chunk| Ok(scan_change(chunk, &Limits::STANDARD)?.hash));
        let hashes = hashes.collect::<Result<Vec<_>>>()?;
        let standing = self.sections(txn, document)?;
        let mut chunks = own;
        for section in standing.iter().map(|(section, _)| section).chain(beside) {
            chunks.extend(split_changes(&section.bytes, &Limits::STANDARD)?);
        }
        let document = Document::from_changes(record_id(document), chunks)?;
        let kind = document.view()?.kind;
        let mut steps = document.history()?;
        let begins = steps.first().is_some_and(|step| hashes.contains(&step.change));
        steps.retain(|step| hashes.contains(&step.change));
        Ok(Would { kind, begins, steps })
    }
}
