//! The join exchange: one request, one reply, over one connection.
//!
//! Both sides prove that they know the ticket's secret with a BLAKE3 keyed by it and bound to the
//! connection by keying material exported from it, so that nobody in the middle can pass a proof
//! on. The inviter answers with control entries only after the joiner is admitted.

mod answer;
mod invite;
mod proof;
mod request;

use crate::codec::{DecodeError, Reader};

pub use answer::{JoinAnswer, JoinRefusal, MAX_JOIN_ENTRIES};
pub use invite::{MAX_JOIN_ATTEMPTS, PendingInvite};
pub use proof::{JOIN_EXPORTER_BYTES, JOIN_EXPORTER_LABEL, JoinSide, join_proof};
pub use request::JoinRequest;

/// The version of both messages.
const VERSION: u8 = 1;

fn read_version(reader: &mut Reader<'_>) -> Result<(), DecodeError> {
    match reader.u8("version")? {
        VERSION => Ok(()),
        other => Err(DecodeError::UnknownVersion(other)),
    }
}
