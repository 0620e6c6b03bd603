//! A bundle on a stick: what goes in, who can read it, and what is wrong with a bad one.

use std::path::{Path, PathBuf};

use serde_json::Value;
use sheaf_charter::Lane;
use sheaf_store::{Home, Store};

use crate::device::{Demo, Device, contains, demo, holds, join_unprotected, meet, string};

const SECRET: &str = "canary-vermilion-disclosure";
const OPEN: &str = "canary-ochre-corridor";

/// A stick: a folder of its own.
struct Stick(tempfile::TempDir);

impl Stick {
    fn new() -> Self {
        Self(tempfile::TempDir::new().unwrap())
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        self.file(name).display().to_string()
    }
}

#[track_caller]
fn write(from: &Device, file: &str, recipients: &[&Device], more: &[&str]) -> Value {
    let ids: Vec<String> = recipients.iter().map(|one| id(one)).collect();
    let mut arguments = vec!["bundle", "write", file];
    ids.iter().for_each(|id| arguments.extend(["--for", id]));
    arguments.extend(more);
    from.json(&arguments)
}

#[track_caller]
fn read(by: &Device, file: &str) -> Value {
    by.json(&["bundle", "read", file])
}

fn id(device: &Device) -> String {
    string(&device.json(&["status"])["device_id"])
}

/// What a home holds, as far as a command that was refused must leave it.
fn state(device: &Device) -> Value {
    let status = device.json(&["status"]);
    serde_json::json!([status["spaces"], status["held"], status["peers"]])
}

/// Two devices that never meet are level by a stick that is carried there and back, and what is
/// read twice does nothing twice.
#[test]
fn two_devices_that_never_meet_are_level_by_a_stick() {
    let (demo, stick) = (Demo::new(), Stick::new());
    let (head, mentor) = (demo.head(), demo.mentor());
    let pupil = head.pupil();
    let one = head.log(&pupil, "pastoral", OPEN);
    let other = mentor.log(&pupil, "pastoral", "canary-teal-yard");
    let file = stick.text("to the mentor");
    let written = write(&head, &file, &[&mentor], &[]);
    assert_eq!(written["for"][0]["device_id"], id(&mentor));
    assert_eq!(written["for"][0]["everything"], true, "the two have never met: {written:#}");
    assert_eq!(written["bytes"], std::fs::metadata(stick.file("to the mentor")).unwrap().len());

    let first = read(&mentor, &file);
    assert_eq!(first["new"], 1, "{first:#}");
    assert_eq!(first["entries"], written["entries"]);
    assert_eq!(first["device_id"], id(&head));
    assert_eq!(mentor.show(&one)["fields"]["narrative"], OPEN);
    let before = state(&mentor);
    let again = read(&mentor, &file);
    assert_eq!((&again["new"], &again["already_here"]), (&0.into(), &first["entries"]));
    assert_eq!(state(&mentor), before);

    assert!(how_met(&mentor, &head).contains("by a bundle on a stick"));
    assert_eq!(how_met(&head, &mentor), "Never met from this device", "it has read none of hers");

    // The way back holds only what is new: who wrote a bundle has what is in it.
    let back = stick.text("back");
    let written = write(&mentor, &back, &[&head], &[]);
    assert_eq!((&written["entries"], &written["for"][0]["everything"]), (&1.into(), &false.into()));
    assert_eq!(read(&head, &back)["new"], 1);
    assert_eq!(head.show(&other)["fields"]["narrative"], "canary-teal-yard");
    assert_eq!(head.digests()["pastoral"], mentor.digests()["pastoral"]);
    head.verify();
    mentor.verify();
}

/// What the doctor of one device says of when it met another.
#[track_caller]
fn how_met(by: &Device, other: &Device) -> String {
    let person = string(&other.json(&["status"])["person"]);
    let examined = by.json(&["doctor", "--loopback"]);
    let mut checks = examined["checks"].as_array().unwrap().iter();
    let check = checks.find(|check| string(&check["name"]).contains(&person));
    string(&check.unwrap()["says"])
}

/// Who wrote a bundle was met when it was written, by a clock that is right: an old stick says
/// nothing of today, and a later meeting counts.
#[test]
fn a_stick_from_the_drawer_does_not_hide_a_later_meeting() {
    let (demo, stick) = (Demo::new(), Stick::new());
    let (head, mentor) = (demo.head(), demo.mentor());
    let old = stick.text("old");
    write(&head, &old, &[&mentor], &[]);
    meet(&head, &mentor);
    assert_eq!(read(&mentor, &old)["new"], 0);
    let how = how_met(&mentor, &head);
    assert!(how.starts_with("Last met today"), "{how}");
    assert!(!how.contains("bundle"), "{how}");
}

/// Rule 8. A bundle that was written before an erasure counts among its copies until it is written
/// again: of a stick nobody can say more.
#[test]
fn a_bundle_written_before_an_erasure_counts_until_it_is_written_again() {
    let (demo, stick) = (Demo::new(), Stick::new());
    let (head, dsl, mentor) = (demo.head(), demo.dsl(), demo.mentor());
    meet(&head, &mentor);
    meet(&head, &dsl);
    let earlier = stick.text("without it");
    let other = head.log(&head.pupil(), "pastoral", "canary-that-stays");
    write(&head, &earlier, &[&mentor], &[]);
    let record = head.log(&head.pupil(), "pastoral", OPEN);
    let file = stick.text("with it");
    write(&head, &file, &[&mentor, &dsl], &[]);

    let erase = ["erase", &record, "--reason", "written-in-error"];
    let erasure = string(&head.json(&erase)["entry"]);
    let left = || head.json(&["erasures"])["erasures"][0]["in_bundles"].clone();
    assert_eq!(left(), serde_json::json!([]), "it waits for a second signature");
    meet(&head, &dsl);
    dsl.json(&["erase", "second", &erasure]);
    meet(&head, &dsl);
    let named = left();
    assert_eq!(named.as_array().unwrap().len(), 1, "one of the two holds it: {named:#}");
    assert_eq!(named[0]["file"], file.as_str());
    assert_eq!(named[0]["for"].as_array().unwrap().len(), 2);
    let said = head.text(&["erasures"]);
    assert!(
        said.contains("write the bundle anew or delete it; nothing can confirm that"),
        "{said}"
    );
    // A colleague whose device wrote none knows of none.
    assert_eq!(dsl.json(&["erasures"])["erasures"][0]["in_bundles"], serde_json::json!([]));

    write(&head, &file, &[&mentor, &dsl], &["--force", "--everything"]);
    assert_eq!(left(), serde_json::json!([]));
    assert!(!contains(&std::fs::read(stick.file("with it")).unwrap(), OPEN.as_bytes()));
    assert!(head.show(&other)["fields"]["narrative"] == "canary-that-stays");
}

/// After a meeting a bundle holds what came since, and with `--everything` all.
#[test]
fn only_what_is_missing_goes_in_after_a_meeting() {
    let (demo, stick) = (Demo::new(), Stick::new());
    let (head, dsl) = (demo.head(), demo.dsl());
    meet(&head, &dsl);
    let pupil = head.pupil();
    head.log(&pupil, "pastoral", OPEN);
    head.log(&pupil, "safeguarding", SECRET);
    let written = write(&head, &stick.text("new"), &[&dsl], &[]);
    assert_eq!(written["entries"], 2, "{written:#}");
    assert_eq!(written["for"][0]["everything"], false);
    let all = write(&head, &stick.text("all"), &[&dsl], &["--everything"]);
    assert!(all["entries"].as_u64() > written["entries"].as_u64().map(|count| count + 5));
    assert_eq!(read(&dsl, &stick.text("new"))["new"], 2);
    assert_eq!(head.digests(), dsl.digests());
}

/// A device that was let in and has met nobody since takes its whole school from a stick.
#[test]
fn a_new_device_takes_everything_from_a_stick() {
    let stick = Stick::new();
    let dir = tempfile::TempDir::new().unwrap();
    demo(dir.path(), &["--pupils", "20", "--devices", "1", "--plain"]);
    let head = Device::invented(&dir.path().join("1"));
    let new = join_unprotected(&head, &dir.path().join("new"));
    let written = write(&head, &stick.text("all"), &[&new], &["--everything"]);
    let read = read(&new, &stick.text("all"));
    assert_eq!(read["entries"], written["entries"]);
    assert_eq!(new.digests()["pastoral"], head.digests()["pastoral"]);
    new.verify();
}

/// Rule 5. A bundle for two holds for each what they may have: the part of `safeguarding` opens
/// for the lead alone, and no byte of the file says what is in it.
#[test]
fn each_recipient_reads_what_they_may_have_and_the_file_tells_nobody_else() {
    let (demo, stick) = (Demo::new(), Stick::new());
    let (head, dsl, mentor) = (demo.head(), demo.dsl(), demo.mentor());
    let pupil = head.pupil();
    let secret = head.log(&pupil, "safeguarding", SECRET);
    let open = head.log(&pupil, "pastoral", OPEN);
    let file = stick.text("for both");
    let written = write(&head, &file, &[&dsl, &mentor], &[]);
    assert!(written["spaces"].as_array().unwrap().contains(&"safeguarding".into()));

    tells_nothing(&std::fs::read(stick.file("for both")).unwrap(), &head, &[&secret, &open]);
    let got = read(&mentor, &file);
    assert_eq!(mentor.show(&open)["fields"]["narrative"], OPEN);
    assert!(!holds(&mentor.home, SECRET.as_bytes()));
    assert!(!got.to_string().contains("safeguarding"), "{got:#}");
    assert_eq!(mentor.digests().into_keys().collect::<Vec<_>>(), ["pastoral"]);
    read(&dsl, &file);
    assert_eq!(dsl.show(&secret)["fields"]["narrative"], SECRET);
    assert_eq!(head.digests(), dsl.digests());
}

/// No record's words or id, no space, no device, no name and no hash of a section or an entry; that
/// the search would find them is seen in the head's own home.
#[track_caller]
pub fn tells_nothing(file: &[u8], head: &Device, records: &[&str]) {
    let home = std::fs::read(head.home.join("school.db")).unwrap();
    let wal = std::fs::read(head.home.join("school.db-wal")).unwrap_or_default();
    let mut needles: Vec<Vec<u8>> = [SECRET, OPEN].map(|text| text.as_bytes().to_vec()).to_vec();
    needles.extend(records.iter().map(|id| bytes_of(id)));
    // Names lie sealed at home too: there the search cannot be tried.
    let mut names = vec![b"pastoral".to_vec(), b"safeguarding".to_vec()];
    let members = head.json(&["members"]);
    for member in members["members"].as_array().unwrap() {
        names.push(string(&member["name"]).into_bytes());
        for device in member["devices"].as_array().unwrap() {
            names.push(string(&device["name"]).into_bytes());
            needles.push(bytes_of(&string(&device["device_id"])));
        }
    }
    let store = Store::open(&Home::open(&head.home).unwrap(), None).unwrap();
    store
        .read(|snapshot| {
            for space in snapshot.spaces()? {
                if space != sheaf_charter::SpaceId::CHARTER {
                    needles.push(space.as_bytes().to_vec());
                }
                let last = snapshot.entry_ids(Lane::data(space))?.last().copied();
                let last = last.map(|id| snapshot.header(id)).transpose()?.flatten();
                for row in last.iter().flat_map(|header| &header.table) {
                    needles.push(row.hash.as_bytes().to_vec());
                }
                needles.extend(last.map(|header| header.log.as_bytes().to_vec()));
            }
            Ok::<_, sheaf_store::StoreError>(())
        })
        .unwrap();
    assert!(needles.len() > 12, "{}", needles.len());
    for needle in &needles {
        let text = String::from_utf8_lossy(needle);
        assert!(contains(&home, needle) || contains(&wal, needle), "not found at home: {text}");
    }
    for needle in needles.iter().chain(&names) {
        let text = String::from_utf8_lossy(needle);
        assert!(!contains(file, needle), "the file holds {text}");
    }
}

fn bytes_of(id: &str) -> Vec<u8> {
    data_encoding::HEXLOWER.decode(id.as_bytes()).unwrap_or_else(|_| id.as_bytes().to_vec())
}

/// Rule 9. Each kind of bad bundle has words of its own, and changes nothing.
#[test]
fn a_bad_bundle_is_refused_whole_each_in_its_own_words() {
    let (demo, stick) = (Demo::new(), Stick::new());
    let (head, dsl, mentor) = (demo.head(), demo.dsl(), demo.mentor());
    head.log(&head.pupil(), "pastoral", OPEN);
    let good = stick.text("good");
    write(&head, &good, &[&mentor], &[]);
    let bytes = std::fs::read(&good).unwrap();
    let before = state(&mentor);
    let refused = |device: &Device, name: &str, bytes: &[u8]| {
        std::fs::write(stick.file(name), bytes).unwrap();
        let line = device.refused(&["bundle", "read", &stick.text(name)]);
        line.replace(&stick.text(name), "FILE")
    };
    let short = refused(&mentor, "short", &bytes[..bytes.len() - 1]);
    assert!(short.starts_with("FILE at byte "), "{short}");
    assert!(short.ends_with("it was copied in part, or is still being copied"), "{short}");
    let mut newer = bytes.clone();
    newer[8] = 2;
    assert_eq!(
        refused(&mentor, "newer", &newer),
        "FILE: it was written by a newer version of Sheaf (format 2, this one reads 1); update \
         this device"
    );
    let mut changed = bytes.clone();
    let last = changed.len() - 1;
    changed[last] ^= 1;
    assert!(refused(&mentor, "changed", &changed).ends_with(": it is damaged"));
    let doubled = refused(&mentor, "doubled", &[bytes.clone(), bytes.clone()].concat());
    assert!(doubled.ends_with("a part of it comes twice; copy it again"), "{doubled}");
    assert_eq!(
        refused(&mentor, "rubbish", b"PK\x03\x04 no bundle at all"),
        "FILE: this is not a bundle, nor a file of a shared folder of Sheaf"
    );
    assert_eq!(refused(&mentor, "empty", b""), "FILE: it is empty");
    assert_eq!(
        refused(&dsl, "for another", &bytes),
        "FILE: it is sealed for other devices of this school; ask its writer for one that is for \
         this device"
    );
    let nowhere = mentor.refused(&["bundle", "read", &stick.text("nowhere")]);
    assert!(nowhere.ends_with("is not there: check the name, and that the drive is in"));
    assert_eq!(state(&mentor), before);

    let other = tempfile::TempDir::new().unwrap();
    let seed = ["--pupils", "20", "--devices", "1", "--seed", "9"];
    crate::device::demo(other.path(), &seed);
    let stranger = Device::invented(&other.path().join("1"));
    assert_eq!(
        refused(&stranger, "of another school", &bytes),
        "FILE: it is of another school; nothing was read"
    );
    // A part left out: each is whole, and the first one says what should follow.
    let parts: Vec<usize> =
        (1..bytes.len() - 8).filter(|at| bytes[*at..].starts_with(b"SHEAFPCL")).collect();
    assert!(!parts.is_empty());
    let left_out = refused(&mentor, "a part left out", &bytes[..parts[0]]);
    assert!(left_out.ends_with("it was copied in part, or is still being copied"), "{left_out}");
    assert_eq!(state(&mentor), before);
}

/// What is there already stays unless it is told otherwise; a name that leads nowhere is named.
#[test]
fn a_file_that_is_there_is_not_replaced_by_mistake() {
    let (demo, stick) = (Demo::new(), Stick::new());
    let (head, mentor) = (demo.head(), demo.mentor());
    let file = stick.text("a file");
    std::fs::write(&file, "a shopping list").unwrap();
    let to = id(&mentor);
    let refused = head.refused(&["bundle", "write", &file, "--for", &to]);
    assert!(refused.ends_with("is there already; give another name, or --force to replace it"));
    assert_eq!(std::fs::read(&file).unwrap(), b"a shopping list");
    write(&head, &file, &[&mentor], &["--force"]);
    read(&mentor, &file);
    let names: Vec<_> = std::fs::read_dir(stick.0.path()).unwrap().collect();
    assert_eq!(names.len(), 1, "something was left over: {names:?}");
    let own = head.refused(&["bundle", "write", &stick.text("own"), "--for", &id(&head)]);
    assert!(own.starts_with("a bundle is for another device than this one"), "{own}");
    assert!(!Path::new(&stick.text("own")).exists());
}

/// Rule 7. Nothing is written for a device that was removed, and what it writes itself past its
/// cut does not stand by this way either.
#[test]
fn a_removed_device_gets_no_bundle_and_brings_nothing_past_its_cut() {
    let (demo, stick) = (Demo::new(), Stick::new());
    let (head, dsl, mentor) = (demo.head(), demo.dsl(), demo.mentor());
    let pupil = head.pupil();
    let lost = id(&mentor);
    meet(&head, &mentor);
    head.json(&["member", "remove", &lost, "--reason", "left on the bus"]);
    let refused = head.refused(&["bundle", "write", &stick.text("no"), "--for", &lost]);
    assert!(refused.ends_with("nothing is written for it any more"), "{refused}");
    assert!(!Path::new(&stick.text("no")).exists());

    let late = mentor.log(&pupil, "pastoral", "canary-written-too-late");
    write(&mentor, &stick.text("late"), &[&head, &dsl], &[]);
    let got = read(&head, &stick.text("late"));
    assert!(got["notes"][0].as_str().unwrap().contains("was removed from the school"), "{got:#}");
    assert_eq!(got["held"].as_object().unwrap().len(), 1, "{got:#}");
    assert_eq!(
        head.refused(&["record", "show", &late]),
        format!("there is no record `{late}` here")
    );
    assert!(!holds(&head.home, b"canary-written-too-late"));
    head.verify();
}

/// Rule 8. What was erased does not come back from a stick of last year.
#[test]
fn an_old_stick_brings_nothing_back() {
    let (demo, stick) = (Demo::new(), Stick::new());
    let (head, dsl, mentor) = (demo.head(), demo.dsl(), demo.mentor());
    let record = head.log(&head.pupil(), "pastoral", OPEN);
    write(&head, &stick.text("old"), &[&dsl, &mentor], &[]);
    let erase = ["erase", &record, "--reason", "written-in-error"];
    let erasure = string(&head.json(&erase)["entry"]);
    meet(&head, &dsl);
    assert!(holds(&dsl.home, OPEN.as_bytes()), "the search would not find what is there");
    dsl.json(&["erase", "second", &erasure]);
    assert!(!holds(&dsl.home, OPEN.as_bytes()));
    read(&dsl, &stick.text("old"));
    assert!(!holds(&dsl.home, OPEN.as_bytes()));
    // Whoever has not heard of it takes it in, until they do: by the next stick.
    read(&mentor, &stick.text("old"));
    assert!(holds(&mentor.home, OPEN.as_bytes()));
    write(&dsl, &stick.text("new"), &[&mentor], &[]);
    read(&mentor, &stick.text("new"));
    assert!(!holds(&mentor.home, OPEN.as_bytes()));
    read(&mentor, &stick.text("old"));
    assert!(!holds(&mentor.home, OPEN.as_bytes()));
    mentor.verify();
}

/// What builds on something that is not there is left out and named, and a whole bundle mends it.
#[test]
fn what_does_not_join_on_is_left_out_until_a_whole_bundle_comes() {
    let (demo, stick) = (Demo::new(), Stick::new());
    let (head, mentor) = (demo.head(), demo.mentor());
    let pupil = head.pupil();
    // The head believes that the mentor has the first; the mentor's home is put back to before it.
    let old = demo.path().join("old");
    crate::device::copy_home(&mentor.home, &old);
    head.log(&pupil, "pastoral", OPEN);
    meet(&head, &mentor);
    let mentor = Device::invented(&old);
    let later = head.log(&pupil, "pastoral", "canary-later");
    write(&head, &stick.text("new"), &[&mentor], &[]);
    let got = read(&mentor, &stick.text("new"));
    assert_eq!((&got["new"], &got["waiting"]), (&0.into(), &1.into()), "{got:#}");
    assert!(got["notes"][0].as_str().unwrap().contains("--everything"), "{got:#}");
    write(&head, &stick.text("all"), &[&mentor], &["--everything"]);
    assert_eq!(read(&mentor, &stick.text("all"))["waiting"], 0);
    assert_eq!(mentor.show(&later)["fields"]["narrative"], "canary-later");
}
