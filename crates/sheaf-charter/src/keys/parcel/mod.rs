//! Parcels: sealed containers that carry entries as files, in a bundle or a shared folder.
//!
//! - A head in clear: `SHEAFPCL`, the version, a random id, the school's mark, the lock, and a sum
//!   over all that. The mark is a hash over the school's id and the parcel's: who does not know
//!   the school learns nothing from it, and two parcels of one school do not show that they are.
//! - The lock says who can open it: *named devices*, each with a capsule (HPKE as for epoch keys,
//!   under its own info) that does not say whose it is; or *whoever holds an epoch key*, which is
//!   found by a mark of the same kind.
//! - Then pieces in the STREAM construction over XChaCha20-Poly1305, each with its length before
//!   it, the last one marked, all bound to the head. A piece that was cut short, changed, doubled
//!   or moved is found out and told apart, and nothing of it is handed out.
//!
//! The key of the pieces is derived for this one parcel, so that the nonces can count from zero.

mod head;
mod pieces;
mod signed;
#[cfg(test)]
mod tests;

pub use head::ParcelHead;
pub use head::{MAX_PARCEL_DEVICES, MAX_PARCEL_HEAD_BYTES, PARCEL_PREFIX_BYTES, PARCEL_VERSION};
pub use pieces::{
    MAX_PIECE_BYTES, PIECE_LENGTH_BYTES, ParcelPieces, PieceFault, PieceLength, PiecePlace,
};
pub use signed::{sign_parcel, verify_parcel};
