//! What must hold at such a folder.

use std::io::ErrorKind;
use std::time::Duration;

use sheaf_net::Folder;
use sheaf_replica::Use;

use super::model::{Chance, Devices, Drive, View};
use crate::carry::folder::{SharedFolder, What, unfinished};
use crate::{Event, Listen, Network, Networks, School};

/// Looks until nothing moves any more.
fn settle(folders: &mut [SharedFolder], views: &[View]) {
    for _ in 0..12 {
        views.iter().for_each(View::settle);
        let moved: u64 = folders
            .iter_mut()
            .map(|folder| {
                let pass = folder.pass().unwrap();
                pass.sent + pass.received() + pass.bytes_out
            })
            .sum();
        if moved == 0 {
            return;
        }
    }
    panic!("the folder does not come to rest");
}

#[test]
fn devices_that_share_nothing_but_a_folder_become_level_and_it_comes_to_rest() {
    let (devices, drive) = (Devices::new(3), Drive::default());
    let view = View::direct(&drive);
    let mut folders: Vec<SharedFolder> = (0..3).map(|one| devices.at(one, &view)).collect();
    let records: Vec<String> =
        (0..3).map(|one| devices.log(one, &format!("canary of {one}"))).collect();
    settle(&mut folders, &[]);
    for one in 0..3 {
        for record in &records {
            assert!(devices.schools[one].show(record).is_ok(), "{one} lacks {record}");
        }
        assert_eq!(devices.digests(one)["pastoral"], devices.digests(0)["pastoral"]);
    }
    let before = drive.files().len();
    settle(&mut folders, &[]);
    assert_eq!(drive.files().len(), before);
    // A process that begins anew knows nothing of the files, and writes none again.
    let mut anew = devices.at(0, &view);
    let pass = anew.pass().unwrap();
    assert_eq!((pass.sent, pass.received(), pass.bytes_out), (0, 0, 0));
}

/// Stale and partial listings, copies, files that go back: whatever the order, all become level
/// once the copying is done, and no device loses anything on the way.
#[test]
fn whatever_a_copying_service_does_meanwhile_all_become_level() {
    for seed in 0..6 {
        let (devices, drive) = (Devices::new(3), Drive::default());
        let views: Vec<View> = (0..3).map(|_| View::copied(&drive)).collect();
        let mut folders: Vec<SharedFolder> =
            (0..3).map(|one| devices.at(one, &views[one])).collect();
        let (mut chance, mut before) = (Chance::new(seed), vec![Vec::new(), vec![], vec![]]);
        let mut records = Vec::new();
        for step in 0..60 {
            let one = chance.below(3);
            match chance.below(5) {
                0 if records.len() < 12 => {
                    records.push(devices.log(one, &format!("canary {seed} {step}")));
                }
                1 => {
                    folders[one].pass().unwrap();
                }
                2 => folders[one] = devices.at(one, &views[one]),
                _ => views[one].stir(&mut chance, &mut before[one]),
            }
        }
        drive.put("holiday.jpg", b"\xff\xd8 no entries here".to_vec());
        drive.put("half.sheaf", b"SHEAFPCL\x01".to_vec());
        settle(&mut folders, &views);
        for one in 0..3 {
            for record in &records {
                let shown = devices.schools[one].show(record);
                assert!(shown.is_ok(), "seed {seed}: {one} lacks {record}");
            }
            let level = devices.digests(0)["pastoral"].clone();
            assert_eq!(devices.digests(one)["pastoral"], level, "seed {seed}");
        }
    }
}

#[test]
fn entries_of_a_colleague_who_does_not_use_the_folder_are_carried_once() {
    let (devices, drive) = (Devices::new(3), Drive::default());
    let view = View::direct(&drive);
    let head = devices.schools[0].core.identity.log();
    assert!(devices.at(1, &view).pass().unwrap().sent > 0);
    let mut mentor = devices.at(2, &view);
    assert_eq!(mentor.pass().unwrap().sent, 0, "what is there is not put there again");
    let of_head = mentor.parcels().filter(|(_, one)| {
        let mut stretches = one.manifest.stretches.iter();
        one.manifest.purpose == Use::Data && stretches.any(|part| part.reach.get(head).is_some())
    });
    let writers: Vec<_> = of_head.map(|(_, one)| one.manifest.writer).collect();
    assert!(!writers.is_empty(), "the head's records are carried, who does not use this folder");
    assert!(writers.iter().all(|writer| *writer == devices.schools[1].core.device()));
    // Once the head comes, his own files hold his own logs.
    assert!(devices.at(0, &view).pass().unwrap().sent > 0);
}

/// A colleague's word that their file holds the logs of others counts for nothing before it was
/// seen there.
#[test]
fn what_a_file_only_says_that_it_carries_is_carried_by_somebody_else() {
    let (devices, drive) = (Devices::new(3), Drive::default());
    let view = View::direct(&drive);
    devices.at(1, &view).pass().unwrap();
    let mut mentor = devices.at(2, &view);
    mentor.pass().unwrap();
    // The same manifests with nothing behind them.
    for (name, file) in drive.files() {
        let shorter = file.bytes[..file.bytes.len() - 1].to_vec();
        drive.put(&name.to_string_lossy(), shorter);
    }
    mentor = devices.at(2, &view);
    assert!(mentor.pass().unwrap().sent > 0, "nobody carries the head's records");
}

#[test]
fn many_small_files_become_few_and_nothing_is_lost() {
    let (devices, drive) = (Devices::new(2), Drive::default());
    let view = View::direct(&drive);
    let mut head = devices.at(0, &view);
    let records: Vec<String> = (0..30)
        .map(|number| {
            let record = devices.log(0, &format!("canary {number}"));
            assert!(head.pass().unwrap().sent > 0);
            record
        })
        .collect();
    let files = drive.files().len();
    assert!(files < 20, "{files} files");
    let mut other = devices.at(1, &view);
    other.pass().unwrap();
    for record in &records {
        assert!(devices.schools[1].show(record).is_ok());
    }
}

#[test]
fn what_was_erased_leaves_the_files_and_comes_back_from_none() {
    let (devices, drive) = (Devices::new(3), Drive::default());
    let view = View::direct(&drive);
    let mut folders: Vec<SharedFolder> = (0..3).map(|one| devices.at(one, &view)).collect();
    let record = devices.log(0, "canary-cerulean");
    devices.log(0, "canary-that-stays");
    settle(&mut folders, &[]);
    let old = drive.files();
    assert!(devices.holds(1, "canary-cerulean"), "the search would not find what is there");
    let erasure = devices.schools[0].erase(std::slice::from_ref(&record), "written-in-error");
    settle(&mut folders, &[]);
    devices.schools[1].second_erasure(&erasure.unwrap().entry).unwrap();
    // The lead has heard of it and the head has not: his file still holds it, and that is told.
    folders[1].pass().unwrap();
    let told = devices.schools[1].erasures().unwrap().erasures.remove(0);
    assert_eq!(told.in_folders.len(), 1, "{told:#?}");
    assert!(told.in_folders[0].person == devices.schools[0].card().unwrap().person);
    settle(&mut folders, &[]);
    for one in 0..3 {
        assert!(!devices.holds(one, "canary-cerulean"), "{one} still holds it");
        assert!(devices.holds(one, "canary-that-stays"));
    }
    let told = devices.schools[1].erasures().unwrap().erasures.remove(0);
    assert!(told.in_folders.is_empty() && told.outstanding.is_empty(), "{told:#?}");
    let named: sheaf_charter::DocumentId = record.parse().unwrap();
    for folder in &folders {
        assert!(folder.parcels().all(|(_, one)| !one.manifest.documents.contains(&named)));
    }
    // The provider brings back every file that there ever was.
    drive.with(|kept| kept.files.extend(old));
    settle(&mut folders, &[]);
    for one in 0..3 {
        assert!(!devices.holds(one, "canary-cerulean"), "{one} took it in again");
    }
    for folder in &folders {
        assert!(folder.parcels().all(|(_, one)| !one.manifest.documents.contains(&named)));
    }
}

#[test]
fn a_folder_that_is_full_or_away_is_told_and_tried_again() {
    let (devices, drive) = (Devices::new(2), Drive::default());
    let view = View::direct(&drive);
    let mut head = devices.at(0, &view);
    head.pass().unwrap();
    let record = devices.log(0, "canary-late");
    for (kind, words) in [
        (ErrorKind::StorageFull, "the drive is full; free some space and try again"),
        (ErrorKind::ReadOnlyFilesystem, "the drive cannot be written to"),
    ] {
        drive.with(|kept| kept.broken = Some(kind));
        let refused = head.pass().err().unwrap().to_string();
        assert_eq!(refused, format!("the folder: {words}"));
    }
    drive.with(|kept| kept.broken = None);
    assert_eq!(head.pass().unwrap().sent, 1);
    devices.at(1, &view).pass().unwrap();
    assert!(devices.schools[1].show(&record).is_ok());
}

/// Whoever can read the folder and not write there passes on what they read.
#[tokio::test(flavor = "multi_thread")]
async fn what_comes_from_a_folder_that_cannot_be_written_goes_on_to_whoever_is_connected() {
    let (devices, drive) = (Devices::new(3), Drive::default());
    let view = View::direct(&drive);
    let [head, _, mentor] = devices.schools.as_slice() else { panic!("three devices") };
    let record = devices.log(1, "canary-read-only");
    devices.at(1, &view).pass().unwrap();
    let listen = Listen::new(Networks::Loopback, 0);
    let of_head = Network::start(head, listen).await.unwrap();
    let of_mentor = Network::start(mentor, listen).await.unwrap();
    let mut events = of_mentor.events();
    of_mentor.stay_in_touch(of_head.addresses()[0]);
    let comes = async {
        let runs = "the network runs";
        while !matches!(events.recv().await.expect(runs), Event::Equal { .. }) {}
        drive.with(|kept| kept.broken = Some(ErrorKind::ReadOnlyFilesystem));
        assert!(devices.at(0, &view).pass().unwrap().unwritten.is_some());
        while mentor.show(&record).is_err() {
            events.recv().await.expect(runs);
        }
    };
    tokio::time::timeout(Duration::from_secs(120), comes).await.expect("it comes");
    of_head.stop().await;
    of_mentor.stop().await;
}

#[test]
fn rubbish_is_passed_over_and_named_once() {
    let (devices, drive) = (Devices::new(2), Drive::default());
    let view = View::direct(&drive);
    drive.put("holiday.jpg", b"\xff\xd8 no entries here".to_vec());
    let (other, stranger) = (Devices::new(1), Drive::default());
    other.at(0, &View::direct(&stranger)).pass().unwrap();
    let of_another_school = stranger.files().into_values().next().unwrap().bytes;
    drive.put("stranger.sheaf", of_another_school.clone());
    let mut newer = of_another_school;
    newer[8] = 9;
    drive.put("newer.sheaf", newer);
    let mut head = devices.at(0, &view);
    let notes = head.pass().unwrap().notes;
    assert_eq!(notes.len(), 3, "{notes:#?}");
    assert!(notes[0].starts_with("holiday.jpg: this is not a bundle"), "{notes:#?}");
    assert!(notes[1].contains("newer version of Sheaf (format 9"), "{notes:#?}");
    assert_eq!(notes[2], "stranger.sheaf: it is of another school");
    assert_eq!(head.pass().unwrap().notes, [""; 0]);
    // What may yet become whole is looked at again, and told once all the same.
    let mut damaged = drive.files().into_values().last().unwrap().bytes;
    damaged[20] ^= 1;
    drive.put("damaged.sheaf", damaged);
    assert_eq!(
        head.pass().unwrap().notes,
        ["damaged.sheaf: it is damaged; delete it if it stays so"]
    );
    assert_eq!(head.pass().unwrap().notes, ["1 file in the folder is not whole yet"]);
    for number in 0..3_000 {
        drive.put(&format!("photo {number}.jpg"), vec![7; 20]);
    }
    let notes = head.pass().unwrap().notes;
    assert_eq!(notes.last().unwrap(), "and 2995 more files in the folder that are of no use");
    assert_eq!(notes.len(), 6);
    let foreign = head.files.values().filter(|seen| matches!(seen.what, What::Foreign(_)));
    assert_eq!(foreign.count(), 3_003);
}

/// What a system leaves wherever it looks, of whatever length; a file of ours of which nothing is
/// there yet is waited for.
#[test]
fn files_that_are_called_otherwise_than_ours_are_in_nobodys_way_however_short_they_are() {
    let (devices, drive) = (Devices::new(1), Drive::default());
    let mut head = devices.at(0, &View::direct(&drive));
    head.pass().unwrap();
    drive.put("Thumbs.db", Vec::new());
    drive.put("desktop.ini", vec![0; 64]);
    drive.put(".DS_Store", b"\0\0\0\x01Bud1".to_vec());
    let pass = head.pass().unwrap();
    assert!(pass.is_level(), "{:#?}", pass.notes);
    assert_eq!(pass.notes.len(), 3, "{:#?}", pass.notes);
    assert!(pass.notes.iter().all(|note| note.contains(": this is not a bundle")));
    drive.put("0123.sheaf", Vec::new());
    drive.put("4567-LAPTOP.sheaf (1)", vec![0; 64]);
    let pass = head.pass().unwrap();
    assert_eq!((pass.is_level(), pass.unfinished), (false, 2));
}

#[test]
fn a_file_that_may_not_be_read_is_named_and_told_as_that() {
    let (devices, drive) = (Devices::new(2), Drive::default());
    let view = View::direct(&drive);
    devices.at(0, &view).pass().unwrap();
    let mut lead = devices.at(1, &view);
    lead.pass().unwrap();
    drive.put("a1.sheaf", b"SHEAFPCL\x01".to_vec());
    drive.put("letters.doc", b"Dear all".to_vec());
    let names = ["a1.sheaf", "letters.doc"];
    for name in names {
        drive.with(|kept| kept.closed.insert(name.into()));
    }
    let pass = lead.pass().unwrap();
    let says = names.map(|name| format!("{name}: this user may not read it"));
    assert_eq!(pass.notes, says);
    assert_eq!((pass.is_level(), pass.unfinished), (false, 0));
    let unread = "the folder: this user may not read 1 file there; see to the permissions";
    assert_eq!(pass.unread.as_deref(), Some(unread));
    // Neither its length nor its time changes when it may be read.
    drive.with(|kept| kept.closed.clear());
    let pass = lead.pass().unwrap();
    assert_eq!((pass.unread, pass.unfinished), (None, 1));
}

/// A drive from which can be read and nothing more.
#[test]
fn what_was_taken_in_is_told_where_nothing_can_be_written() {
    let (devices, drive) = (Devices::new(2), Drive::default());
    let view = View::direct(&drive);
    let mut head = devices.at(0, &view);
    head.pass().unwrap();
    let record = devices.log(1, "canary-of-the-lead");
    devices.at(1, &view).pass().unwrap();
    devices.log(0, "canary-that-stays-here");
    drive.with(|kept| kept.broken = Some(ErrorKind::ReadOnlyFilesystem));
    let pass = head.pass().unwrap();
    let why = "the folder: the drive cannot be written to";
    assert!(pass.received() > 0);
    assert_eq!((pass.is_level(), pass.unwritten.as_deref()), (false, Some(why)));
    assert!(devices.schools[0].show(&record).is_ok());
    assert_eq!(head.pass().err().unwrap().to_string(), why);
}

/// Whatever time the file gives itself: the service that copies it may have kept the old one.
#[test]
fn half_a_file_is_waited_for_an_hour_and_then_named_and_in_nobodys_way() {
    let (devices, drive) = (Devices::new(2), Drive::default());
    let view = View::direct(&drive);
    devices.at(0, &view).pass().unwrap();
    let before = drive.files();
    let record = devices.log(0, "canary-half");
    devices.at(0, &view).pass().unwrap();
    let written = drive.files().into_keys().find(|name| !before.contains_key(name));
    let name = written.unwrap();
    let whole = drive.files().remove(&name).unwrap();
    drive.put(name.to_str().unwrap(), whole.bytes[..whole.bytes.len() / 2].to_vec());
    let file = drive.files().remove(&name).unwrap();
    assert!(file.changed < 1_000, "of 1970");
    // Every look may be that of another process.
    for _ in 0..2 {
        let pass = devices.at(1, &view).pass().unwrap();
        assert!(!pass.is_level());
        assert_eq!(pass.notes, ["1 file in the folder is not whole yet"]);
    }
    an_hour_passes(&devices.schools[1]);
    let mut late = devices.at(1, &view);
    let pass = late.pass().unwrap();
    assert!(pass.is_level());
    let [note] = &pass.notes[..] else { panic!("{:#?}", pass.notes) };
    assert!(note.starts_with(name.to_str().unwrap()), "{note}");
    assert!(note.ends_with("; delete it if it stays so"), "{note}");
    assert_eq!(late.pass().unwrap().notes, [""; 0]);
    let listed = view.list().unwrap();
    let left = vec![name.to_str().unwrap().to_owned()];
    assert_eq!(late.not_whole_among(&listed).unwrap(), (0, left));
    // It grows: somebody copies it after all.
    drive.put(name.to_str().unwrap(), whole.bytes[..whole.bytes.len() - 1].to_vec());
    assert!(!late.pass().unwrap().is_level());
    drive.put(name.to_str().unwrap(), whole.bytes);
    assert!(late.pass().unwrap().is_level());
    assert!(devices.schools[1].show(&record).is_ok());
    assert_eq!(kept(&devices.schools[1]), ["{}"]);
}

fn kept(school: &School) -> Vec<String> {
    let kept = school.core.store.read(|snapshot| snapshot.settings_under(unfinished::PREFIX));
    kept.unwrap().into_iter().map(|(_, bytes)| String::from_utf8(bytes).unwrap()).collect()
}

/// What was seen is older now.
fn an_hour_passes(school: &School) {
    let store = &school.core.store;
    let kept = store.read(|snapshot| snapshot.settings_under(unfinished::PREFIX)).unwrap();
    for (name, bytes) in kept {
        let mut files: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        for file in files.as_object_mut().unwrap().values_mut() {
            let first_ms = file["first_ms"].as_i64().unwrap();
            file["first_ms"] = (first_ms - 60 * 60 * 1_000).into();
        }
        let aged = serde_json::to_vec(&files).unwrap();
        store.write(|txn| txn.put_setting(&name, &aged)).unwrap();
    }
}
