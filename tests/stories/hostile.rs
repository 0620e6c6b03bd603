//! A member with a modified build, who signs whatever they like with the keys that they have, and
//! hands it to colleagues by an ordinary session. (Rules 3, 6, 7 and 9.)

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use sheaf_charter::{
    Act, Certificate, DocumentId, Draft, DraftSection, Entry, EntryId, EpochId, EpochKey, Identity,
    Inserted, KeyHolder, KeyRing, Lane, LogId, PersonId, Role, SpaceId, SpaceKind, Trust,
};
use sheaf_replica::LogTips;
use sheaf_store::{Home, Store};

use crate::device::{Demo, Device, identity, meet};

/// What a hostile build makes.
type Forgery = fn(&mut Forger) -> Entry;

/// What a device knows, and its keys, in the hands of somebody who does not use our build.
struct Forger {
    store: Store,
    identity: Identity,
    trust: Trust,
    keys: KeyRing,
    pastoral: SpaceId,
    rng: ChaCha20Rng,
}

impl Forger {
    fn with(device: &Device) -> Self {
        let store = Store::open(&Home::open(&device.home).unwrap(), None).unwrap();
        let identity = identity(&device.home);
        let mut entries = store
            .read(|snapshot| {
                let spaces = snapshot.spaces()?;
                let entries = spaces.into_iter().map(|space| snapshot.control_entries(space));
                entries.collect::<Result<Vec<_>, _>>()
            })
            .unwrap()
            .concat();
        let (mut trust, mut keys) = (Trust::new(), KeyRing::new());
        let all = entries.clone();
        while !entries.is_empty() {
            entries.retain(|entry| matches!(trust.insert(entry), Ok(Inserted::Waits { .. })));
        }
        keys.learn(trust.school().unwrap(), &all, KeyHolder::Device(&identity));
        let pastoral = |space: &SpaceId| trust.space_kind(*space) == Some(SpaceKind::Pastoral);
        let pastoral = trust.spaces().into_iter().find(pastoral).unwrap();
        Self { store, identity, trust, keys, pastoral, rng: ChaCha20Rng::seed_from_u64(9) }
    }

    fn tips(&self, lane: Lane, log: LogId) -> Option<LogTips> {
        let bytes = self.store.read(|snapshot| snapshot.tips(lane, log)).unwrap();
        bytes.map(|bytes| LogTips::from_bytes(&bytes).unwrap())
    }

    fn draft(&self, lane: Lane) -> Draft {
        let log = self.identity.log();
        let tip = self.tips(lane, log).map(|tips| tips.tips()[0]);
        let in_charter = lane.space == SpaceId::CHARTER;
        let control_heads =
            if in_charter { Vec::new() } else { self.trust.heads(Lane::control(lane.space)) };
        Draft {
            school: self.trust.school().unwrap(),
            lane,
            log,
            seq: tip.map_or(0, |tip| tip.next),
            previous: tip.map_or(EntryId::ZERO, |tip| tip.last),
            charter_heads: self.trust.heads(Lane::CHARTER),
            control_heads,
            epoch: EpochId::ZERO,
            claimed_ms: 0,
            acts: Vec::new(),
            sections: Vec::new(),
        }
    }

    /// A data entry with these bytes where the changes of a document belong.
    fn saving(&mut self, changes: &[u8], spoil: impl FnOnce(&mut Draft)) -> Entry {
        let (epoch, key) = self.keys.writing_epoch(self.pastoral, &self.trust).unwrap();
        let key = key.clone();
        let section = DraftSection {
            document: DocumentId::from_bytes([0xab; 16]),
            nonce: [1; 16],
            changes: changes.to_vec(),
        };
        let mut draft =
            Draft { epoch, sections: vec![section], ..self.draft(Lane::data(self.pastoral)) };
        spoil(&mut draft);
        self.seal(draft, &key)
    }

    fn seal(&mut self, draft: Draft, key: &EpochKey) -> Entry {
        draft.seal(&self.identity, Some(key), &mut self.rng).unwrap()
    }

    fn acting(&mut self, lane: Lane, act: Act) -> Entry {
        let draft = Draft { acts: vec![act], ..self.draft(lane) };
        draft.seal(&self.identity, None, &mut self.rng).unwrap()
    }

    /// Puts an entry into the own log, whatever it is.
    fn keep(&self, entry: &Entry) {
        let header = entry.header();
        let tips = match self.tips(header.lane, header.log) {
            None => LogTips::first(entry.id()),
            Some(mut tips) => {
                tips.join(header.seq, header.previous, entry.id());
                tips
            }
        };
        self.store.write(|txn| txn.append(entry, &tips.to_bytes(), 0)).unwrap();
    }

    fn stranger(&mut self) -> Certificate {
        Identity::generate(&mut self.rng).certificate()
    }
}

/// How the head sees it: what is held, what is in, what there is to see.
#[track_caller]
fn outlook(head: &Device) -> (Vec<String>, usize, String) {
    let held = head.json(&["held"]);
    let held = held["held"].as_array().unwrap().iter();
    let held = held.map(|one| one["why"].as_str().unwrap().to_owned()).collect();
    let members = head.json(&["members"])["members"].as_array().unwrap().len();
    head.verify();
    (held, members, head.digests()["pastoral"].clone())
}

/// What is forged, how, and why the head holds something of it; empty where nothing is seen of it.
type Case = (&'static str, Forgery, &'static str);

fn data_forgeries() -> [Case; 3] {
    [
        (
            "garbage for changes",
            |f| f.saving(b"garbage", |_| ()),
            "it holds changes of another author",
        ),
        (
            "an epoch that was never made",
            |f| {
                let key = EpochKey::generate(&mut f.rng);
                let mut draft = Draft { epoch: key.id(), ..f.draft(Lane::data(f.pastoral)) };
                draft.sections = vec![DraftSection {
                    document: DocumentId::from_bytes([1; 16]),
                    nonce: [1; 16],
                    changes: b"x".to_vec(),
                }];
                f.seal(draft, &key)
            },
            "sealed under a key that the space does not know",
        ),
        (
            "heads from before the member was in",
            |f| {
                let founding = EntryId::from_bytes(f.trust.school().unwrap().to_bytes());
                f.saving(b"x", |draft| draft.charter_heads = vec![founding])
            },
            "",
        ),
    ]
}

fn control_forgeries() -> [Case; 5] {
    [
        (
            "a head of their own making",
            |f| {
                let certificate = f.stranger();
                f.acting(Lane::CHARTER, Act::AdmitPerson { role: Role::Head, certificate })
            },
            "",
        ),
        (
            "themselves as head",
            |f| {
                let (person, role) = (f.identity.person(), Role::Head);
                f.acting(Lane::CHARTER, Act::SetRole { person, role, cuts: vec![] })
            },
            "",
        ),
        (
            "somebody into the space",
            |f| {
                let person = PersonId::from_bytes([7; 16]);
                f.acting(Lane::control(f.pastoral), Act::AdmitToSpace { person })
            },
            "",
        ),
        (
            "the end of a colleague's records",
            |f| {
                let documents = vec![DocumentId::from_bytes([1; 16])];
                let reason = sheaf_charter::ErasureReason::Other;
                f.acting(Lane::control(f.pastoral), Act::Erase { documents, reason })
            },
            "",
        ),
        (
            "an act of a version that there is not",
            |f| f.acting(Lane::CHARTER, Act::Unknown { tag: 99, payload: vec![0; 64] }),
            "",
        ),
    ]
}

/// Each of these is taken in or refused for what it is: nothing of it is seen, nobody is let in,
/// and what the member writes honestly afterwards goes through.
#[test]
fn a_member_who_signs_whatever_they_like() {
    for (what, forge, why) in data_forgeries().into_iter().chain(control_forgeries()) {
        let demo = Demo::new();
        let (head, mentor) = (demo.head(), demo.mentor());
        meet(&head, &mentor);
        let before = outlook(&head);
        let mut forger = Forger::with(&mentor);
        let entry = forge(&mut forger);
        forger.keep(&entry);
        drop(forger);
        let serving = head.serve(&[]);
        // However the session ends: it is the other side that lies.
        mentor.run(&["sync", "--loopback", "--with", &serving.address]);
        drop(serving);
        let after = outlook(&head);
        assert_eq!((after.1, &after.2), (before.1, &before.2), "{what}");
        let new: Vec<_> = after.0.iter().filter(|held| !before.0.contains(held)).collect();
        if why.is_empty() {
            assert!(new.is_empty(), "{what}: {new:?}");
        } else {
            assert!(new.iter().any(|held| held.contains(why)), "{what}: {new:?}");
        }
        // Others are served as before.
        let serving = head.serve(&[]);
        let session = demo.dsl().json(&["sync", "--loopback", "--with", &serving.address]);
        let outcome = session["sessions"][0]["outcome"].as_str().unwrap();
        assert!(outcome.starts_with("equal"), "{what}: {session:#}");
    }
}

/// Two entries at one place of a log void nothing: both are seen, on every device.
#[test]
fn a_fork_voids_nothing_and_hides_nothing() {
    let demo = Demo::new();
    let (head, dsl, mentor) = (demo.head(), demo.dsl(), demo.mentor());
    let pupil = head.pupil();
    let copy = demo.path().join("copy");
    crate::device::copy_home(&mentor.home, &copy);
    let twin = Device::invented(&copy);
    let one = mentor.log(&pupil, "pastoral", "canary-by-the-one");
    let other = twin.log(&pupil, "pastoral", "canary-by-the-other");
    meet(&head, &mentor);
    meet(&dsl, &twin);
    meet(&head, &dsl);
    for device in [&head, &dsl] {
        assert_eq!(device.show(&one)["fields"]["narrative"], "canary-by-the-one");
        assert_eq!(device.show(&other)["fields"]["narrative"], "canary-by-the-other");
        device.verify();
    }
    assert_eq!(head.digests(), dsl.digests());
}
