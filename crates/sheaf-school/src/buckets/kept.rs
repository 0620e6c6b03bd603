//! What is kept of a bucket, and which of its parts are stale.

use sheaf_replica::Digest;

/// What is kept of the digest of a bucket.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kept {
    /// The digest.
    Made(Digest),
    /// The parts whose digests are to be made anew before that of the bucket can be.
    Stale(PartSet),
}

/// So that the stale parts are never as long as a digest.
const STALE: u8 = 0;

impl Kept {
    /// From the state of a bucket, of which there is none before it has documents; none if it
    /// cannot have been kept so.
    pub fn read(state: Option<&[u8]>) -> Option<Self> {
        match state {
            None => Some(Self::Made(Digest::default())),
            // As a newer schema leaves what was made otherwise.
            Some([]) => Some(Self::Stale(PartSet::ALL)),
            Some([STALE, bits @ ..]) if bits.len() == PartSet::BYTES => {
                Some(Self::Stale(PartSet { bits: bits.try_into().ok()? }))
            }
            Some(digest) => Some(Self::Made(Digest::from_bytes(digest.try_into().ok()?))),
        }
    }

    /// The same; what cannot have been kept so is stale as a whole.
    pub fn or_stale(state: Option<&[u8]>) -> Self {
        Self::read(state).unwrap_or(Self::Stale(PartSet::ALL))
    }

    /// As it is kept.
    pub fn state(&self) -> Vec<u8> {
        match self {
            Self::Made(digest) => digest.as_bytes().to_vec(),
            Self::Stale(parts) => [&[STALE], parts.bits.as_slice()].concat(),
        }
    }
}

/// A set of parts of one bucket, a bit for each.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(crate) struct PartSet {
    bits: [u8; Self::BYTES],
}

impl PartSet {
    const BYTES: usize = 32;
    /// All parts.
    pub const ALL: Self = Self { bits: [u8::MAX; Self::BYTES] };

    /// Puts a part in.
    pub fn insert(&mut self, part: u8) {
        if let Some(byte) = self.bits.get_mut(usize::from(part / 8)) {
            *byte |= 1 << (part % 8);
        }
    }

    /// The parts of both.
    pub fn union(mut self, other: &Self) -> Self {
        for (byte, more) in self.bits.iter_mut().zip(other.bits) {
            *byte |= more;
        }
        self
    }

    /// Whether a part is in it.
    pub fn contains(&self, part: u8) -> bool {
        self.bits.get(usize::from(part / 8)).is_some_and(|byte| byte & (1 << (part % 8)) != 0)
    }

    /// Its parts, in order.
    pub fn iter(&self) -> impl Iterator<Item = u8> {
        (0..=u8::MAX).filter(|part| self.contains(*part))
    }
}
