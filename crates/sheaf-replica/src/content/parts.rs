//! The parts of one bucket.

use sheaf_charter::DocumentId;

use super::{PARTS, part_of};
use crate::digest::Digest;

/// The digest of each part of one bucket; zero where a part has no documents.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BucketParts {
    digests: Box<[Digest; PARTS]>,
}

impl BucketParts {
    /// From all elements of the bucket, in the ascending order of the document ids.
    pub fn of(elements: impl IntoIterator<Item = (DocumentId, Digest)>) -> Self {
        let mut parts = Self { digests: Box::new([Digest::default(); PARTS]) };
        let elements: Vec<_> = elements.into_iter().collect();
        for one in elements.chunk_by(|(one, _), (next, _)| part_of(*one) == part_of(*next)) {
            if let [(document, _), ..] = one {
                parts.set(part_of(*document), one);
            }
        }
        parts
    }

    /// Makes the digest of one part anew from its elements, in the ascending order of the document
    /// ids.
    pub fn set(&mut self, part: u8, elements: &[(DocumentId, Digest)]) {
        if let Some(place) = self.digests.get_mut(usize::from(part)) {
            *place = part_digest(elements);
        }
    }

    /// The digest of one part.
    pub fn get(&self, part: u8) -> Digest {
        self.digests.get(usize::from(part)).copied().unwrap_or_default()
    }

    /// The digest of the bucket. Zero where it has no documents.
    pub fn digest(&self) -> Digest {
        let parts = (0..=u8::MAX).zip(self.digests.iter());
        let mut parts = parts.filter(|(_, digest)| **digest != Digest::default()).peekable();
        if parts.peek().is_none() {
            return Digest::default();
        }
        let mut hasher = blake3::Hasher::new_derive_key("sheaf/1/content-bucket");
        for (part, digest) in parts {
            hasher.update(&[part]).update(digest.as_bytes());
        }
        hasher.finalize().into()
    }

    /// As they are kept.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.digests.iter().flat_map(|digest| *digest.as_bytes()).collect()
    }

    /// From what was kept; none if it is of another length.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (digests, rest) = bytes.as_chunks::<{ Digest::LENGTH }>();
        let digests: Vec<_> = digests.iter().map(|bytes| Digest::from_bytes(*bytes)).collect();
        let digests = digests.into_boxed_slice().try_into().ok()?;
        rest.is_empty().then_some(Self { digests })
    }
}

fn part_digest(elements: &[(DocumentId, Digest)]) -> Digest {
    if elements.is_empty() {
        return Digest::default();
    }
    let mut hasher = blake3::Hasher::new_derive_key("sheaf/1/content-part");
    for (document, element) in elements {
        hasher.update(document.as_bytes()).update(element.as_bytes());
    }
    hasher.finalize().into()
}
