//! What the desk says of the invented school beside its records: conflicts, members, the home.

use jiff::civil::date;
use sheaf_records::{FieldPath, Value};
use sheaf_school::desk::{
    Choice, ConflictLine, Conflicts, ContenderLine, DetailRow, DeviceLine, DeviceStanding,
    HomeLine, InviteForm, InviteLine, PeerState, PeoplePage, PersonLine, Rights,
};
use sheaf_school::{CheckShape, Examination};

use super::school;

/// So many fields in conflict, each in a record of its own.
pub fn conflicts(count: usize) -> Conflicts {
    let contender = |value: Value, words: &str, by: &str, minute: i8| ContenderLine {
        value: Some(value),
        words: words.to_owned(),
        by: by.to_owned(),
        at: Some(date(2026, 7, 13).at(12, minute, 0, 0)),
    };
    let fields = [
        ("severity", "Severity", [(Value::Int(2), "2"), (Value::Int(4), "4")]),
        (
            "location",
            "Place",
            [
                (Value::Text("corridor".to_owned()), "Corridor"),
                (Value::Text("canteen".to_owned()), "Canteen"),
            ],
        ),
        (
            "action_taken",
            "Action taken",
            [
                (Value::Text("detention".to_owned()), "Detention"),
                (Value::Text("home".to_owned()), "Phone call home"),
            ],
        ),
    ];
    let items = school::recent().into_iter().filter(|item| !item.pupils.is_empty());
    let lines = items.zip(fields).take(count).map(|(mut item, (field, title, values))| {
        item.conflicts = 1;
        let [(one, one_words), (other, other_words)] = values;
        let row = DetailRow {
            path: FieldPath::One(field.to_owned()),
            title: title.to_owned(),
            value: one_words.to_owned(),
            by: "Ms Hall".to_owned(),
            at: Some(date(2026, 7, 13).at(12, 15, 0, 0)),
            contenders: vec![
                contender(one, one_words, "Ms Hall", 15),
                contender(other, other_words, "Mr Adeyinka", 22),
            ],
        };
        ConflictLine { item, row }
    });
    let lines: Vec<ConflictLine> = lines.collect();
    Conflicts { total: lines.len() as u64, lines, may_settle: true }
}

/// The members of the school, seen by a lead.
pub fn people() -> PeoplePage {
    let device = |name: &str, is_this, state, last_met| DeviceLine {
        id: format!("device of {name}"),
        standing: DeviceStanding::In,
        name: name.to_owned(),
        is_this,
        state,
        last_met,
    };
    let person = |name: &str, role: &str, spaces: &[&str], devices| PersonLine {
        id: format!("id of {name}"),
        name: name.to_owned(),
        role: role.to_owned(),
        is_self: name == "Sam Okoro",
        spaces: spaces.iter().map(|space| (*space).to_owned()).collect(),
        devices,
        rights: Rights::default(),
    };
    let met = |day, hour| Some(date(2026, 7, day).at(hour, 40, 0, 0));
    let role = |code: &str, title: &str| Choice { code: code.to_owned(), title: title.to_owned() };
    let both = ["pastoral", "safeguarding"];
    let this = device("Sam's laptop", true, PeerState::Level, None);
    let office = device("Office desktop", false, PeerState::Catching { to_come: 0 }, met(14, 13));
    PeoplePage {
        people: vec![
            person("Sam Okoro", "Head", &both, vec![this, office]),
            person(
                "Anna Reid",
                "Safeguarding lead",
                &both,
                vec![device("Anna's laptop", false, PeerState::Level, met(14, 13))],
            ),
            person(
                "Jo Marsh",
                "Mentor",
                &["pastoral"],
                vec![device("Jo's tablet", false, PeerState::Away, met(3, 8))],
            ),
            person(
                "Tom Baker",
                "Mentor",
                &["pastoral"],
                vec![device("Tom's laptop", false, PeerState::Away, None)],
            ),
        ],
        roles: vec![
            role("head", "Head"),
            role("dsl", "Safeguarding lead"),
            role("deputy-dsl", "Deputy safeguarding lead"),
            role("lead", "Lead"),
            role("mentor", "Mentor"),
            role("observer", "Observer"),
        ],
        spaces: vec!["safeguarding".to_owned()],
        former: Vec::new(),
        may_create_spaces: false,
        is_online: true,
        network: network(true),
        folders: Vec::new(),
        may_invite_locker: true,
        invite: None,
    }
}

/// How this device reaches the others: on a network that passes announcements on, or does not.
pub fn network(passes_on: bool) -> Examination {
    let check = |name: &str, ok, says: &str, advice: &str| CheckShape {
        name: name.to_owned(),
        ok,
        says: says.to_owned(),
        advice: advice.to_owned(),
        is_colleague: false,
    };
    let here = "This device is on the network as 10.4.7.22 (wlan0)";
    let name = "Finding each other";
    let heard = check(name, true, "Devices on this network hear each other", "");
    let apart = "No other device is heard: either none is on now, or the network does not pass \
                 announcements on (multicast)";
    let advice =
        "See that a colleague's device is on and open. Type its address once; it is remembered";
    let laptop = CheckShape {
        is_colleague: true,
        ..check(
            "Anna Reid's laptop",
            true,
            "Connected now, by an address that was typed at 10.4.7.9:47820",
            "",
        )
    };
    let found = if passes_on { heard } else { check(name, false, apart, advice) };
    let checks = vec![check("Network", true, here, ""), found, laptop];
    Examination { checks, addresses: vec!["10.4.7.22:47820".to_owned()] }
}

/// An invitation of this form.
pub fn invite(form: &InviteForm) -> InviteLine {
    InviteLine {
        ticket: format!("sheaf1{}", "mz2gk53qorqxe5dfon2ca43fmnzgk5a".repeat(10)),
        code: "tulip canister giraffe yogurt".to_owned(),
        address: Some("10.4.7.22:47821".to_owned()),
        attempts_left: 3,
        who: match &form.device_of {
            Some((_, name)) => format!("a further device of {name}"),
            None => form.role.clone(),
        },
        is_for_locker: form.role == "locker",
        seconds: form.minutes * 60,
    }
}

/// Where the data lies.
pub fn home() -> HomeLine {
    HomeLine { folder: "/home/sam/sheaf/ashgrove".into(), bytes: 34_200_000, is_protected: true }
}
