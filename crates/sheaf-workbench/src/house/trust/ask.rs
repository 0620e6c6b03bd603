//! What is asked before something is signed and goes out to everybody.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;
use sheaf_records::RecordId;
use sheaf_school::desk::{
    Choice, ErasureLine, HeldLine, KeepingRule, PersonLine, RemovalLine, RemovalPreview, TrustAct,
    TrustRequest,
};

use super::{Edit, rules};

/// Whom or what a removal is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whom {
    /// A person with all devices.
    Person,
    /// One device.
    Device,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// Remove a person or a device for ever.
    Remove {
        /// Which of the two.
        whom: Whom,
        /// Its id.
        id: String,
        /// What it is called.
        name: String,
    },
    /// Set a person's role.
    SetRole(Box<PersonLine>),
    /// Let a person into a space.
    LetInto(Box<PersonLine>),
    /// Take a person out of a space.
    TakeOut(Box<PersonLine>),
    /// Make a space; these could be in it.
    NewSpace(Vec<Choice>),
    /// Stand behind a removal.
    Endorse(Box<RemovalLine>),
    /// Vouch for what is held.
    Attest(Box<HeldLine>),
    /// Propose to erase a record.
    Erase {
        /// The record.
        record: RecordId,
        /// Its line.
        title: String,
        /// Whether nobody else could sign, so that it takes effect at once.
        alone: bool,
    },
    /// Keep records beyond their period.
    Keep {
        /// The records.
        records: Vec<RecordId>,
        /// The last day, unless another is given.
        until: Date,
    },
    /// Propose to erase records that are due.
    EraseDue {
        /// The records.
        records: Vec<RecordId>,
        /// Whether nobody else could sign for some of them, so that these go at once.
        alone: bool,
    },
    /// Set the school's own period where a rule has one.
    SetRule {
        /// The rule as it is.
        rule: Box<KeepingRule>,
        /// The first day on which the new one counts, unless another is given.
        from: Date,
    },
    /// Second an erasure.
    Second(Box<ErasureLine>),
    /// Take an erasure back.
    Withdraw(Box<ErasureLine>),
    /// Put a record under a legal hold.
    Hold {
        /// The record.
        record: RecordId,
        /// Its line.
        title: String,
    },
    /// Sign that its hold be lifted.
    Lift {
        /// The record.
        record: RecordId,
        /// Its line.
        title: String,
        /// Whether nobody else could sign, so that it is lifted at once.
        alone: bool,
    },
}

/// What is wanted beside a press of the button, where there is no way back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Confirm {
    /// Nothing.
    None,
    /// A tick.
    Tick,
    /// The name, typed.
    Type(String),
}

/// The question, with what was answered so far.
#[derive(Clone, Debug, PartialEq)]
pub struct Ask {
    /// What is to be done.
    pub what: What,
    /// What a removal means, once it is known.
    pub preview: Option<Arc<RemovalPreview>>,
    /// The code of a role, a reason or a length, or a space.
    pub chosen: String,
    /// The persons who were chosen, by id.
    pub people: BTreeSet<String>,
    /// What a space is called, or for how many years something is kept.
    pub name: String,
    /// The last day of what is kept, or the first of a rule, as it was written.
    pub until: String,
    /// Why.
    pub reason: String,
    /// The name that was typed to confirm.
    pub typed: String,
    /// Whether it was ticked that there is no way back.
    pub is_ticked: bool,
    /// Whether it was sent off.
    pub is_sent: bool,
    /// Why it was refused.
    pub refused: Option<String>,
    /// Whether the keys are still to be sent where they belong.
    pub takes_focus: bool,
}

impl Ask {
    /// A question that nothing has been answered of.
    pub fn new(what: What) -> Self {
        let only = |spaces: &[String]| match spaces {
            [only] => only.clone(),
            _ => String::new(),
        };
        let chosen = match &what {
            What::LetInto(person) => only(&person.rights.let_into),
            What::TakeOut(person) => only(&person.rights.take_out_of),
            What::SetRule { rule, .. } => rules::length_of(rule.period).to_owned(),
            _ => String::new(),
        };
        let until = match &what {
            What::Keep { until, .. } => until.to_string(),
            What::SetRule { from, .. } => from.to_string(),
            _ => String::new(),
        };
        let name = match &what {
            What::SetRule { rule, .. } => rules::years_of(rule.period),
            _ => String::new(),
        };
        Self {
            what,
            until,
            preview: None,
            chosen,
            people: BTreeSet::new(),
            name,
            reason: String::new(),
            typed: String::new(),
            is_ticked: false,
            is_sent: false,
            refused: None,
            takes_focus: true,
        }
    }

    /// What has to be known before it can be answered.
    pub fn wants(&self) -> Option<TrustRequest> {
        match &self.what {
            What::Remove { id, .. } => Some(TrustRequest::Preview(id.clone())),
            _ => None,
        }
    }

    /// What is wanted beside a press of the button.
    pub fn confirm(&self) -> Confirm {
        match &self.what {
            What::Remove { name, .. } => Confirm::Type(name.clone()),
            What::Second(_)
            | What::Erase { alone: true, .. }
            | What::EraseDue { alone: true, .. } => Confirm::Tick,
            _ => Confirm::None,
        }
    }

    fn is_confirmed(&self) -> bool {
        match self.confirm() {
            Confirm::None => true,
            Confirm::Tick => self.is_ticked,
            Confirm::Type(name) => plain(&self.typed) == plain(&name),
        }
    }

    /// What to do, or what is missing.
    pub fn act(&self) -> Result<TrustAct, &'static str> {
        let reason = self.reason.trim().to_owned();
        let chosen = || Some(self.chosen.clone()).filter(|chosen| !chosen.is_empty());
        let act = match &self.what {
            What::Remove { .. } if self.preview.is_none() => Err("What it means is on its way"),
            What::Remove { .. } | What::SetRole(_) | What::TakeOut(_) if reason.is_empty() => {
                Err("Say why, for those who ask later")
            }
            What::Remove { id, .. } => Ok(TrustAct::Remove { whom: id.clone(), reason }),
            What::SetRole(person) => {
                let role = chosen().ok_or("Choose the new role")?;
                Ok(TrustAct::SetRole { person: person.id.clone(), role, reason })
            }
            What::LetInto(person) => {
                let space = chosen().ok_or("Choose a space")?;
                Ok(TrustAct::LetInto { space, person: person.id.clone() })
            }
            What::TakeOut(person) => {
                let space = chosen().ok_or("Choose a space")?;
                Ok(TrustAct::TakeOut { space, person: person.id.clone(), reason })
            }
            What::NewSpace(_) if self.name.trim().is_empty() => Err("Give the space a name"),
            What::NewSpace(_) => {
                let people = self.people.iter().cloned().collect();
                Ok(TrustAct::NewSpace { name: self.name.trim().to_owned(), people })
            }
            What::Endorse(removal) => Ok(TrustAct::Endorse(removal.entry.clone())),
            What::Attest(held) => Ok(TrustAct::Attest(held.entry.clone())),
            What::Erase { record, .. } => {
                let reason = chosen().ok_or("Choose the reason")?;
                Ok(TrustAct::Erase { records: vec![record.to_string()], reason })
            }
            What::Keep { .. } if reason.is_empty() => Err("Say why, for those who ask later"),
            What::Keep { records, .. } => {
                let until = self.until.trim().parse();
                let until = until.map_err(|_| "Write the last day as 2027-07-31")?;
                Ok(TrustAct::Keep { records: texts(records), until, reason })
            }
            What::SetRule { rule, .. } => rules::act(self, rule),
            What::EraseDue { records, .. } => Ok(TrustAct::EraseDue(texts(records))),
            What::Withdraw(erasure) => Ok(TrustAct::Withdraw(erasure.id.clone())),
            What::Second(erasure) => Ok(TrustAct::Second(erasure.id.clone())),
            What::Hold { record, .. } => Ok(TrustAct::Hold(record.to_string())),
            What::Lift { record, .. } => Ok(TrustAct::Lift(record.to_string())),
        }?;
        match self.confirm() {
            _ if self.is_confirmed() => Ok(act),
            Confirm::Type(_) => Err("Type the name as it stands above"),
            Confirm::Tick | Confirm::None => Err("Tick that you know there is no way back"),
        }
    }

    /// Applies one change.
    pub fn apply(&mut self, edit: Edit) {
        match edit {
            Edit::Choose(code) => self.chosen = code,
            Edit::Name(name) => self.name = name,
            Edit::Reason(reason) => self.reason = reason,
            Edit::Until(until) => self.until = until,
            Edit::Type(typed) => self.typed = typed,
            Edit::Tick(on) => self.is_ticked = on,
            Edit::Focused => self.takes_focus = false,
            Edit::Turn(person) => {
                if !self.people.remove(&person) {
                    self.people.insert(person);
                }
            }
            Edit::Manage(_) | Edit::Ask(_) | Edit::Pick(_) | Edit::Wipe(_) | Edit::Send => {}
        }
    }

    /// Sends it off; gives what to ask for.
    pub fn send(&mut self) -> Option<TrustAct> {
        if self.is_sent {
            return None;
        }
        let act = self.act().ok()?;
        (self.is_sent, self.refused) = (true, None);
        Some(act)
    }

    /// It was refused; what was written stays.
    pub fn refuse(&mut self, why: String) {
        (self.is_sent, self.refused) = (false, Some(why));
    }
}

fn texts(records: &[RecordId]) -> Vec<String> {
    records.iter().map(ToString::to_string).collect()
}

/// A name as it may be typed: in small letters, with the apostrophe that keyboards have.
fn plain(name: &str) -> String {
    name.trim().to_lowercase().replace('’', "'")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn removal() -> Ask {
        let (id, name) = ("7f".to_owned(), "Jo Marsh".to_owned());
        Ask::new(What::Remove { whom: Whom::Person, id, name })
    }

    #[test]
    fn a_removal_needs_what_it_means_a_reason_and_the_name() {
        let mut ask = removal();
        assert!(ask.send().is_none() && ask.act() == Err("What it means is on its way"));
        ask.preview = Some(Arc::new(crate::tests::trust::preview("Jo Marsh", Whom::Person)));
        assert_eq!(ask.act(), Err("Say why, for those who ask later"));
        "left the school".clone_into(&mut ask.reason);
        assert_eq!(ask.act(), Err("Type the name as it stands above"));
        for wrong in ["Jo", "Jo Marshal", ""] {
            wrong.clone_into(&mut ask.typed);
            assert!(ask.send().is_none(), "{wrong}");
        }
        " jo marsh ".clone_into(&mut ask.typed);
        let reason = "left the school".to_owned();
        assert_eq!(ask.send(), Some(TrustAct::Remove { whom: "7f".to_owned(), reason }));
        assert_eq!(ask.send(), None, "once");
        ask.refuse("not allowed".to_owned());
        assert!(ask.send().is_some(), "after a refusal it may be tried again");
    }

    #[test]
    fn an_erasure_that_needs_nobody_else_needs_a_tick() {
        let record = crate::tests::school::record(1);
        let title = "Defiance".to_owned();
        let of = |alone| Ask::new(What::Erase { record, title: title.clone(), alone });
        let mut ask = of(false);
        assert_eq!(ask.act(), Err("Choose the reason"));
        "request".clone_into(&mut ask.chosen);
        assert!(ask.act().is_ok());
        let mut ask = of(true);
        "request".clone_into(&mut ask.chosen);
        assert!(ask.act().is_err());
        ask.is_ticked = true;
        assert!(ask.act().is_ok());
    }
}
