//! What records concern, and which of their fields are in conflict.

use sheaf_charter::DocumentId;

use crate::{Result, Snapshot, Txn};

/// A record that another one concerns, such as the pupil of an incident.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Link {
    /// The record that is concerned.
    pub related: DocumentId,
    /// As what, in a word of the caller's.
    pub role: String,
}

/// A field in which two people's values stand side by side.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Conflict {
    /// The record.
    pub record: DocumentId,
    /// Its kind.
    pub kind: String,
    /// The path of the field.
    pub path: String,
}

impl Txn<'_> {
    pub(crate) fn clear_links(&mut self, row: i64) -> Result<()> {
        self.run("DELETE FROM links WHERE row = ?", [row]).map(drop)
    }

    pub(crate) fn put_links(&mut self, row: i64, links: &[Link]) -> Result<()> {
        for link in links {
            self.run(
                "INSERT OR IGNORE INTO links (row, related, role) VALUES (?, ?, ?)",
                (row, link.related.as_bytes(), &link.role),
            )?;
        }
        Ok(())
    }

    pub(crate) fn clear_conflicts(&mut self, row: i64) -> Result<()> {
        self.run("DELETE FROM conflicts WHERE row = ?", [row]).map(drop)
    }

    pub(crate) fn put_conflicts(&mut self, row: i64, paths: &[String]) -> Result<()> {
        for path in paths {
            self.run("INSERT OR IGNORE INTO conflicts (row, path) VALUES (?, ?)", (row, path))?;
        }
        Ok(())
    }
}

impl Snapshot<'_> {
    /// The records that a record concerns.
    pub fn links(&self, record: DocumentId) -> Result<Vec<Link>> {
        let sql = "SELECT l.related, l.role FROM links l JOIN records r USING (row)
                   WHERE r.record = ? ORDER BY l.related, l.role";
        self.all(sql, [record.as_bytes()], |row| {
            Ok(Link { related: DocumentId::from_bytes(row.get(0)?), role: row.get(1)? })
        })
    }

    /// All fields in conflict, by record; at most `limit`.
    pub fn conflicts(&self, limit: u32) -> Result<Vec<Conflict>> {
        let sql = "SELECT r.record, r.kind, c.path FROM conflicts c JOIN records r USING (row)
                   ORDER BY c.row, c.path LIMIT ?";
        self.all(sql, [limit], |row| {
            Ok(Conflict {
                record: DocumentId::from_bytes(row.get(0)?),
                kind: row.get(1)?,
                path: row.get(2)?,
            })
        })
    }

    /// How many fields are in conflict.
    pub fn conflict_count(&self) -> Result<u64> {
        self.count("SELECT count(*) FROM conflicts", [])
    }
}
