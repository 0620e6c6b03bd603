//! The head of a parcel: what whoever finds it can see, and what members can tell from it.

use std::fmt;

use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::pieces::ParcelPieces;
use crate::act::Capsule;
use crate::certificate::Certificate;
use crate::codec::{Reader, Writer};
use crate::error::CharterError;
use crate::identity::Identity;
use crate::ids::{DeviceId, ParcelId, SchoolId, SpaceId};
use crate::keys::{EpochKey, unwrap_key, wrap_key};

/// The version that this build writes, and the newest that it reads.
pub const PARCEL_VERSION: u8 = 1;
/// At most this many devices can open one parcel: 60 a school, many times over.
pub const MAX_PARCEL_DEVICES: usize = 1_024;
/// No head is longer.
pub const MAX_PARCEL_HEAD_BYTES: usize =
    PARCEL_PREFIX_BYTES + MAX_PARCEL_DEVICES * Capsule::SEALED_BYTES + SUM_BYTES;

/// So many of its first bytes say how many follow.
pub const PARCEL_PREFIX_BYTES: usize = FIXED_BYTES + 2;

const MAGIC: &[u8; 8] = b"SHEAFPCL";
const MARK_BYTES: usize = 16;
const SUM_BYTES: usize = 16;
/// Magic, version, id, the school's mark and the kind of lock.
const FIXED_BYTES: usize = 8 + 1 + ParcelId::LENGTH + MARK_BYTES + 1;
const CANNOT_READ: &str = "the head of a parcel";

impl ParcelId {
    /// A new one.
    pub fn generate<R: CryptoRng + ?Sized>(rng: &mut R) -> Self {
        let mut bytes = [0; Self::LENGTH];
        rng.fill_bytes(&mut bytes);
        Self::from_bytes(bytes)
    }
}

/// Who can open a parcel.
#[derive(Clone, PartialEq, Eq)]
enum Lock {
    /// The devices for which there is a capsule.
    Devices(Vec<[u8; Capsule::SEALED_BYTES]>),
    /// Whoever holds the epoch key with this mark.
    Epoch([u8; MARK_BYTES]),
}

/// The head of a parcel.
#[derive(Clone, PartialEq, Eq)]
pub struct ParcelHead {
    id: ParcelId,
    school: [u8; MARK_BYTES],
    lock: Lock,
}

impl ParcelHead {
    /// A new parcel for these devices, with what seals its pieces.
    pub fn for_devices<R: CryptoRng>(
        id: ParcelId,
        school: SchoolId,
        devices: &[Certificate],
        rng: &mut R,
    ) -> Result<(Self, ParcelPieces), CharterError> {
        if devices.len() > MAX_PARCEL_DEVICES {
            let (limit, found) = (MAX_PARCEL_DEVICES, devices.len());
            return Err(CharterError::TooMuch { what: "the recipients", limit, found });
        }
        let mut content = Zeroizing::new([0; 32]);
        rng.fill_bytes(content.as_mut());
        let capsules = devices.iter().map(|known| {
            wrap_key(&content, &known.x25519, &info(school, id, known.device), rng)
                .ok_or(CharterError::Sealing("the key of a parcel"))
        });
        let lock = Lock::Devices(capsules.collect::<Result<_, _>>()?);
        let head = Self { id, school: school_mark(school, id), lock };
        let pieces = head.pieces(&content_key(&content, id));
        Ok((head, pieces))
    }

    /// A new parcel for whoever holds the key of an epoch of that space, with what seals its
    /// pieces.
    pub fn under_epoch(
        id: ParcelId,
        school: SchoolId,
        space: SpaceId,
        key: &EpochKey,
    ) -> (Self, ParcelPieces) {
        let lock = Lock::Epoch(epoch_mark(key, id));
        let head = Self { id, school: school_mark(school, id), lock };
        let pieces = head.pieces(&epoch_key(key, school, space, id));
        (head, pieces)
    }

    /// Which parcel it is.
    pub const fn id(&self) -> ParcelId {
        self.id
    }

    /// Whether it is of that school.
    pub fn is_of(&self, school: SchoolId) -> bool {
        self.school == school_mark(school, self.id)
    }

    /// Whether it is sealed for named devices.
    pub const fn is_for_devices(&self) -> bool {
        matches!(self.lock, Lock::Devices(_))
    }

    /// What opens its pieces, if it is sealed for this device.
    pub fn open(&self, school: SchoolId, identity: &Identity) -> Option<ParcelPieces> {
        let Lock::Devices(capsules) = &self.lock else { return None };
        let info = info(school, self.id, identity.device());
        let mut opened =
            capsules.iter().filter_map(|one| unwrap_key(identity.x25519_secret(), &info, one));
        opened.next().map(|content| self.pieces(&content_key(&content, self.id)))
    }

    /// What opens its pieces, if it is sealed under this key of that space.
    pub fn open_under(
        &self,
        school: SchoolId,
        space: SpaceId,
        key: &EpochKey,
    ) -> Option<ParcelPieces> {
        let fits = matches!(&self.lock, Lock::Epoch(mark) if *mark == epoch_mark(key, self.id));
        fits.then(|| self.pieces(&epoch_key(key, school, space, self.id)))
    }

    fn pieces(&self, key: &[u8; 32]) -> ParcelPieces {
        ParcelPieces::new(key, self.binding())
    }

    /// What ties pieces and signatures to this head.
    pub(super) fn binding(&self) -> [u8; 32] {
        blake3::derive_key("sheaf/1/parcel-head", &self.to_bytes())
    }

    /// Its bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Writer::new();
        out.raw(MAGIC).u8(PARCEL_VERSION).raw(self.id.as_bytes()).raw(&self.school);
        match &self.lock {
            Lock::Devices(capsules) => {
                out.u8(0).list(capsules, |out, capsule| {
                    out.raw(capsule);
                });
            }
            Lock::Epoch(mark) => {
                out.u8(1).raw(mark);
            }
        }
        let sum = sum(out.as_bytes());
        out.raw(&sum);
        out.finish()
    }

    /// How many bytes of a head follow its first [`PARCEL_PREFIX_BYTES`]. What is no parcel, and a
    /// newer version, are told from damage.
    pub fn bytes_after(prefix: &[u8]) -> Result<usize, CharterError> {
        let damaged = CharterError::malformed(CANNOT_READ);
        let mut reader = Reader::new(prefix);
        read_version(&mut reader)?;
        reader.take(ParcelId::LENGTH + MARK_BYTES, "id").map_err(&damaged)?;
        let lock = reader.u8("lock").map_err(&damaged)?;
        let count = usize::from(reader.u16("capsules").map_err(&damaged)?);
        match lock {
            0 if count <= MAX_PARCEL_DEVICES => Ok(count * Capsule::SEALED_BYTES + SUM_BYTES),
            1 => Ok(MARK_BYTES - 2 + SUM_BYTES),
            _ => Err(CharterError::DamagedParcelHead),
        }
    }

    /// Reads a head and leaves the reader behind it.
    pub fn read(reader: &mut Reader<'_>) -> Result<Self, CharterError> {
        let damaged = CharterError::malformed(CANNOT_READ);
        read_version(reader)?;
        let id = ParcelId::from_bytes(reader.array("id").map_err(&damaged)?);
        let school = reader.array("mark").map_err(&damaged)?;
        let lock = match reader.u8("lock").map_err(&damaged)? {
            0 => {
                let capsules =
                    reader.list(MAX_PARCEL_DEVICES, "capsules", |reader| reader.array("a capsule"));
                Lock::Devices(capsules.map_err(&damaged)?)
            }
            1 => Lock::Epoch(reader.array("mark of a key").map_err(&damaged)?),
            _ => return Err(CharterError::DamagedParcelHead),
        };
        let said: [u8; SUM_BYTES] = reader.array("sum").map_err(&damaged)?;
        let head = Self { id, school, lock };
        let bytes = head.to_bytes();
        let written = bytes.last_chunk::<SUM_BYTES>();
        if written != Some(&said) {
            return Err(CharterError::DamagedParcelHead);
        }
        Ok(head)
    }
}

impl fmt::Debug for ParcelHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ParcelHead({:?})", self.id)
    }
}

fn read_version(reader: &mut Reader<'_>) -> Result<(), CharterError> {
    let magic = reader.array::<8>("magic").map_err(|_| CharterError::NotAParcel)?;
    if magic != *MAGIC {
        return Err(CharterError::NotAParcel);
    }
    match reader.u8("version").map_err(CharterError::malformed(CANNOT_READ))? {
        PARCEL_VERSION => Ok(()),
        0 => Err(CharterError::DamagedParcelHead),
        found => Err(CharterError::NewerParcel { found, known: PARCEL_VERSION }),
    }
}

/// What HPKE is told: `sheaf/1/parcel`, school (32), parcel (32), recipient (32).
fn info(school: SchoolId, id: ParcelId, recipient: DeviceId) -> Vec<u8> {
    let mut out = Writer::new();
    out.raw(b"sheaf/1/parcel").raw(school.as_bytes()).raw(id.as_bytes());
    out.raw(recipient.as_bytes());
    out.finish()
}

fn content_key(content: &[u8; 32], id: ParcelId) -> Zeroizing<[u8; 32]> {
    derive("sheaf/1/parcel-content", &[content, id.as_bytes()])
}

fn epoch_key(
    key: &EpochKey,
    school: SchoolId,
    space: SpaceId,
    id: ParcelId,
) -> Zeroizing<[u8; 32]> {
    let parts: [&[u8]; 4] = [key.as_bytes(), school.as_bytes(), space.as_bytes(), id.as_bytes()];
    derive("sheaf/1/parcel-epoch", &parts)
}

fn epoch_mark(key: &EpochKey, id: ParcelId) -> [u8; MARK_BYTES] {
    first(&derive("sheaf/1/parcel-mark", &[key.as_bytes(), id.as_bytes()]))
}

fn school_mark(school: SchoolId, id: ParcelId) -> [u8; MARK_BYTES] {
    first(&derive("sheaf/1/parcel-school", &[school.as_bytes(), id.as_bytes()]))
}

fn sum(bytes: &[u8]) -> [u8; SUM_BYTES] {
    first(&blake3::derive_key("sheaf/1/parcel-sum", bytes))
}

/// Every part has a length of its own that never varies.
fn derive(context: &str, parts: &[&[u8]]) -> Zeroizing<[u8; 32]> {
    let mut hasher = blake3::Hasher::new_derive_key(context);
    for part in parts {
        hasher.update(part);
    }
    Zeroizing::new(hasher.finalize().into())
}

fn first(hash: &[u8; 32]) -> [u8; 16] {
    let mut half = [0; 16];
    half.iter_mut().zip(hash).for_each(|(to, from)| *to = *from);
    half
}
