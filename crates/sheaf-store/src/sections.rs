//! Sealed sections, each of which can be dropped without touching its entry.

use sheaf_charter::{DocumentId, Entry, EntryId, Lane, SpaceId};

use crate::entries::lane_key;
use crate::{Result, Snapshot, StoreError, Txn};

/// Over the number of sections in an entry, and a power of two.
const PLACES_AN_ENTRY: i64 = 512;
const _: () = assert!(sheaf_charter::MAX_SECTIONS < PLACES_AN_ENTRY as usize);

/// Names one section of one entry.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct SectionRef {
    /// The entry.
    pub entry: EntryId,
    /// Its place in the header's table, from 0.
    pub index: u16,
}

/// A section as it is stored. Its header is to be had with [`Snapshot::header`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredSection {
    /// Which one.
    pub section: SectionRef,
    /// The sealed bytes.
    pub sealed: Vec<u8>,
}

/// The row number of a section: in the order of arrival of the entries.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    pub(crate) arrival: i64,
    pub(crate) index: u16,
}

impl Place {
    pub(crate) const fn to_row(self) -> i64 {
        self.arrival * PLACES_AN_ENTRY + self.index as i64
    }

    pub(crate) fn from_row(row: i64) -> Self {
        let index = u16::try_from(row % PLACES_AN_ENTRY).unwrap_or_default();
        Self { arrival: row / PLACES_AN_ENTRY, index }
    }

    /// The first and last row that an entry's sections may have.
    pub(crate) const fn range(arrival: i64) -> (i64, i64) {
        let first = arrival * PLACES_AN_ENTRY;
        (first, first + PLACES_AN_ENTRY - 1)
    }
}

/// Stores the sections of an entry that has just been given its arrival.
pub(crate) fn insert_sections(txn: &mut Txn<'_>, arrival: i64, entry: &Entry) -> Result<()> {
    let mut insert =
        txn.prepare("INSERT INTO sections (place, document, sealed) VALUES (?, ?, ?)")?;
    let mut absent = txn.prepare("INSERT INTO absent (place, document) VALUES (?, ?)")?;
    let rows = (0..).zip(entry.header().table.iter().zip(entry.sections()));
    for (index, (row, sealed)) in rows {
        let place = Place { arrival, index }.to_row();
        match sealed {
            Some(sealed) => insert.execute((place, row.document.as_bytes(), sealed))?,
            None => absent.execute((place, row.document.as_bytes()))?,
        };
    }
    Ok(())
}

/// The places of the data sections of a document (?1) in a space (?2).
pub(crate) const SECTIONS_OF_SPACE: &str = "
    SELECT s.place FROM sections s JOIN entries e ON e.arrival = s.place / 512
    JOIN logs l ON l.row = e.log
    WHERE s.document = ?1 AND l.space = ?2 AND l.part = 1";

impl Txn<'_> {
    /// Stores a section that an entry came without.
    pub fn put_section(&mut self, section: SectionRef, sealed: &[u8]) -> Result<()> {
        let header = self.header(section.entry)?.ok_or(StoreError::Unknown("entry"))?;
        let row = header.table.get(usize::from(section.index)).ok_or(StoreError::WrongSection)?;
        if !row.matches(sealed) {
            return Err(StoreError::WrongSection);
        }
        let place = self.place(section)?;
        self.run("DELETE FROM absent WHERE place = ?", [place])?;
        self.run(
            "INSERT INTO sections (place, document, sealed) VALUES (?, ?, ?)
             ON CONFLICT (place) DO NOTHING",
            (place, row.document.as_bytes(), sealed),
        )?;
        Ok(())
    }

    /// Drops the sections of a document in a space; their rows in the headers stay. Gives how many.
    pub fn drop_sections(&mut self, space: SpaceId, document: DocumentId) -> Result<usize> {
        let key = (document.as_bytes(), space.as_bytes());
        let sql = format!(
            "INSERT INTO absent (place, document)
             SELECT place, document FROM sections WHERE place IN ({SECTIONS_OF_SPACE})"
        );
        self.run(&sql, key)?;
        self.run(&format!("DELETE FROM sections WHERE place IN ({SECTIONS_OF_SPACE})"), key)
    }
}

impl Snapshot<'_> {
    /// Whether a section or the state of a document is here, in a space.
    pub fn holds_anything_of(&self, space: SpaceId, document: DocumentId) -> Result<bool> {
        let sql = format!(
            "{SECTIONS_OF_SPACE}
             UNION ALL SELECT 1 FROM documents WHERE document = ?1 AND space = ?2 LIMIT 1"
        );
        let key = (document.as_bytes(), space.as_bytes());
        let found: Option<i64> = self.one(&sql, key, |row| row.get(0))?;
        Ok(found.is_some())
    }

    /// One sealed section, if it is here.
    pub fn section(&self, section: SectionRef) -> Result<Option<Vec<u8>>> {
        let place = self.place(section)?;
        self.one("SELECT sealed FROM sections WHERE place = ?", [place], |row| row.get(0))
    }

    /// The sections of a document in the order of arrival.
    pub fn sections_of(&self, document: DocumentId) -> Result<Vec<StoredSection>> {
        let sql = "SELECT s.place, e.id, s.sealed
                   FROM sections s JOIN entries e ON e.arrival = s.place / 512
                   WHERE s.document = ? ORDER BY s.place";
        self.all(sql, [document.as_bytes()], |row| {
            Ok(StoredSection { section: section_ref(row, 0, 1)?, sealed: row.get(2)? })
        })
    }

    /// Sections of a lane that headers name and that are not here, with their documents: those
    /// without a standing tombstone are to be asked for.
    pub fn absent_sections(&self, lane: Lane) -> Result<Vec<(SectionRef, DocumentId)>> {
        let sql = "SELECT a.place, e.id, a.document
                   FROM absent a JOIN entries e ON e.arrival = a.place / 512
                   JOIN logs l ON l.row = e.log
                   WHERE l.space = ? AND l.part = ? ORDER BY a.place";
        self.all(sql, lane_key(&lane), |row| {
            Ok((section_ref(row, 0, 1)?, DocumentId::from_bytes(row.get(2)?)))
        })
    }

    /// The sections of an entry that its header names and that are not here.
    pub fn absent_in(&self, entry: EntryId) -> Result<Vec<SectionRef>> {
        let Some(arrival) = self.arrival(entry)? else { return Ok(Vec::new()) };
        let sql = "SELECT place FROM absent WHERE place BETWEEN ? AND ? ORDER BY place";
        self.all(sql, Place::range(arrival), |row| {
            Ok(SectionRef { entry, index: Place::from_row(row.get(0)?).index })
        })
    }

    /// The sections of a document that headers name and that are not here, in the order of arrival.
    pub fn absent_of(&self, document: DocumentId) -> Result<Vec<SectionRef>> {
        let sql = "SELECT a.place, e.id FROM absent a JOIN entries e ON e.arrival = a.place / 512
                   WHERE a.document = ? ORDER BY a.place";
        self.all(sql, [document.as_bytes()], |row| section_ref(row, 0, 1))
    }

    pub(crate) fn place(&self, section: SectionRef) -> Result<i64> {
        let arrival = self.arrival(section.entry)?.ok_or(StoreError::Unknown("entry"))?;
        Ok(Place { arrival, index: section.index }.to_row())
    }
}

/// A section from its place and the id of its entry.
pub(crate) fn section_ref(
    row: &rusqlite::Row<'_>,
    place: usize,
    entry: usize,
) -> rusqlite::Result<SectionRef> {
    let entry = EntryId::from_bytes(row.get(entry)?);
    Ok(SectionRef { entry, index: Place::from_row(row.get(place)?).index })
}
