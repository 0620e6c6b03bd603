//! What records are, where and when, without reading what they say: for looking through a whole
//! school.

use rusqlite::Row;
use sheaf_charter::{DocumentId, SpaceId};

use crate::{Result, Snapshot};

/// What a record is, where and when.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RecordHead {
    /// The record.
    pub record: DocumentId,
    /// The space that it is in.
    pub space: SpaceId,
    /// Its kind.
    pub kind: String,
    /// Where it stands on a timeline: minutes of civil time since 1970.
    pub sort_at: i64,
}

/// The columns of a head; what comes after them in a row is not read.
const COLUMNS: &str = "r.record, r.space, r.kind, r.sort_at";

impl Snapshot<'_> {
    /// The record itself.
    pub fn head(&self, record: DocumentId) -> Result<Option<RecordHead>> {
        let sql = format!("SELECT {COLUMNS} FROM records r WHERE r.record = ?");
        self.one(&sql, [record.as_bytes()], head)
    }

    /// Every record that concerns another, withdrawn ones too, in no order.
    pub fn heads_about(&self, related: DocumentId) -> Result<Vec<RecordHead>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM records r
             WHERE r.row IN (SELECT row FROM links WHERE related = ?)"
        );
        self.all(&sql, [related.as_bytes()], head)
    }

    /// Every record of a kind before a minute, withdrawn ones too, in no order.
    pub fn heads_before(&self, kind: &str, minute: i64) -> Result<Vec<RecordHead>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM records r
             WHERE r.kind = ? AND r.withdrawn IN (0, 1) AND r.sort_at < ?"
        );
        self.all(&sql, (kind, minute), head)
    }

    /// Every record of a kind that concerns no other, unless as `but`; withdrawn ones too.
    pub fn heads_about_nothing(&self, kind: &str, but: &str) -> Result<Vec<RecordHead>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM records r
             WHERE r.kind = ? AND NOT EXISTS
                 (SELECT 1 FROM links l WHERE l.row = r.row AND l.role <> ?)"
        );
        self.all(&sql, (kind, but), head)
    }

    /// What records concern, unless as `but`, and is not here.
    pub fn related_not_here(&self, but: &str) -> Result<Vec<DocumentId>> {
        let sql = "SELECT DISTINCT l.related FROM links l WHERE l.role <> ? AND NOT EXISTS
                       (SELECT 1 FROM records r WHERE r.record = l.related)";
        self.all(sql, [but], |row| Ok(DocumentId::from_bytes(row.get(0)?)))
    }
}

fn head(row: &Row<'_>) -> rusqlite::Result<RecordHead> {
    Ok(RecordHead {
        record: DocumentId::from_bytes(row.get(0)?),
        space: SpaceId::from_bytes(row.get(1)?),
        kind: row.get(2)?,
        sort_at: row.get(3)?,
    })
}
