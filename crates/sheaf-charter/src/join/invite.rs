//! An open invitation.

use std::fmt;

use zeroize::Zeroizing;

use super::answer::JoinRefusal;
use super::grant::Grant;
use super::proof::{JOIN_EXPORTER_BYTES, JoinSide, join_proof, proves};
use super::request::JoinRequest;
use crate::ticket::Ticket;

/// So many wrong proofs end an invitation.
pub const MAX_JOIN_ATTEMPTS: u8 = 3;

/// An invitation that waits for its joiner: single use, limited in time and in wrong proofs.
pub struct PendingInvite {
    secret: Zeroizing<[u8; 32]>,
    /// What the joiner comes in as.
    pub grant: Grant,
    expires_ms: i64,
    attempts_left: u8,
    used: bool,
}

impl PendingInvite {
    /// The invitation that the ticket is for.
    pub fn new(ticket: &Ticket, grant: Grant) -> Self {
        let (secret, expires_ms) = (ticket.secret.clone(), ticket.expires_ms);
        Self { secret, grant, expires_ms, attempts_left: MAX_JOIN_ATTEMPTS, used: false }
    }

    /// Whether a joiner may still come.
    pub const fn is_open(&self, now_ms: i64) -> bool {
        !self.used && self.attempts_left > 0 && now_ms < self.expires_ms
    }

    /// How many wrong proofs are left.
    pub const fn attempts_left(&self) -> u8 {
        self.attempts_left
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
        if !self.grant.suits(&request.certificate, endpoint) {
            return Err(JoinRefusal::BadCertificate);
        }
        self.used = true;
        Ok(join_proof(&self.secret, exporter, JoinSide::Inviter))
    }
}

impl fmt::Debug for PendingInvite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PendingInvite")
            .field("grant", &self.grant)
            .field("attempts_left", &self.attempts_left)
            .field("used", &self.used)
            .finish_non_exhaustive()
    }
}
