//! Joining by four words that one person reads out and the other types, and further devices of one
//! person. Two processes on this machine's loopback network. (Rules 5, 6 and 9.)

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::device::{Device, Process, meet, string};

/// A head reads four words out; a mentor types them as people type. Both log, and meet.
#[test]
fn a_colleague_joins_by_four_words() {
    let dir = TempDir::new().unwrap();
    let (head, mentor) = (founded(&dir), Device::real(&dir.path().join("mentor")));
    let inviting = Inviting::begin(&head, &["--role", "mentor"]);
    let words: Vec<&str> = inviting.code.split(' ').collect();
    assert_eq!(words.len(), 4);
    let typed = format!("  {}-{}, {} {}.", words[0].to_uppercase(), words[1], words[2], words[3]);
    let joined = inviting.join(&mentor, &typed, "Ben Ito");
    assert_eq!(joined["school"], "Invented High");
    assert_eq!(joined["spaces"], json!(["pastoral"]));
    let told = inviting.end();
    assert_eq!(told, json!({ "person": "Ben Ito", "device_id": joined["device_id"] }));

    let pupil = add_pupil(&head);
    meet(&head, &mentor);
    let incident = mentor.log(&pupil, "pastoral", "told by the mentor");
    meet(&mentor, &head);
    assert_eq!(head.show(&incident)["created"]["by"], "Ben Ito");
    assert_eq!(head.digests()["pastoral"], mentor.digests()["pastoral"]);
    mentor.verify();
}

/// A mentor's phone and laptop hold the same, under one name, and what either writes is theirs.
#[test]
fn a_mentor_adds_a_second_device_with_a_managers_signature() {
    let dir = TempDir::new().unwrap();
    let (head, laptop) = (founded(&dir), Device::real(&dir.path().join("laptop")));
    let inviting = Inviting::begin(&head, &["--role", "mentor"]);
    inviting.join(&laptop, &inviting.code, "Ben Ito");
    inviting.end();
    let pupil = add_pupil(&head);
    let before = head.log(&pupil, "pastoral", "before the phone");
    meet(&head, &laptop);

    // A mentor may not let anybody in, themselves included.
    let refused = laptop.refused(&["invite", "--for", "Ben Ito", "--code", "--loopback"]);
    assert_eq!(refused, "not allowed: your role may not add a device of theirs; a higher one may");
    let refused = head.refused(&["invite", "--for", "Nobody", "--code", "--loopback"]);
    assert_eq!(
        refused,
        "there is no person or device `Nobody` here: `sheaf members` lists everybody with their \
         devices"
    );

    let phone = Device::real(&dir.path().join("phone"));
    let inviting = Inviting::begin(&head, &["--for", "Ben Ito"]);
    let joined = inviting.join(&phone, &inviting.code, "Benjamin");
    assert_eq!(joined["spaces"], json!(["pastoral"]));
    let told = inviting.end();
    assert_eq!(told["person"], "Ben Ito", "not what the phone calls itself");

    // The same again by a ticket.
    let tablet = Device::real(&dir.path().join("tablet"));
    let arguments = ["--format", "json", "invite", "--loopback", "--for", "Ben Ito"];
    let process = Process::spawn(&mut head.command(&arguments));
    let first: Value = serde_json::from_str(&process.line().unwrap()).unwrap();
    let ticket = string(&first["ticket"]);
    assert!(ticket.starts_with("sheaf2"));
    tablet.json(&["join", &ticket, "--person", "Ben Ito", "--loopback"]);
    assert_eq!(process.end().code, Some(0));

    for device in [&laptop, &phone, &tablet] {
        meet(&head, device);
    }
    let after = phone.log(&pupil, "pastoral", "written on the phone");
    meet(&phone, &head);
    meet(&head, &laptop);
    meet(&head, &tablet);
    for device in [&laptop, &phone, &tablet] {
        assert_eq!(device.show(&before)["fields"]["narrative"], "before the phone");
        assert_eq!(device.show(&after)["created"]["by"], "Ben Ito");
        assert_eq!(device.digests(), laptop.digests());
        assert_eq!(device.json(&["status"])["person"], "Ben Ito");
        device.verify();
        let members = device.json(&["members"]);
        let members = members["members"].as_array().unwrap();
        let of = |name: &str| members.iter().find(|one| one["name"] == name).unwrap();
        assert_eq!(members.len(), 2);
        assert_eq!(of("Ben Ito")["devices"].as_array().unwrap().len(), 3);
        assert_eq!(of("Ben Ito")["role"], "mentor");
    }
}

/// Rule 9. Three wrong guesses, over as many connections, end the invitation; whoever invites is
/// told at once. Nothing is left on a device that was not let in.
#[test]
fn wrong_words_are_counted_and_leave_nothing() {
    let dir = TempDir::new().unwrap();
    let head = founded(&dir);
    let inviting = Inviting::begin(&head, &["--role", "mentor"]);
    let (slot, _) = inviting.code.split_once(' ').unwrap();
    let guess = format!("{slot} canister giraffe yogurt");
    let home = dir.path().join("stranger");
    let stranger = Device::real(&home);
    let refused = |words: &str| {
        let at = inviting.address.as_str();
        let all = ["join", words, "--person", "Ben Ito", "--loopback", "--address", at];
        let said = stranger.refused(&all);
        assert!(!home.exists(), "{said}: something was left");
        said
    };
    assert_eq!(
        refused("tulip canistre giraffe yogurt"),
        "`canistre` is not a word of a code; `canister`?"
    );
    assert_eq!(
        refused("tulip canister"),
        "a code has four words; this has 2 (a ticket would begin with sheaf1)"
    );
    let other = if slot == "tulip" { "canister" } else { "tulip" };
    assert_eq!(
        refused(&format!("{other} canister giraffe yogurt")),
        format!(
            "no device answers to `{other}`: check that the other one still waits and that both \
             are on one network, or give the address that it shows"
        )
    );
    let wrong = "the invitation was refused: the code is not the one that was read out; ask for \
                 the words again";
    for _ in 0..3 {
        assert_eq!(refused(&guess), wrong);
    }
    let told = inviting.process.end();
    assert_eq!(told.code, Some(1), "{told:?}");
    assert_eq!(
        told.err.trim_end(),
        "sheaf: the invitation was refused: too many attempts; ask for a new one"
    );
    assert_eq!(head.json(&["members"])["members"].as_array().unwrap().len(), 1);
}

/// A `sheaf invite --code` that waits.
struct Inviting {
    process: Process,
    code: String,
    address: String,
}

impl Inviting {
    fn begin(device: &Device, arguments: &[&str]) -> Self {
        let all = [&["--format", "json", "invite", "--code", "--loopback"], arguments].concat();
        let process = Process::spawn(&mut device.command(&all));
        let first: Value = serde_json::from_str(&process.line().unwrap()).unwrap();
        let (code, address) = (string(&first["code"]), string(&first["addresses"][0]));
        Self { process, code, address }
    }

    #[track_caller]
    fn join(&self, device: &Device, typed: &str, person: &str) -> Value {
        let at = self.address.as_str();
        device.json(&["join", typed, "--person", person, "--loopback", "--address", at])
    }

    /// Waits for its end; gives who has joined.
    #[track_caller]
    fn end(self) -> Value {
        let told = self.process.end();
        assert_eq!(told.code, Some(0), "{told:?}");
        let told: Value = serde_json::from_str(&told.out).unwrap();
        told["joined"].clone()
    }
}

fn founded(dir: &TempDir) -> Device {
    let device = Device::real(&dir.path().join("head"));
    device.json(&["init", "--school", "Invented High", "--person", "Ada Okafor"]);
    device
}

fn add_pupil(device: &Device) -> String {
    let fields = json!({ "forename": "Noor", "surname": "Example", "year_group": "8" });
    string(&device.json(&["record", "add", "pupil", "--json", &fields.to_string()])["id"])
}
