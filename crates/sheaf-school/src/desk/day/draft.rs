//! An incident that was begun and not saved, as it is kept.

use std::fmt;

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

/// The name of one open face of a home: random, so that two never write over each other's draft.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FaceId([u8; 16]);

impl FaceId {
    /// The id made of these bytes; the caller draws them at random.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The bytes themselves.
    pub const fn to_bytes(self) -> [u8; 16] {
        self.0
    }

    /// The id that a name of 32 hexadecimal digits gives.
    pub(super) fn of_name(name: &str) -> Option<Self> {
        u128::from_str_radix(name, 16).ok().map(|number| Self(number.to_be_bytes()))
    }
}

impl fmt::Display for FaceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", u128::from_be_bytes(self.0))
    }
}

/// A pupil of a draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftPupil {
    /// The record's id, as text.
    pub id: String,
    /// The name, to say what the draft is about.
    pub name: String,
    /// The code of the role.
    pub role: String,
}

/// What is to be followed up, as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FollowUpForm {
    /// What is to be done.
    pub what: String,
    /// By which day, in the words that were typed.
    pub due: String,
    /// The record of whoever does it, as text; empty for whoever writes it down.
    pub owner: String,
}

/// An incident that was begun and not saved: what was chosen, by its codes, and what was typed.
/// Fields that a newer version adds are passed over, those that it lacks are empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Draft {
    /// The pupils so far.
    pub pupils: Vec<DraftPupil>,
    /// The letters typed for the next pupil.
    pub typed: String,
    /// The category's code; empty for none.
    pub category: String,
    /// The location's code; empty for none.
    pub location: String,
    /// When it happened, in the words that were typed; empty for now.
    pub when: String,
    /// From 1 to 5.
    pub severity: Option<u8>,
    /// What happened.
    pub note: String,
    /// The code of the action taken; empty for none.
    pub action: String,
    /// The code of whether home knows; empty if not said.
    pub home_told: String,
    /// The code of how home was told; empty if not said.
    pub home_told_how: String,
    /// What is to be followed up.
    pub follow_up: FollowUpForm,
    /// Whether it goes into the safeguarding space.
    pub safeguarding: bool,
}

/// A draft that a face has left behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftLine {
    /// The face that left it.
    pub face: FaceId,
    /// Who and what, in a few words.
    pub words: String,
    /// When it was last worked on, in the school's time.
    pub at: DateTime,
}
