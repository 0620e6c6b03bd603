//! Records past the time that they may be kept: found, kept with a reason, erased by two, and
//! known to nobody outside their space. (Rules 3, 5, 6 and 8.)

use serde_json::{Value, json};

use crate::device::{Demo, Device, holds, meet, string};

/// What was written about the leaver, and why it was kept.
const WORDS: &str = "canary-sepia-playground";
const REASON: &str = "canary-umber-claim";

/// Somebody who left 26 years ago, an incident about them, and another in safeguarding.
struct Archive {
    demo: Demo,
    leaver: String,
    incident: String,
    guarded: String,
}

impl Archive {
    fn new() -> Self {
        let demo = Demo::new();
        let head = demo.head();
        let leaver = json!({
            "forename": "Rosa", "surname": "Leaver", "date_of_birth": "1984-05-02",
            "spells": { "01JD000000000000000000000A": {
                "what": "roll", "value": "C", "from": "1995-09-01", "to": "2000-07-21",
            } },
        });
        let leaver = add(&head, "pupil", &[], &leaver);
        let incident = json!({
            "occurred_at": "1999-03-01T10:15", "category": "disruption", "narrative": WORDS,
            "participants": { leaver.clone(): { "role": "aggressor" } },
        });
        let guarded = add(&head, "incident", &["--space", "safeguarding"], &incident);
        let incident = add(&head, "incident", &[], &incident);
        Self { demo, leaver, incident, guarded }
    }

    /// The mentor's device after they have been made a lead, outside safeguarding as before.
    #[track_caller]
    fn lead(&self) -> Device {
        let (head, lead) = (self.demo.head(), self.demo.mentor());
        let person = string(&lead.json(&["status"])["person"]);
        head.json(&["member", "set-role", &person, "lead", "--reason", "head of year 9"]);
        meet(&head, &lead);
        lead
    }
}

#[track_caller]
fn add(device: &Device, kind: &str, more: &[&str], fields: &Value) -> String {
    let text = fields.to_string();
    string(&device.json(&[&["record", "add", kind, "--json", &text], more].concat())["id"])
}

/// The ids of what is listed, in order.
#[track_caller]
fn listed(device: &Device, arguments: &[&str]) -> Vec<String> {
    let page = device.json(&[&["retention", "list"], arguments].concat());
    let mut ids: Vec<String> =
        page["records"].as_array().unwrap().iter().map(|one| string(&one["id"])).collect();
    ids.sort();
    ids
}

fn sorted<const N: usize>(ids: [&String; N]) -> Vec<String> {
    let mut ids: Vec<String> = ids.map(Clone::clone).into();
    ids.sort();
    ids
}

/// Someone who left 26 years ago is past every period, with whose advice it is and that it is told
/// from memory. Nobody on the roll is, nothing is gone, and a mentor is not asked.
#[test]
fn a_leaver_of_26_years_ago_waits_for_a_person() {
    let archive = Archive::new();
    let (head, mentor) = (archive.demo.head(), archive.demo.mentor());
    let page = head.json(&["retention", "list"]);
    let all = sorted([&archive.leaver, &archive.incident, &archive.guarded]);
    assert_eq!(listed(&head, &[]), all);
    let of = |id: &str| {
        let records = page["records"].as_array().unwrap();
        records.iter().find(|one| one["id"] == id).unwrap().clone()
    };
    let (open, guarded) = (of(&archive.incident), of(&archive.guarded));
    for due in [&open, &guarded] {
        assert_eq!(due["due_since"], "2009-05-02");
        assert_eq!(due["pupils"], json!(["Rosa Leaver"]));
    }
    assert_eq!((&open["rule"], &open["certainty"]), (&json!("pupil-file"), &json!("uncertain")));
    assert_eq!(guarded["rule"], "safeguarding-file");
    assert_eq!(of(&archive.leaver)["named_by"], 2);
    assert_eq!(listed(&head, &["--kind", "pupil"]), sorted([&archive.leaver]));

    let text = head.text(&["retention", "list"]);
    assert!(text.contains("uncertain: From memory"), "{text}");
    let rows = head.text(&["--format", "csv", "retention", "list"]);
    let header = "since,kind,what,day,pupils,space,rule,certainty,note,id";
    assert_eq!(rows.split("\r\n").next(), Some(header));
    assert_eq!(head.show(&archive.incident)["fields"]["narrative"], WORDS, "nothing is gone");

    meet(&head, &mentor);
    let keep = ["retention", "keep", &archive.incident, "--until", "2030-01-01", "--reason", "x"];
    let set = ["retention", "set", "incident", "--no-period", "--source", "x"];
    for refused in
        [&["retention", "list"][..], &["retention", "erase", &archive.incident], &keep, &set]
    {
        let said = mentor.refused(refused);
        assert_eq!(said, "not allowed: reviewing retention is for leads and above");
    }
    assert!(!mentor.json(&["retention", "rules"])["rules"].as_array().unwrap().is_empty());
}

/// The school sets a period of its own. It reaches colleagues, counts from its day on and no day
/// sooner, and everybody sees who decided it.
#[test]
fn the_school_changes_a_rule() {
    let archive = Archive::new();
    let (head, dsl) = (archive.demo.head(), archive.demo.dsl());
    let period = ["--years", "40", "--runs-from", "birth", "--source", "Governors, minute 7"];
    let days = ["--valid-from", "2026-12-01"];
    let set = [&["retention", "set", "incident", "pupil"], &period[..], &days[..]].concat();
    let rules = head.json(&set)["rules"].clone();
    meet(&head, &dsl);
    for device in [&head, &dsl] {
        let before = ["--as-of", "2026-11-30", "retention", "list"];
        assert_eq!(device.json(&before)["due"], 3, "not yet");
        let after = device.json(&["--as-of", "2026-12-01", "retention", "list"]);
        let left: Vec<&Value> = after["records"].as_array().unwrap().iter().collect();
        assert_eq!(left.len(), 3, "born in 1984: 40 years are over too");
        let own = left.iter().filter(|one| one["certainty"] == "school").count();
        assert_eq!(own, 2, "safeguarding has its own rules");
    }
    let longer = ["--years", "50", "--runs-from", "birth", "--source", "Governors, minute 9"];
    head.json(&[&["retention", "set", "incident", "pupil"], &longer[..], &days[..]].concat());
    meet(&head, &dsl);
    for device in [&head, &dsl] {
        let after = device.json(&["--as-of", "2026-12-01", "retention", "list"]);
        assert_eq!(
            (&after["due"], &after["records"][0]["id"]),
            (&json!(1), &json!(archive.guarded))
        );
    }
    let history = dsl.json(&["record", "history", &string(&rules[0])]);
    assert!(history.to_string().contains("Governors, minute 9"), "{history:#}");
    let wrong = ["retention", "set", "pupil", "--years", "6", "--runs-from", "event"];
    assert_eq!(
        head.refused(&[&wrong[..], &["--source", "x"]].concat()),
        "retention_rule.runs_from: a pupil has no day of its own; let the period run from birth or \
         leaving"
    );
    assert_eq!(head.run(&["retention", "set", "incident", "--years", "6"]).code, Some(2));
}

/// A colleague keeps a record with a reason. Everybody's queue agrees, the reason says whose it is,
/// and the record is back on the day after.
#[test]
fn what_is_kept_is_back_after_its_day() {
    let archive = Archive::new();
    let (head, dsl) = (archive.demo.head(), archive.demo.dsl());
    meet(&head, &dsl);
    let until = ["--until", "2027-11-20", "--reason", REASON];
    dsl.json(&[&["retention", "keep", &archive.incident], &until[..]].concat());
    meet(&dsl, &head);
    for device in [&head, &dsl] {
        assert_eq!(listed(device, &[]), sorted([&archive.leaver, &archive.guarded]));
        let last = device.json(&["--as-of", "2027-11-20", "retention", "list"]);
        assert_eq!((&last["due"], &last["kept"]), (&json!(2), &json!(1)));
        let back = device.json(&["--as-of", "2027-11-21", "retention", "list"]);
        let records = back["records"].as_array().unwrap();
        let back = records.iter().find(|one| one["id"] == archive.incident).unwrap();
        assert_eq!(back["kept_because"], REASON);
        assert_eq!(back["kept_by"], dsl.json(&["status"])["person"]);
    }
}

/// Rule 8. Two leads work a leaver out of the queue: one proposes, it waits in sight of both, a
/// hold stops it, the other seconds. The words and the reason for keeping them are gone from every
/// byte; safeguarding, which the leads of the open space do not see, is untouched.
#[test]
fn two_leads_finish_an_erasure_from_the_queue() {
    let archive = Archive::new();
    let (head, lead) = (archive.demo.head(), archive.lead());
    let keep = ["--until", "2026-11-21", "--reason", REASON];
    head.json(&[&["retention", "keep", &archive.incident], &keep[..]].concat());
    meet(&head, &lead);
    let on = |device: &Device, arguments: &[&str]| {
        device.json(&[&["--as-of", "2026-11-22", "retention"], arguments].concat())
    };
    assert!(holds(&lead.home, REASON.as_bytes()), "the search would not find what is there");
    assert_eq!(on(&lead, &["list"])["due"], 2);
    head.json(&["hold", &archive.incident]);
    meet(&head, &lead);
    assert_eq!(on(&lead, &["list"])["on_hold"], 1);
    let erase = ["--as-of", "2026-11-22", "retention", "erase", &archive.incident, &archive.leaver];
    let refused = lead.refused(&erase);
    assert_eq!(
        refused,
        format!("record {} is under a legal hold; it cannot be erased", archive.incident)
    );
    head.json(&["hold", &archive.incident, "--lift"]);
    meet(&head, &lead);
    lead.json(&["hold", &archive.incident, "--lift"]);
    let erasure = string(&lead.json(&erase)["erasures"][0]);
    meet(&head, &lead);
    for device in [&head, &lead] {
        let waiting = on(device, &["list", "--waiting"]);
        let all = waiting["records"].as_array().unwrap();
        assert_eq!((all.len(), &all[0]["erasure"]), (2, &json!(erasure)));
        assert_eq!(device.show(&archive.incident)["fields"]["narrative"], WORDS, "not yet gone");
    }
    let again = head.refused(&erase);
    assert!(again.ends_with("waits for a second signature already"), "{again}");
    head.json(&["erase", "second", &erasure]);
    meet(&head, &lead);
    for device in [&head, &lead] {
        assert!(!holds(&device.home, REASON.as_bytes()), "the reason is still there");
        assert_eq!(device.run(&["record", "show", &archive.leaver]).code, Some(1));
        assert_eq!(on(device, &["list", "--waiting"])["waiting"], 0);
        device.verify();
    }
    assert!(!holds(&lead.home, WORDS.as_bytes()));
    assert_eq!(on(&lead, &["list"])["due"], 0);
    assert_eq!(head.show(&archive.guarded)["fields"]["narrative"], WORDS);
    assert_eq!(head.digests()["pastoral"], lead.digests()["pastoral"]);
}

/// Rule 5. That a safeguarding record is due, kept and why, stays in safeguarding: a lead outside
/// learns neither the record, nor the decision, nor a number that counts either.
#[test]
fn a_safeguarding_review_is_unknown_outside() {
    let archive = Archive::new();
    let (head, dsl, lead) = (archive.demo.head(), archive.demo.dsl(), archive.lead());
    let keep = ["--until", "2040-01-01", "--reason", REASON];
    let kept = head.json(&[&["retention", "keep", &archive.guarded], &keep[..]].concat());
    let decision = string(&kept["decisions"][0]);
    for device in [&dsl, &lead] {
        meet(&head, device);
    }
    meet(&dsl, &lead);
    assert_eq!(dsl.json(&["retention", "list"])["kept"], 1);
    let page = lead.json(&["retention", "list"]);
    assert_eq!(
        (&page["due"], &page["kept"], &page["undated"]),
        (&json!(2), &json!(0), &head_undated(&head))
    );
    for id in [&archive.guarded, &decision] {
        let raw: Vec<u8> = (0..16).map(|at| byte(id, at)).collect();
        assert!(holds(&dsl.home, &raw), "the search would not find what is there");
        assert!(!holds(&lead.home, &raw) && !holds(&lead.home, id.as_bytes()));
    }
    assert!(!holds(&lead.home, REASON.as_bytes()));
    for command in ["keep", "erase"] {
        let more: &[&str] = if command == "keep" { &keep } else { &[] };
        let arguments = [&["retention", command, &archive.guarded], more].concat();
        let said = lead.refused(&arguments);
        assert_eq!(said, format!("there is no record `{}` here", archive.guarded));
    }
    let pupil = lead.refused(&["retention", "erase", &archive.leaver]);
    assert!(pupil.contains("whom 1 record here still names"), "{pupil}");
}

fn head_undated(head: &Device) -> Value {
    head.json(&["retention", "list"])["undated"].clone()
}

fn byte(id: &str, at: usize) -> u8 {
    u8::from_str_radix(&id[2 * at..2 * at + 2], 16).unwrap()
}

/// A concern of a mentor and what was decided on it are kept as the safeguarding file is: both come
/// to those who are in safeguarding, and go with two signatures, from the mentor's device too.
#[test]
fn a_concern_is_kept_as_the_safeguarding_file_is() {
    let archive = Archive::new();
    let (head, dsl, mentor) = (archive.demo.head(), archive.demo.dsl(), archive.demo.mentor());
    meet(&head, &mentor);
    let words = ["--words", "canary-russet-words", "--category", "neglect"];
    let concern = [&["concern", "add", &archive.leaver], &words[..]].concat();
    let concern = string(&mentor.json(&concern)["id"]);
    meet(&head, &mentor);
    let why = ["--decision", "monitor", "--rationale", "known already"];
    let decided = head.json(&[&["concern", "decide", &concern], &why[..]].concat());
    let decision = string(&decided["decisions"][0]["id"]);
    meet(&head, &dsl);

    let page = dsl.json(&["retention", "list"]);
    for id in [&concern, &decision] {
        let due = page["records"].as_array().unwrap().iter().find(|one| one["id"] == **id);
        let due = due.unwrap_or_else(|| panic!("{id} is not listed: {page:#}"));
        assert_eq!(
            (&due["rule"], &due["due_since"]),
            (&json!("safeguarding-file"), &json!("2009-05-02"))
        );
        assert_eq!(due["pupils"], json!(["Rosa Leaver"]));
    }
    let left = dsl.refused(&["retention", "erase", &archive.leaver]);
    assert!(left.contains("records here still name"), "{left}");
    let proposed = dsl.json(&["retention", "erase", &concern, &decision]);
    let erasures = proposed["erasures"].as_array().unwrap();
    assert_eq!(erasures.len(), 2, "one in each space: {proposed:#}");
    meet(&head, &dsl);
    for erasure in erasures {
        head.json(&["erase", "second", &string(erasure)]);
    }
    meet(&head, &dsl);
    meet(&head, &mentor);
    for device in [&head, &dsl, &mentor] {
        assert!(!holds(&device.home, b"canary-russet-words"));
        assert_eq!(device.run(&["record", "show", &concern]).code, Some(1));
        device.verify();
    }
    let set =
        ["retention", "set", "concern", "concern_decision", "--safeguarding", "--years", "75"];
    let from = ["--runs-from", "birth", "--source", "Governors, minute 8"];
    assert_eq!(head.json(&[&set[..], &from[..]].concat())["rules"].as_array().unwrap().len(), 2);
}
