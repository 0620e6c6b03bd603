//! A charter small enough to see through: one act an entry, and signatures that are cheap.

use sheaf_charter::codec::{Reader, Writer};
use sheaf_charter::{Act, DeviceId, DocumentId, LogId};

/// What a control entry of the simulator does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Deed {
    /// Founds the school.
    Found,
    /// A device of the school.
    AdmitDevice(DeviceId),
    /// The first entry of a space, whose author is a member.
    Create,
    /// A member.
    Admit(DeviceId),
    /// No member any more; of its data log only what is before the cut stands.
    Remove { device: DeviceId, cut: u64 },
    /// A tombstone.
    Erase(DocumentId),
}

impl Deed {
    pub(crate) fn to_act(self) -> Act {
        let mut out = Writer::new();
        let tag = match self {
            Self::Found => 200,
            Self::AdmitDevice(device) => {
                out.raw(device.as_bytes());
                201
            }
            Self::Create => 202,
            Self::Admit(device) => {
                out.raw(device.as_bytes());
                203
            }
            Self::Remove { device, cut } => {
                out.raw(device.as_bytes()).u64(cut);
                204
            }
            Self::Erase(document) => {
                out.raw(document.as_bytes());
                205
            }
        };
        Act::Unknown { tag, payload: out.finish() }
    }

    pub(crate) fn from_act(act: &Act) -> Option<Self> {
        let Act::Unknown { tag, payload } = act else { return None };
        let mut reader = Reader::new(payload);
        let device = |reader: &mut Reader<'_>| reader.array("device").map(DeviceId::from_bytes);
        Some(match tag {
            200 => Self::Found,
            201 => Self::AdmitDevice(device(&mut reader).ok()?),
            202 => Self::Create,
            203 => Self::Admit(device(&mut reader).ok()?),
            204 => {
                let device = device(&mut reader).ok()?;
                Self::Remove { device, cut: reader.u64("cut").ok()? }
            }
            205 => Self::Erase(DocumentId::from_bytes(reader.array("document").ok()?)),
            _ => return None,
        })
    }
}

/// The log that a device writes here.
pub(crate) fn log_of(device: DeviceId) -> LogId {
    LogId::derive(device, 0)
}

/// A stand-in for a signature: nothing here forges one without trying to.
pub(crate) fn sign(device: DeviceId, header: &[u8]) -> [u8; 64] {
    let mut signature = [0; 64];
    let mut hasher = blake3::Hasher::new_keyed(device.as_bytes());
    hasher.update(header).finalize_xof().fill(&mut signature);
    signature
}
