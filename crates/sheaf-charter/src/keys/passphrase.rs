//! From a passphrase to the keys of a home.

use argon2::{Algorithm, Argon2, Params, Version};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::error::CharterError;

/// What Argon2id (version 1.3) costs; kept in clear in the home.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Argon2Cost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl Argon2Cost {
    /// For demo and test homes: no protection against guessing.
    pub const FLOOR: Self = Self { memory_kib: 8, passes: 1, lanes: 1 };
    /// For real homes never less than this: what OWASP names as the least (Password Storage Cheat
    /// Sheet: 19 MiB, two passes).
    pub const LEAST: Self = Self { memory_kib: 19 * 1_024, passes: 2, lanes: 1 };
    /// For real homes never more memory than this, so that a school laptop of 4 GB manages beside
    /// a browser: 256 MiB.
    pub const MOST_MEMORY_KIB: u32 = 256 * 1_024;
    /// For real homes never more passes than this.
    pub const MOST_PASSES: u32 = 16;
    /// A home that asks for more is damaged: 1 GiB.
    pub const MAX_MEMORY_KIB: u32 = 1_024 * 1_024;
    /// A home that asks for more is damaged.
    pub const MAX_PASSES: u32 = 64;
    /// A home that asks for more is damaged.
    pub const MAX_LANES: u32 = 64;
}

/// Argon2id over a passphrase (its UTF-8 bytes as typed) and a salt.
/// It is never used itself: a real home's key is sealed under it ([`SealedHomeKey`]); in an
/// invented school's home [`database_key`] and [`identity_key`] are derived from it at once.
pub fn passphrase_key(
    passphrase: &str,
    salt: &[u8; 16],
    cost: Argon2Cost,
) -> Result<Zeroizing<[u8; 32]>, CharterError> {
    let in_range = cost.memory_kib <= Argon2Cost::MAX_MEMORY_KIB
        && cost.passes <= Argon2Cost::MAX_PASSES
        && cost.lanes <= Argon2Cost::MAX_LANES;
    if !in_range {
        return Err(CharterError::BadCost);
    }
    let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(32))
        .map_err(|_| CharterError::BadCost)?;
    let mut key = Zeroizing::new([0; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase.as_bytes(), salt, key.as_mut())
        .map_err(|_| CharterError::BadCost)?;
    Ok(key)
}

/// The raw key of the database: BLAKE3 under `sheaf/1/database-key`.
pub fn database_key(home_key: &[u8; 32]) -> Zeroizing<[u8; 32]> {
    Zeroizing::new(blake3::derive_key("sheaf/1/database-key", home_key))
}

/// The key that seals the identity: BLAKE3 under `sheaf/1/identity-key`.
pub fn identity_key(home_key: &[u8; 32]) -> Zeroizing<[u8; 32]> {
    Zeroizing::new(blake3::derive_key("sheaf/1/identity-key", home_key))
}
