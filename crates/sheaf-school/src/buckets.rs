//! The digests of the buckets of a space's content: what two devices compare to know that they
//! hold the same. A change notes which part of which bucket it touches, in its own transaction;
//! where it touches few buckets their digests follow at once, where many when somebody asks for
//! them. A bucket of many documents keeps the digests of its parts, so that a save reads one part;
//! a bucket of few is read whole, as its parts would take more room than its documents.

mod kept;

use std::collections::BTreeMap;

use sheaf_charter::{DocumentId, SpaceId};
use sheaf_replica::{BucketParts, ContentDigest, Digest, bucket_of, element, part_of};
use sheaf_store::{Snapshot, Txn};

use crate::core::Core;
use crate::error::{Result, SchoolError};
use kept::{Kept, PartSet};

/// So many buckets get their digests at once: a save touches one. A page of arriving records
/// touches most of them, and the next page again.
const FEW: usize = 8;
/// Digests made in one transaction: some tens of milliseconds in a large school, so that saves go
/// first.
const SLICE: usize = 16;
/// From so many documents on a bucket keeps the digests of its parts: one a part, and more than a
/// save reads in the time in which it would write the 8 KiB of them.
const MANY: usize = 256;

/// What one transaction touches.
#[derive(Default)]
pub(crate) struct Touched {
    parts: BTreeMap<(SpaceId, u8), PartSet>,
}

impl Touched {
    /// Takes note that a document has changed, or is gone.
    pub(crate) fn note(&mut self, space: SpaceId, document: DocumentId) {
        let parts = self.parts.entry((space, bucket_of(document))).or_default();
        parts.insert(part_of(document));
    }

    /// Makes the digests of few buckets, and marks what is stale of many. The last step of a
    /// transaction.
    pub(crate) fn finish(self, txn: &mut Txn<'_>) -> Result<()> {
        let at_once = self.parts.len() <= FEW;
        for ((space, bucket), touched) in self.parts {
            match kept(txn, space, bucket)? {
                Kept::Made(_) if at_once => renew(txn, space, bucket, &touched)?,
                Kept::Made(_) => mark(txn, space, bucket, touched)?,
                Kept::Stale(before) => mark(txn, space, bucket, before.union(&touched))?,
            }
        }
        Ok(())
    }
}

/// Makes the digests that are to be made anew.
pub(crate) fn freshen(core: &Core) -> Result<()> {
    let stale = core.store.read(|snapshot| {
        let spaces = snapshot.spaces()?.into_iter();
        spaces.map(|space| stale_of(snapshot, space)).collect::<Result<Vec<_>>>()
    })?;
    freshen_these(core, &stale.concat())
}

/// The digest of a space's content.
pub(crate) fn content(snapshot: &Snapshot<'_>, space: SpaceId) -> Result<ContentDigest> {
    let mut content = ContentDigest::new();
    for (bucket, state) in snapshot.buckets(space)? {
        let digest = match Kept::or_stale(Some(&state)) {
            Kept::Made(digest) => digest,
            Kept::Stale(stale) => parts(snapshot, space, bucket, &stale)?.0.digest(),
        };
        content.set(bucket, digest);
    }
    Ok(content)
}

/// Whether what is kept of a bucket and of its parts is what its documents give, or to be made
/// anew.
pub(crate) fn fits(snapshot: &Snapshot<'_>, space: SpaceId, bucket: u8) -> Result<bool> {
    let expected = BucketParts::of(elements(snapshot.documents_in_bucket(space, bucket)?));
    let stale = match Kept::read(snapshot.bucket(space, bucket)?.as_deref()) {
        Some(Kept::Made(digest)) if digest == expected.digest() => PartSet::default(),
        Some(Kept::Stale(parts)) => parts,
        Some(Kept::Made(_)) | None => return Ok(false),
    };
    let Some(kept) = snapshot.parts(space, bucket)? else { return Ok(true) };
    let Some(kept) = BucketParts::from_bytes(&kept) else { return Ok(false) };
    let differs = |part: u8| kept.get(part) != expected.get(part);
    Ok(!(0..=u8::MAX).any(|part| differs(part) && !stale.contains(part)))
}

fn freshen_these(core: &Core, buckets: &[(SpaceId, u8)]) -> Result<()> {
    for slice in buckets.chunks(SLICE) {
        core.store.write(|txn| {
            for (space, bucket) in slice {
                // Read again: another process may have been faster, or have touched more.
                if let Kept::Stale(parts) = kept(txn, *space, *bucket)? {
                    renew(txn, *space, *bucket, &parts)?;
                }
            }
            Ok::<_, SchoolError>(())
        })?;
    }
    Ok(())
}

/// The buckets of a space whose digests are to be made anew.
fn stale_of(snapshot: &Snapshot<'_>, space: SpaceId) -> Result<Vec<(SpaceId, u8)>> {
    let buckets = snapshot.buckets(space)?.into_iter();
    let stale = buckets.filter(|(_, state)| matches!(Kept::or_stale(Some(state)), Kept::Stale(_)));
    Ok(stale.map(|(bucket, _)| (space, bucket)).collect())
}

fn kept(snapshot: &Snapshot<'_>, space: SpaceId, bucket: u8) -> Result<Kept> {
    Ok(Kept::or_stale(snapshot.bucket(space, bucket)?.as_deref()))
}

fn mark(txn: &mut Txn<'_>, space: SpaceId, bucket: u8, stale: PartSet) -> Result<()> {
    Ok(txn.put_bucket(space, bucket, &Kept::Stale(stale).state())?)
}

fn renew(txn: &mut Txn<'_>, space: SpaceId, bucket: u8, stale: &PartSet) -> Result<()> {
    let (parts, keep) = parts(txn, space, bucket, stale)?;
    if keep == Keep::Yes {
        txn.put_parts(space, bucket, &parts.to_bytes())?;
    }
    Ok(txn.put_bucket(space, bucket, &Kept::Made(parts.digest()).state())?)
}

/// Whether the digests of a bucket's parts are worth keeping.
#[derive(PartialEq, Eq)]
enum Keep {
    Yes,
    No,
}

/// The parts of a bucket: those that are kept, with the stale ones made anew, or all of them from
/// its documents.
fn parts(
    snapshot: &Snapshot<'_>,
    space: SpaceId,
    bucket: u8,
    stale: &PartSet,
) -> Result<(BucketParts, Keep)> {
    let kept = snapshot.parts(space, bucket)?;
    let Some(mut parts) = kept.and_then(|kept| BucketParts::from_bytes(&kept)) else {
        let documents = snapshot.documents_in_bucket(space, bucket)?;
        let keep = if documents.len() < MANY { Keep::No } else { Keep::Yes };
        return Ok((BucketParts::of(elements(documents)), keep));
    };
    for part in stale.iter() {
        parts.set(part, &elements(snapshot.documents_in_part(space, bucket, part)?));
    }
    Ok((parts, Keep::Yes))
}

fn elements(documents: Vec<(DocumentId, Vec<u8>)>) -> Vec<(DocumentId, Digest)> {
    let of = |(document, heads): (DocumentId, Vec<u8>)| {
        (document, element(document, heads.as_chunks::<32>().0))
    };
    documents.into_iter().map(of).collect()
}

#[cfg(test)]
mod tests;
