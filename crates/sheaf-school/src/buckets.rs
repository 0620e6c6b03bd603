//! The digests of the buckets of a space's content: what two devices compare to know that they
//! hold the same. A change marks the buckets that it touches in its own transaction; where they
//! are few their digests follow at once, where they are many when somebody asks for them.

use sheaf_charter::SpaceId;
use sheaf_replica::{ContentDigest, Digest, bucket_digest, element};
use sheaf_store::{Snapshot, Txn};

use crate::core::Core;
use crate::error::{Result, SchoolError};

/// What is kept for a bucket whose digest is to be made anew.
const STALE: &[u8] = &[];
/// So many buckets get their digests at once: a save touches one. A page of arriving records
/// touches most of them, and the next page again.
const FEW: usize = 8;
/// Digests made in one transaction: some tens of milliseconds in a large school, so that saves go
/// first.
const SLICE: usize = 16;

/// Takes note that documents of these buckets have changed.
pub(crate) fn touch(
    txn: &mut Txn<'_>,
    buckets: impl IntoIterator<Item = (SpaceId, u8), IntoIter: ExactSizeIterator>,
) -> Result<()> {
    let buckets = buckets.into_iter();
    let at_once = buckets.len() <= FEW;
    for (space, bucket) in buckets {
        if at_once {
            renew(txn, space, bucket)?;
        } else {
            txn.put_bucket(space, bucket, STALE)?;
        }
    }
    Ok(())
}

/// Makes the digests that are to be made anew.
pub(crate) fn freshen(core: &Core) -> Result<()> {
    let stale = core.store.read(|snapshot| snapshot.buckets_in_state(STALE))?;
    for slice in stale.chunks(SLICE) {
        core.store.write(|txn| {
            slice.iter().try_for_each(|(space, bucket)| renew(txn, *space, *bucket))
        })?;
    }
    Ok(())
}

/// The digest of a space's content.
pub(crate) fn content(snapshot: &Snapshot<'_>, space: SpaceId) -> Result<ContentDigest> {
    let mut content = ContentDigest::new();
    for (bucket, kept) in snapshot.buckets(space)? {
        let digest = match kept.as_slice() {
            STALE => digest(snapshot, space, bucket)?,
            kept => kept.try_into().map(Digest::from_bytes).map_err(|_| damaged())?,
        };
        content.set(bucket, digest);
    }
    Ok(content)
}

/// Whether a bucket's digest is that of its documents, or to be made anew.
pub(crate) fn fits(snapshot: &Snapshot<'_>, space: SpaceId, bucket: u8) -> Result<bool> {
    let expected = digest(snapshot, space, bucket)?;
    Ok(match snapshot.bucket(space, bucket)?.as_deref() {
        None => expected == Digest::default(),
        Some(kept) => kept == STALE || kept == expected.as_bytes(),
    })
}

fn renew(txn: &mut Txn<'_>, space: SpaceId, bucket: u8) -> Result<()> {
    let digest = digest(txn, space, bucket)?;
    Ok(txn.put_bucket(space, bucket, digest.as_bytes())?)
}

fn digest(snapshot: &Snapshot<'_>, space: SpaceId, bucket: u8) -> Result<Digest> {
    let documents = snapshot.documents_in_bucket(space, bucket)?;
    Ok(bucket_digest(
        documents
            .iter()
            .map(|(document, heads)| (*document, element(*document, heads.as_chunks::<32>().0))),
    ))
}

fn damaged() -> SchoolError {
    SchoolError::Index("the digest of a bucket".to_owned())
}

#[cfg(test)]
mod tests;
