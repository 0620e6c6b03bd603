//! The sealed part of control entries: what people, devices and spaces are called.
//!
//! Payload of the section: one version byte (1), a 16-bit count, then for each name a subject (tag
//! byte and id: 0 the school, 1 a person (16), 2 a device (32), 3 the space itself, 4 the reason of
//! this entry) and the text (32-bit length, UTF-8). Ascending by subject, without repeats.

use std::collections::BTreeMap;
use std::fmt;

use crate::codec::{DecodeError, Reader, Writer};
use crate::draft::DraftSection;
use crate::error::CharterError;
use crate::ids::{DeviceId, DocumentId, PersonId, SpaceId};

/// At most this many bytes of one name or reason.
pub const MAX_NAME_BYTES: usize = 200;
/// At most this many names in one entry: as many as it can have acts.
pub const MAX_NAMES: usize = 256;

const VERSION: u8 = 1;

/// What a name belongs to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Subject {
    /// The school.
    School,
    /// A person.
    Person(PersonId),
    /// A device.
    Device(DeviceId),
    /// The space whose lane the entry is in.
    Space,
    /// Why the entry was written.
    Reason,
}

/// The names that one control entry brings.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct ControlNames {
    names: BTreeMap<Subject, String>,
}

impl ControlNames {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a name; refuses one that is empty, too long, or has control characters.
    pub fn with(mut self, subject: Subject, name: &str) -> Result<Self, CharterError> {
        if !acceptable(name) {
            let limit = MAX_NAME_BYTES;
            return Err(match subject {
                Subject::Reason => CharterError::BadReason { limit },
                _ => CharterError::BadName { limit },
            });
        }
        self.names.insert(subject, name.to_owned());
        if self.names.len() > MAX_NAMES {
            let found = self.names.len();
            return Err(CharterError::TooMuch { what: "names", limit: MAX_NAMES, found });
        }
        Ok(self)
    }

    /// The names in order.
    pub fn iter(&self) -> impl Iterator<Item = (Subject, &str)> {
        self.names.iter().map(|(subject, name)| (*subject, name.as_str()))
    }

    /// The section that carries them.
    pub fn to_section(&self) -> DraftSection {
        let mut out = Writer::new();
        let names: Vec<_> = self.names.iter().collect();
        out.u8(VERSION).list(&names, |out, (subject, name)| {
            match subject {
                Subject::School => out.u8(0),
                Subject::Person(person) => out.u8(1).raw(person.as_bytes()),
                Subject::Device(device) => out.u8(2).raw(device.as_bytes()),
                Subject::Space => out.u8(3),
                Subject::Reason => out.u8(4),
            };
            out.bytes(name.as_bytes());
        });
        DraftSection { document: DocumentId::ZERO, nonce: [0; 16], changes: out.finish() }
    }

    /// Reads what [`ControlNames::to_section`] wrote.
    pub fn from_changes(changes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(changes);
        let version = reader.u8("version")?;
        if version != VERSION {
            return Err(DecodeError::UnknownVersion { found: version, known: VERSION });
        }
        let names = reader.list(MAX_NAMES, "names", read_name)?;
        reader.end()?;
        if !names.is_sorted_by(|(a, _), (b, _)| a < b) {
            return Err(DecodeError::NotCanonical("names"));
        }
        Ok(Self { names: names.into_iter().collect() })
    }
}

impl fmt::Debug for ControlNames {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ControlNames({} names)", self.names.len())
    }
}

pub(crate) fn acceptable(name: &str) -> bool {
    !name.trim().is_empty() && name.len() <= MAX_NAME_BYTES && !name.chars().any(char::is_control)
}

fn read_name(reader: &mut Reader<'_>) -> Result<(Subject, String), DecodeError> {
    let subject = match reader.u8("subject")? {
        0 => Subject::School,
        1 => Subject::Person(PersonId::from_bytes(reader.array("person")?)),
        2 => Subject::Device(DeviceId::from_bytes(reader.array("device")?)),
        3 => Subject::Space,
        4 => Subject::Reason,
        _ => return Err(DecodeError::NotCanonical("subject")),
    };
    let bytes = reader.bytes(MAX_NAME_BYTES, "name")?;
    match std::str::from_utf8(bytes) {
        Ok(name) if acceptable(name) => Ok((subject, name.to_owned())),
        _ => Err(DecodeError::NotCanonical("name")),
    }
}

/// What everything is called, as far as the reader's keys open it.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Names {
    /// The school.
    pub school: Option<String>,
    /// The people.
    pub people: BTreeMap<PersonId, String>,
    /// Their devices.
    pub devices: BTreeMap<DeviceId, String>,
    /// The spaces.
    pub spaces: BTreeMap<SpaceId, String>,
}

impl fmt::Debug for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Names({} people, {} spaces)", self.people.len(), self.spaces.len())
    }
}
