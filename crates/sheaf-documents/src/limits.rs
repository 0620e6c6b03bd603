//! What one change may be and declare at most.

/// Bounds on one change, checked before the engine sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the whole chunk.
    pub bytes: usize,
    /// Changes that it may name as its dependencies.
    pub deps: usize,
    /// Operations; predecessors are held to the same number.
    pub operations: usize,
}

impl Limits {
    /// The limits of the wire format: a body of 512 KiB, 64 devices that write at once, and far
    /// more operations than the largest import of one record needs.
    pub const STANDARD: Self = Self { bytes: 512 * 1024, deps: 64, operations: 20_000 };
}

impl Default for Limits {
    fn default() -> Self {
        Self::STANDARD
    }
}

/// Bytes of one key: field, row key and column together. Keys are repeated for free in the encoded
/// form and not in memory, so that they are bounded by themselves.
pub(crate) const MAX_KEY_BYTES: usize = 256;

/// Bytes that a change needs around its values: header, dependencies, columns, actors.
pub(crate) const CHANGE_OVERHEAD_BYTES: usize = 16 * 1024;
