//! The join exchange: by a ticket, one request and one reply over one connection; by a spoken
//! code, the six frames of `code`.
//!
//! Both sides prove that they know the ticket's secret with a BLAKE3 keyed by it and bound to the
//! connection by keying material exported from it, so that nobody in the middle can pass a proof
//! on. The inviter answers with control entries only after the joiner is admitted.

mod answer;
mod code;
mod grant;
mod invite;
mod pass;
mod proof;
mod request;

use crate::codec::{DecodeError, Reader};

pub use answer::{JoinAnswer, JoinRefusal, MAX_JOIN_ENTRIES};
pub use code::*;
pub use grant::{Grant, MAX_INVITED_SPACES};
pub use invite::{MAX_JOIN_ATTEMPTS, PendingInvite};
pub use pass::JoinPass;
pub use proof::{JOIN_EXPORTER_BYTES, JOIN_EXPORTER_LABEL, JoinSide, join_proof};
pub use request::JoinRequest;

/// The version of both messages.
const VERSION: u8 = 1;

fn read_version(reader: &mut Reader<'_>) -> Result<(), DecodeError> {
    match reader.u8("version")? {
        VERSION => Ok(()),
        found => Err(DecodeError::UnknownVersion { found, known: VERSION }),
    }
}
