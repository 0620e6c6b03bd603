//! What a device outside a space gets of it: nothing. (Rule 5.)

use std::path::Path;

use sheaf_charter::{Lane, SpaceId};
use sheaf_net::{FrameReceiver, FrameSender, Listen, Node, Protocol};
use sheaf_store::{Home, Store};
use tokio::runtime::Runtime;

use crate::device::{Demo, Device, Process, contains, demo, holds, identity, meet, string};

const SECRET: &str = "canary-vermilion-disclosure";
const OPEN: &str = "canary-ochre-corridor";

/// Rule 5. An incident in `safeguarding` reaches who is in, live and by a later meeting; on the
/// device of a mentor, who is not, there is no byte of it, while an open one does arrive.
#[test]
fn safeguarding_leaves_no_byte_on_a_device_outside() {
    let demo = Demo::new();
    let (head, dsl, mentor) = (demo.head(), demo.dsl(), demo.mentor());
    let pupil = head.pupil();
    let serving = head.serve(&[]);
    let watching = mentor.serve(&["--with", &serving.address]);
    watching.until("level", |event| event["event"] == "equal");

    let secret = head.log(&pupil, "safeguarding", SECRET);
    let open = head.log(&pupil, "pastoral", OPEN);
    watching.until("news", |event| event["event"] == "received" && event["space"] == "pastoral");
    // The log of the store is not folded in while a process has the home open: it is searched too.
    assert!(mentor.home.join("school.db-wal").exists());
    nothing_of_it(&head, &mentor, &secret);
    watching.kill();
    dsl.sync(&serving.address);
    mentor.sync(&serving.address);

    assert_eq!(dsl.show(&secret)["fields"]["narrative"], SECRET);
    assert!(holds(&dsl.home, SECRET.as_bytes()), "the search would not find what is there");
    assert_eq!(mentor.show(&open)["fields"]["narrative"], OPEN);
    assert!(holds(&mentor.home, OPEN.as_bytes()), "the search would not find what is there");
    nothing_of_it(&head, &mentor, &secret);
    let refused = mentor.refused(&["record", "show", &secret]);
    assert_eq!(refused, format!("there is no record `{secret}` here"));
    for words in [SECRET, "vermilion"] {
        assert_eq!(mentor.json(&["search", words])["hits"].as_array().unwrap().len(), 0);
    }
    assert!(!mentor.json(&["search", OPEN])["hits"].as_array().unwrap().is_empty());
}

/// Rule 5. Nor does the way round by a third device matter: the safeguarding lead, who has it,
/// gives the mentor the rest.
#[test]
fn a_device_inside_passes_on_only_what_is_shared() {
    let demo = Demo::new();
    let (head, dsl, mentor) = (demo.head(), demo.dsl(), demo.mentor());
    let pupil = head.pupil();
    let secret = head.log(&pupil, "safeguarding", SECRET);
    let open = head.log(&pupil, "pastoral", OPEN);
    let own = dsl.log(&pupil, "safeguarding", "canary-own-note");
    meet(&head, &dsl);
    meet(&dsl, &mentor);

    assert_eq!(mentor.show(&open)["fields"]["narrative"], OPEN);
    assert_eq!(dsl.show(&secret)["fields"]["narrative"], SECRET);
    nothing_of_it(&head, &mentor, &secret);
    nothing_of_it(&head, &mentor, &own);
    assert!(!holds(&mentor.home, b"canary-own-note"));
    let names: Vec<String> = mentor.digests().into_keys().collect();
    assert_eq!(names, ["pastoral"]);
    for member in mentor.json(&["members"])["members"].as_array().unwrap() {
        assert_eq!(member["spaces"], serde_json::json!(["pastoral"]), "{member:#}");
    }
}

/// Rule 5. What one mentor hands over leaves no byte with another, nor does the space that it goes
/// through; those who receive it have both.
#[test]
fn two_mentors_do_not_learn_of_each_other_s_hand_off_spaces() {
    let dir = tempfile::TempDir::new().unwrap();
    demo(dir.path(), &["--pupils", "20", "--devices", "4", "--plain"]);
    let device = |number: &str| Device::invented(&dir.path().join(number));
    let (head, one, other) = (device("1"), device("3"), device("4"));
    let pupil = one.pupil();
    let concern = one.json(&["concern", "add", &pupil, "--words", SECRET]);
    let concern = string(&concern["id"]);
    meet(&head, &one);
    meet(&head, &other);
    meet(&one, &other);

    assert!(holds(&head.home, SECRET.as_bytes()), "the search would not find what is there");
    nothing_of_it(&one, &other, &concern);
    assert_eq!(other.json(&["concern", "list"])["concerns"], serde_json::json!([]));
    assert_eq!(other.json(&["search", "vermilion"])["hits"], serde_json::json!([]));
    let seen = |device: &Device| device.json(&["status"])["hand_offs"].as_array().unwrap().len();
    assert_eq!((seen(&one), seen(&other), seen(&head)), (1, 1, 2));
}

/// Rule 5. Not a byte of it is even sent: whoever listens in between, with the keys of both, hears
/// nothing of what the one device may know and the other may not.
#[test]
fn nothing_of_a_space_is_said_to_a_device_outside() {
    let demo = Demo::new();
    let (head, mentor) = (demo.head(), demo.mentor());
    let pupil = head.pupil();
    let secret = head.log(&pupil, "safeguarding", SECRET);
    let open = head.log(&pupil, "pastoral", OPEN);
    let serving = mentor.serve(&[]);

    let heard = Runtime::new().unwrap().block_on(listen_in(&head, &mentor, &serving.address));
    assert_eq!(mentor.show(&open)["fields"]["narrative"], OPEN);
    assert!(contains(&heard, &bytes_of(&open)), "the search would not find what was said");
    for (what, needle) in needles(&head, &mentor, &secret) {
        assert!(!contains(&heard, &needle), "{what} was said");
    }
}

/// Stands between two devices in one session, as each to the other; gives all that the first said.
async fn listen_in(one: &Device, other: &Device, address: &str) -> Vec<u8> {
    let listen = Listen::Loopback { port: 0 };
    let as_other = Node::bind(&identity(&other.home).endpoint_secret(), listen).await.unwrap();
    let as_one = Node::bind(&identity(&one.home).endpoint_secret(), listen).await.unwrap();
    let at = as_other.addresses()[0].to_string();
    let dialling = one.command(&["sync", "--loopback", "--with", &at]);
    let dialling = Process::spawn(&mut { dialling });
    let link = loop {
        // It asks for every device that it knows at this address; one of them is here.
        let knocking = as_other.accept().await.unwrap();
        if let Ok(arriving) = knocking.handshake().await
            && arriving.protocol() != Protocol::Who
        {
            break arriving.take().await.unwrap();
        }
    };
    let (key, at) = (identity(&other.home).endpoint(), [address.parse().unwrap()]);
    let onwards = as_one.connect(&key, &at, Protocol::Replicate).await.unwrap();
    let ((to_one, from_one, _one), (to_other, from_other, _other)) =
        (link.split(), onwards.split());
    let (heard, _) = tokio::join!(pass_on(from_one, to_other), pass_on(from_other, to_one));
    let ended = dialling.end();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    heard
}

/// Passes frames on to their end; gives them.
async fn pass_on(mut from: FrameReceiver, mut to: FrameSender) -> Vec<u8> {
    let mut heard = Vec::new();
    while let Ok(Some(frame)) = from.receive().await {
        heard.extend(&frame);
        if to.send(&frame).await.is_err() {
            break;
        }
    }
    to.finish().await;
    heard
}

/// No file of the outside device holds a word of the record, its id, or any id or hash of the
/// spaces that the inside device is in and the outside one is not.
#[track_caller]
fn nothing_of_it(inside: &Device, outside: &Device, record: &str) {
    for (what, needle) in needles(inside, outside, record) {
        assert!(!holds(&outside.home, &needle), "{what} is in {}", outside.home.display());
    }
}

/// What must not be found outside, each with its name.
#[track_caller]
fn needles(inside: &Device, outside: &Device, record: &str) -> Vec<(String, Vec<u8>)> {
    let mut needles = vec![
        ("the narrative".to_owned(), SECRET.as_bytes().to_vec()),
        ("the record's id as text".to_owned(), record.as_bytes().to_vec()),
        ("the record's id".to_owned(), bytes_of(record)),
    ];
    needles.extend(ids_of_other_spaces(&inside.home, &outside.home));
    assert!(needles.len() > 8, "too little to look for: {}", needles.len());
    needles
}

/// Ids and hashes that belong to the spaces of the one home that the other is not in.
fn ids_of_other_spaces(inside: &Path, outside: &Path) -> Vec<(String, Vec<u8>)> {
    let shared = spaces(outside);
    let other: Vec<SpaceId> =
        spaces(inside).into_iter().filter(|space| !shared.contains(space)).collect();
    assert_eq!(other.len(), 1, "the device outside holds a space that it is not in");
    let store = store(inside);
    let mut found = Vec::new();
    for space in other {
        let mut add = |what: &str, bytes: &[u8], text: String| {
            found.push((format!("{what} as text"), text.into_bytes()));
            found.push((what.to_owned(), bytes.to_vec()));
        };
        add("the space's id", space.as_bytes(), space.to_string());
        store
            .read(|snapshot| {
                for lane in [Lane::control(space), Lane::data(space)] {
                    for id in snapshot.entry_ids(lane)? {
                        add("the id of an entry", id.as_bytes(), id.to_string());
                        let header = snapshot.header(id)?.unwrap();
                        add("a key's id", header.epoch.as_bytes(), header.epoch.to_string());
                        for row in &header.table {
                            let document = row.document;
                            add("a document's id", document.as_bytes(), document.to_string());
                        }
                    }
                }
                Ok::<_, sheaf_store::StoreError>(())
            })
            .unwrap();
    }
    // The founding control entries carry no epoch of their own: zeros are everywhere.
    found.retain(|(_, needle)| needle.iter().any(|byte| !matches!(byte, 0 | b'0')));
    found
}

fn spaces(home: &Path) -> Vec<SpaceId> {
    store(home).read(|snapshot| snapshot.spaces()).unwrap()
}

fn store(home: &Path) -> Store {
    Store::open(&Home::open(home).unwrap(), None).unwrap()
}

fn bytes_of(hex: &str) -> Vec<u8> {
    let digits = hex.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).unwrap());
    digits.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect()
}
