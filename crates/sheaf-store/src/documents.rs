//! The state of each document, and of the digest's buckets. The bytes are the caller's.

use std::fmt;

use sheaf_charter::{DocumentId, SpaceId};

use crate::sections::SECTIONS_OF_SPACE;
use crate::snapshot::signed;
use crate::{Result, Snapshot, Txn};

/// Which part of a space's digest a document counts in: the first byte of its id.
pub type Bucket = u8;

/// Which part of a bucket a document counts in: the second byte of its id.
pub type BucketPart = u8;

/// What is kept of a document beside its sections.
#[derive(Clone, PartialEq, Eq)]
pub struct DocumentState {
    /// The document.
    pub document: DocumentId,
    /// The space that it is in.
    pub space: SpaceId,
    /// How many changes it stands on.
    pub changes: u64,
    /// Its heads, as the caller encodes them.
    pub heads: Vec<u8>,
    /// The document itself, in clear; none where loading its one change is as quick.
    pub stored: Option<Vec<u8>>,
}

/// Says nothing of what the document holds.
impl fmt::Debug for DocumentState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DocumentState")
            .field("document", &self.document)
            .field("space", &self.space)
            .field("changes", &self.changes)
            .finish_non_exhaustive()
    }
}

impl Txn<'_> {
    /// Keeps the state of a document in place of the one before.
    pub fn put_document(&mut self, state: &DocumentState) -> Result<()> {
        self.run(
            "INSERT INTO documents (document, space, changes, heads, stored)
             VALUES (?, ?, ?, ?, ?)
             ON CONFLICT (document) DO UPDATE SET
                 space = excluded.space, changes = excluded.changes,
                 heads = excluded.heads, stored = excluded.stored",
            (
                state.document.as_bytes(),
                state.space.as_bytes(),
                signed(state.changes)?,
                &state.heads,
                &state.stored,
            ),
        )?;
        Ok(())
    }

    /// Forgets the state of a document; whether there was one.
    pub fn drop_document(&mut self, document: DocumentId) -> Result<bool> {
        Ok(self.run("DELETE FROM documents WHERE document = ?", [document.as_bytes()])? > 0)
    }

    /// Drops a document with its sections in a space, its record and its words in the search
    /// index. What another space has under the same id stays. The bytes are gone once
    /// [`Store::checkpoint`] is done.
    ///
    /// [`Store::checkpoint`]: crate::Store::checkpoint
    pub fn erase(&mut self, space: SpaceId, document: DocumentId) -> Result<()> {
        for table in ["pending", "held"] {
            let sql = format!(
                "DELETE FROM {table} WHERE document = ?1 AND place IN ({SECTIONS_OF_SPACE})"
            );
            self.run(&sql, (document.as_bytes(), space.as_bytes()))?;
        }
        self.drop_sections(space, document)?;
        if self.document(document)?.is_some_and(|state| state.space == space) {
            self.drop_document(document)?;
            self.drop_record(document)?;
        }
        Ok(())
    }

    /// Keeps the state of one bucket of a space's digest.
    pub fn put_bucket(&mut self, space: SpaceId, bucket: Bucket, state: &[u8]) -> Result<()> {
        self.run(
            "INSERT OR REPLACE INTO buckets (space, bucket, state) VALUES (?, ?, ?)",
            (space.as_bytes(), bucket, state),
        )?;
        Ok(())
    }

    /// Keeps the digests of the parts of one bucket.
    pub fn put_parts(&mut self, space: SpaceId, bucket: Bucket, digests: &[u8]) -> Result<()> {
        self.run(
            "INSERT INTO parts (space, bucket, digests) VALUES (?, ?, ?)
             ON CONFLICT (space, bucket) DO UPDATE SET digests = excluded.digests",
            (space.as_bytes(), bucket, digests),
        )?;
        Ok(())
    }
}

impl Snapshot<'_> {
    /// The state of a document.
    pub fn document(&self, document: DocumentId) -> Result<Option<DocumentState>> {
        let sql = "SELECT document, space, changes, heads, stored FROM documents
                   WHERE document = ?";
        self.one(sql, [document.as_bytes()], |row| {
            Ok(DocumentState {
                document: DocumentId::from_bytes(row.get(0)?),
                space: SpaceId::from_bytes(row.get(1)?),
                changes: row.get::<_, i64>(2)?.unsigned_abs(),
                heads: row.get(3)?,
                stored: row.get(4)?,
            })
        })
    }

    /// The documents of one bucket with their heads, by id.
    pub fn documents_in_bucket(
        &self,
        space: SpaceId,
        bucket: Bucket,
    ) -> Result<Vec<(DocumentId, Vec<u8>)>> {
        let (mut first, mut last) = ([u8::MIN; 16], [u8::MAX; 16]);
        (first[0], last[0]) = (bucket, bucket);
        self.documents_between(space, first, last)
    }

    /// The documents of one part of a bucket with their heads, by id.
    pub fn documents_in_part(
        &self,
        space: SpaceId,
        bucket: Bucket,
        part: BucketPart,
    ) -> Result<Vec<(DocumentId, Vec<u8>)>> {
        let (mut first, mut last) = ([u8::MIN; 16], [u8::MAX; 16]);
        (first[0], first[1]) = (bucket, part);
        (last[0], last[1]) = (bucket, part);
        self.documents_between(space, first, last)
    }

    fn documents_between(
        &self,
        space: SpaceId,
        first: [u8; 16],
        last: [u8; 16],
    ) -> Result<Vec<(DocumentId, Vec<u8>)>> {
        let sql = "SELECT document, heads FROM documents
                   WHERE document BETWEEN ? AND ? AND +space = ? ORDER BY document";
        self.all(sql, (first, last, space.as_bytes()), |row| {
            Ok((DocumentId::from_bytes(row.get(0)?), row.get(1)?))
        })
    }

    /// The ids of a space's documents, in order.
    pub fn document_ids(&self, space: SpaceId) -> Result<Vec<DocumentId>> {
        let sql = "SELECT document FROM documents WHERE space = ? ORDER BY document";
        self.all(sql, [space.as_bytes()], |row| Ok(DocumentId::from_bytes(row.get(0)?)))
    }

    /// How many documents a space has.
    pub fn document_count(&self, space: SpaceId) -> Result<u64> {
        self.count("SELECT count(*) FROM documents WHERE space = ?", [space.as_bytes()])
    }

    /// The state of one bucket of a space's digest, if it was ever kept.
    pub fn bucket(&self, space: SpaceId, bucket: Bucket) -> Result<Option<Vec<u8>>> {
        let sql = "SELECT state FROM buckets WHERE space = ? AND bucket = ?";
        self.one(sql, (space.as_bytes(), bucket), |row| row.get(0))
    }

    /// All buckets of a space's digest that were ever kept, in order.
    pub fn buckets(&self, space: SpaceId) -> Result<Vec<(Bucket, Vec<u8>)>> {
        let sql = "SELECT bucket, state FROM buckets WHERE space = ? ORDER BY bucket";
        self.all(sql, [space.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?)))
    }

    /// The digests of the parts of one bucket, if they are kept.
    pub fn parts(&self, space: SpaceId, bucket: Bucket) -> Result<Option<Vec<u8>>> {
        let sql = "SELECT digests FROM parts WHERE space = ? AND bucket = ?";
        self.one(sql, (space.as_bytes(), bucket), |row| row.get(0))
    }
}
