//! A device's own keys.

use std::fmt;
use std::sync::atomic::{AtomicU16, Ordering};

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use ed25519_dalek::SigningKey;
use rand_core::CryptoRng;
use zeroize::{Zeroize, Zeroizing};

use crate::certificate::Certificate;
use crate::codec::{DecodeError, Reader, Writer};
use crate::error::CharterError;
use crate::ids::{DeviceId, LogId, MAX_INCARNATIONS, PersonId};
use crate::sign::{Purpose, sign};

/// The version of a sealed identity.
const SEALED_VERSION: u8 = 1;
const SEALED_CONTEXT: &[u8] = b"sheaf/1/identity";

/// Which of its logs a device writes, and how often it had to begin another. Of two turns the
/// later one has the higher count.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Turn {
    count: u8,
    incarnation: u8,
}

impl Turn {
    /// The turn of that count to that log; none if a device has no such log.
    pub fn new(count: u8, incarnation: u8) -> Option<Self> {
        (incarnation < MAX_INCARNATIONS).then_some(Self { count, incarnation })
    }

    /// How often the device had begun another log with this one.
    pub const fn count(self) -> u8 {
        self.count
    }

    /// Which of its logs, from 0.
    pub const fn incarnation(self) -> u8 {
        self.incarnation
    }
}

/// The secret keys of one device of one person, and which log it writes. Wiped when dropped.
pub struct Identity {
    person: PersonId,
    signing: SigningKey,
    x25519: Zeroizing<[u8; 32]>,
    endpoint: SigningKey,
    /// The count and the incarnation of its turn: one number, so that it only grows.
    turn: AtomicU16,
}

impl Identity {
    /// The first device of a new person; their id is derived from its key.
    pub fn generate<R: CryptoRng + ?Sized>(rng: &mut R) -> Self {
        let mut identity = Self::generate_device(PersonId::ZERO, rng);
        identity.person = PersonId::of_first_device(identity.device());
        identity
    }

    /// A further device of a person whom the school knows.
    pub fn generate_device<R: CryptoRng + ?Sized>(person: PersonId, rng: &mut R) -> Self {
        let mut secret = || {
            let mut bytes = Zeroizing::new([0; 32]);
            rng.fill_bytes(bytes.as_mut());
            bytes
        };
        Self {
            person,
            signing: SigningKey::from_bytes(&secret()),
            x25519: secret(),
            endpoint: SigningKey::from_bytes(&secret()),
            turn: AtomicU16::new(0),
        }
    }

    /// The same keys as those of a device of this person, for a device that learns whose it is only
    /// while it joins.
    pub fn for_person(&self, person: PersonId) -> Self {
        Self {
            person,
            signing: self.signing.clone(),
            x25519: self.x25519.clone(),
            endpoint: self.endpoint.clone(),
            turn: AtomicU16::new(self.turn.load(Ordering::SeqCst)),
        }
    }

    /// The person whose device it is.
    pub const fn person(&self) -> PersonId {
        self.person
    }

    /// The device: its public signing key.
    pub fn device(&self) -> DeviceId {
        DeviceId::from_bytes(self.signing.verifying_key().to_bytes())
    }

    /// The public endpoint key.
    pub fn endpoint(&self) -> [u8; 32] {
        self.endpoint.verifying_key().to_bytes()
    }

    /// The secret from which the network endpoint is made.
    pub fn endpoint_secret(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.endpoint.to_bytes())
    }

    /// The log it writes now.
    pub fn log(&self) -> LogId {
        LogId::derive(self.device(), self.incarnation())
    }

    /// Which of its logs it writes, from 0.
    pub fn incarnation(&self) -> u8 {
        let [_, incarnation] = self.turn.load(Ordering::SeqCst).to_be_bytes();
        incarnation
    }

    /// Writes another log from now on. An earlier turn than the one that it has taken changes
    /// nothing, so that older news never undo newer.
    pub fn turn_to(&self, turn: Turn) {
        let number = u16::from_be_bytes([turn.count, turn.incarnation]);
        self.turn.fetch_max(number, Ordering::SeqCst);
    }

    /// Where to turn for a home found restored, copied or forked: to one of the logs that nobody
    /// is known to have written, by chance, because copies that do not know of each other must
    /// not choose the same. None if there is no such log left.
    pub fn next_turn<R: CryptoRng + ?Sized, E>(
        &self,
        rng: &mut R,
        mut is_written: impl FnMut(LogId) -> Result<bool, E>,
    ) -> Result<Option<Turn>, E> {
        let [count, current] = self.turn.load(Ordering::SeqCst).to_be_bytes();
        let Some(count) = count.checked_add(1) else { return Ok(None) };
        let mut free = Vec::new();
        for incarnation in (0..MAX_INCARNATIONS).filter(|one| *one != current) {
            if !is_written(LogId::derive(self.device(), incarnation))? {
                free.push(incarnation);
            }
        }
        let mut chance = [0; 8];
        rng.fill_bytes(&mut chance);
        let places = u64::try_from(free.len()).unwrap_or(u64::MAX).max(1);
        let place = usize::try_from(u64::from_be_bytes(chance) % places).unwrap_or_default();
        Ok(free.get(place).and_then(|incarnation| Turn::new(count, *incarnation)))
    }

    /// Its certificate. Ed25519 signatures are deterministic: always the same bytes.
    pub fn certificate(&self) -> Certificate {
        let secret = x25519_dalek::StaticSecret::from(*self.x25519);
        let x25519 = x25519_dalek::PublicKey::from(&secret).to_bytes();
        let (device, endpoint) = (self.device(), self.endpoint());
        let claim = Certificate::claim(self.person, device, &x25519, &endpoint);
        Certificate {
            person: self.person,
            device,
            x25519,
            endpoint,
            by_device: sign(&self.signing, Purpose::Certificate, &claim),
            by_endpoint: sign(&self.endpoint, Purpose::Certificate, &claim),
        }
    }

    pub(crate) fn sign(&self, purpose: Purpose, bytes: &[u8]) -> [u8; 64] {
        sign(&self.signing, purpose, bytes)
    }

    pub(crate) const fn x25519_secret(&self) -> &Zeroizing<[u8; 32]> {
        &self.x25519
    }

    /// Seals it for the home file, under the key that [`crate::identity_key`] gives: one version
    /// byte, a 24-byte nonce, and person (16), signing secret (32), x25519 secret (32), endpoint
    /// secret (32) and incarnation (1) under XChaCha20-Poly1305.
    pub fn to_sealed<R: CryptoRng + ?Sized>(
        &self,
        key: &[u8; 32],
        rng: &mut R,
    ) -> Result<Vec<u8>, CharterError> {
        let mut plain = Writer::new();
        plain.raw(self.person.as_bytes()).raw(self.signing.as_bytes()).raw(self.x25519.as_ref());
        plain.raw(self.endpoint.as_bytes()).u8(self.incarnation());
        let plain = Zeroizing::new(plain.finish());
        let mut nonce = [0; 24];
        rng.fill_bytes(&mut nonce);
        let payload = Payload { msg: &plain, aad: SEALED_CONTEXT };
        let sealed = XChaCha20Poly1305::new(&(*key).into())
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| CharterError::Sealing("the identity"))?;
        let mut out = Writer::new();
        out.u8(SEALED_VERSION).raw(&nonce).raw(&sealed);
        Ok(out.finish())
    }

    /// Opens what [`Identity::to_sealed`] made. A wrong passphrase and damaged bytes cannot be
    /// told apart.
    pub fn from_sealed(key: &[u8; 32], sealed: &[u8]) -> Result<Self, CharterError> {
        let malformed = CharterError::malformed("the sealed identity");
        let mut reader = Reader::new(sealed);
        let version = reader.u8("version").map_err(&malformed)?;
        if version != SEALED_VERSION {
            let (found, known) = (version, SEALED_VERSION);
            return Err(malformed(DecodeError::UnknownVersion { found, known }));
        }
        let nonce: [u8; 24] = reader.array("nonce").map_err(&malformed)?;
        let rest = reader.take(reader.remaining(), "keys").map_err(&malformed)?;
        let payload = Payload { msg: rest, aad: SEALED_CONTEXT };
        let plain = XChaCha20Poly1305::new(&(*key).into())
            .decrypt(&XNonce::from(nonce), payload)
            .map_err(|_| CharterError::WrongPassphrase)?;
        Self::from_plain(&Zeroizing::new(plain)).map_err(malformed)
    }

    fn from_plain(plain: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(plain);
        let person = PersonId::from_bytes(reader.array("person")?);
        let mut secret = reader.array::<32>("signing key")?;
        let signing = SigningKey::from_bytes(&secret);
        let x25519 = Zeroizing::new(reader.array("x25519 key")?);
        secret = reader.array("endpoint key")?;
        let endpoint = SigningKey::from_bytes(&secret);
        secret.zeroize();
        let incarnation = reader.u8("incarnation")?;
        reader.end()?;
        if incarnation >= MAX_INCARNATIONS {
            return Err(DecodeError::NotCanonical("incarnation"));
        }
        let turn = AtomicU16::new(u16::from(incarnation));
        Ok(Self { person, signing, x25519, endpoint, turn })
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity")
            .field("person", &self.person)
            .field("device", &self.device())
            .field("incarnation", &self.incarnation())
            .finish_non_exhaustive()
    }
}
