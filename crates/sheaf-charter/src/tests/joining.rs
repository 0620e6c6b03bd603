//! Tickets and the join exchange.

use zeroize::Zeroizing;

use crate::entry::Entry;
use crate::error::CharterError;
use crate::govern::{NewPerson, admit_person};
use crate::identity::Identity;
use crate::join::{
    Grant, JoinAnswer, JoinRefusal, JoinRequest, JoinSide, MAX_JOIN_ATTEMPTS, PendingInvite,
    join_proof,
};
use crate::keys::{KeyHolder, KeyRing};
use crate::role::Role;
use crate::tests::testing::{Device, NOW_MS, founded, rng};
use crate::ticket::Ticket;

const EXPORTER: [u8; 32] = [3; 32];
const ENDS_MS: i64 = NOW_MS + 600_000;

fn ticket(device: &Device) -> Ticket {
    Ticket {
        school: device.trust.school().unwrap(),
        inviter: device.identity.device(),
        endpoint: device.identity.endpoint(),
        addresses: vec!["10.4.7.22:4455".parse().unwrap()],
        secret: Zeroizing::new([8; 32]),
        expires_ms: ENDS_MS,
        person: None,
    }
}

#[test]
fn a_ticket_is_read_as_it_was_written() {
    let (head, _) = Device::of_founder(founded(&mut rng(80)));
    let ticket = ticket(&head);
    let text = ticket.to_text();
    assert_eq!(text.parse(), Ok(ticket.clone()));
    let mailed = format!(" {}\r\n {}\n", &text[..50].to_uppercase(), &text[50..]);
    assert_eq!(mailed.parse(), Ok(ticket.clone()));
    for at in 6..text.len() {
        let mut wrong = text.as_bytes().to_vec();
        wrong[at] = if wrong[at] == b'a' { b'b' } else { b'a' };
        let wrong = String::from_utf8(wrong).unwrap();
        assert_eq!(wrong.parse::<Ticket>(), Err(CharterError::DamagedTicket), "letter {at}");
        assert_eq!(text[..at].parse::<Ticket>(), Err(CharterError::DamagedTicket));
    }
    let of_person = Ticket { person: Some(head.identity.person()), ..ticket.clone() };
    let text = of_person.to_text();
    assert_eq!(text.parse(), Ok(of_person));
    let disguised = text.replacen("sheaf2", "sheaf1", 1);
    assert_eq!(disguised.parse::<Ticket>(), Err(CharterError::DamagedTicket));
    for text in ["", "sheaf", "hello", "sheafaaaaa"] {
        assert_eq!(text.parse::<Ticket>(), Err(CharterError::NotATicket));
    }
    assert_eq!(ticket.check_time(ENDS_MS - 1), Ok(()));
    assert_eq!(ticket.check_time(ENDS_MS), Err(CharterError::TicketExpired));
    assert!(!format!("{ticket:?}").contains("secret"));
}

fn mentor() -> Grant {
    Grant::Person { role: Role::Mentor, spaces: Vec::new() }
}

struct Meeting {
    head: Device,
    everything: Vec<Entry>,
    joiner: Identity,
    ticket: Ticket,
    invite: PendingInvite,
    request: JoinRequest,
    rng: rand_chacha::ChaCha20Rng,
}

fn meeting(seed: u64) -> Meeting {
    let mut rng = rng(seed);
    let (head, everything) = Device::of_founder(founded(&mut rng));
    let joiner = Identity::generate(&mut rng);
    let ticket = ticket(&head);
    let invite = PendingInvite::new(&ticket, mentor());
    let request = JoinRequest::new(&joiner, &ticket, &EXPORTER, "K. Shah", "laptop").unwrap();
    Meeting { head, everything, joiner, ticket, invite, request, rng }
}

impl Meeting {
    fn take(&mut self, now_ms: i64) -> Result<[u8; 32], JoinRefusal> {
        self.invite.take(&self.request, &EXPORTER, &self.joiner.endpoint(), now_ms)
    }

    fn answer(&mut self) -> JoinAnswer {
        let proof = self.take(NOW_MS).unwrap();
        let new = NewPerson {
            certificate: self.request.certificate,
            role: Role::Mentor,
            name: &self.request.person_name,
            device_name: &self.request.device_name,
            spaces: &[],
        };
        let Device { identity, trust, keys } = &self.head;
        let admission = admit_person(identity, trust, keys, new, NOW_MS, &mut self.rng).unwrap();
        self.head.take(&admission);
        let lanes = |entry: &&Entry| {
            let space = entry.header().lane.space;
            space == crate::ids::SpaceId::CHARTER
                || self.head.trust.is_person_in(self.joiner.person(), space)
        };
        let entries = self.everything.iter().chain(&admission).filter(lanes).cloned().collect();
        JoinAnswer::Admitted { proof, entries }
    }
}

#[test]
fn a_joiner_comes_in_with_keys_and_names() {
    let mut meeting = meeting(81);
    let request = JoinRequest::from_bytes(&meeting.request.to_bytes()).unwrap();
    assert_eq!(request, meeting.request);
    let answer = meeting.answer();
    let answer = JoinAnswer::from_bytes(&answer.to_bytes()).unwrap();
    let (trust, entries) = answer.accept(&meeting.joiner, &meeting.ticket, &EXPORTER).unwrap();
    let person = meeting.joiner.person();
    assert_eq!(trust.role(person), Some(Role::Mentor));
    assert_eq!(trust.spaces().len(), 1, "not safeguarding");
    let mut keys = KeyRing::new();
    keys.learn(meeting.ticket.school, &entries, KeyHolder::Device(&meeting.joiner));
    assert_eq!(trust.names(&keys).people[&person], "K. Shah");
    let space = trust.spaces()[0];
    assert!(keys.writing_epoch(space, &trust).is_some());
    assert!(trust.may_write(meeting.joiner.device(), space));
}

#[test]
fn an_invitation_is_used_once_and_ends() {
    let mut meeting = meeting(82);
    assert_eq!(meeting.take(ENDS_MS), Err(JoinRefusal::Expired));
    assert!(meeting.invite.is_open(NOW_MS) && !meeting.invite.is_open(ENDS_MS));
    assert!(meeting.take(NOW_MS).is_ok());
    assert_eq!(meeting.take(NOW_MS), Err(JoinRefusal::Used));
    assert!(!meeting.invite.is_open(NOW_MS));
}

/// A ticket for a further device of somebody lets in nobody else.
#[test]
fn a_ticket_for_a_device_of_a_person_is_for_that_person() {
    let mut meeting = meeting(89);
    let head = meeting.head.identity.person();
    meeting.invite = PendingInvite::new(&meeting.ticket, Grant::Device { person: head });
    assert_eq!(meeting.take(NOW_MS), Err(JoinRefusal::BadCertificate));
    meeting.joiner = Identity::generate_device(head, &mut meeting.rng);
    meeting.request.certificate = meeting.joiner.certificate();
    assert!(meeting.take(NOW_MS).is_ok());
}

#[test]
fn three_wrong_proofs_end_an_invitation() {
    let mut meeting = meeting(83);
    let right = meeting.request.proof;
    meeting.request.proof = join_proof(&[9; 32], &EXPORTER, JoinSide::Joiner);
    for _ in 0..MAX_JOIN_ATTEMPTS {
        assert_eq!(meeting.take(NOW_MS), Err(JoinRefusal::WrongProof));
    }
    meeting.request.proof = right;
    assert_eq!(meeting.take(NOW_MS), Err(JoinRefusal::TooManyAttempts));
}

#[test]
fn a_proof_is_for_one_side_of_one_connection() {
    let mut meeting = meeting(84);
    for (exporter, side) in [([4; 32], JoinSide::Joiner), (EXPORTER, JoinSide::Inviter)] {
        meeting.request.proof = join_proof(&meeting.ticket.secret, &exporter, side);
        assert_eq!(meeting.take(NOW_MS), Err(JoinRefusal::WrongProof));
    }
}

#[test]
fn a_certificate_must_be_of_this_connection_and_of_a_new_person() {
    let mut meeting = meeting(85);
    let endpoint = [1; 32];
    let refused = meeting.invite.take(&meeting.request, &EXPORTER, &endpoint, NOW_MS);
    assert_eq!(refused, Err(JoinRefusal::BadCertificate));
    let head = meeting.head.identity.person();
    meeting.joiner = Identity::generate_device(head, &mut meeting.rng);
    meeting.request.certificate = meeting.joiner.certificate();
    assert_eq!(meeting.take(NOW_MS), Err(JoinRefusal::BadCertificate));
    assert!(meeting.invite.is_open(NOW_MS), "no guess was made");
}

#[test]
fn a_joiner_refuses_an_answer_that_does_not_admit() {
    let mut meeting = meeting(86);
    let answer = meeting.answer();
    let JoinAnswer::Admitted { proof, entries } = answer else { panic!() };
    let accept = |proof, entries| {
        let answer = JoinAnswer::Admitted { proof, entries };
        answer.accept(&meeting.joiner, &meeting.ticket, &EXPORTER).map(|_| ()).unwrap_err()
    };
    assert_eq!(accept([0; 32], entries.clone()), CharterError::WrongProof);
    let before: Vec<_> = entries[..2].to_vec();
    assert!(matches!(accept(proof, before), CharterError::NotAdmitted(_)));
    let headless: Vec<_> = entries[1..].to_vec();
    assert!(matches!(accept(proof, headless), CharterError::NotAdmitted(_)));
    let elsewhere = founded(&mut rng(87)).entries;
    assert!(matches!(accept(proof, elsewhere), CharterError::NotAdmitted(_)));
    let refused = JoinAnswer::Refused(JoinRefusal::Used);
    let refused = JoinAnswer::from_bytes(&refused.to_bytes()).unwrap();
    assert_eq!(
        refused.accept(&meeting.joiner, &meeting.ticket, &EXPORTER).unwrap_err(),
        CharterError::JoinRefused(JoinRefusal::Used)
    );
}

#[test]
fn broken_messages_are_refused() {
    let mut meeting = meeting(88);
    let request = meeting.request.to_bytes();
    for length in 0..request.len() {
        assert!(JoinRequest::from_bytes(&request[..length]).is_err());
    }
    assert!(JoinRequest::from_bytes(&[&request[..], &[0]].concat()).is_err());
    let answer = meeting.answer().to_bytes();
    for length in 0..answer.len() {
        assert!(JoinAnswer::from_bytes(&answer[..length]).is_err());
    }
    let mut newer = request;
    newer[0] = 2;
    let text = JoinRequest::from_bytes(&newer).unwrap_err().to_string();
    assert!(
        text.contains("format 2 was written by a newer version of Sheaf, this one reads format 1"),
        "{text}"
    );
    assert!(JoinAnswer::from_bytes(&[1, 1, 99]).is_err());
}
