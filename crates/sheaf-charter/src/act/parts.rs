//! What acts are made of.

use crate::codec::{DecodeError, Reader, Writer};
use crate::ids::{DeviceId, EntryId, EpochId, LogId};

/// An epoch key wrapped for one device: HPKE base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256,
/// ChaCha20Poly1305; the encapsulated key (32) and the ciphertext with its tag (48).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Capsule {
    /// The recipient.
    pub device: DeviceId,
    /// Encapsulated key and ciphertext.
    pub sealed: [u8; Self::SEALED_BYTES],
}

impl Capsule {
    /// How long the sealed part is.
    pub const SEALED_BYTES: usize = 80;

    pub(super) fn write(&self, out: &mut Writer) {
        out.raw(self.device.as_bytes()).raw(&self.sealed);
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            device: DeviceId::from_bytes(reader.array("capsule's device")?),
            sealed: reader.array("capsule")?,
        })
    }
}

/// A parent epoch's key, sealed under the new epoch's key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SealedParent {
    /// The parent.
    pub epoch: EpochId,
    /// Its key, with the tag.
    pub sealed: [u8; Self::SEALED_BYTES],
}

impl SealedParent {
    /// How long the sealed part is.
    pub const SEALED_BYTES: usize = 48;

    pub(super) fn write(&self, out: &mut Writer) {
        out.raw(self.epoch.as_bytes()).raw(&self.sealed);
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            epoch: EpochId::from_bytes(reader.array("parent epoch")?),
            sealed: reader.array("parent key")?,
        })
    }
}

/// One place in a chain.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Tip {
    /// The place.
    pub seq: u64,
    /// The entry there.
    pub entry: EntryId,
}

/// How much of a chain stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reach {
    /// Nothing of it.
    Nothing,
    /// The entry at this place and those before it.
    UpTo(Tip),
    /// All of it: the right that was taken away is not needed there.
    All,
}

/// How much of one log stands in the space whose lane the act is in. Space ids are never named:
/// whoever reads the charter may not know of the space.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LogCut {
    /// The log.
    pub log: LogId,
    /// How much of the control part.
    pub control: Reach,
    /// How much of the data.
    pub data: Reach,
}

impl LogCut {
    pub(super) fn write(&self, out: &mut Writer) {
        out.raw(self.log.as_bytes());
        for reach in [self.control, self.data] {
            match reach {
                Reach::Nothing => out.u8(0),
                Reach::UpTo(tip) => out.u8(1).u64(tip.seq).raw(tip.entry.as_bytes()),
                Reach::All => out.u8(2),
            };
        }
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            log: LogId::from_bytes(reader.array("cut log")?),
            control: read_reach(reader)?,
            data: read_reach(reader)?,
        })
    }
}

fn read_reach(reader: &mut Reader<'_>) -> Result<Reach, DecodeError> {
    match reader.u8("cut flag")? {
        0 => Ok(Reach::Nothing),
        1 => Ok(Reach::UpTo(Tip {
            seq: reader.u64("cut seq")?,
            entry: EntryId::from_bytes(reader.array("cut entry")?),
        })),
        2 => Ok(Reach::All),
        _ => Err(DecodeError::NotCanonical("cut flag")),
    }
}

/// Why documents are erased.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ErasureReason {
    /// The retention period is over.
    RetentionEnded,
    /// It was written about the wrong pupil, or by mistake.
    WrittenInError,
    /// A data subject asked for it and the school agreed.
    Request,
    /// It was moved to another space.
    Moved,
    /// It was written again without a passage or a pupil.
    Redacted,
    /// Another reason, said in the sealed part.
    Other,
}

impl ErasureReason {
    pub(super) fn write(self, out: &mut Writer) {
        out.u8(match self {
            Self::RetentionEnded => 0,
            Self::WrittenInError => 1,
            Self::Request => 2,
            Self::Moved => 3,
            Self::Redacted => 4,
            Self::Other => 5,
        });
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        match reader.u8("erasure reason")? {
            0 => Ok(Self::RetentionEnded),
            1 => Ok(Self::WrittenInError),
            2 => Ok(Self::Request),
            3 => Ok(Self::Moved),
            4 => Ok(Self::Redacted),
            5 => Ok(Self::Other),
            _ => Err(DecodeError::NotCanonical("erasure reason")),
        }
    }
}
