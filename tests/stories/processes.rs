//! Several processes of one home, and a home built anew from its log. (Rules 1 and 2.)

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use sheaf_school::desk::{Desk, Notice};
use sheaf_school::{Clock, Listen, Network, NetworkSlot, Networks, School};
use tempfile::TempDir;

use crate::device::{Demo, Device, demo, join_unprotected, meet};

/// Rule 1. What one process saves is there for every other, and goes out by the one that has the
/// network.
#[test]
fn processes_of_one_home_see_each_other_s_writes() {
    let demo = Demo::new();
    let (head, dsl) = (demo.head(), demo.dsl());
    let pupil = head.pupil();
    let serving = head.serve(&[]);
    let peer = dsl.serve(&["--with", &serving.address]);
    peer.until("level", |event| event["event"] == "equal");
    let long_open = School::open(&head.home, None, Clock::system()).unwrap();
    let before = long_open.status().unwrap().spaces[0].documents;

    let first = head.log(&pupil, "pastoral", "by a command");
    assert_eq!(long_open.show(&first).unwrap().fields["narrative"], "by a command");
    assert_eq!(long_open.status().unwrap().spaces[0].documents, before + 1);
    peer.until("what a command wrote", |event| event["event"] == "received");
    assert_eq!(dsl.show(&first)["fields"]["narrative"], "by a command");

    let second = dsl.log(&pupil, "pastoral", "on the other device");
    serving.until("what arrived", |event| event["event"] == "received");
    assert_eq!(long_open.show(&second).unwrap().fields["narrative"], "on the other device");
    assert_eq!(head.show(&second)["changed"]["by"], dsl.json(&["status"])["person"]);
    // One process has the network; another one says so and does not take it.
    assert_eq!(
        head.refused(&["serve", "--loopback"]),
        "another process of this home is on the network already; it replicates for all"
    );
}

/// Rule 1. When the process that has the network ends, the next one takes over from it.
#[test]
fn the_next_process_takes_the_network_over() {
    let demo = Demo::new();
    let (head, dsl) = (demo.head(), demo.dsl());
    let pupil = head.pupil();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let listen = Listen::new(Networks::Loopback, 0);
        let open = || School::open(&head.home, None, Clock::system()).unwrap();
        let (first, second) = (open(), open());
        let network = Network::start(&first, listen).await.unwrap();
        assert!(Network::try_start(&second, listen).await.unwrap().is_none());
        let waiting = tokio::spawn(async move { Network::take_over(&second, listen).await });
        network.stop().await;
        drop((network, first));
        let taken = waiting.await.unwrap().unwrap();
        let address = taken.addresses()[0].to_string();
        let written = dsl.log(&pupil, "pastoral", "after the change");
        dsl.sync(&address);
        assert_eq!(head.show(&written)["fields"]["narrative"], "after the change");
        taken.stop().await;
    });
}

/// Rule 1. Whoever has the network keeps it while another process of the home lets a colleague in.
#[test]
fn an_invitation_goes_out_beside_the_process_that_has_the_network() {
    let demo = Demo::new();
    let head = demo.head();
    let pupil = head.pupil();
    let serving = head.serve(&[]);
    let joined = join_unprotected(&head, &demo.head().home.with_file_name("joined"));
    let written = head.log(&pupil, "pastoral", "for all");
    joined.sync(&serving.address);
    assert_eq!(joined.show(&written)["fields"]["narrative"], "for all");
}

/// Rule 1. A desk hears of what another process saves, without being asked to look.
#[test]
fn a_desk_is_told_of_what_a_command_saves() {
    let demo = Demo::new();
    let head = demo.head();
    let pupil = head.pupil();
    let school = School::open(&head.home, None, Clock::system()).unwrap();
    let desk = Desk::open(&school, &NetworkSlot::default(), Arc::new(|| {})).unwrap();
    let id = head.log(&pupil, "pastoral", "by a command");
    let records = loop {
        let notice = desk.notices.recv_timeout(Duration::from_secs(60)).unwrap();
        if let Notice::Changed { records, .. } = notice {
            break records;
        }
    };
    assert!(records.iter().any(|record| record.to_string() == id));
}

/// Rule 2. Commands that come and go while entries arrive and are applied leave nothing held:
/// an entry that another process is at work on is not one that brought a process down.
#[test]
fn looking_in_while_entries_arrive_disturbs_nothing() {
    let dir = TempDir::new().unwrap();
    demo(dir.path(), &["--pupils", "120", "--devices", "1"]);
    let head = Device::invented(&dir.path().join("1"));
    let joined = join_unprotected(&head, &dir.path().join("joined"));
    let serving = head.serve(&[]);
    let receiving = joined.serve(&["--with", &serving.address]);
    let mut looks = 0;
    loop {
        let status = joined.json(&["status"]);
        assert_eq!(status["held"], json!({}), "after {looks} looks");
        looks += 1;
        let event = receiving.event_within(Duration::from_millis(1));
        if event.is_some_and(|event| event.contains(r#""event":"equal""#)) {
            break;
        }
    }
    assert!(looks >= 3, "too few looks to tell");
    assert_eq!(joined.json(&["status"])["held"], json!({}));
    assert_eq!(head.digests()["pastoral"], joined.digests()["pastoral"]);
    joined.verify();
}

/// Rule 2. The index thrown away and built again from the log says the same, value by value:
/// conflicts, history and search as well.
#[test]
fn a_rebuild_from_the_log_changes_nothing() {
    let demo = Demo::new();
    let (head, dsl) = (demo.head(), demo.dsl());
    let pupil = head.pupil();
    let incident = head.log(&pupil, "pastoral", "first told");
    let secret = head.log(&pupil, "safeguarding", "a disclosure");
    meet(&head, &dsl);
    for (device, set) in [(&head, "narrative=by the head"), (&dsl, "narrative=by the lead")] {
        device.json(&["record", "edit", &incident, "--set", set]);
    }
    meet(&head, &dsl);
    for device in [&head, &dsl] {
        let looks = |device: &Device| -> Vec<Value> {
            let mut status = device.json(&["status"]);
            status["peers"] = Value::Null;
            vec![
                status,
                device.show(&incident),
                device.show(&secret),
                device.json(&["record", "history", &incident]),
                device.json(&["record", "list", "incident", "--pupil", &pupil]),
                device.json(&["search", "disclosure"]),
            ]
        };
        let before = looks(device);
        let verified = device.json(&["verify", "--rebuild"]);
        assert_eq!(verified["ok"], true, "{verified:#}");
        assert_eq!(looks(device), before);
    }
    assert_eq!(head.digests(), dsl.digests());
}
