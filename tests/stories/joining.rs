//! Founding a school and letting devices in; tickets that are wrong, damaged, used or over.
//! (Rules 5, 6 and 9.)

use std::time::Duration;

use serde_json::{Value, json};
use sheaf_charter::{Role, Ticket};
use sheaf_school::{
    Clock, Founding, Invitation, Invitee, Joining, Listen, Network, Networks, Passphrase,
    Protection, School,
};
use tempfile::TempDir;

use crate::device::{
    Demo, Device, PASSPHRASE, Process, copy_home, meet, refusal, run, sheaf, string,
};

/// A real school of two: the head founds it, a mentor joins by ticket; both log, and meet.
#[test]
fn a_school_is_founded_and_a_colleague_joins() {
    let dir = TempDir::new().unwrap();
    let (head, mentor) = (founded(&dir), Device::real(&dir.path().join("mentor")));
    let (inviting, ticket) = invite(&head, &["--role", "mentor"]);
    let joined = mentor.json(&["join", &ticket, "--person", "Ben Ito", "--loopback"]);
    assert_eq!(joined["school"], "Invented High");
    assert_eq!(joined["spaces"], json!(["pastoral"]));
    let told = inviting.end();
    assert_eq!(told.code, Some(0), "{told:?}");
    let told: Value = serde_json::from_str(&told.out).unwrap();
    let expected = json!({ "person": "Ben Ito", "device_id": joined["device_id"] });
    assert_eq!(told["joined"], expected);

    let pupil = add_pupil(&head);
    meet(&head, &mentor);
    let by_mentor = mentor.log(&pupil, "pastoral", "told by the mentor");
    let by_head = head.log(&pupil, "pastoral", "told by the head");
    meet(&mentor, &head);
    assert_eq!(head.show(&by_mentor)["created"]["by"], "Ben Ito");
    assert_eq!(mentor.show(&by_head)["created"]["by"], "Ada Okafor");
    assert_eq!(head.digests()["pastoral"], mentor.digests()["pastoral"]);
    let roles = |device: &Device| -> Vec<(String, String, usize)> {
        let members = device.json(&["members"]);
        let members = members["members"].as_array().unwrap().iter();
        members
            .map(|one| {
                let devices = one["devices"].as_array().unwrap().len();
                (string(&one["name"]), string(&one["role"]), devices)
            })
            .collect()
    };
    let expected = [("Ada Okafor", "head", 1), ("Ben Ito", "mentor", 1)]
        .map(|(name, role, devices)| (name.to_owned(), role.to_owned(), devices));
    assert_eq!(roles(&head), expected);
    assert_eq!(roles(&mentor), expected);
    // Once both have met, each finds the other without being told where.
    for device in [&head, &mentor] {
        assert_ne!(device.json(&["status"])["peers"][0]["last_met"], Value::Null);
        device.verify();
    }
}

/// Rule 9. A ticket that does not fit is refused by name, and nothing is left on the disk.
#[test]
fn a_ticket_that_does_not_fit_leaves_nothing() {
    let dir = TempDir::new().unwrap();
    let head = founded(&dir);
    let (inviting, ticket) = invite(&head, &["--role", "mentor"]);
    let good: Ticket = ticket.parse().unwrap();
    let mut damaged = ticket.clone().into_bytes();
    damaged[40] = if damaged[40] == b'a' { b'b' } else { b'a' };
    let damaged = String::from_utf8(damaged).unwrap();
    let ended = Ticket { expires_ms: 1_000, ..good.clone() }.to_text().to_string();
    let other = Ticket { secret: [7; 32].into(), ..good.clone() }.to_text().to_string();
    let nobody = Ticket { endpoint: key_of_nobody(), ..good }.to_text().to_string();
    let cases = [
        ("sheaf", "this is not a ticket; a ticket begins with sheaf1"),
        ("sheaf1", "the ticket is damaged: copy it again, whole"),
        (&ticket[..ticket.len() - 3], "the ticket is damaged: copy it again, whole"),
        (&damaged, "the ticket is damaged: copy it again, whole"),
        (&ended, "the ticket has expired; ask for a new one"),
        (&other, "the invitation was refused: the ticket is not for this invitation"),
        (
            &nobody,
            "another device than the one that was meant answers at ADDRESS: check the address, and \
             that the right one is on",
        ),
    ];
    for (ticket, expected) in cases {
        let home = dir.path().join("joiner");
        let device = Device::real(&home);
        let said = device.refused(&["join", ticket, "--person", "Ben Ito", "--loopback"]);
        assert_eq!(without_addresses(&said), expected);
        assert!(!home.exists(), "{expected}: something was left");
    }
    // None of this has used the ticket up.
    let device = Device::real(&dir.path().join("joiner"));
    device.json(&["join", &ticket, "--person", "Ben Ito", "--loopback"]);
    assert_eq!(inviting.end().code, Some(0));
    assert_eq!(head.json(&["members"])["members"].as_array().unwrap().len(), 2);
}

/// Rule 9. Where no home can be made nobody is asked: nobody is let in, and the ticket is good.
#[test]
fn a_folder_that_cannot_be_made_uses_no_ticket_up() {
    let dir = TempDir::new().unwrap();
    let head = founded(&dir);
    let (inviting, ticket) = invite(&head, &["--role", "mentor"]);
    let file = dir.path().join("file");
    std::fs::write(&file, "in the way").unwrap();
    let arguments = ["join", &ticket, "--person", "Ben Ito", "--loopback"];
    let said = Device::real(&file).refused(&arguments);
    assert!(said.contains("could not be read or written"), "{said}");
    assert_eq!(people(&head), 1);
    Device::real(&dir.path().join("joiner")).json(&arguments);
    assert_eq!(inviting.end().code, Some(0));
    assert_eq!(people(&head), 2);
}

/// Rule 1. A joiner that dies while it asks goes on with the keys that it has kept, whether or not
/// the school had let it in by then.
#[test]
fn a_joiner_that_died_goes_on_with_its_keys() {
    let dir = TempDir::new().unwrap();
    let head = founded(&dir);
    let (inviting, ticket) = invite(&head, &["--role", "mentor"]);
    let device = Device::real(&dir.path().join("joiner"));
    die_while_asking(&device, ticket.parse().unwrap());
    let kept = Device::real(&dir.path().join("kept"));
    copy_home(&device.home, &kept.home);
    let joined = device.json(&["join", &ticket, "--person", "Ben Ito", "--loopback"]);
    assert_eq!(inviting.end().code, Some(0));
    assert_eq!(people(&head), 2);

    // The same keys once more, as of a joiner that died before it had heard that it was let in.
    let over = kept.refused(&["join", &ticket, "--person", "Ben Ito", "--loopback"]);
    assert!(over.contains("join again in the same folder"), "{over}");
    let (inviting, ticket) = invite(&head, &["--role", "mentor"]);
    let again = kept.json(&["join", &ticket, "--person", "Ben Ito", "--loopback"]);
    assert_eq!(inviting.end().code, Some(0));
    assert_eq!(again["device_id"], joined["device_id"]);
    assert_eq!(people(&head), 2);
}

/// Kills a device in the moment in which whoever it has asked is about to answer.
fn die_while_asking(device: &Device, ticket: Ticket) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let listen = sheaf_net::Listen::Loopback { port: 0 };
    let node = runtime.block_on(sheaf_net::Node::bind(&[6; 32], listen)).unwrap();
    let ticket = Ticket { endpoint: node.key(), addresses: node.addresses(), ..ticket };
    let (tell, asked) = std::sync::mpsc::channel();
    let serving = runtime.spawn(async move {
        while let Some(knocking) = node.accept().await {
            let Ok(arriving) = knocking.handshake().await else { continue };
            let Ok(mut link) = arriving.take().await else { continue };
            link.receive().await.ok();
            tell.send(()).ok();
            link.receive().await.ok();
        }
    });
    let ticket = ticket.to_text().to_string();
    let arguments = ["join", &ticket, "--person", "Ben Ito", "--loopback"];
    let joining = Process::spawn(&mut device.command(&arguments));
    asked.recv_timeout(Duration::from_secs(60)).expect("it asks");
    joining.kill();
    serving.abort();
}

fn people(device: &Device) -> usize {
    device.json(&["members"])["members"].as_array().unwrap().len()
}

/// Rule 9. A ticket works once, until its time is over, and not after three wrong guesses,
/// whatever the joiner's clock and ticket say.
#[test]
fn the_inviting_device_decides_what_a_ticket_is_worth() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let dir = TempDir::new().unwrap();
        let school = found(&dir.path().join("head"));
        let network = Network::start(&school, loopback()).await.unwrap();

        let waiting = network.invite(&invitation(10)).unwrap();
        let used: Ticket = waiting.ticket().parse().unwrap();
        try_join(&dir, "first", &used).await.unwrap();
        assert_eq!(waiting.joined().await.unwrap().person, "Ben Ito");
        let error = try_join(&dir, "second", &used).await.unwrap_err();
        assert_eq!(error, "the invitation was refused: nobody is inviting there now");

        let waiting = network.invite(&invitation(0)).unwrap();
        let over: Ticket = waiting.ticket().parse().unwrap();
        let longer = Ticket { expires_ms: over.expires_ms + 600_000, ..over };
        let error = try_join(&dir, "third", &longer).await.unwrap_err();
        assert_eq!(error, "the invitation was refused: it has expired; ask for a new one");

        let waiting = network.invite(&invitation(10)).unwrap();
        let good: Ticket = waiting.ticket().parse().unwrap();
        let guess = Ticket { secret: [9; 32].into(), ..good.clone() };
        for name in ["fourth", "fifth", "sixth"] {
            let error = try_join(&dir, name, &guess).await.unwrap_err();
            let expected = "the invitation was refused: the ticket is not for this invitation";
            assert_eq!(error, expected);
        }
        let error = try_join(&dir, "seventh", &good).await.unwrap_err();
        assert_eq!(error, "the invitation was refused: too many attempts; ask for a new one");
        assert_eq!(school.members().unwrap().members.len(), 2);
        network.stop().await;
    });
}

/// Who may invite whom, before anything goes out.
#[test]
fn an_invitation_needs_the_right_to_it() {
    let demo = Demo::new();
    let (head, dsl, mentor) = (demo.head(), demo.dsl(), demo.mentor());
    let invite = |device: &Device, arguments: &[&str]| {
        device.refused(&[&["invite", "--loopback"], arguments].concat())
    };
    for role in ["head", "lead", "mentor", "observer"] {
        let expected = format!("not allowed: your role may not invite a {role}");
        assert_eq!(invite(&mentor, &["--role", role]), expected);
    }
    assert_eq!(invite(&dsl, &["--role", "head"]), "not allowed: your role may not invite a head");
    assert_eq!(
        invite(&head, &["--role", "mentor", "--space", "nowhere"]),
        "there is no space `nowhere` here: you are in pastoral, safeguarding"
    );
}

/// Rule 5. A colleague invited into `safeguarding` gets it, with what was written before.
#[test]
fn a_colleague_invited_into_a_space_reads_it() {
    let dir = TempDir::new().unwrap();
    let (head, deputy) = (founded(&dir), Device::real(&dir.path().join("deputy")));
    let pupil = add_pupil(&head);
    let secret = head.log(&pupil, "safeguarding", "told in confidence");
    let (inviting, ticket) = invite(&head, &["--role", "deputy-dsl", "--space", "safeguarding"]);
    let joined = deputy.json(&["join", &ticket, "--person", "Cleo Shah", "--loopback"]);
    assert_eq!(joined["spaces"], json!(["pastoral", "safeguarding"]));
    assert_eq!(inviting.end().code, Some(0));
    meet(&head, &deputy);
    assert_eq!(deputy.show(&secret)["fields"]["narrative"], "told in confidence");
    assert_eq!(head.digests(), deputy.digests());
}

/// Rule 9. A home is made once, with a passphrase that is one, by a head.
#[test]
fn founding_refuses_what_it_must() {
    let dir = TempDir::new().unwrap();
    let new = Device::real(&dir.path().join("new"));
    let init = ["init", "--school", "Invented High", "--person", "Ada Okafor"];
    let cases = [
        (
            new.with_passphrase(None),
            vec![],
            "a passphrase is needed: set SHEAF_PASSPHRASE, or run this on a terminal",
        ),
        (
            new.with_passphrase(Some("short")),
            vec![],
            "the passphrase is too short: 12 characters are the least, four words do",
        ),
        (new.clone(), vec!["--role", "mentor"], "not allowed: a school is founded by its head"),
        (
            new.clone(),
            vec!["--device", ""],
            "a name must have 1 to 200 bytes of text without control characters",
        ),
    ];
    for (device, more, expected) in cases {
        assert_eq!(device.refused(&[&init, more.as_slice()].concat()), expected);
        assert!(!new.home.exists(), "{expected}: something was left");
    }
    new.json(&init);
    assert_eq!(new.refused(&init), "HOME is not empty; name a new folder for the home");
    let nowhere = run(sheaf().args(init).env("SHEAF_PASSPHRASE", PASSPHRASE), "");
    assert_eq!(refusal(&nowhere, 1), "which school? Give its folder with --home, or SHEAF_HOME");
}

fn founded(dir: &TempDir) -> Device {
    let device = Device::real(&dir.path().join("head"));
    let made = device.json(&["init", "--school", "Invented High", "--person", "Ada Okafor"]);
    assert_eq!(made["school"], "Invented High");
    device
}

fn add_pupil(device: &Device) -> String {
    let fields = json!({ "forename": "Noor", "surname": "Example", "year_group": "8" });
    string(&device.json(&["record", "add", "pupil", "--json", &fields.to_string()])["id"])
}

/// Starts to invite; gives the ticket, which is printed at once.
fn invite(device: &Device, arguments: &[&str]) -> (Process, String) {
    let all = [&["--format", "json", "invite", "--loopback"], arguments].concat();
    let process = Process::spawn(&mut device.command(&all));
    let first: Value = serde_json::from_str(&process.line().unwrap()).unwrap();
    (process, string(&first["ticket"]))
}

fn without_addresses(line: &str) -> String {
    let words = line.split(' ');
    words
        .map(|word| if word.starts_with("127.0.0.1:") { "ADDRESS:" } else { word })
        .collect::<Vec<_>>()
        .join(" ")
}

/// A key that no device here answers to.
fn key_of_nobody() -> [u8; 32] {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let listen = sheaf_net::Listen::Loopback { port: 0 };
        sheaf_net::Node::bind(&[3; 32], listen).await.unwrap().key()
    })
}

fn found(home: &std::path::Path) -> School {
    let founding = Founding {
        home: home.to_owned(),
        school: "Invented High".to_owned(),
        person: "Ada Okafor".to_owned(),
        device: "laptop".to_owned(),
        role: Role::Head,
        protection: Protection::Demo,
    };
    School::found(&founding, Clock::system()).unwrap().0
}

fn loopback() -> Listen {
    Listen::new(Networks::Loopback, 0)
}

fn invitation(expires_minutes: u32) -> Invitation {
    Invitation {
        invitee: Invitee::Colleague { role: Role::Mentor, spaces: Vec::new() },
        expires_minutes,
    }
}

async fn try_join(dir: &TempDir, name: &str, ticket: &Ticket) -> Result<(), String> {
    let home = dir.path().join(name);
    let joining = Joining {
        home: home.clone(),
        pass: ticket.clone().into(),
        person: "Ben Ito".to_owned(),
        device: "laptop".to_owned(),
        addresses: Vec::new(),
        protection: Protection::Passphrase(Passphrase::new(PASSPHRASE.to_owned())),
    };
    let limit = Duration::from_secs(60);
    let joined =
        tokio::time::timeout(limit, sheaf_school::join(&joining, loopback(), Clock::system()));
    match joined.await.expect("joining ends") {
        Ok(_) => Ok(()),
        Err(error) => {
            assert!(!home.exists(), "something was left");
            Err(error.to_string())
        }
    }
}
