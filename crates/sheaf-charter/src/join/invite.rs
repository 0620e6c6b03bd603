//! An open invitation.

use std::fmt;

use zeroize::Zeroizing;

use super::answer::JoinRefusal;
use super::proof::{JOIN_EXPORTER_BYTES, JoinSide, join_proof, proves};
use super::request::JoinRequest;
use crate::ids::SpaceId;
use crate::role::Role;
use crate::ticket::Ticket;

/// So many wrong proofs end an invitation.
pub const MAX_JOIN_ATTEMPTS: u8 = 3;

/// An invitation that waits for its joiner: single use, limited in time and in wrong proofs.
pub struct PendingInvite {
    secret: Zeroizing<[u8; 32]>,
    /// The role that the joiner gets.
    pub role: Role,
    /// The spaces that the joiner gets into, besides those that everybody is in.
    pub spaces: Vec<SpaceId>,
    expires_ms: i64,
    attempts_left: u8,
    used: bool,
}

impl PendingInvite {
    /// The invitation that the ticket is for.
    pub fn new(ticket: &Ticket, role: Role, spaces: Vec<SpaceId>) -> Self {
        let (secret, expires_ms) = (ticket.secret.clone(), ticket.expires_ms);
        Self { secret, role, spaces, expires_ms, attempts_left: MAX_JOIN_ATTEMPTS, used: false }
    }

    /// Whether a joiner may still come.
    pub const fn is_open(&self, now_ms: i64) -> bool {
        !self.used && self.attempts_left > 0 && now_ms < self.expires_ms
    }

    /// Judges a request. `endpoint` is the key that the connection itself proved. The first
    /// request that passes uses the invitation up; gives the inviter's proof.
    pub fn take(
        &mut self,
        request: &JoinRequest,
        exporter: &[u8; JOIN_EXPORTER_BYTES],
        endpoint: &[u8; 32],
        now_ms: i64,
    ) -> Result<[u8; 32], JoinRefusal> {
        if self.used {
            return Err(JoinRefusal::Used);
        }
        if now_ms >= self.expires_ms {
            return Err(JoinRefusal::Expired);
        }
        if self.attempts_left == 0 {
            return Err(JoinRefusal::TooManyAttempts);
        }
        if !proves(&request.proof, &self.secret, exporter, JoinSide::Joiner) {
            self.attempts_left -= 1;
            return Err(JoinRefusal::WrongProof);
        }
        let certificate = &request.certificate;
        if certificate.endpoint != *endpoint
            || !certificate.is_first_device()
            || certificate.verify().is_err()
        {
            return Err(JoinRefusal::BadCertificate);
        }
        self.used = true;
        Ok(join_proof(&self.secret, exporter, JoinSide::Inviter))
    }
}

impl fmt::Debug for PendingInvite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PendingInvite")
            .field("role", &self.role)
            .field("attempts_left", &self.attempts_left)
            .field("used", &self.used)
            .finish_non_exhaustive()
    }
}
