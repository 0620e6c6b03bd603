//! The proofs of both sides.

use zeroize::Zeroizing;

/// The label under which both sides export keying material from their connection.
pub const JOIN_EXPORTER_LABEL: &[u8] = b"sheaf/1/join";
/// How many bytes both sides export.
pub const JOIN_EXPORTER_BYTES: usize = 32;

/// Who proves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum JoinSide {
    /// The new device.
    Joiner,
    /// The device that invited it.
    Inviter,
}

/// The proof of one side: BLAKE3 keyed by the BLAKE3 of the secret under `sheaf/1/join`, over one
/// byte for the side (0 joiner, 1 inviter) and the exported keying material.
pub fn join_proof(
    secret: &[u8; 32],
    exporter: &[u8; JOIN_EXPORTER_BYTES],
    side: JoinSide,
) -> [u8; 32] {
    blake3_proof(secret, exporter, side).into()
}

fn blake3_proof(
    secret: &[u8; 32],
    exporter: &[u8; JOIN_EXPORTER_BYTES],
    side: JoinSide,
) -> blake3::Hash {
    let key = Zeroizing::new(blake3::derive_key("sheaf/1/join", secret));
    let mut hasher = blake3::Hasher::new_keyed(&key);
    hasher.update(&[match side {
        JoinSide::Joiner => 0,
        JoinSide::Inviter => 1,
    }]);
    hasher.update(exporter);
    hasher.finalize()
}

/// Compares in constant time.
pub(super) fn proves(
    proof: &[u8; 32],
    secret: &[u8; 32],
    exporter: &[u8; JOIN_EXPORTER_BYTES],
    side: JoinSide,
) -> bool {
    blake3_proof(secret, exporter, side) == *proof
}
