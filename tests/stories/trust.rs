//! Who is in and who is out: lost laptops, colleagues who remove each other, a thief with the
//! head's laptop, the paper in the safe. (Rules 3, 6 and 7.)

use std::path::PathBuf;

use serde_json::Value;
use tempfile::TempDir;

use crate::device::{Demo, Device, demo, holds, meet, string};

/// An invented school on five devices: the head's, the safeguarding lead's and three mentors'.
struct Team {
    dir: TempDir,
}

impl Team {
    fn new() -> Self {
        let dir = TempDir::new().unwrap();
        demo(dir.path(), &["--pupils", "20", "--devices", "5", "--plain"]);
        Self { dir }
    }

    fn device(&self, number: usize) -> Device {
        let home: PathBuf = self.dir.path().join(number.to_string());
        Device::invented(&home)
    }
}

#[track_caller]
fn id(device: &Device) -> String {
    string(&device.json(&["status"])["device_id"])
}

#[track_caller]
fn person(device: &Device) -> String {
    string(&device.json(&["status"])["person"])
}

#[track_caller]
fn remove(by: &Device, whom: &str, reason: &str) -> String {
    string(&by.json(&["member", "remove", whom, "--reason", reason])["entry"])
}

/// The devices that somebody sees as being in.
#[track_caller]
fn inside(device: &Device) -> Vec<String> {
    let members = device.json(&["members"]);
    let members = members["members"].as_array().unwrap().iter();
    let devices = members.flat_map(|member| member["devices"].as_array().unwrap());
    let active = devices.filter(|known| known["state"] == "active");
    let mut active: Vec<String> = active.map(|known| string(&known["device_id"])).collect();
    active.sort();
    active
}

#[track_caller]
fn held(device: &Device) -> Vec<Value> {
    device.json(&["held"])["held"].as_array().unwrap().clone()
}

/// Rules 4 and 7. An honest mentor corrects what a stolen laptop wrote, before anybody has heard.
/// The removal holds both, and nothing else of the mentor's. Both are told of what is held; a
/// manager sees what it says before vouching for it, and what builds on it counts by itself.
#[test]
fn honest_work_that_depends_on_voided_work() {
    let team = Team::new();
    let (head, stolen, honest) = (team.device(1), team.device(3), team.device(4));
    let pupil = stolen.pupil();
    let incident = stolen.log(&pupil, "pastoral", "what the thief wrote");
    meet(&stolen, &honest);
    honest.json(&["record", "edit", &incident, "--set", "severity=4"]);
    let own = honest.log(&pupil, "pastoral", "honest, and by itself");
    remove(&head, &id(&stolen), "left on the bus");
    let serving = head.serve(&[]);
    let session = honest.json(&["sync", "--loopback", "--with", &serving.address]);
    assert_eq!(session["sessions"][0]["outcome"], "equal_with_held", "{session:#}");
    drop(serving);
    for device in [&head, &honest] {
        assert!(device.run(&["record", "show", &incident]).code == Some(1));
        device.show(&own);
        let held = held(device);
        let of = |by: &Device| held.iter().find(|one| one["by"] == person(by)).unwrap();
        let (first, second) = (of(&stolen), of(&honest));
        assert_eq!(held.len(), 2, "{held:#?}");
        assert_eq!(second["why"], "it builds on a change that is held");
        assert_eq!(second["builds_on"][0], first["entry"]);
        assert_eq!(second["would"][0]["fields"]["severity"], 4, "the author and the head see it");
    }
    let held = held(&head);
    let first = held.iter().find(|one| one["by"] == person(&stolen)).unwrap();
    let would = &first["would"][0];
    assert_eq!((&would["kind"], &would["begins"]), (&"incident".into(), &true.into()));
    assert_eq!(would["fields"]["narrative"], "what the thief wrote");
    // The mentor is told that the thief's is held, and not what it says.
    let theirs = self::held(&honest);
    let theirs = theirs.iter().find(|one| one["by"] == person(&stolen)).unwrap();
    assert_eq!(theirs["would"].as_array().unwrap().len(), 0);

    let second = held.iter().find(|one| one["by"] == person(&honest)).unwrap();
    let refused = head.run(&["held", "attest", &string(&second["entry"])]);
    assert!(refused.err.contains(&string(&first["entry"])), "{}", refused.err);
    head.json(&["held", "attest", &string(&first["entry"])]);
    meet(&head, &honest);
    for device in [&head, &honest] {
        assert_eq!(device.show(&incident)["fields"]["severity"], 4);
        assert!(self::held(device).is_empty());
        device.verify();
    }
}

/// Rule 7. A mentor's laptop is left on the bus. The head removes it; whoever has heard of it gives
/// the laptop nothing more, not a byte, and tells it so. What had arrived from it before stands.
/// What it gives to a colleague who has not heard is held there as soon as they have, nobody has
/// to ask, and a manager can vouch for it.
#[test]
fn the_lost_laptop() {
    let demo = Demo::new();
    let (head, dsl, mentor) = (demo.head(), demo.dsl(), demo.mentor());
    let pupil = head.pupil();
    let known = mentor.log(&pupil, "pastoral", "canary-known-before");
    meet(&head, &mentor);
    for (who, refused) in [
        (&head, "this device cannot remove itself or its own person: ask another manager"),
        (&mentor, "not allowed: the author's role does not allow it"),
    ] {
        let all = ["member", "remove", &id(&head), "--reason", "x", "--dry-run"];
        assert_eq!(who.refused(&all), refused);
    }
    let preview = head.json(&["member", "remove", &id(&mentor), "--reason", "x", "--dry-run"]);
    assert_eq!(preview["spaces"], serde_json::json!(["pastoral"]), "{preview:#}");
    remove(&head, &id(&mentor), "left on the bus");
    let after = head.log(&pupil, "pastoral", "canary-after-the-removal");

    // The laptop, in whoever's hands, goes on, and meets a colleague who has not heard.
    let late = mentor.log(&pupil, "pastoral", "canary-written-late");
    meet(&dsl, &mentor);
    assert_eq!(dsl.show(&late)["fields"]["narrative"], "canary-written-late");
    // It meets the head.
    let serving = head.serve(&[]);
    let why = mentor.refused(&["sync", "--loopback", "--with", &serving.address]);
    assert!(why.contains(": this device was removed from the school: nothing goes out"), "{why}");
    assert_eq!(mentor.json(&["status"])["removed"]["by"], person(&head));
    let saved = mentor.run(&["log", &pupil, "disruption", "--note", "canary-for-nobody"]);
    let told = format!("{}'s device said on", person(&head));
    assert!(saved.code == Some(0) && saved.err.contains(&told), "{saved:?}");
    assert!(!holds(&mentor.home, b"canary-after-the-removal"));

    // The colleague hears of it.
    let session = dsl.json(&["sync", "--loopback", "--with", &serving.address]);
    assert_eq!(session["sessions"][0]["outcome"], "equal_with_held", "{session:#}");
    assert_eq!(dsl.show(&known)["fields"]["narrative"], "canary-known-before");
    assert_eq!(dsl.show(&after)["fields"]["narrative"], "canary-after-the-removal");
    assert_eq!(
        dsl.refused(&["record", "show", &late]),
        format!("there is no record `{late}` here")
    );
    assert_eq!(dsl.json(&["search", "canary-written-late"])["hits"], serde_json::json!([]));
    assert_eq!(head.digests(), dsl.digests());
    let late_entry = held(&dsl);
    assert_eq!((late_entry.len(), &late_entry[0]["why"]), (1, &held(&head)[0]["why"]));
    head.verify();
    dsl.verify();

    // The head looks at it and vouches for it.
    head.json(&["held", "attest", &string(&late_entry[0]["entry"])]);
    assert_eq!(head.show(&late)["fields"]["narrative"], "canary-written-late");
    let by = string(&head.show(&late)["created"]["by"]);
    assert_eq!(by, string(&head.show(&known)["created"]["by"]), "its author is its author");
    dsl.sync(&serving.address);
    assert_eq!(dsl.show(&late)["fields"]["narrative"], "canary-written-late");
    assert_eq!((held(&dsl).len(), head.digests() == dsl.digests()), (0, true));
    dsl.verify();
    // Nothing new can be opened with its keys, and its own removal never comes to it.
    let laptop = mentor.json(&["members"]);
    assert!(laptop["members"].as_array().unwrap().iter().all(|one| one["state"] == "in"));
    let gone = mentor.json(&["wipe", "--yes"]);
    assert!(gone["wiped"].is_string() && !mentor.home.exists());
}

/// Two deputies remove each other while apart. Everybody ends with the same one of the two, and a
/// colleague who stands behind the other removal turns it round, for everybody.
#[test]
fn two_deputies_who_remove_each_other_while_apart() {
    let team = Team::new();
    let [head, dsl, first, second, mentor] = [1, 2, 3, 4, 5].map(|number| team.device(number));
    for deputy in [&first, &second] {
        let reason = ["--reason", "appointed by the governors"];
        head.json(&[&["member", "set-role", &person(deputy), "deputy-dsl"], &reason[..]].concat());
    }
    for device in [&dsl, &first, &second, &mentor] {
        meet(&head, device);
    }
    let (first_id, second_id) = (id(&first), id(&second));
    let by_first = remove(&first, &second_id, "he has gone mad");
    let by_second = remove(&second, &first_id, "she has gone mad");
    // Some hear of the one first, some of the other.
    meet(&head, &first);
    meet(&dsl, &second);
    meet(&head, &dsl);
    meet(&head, &mentor);
    let seen = inside(&head);
    for device in [&dsl, &mentor] {
        assert_eq!(inside(device), seen);
        assert_eq!(device.digests()["pastoral"], head.digests()["pastoral"]);
    }
    let first_stays = seen.contains(&first_id);
    assert_ne!(first_stays, seen.contains(&second_id), "one of the two stays");
    let overruled = if first_stays { &by_second } else { &by_first };
    dsl.json(&["member", "endorse", overruled]);
    meet(&head, &dsl);
    meet(&head, &mentor);
    let turned = inside(&head);
    assert_eq!(
        (turned.contains(&first_id), turned.contains(&second_id)),
        (!first_stays, first_stays)
    );
    assert_eq!((inside(&dsl), inside(&mentor)), (turned.clone(), turned));
    [&head, &dsl, &mentor].into_iter().for_each(Device::verify);
}

/// A thief with the head's laptop makes a mentor head, and both throw the rest out. The rest
/// removes the laptop, two of them: they win, whoever hears of what first. What the laptop had done
/// honestly before stands.
#[test]
fn the_thief_with_the_head_s_laptop() {
    let team = Team::new();
    let [laptop, dsl, accomplice, lead, mentor] = [1, 2, 3, 4, 5].map(|number| team.device(number));
    let reason = ["--reason", "appointed"];
    laptop.json(&[&["member", "set-role", &person(&lead), "lead"], &reason[..]].concat());
    let pupil = laptop.pupil();
    let honest = laptop.log(&pupil, "pastoral", "canary-by-the-head");
    for device in [&dsl, &accomplice, &lead, &mentor] {
        meet(&laptop, device);
    }
    // The thief.
    laptop.json(&[&["member", "set-role", &person(&accomplice), "head"], &reason[..]].concat());
    meet(&laptop, &accomplice);
    remove(&laptop, &person(&dsl), "to be rid of them");
    remove(&accomplice, &person(&lead), "to be rid of them");
    meet(&laptop, &accomplice);
    // Whoever believes it tells those who are thrown out.
    let serving = accomplice.serve(&[]);
    let why = lead.refused(&["sync", "--loopback", "--with", &serving.address]);
    assert!(why.contains("this device was removed from the school"), "{why}");
    assert_eq!(lead.json(&["status"])["removed"]["by"], person(&accomplice));
    drop(serving);
    // A mentor hears of the thief's acts first and believes them.
    meet(&accomplice, &mentor);
    assert!(!inside(&mentor).contains(&id(&dsl)));
    // The rest.
    let removal = remove(&dsl, &id(&laptop), "stolen");
    meet(&dsl, &lead);
    lead.json(&["member", "endorse", &removal]);
    // The mentor's laptop believes that both are out, and turns them away; it hears them all the
    // same, and judges for itself.
    meet(&dsl, &lead);
    meet(&mentor, &lead);
    for device in [&dsl, &lead, &mentor] {
        assert!(!inside(device).contains(&id(&laptop)), "the laptop is out");
        assert!(inside(device).contains(&id(&accomplice)), "the accomplice is a mentor as before");
        assert_eq!(device.show(&honest)["fields"]["narrative"], "canary-by-the-head");
        device.verify();
    }
    // Once the accomplice's device has heard, it says so no more.
    meet(&accomplice, &lead);
    assert_eq!(lead.json(&["status"])["removed"], Value::Null);
    let members = dsl.json(&["members"]);
    let role = |device: &Device| {
        let members = members["members"].as_array().unwrap().iter();
        let of = |member: &&Value| member["name"] == person(device);
        string(&members.clone().find(of).unwrap()["role"])
    };
    assert_eq!(role(&accomplice), "mentor");
}

/// The head is away for good and the dsl's laptop is lost with nobody who may help: the paper from
/// the safe makes a mentor head, removes the lost laptop and is replaced by a new paper.
#[test]
fn the_paper_from_the_safe() {
    let dir = TempDir::new().unwrap();
    let head = Device::real(&dir.path().join("head"));
    let made = head.json(&["init", "--school", "Ashdown", "--person", "Mary Wells"]);
    let mentor = crate::device::join(&head, &dir.path().join("mentor"), "mentor");
    let key = string(&made["recovery_key"]);
    let head_id = id(&head);
    let arguments = ["--format", "json", "recover", "--head", "Ben Ito", "--remove", &head_id];
    let recover = |key: &str| {
        let mut command = mentor.command(&arguments);
        command.args(["--replace", "--reason", "the head has died"]);
        crate::device::run(command.env("SHEAF_RECOVERY_KEY", key), "")
    };
    let wrong = recover("SHEAF-RECOVERY-AAAAA");
    assert_eq!(wrong.code, Some(1), "{wrong:?}");
    let done = recover(&key);
    assert_eq!(done.code, Some(0), "{done:?}");
    let done: Value = serde_json::from_str(&done.out).unwrap();
    assert_ne!(done["recovery_key"], Value::String(key.clone()));
    assert_eq!(mentor.json(&["status"])["role"], "head");
    assert!(!inside(&mentor).contains(&head_id));
    let again = recover(&key);
    assert!(again.err.contains("not the one that this school has now"), "{again:?}");
    mentor.verify();
}

/// Rule 5 and 7. A new safeguarding lead is let into `safeguarding` and reads files from before
/// their time; the mentor beside them holds not a byte of it. When they are taken out again they
/// keep what they had and get nothing new.
#[test]
fn the_new_safeguarding_lead_must_read_old_files_and_the_mentor_must_not() {
    let team = Team::new();
    let [head, _, new, mentor, _] = [1, 2, 3, 4, 5].map(|number| team.device(number));
    let pupil = head.pupil();
    let old = head.log(&pupil, "safeguarding", "canary-old-file");
    let reason = ["--reason", "the new deputy"];
    head.json(&[&["member", "set-role", &person(&new), "deputy-dsl"], &reason[..]].concat());
    head.json(&["space", "admit", "safeguarding", &person(&new)]);
    meet(&head, &new);
    meet(&head, &mentor);
    meet(&new, &mentor);
    assert_eq!(new.show(&old)["fields"]["narrative"], "canary-old-file");
    assert!(holds(&new.home, b"canary-old-file"), "the search would not find what is there");
    assert!(!holds(&mentor.home, b"canary-old-file"));
    assert_eq!(mentor.digests().len(), 1);
    let leave = ["space", "leave", "safeguarding", "--person", &person(&new)];
    head.json(&[&leave[..], &["--reason", "changed school"]].concat());
    let later = head.log(&pupil, "safeguarding", "canary-later-file");
    meet(&head, &new);
    assert!(!holds(&new.home, b"canary-later-file"));
    assert!(new.run(&["record", "show", &later]).code == Some(1));
    let refused = mentor.refused(&["space", "admit", "pastoral", &person(&new)]);
    assert!(refused.contains("not have effect") || refused.contains("allow"), "{refused}");
}
