//! The joining side of a join by code.

use rand_core::CryptoRng;

use super::channel::{Channel, Opening, Step};
use super::messages::{CodeClaim, CodeOffer, from_joiner, read_inviter, spake_message};
use super::words::SpokenCode;
use crate::codec::DecodeError;
use crate::entry::Entry;
use crate::error::CharterError;
use crate::identity::Identity;
use crate::join::answer::{JoinAnswer, build_trust};
use crate::join::grant::Grant;
use crate::join::proof::{JOIN_EXPORTER_BYTES, JoinSide};
use crate::names::{MAX_NAME_BYTES, acceptable};
use crate::trust::Trust;

const REPLY: &str = "the first reply of a join by code";
const OFFER: &str = "the offer of a join by code";

/// The joiner has sent its first frame.
pub struct CodeJoin(Opening);

/// The joiner has proved that it knows the words.
pub struct CodeAsked(Channel);

/// The inviter has proved it too, and has made its offer.
pub struct CodeOffered {
    channel: Channel,
    offer: CodeOffer,
}

/// The joiner has said who it is.
pub struct CodeClaimed {
    channel: Channel,
    offer: CodeOffer,
}

impl CodeJoin {
    /// Begins; gives the first frame.
    pub fn begin<R: CryptoRng + ?Sized>(
        code: &SpokenCode,
        rng: &mut R,
    ) -> Result<(Self, Vec<u8>), CharterError> {
        let sealing = CharterError::Sealing("a message of a join by code");
        let opening = Opening::new(code, JoinSide::Joiner, rng).ok_or(sealing)?;
        let hello = from_joiner(opening.message());
        Ok((Self(opening), hello))
    }

    /// Takes the inviter's first frame; gives the proof to send.
    pub fn met(
        self,
        reply: &[u8],
        exporter: &[u8; JOIN_EXPORTER_BYTES],
    ) -> Result<(CodeAsked, Vec<u8>), CharterError> {
        let message = spake_message(read_inviter(reply, REPLY)?, REPLY)?;
        let no_point = CharterError::malformed(REPLY)(DecodeError::NotCanonical("point"));
        let channel = self.0.finish(&message, exporter).ok_or(no_point)?;
        let proof = from_joiner(channel.proof(Step::Words, b"").as_bytes());
        Ok((CodeAsked(channel), proof))
    }
}

impl CodeAsked {
    /// Takes the inviter's offer. `endpoint` is the key that the connection itself proved.
    pub fn offered(self, frame: &[u8], endpoint: &[u8; 32]) -> Result<CodeOffered, CharterError> {
        let payload = read_inviter(frame, OFFER)?;
        let Self(mut channel) = self;
        let plain = channel.open(Step::Offer, payload).ok_or(CharterError::WrongCode)?;
        let offer = CodeOffer::from_bytes(&plain).map_err(CharterError::malformed(OFFER))?;
        if offer.inviter.endpoint != *endpoint || offer.inviter.verify().is_err() {
            return Err(CharterError::NotAdmitted("its certificate is not of this connection"));
        }
        Ok(CodeOffered { channel, offer })
    }
}

impl CodeOffered {
    /// What was offered.
    pub const fn offer(&self) -> &CodeOffer {
        &self.offer
    }

    /// Says who joins; gives the frame to send. The identity is of whom the offer is for.
    pub fn claim(
        self,
        identity: &Identity,
        person_name: &str,
        device_name: &str,
    ) -> Result<(CodeClaimed, Vec<u8>), CharterError> {
        if !acceptable(person_name) || !acceptable(device_name) {
            return Err(CharterError::BadName { limit: MAX_NAME_BYTES });
        }
        let Self { mut channel, offer } = self;
        let (person_name, device_name) = (person_name.to_owned(), device_name.to_owned());
        let claim = CodeClaim { certificate: identity.certificate(), person_name, device_name };
        let sealing = CharterError::Sealing("the claim of a join by code");
        let sealed = channel.seal(Step::Claim, &claim.to_bytes()).ok_or(sealing)?;
        Ok((CodeClaimed { channel, offer }, from_joiner(&sealed)))
    }
}

impl CodeClaimed {
    /// As if something else had been offered.
    #[cfg(test)]
    pub(super) fn grant(&mut self, grant: Grant) {
        self.offer.grant = grant;
    }

    /// What the joiner does with the answer: checks the proof, the founding, every entry, the
    /// inviter's right, and that this device is in as it was offered. Gives the trust built from
    /// the entries, and the entries.
    pub fn accept(
        self,
        answer: JoinAnswer,
        identity: &Identity,
    ) -> Result<(Trust, Vec<Entry>), CharterError> {
        let (proof, entries) = match answer {
            JoinAnswer::Refused(reason) => return Err(CharterError::JoinRefused(reason)),
            JoinAnswer::Admitted { proof, entries } => (proof, entries),
        };
        // Compares in constant time.
        if self.channel.proof(Step::Admitted, b"") != proof {
            return Err(CharterError::WrongCode);
        }
        let CodeOffer { school, inviter, grant } = self.offer;
        let trust = build_trust(&entries, school, inviter.device, &inviter.endpoint, identity)?;
        let is_as_offered = match grant {
            Grant::Person { role, spaces } => {
                let person = identity.person();
                trust.role(person) == Some(role)
                    && spaces.iter().all(|space| trust.is_person_in(person, *space))
            }
            Grant::Device { person } => identity.person() == person,
        };
        if trust.certificate(inviter.device) != Some(&inviter) || !is_as_offered {
            return Err(CharterError::NotAdmitted("it is not what was offered"));
        }
        Ok((trust, entries))
    }
}
