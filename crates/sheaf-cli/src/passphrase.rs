//! Where the passphrase of a home comes from.

use std::fs::{File, Metadata};
use std::io::{IsTerminal, Read};
use std::path::Path;

use anyhow::{Context, Result, bail};
use sheaf_school::Passphrase;

/// The variable that scripts set.
const VARIABLE: &str = "SHEAF_PASSPHRASE";
/// The one that names a file with it, for a machine that starts with nobody there.
const FILE_VARIABLE: &str = "SHEAF_PASSPHRASE_FILE";
/// More is no passphrase, but the wrong file.
const MAX_FILE_BYTES: u64 = 4096;
/// The variable that gives the printed recovery key to a script.
const RECOVERY_VARIABLE: &str = "SHEAF_RECOVERY_KEY";
/// The one that they set to change it.
const NEW_VARIABLE: &str = "SHEAF_NEW_PASSPHRASE";
/// The one of a backup; a backup without it is under the passphrase of the home.
const BACKUP_VARIABLE: &str = "SHEAF_BACKUP_PASSPHRASE";

/// The passphrase that opens a home: from the environment, or asked for on a terminal.
pub fn to_open() -> Result<Passphrase> {
    if let Some(given) = from_environment()? {
        return Ok(given);
    }
    if !std::io::stdin().is_terminal() {
        bail!("this home is locked: set {VARIABLE}, or run this on a terminal to be asked for it");
    }
    let typed = rpassword::prompt_password("Passphrase: ").context("no passphrase was read")?;
    Ok(Passphrase::new(typed))
}

/// The passphrase for a new home: from the environment, or asked for twice on a terminal.
pub fn to_protect() -> Result<Passphrase> {
    let chosen = match from_environment()? {
        Some(given) => given,
        None if !std::io::stdin().is_terminal() => {
            bail!("a passphrase is needed: set {VARIABLE}, or run this on a terminal")
        }
        None => ask_twice("A passphrase for this device: ")?,
    };
    chosen.check()?;
    Ok(chosen)
}

/// The passphrase that takes the place of a home's: from the environment, or asked for twice on a
/// terminal.
pub fn to_replace() -> Result<Passphrase> {
    match from_variable(NEW_VARIABLE)? {
        Some(given) => Ok(given),
        None if !std::io::stdin().is_terminal() => {
            bail!("a new passphrase is needed: set {NEW_VARIABLE}, or run this on a terminal")
        }
        None => ask_twice("The new passphrase: "),
    }
}

/// The passphrase for a new backup, given the home's, which serves where no other is given.
pub fn to_seal(home: &Passphrase) -> Result<Passphrase> {
    match from_variable(BACKUP_VARIABLE)? {
        Some(given) => Ok(given),
        None if from_environment()?.is_some() || !std::io::stdin().is_terminal() => {
            Ok(home.clone())
        }
        None => ask_twice("A passphrase for the backup: "),
    }
}

/// The passphrase that opens a backup.
pub fn of_backup() -> Result<Passphrase> {
    if let Some(given) = from_variable(BACKUP_VARIABLE)? {
        return Ok(given);
    }
    if let Some(given) = from_environment()? {
        return Ok(given);
    }
    if !std::io::stdin().is_terminal() {
        bail!("this backup is sealed: set {BACKUP_VARIABLE}, or run this on a terminal");
    }
    let typed = rpassword::prompt_password("The passphrase of the backup: ")?;
    Ok(Passphrase::new(typed))
}

fn ask_twice(prompt: &str) -> Result<Passphrase> {
    let first = rpassword::prompt_password(prompt)?;
    let again = rpassword::prompt_password("The same again: ")?;
    if first != again {
        bail!("the two passphrases differ; nothing was done");
    }
    Ok(Passphrase::new(first))
}

/// The passphrase that the environment gives, if it does.
pub fn from_environment() -> Result<Option<Passphrase>> {
    if let Some(given) = from_variable(VARIABLE)? {
        return Ok(Some(given));
    }
    std::env::var_os(FILE_VARIABLE).map(|file| from_file(Path::new(&file))).transpose()
}

/// The first and only line of a file that not everybody may read.
fn from_file(path: &Path) -> Result<Passphrase> {
    let place = || format!("{FILE_VARIABLE} names {}", path.display());
    let file = File::open(path).with_context(place)?;
    let about = file.metadata().with_context(place)?;
    if !about.is_file() || about.len() > MAX_FILE_BYTES {
        bail!("{}: it is not a file with one passphrase", place());
    }
    if is_open_to_all(&about) {
        bail!("{}: everybody on this machine may read it; chmod 600 it", place());
    }
    let mut text = String::new();
    file.take(MAX_FILE_BYTES).read_to_string(&mut text).with_context(place)?;
    text.truncate(text.trim_end_matches(['\r', '\n']).len());
    if text.is_empty() || text.contains('\n') {
        bail!("{}: it is not a file with one passphrase", place());
    }
    Ok(Passphrase::new(text))
}

#[cfg(unix)]
fn is_open_to_all(about: &Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    about.permissions().mode() & 0o007 != 0
}

/// Elsewhere the rights of a file are lists, which the folder gives.
#[cfg(not(unix))]
const fn is_open_to_all(_: &Metadata) -> bool {
    false
}

fn from_variable(variable: &str) -> Result<Option<Passphrase>> {
    match std::env::var(variable) {
        Ok(text) => Ok(Some(Passphrase::new(text))),
        Err(std::env::VarError::NotPresent) => Ok(None),
        Err(std::env::VarError::NotUnicode(_)) => bail!("{variable} is not text in UTF-8"),
    }
}

/// The printed recovery key: from the environment, or asked for on a terminal.
pub fn recovery_key() -> Result<String> {
    if let Ok(given) = std::env::var(RECOVERY_VARIABLE) {
        return Ok(given);
    }
    if !std::io::stdin().is_terminal() {
        bail!("the recovery key is needed: set {RECOVERY_VARIABLE}, or run this on a terminal");
    }
    rpassword::prompt_password("Recovery key: ").context("no recovery key was read")
}
