//! Reading things as they are stored, row by row, for whoever checks them against each other.

use sheaf_charter::{DocumentId, EntryId, Lane, LogId, Part, SIGNATURE_BYTES, SpaceId};

use crate::entries::lane_key;
use crate::sections::Place;
use crate::snapshot::unsigned;
use crate::{Result, Snapshot};

/// A header as it was signed, without the sections: what a check of one signature needs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SignedHeader {
    /// The header's encoding, which the signature covers and whose hash is the entry's id.
    pub bytes: Vec<u8>,
    /// The author's signature.
    pub signature: [u8; SIGNATURE_BYTES],
}

/// An entry as its row says, whatever its header says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredEntry {
    /// The id that it is stored under.
    pub id: EntryId,
    /// The lane of the log that it is stored in; none where that log is not there.
    pub lane: Option<Lane>,
    /// That log.
    pub log: LogId,
    /// The place in it that it is stored at.
    pub seq: u64,
    /// The header and its signature.
    pub header: SignedHeader,
}

/// What is stored of one section of an entry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredPart {
    /// Its place in the entry.
    pub index: u16,
    /// The document that it is stored for.
    pub document: DocumentId,
    /// The sealed bytes; none where they are listed as absent.
    pub sealed: Option<Vec<u8>>,
}

/// A log as its row says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredLog {
    /// Which one.
    pub log: LogId,
    /// How many entries it has.
    pub entries: u64,
    /// How far it has got, as it was given with its last entry.
    pub tips: Vec<u8>,
}

/// Rows that belong to an entry, with the table that they are in.
const OF_AN_ENTRY: [(&str, &str); 6] = [
    ("sections", "place"),
    ("absent", "place"),
    ("arrived", "first"),
    ("arrived", "last"),
    ("pending", "place"),
    ("held", "place"),
];

impl Snapshot<'_> {
    /// The ids of all entries, in the order of arrival.
    pub fn all_entry_ids(&self) -> Result<Vec<EntryId>> {
        let sql = "SELECT id FROM entries ORDER BY arrival";
        self.all(sql, [], |row| Ok(EntryId::from_bytes(row.get(0)?)))
    }

    /// An entry as its row says.
    pub fn stored_entry(&self, id: EntryId) -> Result<Option<StoredEntry>> {
        let sql = "SELECT l.space, l.part, l.log, e.seq, e.header, e.signature
                   FROM entries e LEFT JOIN logs l ON l.row = e.log WHERE e.id = ?";
        let row = self.one(sql, [id.as_bytes()], |row| {
            let space: Option<[u8; 16]> = row.get(0)?;
            let part: Option<i64> = row.get(1)?;
            let lane = space.zip(part).map(|(space, part)| Lane {
                space: SpaceId::from_bytes(space),
                part: if part == 0 { Part::Control } else { Part::Data },
            });
            let log: Option<[u8; 32]> = row.get(2)?;
            let header = SignedHeader { bytes: row.get(4)?, signature: row.get(5)? };
            let log = LogId::from_bytes(log.unwrap_or_default());
            Ok((lane, log, row.get::<_, i64>(3)?, header))
        })?;
        row.map(|(lane, log, seq, header)| {
            Ok(StoredEntry { id, lane, log, seq: unsigned(seq)?, header })
        })
        .transpose()
    }

    /// What is stored of the sections of an entry, by their places; a place may be named twice.
    pub fn parts_of(&self, entry: EntryId) -> Result<Vec<StoredPart>> {
        let Some(arrival) = self.arrival(entry)? else { return Ok(Vec::new()) };
        let (first, last) = Place::range(arrival);
        let sql = "SELECT place, document, sealed FROM sections WHERE place BETWEEN ?1 AND ?2
                   UNION ALL
                   SELECT place, document, NULL FROM absent WHERE place BETWEEN ?1 AND ?2
                   ORDER BY place";
        self.all(sql, (first, last), |row| {
            Ok(StoredPart {
                index: Place::from_row(row.get(0)?).index,
                document: DocumentId::from_bytes(row.get(1)?),
                sealed: row.get(2)?,
            })
        })
    }

    /// The logs of a lane.
    pub fn stored_logs(&self, lane: Lane) -> Result<Vec<StoredLog>> {
        let sql = "SELECT log, entries, tips FROM logs WHERE space = ? AND part = ? ORDER BY log";
        self.all(sql, lane_key(&lane), |row| {
            Ok(StoredLog {
                log: LogId::from_bytes(row.get(0)?),
                entries: row.get::<_, i64>(1)?.unsigned_abs(),
                tips: row.get(2)?,
            })
        })
    }

    /// Tables in which rows belong to an entry that is not here, with how many.
    pub fn strays(&self) -> Result<Vec<(&'static str, u64)>> {
        let mut strays = Vec::new();
        for (table, place) in OF_AN_ENTRY {
            let sql = format!(
                "SELECT count(*) FROM {table}
                 WHERE {place} / 512 NOT IN (SELECT arrival FROM entries)"
            );
            let count = self.count(&sql, [])?;
            if count > 0 {
                strays.push((table, count));
            }
        }
        Ok(strays)
    }

    /// Every document that has a state here, with its space.
    pub fn all_documents(&self) -> Result<Vec<(DocumentId, SpaceId)>> {
        let sql = "SELECT document, space FROM documents ORDER BY document";
        self.all(sql, [], |row| {
            Ok((DocumentId::from_bytes(row.get(0)?), SpaceId::from_bytes(row.get(1)?)))
        })
    }

    /// Every record of the index.
    pub fn record_ids(&self) -> Result<Vec<DocumentId>> {
        let sql = "SELECT record FROM records ORDER BY record";
        self.all(sql, [], |row| Ok(DocumentId::from_bytes(row.get(0)?)))
    }

    /// The paths of a record's fields that are in conflict, in order.
    pub fn conflicts_of(&self, record: DocumentId) -> Result<Vec<String>> {
        let sql = "SELECT c.path FROM conflicts c JOIN records r USING (row)
                   WHERE r.record = ? ORDER BY c.path";
        self.all(sql, [record.as_bytes()], |row| row.get(0))
    }
}
