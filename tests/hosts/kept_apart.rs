//! A network that keeps its devices from each other, as the Wi-Fi of many schools does.

use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use crate::lab::{Cable, Lab};
use crate::machine::{Machine, PORT, Running, converge};
use crate::scenarios::{invented, join, machines};

/// Several times as long as two devices need that can reach each other.
const LONG_ENOUGH: Duration = Duration::from_secs(8);

/// Two laptops on the Wi-Fi and a locker on a cable, which have all heard of each other.
struct School {
    lab: Lab,
    machines: Vec<Machine>,
    wifi: [Cable; 2],
    _dir: TempDir,
}

impl School {
    fn new(mut lab: Lab) -> Self {
        let dir = TempDir::new().unwrap();
        invented(dir.path(), 2, 40);
        lab.switch("office");
        let hosts = [lab.host(), lab.host(), lab.host()];
        let mut plug =
            |number: usize| lab.cable(hosts[number], "office", &format!("{}/24", address(number)));
        let (wifi, _office) = ([plug(0), plug(1)], plug(2));
        let machines = machines(&dir, &hosts);
        join(&lab, &machines[0], &machines[2], "locker", &at(0));
        let school = Self { lab, machines, wifi, _dir: dir };
        // Where nobody is kept apart they find each other; both know of the locker now.
        for laptop in &school.serve([1, 0]) {
            laptop.until("level", |event| event["event"] == "equal");
        }
        school
    }

    fn laptops(&self) -> &[Machine] {
        &self.machines[..2]
    }

    /// From now on the access point passes nothing from one laptop to the other.
    fn keep_apart(&self) {
        self.lab.keep_apart(&[&self.wifi[0], &self.wifi[1]]);
    }

    /// Both laptops, each told where one of the machines is.
    fn serve(&self, with: [usize; 2]) -> Vec<Running> {
        let each = self.laptops().iter().zip(with);
        each.map(|(laptop, other)| laptop.serve(&self.lab, &["--with", &at(other)])).collect()
    }

    fn serve_locker(&self, arguments: &[&str], event: &str) -> Running {
        let arguments = [&["--locker"], arguments].concat();
        let serving = self.machines[2].serve(&self.lab, &arguments);
        serving.until("start", |one| one["event"] == event);
        serving
    }

    /// The laptops are up, and neither has met anybody in a time that would be more than enough.
    fn are_apart(&self) {
        let apart = self.serve([1, 0]);
        for laptop in &apart {
            laptop.until("start", |event| event["event"] == "listening");
        }
        for laptop in &apart {
            assert_eq!(laptop.within(LONG_ENOUGH), None, "they are not kept apart");
        }
    }
}

fn address(number: usize) -> String {
    format!("10.1.0.{}", number + 2)
}

fn at(number: usize) -> String {
    format!("{}:{PORT}", address(number))
}

/// Once the access point keeps the laptops apart, nothing goes from one to the other, though each
/// knows where the other is; by the locker it does.
pub fn kept_apart_by_their_network_they_meet_by_the_locker(lab: Lab) {
    let school = School::new(lab);
    school.keep_apart();
    let laptops = school.laptops();
    let notes = ["canary-of-the-first", "canary-of-the-second"];
    let records = [laptops[0].log(notes[0]), laptops[1].log(notes[1])];
    let reads = |who: usize, of: usize| laptops[who].reads(&records[of], notes[of]);
    school.are_apart();
    assert!(reads(0, 0) && reads(1, 1) && !reads(0, 1) && !reads(1, 0));

    // Both are told where the locker is.
    let _locker = school.serve_locker(&[], "listening");
    converge(laptops, &school.serve([2, 2]));
    assert!(reads(0, 1) && reads(1, 0));
}

/// A locker that passes on lets the two speak with each other, though nothing goes straight.
pub fn kept_apart_by_their_network_they_meet_by_a_relay(lab: Lab) {
    let school = School::new(lab);
    school.keep_apart();
    school.are_apart();
    let laptops = school.laptops();
    let ids = [laptops[0].device_id(), laptops[1].device_id()];
    let is_with = |event: &Value, name: &str, other: usize| {
        event["event"] == name && event["device"] == ids[other].as_str()
    };
    let _locker = school.serve_locker(&["--relay"], "relaying");
    let running = school.serve([2, 2]);
    running[0].until("the other laptop", |event| is_with(event, "connected", 1));
    running[1].until("the other laptop", |event| is_with(event, "connected", 0));
    running[0].until("level with it", |event| is_with(event, "equal", 1));

    let record = laptops[0].log("canary-passed-on");
    converge(laptops, &running);
    assert!(laptops[1].reads(&record, "canary-passed-on"));
    let wanted = [
        "an always-on device passed on between the two".to_owned(),
        format!("An always-on device ({}) passes on", at(2)),
    ];
    laptops[1].until_examined(&wanted);
}
