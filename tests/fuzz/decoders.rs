//! Every decoder, with good inputs and what it may allocate.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use sha2::{Digest, Sha256};
use sheaf_charter::codec::{Reader, Writer};
use sheaf_charter::{
    Act, AddressRecord, Argon2Cost, Certificate, ControlNames, DocumentId, Entry, EpochKey, Header,
    Identity, JoinAnswer, JoinRefusal, JoinRequest, RecoveryKey, SchoolId, SectionKey,
    SectionPlace, Ticket, identity_key, open_section_by_its_key, passphrase_key, records_from,
    records_to_bytes,
};
use sheaf_documents::{Document, DocumentError, Limits, scan_change, split_changes};
use sheaf_records::RecordId;
use sheaf_replica::{Config, LogTips, Mode, Session, Vector};
use sheaf_store::Home;

use super::seeds::{self, NOW_MS, founded, rng};
use super::{CASES_A_ROUND, backups, codes, files, parcels, plugins};

pub const KIB: usize = 1024;
pub const MIB: usize = 1024 * KIB;

/// Takes bytes in, and says whether they were read.
type Read = Box<dyn Fn(&[u8]) -> bool>;

/// One decoder.
pub struct Decoder {
    pub name: &'static str,
    pub seeds: Vec<Vec<u8>>,
    /// What it may allocate at most: this, and so many times its input.
    pub bound_bytes: usize,
    pub bound_times: usize,
    /// How many changed inputs it is fed in one round.
    pub cases_a_round: usize,
    /// Whether it reads the input. Panics if it reads what nobody writes.
    pub read: Read,
}

pub fn decoder(
    name: &'static str,
    seeds: Vec<Vec<u8>>,
    bound_bytes: usize,
    read: impl Fn(&[u8]) -> bool + 'static,
) -> Decoder {
    Decoder {
        name,
        seeds,
        bound_bytes,
        bound_times: 16,
        cases_a_round: CASES_A_ROUND,
        read: Box::new(read),
    }
}

/// A form with one encoding for each value: what is read is written back as it was.
pub fn canonical<T, E>(
    read: impl Fn(&[u8]) -> Result<T, E>,
    write: impl Fn(&T) -> Vec<u8>,
) -> impl Fn(&[u8]) -> bool {
    move |bytes| match read(bytes) {
        Ok(value) => {
            assert_eq!(write(&value), bytes, "another encoding was read");
            true
        }
        Err(_) => false,
    }
}

/// The same of a form that is part of others.
fn part<T, E: From<sheaf_charter::codec::DecodeError>>(
    read: impl Fn(&mut Reader<'_>) -> Result<T, E>,
    write: impl Fn(&T, &mut Writer),
) -> impl Fn(&[u8]) -> bool {
    canonical(
        move |bytes| {
            let mut reader = Reader::new(bytes);
            let value = read(&mut reader)?;
            reader.end()?;
            Ok::<T, E>(value)
        },
        move |value| written(|out| write(value, out)),
    )
}

fn written(write: impl Fn(&mut Writer)) -> Vec<u8> {
    let mut out = Writer::new();
    write(&mut out);
    out.finish()
}

pub fn all() -> Vec<Decoder> {
    let own = [of_entries(), of_joins(), of_addresses(), of_sections(), of_sessions(), of_files()];
    let others = [codes::all(), files::all(), backups::all(), parcels::all(), plugins::all()];
    own.into_iter().chain(others).flatten().collect()
}

fn of_entries() -> Vec<Decoder> {
    let entries = seeds::entries();
    let headers = entries.iter().map(|entry| entry.header_bytes().to_vec()).collect();
    let acts = entries.iter().flat_map(|entry| &entry.header().acts);
    let withdrawal = Act::WithdrawErasure { entry: entries[0].id() };
    let acts = acts.chain([&withdrawal]).map(|act| written(|out| act.write(out))).collect();
    let whole = entries.iter().map(Entry::to_bytes).collect();
    let certificate = founded().identity.certificate();
    vec![
        decoder("header", headers, 64 * KIB, canonical(Header::from_bytes, Header::to_bytes)),
        decoder("entry", whole, 128 * KIB, canonical(Entry::from_bytes, Entry::to_bytes)),
        decoder("act", acts, 64 * KIB, part(Act::read, Act::write)),
        decoder(
            "certificate",
            vec![written(|out| certificate.write(out))],
            64 * KIB,
            part(
                |reader| {
                    let read = Certificate::read(reader)?;
                    // Weak keys and wrong signatures are errors too, never a panic.
                    let _ = read.verify();
                    Ok::<_, sheaf_charter::codec::DecodeError>(read)
                },
                Certificate::write,
            ),
        ),
        decoder(
            "names",
            vec![seeds::names()],
            64 * KIB,
            canonical(ControlNames::from_changes, |names| names.to_section().changes),
        ),
    ]
}

fn of_joins() -> Vec<Decoder> {
    let founded = founded();
    let school = founded.trust.school().unwrap();
    let addresses = vec!["192.168.4.7:4455".parse().unwrap(), "[fe80::1]:4455".parse().unwrap()];
    let ticket = Ticket {
        school,
        inviter: founded.identity.device(),
        endpoint: founded.identity.endpoint(),
        addresses,
        secret: zeroize::Zeroizing::new([8; 32]),
        expires_ms: NOW_MS,
        person: None,
    };
    let joiner = Identity::generate(&mut rng(3));
    let request = JoinRequest::new(&joiner, &ticket, &[9; 32], "Zoë Ng", "a tablet").unwrap();
    let admitted = JoinAnswer::Admitted { proof: [7; 32], entries: founded.entries };
    let answers = [admitted, JoinAnswer::Refused(JoinRefusal::Used)];
    let text = ticket.to_text();
    let of_device = Ticket { person: Some(joiner.person()), ..ticket.clone() };
    let of_device = of_device.to_text().as_bytes().to_vec();
    let letters = text.strip_prefix("sheaf1").unwrap().to_ascii_uppercase();
    let body = data_encoding::BASE32_NOPAD.decode(letters.as_bytes()).unwrap();
    let recovery = founded.recovery.to_text();
    vec![
        decoder("ticket", vec![text.as_bytes().to_vec(), of_device], 64 * KIB, read_ticket),
        decoder("ticket-body", vec![body[..body.len() - 4].to_vec()], 64 * KIB, |body| {
            let sum = blake3::derive_key("sheaf/1/ticket", body);
            let letters = data_encoding::BASE32_NOPAD.encode(&[body, &sum[..4]].concat());
            read_ticket(format!("sheaf1{letters}").as_bytes())
        }),
        decoder("recovery-text", vec![recovery.as_bytes().to_vec()], 64 * KIB, |bytes| {
            let Ok(text) = std::str::from_utf8(bytes) else { return false };
            let Ok(read) = RecoveryKey::from_text(text) else { return false };
            let again = RecoveryKey::from_text(&read.to_text()).unwrap();
            assert_eq!(again.signing_public(), read.signing_public());
            true
        }),
        decoder(
            "join-request",
            vec![request.to_bytes()],
            64 * KIB,
            canonical(JoinRequest::from_bytes, JoinRequest::to_bytes),
        ),
        decoder(
            "join-answer",
            answers.iter().map(JoinAnswer::to_bytes).collect(),
            256 * KIB,
            canonical(JoinAnswer::from_bytes, JoinAnswer::to_bytes),
        ),
    ]
}

fn of_addresses() -> Vec<Decoder> {
    let founded = founded();
    let school = founded.trust.school().unwrap();
    let addresses = ["192.168.4.7:4455".parse().unwrap(), "[fe80::1]:4455".parse().unwrap()];
    let record = AddressRecord::sign(&founded.identity, school, &addresses, NOW_MS).unwrap();
    vec![
        decoder(
            "address-record",
            vec![written(|out| record.write(out))],
            64 * KIB,
            part(
                move |reader| {
                    let read = AddressRecord::read(reader)?;
                    let _ = read.verify(school);
                    Ok::<_, sheaf_charter::codec::DecodeError>(read)
                },
                AddressRecord::write,
            ),
        ),
        decoder(
            "address-records",
            vec![records_to_bytes(&[record.clone(), record])],
            128 * KIB,
            canonical(records_from, |records| records_to_bytes(records)),
        ),
    ]
}

fn read_ticket(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let Ok(ticket) = text.parse::<Ticket>() else { return false };
    assert_eq!(ticket.to_text().parse::<Ticket>().as_ref(), Ok(&ticket));
    true
}

fn of_sections() -> Vec<Decoder> {
    let place = SectionPlace {
        header_prefix: b"a header",
        index: 3,
        document: DocumentId::from_bytes([7; 16]),
    };
    let nonce = [6; 24];
    let key = SectionKey::of(&EpochKey::from_bytes([3; 32]), &place, &nonce).unwrap();
    let changes = seeds::changes();
    let plain = changes.iter().map(|change| {
        let block = lz4_flex::block::compress(change);
        let length = u32::try_from(change.len()).unwrap();
        let mut plain = written(|out| {
            out.raw(&[9; 16]).u32(length).bytes(&block);
        });
        // Up to the next length that a sealed section may have.
        let padded =
            if plain.len() + 40 <= 256 { 256 } else { (plain.len() + 40).div_ceil(16) * 16 };
        plain.resize(padded - 40, 0);
        plain
    });
    let plain: Vec<Vec<u8>> = plain.collect();
    let both = [changes[0].clone(), changes.concat()];
    let first = changes[0].clone();
    vec![
        // What a member may have sealed, opened: the room for it is made before it is seen.
        decoder("section", plain, 5 * MIB, move |plain| {
            let payload = Payload { msg: plain, aad: &context(&place) };
            let cipher = XChaCha20Poly1305::new(&(*key.as_bytes()).into());
            let sealed = cipher.encrypt(&XNonce::from(nonce), payload).unwrap();
            let sealed = [&nonce[..], &sealed].concat();
            open_section_by_its_key(&key, &place, &sealed).is_ok()
        }),
        decoder("section-changes", both.to_vec(), 64 * KIB, |bytes| {
            split_changes(bytes, &Limits::STANDARD).is_ok()
        }),
        decoder("change", changes, 64 * MIB, move |bytes| {
            let whole = with_checksum(bytes);
            let _ = scan_change(bytes, &Limits::STANDARD);
            if scan_change(&whole, &Limits::STANDARD).is_err() {
                return false;
            }
            let id = RecordId::from_bytes([1; 16]);
            let mut document = Document::from_changes(id, [first.as_slice()]).unwrap();
            let alone = Document::from_changes(id, [whole.as_slice()]);
            for made in [alone.map(drop), document.apply(&[&whole]).map(drop)] {
                assert!(!matches!(made, Err(DocumentError::Poisoned)), "the engine failed");
            }
            let _ = (document.view(), document.history());
            true
        }),
    ]
}

fn context(place: &SectionPlace<'_>) -> Vec<u8> {
    written(|out| {
        out.raw(place.header_prefix).u32(place.index).raw(place.document.as_bytes());
    })
}

/// The same chunk with the checksum that its bytes have.
fn with_checksum(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    if let Some((head, hashed)) = bytes.split_at_mut_checked(8) {
        head[4..].copy_from_slice(&Sha256::digest(hashed)[..4]);
    }
    bytes
}

fn of_sessions() -> Vec<Decoder> {
    let vector = seeds::vector();
    let tips = seeds::tips().iter().map(LogTips::to_bytes).collect();
    vec![
        decoder(
            "vector",
            vec![written(|out| vector.write(out))],
            MIB,
            part(Vector::read, Vector::write),
        ),
        decoder("log-tips", tips, 64 * KIB, canonical(LogTips::from_bytes, LogTips::to_bytes)),
        // A session that has just begun: it closes by itself or goes on, whatever it is told.
        decoder("frame", seeds::frames(), 2 * MIB, |bytes| {
            let (school, mode) = (SchoolId::from_bytes([2; 32]), Mode::Replica);
            let mut session = Session::new(Config::new(school, mode, 1));
            session.start();
            session.receive(bytes);
            session.receive(bytes);
            while session.poll().is_some() {}
            true
        }),
    ]
}

fn of_files() -> Vec<Decoder> {
    let folder = tempfile::TempDir::new().unwrap();
    let dir = folder.path().join("home");
    let cost = sheaf_store::PassphraseCost { memory_kib: 8, passes: 1, lanes: 1, salt: [9; 16] };
    let file = sheaf_store::HomeFile::new(sheaf_store::Purpose::Test, cost);
    drop(Home::create(&dir, file).unwrap());
    let home = std::fs::read(dir.join("home.json")).unwrap();
    let master = passphrase_key("correct horse", &[1; 16], Argon2Cost::FLOOR).unwrap();
    let key = identity_key(&master);
    let identity = Identity::generate(&mut rng(4)).to_sealed(&key, &mut rng(5)).unwrap();
    let proof = include_bytes!("../../crates/sheaf-school/src/proof/sample.json").to_vec();
    let known: serde_json::Value = serde_json::from_slice(&proof).unwrap();
    let school: SchoolId = known["school"].as_str().unwrap().parse().unwrap();
    vec![
        decoder("home-file", vec![home], 256 * KIB, move |bytes| {
            let dir = folder.path().join("home");
            std::fs::write(dir.join("home.json"), bytes).unwrap();
            Home::open(&dir).is_ok()
        }),
        decoder("identity", vec![identity], 64 * KIB, move |bytes| {
            Identity::from_sealed(&key, bytes).is_ok()
        }),
        decoder("proof", vec![proof], 16 * MIB, move |bytes| {
            sheaf_school::check_proof(bytes, school).is_ok()
        }),
    ]
}
