//! Sections that are stored and not applied: not yet, pending or held.

mod arrived;

use sheaf_charter::{DocumentId, SpaceId};

use crate::sections::section_ref;
use crate::{Result, SectionRef, Snapshot, Txn};

pub use arrived::ArrivedSpan;

/// A section that cannot be opened or applied yet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pending {
    /// Which one.
    pub section: SectionRef,
    /// The document that it changes.
    pub document: DocumentId,
    /// What it waits for, as the caller names it: an epoch, or a change of the document.
    pub needs: Vec<u8>,
    /// Why, in a word of the caller's.
    pub reason: String,
}

/// A section that does not stand.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Held {
    /// Which one.
    pub section: SectionRef,
    /// The document that it would change.
    pub document: DocumentId,
    /// Why, in a word of the caller's.
    pub reason: String,
    /// What that depends on.
    pub cause: Cause,
}

/// What it depends on that a section is held, and so whether it is ever tried again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cause {
    /// Its entry does not stand: that is judged again when who is in has changed.
    Verdict,
    /// What it holds does not fit its document: it is tried again when that is built anew.
    Content,
    /// Processes ended at it, one after the other: it is never tried again.
    EndsProcesses,
}

impl Cause {
    /// As the database keeps it.
    const fn code(self) -> i64 {
        match self {
            Self::Verdict => 0,
            Self::Content => 1,
            Self::EndsProcesses => 2,
        }
    }

    /// What is not known here may be as bad as the worst that is.
    const fn of_code(code: i64) -> Self {
        match code {
            0 => Self::Verdict,
            1 => Self::Content,
            _ => Self::EndsProcesses,
        }
    }
}

const SELECT_PENDING: &str = "SELECT t.place, e.id, t.document, t.needs, t.reason
    FROM pending t JOIN entries e ON e.arrival = t.place / 512";
const SELECT_HELD: &str = "SELECT t.place, e.id, t.document, t.reason, t.cause
    FROM held t JOIN entries e ON e.arrival = t.place / 512";

impl Txn<'_> {
    /// Remembers that a section cannot be opened or applied yet.
    pub fn put_pending(&mut self, pending: &Pending) -> Result<()> {
        let place = self.place(pending.section)?;
        self.run(
            "INSERT OR REPLACE INTO pending (place, document, needs, reason) VALUES (?, ?, ?, ?)",
            (place, pending.document.as_bytes(), &pending.needs, &pending.reason),
        )?;
        Ok(())
    }

    /// The section is pending no longer.
    pub fn clear_pending(&mut self, section: SectionRef) -> Result<()> {
        let place = self.place(section)?;
        self.run("DELETE FROM pending WHERE place = ?", [place])?;
        Ok(())
    }

    /// Remembers that a section does not stand.
    pub fn put_held(&mut self, held: &Held) -> Result<()> {
        let place = self.place(held.section)?;
        self.run(
            "INSERT OR REPLACE INTO held (place, document, reason, cause) VALUES (?, ?, ?, ?)",
            (place, held.document.as_bytes(), &held.reason, held.cause.code()),
        )?;
        Ok(())
    }

    /// The section is held no longer.
    pub fn clear_held(&mut self, section: SectionRef) -> Result<()> {
        let place = self.place(section)?;
        self.run("DELETE FROM held WHERE place = ?", [place])?;
        Ok(())
    }
}

impl Snapshot<'_> {
    /// The sections that wait for this, in the order of arrival.
    pub fn pending_on(&self, needs: &[u8]) -> Result<Vec<Pending>> {
        let sql = format!("{SELECT_PENDING} WHERE t.needs = ? ORDER BY t.place");
        self.all(&sql, [needs], pending)
    }

    /// Whether a section waits for something.
    pub fn is_pending(&self, section: SectionRef) -> Result<bool> {
        let place = self.place(section)?;
        let found = self.one("SELECT 1 FROM pending WHERE place = ?", [place], |_| Ok(()))?;
        Ok(found.is_some())
    }

    /// What is noted of a section that waits, if it does.
    pub fn pending_at(&self, section: SectionRef) -> Result<Option<Pending>> {
        let place = self.place(section)?;
        self.one(&format!("{SELECT_PENDING} WHERE t.place = ?"), [place], pending)
    }

    /// What is noted of a section that is held, if it is.
    pub fn held_at(&self, section: SectionRef) -> Result<Option<Held>> {
        let place = self.place(section)?;
        self.one(&format!("{SELECT_HELD} WHERE t.place = ?"), [place], held)
    }

    /// All pending sections of a space, in the order of arrival.
    pub fn pending(&self, space: SpaceId) -> Result<Vec<Pending>> {
        let sql = format!(
            "{SELECT_PENDING} JOIN logs l ON l.row = e.log WHERE l.space = ? ORDER BY t.place"
        );
        self.all(&sql, [space.as_bytes()], pending)
    }

    /// All held sections of a space, in the order of arrival.
    pub fn held(&self, space: SpaceId) -> Result<Vec<Held>> {
        let sql = format!(
            "{SELECT_HELD} JOIN logs l ON l.row = e.log WHERE l.space = ? ORDER BY t.place"
        );
        self.all(&sql, [space.as_bytes()], held)
    }

    /// All sections that are held for one cause, in the order of arrival.
    pub fn held_for(&self, cause: Cause) -> Result<Vec<Held>> {
        let sql = format!("{SELECT_HELD} WHERE t.cause = ? ORDER BY t.place");
        self.all(&sql, [cause.code()], held)
    }

    /// The held sections of a document, in the order of arrival.
    pub fn held_of(&self, document: DocumentId) -> Result<Vec<Held>> {
        let sql = format!("{SELECT_HELD} WHERE t.document = ? ORDER BY t.place");
        self.all(&sql, [document.as_bytes()], held)
    }

    /// The pending sections of a document, in the order of arrival.
    pub fn pending_of(&self, document: DocumentId) -> Result<Vec<Pending>> {
        let sql = format!("{SELECT_PENDING} WHERE t.document = ? ORDER BY t.place");
        self.all(&sql, [document.as_bytes()], pending)
    }

    /// Why a section is held, if it is.
    pub fn held_reason(&self, section: SectionRef) -> Result<Option<String>> {
        let place = self.place(section)?;
        self.one("SELECT reason FROM held WHERE place = ?", [place], |row| row.get(0))
    }

    /// How many sections of a space are held, by reason.
    pub fn held_counts(&self, space: SpaceId) -> Result<Vec<(String, u64)>> {
        let sql = "SELECT h.reason, count(*) FROM held h
                   JOIN entries e ON e.arrival = h.place / 512 JOIN logs l ON l.row = e.log
                   WHERE l.space = ? GROUP BY h.reason ORDER BY h.reason";
        self.all(sql, [space.as_bytes()], |row| {
            Ok((row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs()))
        })
    }
}

fn held(row: &rusqlite::Row<'_>) -> rusqlite::Result<Held> {
    Ok(Held {
        section: section_ref(row, 0, 1)?,
        document: DocumentId::from_bytes(row.get(2)?),
        reason: row.get(3)?,
        cause: Cause::of_code(row.get(4)?),
    })
}

fn pending(row: &rusqlite::Row<'_>) -> rusqlite::Result<Pending> {
    Ok(Pending {
        section: section_ref(row, 0, 1)?,
        document: DocumentId::from_bytes(row.get(2)?),
        needs: row.get(3)?,
        reason: row.get(4)?,
    })
}
