//! Laptops whose firewalls let in nothing but answers, as they come from the shop.

use std::time::Duration;

use crate::lab::Lab;
use crate::machine::{PORT, Running, converge};
use crate::scenarios::{each_writes, two_in_the_office};

/// Twice as long as the one who has typed an address tries before it waits.
const LONG_ENOUGH: Duration = Duration::from_secs(16);

/// Neither hears the other, nor what it says to everyone. One address is not enough; with both,
/// each calls from the port at which the other calls it.
pub fn behind_two_firewalls_they_meet_once_both_have_typed_an_address(mut lab: Lab) {
    let (_dir, machines) = two_in_the_office(&mut lab);
    for machine in &machines {
        lab.wall_off(machine.host);
    }
    each_writes(&machines);
    let at = |address: &str| format!("{address}:{PORT}");
    let (first, second) = (at("10.1.0.2"), at("10.1.0.3"));
    let alone = machines[0].serve(&lab, &["--with", &second]);
    let silent = machines[1].serve(&lab, &[]);
    for one in [&alone, &silent] {
        one.until("start", |event| event["event"] == "listening");
    }
    assert_eq!(alone.within(LONG_ENOUGH), None, "nobody has opened the other's firewall");
    drop(silent);
    let running: Vec<Running> = vec![alone, machines[1].serve(&lab, &["--with", &first])];
    for one in &running {
        one.until("level", |event| event["event"] == "equal");
    }
    converge(&machines, &running);
}
