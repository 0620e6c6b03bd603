//! Who signs an entry: a device, or the school's recovery key.

mod metric;

use crate::identity::Identity;
use crate::ids::LogId;
use crate::keys::{KeyHolder, RecoveryKey};
use crate::sign::Purpose;

pub use metric::MetricClaim;

/// Who signs an entry.
#[derive(Clone, Copy, Debug)]
pub enum Signer<'a> {
    /// A device.
    Device(&'a Identity),
    /// The recovery key, which has a log of its own.
    Recovery(&'a RecoveryKey),
}

impl<'a> Signer<'a> {
    /// The log that it writes.
    pub fn log(self) -> LogId {
        match self {
            Self::Device(identity) => identity.log(),
            Self::Recovery(key) => key.log(),
        }
    }

    pub(crate) fn sign(self, purpose: Purpose, bytes: &[u8]) -> [u8; 64] {
        match self {
            Self::Device(identity) => identity.sign(purpose, bytes),
            Self::Recovery(key) => key.sign(purpose, bytes),
        }
    }

    pub(crate) const fn holder(self) -> KeyHolder<'a> {
        match self {
            Self::Device(identity) => KeyHolder::Device(identity),
            Self::Recovery(key) => KeyHolder::Recovery(key),
        }
    }
}

impl<'a> From<&'a Identity> for Signer<'a> {
    fn from(identity: &'a Identity) -> Self {
        Self::Device(identity)
    }
}

impl<'a> From<&'a RecoveryKey> for Signer<'a> {
    fn from(key: &'a RecoveryKey) -> Self {
        Self::Recovery(key)
    }
}
