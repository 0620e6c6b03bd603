//! Founding a school, and opening the home of one.

use std::path::{Path, PathBuf};

use sheaf_charter::{FoundingNames, Identity, Role, found};
use sheaf_store::{Home, Purpose, Store, StoreError};

use crate::clock::Clock;
use crate::core::Core;
use crate::entropy;
use crate::error::{Result, SchoolError};
use crate::protection::{
    HomeKeys, Passphrase, Protection, change_passphrase, cost_here, demo_passphrase, derive,
    wrong_key,
};
use crate::school::School;
use crate::shape::SchoolMade;

/// What is needed to found a school.
#[derive(Clone, Debug)]
pub struct Founding {
    /// The folder of the new home: new or empty.
    pub home: PathBuf,
    /// The school's name.
    pub school: String,
    /// The name of whoever founds it.
    pub person: String,
    /// What this device is called.
    pub device: String,
    /// The founder's role: a school is founded by its head.
    pub role: Role,
    /// How the home is protected.
    pub protection: Protection,
}

impl School {
    /// Founds a school in a new home.
    pub fn found(founding: &Founding, clock: Clock) -> Result<(Self, SchoolMade)> {
        if founding.role != Role::Head {
            return Err(SchoolError::NotAllowed("a school is founded by its head".to_owned()));
        }
        let now = clock.now_ms();
        let names = FoundingNames {
            school: &founding.school,
            person: &founding.person,
            device: &founding.device,
        };
        let founded = found(names, now, &mut entropy::rng())?;
        let (home, store) = make_home(&founding.home, &founding.protection, &founded.identity)?;
        let core = Core::begin(home, store, founded.identity, now, &founded.entries)?;
        let made = SchoolMade {
            school: founding.school.clone(),
            school_id: core.school_id().to_string(),
            device_id: core.device().to_string(),
            person_id: core.person().to_string(),
            recovery_key: founded.recovery.to_text().to_string(),
        };
        Ok((Self::of(core, clock), made))
    }

    /// Whether a passphrase is needed to open the home in this folder.
    pub fn is_protected(dir: &Path) -> Result<bool> {
        Ok(Home::open(dir)?.file().purpose == Purpose::School)
    }

    /// Whether there is the home of a school in this folder; an error where there is a damaged one.
    /// One whose joining was broken off has no school yet.
    pub fn is_home(dir: &Path) -> Result<bool> {
        match Home::open(dir) {
            Ok(home) => Ok(home.file().school.is_some()),
            Err(StoreError::NotAHome(_)) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// How the window looks on the device of this home, as a face has kept it.
    pub fn kept_face(dir: &Path) -> Result<Option<String>> {
        Ok(Home::open(dir)?.read_face()?)
    }

    /// Gives the home in this folder another passphrase. Processes that have it open go on.
    pub fn change_passphrase(dir: &Path, old: &Passphrase, new: &Passphrase) -> Result<()> {
        change_passphrase(&mut Home::open(dir)?, old, new, cost_here)
    }

    /// Opens the home in this folder.
    pub fn open(dir: &Path, passphrase: Option<&Passphrase>, clock: Clock) -> Result<Self> {
        let (home, store, identity) = unlock(dir, passphrase)?;
        Ok(Self::of(Core::open(home, store, identity)?, clock))
    }

    /// Opens a home that may be damaged, for [`School::verify`]: nothing is read of its file yet.
    pub fn open_to_verify(
        dir: &Path,
        passphrase: Option<&Passphrase>,
        clock: Clock,
    ) -> Result<Self> {
        let (home, store, identity) = unlock(dir, passphrase)?;
        Ok(Self::of(Core::unread(home, store, identity)?, clock))
    }
}

/// The home in this folder with its file and its keys.
fn unlock(dir: &Path, passphrase: Option<&Passphrase>) -> Result<(Home, Store, Identity)> {
    let home = Home::open(dir)?;
    let demo = demo_passphrase();
    let passphrase = match (home.file().purpose, passphrase) {
        (Purpose::School, None) => {
            return Err(SchoolError::Locked("its passphrase is needed".to_owned()));
        }
        (Purpose::School, Some(given)) => given,
        (Purpose::Demo | Purpose::Test, _) => &demo,
    };
    let keys = derive(home.file(), passphrase)?;
    let database = keys.database.as_deref();
    let store = Store::open(&home, database).map_err(wrong_key)?;
    let sealed =
        home.read_identity()?.ok_or_else(|| SchoolError::NoIdentity(dir.display().to_string()))?;
    let identity = Identity::from_sealed(&keys.identity, &sealed)?;
    Ok((home, store, identity))
}

/// The home in this folder whose joining was broken off: it has its keys, and no school yet.
pub(crate) fn unfinished_home(
    dir: &Path,
    protection: &Protection,
) -> Result<Option<(Home, Store, Identity)>> {
    match Home::open(dir) {
        Ok(home) if home.file().school.is_none() && home.has_store() => {
            unlock(dir, Some(&protection.passphrase())).map(Some)
        }
        Ok(_) | Err(StoreError::NotAHome(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Makes the folder, the sealed identity and the empty store of a new home; nothing is left of it
/// where that cannot be done.
pub(crate) fn make_home(
    dir: &Path,
    protection: &Protection,
    identity: &Identity,
) -> Result<(Home, Store)> {
    let (file, keys) = protection.home_file()?;
    let home = Home::create(dir, file)?;
    match fill(&home, &keys, identity) {
        Ok(store) => Ok((home, store)),
        Err(error) => {
            // The first error is the one to report.
            home.wipe().ok();
            Err(error)
        }
    }
}

fn fill(home: &Home, keys: &HomeKeys, identity: &Identity) -> Result<Store> {
    home.write_identity(&identity.to_sealed(&keys.identity, &mut entropy::rng())?)?;
    Ok(Store::create(home, keys.database.as_deref())?)
}
