//! How a home is protected at rest: the passphrase, and what is derived from it.

mod backup;

use std::fmt;
use std::time::Instant;

use sheaf_charter::{
    Argon2Cost, SealedHomeKey, choose_cost, database_key, identity_key, passphrase_key,
};
use sheaf_store::{Home, HomeFile, PassphraseCost, Purpose, Store, StoreError};
use zeroize::Zeroizing;

use crate::entropy;
use crate::error::{Result, SchoolError};

pub use backup::Restoring;

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

/// The keys of a home, as its passphrase opens them.
pub(crate) struct HomeKeys {
    /// What the others are derived from.
    pub home: Zeroizing<[u8; 32]>,
    /// Seals the identity.
    pub identity: Zeroizing<[u8; 32]>,
    /// Encrypts the pages; none in a plain home.
    pub database: Option<Zeroizing<[u8; 32]>>,
}

impl HomeKeys {
    /// All that follow from the home's key.
    pub(crate) fn of(home: Zeroizing<[u8; 32]>, file: &HomeFile) -> Self {
        let database = (!file.plain).then(|| database_key(&home));
        Self { identity: identity_key(&home), database, home }
    }
}

impl Protection {
    /// The clear file of a new home that is protected like this, and its keys.
    pub(crate) fn home_file(&self) -> Result<(HomeFile, HomeKeys)> {
        self.home_file_over(Zeroizing::new(entropy::bytes()))
    }

    /// The same over a home key that there is already.
    pub(crate) fn home_file_over(
        &self,
        home_key: Zeroizing<[u8; 32]>,
    ) -> Result<(HomeFile, HomeKeys)> {
        let (purpose, chosen) = match self {
            Self::Passphrase(_) => (Purpose::School, cost_here()),
            Self::Demo | Self::Plain => (Purpose::Demo, Argon2Cost::FLOOR),
        };
        let (cost, sealed) = lay_under(&self.passphrase(), &home_key, chosen)?;
        let file = HomeFile::new(purpose, cost).with_sealed_key(sealed);
        let file = if matches!(self, Self::Plain) { file.without_cipher() } else { file };
        let keys = HomeKeys::of(home_key, &file);
        Ok((file, keys))
    }

    /// The passphrase, or what stands in for it.
    pub(crate) fn passphrase(&self) -> Passphrase {
        match self {
            Self::Passphrase(passphrase) => passphrase.clone(),
            Self::Demo | Self::Plain => demo_passphrase(),
        }
    }
}

/// Lays a home's key under a passphrase.
fn lay_under(
    passphrase: &Passphrase,
    home_key: &[u8; 32],
    chosen: Argon2Cost,
) -> Result<(PassphraseCost, SealedHomeKey)> {
    let cost = cost(chosen);
    let key = stretch(passphrase, &cost)?;
    Ok((cost, SealedHomeKey::seal(&key, home_key, &mut entropy::rng())?))
}

/// Lays the home in this folder under another passphrase. Nothing but its clear file changes, in
/// one step: processes that have the home open go on, and a crash leaves the old passphrase or the
/// new one.
pub(crate) fn change_passphrase(
    home: &mut Home,
    old: &Passphrase,
    new: &Passphrase,
    choose: impl FnOnce() -> Argon2Cost,
) -> Result<()> {
    if home.file().purpose != Purpose::School {
        let words = "an invented school has no passphrase; there is nothing to change";
        return Err(SchoolError::Refused(words.to_owned()));
    }
    let keys = derive(home.file(), old)?;
    new.check()?;
    if old == new {
        let words = "the new passphrase is the old one; nothing was changed";
        return Err(SchoolError::Refused(words.to_owned()));
    }
    // A home of the first format is not asked for its check of the key: the database is.
    drop(Store::open(home, keys.database.as_deref()).map_err(wrong_key)?);
    let (cost, sealed) = lay_under(new, &keys.home, choose())?;
    Ok(home.update(|file| file.set_passphrase(cost, sealed))?)
}

/// A key that does not open the store is a wrong passphrase.
pub(crate) fn wrong_key(error: StoreError) -> SchoolError {
    match error {
        StoreError::WrongKey => wrong_passphrase(),
        other => other.into(),
    }
}

fn wrong_passphrase() -> SchoolError {
    SchoolError::Locked("the passphrase is wrong".to_owned())
}

/// That cost with a fresh salt.
pub(crate) fn cost(chosen: Argon2Cost) -> PassphraseCost {
    PassphraseCost {
        memory_kib: chosen.memory_kib,
        passes: chosen.passes,
        lanes: chosen.lanes,
        salt: entropy::bytes(),
    }
}

/// What turning a passphrase into a key shall cost, as this machine is found to be.
pub(crate) fn cost_here() -> Argon2Cost {
    choose_cost(measure_ms)
}

/// How long a cost takes on this machine; for ever if it has not the memory.
fn measure_ms(cost: Argon2Cost) -> u64 {
    let started = Instant::now();
    match passphrase_key("measured", &[0; 16], cost) {
        Ok(_) => u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        Err(_) => u64::MAX,
    }
}

/// What stands in for the passphrase of a demo home.
pub(crate) fn demo_passphrase() -> Passphrase {
    Passphrase::new(DEMO_PASSPHRASE.to_owned())
}

/// The key of a passphrase; takes about half a second for a real home's.
pub(crate) fn stretch(
    passphrase: &Passphrase,
    cost: &PassphraseCost,
) -> Result<Zeroizing<[u8; 32]>> {
    let PassphraseCost { memory_kib, passes, lanes, .. } = *cost;
    let of = Argon2Cost { memory_kib, passes, lanes };
    Ok(passphrase_key(&passphrase.0, &cost.salt, of)?)
}

/// Opens the keys of a home.
pub(crate) fn derive(file: &HomeFile, passphrase: &Passphrase) -> Result<HomeKeys> {
    let key = stretch(passphrase, &file.passphrase)?;
    let home = match file.sealed_key() {
        None => key,
        Some(sealed) => sealed.open(&key).map_err(|_| wrong_passphrase())?,
    };
    Ok(HomeKeys::of(home, file))
}

#[cfg(test)]
mod tests;
