//! What a face may ask about who is in and what is gone, and what it is told.

use std::sync::Arc;

use jiff::civil::Date;

use super::model::{DuePage, ErasuresPage, HeldPage, RemovalsPage};
use crate::govern::NewRetentionRule;
use crate::shape::RemovalPreview;

/// A request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrustRequest {
    /// What a removal of this person or device would mean, by id.
    Preview(String),
    /// The removals that were written.
    Removals,
    /// What is held, and why.
    Held,
    /// The erasures, and who has confirmed them.
    Erasures,
    /// What is past its period.
    Retention,
    /// Do something that is signed and goes out to everybody.
    Act(TrustAct),
    /// Delete everything that this device holds.
    Wipe,
}

/// Something that is signed and goes out to everybody. Persons, devices and entries go by id,
/// spaces by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrustAct {
    /// Remove a person with all devices, or one device, for ever.
    Remove {
        /// Whom or which.
        whom: String,
        /// Why.
        reason: String,
    },
    /// Stand behind a removal.
    Endorse(String),
    /// Set a person's role.
    SetRole {
        /// Whose.
        person: String,
        /// The code of the role.
        role: String,
        /// Why.
        reason: String,
    },
    /// Let a person into a space, with its whole past.
    LetInto {
        /// The space.
        space: String,
        /// Whom.
        person: String,
    },
    /// Take a person out of a space.
    TakeOut {
        /// The space.
        space: String,
        /// Whom.
        person: String,
        /// Why.
        reason: String,
    },
    /// Make a space.
    NewSpace {
        /// What it is called.
        name: String,
        /// Who is in it beside whoever makes it.
        people: Vec<String>,
    },
    /// Vouch for what is held of an entry.
    Attest(String),
    /// Propose to erase records of one space.
    Erase {
        /// The records.
        records: Vec<String>,
        /// The code of the reason.
        reason: String,
    },
    /// Second an erasure.
    Second(String),
    /// Take an erasure back.
    Withdraw(String),
    /// Put a record under a legal hold.
    Hold(String),
    /// Lift the legal hold of a record.
    Lift(String),
    /// Keep records beyond their period.
    Keep {
        /// The records.
        records: Vec<String>,
        /// The last day.
        until: Date,
        /// Why.
        reason: String,
    },
    /// Propose to erase records that are due.
    EraseDue(Vec<String>),
    /// Set the school's own period for kinds of record.
    SetRule(NewRetentionRule),
}

/// An answer.
#[derive(Clone, Debug)]
pub enum TrustReply {
    /// What a removal would mean.
    Preview(Arc<RemovalPreview>),
    /// The removals that were written.
    Removals(Arc<RemovalsPage>),
    /// What is held, and why.
    Held(Arc<HeldPage>),
    /// The erasures.
    Erasures(Arc<ErasuresPage>),
    /// What is past its period.
    Retention(Arc<DuePage>),
    /// It is done, and durable here: what has changed, in words.
    Done(String),
    /// This device holds nothing any more.
    Wiped,
}
