//! Ids: newtypes over fixed bytes, written in lower-case hexadecimal.

use std::fmt;
use std::str::FromStr;

/// The text is not an id of the kind that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not {what}: {digits} hexadecimal digits are needed")]
pub struct InvalidId {
    /// What was asked for.
    pub what: &'static str,
    /// How many digits it has.
    pub digits: usize,
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $length:literal, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; $length]);

        impl $name {
            /// All zeros: "none yet" in the founding entry.
            pub const ZERO: Self = Self([0; $length]);
            /// How many bytes it has.
            pub const LENGTH: usize = $length;

            /// The id made of these bytes.
            pub const fn from_bytes(bytes: [u8; $length]) -> Self {
                Self(bytes)
            }

            /// The bytes themselves.
            pub const fn to_bytes(self) -> [u8; $length] {
                self.0
            }

            /// The bytes themselves, borrowed.
            pub const fn as_bytes(&self) -> &[u8; $length] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&data_encoding::HEXLOWER.encode(&self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let invalid = InvalidId { what: $what, digits: 2 * $length };
                let bytes = data_encoding::HEXLOWER_PERMISSIVE
                    .decode(text.as_bytes())
                    .map_err(|_| invalid)?;
                bytes.try_into().map(Self).map_err(|_| invalid)
            }
        }
    };
}

id!(
    /// A school: the id of its founding entry.
    SchoolId, 32, "a school id"
);
id!(
    /// A space: derived from its creator's device and a nonce; all zeros for the charter of the
    /// school itself.
    SpaceId, 16, "a space id"
);
id!(
    /// An entry: the BLAKE3 hash of its header, without the signature.
    EntryId, 32, "an entry id"
);
id!(
    /// A log: derived from the key of the device that writes it and an incarnation number.
    LogId, 32, "a log id"
);
id!(
    /// A device: its Ed25519 signing key.
    DeviceId, 32, "a device id"
);
id!(
    /// A person: derived from the key of their first device, so that nobody can be admitted under
    /// the id of another.
    PersonId, 16, "a person id"
);
id!(
    /// A document: random; the same bytes as the id of its record.
    DocumentId, 16, "a document id"
);
id!(
    /// An epoch key's id, which commits to the key.
    EpochId, 16, "an epoch id"
);
id!(
    /// The BLAKE3 hash of a sealed section.
    SectionHash, 32, "a section hash"
);
id!(
    /// One parcel: random. Whatever a file is called, this says what it is.
    ParcelId, 32, "a parcel id"
);
id!(
    /// The actor under which automerge knows the changes of one process in one log.
    ActorId, 16, "an actor id"
);

impl SpaceId {
    /// The charter: the control part of the school itself.
    pub const CHARTER: Self = Self::ZERO;
}

impl PersonId {
    /// The person whose first device this is: the first 16 bytes of a BLAKE3 under
    /// `sheaf/1/person`.
    pub fn of_first_device(device: DeviceId) -> Self {
        let mut hasher = blake3::Hasher::new_derive_key("sheaf/1/person");
        hasher.update(&device.0);
        let mut id = [0; 16];
        hasher.finalize_xof().fill(&mut id);
        Self(id)
    }
}

impl SchoolId {
    /// A school's id is that of its founding entry.
    pub const fn from_founding(entry: EntryId) -> Self {
        Self(entry.0)
    }
}

/// At most this many logs of one device in one space: enough for decades of restored backups, few
/// enough to look every one of them up.
pub const MAX_INCARNATIONS: u8 = 64;

impl LogId {
    /// The log that a device writes in its nth incarnation: it opens a new one when it finds its
    /// home restored, moved or forked.
    pub fn derive(device: DeviceId, incarnation: u8) -> Self {
        let mut hasher = blake3::Hasher::new_derive_key("sheaf/1/log");
        hasher.update(&device.0);
        hasher.update(&[incarnation]);
        Self(hasher.finalize().into())
    }
}

impl ActorId {
    /// The actor of a process that writes to this log under this nonce. Whoever receives a section
    /// recomputes it and refuses changes of any other actor.
    pub fn derive(log: LogId, nonce: [u8; 16]) -> Self {
        let mut hasher = blake3::Hasher::new_derive_key("sheaf/actor/1");
        hasher.update(&log.0);
        hasher.update(&nonce);
        let mut id = [0; 16];
        hasher.finalize_xof().fill(&mut id);
        Self(id)
    }
}
