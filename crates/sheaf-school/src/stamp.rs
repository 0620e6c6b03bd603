//! Who wrote something, on which device and when: what every value traces to.

use serde::{Deserialize, Serialize};

/// The signed origin of a value, as the index keeps it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct Stamp {
    /// The person's id.
    pub person: String,
    /// The device's id.
    pub device: String,
    /// The time that the device claimed, in milliseconds since 1970 (UTC).
    pub at_ms: i64,
    /// The entry that carries it.
    pub entry: String,
}

impl Stamp {
    /// Of what no entry here carries.
    pub(crate) const fn unknown() -> Self {
        Self { person: String::new(), device: String::new(), at_ms: 0, entry: String::new() }
    }
}
