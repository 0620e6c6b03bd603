//! The content digest of a space: which documents there are and which changes stand in them.
//!
//! It is kept in 256 buckets by the first byte of the document id, which is random, and each bucket
//! in 256 parts by the second. The digest of a part is BLAKE3 over its elements in the order of the
//! ids, that of a bucket BLAKE3 over its parts' digests: they depend on no arrival order and are as
//! collision-resistant as BLAKE3, also against a member who chooses ids and changes. A change of
//! one document costs one pass over its part and over the digests of the bucket's parts: at 650,000
//! documents ten elements and 8 KiB.
//!
//! (A hash of the set that is updated in constant time would need no parts. But with chosen inputs
//! an exclusive-or of hashes falls to linear algebra and a 256-bit sum to a generalised birthday
//! attack; what withstands them, LtHash, keeps 2 KiB a bucket that each arriving page would write
//! again, asks for the heads before each change, and never rights itself once it is wrong.)
//! A session compares buckets alone, and their parts are nobody's business but the store's.

mod parts;

use std::collections::BTreeMap;

use sheaf_charter::DocumentId;

use crate::digest::Digest;
pub use parts::BucketParts;

/// How many buckets a content digest has.
pub const BUCKETS: usize = 256;

/// How many parts a bucket has.
const PARTS: usize = 256;

/// The digest of each bucket of one space. Erased documents are left out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ContentDigest {
    buckets: Box<[Digest; BUCKETS]>,
}

/// Which bucket a document belongs to: the first byte of its id, so that a bucket is one range of
/// a table in the order of the ids.
pub fn bucket_of(document: DocumentId) -> u8 {
    let [first, ..] = *document.as_bytes();
    first
}

/// Which part of its bucket a document belongs to: the second byte of its id, so that a part is one
/// range of a table too.
pub fn part_of(document: DocumentId) -> u8 {
    let [_, second, ..] = *document.as_bytes();
    second
}

/// The element of a document: the digest of its heads, whatever their order.
pub fn element(document: DocumentId, heads: &[[u8; 32]]) -> Digest {
    let mut heads = heads.to_vec();
    heads.sort_unstable();
    let mut hasher = blake3::Hasher::new_derive_key("sheaf/1/content-element");
    hasher.update(document.as_bytes());
    for head in &heads {
        hasher.update(head);
    }
    hasher.finalize().into()
}

/// The digest of one bucket from its elements, in the ascending order of the document ids. Zero
/// where there are none.
fn bucket_digest(elements: impl IntoIterator<Item = (DocumentId, Digest)>) -> Digest {
    BucketParts::of(elements).digest()
}

impl Default for ContentDigest {
    fn default() -> Self {
        Self { buckets: Box::new([Digest::default(); BUCKETS]) }
    }
}

impl ContentDigest {
    /// The digest of a space without documents.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the digest of one bucket.
    pub fn set(&mut self, bucket: u8, digest: Digest) {
        if let Some(place) = self.buckets.get_mut(usize::from(bucket)) {
            *place = digest;
        }
    }

    /// The digests of all buckets.
    pub const fn buckets(&self) -> &[Digest; BUCKETS] {
        &self.buckets
    }

    /// The digest over all buckets, which a hello carries.
    pub fn overall(&self) -> Digest {
        let mut hasher = blake3::Hasher::new_derive_key("sheaf/1/content");
        for bucket in self.buckets.iter() {
            hasher.update(bucket.as_bytes());
        }
        hasher.finalize().into()
    }

    /// The buckets in which two digests differ.
    pub fn differing(&self, other: &Self) -> Vec<u8> {
        let pairs = self.buckets.iter().zip(other.buckets.iter());
        (0..=u8::MAX).zip(pairs).filter(|(_, (a, b))| a != b).map(|(bucket, _)| bucket).collect()
    }
}

/// The elements of one space in memory, with their digest kept up to date. A store keeps the
/// elements in a table instead, and the digests of [`BucketParts`] beside it.
#[derive(Clone, Default)]
pub struct ContentSet {
    elements: BTreeMap<DocumentId, Digest>,
    digest: ContentDigest,
}

impl ContentSet {
    /// Sets the heads of a document; none at all takes it out.
    pub fn set(&mut self, document: DocumentId, heads: &[[u8; 32]]) {
        if heads.is_empty() {
            self.elements.remove(&document);
        } else {
            self.elements.insert(document, element(document, heads));
        }
        let bucket = bucket_of(document);
        let digest = bucket_digest(self.elements_of(bucket));
        self.digest.set(bucket, digest);
    }

    /// The digest as it stands.
    pub const fn digest(&self) -> &ContentDigest {
        &self.digest
    }

    fn elements_of(&self, bucket: u8) -> impl Iterator<Item = (DocumentId, Digest)> {
        let mut low = [0; DocumentId::LENGTH];
        let mut high = [u8::MAX; DocumentId::LENGTH];
        low[0] = bucket;
        high[0] = bucket;
        let range = DocumentId::from_bytes(low)..=DocumentId::from_bytes(high);
        self.elements.range(range).map(|(document, element)| (*document, *element))
    }
}

#[cfg(test)]
mod tests;
