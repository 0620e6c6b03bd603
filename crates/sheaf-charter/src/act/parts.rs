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

/// The last entries of one log that stand in the space whose lane the act is in. Space ids are
/// never named: whoever reads the charter may not know of the space.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LogCut {
    /// The log.
    pub log: LogId,
    /// The last that stands in the control part; none where nothing does.
    pub control: Option<Tip>,
    /// The last that stands in the data; none where nothing does.
    pub data: Option<Tip>,
}

impl LogCut {
    pub(super) fn write(&self, out: &mut Writer) {
        out.raw(self.log.as_bytes());
        for tip in [self.control, self.data] {
            match tip {
                Some(tip) => out.u8(1).u64(tip.seq).raw(tip.entry.as_bytes()),
                None => out.u8(0),
            };
        }
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            log: LogId::from_bytes(reader.array("cut log")?),
            control: read_tip(reader)?,
            data: read_tip(reader)?,
        })
    }
}

fn read_tip(reader: &mut Reader<'_>) -> Result<Option<Tip>, DecodeError> {
    match reader.u8("cut flag")? {
        0 => Ok(None),
        1 => Ok(Some(Tip {
            seq: reader.u64("cut seq")?,
            entry: EntryId::from_bytes(reader.array("cut entry")?),
        })),
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

/// Which section of a held entry travels as which section of the attesting one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AttestedSection {
    /// Its place in the original entry.
    pub original: u16,
    /// Its place in the attesting entry.
    pub carried: u16,
}

impl AttestedSection {
    pub(super) fn write(&self, out: &mut Writer) {
        out.u16(self.original).u16(self.carried);
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            original: reader.u16("attested section")?,
            carried: reader.u16("carried section")?,
        })
    }
}
