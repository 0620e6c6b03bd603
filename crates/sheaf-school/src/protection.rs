//! How a home is protected at rest: the passphrase, and what is derived from it.

use std::fmt;

use sheaf_charter::{Argon2Cost, database_key, identity_key, passphrase_key};
use sheaf_store::{HomeFile, PassphraseCost, Purpose};
use zeroize::{Zeroize, Zeroizing};

use crate::entropy;
use crate::error::{Result, SchoolError};

/// The passphrase of a home; wiped from memory when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Passphrase(Zeroizing<String>);

impl Passphrase {
    /// What was typed.
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// Shorter ones are guessed in an afternoon by whoever finds the laptop.
    pub const LEAST_CHARS: usize = 12;

    /// How many characters it has.
    pub fn chars(&self) -> usize {
        self.0.chars().count()
    }

    /// Refuses one that is too short for a new home.
    pub fn check(&self) -> Result<()> {
        if self.chars() >= Self::LEAST_CHARS {
            return Ok(());
        }
        let least = Self::LEAST_CHARS;
        Err(SchoolError::Refused(format!(
            "the passphrase is too short: {least} characters are the least, four words do"
        )))
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(..)")
    }
}

/// How a new home is protected.
#[derive(Clone, Debug)]
pub enum Protection {
    /// A real school's: by a passphrase.
    Passphrase(Passphrase),
    /// An invented school's: encrypted, but under a key that anyone can derive.
    Demo,
    /// An invented school's without the page cipher, for looking inside.
    Plain,
}

/// A demo home has no passphrase; this stands in for one.
const DEMO_PASSPHRASE: &str = "invented";

/// The keys that a passphrase opens.
pub(crate) struct HomeKeys {
    /// Seals the identity.
    pub identity: Zeroizing<[u8; 32]>,
    /// Encrypts the pages; none in a plain home.
    pub database: Option<Zeroizing<[u8; 32]>>,
}

impl Protection {
    /// The clear file of a new home that is protected like this.
    pub(crate) fn home_file(&self) -> HomeFile {
        let (purpose, cost) = match self {
            Self::Passphrase(_) => (Purpose::School, Argon2Cost::DEFAULT),
            Self::Demo | Self::Plain => (Purpose::Demo, Argon2Cost::FLOOR),
        };
        let cost = PassphraseCost {
            memory_kib: cost.memory_kib,
            passes: cost.passes,
            lanes: cost.lanes,
            salt: entropy::bytes(),
        };
        let file = HomeFile::new(purpose, cost);
        if matches!(self, Self::Plain) { file.without_cipher() } else { file }
    }

    /// The passphrase, or what stands in for it.
    pub(crate) fn passphrase(&self) -> Passphrase {
        match self {
            Self::Passphrase(passphrase) => passphrase.clone(),
            Self::Demo | Self::Plain => demo_passphrase(),
        }
    }
}

/// What stands in for the passphrase of a demo home.
pub(crate) fn demo_passphrase() -> Passphrase {
    Passphrase::new(DEMO_PASSPHRASE.to_owned())
}

/// Derives the keys of a home; takes about half a second for a real one.
pub(crate) fn derive(file: &HomeFile, passphrase: &Passphrase) -> Result<HomeKeys> {
    let cost = Argon2Cost {
        memory_kib: file.passphrase.memory_kib,
        passes: file.passphrase.passes,
        lanes: file.passphrase.lanes,
    };
    let mut key = passphrase_key(&passphrase.0, &file.passphrase.salt, cost)?;
    let keys = HomeKeys {
        identity: identity_key(&key),
        database: (!file.plain).then(|| database_key(&key)),
    };
    key.zeroize();
    Ok(keys)
}
