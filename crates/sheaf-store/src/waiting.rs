//! Entries that cannot join their log yet: outside, bounded and uncounted.

use sheaf_charter::{DocumentId, Entry, EntryId};

use crate::{Result, Snapshot, Txn};

/// At most this many entries wait: a session resends what was dropped.
pub const MAX_WAITING_ENTRIES: u64 = 4096;
/// At most this many bytes of entries wait.
pub const MAX_WAITING_BYTES: u64 = 64 * 1024 * 1024;

/// What became of an entry that is to wait.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Waiting {
    /// It waits.
    Kept,
    /// There is no room; it was not kept and will come again.
    Full,
}

impl Txn<'_> {
    /// Keeps an entry until the one that it needs is here.
    pub fn put_waiting(&mut self, entry: &Entry, needs: EntryId) -> Result<Waiting> {
        let body = entry.to_bytes();
        self.take_waiting(entry.id())?;
        let (entries, bytes) = self.waiting_size()?;
        let size = body.len() as u64;
        if entries >= MAX_WAITING_ENTRIES || bytes.saturating_add(size) > MAX_WAITING_BYTES {
            return Ok(Waiting::Full);
        }
        self.run(
            "INSERT INTO waiting (id, needs, bytes, body) VALUES (?1, ?2, length(?3), ?3)",
            (entry.id().as_bytes(), needs.as_bytes(), body),
        )?;
        Ok(Waiting::Kept)
    }

    /// Lets an entry wait no longer; whether it did.
    pub fn take_waiting(&mut self, entry: EntryId) -> Result<bool> {
        Ok(self.run("DELETE FROM waiting WHERE id = ?", [entry.as_bytes()])? > 0)
    }

    /// Lets no entry wait.
    pub fn clear_waiting(&mut self) -> Result<()> {
        self.run("DELETE FROM waiting", [])?;
        Ok(())
    }

    /// Takes the sections of an erased document out of entries that wait.
    pub(crate) fn strip_waiting(&mut self, document: DocumentId) -> Result<()> {
        let sql = "SELECT body FROM waiting WHERE instr(body, ?) > 0";
        let bodies: Vec<Vec<u8>> = self.all(sql, [document.as_bytes()], |row| row.get(0))?;
        for body in bodies {
            let entry = Entry::from_bytes(&body)?;
            let rows = entry.header().table.iter().zip(entry.sections());
            let sections = rows
                .map(|(row, sealed)| sealed.clone().filter(|_| row.document != document))
                .collect();
            let header = entry.header_bytes().to_vec();
            let body = Entry::from_parts(header, *entry.signature(), sections)?.to_bytes();
            self.run(
                "UPDATE waiting SET bytes = length(?2), body = ?2 WHERE id = ?1",
                (entry.id().as_bytes(), body),
            )?;
        }
        Ok(())
    }
}

impl Snapshot<'_> {
    /// The entries that wait for this one.
    pub fn waiting_for(&self, entry: EntryId) -> Result<Vec<Entry>> {
        let sql = "SELECT body FROM waiting WHERE needs = ? ORDER BY rowid";
        let bodies: Vec<Vec<u8>> = self.all(sql, [entry.as_bytes()], |row| row.get(0))?;
        bodies.iter().map(|body| Ok(Entry::from_bytes(body)?)).collect()
    }

    /// Whether an entry waits.
    pub fn is_waiting(&self, entry: EntryId) -> Result<bool> {
        let sql = "SELECT 1 FROM waiting WHERE id = ?";
        Ok(self.one(sql, [entry.as_bytes()], |_| Ok(()))?.is_some())
    }

    /// How many entries wait, and their bytes together.
    pub fn waiting_size(&self) -> Result<(u64, u64)> {
        let sql = "SELECT count(*), coalesce(sum(bytes), 0) FROM waiting";
        let size = self.one(sql, [], |row| {
            Ok((row.get::<_, i64>(0)?.unsigned_abs(), row.get::<_, i64>(1)?.unsigned_abs()))
        })?;
        Ok(size.unwrap_or_default())
    }
}
