//! A folder that was copied, and one that was put back: both are noticed by what colleagues hold,
//! nothing that was saved is lost, and no place of a log is written twice from then on. (Rules 1,
//! 3 and 4.)

use std::path::Path;

use serde_json::Value;
use sheaf_store::{Home, Snapshot, Store, StoreError};

use crate::device::{Demo, Device, copy_home, meet, string};

/// The folder of a device, copied while no process has it open.
fn copied(device: &Device, to: &Path) -> Device {
    copy_home(&device.home, to);
    Device::invented(to)
}

/// What a device's status says of devices: each notice's kind, in alphabetical order.
fn notices(device: &Device) -> Vec<String> {
    let status = device.json(&["status"]);
    let all = status["notices"].as_array().unwrap().iter();
    let mut kinds: Vec<String> = all.map(|one| string(&one["what"])).collect();
    kinds.sort();
    kinds
}

fn words(device: &Device, what: &str) -> String {
    let status = device.json(&["status"]);
    let all = status["notices"].as_array().unwrap();
    string(&all.iter().find(|one| one["what"] == what).unwrap()["says"])
}

#[track_caller]
fn hold_alike(devices: &[&Device], records: &[String]) {
    for device in devices {
        assert_eq!(device.digests()["pastoral"], devices[0].digests()["pastoral"]);
        for record in records {
            device.show(record);
        }
        device.verify();
    }
}

/// How many logs of the pastoral space have two headers at one place.
fn forks(device: &Device) -> usize {
    let home = Home::open(&device.home).unwrap();
    let store = Store::open(&home, None).unwrap();
    let mut forks = 0;
    let look = |snapshot: &Snapshot<'_>| {
        for space in snapshot.spaces()? {
            for lane in [sheaf_charter::Lane::control(space), sheaf_charter::Lane::data(space)] {
                // The tips of a log begin with how many there are.
                let all = snapshot.vector(lane)?;
                forks += all.iter().filter(|(_, tips)| tips[0] > 1).count();
            }
        }
        Ok::<_, StoreError>(())
    };
    store.read(look).unwrap();
    forks
}

/// A mentor copies the folder to a second laptop and works on both, on the train, without either
/// meeting anybody. Both saved at the same place of one log.
#[test]
fn the_copied_folder() {
    let demo = Demo::new();
    let (head, one) = (demo.head(), demo.mentor());
    let other = copied(&one, &demo.path().join("copy"));
    let pupil = one.pupil();
    let incident = one.log(&pupil, "pastoral", "before the copies met");
    meet(&head, &one);
    let mut all = vec![incident.clone(), other.log(&pupil, "pastoral", "on the other laptop")];
    // The first copy never meets trouble: it wrote first. The other learns of it from the head.
    assert_eq!(notices(&one), Vec::<String>::new());
    meet(&head, &other);
    assert_eq!(notices(&other), ["copied", "forked"]);
    assert_eq!(notices(&head), ["forked"]);
    let says = words(&head, "forked");
    assert!(says.starts_with("Two copies of ") && says.contains(" in pastoral "), "{says}");
    assert!(!notices(&head).contains(&"copied".to_owned()), "the head's is no copy");

    // Both go on, each in a log of its own, while the first stays up and is told by another
    // process of what it saves.
    all.push(other.log(&pupil, "pastoral", "in a new log"));
    let serving = head.serve(&[]);
    let live = one.serve(&["--with", &serving.address]);
    live.until("equal", |event| event["event"] == "equal");
    assert_eq!(notices(&one), ["copied", "forked"]);
    all.push(one.log(&pupil, "pastoral", "in a log of its own"));
    serving
        .until("the new log", |event| event["event"] == "received" && event["space"] == "pastoral");
    drop((live, serving));
    meet(&head, &other);
    meet(&head, &one);
    hold_alike(&[&head, &one, &other], &all);
    assert_eq!(
        forks(&head),
        1,
        "the copies wrote at one place before they could know, and then never"
    );
    assert_eq!((forks(&one), forks(&other)), (1, 1));

    // What both say of one field is seen as two values.
    one.json(&["record", "edit", &incident, "--set", "severity=2"]);
    other.json(&["record", "edit", &incident, "--set", "severity=4"]);
    for device in [&one, &other, &one] {
        meet(&head, device);
    }
    let conflict = |device: &Device| device.show(&incident)["conflicts"]["severity"].clone();
    let values: Vec<Value> =
        conflict(&head).as_array().unwrap().iter().map(|one| one["value"].clone()).collect();
    assert!(values.contains(&2.into()) && values.contains(&4.into()), "{values:?}");
    hold_alike(&[&head, &one, &other], &all);
    assert_eq!(forks(&head), 1);
}

/// A folder is put back to an older state, as by a restore of the whole disk. It meets a colleague
/// before it saves: it has its own saves again, and its log does not fork.
#[test]
fn the_folder_that_was_put_back() {
    let demo = Demo::new();
    let (head, mentor) = (demo.head(), demo.mentor());
    let (older, oldest) = (demo.path().join("older"), demo.path().join("oldest"));
    copy_home(&mentor.home, &older);
    copy_home(&mentor.home, &oldest);
    let pupil = mentor.pupil();
    let mut all: Vec<String> =
        ["one", "two"].iter().map(|note| mentor.log(&pupil, "pastoral", note)).collect();
    meet(&head, &mentor);
    let back = Device::invented(&older);
    meet(&head, &back);
    assert_eq!(notices(&back), ["copied"]);
    all.push(back.log(&pupil, "pastoral", "after it was put back"));
    meet(&head, &back);
    hold_alike(&[&head, &back], &all);
    assert_eq!(forks(&head), 0);
    assert_eq!(notices(&head), Vec::<String>::new());

    // And again, to a folder from before the first time: yet another log, in which nothing is.
    let again = Device::invented(&oldest);
    meet(&head, &again);
    all.push(again.log(&pupil, "pastoral", "after it was put back once more"));
    meet(&head, &again);
    hold_alike(&[&head, &again], &all);
    assert_eq!(forks(&head), 0);
}
