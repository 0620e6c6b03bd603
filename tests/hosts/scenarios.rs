//! What happens to the machines, and what must hold then.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::firewalls::behind_two_firewalls_they_meet_once_both_have_typed_an_address;
use crate::kept_apart::{
    kept_apart_by_their_network_they_meet_by_a_relay,
    kept_apart_by_their_network_they_meet_by_the_locker,
};
use crate::keys::identity;
use crate::lab::{Host, Lab};
use crate::machine::{BadCable, Machine, PASSPHRASE, PORT, Running};
use crate::machine::{converge, json, listen, sheaf};
use crate::sleeping::a_laptop_that_slept_is_level_again;

/// What a scenario is called, the lab that it needs, and what happens there.
type Scenario = (&'static str, fn() -> Option<Lab>, fn(Lab));

/// The longest frame of a session.
const MAX_FRAME_BYTES: u64 = 1024 * 1024;

/// All of them.
pub const SCENARIOS: &[Scenario] = &[
    ("five_devices_find_each_other", Lab::new, five_devices_find_each_other),
    ("two_subnets_meet_by_a_typed_address", Lab::new, two_subnets_meet_by_a_typed_address),
    ("a_cable_is_cut_during_a_large_transfer", Lab::new, a_cable_is_cut_during_a_large_transfer),
    ("a_laptop_that_slept_is_level_again", Lab::new, a_laptop_that_slept_is_level_again),
    (
        "a_second_network_comes_and_goes_and_comes",
        Lab::new,
        a_second_network_comes_and_goes_and_comes,
    ),
    ("a_third_is_lost_and_the_rest_is_late", Lab::new, a_third_is_lost_and_the_rest_is_late),
    (
        "an_announcement_says_nothing_to_outsiders",
        Lab::new,
        an_announcement_says_nothing_to_outsiders,
    ),
    (
        "behind_two_firewalls_they_meet_once_both_have_typed_an_address",
        Lab::with_firewalls,
        behind_two_firewalls_they_meet_once_both_have_typed_an_address,
    ),
    (
        "kept_apart_by_their_network_they_meet_by_the_locker",
        Lab::new,
        kept_apart_by_their_network_they_meet_by_the_locker,
    ),
    (
        "kept_apart_by_their_network_they_meet_by_a_relay",
        Lab::new,
        kept_apart_by_their_network_they_meet_by_a_relay,
    ),
];

/// Makes an invented school, one home for each device: `1`, `2` and so on.
pub fn invented(dir: &Path, devices: usize, pupils: usize) {
    let mut command = sheaf();
    let (devices, pupils) = (devices.to_string(), pupils.to_string());
    command.arg("--home").arg(dir).args(["--format", "json", "demo", "--years", "1"]);
    command.args(["--devices", &devices, "--pupils", &pupils, "--plain"]);
    json(command);
}

pub fn machines(dir: &TempDir, hosts: &[Host]) -> Vec<Machine> {
    let home = |number: usize| dir.path().join((number + 1).to_string());
    hosts.iter().enumerate().map(|(number, host)| Machine::new(*host, &home(number))).collect()
}

/// Two devices of a school on one switch, at 10.1.0.2 and 10.1.0.3.
pub fn two_in_the_office(lab: &mut Lab) -> (TempDir, Vec<Machine>) {
    let dir = TempDir::new().unwrap();
    invented(dir.path(), 2, 40);
    lab.switch("office");
    let hosts = [lab.host(), lab.host()];
    for (host, address) in hosts.into_iter().zip(["10.1.0.2/24", "10.1.0.3/24"]) {
        lab.cable(host, "office", address);
    }
    let machines = machines(&dir, &hosts);
    (dir, machines)
}

/// Each says something of its own, so that what all have in the end came from all.
pub fn each_writes(machines: &[Machine]) {
    for (number, machine) in machines.iter().enumerate() {
        machine.log(&format!("written on {number}"));
    }
}

fn five_devices_find_each_other(mut lab: Lab) {
    let dir = TempDir::new().unwrap();
    invented(dir.path(), 5, 40);
    lab.switch("office");
    let hosts: Vec<Host> = (0..5).map(|_| lab.host()).collect();
    for (number, host) in hosts.iter().enumerate() {
        lab.cable(*host, "office", &format!("10.1.0.{}/24", number + 2));
    }
    let machines = machines(&dir, &hosts);
    each_writes(&machines);
    let running: Vec<Running> = machines.iter().map(|machine| machine.serve(&lab, &[])).collect();
    let digest = converge(&machines, &running);
    machines[4].log("written while connected");
    let running = running;
    assert_ne!(converge_beyond(&digest, &machines, &running), digest);
}

/// Waits until all show the same, and not this any more.
fn converge_beyond(digest: &str, machines: &[Machine], running: &[Running]) -> String {
    let started = Instant::now();
    loop {
        let now = converge(machines, running);
        if now != digest || started.elapsed() > Duration::from_secs(60) {
            return now;
        }
    }
}

fn two_subnets_meet_by_a_typed_address(mut lab: Lab) {
    let dir = TempDir::new().unwrap();
    invented(dir.path(), 3, 40);
    lab.switch("office");
    lab.switch("hut");
    let (router, hosts) = (lab.host(), [lab.host(), lab.host(), lab.host()]);
    lab.cable(router, "office", "10.1.0.1/24");
    lab.cable(router, "hut", "10.2.0.1/24");
    lab.forwards(router);
    for (host, switch, address, gateway) in [
        (hosts[0], "office", "10.1.0.2/24", "10.1.0.1"),
        (hosts[1], "office", "10.1.0.3/24", "10.1.0.1"),
        (hosts[2], "hut", "10.2.0.2/24", "10.2.0.1"),
    ] {
        lab.cable(host, switch, address);
        lab.gateway(host, gateway);
    }
    let machines = machines(&dir, &hosts);
    each_writes(&machines);
    let running: Vec<Running> =
        machines[..2].iter().map(|machine| machine.serve(&lab, &[])).collect();
    converge(&machines[..2], &running);
    let hut = machines[2].serve(&lab, &[]);
    hut.until("start", |event| event["event"] == "listening");
    // Multicast ends at the router: ten times as long as five devices need to find each other.
    let heard = hut.within(Duration::from_secs(8));
    assert_eq!(heard, None, "nobody told the hut of the office");
    drop(hut);
    let office = format!("10.1.0.2:{PORT}");
    let hut = machines[2].serve(&lab, &["--with", &office]);
    // The other one in the office has typed nothing, and heard nothing of the hut by itself.
    let passed_on = machines[2].device_id();
    running[1].until("the hut", |event| {
        event["event"] == "connected" && event["device"] == passed_on.as_str()
    });
    let mut running = running;
    running.push(hut);
    converge(&machines, &running);
}

fn a_cable_is_cut_during_a_large_transfer(mut lab: Lab) {
    let dir = TempDir::new().unwrap();
    invented(dir.path(), 1, 300);
    lab.switch("office");
    lab.switch("hut");
    let (between, hosts) = (lab.host(), [lab.host(), lab.host(), lab.host()]);
    lab.cable(between, "office", "10.1.0.9/24");
    lab.cable(between, "hut", "10.2.0.9/24");
    lab.cable(hosts[0], "office", "10.1.0.2/24");
    let cables =
        [lab.cable(hosts[1], "hut", "10.2.0.2/24"), lab.cable(hosts[2], "hut", "10.2.0.3/24")];
    let (near, far) = (format!("10.2.0.9:{PORT}"), format!("10.1.0.2:{PORT}"));
    // Slow enough that a transfer can be cut in its middle.
    let bytes_a_second = 800_000;
    let slow = BadCable { at: &near, to: &far, loss_percent: 0, delay_ms: 0, bytes_a_second };
    let _slow = slow.lay(&lab, between);
    let machines = machines(&dir, &hosts);
    let head = &machines[0];
    for newcomer in &machines[1..] {
        join(&lab, head, newcomer, "mentor", &near);
    }
    let serving = head.serve(&lab, &[]);
    serving.until("start", |event| event["event"] == "listening");

    // One newcomer has it all in one go: what that costs is the measure.
    let before = lab.bytes_to_host(&cables[0]);
    let whole = machines[1].serve(&lab, &["--with", &near]);
    let total = received_until_equal(&whole);
    let in_one_go = lab.bytes_to_host(&cables[0]) - before;
    drop(whole);

    // The other one's cable is cut once a third of it has arrived.
    let before = lab.bytes_to_host(&cables[1]);
    let cut = machines[2].serve(&lab, &["--with", &near]);
    let mut arrived = 0;
    cut.until("third of the entries", |event| {
        arrived += entries(event);
        arrived * 3 > total
    });
    lab.cut(&cables[1]);
    cut.until("the end of the connection", |event| {
        arrived += entries(event);
        event["event"] == "disconnected"
    });
    assert!(arrived < total, "it was cut too late: {arrived} of {total}");
    lab.mend(&cables[1]);
    let rest = received_until_equal(&cut);
    assert_eq!(arrived + rest, total, "what had arrived is not sent again");
    let in_two_goes = lab.bytes_to_host(&cables[1]) - before;
    // Of the frame that was on its way when it was cut nothing has arrived.
    let most = in_one_go + in_one_go / 10 + MAX_FRAME_BYTES;
    println!("{total} entries, {in_one_go} bytes in one go; cut after {arrived}: {in_two_goes}");
    assert!(in_two_goes < most, "{in_two_goes} bytes; in one go {in_one_go}");
    assert_eq!(head.digest(), machines[2].digest());
}

fn entries(event: &serde_json::Value) -> u64 {
    if event["event"] == "received" { event["entries"].as_u64().unwrap() } else { 0 }
}

/// How many entries arrive before the two are level.
fn received_until_equal(running: &Running) -> u64 {
    let mut arrived = 0;
    running.until("level", |event| {
        arrived += entries(event);
        event["event"] == "equal"
    });
    arrived
}

/// Lets a new device join from its own machine.
pub fn join(lab: &Lab, inviter: &Machine, newcomer: &Machine, role: &str, by: &str) {
    let mut command = sheaf();
    command.arg("--home").arg(&inviter.home).args(["--format", "json"]);
    command.args(["invite", "--role", role]);
    let inviting = Running::start(lab.inside(inviter.host, &command));
    let ticket = inviting.until("ticket", |event| event["ticket"].is_string());
    let mut command = sheaf();
    command.arg("--home").arg(&newcomer.home).args(["--format", "json", "join"]);
    command.arg(ticket["ticket"].as_str().unwrap()).args(["--person", "Ben Ito", "--address", by]);
    command.env("SHEAF_PASSPHRASE", PASSPHRASE);
    json(lab.inside(newcomer.host, &command));
    inviting.until("newcomer", |event| event["joined"].is_object());
}

fn a_second_network_comes_and_goes_and_comes(mut lab: Lab) {
    let dir = TempDir::new().unwrap();
    invented(dir.path(), 2, 40);
    lab.switch("office");
    lab.switch("hut");
    let hosts = [lab.host(), lab.host()];
    lab.cable(hosts[0], "office", "10.1.0.2/24");
    lab.cable(hosts[1], "hut", "10.2.0.3/24");
    let machines = machines(&dir, &hosts);
    each_writes(&machines);
    let running: Vec<Running> = machines.iter().map(|machine| machine.serve(&lab, &[])).collect();
    for one in &running {
        one.until("start", |event| event["event"] == "listening");
    }
    assert_ne!(machines[0].digest(), machines[1].digest(), "no way leads from one to the other");
    let cable = lab.cable(hosts[0], "hut", "10.2.0.2/24");
    let digest = converge(&machines, &running);
    // It goes, and comes again where the network gives another address.
    lab.unplug(cable);
    running[0].until("silence", |event| event["event"] == "disconnected");
    machines[0].log("written while the cable was out");
    lab.cable(hosts[0], "hut", "10.2.0.7/24");
    assert_ne!(converge_beyond(&digest, &machines, &running), digest);
}

fn a_third_is_lost_and_the_rest_is_late(mut lab: Lab) {
    let dir = TempDir::new().unwrap();
    invented(dir.path(), 2, 40);
    lab.switch("office");
    lab.switch("hut");
    let (between, hosts) = (lab.host(), [lab.host(), lab.host()]);
    lab.cable(between, "office", "10.1.0.9/24");
    lab.cable(between, "hut", "10.2.0.9/24");
    lab.cable(hosts[0], "office", "10.1.0.2/24");
    lab.cable(hosts[1], "hut", "10.2.0.2/24");
    let (near, far) = (format!("10.2.0.9:{PORT}"), format!("10.1.0.2:{PORT}"));
    let bytes_a_second = 10_000_000;
    let bad = BadCable { at: &near, to: &far, loss_percent: 30, delay_ms: 100, bytes_a_second };
    let _bad = bad.lay(&lab, between);
    let machines = machines(&dir, &hosts);
    each_writes(&machines);
    let office = machines[0].serve(&lab, &[]);
    office.until("start", |event| event["event"] == "listening");
    let running = [office, machines[1].serve(&lab, &["--with", &near])];
    let digest = converge(&machines, &running);
    machines[1].log("written while connected");
    assert_ne!(converge_beyond(&digest, &machines, &running), digest);
}

/// Whoever listens learns that somebody is there, where, and that it is Sheaf; and nothing else.
fn an_announcement_says_nothing_to_outsiders(mut lab: Lab) {
    let dir = TempDir::new().unwrap();
    invented(dir.path(), 2, 40);
    lab.switch("office");
    let (outsider, hosts) = (lab.host(), [lab.host(), lab.host()]);
    lab.cable(outsider, "office", "10.1.0.9/24");
    for (number, host) in hosts.iter().enumerate() {
        lab.cable(*host, "office", &format!("10.1.0.{}/24", number + 2));
    }
    let machines = machines(&dir, &hosts);
    each_writes(&machines);
    let ear = listen(&lab, outsider, "10.1.0.9");
    let running: Vec<Running> = machines.iter().map(|machine| machine.serve(&lab, &[])).collect();
    converge(&machines, &running);
    let mut names = BTreeSet::new();
    let secrets = secrets(&machines);
    hear_names(&ear, &secrets, &mut names, 2);
    drop(running);
    // A device that starts again has another name, which nobody can link to the one before.
    let _again = machines[0].serve(&lab, &[]);
    hear_names(&ear, &secrets, &mut names, 3);
}

/// Listens until so many different names were announced; nothing that is heard may hold a secret.
#[track_caller]
fn hear_names(
    ear: &Running,
    secrets: &[(String, Vec<u8>)],
    names: &mut BTreeSet<Vec<u8>>,
    wanted: usize,
) {
    ear.until(&format!("{wanted} names"), |event| {
        let digits = event["datagram"].as_str().unwrap_or_default();
        let datagram = data_encoding::HEXLOWER.decode(digits.as_bytes()).unwrap();
        for (what, bytes) in secrets {
            let found = memchr::memmem::find(&datagram.to_ascii_lowercase(), bytes);
            assert_eq!(found, None, "{what} is announced");
        }
        names.extend(name_in(&datagram));
        names.len() == wanted
    });
}

/// The first label of 52 letters and digits, if there is one: a name.
fn name_in(datagram: &[u8]) -> Option<Vec<u8>> {
    let labels = datagram.windows(53).filter(|window| window[0] == 52);
    let mut labels = labels.map(|window| &window[1..]);
    labels.find(|label| label.iter().all(u8::is_ascii_alphanumeric)).map(<[u8]>::to_vec)
}

/// What an outsider must not learn, as lower-case bytes in every form in which it might stand.
fn secrets(machines: &[Machine]) -> Vec<(String, Vec<u8>)> {
    let mut secrets = Vec::new();
    let mut add_key = |what: &str, key: &[u8]| {
        let forms = [
            key.to_vec(),
            data_encoding::HEXLOWER.encode(key).into_bytes(),
            data_encoding::BASE32_NOPAD.encode(key).into_bytes(),
            data_encoding::BASE32_DNSSEC.encode(key).into_bytes(),
            data_encoding::BASE32_DNSCURVE.encode(key).into_bytes(),
            data_encoding::BASE64.encode(key).into_bytes(),
            z32(key).into_bytes(),
        ];
        for form in forms {
            // Part of a key is enough to know it by.
            secrets.push((what.to_owned(), form[..form.len().min(12)].to_ascii_lowercase()));
        }
    };
    for machine in machines {
        let identity = identity(&machine.home);
        add_key("an endpoint key", &identity.endpoint());
        add_key("a device", identity.device().as_bytes());
        add_key("a person", identity.person().as_bytes());
    }
    let status = machines[0].json(&["status"]);
    let school = data_encoding::HEXLOWER;
    add_key(
        "the school",
        &school.decode(status["school_id"].as_str().unwrap().as_bytes()).unwrap(),
    );
    let members = machines[0].json(&["members"]);
    let people = members["members"].as_array().unwrap().iter();
    let names = people.map(|member| member["name"].as_str().unwrap().to_lowercase());
    let words = names.chain([status["school"].as_str().unwrap().to_lowercase()]);
    for word in words.collect::<Vec<_>>().iter().flat_map(|name| name.split_whitespace()) {
        if word.len() > 4 {
            secrets.push(("a name".to_owned(), word.as_bytes().to_vec()));
        }
    }
    secrets
}

/// The alphabet in which iroh writes keys.
fn z32(key: &[u8]) -> String {
    const PLAIN: &str = "abcdefghijklmnopqrstuvwxyz234567";
    const Z32: &[u8] = b"ybndrfg8ejkmcpqxot1uwisza345h769";
    let plain = data_encoding::BASE32_NOPAD.encode(key).to_lowercase();
    let place = |letter| PLAIN.find(letter).unwrap();
    plain.chars().map(|letter| char::from(Z32[place(letter)])).collect()
}
