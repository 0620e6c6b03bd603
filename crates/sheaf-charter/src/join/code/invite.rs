//! The inviting side of a join by code.

use std::fmt;

use rand_core::CryptoRng;

use super::channel::{Channel, Opening, Step};
use super::messages::{
    CodeClaim, CodeOffer, from_inviter, read_joiner, spake_message, words_proof,
};
use super::words::SpokenCode;
use crate::codec::DecodeError;
use crate::error::CharterError;
use crate::join::answer::JoinRefusal;
use crate::join::grant::Grant;
use crate::join::invite::MAX_JOIN_ATTEMPTS;
use crate::join::proof::{JOIN_EXPORTER_BYTES, JoinSide};

const HELLO: &str = "the first message of a join by code";
const WORDS: &str = "the proof of a join by code";
const CLAIM: &str = "the claim of a join by code";

/// A code that waits for its joiner: single use, limited in time and, over all connections, in
/// wrong guesses.
pub struct CodeInvite {
    code: SpokenCode,
    offer: CodeOffer,
    expires_ms: i64,
    attempts_left: u8,
    used: bool,
}

/// One connection on which both messages of SPAKE2 were exchanged and nothing is proved yet.
///
/// Each remembers its code: an invitation that has taken the place of another does not go on with
/// what was begun with the words of that one.
pub struct CodeMeeting {
    channel: Channel,
    code: SpokenCode,
}

/// One connection whose joiner has proved that it knows the words.
pub struct CodeMet {
    channel: Channel,
    code: SpokenCode,
}

impl CodeInvite {
    /// The invitation that the code is for.
    pub const fn new(code: SpokenCode, offer: CodeOffer, expires_ms: i64) -> Self {
        Self { code, offer, expires_ms, attempts_left: MAX_JOIN_ATTEMPTS, used: false }
    }

    /// Whether a joiner may still come.
    pub const fn is_open(&self, now_ms: i64) -> bool {
        !self.used && self.attempts_left > 0 && now_ms < self.expires_ms
    }

    /// How many wrong guesses are left.
    pub const fn attempts_left(&self) -> u8 {
        self.attempts_left
    }

    /// What the joiner comes in as.
    pub const fn grant(&self) -> &Grant {
        &self.offer.grant
    }

    fn check(&self, now_ms: i64) -> Result<(), CharterError> {
        if self.used {
            return Err(CharterError::JoinRefused(JoinRefusal::Used));
        }
        if now_ms >= self.expires_ms {
            return Err(CharterError::JoinRefused(JoinRefusal::Expired));
        }
        if self.attempts_left == 0 {
            return Err(CharterError::JoinRefused(JoinRefusal::TooManyAttempts));
        }
        Ok(())
    }

    fn check_code(&self, code: &SpokenCode) -> Result<(), CharterError> {
        if *code == self.code {
            return Ok(());
        }
        Err(CharterError::JoinRefused(JoinRefusal::NoInvitation))
    }

    /// Takes the joiner's first frame; gives the frame to answer with. It says nothing about the
    /// words.
    pub fn meet<R: CryptoRng + ?Sized>(
        &self,
        hello: &[u8],
        exporter: &[u8; JOIN_EXPORTER_BYTES],
        now_ms: i64,
        rng: &mut R,
    ) -> Result<(CodeMeeting, Vec<u8>), CharterError> {
        self.check(now_ms)?;
        let message = spake_message(read_joiner(hello, HELLO)?, HELLO)?;
        let sealing = CharterError::Sealing("a message of a join by code");
        let opening = Opening::new(&self.code, JoinSide::Inviter, rng).ok_or(sealing)?;
        let reply = from_inviter(opening.message());
        let no_point = CharterError::malformed(HELLO)(DecodeError::NotCanonical("point"));
        let channel = opening.finish(&message, exporter).ok_or(no_point)?;
        Ok((CodeMeeting { channel, code: self.code.clone() }, reply))
    }

    /// Takes the joiner's proof that it knows the words, and counts it if it does not; gives the
    /// frame with the offer.
    pub fn hear(
        &mut self,
        meeting: CodeMeeting,
        frame: &[u8],
        now_ms: i64,
    ) -> Result<(CodeMet, Vec<u8>), CharterError> {
        self.check(now_ms)?;
        let proof = words_proof(read_joiner(frame, WORDS)?, WORDS)?;
        let CodeMeeting { mut channel, code } = meeting;
        self.check_code(&code)?;
        // Compares in constant time.
        if channel.proof(Step::Words, b"") != proof {
            self.attempts_left -= 1;
            return Err(CharterError::JoinRefused(JoinRefusal::WrongCode));
        }
        let sealing = CharterError::Sealing("the offer of a join by code");
        let sealed = channel.seal(Step::Offer, &self.offer.to_bytes()).ok_or(sealing)?;
        Ok((CodeMet { channel, code }, from_inviter(&sealed)))
    }

    /// Takes the joiner's claim. `endpoint` is the key that the connection itself proved. The
    /// first claim that passes uses the code up; gives the proof for the answer too.
    pub fn take(
        &mut self,
        met: CodeMet,
        frame: &[u8],
        endpoint: &[u8; 32],
        now_ms: i64,
    ) -> Result<(CodeClaim, [u8; 32]), CharterError> {
        self.check(now_ms)?;
        let payload = read_joiner(frame, CLAIM)?;
        let CodeMet { mut channel, code } = met;
        self.check_code(&code)?;
        let plain = channel
            .open(Step::Claim, payload)
            .ok_or(CharterError::JoinRefused(JoinRefusal::WrongCode))?;
        let claim = CodeClaim::from_bytes(&plain).map_err(CharterError::malformed(CLAIM))?;
        if !self.offer.grant.suits(&claim.certificate, endpoint) {
            return Err(CharterError::JoinRefused(JoinRefusal::BadCertificate));
        }
        self.used = true;
        Ok((claim, channel.proof(Step::Admitted, b"").into()))
    }
}

impl fmt::Debug for CodeInvite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CodeInvite")
            .field("code", &self.code)
            .field("grant", &self.offer.grant)
            .field("attempts_left", &self.attempts_left)
            .field("used", &self.used)
            .finish_non_exhaustive()
    }
}
