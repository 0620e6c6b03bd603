//! The form of a sealed backup: a head in clear, then chunks in the STREAM construction over
//! XChaCha20-Poly1305 (Hoang, Reyhanitabar, Rogaway, Vizár 2015), so that no chunk can be changed,
//! moved, dropped or added and none is handed out before it is checked.

use std::fmt;

use aead_stream::{NewStream, StreamBE32, StreamPrimitive};
use chacha20poly1305::XChaCha20Poly1305;
use chacha20poly1305::aead::{KeyInit, Payload};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::codec::{Reader, Writer};
use crate::error::CharterError;
use crate::keys::Argon2Cost;

/// The version that this build writes, and the newest that it reads.
pub const BACKUP_VERSION: u8 = 1;
/// How long the head is.
pub const BACKUP_HEAD_BYTES: usize = 8 + 1 + 1 + 12 + 16 + NONCE_BYTES + CHECK_BYTES + SUM_BYTES;
/// What one chunk holds; the last one may hold less.
pub const BACKUP_CHUNK_BYTES: usize = 64 * 1_024;
/// What sealing adds to a chunk.
pub const BACKUP_TAG_BYTES: usize = 16;

const MAGIC: &[u8; 8] = b"SHEAFBAK";
/// STREAM appends a counter of four bytes and a flag to these.
const NONCE_BYTES: usize = 19;
const CHECK_BYTES: usize = 16;
const SUM_BYTES: usize = 16;

/// Whose backup it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BackupKind {
    /// A real school's: under a passphrase.
    School,
    /// An invented school's: under a key that anyone can derive.
    Invented,
}

/// The head of a backup: the version, whose it is, how its passphrase becomes a key, the nonce, a
/// check by which a wrong passphrase is told from damage, and a sum over all that.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BackupHead {
    /// Whose it is.
    pub kind: BackupKind,
    /// What its passphrase costs.
    pub cost: Argon2Cost,
    /// The salt of its passphrase.
    pub salt: [u8; 16],
    nonce: [u8; NONCE_BYTES],
    check: [u8; CHECK_BYTES],
}

impl BackupHead {
    /// For a new backup under the key that [`crate::passphrase_key`] gives.
    pub fn new<R: CryptoRng + ?Sized>(
        kind: BackupKind,
        cost: Argon2Cost,
        salt: [u8; 16],
        passphrase_key: &[u8; 32],
        rng: &mut R,
    ) -> Self {
        let mut nonce = [0; NONCE_BYTES];
        rng.fill_bytes(&mut nonce);
        Self { kind, cost, salt, nonce, check: check(passphrase_key) }
    }

    /// The chunks under that key; none if it is not the one that the backup was made under.
    pub fn chunks(&self, passphrase_key: &[u8; 32]) -> Option<BackupChunks> {
        if check(passphrase_key) != self.check {
            return None;
        }
        let key = Zeroizing::new(blake3::derive_key("sheaf/1/backup-key", passphrase_key));
        let aead = XChaCha20Poly1305::new(&(*key).into());
        let stream = StreamBE32::from_aead(aead, &self.nonce.into());
        Some(BackupChunks { stream, head: self.to_bytes(), position: 0 })
    }

    /// Its bytes: [`BACKUP_HEAD_BYTES`] of them.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Writer::new();
        let kind = match self.kind {
            BackupKind::School => 0,
            BackupKind::Invented => 1,
        };
        out.raw(MAGIC).u8(BACKUP_VERSION).u8(kind);
        out.u32(self.cost.memory_kib).u32(self.cost.passes).u32(self.cost.lanes);
        out.raw(&self.salt).raw(&self.nonce).raw(&self.check);
        let sum = sum(out.as_bytes());
        out.raw(&sum);
        out.finish()
    }

    /// Reads a head. A newer version is told from damage before anything else of it is read.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CharterError> {
        let malformed = CharterError::malformed("the head of the backup");
        if !bytes.starts_with(MAGIC) {
            return Err(CharterError::NotABackup);
        }
        let mut reader = Reader::new(bytes);
        reader.take(MAGIC.len(), "magic").map_err(&malformed)?;
        let found = reader.u8("version").map_err(&malformed)?;
        if found > BACKUP_VERSION {
            return Err(CharterError::NewerBackup { found, known: BACKUP_VERSION });
        }
        let summed = bytes.get(..BACKUP_HEAD_BYTES - SUM_BYTES).unwrap_or_default();
        let kind = match reader.u8("kind").map_err(&malformed)? {
            0 => BackupKind::School,
            1 => BackupKind::Invented,
            _ => return Err(CharterError::DamagedBackupHead),
        };
        let cost = Argon2Cost {
            memory_kib: reader.u32("memory").map_err(&malformed)?,
            passes: reader.u32("passes").map_err(&malformed)?,
            lanes: reader.u32("lanes").map_err(&malformed)?,
        };
        let head = Self {
            kind,
            cost,
            salt: reader.array("salt").map_err(&malformed)?,
            nonce: reader.array("nonce").map_err(&malformed)?,
            check: reader.array("check").map_err(&malformed)?,
        };
        let said: [u8; SUM_BYTES] = reader.array("sum").map_err(&malformed)?;
        reader.end().map_err(&malformed)?;
        if said != sum(summed) || found == 0 {
            return Err(CharterError::DamagedBackupHead);
        }
        let is_ours = cost.memory_kib <= Argon2Cost::MOST_MEMORY_KIB
            && cost.passes <= Argon2Cost::MOST_PASSES;
        if is_ours { Ok(head) } else { Err(CharterError::DamagedBackupHead) }
    }
}

/// Where a chunk stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ChunkPlace {
    /// Others follow.
    Before,
    /// It is the last one.
    Last,
}

/// Seals or opens the chunks of a backup, one after the other.
pub struct BackupChunks {
    stream: StreamBE32<XChaCha20Poly1305>,
    head: Vec<u8>,
    position: u32,
}

impl BackupChunks {
    /// Seals the next chunk: at most [`BACKUP_CHUNK_BYTES`].
    pub fn seal(&mut self, chunk: &[u8], place: ChunkPlace) -> Result<Vec<u8>, CharterError> {
        let failed = || CharterError::Sealing("the backup");
        let position = self.next().ok_or_else(failed)?;
        let payload = Payload { msg: chunk, aad: &self.head };
        let sealed = self.stream.encrypt(position, place == ChunkPlace::Last, payload);
        sealed.map_err(|_| failed())
    }

    /// Opens the next chunk; none if it is not the one that was sealed there.
    pub fn open(&mut self, sealed: &[u8], place: ChunkPlace) -> Option<Zeroizing<Vec<u8>>> {
        let position = self.next()?;
        let payload = Payload { msg: sealed, aad: &self.head };
        let opened = self.stream.decrypt(position, place == ChunkPlace::Last, payload);
        opened.ok().map(Zeroizing::new)
    }

    fn next(&mut self) -> Option<u32> {
        let position = self.position;
        self.position = position.checked_add(1)?;
        Some(position)
    }
}

impl fmt::Debug for BackupChunks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BackupChunks(at {})", self.position)
    }
}

/// Whoever has only this cannot tell the key.
fn check(passphrase_key: &[u8; 32]) -> [u8; CHECK_BYTES] {
    first(&blake3::derive_key("sheaf/1/backup-check", passphrase_key))
}

fn sum(bytes: &[u8]) -> [u8; SUM_BYTES] {
    first(&blake3::derive_key("sheaf/1/backup-sum", bytes))
}

fn first(hash: &[u8; 32]) -> [u8; 16] {
    let mut half = [0; 16];
    half.iter_mut().zip(hash).for_each(|(to, from)| *to = *from);
    half
}

#[cfg(test)]
mod tests;
