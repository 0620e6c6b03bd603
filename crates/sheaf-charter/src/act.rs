//! The signed acts of control entries.

use crate::codec::{DecodeError, Reader, Writer};

/// One signed act.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Act {}

impl Act {
    /// Writes the canonical encoding.
    pub fn write(&self, _out: &mut Writer) {
        match *self {}
    }

    /// Reads one act.
    pub fn read(_reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Err(DecodeError::NotCanonical("act"))
    }
}
