//! The folder of one device's school, and its file in clear.

use std::fs::{self, File, TryLockError};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sheaf_charter::{SchoolId, SealedHomeKey};

use crate::files;
use crate::{Result, StoreError};

/// The newest format of `home.json` that this build knows. Since 2 the home's key is sealed under
/// the passphrase (`sealed_key`); in 1 it was the passphrase's own.
const FORMAT: u32 = 2;
const HOME_FILE: &str = "home.json";
const IDENTITY_FILE: &str = "identity.sealed";
const FACE_FILE: &str = "workbench.json";
const NETWORK_LOCK_FILE: &str = "network.lock";
const APPLYING_LOCK_FILE: &str = "applying.lock";
const FOLDER_LOCK_FILE: &str = "folder.lock";
pub(crate) const STORE_FILE: &str = "school.db";
/// The file has ten short lines.
const MAX_HOME_FILE_BYTES: u64 = 64 * 1024;
/// An identity is a few keys and certificates.
const MAX_IDENTITY_BYTES: u64 = 1024 * 1024;

/// Themes, zoom and a few dozen layouts.
const MAX_FACE_BYTES: u64 = 256 * 1024;

/// What a home is for. Only invented schools may go without encryption.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Purpose {
    /// A real school.
    School,
    /// An invented school, shown as such and unable to replicate into a real one.
    Demo,
    /// A test.
    Test,
}

/// What it costs to turn the passphrase into a key (Argon2id), and the salt.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PassphraseCost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
    /// Random.
    #[serde(with = "hex")]
    pub salt: [u8; 16],
}

/// What `home.json` says: nothing that must stay secret.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HomeFile {
    /// The format of the home.
    format: u32,
    /// What the home is for.
    pub purpose: Purpose,
    /// Whether the store has no page cipher, so that tests can scan its bytes.
    #[serde(default)]
    pub plain: bool,
    /// The school, in hexadecimal, once one was founded or joined.
    #[serde(default, with = "school_text")]
    pub school: Option<SchoolId>,
    /// How the passphrase becomes a key.
    pub passphrase: PassphraseCost,
    /// The home's key, sealed under that key; none where that key is the home's own.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "key_text")]
    sealed_key: Option<SealedHomeKey>,
    /// Commits to the store's key, so that a wrong key and a damaged file can be told apart.
    #[serde(default)]
    pub(crate) key_check: Option<String>,
}

impl HomeFile {
    /// For a new home with an encrypted store and no school yet.
    pub const fn new(purpose: Purpose, passphrase: PassphraseCost) -> Self {
        Self {
            format: FORMAT,
            purpose,
            plain: false,
            school: None,
            passphrase,
            sealed_key: None,
            key_check: None,
        }
    }

    /// With a home key that is sealed under the passphrase's.
    #[must_use]
    pub const fn with_sealed_key(mut self, sealed: SealedHomeKey) -> Self {
        self.sealed_key = Some(sealed);
        self
    }

    /// The home's key as it was sealed under the passphrase's, if it was.
    pub const fn sealed_key(&self) -> Option<&SealedHomeKey> {
        self.sealed_key.as_ref()
    }

    /// Lays the home's key under another passphrase: how that becomes a key, and the home's key
    /// sealed under it. They lie in one file, so that no crash leaves one without the other.
    pub const fn set_passphrase(&mut self, passphrase: PassphraseCost, sealed_key: SealedHomeKey) {
        self.format = FORMAT;
        self.passphrase = passphrase;
        self.sealed_key = Some(sealed_key);
    }

    /// Without the page cipher. Refused for a real school when the home is made or opened.
    #[must_use]
    pub const fn without_cipher(mut self) -> Self {
        self.plain = true;
        self
    }

    fn check(&self) -> Result<()> {
        if self.plain && self.purpose == Purpose::School {
            return Err(StoreError::PlainRefused);
        }
        Ok(())
    }
}

/// A home: a private folder with `home.json`, `identity.sealed` and `school.db`.
#[derive(Clone, Debug)]
pub struct Home {
    dir: PathBuf,
    file: HomeFile,
}

impl Home {
    /// The files without which nothing else in the home can be read.
    pub(crate) const KEY_FILES: [&str; 2] = [IDENTITY_FILE, HOME_FILE];

    /// Makes a home in a folder that is new or empty.
    pub fn create(dir: impl AsRef<Path>, file: HomeFile) -> Result<Self> {
        file.check()?;
        let dir = dir.as_ref().to_owned();
        files::create_private_folder(&dir)?;
        save(&dir, &file)?;
        Ok(Self { dir, file })
    }

    /// Opens the home in that folder.
    pub fn open(dir: impl AsRef<Path>) -> Result<Self> {
        let dir = dir.as_ref().to_owned();
        let file = load(&dir)?;
        Ok(Self { dir, file })
    }

    /// Whether that folder is a home, of whatever version.
    pub fn is_at(dir: impl AsRef<Path>) -> bool {
        use StoreError::{NewerFormat, PlainRefused};
        matches!(load(dir.as_ref()), Ok(_) | Err(NewerFormat { .. } | PlainRefused))
    }

    /// The folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// What `home.json` says.
    pub const fn file(&self) -> &HomeFile {
        &self.file
    }

    /// Changes what `home.json` says now and writes it durably.
    pub fn update(&mut self, change: impl FnOnce(&mut HomeFile)) -> Result<()> {
        let mut file = load(&self.dir)?;
        change(&mut file);
        file.check()?;
        save(&self.dir, &file)?;
        self.file = file;
        Ok(())
    }

    /// Keeps the sealed identity, durably.
    pub fn write_identity(&self, sealed: &[u8]) -> Result<()> {
        files::write_whole(&self.dir, IDENTITY_FILE, sealed)
    }

    /// The sealed identity, or none if there is none yet.
    pub fn read_identity(&self) -> Result<Option<Vec<u8>>> {
        files::read_bounded(&self.dir, IDENTITY_FILE, MAX_IDENTITY_BYTES)
    }

    /// Makes an empty file for a store that comes from elsewhere, to be adopted when it is whole.
    pub fn new_store_file(&self) -> Result<(File, PathBuf)> {
        let path = self.store_path();
        Ok((files::create_new_private(&path)?, path))
    }

    /// Keeps how the window looks on this device, durably. It lies in clear, so that the window
    /// looks like this while it asks for the passphrase: nothing of a pupil may be in it.
    pub fn write_face(&self, text: &str) -> Result<()> {
        if text.len() as u64 > MAX_FACE_BYTES {
            return Err(StoreError::OutOfRange("the size of the window's settings"));
        }
        files::write_whole(&self.dir, FACE_FILE, text.as_bytes())
    }

    /// How the window looks on this device, or none if nothing was kept.
    pub fn read_face(&self) -> Result<Option<String>> {
        let bytes = files::read_bounded(&self.dir, FACE_FILE, MAX_FACE_BYTES)?;
        let text = |bytes| {
            let damaged = |_| StoreError::DamagedFile {
                file: FACE_FILE,
                what: "it is not text in UTF-8".to_owned(),
            };
            String::from_utf8(bytes).map_err(damaged)
        };
        bytes.map(text).transpose()
    }

    /// Whether the store has been made.
    pub fn has_store(&self) -> bool {
        self.store_path().exists()
    }

    /// Deletes the home: first the sealed keys, overwritten, without which nothing else in it can
    /// be read; then all files in the folder, and the folder.
    pub fn wipe(self) -> Result<()> {
        for name in Self::KEY_FILES {
            let path = self.dir().join(name);
            let Ok(length) = fs::metadata(&path).map(|file| file.len()) else { continue };
            let mut file = files::open_private(&path)?;
            let zeros = vec![0; usize::try_from(length).unwrap_or_default()];
            file.write_all(&zeros).and_then(|()| file.sync_all()).map_err(files::at(&path))?;
            fs::remove_file(&path).map_err(files::at(&path))?;
        }
        fs::remove_dir_all(self.dir()).map_err(files::at(self.dir()))
    }

    /// Takes the network endpoint for this process, unless another has it. It is let go when the
    /// lock is dropped or the process ends in whatever way.
    pub fn try_network_lock(&self) -> Result<Option<NetworkLock>> {
        let path = self.dir.join(NETWORK_LOCK_FILE);
        let file = files::open_private(&path)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(NetworkLock { _file: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(source)) => Err(StoreError::Io { path, source }),
        }
    }

    /// Says that this process is applying entries, until the lock is dropped or the process ends
    /// in whatever way. Waits while another one takes over what was interrupted.
    pub fn applying_lock(&self) -> Result<ApplyingLock> {
        let path = self.dir.join(APPLYING_LOCK_FILE);
        let file = files::open_private(&path)?;
        match file.lock_shared() {
            Ok(()) => Ok(ApplyingLock { _file: file }),
            Err(source) => Err(StoreError::Io { path, source }),
        }
    }

    /// Takes over what processes that have ended were applying; none while one is at work.
    pub fn try_take_over(&self) -> Result<Option<ApplyingLock>> {
        let path = self.dir.join(APPLYING_LOCK_FILE);
        let file = files::open_private(&path)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(ApplyingLock { _file: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(source)) => Err(StoreError::Io { path, source }),
        }
    }

    /// Waits until no other process of this home is at work in a shared folder.
    pub fn folder_lock(&self) -> Result<FolderLock> {
        let path = self.dir.join(FOLDER_LOCK_FILE);
        let file = files::open_private(&path)?;
        match file.lock() {
            Ok(()) => Ok(FolderLock { _file: file }),
            Err(source) => Err(StoreError::Io { path, source }),
        }
    }

    pub(crate) fn store_path(&self) -> PathBuf {
        self.dir.join(STORE_FILE)
    }
}

/// Says that this process holds the home's network endpoint.
#[derive(Debug)]
#[must_use = "dropping the lock lets the endpoint go"]
pub struct NetworkLock {
    _file: File,
}

/// Says that this process applies entries.
#[derive(Debug)]
#[must_use = "dropping the lock says that the work is done"]
pub struct ApplyingLock {
    _file: File,
}

/// Says that this process is at work in a shared folder.
#[derive(Debug)]
#[must_use = "dropping the lock lets another process write there"]
pub struct FolderLock {
    _file: File,
}

fn load(dir: &Path) -> Result<HomeFile> {
    let bytes = match files::read_bounded(dir, HOME_FILE, MAX_HOME_FILE_BYTES) {
        Ok(Some(bytes)) => bytes,
        Ok(None) => return Err(StoreError::NotAHome(dir.to_owned())),
        Err(StoreError::Io { source, .. }) if source.kind() == ErrorKind::NotADirectory => {
            return Err(StoreError::NotAHome(dir.to_owned()));
        }
        Err(error) => return Err(error),
    };
    let file = parse(&bytes)?;
    file.check()?;
    Ok(file)
}

fn save(dir: &Path, file: &HomeFile) -> Result<()> {
    let mut bytes = serde_json::to_vec_pretty(file).map_err(|error| damaged(&error))?;
    bytes.push(b'\n');
    files::write_whole(dir, HOME_FILE, &bytes)
}

fn parse(bytes: &[u8]) -> Result<HomeFile> {
    /// Read first, so that a newer format is told from a damaged file.
    #[derive(Deserialize)]
    struct Format {
        format: u32,
    }
    let Format { format } = serde_json::from_slice(bytes).map_err(|error| damaged(&error))?;
    if format > FORMAT {
        return Err(StoreError::NewerFormat { found: format, known: FORMAT });
    }
    serde_json::from_slice(bytes).map_err(|error| damaged(&error))
}

fn damaged(error: &serde_json::Error) -> StoreError {
    StoreError::DamagedFile { file: HOME_FILE, what: error.to_string() }
}

/// Sixteen bytes as hexadecimal text.
mod hex {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};
    use sheaf_charter::DocumentId;

    pub fn serialize<S: Serializer>(bytes: &[u8; 16], out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(&DocumentId::from_bytes(*bytes))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(input: D) -> Result<[u8; 16], D::Error> {
        let text = String::deserialize(input)?;
        let id: DocumentId =
            text.parse().map_err(|_| D::Error::custom("32 hexadecimal digits are needed"))?;
        Ok(id.to_bytes())
    }
}

/// A school's id as text.
mod school_text {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
    use sheaf_charter::SchoolId;

    pub fn serialize<S: Serializer>(id: &Option<SchoolId>, out: S) -> Result<S::Ok, S::Error> {
        id.map(|id| id.to_string()).serialize(out)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(input: D) -> Result<Option<SchoolId>, D::Error> {
        let text = Option::<String>::deserialize(input)?;
        text.map(|text| text.parse().map_err(D::Error::custom)).transpose()
    }
}

/// A sealed key as text.
mod key_text {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
    use sheaf_charter::SealedHomeKey;

    pub fn serialize<S: Serializer>(
        key: &Option<SealedHomeKey>,
        out: S,
    ) -> Result<S::Ok, S::Error> {
        key.map(|key| key.to_string()).serialize(out)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(
        input: D,
    ) -> Result<Option<SealedHomeKey>, D::Error> {
        let text = Option::<String>::deserialize(input)?;
        text.map(|text| text.parse().map_err(D::Error::custom)).transpose()
    }
}
