//! What a device outside a space gets of it: nothing. (Rule 5.)

use std::path::Path;

use sheaf_charter::{Lane, SpaceId};
use sheaf_store::{Home, Store};

use crate::device::{Demo, Device};

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
    crate::device::meet(&head, &dsl);
    crate::device::meet(&dsl, &mentor);

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

/// No file of the outside device holds a word of the record, its id, or any id or hash of the
/// spaces that the inside device is in and the outside one is not.
#[track_caller]
fn nothing_of_it(inside: &Device, outside: &Device, record: &str) {
    let mut needles = vec![
        ("the narrative".to_owned(), SECRET.as_bytes().to_vec()),
        ("the record's id as text".to_owned(), record.as_bytes().to_vec()),
        ("the record's id".to_owned(), bytes_of(record)),
    ];
    needles.extend(ids_of_other_spaces(&inside.home, &outside.home));
    assert!(needles.len() > 8, "too little to look for: {}", needles.len());
    for (what, needle) in needles {
        assert!(!holds(&outside.home, &needle), "{what} is in {}", outside.home.display());
    }
}

/// Ids and hashes that belong to the spaces of the one home that the other is not in.
fn ids_of_other_spaces(inside: &Path, outside: &Path) -> Vec<(String, Vec<u8>)> {
    let shared = spaces(outside);
    let other = spaces(inside).into_iter().filter(|space| !shared.contains(space));
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

/// Whether any file under a folder holds these bytes.
fn holds(folder: &Path, needle: &[u8]) -> bool {
    std::fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            return holds(&path, needle);
        }
        let bytes = std::fs::read(&path).unwrap();
        bytes.windows(needle.len()).any(|window| window == needle)
    })
}
