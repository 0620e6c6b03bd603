//! Each condition, made up at the seam.

use super::*;

fn healthy() -> Facts {
    Facts {
        cards: vec![Card {
            name: "wlan0".to_owned(),
            addresses: vec!["10.4.7.22".parse().unwrap()],
        }],
        port: Some(Port { addresses: vec!["10.4.7.22:47820".parse().unwrap()] }),
        is_port_taken: false,
        listened_s: Some(60),
        heard: vec![Heard { at: "10.4.7.22".parse().unwrap(), own: true, others: true }],
        called_hours: Some(0),
        relays: Vec::new(),
        folders: vec![shared(2, 0, &[])],
        colleagues: vec![Colleague {
            name: "K. Shah’s laptop".to_owned(),
            is_here: true,
            calls_first: true,
            met: met(0),
        }],
    }
}

fn shared(files: usize, on_their_way: usize, left: &[&str]) -> SharedPlace {
    let left = left.iter().map(|name| (*name).to_owned()).collect();
    SharedPlace {
        place: "P:\\Sheaf".to_owned(),
        stands: PlaceStands::There { files, on_their_way, left },
    }
}

fn met(days: u64) -> Option<Met> {
    let address = Some("10.4.7.9:47820".parse().unwrap());
    Some(Met { when: "on 12 May".to_owned(), days, by: Carrier::Heard, address })
}

/// Deaf to others, and met nobody today.
fn alone() -> Facts {
    let mut facts = healthy();
    facts.heard[0].others = false;
    facts.called_hours = None;
    facts.colleagues[0] = Colleague { is_here: false, met: met(3), ..facts.colleagues[0].clone() };
    facts
}

#[track_caller]
fn found(facts: &Facts, name: &str) -> Check {
    let checks = judge(facts);
    let found = checks.iter().find(|check| check.name == name);
    found.cloned().unwrap_or_else(|| panic!("no {name} among {checks:#?}"))
}

/// Whatever is wrong comes with what to do.
#[track_caller]
fn wrong(facts: &Facts, name: &str, says: &str, advice: &str) {
    let check = found(facts, name);
    assert!(!check.ok, "{check:?}");
    assert!(check.says.contains(says), "{check:?}");
    assert!(check.advice.contains(advice), "{check:?}");
}

#[test]
fn where_all_is_well_nothing_is_to_be_done() {
    for check in judge(&healthy()) {
        assert!(check.ok && check.advice.is_empty(), "{check:?}");
    }
}

#[test]
fn without_a_network_that_is_the_only_thing_to_say_of_it() {
    let facts = Facts { cards: vec![], port: None, listened_s: None, folders: vec![], ..alone() };
    wrong(&facts, "Network", "on no network", "Wi-Fi");
    assert_eq!(judge(&facts).len(), 2, "and the colleague");
}

#[test]
fn a_device_on_which_nothing_is_open_says_so() {
    let facts = Facts { port: None, ..alone() };
    wrong(&facts, "Listening", "not open", "sheaf serve");
    let facts = Facts { is_port_taken: true, ..facts };
    wrong(&facts, "Listening", "Another program has UDP port 47820", "Close that one");
}

#[test]
fn another_program_at_the_port_is_told_with_the_address_that_holds() {
    let mut facts = healthy();
    let addresses = vec!["10.4.7.22:50001".parse().unwrap()];
    facts.port = Some(Port { addresses });
    facts.is_port_taken = true;
    wrong(&facts, "Listening", "10.4.7.22:50001", "must type this one");
}

#[test]
fn multicast_that_this_machine_blocks_is_told_from_multicast_that_the_network_does() {
    let mut facts = alone();
    wrong(&facts, "Finding each other", "does not pass announcements on", "Type the address");
    facts.heard[0].own = false;
    wrong(&facts, "Finding each other", "does not even hear itself", "firewall");
    facts.listened_s = Some(1);
    assert!(found(&facts, "Finding each other").ok, "too early to say");
}

#[test]
fn a_firewall_shows_in_that_nobody_ever_got_in() {
    let mut facts = Facts { called_hours: None, ..healthy() };
    wrong(&facts, "Being called", "firewall", "47820");
    facts.colleagues[0].calls_first = false;
    assert!(found(&facts, "Being called").ok, "this device calls that one first");
    assert!(found(&alone(), "Being called").ok, "nobody was there to call");
}

#[test]
fn a_network_that_keeps_devices_apart_is_named_with_the_ways_around_it() {
    wrong(&alone(), "Kept apart", "guest Wi-Fi", "shared folder");
    let mut facts = alone();
    facts.colleagues[0].met = met(0);
    assert!(judge(&facts).iter().all(|check| check.name != "Kept apart"), "somebody was reached");
}

#[test]
fn a_vpn_is_in_the_way_only_where_nobody_is_reached() {
    let tunnel = Card { name: "wg0".to_owned(), addresses: vec!["10.9.0.2".parse().unwrap()] };
    let mut facts = alone();
    facts.cards.push(tunnel.clone());
    wrong(&facts, "VPN", "wg0", "Turn the VPN off");
    let mut facts = healthy();
    facts.cards.push(tunnel);
    assert!(found(&facts, "VPN").ok);
}

#[test]
fn each_colleague_is_told_of_with_when_and_how() {
    let mut facts = alone();
    let name = facts.colleagues[0].name.clone();
    let check = found(&facts, &name);
    assert_eq!(check.says, "Last met on 12 May, heard on the network at 10.4.7.9:47820");
    assert!(check.ok);
    facts.colleagues[0].met = met(8);
    wrong(&facts, &name, "Last met on 12 May", "still in use");
    facts.colleagues[0].met = None;
    wrong(&facts, &name, "Never met", "type its address");
}

#[test]
fn who_passes_on_is_named() {
    let mut facts = healthy();
    assert!(judge(&facts).iter().all(|check| check.name != "Passed on"));
    facts.relays = vec!["10.4.7.2:47820".parse().unwrap()];
    let check = found(&facts, "Passed on");
    assert!(check.ok && check.says.contains("10.4.7.2:47820"), "{check:?}");
    facts.colleagues[0].met = Some(Met { by: Carrier::Relay, address: None, ..met(0).unwrap() });
    let check = found(&facts, "K. Shah’s laptop");
    assert_eq!(check.says, "Connected now, an always-on device passed on between the two");
}

#[test]
fn a_shared_folder_is_told_of_with_what_lies_in_it() {
    let name = "Shared folder P:\\Sheaf";
    assert_eq!(found(&healthy(), name).says, "It can be read, 2 files");
    let mut facts = healthy();
    facts.folders = vec![shared(9, 1, &[])];
    let check = found(&facts, name);
    assert_eq!((check.ok, check.says.as_str()), (true, "Not whole yet: 1 file"));
    facts.folders = vec![shared(9, 1, &["a1.sheaf"])];
    wrong(&facts, name, "Not whole for an hour and more: a1.sheaf", "Delete them");
    let why = "P:\\Sheaf is not there: check the name, and that the drive is in".to_owned();
    facts.folders[0].stands = PlaceStands::Away { why };
    wrong(&facts, name, "that the drive is in", "over the network meanwhile");
}
