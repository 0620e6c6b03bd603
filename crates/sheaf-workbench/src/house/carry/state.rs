//! What is typed into the dialogs, and what they ask for.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use sheaf_school::desk::{CarryReply, CarryRequest};
use sheaf_school::{Existing, Sending};

use super::words;

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Use a shared folder.
    Folder,
    /// Write a bundle.
    Write,
    /// Read a bundle.
    Read,
    /// Connect to an address.
    Connect,
}

/// A change in a dialog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// The file, the folder or the address was typed.
    Type(String),
    /// The bundle is for this person, or is not.
    For(String),
    /// All that they may have goes in, or only what they are not known to have.
    Everything(bool),
    /// The file that is there is replaced, or is not.
    Replace(bool),
    /// The keys have gone to the box.
    Focused,
    /// Do it.
    Send,
}

/// A dialog.
#[derive(Clone, Debug)]
pub struct State {
    /// What is to be done.
    pub what: What,
    /// The file, the folder or the address.
    pub typed: String,
    /// For whom a bundle is: ids.
    pub people: BTreeSet<String>,
    /// Whether all goes in.
    pub everything: bool,
    /// Whether a file of that name is there, and whether it is to be replaced.
    pub replaces: Option<bool>,
    /// How far it has come, while it is being done.
    pub at_work: Option<String>,
    /// Why it was refused.
    pub refused: Option<String>,
    /// What it did: in a sentence, and what should be known besides.
    pub done: Option<(String, Vec<String>)>,
    /// Whether the keys are still to be sent to the box.
    pub takes_focus: bool,
}

impl State {
    /// A dialog that nothing was typed into.
    pub fn new(what: What, folder: &Path, today: Option<Date>) -> Self {
        let day = today.map(|day| format!("-{day}")).unwrap_or_default();
        let typed = match what {
            What::Write => folder.join(format!("sheaf{day}.bundle")).display().to_string(),
            What::Folder | What::Read | What::Connect => String::new(),
        };
        Self {
            what,
            typed,
            people: BTreeSet::new(),
            everything: false,
            replaces: None,
            at_work: None,
            refused: None,
            done: None,
            takes_focus: true,
        }
    }

    /// Applies one change; gives what is to be asked for.
    pub fn apply(&mut self, edit: Edit) -> Option<CarryRequest> {
        match edit {
            Edit::Type(text) => (self.typed, self.refused, self.replaces) = (text, None, None),
            Edit::For(person) => {
                self.refused = None;
                if !self.people.remove(&person) {
                    self.people.insert(person);
                }
            }
            Edit::Everything(all) => self.everything = all,
            Edit::Replace(replaces) => (self.replaces, self.refused) = (Some(replaces), None),
            Edit::Focused => self.takes_focus = false,
            Edit::Send if self.at_work.is_some() || self.done.is_some() => {}
            Edit::Send => match self.request() {
                Ok(request) => {
                    (self.at_work, self.refused) = (Some(String::new()), None);
                    return Some(request);
                }
                Err(why) => self.refuse(why.to_owned()),
            },
        }
        None
    }

    fn request(&self) -> Result<CarryRequest, &'static str> {
        let typed = self.typed.trim();
        let path = PathBuf::from(typed);
        match self.what {
            What::Folder if typed.is_empty() => Err("Which folder? Type its place"),
            What::Folder => Ok(CarryRequest::UseFolder(path)),
            What::Write if self.people.is_empty() => Err("For whom? Choose one colleague or more"),
            What::Write if typed.is_empty() => Err("Where is it written to?"),
            What::Write => Ok(CarryRequest::WriteBundle {
                file: path,
                recipients: self.people.iter().cloned().collect(),
                sending: if self.everything { Sending::Everything } else { Sending::Missing },
                existing: match self.replaces {
                    Some(true) => Existing::Replaced,
                    _ => Existing::Kept,
                },
            }),
            What::Read if typed.is_empty() => Err("Which file? Type its place, or drop it here"),
            What::Read => Ok(CarryRequest::ReadBundle(path)),
            What::Connect if typed.is_empty() => Err("Type the address of the other device"),
            What::Connect => Ok(CarryRequest::Connect(typed.to_owned())),
        }
    }

    /// It has come so far.
    pub fn hears(&mut self, words: String) {
        if let Some(at_work) = &mut self.at_work {
            *at_work = words;
        }
    }

    /// It was refused; what was typed stays.
    pub fn refuse(&mut self, why: String) {
        let is_there = self.what == What::Write && why.contains("is there already");
        let why = if is_there {
            self.replaces = Some(false);
            "A file of that name is there already: give another name, or replace it".to_owned()
        } else {
            why
        };
        (self.at_work, self.refused, self.takes_focus) = (None, Some(why), true);
    }

    /// It is done.
    pub fn has_done(&mut self, reply: &CarryReply) {
        self.at_work = None;
        self.done = Some(words::of(reply));
    }
}
