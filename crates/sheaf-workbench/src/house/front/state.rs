//! What is typed at the door, and where it leads.

use std::fmt;

use sheaf_school::Passphrase;

use super::door::{Behind, DoorField, DoorRequest, JoinForm, RestoreForm};

/// The sizes of an invented school that are offered, in pupils.
pub const SIZES: [(u32, &str); 3] =
    [(120, "Small, in seconds"), (400, "Middling"), (1000, "A whole school, in a minute or two")];

/// What is in sight at the door.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// The three ways in.
    Ways,
    /// An invented school.
    Invent,
    /// A school of one's own.
    Found,
    /// A colleague's.
    Join,
    /// A backup.
    Restore,
    /// What was restored.
    Restored,
    /// The recovery key of a school that was just founded.
    Key,
    /// The passphrase of a school that is there.
    Locked,
}

/// What is typed into one of the fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Into {
    /// The school's name.
    School,
    /// The person's name.
    Person,
    /// What this device is called.
    Device,
    /// The passphrase.
    Passphrase,
    /// The passphrase again.
    Again,
    /// The code or the ticket.
    Ticket,
    /// The address of the other device.
    Address,
    /// The backup.
    File,
    /// The passphrase of the backup.
    Opens,
}

/// A change at the door.
#[derive(Clone, PartialEq, Eq)]
pub enum Edit {
    /// Another page.
    Go(Page),
    /// Something was typed.
    Type(Into, String),
    /// So many pupils.
    Pupils(u32),
    /// The recovery key is put away, or not.
    Kept(bool),
    /// The keys have gone to the first field.
    Focused,
    /// What the page is for.
    Submit,
}

impl fmt::Debug for Edit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Type(into, _) => write!(f, "Type({into:?}, ..)"),
            Self::Go(page) => write!(f, "Go({page:?})"),
            Self::Pupils(pupils) => write!(f, "Pupils({pupils})"),
            Self::Kept(kept) => write!(f, "Kept({kept})"),
            Self::Focused => f.write_str("Focused"),
            Self::Submit => f.write_str("Submit"),
        }
    }
}

/// What is typed; a passphrase and a ticket are in no log.
#[derive(Clone, Default)]
pub struct Typed {
    /// The school's name.
    pub school: String,
    /// The person's name.
    pub person: String,
    /// What this device is called.
    pub device: String,
    /// The passphrase.
    pub passphrase: String,
    /// The passphrase again.
    pub again: String,
    /// The code or the ticket.
    pub ticket: String,
    /// The address of the other device.
    pub address: String,
    /// The backup.
    pub file: String,
    /// The passphrase of the backup.
    pub opens: String,
}

impl fmt::Debug for Typed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Typed(..)")
    }
}

/// The door.
#[derive(Clone, Debug)]
pub struct State {
    /// What is in sight.
    pub page: Page,
    /// What is typed.
    pub typed: Typed,
    /// How many pupils an invented school gets.
    pub pupils: u32,
    /// What is being done, while something is.
    pub progress: Option<String>,
    /// Why the window is locked, or what was restored.
    pub note: Option<String>,
    /// What was refused.
    pub refused: Option<(DoorField, String)>,
    /// The recovery key, while it is shown.
    pub key: Option<RecoveryKey>,
    /// Whether it was put away.
    pub is_kept: bool,
    /// Whether the other device was not found, so that its address is asked for.
    pub asks_address: bool,
    /// Whether the keys are still to be sent to the first field.
    pub takes_focus: bool,
}

/// A recovery key; in no log.
#[derive(Clone)]
pub struct RecoveryKey(pub String);

impl fmt::Debug for RecoveryKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryKey(..)")
    }
}

impl State {
    /// The page for what is behind the door.
    pub fn new(behind: &Behind) -> Self {
        let page = match behind {
            Behind::Nothing(_) => Page::Ways,
            Behind::Locked(_) => Page::Locked,
        };
        let typed = Typed { device: "This laptop".to_owned(), ..Typed::default() };
        Self {
            page,
            typed,
            pupils: 400,
            progress: None,
            note: None,
            refused: None,
            key: None,
            is_kept: false,
            asks_address: false,
            takes_focus: true,
        }
    }

    /// What is wrong with a field.
    pub fn error(&self, field: DoorField) -> Option<&str> {
        self.refused.as_ref().filter(|(at, _)| *at == field).map(|(_, why)| why.as_str())
    }

    /// The field to which the keys go: the one that is not right, or else the first.
    pub fn target(&self) -> DoorField {
        let refused = self.refused.as_ref().map(|(field, _)| *field);
        let first = match self.page {
            Page::Found => DoorField::School,
            Page::Join => DoorField::Ticket,
            Page::Locked => DoorField::Passphrase,
            Page::Restore => DoorField::File,
            Page::Ways | Page::Invent | Page::Key | Page::Restored => DoorField::Whole,
        };
        refused.filter(|field| *field != DoorField::Whole).unwrap_or(first)
    }

    /// Applies one change; gives what is to be asked for.
    pub fn apply(&mut self, edit: Edit) -> Option<DoorRequest> {
        match edit {
            Edit::Go(page) => {
                (self.page, self.refused, self.takes_focus) = (page, None, true);
            }
            Edit::Type(into, text) => {
                self.refused = None;
                *self.field(into) = text;
            }
            Edit::Pupils(pupils) => self.pupils = pupils,
            Edit::Kept(kept) => self.is_kept = kept,
            Edit::Focused => self.takes_focus = false,
            Edit::Submit => return self.submit(),
        }
        None
    }

    const fn field(&mut self, into: Into) -> &mut String {
        match into {
            Into::School => &mut self.typed.school,
            Into::Person => &mut self.typed.person,
            Into::Device => &mut self.typed.device,
            Into::Passphrase => &mut self.typed.passphrase,
            Into::Again => &mut self.typed.again,
            Into::Ticket => &mut self.typed.ticket,
            Into::Address => &mut self.typed.address,
            Into::File => &mut self.typed.file,
            Into::Opens => &mut self.typed.opens,
        }
    }

    fn submit(&mut self) -> Option<DoorRequest> {
        if self.progress.is_some() {
            return None;
        }
        match self.request() {
            Ok(request) => {
                self.refused = None;
                self.progress = Some(self.begins().to_owned());
                Some(request)
            }
            Err((field, why)) => {
                self.refuse(field, why.to_owned());
                None
            }
        }
    }

    const fn begins(&self) -> &'static str {
        match self.page {
            Page::Locked | Page::Key | Page::Restored => "Opening the school…",
            Page::Invent => "Inventing a school…",
            Page::Restore => "Reading the backup…",
            Page::Join => "Calling your colleague's device…",
            Page::Found | Page::Ways => "Making the school…",
        }
    }

    /// What the page asks for, or the first field that is not right.
    fn request(&self) -> Result<DoorRequest, (DoorField, &'static str)> {
        let passphrase = || Passphrase::new(self.typed.passphrase.clone());
        let device = || filled(&self.typed.device).unwrap_or_else(|| "This device".to_owned());
        match self.page {
            Page::Ways | Page::Invent => Ok(DoorRequest::Invent { pupils: self.pupils }),
            Page::Key | Page::Restored => Ok(DoorRequest::Enter),
            Page::Restore => self.restoring(),
            Page::Locked if self.typed.passphrase.is_empty() => {
                Err((DoorField::Passphrase, "Type the passphrase of this device"))
            }
            Page::Locked => Ok(DoorRequest::Unlock(passphrase())),
            Page::Found => {
                let school = filled(&self.typed.school);
                let school = school.ok_or((DoorField::School, "What is the school called?"))?;
                let person = self.person()?;
                self.check_passphrase()?;
                let (device, passphrase) = (device(), passphrase());
                Ok(DoorRequest::Found { school, person, device, passphrase })
            }
            Page::Join => {
                let pass = filled(&self.typed.ticket);
                let missing = "Type the four words, or paste the ticket";
                let pass = pass.ok_or((DoorField::Ticket, missing))?;
                let person = self.person()?;
                self.check_passphrase()?;
                let address = self.typed.address.clone();
                let (device, passphrase) = (device(), passphrase());
                Ok(DoorRequest::Join(JoinForm { pass, address, person, device, passphrase }))
            }
        }
    }

    /// Whether the passphrases are needed, the backup says.
    fn restoring(&self) -> Result<DoorRequest, (DoorField, &'static str)> {
        let missing = (DoorField::File, "Where is the backup?");
        let file = filled(&self.typed.file).ok_or(missing)?.into();
        if !self.typed.passphrase.is_empty() {
            self.check_passphrase()?;
        }
        let typed = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
        let opens = typed(&self.typed.opens).map(Passphrase::new);
        let protects = typed(&self.typed.passphrase).map(Passphrase::new);
        Ok(DoorRequest::Restore(RestoreForm { file, opens, protects }))
    }

    fn person(&self) -> Result<String, (DoorField, &'static str)> {
        filled(&self.typed.person).ok_or((DoorField::Person, "What are you called?"))
    }

    fn check_passphrase(&self) -> Result<(), (DoorField, &'static str)> {
        if self.typed.passphrase.chars().count() < Passphrase::LEAST_CHARS {
            let why = "Too short: 12 characters are the least, four words do";
            return Err((DoorField::Passphrase, why));
        }
        if self.typed.passphrase != self.typed.again {
            return Err((DoorField::Again, "This differs from the passphrase above"));
        }
        Ok(())
    }

    /// It was refused.
    pub fn refuse(&mut self, field: DoorField, why: String) {
        self.progress = None;
        self.asks_address |= field == DoorField::Address;
        self.refused = Some((field, why));
        self.takes_focus = true;
    }

    /// This device was restored: what was typed is forgotten.
    pub fn restored(&mut self, words: String) {
        self.progress = None;
        self.typed = Typed::default();
        self.note = Some(words);
        self.page = Page::Restored;
    }

    /// A file was dropped on the window.
    pub fn dropped(&mut self, file: String) {
        if matches!(self.page, Page::Ways | Page::Restore) && self.progress.is_none() {
            (self.page, self.refused, self.takes_focus) = (Page::Restore, None, true);
            self.typed.file = file;
        }
    }

    /// A school was founded: its key is shown, and what was typed is forgotten.
    pub fn founded(&mut self, recovery_key: String) {
        self.progress = None;
        self.typed = Typed::default();
        self.key = Some(RecoveryKey(recovery_key));
        self.page = Page::Key;
    }
}

fn filled(text: &str) -> Option<String> {
    Some(text.trim()).filter(|text| !text.is_empty()).map(str::to_owned)
}
