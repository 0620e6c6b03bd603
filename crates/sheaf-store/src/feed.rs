//! The revision, and which records have changed since one.

use rusqlite::Connection;
use sheaf_charter::DocumentId;

use crate::snapshot::{signed, unsigned};
use crate::{Result, Snapshot, Txn};

/// What has changed since a revision.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Changes {
    /// These records were written or dropped, the latest last.
    Records(Vec<DocumentId>),
    /// The index was made anew since: read everything again.
    Everything,
}

/// Counts one more transaction.
pub(crate) fn next_revision(connection: &Connection) -> Result<u64> {
    let sql = "UPDATE counters SET value = value + 1 WHERE name = 'revision' RETURNING value";
    let revision: i64 = connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
    unsigned(revision)
}

impl Txn<'_> {
    /// Notes that a record is gone. Those that are there keep their revision with them, so the
    /// feed never needs trimming.
    pub(crate) fn note_dropped(&mut self, record: DocumentId) -> Result<()> {
        let revision = signed(Txn::revision(self))?;
        self.run(
            "INSERT OR REPLACE INTO dropped (record, revision) VALUES (?, ?)",
            (record.as_bytes(), revision),
        )?;
        Ok(())
    }

    /// Whoever has seen less than this transaction must read everything.
    pub(crate) fn restart_feed(&mut self) -> Result<()> {
        let revision = signed(Txn::revision(self))?;
        self.run("UPDATE counters SET value = ? WHERE name = 'feed_floor'", [revision])?;
        Ok(())
    }
}

impl Snapshot<'_> {
    /// The number of transactions so far.
    pub fn revision(&self) -> Result<u64> {
        self.count("SELECT value FROM counters WHERE name = 'revision'", [])
    }

    /// What has changed since a revision.
    pub fn changed_since(&self, revision: u64) -> Result<Changes> {
        let floor = self.count("SELECT value FROM counters WHERE name = 'feed_floor'", [])?;
        if revision < floor {
            return Ok(Changes::Everything);
        }
        let Ok(revision) = i64::try_from(revision) else { return Ok(Changes::Records(Vec::new())) };
        // A record that was dropped and has come back is in both.
        let sql = "SELECT record FROM (
                       SELECT record, revision FROM records WHERE revision > ?1
                       UNION ALL SELECT record, revision FROM dropped WHERE revision > ?1
                   ) GROUP BY record ORDER BY max(revision), record";
        let records = self.all(sql, [revision], |row| Ok(DocumentId::from_bytes(row.get(0)?)))?;
        Ok(Changes::Records(records))
    }
}
