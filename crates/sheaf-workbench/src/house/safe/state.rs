//! What is typed into the dialogs, and what they ask for.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use sheaf_school::desk::{PrintedKey, SafeReply, SafeRequest};
use sheaf_school::{Passphrase, RecoveryPlan};

use crate::format;

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Give this device another passphrase.
    ChangePassphrase,
    /// Write a backup.
    BackUp,
    /// Use the printed recovery key.
    Recover,
}

/// A box that is typed into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Into {
    /// The passphrase of this device.
    Now,
    /// A new one.
    New,
    /// The new one again.
    Again,
    /// The file.
    File,
    /// The recovery key.
    Key,
    /// Why.
    Reason,
}

/// What is typed; in no log.
#[derive(Clone, Default)]
pub struct Typed {
    /// The passphrase of this device.
    pub now: String,
    /// A new one: of this device, or of the backup.
    pub new: String,
    /// The new one again.
    pub again: String,
    /// The file.
    pub file: String,
    /// The recovery key.
    pub key: String,
    /// Why.
    pub reason: String,
}

impl std::fmt::Debug for Typed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Typed(..)")
    }
}

/// A change in a dialog.
#[derive(Clone)]
pub enum Edit {
    /// Something was typed.
    Type(Into, String),
    /// The backup has a passphrase of its own, or that of this device.
    Own(bool),
    /// This person becomes head; nobody does.
    Head(Option<String>),
    /// This person is removed, or is not.
    Remove(String),
    /// The recovery key is replaced, or is not.
    Replace(bool),
    /// The keys have gone to the first box.
    Focused,
    /// The new key is on paper, or is not.
    Kept(bool),
    /// Do it.
    Send,
}

impl std::fmt::Debug for Edit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Type(into, _) => write!(f, "Type({into:?}, ..)"),
            _ => f.write_str("Edit(..)"),
        }
    }
}

/// A dialog.
#[derive(Clone, Debug)]
pub struct State {
    /// What is to be done.
    pub what: What,
    /// What is typed.
    pub typed: Typed,
    /// Whether this device has a passphrase.
    pub is_protected: bool,
    /// Whether the backup has a passphrase of its own.
    pub has_own: bool,
    /// Who becomes head.
    pub head: Option<String>,
    /// Who is removed.
    pub removed: BTreeSet<String>,
    /// Whether the recovery key is replaced.
    pub replaces: bool,
    /// Whether the new one is on paper.
    pub is_kept: bool,
    /// Whether it is being done.
    pub is_sent: bool,
    /// Which box is not right, and why; no box if it is the whole.
    pub refused: Option<(Option<Into>, String)>,
    /// What it did; a new key is shown this once.
    pub done: Option<(String, Option<PrintedKey>)>,
    /// Whether the keys are still to be sent to a box.
    pub takes_focus: bool,
}

impl State {
    /// A dialog that nothing was typed into.
    pub fn new(what: What, is_protected: bool, folder: &Path, today: Option<Date>) -> Self {
        let day = today.map(|day| format!("-{day}")).unwrap_or_default();
        let file = folder.join(format!("sheaf{day}.backup")).display().to_string();
        Self {
            what,
            typed: Typed { file, ..Typed::default() },
            is_protected,
            has_own: false,
            head: None,
            removed: BTreeSet::new(),
            replaces: true,
            is_kept: false,
            is_sent: false,
            refused: None,
            done: None,
            takes_focus: true,
        }
    }

    /// What is wrong with a box.
    pub fn error(&self, into: Into) -> Option<&str> {
        let (at, why) = self.refused.as_ref()?;
        (*at == Some(into)).then_some(why.as_str())
    }

    /// What is wrong as a whole.
    pub fn fault(&self) -> Option<&str> {
        self.refused.as_ref().filter(|(at, _)| at.is_none()).map(|(_, why)| why.as_str())
    }

    /// The box to which the keys go.
    pub fn target(&self) -> Into {
        let refused = self.refused.as_ref().and_then(|(at, _)| *at);
        refused.unwrap_or(match self.what {
            What::ChangePassphrase => Into::Now,
            What::BackUp if self.is_protected => Into::Now,
            What::BackUp => Into::File,
            What::Recover => Into::Key,
        })
    }

    /// Whether a new recovery key is shown that is not on paper yet.
    pub const fn shows_key(&self) -> bool {
        !self.is_kept && matches!(self.done, Some((_, Some(_))))
    }

    /// Applies one change; gives what is to be asked for.
    pub fn apply(&mut self, edit: Edit) -> Option<SafeRequest> {
        match edit {
            Edit::Type(into, text) => {
                self.refused = None;
                *self.text(into) = text;
            }
            Edit::Own(own) => (self.has_own, self.refused) = (own, None),
            Edit::Head(head) => self.head = head,
            Edit::Remove(person) => {
                if !self.removed.remove(&person) {
                    self.removed.insert(person);
                }
            }
            Edit::Replace(replaces) => self.replaces = replaces,
            Edit::Focused => self.takes_focus = false,
            Edit::Kept(kept) => self.is_kept = kept,
            Edit::Send if self.is_sent || self.done.is_some() => {}
            Edit::Send => match self.request() {
                Ok(request) => {
                    (self.is_sent, self.refused) = (true, None);
                    return Some(request);
                }
                Err((into, why)) => self.refuse(into, why.to_owned()),
            },
        }
        None
    }

    const fn text(&mut self, into: Into) -> &mut String {
        match into {
            Into::Now => &mut self.typed.now,
            Into::New => &mut self.typed.new,
            Into::Again => &mut self.typed.again,
            Into::File => &mut self.typed.file,
            Into::Key => &mut self.typed.key,
            Into::Reason => &mut self.typed.reason,
        }
    }

    /// What the dialog asks for, or the first box that is not right.
    fn request(&self) -> Result<SafeRequest, (Option<Into>, &'static str)> {
        match self.what {
            What::ChangePassphrase => {
                let now = self.now()?;
                Ok(SafeRequest::ChangePassphrase { now, new: self.new_one()? })
            }
            What::BackUp => {
                let file = self.typed.file.trim();
                if file.is_empty() {
                    return Err((Some(Into::File), "Where is it written to?"));
                }
                let file = PathBuf::from(file);
                if !self.is_protected {
                    let none = Passphrase::new(String::new());
                    return Ok(SafeRequest::BackUp { file, now: none.clone(), seal: none });
                }
                let now = self.now()?;
                let seal = if self.has_own { self.new_one()? } else { now.clone() };
                Ok(SafeRequest::BackUp { file, now, seal })
            }
            What::Recover => self.recovery(),
        }
    }

    fn recovery(&self) -> Result<SafeRequest, (Option<Into>, &'static str)> {
        let (key, reason) = (self.typed.key.trim(), self.typed.reason.trim());
        if key.is_empty() {
            return Err((Some(Into::Key), "Type the key as it stands on the paper"));
        }
        if self.head.is_none() && self.removed.is_empty() && !self.replaces {
            return Err((None, "Choose what the key is to do"));
        }
        if reason.is_empty() {
            return Err((Some(Into::Reason), "Say why, for those who look for it later"));
        }
        let plan = RecoveryPlan {
            head: self.head.clone(),
            remove: self.removed.iter().cloned().collect(),
            replace: self.replaces,
            reason: reason.to_owned(),
        };
        Ok(SafeRequest::Recover { key: PrintedKey::new(key.to_owned()), plan })
    }

    fn now(&self) -> Result<Passphrase, (Option<Into>, &'static str)> {
        if self.typed.now.is_empty() {
            return Err((Some(Into::Now), "Type the passphrase of this device"));
        }
        Ok(Passphrase::new(self.typed.now.clone()))
    }

    fn new_one(&self) -> Result<Passphrase, (Option<Into>, &'static str)> {
        if self.typed.new.chars().count() < Passphrase::LEAST_CHARS {
            return Err((Some(Into::New), "Too short: 12 characters are the least, four words do"));
        }
        if self.typed.new != self.typed.again {
            return Err((Some(Into::Again), "This differs from the passphrase above"));
        }
        Ok(Passphrase::new(self.typed.new.clone()))
    }

    /// It was refused; what was typed stays.
    pub fn refuse(&mut self, into: Option<Into>, why: String) {
        (self.is_sent, self.refused, self.takes_focus) = (false, Some((into, why)), true);
    }

    /// The service refused it: a passphrase that is wrong is said so beside its box.
    pub fn refused(&mut self, why: String) {
        let into = why.contains("the passphrase is wrong").then_some(Into::Now);
        self.refuse(into, why);
    }

    /// It is done; what was typed is forgotten.
    pub fn has_done(&mut self, reply: SafeReply) {
        self.typed = Typed::default();
        self.is_sent = false;
        self.done = Some(match reply {
            SafeReply::PassphraseChanged => {
                let words = "Changed. A backup that was made before keeps its own passphrase";
                (words.to_owned(), None)
            }
            SafeReply::BackedUp(made) => {
                let documents = format::count(made.documents, "record", "records");
                let words = format!(
                    "{documents} are in {}. Keep it away from this device. What is erased later \
                     stays in it: make a new one then, and delete this one",
                    made.file.display()
                );
                (words, None)
            }
            SafeReply::Recovered { effect, new } => {
                let mut words = effect;
                if let Some(first) = words.get_mut(..1) {
                    first.make_ascii_uppercase();
                }
                (words, new)
            }
        });
    }
}
