//! Joining by a spoken code: four words, of which the first is public and leads to the inviting
//! device, and the others go through SPAKE2 (`spake2`, Ed25519 group).
//!
//! Six frames on one connection, each with the version in its first byte. Joiner: a SPAKE2 message
//! (33). Inviter: 0, its SPAKE2 message (33). Joiner: the proof that it knows the words (32).
//! Inviter: 0, its offer, sealed. Joiner: its claim, sealed. Inviter: the [`super::JoinAnswer`].
//! Instead of any of its frames the inviter may send a refusal, which is an answer too.
//!
//! Whoever does not know the words learns nothing from either side but one guess at a time, and
//! the inviter counts wrong guesses over all connections. The proofs cover the value exported from
//! the connection, both certificates, the school, the role and the spaces, so that nobody between
//! two connections can pass anything on.

mod channel;
mod invite;
mod join;
mod messages;
#[cfg(test)]
mod tests;
mod words;

pub use invite::{CodeInvite, CodeMeeting, CodeMet};
pub use join::{CodeAsked, CodeClaimed, CodeJoin, CodeOffered};
pub use messages::{CodeClaim, CodeOffer, MAX_CODE_FRAME_BYTES};
pub use words::{CODE_WORDS, SpokenCode};
