//! The index: the current values of each record, as text that the caller has made.

use std::fmt;

use rusqlite::{Row, params_from_iter};
use sheaf_charter::{DocumentId, EntryId, PersonId, SpaceId};

use crate::snapshot::signed;
use crate::{Link, Result, Snapshot, StoreError, Txn, schema};

/// Whether a record still counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RecordState {
    /// It does.
    Live,
    /// Somebody withdrew it; it is kept and can be shown.
    Withdrawn,
}

/// The current values of one record.
#[derive(Clone, PartialEq, Eq)]
pub struct RecordRow {
    /// The record: the same id as its document.
    pub record: DocumentId,
    /// The space that it is in.
    pub space: SpaceId,
    /// Its kind.
    pub kind: String,
    /// Whether it still counts.
    pub state: RecordState,
    /// Where it stands on a timeline: minutes of civil time since 1970.
    pub sort_at: i64,
    /// How many of its fields are in conflict. When written: the number of the paths given.
    pub conflicts: u32,
    /// Who made it.
    pub created_by: PersonId,
    /// When, as the author's clock said, in milliseconds since 1970 (UTC).
    pub created_ms: i64,
    /// The entry that made it.
    pub entry: EntryId,
    /// One line for lists; searched.
    pub title: String,
    /// Everything else that is searched.
    pub body: String,
    /// The current values.
    pub json: String,
}

/// Says nothing of what the record holds.
impl fmt::Debug for RecordRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordRow")
            .field("record", &self.record)
            .field("kind", &self.kind)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

/// The columns that [`record_row`] reads, in its order.
pub(crate) const RECORD_COLUMNS: &str = "record, space, kind, withdrawn, sort_at, conflicts,
    created_by, created_ms, entry, title, body, json";

/// Does nothing where the record is there: most are new, and need not be looked up. No statement
/// here has a trigger or gives rows back: the search index would write what it has gathered at
/// each of them.
const INSERT: &str = "
    INSERT INTO records (record, space, kind, withdrawn, sort_at, conflicts,
        created_by, created_ms, entry, title, body, json, revision, row)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (record) DO NOTHING";

/// Takes the same values; the row is one that is there.
const UPDATE: &str = "
    UPDATE records SET record = ?, space = ?, kind = ?, withdrawn = ?, sort_at = ?, conflicts = ?,
        created_by = ?, created_ms = ?, entry = ?, title = ?, body = ?, json = ?, revision = ?
    WHERE row = ?";

/// What the search index was told of a record.
struct Known {
    row: i64,
    title: String,
    body: String,
}

impl Txn<'_> {
    /// Keeps the values of a record in place of those before, with the records that it concerns
    /// and the paths of its fields in conflict; the search index follows.
    pub fn put_record(
        &mut self,
        record: &RecordRow,
        links: &[Link],
        conflicts: &[String],
    ) -> Result<()> {
        let count = u32::try_from(conflicts.len())
            .map_err(|_| StoreError::OutOfRange("the number of conflicts"))?;
        let revision = signed(self.revision())?;
        let values = |row: Option<i64>| {
            (
                record.record.as_bytes(),
                record.space.as_bytes(),
                &record.kind,
                record.state == RecordState::Withdrawn,
                record.sort_at,
                count,
                record.created_by.as_bytes(),
                record.created_ms,
                record.entry.as_bytes(),
                &record.title,
                &record.body,
                &record.json,
                revision,
                row,
            )
        };
        let is_new = self.run(INSERT, values(None))? > 0;
        let known = if is_new { None } else { self.known(record.record)? };
        let row = match &known {
            None => self.connection().last_insert_rowid(),
            Some(known) => {
                self.run(UPDATE, values(Some(known.row)))?;
                self.clear_links(known.row)?;
                self.clear_conflicts(known.row)?;
                known.row
            }
        };
        self.put_links(row, links)?;
        self.put_conflicts(row, conflicts)?;
        match known {
            Some(known) if known.title == record.title && known.body == record.body => Ok(()),
            known => {
                known.map_or(Ok(()), |known| self.forget_words(&known))?;
                let sql = "INSERT INTO search (rowid, title, body) VALUES (?, ?, ?)";
                self.run(sql, (row, &record.title, &record.body)).map(drop)
            }
        }
    }

    fn known(&self, record: DocumentId) -> Result<Option<Known>> {
        let sql = "SELECT row, title, body FROM records WHERE record = ?";
        self.one(sql, [record.as_bytes()], |row| {
            Ok(Known { row: row.get(0)?, title: row.get(1)?, body: row.get(2)? })
        })
    }

    fn forget_words(&mut self, known: &Known) -> Result<()> {
        let sql = "INSERT INTO search (search, rowid, title, body) VALUES ('delete', ?, ?, ?)";
        self.run(sql, (known.row, &known.title, &known.body)).map(drop)
    }

    /// Forgets a record; whether there was one.
    pub fn drop_record(&mut self, record: DocumentId) -> Result<bool> {
        let Some(known) = self.known(record)? else { return Ok(false) };
        self.forget_words(&known)?;
        self.run("DELETE FROM records WHERE row = ?", [known.row])?;
        self.note_dropped(record)?;
        Ok(true)
    }

    /// Drops everything that follows from the entries: documents, buckets, records, search,
    /// conflicts, pending and held sections. The caller makes it anew in the same transaction.
    pub fn clear_index(&mut self) -> Result<()> {
        schema::remake_index(self.connection())?;
        self.restart_feed()
    }
}

impl Snapshot<'_> {
    /// The values of a record.
    pub fn record(&self, record: DocumentId) -> Result<Option<RecordRow>> {
        let sql = format!("SELECT {RECORD_COLUMNS} FROM records WHERE record = ?");
        self.one(&sql, [record.as_bytes()], record_row)
    }

    /// Every record of some kinds, withdrawn ones too, one after the other.
    pub fn for_each_of_kinds<'k, E: From<StoreError>>(
        &self,
        kinds: impl IntoIterator<Item = &'k str>,
        mut visit: impl FnMut(RecordRow) -> Result<(), E>,
    ) -> Result<(), E> {
        let kinds: Vec<&str> = kinds.into_iter().collect();
        // The index names the rows; they are read in the order of the table, so that each page is
        // decrypted once, and none that holds other kinds only.
        let marks = vec!["?"; kinds.len()].join(", ");
        let sql = format!(
            "SELECT {RECORD_COLUMNS} FROM records
             WHERE row IN (SELECT row FROM records WHERE kind IN ({marks})) ORDER BY row"
        );
        let mut statement = self.prepare(&sql)?;
        let mut rows = statement.query(params_from_iter(kinds)).map_err(StoreError::from)?;
        while let Some(row) = rows.next().map_err(StoreError::from)? {
            visit(record_row(row).map_err(StoreError::from)?)?;
        }
        Ok(())
    }

    /// How many records of each kind still count, by kind.
    pub fn count_by_kind(&self) -> Result<Vec<(String, u64)>> {
        let sql = "SELECT kind, count(*) FROM records WHERE withdrawn = 0
                   GROUP BY kind ORDER BY kind";
        self.all(sql, [], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs())))
    }
}

pub(crate) fn record_row(row: &Row<'_>) -> rusqlite::Result<RecordRow> {
    let withdrawn: bool = row.get(3)?;
    Ok(RecordRow {
        record: DocumentId::from_bytes(row.get(0)?),
        space: SpaceId::from_bytes(row.get(1)?),
        kind: row.get(2)?,
        state: if withdrawn { RecordState::Withdrawn } else { RecordState::Live },
        sort_at: row.get(4)?,
        conflicts: row.get(5)?,
        created_by: PersonId::from_bytes(row.get(6)?),
        created_ms: row.get(7)?,
        entry: EntryId::from_bytes(row.get(8)?),
        title: row.get(9)?,
        body: row.get(10)?,
        json: row.get(11)?,
    })
}
