//! Sections that are stored and not applied yet. What one transaction stores lies in one run, so
//! a whole batch is noted by its first and its last section.

use sheaf_charter::DocumentId;

use crate::sections::section_ref;
use crate::{Result, SectionRef, Snapshot, Txn};

/// Sections, stored one after the other, that are not applied yet. Those among them that are held,
/// or of a control part, are no concern of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ArrivedSpan {
    first: i64,
    last: i64,
    /// How often in a row a process has begun at its first section and not got past it.
    pub tries: u8,
}

const SELECT: &str = "SELECT first, last, tries FROM arrived";

impl Txn<'_> {
    /// Notes the sections from one to another, both included, as not yet applied: a crash before
    /// they are loses nothing.
    pub fn note_arrived(&mut self, first: SectionRef, last: SectionRef) -> Result<ArrivedSpan> {
        let (first, last) = (self.place(first)?, self.place(last)?);
        let sql = "INSERT INTO arrived (first, last, tries) VALUES (?, ?, 0)
                   ON CONFLICT (first) DO UPDATE SET last = max(last, excluded.last)
                   RETURNING first, last, tries";
        Ok(self.prepare(sql)?.query_row((first, last), span)?)
    }

    /// The sections of a span up to this one are applied. Gives what is left of it, if anything.
    pub fn advance_arrived(
        &mut self,
        span: ArrivedSpan,
        applied: SectionRef,
    ) -> Result<Option<ArrivedSpan>> {
        let first = self.place(applied)? + 1;
        self.clear_arrived(span)?;
        if first > span.last {
            return Ok(None);
        }
        let left = ArrivedSpan { first, last: span.last, tries: 0 };
        self.put_arrived(left)?;
        Ok(Some(left))
    }

    /// Nothing of a span is left to do.
    pub fn clear_arrived(&mut self, span: ArrivedSpan) -> Result<()> {
        self.run("DELETE FROM arrived WHERE first = ?", [span.first])?;
        Ok(())
    }

    /// Counts one more process that begins with a span; gives it with the count.
    pub fn count_try(&mut self, span: ArrivedSpan) -> Result<ArrivedSpan> {
        let tried = ArrivedSpan { tries: span.tries.saturating_add(1), ..span };
        self.put_arrived(tried)?;
        Ok(tried)
    }

    /// Takes back a count, given the span as it was before: the process has not ended. Nothing to
    /// do if some of the span was applied, for then the count began anew.
    pub fn uncount_try(&mut self, span: ArrivedSpan) -> Result<()> {
        let sql = "UPDATE arrived SET tries = ? WHERE first = ?";
        self.run(sql, (span.tries, span.first))?;
        Ok(())
    }

    fn put_arrived(&mut self, span: ArrivedSpan) -> Result<()> {
        self.run(
            "INSERT OR REPLACE INTO arrived (first, last, tries) VALUES (?, ?, ?)",
            (span.first, span.last, span.tries),
        )?;
        Ok(())
    }
}

impl Snapshot<'_> {
    /// Every span of sections that are not applied yet, in the order of arrival.
    pub fn arrived(&self) -> Result<Vec<ArrivedSpan>> {
        self.all(&format!("{SELECT} ORDER BY first"), [], span)
    }

    /// Whether a span still is as it was: nobody else has applied any of it meanwhile.
    pub fn is_left(&self, was: ArrivedSpan) -> Result<bool> {
        let now = self.one(&format!("{SELECT} WHERE first = ?"), [was.first], span)?;
        Ok(now.is_some_and(|now| now.last == was.last))
    }

    /// The first sections of a span that are here and not held, of data alone; at most so many.
    pub fn arrived_sections(&self, span: ArrivedSpan, limit: u32) -> Result<Vec<SectionRef>> {
        let sql = "SELECT s.place, e.id
                   FROM sections s JOIN entries e ON e.arrival = s.place / 512
                   JOIN logs l ON l.row = e.log
                   WHERE s.place BETWEEN ?1 AND ?2 AND l.part = 1
                       AND s.place NOT IN (SELECT place FROM held WHERE place BETWEEN ?1 AND ?2)
                   ORDER BY s.place LIMIT ?3";
        self.all(sql, (span.first, span.last, limit), |row| section_ref(row, 0, 1))
    }

    /// Whether a section is stored and not applied yet.
    pub fn has_arrived(&self, section: SectionRef) -> Result<bool> {
        let place = self.place(section)?;
        let sql = "SELECT 1 FROM arrived WHERE first <= ?1 AND last >= ?1 LIMIT 1";
        Ok(self.one(sql, [place], |_| Ok(()))?.is_some())
    }

    /// The sections of a document that are stored and not applied yet, in the order of arrival.
    pub fn arrived_of(&self, document: DocumentId) -> Result<Vec<SectionRef>> {
        let sql = "SELECT s.place, e.id FROM sections s JOIN entries e ON e.arrival = s.place / 512
                   WHERE s.document = ? AND EXISTS
                       (SELECT 1 FROM arrived a WHERE s.place BETWEEN a.first AND a.last)
                   ORDER BY s.place";
        self.all(sql, [document.as_bytes()], |row| section_ref(row, 0, 1))
    }
}

fn span(row: &rusqlite::Row<'_>) -> rusqlite::Result<ArrivedSpan> {
    Ok(ArrivedSpan { first: row.get(0)?, last: row.get(1)?, tries: row.get(2)? })
}
