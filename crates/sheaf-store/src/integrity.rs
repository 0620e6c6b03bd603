//! Checks of the file, and getting rid of what was deleted.

use rusqlite::Connection;

use crate::{Result, Store, StoreError};

/// Problems beyond these are not listed: one is enough to restore.
const MAX_PROBLEMS: usize = 100;

/// What a check of the file has found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Integrity {
    /// Pages and tables that are damaged; none if all is well.
    pub problems: Vec<String>,
}

impl Integrity {
    /// Whether all is well.
    pub const fn is_sound(&self) -> bool {
        self.problems.is_empty()
    }
}

/// Whether the write-ahead log is empty now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[must_use = "after an erasure, try again until it is done"]
pub enum Checkpoint {
    /// It is: what was deleted is in no file.
    Done,
    /// Somebody is reading an older state; try again later.
    Busy,
}

impl Store {
    /// Checks every page, its authentication and the search index.
    pub fn integrity(&self) -> Result<Integrity> {
        let encrypted = self.is_encrypted();
        self.on_writer(|connection| {
            let mut problems = Vec::new();
            if encrypted {
                // The cipher's check looks at the file alone. Where the power went in a checkpoint,
                // half a page may be there that the log has whole.
                connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))?;
                gather(connection, "PRAGMA cipher_integrity_check", &mut problems)?;
            }
            gather(connection, "PRAGMA quick_check", &mut problems)?;
            gather(connection, "PRAGMA foreign_key_check", &mut problems)?;
            let search = "INSERT INTO search (search, rank) VALUES ('integrity-check', 1)";
            if problems.is_empty() && connection.execute(search, []).is_err() {
                problems.push("the search index does not match the records".to_owned());
            }
            problems.truncate(MAX_PROBLEMS);
            Ok(Integrity { problems })
        })
    }

    /// Moves what lies in the write-ahead log into the file, as far as nobody reads an older state.
    /// Says whether all was moved, so that the log is written from its beginning again. Whoever
    /// writes meanwhile does not wait.
    pub fn fold(&self) -> Result<bool> {
        self.on_reader(|connection| {
            let sql = "PRAGMA wal_checkpoint(PASSIVE)";
            let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
            let (busy, frames, moved): (bool, i64, i64) = connection.query_row(sql, [], row)?;
            Ok(!busy && frames == moved)
        })
    }

    /// Moves everything from the write-ahead log into the file and empties the log: deleted
    /// pages have been overwritten in the file, and older versions of pages are gone with it.
    pub fn checkpoint(&self) -> Result<Checkpoint> {
        self.on_writer(|connection| {
            let sql = "PRAGMA wal_checkpoint(TRUNCATE)";
            let busy: bool = connection.query_row(sql, [], |row| row.get(0))?;
            Ok(if busy { Checkpoint::Busy } else { Checkpoint::Done })
        })
    }
}

/// Adds what a check says; a check that breaks off on damage is itself a finding.
fn gather(connection: &Connection, sql: &str, problems: &mut Vec<String>) -> Result<()> {
    let said = connection.prepare(sql).and_then(|mut statement| {
        let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
        rows.collect::<rusqlite::Result<Vec<_>>>()
    });
    match said.map_err(StoreError::from) {
        Ok(lines) => problems.extend(lines.into_iter().filter(|line| line != "ok")),
        Err(StoreError::DamagedStore(_)) => {
            problems.push(format!("{sql} breaks off: a page is damaged"));
        }
        Err(error) => return Err(error),
    }
    Ok(())
}
