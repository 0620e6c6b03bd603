//! What a joiner comes in as.

use crate::certificate::Certificate;
use crate::codec::{DecodeError, Reader, Writer};
use crate::ids::{PersonId, SpaceId};
use crate::role::Role;

/// At most so many spaces beside `pastoral` in one invitation.
pub const MAX_INVITED_SPACES: usize = 64;

/// What whoever joins comes in as.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Grant {
    /// A new person with their first device.
    Person {
        /// Their role.
        role: Role,
        /// The spaces that they get into, besides those that everybody is in.
        spaces: Vec<SpaceId>,
    },
    /// A further device of somebody whom the school knows.
    Device {
        /// Whose.
        person: PersonId,
    },
}

impl Grant {
    /// Whether a certificate is of the device at the other end and of whom the invitation is for.
    pub(super) fn suits(&self, certificate: &Certificate, endpoint: &[u8; 32]) -> bool {
        let is_whose = match self {
            Self::Person { .. } => certificate.is_first_device(),
            Self::Device { person } => {
                certificate.person == *person && !certificate.is_first_device()
            }
        };
        is_whose && certificate.endpoint == *endpoint && certificate.verify().is_ok()
    }

    /// A tag; 0: the role and a 16-bit count of space ids, 1: the person's id.
    pub(super) fn write(&self, out: &mut Writer) {
        match self {
            Self::Person { role, spaces } => {
                out.u8(0);
                role.write(out);
                out.list(spaces, |out, space| {
                    out.raw(space.as_bytes());
                });
            }
            Self::Device { person } => {
                out.u8(1).raw(person.as_bytes());
            }
        }
    }

    /// Reads what [`Grant::write`] wrote.
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        match reader.u8("grant")? {
            0 => {
                let role = Role::read(reader)?;
                let spaces = reader.list(MAX_INVITED_SPACES, "spaces", |reader| {
                    Ok(SpaceId::from_bytes(reader.array("space")?))
                })?;
                Ok(Self::Person { role, spaces })
            }
            1 => Ok(Self::Device { person: PersonId::from_bytes(reader.array("person")?) }),
            _ => Err(DecodeError::NotCanonical("grant")),
        }
    }
}
