//! The home at rest: its passphrase, its backup, and a home out of a backup.

use std::path::Path;

use anyhow::{Result, bail};
use sheaf_school::{Passphrase, Restoring, School};

use crate::output;
use crate::passphrase;
use crate::session::Session;

/// `sheaf passphrase`.
pub fn change_passphrase(session: &Session) -> Result<()> {
    let home = session.home()?;
    if !School::is_protected(home)? {
        bail!("an invented school has no passphrase; there is nothing to change");
    }
    let (old, new) = (passphrase::to_open()?, passphrase::to_replace()?);
    School::change_passphrase(home, &old, &new)?;
    session.out.value(&serde_json::json!({ "changed": true }), |_| {
        "Changed. Windows that are open go on; from now on this device asks for the new one. A \
         backup made before keeps the passphrase that it was made with.\n"
            .to_owned()
    })
}

/// `sheaf backup`.
pub fn backup(session: &Session, file: &Path) -> Result<()> {
    let home = session.home()?;
    let (school, opens, seals) = if School::is_protected(home)? {
        let opens = passphrase::to_open()?;
        let school = School::open(home, Some(&opens), session.clock())?;
        let seals = passphrase::to_seal(&opens)?;
        (school, opens, seals)
    } else {
        let none = Passphrase::new(String::new());
        (School::open(home, None, session.clock())?, none.clone(), none)
    };
    let made = school.back_up(file, &opens, &seals)?;
    session.out.value(&made, |made| {
        let (file, school) = (made.file.display(), &made.school);
        let entries = output::counted(made.entries, "entry", "entries");
        let documents = output::counted(made.documents, "document", "documents");
        format!("{file}: {school} with {documents} in {entries}\n")
    })?;
    output::note(
        "Keep it away from this device. What is erased later stays in it: make a new one then, \
         and delete this one",
    );
    Ok(())
}

/// `sheaf restore`.
pub fn restore(session: &Session, file: &Path) -> Result<()> {
    let (opens, protects) = if School::is_protected_backup(file)? {
        (Some(passphrase::of_backup()?), Some(passphrase::to_protect()?))
    } else {
        (None, None)
    };
    let (file, home) = (file.to_owned(), session.home()?.to_owned());
    let restoring = Restoring { file, home, opens, protects };
    let (_, restored) = School::restore_home(&restoring, session.clock())?;
    session.out.value(&restored, |restored| {
        format!(
            "Restored {} for {} as it was on {}: {} in {}.\nWhat this device \
             wrote after that comes back from colleagues as it meets them; it goes on in a new \
             log. If the old folder is still in use somewhere, stop using it.\n",
            restored.school,
            restored.person,
            restored.made_at.replace('T', " at "),
            output::counted(restored.documents, "document", "documents"),
            output::counted(restored.entries, "entry", "entries")
        )
    })
}
