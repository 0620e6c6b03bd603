//! A join by spoken code: what anybody can say without knowing the words, and what whoever knows
//! them can say past the proof.

use sheaf_charter::{
    CharterError, CodeAsked, CodeClaim, CodeClaimed, CodeInvite, CodeJoin, CodeMet, CodeOffer,
    Entry, Founded, Grant, Identity, JoinAnswer, NewPerson, Role, SpokenCode, admit_person,
};

use super::decoders::{Decoder, KIB, MIB, canonical, decoder};
use super::seeds::{NOW_MS, founded, rng};

const EXPORTER: [u8; 32] = [9; 32];

/// The two sides, and what they say to each other: the same each time.
struct Sides {
    founded: Founded,
    code: SpokenCode,
    joiner: Identity,
}

impl Sides {
    fn new() -> Self {
        let (code, joiner) = (SpokenCode::generate(&mut rng(4)), Identity::generate(&mut rng(3)));
        Self { founded: founded(), code, joiner }
    }

    fn offer(&self) -> CodeOffer {
        CodeOffer {
            school: self.founded.trust.school().unwrap(),
            inviter: self.founded.identity.certificate(),
            grant: Grant::Person { role: Role::Mentor, spaces: Vec::new() },
        }
    }

    fn invite(&self) -> CodeInvite {
        CodeInvite::new(self.code.clone(), self.offer(), i64::MAX)
    }

    fn hello(&self) -> (CodeJoin, Vec<u8>) {
        CodeJoin::begin(&self.code, &mut rng(5)).unwrap()
    }

    fn reply(&self) -> Vec<u8> {
        let meeting = self.invite().meet(&self.hello().1, &EXPORTER, NOW_MS, &mut rng(6));
        meeting.unwrap().1
    }

    /// The joiner's proof that it knows the words, and what the inviter says to a proof.
    fn words(&self) -> (CodeAsked, Vec<u8>) {
        self.hello().0.met(&self.reply(), &EXPORTER).unwrap()
    }

    fn hear(&self, words: &[u8]) -> Result<(CodeInvite, CodeMet, Vec<u8>), CharterError> {
        let mut invite = self.invite();
        let (meeting, _) = invite.meet(&self.hello().1, &EXPORTER, NOW_MS, &mut rng(6)).unwrap();
        let (met, offer) = invite.hear(meeting, words, NOW_MS)?;
        Ok((invite, met, offer))
    }

    fn claimed(&self) -> (CodeClaimed, Vec<u8>) {
        let (asked, words) = self.words();
        let (_, _, offer) = self.hear(&words).unwrap();
        let offered = asked.offered(&offer, &self.founded.identity.endpoint()).unwrap();
        offered.claim(&self.joiner, "K. Shah", "a laptop").unwrap()
    }

    fn take(&self, frame: &[u8]) -> Result<(CodeClaim, [u8; 32]), CharterError> {
        let (mut invite, met, _) = self.hear(&self.words().1).unwrap();
        invite.take(met, frame, &self.joiner.endpoint(), NOW_MS)
    }

    /// The control entries by which the joiner is in.
    fn admission(&self) -> Vec<Entry> {
        let Founded { identity, trust, keys, entries, pastoral, .. } = &self.founded;
        let certificate = self.joiner.certificate();
        let (role, name, device_name, spaces) = (Role::Mentor, "K. Shah", "a laptop", &[][..]);
        let new = NewPerson { certificate, role, name, device_name, spaces };
        let admitted = admit_person(identity, trust, keys, new, NOW_MS, &mut rng(7)).unwrap();
        let seen = entries.iter().chain(&admitted).filter(|entry| {
            let space = entry.header().lane.space;
            space == sheaf_charter::SpaceId::CHARTER || space == *pastoral
        });
        seen.cloned().collect()
    }
}

pub fn all() -> Vec<Decoder> {
    [before_the_proof(), past_the_proof()].into_iter().flatten().collect()
}

fn before_the_proof() -> Vec<Decoder> {
    let sides = Sides::new();
    let typed = sides.code.to_text().as_bytes().to_vec();
    let (hello, reply) = (sides.hello().1, sides.reply());
    let (invite, code) = (sides.invite(), sides.code);
    vec![
        decoder("spoken-code", vec![typed], 64 * KIB, |bytes| {
            let Ok(text) = std::str::from_utf8(bytes) else { return false };
            let Ok(read) = text.parse::<SpokenCode>() else { return false };
            assert_eq!(read.to_text().parse::<SpokenCode>().as_ref(), Ok(&read));
            true
        }),
        decoder("code-hello", vec![hello], 64 * KIB, move |frame| {
            invite.meet(frame, &EXPORTER, NOW_MS, &mut rng(6)).is_ok()
        }),
        decoder("code-reply", vec![reply], 64 * KIB, move |frame| {
            let (join, _) = CodeJoin::begin(&code, &mut rng(5)).unwrap();
            join.met(frame, &EXPORTER).is_ok()
        }),
    ]
}

/// The forms that are sealed, as whoever knows the words may fill them; the frames that carry them;
/// and the answer with the proof that belongs to it, so that its entries are looked at.
fn past_the_proof() -> Vec<Decoder> {
    let [words, offer, claim, answer] = [(); 4].map(|()| Sides::new());
    let inviter = offer.founded.identity.endpoint();
    let frames = (words.words().1, offer.hear(&offer.words().1).unwrap().2, claim.claimed().1);
    let offered = offer.offer();
    let (told, proof) = claim.take(&frames.2).unwrap();
    let of_device = Grant::Device { person: offer.founded.identity.person() };
    let of_device = CodeOffer { grant: of_device, ..offered.clone() };
    let offers = vec![offered.to_bytes(), of_device.to_bytes()];
    let admitted = JoinAnswer::Admitted { proof, entries: answer.admission() };
    vec![
        decoder("code-offer", offers, 64 * KIB, |bytes| {
            if let Ok(offer) = CodeOffer::from_bytes(bytes) {
                // A weak key or a wrong signature is an error too, never a panic.
                let _ = offer.inviter.verify();
            }
            canonical(CodeOffer::from_bytes, CodeOffer::to_bytes)(bytes)
        }),
        decoder("code-claim", vec![told.to_bytes()], 64 * KIB, |bytes| {
            canonical(CodeClaim::from_bytes, CodeClaim::to_bytes)(bytes)
        }),
        slow("code-words-frame", frames.0, move |frame| words.hear(frame).is_ok()),
        slow("code-offer-frame", frames.1, move |frame| {
            offer.words().0.offered(frame, &inviter).is_ok()
        }),
        slow("code-claim-frame", frames.2, move |frame| claim.take(frame).is_ok()),
        slow("code-answer", admitted.to_bytes(), move |bytes| {
            let answered = match JoinAnswer::from_bytes(bytes) {
                Ok(JoinAnswer::Admitted { entries, .. }) => JoinAnswer::Admitted { proof, entries },
                Ok(refused @ JoinAnswer::Refused(_)) => refused,
                Err(_) => return false,
            };
            answer.claimed().0.accept(answered, &answer.joiner).is_ok()
        }),
    ]
}

/// One for which both sides go through the exchange each time.
fn slow(name: &'static str, good: Vec<u8>, read: impl Fn(&[u8]) -> bool + 'static) -> Decoder {
    Decoder { cases_a_round: 200, ..decoder(name, vec![good], MIB, read) }
}
