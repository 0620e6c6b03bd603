//! What opens this device and the school: the passphrase, a backup, the printed recovery key.

use std::fmt;
use std::path::PathBuf;

use zeroize::Zeroizing;

use crate::error::Result;
use crate::govern::RecoveryPlan;
use crate::protection::Passphrase;
use crate::school::School;
use crate::shape::{BackupMade, Recovered};

/// The recovery key as it stands on paper; in no log, and wiped when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct PrintedKey(Zeroizing<String>);

impl PrintedKey {
    /// What was typed, or is to be printed.
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PrintedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PrintedKey(..)")
    }
}

/// A request.
#[derive(Clone, Debug)]
pub enum SafeRequest {
    /// Another passphrase for this device.
    ChangePassphrase {
        /// The one that it has.
        now: Passphrase,
        /// The one that it gets.
        new: Passphrase,
    },
    /// One sealed file with all that this device holds.
    BackUp {
        /// Where to; no file may be there yet.
        file: PathBuf,
        /// The passphrase of this device.
        now: Passphrase,
        /// The passphrase of the file.
        seal: Passphrase,
    },
    /// What only the printed key may.
    Recover {
        /// The key.
        key: PrintedKey,
        /// What it is to do.
        plan: RecoveryPlan,
    },
}

/// An answer.
#[derive(Clone, Debug)]
pub enum SafeReply {
    /// This device asks for the new passphrase from now on.
    PassphraseChanged,
    /// The backup was written.
    BackedUp(BackupMade),
    /// The recovery key has acted.
    Recovered {
        /// What it did, in words.
        effect: String,
        /// The key that takes its place, where one does.
        new: Option<PrintedKey>,
    },
}

/// Does what was asked. Turning a passphrase into a key takes its time: not for the desk's thread.
pub(super) fn answer(school: &School, request: SafeRequest) -> Result<SafeReply> {
    Ok(match request {
        SafeRequest::ChangePassphrase { now, new } => {
            School::change_passphrase(school.core.dir(), &now, &new)?;
            SafeReply::PassphraseChanged
        }
        SafeRequest::BackUp { file, now, seal } => {
            SafeReply::BackedUp(school.back_up(&file, &now, &seal)?)
        }
        SafeRequest::Recover { key, plan } => {
            let Recovered { done, recovery_key } = school.recover(key.text(), &plan)?;
            SafeReply::Recovered { effect: done.effect, new: recovery_key.map(PrintedKey::new) }
        }
    })
}
