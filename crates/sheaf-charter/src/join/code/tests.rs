//! The exchange by a spoken code: honest, guessed, relayed, replayed, used, over and malformed.

use expect_test::expect;
use rand_chacha::ChaCha20Rng;

use super::messages::from_inviter;
use super::*;
use crate::entry::Entry;
use crate::error::CharterError;
use crate::govern::{NewDevice, NewPerson, admit_device, admit_person};
use crate::identity::Identity;
use crate::ids::{PersonId, SpaceId};
use crate::join::{Grant, JoinAnswer, JoinRefusal, MAX_JOIN_ATTEMPTS};
use crate::role::Role;
use crate::tests::testing::{Device, NOW_MS, founded, rng};

const EXPORTER: [u8; 32] = [3; 32];
const ELSEWHERE: [u8; 32] = [4; 32];
const ENDS_MS: i64 = NOW_MS + 600_000;
const CODE: &str = "tulip canister giraffe yogurt";
const WRONG: &str = "tulip canister giraffe yodel";

struct Meeting {
    head: Device,
    everything: Vec<Entry>,
    invite: CodeInvite,
    joiner: Identity,
    rng: ChaCha20Rng,
}

fn code(text: &str) -> SpokenCode {
    text.parse().unwrap()
}

fn meeting(seed: u64, grant: impl FnOnce(&Device) -> Grant) -> Meeting {
    let mut rng = rng(seed);
    let (head, everything) = Device::of_founder(founded(&mut rng));
    let offer = CodeOffer {
        school: head.trust.school().unwrap(),
        inviter: head.identity.certificate(),
        grant: grant(&head),
    };
    let invite = CodeInvite::new(code(CODE), offer, ENDS_MS);
    let joiner = Identity::generate(&mut rng);
    Meeting { head, everything, invite, joiner, rng }
}

fn mentor(_: &Device) -> Grant {
    Grant::Person { role: Role::Mentor, spaces: Vec::new() }
}

/// What becomes of an honest answer before it arrives.
type Change<'a> = dyn Fn(&mut CodeClaimed, &mut [u8; 32], &mut Vec<Entry>) + 'a;

/// The frames of one exchange, in order.
struct Frames {
    hello: Vec<u8>,
    reply: Vec<u8>,
    words: Vec<u8>,
    offer: Vec<u8>,
    claim: Vec<u8>,
}

impl Meeting {
    /// One guess at the words; gives what the inviter says to it.
    fn guess(&mut self, words: &str) -> Result<(CodeAsked, CodeMet, Vec<u8>), CharterError> {
        let (join, hello) = CodeJoin::begin(&code(words), &mut self.rng).unwrap();
        let (met, reply) = self.invite.meet(&hello, &EXPORTER, NOW_MS, &mut self.rng)?;
        let (asked, proof) = join.met(&reply, &EXPORTER).unwrap();
        let (met, offer) = self.invite.hear(met, &proof, NOW_MS)?;
        Ok((asked, met, offer))
    }

    fn run(&mut self) -> (Frames, CodeClaimed, CodeClaim, [u8; 32]) {
        let (join, hello) = CodeJoin::begin(&code(CODE), &mut self.rng).unwrap();
        let (met, reply) = self.invite.meet(&hello, &EXPORTER, NOW_MS, &mut self.rng).unwrap();
        let (asked, words) = join.met(&reply, &EXPORTER).unwrap();
        let (met, offer) = self.invite.hear(met, &words, NOW_MS).unwrap();
        let offered = asked.offered(&offer, &self.head.identity.endpoint()).unwrap();
        if let Grant::Device { person } = offered.offer().grant {
            self.joiner = self.joiner.for_person(person);
        }
        let (claimed, claim) = offered.claim(&self.joiner, "K. Shah", "a laptop").unwrap();
        let endpoint = self.joiner.endpoint();
        let (told, proof) = self.invite.take(met, &claim, &endpoint, NOW_MS).unwrap();
        (Frames { hello, reply, words, offer, claim }, claimed, told, proof)
    }

    fn admit(&mut self, claim: &CodeClaim) -> Vec<Entry> {
        let Device { identity, trust, keys } = &self.head;
        let admission = match self.invite.grant() {
            Grant::Person { role, spaces } => {
                let new = NewPerson {
                    certificate: claim.certificate,
                    role: *role,
                    name: &claim.person_name,
                    device_name: &claim.device_name,
                    spaces,
                };
                admit_person(identity, trust, keys, new, NOW_MS, &mut self.rng)
            }
            Grant::Device { .. } => {
                let new = NewDevice { certificate: claim.certificate, name: &claim.device_name };
                admit_device(identity, trust, keys, new, NOW_MS, &mut self.rng)
            }
        };
        let admission = admission.unwrap();
        self.head.take(&admission);
        let person = claim.certificate.person;
        let visible = |entry: &&Entry| {
            let space = entry.header().lane.space;
            space == SpaceId::CHARTER || self.head.trust.is_person_in(person, space)
        };
        self.everything.iter().chain(&admission).filter(visible).cloned().collect()
    }
}

#[track_caller]
fn refused<T>(outcome: Result<T, CharterError>, expected: JoinRefusal) {
    assert_eq!(outcome.err().unwrap(), CharterError::JoinRefused(expected));
}

#[test]
fn four_words_let_a_colleague_in() {
    let mut meeting = meeting(101, mentor);
    let (_, claimed, claim, proof) = meeting.run();
    assert_eq!((claim.person_name.as_str(), claim.device_name.as_str()), ("K. Shah", "a laptop"));
    let entries = meeting.admit(&claim);
    let answer = JoinAnswer::Admitted { proof, entries };
    let (trust, _) = claimed.accept(answer, &meeting.joiner).unwrap();
    assert_eq!(trust.role(meeting.joiner.person()), Some(Role::Mentor));
    assert_eq!(trust.spaces().len(), 1, "not safeguarding");
    assert!(trust.may_write(meeting.joiner.device(), trust.spaces()[0]));
}

#[test]
fn four_words_let_a_further_device_of_a_person_in() {
    let whose = |head: &Device| Grant::Device { person: head.identity.person() };
    let mut meeting = meeting(102, whose);
    let (_, claimed, claim, proof) = meeting.run();
    let entries = meeting.admit(&claim);
    let answer = JoinAnswer::Admitted { proof, entries };
    let (trust, _) = claimed.accept(answer, &meeting.joiner).unwrap();
    assert_eq!(trust.people().len(), 1);
    assert_eq!(trust.people()[0].devices.len(), 2);
}

#[test]
fn a_wrong_word_is_counted_and_the_third_ends_the_code() {
    let mut meeting = meeting(103, mentor);
    for left in (0..MAX_JOIN_ATTEMPTS).rev() {
        refused(meeting.guess(WRONG), JoinRefusal::WrongCode);
        assert_eq!(meeting.invite.attempts_left(), left);
    }
    refused(meeting.guess(CODE), JoinRefusal::TooManyAttempts);
    assert!(!meeting.invite.is_open(NOW_MS));
}

/// Connections that were opened before the third wrong guess get no fourth.
#[test]
fn attempts_are_counted_over_connections_that_are_open_at_once() {
    let mut meeting = meeting(104, mentor);
    let mut open = Vec::new();
    for words in [WRONG, WRONG, WRONG, CODE] {
        let (join, hello) = CodeJoin::begin(&code(words), &mut meeting.rng).unwrap();
        let (met, reply) =
            meeting.invite.meet(&hello, &EXPORTER, NOW_MS, &mut meeting.rng).unwrap();
        let (_, proof) = join.met(&reply, &EXPORTER).unwrap();
        open.push((met, proof));
    }
    let (met, proof) = open.pop().unwrap();
    for (met, proof) in open {
        refused(meeting.invite.hear(met, &proof, NOW_MS), JoinRefusal::WrongCode);
    }
    refused(meeting.invite.hear(met, &proof, NOW_MS), JoinRefusal::TooManyAttempts);
}

#[test]
fn a_code_is_used_once_and_ends() {
    let mut meeting = meeting(105, mentor);
    let (_, other, _) = meeting.guess(CODE).unwrap();
    let (frames, ..) = meeting.run();
    assert!(!meeting.invite.is_open(NOW_MS));
    refused(meeting.guess(CODE), JoinRefusal::Used);
    let endpoint = meeting.joiner.endpoint();
    refused(meeting.invite.take(other, &frames.claim, &endpoint, NOW_MS), JoinRefusal::Used);

    let mut meeting = self::meeting(106, mentor);
    assert!(meeting.invite.is_open(ENDS_MS - 1) && !meeting.invite.is_open(ENDS_MS));
    let (_, hello) = CodeJoin::begin(&code(CODE), &mut meeting.rng).unwrap();
    let (met, _) = meeting.invite.meet(&hello, &EXPORTER, ENDS_MS - 1, &mut meeting.rng).unwrap();
    refused(meeting.invite.hear(met, &frames.words, ENDS_MS), JoinRefusal::Expired);
    let late = meeting.invite.meet(&hello, &EXPORTER, ENDS_MS, &mut meeting.rng);
    refused(late, JoinRefusal::Expired);
}

/// Who has begun with the words of one invitation does not go on with the next one's.
#[test]
fn an_invitation_that_was_replaced_goes_no_further() {
    let mut first = meeting(116, mentor);
    let mut second = meeting(116, mentor);
    let offer = CodeOffer {
        school: second.head.trust.school().unwrap(),
        inviter: second.head.identity.certificate(),
        grant: Grant::Person { role: Role::Head, spaces: Vec::new() },
    };
    second.invite = CodeInvite::new(code(WRONG), offer, ENDS_MS);
    let (join, hello) = CodeJoin::begin(&code(CODE), &mut first.rng).unwrap();
    let (met, reply) = first.invite.meet(&hello, &EXPORTER, NOW_MS, &mut first.rng).unwrap();
    let (_, words) = join.met(&reply, &EXPORTER).unwrap();
    refused(second.invite.hear(met, &words, NOW_MS), JoinRefusal::NoInvitation);
    let (_, met, _) = first.guess(CODE).unwrap();
    let endpoint = first.joiner.endpoint();
    let (frames, ..) = first.run();
    let taken = second.invite.take(met, &frames.claim, &endpoint, NOW_MS);
    refused(taken, JoinRefusal::NoInvitation);
}

/// Whoever passes every frame on between two connections is found out: each has its own exporter.
#[test]
fn a_relay_between_two_connections_learns_and_opens_nothing() {
    let mut meeting = meeting(107, mentor);
    let (join, hello) = CodeJoin::begin(&code(CODE), &mut meeting.rng).unwrap();
    let (met, reply) = meeting.invite.meet(&hello, &EXPORTER, NOW_MS, &mut meeting.rng).unwrap();
    let (_, words) = join.met(&reply, &ELSEWHERE).unwrap();
    refused(meeting.invite.hear(met, &words, NOW_MS), JoinRefusal::WrongCode);
    assert_eq!(meeting.invite.attempts_left(), MAX_JOIN_ATTEMPTS - 1);
}

/// A device that answers to the slot without the words cannot make an offer that opens.
#[test]
fn an_inviter_who_does_not_know_the_words_is_refused() {
    let mut meeting = meeting(108, mentor);
    let (join, hello) = CodeJoin::begin(&code(WRONG), &mut meeting.rng).unwrap();
    let (_, reply) = meeting.invite.meet(&hello, &EXPORTER, NOW_MS, &mut meeting.rng).unwrap();
    let (asked, _) = join.met(&reply, &EXPORTER).unwrap();
    let (_, _, offer) = meeting.guess(CODE).unwrap();
    let endpoint = meeting.head.identity.endpoint();
    let error = asked.offered(&offer, &endpoint).err().unwrap();
    assert_eq!(error, CharterError::WrongCode);
}

#[test]
fn nothing_can_be_replayed() {
    let mut meeting = meeting(109, mentor);
    let (frames, ..) = meeting.run();
    let mut again = self::meeting(109, mentor);
    again.rng = rng(1_090);
    let (met, _) = again.invite.meet(&frames.hello, &EXPORTER, NOW_MS, &mut rng(1)).unwrap();
    refused(again.invite.hear(met, &frames.words, NOW_MS), JoinRefusal::WrongCode);
    let (_, met, _) = again.guess(CODE).unwrap();
    let endpoint = meeting.joiner.endpoint();
    refused(again.invite.take(met, &frames.claim, &endpoint, NOW_MS), JoinRefusal::WrongCode);
    let (asked, _, _) = again.guess(CODE).unwrap();
    let head = meeting.head.identity.endpoint();
    let error = asked.offered(&frames.offer, &head).err().unwrap();
    assert_eq!(error, CharterError::WrongCode);
}

#[test]
fn certificates_are_of_this_connection_and_of_whom_the_code_is_for() {
    let mut meeting = meeting(110, mentor);
    let (asked, met, offer) = meeting.guess(CODE).unwrap();
    let other = asked.offered(&offer, &[1; 32]).err().unwrap();
    assert!(matches!(other, CharterError::NotAdmitted(_)), "another endpoint");
    let claim = |meeting: &mut Meeting, identity: &Identity, endpoint: &[u8; 32]| {
        let (asked, met, offer) = meeting.guess(CODE).unwrap();
        let offered = asked.offered(&offer, &meeting.head.identity.endpoint()).unwrap();
        let (_, claim) = offered.claim(identity, "K. Shah", "laptop").unwrap();
        meeting.invite.take(met, &claim, endpoint, NOW_MS)
    };
    let person = meeting.head.identity.person();
    let of_the_head = Identity::generate_device(person, &mut meeting.rng);
    let endpoint = of_the_head.endpoint();
    refused(claim(&mut meeting, &of_the_head, &endpoint), JoinRefusal::BadCertificate);
    let stranger = Identity::generate(&mut meeting.rng);
    refused(claim(&mut meeting, &stranger, &[1; 32]), JoinRefusal::BadCertificate);
    drop(met);
    assert!(meeting.invite.is_open(NOW_MS), "no guess was made");
}

#[test]
fn a_joiner_refuses_an_answer_that_is_not_what_was_offered() {
    let space = |head: &Device| Grant::Person {
        role: Role::Lead,
        spaces: head.trust.spaces_of_person(head.identity.person()),
    };
    let mut meeting = meeting(111, space);
    let accept = |change: &Change| {
        let mut again = self::meeting(111, space);
        let (_, mut claimed, claim, mut proof) = again.run();
        let mut entries = again.admit(&claim);
        change(&mut claimed, &mut proof, &mut entries);
        let answer = JoinAnswer::Admitted { proof, entries };
        claimed.accept(answer, &again.joiner).map(|_| ())
    };
    assert_eq!(accept(&|_, _, _| ()), Ok(()));
    assert_eq!(accept(&|_, proof, _| proof[0] ^= 1), Err(CharterError::WrongCode));
    let elsewhere = founded(&mut rng(112)).entries;
    let not_admitted = [
        accept(&|_, _, entries| entries.truncate(4)),
        accept(&|_, _, entries| drop(entries.remove(0))),
        accept(&|_, _, entries| entries.clone_from(&elsewhere)),
        accept(&|claimed, _, _| claimed.grant(Grant::Person { role: Role::Head, spaces: vec![] })),
        accept(&|claimed, _, _| {
            let spaces = vec![SpaceId::from_bytes([9; 16])];
            claimed.grant(Grant::Person { role: Role::Lead, spaces });
        }),
        accept(&|claimed, _, _| {
            claimed.grant(Grant::Device { person: PersonId::from_bytes([9; 16]) });
        }),
    ];
    for outcome in not_admitted {
        assert!(matches!(outcome, Err(CharterError::NotAdmitted(_))), "{outcome:?}");
    }
    let (_, claimed, ..) = meeting.run();
    let answer = JoinAnswer::Refused(JoinRefusal::Failed);
    refused(claimed.accept(answer, &meeting.joiner), JoinRefusal::Failed);
}

/// Rule 9. Every frame, cut short anywhere, with a byte too many, of another version, or too long.
#[test]
fn hostile_frames_are_refused_by_name() {
    let mut meeting = meeting(113, mentor);
    let (frames, ..) = meeting.run();
    let mut fresh = self::meeting(113, mentor);
    let endpoint = meeting.joiner.endpoint();
    let mut check = |what: &str,
                     frame: &[u8],
                     take: &mut dyn FnMut(&mut Meeting, &[u8]) -> bool| {
        for length in 0..frame.len() {
            assert!(take(&mut fresh, &frame[..length]), "{what}, {length} bytes");
        }
        assert!(take(&mut fresh, &[frame, &[0]].concat()), "{what}, trailing");
        assert!(take(&mut fresh, &[frame, &[0; MAX_CODE_FRAME_BYTES]].concat()), "{what}, long");
        let newer = [&[9], &frame[1..]].concat();
        assert!(take(&mut fresh, &newer), "{what}, newer");
    };
    check("hello", &frames.hello, &mut |fresh, frame| {
        let met = fresh.invite.meet(frame, &EXPORTER, NOW_MS, &mut fresh.rng);
        matches!(met, Err(CharterError::Malformed { .. }))
    });
    check("reply", &frames.reply, &mut |fresh, frame| {
        let (join, _) = CodeJoin::begin(&code(CODE), &mut fresh.rng).unwrap();
        matches!(join.met(frame, &EXPORTER), Err(CharterError::Malformed { .. }))
    });
    check("words", &frames.words, &mut |fresh, frame| {
        let (_, hello) = CodeJoin::begin(&code(CODE), &mut fresh.rng).unwrap();
        let (met, _) = fresh.invite.meet(&hello, &EXPORTER, NOW_MS, &mut fresh.rng).unwrap();
        matches!(fresh.invite.hear(met, frame, NOW_MS), Err(CharterError::Malformed { .. }))
    });
    check("offer", &frames.offer, &mut |fresh, frame| {
        let (asked, ..) = fresh.guess(CODE).unwrap();
        asked.offered(frame, &fresh.head.identity.endpoint()).is_err()
    });
    check("claim", &frames.claim, &mut |fresh, frame| {
        let (_, met, _) = fresh.guess(CODE).unwrap();
        fresh.invite.take(met, frame, &endpoint, NOW_MS).is_err()
    });
    assert!(fresh.invite.is_open(NOW_MS));
    assert_eq!(fresh.invite.attempts_left(), MAX_JOIN_ATTEMPTS, "none of it was a guess");
}

#[test]
fn what_is_no_point_is_refused_and_a_newer_version_named() {
    let mut meeting = meeting(114, mentor);
    let mut say = |frame: &[u8]| {
        let met = meeting.invite.meet(frame, &EXPORTER, NOW_MS, &mut meeting.rng);
        met.err().unwrap().to_string()
    };
    let mut hello = vec![1, b'A'];
    hello.extend([2; 32]);
    expect!["the first message of a join by code is malformed: not canonical, in point"]
        .assert_eq(&say(&hello));
    hello[1] = b'B';
    expect!["the first message of a join by code is malformed: not canonical, in point"]
        .assert_eq(&say(&hello));
    hello[0] = 2;
    expect!["the first message of a join by code is malformed: format 2 was written by a newer version of Sheaf, this one reads format 1; update this device"].assert_eq(&say(&hello));
    let (join, _) = CodeJoin::begin(&code(CODE), &mut rng(1)).unwrap();
    let refusal = JoinAnswer::Refused(JoinRefusal::Expired).to_bytes();
    refused(join.met(&refusal, &EXPORTER), JoinRefusal::Expired);
    let (join, _) = CodeJoin::begin(&code(CODE), &mut rng(1)).unwrap();
    assert!(join.met(&from_inviter(&[0; 33]), &EXPORTER).is_err());
}

/// If one of these changes, two versions of Sheaf can no longer let each other in.
#[test]
fn every_frame_is_frozen() {
    let mut meeting = meeting(115, mentor);
    let (frames, _, _, proof) = meeting.run();
    let digest =
        |frame: &[u8]| format!("{} bytes, {}\n", frame.len(), blake3::hash(frame).to_hex());
    let Frames { hello, reply, words, offer, claim } = frames;
    let all = [&hello[..], &reply, &words, &offer, &claim, &proof].map(digest).concat();
    expect![[r#"
        34 bytes, b2b151b8fc8a416423229678aa195546f0b6ebe77b16ac0a7b779726180c30f3
        35 bytes, a8944d3c2d4b1db0eded62255c33f6cf45485b0aac88fef43e94c27faa8c1039
        33 bytes, b1ff8c8812ce081c2f26fe7f9c2017b475210dd359210a9b935a2fc671791f9c
        326 bytes, d9e6f8f612706ceb62430c1198f4ec8c83770b0339cb67f6e0a6e2d9cb202fa1
        312 bytes, 36617363d0159cc7700250297a259c54360e12aeb14500b30c15f0aa02829161
        32 bytes, 196ffd28c82263beca0708d1769784c1881e21f4fe422af1209f9e1ad7cb497f
    "#]]
    .assert_eq(&all);
}
