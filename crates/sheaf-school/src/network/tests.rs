//! Devices of one invented school in one process, on the loopback network.

mod bad_peers;

use std::sync::OnceLock;
use std::time::Duration;

use sheaf_charter::{AddressRecord, Identity, SpaceKind};
use sheaf_store::SectionRef;
use tempfile::TempDir;

use super::dial::{Target, connect, converse};
use super::session::Side;
use super::*;
use crate::demo::{DemoOptions, demo_school};
use crate::entropy;
use crate::{BundleOrder, Existing, Sending};

/// How long anything may take before a test fails.
const PATIENCE: Duration = Duration::from_secs(120);

/// Three devices of one school, made once and copied for each test.
fn schools() -> (TempDir, Vec<School>) {
    static MADE: OnceLock<TempDir> = OnceLock::new();
    let made = MADE.get_or_init(|| {
        let dir = TempDir::new().unwrap();
        let options = DemoOptions { pupils: 10, years: 1, seed: 1, devices: 3, plain: true };
        demo_school(dir.path(), &options, &|_| {}).unwrap();
        dir
    });
    let dir = TempDir::new().unwrap();
    let open = |number: &str| {
        let (from, to) = (made.path().join(number), dir.path().join(number));
        std::fs::create_dir(&to).unwrap();
        for file in std::fs::read_dir(from).unwrap() {
            let file = file.unwrap().path();
            std::fs::copy(&file, to.join(file.file_name().unwrap())).unwrap();
        }
        School::open(&to, None, crate::Clock::system()).unwrap()
    };
    let schools = ["1", "2", "3"].map(open).into();
    (dir, schools)
}

async fn start(school: &School) -> Network {
    Network::start(school, Listen::new(Networks::Loopback, 0)).await.unwrap()
}

/// Waits for an event.
async fn until(events: &mut mpsc::UnboundedReceiver<Event>, fits: impl Fn(&Event) -> bool) {
    let waiting = async {
        while let Some(event) = events.recv().await {
            if fits(&event) {
                return;
            }
        }
        panic!("the network stopped");
    };
    tokio::time::timeout(PATIENCE, waiting).await.expect("the event comes");
}

fn is_connected_with(id: &str) -> impl Fn(&Event) -> bool {
    move |event| matches!(event, Event::Connected { device, .. } if device == id)
}

#[tokio::test]
async fn what_was_saved_is_moved_into_the_file_once_nothing_more_is() {
    let (dir, schools) = schools();
    let network = start(&schools[0]).await;
    let file = dir.path().join("1/school.db");
    // Not read: to close it would take the locks from the store, which is open in this process.
    let written = || std::fs::metadata(&file).and_then(|file| file.modified()).unwrap();
    let before = written();
    // Once more, should the network have begun to count after the first of them.
    let moved = async {
        loop {
            for number in 0..64_u8 {
                let save = schools[0].core.store.write(|txn| txn.put_setting("test", &[number]));
                save.unwrap();
            }
            for _ in 0..60 {
                if written() != before {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    };
    tokio::time::timeout(PATIENCE, moved).await.expect("it is moved");
    network.stop().await;
}

/// Another process ended while it applied what it had taken in, and this one has the network now.
#[tokio::test(flavor = "multi_thread")]
async fn what_an_ended_process_has_left_is_applied_by_the_one_that_takes_over() {
    let (_dir, schools) = schools();
    let core = &schools[0].core;
    let lane = Lane::data(schools[0].space_of_kind(SpaceKind::Pastoral).unwrap());
    let entry = core.store.read(|snapshot| snapshot.entry_ids(lane)).unwrap()[0];
    let section = SectionRef { entry, index: 0 };
    core.store.write(|txn| txn.note_arrived(section, section)).unwrap();
    let listen = Listen::new(Networks::Loopback, 0);
    let network = Network::take_over(&schools[0], listen).await.unwrap();
    let applied = async {
        while !core.store.read(|snapshot| snapshot.arrived()).unwrap().is_empty() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, applied).await.expect("it is applied");
    network.stop().await;
}

/// The head has typed the lead's address, and so has the mentor; head and mentor never heard of
/// where the other is but by the lead.
#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_passed_on_to_whoever_never_heard_it() {
    let (_dir, schools) = schools();
    let (head, lead, mentor) =
        (start(&schools[0]).await, start(&schools[1]).await, start(&schools[2]).await);
    let mut events = head.events();
    head.stay_in_touch(lead.addresses()[0]);
    mentor.stay_in_touch(lead.addresses()[0]);
    until(&mut events, is_connected_with(&schools[2].core.device().to_string())).await;
    let known = head.shared.known_devices().unwrap();
    let of_lead = &known[&schools[1].core.device()];
    let lead_at = lead.addresses()[0];
    assert!(of_lead.iter().any(|one| one.address == lead_at && one.how == How::Typed));
    for network in [head, lead, mentor] {
        network.stop().await;
    }
}

/// Several addresses are typed at once, and nobody knows yet who is where.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_at_several_typed_addresses_is_found_at_once() {
    let (_dir, schools) = schools();
    let (head, lead, mentor) =
        (start(&schools[0]).await, start(&schools[1]).await, start(&schools[2]).await);
    let mut events = mentor.events();
    mentor.stay_in_touch(head.addresses()[0]);
    mentor.stay_in_touch(lead.addresses()[0]);
    let mut level = std::collections::BTreeSet::new();
    while level.len() < 2 {
        let event = tokio::time::timeout(PATIENCE, events.recv()).await.unwrap().unwrap();
        if let Event::Equal { device, .. } = event {
            level.insert(device);
        }
    }
    for network in [head, lead, mentor] {
        network.stop().await;
    }
}

/// An address that was typed once is where a device is looked for from then on.
#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_was_met_is_dialled_again_without_a_word() {
    let (_dir, schools) = schools();
    let (head, lead) = (start(&schools[0]).await, start(&schools[1]).await);
    let mut events = head.events();
    head.stay_in_touch(lead.addresses()[0]);
    let lead_id = schools[1].core.device().to_string();
    until(&mut events, is_connected_with(&lead_id)).await;
    head.stop().await;
    drop((events, head));
    // What of it is still at work lets go of the home in a moment.
    let listen = Listen::new(Networks::Loopback, 0);
    let head = Network::take_over(&schools[0], listen).await.unwrap();
    until(&mut head.events(), is_connected_with(&lead_id)).await;
    head.stop().await;
    lead.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_that_dial_each_other_in_one_moment_end_with_one_connection() {
    let (_dir, schools) = schools();
    let (one, other) = (start(&schools[0]).await, start(&schools[1]).await);
    let mut events = [one.events(), other.events()];
    let target = |network: &Network, school: &School| {
        let address = network.addresses()[0];
        Target {
            name: String::new(),
            device: Some(school.core.device()),
            addresses: vec![Candidate { address, how: How::Heard }],
        }
    };
    let (to_other, to_one) = (target(&other, &schools[1]), target(&one, &schools[0]));
    let (out, back) =
        tokio::join!(connect(&one.shared, &to_other), connect(&other.shared, &to_one));
    let (out, back) = (out.unwrap(), back.unwrap());
    let (from_one, from_other) = (Arc::clone(&one.shared), Arc::clone(&other.shared));
    tokio::spawn(async move { converse(&from_one, &to_other, out, Side::Live).await.map(drop) });
    tokio::spawn(async move { converse(&from_other, &to_one, back, Side::Live).await.map(drop) });
    let (one_id, other_id) = (schools[0].core.device(), schools[1].core.device());
    let settled = async {
        loop {
            let sessions =
                (one.shared.connected.sessions(other_id), other.shared.connected.sessions(one_id));
            let states = [one.peer_states(), other.peer_states()];
            let mut states = states.iter().flat_map(|states| states.values());
            let is_level = states.all(|state| *state == PeerState::Level);
            if sessions == (1, 1) && is_level {
                return;
            }
            let [ones, others] = &mut events;
            tokio::select! { _ = ones.recv() => {}, _ = others.recv() => {} }
        }
    };
    tokio::time::timeout(PATIENCE, settled).await.expect("one connection, and level");
    one.stop().await;
    other.stop().await;
}

#[test]
fn what_a_device_says_of_where_it_is_holds_if_it_is_its_own_word_and_the_latest() {
    let (_dir, schools) = schools();
    let (core, other) = (&schools[0].core, &schools[1].core);
    let school = core.school_id();
    let at = |last: u8| vec![SocketAddr::from(([10, 0, 0, last], 47_820))];
    let record =
        |last, seen_ms| AddressRecord::sign(&other.identity, school, &at(last), seen_ms).unwrap();
    let learn = |record: AddressRecord| core.learn_records(vec![record]).unwrap().len();
    let known = || core.candidates().unwrap()[&other.device()].clone();

    assert_eq!(learn(record(1, 1_000)), 1);
    assert_eq!(learn(record(1, 1_000)), 0, "known");
    assert_eq!(learn(record(2, 999)), 0, "older");
    let mut forged = record(3, 2_000);
    forged.addresses = at(4);
    assert_eq!(learn(forged), 0, "another's word");
    let stranger = Identity::generate(&mut entropy::rng());
    let of_stranger = AddressRecord::sign(&stranger, school, &at(5), 2_000).unwrap();
    assert_eq!(learn(of_stranger), 0, "of nobody in the school");
    assert_eq!(known(), [Candidate { address: at(1)[0], how: How::Told }]);
    assert_eq!(learn(record(6, 2_000)), 1);
    assert_eq!(known(), [Candidate { address: at(6)[0], how: How::Told }]);
}

#[test]
fn each_colleague_is_told_once() {
    let (_dir, schools) = schools();
    let (core, mentor) = (&schools[0].core, schools[2].core.device());
    let other = &schools[1].core;
    let at = [SocketAddr::from(([10, 0, 0, 1], 47_820))];
    let own = core.own_record(&at, 1_000).unwrap().expect("a first record");
    let of_other = other.own_record(&at, 1_000).unwrap().unwrap();
    core.learn_records(vec![of_other.clone()]).unwrap();
    let (untold, up_to) = core.untold_records(mentor).unwrap();
    assert_eq!(untold.len(), 2);
    assert!(untold.contains(&own) && untold.contains(&of_other));
    core.note_told(mentor, up_to).unwrap();
    assert_eq!(core.untold_records(mentor).unwrap().0, []);
    let (untold, _) = core.untold_records(other.device()).unwrap();
    assert_eq!(untold, [own], "nobody is told of themselves");
}

#[test]
fn an_own_record_is_signed_anew_only_when_something_has_changed() {
    let (_dir, schools) = schools();
    let core = &schools[0].core;
    let at = |last: u8| [SocketAddr::from(([10, 0, 0, last], 47_820))];
    let week_ms = 7 * 24 * 60 * 60 * 1_000;
    assert!(core.own_record(&at(1), 5_000).unwrap().is_some());
    assert!(core.own_record(&at(1), 6_000).unwrap().is_none());
    assert!(core.own_record(&at(2), 7_000).unwrap().is_some(), "it has moved");
    assert!(core.own_record(&at(2), 7_000 + week_ms).unwrap().is_some(), "a week has passed");
    let set_back = core.own_record(&at(3), 1_000).unwrap().unwrap();
    assert!(set_back.seen_ms > 7_000 + week_ms, "its clock was ahead, and is right now");
}

/// One device has typed the other's address: each knows of the other, and how the two met, in this
/// process and in any other of its home.
#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_tells_who_was_met_and_how() {
    let (_dir, schools) = schools();
    let (head, lead) = (start(&schools[0]).await, start(&schools[1]).await);
    let mut events = head.events();
    head.stay_in_touch(lead.addresses()[0]);
    until(&mut events, is_connected_with(&schools[1].core.device().to_string())).await;
    // By then what there is to note of the meeting is noted.
    until(&mut events, |event| matches!(event, Event::Equal { .. })).await;
    let says = |examined: &Examination, wanted: &str| {
        let of_colleagues = examined.checks.iter().filter(|check| check.is_colleague);
        of_colleagues.filter(|check| check.says.starts_with(wanted)).count()
    };
    let examined = head.examine().await.unwrap();
    assert_eq!(says(&examined, "Connected now, by an address that was typed at 127.0.0.1:"), 1);
    assert_eq!(says(&examined, "Never met"), 1, "the mentor");
    head.shared.leave_now(&mut None).unwrap();
    assert_eq!(schools[0].examine_network().await.unwrap(), examined, "from another process");
    let cards = vec![sheaf_net::doctor::Card {
        name: "eth0".to_owned(),
        addresses: vec!["10.0.0.1".parse().unwrap()],
    }];
    let (leads, heads) = (schools[1].facts(cards.clone(), None), schools[0].facts(cards, None));
    assert_eq!(leads.unwrap().called_hours, Some(0), "the head's device has called it");
    assert_eq!(heads.unwrap().called_hours, None);
    head.stop().await;
    lead.stop().await;
}

/// Somebody types where a colleague is, and the two stay in touch; what is no address is told so.
#[tokio::test(flavor = "multi_thread")]
async fn a_typed_address_connects_and_stays_connected() {
    let (_dir, schools) = schools();
    let (head, lead) = (start(&schools[0]).await, start(&schools[1]).await);
    let (mut events, network) = (head.events(), head.clone());
    let at = lead.addresses()[0].to_string();
    let typed = move |typed: String| {
        let network = network.clone();
        tokio::task::spawn_blocking(move || network.connect_to(&typed))
    };
    let session = typed(format!(" {at} ")).await.unwrap().unwrap();
    assert_eq!(
        (session.outcome.as_str(), session.peer),
        ("equal", schools[1].core.device().to_string())
    );
    until(&mut events, is_connected_with(&schools[1].core.device().to_string())).await;
    let refused = typed("the office".to_owned()).await.unwrap().unwrap_err().to_string();
    assert!(refused.starts_with("`the office` is not an address: it looks like 10.4.7.22:47820"));
    for network in [head, lead] {
        network.stop().await;
    }
}

/// A stick is read on a device that is connected with somebody whom its writer never meets.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_stick_brings_goes_on_to_whoever_is_connected() {
    let (dir, schools) = schools();
    let (head, mentor) = (start(&schools[0]).await, start(&schools[2]).await);
    let mut events = mentor.events();
    mentor.stay_in_touch(head.addresses()[0]);
    until(&mut events, |event| matches!(event, Event::Equal { .. })).await;
    let fields = serde_json::json!({
        "occurred_at": "2026-11-19T10:15", "category": "disruption", "severity": 2,
        "narrative": "on a stick",
    });
    let incident = sheaf_records::Kind::Incident;
    let record = schools[1].add(incident, Some("pastoral"), &fields).unwrap().id;
    let order = BundleOrder {
        file: dir.path().join("stick"),
        recipients: vec![schools[0].core.device().to_string()],
        sending: Sending::Everything,
        existing: Existing::Kept,
    };
    schools[1].write_bundle(&order, &|_| {}).unwrap();
    schools[0].read_bundle(&order.file, &|_| {}).unwrap();
    while schools[2].show(&record).is_err() {
        until(&mut events, |event| matches!(event, Event::Received { .. })).await;
    }
    head.stop().await;
    mentor.stop().await;
}
