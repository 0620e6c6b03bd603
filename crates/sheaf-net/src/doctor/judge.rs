//! From facts to words.

use super::facts::{Carrier, Colleague, Facts, Met, PlaceStands, SharedPlace};
use crate::node::PORT;

/// Discovery that has listened for so long would have heard whoever can be heard.
const LONG_ENOUGH_S: u64 = 3;
/// A colleague who was not met for so long is pointed at: holidays apart, something is in the way.
const LONG_AWAY_DAYS: u64 = 7;

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// What was looked at.
    pub name: String,
    /// Whether it is as it should be.
    pub ok: bool,
    /// How it is.
    pub says: String,
    /// What to do; empty if nothing is to be done.
    pub advice: String,
    /// Whether it is about one colleague's device.
    pub is_colleague: bool,
}

fn check(name: &str, ok: bool, says: impl Into<String>, advice: impl Into<String>) -> Check {
    let (name, says, advice) = (name.to_owned(), says.into(), advice.into());
    Check { name, ok, says, advice, is_colleague: false }
}

/// What works from here, what blocks the rest, and what to do.
pub fn judge(facts: &Facts) -> Vec<Check> {
    let mut checks = vec![networks(facts)];
    if !facts.cards.is_empty() {
        checks.push(port(facts));
        checks.extend(announcements(facts));
        checks.push(calls(facts));
        checks.extend(relays(facts));
        checks.extend(isolation(facts));
        checks.extend(tunnels(facts));
    }
    checks.extend(facts.folders.iter().map(folder));
    checks
        .extend(facts.colleagues.iter().map(|one| Check { is_colleague: true, ..colleague(one) }));
    if facts.colleagues.is_empty() {
        checks.push(check(
            "Colleagues",
            true,
            "Nobody else is in the school yet",
            "Invite a colleague under Devices and people, or with `sheaf invite`",
        ));
    }
    checks
}

fn networks(facts: &Facts) -> Check {
    if facts.cards.is_empty() {
        return check(
            "Network",
            false,
            "This device is on no network; what is written stays here and goes out later",
            "Join the school's Wi-Fi, or plug a cable in",
        );
    }
    let cards = facts.cards.iter().map(|card| {
        let addresses: Vec<String> = card.addresses.iter().map(ToString::to_string).collect();
        format!("{} ({})", addresses.join(", "), card.name)
    });
    let cards: Vec<String> = cards.collect();
    check("Network", true, format!("This device is on the network as {}", cards.join(" and ")), "")
}

fn port(facts: &Facts) -> Check {
    let taken = format!("Another program has UDP port {PORT}");
    let Some(port) = &facts.port else {
        let says = "Sheaf is not open on this device, so nobody can reach it";
        let open = "Open the window, or run `sheaf serve`, and leave it open";
        return if facts.is_port_taken {
            check("Listening", false, format!("{says}. {taken}"), format!("Close that one. {open}"))
        } else {
            check("Listening", false, says, open)
        };
    };
    let at = port.addresses.iter().find(|address| !address.ip().is_loopback());
    let at = at.map_or_else(String::new, |address| format!(" at {address}"));
    if !facts.is_port_taken {
        return check("Listening", true, format!("Colleagues' devices can call this one{at}"), "");
    }
    check(
        "Listening",
        false,
        format!("{taken}, so this device listens{at}"),
        "Close the other program and open Sheaf again; until then colleagues who type an address \
         must type this one",
    )
}

fn announcements(facts: &Facts) -> Option<Check> {
    let listened_s = facts.listened_s?;
    let name = "Finding each other";
    let typed = "Type the address of a colleague's device once, under Devices and people or with \
                 `sheaf serve --with ADDRESS`; it is remembered. If nobody answers there, type \
                 this one's on the other device too: a firewall lets in whom its own device calls";
    let deaf: Vec<String> = facts
        .heard
        .iter()
        .filter(|heard| !heard.own && !heard.others)
        .map(|heard| heard.at.to_string())
        .collect();
    Some(if facts.hears_others() {
        check(
            name,
            true,
            "Devices on this network hear each other and find each other by themselves",
            "",
        )
    } else if listened_s < LONG_ENOUGH_S {
        check(
            name,
            true,
            "This device has just begun to listen for others",
            "Ask again in a moment",
        )
    } else if !facts.heard.is_empty() && deaf.len() == facts.heard.len() {
        check(
            name,
            false,
            format!(
                "This device does not even hear itself on {}: its firewall blocks multicast \
                     (UDP port 5353)",
                deaf.join(" and ")
            ),
            format!("Allow Sheaf in the firewall of this device. {typed}"),
        )
    } else if facts.colleagues.iter().any(|one| one.is_here) {
        check(
            name,
            true,
            "No other device is heard on this network, and a remembered or typed address works",
            "",
        )
    } else {
        check(
            name,
            false,
            "No other device is heard: either none is on now, or the network does not pass \
             announcements on (multicast)",
            format!("See that a colleague's device is on and open. {typed}"),
        )
    })
}

fn calls(facts: &Facts) -> Check {
    let name = "Being called";
    match facts.called_hours {
        Some(0) => {
            check(name, true, "A colleague's device has called this one within the hour", "")
        }
        Some(hours) if hours < 48 => check(
            name,
            true,
            format!("A colleague's device last called this one {hours} hours ago"),
            "",
        ),
        Some(hours) => {
            let days = hours / 24;
            check(
                name,
                true,
                format!("A colleague's device last called this one {days} days ago"),
                "",
            )
        }
        None if facts.misses_calls() => check(
            name,
            false,
            "A colleague's device that should have called this one had to be called, and none has \
             ever called: a firewall on this device is likely",
            format!(
                "Allow Sheaf, or UDP port {PORT}, in the firewall of this device. Until then it \
                     works as long as the others can be called"
            ),
        ),
        None => check(name, true, "No other device has called this one yet", ""),
    }
}

/// A network that keeps its devices apart shows in that there is one, and nobody is ever there.
fn isolation(facts: &Facts) -> Option<Check> {
    let has_listened = facts.listened_s.is_some_and(|seconds| seconds >= LONG_ENOUGH_S);
    let hears_itself = facts.heard.iter().any(|heard| heard.own);
    let nobody = !facts.hears_others() && !facts.connects() && !facts.colleagues.is_empty();
    (has_listened && hears_itself && nobody).then(|| {
        check(
            "Kept apart",
            false,
            "Nobody was reached today. If colleagues are in the building with Sheaf open, this \
             network keeps its devices apart, as guest Wi-Fi does",
            "Use the staff Wi-Fi or a cable; where there is none, a shared folder, a stick or an \
             always-on device in the office carries records between you",
        )
    })
}

/// What is passed on for devices that their network keeps apart.
fn relays(facts: &Facts) -> Option<Check> {
    let at: Vec<String> = facts.relays.iter().map(ToString::to_string).collect();
    (!at.is_empty()).then(|| {
        let says = format!(
            "An always-on device ({}) passes on to colleagues whom this device cannot reach itself",
            at.join(", ")
        );
        check("Passed on", true, says, "")
    })
}

fn tunnels(facts: &Facts) -> Option<Check> {
    let tunnels = facts.tunnels();
    (!tunnels.is_empty()).then(|| {
        let is_in_the_way = !facts.hears_others() && !facts.connects();
        let advice = if is_in_the_way { "Turn the VPN off while you are in school" } else { "" };
        let says = format!("A VPN is on ({}); it can hide colleagues' devices", tunnels.join(", "));
        check("VPN", !is_in_the_way, says, advice)
    })
}

fn folder(folder: &SharedPlace) -> Check {
    let name = format!("Shared folder {}", folder.place);
    match &folder.stands {
        PlaceStands::Away { why } => check(
            &name,
            false,
            why.as_str(),
            "See that the drive is connected and that you may read it; what is written goes out \
             over the network meanwhile, or by a stick",
        ),
        PlaceStands::There { left, .. } if !left.is_empty() => check(
            &name,
            false,
            format!("Not whole for an hour and more: {}", left.join(", ")),
            "Delete them if nobody is copying them; whoever wrote them puts what was in them there again",
        ),
        PlaceStands::There { on_their_way: 0, files, .. } => {
            check(&name, true, format!("It can be read, {}", counted(*files)), "")
        }
        PlaceStands::There { on_their_way, .. } => check(
            &name,
            true,
            format!("Not whole yet: {}", counted(*on_their_way)),
            "Wait until they are copied, and ask again",
        ),
    }
}

fn counted(files: usize) -> String {
    if files == 1 { "1 file".to_owned() } else { format!("{files} files") }
}

fn colleague(one: &Colleague) -> Check {
    let Some(met) = &one.met else {
        return check(
            &one.name,
            false,
            "Never met from this device",
            "Have both devices open on one network, or type its address once",
        );
    };
    let (says, is_late) = (met_words(met), met.days > LONG_AWAY_DAYS);
    if one.is_here {
        return check(&one.name, true, format!("Connected now, {says}"), "");
    }
    let advice =
        if is_late { "Ask whether that device is still in use and open in school" } else { "" };
    check(&one.name, !is_late, format!("Last met {}, {says}", met.when), advice)
}

fn met_words(met: &Met) -> String {
    let at = met.address.map_or_else(String::new, |address| format!(" at {address}"));
    match met.by {
        Carrier::Heard => format!("heard on the network{at}"),
        Carrier::Remembered => format!("where it had been before{at}"),
        Carrier::Told => format!("where it or a colleague had said{at}"),
        Carrier::Typed => format!("by an address that was typed{at}"),
        Carrier::Called => "it called this device".to_owned(),
        Carrier::Relay => "an always-on device passed on between the two".to_owned(),
        Carrier::Folder => "by a shared folder".to_owned(),
        Carrier::Bundle => "by a bundle on a stick".to_owned(),
        Carrier::Network => format!("over the network{at}"),
    }
}
