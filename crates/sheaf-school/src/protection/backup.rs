//! A school's home in one sealed file, and a home again out of it.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sheaf_charter::{Argon2Cost, BackupHead, BackupKind, Identity, Lane, SchoolId};
use sheaf_store::{
    BackupReader, BackupWriter, Home, PassphraseCost, Purpose, Snapshot, Staging, Store, StoreError,
};
use zeroize::Zeroizing;

use crate::clock::Clock;
use crate::core::Core;
use crate::entropy;
use crate::error::{Result, SchoolError};
use crate::protection::{
    Passphrase, Protection, cost, cost_here, demo_passphrase, derive, stretch,
};
use crate::records::time_text;
use crate::school::School;
use crate::shape::{BackupMade, Restored};
use crate::turns::{self, Why};

/// What a backup says of itself first is a few short lines.
const MAX_CONTENTS_BYTES: u32 = 64 * 1024;
/// An identity is a few keys.
const MAX_IDENTITY_BYTES: usize = 64 * 1024;
/// Themes, zoom and a few dozen layouts.
const MAX_FACE_BYTES: usize = 256 * 1024;
const KEY_BYTES: usize = 32;

/// What a backup holds, in the order in which it follows: the home's key, the sealed identity, how
/// the window looks, the store.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Contents {
    school: String,
    made_ms: i64,
    plain: bool,
    entries: u64,
    documents: u64,
    identity_bytes: usize,
    face_bytes: usize,
    store_bytes: u64,
}

/// A home to be made out of a backup.
#[derive(Debug)]
pub struct Restoring {
    /// The backup.
    pub file: PathBuf,
    /// The folder of the new home: new or empty.
    pub home: PathBuf,
    /// The passphrase of the backup; an invented school's has none.
    pub opens: Option<Passphrase>,
    /// The passphrase of the new home; an invented school's has none.
    pub protects: Option<Passphrase>,
}

impl School {
    /// Writes this home, as it is at one moment, into one sealed file; windows may be open. A real
    /// school's is under a passphrase of its own. The passphrase of the home is asked for again,
    /// because only it opens the home's key.
    pub fn back_up(&self, file: &Path, home: &Passphrase, seal: &Passphrase) -> Result<BackupMade> {
        let core = &self.core;
        if core.is_locker() {
            let words = "a locker holds no key, so nothing of a backup of it could be read again: \
                         run `sheaf backup` on a laptop; another machine can become the locker";
            return Err(SchoolError::Refused(words.to_owned()));
        }
        let now_ms = self.clock.now_ms();
        let clear = Home::open(core.dir())?;
        let (kind, cost, sealing) = if core.is_demo() {
            (BackupKind::Invented, Argon2Cost::FLOOR, &demo_passphrase())
        } else {
            seal.check()?;
            (BackupKind::School, cost_here(), seal)
        };
        let opening = if core.is_demo() { &demo_passphrase() } else { home };
        let keys = derive(clear.file(), opening)?;
        let missing = || SchoolError::NoIdentity(core.dir().display().to_string());
        let identity = clear.read_identity()?.ok_or_else(missing)?;
        let face = clear.read_face()?.unwrap_or_default();
        let (key, head) = new_head(kind, cost, sealing)?;
        let chunks = head.chunks(&key).ok_or_else(wrong_passphrase)?;
        let mut writer = BackupWriter::create(file, &head, chunks)?;
        let (copy, (entries, documents)) = core.store.copy(&clear, counts)?;
        let contents = Contents {
            school: core.school_id().to_string(),
            made_ms: now_ms,
            plain: clear.file().plain,
            entries,
            documents,
            identity_bytes: identity.len(),
            face_bytes: face.len(),
            store_bytes: copy.bytes()?,
        };
        let text = serde_json::to_vec(&contents).map_err(|_| torn())?;
        let length = u32::try_from(text.len()).map_err(|_| torn())?;
        for part in [&length.to_be_bytes()[..], &text, &*keys.home, &identity, face.as_bytes()] {
            writer.write(part)?;
        }
        if writer.write_file(copy.path())? != contents.store_bytes {
            return Err(torn());
        }
        Ok(BackupMade {
            file: file.to_owned(),
            school: self.card()?.school,
            made_at: time_text(&self.clock, now_ms),
            entries,
            documents,
            bytes: writer.finish()?,
        })
    }

    /// Whether a passphrase is needed to restore that backup.
    pub fn is_protected_backup(file: &Path) -> Result<bool> {
        Ok(BackupReader::open(file)?.head().kind == BackupKind::School)
    }

    /// Makes a home out of a backup: all of it, or nothing where anything is wrong. The home goes
    /// on in a log of its own.
    pub fn restore_home(restoring: &Restoring, clock: Clock) -> Result<(Self, Restored)> {
        let staging = Staging::beside(&restoring.home)?;
        let mut reader = BackupReader::open(&restoring.file)?;
        let (kind, opens, protection) = match reader.head().kind {
            BackupKind::Invented => (Purpose::Demo, demo_passphrase(), None),
            BackupKind::School => {
                let needed = || SchoolError::Locked("a passphrase is needed".to_owned());
                let protects = restoring.protects.clone().ok_or_else(needed)?;
                protects.check()?;
                let opens = restoring.opens.clone().ok_or_else(needed)?;
                (Purpose::School, opens, Some(Protection::Passphrase(protects)))
            }
        };
        let head = reader.head();
        let Argon2Cost { memory_kib, passes, lanes } = head.cost;
        let of = PassphraseCost { memory_kib, passes, lanes, salt: head.salt };
        if !reader.unlock(&*stretch(&opens, &of)?) {
            return Err(wrong_passphrase());
        }
        let contents = read_contents(&mut reader)?;
        let is_plain = contents.plain && kind == Purpose::Demo;
        let protection =
            protection.unwrap_or(if is_plain { Protection::Plain } else { Protection::Demo });
        let made_ms = contents.made_ms;
        fill(reader, &contents, &protection, staging.dir(), &clock)?;
        staging.finish()?;
        let passphrase = protection.passphrase();
        let school = Self::open(&restoring.home, Some(&passphrase), clock)?;
        let card = school.card()?;
        let restored = Restored {
            home: restoring.home.clone(),
            school: card.school,
            school_id: school.core.school_id().to_string(),
            person: card.person,
            device_id: school.core.device().to_string(),
            made_at: time_text(&school.clock, made_ms),
            entries: contents.entries,
            documents: contents.documents,
        };
        Ok((school, restored))
    }
}

/// The head of a new backup, and the key that its passphrase gives.
fn new_head(
    kind: BackupKind,
    chosen: Argon2Cost,
    passphrase: &Passphrase,
) -> Result<(Zeroizing<[u8; 32]>, BackupHead)> {
    let cost = cost(chosen);
    let key = stretch(passphrase, &cost)?;
    let head = BackupHead::new(kind, chosen, cost.salt, &key, &mut entropy::rng());
    Ok((key, head))
}

fn counts(snapshot: &Snapshot<'_>) -> Result<(u64, u64), StoreError> {
    let (mut entries, mut documents) = (0, 0);
    for space in snapshot.spaces()? {
        entries += snapshot.entry_count(Lane::control(space))?;
        entries += snapshot.entry_count(Lane::data(space))?;
        documents += snapshot.document_count(space)?;
    }
    Ok((entries, documents))
}

fn read_contents(reader: &mut BackupReader) -> Result<Contents> {
    let length: [u8; 4] = reader.take(4)?.as_slice().try_into().map_err(|_| torn())?;
    let length = u32::from_be_bytes(length);
    if length > MAX_CONTENTS_BYTES {
        return Err(torn());
    }
    let text = reader.take(usize::try_from(length).map_err(|_| torn())?)?;
    let contents: Contents = serde_json::from_slice(&text).map_err(|_| torn())?;
    let fits =
        contents.identity_bytes <= MAX_IDENTITY_BYTES && contents.face_bytes <= MAX_FACE_BYTES;
    if fits { Ok(contents) } else { Err(torn()) }
}

/// Makes the home in a folder of its own, and turns it to another log.
fn fill(
    mut reader: BackupReader,
    contents: &Contents,
    protection: &Protection,
    dir: &Path,
    clock: &Clock,
) -> Result<()> {
    let key: [u8; KEY_BYTES] = reader.take(KEY_BYTES)?.as_slice().try_into().map_err(|_| torn())?;
    let (file, keys) = protection.home_file_over(Zeroizing::new(key))?;
    let sealed = reader.take(contents.identity_bytes)?;
    let face = reader.take(contents.face_bytes)?;
    let identity = Identity::from_sealed(&keys.identity, &sealed)?;
    let mut home = Home::create(dir, file)?;
    home.write_identity(&sealed)?;
    if !face.is_empty() {
        home.write_face(&String::from_utf8_lossy(&face))?;
    }
    let (mut out, name) = home.new_store_file()?;
    reader.copy(contents.store_bytes, &mut out, &name)?;
    reader.end()?;
    out.sync_all().map_err(|source| StoreError::Io { path: name, source })?;
    drop(out);
    let school: SchoolId = contents.school.parse().map_err(|_| torn())?;
    home.update(|file| file.school = Some(school))?;
    let store = Store::adopt(&home, keys.database.as_deref())?;
    let why = Why::Restored { made_ms: contents.made_ms };
    store.write(|txn| turns::turn(txn, &identity, why, clock.now_ms()))?;
    let core = Core::open(home, store, identity)?;
    // Whoever opens the home in its place finds one file.
    let _ = core.store.checkpoint()?;
    Ok(())
}

fn wrong_passphrase() -> SchoolError {
    SchoolError::Refused("this passphrase does not open the backup; nothing was done".to_owned())
}

/// Sealed whole and yet not what this version writes.
fn torn() -> SchoolError {
    let words = "the backup does not hold what it says; nothing was done, use another backup";
    SchoolError::Refused(words.to_owned())
}

#[cfg(test)]
mod tests;
