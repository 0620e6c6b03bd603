//! A window that locks: the school behind it goes on from nothing but its passphrase, and no key
//! stays in the memory of the process that opens what is written: not the home's, the database's or
//! a space's. (DESIGN §7, at rest. The key by which a device is known on the network opens nothing;
//! the library that speaks QUIC leaves copies of it where it moved them from.)

use std::fs::File;
use std::io::Read as _;
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use sheaf_charter::{
    Argon2Cost, Identity, KeyHolder, KeyRing, Role, database_key, identity_key, passphrase_key,
};
use sheaf_records::Kind;
use sheaf_school::desk::{Desk, Notice, Reply, Request, RequestId};
use sheaf_school::{
    Clock, Founding, Listen, Network, NetworkSlot, Networks, Passphrase, Protection, School,
};
use sheaf_store::{Home, Store};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use zeroize::Zeroizing;

const PASSPHRASE: &str = "four words will do";

fn passphrase() -> Passphrase {
    Passphrase::new(PASSPHRASE.to_owned())
}

/// What no memory may hold, turned over bit by bit so that this table itself is not found.
struct Needle {
    name: &'static str,
    turned: Vec<u8>,
}

impl Needle {
    fn of(name: &'static str, bytes: &[u8]) -> Self {
        Self { name, turned: bytes.iter().map(|byte| !byte).collect() }
    }

    fn is_at(&self, bytes: &[u8]) -> bool {
        let pairs = bytes.iter().zip(&self.turned);
        bytes.len() >= self.turned.len() && pairs.take(self.turned.len()).all(|(a, b)| *a == !*b)
    }
}

/// The keys of the home in this folder, as its passphrase opens them.
fn needles(dir: &Path) -> Vec<Needle> {
    let home = Home::open(dir).unwrap();
    let cost = &home.file().passphrase;
    let (memory_kib, passes, lanes) = (cost.memory_kib, cost.passes, cost.lanes);
    let of = Argon2Cost { memory_kib, passes, lanes };
    let stretched = passphrase_key(PASSPHRASE, &cost.salt, of).unwrap();
    let home_key = home.file().sealed_key().unwrap().open(&stretched).unwrap();
    let database = database_key(&home_key);
    let hex = Zeroizing::new(data_encoding::HEXLOWER.encode(&*database));
    let mut needles = vec![
        Needle::of("the home's key", &*home_key),
        Needle::of("the database's key", &*database),
        Needle::of("the database's key as text", hex.as_bytes()),
        Needle::of("the stretched passphrase", &*stretched),
    ];
    needles.extend(epoch_keys(&home, &home_key, &database));
    needles
}

/// The keys that seal what lies in the spaces.
fn epoch_keys(home: &Home, home_key: &[u8; 32], database: &[u8; 32]) -> Vec<Needle> {
    let sealed = home.read_identity().unwrap().unwrap();
    let identity = Identity::from_sealed(&identity_key(home_key), &sealed).unwrap();
    let (school, store) = (home.file().school.unwrap(), Store::open(home, Some(database)).unwrap());
    let acts = store.read(|snapshot| {
        let spaces = snapshot.spaces()?.into_iter();
        spaces.map(|space| snapshot.control_entries(space)).collect::<Result<Vec<_>, _>>()
    });
    let mut keys = KeyRing::new();
    let acts: Vec<_> = acts.unwrap().into_iter().flatten().collect();
    let learned = keys.learn(school, &acts, KeyHolder::Device(&identity));
    let key =
        |(space, epoch)| Needle::of("a space's key", keys.key(space, epoch).unwrap().as_bytes());
    learned.into_iter().map(key).collect()
}

/// Which of these are somewhere in the memory of this process that it can write to.
fn found(needles: &[Needle]) -> Vec<&'static str> {
    let mut maps = String::new();
    File::open("/proc/self/maps").unwrap().read_to_string(&mut maps).unwrap();
    let memory = File::open("/proc/self/mem").unwrap();
    let mut block = Zeroizing::new(vec![0; 1 << 20]);
    let mut found = Vec::new();
    let mut scanned = 0;
    for line in maps.lines().filter(|line| line.contains(" rw")) {
        let (range, _) = line.split_once(' ').unwrap();
        let (start, end) = range.split_once('-').unwrap();
        let address = |text| u64::from_str_radix(text, 16).unwrap();
        let (mut at, end) = (address(start), address(end));
        while at < end {
            let room = block.len().min(usize::try_from(end - at).unwrap());
            // Some of it may have been given back since the list was read.
            let Ok(read) = memory.read_at(&mut block[..room], at) else { break };
            scanned += read;
            for needle in needles {
                let first = !needle.turned[0];
                let mut places = memchr::memchr_iter(first, &block[..read]);
                if places.any(|place| needle.is_at(&block[place..read])) {
                    found.push(needle.name);
                }
            }
            // What lies across the end of a block is read again with the next.
            at += u64::try_from(read.saturating_sub(128).max(1)).unwrap();
            if read < room || at + 128 >= end {
                break;
            }
        }
    }
    assert!(scanned > 1 << 20, "hardly anything was read");
    found.sort_unstable();
    found.dedup();
    found
}

/// As the command line opens a window: a desk, and the network behind it.
fn open(school: &School, runtime: &Runtime) -> (Desk, NetworkSlot) {
    let slot = NetworkSlot::default();
    let listen = Listen::new(Networks::Loopback, 0);
    slot.fill(runtime.block_on(Network::start(school, listen)).unwrap());
    (Desk::open(school, &slot, Arc::new(|| {})).unwrap(), slot)
}

fn ask(desk: &Desk, number: u64, request: Request) -> Reply {
    desk.sender().send(RequestId(number), request).unwrap();
    loop {
        let next = desk.notices.recv_timeout(Duration::from_secs(60)).unwrap();
        if let Notice::Reply(RequestId(of), reply) = next
            && of == number
        {
            return reply;
        }
    }
}

#[test]
fn a_locked_window_holds_no_key_and_opens_again_with_all_that_was_written() {
    let folder = TempDir::new().unwrap();
    let dir = folder.path().join("home");
    let founding = Founding {
        home: dir.clone(),
        school: "Invented High".to_owned(),
        person: "Ada Okafor".to_owned(),
        device: "laptop".to_owned(),
        role: Role::Head,
        protection: Protection::Passphrase(passphrase()),
    };
    drop(School::found(&founding, Clock::system()).unwrap());
    let needles = needles(&dir);
    assert_eq!(needles.len(), 7, "with those of the charter and of the two spaces");
    let runtime = Runtime::new().unwrap();

    let school = School::open(&dir, Some(&passphrase()), Clock::system()).unwrap();
    let (desk, slot) = open(&school, &runtime);
    drop(school);
    let Reply::Status(status) = ask(&desk, 1, Request::Status) else { panic!() };
    assert_eq!(status.card.school, "Invented High");
    let while_open = found(&needles);
    for there in ["a space's key", "the database's key"] {
        assert!(while_open.contains(&there), "the scan finds what is there, not {while_open:?}");
    }

    // What the window asked last is done, although nobody waits for the answer.
    let (sender, notices) = desk.into_parts();
    let keep = |number| {
        let text = format!("{{\"version\":{number}}}");
        sender.send(RequestId(number), Request::Keep(text)).unwrap();
    };
    (2..40).for_each(keep);
    drop((sender, notices));
    runtime.block_on(slot.stop());
    drop(slot);

    let begun = Instant::now();
    let mut left = found(&needles);
    while !left.is_empty() && begun.elapsed() < Duration::from_secs(30) {
        thread::yield_now();
        left = found(&needles);
    }
    assert_eq!(left, Vec::<&str>::new());
    assert_eq!(School::kept_face(&dir).unwrap().as_deref(), Some("{\"version\":39}"));

    let school = School::open(&dir, Some(&passphrase()), Clock::system()).unwrap();
    let pupil = serde_json::json!({ "forename": "Noor", "surname": "Example" });
    school.add(Kind::Pupil, None, &pupil).unwrap();
    let (desk, slot) = open(&school, &runtime);
    let Reply::Roster(roster) = ask(&desk, 1, Request::Roster) else { panic!() };
    assert_eq!(roster.pupils.len(), 1);
    drop(desk);
    runtime.block_on(slot.stop());
}
