//! Entries in the order in which they joined their logs here, and the chains that they form.

use rusqlite::{OptionalExtension, Row};
use sheaf_charter::{Entry, EntryId, Header, Lane, LogId, Part, SIGNATURE_BYTES, SpaceId};

use crate::sections::{Place, insert_sections};
use crate::snapshot::{signed, unsigned};
use crate::{Result, Snapshot, StoreError, Txn};

/// One unforked stretch of a log. The branch that arrived first is the trunk; each later one is
/// named by its first entry, so the names are this store's own: only ids go over the wire.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ChainId {
    /// The log.
    pub log: LogId,
    /// The first entry of the branch; zero for the trunk.
    pub branch: EntryId,
}

impl ChainId {
    /// The trunk of a log.
    pub const fn trunk(log: LogId) -> Self {
        Self { log, branch: EntryId::ZERO }
    }
}

/// How far a chain goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Tip {
    /// The chain.
    pub chain: ChainId,
    /// The place after its last entry.
    pub next_seq: u64,
    /// Its last entry.
    pub last: EntryId,
}

/// What became of an entry that was appended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Appended {
    /// The chain that it joined.
    pub chain: ChainId,
    /// Whether it is the second entry at its place: the log is forked from here.
    pub forked: bool,
}

/// The row of a chain, and what an entry must follow.
struct ChainRow {
    row: i64,
    chain: ChainId,
    next_seq: u64,
}

impl Txn<'_> {
    /// Adds an entry behind the one before it; opens a new branch where that one has a follower
    /// already. The caller has checked signature and authority. Sections that the entry lacks
    /// are listed as absent.
    pub fn append(&mut self, entry: &Entry, arrived_ms: i64) -> Result<Appended> {
        if self.has(entry.id())? {
            return Err(StoreError::AlreadyHere);
        }
        let (row, appended) = self.join_chain(entry)?;
        let header = entry.header();
        let arrival: i64 = self
            .prepare(
                "INSERT INTO entries
                     (id, chain, seq, arrived_ms, claimed_ms, signature, header)
                 VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING arrival",
            )?
            .query_row(
                (
                    entry.id().as_bytes(),
                    row,
                    signed(header.seq)?,
                    arrived_ms,
                    header.claimed_ms,
                    entry.signature(),
                    entry.header_bytes(),
                ),
                |row| row.get(0),
            )?;
        insert_sections(self, arrival, entry)?;
        let next = signed(header.seq.saturating_add(1))?;
        self.run(
            "UPDATE chains SET next_seq = ?, last = ? WHERE chain = ?",
            (next, entry.id().as_bytes(), row),
        )?;
        Ok(appended)
    }

    fn join_chain(&mut self, entry: &Entry) -> Result<(i64, Appended)> {
        let header = entry.header();
        let before = if header.previous == EntryId::ZERO {
            self.chain_row(header.lane, ChainId::trunk(header.log))?
        } else {
            Some(self.predecessor(header)?)
        };
        let forked = match &before {
            Some(before) if before.next_seq == header.seq => {
                return Ok((before.row, Appended { chain: before.chain, forked: false }));
            }
            other => other.is_some(),
        };
        let branch = if forked { entry.id() } else { EntryId::ZERO };
        let chain = ChainId { log: header.log, branch };
        let parent = before.filter(|_| header.seq > 0).map(|before| before.row);
        let row = self.insert_chain(header, chain, parent)?;
        Ok((row, Appended { chain, forked }))
    }

    fn insert_chain(
        &mut self,
        header: &Header,
        chain: ChainId,
        parent: Option<i64>,
    ) -> Result<i64> {
        let seq = signed(header.seq)?;
        let sql = "INSERT INTO chains (space, part, log, branch, parent, first_seq, next_seq, last)
                   VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING chain";
        let row = self.prepare(sql)?.query_row(
            (
                header.lane.space.as_bytes(),
                part_number(header.lane.part),
                chain.log.as_bytes(),
                chain.branch.as_bytes(),
                parent,
                seq,
                seq,
                header.previous.as_bytes(),
            ),
            |row| row.get(0),
        )?;
        Ok(row)
    }

    /// The chain of the entry before this one, which must be the right one.
    fn predecessor(&self, header: &Header) -> Result<ChainRow> {
        let sql = "SELECT c.chain, c.log, c.branch, c.next_seq, e.seq, c.space, c.part
                   FROM entries e JOIN chains c USING (chain) WHERE e.id = ?";
        let found = self.one(sql, [header.previous.as_bytes()], |row| {
            let lane = lane(row, 5, 6)?;
            Ok((chain_row(row)?, row.get::<_, i64>(4)?, lane))
        })?;
        let (before, seq, lane) = found.ok_or(StoreError::NotNext)?;
        let follows = unsigned(seq)?.checked_add(1) == Some(header.seq);
        if lane != header.lane || before.chain.log != header.log || !follows {
            return Err(StoreError::NotNext);
        }
        Ok(before)
    }
}

impl Snapshot<'_> {
    /// Whether an entry has joined its log here.
    pub fn has(&self, entry: EntryId) -> Result<bool> {
        Ok(self.arrival(entry)?.is_some())
    }

    /// An entry with the sections that are here.
    pub fn entry(&self, entry: EntryId) -> Result<Option<Entry>> {
        self.arrival(entry)?.map(|arrival| self.entry_at(arrival)).transpose()
    }

    /// The header of an entry.
    pub fn header(&self, entry: EntryId) -> Result<Option<Header>> {
        let sql = "SELECT header FROM entries WHERE id = ?";
        let bytes: Option<Vec<u8>> = self.one(sql, [entry.as_bytes()], |row| row.get(0))?;
        Ok(bytes.map(|bytes| Header::from_bytes(&bytes)).transpose()?)
    }

    /// When an entry arrived here, in milliseconds since 1970, as the caller said.
    pub fn arrived_ms(&self, entry: EntryId) -> Result<Option<i64>> {
        let sql = "SELECT arrived_ms FROM entries WHERE id = ?";
        self.one(sql, [entry.as_bytes()], |row| row.get(0))
    }

    /// Where the trunk of a log ends.
    pub fn tip(&self, lane: Lane, log: LogId) -> Result<Option<Tip>> {
        let sql = "SELECT log, branch, next_seq, last FROM chains
                   WHERE space = ? AND part = ? AND log = ? AND branch = ?";
        let chain = ChainId::trunk(log);
        self.one(sql, chain_key(&lane, &chain), tip)
    }

    /// Where each chain of a lane ends; by log, the trunk first.
    pub fn vector(&self, lane: Lane) -> Result<Vec<Tip>> {
        let sql = "SELECT log, branch, next_seq, last FROM chains
                   WHERE space = ? AND part = ? ORDER BY log, branch";
        self.all(sql, (lane.space.as_bytes(), part_number(lane.part)), tip)
    }

    /// The entries at one place of a log: two or more where it is forked.
    pub fn at(&self, lane: Lane, log: LogId, seq: u64) -> Result<Vec<EntryId>> {
        let Ok(seq) = i64::try_from(seq) else { return Ok(Vec::new()) };
        let sql = "SELECT e.id FROM chains c JOIN entries e USING (chain)
                   WHERE c.space = ? AND c.part = ? AND c.log = ? AND e.seq = ?
                   ORDER BY e.arrival";
        let key = (lane.space.as_bytes(), part_number(lane.part), log.as_bytes(), seq);
        self.all(sql, key, |row| Ok(EntryId::from_bytes(row.get(0)?)))
    }

    /// Where an entry stands: its lane, its chain and its place in it.
    pub fn locate(&self, entry: EntryId) -> Result<Option<(Lane, ChainId, u64)>> {
        let sql = "SELECT c.space, c.part, c.log, c.branch, e.seq
                   FROM entries e JOIN chains c USING (chain) WHERE e.id = ?";
        self.one(sql, [entry.as_bytes()], |row| {
            let chain = ChainId {
                log: LogId::from_bytes(row.get(2)?),
                branch: EntryId::from_bytes(row.get(3)?),
            };
            Ok((lane(row, 0, 1)?, chain, row.get::<_, i64>(4)?.unsigned_abs()))
        })
    }

    /// The ids of a lane's entries in the order of arrival.
    pub fn entry_ids(&self, lane: Lane) -> Result<Vec<EntryId>> {
        let sql = "SELECT e.id FROM chains c JOIN entries e USING (chain)
                   WHERE c.space = ? AND c.part = ? ORDER BY e.arrival";
        self.all(sql, (lane.space.as_bytes(), part_number(lane.part)), |row| {
            Ok(EntryId::from_bytes(row.get(0)?))
        })
    }

    /// All entries of a space's control part in the order of arrival.
    pub fn control_entries(&self, space: SpaceId) -> Result<Vec<Entry>> {
        let sql = "SELECT e.arrival FROM chains c JOIN entries e USING (chain)
                   WHERE c.space = ? AND c.part = ? ORDER BY e.arrival";
        let key = (space.as_bytes(), part_number(Part::Control));
        let arrivals: Vec<i64> = self.all(sql, key, |row| row.get(0))?;
        arrivals.into_iter().map(|arrival| self.entry_at(arrival)).collect()
    }

    /// The spaces of which there are entries here; the charter is the zero one.
    pub fn spaces(&self) -> Result<Vec<SpaceId>> {
        let sql = "SELECT DISTINCT space FROM chains ORDER BY space";
        self.all(sql, [], |row| Ok(SpaceId::from_bytes(row.get(0)?)))
    }

    /// How many entries a lane has.
    pub fn entry_count(&self, lane: Lane) -> Result<u64> {
        let sql = "SELECT coalesce(sum(next_seq - first_seq), 0) FROM chains
                   WHERE space = ? AND part = ?";
        self.count(sql, (lane.space.as_bytes(), part_number(lane.part)))
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

    fn chain_row(&self, lane: Lane, chain: ChainId) -> Result<Option<ChainRow>> {
        let sql = "SELECT chain, log, branch, next_seq FROM chains
                   WHERE space = ? AND part = ? AND log = ? AND branch = ?";
        let mut statement = self.prepare(sql)?;
        Ok(statement.query_row(chain_key(&lane, &chain), chain_row).optional()?)
    }
}

/// As the database keeps it. The control part goes first.
pub(crate) const fn part_number(part: Part) -> i64 {
    match part {
        Part::Control => 0,
        Part::Data => 1,
    }
}

pub(crate) fn tip(row: &Row<'_>) -> rusqlite::Result<Tip> {
    let log = LogId::from_bytes(row.get(0)?);
    let chain = ChainId { log, branch: EntryId::from_bytes(row.get(1)?) };
    let next_seq = row.get::<_, i64>(2)?.unsigned_abs();
    Ok(Tip { chain, next_seq, last: EntryId::from_bytes(row.get(3)?) })
}

type ChainKey<'a> = (&'a [u8; 16], i64, &'a [u8; 32], &'a [u8; 32]);

/// Names a chain in the database: space, part, log and branch.
const fn chain_key<'a>(lane: &'a Lane, chain: &'a ChainId) -> ChainKey<'a> {
    let Lane { space, part } = lane;
    (space.as_bytes(), part_number(*part), chain.log.as_bytes(), chain.branch.as_bytes())
}

fn chain_row(row: &Row<'_>) -> rusqlite::Result<ChainRow> {
    let log = LogId::from_bytes(row.get(1)?);
    let chain = ChainId { log, branch: EntryId::from_bytes(row.get(2)?) };
    Ok(ChainRow { row: row.get(0)?, chain, next_seq: row.get::<_, i64>(3)?.unsigned_abs() })
}

fn lane(row: &Row<'_>, space: usize, part: usize) -> rusqlite::Result<Lane> {
    let space = SpaceId::from_bytes(row.get(space)?);
    let part = if row.get::<_, i64>(part)? == 0 { Part::Control } else { Part::Data };
    Ok(Lane { space, part })
}
