//! Entries in the order in which they joined their logs here.

use sheaf_charter::{Entry, EntryId, Header, Lane, LogId, Part, SIGNATURE_BYTES, SpaceId};

use crate::audit::SignedHeader;
use crate::sections::{Place, insert_sections};
use crate::snapshot::signed;
use crate::{Result, Snapshot, StoreError, Txn};

impl Txn<'_> {
    /// Adds an entry that joins its log, and how far the log has got with it, as the caller
    /// encodes that. The caller has checked that its predecessor is here, its signature and its
    /// authority. Sections that the entry came without are listed as absent.
    pub fn append(&mut self, entry: &Entry, tips: &[u8], arrived_ms: i64) -> Result<()> {
        let header = entry.header();
        let log = self.log_row(header.lane, header.log)?;
        let sql = "INSERT INTO entries (id, log, seq, arrived_ms, signature, header)
                   VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING";
        let (id, signature) = (entry.id(), entry.signature());
        let seq = signed(header.seq)?;
        let values = (id.as_bytes(), log, seq, arrived_ms, signature, entry.header_bytes());
        if self.run(sql, values)? == 0 {
            return Err(StoreError::AlreadyHere);
        }
        let arrival = self.connection().last_insert_rowid();
        self.run("UPDATE logs SET entries = entries + 1, tips = ? WHERE row = ?", (tips, log))?;
        insert_sections(self, arrival, entry)
    }

    /// The row of a log, which is made if there is none yet.
    fn log_row(&mut self, lane: Lane, log: LogId) -> Result<i64> {
        if let Some(row) = self.logs.get(&(lane, log)) {
            return Ok(*row);
        }
        let (space, part) = lane_key(&lane);
        let key = (space, part, log.as_bytes());
        let sql = "INSERT INTO logs (space, part, log, entries, tips) VALUES (?, ?, ?, 0, x'')
                   ON CONFLICT (space, part, log) DO NOTHING";
        self.run(sql, key)?;
        let sql = "SELECT row FROM logs WHERE space = ? AND part = ? AND log = ?";
        let row = self.one(sql, key, |row| row.get(0))?.ok_or(StoreError::Unknown("log"))?;
        self.logs.insert((lane, log), row);
        Ok(row)
    }
}

impl Snapshot<'_> {
    /// Whether an entry has joined its log here.
    pub fn holds(&self, entry: EntryId) -> Result<bool> {
        Ok(self.arrival(entry)?.is_some())
    }

    /// An entry with those of its sections that are here.
    pub fn entry(&self, entry: EntryId) -> Result<Option<Entry>> {
        self.arrival(entry)?.map(|arrival| self.entry_at(arrival)).transpose()
    }

    /// The header of an entry.
    pub fn header(&self, entry: EntryId) -> Result<Option<Header>> {
        let sql = "SELECT header FROM entries WHERE id = ?";
        let bytes: Option<Vec<u8>> = self.one(sql, [entry.as_bytes()], |row| row.get(0))?;
        Ok(bytes.map(|bytes| Header::from_bytes(&bytes)).transpose()?)
    }

    /// The header of an entry as it was signed.
    pub fn signed_header(&self, entry: EntryId) -> Result<Option<SignedHeader>> {
        let sql = "SELECT header, signature FROM entries WHERE id = ?";
        self.one(sql, [entry.as_bytes()], |row| {
            Ok(SignedHeader { bytes: row.get(0)?, signature: row.get(1)? })
        })
    }

    /// When an entry arrived here, in milliseconds since 1970, as the caller said.
    pub fn arrived_ms(&self, entry: EntryId) -> Result<Option<i64>> {
        let sql = "SELECT arrived_ms FROM entries WHERE id = ?";
        self.one(sql, [entry.as_bytes()], |row| row.get(0))
    }

    /// How far a log has got, as it was given with its last entry.
    pub fn tips(&self, lane: Lane, log: LogId) -> Result<Option<Vec<u8>>> {
        let sql = "SELECT tips FROM logs WHERE space = ? AND part = ? AND log = ?";
        let (space, part) = lane_key(&lane);
        self.one(sql, (space, part, log.as_bytes()), |row| row.get(0))
    }

    /// How far each log of a lane has got, by log.
    pub fn vector(&self, lane: Lane) -> Result<Vec<(LogId, Vec<u8>)>> {
        let sql = "SELECT log, tips FROM logs WHERE space = ? AND part = ? ORDER BY log";
        self.all(sql, lane_key(&lane), |row| Ok((LogId::from_bytes(row.get(0)?), row.get(1)?)))
    }

    /// The entries at one place of a log, the first to arrive first: several where it forked.
    pub fn entries_at(&self, lane: Lane, log: LogId, seq: u64) -> Result<Vec<EntryId>> {
        let Ok(seq) = i64::try_from(seq) else { return Ok(Vec::new()) };
        let sql = "SELECT e.id FROM logs l JOIN entries e ON e.log = l.row
                   WHERE l.space = ? AND l.part = ? AND l.log = ? AND e.seq = ?
                   ORDER BY e.arrival";
        let (space, part) = lane_key(&lane);
        self.all(sql, (space, part, log.as_bytes(), seq), |row| {
            Ok(EntryId::from_bytes(row.get(0)?))
        })
    }

    /// The ids of a lane's entries in the order of arrival.
    pub fn entry_ids(&self, lane: Lane) -> Result<Vec<EntryId>> {
        let sql = "SELECT e.id FROM logs l JOIN entries e ON e.log = l.row
                   WHERE l.space = ? AND l.part = ? ORDER BY e.arrival";
        self.all(sql, lane_key(&lane), |row| Ok(EntryId::from_bytes(row.get(0)?)))
    }

    /// The ids of a log's entries in the order of arrival.
    pub fn entries_of_log(&self, lane: Lane, log: LogId) -> Result<Vec<EntryId>> {
        let sql = "SELECT e.id FROM logs l JOIN entries e ON e.log = l.row
                   WHERE l.space = ? AND l.part = ? AND l.log = ? ORDER BY e.arrival";
        let (space, part) = lane_key(&lane);
        self.all(sql, (space, part, log.as_bytes()), |row| Ok(EntryId::from_bytes(row.get(0)?)))
    }

    /// All entries of a space's control part in the order of arrival.
    pub fn control_entries(&self, space: SpaceId) -> Result<Vec<Entry>> {
        let sql = "SELECT e.arrival FROM logs l JOIN entries e ON e.log = l.row
                   WHERE l.space = ? AND l.part = ? ORDER BY e.arrival";
        let lane = Lane::control(space);
        let arrivals: Vec<i64> = self.all(sql, lane_key(&lane), |row| row.get(0))?;
        arrivals.into_iter().map(|arrival| self.entry_at(arrival)).collect()
    }

    /// The spaces of which there are entries here; the charter is the zero one.
    pub fn spaces(&self) -> Result<Vec<SpaceId>> {
        let sql = "SELECT DISTINCT space FROM logs ORDER BY space";
        self.all(sql, [], |row| Ok(SpaceId::from_bytes(row.get(0)?)))
    }

    /// How many entries a lane has.
    pub fn entry_count(&self, lane: Lane) -> Result<u64> {
        let sql = "SELECT coalesce(sum(entries), 0) FROM logs WHERE space = ? AND part = ?";
        self.count(sql, lane_key(&lane))
    }

    pub(crate) fn arrival(&self, entry: EntryId) -> Result<Option<i64>> {
        self.one("SELECT arrival FROM entries WHERE id = ?", [entry.as_bytes()], |row| row.get(0))
    }

    pub(crate) fn entry_at(&self, arrival: i64) -> Result<Entry> {
        let sql = "SELECT header, signature FROM entries WHERE arrival = ?";
        let (header_bytes, signature): (Vec<u8>, [u8; SIGNATURE_BYTES]) = self
            .one(sql, [arrival], |row| Ok((row.get(0)?, row.get(1)?)))?
            .ok_or(StoreError::Unknown("entry"))?;
        let count = Header::from_bytes(&header_bytes)?.table.len();
        let mut sections = vec![None; count];
        let sql = "SELECT place, sealed FROM sections WHERE place BETWEEN ? AND ?";
        let mut statement = self.prepare(sql)?;
        let mut rows = statement.query(Place::range(arrival))?;
        while let Some(row) = rows.next()? {
            let index = Place::from_row(row.get(0)?).index;
            if let Some(section) = sections.get_mut(usize::from(index)) {
                *section = Some(row.get(1)?);
            }
        }
        Ok(Entry::from_parts(header_bytes, signature, sections)?)
    }
}

/// A lane as the database names it: the space and a number for the part.
pub(crate) const fn lane_key(lane: &Lane) -> (&[u8; 16], i64) {
    let part = match lane.part {
        Part::Control => 0,
        Part::Data => 1,
    };
    (lane.space.as_bytes(), part)
}
