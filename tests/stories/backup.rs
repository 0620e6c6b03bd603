//! A backup, the laptop it was made on lost, and the home that comes out of it: no save is lost,
//! and no place of a log is written twice. (Rules 1, 3 and 9.)

use tempfile::TempDir;

use crate::device::{Demo, Device, PASSPHRASE, holds, join, meet, refusal, run, string};

const FOR_THE_SAFE: &str = "four words in the safe";

fn notices(device: &Device) -> Vec<String> {
    let status = device.json(&["status"]);
    status["notices"].as_array().unwrap().iter().map(|one| string(&one["what"])).collect()
}

/// A mentor backs up on Monday, works on, meets the head, and loses the laptop. The backup makes a
/// home elsewhere, in which the mentor writes before meeting anybody.
#[test]
fn the_restored_backup() {
    let demo = Demo::new();
    let (head, mentor) = (demo.head(), demo.mentor());
    let file = demo.path().join("monday.sheaf");
    let pupil = mentor.pupil();
    let mut all = vec![mentor.log(&pupil, "pastoral", "before the backup")];
    // It is consistent although another process of the home is up.
    let serving = mentor.serve(&[]);
    let made = mentor.json(&["backup", file.to_str().unwrap()]);
    drop(serving);
    assert!(made["documents"].as_u64().unwrap() > 40, "{made:#}");
    all.push(mentor.log(&pupil, "pastoral", "after the backup"));
    meet(&head, &mentor);

    let back = Device::invented(&demo.path().join("new laptop"));
    let restored = back.json(&["restore", file.to_str().unwrap()]);
    for count in ["entries", "documents", "school", "made_at"] {
        assert_eq!(restored[count], made[count], "{count}");
    }
    assert_eq!(restored["device_id"], mentor.json(&["status"])["device_id"]);
    assert_eq!(notices(&back), ["restored"]);
    all.push(back.log(&pupil, "pastoral", "on the new laptop, alone"));
    meet(&head, &back);
    meet(&head, &back);
    // What was written after the backup has come back; and nobody speaks of a fork.
    for device in [&head, &back] {
        all.iter().for_each(|record| drop(device.show(record)));
        device.verify();
    }
    assert_eq!(notices(&back), ["restored"]);
    assert_eq!(notices(&head), Vec::<String>::new());
    assert_eq!(head.digests()["pastoral"], back.digests()["pastoral"]);

    // The old laptop turns up and goes on beside it: each has a log of its own.
    all.push(mentor.log(&pupil, "pastoral", "the old laptop again"));
    for device in [&mentor, &back, &mentor] {
        meet(&head, device);
    }
    for device in [&head, &back, &mentor] {
        all.iter().for_each(|record| drop(device.show(record)));
        assert_eq!(device.digests()["pastoral"], head.digests()["pastoral"]);
    }
    assert_eq!(notices(&head), Vec::<String>::new());
}

/// Rule 8. What was erased after the backup is in the home that comes out of it until that meets
/// anybody; then it is gone from its raw bytes, and nobody has it back.
#[test]
fn a_restored_backup_obeys_the_erasures_since() {
    const WORDS: &str = "canary-vermilion-allegation";
    let demo = Demo::new();
    let (head, dsl, mentor) = (demo.head(), demo.dsl(), demo.mentor());
    let record = head.log(&head.pupil(), "pastoral", WORDS);
    meet(&head, &dsl);
    meet(&head, &mentor);
    let file = demo.path().join("before the erasure.sheaf");
    mentor.json(&["backup", file.to_str().unwrap()]);
    let entry = string(&head.json(&["erase", &record, "--reason", "written-in-error"])["entry"]);
    meet(&head, &dsl);
    dsl.json(&["erase", "second", &entry]);
    meet(&head, &dsl);
    meet(&head, &mentor);
    assert!(!holds(&mentor.home, WORDS.as_bytes()));

    let back = Device::invented(&demo.path().join("back"));
    back.json(&["restore", file.to_str().unwrap()]);
    assert!(holds(&back.home, WORDS.as_bytes()), "it was in the backup");
    meet(&head, &back);
    for device in [&head, &back] {
        assert!(!holds(&device.home, WORDS.as_bytes()));
        assert_eq!(device.run(&["record", "show", &record]).code, Some(1));
        device.verify();
    }
    assert_eq!(head.digests()["pastoral"], back.digests()["pastoral"]);
}

/// A real school's: sealed under a passphrase of its own, restored under a third.
#[test]
fn a_backup_of_a_real_school_has_a_passphrase_of_its_own() {
    let dir = TempDir::new().unwrap();
    let head = Device::real(&dir.path().join("home"));
    head.json(&["init", "--school", "Ashgrove", "--person", "Anna Bell"]);
    let pupil = r#"{"forename":"Ada","surname":"Zed","date_of_birth":"2012-01-02","sex":"F"}"#;
    let record = string(&head.json(&["record", "add", "pupil", "--json", pupil])["id"]);
    let file = dir.path().join("safe.sheaf");
    let name = file.to_str().unwrap();
    let backup =
        |seal: &str| run(head.command(&["backup", name]).env("SHEAF_BACKUP_PASSPHRASE", seal), "");
    let short = "the passphrase is too short: 12 characters are the least, four words do";
    assert_eq!(refusal(&backup("short"), 1), short);
    assert!(!file.exists());
    assert_eq!(backup(FOR_THE_SAFE).code, Some(0));
    let bytes = std::fs::read(&file).unwrap();
    for secret in ["Ashgrove", "Anna Bell", "Zed"] {
        assert!(!bytes.windows(secret.len()).any(|part| part == secret.as_bytes()), "{secret}");
    }

    let new = Device::real(&dir.path().join("new")).with_passphrase(Some("a third one of words"));
    // The home's passphrase does not open it, and nothing is left of the try.
    let wrong = Device { passphrase: Some(PASSPHRASE.to_owned()), ..new.clone() };
    assert_eq!(
        wrong.refused(&["restore", name]),
        "this passphrase does not open the backup; nothing was done"
    );
    assert!(!new.home.exists());
    let restore = |to: &Device| {
        run(to.command(&["restore", name]).env("SHEAF_BACKUP_PASSPHRASE", FOR_THE_SAFE), "")
    };
    let ran = restore(&new);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(ran.out.starts_with("Restored Ashgrove for Anna Bell as it was on "), "{}", ran.out);
    new.show(&record);
    assert_eq!(
        refusal(&restore(&head), 1).replace(head.home.to_str().unwrap(), "HOME"),
        "HOME is not empty; name a new folder for the home"
    );
    // It acts as the head: somebody joins by way of it.
    let other = join(&new, &dir.path().join("other"), "mentor");
    meet(&new, &other);
    other.show(&record);
    new.verify();
}
