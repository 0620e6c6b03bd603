//! What one change may still hold, kept before anything is written.

use sheaf_records::FieldPath;

use crate::layout::{self, Scalar};
use crate::limits::CHANGE_OVERHEAD_BYTES;
use crate::{DocumentError, Limits};

/// Room that is left in one change.
pub(crate) struct Budget {
    bytes: usize,
    operations: usize,
}

impl Default for Budget {
    fn default() -> Self {
        let limits = Limits::STANDARD;
        // The kind, the schema and the maps take operations too.
        Self { bytes: limits.bytes - CHANGE_OVERHEAD_BYTES, operations: limits.operations - 100 }
    }
}

impl Budget {
    /// Takes the room of one write; an error if the path cannot be stored or there is no room.
    pub(crate) fn spend(&mut self, path: &FieldPath, value: &Scalar) -> Result<(), DocumentError> {
        layout::check_path(path)?;
        let key = match path {
            FieldPath::One(field) => field.len(),
            FieldPath::Row { field, key, column } => field.len() + key.len() + column.len() + 2,
        };
        self.take(key, value)
    }

    /// Takes the room of a key of this length and its value.
    pub(crate) fn take(&mut self, key: usize, value: &Scalar) -> Result<(), DocumentError> {
        // Besides key and value an operation takes a few bytes in each of ten columns.
        let size = key + value.size() + 40;
        self.bytes = self.bytes.checked_sub(size).ok_or(DocumentError::TooMuch {
            what: "bytes",
            limit: Limits::STANDARD.bytes as u64,
        })?;
        self.operations = self.operations.checked_sub(1).ok_or(DocumentError::TooMuch {
            what: "operations",
            limit: Limits::STANDARD.operations as u64,
        })?;
        Ok(())
    }
}
