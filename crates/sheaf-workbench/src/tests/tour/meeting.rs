//! Devices of the school that meet while somebody is at a window.

use std::sync::OnceLock;
use std::time::Duration;

use jiff::civil::DateTime;
use sheaf_records::Kind;
use sheaf_school::{Clock, ListQuery, Listen, Network, NetworkSlot, Networks, School, Withdrawn};
use tokio::runtime::Runtime;

use super::homes;

/// The network goes on as long as the tests do.
fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| Runtime::new().unwrap())
}

fn open(home: &str, now: DateTime) -> School {
    let dir = homes().path().join("school").join(home);
    School::open(&dir, None, Clock::standing(now)).unwrap()
}

/// The head's device on the network, after it has met another on which the severity of one
/// incident was set otherwise at the same time. Gives the school, its network and the incident.
pub fn after_a_disagreement(now: DateTime) -> (School, NetworkSlot, String) {
    let (head, lead) = (open("1", now), open("2", now));
    let query = ListQuery {
        kind: Kind::Incident,
        pupil: None,
        from: None,
        to: None,
        filter: Some("severity == 3".to_owned()),
        withdrawn: Withdrawn::Hidden,
        limit: 1,
    };
    let incident = head.list(&query).unwrap().records.remove(0).id;
    for (school, severity) in [(&head, "4"), (&lead, "5")] {
        let change = [("severity".to_owned(), Some(severity.to_owned()))];
        school.amend(&incident, &change, None).unwrap();
    }
    let slot = NetworkSlot::default();
    runtime().block_on(async {
        let network = Network::start(&head, Listen::new(Networks::Loopback, 0)).await.unwrap();
        let other = Network::dialling(&lead, Networks::Loopback).await.unwrap();
        let addresses: Vec<String> = network.addresses().iter().map(ToString::to_string).collect();
        other.sync(&addresses, Duration::from_secs(60)).await.unwrap();
        other.stop().await;
        slot.fill(network);
    });
    (head, slot, incident)
}
