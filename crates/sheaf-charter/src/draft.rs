//! A draft: what is to become an entry.

use std::fmt;

use rand_core::CryptoRng;

use crate::act::Act;
use crate::entry::{Entry, MAX_BODY_BYTES, MAX_HEADER_BYTES, section_hash};
use crate::error::CharterError;
use crate::header::{Header, Lane, MAX_ACTS, MAX_HEADS, MAX_SECTIONS, TableRow};
use crate::ids::{DocumentId, EntryId, EpochId, LogId, SchoolId};
use crate::keys::EpochKey;
use crate::section::{SectionPlace, seal_section};
use crate::sign::Purpose;
use crate::signer::Signer;

/// The changes of one document, not yet sealed.
#[derive(Clone, PartialEq, Eq)]
pub struct DraftSection {
    /// The document; zero for the sealed part of a control entry.
    pub document: DocumentId,
    /// The nonce from which the actor id is derived; zero for the sealed part of a control entry.
    pub nonce: [u8; 16],
    /// The change chunks.
    pub changes: Vec<u8>,
}

impl fmt::Debug for DraftSection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DraftSection({}, {} bytes)", self.document, self.changes.len())
    }
}

/// Everything that an author decides about an entry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Draft {
    /// The school; zero in the founding entry.
    pub school: SchoolId,
    /// The space and part.
    pub lane: Lane,
    /// The log: one of the author's own.
    pub log: LogId,
    /// Its place in that log's chain in this lane.
    pub seq: u64,
    /// The entry before it in that chain; zero for the first.
    pub previous: EntryId,
    /// The heads of the charter that the author knows, in any order.
    pub charter_heads: Vec<EntryId>,
    /// The heads of the space's control part that the author knows, in any order; none in the
    /// charter itself.
    pub control_heads: Vec<EntryId>,
    /// The epoch key's id; zero where there are no sections.
    pub epoch: EpochId,
    /// What the author's clock says, in milliseconds since 1970 (UTC).
    pub claimed_ms: i64,
    /// The acts; none in a data entry.
    pub acts: Vec<Act>,
    /// One for each document.
    pub sections: Vec<DraftSection>,
}

impl Draft {
    /// Seals the sections and signs the header. The key must be that of `epoch`; it may be left
    /// out where there are no sections.
    pub fn seal<'a, R: CryptoRng + ?Sized>(
        self,
        signer: impl Into<Signer<'a>>,
        key: Option<&EpochKey>,
        rng: &mut R,
    ) -> Result<Entry, CharterError> {
        let signer = signer.into();
        self.check(signer, key)?;
        let sections = self.sections;
        let mut header = Header {
            school: self.school,
            lane: self.lane,
            log: self.log,
            seq: self.seq,
            previous: self.previous,
            charter_heads: ascending(self.charter_heads),
            control_heads: ascending(self.control_heads),
            epoch: self.epoch,
            claimed_ms: self.claimed_ms,
            acts: self.acts,
            table: Vec::with_capacity(sections.len()),
        };
        let mut sealed = Vec::with_capacity(sections.len());
        if let Some(key) = key {
            let prefix = header.prefix_bytes();
            for (index, section) in (0..).zip(&sections) {
                let place =
                    SectionPlace { header_prefix: &prefix, index, document: section.document };
                let bytes = seal_section(key, &place, &section.nonce, &section.changes, rng)?;
                header.table.push(row(section.document, &bytes)?);
                sealed.push(Some(bytes));
            }
        }
        let header_bytes = header.to_bytes();
        within("the header of an entry", MAX_HEADER_BYTES, header_bytes.len())?;
        let body = sealed.iter().flatten().map(Vec::len).sum();
        within("the sections of an entry together", MAX_BODY_BYTES, body)?;
        let signature = signer.sign(Purpose::Entry, &header_bytes);
        Ok(Entry::from_parts(header_bytes, signature, sealed)?)
    }

    fn check(&self, signer: Signer<'_>, key: Option<&EpochKey>) -> Result<(), CharterError> {
        within("the acts of an entry", MAX_ACTS, self.acts.len())?;
        within("the sections of an entry", MAX_SECTIONS, self.sections.len())?;
        within("the charter heads of an entry", MAX_HEADS, self.charter_heads.len())?;
        within("the control heads of an entry", MAX_HEADS, self.control_heads.len())?;
        if self.log != signer.log() {
            return Err(CharterError::NotAllowed("a device writes in its own log only"));
        }
        let has_key = key.is_some_and(|key| key.id() == self.epoch);
        match (self.sections.is_empty(), self.epoch == EpochId::ZERO) {
            (true, true) => Ok(()),
            (true, false) => Err(CharterError::NotAllowed("an epoch is named without sections")),
            (false, _) if has_key => Ok(()),
            (false, _) => Err(CharterError::NoEpochKey),
        }
    }
}

fn row(document: DocumentId, sealed: &[u8]) -> Result<TableRow, CharterError> {
    let length = u32::try_from(sealed.len()).map_err(|_| CharterError::TooMuch {
        what: "a sealed section",
        limit: MAX_BODY_BYTES,
        found: sealed.len(),
    })?;
    Ok(TableRow { document, length, hash: section_hash(sealed) })
}

fn within(what: &'static str, limit: usize, found: usize) -> Result<(), CharterError> {
    if found <= limit { Ok(()) } else { Err(CharterError::TooMuch { what, limit, found }) }
}

fn ascending(mut heads: Vec<EntryId>) -> Vec<EntryId> {
    heads.sort_unstable();
    heads.dedup();
    heads
}
